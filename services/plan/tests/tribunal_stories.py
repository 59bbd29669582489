"""Appeals and what follows them, for the tests of disputes before the Tribunal."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from plan.dispute import AdviserContacted, OpenDispute, dispute
from plan.dispute_adviser import DeclineMediation, IssueMediationCertificate
from plan.dispute_appeal import (
    ConcedeAppeal,
    NoticeOfAppeal,
    RegisterAppeal,
    SubmitAppealResponse,
    WithdrawAppeal,
)
from plan.dispute_direction import (
    GiveTribunalDirection,
)
from plan.dispute_order import (
    ApplyForFttReviewOrPermission,
    MakeTribunalOrder,
)
from plan.dispute_recommendation import (
    CopyRecommendationResponseToSecretaryOfState,
    MakeTribunalRecommendation,
    SendRecommendationResponse,
)
from plan.dispute_state import AppealType, OrderType
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, LATER, PERSON, PLAN, after

D, DECISION, REQUEST, ORDER = (UUID(int=n) for n in (50, 51, 52, 53))
NOTICE = date(2025, 10, 1)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "dispute_id": D}
MATTER: dict[str, Any] = {"decision_id": DECISION, "request_id": REQUEST, "plan_id": PLAN}
SECTIONS: dict[AppealType, tuple[Any, ...]] = {AppealType.CONTENTS: ("B", "F", "I"), AppealType.PLACEMENT: ("I",)}


def notice(kind: AppealType = AppealType.CONTENTS, **more: Any) -> NoticeOfAppeal:
    facts = {
        "appeal_type": kind, "sections": SECTIONS.get(kind, ()), "received_by_la_on": date(2026, 1, 9), "in_time": True,
    }  # fmt: skip
    return NoticeOfAppeal(**{**facts, **more})


def opening(about: AppealType = AppealType.CONTENTS, begins_with: Any = None, **more: Any) -> OpenDispute:
    facts = {
        "dispute_id": D, "case_id": CASE, "person_id": PERSON, "about": about, "notice_sent_on": NOTICE,
        "occurred_on": date(2025, 11, 26), "begins_with": begins_with or AdviserContacted(step="ADVISER_CONTACTED"),
        **MATTER,
    }  # fmt: skip
    return OpenDispute(**{**facts, **more})


def appealed(kind: AppealType = AppealType.CONTENTS) -> list[Event]:
    """TV-25: letter of 1 October 2025, certificate of 29 November, appeal on 2 January."""
    return after(
        dispute,
        opening(kind),
        DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=date(2025, 11, 26)),
        IssueMediationCertificate(dispute_id=D, kind="DECLINED", occurred_on=date(2025, 11, 29)),
        RegisterAppeal(dispute_id=D, appeal=notice(kind), occurred_on=date(2026, 1, 2)),
    )


def then_also(events: list[Event], *commands: Command) -> list[Event]:
    """What these commands add to a history."""
    for number, command in enumerate(commands, start=200):
        made = given(dispute, *events).sent_at(LATER).when(command).outcome
        assert isinstance(made, list), f"{number} {command}: {made}"
        events = [*events, *made]
    return events


RESPONDED = SubmitAppealResponse(dispute_id=D, occurred_on=date(2026, 2, 10))
CONCEDED = ConcedeAppeal(dispute_id=D, order_id=ORDER, occurred_on=date(2026, 1, 20))
WITHDRAWN = WithdrawAppeal(dispute_id=D, occurred_on=date(2026, 2, 1))


def order(*types: OrderType, on: date = date(2026, 2, 10), **more: Any) -> MakeTribunalOrder:
    dismissed = types[0] in (OrderType.DISMISS, OrderType.DISMISS_CEASE)
    facts = {
        "dispute_id": D, "order_id": ORDER, "order_types": types, "outcome": "DISMISSED" if dismissed else "UPHELD",
        "occurred_on": on,
    }  # fmt: skip
    return MakeTribunalOrder(**{**facts, **more})


AMEND = order(OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT)
HEARING = GiveTribunalDirection(
    dispute_id=D, direction="HEARING", due_on=date(2026, 3, 30), wording="by video", occurred_on=date(2026, 2, 1)
)
SET_ASIDE = ApplyForFttReviewOrPermission(
    dispute_id=D, application_id=UUID(int=70), kind="SET_ASIDE", applied_by="LA", occurred_on=date(2026, 3, 1)
)
HEALTH = MakeTribunalRecommendation(
    dispute_id=D, recommendation_id=UUID(int=80), body="HEALTH", sections=("G",), wording="weekly physiotherapy",
    occurred_on=date(2026, 2, 10),
)  # fmt: skip
ANSWER = SendRecommendationResponse(
    dispute_id=D, recommendation_id=UUID(int=80), accepted="PARTLY", reasons="every second week",
    held_by_la_on=date(2026, 3, 18), occurred_on=date(2026, 3, 17),
)  # fmt: skip
COPY = CopyRecommendationResponseToSecretaryOfState(
    dispute_id=D, recommendation_id=UUID(int=80), occurred_on=date(2026, 3, 25)
)
