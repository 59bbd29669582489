"""Rebuilding while the old version serves: the same rows, a clean switch, nothing left over by one that died."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from projections.generation import drop_retired, live_versions, unfit
from projections.processes import PROJECTIONS
from projections.projection import LiveEffect
from projections.rebuild.log import Log as RebuildLog
from projections.rebuild.log import LogLost
from projections.rebuild.run import Busy, Steps, prove, rebuild
from projections.timeline.projection import timeline
from shared.core.errors import Unprocessable
from shared.edge.db import Pool
from shared.edge.settings import Settings
from shared.testing.memory import MemoryKeyring

from .log import case
from .published import CHILDREN, Published


@pytest.fixture
def keyring(everything: Published) -> MemoryKeyring:
    return everything.keyring


@pytest.fixture
async def log(everything: Published, settings: Settings, pool: Pool, effects: list[LiveEffect]) -> Published:
    """On the topics, and applied by the worker."""
    await everything.begin()
    await everything.publish(settings)
    await everything.apply(pool, effects)
    return everything


async def _more(log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect]) -> int:
    """Another child, while something else is going on."""
    child = await log.child()
    await log.publish(settings)
    await log.apply(pool, effects)
    return child


async def _rows(pool: Pool, table: str) -> int:
    count: int = await pool.fetchval(f"select count(*) from {table}")
    return count


async def test_a_rebuild_makes_the_same_rows_and_takes_their_place(
    log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect], client: httpx.AsyncClient
) -> None:
    cursors = await pool.fetch("select * from flow.cursors order by 1, 2, 3")
    report = await rebuild(settings, PROJECTIONS)
    assert [(r.name, r.version, r.replaced) for r in report.results] == [
        ("timeline", 2, 1), ("deadlines", 2, 1), ("register", 2, 1),
    ]  # fmt: skip
    assert {r.name: r.comparison.first for r in report.results} == {
        "timeline": None,
        "deadlines": None,
        "register": None,
    }
    assert all(r.comparison.rows > CHILDREN - 1 for r in report.results)
    assert report.events == sum(map(len, log.lanes.values()))
    assert await live_versions(pool) == {"timeline": 2, "deadlines": 2, "register": 2}
    assert await pool.fetch("select * from flow.cursors order by 1, 2, 3") == cursors
    for path in ("timeline", "deadlines"):
        assert (await client.get(f"/cases/{case(1)}/{path}")).status_code == 200
    child = await _more(log, settings, pool, effects)  # the worker goes on in the new versions, without a restart
    assert (await client.get(f"/cases/{case(child)}")).json()["name"] == "Test-Child Kestrel"
    assert not (await prove(settings, PROJECTIONS)).results[0].comparison.differing


async def test_a_version_of_another_form_is_replaced_and_compared_in_what_both_have(
    log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect], client: httpx.AsyncClient
) -> None:
    """As after an update of this code: the live tables are those of the day before."""
    await pool.execute("alter table timeline_v1.events drop column retracts")
    await pool.execute("drop table register_v1.settings")
    await pool.execute("update projections.generations set layout = layout - 1 where name in ('timeline', 'register')")
    assert len(await unfit(pool, PROJECTIONS)) == 2
    report = await rebuild(settings, PROJECTIONS)
    assert await unfit(pool, PROJECTIONS) == []
    assert {r.name: (r.comparison.first, r.comparison.left_out) for r in report.results} == {
        "timeline": (None, ["events.retracts"]),
        "deadlines": (None, []),
        "register": (None, ["settings"]),
    }
    assert (await client.get(f"/cases/{case(1)}/timeline")).status_code == 200
    await _more(log, settings, pool, effects)


async def test_several_processes_make_the_same_rows(log: Published, settings: Settings) -> None:
    told: list[int] = []
    report = await rebuild(settings, PROJECTIONS, steps=Steps(advance=told.append), processes=2)
    assert [r.comparison.first for r in report.results] == [None, None, None]
    assert report.events == sum(told) == sum(map(len, log.lanes.values()))


async def test_readers_notice_nothing_of_a_switch(
    log: Published, settings: Settings, client: httpx.AsyncClient
) -> None:
    before = (await client.get(f"/cases/{case(1)}/timeline")).json()["entries"]
    stop = asyncio.Event()

    async def read() -> list[int]:
        seen = []
        while not stop.is_set():
            response = await client.get(f"/cases/{case(1)}/timeline")
            assert response.json()["entries"] == before
            seen.append(response.status_code)
        return seen

    reader = asyncio.create_task(read())
    await rebuild(settings, PROJECTIONS)
    stop.set()
    assert set(await reader) == {200}


async def test_what_happens_meanwhile_is_in_the_new_version_too(
    log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect]
) -> None:
    loop = asyncio.get_running_loop()
    waiting: list[Any] = []

    one_worker = asyncio.Lock()

    async def more() -> None:
        async with one_worker:
            await _more(log, settings, pool, effects)

    def begin(what: str, _: int) -> None:
        if what.endswith("comparing"):
            waiting.append(loop.create_task(more()))

    report = await rebuild(settings, PROJECTIONS, steps=Steps(begin=begin))
    await asyncio.gather(*waiting)
    assert all(r.comparison.equal for r in report.results), [r.comparison.first for r in report.results]
    proof = await prove(settings, PROJECTIONS)
    assert [r.comparison.first for r in proof.results] == [None, None, None]


async def test_a_rebuild_says_what_differs_mends_it_and_tells_followers(
    log: Published, settings: Settings, pool: Pool
) -> None:
    wrong = case(3)
    await pool.execute("update deadlines_v1.clocks set due_on = '2020-01-01' where case_id = $1 and rule = $2",
                       wrong, "issue-final-plan")  # fmt: skip
    await pool.execute("delete from timeline_v1.events where case_id = $1 and type = $2", wrong,
                       "referral.caseworker-allocated")  # fmt: skip
    numbers = await pool.fetchval("select sum(head) from projections.change_lanes")
    report = await rebuild(settings, PROJECTIONS)
    found = {r.name: r.comparison for r in report.results}
    assert "due_on: datetime.date(2020, 1, 1) is live" in str(found["deadlines"].first)
    assert found["deadlines"].cases == found["timeline"].cases == [str(wrong)]
    assert "is in a fresh replay and not in the live version" in str(found["timeline"].first)
    assert found["register"].equal
    assert await pool.fetchval("select sum(head) from projections.change_lanes") == numbers + 2
    assert (await prove(settings, PROJECTIONS)).results[1].comparison.equal


async def test_a_proof_names_the_first_difference_and_changes_nothing(
    log: Published, settings: Settings, pool: Pool
) -> None:
    report = await prove(settings, PROJECTIONS)
    assert all(r.comparison.equal for r in report.results)
    await pool.execute("update register_v1.cases set stage = 'CEASED' where case_id = $1", case(5))
    (result,) = (await prove(settings, [p for p in PROJECTIONS if p.name == "register"])).results
    assert f"cases {case(5)}: stage: 'CEASED' is live" in str(result.comparison.first)
    assert await live_versions(pool) == {"timeline": 1, "deadlines": 1, "register": 1}
    assert await pool.fetch("select * from projections.generations where state <> 'live'") == []
    assert await pool.fetchval("select count(*) from pg_namespace where nspname like '%\\_v2'") == 0


async def _killed(settings: Settings, where: str, *options: str) -> Any:
    """What became of a rebuild of the timeline in a process of its own that dies there."""
    environment = {
        **os.environ,
        "PROJECTIONS_DATABASE_URL": settings.database_url, "KEYRING_DATABASE_URL": settings.keyring_database_url,
        "KEY_ENCRYPTION_KEY": "eA==", "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "OIDC_ISSUER": "http://127.0.0.1:9", "ENVIRONMENT": "test", "FAIL_POINT": where,
    }  # fmt: skip
    command = [sys.executable, "-m", "projections", "rebuild", "timeline", *options]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, timeout=60, check=False
    )


@pytest.mark.slow
async def test_a_rebuild_that_loses_one_of_its_processes_changes_nothing_and_says_so(
    log: Published, settings: Settings, pool: Pool
) -> None:
    refused = await _killed(settings, "rebuild.before-copy", "--processes", "2")
    assert (refused.returncode, b"Nothing was changed" in refused.stderr) == (2, True), refused.stderr.decode()
    assert (await live_versions(pool))["timeline"] == 1
    assert await _rows(pool, "projections.generations where state = 'building'") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "where",
    [
        "rebuild.begun", "rebuild.before-copy:3", "rebuild.indexed", "rebuild.filled", "rebuild.compared",
        "rebuild.before-switch", "rebuild.in-switch", "rebuild.switched",
    ],
)  # fmt: skip
async def test_a_rebuild_that_is_killed_leaves_what_was_live_or_is_complete(
    log: Published, settings: Settings, pool: Pool, where: str
) -> None:
    killed = await _killed(settings, where)
    assert killed.returncode == -9, killed.stderr.decode()
    live = await live_versions(pool)
    assert live["timeline"] == (2 if where == "rebuild.switched" else 1)
    async with asyncio.timeout(10):  # until PostgreSQL notices that the builder has gone
        while await pool.fetchval("select count(*) from projections.generations where state = 'building'"):
            await drop_retired(pool)
    (result,) = (await rebuild(settings, [timeline])).results
    assert result.comparison.equal
    assert (await live_versions(pool))["timeline"] == result.version


async def test_a_live_version_that_is_far_behind_can_be_built_to_the_end_at_once(
    everything: Published, settings: Settings, pool: Pool, effects: list[LiveEffect], client: httpx.AsyncClient
) -> None:
    await everything.begin()
    await everything.publish(settings)
    report = await rebuild(settings, PROJECTIONS, newest=True)
    assert all(r.comparison.equal for r in report.results)
    assert await _rows(pool, "timeline_v2.events") > CHILDREN
    lost = await pool.fetchval("select sum(sequence) from flow.cursors where consumer = 'timeline'")
    assert lost == sum(map(len, everything.lanes.values()))
    await _more(everything, settings, pool, effects)  # nothing twice: the worker goes on from there
    assert all(r.comparison.equal for r in (await prove(settings, PROJECTIONS)).results)


async def test_two_rebuilds_of_the_same_projection_do_not_meet(log: Published, settings: Settings) -> None:
    second: list[BaseException] = []
    loop = asyncio.get_running_loop()
    tasks: list[Any] = []

    async def try_it() -> None:
        try:
            await rebuild(settings, [timeline])
        except Busy as busy:
            second.append(busy)

    def begin(what: str, _: int) -> None:
        if what == "reading events":
            tasks.append(loop.create_task(try_it()))

    await rebuild(settings, [timeline], steps=Steps(begin=begin))
    await asyncio.gather(*tasks)
    assert second or (await rebuild(settings, [timeline])).results  # the second came late or was refused


async def test_topics_that_lost_events_are_not_rebuilt_from(log: Published, settings: Settings, pool: Pool) -> None:
    await pool.execute(
        "update flow.cursors set sequence = sequence + 1000 where consumer = 'timeline' and sequence > 0"
    )
    with pytest.raises(LogLost, match="were applied"):
        await rebuild(settings, [timeline])
    assert await pool.fetch("select * from projections.generations where state = 'building'") == []


async def test_a_retired_version_is_dropped_once_nobody_can_be_reading_it(
    log: Published, settings: Settings, pool: Pool
) -> None:
    await rebuild(settings, [timeline])
    assert await drop_retired(pool) == []
    assert await drop_retired(pool, after_minutes=0) == ["timeline_v1"]
    assert await _rows(pool, "timeline_v2.events") > 0


def test_a_record_that_is_no_event_stops_a_rebuild_unless_it_was_waived(settings: Settings) -> None:
    strange: Any = SimpleNamespace(topic="send.plan.v1", partition=3, offset=7, headers=(), value=b"{}")
    stops = RebuildLog(settings)
    with pytest.raises(Unprocessable, match="offset 7"):
        stops._sift([strange], 0, 1, stops.lean)
    passes = RebuildLog(settings, passed=frozenset({("send.plan.v1", 3, 7)}))
    assert passes._sift([strange], 0, 1, passes.lean) == ([], 0)


async def _of_another_history(pool: Pool, place: tuple[str, int], *, ahead: int) -> None:
    """The worker stands where a log stood before it was restored from a backup, and lost its last events."""
    await pool.execute(
        "update flow.cursors set sequence = sequence + $3, hash = $4 where topic = $1 and lane = $2 and sequence > 0",
        *place, ahead, b"of an event that is gone",
    )  # fmt: skip


def _a_busy_place(log: Published) -> tuple[str, int]:
    return max(log.lanes, key=lambda place: len(log.lanes[place]))


async def test_after_a_restore_the_worker_goes_on_from_the_rebuilt_version(
    log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect]
) -> None:
    """The log says by its watermark that it ends earlier than what was applied: those events are gone for good."""
    place = _a_busy_place(log)
    await _of_another_history(pool, place, ahead=2)
    with pytest.raises(LogLost, match="wait until the relay"):
        await rebuild(settings, [timeline])
    await log.watermarks(settings)
    with pytest.raises(LogLost, match="another history"):
        await prove(settings, [timeline])
    await rebuild(settings, PROJECTIONS)
    rows = await pool.fetch("select sequence, hash from flow.cursors where topic = $1 and lane = $2", *place)
    last = log.lanes[place][-1]
    assert {(r["sequence"], r["hash"]) for r in rows} == {(last.sequence, last.hash)}
    await _more(log, settings, pool, effects)
    assert [r.comparison.first for r in (await prove(settings, PROJECTIONS)).results] == [None, None, None]


async def test_another_history_of_the_same_length_is_taken_over_by_a_rebuild(
    log: Published, settings: Settings, pool: Pool, effects: list[LiveEffect]
) -> None:
    place = _a_busy_place(log)
    await _of_another_history(pool, place, ahead=0)
    with pytest.raises(LogLost, match="another history"):
        await prove(settings, [timeline])
    await rebuild(settings, PROJECTIONS)
    assert [r.comparison.first for r in (await prove(settings, PROJECTIONS)).results] == [None, None, None]
