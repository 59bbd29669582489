"""Days this service must count itself, because a rule of its own turns on them. All dates are civil, Europe/London.

The statutory clocks are computed by ``services/projections``; here stand only the two computations without which an act
could not be refused: when a posted draft is served, and until when a family may appeal against ceasing.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter
from dateutil.relativedelta import MO, relativedelta
from govuk_bank_holidays.bank_holidays import BankHolidays

_PUBLISHED = frozenset(
    holiday["date"]
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
)
"""What GOV.UK has published, proclaimed days included; read once from the package, never from the network."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays in England and Wales: as published, else by the rules of the 1971 Act and its substitutes."""
    published = frozenset(day for day in _PUBLISHED if day.year == year)
    if published:
        return published
    new_year = _not_at_a_weekend(date(year, 1, 1))
    christmas = _not_at_a_weekend(date(year, 12, 25))
    boxing = _not_at_a_weekend(date(year, 12, 26))
    if boxing <= christmas:
        boxing = christmas + timedelta(days=1)
    sunday = easter(year)
    return frozenset(
        {
            new_year,
            sunday - timedelta(days=2),
            sunday + timedelta(days=1),
            date(year, 5, 1) + relativedelta(weekday=MO(1)),
            date(year, 5, 31) + relativedelta(weekday=MO(-1)),
            date(year, 8, 31) + relativedelta(weekday=MO(-1)),
            christmas,
            boxing,
        }
    )


def _not_at_a_weekend(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_day_from(day: date) -> date:
    """The day itself if it is a working day, else the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def served_by_post(posted_on: date) -> date:
    """When a first-class letter counts as served unless the contrary is shown: the second working day after posting."""
    return working_day_from(working_day_from(posted_on + timedelta(days=1)) + timedelta(days=1))


def appeal_until(sent_on: date, certificate_on: date | None = None) -> date:
    """The last day on which the family may appeal (Tribunal rules 12 and 20(1)(c); by 17:00 of it).

    The later of two months after the notice was sent and one month after the mediation certificate; a date in August or
    from 25 December to 1 January moves to the first working day after, any other to the next working day.
    """
    last = sent_on + relativedelta(months=2)
    if certificate_on is not None:
        last = max(last, certificate_on + relativedelta(months=1))
    if last.month == 8:
        last = date(last.year, 9, 1)
    elif (last.month, last.day) >= (12, 25):
        last = date(last.year + 1, 1, 2)
    elif (last.month, last.day) == (1, 1):
        last = date(last.year, 1, 2)
    return working_day_from(last)


def twelve_months_beginning_with(first_day: date) -> date:
    """The last day of a period of twelve months that begins with ``first_day`` (s.44(1))."""
    return _months_beginning_with(first_day, 12)


def three_months_beginning_with(first_day: date) -> date:
    """The last day of a period of three months that begins with ``first_day`` (reg 15(5))."""
    return _months_beginning_with(first_day, 3)


def _months_beginning_with(first_day: date, months: int) -> date:
    corresponding = first_day + relativedelta(months=months)
    return corresponding - timedelta(days=1) if corresponding.day == first_day.day else corresponding
