"""The period codes of ST section 2: from the day counted from to the last day in time. Pure date arithmetic.

No code rolls a date off a weekend or bank holiday: the Act and the Regs have no such rule (ST 2.3). The Tribunal's own
limits do, and are computed apart (``tribunal`` below, TA in ``special``).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from .calendars import Calendars, SchoolCalendar, Undecidable
from .switches import DEFAULT, Switches

DATED = frozenset({"W", "D", "DB", "M", "MB", "MBF", "WBF", "DBF", "WD", "WDB", "SD", "SN", "SP", "FX", "ON", "IMM"})
"""Computed from one day alone."""
SPECIAL = frozenset({"TA", "KEEP", "MOVE", "REVIEW-IN", "EDU"})
"""Computed from several events: see ``special`` and ``due``."""
UNDATED = frozenset({"ASAP", "CONT"})
"""As soon as practicable; continuing. The law gives no last day."""
SCHOOL = frozenset({"SD", "SN", "SP"})
BACKWARDS = frozenset({"MBF", "WBF", "DBF", "SP", "FX", "ON"})
"""Counted back from a day to come, or that day itself."""

_CODE = re.compile(r"(?P<unit>[A-Z]+)(?P<n>\d+)")
_FIXED = re.compile(r"FX (?P<how>before|by) (?P<day>\d\d?) (?P<month>[A-Z][a-z]+)")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A parsed period code. ``n`` counts in the unit; for FX it is day + 100 * month."""

    code: str
    unit: str
    n: int = 0
    before: bool = False
    """FX only: the last day is the day before the date."""

    @property
    def day_and_month(self) -> tuple[int, int]:
        return self.n % 100, self.n // 100


def parse(code: str) -> Period:
    """Raises ValueError for a code that ST section 2 does not have."""
    if code in SPECIAL or code in UNDATED or code in ("IMM", "ON"):
        return Period(code, code)
    if fixed := _FIXED.fullmatch(code):
        n = int(fixed["day"]) + 100 * (_MONTHS.index(fixed["month"]) + 1)
        return Period(code, "FX", n, fixed["how"] == "before")
    read = _CODE.fullmatch(code)
    if read is None or read["unit"] not in DATED or read["unit"] in ("FX", "IMM", "ON"):
        raise ValueError(f"no such period: {code!r}")
    return Period(code, read["unit"], int(read["n"]))


def months_after(e: date, n: int) -> date:
    """Mn: the corresponding date n months on (back if negative); the last day of the month if there is none.

    Raises OverflowError outside the years 1 to 9999, as all arithmetic of dates does.
    """
    month = e.month - 1 + n
    year, month = e.year + month // 12, month % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"the year {year} is out of range")
    return date(year, month, min(e.day, monthrange(year, month)[1]))


def months_from(e: date, n: int) -> date:
    """MBn: the last day of n months beginning with ``e``: the day before the corresponding date."""
    corresponding = months_after(e, n)
    return corresponding if corresponding.day != e.day else corresponding - timedelta(days=1)


def days_after(e: date, days: timedelta) -> date:
    """That many days on (back if negative), but no further than the calendar goes."""
    try:
        return e + days
    except OverflowError:
        return date.max if days > timedelta(0) else date.min


def fixed_day(transfer: date, period: Period, *, strictly_before: bool) -> date:
    """FX in the calendar year of the transfer. "Before" a date ends the day before it (6.16)."""
    day, month = period.day_and_month
    at = date(transfer.year, month, day)
    return at - timedelta(days=1) if period.before and strictly_before else at


def last_day(
    period: Period,
    e: date,
    calendars: Calendars,
    school: SchoolCalendar | None = None,
    *,
    tribunal: bool = False,
    switches: Switches = DEFAULT,
) -> date:
    """The last day in time of a period counted from ``e``.

    ``tribunal``: a limit of the Tribunal's own rules: working days leave out August and Christmas, calendar days roll
    to the next working day (rule 12). Raises Undecidable if a calendar does not reach that far, OverflowError outside
    the years 1 to 9999.
    """
    n = period.n
    if switches.receipt_is_day_one and not tribunal:
        e = _day_one(period.unit, e)
    match period.unit:
        case "W":
            due = e + timedelta(weeks=n)
        case "D":
            due = e + timedelta(days=n)
        case "DB":
            due = e + timedelta(days=n - 1)
        case "M":
            due = months_after(e, n)
        case "MB":
            due = months_from(e, n)
        case "MBF":
            return months_after(e, -n)
        case "WBF":
            return e - timedelta(weeks=n) - timedelta(days=0 if switches.two_weeks_are_fourteen_days else 1)
        case "DBF":
            return e - timedelta(days=n)
        case "WD":
            return calendars.working_day_after(e, n, tribunal=tribunal)
        case "WDB":
            return calendars.working_day_from(e, n)
        case "SD":
            return _known(school).after(e, n)
        case "SN":
            return _known(school).nth(e, n)
        case "SP":
            return _known(school).before(e, n)
        case "FX":
            return fixed_day(e, period, strictly_before=switches.strictly_before)
        case "ON" | "IMM":
            return e
        case _:
            raise Undecidable(f"the period {period.code} has no last day")
    return calendars.next_working_day(due) if tribunal or switches.roll_to_working_day else due


def _day_one(unit: str, e: date) -> date:
    """6.1 the other way: with the day of receipt as Day 1 everything counted from it ends a day earlier."""
    return e - timedelta(days=1) if unit in ("W", "D", "M", "WD", "SD") else e


def _known(school: SchoolCalendar | None) -> SchoolCalendar:
    if school is None:
        raise Undecidable("no term dates are published for the school, and this limit counts its school days")
    return school


def appeal_day(sent: date, certificate: date | None, calendars: Calendars, switches: Switches = DEFAULT) -> date:
    """TA: the last day for an appeal to reach the Tribunal, by 17:00 (ST 2.4). Raises Undecidable.

    The later of two months from sending and one month from the certificate; out of August to the first working day
    after it, out of 25 December to 1 January likewise; otherwise on to the next working day.
    """
    last = months_after(sent, 2)
    if certificate is not None:
        month = months_after(certificate, 1) if switches.certificate_gives_a_month else certificate + timedelta(days=30)
        last = max(last, month)
    return calendars.next_working_day(out_of_recess(last))


def out_of_recess(day: date) -> date:
    """The day after August or after New Year's Day for a day within them; any other day as it is."""
    if day.month == 8:
        return date(day.year, 9, 1)
    if (day.month, day.day) >= (12, 25):
        return months_after(date(day.year, 12, 2), 1)
    return date(day.year, 1, 2) if (day.month, day.day) == (1, 1) else day
