"""The laws of every decider, on examples that accept each command once and show each event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from ap_intervention import ap_case as case_module
from ap_intervention import attendance, board, exclusion, off_site, outcome, provider, referral, section19
from ap_intervention.ap_case import ApCase, ApCaseDateCorrected, ap_case
from ap_intervention.app import service
from ap_intervention.codes import DestinationType, OutcomeCode
from ap_intervention.exclusion_events import ExclusionDateCorrected
from ap_intervention.intervention import intervention
from ap_intervention.intervention_commands import (
    AgreeIntervention,
    AgreeObjectives,
    AllocateSpecialist,
    ApproveNonSchoolLimitException,
    CancelIntervention,
    ChangeTier,
    ExtendIntervention,
    NotePlanHolding,
    NotifyCaseworker,
    RecordBaseline,
    ReviewIntervention,
    StartIntervention,
)
from ap_intervention.intervention_events import Baseline, CaseworkerNotified, InterventionDateCorrected, Objective
from ap_intervention.off_site_events import MeetingOutcome, OffSiteDirectionDateCorrected
from ap_intervention.outcome_events import ReintegrationPlan, ReintegrationStep
from ap_intervention.provider_events import ProviderDateCorrected, StandardMet, TierPlaces
from ap_intervention.referral_events import ApReferralDateCorrected
from shared.testing import laws
from shared.testing.laws import Example
from shared.testing.spec import stamped

from shared import Command, Decider, Event

from . import examples as e
from .test_exclusion import PERMANENT, SUSPENSION, excluded, suspend, suspended
from .test_off_site import DIRECTION, give_notice, notice_given
from .test_section19 import DUTY, PART_TIME, arrange, identified, identify

ID = UUID(int=900)
WRONG = {"corrects": ID, "was": date(2026, 9, 1), "now": date(2026, 8, 31), "reason": "The letter was found."}
DAY = date(2026, 10, 26)


def _chain(decider: Decider[Any], start: Sequence[Event], *steps: tuple[Any, ...]) -> list[Example]:
    """One example a step, each on the history the steps before it made."""
    history, found = list(start), []
    for number, (command, *other) in enumerate(steps):
        found.append((list(history), command, *other))
        history += decider.decide(stamped(command, number=number + 1), decider.fold(history), *other)
    return found  # type: ignore[return-value]


def _corrected(decider: Decider[Any], history: Sequence[Event], correction: Event, command: Command) -> Example:
    """A correction is written by the kernel; here it stands in a history that goes on."""
    return ([*history, correction], command)


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
        *_chain(
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
    return _chain(
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
        *_chain(
            referral.ap_referral,
            [],
            (
                referral.ReferToAp(
                    occurred_on=e.REFERRED_ON,
                    from_setting_id=e.HOME_SCHOOL,
                    reason_code="OTH",
                    requested_tier=2,
                    narrative="A managed move broke down.",
                    strategies_tried="Mentor, reduced transitions, weekly call home.",
                    attendance_last_12_weeks=61,
                    suspensions_last_12_months=3,
                    parent_view_ref="doc-2",
                    child_view_ref="doc-3",
                    evidence_refs=("doc-1",),
                    **e.whose(),
                    **by,
                ),
                ApCase(),
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


def _interventions() -> list[Example]:
    by: dict[str, Any] = {"intervention_id": e.INTERVENTION}
    accepted = referral.ap_referral.fold(e.accepted_referral())
    told = CaseworkerNotified(occurred_on=e.START, case_id=e.CASE, caseworker="caseworker-1", **by)
    plan = ReintegrationPlan(
        target_setting_id=e.HOME_SCHOOL,
        starts_on=date(2026, 11, 16),
        full_time_on=date(2026, 11, 30),
        key_adult="Ms Test-Heron",
        steps=(
            ReintegrationStep(starts_on=date(2026, 11, 16), hours_per_week=Decimal(10), support="Mentor at break."),
        ),
    )
    correction = InterventionDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    workshop = [e.agreed(school=False, planned_end_on=date(2027, 7, 16)), e.commissioned(school=False)]
    marks = [
        attendance.RecordAttendance(occurred_on=e.START + timedelta(days=d), session="AM", code="N", **by)
        for d in range(3)
    ]
    task_history = [*e.running()]
    for number, mark in enumerate(marks):
        task_history += intervention.decide(stamped(mark, number=number + 50), intervention.fold(task_history))
    (task,) = intervention.fold(task_history).open_tasks
    return [
        ([], AgreeIntervention(occurred_on=DAY, case_id=e.CASE, referral_id=e.REFERRAL, offer_id=e.OFFER), accepted),
        *_chain(
            intervention,
            [e.agreed(objectives=()), e.commissioned()],
            (AgreeObjectives(objectives=(Objective(number=1, text="Reads daily."),), **by),),
            (NotePlanHolding(held=True, **by),),
            (NotifyCaseworker(occurred_on=e.START, caseworker="caseworker-1", **by),),
            (
                StartIntervention(occurred_on=e.START, provider_id=e.PROVIDER, section_f_delivered=False, **by),
                e.provider_state(),
            ),
            (
                RecordBaseline(
                    measures=Baseline(
                        sessions_attended=27,
                        sessions_possible=60,
                        reading_age_months=104,
                        maths_level="Year 4",
                        sdq_total=22,
                        boxall="Strand 2 low.",
                        risks=("Leaves the site.",),
                    ),
                    **by,
                ),
            ),
            (AllocateSpecialist(profession="SALT", days_per_week=Decimal("0.5"), **by),),
            (marks[0],),
            (attendance.AmendAttendance(occurred_on=e.START, session="AM", code="I", **by),),
            (
                attendance.RaiseSafeguardingConcern(
                    occurred_on=e.START, raised_to="DESIGNATED_LEAD", concern="Came without a coat.", **by
                ),
            ),
            (
                ReviewIntervention(
                    occurred_on=DAY,
                    decision="EXTEND",
                    progress_by_objective=({"number": 1, "progress": "ON_TRACK"},),
                    notes="The home school came.",
                    **by,
                ),
            ),
            (
                ExtendIntervention(
                    occurred_on=DAY,
                    new_end_on=date(2026, 12, 18),
                    panel_approved_on=date(2026, 10, 23),
                    reason="To the end of term.",
                    **by,
                ),
            ),
            (
                ChangeTier(
                    occurred_on=DAY,
                    provider_id=e.PROVIDER,
                    to_tier=3,
                    registration="SINGLE",
                    planned_end_on=date(2027, 7, 16),
                    terms=e.terms(3),
                    reason="A new school is sought.",
                    **by,
                ),
                e.provider_state(),
            ),
            (outcome.CreateReintegrationPlan(occurred_on=DAY, plan=plan, **by),),
            (outcome.StartReintegration(occurred_on=date(2026, 11, 16), **by),),
            (
                outcome.ConcludeIntervention(
                    occurred_on=date(2026, 11, 30),
                    outcome_code=OutcomeCode.RETURN_PENDING,
                    objectives_met=1,
                    english_progress="POSITIVE",
                    maths_progress="NONE",
                    **by,
                ),
            ),
            (
                outcome.RecordReintegrationCheck(
                    occurred_on=date(2027, 2, 15),
                    checkpoint="13W",
                    still_on_roll=True,
                    full_time=True,
                    attendance_pct=91,
                    suspensions=0,
                    **by,
                ),
            ),
            (
                outcome.ReviseInterventionOutcome(
                    occurred_on=date(2027, 3, 1), outcome_code=OutcomeCode.MOVED_AREA, **by
                ),
            ),
            (
                outcome.RecordDestination(
                    occurred_on=date(2027, 3, 1),
                    destination=DestinationType.MAINSTREAM_SCHOOL,
                    setting_id=e.OTHER_SCHOOL,
                    **by,
                ),
            ),
        ),
        (
            workshop,
            ApproveNonSchoolLimitException(
                occurred_on=e.START,
                covers_until=date(2027, 7, 16),
                approved_by="manager-1",
                reason="No school near.",
                **by,
            ),
        ),
        ([e.agreed(), e.commissioned(), told], CancelIntervention(reason="The family has moved.", **by)),
        (task_history, attendance.CloseSafeguardingTask(task_id=task, found="At home, ill.", **by)),
        (
            [*e.running(1), correction],
            outcome.ConcludeIntervention(occurred_on=DAY, outcome_code="STAYED_T1", objectives_met=2, **by),
        ),
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
        *_chain(
            exclusion.exclusion,
            [],
            (permanent, ApCase()),
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
        *_chain(
            off_site.off_site_direction,
            [notice_given(), correction],
            (
                off_site.HoldOffSiteReviewMeeting(
                    occurred_on=date(2026, 9, 21), outcome=MeetingOutcome.CONTINUE, notes="Going well.", **by
                ),
            ),
            (off_site.RequestOffSiteReviewMeeting(occurred_on=DAY, asked_by="PARENT", **by),),
            (off_site.DeclineOffSiteReviewMeeting(occurred_on=DAY, **by),),
            (off_site.EndOffSiteDirection(occurred_on=date(2026, 11, 27), reason="TIME_OVER", **by),),
        ),
    ]


def _duties() -> list[Example]:
    by: dict[str, Any] = {"duty_id": DUTY}
    correction = section19.Section19DutyDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    return [
        ([], identify(evidence_refs=("doc-1",), circumstances="Recovering from an operation.")),
        *_chain(
            section19.section19_duty,
            [identified(), correction],
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
    "intervention": _interventions(),
    "exclusion": _exclusions(),
    "off-site-direction": _directions(),
    "section19-duty": _duties(),
}


@pytest.mark.parametrize("decider", service.deciders, ids=lambda d: d.name)
def test_the_laws(decider: Decider[Any]) -> None:
    laws.check(decider, EXAMPLES[decider.name])
