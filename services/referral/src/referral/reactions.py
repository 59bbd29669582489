"""What referral does about the others' news. Every command says the day the other event says: clocks count from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from shared import Command, Incoming, react

from .request import NoteAnswer, NotePlanHolding, NoteReversal
from .request_events import Outcome
from .sen_support_commands import CloseSupportForPlan, ResumeApdrCycle
from .sen_support_events import CycleOrigin

ASSESSMENT, PLAN, AP = "send.assessment.v1", "send.plan.v1", "send.ap-intervention.v1"


class DecisionNotToAssessNotified(Incoming):
    type: Literal["assessment.decision-not-to-assess-notified"]
    case_id: UUID
    request_id: UUID
    decision_id: UUID


class DecisionNotToIssuePlanNotified(Incoming):
    type: Literal["assessment.decision-not-to-issue-plan-notified"]
    case_id: UUID
    request_id: UUID
    decision_id: UUID


class RefusalReversed(Incoming):
    type: Literal["assessment.refusal-reversed"]
    case_id: UUID
    request_id: UUID


class FinalPlanIssued(Incoming):
    type: Literal["plan.final-plan-issued"]
    case_id: UUID
    plan_id: UUID
    request_id: UUID | None = None


class PlanTransferredIn(Incoming):
    type: Literal["plan.plan-transferred-in"]
    case_id: UUID
    plan_id: UUID


class PlanTransferredOut(Incoming):
    type: Literal["plan.plan-transferred-out"]
    case_id: UUID
    plan_id: UUID


class PlanCeased(Incoming):
    type: Literal["plan.plan-ceased"]
    case_id: UUID
    plan_id: UUID


class InterventionConcluded(Incoming):
    type: Literal["ap-intervention.intervention-concluded"]
    case_id: UUID
    intervention_id: UUID
    outcome_code: str


def _refused(
    event: DecisionNotToAssessNotified | DecisionNotToIssuePlanNotified, outcome: Outcome
) -> Sequence[Command]:
    """The round ends; where the child is on SEN support, the graduated approach goes on."""
    return [
        NoteAnswer(occurred_on=event.occurred_on, case_id=event.case_id, request_id=event.request_id, outcome=outcome),
        ResumeApdrCycle(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            origin=CycleOrigin.REFUSAL,
            because_of=event.decision_id,
        ),
    ]


def on_decision_not_to_assess_notified(event: DecisionNotToAssessNotified) -> Sequence[Command]:
    return _refused(event, Outcome.REFUSED_TO_ASSESS)


def on_decision_not_to_issue_plan_notified(event: DecisionNotToIssuePlanNotified) -> Sequence[Command]:
    return _refused(event, Outcome.REFUSED_TO_ISSUE)


def on_refusal_reversed(event: RefusalReversed) -> Sequence[Command]:
    return [NoteReversal(occurred_on=event.occurred_on, case_id=event.case_id, request_id=event.request_id)]


def on_final_plan_issued(event: FinalPlanIssued) -> Sequence[Command]:
    """The request is answered and SEN support gives way to the plan."""
    answered = (
        []
        if event.request_id is None
        else [
            NoteAnswer(
                occurred_on=event.occurred_on,
                case_id=event.case_id,
                request_id=event.request_id,
                outcome=Outcome.PLAN_ISSUED,
            )
        ]
    )
    return [*answered, *_held(event)]


def on_plan_transferred_in(event: PlanTransferredIn) -> Sequence[Command]:
    return _held(event)


def _held(event: FinalPlanIssued | PlanTransferredIn) -> list[Command]:
    return [
        NotePlanHolding(occurred_on=event.occurred_on, case_id=event.case_id, plan_id=event.plan_id, held=True),
        CloseSupportForPlan(occurred_on=event.occurred_on, case_id=event.case_id),
    ]


def _no_longer_held(event: PlanTransferredOut | PlanCeased) -> Sequence[Command]:
    return [NotePlanHolding(occurred_on=event.occurred_on, case_id=event.case_id, plan_id=event.plan_id, held=False)]


def on_plan_transferred_out(event: PlanTransferredOut) -> Sequence[Command]:
    return _no_longer_held(event)


def on_plan_ceased(event: PlanCeased) -> Sequence[Command]:
    return _no_longer_held(event)


def on_intervention_concluded(event: InterventionConcluded) -> Sequence[Command]:
    """A child who returns to school begins a new cycle there."""
    if not event.outcome_code.startswith("RETURN_"):
        return []
    return [
        ResumeApdrCycle(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            origin=CycleOrigin.RETURN_FROM_AP,
            because_of=event.intervention_id,
        )
    ]


reactions = [
    react(to=ASSESSMENT, event=DecisionNotToAssessNotified, then=on_decision_not_to_assess_notified),
    react(to=ASSESSMENT, event=DecisionNotToIssuePlanNotified, then=on_decision_not_to_issue_plan_notified),
    react(to=ASSESSMENT, event=RefusalReversed, then=on_refusal_reversed),
    react(to=PLAN, event=FinalPlanIssued, then=on_final_plan_issued),
    react(to=PLAN, event=PlanTransferredIn, then=on_plan_transferred_in),
    react(to=PLAN, event=PlanTransferredOut, then=on_plan_transferred_out),
    react(to=PLAN, event=PlanCeased, then=on_plan_ceased),
    react(to=AP, event=InterventionConcluded, then=on_intervention_concluded),
]
