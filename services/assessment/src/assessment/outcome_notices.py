"""Telling everyone whether there will be a plan (Children and Families Act 2014 s.36(9); reg 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import Condition, Decision, NotBefore

from . import notices
from .codes import Method, Recipient
from .notices import Notice, Refusal, Rights
from .phase import Phase
from .rounds import Assessment, RoundEvent, led_to, only_in, said

# --- events ---


class DecisionToIssuePlanNotified(RoundEvent):
    """The family and those concerned were told that a plan will be issued (s.36(9))."""

    type: Literal["assessment.decision-to-issue-plan-notified"] = "assessment.decision-to-issue-plan-notified"
    decision_id: UUID
    method: Method
    recipients: tuple[Recipient, ...]
    served_on: Annotated[date | None, NotBefore("occurred_on")]
    order_id: UUID | None
    dispute_id: UUID | None
    agreement_id: UUID | None


class DecisionNotToIssuePlanNotified(RoundEvent):
    """The family, the ICB and the setting were told that there will be no plan, why, and of the rights (reg 10)."""

    type: Literal["assessment.decision-not-to-issue-plan-notified"] = "assessment.decision-not-to-issue-plan-notified"
    decision_id: UUID
    method: Method
    recipients: tuple[Recipient, ...]
    served_on: Annotated[date | None, NotBefore("occurred_on")]
    rights: Rights
    reasons_given: bool
    assessment_outcome_given: bool
    tribunal_recommendations_stated: bool
    order_id: UUID | None
    dispute_id: UUID | None
    agreement_id: UUID | None


OutcomeNoticeEvent = DecisionToIssuePlanNotified | DecisionNotToIssuePlanNotified


def evolve(state: Assessment, event: OutcomeNoticeEvent) -> Assessment:
    match event:
        case DecisionToIssuePlanNotified():
            return state.change(event.request_id, phase=Phase.DRAFTING, since=event.occurred_on)
        case DecisionNotToIssuePlanNotified():
            return state.change(event.request_id, phase=Phase.REFUSED_PLAN, since=event.occurred_on)
        case _ as never:
            assert_never(never)


# --- commands ---


class NotifyDecisionToIssuePlan(Notice):
    """Tell the family that a plan will be issued, as soon as practicable after the assessment (s.36(9))."""


class NotifyDecisionNotToIssuePlan(Refusal):
    """Tell the family, the ICB and the setting that there will be no plan, with reasons, the outcome and rights."""

    assessment_outcome_given: bool = Field(
        default=True, description="What the assessment found goes with the notice, or is in it (reg 10(3))."
    )
    tribunal_recommendations_stated: bool = Field(
        default=False, description="The notice says that the Tribunal can make health and social care recommendations."
    )


# --- decisions ---


def notify_to_issue(command: NotifyDecisionToIssuePlan, state: Assessment) -> Sequence[OutcomeNoticeEvent]:
    now = state.now
    notices.check(command, decided_on=now.decided_on, due_to=())
    return [
        said(
            DecisionToIssuePlanNotified,
            command,
            state,
            decision_id=now.decision_id,
            served_on=notices.served(command),
            **now.reversal_ids,
        )
    ]


def notify_not_to_issue(command: NotifyDecisionNotToIssuePlan, state: Assessment) -> Sequence[OutcomeNoticeEvent]:
    now = state.now
    outcome = Condition("outcome-missing", "The notice must give the outcome of the assessment (reg 10(3)).")
    notices.check(
        command,
        decided_on=now.decided_on,
        due_to=_due_to(state),
        also=[] if command.assessment_outcome_given else [outcome],
    )
    return [
        said(
            DecisionNotToIssuePlanNotified,
            command,
            state,
            decision_id=now.decision_id,
            served_on=notices.served(command),
            **now.reversal_ids,
        )
    ]


def _due_to(state: Assessment) -> list[Recipient]:
    """Reg 10(1): the family and the ICB, and the setting where there is one that was told at the start."""
    told = state.now.told_of_consideration
    return [Recipient.ICB, *(r for r in told if r is Recipient.SETTING)]


decisions = [
    Decision(
        NotifyDecisionToIssuePlan,
        notify_to_issue,
        when=[
            only_in(
                Phase.DECIDED_TO_ISSUE,
                code="no-decision-to-issue",
                need="There must be a decision to issue a plan that the family has not been told of.",
                leads_to=[Phase.DRAFTING],
            )
        ],
        already=led_to(Phase.DRAFTING),
    ),
    Decision(
        NotifyDecisionNotToIssuePlan,
        notify_not_to_issue,
        when=[
            only_in(
                Phase.DECIDED_NOT_TO_ISSUE,
                code="no-decision-not-to-issue",
                need="There must be a decision not to issue a plan that the family has not been told of.",
                leads_to=[Phase.REFUSED_PLAN],
            )
        ],
        already=led_to(Phase.REFUSED_PLAN),
    ),
]
