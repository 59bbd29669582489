"""Where a suspension or permanent exclusion stands, and the conditions its commands share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from shared import Command, Personal

from .conditions import correct_at, need, once
from .exclusion_events import (
    AuthorityNotifiedOfExclusion,
    Band,
    EducationArrangementsNotified,
    ExclusionCancelled,
    ExclusionDateCorrected,
    ExclusionEvent,
    ExclusionRepresentationsMade,
    GoverningBoardDecisionMade,
    GoverningBoardInformed,
    GoverningBoardMeetingHeld,
    GoverningBoardReconsidered,
    IndependentReviewDecisionMade,
    IndependentReviewHeld,
    IndependentReviewRequested,
    NotOwed,
    PanelOutcome,
    ParentNotifiedOfExclusion,
    PupilPermanentlyExcluded,
    PupilSuspended,
    SixthDayProvisionArranged,
)


class Kind(StrEnum):
    SUSPENSION = "SUSPENSION"
    PERMANENT = "PERMANENT"


@dataclass(frozen=True, slots=True)
class SixthDay:
    """What was arranged for the sixth school day, and when."""

    arranged_on: date
    starts_on: date
    full_time: bool
    provider_id: UUID | None
    hours_per_week: Decimal | None
    reason_not_owed: NotOwed | None


@dataclass(frozen=True, slots=True)
class Representations:
    """What the parent said to the governing board."""

    on: date
    said: Personal[str] | None


@dataclass(frozen=True, slots=True)
class Exclusion:
    kind: Kind | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    exclusion_id: UUID | None = None
    first_day: date | None = None
    school_days: Decimal | None = None
    term_total: Decimal = Decimal(0)
    misses_public_exam: bool = False
    has_plan: bool = False
    year_group: int | None = None
    cancelled_on: date | None = None
    school_days_served: Decimal | None = None
    parent_notified_on: date | None = None
    authority_notified_on: date | None = None
    education_notified_on: date | None = None
    education_notified_for: date | None = None
    sixth_day: SixthDay | None = None
    board_informed_on: date | None = None
    representations: tuple[Representations, ...] = ()
    board_met_on: date | None = None
    board_would_reinstate: bool | None = None
    """What it decided at its meeting, until the notice says so."""
    board_decided_on: date | None = None
    board_notice_on: date | None = None
    reinstated: bool | None = None
    review_requested_on: date | None = None
    review_held_on: date | None = None
    panel_outcome: PanelOutcome | None = None
    panel_decided_on: date | None = None
    reconsidered_on: date | None = None

    @property
    def band(self) -> Band:
        """How soon the board must meet (SI 2012/1033 reg 6)."""
        if self.kind is Kind.PERMANENT or self.term_total > 15 or self.misses_public_exam:
            return Band.PERMANENT_OR_OVER_15
        return Band.FIVE_TO_15 if self.term_total > 5 else Band.UP_TO_5


def evolve(state: Exclusion, event: ExclusionEvent) -> Exclusion:
    match event:
        case PupilSuspended() | PupilPermanentlyExcluded():
            return replace(
                state,
                kind=Kind.SUSPENSION if isinstance(event, PupilSuspended) else Kind.PERMANENT,
                case_id=event.case_id,
                person_id=event.person_id,
                exclusion_id=event.exclusion_id,
                first_day=event.occurred_on,
                school_days=event.school_days,
                term_total=event.term_total,
                misses_public_exam=event.misses_public_exam,
                has_plan=event.has_plan,
                year_group=event.year_group,
            )
        case ExclusionCancelled():
            return replace(state, cancelled_on=event.occurred_on, school_days_served=event.school_days_served)
        case ParentNotifiedOfExclusion():
            return replace(state, parent_notified_on=event.occurred_on)
        case AuthorityNotifiedOfExclusion():
            return replace(state, authority_notified_on=event.occurred_on)
        case EducationArrangementsNotified():
            return replace(
                state,
                education_notified_on=event.occurred_on,
                education_notified_for=event.education_starts_on,
            )
        case SixthDayProvisionArranged():
            return replace(
                state,
                sixth_day=SixthDay(
                    arranged_on=event.occurred_on,
                    starts_on=event.starts_on,
                    full_time=event.full_time,
                    provider_id=event.provider_id,
                    hours_per_week=event.hours_per_week,
                    reason_not_owed=event.reason_not_owed,
                ),
            )
        case GoverningBoardInformed():
            return replace(state, board_informed_on=event.occurred_on)
        case ExclusionRepresentationsMade():
            said = Representations(event.occurred_on, event.representations)
            return replace(state, representations=(*state.representations, said))
        case GoverningBoardMeetingHeld():
            return replace(state, board_met_on=event.occurred_on, board_would_reinstate=event.reinstated)
        case GoverningBoardDecisionMade():
            return replace(
                state,
                board_decided_on=event.decided_on,
                board_notice_on=event.occurred_on,
                reinstated=event.reinstated,
            )
        case IndependentReviewRequested():
            return replace(state, review_requested_on=event.occurred_on)
        case IndependentReviewHeld():
            return replace(state, review_held_on=event.occurred_on)
        case IndependentReviewDecisionMade():
            return replace(state, panel_outcome=event.outcome, panel_decided_on=event.occurred_on)
        case GoverningBoardReconsidered():
            return replace(state, reconsidered_on=event.occurred_on, reinstated=event.reinstated)
        case ExclusionDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def ids(c: Command, s: Exclusion) -> dict[str, Any]:
    """What every event of an exclusion carries."""
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "exclusion_id": s.exclusion_id}


def personal_ids(c: Command, s: Exclusion) -> dict[str, Any]:
    """As ``ids``, for events that hold personal fields."""
    return ids(c, s) | {"person_id": s.person_id}


# --- guards ---

CORRECT = correct_at("/exclusions/{exclusion_id}")

recorded = need(
    lambda s: s.kind is not None,
    "exclusion-not-recorded",
    "Record the exclusion first.",
)
not_recorded = once(
    lambda s: s.first_day, "exclusion-recorded", "The exclusion is recorded with its first day", CORRECT
)
not_cancelled = once(lambda s: s.cancelled_on, "exclusion-cancelled", "The exclusion was cancelled", CORRECT)
parent_not_told = once(lambda s: s.parent_notified_on, "parent-notified", "The parent was told", CORRECT)
authority_not_told = once(lambda s: s.authority_notified_on, "authority-notified", "The authority was told", CORRECT)
board_not_told = once(lambda s: s.board_informed_on, "board-informed", "The governing board was told", CORRECT)
board_has_not_met = need(
    lambda s: s.board_decided_on is None and s.board_met_on is None,
    "board-has-met",
    "The governing board has considered the exclusion; since 1 September 2023 it cannot be cancelled after that.",
)
board_undecided = once(
    lambda s: s.board_notice_on, "board-has-decided", "The governing board gave notice of its decision", CORRECT
)
no_meeting_yet = once(lambda s: s.board_met_on, "board-met", "The governing board met", CORRECT)
board_informed = need(
    lambda s: s.board_informed_on is not None,
    "board-not-informed",
    "The governing board has not been told of the exclusion; tell it first.",
)
permanent = need(
    lambda s: s.kind is Kind.PERMANENT,
    "not-permanent",
    "Only a permanent exclusion can go to an independent review panel.",
)
board_declined = need(
    lambda s: s.reinstated is False,
    "no-decision-to-review",
    "The governing board has not declined to reinstate the pupil; there is nothing to review.",
)
review_requested = need(
    lambda s: s.review_requested_on is not None, "review-not-requested", "Nobody has applied for an independent review."
)
review_not_requested = once(
    lambda s: s.review_requested_on, "review-requested", "An independent review was applied for", CORRECT
)
review_not_held = once(lambda s: s.review_held_on, "review-held", "The panel began to hear the review", CORRECT)
panel_undecided = once(
    lambda s: s.panel_decided_on, "panel-has-decided", "The independent review panel gave its decision", CORRECT
)
not_reconsidered = once(
    lambda s: s.reconsidered_on, "board-has-reconsidered", "The governing board reconsidered", CORRECT
)
review_held = need(lambda s: s.review_held_on is not None, "review-not-held", "The panel has not met yet.")
must_reconsider = need(
    lambda s: s.panel_outcome in (PanelOutcome.RECONSIDERATION_RECOMMENDED, PanelOutcome.QUASHED),
    "nothing-to-reconsider",
    "No panel has recommended or directed that the governing board reconsider.",
)
