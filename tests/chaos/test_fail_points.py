"""A process that dies between any two of its steps: started again, it loses nothing, repeats nothing, skips nothing.

Each case lets one process die at one place (as kill -9 would), starts it again and holds it to the same promises as the
long run. ``docs/promises.md`` says what each place is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from random import Random
from uuid import uuid4

import httpx
import pytest
from shared.core.codec import canonical
from shared.edge.topic_ends import take_away, topic_ends

from .checker import check
from .cluster import AUTHORITY, Cluster, cluster, until
from .picture import quiet, take
from .strangers import Lane, publish
from .workload import Callers, History

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

REFERRAL, ASSESSMENT = "referral worker", "assessment worker"
PLAN = Lane("plan", 3)
"""The plan service does not run here: what it says, we say."""
_runs = count(1)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("fail-points") / "home", ["referral", "assessment"]) as started:
        yield started


async def errand(callers: Callers, http: httpx.AsyncClient) -> None:
    """A request, acknowledged twice, withdrawn and made again: events, a command with nothing to do, reactions."""
    await callers.register(http, "errand")
    case = callers.cases[-1]
    on = {"occurred_on": case.on.isoformat()}
    request = f"/requests/{case.case_id}"
    asked = {"person_id": case.person_id, "source": "PARENT", **on}
    for command, path, body in [
        ("RequestEhcNeedsAssessment", "/requests", asked),
        ("AcknowledgeRequest", f"{request}/acknowledge", on),
        ("AcknowledgeRequest", f"{request}/acknowledge", on),
        ("WithdrawRequest", f"{request}/withdraw", on),
        ("RequestEhcNeedsAssessment", "/requests", asked),
    ]:
        callers.number += 1
        await callers.send(http, "errand", "referral", command, path, body)


def callers_of(ours: Cluster) -> Callers:
    run = next(_runs)
    urls = {service: ours.url(service) for service in ours.services}
    return Callers(urls, lambda user: ours.token(user=user), AUTHORITY, History(), Random(run), name=f"run-{run}")


async def hold_to_its_promises(ours: Cluster, history: History) -> None:
    await ours.until_ready(*ours.programs)
    await quiet(ours)
    assert await check(ours, history, await take(ours)) == []


async def die(ours: Cluster, program: str) -> None:
    """Wait until the process has died at its fail point, and start it again as usual."""
    await until(lambda: ours.programs[program].ended() is not None, within=60)
    assert ours.programs[program].ended() == -9
    ours.launch(program)


@pytest.mark.parametrize(
    "where",
    ["append.keys-made", "append.before", "append.before:3", "append.after", "append.after:4", "settle.after"],
)
async def test_an_api_that_dies_while_it_carries_out_a_command(ours: Cluster, where: str) -> None:
    callers = callers_of(ours)
    await restart(ours, "referral api", where)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        running = asyncio.create_task(errand(callers, http))
        await die(ours, "referral api")
        await running
    assert all(sent.done for sent in callers.history.sent)
    await hold_to_its_promises(ours, callers.history)


@pytest.mark.parametrize(
    "where",
    [
        "relay.before-send", "relay.sending", "relay.before-position", "relay.after-position", "relay.set-back",
        "relay.watermark-said", "relay.seal-said",
    ],
)  # fmt: skip
async def test_a_relay_that_dies(ours: Cluster, where: str) -> None:
    callers = callers_of(ours)
    if where == "relay.set-back":  # it believes to have published what the topic does not have
        async with ours.database("referral") as connection:
            ours.programs[REFERRAL].stop()
            await connection.execute("update flow.relay set sequence = sequence + 1 where lane < 4")
    await restart(ours, REFERRAL, where)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        await errand(callers, http)
    await die(ours, REFERRAL)
    await hold_to_its_promises(ours, callers.history)


@pytest.mark.parametrize("where", ["relay.taken-away", "relay.begins-anew"])
async def test_a_relay_that_dies_over_a_topic_that_lost_its_beginning(ours: Cluster, where: str) -> None:
    """It empties such a lane and fills it from event 1 on, whenever it is interrupted."""
    callers, settings = callers_of(ours), ours.settings("referral")
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        await errand(callers, http)
    await quiet(ours)
    ours.programs[REFERRAL].stop()
    ends = await topic_ends(settings, "send.referral.v1")
    await take_away(settings, "send.referral.v1", {n: e.begin + 1 for n, e in ends.items() if e.end - e.begin > 1})
    ours.launch(REFERRAL, fail_point=where)
    await die(ours, REFERRAL)
    await hold_to_its_promises(ours, callers.history)


@pytest.mark.parametrize(
    "where",
    [
        "consume.lanes-taken", "consume.before-apply", "consume.before-commit", "consume.after-commit",
        "consume.offsets-committed", "react.handled",
    ],
)  # fmt: skip
async def test_a_consumer_that_dies(ours: Cluster, where: str) -> None:
    callers = callers_of(ours)
    await restart(ours, ASSESSMENT, where)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        await errand(callers, http)
    await die(ours, ASSESSMENT)
    await hold_to_its_promises(ours, callers.history)


async def restart(ours: Cluster, program: str, fail_point: str) -> None:
    ours.programs[program].stop()
    ours.launch(program, fail_point=fail_point)


# --- what is parked ---


@pytest.mark.parametrize("where", ["consume.before-pass", "consume.after-pass"])
async def test_a_reaction_that_dies_over_a_record_that_is_no_event_parks_it_once(ours: Cluster, where: str) -> None:
    mark = uuid4().bytes
    await restart(ours, ASSESSMENT, where)
    await publish(ours, "send.plan.v1", value=mark, headers=[("ce_id", b"\xff")], partition=5)
    await die(ours, ASSESSMENT)
    assert await until(lambda: parked(ours, mark)) == 1
    await forget_parked(ours)
    await hold_to_its_promises(ours, History())


@pytest.mark.parametrize("where", ["react.parked", "parked.shown", "retry.handled", "retry.unparked"])
async def test_a_reaction_that_dies_over_an_event_it_cannot_handle_parks_it_once(ours: Cluster, where: str) -> None:
    """And so does whoever handles it again, once it can be."""
    run = next(_runs)
    event = PLAN.event("plan.appeal-not-opposed", {"lacks": f"what run {run} of the reaction needs"})
    retried = where.startswith("retry")
    await restart(ours, ASSESSMENT, "nowhere" if retried else where)
    await publish(ours, "send.plan.v1", **event)
    if not retried:
        await die(ours, ASSESSMENT)
    assert await until(lambda: parked(ours, event["value"])) == 1
    if retried:
        await mend_parked(ours)
        code, _ = ours.command("assessment", "parked", "retry", FAIL_POINT=where)
        assert code == -9
        code, said = ours.command("assessment", "parked", "retry")
        assert (code, "0 still parked" in said) == (0, True), said
        assert await parked(ours, event["value"]) == 0
    if retried:  # it still waits for a place that it never comes to
        ours.programs[ASSESSMENT].stop()
        ours.launch(ASSESSMENT)
    await ours.until_ready(*ours.programs)
    await forget_parked(ours)
    await hold_to_its_promises(ours, History())


async def parked(ours: Cluster, data: bytes, service: str = "assessment") -> int:
    async with ours.database(service) as connection:
        return int(await connection.fetchval("select count(*) from flow.parked where data = $1", data))


async def forget_parked(ours: Cluster) -> None:
    """Of every service: more than one reads what the stranger wrote."""
    await quiet(ours)
    for service in ours.services:
        async with ours.database(service) as connection:
            await connection.execute("delete from flow.parked")


async def mend_parked(ours: Cluster) -> None:
    """As if the code had learned to read it: what is parked becomes an event that asks for nothing."""
    data = {
        "type": "plan.appeal-not-opposed", "occurred_on": "2026-01-05", "case_id": str(uuid4()),
        "dispute_id": str(uuid4()), "order_id": str(uuid4()), "appeal_type": "CONTENTS", "owed": "NOTHING",
    }  # fmt: skip
    async with ours.database("assessment") as connection:
        await connection.execute("update flow.parked set data = $1", canonical(data))
