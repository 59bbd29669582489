"""When a limit is due: its period, a date that was directed or agreed instead, or several events together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import ceil

from . import flags
from .calendars import OUTSIDE, Calendars, SchoolCalendar, Undecidable
from .case import Case
from .facts import Fact, date_of
from .match import every
from .periods import SCHOOL, UNDATED, Period, last_day, parse
from .rules import Rule
from .special import SPECIALS, Due
from .suspensions import school_days
from .switches import Switches

_SIXTH_DAY = parse("SN6")
_TWO_DAYS = timedelta(days=2)

__all__ = ["Due", "Dues"]


class Dues:
    """Works due dates out for one case."""

    __slots__ = ("calendars", "case", "switches")

    def __init__(self, case: Case, calendars: Calendars, switches: Switches) -> None:
        self.case, self.calendars, self.switches = case, calendars, switches

    def due(self, rule: Rule, fact: Fact, on: date) -> Due:
        """Never raises for what the law or the calendars leave open: then ``undecided_why`` says so."""
        unit = rule.period.unit
        try:
            if (given := self._given_instead(rule, fact)) is not None:
                return Due(given, on)
            if unit in UNDATED:
                return Due(None, on)
            if unit == "EDU":
                return self._told_of_education(rule, fact, on)
            if unit in SPECIALS:
                return SPECIALS[unit](self.case, fact, on, self.calendars, self.switches)
            if rule.by_post is not None and fact.data.get(rule.by_post) == "POST":
                on = self.calendars.working_day_after(on, 2)
            if unit in SCHOOL:
                return self._by_school_days(rule, fact, on)
            return Due(last_day(rule.period, on, self.calendars, tribunal=rule.tribunal, switches=self.switches), on)
        except Undecidable as exc:
            return Due(None, on, (), str(exc))
        except OverflowError:
            return Due(None, on, (), OUTSIDE)
        except ValueError as exc:
            return Due(None, on, (), f"a date it depends on cannot be read ({exc})")

    def school(self, setting_id: object, la_code: str) -> SchoolCalendar | None:
        """The school's own calendar, or its authority's where that may stand in (6.26)."""
        calendar = self.calendars.school(str(setting_id)) if setting_id is not None else None
        if calendar is None and (setting_id is None or self.switches.authority_calendar_stands_in):
            return self.calendars.authorities.get(la_code)
        return calendar

    def _given_instead(self, rule: Rule, fact: Fact) -> date | None:
        """A period directed by the Tribunal or agreed in writing prevails (reg 44(1), reg 42(5), rule 21)."""
        if rule.directed_by:
            given = every(self.case.by_type, rule.directed_by, fact, date.min, rule.episode[0])
            if given:
                return max(given, key=lambda hit: (hit.fact.recorded_at, hit.fact.event_id)).on
        if rule.until is not None and (until := fact.data.get(rule.until)) is not None:
            return date_of(until)
        return None

    def _by_school_days(self, rule: Rule, fact: Fact, on: date) -> Due:
        period = rule.period
        if rule.at_most is not None and (days := school_days(fact)):
            period = replace(period, n=min(period.n, ceil(days)))
        setting_id = fact.data.get("setting_id")
        own = self.calendars.school(str(setting_id)) if setting_id is not None else None
        if own is not None:
            try:
                return Due(self._counted(period, on, own), on)
            except Undecidable:
                if not self.switches.authority_calendar_stands_in:
                    raise
        stands_in = self.school(None if own is not None else setting_id, fact.la_code)
        return Due(self._counted(period, on, stands_in), on, (flags.AUTHORITY_CALENDAR,))

    def _told_of_education(self, rule: Rule, fact: Fact, on: date) -> Due:
        """EDU: on the first day or, with details not known then, 48 hours before education begins (SI 2007/1870 reg 6).

        Nobody records whether they were known, so only the second is held against the school. Education begins on the
        sixth school day at the latest; shorter notice stands if the parent agreed to it and education begins before.
        """
        sixth = self._by_school_days(replace(rule, period=_SIXTH_DAY, at_most=None), fact, on)
        assert sixth.on is not None
        begins, agreed = sixth.on, False
        for hit in every(self.case.by_type, rule.met_by, fact, date.min, rule.episode[0])[:1]:
            given = hit.fact.data.get("education_starts_on")
            begins = sixth.on if given is None else min(date_of(given), sixth.on)
            agreed = bool(hit.fact.data.get("parent_agreed_to_short_notice")) and begins < sixth.on
        return sixth._replace(on=max(on, begins if agreed else begins - _TWO_DAYS))

    def _counted(self, period: Period, on: date, school: SchoolCalendar | None) -> date:
        return last_day(period, on, self.calendars, school, switches=self.switches)
