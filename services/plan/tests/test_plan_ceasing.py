"""How a plan ends, and what stands in the way."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.ceasing import (
    AbandonCeasing,
    CeaseDecisionMade,
    CeaseDecisionNotified,
    CeaseReason,
    CeasingAbandoned,
    CeasingConsidered,
    CeasingConsultationHeld,
    DecideToCease,
)
from plan.dispute_notes import DisputeNoted, NoteDispute, Step
from plan.ending import (
    CeasePlan,
    EndPlanAtMaximumAge,
    EndPlanOnDeath,
    HandOverPlan,
    PlanCeased,
    PlanHandedOver,
)
from plan.opening import RecordYearGroup
from plan.phase_transfer import RecordPlanEndAge
from plan.plan import plan
from plan.review import DecideReviewOutcome, ReviewDecisionNotified
from plan.state import Status

from .plan_stories import (
    CASE_ID,
    CEASE,
    CEASING,
    CONSIDERED,
    CONSULTED,
    DRAFT,
    FINAL,
    HELD,
    NO_MEDIATION,
    NOTIFIED,
    R1,
    R4,
    SCHEDULED,
    having,
    history,
)

DECIDED = (*FINAL, *CEASING)
LAST_DAY_TO_APPEAL = date(2028, 7, 3)
"""Two months after 2028-05-01 is a Saturday; the Tribunal's rules move it to Monday."""
CEASED = CeasePlan(occurred_on=date(2028, 7, 4), **CASE_ID)
DISPUTE = UUID(int=51)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


def note(step: Step, on: date, decision_id: UUID | None = CEASE, dispute_id: UUID = DISPUTE) -> NoteDispute:
    return NoteDispute(dispute_id=dispute_id, decision_id=decision_id, step=step, occurred_on=on, **CASE_ID)


# --- considered, consulted, decided ---


def test_ceasing_is_considered_once_and_may_be_given_up() -> None:
    having(*FINAL).when(CONSIDERED).then_types(CeasingConsidered)
    having(*FINAL, CONSIDERED).when(CONSIDERED).then_nothing()
    having(*DRAFT).when(CONSIDERED).then_rejected("plan-not-final")
    kept = AbandonCeasing(occurred_on=date(2028, 4, 20), **CASE_ID)
    having(*FINAL, CONSIDERED).when(kept).then_types(CeasingAbandoned)
    having(*FINAL).when(kept).then_rejected("ceasing-not-considered")
    assert plan.fold(history(*DECIDED, kept)).ceasing is None


@pytest.mark.parametrize("consultation", CONSULTED)
def test_the_family_and_the_setting_are_consulted(consultation: Any) -> None:
    having(*FINAL, CONSIDERED).when(consultation).then_types(CeasingConsultationHeld)
    having(*FINAL, CONSIDERED, consultation).when(consultation).then_nothing()
    having(*FINAL).when(consultation).then_rejected("ceasing-not-considered")
    early = sent(consultation, occurred_on=date(2028, 3, 1))
    having(*FINAL, CONSIDERED).when(early).then_rejected("before-considered")


def test_the_decision_follows_the_consultation_of_both() -> None:
    family, setting = CONSULTED
    having(*FINAL).when(NOTIFIED).then_rejected("ceasing-not-considered")
    having(*FINAL, CONSIDERED).when(NOTIFIED).then_rejected("family-not-consulted", "setting-not-consulted")
    having(*FINAL, CONSIDERED, family).when(NOTIFIED).then_rejected("setting-not-consulted")
    having(*FINAL, CONSIDERED, setting).when(NOTIFIED).then_rejected("family-not-consulted")
    (event,) = having(*FINAL, CONSIDERED, *CONSULTED).when(NOTIFIED).then_types(CeaseDecisionNotified)
    assert (event.decision_id, event.reason, event.review_id) == (CEASE, 2, None)
    having(*DECIDED).when(NOTIFIED).then_nothing()


def test_the_decision_is_told_properly() -> None:
    ready = (*FINAL, CONSIDERED, *CONSULTED)
    having(*ready).when(sent(NOTIFIED, rights=NO_MEDIATION)).then_rejected("rights-missing")
    having(*ready).when(sent(NOTIFIED, recipients=("PARENT", "ICB"))).then_rejected("recipient-missing")
    having(*ready).when(sent(NOTIFIED, occurred_on=date(2028, 4, 10))).then_rejected("before-consultation")


def test_an_adult_who_left_education_is_reviewed_first() -> None:
    """reg 30: no ceasing unless a return is not wanted or would not be right."""
    adult = (*FINAL, RecordYearGroup(year_group=13, occurred_on=date(2027, 9, 6), **CASE_ID))
    left = sent(CONSIDERED, left_education_on=date(2028, 3, 1))
    having(*adult, SCHEDULED, HELD, left, *CONSULTED).when(NOTIFIED).then_rejected("review-needed-first")
    scheduled = sent(SCHEDULED, meeting_on=date(2028, 3, 20), occurred_on=date(2028, 3, 5))
    reviewed = (*adult, scheduled, sent(HELD, occurred_on=date(2028, 3, 20)), left, *CONSULTED)
    having(*reviewed).when(NOTIFIED).then_rejected("return-not-ruled-out")
    having(*reviewed).when(sent(NOTIFIED, return_ruled_out=True)).then_types(CeaseDecisionNotified)


# --- decided, and the notice still to be sent ---

READY = (*FINAL, CONSIDERED, *CONSULTED)
MADE = DecideToCease(
    decision_id=CEASE, cease_reason=CeaseReason.NEEDS_MET_WITHOUT_A_PLAN, occurred_on=date(2028, 4, 24), **CASE_ID
)


def test_a_decision_is_recorded_before_its_notice_and_the_notice_bears_its_id() -> None:
    (made,) = having(*READY).when(MADE).then_types(CeaseDecisionMade)
    assert (made.decision_id, made.reason) == (CEASE, 2)
    having(*READY, MADE).when(MADE).then_nothing()
    (told,) = having(*READY, MADE).when(sent(NOTIFIED, decision_id=UUID(int=53))).then_types(CeaseDecisionNotified)
    assert told.decision_id == CEASE
    having(*READY, MADE).when(CEASED).then_rejected("ceasing-not-decided")
    having(*READY, MADE, NOTIFIED).when(CEASED).then_types(PlanCeased)


def test_a_decision_is_made_once_and_as_the_regulations_ask() -> None:
    again = sent(MADE, occurred_on=date(2028, 4, 25))
    assert "2028-04-24" in having(*READY, MADE).when(again).then_rejected("cease-decision-made").detail
    having(*READY, NOTIFIED).when(again).then_rejected("ceasing-decided")
    having(*FINAL, CONSIDERED).when(MADE).then_rejected("family-not-consulted", "setting-not-consulted")
    having(*READY).when(sent(MADE, occurred_on=date(2028, 4, 10))).then_rejected("before-consultation")


def test_the_notice_says_what_was_decided_and_comes_after_it() -> None:
    having(*READY, MADE).when(sent(NOTIFIED, occurred_on=date(2028, 4, 23))).then_rejected("notice-before-decision")
    other = sent(NOTIFIED, cease_reason=CeaseReason.PAID_EMPLOYMENT)
    having(*READY, MADE).when(other).then_rejected("decided-otherwise")


def test_a_return_is_ruled_out_once() -> None:
    adult = (*FINAL, RecordYearGroup(year_group=13, occurred_on=date(2027, 9, 6), **CASE_ID))
    left = sent(CONSIDERED, left_education_on=date(2028, 3, 1))
    scheduled = sent(SCHEDULED, meeting_on=date(2028, 3, 20), occurred_on=date(2028, 3, 5))
    reviewed = (*adult, scheduled, sent(HELD, occurred_on=date(2028, 3, 20)), left, *CONSULTED)
    having(*reviewed).when(MADE).then_rejected("return-not-ruled-out")
    having(*reviewed, sent(MADE, return_ruled_out=True)).when(NOTIFIED).then_types(CeaseDecisionNotified)


def test_a_decision_made_before_can_be_notified_with_the_review() -> None:
    decided = DecideReviewOutcome(
        review_id=R1, outcome="CEASE", cease_reason=CeaseReason.NEEDS_MET_WITHOUT_A_PLAN, rights=R4,
        recipients=("PARENT", "SETTING", "ICB"), reasons="needs are met", occurred_on=date(2028, 5, 1), **CASE_ID,
    )  # fmt: skip
    review, told = (
        having(*FINAL, SCHEDULED, HELD, CONSIDERED, *CONSULTED, MADE)
        .when(decided)
        .then_types(ReviewDecisionNotified, CeaseDecisionNotified)
    )
    assert review.decision_id == told.decision_id == CEASE


def test_a_decision_is_given_up_with_ceasing() -> None:
    kept = AbandonCeasing(occurred_on=date(2028, 4, 28), **CASE_ID)
    having(*READY, MADE, kept).when(NOTIFIED).then_rejected("ceasing-not-considered")


# --- the end, and what stands in its way ---


def test_a_plan_ends_once_nobody_can_appeal_any_more() -> None:
    refused = having(*DECIDED).when(sent(CEASED, occurred_on=LAST_DAY_TO_APPEAL)).then_rejected("appeal-period-running")
    assert "2028-07-04" in refused.detail
    (event,) = having(*DECIDED).when(CEASED).then_types(PlanCeased)
    assert (event.reason, event.decision_id) == (2, CEASE)
    state = plan.fold(history(*DECIDED, CEASED))
    assert (state.status, state.ended_on) == (Status.CEASED, date(2028, 7, 4))
    having(*DECIDED, CEASED).when(CEASED).then_nothing()
    having(*DECIDED, CEASED).when(CONSIDERED).then_rejected("no-plan")


def test_a_plan_does_not_end_without_a_decision() -> None:
    having(*FINAL).when(CEASED).then_rejected("ceasing-not-decided")
    having(*FINAL, CONSIDERED, *CONSULTED).when(CEASED).then_rejected("ceasing-not-decided")
    having(*DRAFT).when(CEASED).then_rejected("plan-not-final", "ceasing-not-decided")


def test_a_plan_does_not_end_while_the_family_waits_for_a_certificate() -> None:
    """TV-55: the adviser was contacted in time, so the appeal period is open until a month after the certificate."""
    contacted = note(Step.ADVISER_CONTACTED, date(2028, 6, 25))
    having(*DECIDED, contacted).when(CEASED).then_rejected("mediation-certificate-awaited")
    certified = (*DECIDED, contacted, note(Step.CERTIFICATE_ISSUED, date(2028, 7, 20)))
    having(*certified).when(sent(CEASED, occurred_on=date(2028, 9, 1))).then_rejected("appeal-period-running")
    having(*certified).when(sent(CEASED, occurred_on=date(2028, 9, 2))).then_types(PlanCeased)


def test_an_adviser_contacted_too_late_keeps_nothing_open() -> None:
    late = note(Step.ADVISER_CONTACTED, date(2028, 7, 2))
    having(*DECIDED, late).when(CEASED).then_types(PlanCeased)


def test_a_plan_does_not_end_while_an_appeal_is_open() -> None:
    appealed = (*DECIDED, note(Step.APPEAL_REGISTERED, date(2028, 6, 1)))
    later = sent(CEASED, occurred_on=date(2029, 1, 8))
    having(*appealed).when(later).then_rejected("appeal-open")
    having(*appealed, note(Step.APPEAL_ENDED, date(2028, 12, 1))).when(later).then_types(PlanCeased)


def test_a_dismissed_appeal_ends_the_plan_at_once() -> None:
    """reg 44(2)(a): no further month for a certificate that is no longer needed."""
    dismissed = (
        *DECIDED,
        note(Step.CERTIFICATE_ISSUED, date(2028, 6, 20)),
        note(Step.APPEAL_REGISTERED, date(2028, 6, 21)),
        note(Step.CEASING_UPHELD, date(2028, 7, 10)),
    )
    having(*dismissed).when(sent(CEASED, occurred_on=date(2028, 7, 9))).then_rejected("before-order")
    having(*dismissed).when(sent(CEASED, occurred_on=date(2028, 7, 10))).then_types(PlanCeased)
    aside = note(Step.ORDER_SET_ASIDE, date(2028, 7, 20))
    having(*dismissed, aside).when(sent(CEASED, occurred_on=date(2028, 9, 1))).then_rejected("appeal-open")


def test_an_appeal_that_is_allowed_keeps_the_plan() -> None:
    allowed = (
        *DECIDED,
        note(Step.APPEAL_REGISTERED, date(2028, 6, 21)),
        note(Step.CEASING_OVERTURNED, date(2028, 12, 1)),
    )
    having(*allowed).when(sent(CEASED, occurred_on=date(2029, 1, 8))).then_rejected("ceasing-not-decided")
    assert plan.fold(history(*allowed)).maintained


def test_an_appeal_about_contents_keeps_the_plan_from_ending_too() -> None:
    other = note(Step.APPEAL_REGISTERED, date(2028, 4, 1), decision_id=UUID(int=52))
    having(*FINAL, other, *CEASING).when(CEASED).then_rejected("appeal-open")


@pytest.mark.parametrize("step", list(Step))
def test_a_step_of_a_dispute_is_noted_once_and_not_for_a_plan_that_is_not_there(step: Step) -> None:
    appealed = () if step is Step.APPEAL_REGISTERED else (note(Step.APPEAL_REGISTERED, date(2028, 6, 1)),)
    ended = (note(Step.APPEAL_ENDED, date(2028, 6, 30)),) if step is Step.ORDER_SET_ASIDE else ()
    command = note(step, date(2028, 7, 1))
    having(*DECIDED, *appealed, *ended).when(command).then_types(DisputeNoted)
    having(*DECIDED, *appealed, *ended, command).when(command).then_nothing()
    having(*DRAFT).when(command).then_nothing()
    having().when(command).then_nothing()


@pytest.mark.parametrize("step", [Step.ADVISER_CONTACTED, Step.CERTIFICATE_ISSUED])
def test_mediation_about_something_else_than_ceasing_is_not_noted(step: Step) -> None:
    having(*FINAL).when(note(step, date(2027, 3, 1))).then_nothing()
    having(*DECIDED).when(note(step, date(2028, 6, 1), decision_id=UUID(int=52))).then_nothing()


@pytest.mark.parametrize("step", [Step.APPEAL_ENDED, Step.ORDER_SET_ASIDE])
def test_the_end_of_an_appeal_nobody_registered_means_nothing(step: Step) -> None:
    having(*FINAL).when(note(step, date(2027, 3, 1))).then_nothing()


# --- other ends ---


def test_a_plan_ends_at_the_maximum_age_without_a_decision() -> None:
    until = RecordPlanEndAge(maintain_until=date(2031, 7, 31), occurred_on=date(2031, 1, 1), **CASE_ID)
    over = EndPlanAtMaximumAge(occurred_on=date(2031, 7, 31), **CASE_ID)
    (event,) = having(*FINAL, until).when(over).then_types(PlanCeased)
    assert event.reason == 1
    having(*FINAL).when(over).then_rejected("end-age-unknown")
    having(*FINAL, until).when(sent(over, occurred_on=date(2031, 7, 30))).then_rejected("end-age-not-reached")
    having(*FINAL, until, over).when(over).then_nothing()


def test_a_plan_ends_with_the_childs_death() -> None:
    died = EndPlanOnDeath(occurred_on=date(2027, 6, 1), **CASE_ID)
    (event,) = having(*FINAL).when(died).then_types(PlanCeased)
    assert event.reason == 8
    having(*FINAL, died).when(died).then_nothing()
    having(*DRAFT).when(died).then_rejected("plan-not-final")


def test_a_plan_handed_over_to_another_authority_is_closed_here() -> None:
    handed = HandOverPlan(move_id=UUID(int=50), occurred_on=date(2027, 9, 14), **CASE_ID)
    having(*FINAL).when(handed).then_types(PlanHandedOver)
    having(*FINAL, handed).when(handed).then_nothing()
    having().when(handed).then_nothing()
    assert plan.fold(history(*FINAL, handed)).status is Status.TRANSFERRED_OUT
    refused = having(*FINAL, handed).when(SCHEDULED).then_rejected("no-plan")
    assert "another authority" in refused.detail
