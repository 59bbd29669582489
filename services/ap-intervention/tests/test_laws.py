"""The laws of every decider, on examples that accept each command once and show each event."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from ap_intervention import ap_case as case_module
from ap_intervention import board, exclusion, off_site, outcome, provider, referral, section19
from ap_intervention import off_site_review as reviews
from ap_intervention.ap_case import ApCase, ApCaseDateCorrected, KnownExclusion, ap_case
from ap_intervention.app import service
from ap_intervention.exclusion_events import ExclusionDateCorrected
from ap_intervention.intervention_commands import AgreeIntervention, AgreeObjectives
from ap_intervention.off_site_events import MeetingOutcome, OffSiteDirectionDateCorrected
from ap_intervention.provider_events import ProviderDateCorrected, StandardMet, TierPlaces
from ap_intervention.referral_events import ApReferralDateCorrected
from ap_intervention.section19_events import Section19DutyDateCorrected
from shared.testing import laws
from shared.testing.laws import Example

from shared import Decider

from . import examples as e
from .chains import DAY, WRONG, chain
from .intervention_course import interventions
from .test_exclusion import PERMANENT, SUSPENSION, excluded, suspend, suspended
from .test_off_site import DIRECTION, give_notice, notice_given
from .test_off_site_review import MEETING
from .test_section19 import DUTY, PART_TIME, RETURNED, arrange, identified, identify

KNOWN = ApCase(exclusions=(KnownExclusion(SUSPENSION, date(2026, 10, 6), Decimal("4.5")),))
"""A child who was suspended."""


def _providers() -> list[Example]:
    by = {"provider_id": e.PROVIDER}
    registered = e.provider_history()
    correction = ProviderDateCorrected(occurred_on=DAY, **by, **WRONG)
    return [
        (
            [],
            provider.RegisterApProvider(
                name="Test-Workshop CIC",
                ap_setting_type="OTH",
                registered_school=False,
                capacity_by_tier=(TierPlaces(tier=2, places=6),),
                max_weekly_sessions=6,
                **by,
            ),
        ),
        *chain(
            provider.provider,
            [*registered, correction],
            (
                provider.ChangeApProviderDetails(
                    name="Test-Riverbank School",
                    ap_setting_type="URN",
                    registered_school=True,
                    urn="654321",
                    capacity_by_tier=(TierPlaces(tier=1, places=30),),
                    **by,
                ),
            ),
            (
                provider.RecordProviderCheck(
                    occurred_on=DAY, check="INSURANCE", expires_on=date(2027, 10, 25), evidence_refs=("doc-1",), **by
                ),
            ),
            (
                provider.QualityAssureProvider(
                    occurred_on=DAY,
                    result="CONDITIONS",
                    standards=(
                        StandardMet(area="SAFEGUARDING", met=True),
                        StandardMet(area="HEALTH_AND_SAFETY", met=False),
                    ),
                    conditions=("A fire drill every term.",),
                    **by,
                ),
            ),
            (provider.SuspendProvider(occurred_on=DAY, reason="Serious incident.", **by),),
            (provider.ReinstateProvider(occurred_on=DAY + timedelta(days=7), reason="Visited again.", **by),),
        ),
    ]


def _cases() -> list[Example]:
    of: dict[str, Any] = {"case_id": e.CASE}
    correction = ApCaseDateCorrected(occurred_on=DAY, **of, **WRONG)
    m = case_module
    return chain(
        ap_case,
        [correction],
        (m.NoteIntervention(occurred_on=DAY, person_id=e.PERSON, intervention_id=e.INTERVENTION, **of),),
        (m.NoteEhcPlan(occurred_on=DAY, person_id=e.PERSON, plan_id=UUID(int=70), **of),),
        (
            m.NoteExclusion(
                occurred_on=DAY, person_id=e.PERSON, exclusion_id=SUSPENSION, school_days=Decimal("2.5"), **of
            ),
        ),
        (m.NoteExclusionCancellation(occurred_on=DAY, exclusion_id=SUSPENSION, school_days_served=Decimal(1), **of),),
        (m.NoteInterventionEnd(occurred_on=DAY, intervention_id=e.INTERVENTION, **of),),
        (m.NoteEhcPlanEnd(occurred_on=DAY, plan_id=UUID(int=70), **of),),
    )


def _referrals() -> list[Example]:
    by: dict[str, Any] = {"referral_id": e.REFERRAL}
    offer = referral.OfferApPlace(
        occurred_on=e.OFFERED_ON,
        offer_id=e.OFFER,
        provider_id=e.PROVIDER,
        tier=2,
        registration="DUAL_MAIN",
        start_on=e.START,
        planned_end_on=e.TWELVE_WEEKS_ON,
        reply_by=e.REPLY_BY,
        terms=e.terms(),
        **by,
    )
    on_offer = e.accepted_referral()[:-1]
    correction = ApReferralDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    late = e.REPLY_BY + timedelta(days=1)
    return [
        *chain(
            referral.ap_referral,
            [],
            (
                referral.ReferToAp(
                    occurred_on=e.REFERRED_ON,
                    from_setting_id=e.HOME_SCHOOL,
                    reason_code="OTH",
                    requested_tier=2,
                    narrative="A managed move broke down.",
                    exclusion_id=SUSPENSION,
                    strategies_tried="Mentor, reduced transitions, weekly call home.",
                    attendance_last_12_weeks=61,
                    suspensions_last_12_months=3,
                    parent_view_ref="doc-2",
                    child_view_ref="doc-3",
                    evidence_refs=("doc-1",),
                    **e.whose(),
                    **by,
                ),
                KNOWN,
            ),
            (referral.TriageReferral(occurred_on=date(2026, 9, 2), priority="URGENT", notes="Ring the school.", **by),),
            (
                referral.RecordPanelDecision(
                    occurred_on=date(2026, 9, 4),
                    decision="TIER2",
                    rationale="Outreach was tried.",
                    conditions=("Weekly contact from the home school.",),
                    **by,
                ),
            ),
            (offer, e.provider_state()),
            (referral.AcceptApPlace(occurred_on=e.REPLY_BY, offer_id=e.OFFER, accepted_by="PARENT", **by),),
        ),
        (
            on_offer,
            referral.DeclineApPlace(
                occurred_on=e.REPLY_BY, offer_id=e.OFFER, reason_code="TOO_FAR", reason="Two buses each way.", **by
            ),
        ),
        ([*on_offer, correction], referral.LapseApPlaceOffer(occurred_on=late, offer_id=e.OFFER, **by)),
        (on_offer, referral.WithdrawApReferral(occurred_on=late, reason="Things have calmed down.", **by)),
    ]


def _exclusions() -> list[Example]:
    by: dict[str, Any] = {"exclusion_id": PERMANENT}
    correction = ExclusionDateCorrected(occurred_on=DAY, case_id=e.CASE, exclusion_id=SUSPENSION, **WRONG)
    permanent = exclusion.RecordPermanentExclusion(
        occurred_on=date(2026, 10, 19),
        setting_id=e.HOME_SCHOOL,
        term_total=Decimal(8),
        year_total=Decimal("8.5"),
        reason_codes=("PA", "VA"),
        continues_exclusion_id=SUSPENSION,
        year_group=9,
        reasons="An assault on a teacher.",
        **e.whose(),
        **by,
    )
    return [
        ([], suspend("4.5", reasons="Persistent disruption.", year_group=8), ApCase()),
        *chain(
            exclusion.exclusion,
            [],
            (permanent, KNOWN),
            (
                exclusion.NotifyParentOfExclusion(
                    occurred_on=date(2026, 10, 19), method="HAND", public_place_days_stated=True, **by
                ),
            ),
            (
                exclusion.NotifyAuthorityOfExclusion(
                    occurred_on=date(2026, 10, 19), also_told=("SOCIAL_WORKER", "VIRTUAL_SCHOOL_HEAD"), **by
                ),
            ),
            (
                exclusion.NotifyEducationArrangements(
                    occurred_on=date(2026, 10, 22), education_starts_on=date(2026, 11, 2), **by
                ),
            ),
            (
                exclusion.ArrangeSixthDayProvision(
                    occurred_on=date(2026, 10, 22),
                    starts_on=date(2026, 11, 2),
                    full_time=True,
                    provider_id=e.PROVIDER,
                    hours_per_week=Decimal(25),
                    **by,
                ),
                e.provider_state(),
            ),
            (board.InformGoverningBoard(occurred_on=date(2026, 10, 19), **by),),
            (
                board.MakeExclusionRepresentations(
                    occurred_on=date(2026, 10, 23), representations="It was not him.", **by
                ),
            ),
            (board.HoldGoverningBoardMeeting(occurred_on=date(2026, 11, 26), reinstated=False, **by),),
            (
                board.DecideOnReinstatement(
                    occurred_on=date(2026, 11, 27),
                    decided_on=date(2026, 11, 26),
                    reinstated=False,
                    given_by="HAND",
                    reasons="Lawful and fair.",
                    **by,
                ),
            ),
            (board.RequestIndependentReview(occurred_on=date(2026, 12, 14), sen_expert_requested=True, **by),),
            (board.HoldIndependentReview(occurred_on=date(2027, 1, 19), **by),),
            (
                board.DecideIndependentReview(
                    occurred_on=date(2027, 1, 22),
                    outcome="RECONSIDERATION_RECOMMENDED",
                    reasons="SEN was not considered.",
                    **by,
                ),
            ),
            (board.ReconsiderReinstatement(occurred_on=date(2027, 2, 5), reinstated=False, reasons="The same.", **by),),
        ),
        (
            [suspended(), correction],
            exclusion.CancelExclusion(
                occurred_on=date(2026, 10, 8),
                exclusion_id=SUSPENSION,
                school_days_served=Decimal("2.5"),
                reason="Mistaken.",
            ),
        ),
        ([excluded()], board.InformGoverningBoard(occurred_on=date(2026, 10, 19), **by)),
    ]


def _directions() -> list[Example]:
    by: dict[str, Any] = {"direction_id": DIRECTION}
    correction = OffSiteDirectionDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    return [
        ([], give_notice(), ApCase()),
        *chain(
            off_site.off_site_direction,
            [notice_given(), correction],
            (
                reviews.InviteToOffSiteReview(
                    occurred_on=date(2026, 9, 14),
                    meeting_id=MEETING,
                    meeting_on=date(2026, 9, 21),
                    invited=("PARENT", "PROVIDER"),
                    **by,
                ),
            ),
            (
                reviews.HoldOffSiteReviewMeeting(
                    occurred_on=date(2026, 9, 21), outcome=MeetingOutcome.CONTINUE, notes="Going well.", **by
                ),
            ),
            (
                reviews.NotifyOffSiteReviewOutcome(
                    occurred_on=date(2026, 9, 25), meeting_id=MEETING, recipients=("PARENT",), **by
                ),
            ),
            (reviews.RequestOffSiteReviewMeeting(occurred_on=DAY, asked_by="PARENT", **by),),
            (reviews.DeclineOffSiteReviewMeeting(occurred_on=DAY, **by),),
            (off_site.EndOffSiteDirection(occurred_on=date(2026, 11, 27), reason="TIME_OVER", **by),),
        ),
    ]


def _duties() -> list[Example]:
    by: dict[str, Any] = {"duty_id": DUTY}
    correction = Section19DutyDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    return [
        ([], identify(evidence_refs=("doc-1",), circumstances="Recovering from an operation."), ApCase()),
        ([], identify(reason="EXCLUSION", exclusion_id=SUSPENSION), KNOWN),
        *chain(
            section19.section19_duty,
            [identified(), correction],
            (RETURNED,),
            (arrange(**PART_TIME), e.provider_state()),
            (
                section19.ReviewSection19Provision(
                    occurred_on=date(2026, 11, 16), suitable=True, notes="More hours now.", **by
                ),
            ),
            (section19.EndSection19Duty(occurred_on=date(2027, 1, 4), reason="BACK_IN_SCHOOL", **by),),
        ),
    ]


EXAMPLES: dict[str, list[Example]] = {
    "ap-provider": _providers(),
    "ap-case": _cases(),
    "ap-referral": _referrals(),
    "intervention": interventions(),
    "exclusion": _exclusions(),
    "off-site-direction": _directions(),
    "section19-duty": _duties(),
}


AGAIN = {AgreeIntervention}
"""Whoever agrees once more sets the objectives."""
ELSEWHERE = {"from_setting_id", "setting_id"}
"""Settings are known to placement."""
LASTING = {
    provider.ChangeApProviderDetails,
    AgreeIntervention,
    AgreeObjectives,
    outcome.CreateReintegrationPlan,
    outcome.ReviseInterventionOutcome,
    outcome.RecordDestination,
}
UNLIKE = {outcome.ConcludeIntervention}
"""Its example ends with a return, which only a return can; another outcome is possible at any time."""


@pytest.mark.parametrize("decider", service.deciders, ids=lambda d: d.name)
def test_the_laws(decider: Decider[Any]) -> None:
    laws.check(decider, EXAMPLES[decider.name])


@pytest.mark.parametrize("decider", service.deciders, ids=lambda d: d.name)
def test_what_people_send(decider: Decider[Any]) -> None:
    laws.check_what_people_send(
        decider,
        EXAMPLES[decider.name],
        service.routes,
        again=AGAIN,
        elsewhere=ELSEWHERE,
        lasting=LASTING,
        unlike=UNLIKE,
    )
