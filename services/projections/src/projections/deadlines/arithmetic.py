"""The reckoning of one due date, written out step by step, and the dates worth knowing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta

from . import flags, words
from .calendars import Calendars, Undecidable
from .case import Case
from .clock import Clock
from .facts import Fact, read_date
from .periods import BACKWARDS, SCHOOL, UNDATED, months_after, months_from, out_of_recess
from .special import appeal_over, certificate_of
from .switches import Switches
from .words import count, day

_DAY = timedelta(days=1)


def steps(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> list[str]:
    """Each step a sentence; the last ones name the due date."""
    found = _reckoned(clock, start, case, calendars, switches)
    if clock.rule.carried_by is not None:
        since = f"{day(clock.started_on)}, when {words.event(clock.rule.carried_by.type)}"
        found.append(f"These rules have applied since {since}; the last day stays what it was.")
    return found


def _reckoned(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> list[str]:
    try:
        return _in_steps(clock, start, case, calendars, switches)
    except (OverflowError, Undecidable):  # A date on the way lies outside the calendars; the last day does not.
        assert clock.due_on is not None
        return [_first(clock, start), f"The last day is {day(clock.due_on)}."]


def _in_steps(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> list[str]:
    rule, unit = clock.rule, clock.rule.period.unit
    found = [_first(clock, start)]
    if clock.undecided_why is not None:
        return [*found, f"No date can be given: {clock.undecided_why}."]
    if clock.due_on is None:
        if unit not in UNDATED:
            return [*found, f"It lasts {words.period(rule.period)}; that day is not known yet."]
        owed = "must be done" if unit == "ASAP" else "is owed"
        return [*found, f"The law names no day: it {owed} {words.period(rule.period)}."]
    if unit == "MOVE":
        return _move(clock, start, calendars)
    if not rule.met_by and unit == "IMM":
        return [f"The limit was passed on {day(clock.due_on)}, when {words.event(start.type)}."]
    if _given_instead(clock, start, case):
        found.append(f"Another date was directed or agreed, and prevails over the period: {day(clock.due_on)}.")
    elif unit in ("TA", "KEEP"):
        return [*found, *_appeal(clock, start, case)]
    elif unit == "REVIEW-IN":
        found = _review_in(clock, start, switches)
    else:
        found += _main(clock, calendars, switches)
    if rule.tribunal:
        found.append("It must be done by 17:00 on that day (rule 12).")
    elif unit not in SCHOOL and not rule.at_least and not _works(calendars, clock.due_on):
        found.append("That is a weekend or bank holiday; the law does not move it to another day.")
    return found


def _move(clock: Clock, start: Fact, calendars: Calendars) -> list[str]:
    """The day of the move and fifteen working days of knowing of it: the later counts."""
    moves, aware = _given(start, "moves_on"), _given(start, "old_la_aware_on") or _given(start, "old_aware_on")
    assert clock.due_on is not None
    if moves is None or aware is None:
        return [_first(clock, start), f"The last day is {day(clock.due_on)}."]
    return [
        f"The family moves on {day(moves)}.",
        f"It was known on {day(aware)}; 15 working days beginning with that day end on "
        f"{day(calendars.working_day_from(aware, 15))}.",
        f"The later of the two is the last day: {day(clock.due_on)}.",
    ]


def _review_in(clock: Clock, start: Fact, switches: Switches) -> list[str]:
    """Twelve months from the last review, three from the transfer: the later counts."""
    reviewed, made = _given(start, "last_reviewed_on"), _given(start, "plan_first_made_on")
    last, what = (reviewed, "last reviewed") if reviewed else (made, "first made")
    assert clock.due_on is not None
    assert last is not None
    year = months_from(last, 12) if switches.year_ends_day_before_anniversary else months_after(last, 12)
    return [
        f"The plan was {what} on {day(last)}; 12 months beginning with that day end on {day(year)}.",
        f"Three months beginning with the day of the transfer end on {day(months_from(start.occurred_on, 3))}.",
        f"The later of the two is the last day: {day(clock.due_on)}.",
    ]


def _given(start: Fact, field: str) -> date | None:
    return read_date(start.data.get(field))


def _first(clock: Clock, start: Fact) -> str:
    on, what = clock.counted_from, words.event(start.type)
    rule = clock.rule
    if rule.period.unit == "ON":
        return f"The day was set on {day(start.occurred_on)}, when {what}."
    if rule.period.unit in BACKWARDS:
        return f"Counted back from {day(on)}, as known since {day(start.occurred_on)}, when {what}."
    if on == start.occurred_on:
        return f"Counted from {day(on)}, when {what}."
    if rule.by_post is not None and start.data.get(rule.by_post) == "POST":
        posted = f"posted on {day(start.occurred_on)} and counts as given on the second working day after"
        return f"Counted from {day(on)}: the notice was {posted}."
    dated = next((c.dated for c in rule.starts if c.type == start.type and c.dated), None)
    given = words.DATED.get(dated or "", "the day given")
    return f"Counted from {day(on)}, {given}; on {day(start.occurred_on)} {what}."


def also(clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches) -> dict[str, date]:
    """Other dates to show with the clock; none of them is the due date, and none changes it."""
    found: dict[str, date] = {}
    for name, reckon in _beside(clock, start, case, calendars, switches):
        with suppress(OverflowError, Undecidable):  # outside the calendars: there is nothing to show
            found[name] = reckon()
    return found


def _beside(
    clock: Clock, start: Fact, case: Case, calendars: Calendars, switches: Switches
) -> Iterator[tuple[str, Callable[[], date]]]:
    rule, due = clock.rule, clock.due_on
    if rule.period.unit in ("TA", "KEEP"):
        yield "two months from sending", lambda: months_after(clock.counted_from, 2)
        if (certificate := certificate_of(case, start)) is not None:
            yield "one month from the certificate", lambda: months_after(certificate, 1)
    if due is None:
        return
    match rule.period.unit:
        case "W" | "D" if not switches.receipt_is_day_one:
            yield "with the day itself counted as Day 1 (internal target)", lambda: due - _DAY
        case "MB" if rule.period.n == 12:
            yield "anniversary", lambda: due + _DAY
        case "WBF":
            yield "safe on the clear-days reading", lambda: due - _DAY
        case "FX" | "MBF":
            yield "latest review meeting that leaves 12 weeks", lambda: due - timedelta(weeks=12)
    if rule.at_least:
        yield "over from", lambda: due + _DAY
    elif not rule.tribunal and not _works(calendars, due):
        yield "working day to plan for", lambda: calendars.working_day_by(due)
    if (relief := clock.relief) is not None and relief.fact_from and relief.fact_to:
        lasted = relief.fact_to - relief.fact_from + _DAY
        yield "management target, not statutory", lambda: due + lasted


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
            there = months_after(e, period.n)
            ends = "they end the day before that date comes round" if there.day == e.day else "they end with the month"
            return [f"The law gives {length} that day, which is counted too: {ends}.", f"{last}."]
        case "MBF":
            return [f"It must be done {length} that day.", f"{last}{_clamped(e, due)}."]
        case "WBF" | "DBF":
            return [f"It must be done {length} that day.", f"{last}."]
        case "SP":
            return [f"It must be done {length} that day.", f"{last}{_by_terms(clock)}."]
        case "SN":
            how = "They last to" if clock.rule.at_least else "It is owed from"
            return [f"{how} the {length}.", f"That is {day(due)}{_by_terms(clock)}."]
        case "ON":
            return [f"{last}."]
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
        found.append(f"That is {season}, so the first working day after it counts: {day(due)}.")
    elif last != due:
        found.append(f"That is not a working day, so the next one counts: {day(due)}.")
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
        return ", leaving out weekends, bank holidays, August and 25 December to 1 January"
    if not holidays:
        return ", leaving out weekends"
    return f", leaving out weekends and bank holidays ({', '.join(words.short_day(h) for h in holidays)})"


def _clamped(e: date, found: date) -> str:
    return "" if e.day == found.day else " (the last day of its month)"


def _works(calendars: Calendars, on: date) -> bool:
    try:
        return calendars.is_working_day(on)
    except Undecidable:
        return True
