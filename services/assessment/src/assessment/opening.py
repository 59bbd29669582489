"""Opening a round when a request comes in, and closing it when it is withdrawn or the child is no longer ours.

Children and Families Act 2014 s.36(1) (request) and s.24 (the authority becomes responsible).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from shared import UNFILLED, Command, Condition, Decision, NewId

from .dates import refuse_before
from .phase import NOW, UNDER_WAY, Phase
from .rounds import CORRECT, Assessment, Round, RoundEvent, led_to, said

# --- events ---


class Closing(StrEnum):
    """Why a round ended without a decision."""

    WITHDRAWN = "WITHDRAWN"
    JOINED = "JOINED"
    """Answered together with another request that was under way."""
    MOVED_AWAY = "MOVED_AWAY"
    DIED = "DIED"
    REACHED_25 = "REACHED_25"


class AssessmentOpened(RoundEvent):
    """A request came in, or the authority became responsible; ``occurred_on`` is the day the clocks count from."""

    type: Literal["assessment.assessment-opened"] = "assessment.assessment-opened"
    person_id: UUID
    assessment_id: UUID
    in_relevant_youth_accommodation: bool


class AssessmentClosed(RoundEvent):
    """The round ended without an answer being owed any more."""

    type: Literal["assessment.assessment-closed"] = "assessment.assessment-closed"
    reason: Closing
    joined_to: UUID | None = None
    """The request that is answered instead (JOINED)."""
    moved_to_la: str | None = None


OpeningEvent = AssessmentOpened | AssessmentClosed


def evolve(state: Assessment, event: OpeningEvent) -> Assessment:
    match event:
        case AssessmentOpened():
            new = Round(
                request_id=event.request_id,
                assessment_id=event.assessment_id,
                requested_on=event.occurred_on,
                since=event.occurred_on,
                in_relevant_youth_accommodation=event.in_relevant_youth_accommodation,
            )
            return replace(state, case_id=event.case_id, person_id=event.person_id, rounds=(*state.rounds, new))
        case AssessmentClosed(reason=Closing.JOINED):
            rest = tuple(r for r in state.rounds if r.request_id != event.request_id)
            return replace(state, rounds=rest, joined=(*state.joined, event.request_id))
        case AssessmentClosed():
            return state.change(
                event.request_id, phase=Phase.CLOSED, since=event.occurred_on, closed_on=event.occurred_on
            )
        case _ as never:
            assert_never(never)


# --- commands ---


class OpenAssessment(Command):
    """Open a round for a request (sent by reactions only). Moot where that request already has one."""

    case_id: UUID
    person_id: UUID
    request_id: UUID
    assessment_id: NewId = UNFILLED
    in_relevant_youth_accommodation: bool = False


class CloseWithdrawnAssessment(Command):
    """The request was withdrawn (sent by reactions only). Moot where nothing is under way for it."""

    case_id: UUID
    request_id: UUID


class CloseAssessment(Command):
    """Close the round because the child moved to another authority's area, died, or turned 25.

    A withdrawal is recorded with the request. After a move the new authority decides afresh (s.24).
    """

    case_id: UUID
    reason: Literal[Closing.MOVED_AWAY, Closing.DIED, Closing.REACHED_25]
    moved_to_la: str | None = None


# --- decisions ---


def open_round(command: OpenAssessment, state: Assessment) -> Sequence[OpeningEvent]:
    if state.phase in UNDER_WAY:
        # The first request's clock keeps running, and one decision answers both (`statutory-timeline.md` 2.2).
        return [
            AssessmentClosed(
                occurred_on=command.occurred_on,
                case_id=command.case_id,
                request_id=command.request_id,
                reason=Closing.JOINED,
                joined_to=state.now.request_id,
            )
        ]
    return [
        AssessmentOpened(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            request_id=command.request_id,
            person_id=command.person_id,
            assessment_id=command.assessment_id,
            in_relevant_youth_accommodation=command.in_relevant_youth_accommodation,
        )
    ]


def _is_known(command: OpenAssessment, state: Assessment) -> bool:
    return state.round_of(command.request_id) is not None or command.request_id in state.joined


def close_withdrawn(command: CloseWithdrawnAssessment, state: Assessment) -> Sequence[OpeningEvent]:
    return [
        AssessmentClosed(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            request_id=command.request_id,
            reason=Closing.WITHDRAWN,
        )
    ]


def _nothing_to_withdraw(command: CloseWithdrawnAssessment, state: Assessment) -> bool:
    found = state.round_of(command.request_id)
    return found is None or found.phase not in UNDER_WAY | {Phase.DRAFTING}


def close(command: CloseAssessment, state: Assessment) -> Sequence[OpeningEvent]:
    refuse_before(
        command.occurred_on, state.now.requested_on, code="before-the-request", what="the day the request was received"
    )
    return [said(AssessmentClosed, command, state)]


def _under_way(state: Assessment) -> Condition | None:
    if state.phase in UNDER_WAY:
        return None
    recorded = f" That was on {state.now.since}. {CORRECT}" if state.phase is Phase.CLOSED else ""
    return Condition(
        "nothing-to-close", f"Only an assessment that is under way can be closed. {NOW[state.phase]}{recorded}"
    )


decisions = [
    Decision(OpenAssessment, open_round, already=_is_known, opens=True),
    Decision(CloseWithdrawnAssessment, close_withdrawn, already=_nothing_to_withdraw, opens=True),
    Decision(CloseAssessment, close, when=[_under_way], already=led_to(Phase.CLOSED)),
]
