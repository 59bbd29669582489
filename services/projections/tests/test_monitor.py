"""The monitor: tells that a limit is near, broken or met late, each once, and is silent where it could be wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from projections.app import service
from projections.monitor.watch import Monitor
from projections.projection import LiveEffect
from shared.core.ids import lane_of
from shared.edge.db import Pool
from shared.edge.store import PostgresEventStore
from shared.testing.memory import MemoryKeyring

from .conftest import Clock
from .log import Log, at, case, caught_up

DECIDE = "decide-whether-to-assess"
Alerts = list[tuple[str, Any, Any]]


def _request_id(of: int) -> str:
    return str(UUID(int=1000 + of))


class Office:
    """An authority at work: events happen, days pass, the monitor looks."""

    def __init__(self, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock) -> None:
        self.log, self.pool, self.effects, self.clock = log, pool, effects, clock
        self.start()

    def start(self) -> None:
        """The worker is started (again)."""
        handler = service.handler(PostgresEventStore(self.pool), MemoryKeyring())
        self.monitor = Monitor(handler, self.pool, self.clock, limit_seconds=30.0, quiet_seconds=0.0)

    async def requested(self, on: str, of: int = 1) -> Any:
        return await self.log.happened(
            "referral.ehc-needs-assessment-requested", on, of=of, request_id=_request_id(of), source="PARENT",
            in_relevant_youth_accommodation=False,
        )  # fmt: skip

    async def decided(self, on: str, of: int = 1) -> None:
        await self.log.happened(
            "assessment.decision-to-assess-notified", on, of=of, request_id=_request_id(of), decision_id="d"
        )

    async def day(self, day: str, hour: int = 9) -> int:
        """What has happened is read, and it is that day; returns how many alerts were told."""
        await self.log.apply(self.pool, self.effects)
        self.clock.fixed = at(day, hour)
        for effect in self.effects:
            await caught_up(self.pool, effect, self.clock.fixed)
        return await self.monitor.round()

    async def alerts(self, rule: str = DECIDE) -> Alerts:
        """(event, due_on, days or days late) in the order in which they were told."""
        rows = await self.pool.fetch("select type, data from es.events order by recorded_at, lane, sequence")
        told = [(row["type"].removeprefix("deadlines.clock-"), orjson.loads(row["data"])) for row in rows]
        return [(t, d["due_on"], d.get("days", d.get("days_late"))) for t, d in told if d["rule"] == rule]


@pytest.fixture
def office(log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock) -> Office:
    return Office(log, pool, effects, clock)


async def test_it_tells_14_7_and_0_days_before_and_when_it_is_broken(office: Office) -> None:
    """Requested on 2 March, so decided by 13 April."""
    await office.requested("2026-03-02")
    for day in (
        "2026-03-29",
        "2026-03-30",
        "2026-03-31",
        "2026-04-06",
        "2026-04-12",
        "2026-04-13",
        "2026-04-14",
        "2026-04-20",
    ):
        await office.day(day)
    assert await office.alerts() == [
        ("approaching", "2026-04-13", 14),
        ("approaching", "2026-04-13", 7),
        ("approaching", "2026-04-13", 0),
        ("breached", "2026-04-13", 1),
    ]


async def test_looking_again_tells_nothing_new(office: Office) -> None:
    await office.requested("2026-03-02")
    assert await office.day("2026-04-20") > 0
    for _ in range(3):
        assert await office.day("2026-04-20") == 0
    office.start()
    assert await office.day("2026-04-20") == 0


async def test_after_a_restart_on_a_later_day_only_what_is_new_is_told(office: Office) -> None:
    await office.requested("2026-03-02")
    await office.day("2026-04-06")
    office.start()
    await office.day("2026-04-14")
    office.start()
    await office.day("2026-04-15")
    assert [kind for kind, *_ in await office.alerts()] == ["approaching", "breached"]


async def test_late_acts_are_told_once_and_not_as_breaches_too(office: Office) -> None:
    """History that was loaded late: only how it ended."""
    await office.requested("2026-01-05")
    await office.decided("2026-03-01")
    await office.day("2026-03-02")
    await office.day("2026-03-03")
    assert await office.alerts() == [("met-late", "2026-02-16", 13)]


async def test_a_breach_that_was_told_is_followed_by_the_late_act(office: Office) -> None:
    await office.requested("2026-03-02")
    await office.day("2026-04-20")
    await office.decided("2026-04-21")
    await office.day("2026-04-21")
    assert [kind for kind, *_ in await office.alerts()] == ["breached", "met-late"]


async def test_what_was_done_in_time_is_told_no_more_about(office: Office) -> None:
    await office.requested("2026-03-02")
    await office.decided("2026-03-20")
    await office.day("2026-04-20")
    assert await office.alerts() == []


async def test_thresholds_that_passed_meanwhile_are_stale(office: Office) -> None:
    """Loaded when five days are left: the seven-day alert, as of today, and no burst of older ones."""
    await office.requested("2026-03-02")
    await office.day("2026-04-08")
    assert await office.alerts() == [("approaching", "2026-04-13", 7)]


async def test_a_corrected_due_date_is_a_new_thing_to_tell(office: Office) -> None:
    asked = await office.requested("2026-03-02")
    await office.day("2026-04-20")
    await office.log.corrected(asked, "2026-03-12", recorded="2026-04-20")
    await office.day("2026-04-21")
    assert await office.alerts() == [("breached", "2026-04-13", 7), ("approaching", "2026-04-23", 7)]


async def test_it_is_silent_while_the_data_is_behind(office: Office) -> None:
    await office.requested("2026-03-02")
    await office.log.apply(office.pool, office.effects)
    office.clock.fixed = at("2026-04-20")
    for effect in office.effects:
        await caught_up(office.pool, effect, office.clock.fixed - timedelta(seconds=31))
    assert await office.monitor.round() == 0
    assert set(office.monitor.health()["silent_lanes"].values()) == {"unknown: data is 31 s behind"}
    assert await office.day("2026-04-20") > 0


async def test_it_is_silent_while_its_clock_is_ahead_or_behind(office: Office) -> None:
    """A limit may not be told to be broken because of a clock; the data's own time is the measure."""
    await office.requested("2026-03-02")
    assert await office.day("2026-04-01") > 0  # it is near
    office.clock.fixed = at("2026-05-01")
    assert await office.monitor.round() == 0
    assert "data is 2602800 s behind" in office.monitor.health()["silent_lanes"][lane_of(case(1))]
    office.clock.fixed = at("2026-03-01")
    assert await office.monitor.round() == 0
    assert "clock here is" in office.monitor.health()["silent_lanes"][lane_of(case(1))]


async def test_what_was_told_while_every_clock_was_ahead_stays_told_and_is_told_once(office: Office) -> None:
    """It cannot be untold; what is true meanwhile is told as ever."""
    await office.requested("2026-03-02")
    await office.day("2026-05-01")
    early = await office.alerts()
    assert [kind for kind, _, _ in early] == ["breached"]
    assert await office.day("2026-04-01") > 0
    assert [kind for kind, _, _ in await office.alerts()].count("approaching") == 1
    assert await office.day("2026-05-01") == 0
    assert [kind for kind, _, _ in await office.alerts()].count("breached") == 1


async def test_it_is_silent_while_history_is_arriving(office: Office) -> None:
    """Events of another day that arrived a moment ago: the case's next event may make it in time."""
    office.monitor.quiet_seconds = 3600.0
    await office.requested("2026-03-02")
    assert await office.day("2026-04-20") == 0
    assert set(office.monitor.health()["silent_lanes"].values()) == {"history is arriving"}
    await office.decided("2026-04-01")
    assert await office.day("2026-04-20") == 0
    office.monitor.quiet_seconds = 0.0
    await office.day("2026-04-20")
    assert await office.alerts() == []


async def test_what_arrived_by_a_clock_that_was_ahead_is_no_history_for_days(office: Office) -> None:
    office.monitor.quiet_seconds = 3600.0
    await office.requested("2026-03-02")
    await office.log.apply(office.pool, office.effects)
    await office.pool.execute("update projections.change_lanes set arrived_at = arrived_at + interval '3 days'")
    assert await office.day("2026-04-20") > 0


async def test_it_is_silent_while_a_rebuild_has_not_come_back_to_where_it_was(office: Office) -> None:
    await office.requested("2026-03-02")
    await office.day("2026-04-06")
    moved = "update flow.cursors set sequence = sequence + $1 where consumer = 'deadlines' and next_offset > 0"
    await office.pool.execute(moved, -1)
    office.clock.fixed = at("2026-04-14", 9)
    for effect in office.effects:
        await caught_up(office.pool, effect, office.clock.fixed)
    assert await office.monitor.round() == 0
    await office.pool.execute(moved, 1)
    assert await office.monitor.round() > 0


async def test_an_alert_that_is_lost_with_its_store_is_told_again_under_the_same_id(
    office: Office, superuser: Any
) -> None:
    await office.requested("2026-03-02")
    await office.day("2026-04-20")
    first = await office.pool.fetch("select event_id from es.events order by 1")
    await superuser.execute(
        "alter table es.events disable trigger all; delete from es.events; delete from projections.told;"
        "update es.lanes set head = 0, hash = ''; alter table es.events enable trigger all"
    )
    office.start()
    await office.day("2026-04-20")
    assert await office.pool.fetch("select event_id from es.events order by 1") == first


async def test_two_monitors_side_by_side_tell_each_alert_once(office: Office) -> None:
    import asyncio

    for number in range(1, 9):
        await office.requested("2026-03-02", of=number)
    await office.log.apply(office.pool, office.effects)
    office.clock.fixed = at("2026-04-20")
    for effect in office.effects:
        await caught_up(office.pool, effect, office.clock.fixed)
    first = office.monitor
    office.start()
    await asyncio.gather(first.round(), office.monitor.round())
    assert len(await office.alerts()) == 8
    streams = await office.pool.fetch("select stream from es.events")
    assert len({row["stream"] for row in streams}) == len(streams)


async def test_an_alert_says_enough_to_act_on(office: Office) -> None:
    await office.log.happened("referral.caseworker-allocated", "2026-03-01", caseworker="ana", team="North")
    await office.requested("2026-03-02")
    await office.day("2026-04-20")
    row = await office.pool.fetchrow("select * from es.events where type = 'deadlines.clock-breached' limit 1")
    data, meta = orjson.loads(row["data"]), orjson.loads(row["metadata"])
    assert (data["case_id"], data["caseworker"], data["team"]) == (str(case(1)), "ana", "North")
    assert (data["occurred_on"], row["la_code"]) == ("2026-04-20", "801")
    assert meta["actor"]["role"] == "system"
