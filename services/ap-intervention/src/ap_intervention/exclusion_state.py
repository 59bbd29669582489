"""Where a suspension or permanent exclusion stands, and the conditions its commands share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from shared import Command

from .conditions import need
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
    """What was arranged for the sixth school day."""

    starts_on: date
    full_time: bool
    provider_id: UUID | None
    hours_per_week: Decimal | None
    reason_not_owed: NotOwed | None


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
    cancelled: bool = False
    parent_notified_on: date | None = None
    authority_notified_on: date | None = None
    education_notified_for: date | None = None
    sixth_day: SixthDay | None = None
    board_informed_on: date | None = None
    represented_on: date | None = None
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
            return replace(state, cancelled=True)
        case ParentNotifiedOfExclusion():
            return replace(state, parent_notified_on=event.occurred_on)
        case AuthorityNotifiedOfExclusion():
            return replace(state, authority_notified_on=event.occurred_on)
        case EducationArrangementsNotified():
            return replace(state, education_notified_for=event.education_starts_on)
        case SixthDayProvisionArranged():
            return replace(
                state,
                sixth_day=SixthDay(
                    event.starts_on, event.full_time, event.provider_id, event.hours_per_week, event.reason_not_owed
                ),
            )
        case GoverningBoardInformed():
            return replace(state, board_informed_on=event.occurred_on)
        case ExclusionRepresentationsMade():
            return replace(state, represented_on=event.occurred_on)
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

not_cancelled = need(lambda s: not s.cancelled, "exclusion-cancelled", "The exclusion was cancelled.")
board_has_not_met = need(
    lambda s: s.board_decided_on is None,
    "board-has-met",
    "The governing board has considered the exclusion; since 1 September 2023 it cannot be cancelled after that.",
)
board_undecided = need(
    lambda s: s.board_decided_on is None, "board-has-decided", "The governing board has decided already."
)
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
panel_undecided = need(
    lambda s: s.panel_outcome is None, "panel-has-decided", "The independent review panel has decided already."
)
not_reconsidered = need(
    lambda s: s.reconsidered_on is None, "board-has-reconsidered", "The governing board has reconsidered already."
)
review_held = need(lambda s: s.review_held_on is not None, "review-not-held", "The panel has not met yet.")
must_reconsider = need(
    lambda s: s.panel_outcome in (PanelOutcome.RECONSIDERATION_RECOMMENDED, PanelOutcome.QUASHED),
    "nothing-to-reconsider",
    "No panel has recommended or directed that the governing board reconsider.",
)
