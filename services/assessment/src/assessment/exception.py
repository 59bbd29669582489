"""Claiming an exception against a time limit (`statutory-timeline.md` 2.5, 2.6).

An exception relieves its own limit and no other, and never moves a due date. One claimed after the limit passed is
recorded with its date, so that the breach stays visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import BeforeValidator, Field

from shared import COME, UNFILLED, Command, Condition, Decision, NewId, NotBefore, Personal, Rejected, london_date

from .codes import Evidence, Short, Text
from .exception_limits import (
    CLOSURES,
    LIMITS,
    WHOLE_DAYS,
    Ground,
    absence_condition,
    closure_conditions,
    unlisted_ground,
    unlisted_limit,
)
from .exception_subject import subject_of
from .rounds import CORRECT, Assessment, Claim, RoundEvent, not_closed, said

# --- events ---


class ExceptionClaimed(RoundEvent):
    """A listed fact is claimed to have made a time limit impractical: which, when, why, who decided, who was told."""

    type: Literal["assessment.exception-claimed"] = "assessment.exception-claimed"
    person_id: UUID
    exception_id: UUID
    limit_id: str
    ground: Ground
    fact_from: date
    fact_to: Annotated[date | None, NotBefore("fact_from")]
    advice_asked_on: date | None
    first_closed_day: date | None
    reopens_on: Annotated[date | None, NotBefore("first_closed_day")]
    why_impractical: Personal[Text]
    decided_by: str
    family_told_on: Annotated[date | None, COME]
    evidence_refs: tuple[str, ...]
    subject_id: UUID | None


ClaimEvent = ExceptionClaimed


def evolve(state: Assessment, event: ClaimEvent) -> Assessment:
    match event:
        case ExceptionClaimed():
            known = state.round_of(event.request_id)
            claim = Claim(
                exception_id=event.exception_id,
                claimed_on=event.occurred_on,
                limit_id=event.limit_id,
                ground=event.ground,
                subject_id=event.subject_id,
                fact_from=event.fact_from,
                fact_to=event.fact_to,
                family_told_on=event.family_told_on,
            )
            return state.change(event.request_id, claims=(*(known.claims if known else ()), claim))
        case _ as never:
            assert_never(never)


# --- commands ---


def _is_listed(value: object) -> object:
    if isinstance(value, str) and value not in Ground.__members__:
        raise ValueError(
            f"is no fact the law lists; those are {', '.join(Ground)}. Shortage of staff, late advice, panel dates, "
            "demand and ordinary holidays are no exceptions"
        )
    return value


class ClaimException(Command):
    """Claim that a listed fact made a time limit impractical. It relieves that limit alone and moves no date.

    A closure needs ``first_closed_day``, ``reopens_on`` and ``advice_asked_on``; every other fact ``fact_from``, and
    ``fact_to`` once its last day is known (of an absence, the last whole day away).
    """

    case_id: UUID
    exception_id: NewId = UNFILLED
    limit_id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9A-Z]+)*$", max_length=80)] = Field(
        description="The id of the clock's rule, such as issue-final-plan."
    )
    ground: Annotated[Ground, BeforeValidator(_is_listed)]
    subject_id: UUID | None = Field(
        default=None, description="Which episode: the advice for an advice limit; else the one that runs, if left out."
    )
    fact_from: date | None = Field(default=None, description="The first day of the fact.")
    fact_to: date | None = Field(
        default=None, description="Its last day; while it lasts, leave it out and record the end later."
    )
    advice_asked_on: date | None = None
    first_closed_day: date | None = Field(default=None, description="The first day without a session.")
    reopens_on: date | None = None
    why_impractical: Personal[Text]
    decided_by: Short
    family_told_on: date | None = None
    evidence_refs: Evidence


# --- decisions ---


def claim(command: ClaimException, state: Assessment) -> Sequence[ClaimEvent]:
    limit = LIMITS.get(command.limit_id)
    if limit is None:
        raise Rejected.all([unlisted_limit(command.limit_id)])
    if (same := next(_same_claimed(command, state), None)) is not None:
        raise Rejected("exception-claimed-already", f"This was claimed on {same.claimed_on}. {CORRECT}")
    unmet = [unlisted_ground(command.limit_id, limit, command.ground)]
    subject_id = subject_of(command.limit_id, limit, command.subject_id, state.now)
    fact_from, fact_to = _fact(command)
    if fact_to is not None and fact_to < fact_from:
        unmet.append(Condition("fact-ends-before-it-starts", f"It cannot last from {fact_from} to {fact_to}."))
    elif command.ground in CLOSURES:
        unmet += _closure(command)
    elif fact_to is not None and command.ground in WHOLE_DAYS:
        unmet.append(absence_condition(command.ground, fact_from, fact_to))
    if command.family_told_on is not None and command.family_told_on > (today := london_date(command.at)):
        unmet.append(
            Condition("family-told-in-future", f"{command.family_told_on} has not come yet (today is {today}).")
        )
    if conditions := [c for c in unmet if c is not None]:
        raise Rejected.all(conditions)
    return [said(ExceptionClaimed, command, state, fact_from=fact_from, fact_to=fact_to, subject_id=subject_id)]


def _fact(command: ClaimException) -> tuple[date, date | None]:
    """The first and the last day of the fact, worked out from what this ground is told by; None while it lasts."""
    closure = command.ground in CLOSURES
    needed = ("first_closed_day", "reopens_on", "advice_asked_on") if closure else ("fact_from",)
    first = command.first_closed_day if closure else command.fact_from
    missing = [name for name in needed if getattr(command, name) is None]
    if missing or first is None:
        raise Rejected("fact-dates-missing", f"{command.ground} is told by its dates; give {', '.join(missing)}.")
    if closure and command.reopens_on is not None:
        return first, command.reopens_on - timedelta(days=1)
    if command.ground is Ground.MISSED_APPOINTMENT:
        return first, command.fact_to or first
    return first, command.fact_to


def _closure(command: ClaimException) -> Sequence[Condition]:
    asked_on, first, reopens_on = command.advice_asked_on, command.first_closed_day, command.reopens_on
    if asked_on is None or first is None or reopens_on is None:
        raise AssertionError("_fact has seen to it that closures are told with their dates")
    return closure_conditions(asked_on, first, reopens_on)


def _is_claimed(command: ClaimException, state: Assessment) -> bool:
    return any(same.claimed_on == command.occurred_on for same in _same_claimed(command, state))


def _same_claimed(command: ClaimException, state: Assessment) -> Iterator[Claim]:
    """The same fact against the same limit is claimed once, unless that claim was rejected."""
    return (
        c
        for c in state.now.claims
        if c.limit_id == command.limit_id
        and c.ground == command.ground
        and command.subject_id in (None, c.subject_id)
        and c.fact_from == (command.first_closed_day if command.ground in CLOSURES else command.fact_from)
        and c.rejected_on is None
    )


decisions = [Decision(ClaimException, claim, when=[not_closed], already=_is_claimed)]
