"""The worklist: every clock of an authority by due date, filtered and paged; also as it would be."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from projections.deadlines.clock import Clock
from projections.generation import statements
from projections.inputs import from_cursor, to_cursor
from projections.reading import Reading

from .keeping import rules
from .projection import deadlines
from .rows import clock_of, passes
from .telling import Teller

Wish = Literal[
    "open", "any", "running", "overdue", "relieved", "undecided", "not-started", "met", "met-late",
    "met-under-exception", "closed", "superseded",
]  # fmt: skip
"""``open``: everything that is not done with, overdue first. ``any``: finished ones too."""

_OPEN = frozenset({"open", "running", "overdue", "relieved", "undecided", "not-started"})
_MOST_LOOKS = 20
"""How many stretches of the list are searched for one page of a rare status; the page may then be short."""

Key = tuple[date, UUID, str]
_START: Key = (date.min, UUID(int=0), "")


@dataclass(frozen=True)
class Wanted:
    today: date
    """The London civil date on which the statuses are told."""
    statuses: frozenset[Wish] = frozenset({"open"})
    team: str | None = None
    caseworker: str | None = None
    rule: Sequence[str] | None = None
    owner: str | None = None
    due_before: date | None = None
    cursor: str | None = None
    limit: int = 50

    @property
    def rules(self) -> list[str] | None:
        if self.rule is None and self.owner is None:
            return None
        return sorted(
            {r.id for r in rules().rows if (self.rule is None or r.id in self.rule) and self.owner in (None, r.owner)}
        )

    @property
    def open_only(self) -> bool:
        return self.statuses <= _OPEN

    def takes(self, code: str) -> bool:
        return "any" in self.statuses or code in self.statuses or ("open" in self.statuses and code in _OPEN)


@dataclass(frozen=True)
class Item:
    key: Key
    lane: int
    clock: Clock
    caseworker: str | None
    team: str | None


async def worklist(
    reading: Reading, wanted: Wanted, teller: Teller, *, instead: Mapping[UUID, Sequence[Item]] | None = None
) -> tuple[list[Item], str | None]:
    """One page and the cursor of the next. ``instead``: cases whose clocks are taken from here and not from the table.

    Raises InvalidCommand for a cursor that is none.
    """
    instead = instead or {}
    at: Key = from_cursor(wanted.cursor, (date.fromisoformat, UUID, _text)) or _START
    supposed = sorted((i for items in instead.values() for i in items if _fits(i, wanted)), key=lambda i: i.key)
    page: list[Item] = []
    for _ in range(_MOST_LOOKS):
        size = max(wanted.limit + 1, 100 if wanted.statuses - {"open", "any"} else 0)
        stored = await _stretch(reading, wanted, at, size, list(instead))
        more = len(stored) == size
        last = stored[-1].key if more else None
        between = [i for i in supposed if i.key > at and (last is None or i.key <= last)]
        for item in heapq.merge(stored, between, key=lambda i: i.key):
            if wanted.takes(teller.as_recorded(item.clock).code):
                page.append(item)
                if len(page) > wanted.limit:
                    return page[:-1], _cursor(page[-2].key)
        if last is None:
            return page, None
        at = last
    return page, _cursor(at)


def _cursor(key: Key) -> str:
    return to_cursor(key[0], str(key[1]), key[2])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


async def _stretch(reading: Reading, wanted: Wanted, at: Key, size: int, without: list[UUID]) -> list[Item]:
    """The next rows that could belong on the list, in order."""
    sql = statements(deadlines.package, reading.schema("deadlines"))
    found: list[list[Item]] = []
    for name, earliest, latest in _sources(wanted):
        if wanted.due_before is not None:
            latest = min(latest or date.max, wanted.due_before)
        # One condition says where to begin: of two, PostgreSQL may take the other and walk over all that is past.
        after = max(at, (earliest, *_START[1:]))
        rows = await reading.connection.fetch(
            sql[name], reading.la_code, wanted.team, wanted.caseworker, wanted.rules, latest, *after, size, without
        )
        found.append([_item(row) for row in rows])
    return list(heapq.merge(*found, key=lambda i: i.key))[:size]


def _sources(wanted: Wanted) -> Iterable[tuple[str, date, date | None]]:
    """Which rows to read: the statement, and the due dates between which the wished statuses lie."""
    if not wanted.open_only:
        yield "worklist_all", date.min, None
        return
    late = wanted.statuses <= {"overdue", "relieved"}
    coming = wanted.statuses <= {"running"}
    yield "worklist_open", wanted.today if coming else date.min, _next_day(wanted.today) if late else None
    if not late:
        yield "worklist_passing", wanted.today, None


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _item(row: Any) -> Item:
    clock = clock_of(str(row["case_id"]), row["detail"])
    key = (row["sort_on"], UUID(str(row["case_id"])), row["clock_id"])
    return Item(key, row["lane"], clock, row["caseworker"], row["team"])


def _fits(item: Item, wanted: Wanted) -> bool:
    """As the statements choose, for clocks that are in no table."""
    clock = item.clock
    if wanted.open_only:
        ends = (clock.closed_on, clock.superseded_on, None if clock.rule.at_least else clock.met_on)
        if any(end is not None for end in ends) or (passes(clock.rule) and item.key[0] < wanted.today):
            return False
    return (
        wanted.team in (None, item.team)
        and wanted.caseworker in (None, item.caseworker)
        and (wanted.rules is None or clock.rule_id in wanted.rules)
        and (wanted.due_before is None or item.key[0] < wanted.due_before)
    )
