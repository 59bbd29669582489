"""Orders of the Tribunal, what complies with them, and asking the Tribunal again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.dispute import dispute
from plan.dispute_order import (
    ComplyWithTribunalOrder,
    DecideFttReviewOrPermission,
    FttReviewOrPermissionApplied,
    FttReviewOrPermissionDecided,
    MakeTribunalOrder,
    TribunalOrderComplied,
    TribunalOrderMade,
)
from plan.dispute_state import Act, AppealType, OrderType
from pydantic import ValidationError
from shared.testing.spec import given

from .stories import LATER
from .tribunal_stories import (
    AMEND,
    CONCEDED,
    IDS,
    MATTER,
    ORDER,
    SET_ASIDE,
    D,
    appealed,
    order,
    then_also,
)

# --- order ---


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        (AppealType.REFUSAL_TO_ASSESS, (OrderType.ASSESS,)),  # TV-19
        (AppealType.REFUSAL_TO_ISSUE, (OrderType.MAKE_PLAN,)),  # TV-20
        (AppealType.REFUSAL_TO_ISSUE, (OrderType.RECONSIDER,)),
        (AppealType.CONTENTS, (OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT)),  # TV-21
        (AppealType.PLACEMENT, (OrderType.AMEND_PLACEMENT,)),  # TV-21
        (AppealType.REFUSAL_TO_REASSESS, (OrderType.DISMISS,)),
        (AppealType.CEASE, (OrderType.DISMISS_CEASE,)),
        (AppealType.CEASE, (OrderType.CONTINUE_AND_AMEND,)),
    ],
)
def test_the_tribunal_makes_an_order_that_fits_the_appeal(kind: AppealType, types: Any) -> None:
    given(dispute, *appealed(kind)).when(order(*types)).then(
        TribunalOrderMade(
            occurred_on=date(2026, 2, 10), order_id=ORDER, appeal_type=kind, order_types=types, by_consent=False,
            outcome="DISMISSED" if types[0] in (OrderType.DISMISS, OrderType.DISMISS_CEASE) else "UPHELD",
            directed_until=None, sent_on=date(2026, 2, 10), **MATTER, **IDS,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (AppealType.REFUSAL_TO_ASSESS, OrderType.MAKE_PLAN),
        (AppealType.REFUSAL_TO_ISSUE, OrderType.ASSESS),
        (AppealType.PLACEMENT, OrderType.AMEND_CONTENT),
        (AppealType.CONTENTS, OrderType.CONTINUE),
        (AppealType.CEASE, OrderType.DISMISS),
    ],
)
def test_the_tribunal_cannot_order_what_was_not_appealed(kind: AppealType, wrong: OrderType) -> None:
    given(dispute, *appealed(kind)).when(order(wrong)).then_rejected("order-does-not-fit-appeal")


@pytest.mark.parametrize(
    ("types", "outcome"),
    [
        ((), "UPHELD"),
        ((OrderType.ASSESS, OrderType.MAKE_PLAN), "UPHELD"),
        ((OrderType.DISMISS,), "UPHELD"),
        ((OrderType.ASSESS,), "DISMISSED"),
    ],
)
def test_an_order_holds_together(types: Any, outcome: Any) -> None:
    with pytest.raises(ValidationError):
        MakeTribunalOrder(dispute_id=D, order_types=types, outcome=outcome)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_on": date(2026, 1, 1)}, "order-before-appeal"),
        ({"sent_on": date(2026, 2, 9)}, "sent-before-order"),
        ({"sent_on": date(2028, 2, 9)}, "date-in-future"),
        ({"directed_until": date(2026, 2, 9)}, "period-before-order"),
    ],
)
def test_the_dates_of_an_order_follow_each_other(changed: Any, code: str) -> None:
    given(dispute, *appealed()).sent_at(LATER).when(AMEND.model_copy(update=changed)).then_rejected(code)


def test_the_same_order_is_recorded_once_and_another_is_refused() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(AMEND.model_copy(update={"order_id": UUID(int=90)})).then_nothing()
    given(dispute, *events).when(order(OrderType.DISMISS)).then_rejected("order-already-made")


def test_an_order_is_complied_with_act_by_act() -> None:
    """TV-19: notify, then the final plan."""
    events = then_also(appealed(AppealType.REFUSAL_TO_ASSESS), order(OrderType.ASSESS))
    notify = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.WILL_ASSESS_NOTIFIED, occurred_on=date(2026, 2, 24)
    )
    given(dispute, *events).when(notify).then(
        TribunalOrderComplied(occurred_on=date(2026, 2, 24), order_id=ORDER, act=Act.WILL_ASSESS_NOTIFIED, **IDS)
    )
    events = then_also(events, notify)
    given(dispute, *events).when(notify).then_nothing()
    issue = notify.model_copy(update={"act": Act.FINAL_PLAN_ISSUED, "occurred_on": date(2026, 5, 19)})
    given(dispute, *events).when(issue).then_types(TribunalOrderComplied)


def test_a_concession_is_complied_with_like_an_order() -> None:
    events = then_also(appealed(), CONCEDED)
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 2, 20)
    )
    given(dispute, *events).when(amended).then_types(TribunalOrderComplied)


def test_one_complies_with_what_is_owed() -> None:
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 2, 20)
    )
    given(dispute, *appealed()).when(amended).then_rejected("nothing-owed")
    events = then_also(appealed(), AMEND)
    unknown = amended.model_copy(update={"order_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-order")
    early = amended.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *events).when(early).then_rejected("complied-before-order")
    other = amended.model_copy(update={"act": Act.PLAN_CEASED})
    refused = given(dispute, *events).when(other).then_rejected("act-not-owed")
    assert "AMENDED_PLAN_ISSUED" in refused.detail
    dismissed = then_also(appealed(), order(OrderType.DISMISS))
    refused = given(dispute, *dismissed).when(amended).then_rejected("act-not-owed")
    assert "nothing" in refused.detail


# --- asking the Tribunal again ---


def test_an_order_that_was_set_aside_leaves_the_appeal_open() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(SET_ASIDE).then(
        FttReviewOrPermissionApplied(
            occurred_on=date(2026, 3, 1), order_id=ORDER, application_id=UUID(int=70), kind="SET_ASIDE",
            applied_by="LA", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, SET_ASIDE)
    given(dispute, *events).when(SET_ASIDE).then_nothing()
    evening = SET_ASIDE.model_copy(update={"after_1700": True})
    given(dispute, *events).when(evening).then_rejected("application-open")
    decided = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="SET_ASIDE", occurred_on=date(2026, 4, 1)
    )
    given(dispute, *events).when(decided).then(
        FttReviewOrPermissionDecided(
            occurred_on=date(2026, 4, 1), order_id=ORDER, application_id=UUID(int=70), outcome="SET_ASIDE", **IDS
        )
    )
    events = then_also(events, decided)
    given(dispute, *events).when(decided).then_nothing()
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 4, 20)
    )
    given(dispute, *events).when(amended).then_rejected("order-set-aside")
    again = order(OrderType.AMEND_CONTENT, on=date(2026, 6, 1), order_id=UUID(int=71))
    given(dispute, *events).when(again).then_types(TribunalOrderMade)


def test_a_refused_application_leaves_the_order_as_it_is() -> None:
    refused = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="REFUSED", occurred_on=date(2026, 4, 1)
    )
    events = then_also(appealed(), AMEND, SET_ASIDE, refused)
    given(dispute, *events).when(order(OrderType.DISMISS)).then_rejected("order-already-made")


def test_an_application_is_about_a_decision_that_was_made() -> None:
    given(dispute, *appealed()).when(SET_ASIDE).then_rejected("no-order")
    events = then_also(appealed(), AMEND)
    early = SET_ASIDE.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *events).when(early).then_rejected("application-before-order")


def test_an_application_is_decided_as_it_was_made() -> None:
    decided = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="PERMISSION_GIVEN", occurred_on=date(2026, 4, 1)
    )
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(decided).then_rejected("no-application")
    events = then_also(events, SET_ASIDE)
    given(dispute, *events).when(decided).then_rejected("outcome-does-not-fit")
    unknown = decided.model_copy(update={"application_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-application")
    given(dispute, *appealed()).when(decided).then_rejected("no-application", "no-order")
