"""A clock that explains itself: to a program as JSON, to a parent as a paragraph, to a lawyer with the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from . import flags, words
from .arithmetic import also, steps
from .book import Rules
from .calendars import Calendars
from .clock import Claim, Clock, Suspension
from .engine import prepared
from .facts import Fact
from .rules import KINDS, RELIEFS, Rule
from .status import GROUNDS, Status, london, status_of
from .switches import DEFAULT, Switches
from .words import day


def explain(
    clock: Clock,
    facts: Iterable[Fact],
    *,
    rules: Rules,
    calendars: Calendars,
    switches: Switches = DEFAULT,
    as_at: date | datetime | None = None,
) -> dict[str, Any]:
    """Everything behind a clock, ready for JSON. ``facts``, ``rules`` and the rest as they were when it was worked out.

    With ``as_at`` the status of that day is in it too.
    """
    case = next(
        c for c in prepared(facts, rules=rules, calendars=calendars, switches=switches) if c.case_id == clock.case_id
    )
    by_id = {fact.event_id: fact for some in case.by_type.values() for fact in some}
    start = by_id[clock.start_event_ids[0]]
    status = status_of(clock, as_at) if as_at is not None else None
    counted = steps(clock, start, case, calendars, switches)
    beside = also(clock, start, case, calendars, switches)
    met_by = by_id.get(clock.met_event_id or "")
    return {
        "clock_id": clock.clock_id,
        "case_id": clock.case_id,
        "title": clock.title,
        "owner": clock.owner,
        "owner_in_words": words.OWNERS[clock.owner],
        "rule": _rule(clock.rule),
        "counted_from": [_fact(by_id[id]) for id in clock.start_event_ids if id in by_id],
        "met_by": _fact(met_by) if met_by else None,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "due_at": "17:00" if clock.due_at_1700 and clock.due_on else None,
        "arithmetic": counted,
        "also": beside,
        "reliefs": _reliefs(clock),
        "closed_on": clock.closed_on,
        "closed_why": clock.closed_why,
        "superseded_on": clock.superseded_on,
        "superseded_why": clock.superseded_why,
        "suspended": [s._asdict() for s in clock.suspended],
        "flags": [{"code": code, "words": flags.WORDS[code]} for code in clock.flags],
        "undecided_why": clock.undecided_why,
        "status": status._asdict() if status else None,
        "paragraph": paragraph(clock, counted, status, None if as_at is None else london(as_at)[0], met_by),
    }


def paragraph(
    clock: Clock, counted: list[str], status: Status | None, as_at: date | None = None, met_by: Fact | None = None
) -> str:
    """What a parent can read: who must do what, by when and why, what excuses it, and how it stands."""
    parts = [f"{clock.title}.", _whose(clock), *counted]
    if clock.kind in ("G", "I", "N"):
        what = "This date" if clock.due_on is not None else "This"
        parts.append(f"{what} is not in an Act or regulation: it is {KINDS[clock.kind]}.")
    parts += [_switched_off(off) for off in clock.suspended if as_at is None or off.from_on <= as_at]
    parts += [_said_of(claim) for claim in clock.claims] or [_no_claim(clock)]
    if clock.relief is not None:
        owed = "" if clock.met_on is not None else ", and the work is still owed"
        parts.append(f"An exception excuses being late; it does not move the date{owed}.")
    parts += [flags.WORDS[code] for code in clock.flags]
    if status is not None:
        parts += _stands(clock, status, as_at, met_by)
    parts.append(f"{'The source' if clock.kind in ('G', 'N') else 'The law'}: {clock.legal_ref}.")
    parts.append(_in_full(clock.legal_ref))
    since = clock.rule.valid_from
    parts.append(f"Reckoned by the rules in force from {since.day} {since:%B %Y} (rule set {clock.rule_set}).")
    return " ".join(part for part in parts if part)


def _stands(clock: Clock, status: Status, as_at: date | None, met_by: Fact | None) -> Iterator[str]:
    """What was done and when, the status in words, and what follows from it."""
    if status.code.startswith("met") and met_by is not None and clock.met_on is not None:
        yield _done(clock.met_on, met_by)
    if status.code != "undecided":
        on = f" on {day(as_at)}" if as_at is not None else ""
        yield f"How it stands{on}: {status.words}."
    if status.code == "superseded" and clock.superseded_on is not None:
        yield "It no longer applies; what came in its place has limits of its own."
    if status.breached:
        yield "The limit was broken, and nothing done later changes that."


def _done(on: date, met_by: Fact) -> str:
    what = words.event(met_by.type)
    if on == met_by.occurred_on:
        return f"Done on {day(on)}, when {what}."
    return f"Done on {day(on)}, as recorded on {day(met_by.occurred_on)}, when {what}."


def _switched_off(off: Suspension) -> str:
    return f"It did not run from {day(off.from_on)} to {day(off.to_on)}: {off.why}."


def _no_claim(clock: Clock) -> str:
    """Whether lateness could be excused; nothing where there is no last day, or where it binds nobody."""
    if clock.due_on is None or clock.right or clock.rule.at_least:
        return ""
    if not clock.rule.reliefs:
        return "No exception is listed that would excuse being late."
    return "An exception on one of the grounds listed for it could excuse being late; none was claimed."


def _in_full(legal_ref: str) -> str:
    """``Here “s.” stands for a section of the Children and Families Act 2014.``"""
    named = [f"“{short}” stands for {full}" for short, full in words.sources(legal_ref).items()]
    return f"Here {' and '.join(part for part in (', '.join(named[:-1]), named[-1]) if part)}." if named else ""


def _whose(clock: Clock) -> str:
    owner, rule = words.OWNERS[clock.owner], clock.rule
    if clock.right and clock.kind == "N":
        return "Nobody is bound by it."
    if rule.at_least and clock.right:
        return ""
    if rule.at_least and rule.met_by:
        return "The authority has to give this much time; only the family can end it sooner, by saying it has finished."
    if clock.right:
        return f"It is for {owner} to decide whether to do this; it is not a duty."
    return f"This is {'expected' if clock.kind == 'G' else 'the duty'} of {owner}."


def _said_of(claim: Claim) -> str:
    ground = GROUNDS.get(claim.ground, claim.ground.lower().replace("_", " "))
    verdict = "It counts" if claim.applies else "It does not count"
    late = " It was claimed only after the limit had passed." if claim.after_breach else ""
    return f"An exception was claimed on {day(claim.claimed_on)} for {ground}. {verdict}: {claim.why}.{late}"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "limb": rule.limb or None,
        "rule_set": rule.rule_set,
        "valid_from": rule.valid_from,
        "valid_to": None if rule.valid_to == date.max else rule.valid_to,
        "period": rule.period.code,
        "period_in_words": words.period(rule.period),
        "kind": rule.kind,
        "kind_in_words": KINDS[rule.kind],
        "legal_ref": rule.legal_ref,
        "sources": words.sources(rule.legal_ref),
        "unconfirmed": rule.unconfirmed,
        "note": rule.note or None,
        "choices": [choice.switch for choice in rule.choices],
    }


def _reliefs(clock: Clock) -> dict[str, Any]:
    return {
        "possible": [RELIEFS[code] for code in sorted(clock.rule.reliefs)],
        "reference": clock.rule.relief_ref or None,
        "considered": [_claim(claim) for claim in clock.claims],
        "words": "no exception is possible for this limit"
        if not clock.rule.reliefs
        else (
            "no exception was claimed" if not clock.claims else f"{words.count(len(clock.claims), 'exception')} claimed"
        ),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return claim._asdict()


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "event_id": fact.event_id,
        "type": fact.type,
        "words": words.event(fact.type),
        "occurred_on": fact.occurred_on,
        "recorded_at": fact.recorded_at,
    }
