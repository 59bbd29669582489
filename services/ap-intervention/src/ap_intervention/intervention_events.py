"""What happens in an intervention, from its agreement to its outcome and the checks after the return."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import DateCorrected, Event, Personal, Value

from .attendance_events import (
    AttendanceAmended,
    AttendanceRecorded,
    SafeguardingConcernRaised,
    SafeguardingTaskClosed,
    SafeguardingTaskRaised,
)
from .codes import Profession, Registration, Short, Text, Tier
from .outcome_events import (
    DestinationRecorded,
    InterventionConcluded,
    InterventionOutcomeRevised,
    ReintegrationChecked,
    ReintegrationPlanCreated,
    ReintegrationStarted,
)
from .terms import LimitFlag, PlaceTerms


class Objective(Value):
    """What is to be reached, agreed with the family and the school."""

    number: Annotated[int, Field(ge=1)]
    text: Personal[Text]


class Progress(StrEnum):
    MET = "MET"
    ON_TRACK = "ON_TRACK"
    SOME = "SOME"
    NONE = "NONE"


class ObjectiveProgress(Value):
    number: int
    progress: Progress


class ReviewDecision(StrEnum):
    CONTINUE = "CONTINUE"
    EXTEND = "EXTEND"
    CHANGE_TIER = "CHANGE_TIER"
    END = "END"


class WhyPlacementEnded(StrEnum):
    CONCLUDED = "CONCLUDED"
    NOT_STARTED = "NOT_STARTED"
    MOVED_TO_TIER_1 = "MOVED_TO_TIER_1"


class InterventionAgreed(Event):
    """An intervention was agreed on the terms of the place that was accepted."""

    type: Literal["ap-intervention.intervention-agreed"] = "ap-intervention.intervention-agreed"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    referral_id: UUID
    offer_id: UUID
    provider_id: UUID
    registered_school: bool
    home_setting_id: UUID | None
    tier: Tier
    registration: Registration
    start_on: date
    planned_end_on: date | None
    terms: PlaceTerms
    has_plan: bool
    looked_after: bool
    limit_flags: tuple[LimitFlag, ...] = ()
    """Not empty: beyond the limit intended for non-school AP; a warning, for the limit is not law."""
    objectives: tuple[Objective, ...] = ()


class ObjectivesAgreed(Event):
    """The objectives were agreed, or agreed afresh; all of them as they are now."""

    type: Literal["ap-intervention.objectives-agreed"] = "ap-intervention.objectives-agreed"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    objectives: tuple[Objective, ...]


class PlanHoldingNoted(Event):
    """It became known that the child holds an EHC plan, or holds it no longer."""

    type: Literal["ap-intervention.plan-holding-noted"] = "ap-intervention.plan-holding-noted"
    case_id: UUID
    intervention_id: UUID
    held: bool


class CaseworkerNotified(Event):
    """The SEND caseworker of a child with an EHC plan was told of the intervention before its start."""

    type: Literal["ap-intervention.caseworker-notified"] = "ap-intervention.caseworker-notified"
    case_id: UUID
    intervention_id: UUID
    caseworker: str
    """User id."""


class NonSchoolLimitExceptionApproved(Event):
    """A manager approved that a non-school place goes beyond 12 weeks with more than 4 sessions a week.

    The limit is the Government's intention and not law (`statutory-timeline.md` 6.29).
    """

    type: Literal["ap-intervention.non-school-limit-exception-approved"] = (
        "ap-intervention.non-school-limit-exception-approved"
    )
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    flags: tuple[LimitFlag, ...]
    covers_until: date
    approved_by: str
    """User id of the manager."""
    reason: Personal[str]


class InterventionStarted(Event):
    """The pupil's first day. All three tiers."""

    type: Literal["ap-intervention.intervention-started"] = "ap-intervention.intervention-started"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    referral_id: UUID
    provider_id: UUID
    tier: Tier
    registration: Registration
    planned_end_on: date | None
    has_plan: bool
    next_review_on: date
    terms: PlaceTerms


class SectionFDeliveryAtRisk(Event):
    """The placement keeps some provision of section F of the child's plan from being delivered (CFA 2014, s.42)."""

    type: Literal["ap-intervention.section-f-delivery-at-risk"] = "ap-intervention.section-f-delivery-at-risk"
    case_id: UUID
    intervention_id: UUID


class InterventionCancelled(Event):
    """An agreed intervention never started."""

    type: Literal["ap-intervention.intervention-cancelled"] = "ap-intervention.intervention-cancelled"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    reason: Personal[str]


class ApPlacementCommissioned(Event):
    """A place in tier 2 or 3 was commissioned. For the statutory record; tier 1 has no placement."""

    type: Literal["ap-intervention.ap-placement-commissioned"] = "ap-intervention.ap-placement-commissioned"
    case_id: UUID
    intervention_id: UUID
    provider_id: UUID
    registered_school: bool
    tier: Tier
    start_on: date
    planned_end_on: date | None
    terms: PlaceTerms


class ApPlacementStarted(Event):
    """A placement in tier 2 or 3 started."""

    type: Literal["ap-intervention.ap-placement-started"] = "ap-intervention.ap-placement-started"
    case_id: UUID
    intervention_id: UUID
    provider_id: UUID
    registered_school: bool
    tier: Tier
    section_f_delivered: bool | None = None
    """Whether section F can be delivered in full during it; None where no plan is held or nobody said."""


class ApPlacementEnded(Event):
    """A placement in tier 2 or 3 ended, or its commission did."""

    type: Literal["ap-intervention.ap-placement-ended"] = "ap-intervention.ap-placement-ended"
    case_id: UUID
    intervention_id: UUID
    provider_id: UUID
    reason: WhyPlacementEnded


class Baseline(Value):
    """Where the pupil stands at the beginning."""

    sessions_attended: Annotated[int, Field(ge=0)]
    sessions_possible: Annotated[int, Field(ge=1)]
    reading_age_months: Annotated[int, Field(ge=0)] | None = None
    maths_level: Short | None = None
    sdq_total: Personal[Annotated[int, Field(ge=0, le=40)]] | None = None
    """Strengths and difficulties questionnaire, 0 to 40."""
    boxall: Personal[Text] | None = None
    risks: Personal[tuple[Text, ...]] = ()

    @model_validator(mode="after")
    def _no_more_attended_than_possible(self) -> Self:
        if self.sessions_attended > self.sessions_possible:
            raise ValueError("sessions_attended must not be more than sessions_possible")
        return self


class BaselineRecorded(Event):
    """Where the pupil stands at the beginning; the gain is measured from here."""

    type: Literal["ap-intervention.baseline-recorded"] = "ap-intervention.baseline-recorded"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    measures: Baseline


class SpecialistAllocated(Event):
    """A specialist works with the pupil."""

    type: Literal["ap-intervention.specialist-allocated"] = "ap-intervention.specialist-allocated"
    case_id: UUID
    intervention_id: UUID
    profession: Profession
    days_per_week: Decimal


class ApReviewHeld(Event):
    """The intervention was reviewed. ``next_review_on`` is None where it is to end."""

    type: Literal["ap-intervention.ap-review-held"] = "ap-intervention.ap-review-held"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    decision: ReviewDecision
    next_review_on: date | None
    progress_by_objective: tuple[ObjectiveProgress, ...] = ()
    notes: Personal[str] | None = None


class InterventionExtended(Event):
    """The planned end was put off."""

    type: Literal["ap-intervention.intervention-extended"] = "ap-intervention.intervention-extended"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    was: date
    new_end_on: date
    panel_approved_on: date | None = None
    reason: Personal[str]


class TierChanged(Event):
    """The pupil moved to another tier with the same provider."""

    type: Literal["ap-intervention.tier-changed"] = "ap-intervention.tier-changed"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    from_tier: Tier
    to_tier: Tier
    registration: Registration
    planned_end_on: date | None
    terms: PlaceTerms
    reason: Personal[str]


class InterventionDateCorrected(DateCorrected):
    """The date of an earlier event of an intervention was wrong."""

    type: Literal["ap-intervention.intervention-date-corrected"] = "ap-intervention.intervention-date-corrected"
    case_id: UUID
    intervention_id: UUID


InterventionEvent = (
    InterventionAgreed
    | ObjectivesAgreed
    | PlanHoldingNoted
    | CaseworkerNotified
    | NonSchoolLimitExceptionApproved
    | InterventionStarted
    | SectionFDeliveryAtRisk
    | InterventionCancelled
    | ApPlacementCommissioned
    | ApPlacementStarted
    | ApPlacementEnded
    | BaselineRecorded
    | SpecialistAllocated
    | AttendanceRecorded
    | AttendanceAmended
    | SafeguardingTaskRaised
    | SafeguardingTaskClosed
    | SafeguardingConcernRaised
    | ApReviewHeld
    | InterventionExtended
    | TierChanged
    | ReintegrationPlanCreated
    | ReintegrationStarted
    | ReintegrationChecked
    | InterventionConcluded
    | InterventionOutcomeRevised
    | DestinationRecorded
    | InterventionDateCorrected
)
