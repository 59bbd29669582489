"""School terms as an English authority might set them, and school days by them. Civil dates; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from dateutil.easter import easter
from govuk_bank_holidays.bank_holidays import BankHolidays

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@cache
def bank_holidays() -> frozenset[date]:
    calendar = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in calendar.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekday_from(day: date) -> date:
    return day if day.weekday() < 5 else monday_of(day) + WEEK


def _weekday_until(day: date, *, friday: bool = False) -> date:
    while day.weekday() > 4 or (friday and day.weekday() != 4):
        day -= DAY
    return day


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One academic year: three terms with their half-terms and INSET days."""

    starts: int

    @property
    def name(self) -> str:
        return f"{self.starts}/{(self.starts + 1) % 100:02d}"

    @property
    def terms(self) -> list[tuple[date, date]]:
        year = self.starts
        autumn = _weekday_from(date(year, 9, 1))
        spring = _weekday_from(max(date(year + 1, 1, 2), monday_of(date(year + 1, 1, 6))))
        good_friday = easter(year + 1) - 2 * DAY
        # Two weeks at Easter: around it where it is early, before it where it is late.
        easter_break = good_friday - DAY if good_friday < date(year + 1, 4, 1) else good_friday - WEEK
        summer = monday_of(easter_break + 16 * DAY + 6 * DAY)
        return [
            (autumn, _weekday_until(date(year, 12, 22), friday=True)),
            (spring, easter_break),
            (summer, _weekday_until(date(year + 1, 7, 21))),
        ]

    @property
    def not_school_days(self) -> list[date]:
        """Half-terms, and an INSET day at the start of autumn and of spring."""
        (autumn, _), (spring, _), _ = self.terms
        halves = [
            monday_of(date(self.starts, 10, 28)),
            monday_of(date(self.starts + 1, 2, 17)),
            monday_of(date(self.starts + 1, 5, 29)),
        ]
        return sorted({autumn, spring, *(half + n * DAY for half in halves for n in range(5))})

    def body(self) -> dict[str, Any]:
        """As placement's term dates are published."""
        return {
            "academic_year": self.name,
            "terms": [{"first_day": a.isoformat(), "last_day": b.isoformat()} for a, b in self.terms],
            "not_school_days": [d.isoformat() for d in self.not_school_days],
        }


def school_year_of(day: date) -> SchoolYear:
    return SchoolYear(day.year if day.month >= 8 else day.year - 1)


def is_school_day(day: date) -> bool:
    year = school_year_of(day)
    return (
        day.weekday() < 5
        and any(first <= day <= last for first, last in year.terms)
        and day not in _off(year)
        and day not in bank_holidays()
    )


@cache
def _off(year: SchoolYear) -> frozenset[date]:
    return frozenset(year.not_school_days)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays()


def school_days_from(day: date) -> Iterator[date]:
    """School days, the first one on or after ``day``."""
    while True:
        if is_school_day(day):
            yield day
        day += DAY


def nth_school_day(first: date, n: int) -> date:
    """The nth school day, counting the first one on or after ``first`` as 1."""
    days = school_days_from(first)
    for _ in range(n - 1):
        next(days)
    return next(days)


def working_day(day: date) -> date:
    """``day`` itself, or the next working day."""
    while not is_working_day(day):
        day += DAY
    return day


def school_day(day: date) -> date:
    return nth_school_day(day, 1)


def years_of(first: date, last: date) -> Sequence[SchoolYear]:
    return [SchoolYear(y) for y in range(school_year_of(first).starts, school_year_of(last).starts + 1)]
