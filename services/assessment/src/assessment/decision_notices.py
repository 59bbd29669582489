"""Telling everyone whether there will be an assessment (Children and Families Act 2014 s.36(5), (9); reg 5(1), (3))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from shared import Decision, NotBefore

from . import notices
from .codes import Method, Recipient, YearGroup
from .notices import Notice, Refusal, Rights
from .phase import Phase
from .rounds import Assessment, RoundEvent, led_to, only_in, said

# --- events ---


class DecisionToAssessNotified(RoundEvent):
    """Everyone was told that there will be an assessment (reg 5(1)); advice is sought with it."""

    type: Literal["assessment.decision-to-assess-notified"] = "assessment.decision-to-assess-notified"
    decision_id: UUID
    method: Method
    recipients: tuple[Recipient, ...]
    served_on: Annotated[date | None, NotBefore("occurred_on")]
    year_group: int
    in_relevant_youth_accommodation: bool
    order_id: UUID | None
    dispute_id: UUID | None
    agreement_id: UUID | None


class DecisionNotToAssessNotified(RoundEvent):
    """Everyone was told that there will be no assessment, why, and what the family can do (reg 5(1), (3))."""

    type: Literal["assessment.decision-not-to-assess-notified"] = "assessment.decision-not-to-assess-notified"
    decision_id: UUID
    method: Method
    recipients: tuple[Recipient, ...]
    served_on: Annotated[date | None, NotBefore("occurred_on")]
    rights: Rights
    reasons_given: bool


DecisionNoticeEvent = DecisionToAssessNotified | DecisionNotToAssessNotified


def evolve(state: Assessment, event: DecisionNoticeEvent) -> Assessment:
    match event:
        case DecisionToAssessNotified():
            return state.change(
                event.request_id, phase=Phase.ASSESSING, since=event.occurred_on, year_group=event.year_group
            )
        case DecisionNotToAssessNotified():
            return state.change(event.request_id, phase=Phase.REFUSED_TO_ASSESS, since=event.occurred_on)
        case _ as never:
            assert_never(never)


# --- commands ---


class NotifyDecisionToAssess(Notice):
    """Tell the family and everyone told under reg 4(2) that there will be an assessment (reg 5(1)).

    The requests for advice under reg 6(1)(a) to (e), from year 9 also (g), follow by themselves, dated the same day.
    """

    year_group: YearGroup


class NotifyDecisionNotToAssess(Refusal):
    """Tell the family and everyone told under reg 4(2) that there will be no assessment, with reasons and rights."""


# --- decisions ---


def notify_to_assess(command: NotifyDecisionToAssess, state: Assessment) -> Sequence[DecisionNoticeEvent]:
    now = state.now
    notices.check(command, decided_on=now.decided_on, due_to=now.told_of_consideration)
    return [
        said(
            DecisionToAssessNotified,
            command,
            state,
            decision_id=now.decision_id,
            served_on=notices.served(command),
            in_relevant_youth_accommodation=now.in_relevant_youth_accommodation,
            **now.reversal_ids,
        )
    ]


def notify_not_to_assess(command: NotifyDecisionNotToAssess, state: Assessment) -> Sequence[DecisionNoticeEvent]:
    now = state.now
    notices.check(command, decided_on=now.decided_on, due_to=now.told_of_consideration)
    return [
        said(
            DecisionNotToAssessNotified, command, state, decision_id=now.decision_id, served_on=notices.served(command)
        )
    ]


decisions = [
    Decision(
        NotifyDecisionToAssess,
        notify_to_assess,
        when=[
            only_in(
                Phase.DECIDED_TO_ASSESS,
                code="no-decision-to-assess",
                need="There must be a decision to assess that the family has not been told of.",
                leads_to=[Phase.ASSESSING],
            )
        ],
        already=led_to(Phase.ASSESSING),
    ),
    Decision(
        NotifyDecisionNotToAssess,
        notify_not_to_assess,
        when=[
            only_in(
                Phase.DECIDED_NOT_TO_ASSESS,
                code="no-decision-not-to-assess",
                need="There must be a decision not to assess that the family has not been told of.",
                leads_to=[Phase.REFUSED_TO_ASSESS],
            )
        ],
        already=led_to(Phase.REFUSED_TO_ASSESS),
    ),
]
