"""What happens around a suspension or a permanent exclusion (`statutory-timeline.md` 1G, 5.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from shared import COME, DateCorrected, Event, Personal

from .codes import ExclusionReason


class Notice(StrEnum):
    """How a notice was given."""

    HAND = "HAND"
    POST = "POST"
    EMAIL = "EMAIL"
    TELEPHONE = "TELEPHONE"


class AlsoTold(StrEnum):
    """Who must be told as well, where the child has one."""

    SOCIAL_WORKER = "SOCIAL_WORKER"
    VIRTUAL_SCHOOL_HEAD = "VIRTUAL_SCHOOL_HEAD"


class NotOwed(StrEnum):
    """Why full-time education from the sixth day is not owed (SI 2007/1870 reg 5)."""

    EXAMS_TAKEN = "EXAMS_TAKEN"
    """Year 11, and all examinations taken."""
    PLAN_SPECIFIES_FEWER_HOURS = "PLAN_SPECIFIES_FEWER_HOURS"
    """The child's plan says less than full time, and that much is provided."""


class DutyHolder(StrEnum):
    """Who owes the education from the sixth day."""

    GOVERNING_BOARD = "GOVERNING_BOARD"
    """Or academy trust: for a suspension (Education and Inspections Act 2006, s.100)."""
    HOME_AUTHORITY = "HOME_AUTHORITY"
    """For a permanent exclusion (Education Act 1996, s.19(3A))."""


class Band(StrEnum):
    """How soon the governing board must meet: within 15 school days, within 50 if asked, or no limit."""

    PERMANENT_OR_OVER_15 = "PERMANENT_OR_OVER_15"
    FIVE_TO_15 = "5_TO_15"
    UP_TO_5 = "UP_TO_5"


class PanelOutcome(StrEnum):
    """What an independent review panel decided about the board's decision."""

    UPHELD = "UPHELD"
    RECONSIDERATION_RECOMMENDED = "RECONSIDERATION_RECOMMENDED"
    QUASHED = "QUASHED"
    """Quashed, and the board directed to reconsider."""


class PupilSuspended(Event):
    """A pupil was suspended. ``occurred_on`` is the first day of the suspension."""

    type: Literal["ap-intervention.pupil-suspended"] = "ap-intervention.pupil-suspended"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    setting_id: UUID
    decided_on: date
    school_days: Decimal
    """School days of this suspension; a lunchtime counts as a half."""
    term_total: Decimal
    """School days of suspension in this term, this one included."""
    year_total: Decimal
    """School days of suspension in this school year, this one included; never above 45."""
    reason_codes: tuple[ExclusionReason, ...]
    continues_exclusion_id: UUID | None = None
    """The suspension this one follows without a school day between: the two are one period."""
    misses_public_exam: bool = False
    has_plan: bool = False
    year_group: int | None = None
    reasons: Personal[str] | None = None


class PupilPermanentlyExcluded(Event):
    """A pupil was permanently excluded. ``occurred_on`` is the first day of the exclusion."""

    type: Literal["ap-intervention.pupil-permanently-excluded"] = "ap-intervention.pupil-permanently-excluded"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    setting_id: UUID
    decided_on: date
    school_days: Decimal | None = None
    """Always null: a permanent exclusion has no number of days."""
    term_total: Decimal
    """School days of suspension in this term before it."""
    year_total: Decimal
    """School days of suspension in this school year before it."""
    reason_codes: tuple[ExclusionReason, ...]
    continues_exclusion_id: UUID | None = None
    misses_public_exam: bool = False
    has_plan: bool = False
    year_group: int | None = None
    reasons: Personal[str] | None = None


class ExclusionCancelled(Event):
    """The head cancelled a suspension or permanent exclusion that the board had not considered yet.

    The clocks of board, panel and sixth day close; the days already served still count to the 45.
    """

    type: Literal["ap-intervention.exclusion-cancelled"] = "ap-intervention.exclusion-cancelled"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    school_days_served: Decimal
    reason: Personal[str]


class ParentNotifiedOfExclusion(Event):
    """The parent (the pupil if 18) was given the notice of s.51A, Education Act 2002."""

    type: Literal["ap-intervention.parent-notified-of-exclusion"] = "ap-intervention.parent-notified-of-exclusion"
    case_id: UUID
    exclusion_id: UUID
    method: Notice
    public_place_days_stated: bool
    """The notice names the days on which the pupil must not be in a public place (s.104, 2006 Act)."""


class AuthorityNotifiedOfExclusion(Event):
    """The local authority was told, and the social worker and virtual school head where the child has them."""

    type: Literal["ap-intervention.authority-notified-of-exclusion"] = "ap-intervention.authority-notified-of-exclusion"
    case_id: UUID
    exclusion_id: UUID
    also_told: tuple[AlsoTold, ...] = ()


class EducationArrangementsNotified(Event):
    """The parent was told where, when and from which day education is provided (SI 2007/1870 reg 6)."""

    type: Literal["ap-intervention.education-arrangements-notified"] = "ap-intervention.education-arrangements-notified"
    case_id: UUID
    exclusion_id: UUID
    education_starts_on: date
    parent_agreed_to_short_notice: bool = False


class SixthDayProvisionArranged(Event):
    """Education from the sixth school day was arranged, or found not to be owed."""

    type: Literal["ap-intervention.sixth-day-provision-arranged"] = "ap-intervention.sixth-day-provision-arranged"
    case_id: UUID
    exclusion_id: UUID
    starts_on: date
    """The first day of the education; where none is owed, the day from which that is so."""
    full_time: bool
    duty_holder: DutyHolder
    provider_id: UUID | None = None
    hours_per_week: Decimal | None = None
    reason_not_owed: NotOwed | None = None


class GoverningBoardInformed(Event):
    """The governing board was told. The band says how soon it must consider reinstatement."""

    type: Literal["ap-intervention.governing-board-informed"] = "ap-intervention.governing-board-informed"
    case_id: UUID
    exclusion_id: UUID
    band: Band


class ExclusionRepresentationsMade(Event):
    """The parent made representations to the governing board."""

    type: Literal["ap-intervention.exclusion-representations-made"] = "ap-intervention.exclusion-representations-made"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    representations: Personal[str] | None = None


class GoverningBoardMeetingHeld(Event):
    """The governing board met and decided on reinstatement; the notice of its decision is still to be given."""

    type: Literal["ap-intervention.governing-board-meeting-held"] = "ap-intervention.governing-board-meeting-held"
    case_id: UUID
    exclusion_id: UUID
    reinstated: bool


class GoverningBoardDecisionMade(Event):
    """The governing board decided on reinstatement and gave notice.

    ``occurred_on`` is the day the notice was given or posted: time for a review runs from there.
    """

    type: Literal["ap-intervention.governing-board-decision-made"] = "ap-intervention.governing-board-decision-made"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    reinstated: bool
    decided_on: Annotated[date, COME]
    """The day of the board's meeting."""
    given_by: Literal["HAND", "POST"]
    reasons: Personal[str]


class IndependentReviewRequested(Event):
    """The parent applied for an independent review of the board's decision."""

    type: Literal["ap-intervention.independent-review-requested"] = "ap-intervention.independent-review-requested"
    case_id: UUID
    exclusion_id: UUID
    sen_expert_requested: bool
    equality_claim_determined_on: date | None = None
    """Where a claim under the Equality Act was made: the day it was finally determined."""


class IndependentReviewHeld(Event):
    """The panel began to hear the review; it may adjourn."""

    type: Literal["ap-intervention.independent-review-held"] = "ap-intervention.independent-review-held"
    case_id: UUID
    exclusion_id: UUID


class IndependentReviewDecisionMade(Event):
    """The panel decided and gave notice."""

    type: Literal["ap-intervention.independent-review-decision-made"] = (
        "ap-intervention.independent-review-decision-made"
    )
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    outcome: PanelOutcome
    reasons: Personal[str]


class GoverningBoardReconsidered(Event):
    """The governing board considered reinstatement again after the panel."""

    type: Literal["ap-intervention.governing-board-reconsidered"] = "ap-intervention.governing-board-reconsidered"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    reinstated: bool
    reasons: Personal[str]


class ExclusionDateCorrected(DateCorrected):
    """The date of an earlier event of an exclusion was wrong."""

    type: Literal["ap-intervention.exclusion-date-corrected"] = "ap-intervention.exclusion-date-corrected"
    case_id: UUID
    exclusion_id: UUID


ExclusionEvent = (
    PupilSuspended
    | PupilPermanentlyExcluded
    | ExclusionCancelled
    | ParentNotifiedOfExclusion
    | AuthorityNotifiedOfExclusion
    | EducationArrangementsNotified
    | SixthDayProvisionArranged
    | GoverningBoardInformed
    | ExclusionRepresentationsMade
    | GoverningBoardMeetingHeld
    | GoverningBoardDecisionMade
    | IndependentReviewRequested
    | IndependentReviewHeld
    | IndependentReviewDecisionMade
    | GoverningBoardReconsidered
    | ExclusionDateCorrected
)
