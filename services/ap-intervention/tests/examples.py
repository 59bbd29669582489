"""Providers, and a child's course through alternative provision: where the tests of this service start."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from ap_intervention.codes import (
    ApSettingType,
    CheckKind,
    Commissioner,
    DestinationType,
    InterventionType,
    QualityResult,
    ReferralReason,
    Registration,
    Tier,
)
from ap_intervention.intervention_events import (
    ApPlacementCommissioned,
    ApPlacementStarted,
    InterventionAgreed,
    InterventionStarted,
    Objective,
)
from ap_intervention.provider import provider
from ap_intervention.provider_events import (
    ApProviderRegistered,
    ProviderCheckRecorded,
    ProviderQualityAssured,
    TierPlaces,
)
from ap_intervention.provider_state import Provider
from ap_intervention.referral_events import (
    AcceptedBy,
    ApPlaceAccepted,
    ApPlaceOffered,
    ApReferralMade,
    PanelDecided,
    PanelDecision,
    Priority,
    ReferralTriaged,
)
from ap_intervention.terms import PlaceTerms, ReintegrationTarget, intervention_of_offer

from shared import Event, case_id_of

PERSON = UUID(int=7)
CASE = case_id_of("999", PERSON)
HOME_SCHOOL, OTHER_SCHOOL = UUID(int=101), UUID(int=102)
PROVIDER, WORKSHOP = UUID(int=201), UUID(int=202)
REFERRAL, OFFER = UUID(int=301), UUID(int=302)
INTERVENTION = intervention_of_offer(OFFER)

REGISTERED_ON = date(2026, 1, 5)
REFERRED_ON = date(2026, 9, 1)
OFFERED_ON = date(2026, 9, 7)
REPLY_BY = date(2026, 9, 11)
START = date(2026, 9, 14)
"""A Monday (Green Paper 8.5, example 1)."""
TWELVE_WEEKS_ON = date(2026, 12, 7)

ALL_CHECKS = tuple(CheckKind)


def provider_history(
    *,
    provider_id: UUID = PROVIDER,
    school: bool = True,
    checks: tuple[CheckKind, ...] = ALL_CHECKS,
    expires_on: date = date(2027, 12, 31),
    visited_on: date | None = REGISTERED_ON,
    max_weekly_sessions: int | None = None,
) -> list[Event]:
    history: list[Event] = [
        ApProviderRegistered(
            occurred_on=REGISTERED_ON,
            provider_id=provider_id,
            name="Test-Riverbank Academy" if school else "Test-Workshop CIC",
            ap_setting_type=ApSettingType.URN if school else ApSettingType.OTH,
            registered_school=school,
            urn="123456" if school else None,
            capacity_by_tier=(
                TierPlaces(tier=1, places=20),
                TierPlaces(tier=2, places=12),
                TierPlaces(tier=3, places=8),
            ),
            max_weekly_sessions=max_weekly_sessions,
        ),
        *(
            ProviderCheckRecorded(
                occurred_on=REGISTERED_ON, provider_id=provider_id, check=check, expires_on=expires_on
            )
            for check in checks
        ),
    ]
    if visited_on is not None:
        history.append(
            ProviderQualityAssured(
                occurred_on=visited_on,
                provider_id=provider_id,
                result=QualityResult.APPROVED,
                next_due_on=visited_on.replace(year=visited_on.year + 1),
            )
        )
    return history


def provider_state(**kind: Any) -> Provider:
    return provider.fold(provider_history(**kind))


def terms(tier: Tier = 2, **more: Any) -> PlaceTerms:
    by_tier: dict[int, dict[str, Any]] = {
        1: {"intervention_types": (InterventionType.OUTREACH_MENTOR,), "attendance_code": None},
        2: {
            "intervention_types": (InterventionType.FULL_ASSESSMENT_PLACE,),
            "attendance_code": "D",
            "reintegration_target": ReintegrationTarget(by=TWELVE_WEEKS_ON),
        },
        3: {
            "intervention_types": (InterventionType.TRANSITION_MAINSTREAM,),
            "attendance_code": "B",
            "destination_type": DestinationType.MAINSTREAM_SCHOOL,
        },
    }
    plain = {"weekly_sessions": 10, "hours_per_week": Decimal(25), "commissioner": Commissioner.SCHOOL}
    return PlaceTerms(**{**plain, **by_tier[tier], **more})


def whose(**more: Any) -> dict[str, Any]:
    return {"case_id": CASE, "person_id": PERSON, **more}


def referred(**more: Any) -> ApReferralMade:
    return ApReferralMade(
        **{
            "occurred_on": REFERRED_ON,
            "referral_id": REFERRAL,
            "from_setting_id": HOME_SCHOOL,
            "reason_code": ReferralReason.RISK,
            "requested_tier": 2,
            "has_plan": False,
            "looked_after": False,
            **whose(),
            **more,
        }
    )


def triaged(**more: Any) -> ReferralTriaged:
    return ReferralTriaged(
        **{
            "occurred_on": date(2026, 9, 2),
            "referral_id": REFERRAL,
            "priority": Priority.STANDARD,
            **whose(),
            **more,
        }
    )


def decided(decision: PanelDecision = PanelDecision.TIER2, **more: Any) -> PanelDecided:
    return PanelDecided(
        **{
            "occurred_on": date(2026, 9, 4),
            "referral_id": REFERRAL,
            "decision": decision,
            "rationale": "Outreach was tried for a term.",
            **whose(),
            **more,
        }
    )


def offered(tier: Tier = 2, *, offer_id: UUID = OFFER, school: bool = True, **more: Any) -> ApPlaceOffered:
    return ApPlaceOffered(
        **{
            "occurred_on": OFFERED_ON,
            "referral_id": REFERRAL,
            "offer_id": offer_id,
            "provider_id": PROVIDER,
            "provider_name": "Test-Riverbank Academy" if school else "Test-Workshop CIC",
            "registered_school": school,
            "tier": tier,
            "registration": Registration.DUAL_MAIN if school and tier == 2 else Registration.SINGLE,
            "start_on": START,
            "planned_end_on": TWELVE_WEEKS_ON,
            "reply_by": REPLY_BY,
            "terms": terms(tier),
            **whose(),
            **more,
        }
    )


def accepted(tier: Tier = 2, **more: Any) -> ApPlaceAccepted:
    return ApPlaceAccepted(
        **{
            "occurred_on": date(2026, 9, 10),
            "referral_id": REFERRAL,
            "offer_id": OFFER,
            "provider_id": PROVIDER,
            "tier": tier,
            "start_on": START,
            "accepted_by": AcceptedBy.PARENT,
            "intervention_id": INTERVENTION,
            **whose(),
            **more,
        }
    )


def accepted_referral(tier: Tier = 2, **more: Any) -> list[Event]:
    """A referral up to the place that was accepted."""
    return [referred(), triaged(), decided(PanelDecision(f"TIER{tier}")), offered(tier, **more), accepted(tier)]


OBJECTIVES = (
    Objective(number=1, text="Is in every lesson of the timetable."),
    Objective(number=2, text="Names what made it hard to stay."),
)


def agreed(tier: Tier = 2, *, school: bool = True, **more: Any) -> InterventionAgreed:
    return InterventionAgreed(
        **{
            "occurred_on": date(2026, 9, 10),
            "intervention_id": INTERVENTION,
            "referral_id": REFERRAL,
            "offer_id": OFFER,
            "provider_id": PROVIDER,
            "registered_school": school,
            "home_setting_id": HOME_SCHOOL,
            "tier": tier,
            "registration": Registration.DUAL_MAIN if school and tier == 2 else Registration.SINGLE,
            "start_on": START,
            "planned_end_on": TWELVE_WEEKS_ON,
            "terms": terms(tier),
            "has_plan": False,
            "looked_after": False,
            "objectives": OBJECTIVES,
            **whose(),
            **more,
        }
    )


def commissioned(tier: Tier = 2, *, school: bool = True, **more: Any) -> ApPlacementCommissioned:
    return ApPlacementCommissioned(
        **{
            "occurred_on": date(2026, 9, 10),
            "case_id": CASE,
            "intervention_id": INTERVENTION,
            "provider_id": PROVIDER,
            "registered_school": school,
            "tier": tier,
            "start_on": START,
            "planned_end_on": TWELVE_WEEKS_ON,
            "terms": terms(tier),
            **more,
        }
    )


def started(tier: Tier = 2, *, school: bool = True, **more: Any) -> InterventionStarted:
    return InterventionStarted(
        **{
            "occurred_on": START,
            "intervention_id": INTERVENTION,
            "referral_id": REFERRAL,
            "provider_id": PROVIDER,
            "tier": tier,
            "registration": Registration.DUAL_MAIN if school and tier == 2 else Registration.SINGLE,
            "planned_end_on": TWELVE_WEEKS_ON,
            "has_plan": False,
            "next_review_on": date(2026, 10, 26),
            "terms": terms(tier),
            **whose(),
            **more,
        }
    )


def placement_started(tier: Tier = 2, *, school: bool = True, **more: Any) -> ApPlacementStarted:
    return ApPlacementStarted(
        **{
            "occurred_on": START,
            "case_id": CASE,
            "intervention_id": INTERVENTION,
            "provider_id": PROVIDER,
            "registered_school": school,
            "tier": tier,
            **more,
        }
    )


def running(tier: Tier = 2, **more: Any) -> list[Event]:
    """An intervention on its first day; ``more`` changes what was agreed."""
    begun: dict[str, Any] = {name: more[name] for name in ("planned_end_on", "terms", "has_plan") if name in more}
    school = more.get("school", True)
    first = [agreed(tier, **more), commissioned(tier, school=school)] if tier != 1 else [agreed(tier, **more)]
    then: list[Event] = [started(tier, school=school, **begun)]
    return [*first, *then, *([placement_started(tier, school=school)] if tier != 1 else [])]
