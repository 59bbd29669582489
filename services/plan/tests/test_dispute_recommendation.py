"""Recommendations of the Tribunal to health and social care."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.dispute import dispute
from plan.dispute_recommendation import (
    MakeTribunalRecommendation,
    RecommendationResponseCopiedToSecretaryOfState,
    RecommendationResponseSent,
    TribunalRecommendationMade,
)
from plan.dispute_state import AppealType, OrderType
from pydantic import ValidationError
from shared.testing.spec import given

from .stories import LATER
from .tribunal_stories import (
    AMEND,
    ANSWER,
    COPY,
    HEALTH,
    IDS,
    ORDER,
    D,
    appealed,
    order,
    then_also,
)


def test_a_recommendation_is_made_answered_and_copied() -> None:
    """TV-24."""
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(HEALTH).then(
        TribunalRecommendationMade(
            occurred_on=date(2026, 2, 10), order_id=ORDER, recommendation_id=UUID(int=80), body="HEALTH",
            sections=("G",), wording="weekly physiotherapy", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, HEALTH)
    given(dispute, *events).when(HEALTH).then_nothing()
    given(dispute, *events).sent_at(LATER).when(ANSWER).then(
        RecommendationResponseSent(
            occurred_on=date(2026, 3, 17), recommendation_id=UUID(int=80), body="HEALTH", accepted="PARTLY",
            held_by_la_on=date(2026, 3, 18), reasons="every second week", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, ANSWER)
    given(dispute, *events).when(ANSWER).then_nothing()
    given(dispute, *events).when(COPY).then(
        RecommendationResponseCopiedToSecretaryOfState(
            occurred_on=date(2026, 3, 25), recommendation_id=UUID(int=80), **IDS
        )
    )
    given(dispute, *then_also(events, COPY)).when(COPY).then_nothing()


def test_a_recommendation_comes_with_an_order() -> None:
    given(dispute, *appealed()).when(HEALTH).then_rejected("no-order")
    early = HEALTH.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *then_also(appealed(), AMEND)).when(early).then_rejected("recommendation-before-order")


def test_a_refusal_to_assess_brings_no_recommendation() -> None:
    events = then_also(appealed(AppealType.REFUSAL_TO_ASSESS), order(OrderType.ASSESS))
    given(dispute, *events).when(HEALTH).then_rejected("no-recommendations-here")


@pytest.mark.parametrize(("body", "sections"), [("HEALTH", ("D",)), ("SOCIAL_CARE", ("G",)), ("HEALTH", ())])
def test_a_body_is_recommended_its_own_business(body: Any, sections: Any) -> None:
    with pytest.raises(ValidationError):
        MakeTribunalRecommendation(dispute_id=D, body=body, sections=sections)


def test_only_a_recommendation_is_answered_and_only_an_answer_copied() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(ANSWER).then_rejected("no-recommendation")
    given(dispute, *events).when(COPY).then_rejected("no-recommendation")
    events = then_also(events, HEALTH)
    given(dispute, *events).when(COPY).then_rejected("no-response")
    for command, so_far in ((ANSWER, events), (COPY, then_also(events, ANSWER))):
        unknown = command.model_copy(update={"recommendation_id": UUID(int=999)})
        given(dispute, *so_far).sent_at(LATER).when(unknown).then_rejected("no-such-recommendation")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_on": date(2026, 2, 9)}, "response-before-recommendation"),
        ({"held_by_la_on": date(2026, 3, 16)}, "held-before-sent"),
        ({"held_by_la_on": date(2028, 3, 16)}, "date-in-future"),
    ],
)
def test_the_dates_of_an_answer_follow_each_other(changed: Any, code: str) -> None:
    events = then_also(appealed(), AMEND, HEALTH)
    given(dispute, *events).sent_at(LATER).when(ANSWER.model_copy(update=changed)).then_rejected(code)


def test_a_copy_is_younger_than_the_answer() -> None:
    events = then_also(appealed(), AMEND, HEALTH, ANSWER)
    early = COPY.model_copy(update={"occurred_on": date(2026, 3, 17)})
    given(dispute, *events).when(early).then_rejected("copied-before-response")
