"""A review before its time: asked for by the family or the setting, or suggested by what happened to the child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, assert_never
from uuid import UUID

from plan.facts import PlanCommand, PlanFact, becomes, maintained, told, with_item, without_item
from plan.notices import Text
from plan.state import Plan
from shared import UNFILLED, Command, Condition, Decision, NewId, Personal, Rejected


class EarlyReviewRequested(PlanFact):
    """The family or the setting asked for a review before the year is over."""

    type: Literal["plan.early-review-requested"] = "plan.early-review-requested"
    review_request_id: UUID
    asked_by: Literal["PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON", "SETTING", "ICB", "OTHER"]
    reasons: Personal[Text] | None = None


class EarlyReviewAgreed(PlanFact):
    """The authority agreed to review the plan early; the review itself is scheduled next."""

    type: Literal["plan.early-review-agreed"] = "plan.early-review-agreed"
    review_request_id: UUID


class EarlyReviewDeclined(PlanFact):
    """The authority declined to review the plan early, and said why."""

    type: Literal["plan.early-review-declined"] = "plan.early-review-declined"
    review_request_id: UUID
    reasons: Personal[Text]


class EarlyReviewSuggested(PlanFact):
    """An exclusion suggests that the plan no longer works. It binds nobody; scheduling a review answers it."""

    type: Literal["plan.early-review-suggested"] = "plan.early-review-suggested"
    exclusion_id: UUID
    because: Literal["PERMANENTLY_EXCLUDED", "SUSPENDED_OVER_5_DAYS"]


EarlyReviewEvent = EarlyReviewRequested | EarlyReviewAgreed | EarlyReviewDeclined | EarlyReviewSuggested


class RequestEarlyReview(PlanCommand):
    """Record a request for an early review, on the day it was received."""

    review_request_id: NewId = UNFILLED
    asked_by: Literal["PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON", "SETTING", "ICB", "OTHER"]
    reasons: Personal[Text] | None = None


class AgreeEarlyReview(PlanCommand):
    """Agree to an early review."""

    review_request_id: UUID


class DeclineEarlyReview(PlanCommand):
    """Decline an early review, with reasons."""

    review_request_id: UUID
    reasons: Personal[Text]


class SuggestEarlyReview(Command):
    """Note that an exclusion suggests an early review. Sent by a reaction."""

    case_id: UUID
    exclusion_id: UUID
    because: Literal["PERMANENTLY_EXCLUDED", "SUSPENDED_OVER_5_DAYS"]


def _something_asked(state: Plan) -> Condition | None:
    if state.review_requests:
        return None
    return maintained(state) or Condition("no-open-request", "No request for an early review is waiting for an answer.")


def _answer(event: type[PlanFact], command: AgreeEarlyReview | DeclineEarlyReview, state: Plan) -> Sequence[PlanFact]:
    if command.review_request_id not in state.review_requests:
        raise Rejected(
            "no-such-request", f"No open request for an early review has the id {command.review_request_id}."
        )
    return [told(event, command, state)]


def evolve(state: Plan, event: EarlyReviewEvent) -> Plan:
    match event:
        case EarlyReviewRequested():
            return replace(state, review_requests=with_item(state.review_requests, event.review_request_id))
        case EarlyReviewAgreed() | EarlyReviewDeclined():
            return replace(state, review_requests=without_item(state.review_requests, event.review_request_id))
        case EarlyReviewSuggested():
            return replace(state, review_suggestions=with_item(state.review_suggestions, event.exclusion_id))
        case _ as never:
            assert_never(never)


decisions = [
    Decision(RequestEarlyReview, becomes(EarlyReviewRequested), when=[maintained],
             already=lambda c, s: c.review_request_id in s.review_requests),
    Decision(AgreeEarlyReview, lambda c, s: _answer(EarlyReviewAgreed, c, s), when=[_something_asked]),
    Decision(DeclineEarlyReview, lambda c, s: _answer(EarlyReviewDeclined, c, s), when=[_something_asked]),
    Decision(SuggestEarlyReview, lambda c, s: [told(EarlyReviewSuggested, c, s)], opens=True,
             already=lambda c, s: not s.maintained or c.exclusion_id in s.review_suggestions),
]  # fmt: skip
