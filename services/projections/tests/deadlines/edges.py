"""What the tests of edge dates share: one school's autumn, a second reckoning, and a clock's words on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from projections.deadlines import Clock, Fact, clocks, status_of

from .made import CALENDARS, RULES
from .reckoned import Reckoner

AUTUMN = {
    "terms": [
        {"first_day": "2026-09-01", "last_day": "2026-10-23"},
        {"first_day": "2026-11-02", "last_day": "2026-12-18"},
    ],
    "not_school_days": ["2026-09-01"],
}
WITH_SCHOOL = replace(CALENDARS, schools={"fernhill": CALENDARS.school_calendar([AUTUMN])})
RECKONER = Reckoner(CALENDARS.bank_holidays, {"fernhill": frozenset(WITH_SCHOOL.schools["fernhill"].days)})


def found(key: str, *facts: Fact) -> list[Clock]:
    return [c for c in clocks(facts, rules=RULES, calendars=WITH_SCHOOL) if c.rule.key == key]


def clock(key: str, *facts: Fact) -> Clock:
    (one,) = found(key, *facts)
    return one


def words(of: Clock, as_at: str) -> str:
    return status_of(of, date.fromisoformat(as_at)).words


def code(of: Clock, as_at: str) -> str:
    return status_of(of, date.fromisoformat(as_at)).code
