"""A case's clocks as they were known at an instant, and the next deadline of many cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.core.errors import NotFound

from projections.deadlines.calendars import Calendars
from projections.deadlines.clock import Clock
from projections.deadlines.facts import Fact
from projections.generation import statements
from projections.reading import Reading

from .keeping import from_row
from .projection import calendars_for, deadlines
from .rows import clock_of
from .telling import Teller


@dataclass(frozen=True)
class Known:
    """What the engine is given about a case."""

    facts: Sequence[Fact]
    calendars: Calendars


async def known(reading: Reading, case_id: UUID, at: datetime) -> Known:
    """A case's facts and calendars as known at an instant. Raises NotFound if the authority has no such case."""
    sql = statements(deadlines.package, reading.schema("deadlines"))
    rows = await reading.connection.fetch(sql["facts_of_one"], case_id, reading.la_code, at)
    if not rows:
        await _must_exist(reading, case_id)
    calendars = await calendars_for(reading.connection, sql, rows, at=at)
    return Known([from_row(row) for row in rows], calendars)


async def _must_exist(reading: Reading, case_id: UUID) -> None:
    """A case may have no fact that any limit counts from; it is there all the same."""
    sql = statements("projections.timeline", reading.schema("timeline"))
    if not await reading.connection.fetchval(sql["exists"], case_id, reading.la_code):
        raise NotFound


@dataclass(frozen=True)
class Due:
    """The next deadline of a case."""

    clock: Clock
    status: str
    status_code: str

    def body(self) -> dict[str, Any]:
        return {
            "clock_id": self.clock.clock_id,
            "title": self.clock.title,
            "due_on": self.clock.due_on,
            "status": self.status,
            "status_code": self.status_code,
        }


async def next_deadlines(reading: Reading, cases: Sequence[UUID]) -> dict[str, Due]:
    """The open clock with the earliest last day, of each case that has one."""
    if not cases:
        return {}
    sql = statements(deadlines.package, reading.schema("deadlines"))
    teller = Teller(await reading.freshness("deadlines", deadlines.topics), reading.now)
    found = {}
    for row in await reading.connection.fetch(sql["next_due"], list(cases), reading.la_code):
        clock = clock_of(str(row["case_id"]), row["detail"])
        status = teller.status(clock, row["lane"])
        found[clock.case_id] = Due(clock, status.words, status.code)
    return found


def by_due_date(clock: Clock) -> tuple[date, str]:
    return (clock.due_on or date.max, clock.clock_id)
