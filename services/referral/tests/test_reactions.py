"""What the others' news means here."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from referral.reactions import (
    DecisionNotToAssessNotified,
    DecisionNotToIssuePlanNotified,
    FinalPlanIssued,
    InterventionConcluded,
    PlanCeased,
    PlanTransferredIn,
    PlanTransferredOut,
    RefusalReversed,
    on_decision_not_to_assess_notified,
    on_decision_not_to_issue_plan_notified,
    on_final_plan_issued,
    on_intervention_concluded,
    on_plan_ceased,
    on_plan_transferred_in,
    on_plan_transferred_out,
    on_refusal_reversed,
)
from referral.request import NoteAnswer, NotePlanHolding, NoteReversal
from referral.request_events import Outcome
from referral.sen_support_commands import CloseSupportForPlan, ResumeApdrCycle
from referral.sen_support_events import CycleOrigin

CASE, REQUEST, DECISION, PLAN = (UUID(int=n) for n in (1, 2, 3, 4))
DAY = date(2026, 4, 10)


def test_a_refusal_ends_the_round_and_the_graduated_approach_goes_on() -> None:
    for event, react, outcome in (
        (DecisionNotToAssessNotified, on_decision_not_to_assess_notified, Outcome.REFUSED_TO_ASSESS),
        (DecisionNotToIssuePlanNotified, on_decision_not_to_issue_plan_notified, Outcome.REFUSED_TO_ISSUE),
    ):
        news = event(
            type=event.model_fields["type"].annotation.__args__[0],
            occurred_on=DAY,
            case_id=CASE,
            request_id=REQUEST,
            decision_id=DECISION,
        )
        assert react(news) == [
            NoteAnswer(occurred_on=DAY, case_id=CASE, request_id=REQUEST, outcome=outcome),
            ResumeApdrCycle(occurred_on=DAY, case_id=CASE, origin=CycleOrigin.REFUSAL, because_of=DECISION),
        ]


def test_a_reversed_refusal_opens_the_round_again() -> None:
    news = RefusalReversed(type="assessment.refusal-reversed", occurred_on=DAY, case_id=CASE, request_id=REQUEST)
    assert on_refusal_reversed(news) == [NoteReversal(occurred_on=DAY, case_id=CASE, request_id=REQUEST)]


def test_a_final_plan_answers_the_request_and_ends_sen_support() -> None:
    news = FinalPlanIssued(
        type="plan.final-plan-issued", occurred_on=DAY, case_id=CASE, plan_id=PLAN, request_id=REQUEST
    )
    held = NotePlanHolding(occurred_on=DAY, case_id=CASE, plan_id=PLAN, held=True)
    close = CloseSupportForPlan(occurred_on=DAY, case_id=CASE)
    answered = NoteAnswer(occurred_on=DAY, case_id=CASE, request_id=REQUEST, outcome=Outcome.PLAN_ISSUED)
    assert on_final_plan_issued(news) == [answered, held, close]
    assert on_final_plan_issued(news.model_copy(update={"request_id": None})) == [held, close]


def test_plans_that_come_and_go_are_noted() -> None:
    in_, out, end = (
        model(type=model.model_fields["type"].annotation.__args__[0], occurred_on=DAY, case_id=CASE, plan_id=PLAN)
        for model in (PlanTransferredIn, PlanTransferredOut, PlanCeased)
    )
    gone = [NotePlanHolding(occurred_on=DAY, case_id=CASE, plan_id=PLAN, held=False)]
    assert [type(c) for c in on_plan_transferred_in(in_)] == [NotePlanHolding, CloseSupportForPlan]
    assert on_plan_transferred_out(out) == gone
    assert on_plan_ceased(end) == gone


def test_only_a_return_to_school_begins_a_new_cycle() -> None:
    def concluded(code: str) -> InterventionConcluded:
        return InterventionConcluded(
            type="ap-intervention.intervention-concluded",
            occurred_on=DAY,
            case_id=CASE,
            intervention_id=DECISION,
            outcome_code=code,
        )

    [command] = on_intervention_concluded(concluded("RETURN_PENDING"))
    assert command == ResumeApdrCycle(
        occurred_on=DAY, case_id=CASE, origin=CycleOrigin.RETURN_FROM_AP, because_of=DECISION
    )
    assert on_intervention_concluded(concluded("SPECIALIST")) == []
