"""Recommendations about health and social care, and the answers to them (SI 2017/1306). They do not bind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan.dates import refuse_again, refuse_before, refuse_future
from plan.dispute_order import order_stands
from plan.dispute_state import CORRECT, AppealType, Dispute, Recommendation
from plan.notices import Text
from shared import COME, UNFILLED, Command, Condition, Decision, Event, NewId, NotBefore, Personal, Rejected

Body = Literal["HEALTH", "SOCIAL_CARE"]
CareSection = Literal["C", "D", "G", "H1", "H2"]

# --- events ---


class TribunalRecommendationMade(Event):
    """With its order, the Tribunal recommended health or social care needs or provision; five weeks to answer."""

    type: Literal["plan.tribunal-recommendation-made"] = "plan.tribunal-recommendation-made"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    recommendation_id: UUID
    body: Body
    sections: tuple[CareSection, ...]
    wording: Personal[str] | None = None


class RecommendationResponseSent(Event):
    """The body answered in writing with steps or reasons. The copy is due from ``held_by_la_on``."""

    type: Literal["plan.recommendation-response-sent"] = "plan.recommendation-response-sent"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    recommendation_id: UUID
    body: Body
    accepted: Literal["FULLY", "PARTLY", "NOT"]
    held_by_la_on: Annotated[date, COME, NotBefore("occurred_on")]
    reasons: Personal[str]


class RecommendationResponseCopiedToSecretaryOfState(Event):
    """The authority sent the Secretary of State a copy of the answer."""

    type: Literal["plan.recommendation-response-copied-to-secretary-of-state"] = (
        "plan.recommendation-response-copied-to-secretary-of-state"
    )
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    recommendation_id: UUID


RecommendationEvent = (
    TribunalRecommendationMade | RecommendationResponseSent | RecommendationResponseCopiedToSecretaryOfState
)


def evolve(state: Dispute, event: RecommendationEvent) -> Dispute:
    match event:
        case TribunalRecommendationMade():
            made = Recommendation(event.recommendation_id, event.body, event.sections, event.occurred_on)
            return replace(state, recommendations=(*state.recommendations, made))
        case RecommendationResponseSent():
            dates = {"answer_sent_on": event.occurred_on, "responded_on": event.held_by_la_on}
            return _with(state, event.recommendation_id, **dates)
        case RecommendationResponseCopiedToSecretaryOfState():
            return _with(state, event.recommendation_id, copied_on=event.occurred_on)
        case _ as never:
            assert_never(never)


def _with(state: Dispute, recommendation_id: UUID, **dates: Any) -> Dispute:
    return replace(
        state,
        recommendations=tuple(
            replace(r, **dates) if r.recommendation_id == recommendation_id else r for r in state.recommendations
        ),
    )


# --- commands ---


class MakeTribunalRecommendation(Command):
    """Record a recommendation that came with the Tribunal's order."""

    dispute_id: UUID
    recommendation_id: NewId = UNFILLED
    body: Body
    sections: Annotated[tuple[CareSection, ...], Field(min_length=1)]
    wording: Personal[Text] | None = None

    @model_validator(mode="after")
    def _is_its_business(self) -> MakeTribunalRecommendation:
        own = {"C", "G"} if self.body == "HEALTH" else {"D", "H1", "H2"}
        if not set(self.sections) <= own:
            raise ValueError(f"sections of a {self.body} recommendation are {', '.join(sorted(own))}")
        return self


class SendRecommendationResponse(Command):
    """Record the body's written answer: steps it takes, or reasons why not."""

    dispute_id: UUID
    recommendation_id: UUID
    accepted: Literal["FULLY", "PARTLY", "NOT"]
    held_by_la_on: date | None = None
    """When the authority had the answer; left out: on the day it was sent."""
    reasons: Personal[Text]


class CopyRecommendationResponseToSecretaryOfState(Command):
    """Record that the Secretary of State was sent a copy of the answer."""

    dispute_id: UUID
    recommendation_id: UUID


# --- decisions ---


def recommend(command: MakeTribunalRecommendation, state: Dispute) -> Sequence[RecommendationEvent]:
    order = state.order
    assert order is not None
    refuse_again(_made_on(command, state), code="recommended", what="This was recommended", to_correct=CORRECT)
    refuse_before(command.occurred_on, order.since, code="recommendation-before-order", what="the date of the order")
    return [
        TribunalRecommendationMade(
            occurred_on=command.occurred_on,
            order_id=order.order_id,
            recommendation_id=command.recommendation_id,
            body=command.body,
            sections=command.sections,
            wording=command.wording,
            **state.ids,
        )
    ]


def _recommendation(
    command: SendRecommendationResponse | CopyRecommendationResponseToSecretaryOfState, state: Dispute
) -> Recommendation:
    found = state.recommendation(command.recommendation_id)
    if found is None:
        raise Rejected("no-such-recommendation", "The Tribunal made no recommendation with that id in this dispute.")
    return found


def respond(command: SendRecommendationResponse, state: Dispute) -> Sequence[RecommendationEvent]:
    found = _recommendation(command, state)
    refuse_again(found.answer_sent_on, code="answered-already", what="The body answered", to_correct=CORRECT)
    refuse_before(command.occurred_on, found.made_on, code="response-before-recommendation", what="the recommendation")
    held = command.held_by_la_on or command.occurred_on
    refuse_before(held, command.occurred_on, code="held-before-sent", what="the day on which the answer was sent")
    refuse_future(command, held, what="The day on which the authority had the answer")
    return [
        RecommendationResponseSent(
            occurred_on=command.occurred_on,
            recommendation_id=found.recommendation_id,
            body=found.body,
            accepted=command.accepted,
            held_by_la_on=held,
            reasons=command.reasons,
            **state.ids,
        )
    ]


def copy(command: CopyRecommendationResponseToSecretaryOfState, state: Dispute) -> Sequence[RecommendationEvent]:
    found = _recommendation(command, state)
    if found.responded_on is None:
        raise Rejected("no-response", "This recommendation has not been answered; there is nothing to copy yet.")
    refuse_again(found.copied_on, code="copied-already", what="The copy was sent", to_correct=CORRECT)
    refuse_before(command.occurred_on, found.responded_on, code="copied-before-response", what="the answer")
    return [
        RecommendationResponseCopiedToSecretaryOfState(
            occurred_on=command.occurred_on, recommendation_id=found.recommendation_id, **state.ids
        )
    ]


# --- conditions ---


def _can_recommend(state: Dispute) -> Condition | None:
    if state.appeal is None or state.appeal.appeal_type != AppealType.REFUSAL_TO_ASSESS:
        return None
    return Condition(
        "no-recommendations-here", "On a refusal to assess the Tribunal cannot recommend health or social care."
    )


def _has_recommendation(state: Dispute) -> Condition | None:
    if state.recommendations:
        return None
    return Condition("no-recommendation", "The Tribunal has made no recommendation in this dispute.")


def _done(command: SendRecommendationResponse | CopyRecommendationResponseToSecretaryOfState, state: Dispute) -> bool:
    found = state.recommendation(command.recommendation_id)
    if found is None:
        return False
    if isinstance(command, SendRecommendationResponse):
        asked = (command.occurred_on, command.held_by_la_on or command.occurred_on)
        return (found.answer_sent_on, found.responded_on) == asked
    return found.copied_on == command.occurred_on


def _made_on(command: MakeTribunalRecommendation, state: Dispute) -> date | None:
    same = [r.made_on for r in state.recommendations if (r.body, r.sections) == (command.body, command.sections)]
    return same[-1] if same else None


def _has_answer(state: Dispute) -> Condition | None:
    if not state.recommendations or any(r.responded_on is not None for r in state.recommendations):
        return None
    return Condition("no-response", "No recommendation has been answered yet; there is nothing to copy.")


decisions = [
    Decision(
        MakeTribunalRecommendation,
        recommend,
        when=[order_stands, _can_recommend],
        already=lambda c, s: _made_on(c, s) == c.occurred_on,
    ),
    Decision(SendRecommendationResponse, respond, when=[_has_recommendation], already=_done),
    Decision(
        CopyRecommendationResponseToSecretaryOfState, copy, when=[_has_recommendation, _has_answer], already=_done
    ),
]
