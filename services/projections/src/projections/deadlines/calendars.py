"""Which days count: working days in England, the Tribunal's days, and the school days of one school.

Bank holidays come from the data bundled with ``govuk-bank-holidays`` (England and Wales); outside the years it knows,
nothing is guessed. School days come from published term dates: a school day is a day with a session at *that* school
(Education Act 1996, s.579), never a weekday as such. All dates are civil dates in Europe/London.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from .facts import Fact, date_of

LONGEST_HOLIDAY = 75
"""Days. A longer stretch without a school day means that a year's term dates are missing, not a holiday."""


OUTSIDE = "its last day lies outside the calendar, which has the years 1 to 9999"
"""Why a limit of a date at either end of the calendar has no last day."""


class Undecidable(Exception):
    """A date cannot be worked out; ``str`` of it says why, in words for the person who asked."""


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The school days of one school or one authority, sorted."""

    days: tuple[date, ...]
    of: str = "the school"
    _gaps: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """The last school day before each stretch that is too long for a holiday."""

    def __post_init__(self) -> None:
        gaps = tuple(a for a, b in pairwise(self.days) if (b - a).days > LONGEST_HOLIDAY)
        object.__setattr__(self, "_gaps", gaps)

    def after(self, e: date, n: int) -> date:
        """SDn: the n-th school day after ``e``, which itself does not count. Raises Undecidable."""
        return self._at(e, bisect_right(self.days, e) + n - 1)

    def nth(self, e: date, n: int) -> date:
        """SNn: the n-th school day, counting ``e`` as the first if it is one. Raises Undecidable."""
        return self._at(e, bisect_left(self.days, e) + n - 1)

    def before(self, e: date, n: int) -> date:
        """SPn: the n-th school day before ``e``. Raises Undecidable."""
        return self._at(e, bisect_left(self.days, e) - n)

    def _at(self, e: date, index: int) -> date:
        if not 0 <= index < len(self.days):
            raise Undecidable(f"the term dates published for {self.of} do not reach far enough from {e:%-d %B %Y}")
        found = self.days[index]
        first, last = (e, found) if e <= found else (found, e)
        near = self.days[min(bisect_left(self.days, e), len(self.days) - 1)]
        before = self.days[max(bisect_right(self.days, e) - 1, 0)]
        known = min(abs((near - e).days), abs((e - before).days)) <= LONGEST_HOLIDAY
        if not known or bisect_left(self._gaps, last) > bisect_left(self._gaps, first):
            raise Undecidable(f"no term dates are published for {self.of} around {e:%-d %B %Y}")
        return found


@dataclass(frozen=True)
class Calendars:
    """All calendars the engine counts by. Built once and shared; ``with_terms`` gives a new one."""

    bank_holidays: frozenset[date]
    known_from: date
    known_to: date
    """The last day for which bank holidays are published."""
    schools: Mapping[str, SchoolCalendar] = field(default_factory=dict)
    """By setting id."""
    authorities: Mapping[str, SchoolCalendar] = field(default_factory=dict)
    """By LA code."""
    _working: tuple[date, ...] = field(default=(), repr=False, compare=False)
    _tribunal: tuple[date, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def of(cls, bank_holidays: Iterable[date]) -> Calendars:
        """Calendars over whole years: from the first holiday's year to the last one's."""
        holidays = frozenset(bank_holidays)
        first, last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
        days = [first + timedelta(n) for n in range((last - first).days + 1)]
        working = tuple(day for day in days if day.weekday() < 5 and day not in holidays)
        tribunal = tuple(day for day in working if not tribunal_skip(day))
        return cls(holidays, first, last, _working=working, _tribunal=tribunal)

    @classmethod
    def england(cls) -> Calendars:
        """With the bank holidays of England and Wales as the installed package knows them."""
        return _england()

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, not a bank holiday (6.32). Raises Undecidable outside the published years."""
        self._published(day)
        return day.weekday() < 5 and day not in self.bank_holidays

    def working_day_after(self, e: date, n: int, *, tribunal: bool = False) -> date:
        """WDn: the n-th working day after ``e``. ``tribunal``: not August nor 25 December to 1 January."""
        return self._nth(e, bisect_right(days := self._tribunal if tribunal else self._working, e) + n - 1, days)

    def working_day_from(self, e: date, n: int) -> date:
        """WDBn: the n-th working day beginning with ``e``."""
        return self._nth(e, bisect_left(self._working, e) + n - 1, self._working)

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is a working day, else the first one after it."""
        return self.working_day_from(day, 1)

    def working_day_by(self, day: date) -> date:
        """``day`` itself if it is a working day, else the last one before it: when to plan for (6.2)."""
        return self._nth(day, bisect_right(self._working, day) - 1, self._working)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie in [a, b)."""
        self._published(a)
        self._published(b)
        return max(0, bisect_left(self._working, b) - bisect_left(self._working, a))

    def school(self, setting_id: str | None) -> SchoolCalendar | None:
        return self.schools.get(setting_id) if setting_id is not None else None

    def with_terms(self, published: Iterable[Fact]) -> Calendars:
        """With the term dates of ``placement.*-term-dates-published`` facts; of a year, the last recorded count.

        A publication that was retracted (``placement.*-term-dates-entry-retracted``) never was.
        """
        last: dict[tuple[str, str, str], Fact] = {}
        known = sorted(published, key=lambda f: (f.recorded_at, f.event_id))
        gone = {str(fact.data["retracts"]) for fact in known if fact.type.endswith("-term-dates-entry-retracted")}
        for fact in known:
            if fact.event_id in gone:
                continue
            if fact.type == "placement.setting-term-dates-published":
                last["setting", str(fact.data["setting_id"]), str(fact.data["academic_year"])] = fact
            elif fact.type == "placement.authority-term-dates-published":
                last["authority", fact.la_code, str(fact.data["academic_year"])] = fact
        years: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for (kind, whose, _), fact in last.items():
            years.setdefault((kind, whose), []).append(fact.data)
        schools, authorities = dict(self.schools), dict(self.authorities)
        for (kind, whose), data in years.items():
            if kind == "setting":
                schools[whose] = self.school_calendar(data, of="the school")
            else:
                authorities[whose] = self.school_calendar(data, of="the authority")
        return replace(self, schools=schools, authorities=authorities)

    def school_calendar(self, years: Sequence[Mapping[str, Any]], *, of: str = "the school") -> SchoolCalendar:
        """School days from ``{terms: [{first_day, last_day}], not_school_days: [...]}``, one mapping per year."""
        closed = {date_of(day) for year in years for day in year.get("not_school_days", ())}
        days: set[date] = set()
        for year in years:
            for term in year["terms"]:
                first, last = date_of(term["first_day"]), date_of(term["last_day"])
                days.update(first + timedelta(n) for n in range((last - first).days + 1))
        open_days = (d for d in days if d.weekday() < 5 and d not in closed and d not in self.bank_holidays)
        return SchoolCalendar(tuple(sorted(open_days)), of)

    def _nth(self, e: date, index: int, days: tuple[date, ...]) -> date:
        self._published(e)
        if not 0 <= index < len(days):
            raise Undecidable(self._unpublished())
        return days[index]

    def _published(self, day: date) -> None:
        if not self.known_from <= day <= self.known_to:
            raise Undecidable(self._unpublished())

    def _unpublished(self) -> str:
        return f"bank holidays are published only from {self.known_from:%-d %B %Y} to {self.known_to:%-d %B %Y}"


def tribunal_skip(day: date) -> bool:
    """Days in August and from 25 December to 1 January do not count for the Tribunal's own limits (rule 12, 6.32)."""
    return day.month == 8 or (day.month, day.day) >= (12, 25) or (day.month, day.day) == (1, 1)


@lru_cache(maxsize=1)
def _england() -> Calendars:
    # Imported here: the package pulls in an HTTP client that nothing else in this process needs, and is never used.
    from govuk_bank_holidays.bank_holidays import BankHolidays

    bundled = BankHolidays(use_cached_holidays=True)
    return Calendars.of(holiday["date"] for holiday in bundled.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))
