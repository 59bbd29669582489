"""Deadlines as a projection: facts are added, and the clocks of the cases they touch are worked out afresh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.core.ids import LANES, lane_of
from shared.edge.db import Connection
from shared.edge.kafka import Delivered

from projections.deadlines.calendars import Calendars
from projections.deadlines.facts import Fact
from projections.events import TOPICS, Read, data_of
from projections.generation import LAYOUTS, statements
from projections.projection import Builder, Changed, Table

from .keeping import (
    FACT_COLUMNS,
    OF_AUTHORITIES,
    OF_SETTINGS,
    TERM_COLUMNS,
    fact_of,
    fact_row,
    from_row,
    term_fact,
    term_row,
)
from .rows import COLUMNS, Row, rows_of

_CASES_AT_ONCE = 200
_CHUNK = 20_000
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Deadlines:
    name = "deadlines"
    topics = TOPICS
    package = __package__ or "projections.clocks"
    layout = LAYOUTS["deadlines"]
    tables = (
        Table("facts", FACT_COLUMNS, key=("case_id", "topic", "sequence")),
        Table("terms", TERM_COLUMNS, key=("topic", "lane", "sequence")),
        Table("clocks", COLUMNS, key=("case_id", "clock_id")),
    )

    async def apply(self, connection: Connection, schema: str, events: Sequence[Delivered]) -> Changed:
        sql = statements(self.package, schema)
        facts: list[Row] = []
        terms: list[Row] = []
        for event in events:
            data = data_of(event)
            if (fact := fact_of(event, data)) is not None:
                facts.append(fact_row(event, fact))
            elif (published := term_fact(event, data)) is not None:
                terms.append(term_row(event, published))
        if not facts and not terms:
            return {}
        # New term dates reach cases in every lane.
        await connection.execute(sql["lock_lanes"], list(range(LANES)) if terms else [events[0].lane])
        cases = {str(row[0]) for row in facts}
        if facts:
            await connection.execute(sql["add_facts"], *map(list, zip(*facts, strict=True)))
        if terms:
            await connection.execute(sql["add_terms"], *map(list, zip(*terms, strict=True)))
            settings = [row[8] for row in terms if row[5] in OF_SETTINGS]
            authorities = [row[3] for row in terms if row[5] in OF_AUTHORITIES]
            found = await connection.fetch(sql["counting_by"], settings, authorities)
            cases |= {str(row["case_id"]) for row in found}
        changed: dict[str, str] = {}
        everyone = sorted(cases)
        for start in range(0, len(everyone), _CASES_AT_ONCE):
            changed |= await work_out_again(connection, sql, everyone[start : start + _CASES_AT_ONCE])
        return changed

    def builder(self) -> Builder:
        return _Builder()

    async def complete(self, connection: Connection, schema: str, left: Sequence[str]) -> None:
        """The cases that count school days: now the term dates of every school are in their table."""
        sql = statements(self.package, schema)
        for start in range(0, len(left), _CASES_AT_ONCE):
            await work_out_again(connection, sql, left[start : start + _CASES_AT_ONCE])


async def work_out_again(connection: Connection, sql: Mapping[str, str], cases: Sequence[str]) -> dict[str, str]:
    """Bring the clocks of these cases up to date; returns those of which a clock changed, with their authority."""
    facts: dict[str, list[Fact]] = defaultdict(list)
    rows = await connection.fetch(sql["facts"], list(cases))
    for row in rows:
        facts[str(row["case_id"])].append(from_row(row))
    calendars = await calendars_for(connection, sql, rows)
    was = {(str(r["case_id"]), r["clock_id"]): _plain(r) for r in await connection.fetch(sql["clocks"], list(cases))}
    now = {row[:2]: row for case, known in facts.items() for row in rows_of(case, lane_of(case), known, calendars)}
    stale = [key for key, row in was.items() if now.get(key) != row]
    fresh = [row for key, row in now.items() if was.get(key) != row]
    if stale:
        await connection.execute(sql["remove_clocks"], [c for c, _ in stale], [id for _, id in stale])
    if fresh:
        await connection.execute(sql["add_clocks"], *map(list, zip(*fresh, strict=True)))
    return {case: facts[case][0].la_code for case in {key[0] for key in stale} | {row[0] for row in fresh}}


def _plain(row: Any) -> Row:
    return (str(row[0]), *tuple(row)[1:])


async def calendars_for(
    connection: Any, sql: Mapping[str, str], facts: Iterable[Any], *, at: datetime = _EVER
) -> Calendars:
    """The calendars that cases with these facts count by: of their schools and authorities, where any limit asks."""
    counting = [row for row in facts if row["school_days"]]
    if not counting:
        return Calendars.england()
    settings = sorted({row["setting_id"] for row in counting if row["setting_id"] is not None})
    authorities = sorted({row["la_code"] for row in counting})
    published = await connection.fetch(sql["terms"], settings, authorities, at)
    return Calendars.england().with_terms(from_row(row) for row in published)


class _Builder:
    """All facts of a lane in memory; clocks once a case, at the end."""

    def __init__(self) -> None:
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        self._fact_rows: list[Row] = []
        self._term_rows: list[Row] = []
        self._counting: set[str] = set()

    @property
    def left(self) -> list[str]:
        return sorted(self._counting)

    def add(self, event: Read, data: dict[str, Any]) -> None:
        if (fact := fact_of(event, data)) is not None:
            case_id = data["case_id"]
            self._facts[case_id].append(fact)
            row = fact_row(event, fact)
            self._fact_rows.append(row)
            if row[9]:  # term dates are in the lanes of schools, and may not have been read yet
                self._counting.add(case_id)
        elif (published := term_fact(event, data)) is not None:
            self._term_rows.append(term_row(event, published))

    def rows(self, *, last: bool) -> Iterable[tuple[str, list[Row]]]:
        if self._fact_rows and (last or len(self._fact_rows) > _CHUNK):
            rows, self._fact_rows = self._fact_rows, []
            yield "facts", rows
        if not last:
            return
        yield "terms", self._term_rows
        waiting: list[Row] = []
        calendars = Calendars.england()
        for case_id, facts in self._facts.items():
            if case_id not in self._counting:
                waiting += rows_of(case_id, lane_of(case_id), facts, calendars)
            if len(waiting) > _CHUNK:
                yield "clocks", waiting
                waiting = []
        yield "clocks", waiting


deadlines = Deadlines()
