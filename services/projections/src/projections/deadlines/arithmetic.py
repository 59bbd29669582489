"""The reckoning of one due date, written out step by step, and the dates worth knowing beside it."""

from __future__ import annotations

from datetime import date, timedelta

from . import flags, words
from .calendars import Calendars, Undecidable
from .case import Case
from .clock import Clock
from .facts import Fact, read_date
from .periods import BACKWARDS, SCHOOL, UNDATED, months_after, out_of_recess
from .special import appeal_over, certificate_of
from .switches import Switches
from .words import count, day


def steps(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> list[str]:
    """Each step a sentence; the last ones name the due date."""
    rule, unit = clock.rule, clock.rule.period.unit
    found = [_first(clock, start)]
    if clock.undecided_why is not None:
        return [*found, f"No date can be given: {clock.undecided_why}."]
    if clock.due_on is None:
        none = "The law names no day" if unit in UNDATED else "Its end is not yet known"
        return [*found, f"{none}: {words.period(rule.period)}."]
    if _given_instead(clock, start, case):
        found.append(f"Another date was directed or agreed, and prevails over the period: {day(clock.due_on)}.")
    elif unit in ("TA", "KEEP"):
        return [*found, *_appeal(clock, start, case)]
    else:
        found += _main(clock, calendars, switches)
    if rule.tribunal:
        found.append("It must be done by 17:00 on that day (rule 12).")
    elif unit not in SCHOOL and not rule.at_least and not _works(calendars, clock.due_on):
        found.append("That is a weekend or bank holiday; the law does not move it.")
    return found


def _first(clock: Clock, start: Fact) -> str:
    on, what = clock.counted_from, words.event(start.type)
    if clock.rule.period.unit in BACKWARDS:
        back = "For" if clock.rule.period.unit == "ON" else "Counted back from"
        return f"{back} {day(on)}, as known since {day(start.occurred_on)}, when {what}."
    if on != start.occurred_on:
        return f"Counted from {day(on)}, the day given when {what} ({day(start.occurred_on)})."
    return f"Counted from {day(on)}, when {what}."


def also(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> dict[str, date]:
    """Other dates to show with the clock; none of them is the due date, and none changes it."""
    found: dict[str, date] = {}
    rule, due = clock.rule, clock.due_on
    if rule.period.unit in ("TA", "KEEP"):
        found["two months from sending"] = months_after(clock.counted_from, 2)
        if (certificate := certificate_of(case, start)) is not None:
            found["one month from the certificate"] = months_after(certificate, 1)
    if due is None:
        return found
    match rule.period.unit:
        case "W" | "D" if not switches.receipt_is_day_one:
            found["with the day of receipt as Day 1 (internal target)"] = due - timedelta(days=1)
        case "MB" if rule.period.n == 12:
            found["anniversary"] = due + timedelta(days=1)
        case "WBF":
            found["safe on the clear-days reading"] = due - timedelta(days=1)
        case "FX" | "MBF":
            found["latest review meeting that leaves 12 weeks"] = due - timedelta(weeks=12)
    if rule.at_least:
        found["over from"] = due + timedelta(days=1)
    elif not rule.tribunal and not _works(calendars, due):
        found["working day to plan for"] = calendars.working_day_by(due)
    if (relief := clock.relief) is not None and relief.fact_from and relief.fact_to:
        lasted = (relief.fact_to - relief.fact_from).days + 1
        found["management target, not statutory"] = due + timedelta(days=lasted)
    return found


def _main(clock: Clock, calendars: Calendars, switches: Switches) -> list[str]:
    """The ordinary periods: what the law gives, and where that leads."""
    period, e, due = clock.rule.period, clock.counted_from, clock.due_on
    assert due is not None
    length, last = words.period(period), f"The last day is {day(due)}"
    counted_in = period.unit in ("W", "D", "M", "WD", "SD")
    if counted_in and switches.receipt_is_day_one and not clock.rule.tribunal:
        return [f"The law gives {length} that day, here counted as Day 1 (6.1).", f"{last}."]
    match period.unit:
        case "W":
            days = count(7 * period.n, "day")
            return [f"The law gives {length} that day; the day itself does not count.", f"{last}, {days} on."]
        case "D" | "SD":
            return [f"The law gives {length} that day; the day itself does not count.", f"{last}{_by_terms(clock)}."]
        case "WD":
            return [f"The law gives {length} that day{_left_out(clock, calendars)}.", f"{last}."]
        case "M":
            return [f"The law gives {length} that day.", f"{last}{_clamped(e, due)}."]
        case "DB":
            return [f"At least {length} that day, which is day 1.", f"{last}."]
        case "WDB":
            return [f"The law gives {length} that day, which is day 1{_left_out(clock, calendars)}.", f"{last}."]
        case "MB":
            return [
                f"The law gives {length} that day: they end the day before the corresponding date.",
                f"{last}.",
            ]
        case "MBF":
            return [f"It must be done {length} that day.", f"{last}{_clamped(e, due)}."]
        case "WBF":
            return [f"It must be done {length} that day.", f"{last}."]
        case "SP":
            return [f"It must be done {length} that day.", f"{last}{_by_terms(clock)}."]
        case "SN":
            how = "It lasts to" if clock.rule.at_least else "It is owed from"
            return [f"{how} the {length}.", f"That is {day(due)}{_by_terms(clock)}."]
        case "FX":
            return [f"It must be done {length} ({e.year}).", f"{last}."]
        case _:
            return [f"It must be done {length}.", f"{last}."]


def _by_terms(clock: Clock) -> str:
    if clock.rule.period.unit not in SCHOOL:
        return ""
    whose = "the authority's" if flags.AUTHORITY_CALENDAR in clock.flags else "the school's"
    return f", by {whose} published term dates"


def _appeal(clock: Clock, start: Fact, case: Case) -> list[str]:
    sent, due = clock.counted_from, clock.due_on
    assert due is not None
    if clock.rule.period.unit == "KEEP" and (over := appeal_over(case, start)) is not None:
        return [f"The appeal was over on {day(over)}; until then the plan had to be kept."]
    last = months_after(sent, 2)
    found = [f"Two calendar months from sending: {day(last)}{_clamped(sent, last)}."]
    if (certificate := certificate_of(case, start)) is not None:
        month = months_after(certificate, 1)
        found.append(f"One month from the mediation certificate of {day(certificate)}: {day(month)}.")
        last = max(last, month)
        found.append(f"The later of the two: {day(last)}.")
    if out_of_recess(last) != last:
        season = "in August" if last.month == 8 else "between 25 December and 1 January"
        found.append(f"That is {season}, so the first working day after: {day(due)}.")
    elif last != due:
        found.append(f"That is not a working day, so the next one: {day(due)}.")
    if clock.rule.tribunal:
        found.append("It must reach the Tribunal by 17:00 on that day (rule 12).")
    return found


def _given_instead(clock: Clock, start: Fact, case: Case) -> bool:
    rule = clock.rule
    if rule.until is not None and read_date(start.data.get(rule.until)) == clock.due_on:
        return True
    types = {clause.type for clause in rule.directed_by}
    return any(read_date(fact.data.get("due_on")) == clock.due_on for fact in case.of(*types))


def _left_out(clock: Clock, calendars: Calendars) -> str:
    assert clock.due_on is not None
    holidays = sorted(h for h in calendars.bank_holidays if clock.counted_from <= h <= clock.due_on)
    if clock.rule.tribunal:
        return ", leaving out August and 25 December to 1 January"
    if not holidays:
        return ", leaving out weekends"
    return ", leaving out weekends and " + ", ".join(words.short_day(h) for h in holidays)


def _clamped(e: date, found: date) -> str:
    return "" if e.day == found.day else " (the last day of its month)"


def _works(calendars: Calendars, on: date) -> bool:
    try:
        return calendars.is_working_day(on)
    except Undecidable:
        return True
