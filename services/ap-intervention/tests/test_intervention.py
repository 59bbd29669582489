"""An intervention agreed, started or called off."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from ap_intervention.codes import Profession
from ap_intervention.intervention import intervention
from ap_intervention.intervention_commands import (
    AgreeIntervention,
    AgreeObjectives,
    AllocateSpecialist,
    ApproveNonSchoolLimitException,
    CancelIntervention,
    NotePlanHolding,
    NotifyCaseworker,
    RecordBaseline,
    StartIntervention,
)
from ap_intervention.intervention_events import (
    ApPlacementEnded,
    ApPlacementStarted,
    Baseline,
    BaselineRecorded,
    CaseworkerNotified,
    InterventionAgreed,
    InterventionCancelled,
    InterventionStarted,
    NonSchoolLimitExceptionApproved,
    Objective,
    ObjectivesAgreed,
    PlanHoldingNoted,
    SectionFDeliveryAtRisk,
    SpecialistAllocated,
    WhyPlacementEnded,
)
from ap_intervention.referral import ap_referral
from ap_intervention.terms import LimitFlag
from pydantic import ValidationError
from shared.testing.spec import given

from .examples import (
    CASE,
    INTERVENTION,
    OBJECTIVES,
    OFFER,
    PROVIDER,
    REFERRAL,
    START,
    accepted_referral,
    agreed,
    commissioned,
    placement_started,
    provider_state,
    running,
    started,
    terms,
)

AGREED = [agreed(), commissioned()]
OVER_THE_LIMIT: dict[str, Any] = {
    "start_on": date(2026, 9, 7),
    "planned_end_on": date(2027, 7, 16),
    "terms": terms(2, weekly_sessions=6, hours_per_week=Decimal(15)),
    "school": False,
}
"""Green Paper 8.5, example 4: three days a week with a non-school provider for a school year."""


def _agree(**more: Any) -> AgreeIntervention:
    return AgreeIntervention(
        **{"occurred_on": date(2026, 9, 10), "case_id": CASE, "referral_id": REFERRAL, "offer_id": OFFER, **more}
    )


def _start(on: date = START, **more: Any) -> StartIntervention:
    return StartIntervention(**{"occurred_on": on, "intervention_id": INTERVENTION, "provider_id": PROVIDER, **more})


def _exception(until: date = date(2027, 7, 16)) -> ApproveNonSchoolLimitException:
    return ApproveNonSchoolLimitException(
        occurred_on=date(2026, 9, 7),
        intervention_id=INTERVENTION,
        covers_until=until,
        approved_by="manager-1",
        reason="No registered school within an hour.",
    )


# --- agreed ---


def test_an_accepted_place_becomes_an_intervention_on_the_offers_terms() -> None:
    referral = ap_referral.fold(accepted_referral())
    given(intervention).reading(referral).when(_agree()).then(agreed(objectives=()), commissioned())


def test_tier_1_has_no_placement() -> None:
    referral = ap_referral.fold(accepted_referral(1))
    given(intervention).reading(referral).when(_agree()).then(agreed(1, objectives=()))


def test_an_intervention_needs_an_accepted_place_of_that_case() -> None:
    offered_only = ap_referral.fold(accepted_referral()[:-1])
    given(intervention).reading(offered_only).when(_agree()).then_rejected("place-not-accepted")
    referral = ap_referral.fold(accepted_referral())
    given(intervention).reading(referral).when(_agree(offer_id=uuid4())).then_rejected("place-not-accepted")
    given(intervention).reading(referral).when(_agree(case_id=uuid4())).then_rejected("referral-of-another-case")


def test_agreeing_by_hand_and_by_reaction_meet_in_one_intervention() -> None:
    """Whichever comes first, the other adds at most the objectives."""
    referral = ap_referral.fold(accepted_referral())
    by_hand = _agree(objectives=OBJECTIVES)
    (first, _) = (
        given(intervention).reading(referral).when(_agree()).then_types(InterventionAgreed, type(commissioned()))
    )
    assert first.intervention_id == INTERVENTION
    given(intervention, first).reading(referral).when(_agree()).then_nothing()
    (objectives,) = given(intervention, first).reading(referral).when(by_hand).then_types(ObjectivesAgreed)
    given(intervention, first, objectives).reading(referral).when(by_hand).then_nothing()
    given(intervention).reading(referral).when(by_hand).then(agreed(), commissioned())


def test_an_agreement_with_a_typo_is_no_success_though_the_intervention_is_there() -> None:
    again = given(intervention, *AGREED).reading(ap_referral.fold(accepted_referral()))
    again.when(_agree(case_id=uuid4())).then_rejected("referral-of-another-case")
    again.when(_agree(referral_id=uuid4())).then_rejected("referral-of-another-case")


def test_nothing_is_agreed_any_more_about_an_intervention_that_is_over() -> None:
    cancel = CancelIntervention(occurred_on=START, intervention_id=INTERVENTION, reason="The family has moved.")
    over = [*AGREED, *given(intervention, *AGREED).when(cancel).then_types(InterventionCancelled, ApPlacementEnded)]
    [agree] = [p for p in intervention.permissions(intervention.fold(over)) if p.command is AgreeIntervention]
    assert [c.code for c in agree.unmet] == ["intervention-over"]
    referral = ap_referral.fold(accepted_referral())
    given(intervention, *over).reading(referral).when(_agree()).then_nothing()
    fresh = _agree(objectives=(Objective(number=1, text="Reads daily."),))
    words = given(intervention, *over).reading(referral).when(fresh).then_rejected("intervention-over").detail
    assert f"cancelled on {START}" in words


def test_objectives_can_be_agreed_afresh_but_no_number_twice() -> None:
    fresh = AgreeObjectives(
        occurred_on=START, intervention_id=INTERVENTION, objectives=(Objective(number=1, text="Reads daily."),)
    )
    given(intervention, *AGREED).when(fresh).then_types(ObjectivesAgreed)
    with pytest.raises(ValidationError, match="same number"):
        AgreeObjectives(intervention_id=INTERVENTION, objectives=(OBJECTIVES[0], OBJECTIVES[0]))


# --- started ---


def test_example_1_tier_2_starts_and_is_reviewed_in_half_a_term() -> None:
    """Green Paper 8.5, example 1: start 14 September, 12 weeks, first review at 6 weeks on 26 October."""
    given(intervention, *AGREED).reading(provider_state()).when(_start()).then(started(), placement_started())
    assert started().next_review_on == date(2026, 10, 26)


def test_tier_1_starts_without_a_placement() -> None:
    given(intervention, agreed(1)).reading(provider_state()).when(_start()).then(started(1))


def test_the_first_review_of_a_short_place_is_at_its_end() -> None:
    end = START + timedelta(weeks=4)
    (event, _) = (
        given(intervention, agreed(planned_end_on=end))
        .reading(provider_state())
        .when(_start())
        .then_types(InterventionStarted, ApPlacementStarted)
    )
    assert event.next_review_on == end


def test_nothing_starts_without_objectives() -> None:
    given(intervention, agreed(objectives=())).reading(provider_state()).when(_start()).then_rejected("no-objectives")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ({"checks": ()}, "provider-check-missing"),
        ({"expires_on": date(2026, 9, 13)}, "provider-check-expired"),
        ({"visited_on": date(2025, 9, 13)}, "quality-assurance-too-old"),
        ({"visited_on": None}, "quality-assurance-missing"),
    ],
)
def test_nothing_starts_with_a_provider_that_is_not_in_order(kind: dict[str, Any], code: str) -> None:
    given(intervention, *AGREED).reading(provider_state(**kind)).when(_start()).then_rejected(code)


def test_nothing_starts_with_another_provider() -> None:
    given(intervention, *AGREED).reading(provider_state()).when(_start(provider_id=uuid4())).then_rejected(
        "another-provider"
    )


def test_nothing_starts_after_its_planned_end() -> None:
    given(intervention, *AGREED).reading(provider_state()).when(_start(date(2026, 12, 7))).then_rejected(
        "planned-end-before-start"
    )


def test_the_caseworker_of_a_child_with_a_plan_is_told_before_the_start() -> None:
    history = [agreed(has_plan=True), commissioned()]
    given(intervention, *history).reading(provider_state()).when(_start()).then_rejected("caseworker-not-notified")
    notify = NotifyCaseworker(occurred_on=START, intervention_id=INTERVENTION, caseworker="caseworker-1")
    (told,) = given(intervention, *history).when(notify).then_types(CaseworkerNotified)
    given(intervention, *history, told).reading(provider_state()).when(_start()).then_types(
        InterventionStarted, ApPlacementStarted
    )
    given(intervention, *history, told).reading(provider_state()).when(_start(START - timedelta(days=1))).then_rejected(
        "caseworker-notified-too-late"
    )


def test_a_plan_that_comes_to_light_before_the_start_counts() -> None:
    note = NotePlanHolding(occurred_on=date(2026, 9, 12), intervention_id=INTERVENTION, held=True)
    (noted,) = given(intervention, *AGREED).when(note).then_types(PlanHoldingNoted)
    given(intervention, *AGREED, noted).reading(provider_state()).when(_start()).then_rejected(
        "caseworker-not-notified"
    )
    given(intervention, *AGREED, noted).when(note).then_nothing()


def test_a_placement_that_stops_section_f_raises_an_alert() -> None:
    told = CaseworkerNotified(
        occurred_on=date(2026, 9, 11), case_id=CASE, intervention_id=INTERVENTION, caseworker="caseworker-1"
    )
    history = [agreed(has_plan=True), commissioned(), told]
    (_, placement, _) = (
        given(intervention, *history)
        .reading(provider_state())
        .when(_start(section_f_delivered=False))
        .then_types(InterventionStarted, ApPlacementStarted, SectionFDeliveryAtRisk)
    )
    assert placement.section_f_delivered is False


def test_a_child_whose_plan_comes_to_light_may_not_start_full_time_outside_a_school() -> None:
    noted = PlanHoldingNoted(occurred_on=START, case_id=CASE, intervention_id=INTERVENTION, held=True)
    told = CaseworkerNotified(occurred_on=START, case_id=CASE, intervention_id=INTERVENTION, caseworker="caseworker-1")
    history = [agreed(school=False), commissioned(school=False), noted, told]
    given(intervention, *history).reading(provider_state(school=False)).when(_start()).then_rejected(
        "provider-must-register-as-school"
    )


# --- the limit intended for non-school provision ---


def test_example_4_a_long_place_outside_school_is_flagged_and_starts_only_with_an_exception() -> None:
    """Green Paper 8.5, example 4. The limit is not law: a manager's recorded reason is all it takes."""
    referral = ap_referral.fold(accepted_referral(2, **OVER_THE_LIMIT))
    (flagged, _) = (
        given(intervention)
        .reading(referral)
        .when(_agree(objectives=OBJECTIVES))
        .then_types(InterventionAgreed, type(commissioned()))
    )
    assert set(flagged.limit_flags) == {LimitFlag.OVER_PART_TIME_LIMIT, LimitFlag.OVER_12_WEEKS}
    workshop = provider_state(school=False)
    begin = _start(date(2026, 9, 7))
    given(intervention, flagged).reading(workshop).when(begin).then_rejected("non-school-limit-exception-needed")
    (approved,) = given(intervention, flagged).when(_exception()).then_types(NonSchoolLimitExceptionApproved)
    assert approved.flags == (LimitFlag.OVER_12_WEEKS, LimitFlag.OVER_PART_TIME_LIMIT)
    given(intervention, flagged, approved).reading(workshop).when(begin).then_types(
        InterventionStarted, ApPlacementStarted
    )


def test_an_exception_must_reach_to_the_planned_end() -> None:
    history = [agreed(**OVER_THE_LIMIT), commissioned(school=False)]
    (short,) = (
        given(intervention, *history).when(_exception(date(2027, 7, 15))).then_types(NonSchoolLimitExceptionApproved)
    )
    given(intervention, *history, short).reading(provider_state(school=False)).when(
        _start(date(2026, 9, 7))
    ).then_rejected("non-school-limit-exception-needed")


@pytest.mark.parametrize(
    "within",
    [
        {"terms": terms(2, weekly_sessions=4, hours_per_week=Decimal(12)), "planned_end_on": date(2027, 7, 16)},
        {"terms": terms(2, weekly_sessions=10), "planned_end_on": START + timedelta(days=84)},
    ],
)
def test_four_sessions_for_long_or_full_weeks_for_twelve_are_within_the_limit(within: dict[str, Any]) -> None:
    history = [agreed(school=False, **within), commissioned(school=False)]
    given(intervention, *history).reading(provider_state(school=False)).when(_start()).then_types(
        InterventionStarted, ApPlacementStarted
    )


def test_one_day_more_than_twelve_weeks_is_beyond_it() -> None:
    history = [agreed(school=False, planned_end_on=START + timedelta(days=85)), commissioned(school=False)]
    given(intervention, *history).reading(provider_state(school=False)).when(_start()).then_rejected(
        "non-school-limit-exception-needed"
    )


def test_a_school_needs_no_exception() -> None:
    given(intervention, *AGREED).when(_exception()).then_rejected("provider-is-a-school")


# --- called off, baseline, specialists ---


def test_an_agreed_intervention_is_called_off_and_cannot_start_then() -> None:
    cancel = CancelIntervention(occurred_on=START, intervention_id=INTERVENTION, reason="The family has moved.")
    cancelled, ended = given(intervention, *AGREED).when(cancel).then_types(InterventionCancelled, ApPlacementEnded)
    assert ended.reason is WhyPlacementEnded.NOT_STARTED
    given(intervention, *AGREED, cancelled, ended).reading(provider_state()).when(_start()).then_rejected(
        "not-awaiting-start"
    )
    given(intervention, *running()).when(cancel).then_rejected("not-awaiting-start")


def test_example_1_the_baseline_is_a_count_of_sessions() -> None:
    """Green Paper 8.5, example 1: 27 of 60 sessions, 45 %."""
    measures = Baseline(sessions_attended=27, sessions_possible=60, sdq_total=22, risks=("Leaves the site.",))
    record = RecordBaseline(occurred_on=START, intervention_id=INTERVENTION, measures=measures)
    (recorded,) = given(intervention, *running()).when(record).then_types(BaselineRecorded)
    assert recorded.measures.sessions_attended / recorded.measures.sessions_possible == 0.45
    given(intervention, *running(), recorded).when(record).then_nothing()
    with pytest.raises(ValidationError, match="not be more"):
        Baseline(sessions_attended=61, sessions_possible=60)


def test_a_specialist_is_allocated_once() -> None:
    allocate = AllocateSpecialist(
        occurred_on=START, intervention_id=INTERVENTION, profession=Profession.SALT, days_per_week=Decimal("0.5")
    )
    (event,) = given(intervention, *running()).when(allocate).then_types(SpecialistAllocated)
    given(intervention, *running(), event).when(allocate).then_nothing()
