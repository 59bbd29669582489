"""What becomes of a claimed exception: the family is told, the fact is over, or it does not hold (CoP 9.43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, assert_never
from uuid import UUID

from shared import Command, Condition, Decision, Personal, Rejected

from .codes import Short, Text
from .dates import refuse_before
from .rounds import CORRECT, Assessment, Claim, RoundEvent, said

# --- events ---


class FamilyToldOfException(RoundEvent):
    """The family was told of an exception and why, on ``occurred_on`` (CoP 9.43)."""

    type: Literal["assessment.family-told-of-exception"] = "assessment.family-told-of-exception"
    exception_id: UUID


class ExceptionEnded(RoundEvent):
    """The fact behind an exception is over since ``occurred_on``; what was delayed is due as soon as practicable."""

    type: Literal["assessment.exception-ended"] = "assessment.exception-ended"
    exception_id: UUID


class ExceptionRejected(RoundEvent):
    """An exception was looked at again and does not hold; the limit stands as if it had never been claimed."""

    type: Literal["assessment.exception-rejected"] = "assessment.exception-rejected"
    person_id: UUID
    exception_id: UUID
    reasons: Personal[Text]
    decided_by: str


ExceptionCourseEvent = FamilyToldOfException | ExceptionEnded | ExceptionRejected


def evolve(state: Assessment, event: ExceptionCourseEvent) -> Assessment:
    match event:
        case FamilyToldOfException():
            return _change(state, event, family_told_on=event.occurred_on)
        case ExceptionEnded():
            return _change(state, event, ended_on=event.occurred_on)
        case ExceptionRejected():
            return _change(state, event, rejected_on=event.occurred_on)
        case _ as never:
            assert_never(never)


def _change(state: Assessment, event: ExceptionCourseEvent, **changes: Any) -> Assessment:
    known = state.round_of(event.request_id)
    changed = (
        replace(c, **changes) if c.exception_id == event.exception_id else c for c in (known.claims if known else ())
    )
    return state.change(event.request_id, claims=tuple(changed))


# --- commands ---


class TellFamilyOfException(Command):
    """Record the day on which the family was told of an exception and why (CoP 9.43)."""

    case_id: UUID
    exception_id: UUID


class EndException(Command):
    """Record the day since which the fact behind an exception is over."""

    case_id: UUID
    exception_id: UUID


class RejectException(Command):
    """Reject an exception that does not hold, with reasons."""

    case_id: UUID
    exception_id: UUID
    reasons: Personal[Text]
    decided_by: Short


# --- decisions ---


def tell_family(command: TellFamilyOfException, state: Assessment) -> Sequence[ExceptionCourseEvent]:
    known = state.now.find_claim(command.exception_id)
    _refuse_rejected(known)
    return [] if known.family_told_on == command.occurred_on else [said(FamilyToldOfException, command, state)]


def end(command: EndException, state: Assessment) -> Sequence[ExceptionCourseEvent]:
    known = state.now.find_claim(command.exception_id)
    if known.ended_on == command.occurred_on:
        return []
    if known.ended_on is not None:
        raise Rejected("exception-ended-already", f"The fact was over on {known.ended_on}. {CORRECT}")
    _refuse_rejected(known)
    refuse_before(command.occurred_on, known.fact_from, code="ended-before-it-started", what="the fact's first day")
    return [said(ExceptionEnded, command, state)]


def reject(command: RejectException, state: Assessment) -> Sequence[ExceptionCourseEvent]:
    known = state.now.find_claim(command.exception_id)
    if known.rejected_on == command.occurred_on:
        return []
    if known.rejected_on is not None:
        raise Rejected("exception-rejected-already", f"It was rejected on {known.rejected_on}. {CORRECT}")
    return [said(ExceptionRejected, command, state)]


def _refuse_rejected(known: Claim) -> None:
    if known.rejected_on is not None:
        raise Rejected(
            "exception-rejected", f"This exception was rejected on {known.rejected_on}; claim it afresh if it holds."
        )


# --- guards ---


def _claimed(state: Assessment) -> Condition | None:
    if state.now.claims:
        return None
    return Condition("no-exception-claimed", "No exception has been claimed in this assessment.")


decisions = [
    Decision(TellFamilyOfException, tell_family, when=[_claimed]),
    Decision(EndException, end, when=[_claimed]),
    Decision(RejectException, reject, when=[_claimed]),
]
