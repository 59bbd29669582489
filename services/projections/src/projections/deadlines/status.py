"""How a clock stands on a day. Here, and only here, "today" comes in.

``as_at`` is a civil date, or an instant of which the date in London counts. The days left or late are calendar days.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from shared.core.dates import LONDON

from . import flags
from .clock import Claim, Clock
from .words import short_day as day

LAG_LIMIT = timedelta(seconds=30)
"""Behind by more than this, no status is given: "on time" could be wrong."""
CUT_OFF = time(17)
"""Tribunal rule 12(1)."""

GROUNDS = {
    "AWAY_4W": "an absence from the area of four weeks or more",
    "AWAY_2W": "an absence from the area of two weeks or more",
    "PERSONAL_CIRCUMSTANCES": "exceptional personal circumstances",
    "SETTING_CLOSED_4W": "the closure of the school or college for four weeks or more",
    "EARLY_YEARS_CLOSED_4W": "the closure of the early years setting for four weeks or more",
    "MISSED_APPOINTMENT": "a missed appointment",
}


class Status(NamedTuple):
    """``code`` is one of: not-started, running, met, met-late, overdue, relieved, met-under-exception, closed,
    superseded, undecided, unknown."""

    code: str
    days: int | None
    """Days left (running), early (met) or late (all others); None without a date."""
    words: str
    breached: bool = False
    """The limit was not kept and nothing excuses it, or the excuse came after the breach. Stays true for ever."""
    claimed_after_breach: bool = False


def london(as_at: date | datetime) -> tuple[date, time | None]:
    """The civil date and, for an instant, the time of day in London. Raises ValueError for a naive datetime."""
    if isinstance(as_at, datetime):
        if as_at.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        try:
            local = as_at.astimezone(LONDON)
        except OverflowError:  # The first or the last hours of the calendar.
            local = as_at
        return local.date(), local.time()
    return as_at, None


def status_of(
    clock: Clock, as_at: date | datetime, lag: timedelta | float | None = None, *, lag_limit: timedelta = LAG_LIMIT
) -> Status:
    """The status at a date or instant. ``lag``: how far the data is behind, as a timedelta or seconds."""
    if lag is not None:
        behind = lag if isinstance(lag, timedelta) else timedelta(seconds=lag)
        if behind > lag_limit:
            return Status("unknown", None, f"unknown: data is {_span(behind)} behind")
    today, at = london(as_at)
    if clock.undecided_why is not None:
        return _undecided(clock, today)
    ended_on, ended = _ending(clock, today)
    if clock.met_on is not None and clock.met_on <= today and (ended_on is None or clock.met_on <= ended_on):
        return _met(clock, clock.met_on, today)
    if ended is not None:
        return ended
    if today < clock.started_on:
        return Status("not-started", None, f"starts on {day(clock.started_on)}")
    return _open(clock, today, at)


def _ending(clock: Clock, today: date) -> tuple[date | None, Status | None]:
    """What ended the limit or switched it off by today, the earliest first."""
    ends: list[tuple[date, str, str]] = []
    if clock.superseded_on is not None and clock.superseded_on <= today:
        ends.append((clock.superseded_on, "superseded", clock.superseded_why or ""))
    if clock.closed_on is not None and clock.closed_on <= today:
        ends.append((clock.closed_on, "closed", clock.closed_why or ""))
    ends += [(s.from_on, s.status, s.why) for s in clock.suspended if s.from_on <= today < s.to_on]
    if not ends:
        return None, None
    on, code, why = min(ends)
    if code == "closed" and clock.not_needed and on == clock.closed_on:
        return on, Status(code, None, f"not needed since {day(on)}: {why}")
    words = f"{code} on {day(on)}: {why}"
    if code == "closed" and on == clock.closed_on and clock.rule.must_precede:
        if flags.NOT_BEFORE in clock.flags:
            return on, Status(code, None, f"{words}, and this had not been done", breached=_duty(clock))
        if flags.TOO_EARLY in clock.flags:
            return on, Status(code, None, f"{words}, before it was allowed to", breached=_duty(clock))
    late = (on - clock.due_on).days if clock.due_on is not None and not clock.rule.at_least else 0
    if late <= 0 or not _ran_out(clock, on):
        return on, Status(code, None, words)
    relief = clock.relief
    if relief is not None and relief.claimed_on <= on:
        excused = f"{words}; {_days(late)} after its last day, excused by {_ground(relief)}{_after(relief)}"
        return on, Status(code, late, excused, relief.after_breach, relief.after_breach)
    return on, Status(code, late, f"{words}; {_days(late)} after its last day", breached=_duty(clock))


def _ran_out(clock: Clock, on: date) -> bool:
    """Whether the limit was in force on a day after its last and before it ended.

    Refused in time and then ordered by the Tribunal: its last day passed while it was switched off, and broke nothing.
    """
    assert clock.due_on is not None
    missed = clock.due_on + timedelta(days=1)
    for off in clock.suspended:
        if off.from_on < missed <= off.to_on:
            missed = off.to_on
            if missed >= on:
                return False
    return True


def _met(clock: Clock, met_on: date, today: date) -> Status:
    if clock.rule.at_least:
        early = clock.due_on is not None and met_on <= clock.due_on
        return Status("met", None, "ended early: they had finished" if early else "the time has passed")
    if clock.due_on is None:
        return Status("met", None, f"done on {day(met_on)}")
    late = (met_on - clock.due_on).days
    if late <= 0:
        return Status("met", -late, f"met {_days(-late)} early" if late else "met on its last day")
    relief = clock.relief
    if relief is None or relief.claimed_on > today:
        return Status("met-late", late, f"met {_days(late)} late", breached=_duty(clock))
    words = f"met {_days(late)} late, excused by {_ground(relief)}"
    return Status("met-under-exception", late, words + _after(relief), relief.after_breach, relief.after_breach)


def _open(clock: Clock, today: date, at: time | None) -> Status:
    if clock.due_on is None:
        return Status("running", None, _undated(clock))
    left = (clock.due_on - today).days
    if clock.rule.at_least:
        return Status("running", left, f"open for {_days(left)} more" if left else "open until the end of today")
    cut_off = left == 0 and clock.due_at_1700 and at is not None and at >= CUT_OFF
    if left > 0 or (left == 0 and not cut_off and not clock.rule.from_day):
        return Status("running", left, f"due in {_days(left)}" if left else _today(clock))
    late = -left
    relief = clock.relief
    if relief is not None and relief.claimed_on <= today:
        words = f"{_days(late)} late, excused by {_ground(relief)}"
        return Status("relieved", late, words + _after(relief), relief.after_breach, relief.after_breach)
    if not clock.rule.met_by and clock.rule.from_day:
        return Status("overdue", late, f"over the limit since {day(clock.due_on)}", breached=_duty(clock))
    if late:
        words = f"{_days(late)} late" if _duty(clock) else f"passed {_days(late)} ago"
        return Status("overdue", late, words, breached=_duty(clock))
    words = "late since 17:00 today" if cut_off else "owed from today and not done"
    return Status("overdue", 0, words, breached=_duty(clock))


def _undecided(clock: Clock, today: date) -> Status:
    if clock.met_on is not None and clock.met_on <= today:
        return Status("met", None, f"done on {day(clock.met_on)}; whether in time is undecided: {clock.undecided_why}")
    _, ended = _ending(clock, today)
    return ended or Status("undecided", None, f"undecided: {clock.undecided_why}")


def _undated(clock: Clock) -> str:
    if clock.rule.at_least:
        return "open, and its end is not yet known"
    return "owed now and for as long as it lasts" if clock.rule.period.unit == "CONT" else "due as soon as practicable"


def _today(clock: Clock) -> str:
    return "due today by 17:00" if clock.due_at_1700 else "due today"


def _duty(clock: Clock) -> bool:
    """A right that was not used is nobody's breach."""
    return not clock.rule.right


def _ground(claim: Claim) -> str:
    return GROUNDS.get(claim.ground, claim.ground.lower().replace("_", " "))


def _after(claim: Claim) -> str:
    return f" (claimed on {day(claim.claimed_on)}, after the limit had passed)" if claim.after_breach else ""


def _days(n: int) -> str:
    return f"{n} day" if n == 1 else f"{n} days"


def _span(behind: timedelta) -> str:
    seconds = int(behind.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
