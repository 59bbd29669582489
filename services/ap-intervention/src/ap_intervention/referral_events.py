"""What happens to a referral to alternative provision, up to the place that is accepted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared import DateCorrected, Event, Personal

from .codes import ReferralReason, Registration, Tier
from .terms import PlaceTerms


class Priority(StrEnum):
    """How soon the panel must see a referral. DAY_SIX: education is owed from the sixth school day."""

    DAY_SIX = "DAY_SIX"
    URGENT = "URGENT"
    STANDARD = "STANDARD"


class PanelDecision(StrEnum):
    """What the panel decided."""

    TIER1 = "TIER1"
    TIER2 = "TIER2"
    TIER3 = "TIER3"
    REDIRECT = "REDIRECT"
    DECLINED = "DECLINED"


class AcceptedBy(StrEnum):
    PARENT = "PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    SCHOOL = "SCHOOL"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"


class WhyDeclined(StrEnum):
    """Why a place was not taken."""

    FAMILY_PREFERS_OTHER = "FAMILY_PREFERS_OTHER"
    TOO_FAR = "TOO_FAR"
    NEEDS_NOT_MET = "NEEDS_NOT_MET"
    OTHER_PROVISION_FOUND = "OTHER_PROVISION_FOUND"
    OTHER = "OTHER"


class ApReferralMade(Event):
    """A school or the authority asked for alternative provision for a child."""

    type: Literal["ap-intervention.ap-referral-made"] = "ap-intervention.ap-referral-made"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    from_setting_id: UUID | None
    """The home school; None where the child is on no roll."""
    reason_code: ReferralReason
    requested_tier: Tier
    has_plan: bool
    """The child holds an EHC plan, as the referrer says or as this service knows."""
    looked_after: bool
    exclusion_id: UUID | None = None
    narrative: Personal[str] | None = None
    strategies_tried: Personal[str] | None = None
    attendance_last_12_weeks: int | None = None
    """Per cent of possible sessions."""
    suspensions_last_12_months: int | None = None
    parent_view_ref: str | None = None
    child_view_ref: str | None = None
    evidence_refs: tuple[str, ...] = ()


class ReferralTriaged(Event):
    """A referral was sifted and given a priority for the panel."""

    type: Literal["ap-intervention.referral-triaged"] = "ap-intervention.referral-triaged"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    priority: Priority
    notes: Personal[str] | None = None


class PanelDecided(Event):
    """The panel decided on a referral: a tier, a redirection or no."""

    type: Literal["ap-intervention.panel-decided"] = "ap-intervention.panel-decided"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    decision: PanelDecision
    rationale: Personal[str]
    conditions: Personal[tuple[str, ...]] = ()


class ApPlaceOffered(Event):
    """A provider offered the child a place, to be accepted or declined by ``reply_by``."""

    type: Literal["ap-intervention.ap-place-offered"] = "ap-intervention.ap-place-offered"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    offer_id: UUID
    provider_id: UUID
    provider_name: str
    registered_school: bool
    tier: Tier
    registration: Registration
    start_on: date
    planned_end_on: date | None
    reply_by: date
    """The last day on which the offer can be accepted."""
    terms: PlaceTerms


class ApPlaceAccepted(Event):
    """The place was accepted; the intervention is agreed on the offer's terms."""

    type: Literal["ap-intervention.ap-place-accepted"] = "ap-intervention.ap-place-accepted"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    offer_id: UUID
    provider_id: UUID
    tier: Tier
    start_on: date
    accepted_by: AcceptedBy
    intervention_id: UUID
    """The intervention that follows."""


class ApPlaceDeclined(Event):
    """The place was declined; another may be offered."""

    type: Literal["ap-intervention.ap-place-declined"] = "ap-intervention.ap-place-declined"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    offer_id: UUID
    reason_code: WhyDeclined
    reason: Personal[str]


class ApPlaceOfferLapsed(Event):
    """Nobody accepted or declined the place in its time."""

    type: Literal["ap-intervention.ap-place-offer-lapsed"] = "ap-intervention.ap-place-offer-lapsed"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    offer_id: UUID


class ApReferralWithdrawn(Event):
    """The referral was withdrawn before a place was accepted; an open offer falls with it."""

    type: Literal["ap-intervention.ap-referral-withdrawn"] = "ap-intervention.ap-referral-withdrawn"
    case_id: UUID
    person_id: UUID
    referral_id: UUID
    reason: Personal[str]


class ApReferralDateCorrected(DateCorrected):
    """The date of an earlier event of a referral was wrong."""

    type: Literal["ap-intervention.ap-referral-date-corrected"] = "ap-intervention.ap-referral-date-corrected"
    case_id: UUID
    referral_id: UUID


ApReferralEvent = (
    ApReferralMade
    | ReferralTriaged
    | PanelDecided
    | ApPlaceOffered
    | ApPlaceAccepted
    | ApPlaceDeclined
    | ApPlaceOfferLapsed
    | ApReferralWithdrawn
    | ApReferralDateCorrected
)
