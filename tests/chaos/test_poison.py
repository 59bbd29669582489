"""Poison, in real processes: what cannot be taken in stops one lane and says why; nothing vanishes, nothing else stops.

How the kernel parks, replays and halts is tested with it (shared/tests/test_flow.py, test_react.py). Here a whole
service says on /readyz what is wrong, and goes on after the mending without being started again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import product
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest
from shared.core.codec import canonical
from shared.core.ids import LANES, lane_of

from .checker import check
from .cluster import AUTHORITY, Cluster, cluster, until
from .picture import quiet, take
from .strangers import publish
from .workload import Callers, Case, History

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
TOPIC = "send.referral.v1"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("poison") / "home", ["referral", "projections"]) as started:
        yield started


def callers_of(ours: Cluster) -> Callers:
    urls = {service: ours.url(service) for service in ours.services}
    return Callers(urls, lambda user: ours.token(user=user), AUTHORITY, History(), Random(1), name=uuid4().hex)


async def register(callers: Callers, http: httpx.AsyncClient, among: Iterable[int] = range(LANES)) -> Case:
    """A new child, whose case is in one of these lanes."""
    while True:
        callers.number += 1
        await callers.register(http, "clerk")
        if lane_of(callers.cases[-1].case_id) in among:
            return callers.cases[-1]


async def says(ours: Cluster, *words: str) -> str:
    """Wait until the projections' worker is unready for a reason with all these words in it, and return the reason."""

    async def reason() -> str:
        _, body = await ours.readiness("projections worker")
        return next((r for r in body["reasons"] if all(word in r for word in words)), "")

    return str(await until(reason, within=60))


async def is_ready(ours: Cluster) -> bool:
    return (await ours.readiness("projections worker"))[0] == 200


async def timeline_of(ours: Cluster, case: Case) -> list[str]:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        headers = {"Authorization": f"Bearer {ours.token(user='reader')}"}
        answer = await http.get(f"{ours.url('projections')}/cases/{case.case_id}/timeline", headers=headers)
    return [entry["type"] for entry in answer.json()["entries"]] if answer.status_code == 200 else []


STRANGERS: dict[int, Any] = {
    5: {"value": b"\xff\x00 not ours", "headers": []},
    7: {"value": b"{}", "headers": [("ce_specversion", b"1.0"), ("ce_id", b"\xff\xfe")]},
    9: {"value": None, "key": b"a tombstone", "headers": [("ce_specversion", b"1.0")]},
}
"""By lane: bytes that are no event, a header that is no text, and no bytes at all."""
NAMES = ("timeline", "deadlines", "register")


async def test_a_record_that_is_no_event_halts_its_lane_until_it_is_waived(ours: Cluster) -> None:
    callers = callers_of(ours)
    places = {lane: await publish(ours, TOPIC, partition=lane, **record) for lane, record in STRANGERS.items()}
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        behind, beside = await register(callers, http, among=STRANGERS), await register(callers, http, among=[1, 2, 3])
    for name, lane in product(NAMES, STRANGERS):
        reason = await says(ours, name, f"{TOPIC} lane {lane}:")
        assert f"offset {places[lane].offset} is no event" in reason
    await until(lambda: timeline_of(ours, beside))
    assert await timeline_of(ours, behind) == [], "what comes behind it waits"

    async def shown_to_readers() -> bool:
        status, body = await ours.readiness("projections api")
        assert status == 200, "readers are still served"
        return len(body["standing_still"]) == len(NAMES) * len(STRANGERS)

    await until(shown_to_readers)  # the worker writes its reasons down once a second
    for name, lane in product(NAMES, STRANGERS):
        place = (name, TOPIC, str(lane), str(places[lane].offset))
        code, said = await asyncio.to_thread(ours.command, "projections", "waive", *place, "a stranger's")
        assert code == 0, said
    await until(lambda: is_ready(ours), within=60)
    await until(lambda: timeline_of(ours, behind))
    await hold_to_its_promises(ours, callers.history)


async def test_a_projection_that_cannot_write_halts_and_goes_on_once_it_can(ours: Cluster) -> None:
    """The mending is elsewhere, here in the database; the worker needs no restart."""
    callers = callers_of(ours)
    async with ours.database("projections") as connection, httpx.AsyncClient(trust_env=False, timeout=10) as http:
        version = await connection.fetchval("select version from projections.live where name = 'register'")
        await connection.execute(f"alter table register_v{version}.cases rename to cases_elsewhere")
        case = await register(callers, http)
        lane = lane_of(case.case_id)
        reason = await says(ours, "register", f"{TOPIC} lane {lane}", "referral.person-registered")
        assert "the log has the place" in reason
        await until(lambda: timeline_of(ours, case))
        await connection.execute(f"alter table register_v{version}.cases_elsewhere rename to cases")
    await until(lambda: is_ready(ours), within=60)
    await hold_to_its_promises(ours, callers.history)


async def test_an_event_of_a_newer_version_halts_what_cannot_read_it(ours: Cluster) -> None:
    """A deadline from a form nobody here knows could be wrong. An event of a type nobody knows is shown as it is."""
    callers = callers_of(ours)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        case = await register(callers, http)
    lane = lane_of(case.case_id)
    await write(ours, lane, case, "referral.something-new", 1)
    await until(lambda: has(ours, case, "referral.something-new"))
    assert await is_ready(ours)
    await write(ours, lane, case, "referral.ehc-needs-assessment-requested", 2)
    reason = await says(ours, "deadlines", f"{TOPIC} lane {lane}", "referral.ehc-needs-assessment-requested")
    assert "version 2" in reason
    ours.programs["projections worker"].stop()  # it would halt for as long as there is no newer code
    ours.down.add("projections worker")


async def has(ours: Cluster, case: Case, type: str) -> bool:
    return type in await timeline_of(ours, case)


async def write(ours: Cluster, lane: int, case: Case, type: str, schema_version: int) -> None:
    """As a newer version of the service would."""
    data = {"type": type, "occurred_on": "2026-01-05", "case_id": case.case_id, "person_id": case.person_id}
    data |= {"request_id": str(uuid4()), "source": "PARENT"}
    actor = {"user_id": "newer", "role": "send_caseworker", "org_id": AUTHORITY, "la_code": AUTHORITY}
    async with ours.database("referral") as connection:
        await connection.execute(
            "select es.append_one($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10)",
            lane, f"newer-{uuid4()}", uuid4(), AUTHORITY, datetime.now(UTC), uuid4(), type, schema_version,
            canonical(data), canonical({"actor": actor, "causation_id": None}),
        )  # fmt: skip


async def hold_to_its_promises(ours: Cluster, history: History) -> None:
    await quiet(ours)
    found = await check(ours, history, await take(ours))
    # What a stranger wrote stands on the topic for ever, and whoever verifies the topic is told so.
    assert [said for said in found if "record at offset" not in said] == []
