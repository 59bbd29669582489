"""What happens on SEN support, as it is stored and published."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from shared import COME, DateCorrected, Event, Personal, Value

from .codes import Area, Layer, NeedCode

CheckType = Literal["TWO_YEAR", "EYFSP", "PHONICS", "SCREEN"]
RaisedBy = Literal["CLASS_TEACHER", "SENCO", "EY_SENCO", "HEADTEACHER", "PARENT", "YOUNG_PERSON", "HEALTH", "OTHER"]
Profession = Literal["EP", "SALT", "OT", "SPECIALIST_TEACHER", "CAMHS"]
Provider = Literal["SETTING", "LA", "HEALTH", "AP_OUTREACH"]
ConsentBasis = Literal["PARENT_INFORMED", "PARENT_AGREED", "YOUNG_PERSON_AGREED"]
Progress = Literal["EXPECTED", "SOME", "NONE"]
EndReason = Literal["NEEDS_MET", "PLAN_ISSUED", "LEFT", "OTHER"]
ConcernOutcome = Literal["ORDINARILY_AVAILABLE_PROVISION", "LEFT", "OTHER"]


class Next(StrEnum):
    """What a review decides."""

    CONTINUE = "CONTINUE"
    STEP_UP = "STEP_UP"
    STEP_DOWN = "STEP_DOWN"
    REQUEST_EHCNA = "REQUEST_EHCNA"
    END = "END"


class CycleOrigin(StrEnum):
    """Why a cycle was opened."""

    GRADUATED_APPROACH = "GRADUATED_APPROACH"
    RETURN_FROM_AP = "RETURN_FROM_AP"
    REFUSAL = "REFUSAL"


class ApdrOutcome(Value):
    """What the cycle is to achieve, from where, by when."""

    target: Personal[str]
    baseline: Personal[str] | None = None
    by: date


class Strategy(Value):
    """What is done, by whom, how often. Minutes per session."""

    what: Personal[str]
    who: str
    frequency: str
    minutes: int
    group_size: int


class ConcernRaised(Event):
    """Somebody is worried about a child's progress or well-being."""

    type: Literal["referral.concern-raised"] = "referral.concern-raised"
    case_id: UUID
    person_id: UUID
    support_id: UUID
    setting_id: UUID | None = None
    raised_by: RaisedBy
    areas: tuple[Area, ...]
    observed_difficulty: Personal[str]
    parent_informed_on: date | None = None


class ConcernClosed(Event):
    """The concern was looked into and needs no SEN support."""

    type: Literal["referral.concern-closed"] = "referral.concern-closed"
    case_id: UUID
    support_id: UUID
    outcome: ConcernOutcome


class ProgressCheckRecorded(Event):
    """A check that all children have: at two, at the end of the early years, in phonics, or a screening."""

    type: Literal["referral.progress-check-recorded"] = "referral.progress-check-recorded"
    case_id: UUID
    person_id: UUID
    check_type: CheckType
    areas_below_expected: tuple[Area, ...]


class HealthNotificationReceived(Event):
    """A health body told the authority of a child under compulsory school age who may have SEN (s.23)."""

    type: Literal["referral.health-notification-received"] = "referral.health-notification-received"
    case_id: UUID
    person_id: UUID
    from_org: str
    basis: Personal[str]


class SenSupportStarted(Event):
    """The child is on SEN support (census code K) from this day."""

    type: Literal["referral.sen-support-started"] = "referral.sen-support-started"
    case_id: UUID
    person_id: UUID
    support_id: UUID
    setting_id: UUID | None = None
    primary_need_code: NeedCode
    secondary_need_code: NeedCode | None = None
    layer: Layer
    consent_basis: ConsentBasis
    parent_informed_on: Annotated[date, COME]


class PrimaryNeedIdentified(Event):
    """The type of need is known, or known better."""

    type: Literal["referral.primary-need-identified"] = "referral.primary-need-identified"
    case_id: UUID
    support_id: UUID
    primary_need_code: NeedCode
    secondary_need_code: NeedCode | None = None


class ApdrCycleOpened(Event):
    """An assess-plan-do-review cycle begins. A resumed one has no plan yet: the school adds it at the review."""

    type: Literal["referral.apdr-cycle-opened"] = "referral.apdr-cycle-opened"
    case_id: UUID
    person_id: UUID
    support_id: UUID
    cycle_id: UUID
    number: int
    origin: CycleOrigin
    because_of: UUID | None = None
    assess_summary: Personal[str] | None = None
    outcomes: tuple[ApdrOutcome, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    review_due_on: date
    cost_estimate: int | None = None


class TargetedSupportStarted(Event):
    """A named intervention begins within the cycle."""

    type: Literal["referral.targeted-support-started"] = "referral.targeted-support-started"
    case_id: UUID
    support_id: UUID
    cycle_id: UUID
    intervention_code: str
    provider: Provider
    planned_weeks: int


class SpecialistAdviceRequested(Event):
    """A specialist is asked for advice to the school. Not advice for an assessment."""

    type: Literal["referral.specialist-advice-requested"] = "referral.specialist-advice-requested"
    case_id: UUID
    support_id: UUID
    advice_id: UUID
    profession: Profession


class SpecialistAdviceReceived(Event):
    """The specialist's advice is there."""

    type: Literal["referral.specialist-advice-received"] = "referral.specialist-advice-received"
    case_id: UUID
    support_id: UUID
    advice_id: UUID
    profession: Profession
    summary_ref: str


class ApdrCycleReviewed(Event):
    """School and family looked at what the cycle achieved and decided what comes next."""

    type: Literal["referral.apdr-cycle-reviewed"] = "referral.apdr-cycle-reviewed"
    case_id: UUID
    person_id: UUID
    support_id: UUID
    cycle_id: UUID
    number: int
    progress: Progress
    next: Next
    layer: Layer
    parent_view: Personal[str] | None = None
    child_view: Personal[str] | None = None


class SenSupportEnded(Event):
    """The child is no longer on SEN support."""

    type: Literal["referral.sen-support-ended"] = "referral.sen-support-ended"
    case_id: UUID
    support_id: UUID
    reason: EndReason


class SenSupportDateCorrected(DateCorrected):
    """A date on SEN support was recorded wrongly."""

    type: Literal["referral.sen-support-date-corrected"] = "referral.sen-support-date-corrected"
    case_id: UUID


SenSupportEvent = (
    ConcernRaised
    | ConcernClosed
    | ProgressCheckRecorded
    | HealthNotificationReceived
    | SenSupportStarted
    | PrimaryNeedIdentified
    | ApdrCycleOpened
    | TargetedSupportStarted
    | SpecialistAdviceRequested
    | SpecialistAdviceReceived
    | ApdrCycleReviewed
    | SenSupportEnded
    | SenSupportDateCorrected
)
