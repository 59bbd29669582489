"""A dispute: one decision that the family does not accept, from the mediation adviser to the Tribunal and beyond.

Mediation and appeal come in any order, as they do in life: a dispute opens with whichever step the authority hears of
first. ``about`` is the decision in question; another decision is another dispute. Each step has a module of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan import (
    dispute_adviser,
    dispute_agreement,
    dispute_appeal,
    dispute_direction,
    dispute_mediation,
    dispute_order,
    dispute_recommendation,
)
from plan.cases import refuse_another_persons_case
from plan.dates import refuse_before, refuse_future
from plan.dispute_adviser import AdviserEvent, MediationAdviserContacted, adviser_contacted
from plan.dispute_agreement import AgreementEvent
from plan.dispute_appeal import AppealEvent, AppealRegistered, NoticeOfAppeal, appeal_registered_by
from plan.dispute_direction import DirectionEvent
from plan.dispute_mediation import MediationEvent, MediationRequested, mediation_requested
from plan.dispute_order import OrderEvent
from plan.dispute_recommendation import RecommendationEvent
from plan.dispute_state import AppealType, Dispute, HealthIssues, Matter
from plan.notices import Text
from plan.plan import plan
from plan.state import Plan
from shared import (
    UNFILLED,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    NewId,
    Personal,
    Reference,
    Rejected,
    Value,
)


class DisputeDateCorrected(DateCorrected):
    """A date in a dispute was wrong."""

    type: Literal["plan.dispute-date-corrected"] = "plan.dispute-date-corrected"
    case_id: UUID
    dispute_id: UUID


DisputeEvent = (
    AdviserEvent
    | MediationEvent
    | AgreementEvent
    | AppealEvent
    | DirectionEvent
    | OrderEvent
    | RecommendationEvent
    | DisputeDateCorrected
)


def evolve(state: Dispute, event: DisputeEvent) -> Dispute:
    if isinstance(event, MediationAdviserContacted | MediationRequested | AppealRegistered):
        state = _opened(state, event)
    if isinstance(event, AdviserEvent):
        return replace(state, mediation=dispute_adviser.evolve(state.mediation, event))
    if isinstance(event, MediationEvent):
        return replace(state, mediation=dispute_mediation.evolve(state.mediation, event))
    if isinstance(event, AgreementEvent):
        return replace(state, mediation=dispute_agreement.evolve(state.mediation, event))
    if isinstance(event, AppealEvent):
        return dispute_appeal.evolve(state, event)
    if isinstance(event, DirectionEvent):
        return dispute_direction.evolve(state, event)
    if isinstance(event, OrderEvent):
        return dispute_order.evolve(state, event)
    if isinstance(event, RecommendationEvent):
        return dispute_recommendation.evolve(state, event)
    if isinstance(event, DisputeDateCorrected):
        return state
    assert_never(event)


def _opened(state: Dispute, event: MediationAdviserContacted | MediationRequested | AppealRegistered) -> Dispute:
    if state.matter is not None:
        return state
    matter = Matter(event.about, event.notice_sent_on, event.decision_id, event.request_id, event.plan_id)
    return replace(state, dispute_id=event.dispute_id, case_id=event.case_id, person_id=event.person_id, matter=matter)


# --- how a dispute opens ---


class AdviserContacted(Value):
    """The family contacted the mediation adviser."""

    step: Literal["ADVISER_CONTACTED"]


class MediationWanted(Value):
    """The family told the authority that it wants mediation."""

    step: Literal["MEDIATION_REQUESTED"]
    health_issues: HealthIssues
    issues: Personal[Text] | None = None


class AppealMade(Value):
    """The Tribunal registered an appeal."""

    step: Literal["APPEAL_REGISTERED"]
    appeal: NoticeOfAppeal


class OpenDispute(Command):
    """Record the first step the authority hears of in a dispute about one of its decisions."""

    dispute_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    about: AppealType
    notice_sent_on: date
    decision_id: UUID | None = None
    """Of the notice, where this system sent it."""
    request_id: UUID | None = None
    """The request for an assessment that was refused, or led to no plan."""
    plan_id: UUID | None = None
    begins_with: Annotated[AdviserContacted | MediationWanted | AppealMade, Field(discriminator="step")]


def open_dispute(command: OpenDispute, state: Dispute, of: Plan) -> Sequence[DisputeEvent]:
    refuse_another_persons_case(command, case_id=command.case_id, person_id=command.person_id)
    if command.plan_id is not None and command.plan_id not in (of.plan_id, *of.past_plan_ids):
        raise Rejected("no-such-plan", "The child has had no plan with the id in plan_id in your authority.")
    refuse_future(command, command.notice_sent_on, what="The day on which the notice was sent")
    refuse_before(
        command.occurred_on,
        command.notice_sent_on,
        code="before-notice",
        what="the day on which the notice of the decision was sent",
    )
    matter = Matter(command.about, command.notice_sent_on, command.decision_id, command.request_id, command.plan_id)
    new = replace(
        state, dispute_id=command.dispute_id, case_id=command.case_id, person_id=command.person_id, matter=matter
    )
    match command.begins_with:
        case AdviserContacted():
            return [adviser_contacted(new, command.occurred_on)]
        case MediationWanted() as wanted:
            return [mediation_requested(new, command.occurred_on, wanted.health_issues, wanted.issues)]
        case AppealMade() as made:
            return [appeal_registered_by(command, new, made.appeal)]
        case _ as never:
            assert_never(never)


def _not_open(state: Dispute) -> Condition | None:
    if state.matter is None:
        return None
    return Condition("dispute-already-open", "This dispute is open; record the next step in it.")


dispute = Decider(
    name="dispute",
    key="dispute_id",
    initial=Dispute(),
    evolve=evolve,
    events=DisputeEvent,
    decisions=[
        Decision(OpenDispute, open_dispute, when=[_not_open], opens=True, reads=Reference(plan, "case_id")),
        *dispute_adviser.decisions,
        *dispute_mediation.decisions,
        *dispute_agreement.decisions,
        *dispute_appeal.decisions,
        *dispute_direction.decisions,
        *dispute_order.decisions,
        *dispute_recommendation.decisions,
    ],
)
