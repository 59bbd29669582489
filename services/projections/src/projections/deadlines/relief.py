"""Exceptions: whether one that was claimed relieves a limit (ST 2.5, 2.6). It never moves a due date.

The listed fact must lie in the limit's own period, ``counted_from`` to ``due_on``, both days included. That it made the
limit impractical is a condition of the claim itself: the services record no claim without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from . import words
from .case import CLAIM_ENDS, CLAIM_REJECTIONS, Case
from .clock import Claim
from .facts import Fact, date_of
from .periods import days_after
from .rules import RELIEFS, Rule
from .switches import Switches

FOUR_WEEKS, TWO_WEEKS = 28, 14
CLOSURES = {"SETTING_CLOSED_4W": "SCHOOL", "EARLY_YEARS_CLOSED_4W": "EARLY_YEARS"}
_CODES = {ground: code for code, ground in RELIEFS.items()}
_MONTHS = "%-d %B %Y"


class Limit(NamedTuple):
    """The limit an exception was claimed for."""

    rule: Rule
    start: Fact
    episode: str
    counted_from: date
    due_on: date


def claims_for(case: Case, limit: Limit, switches: Switches) -> tuple[Claim, ...]:
    """Every exception claimed for this limit and this episode, in order, each with its verdict."""
    names = [limit.rule.id] if limit.rule.carries is None else [limit.rule.id, limit.rule.carries]
    facts = [fact for name in names for fact in case.claims.get(name, ()) if _meant(fact, limit)]
    return tuple(_judge(case, fact, limit, switches) for fact in facts)


def _meant(claim: Fact, limit: Limit) -> bool:
    """A claim names its episode or its request; without either it is for whatever limit its fact touches."""
    subject, request = claim.data.get("subject_id"), claim.data.get("request_id")
    if subject is not None:
        own = {str(value) for field, value in limit.start.data.items() if field.endswith("_id")}
        return str(subject) in (own - {limit.start.data.get("case_id")}) | {limit.episode}
    return request is None or limit.start.data.get("request_id") in (None, request)


def _judge(case: Case, claim: Fact, limit: Limit, switches: Switches) -> Claim:
    data = claim.data
    exception_id, ground = str(data.get("exception_id") or claim.event_id), str(data.get("ground"))
    starts, ends = _date(data.get("fact_from")), _date(data.get("fact_to"))
    ended = [f.occurred_on for f in case.of(*CLAIM_ENDS) if f.data.get("exception_id") == data.get("exception_id")]
    if ended:
        ends = min([*ended, ends] if ends else ended)
    rejected = any(f.data.get("exception_id") == data.get("exception_id") for f in case.of(*CLAIM_REJECTIONS))
    if rejected:
        applies, why = False, "the claim was rejected"
    elif _CODES.get(ground) not in limit.rule.reliefs:
        applies, why = False, _not_listed(limit.rule)
    else:
        applies, why = _tested(case, claim, ground, starts, ends, limit, switches)
    return Claim(
        exception_id=exception_id,
        event_id=claim.event_id,
        ground=ground,
        fact_from=starts,
        fact_to=ends,
        claimed_on=claim.occurred_on,
        family_told_on=_told(case, claim),
        applies=applies,
        why=why,
        after_breach=claim.occurred_on > limit.due_on,
    )


def _told(case: Case, claim: Fact) -> date | None:
    """When the family was told, with the claim or afterwards (CoP 9.43)."""
    own = claim.data.get("exception_id")
    told = [f.occurred_on for f in case.of("assessment.family-told-of-exception") if f.data.get("exception_id") == own]
    return _date(claim.data.get("family_told_on")) or min(told, default=None)


def _not_listed(rule: Rule) -> str:
    if not rule.reliefs:
        return "the law lists no exception for this limit"
    return f"this ground is not one of those listed for this limit ({rule.relief_ref})"


def _tested(
    case: Case, claim: Fact, ground: str, starts: date | None, ends: date | None, limit: Limit, switches: Switches
) -> tuple[bool, str]:
    match ground:
        case "AWAY_4W":
            # Where two weeks are enough (reg 44(3)), four are more than enough, and are tested as two.
            least = TWO_WEEKS if _CODES["AWAY_2W"] in limit.rule.reliefs else FOUR_WEEKS
            return _away(starts, ends, limit, least, switches)
        case "AWAY_2W":
            return _away(starts, ends, limit, TWO_WEEKS, switches)
        case "PERSONAL_CIRCUMSTANCES":
            return _touches(starts, ends, limit, "the circumstances")
        case "MISSED_APPOINTMENT":
            return _touches(starts, starts, limit, "the missed appointment")
        case _:
            return _closed(case, claim, ground, limit, switches)


def _away(starts: date | None, ends: date | None, limit: Limit, least: int, switches: Switches) -> tuple[bool, str]:
    if starts is None:
        return False, "the first day away is not recorded"
    first, last = starts, ends or limit.due_on
    if switches.absence_must_fall_inside:
        first, last = max(first, limit.counted_from), min(last, limit.due_on)
    days = max(0, (last - first).days + 1)
    inside = (
        f"{words.count(days, 'day')} away in a row inside the limit's own period ({limit.counted_from:{_MONTHS}} to "
        f"{limit.due_on:{_MONTHS}})"
    )
    if not switches.absence_must_fall_inside and not _overlap(starts, ends, limit):
        return False, "the absence does not touch the limit's period"
    if days < least:
        return False, f"{inside}; at least {least} are needed"
    return True, f"{inside}, and at least {least} are needed"


def _touches(starts: date | None, ends: date | None, limit: Limit, what: str) -> tuple[bool, str]:
    if starts is None:
        return False, f"no day is recorded for {what}"
    inside = _overlap(starts, ends, limit)
    where = "inside" if inside else "outside"
    return (
        inside,
        f"{what} fell {where} the limit's period ({limit.counted_from:{_MONTHS}} to {limit.due_on:{_MONTHS}})",
    )


def _overlap(starts: date, ends: date | None, limit: Limit) -> bool:
    return starts <= limit.due_on and (ends is None or ends >= limit.counted_from)


def _closed(case: Case, claim: Fact, ground: str, limit: Limit, switches: Switches) -> tuple[bool, str]:
    """Closed four weeks or more, and advice asked between a week before closing and a week before re-opening."""
    asked = _date(claim.data.get("advice_asked_on"))
    closures = list(_closures(case, claim, ground))
    if not closures:
        return False, "the first closed day and the day of re-opening are not recorded"
    if asked is None:
        return False, "the day on which the setting was asked for advice is not recorded"
    lead = timedelta(days=switches.closure_window_lead_days)
    why = ""
    for first_closed, reopens in closures:
        days = (reopens - first_closed).days
        opens, closes = days_after(first_closed, -lead), days_after(reopens, -lead)
        if days < FOUR_WEEKS:
            why = f"closed for {days} days; at least {FOUR_WEEKS} are needed"
        elif not opens <= asked <= closes:
            why = f"advice was asked on {asked:{_MONTHS}}, not between {opens:{_MONTHS}} and {closes:{_MONTHS}}"
        elif not limit.counted_from <= asked <= limit.due_on:
            why = f"advice was asked on {asked:{_MONTHS}}, outside the limit's own period"
        else:
            return True, (
                f"closed for {days} days, and advice asked on {asked:{_MONTHS}}, "
                f"between {opens:{_MONTHS}} and {closes:{_MONTHS}}"
            )
    return False, why


def _closures(case: Case, claim: Fact, ground: str) -> Iterable[tuple[date, date]]:
    first, reopens = _date(claim.data.get("first_closed_day")), _date(claim.data.get("reopens_on"))
    if first is not None and reopens is not None:
        yield first, reopens
        return
    for fact in case.of("assessment.school-closure-recorded"):
        if fact.data.get("kind", CLOSURES[ground]) == CLOSURES[ground]:
            first, reopens = _date(fact.data.get("first_closed_day")), _date(fact.data.get("reopens_on"))
            if first is not None and reopens is not None:
                yield first, reopens


def _date(value: str | date | None) -> date | None:
    return None if value is None else date_of(value)


FIELDS: dict[str, frozenset[str]] = {
    **{
        f"{service}.exception-{what}": fields
        for service in ("assessment", "plan")
        for what, fields in {
            "claimed": frozenset(
                {"exception_id", "limit_id", "ground", "fact_from", "fact_to", "advice_asked_on", "first_closed_day",
                 "reopens_on", "family_told_on", "subject_id", "request_id"}
            ),
            "ended": frozenset({"exception_id"}),
            "rejected": frozenset({"exception_id"}),
        }.items()
    },
    "assessment.family-told-of-exception": frozenset({"exception_id"}),
    "assessment.school-closure-recorded": frozenset({"kind", "first_closed_day", "reopens_on"}),
}  # fmt: skip
"""What is read here beside the clauses of the rules."""
