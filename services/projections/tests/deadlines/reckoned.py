"""Periods reckoned a second time, from section 2 of the statutory timeline reference and without a line of the engine.

Civil dates in Europe/London throughout. ``period("W6 2028-01-20")`` is the last day of six weeks after that day. The
tests beside this file hold the engine against it; a mistake would have to be made twice to stay hidden.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
FRIDAY = 4


def months(start: date, number: int) -> date:
    """The corresponding day some months on or back; the month's last day where there is none."""
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def months_beginning_with(start: date, number: int) -> date:
    """The day before the corresponding day; the month's last day where there is none."""
    there = months(start, number)
    return there if there.day != start.day else there - DAY


def nth_day(start: date, number: int, counts: Callable[[date], bool], step: timedelta = DAY) -> date:
    """The nth day that counts, after ``start`` or, with a negative step, before it."""
    day = start
    while number:
        day += step
        number -= counts(day)
    return day


def not_counted_by_the_tribunal(day: date) -> bool:
    """August, and 25 December to 1 January (rule 12)."""
    return day.month == 8 or (day.month, day.day) >= (12, 25) or (day.month, day.day) == (1, 1)


@dataclass(frozen=True)
class Reckoner:
    """Reckons with these bank holidays and these schools' days of school."""

    bank_holidays: frozenset[date]
    schools: Mapping[str, frozenset[date]]

    def working(self, day: date) -> bool:
        return day.weekday() <= FRIDAY and day not in self.bank_holidays

    def appeal(self, sent: date, certificate: date | None = None) -> date:
        """Two months from sending or one from the certificate, whichever is later; August, Christmas, weekends."""
        last = max(months(sent, 2), months(certificate, 1)) if certificate else months(sent, 2)
        if last.month == 8:
            last = date(last.year, 9, 1)
        elif not_counted_by_the_tribunal(last):
            last = date(last.year + (last.month == 12), 1, 2)
        while not self.working(last):
            last += DAY
        return last

    def period(self, words: str) -> date:
        """A code of section 2 and its day: ``W6 2028-01-20``, ``SN6@oakmead …``, ``TA sent certificate``."""
        code, *rest = words.split()
        if code == "later":
            return max(self.period(" ".join(rest[:2])), self.period(" ".join(rest[2:])))
        code, _, school = code.partition("@")
        days = [date.fromisoformat(part) for part in rest]
        kind, number = re.fullmatch(r"([A-Z]+)(\d*)", code).groups()  # type: ignore[union-attr]
        return self._last(kind, int(number or 0), days, self.schools[school or "fernhill"])

    def _last(self, kind: str, n: int, days: list[date], school: frozenset[date]) -> date:
        start = days[0]
        match kind:
            case "FX" | "DAY":
                return start
            case "W":
                return start + timedelta(weeks=n)
            case "B":  # at least so many days before
                return start - timedelta(days=n)
            case "D":
                return start + timedelta(days=n)
            case "DB":
                return start + timedelta(days=n - 1)
            case "M":
                return months(start, n)
            case "MBF":
                return months(start, -n)
            case "MB":
                return months_beginning_with(start, n)
            case "WD":
                return nth_day(start, n, self.working)
            case "WDB":
                return nth_day(start - DAY, n, self.working)
            case "TWD":
                return nth_day(start, n, lambda day: self.working(day) and not not_counted_by_the_tribunal(day))
            case "TA":
                return self.appeal(*days)
            case "SD":
                return nth_day(start, n, school.__contains__)
            case "SN":
                return nth_day(start - DAY, n, school.__contains__)
            case "SP":
                return nth_day(start, n, school.__contains__, -DAY)
            case _:
                raise ValueError(f"no period {kind}")
