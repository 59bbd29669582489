"""Clocks to rows and back. A row says enough to tell the status on any day without the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import orjson

from projections.deadlines.calendars import Calendars
from projections.deadlines.case import RETRACTION
from projections.deadlines.clock import Claim, Clock, Suspension
from projections.deadlines.engine import clocks
from projections.deadlines.facts import Fact
from projections.deadlines.periods import SCHOOL
from projections.deadlines.rules import Rule
from projections.deadlines.switches import DEFAULT

from .keeping import ALLOCATED, rules

COLUMNS = (
    "case_id", "clock_id", "la_code", "lane", "rule", "due_on", "sort_on", "ended_on", "met_on", "passes", "alarms",
    "school_days", "caseworker", "team", "detail",
)  # fmt: skip

Row = tuple[Any, ...]


def work_out(facts: Iterable[Fact], calendars: Calendars) -> tuple[Clock, ...]:
    """The clocks of one case."""
    return clocks(facts, rules=rules(), calendars=calendars)


def allocation(facts: Sequence[Fact]) -> tuple[str | None, str | None]:
    """``(caseworker, team)`` as last allocated."""
    gone = {fact.data.get("retracts") for fact in facts if fact.type.endswith(RETRACTION)}
    stand = (fact for fact in facts if fact.type == ALLOCATED and fact.event_id not in gone)
    last = max(stand, key=lambda f: (f.recorded_at, f.event_id), default=None)
    return (last.data.get("caseworker"), last.data.get("team")) if last else (None, None)


def rows_of(case_id: str, lane: int, facts: Sequence[Fact], calendars: Calendars) -> list[Row]:
    """Every clock of a case as its row, from all its facts."""
    if not facts:
        return []
    caseworker, team = allocation(facts)
    la_code = facts[0].la_code
    return [_row(case_id, la_code, lane, clock, caseworker, team) for clock in work_out(facts, calendars)]


class _OfARule(NamedTuple):
    """What every clock of a rule shares."""

    id: str
    key: str
    valid_from: date
    at_least: bool
    passes: bool
    """By itself, and then it is over: a time that must pass, and a right that somebody may use in time."""
    alarms: bool
    school_days: bool


@cache
def _of(rule: Rule) -> _OfARule:
    school_days = rule.period.unit in SCHOOL
    return _OfARule(rule.id, rule.key, rule.valid_from, rule.at_least, passes(rule), raises_alarms(rule), school_days)


def passes(rule: Rule) -> bool:
    """Whether it is nobody's task once its last day is over."""
    return rule.at_least or rule.right


def raises_alarms(rule: Rule) -> bool:
    """Whether the monitor speaks of it: a duty in force with a last day, once where two rows are sides of one act."""
    return not (rule.at_least or rule.right or rule.counted_with or rule.kind == "N")


def _row(case_id: str, la_code: str, lane: int, clock: Clock, caseworker: str | None, team: str | None) -> Row:
    of = _of(clock.rule)
    due_on, closed_on, superseded_on = clock.due_on, clock.closed_on, clock.superseded_on
    # The end of a time that passes by itself is its last day, and not a thing done.
    ended_on = None if of.at_least else clock.met_on
    if closed_on is not None and (ended_on is None or closed_on < ended_on):
        ended_on = closed_on
    if superseded_on is not None and (ended_on is None or superseded_on < ended_on):
        ended_on = superseded_on
    return (
        case_id, f"{of.key}:{clock.instance}", la_code, lane, of.id, due_on, due_on or date.max, ended_on, clock.met_on,
        of.passes, of.alarms, of.school_days, caseworker, team,
        orjson.dumps((of.key, of.valid_from, *clock[2:]), default=tuple),
    )  # fmt: skip


_NAMES = Clock._fields[2:]
"""All of a clock but its rule and its case."""
_DATES = frozenset(name for name in _NAMES if name.endswith("_on") or name == "counted_from")
_CLAIM_DATES = ("fact_from", "fact_to", "claimed_on", "family_told_on")


@cache
def _rule(key: str, valid_from: str) -> Rule:
    since = date.fromisoformat(valid_from)
    return next(rule for rule in rules().under(DEFAULT) if rule.key == key and rule.valid_from == since)


def clock_of(case_id: str, detail: bytes) -> Clock:
    """The clock in a row, as the engine made it."""
    key, valid_from, *packed = orjson.loads(detail)
    values = {name: _value(name, value) for name, value in zip(_NAMES, packed, strict=True)}
    return Clock(rule=_rule(key, valid_from), case_id=case_id, **values)


def _value(name: str, value: Any) -> Any:
    if name in _DATES:
        return _day(value)
    if name == "suspended":
        return tuple(Suspension(date.fromisoformat(s[0]), date.fromisoformat(s[1]), *s[2:]) for s in value)
    if name == "claims":
        return tuple(_claim(Claim(*claim)) for claim in value)
    return tuple(value) if isinstance(value, list) else value


def _claim(packed: Claim) -> Claim:
    days: dict[str, Any] = {name: _day(getattr(packed, name)) for name in _CLAIM_DATES}
    return packed._replace(**days)


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
