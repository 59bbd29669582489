"""Date arithmetic this service needs. All dates are civil dates in Europe/London.

The aggregates hold no school calendar: clocks in school days are the deadline engine's. Here a date is refused only
where no calendar in the world could make it right (`green-paper.md` 0.5).
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

HALF_TERM = timedelta(weeks=6)
"""How far apart AP reviews are unless agreed otherwise: about half a term. A local rule, not law."""

TWELVE_WEEKS = timedelta(weeks=12)
"""Longer needs a panel's approval; for non-school AP it is also the limit the Government intends (not in force)."""

TEN_WEEKS = timedelta(weeks=10)
"""Look-back before an off-site review meeting that is asked for (SI 2010/1156 reg 4A)."""

TWELVE_MONTHS = relativedelta(months=12)
"""How long a quality assurance visit counts."""


def weekdays_from(start: date, *, before: date) -> int:
    """Mondays to Fridays from ``start`` (counted) to ``before`` (not counted): the most school days there can be."""
    days = max((before - start).days, 0)
    return sum((start + timedelta(days=n)).weekday() < 5 for n in range(days))


def school_year_of(on: date) -> int:
    """The calendar year in which the school year of a date began.

    A school year begins with the first term after July (Education Act 1996, s.579), so August counts to the new one.
    """
    return on.year if on.month >= 8 else on.year - 1
