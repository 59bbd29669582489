"""Direct payments: agreed, made, reviewed; refused, reduced, stopped, reconsidered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plan.direct_payment import (
    AgreeDirectPayment,
    DirectPaymentAgreed,
    DirectPaymentMade,
    DirectPaymentReviewed,
    DirectPaymentReviewRequested,
    MakeDirectPayment,
    RequestDirectPaymentReview,
    ReviewDirectPayment,
    direct_payment,
)
from plan.direct_payment_decisions import (
    DirectPaymentReconsiderationRequested,
    DirectPaymentReconsidered,
    DirectPaymentReduced,
    DirectPaymentRefused,
    DirectPaymentStopped,
    ReconsiderDirectPayment,
    ReduceDirectPayment,
    RefuseDirectPayment,
    RequestDirectPaymentReconsideration,
    StopDirectPayment,
)
from plan.direct_payment_state import Status
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, F1, G1, H1, LATER, MAINTAINED, NO_PLAN, PERSON, PLAN, after

P, DECISION = UUID(int=50), UUID(int=51)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, "payment_id": P}

AGREED = AgreeDirectPayment(
    case_id=CASE, payment_id=P, recipient="PARENT", kind="EDUCATION", provision_ids=(F1,), amount=Decimal(6000),
    consented_in_writing=True, recipient_can_manage=True, secures_agreed_provision=True,
    no_adverse_impact_on_others=True, efficient_use_of_resources=True, premises_consent="NOT_ON_PREMISES",
    occurred_on=date(2026, 11, 2),
)  # fmt: skip
PAID = MakeDirectPayment(payment_id=P, amount=Decimal(500), occurred_on=date(2026, 11, 30))
REVIEWED = ReviewDirectPayment(
    payment_id=P, occasion="FIRST_THREE_MONTHS", outcome="CONTINUE", occurred_on=date(2027, 2, 22)
)
REFUSED = RefuseDirectPayment(
    case_id=CASE, payment_id=P, decision_id=DECISION, kind="EDUCATION", reasons="costs twice as much",
    reconsideration_right_stated=True, occurred_on=date(2026, 11, 2),
)  # fmt: skip
REDUCED = ReduceDirectPayment(
    payment_id=P, decision_id=DECISION, amount=Decimal(4000), takes_effect_on=date(2027, 4, 1), reasons="fewer hours",
    reconsideration_right_stated=True, occurred_on=date(2027, 3, 1),
)  # fmt: skip
STOPPED = StopDirectPayment(
    payment_id=P, decision_id=DECISION, ground="NOT_USED_FOR_PROVISION", takes_effect_on=date(2027, 4, 1),
    reasons="nothing was bought", reconsideration_right_stated=True, occurred_on=date(2027, 3, 1),
)  # fmt: skip
ASKED = RequestDirectPaymentReconsideration(
    payment_id=P, decision_id=DECISION, representations="we did buy it", occurred_on=date(2027, 3, 10)
)


def reconsidered(outcome: Any) -> ReconsiderDirectPayment:
    return ReconsiderDirectPayment(
        payment_id=P, decision_id=DECISION, outcome=outcome, reasons="looked again", occurred_on=date(2027, 3, 20)
    )


def so_far(*commands: Command) -> list[Event]:
    return after(direct_payment, *commands, reading=MAINTAINED)


# --- agreeing ---


def test_a_direct_payment_is_agreed() -> None:
    given(direct_payment).reading(MAINTAINED).when(AGREED).then(
        DirectPaymentAgreed(
            occurred_on=date(2026, 11, 2), recipient="PARENT", kind="EDUCATION", provision_ids=(F1,),
            amount=Decimal(6000), premises_consent="NOT_ON_PREMISES", **IDS,
        )
    )  # fmt: skip
    given(direct_payment, *so_far(AGREED)).reading(MAINTAINED).when(AGREED).then_rejected("direct-payment-exists")


@pytest.mark.parametrize("command", [AGREED, REFUSED], ids=lambda c: type(c).__name__)
def test_money_follows_a_plan(command: Command) -> None:
    given(direct_payment).reading(NO_PLAN).when(command).then_rejected("no-plan")


def test_every_condition_that_is_not_met_is_named() -> None:
    poor = AGREED.model_copy(
        update={
            "provision_ids": (F1, G1, UUID(int=999)),
            "consented_in_writing": False,
            "recipient_can_manage": False,
            "secures_agreed_provision": False,
            "no_adverse_impact_on_others": False,
            "efficient_use_of_resources": False,
            "premises_consent": "NOT_GIVEN",
        }
    )
    given(direct_payment).reading(MAINTAINED).when(poor).then_rejected(
        "no-such-provision",
        "provision-of-another-kind",
        "no-written-consent",
        "recipient-cannot-manage",
        "provision-not-secured",
        "adverse-impact",
        "inefficient-use",
        "no-premises-consent",
    )


@pytest.mark.parametrize(
    ("kind", "provision", "fits"),
    [("HEALTH", G1, True), ("SOCIAL_CARE", H1, True), ("INTEGRATED", F1, True), ("HEALTH", F1, False)],
)
def test_each_kind_of_money_pays_for_its_own_sections(kind: Any, provision: UUID, fits: bool) -> None:
    spec = given(direct_payment).reading(MAINTAINED)
    asked = spec.when(AGREED.model_copy(update={"kind": kind, "provision_ids": (provision,)}))
    if fits:
        asked.then_types(DirectPaymentAgreed)
    else:
        asked.then_rejected("provision-of-another-kind")


@pytest.mark.parametrize(
    "changed",
    [{"recipient": "NOMINEE"}, {"nominee": "Aunt"}, {"amount": 0}, {"amount": "10.005"}, {"provision_ids": ()}],
)
def test_an_agreement_holds_together(changed: Any) -> None:
    facts = {name: getattr(AGREED, name) for name in AGREED.model_fields_set}
    with pytest.raises(ValidationError):
        AgreeDirectPayment(**{**facts, **changed})


# --- paying and reviewing ---


def test_the_first_payment_starts_the_three_months() -> None:
    """TV-46."""
    given(direct_payment, *so_far(AGREED)).when(PAID).then(
        DirectPaymentMade(occurred_on=date(2026, 11, 30), amount=Decimal(500), first=True, **IDS)
    )
    events = so_far(AGREED, PAID)
    given(direct_payment, *events).when(PAID).then_nothing()
    second = PAID.model_copy(update={"occurred_on": date(2026, 12, 30)})
    (made,) = given(direct_payment, *events).when(second).then_types(DirectPaymentMade)
    assert made.first is False


def test_what_was_not_agreed_is_not_paid() -> None:
    early = PAID.model_copy(update={"occurred_on": date(2026, 11, 1)})
    given(direct_payment, *so_far(AGREED)).when(early).then_rejected("before-agreement")
    given(direct_payment, *so_far(REFUSED)).when(PAID).then_rejected("direct-payment-refused")


def test_payments_go_on_until_the_stop_takes_effect() -> None:
    events = so_far(AGREED, PAID, STOPPED)
    last = PAID.model_copy(update={"occurred_on": date(2027, 3, 31)})
    given(direct_payment, *events).when(last).then_types(DirectPaymentMade)
    late = PAID.model_copy(update={"occurred_on": date(2027, 4, 1)})
    given(direct_payment, *events).when(late).then_rejected("direct-payment-stopped")


def test_payments_are_reviewed() -> None:
    given(direct_payment, *so_far(AGREED, PAID)).when(REVIEWED).then(
        DirectPaymentReviewed(
            occurred_on=date(2027, 2, 22), occasion="FIRST_THREE_MONTHS", review_id=None, outcome="CONTINUE",
            amount=None, **IDS,
        )
    )  # fmt: skip
    given(direct_payment, *so_far(AGREED, PAID, REVIEWED)).when(REVIEWED).then_nothing()


def test_a_review_may_raise_the_payment() -> None:
    more = REVIEWED.model_copy(update={"outcome": "INCREASE", "amount": Decimal(7000)})
    events = so_far(AGREED, PAID, more)
    assert direct_payment.fold(events).amount == Decimal(7000)
    less = REVIEWED.model_copy(update={"outcome": "INCREASE", "amount": Decimal(6000)})
    given(direct_payment, *so_far(AGREED, PAID)).when(less).then_rejected("not-an-increase")
    with pytest.raises(ValidationError):
        ReviewDirectPayment(payment_id=P, occasion="PLAN_REVIEW", outcome="INCREASE")


def test_there_is_nothing_to_review_before_the_first_payment() -> None:
    given(direct_payment, *so_far(AGREED)).when(REVIEWED).then_rejected("nothing-paid")
    early = REVIEWED.model_copy(update={"occurred_on": date(2026, 11, 29)})
    given(direct_payment, *so_far(AGREED, PAID)).when(early).then_rejected("before-first-payment")


def test_a_recipient_may_ask_for_a_review() -> None:
    ask = RequestDirectPaymentReview(payment_id=P, occurred_on=date(2027, 1, 11))
    on_request = REVIEWED.model_copy(update={"occasion": "ON_REQUEST"})
    events = so_far(AGREED, PAID)
    given(direct_payment, *events).when(on_request).then_rejected("review-not-requested")
    given(direct_payment, *events).when(ask).then(DirectPaymentReviewRequested(occurred_on=date(2027, 1, 11), **IDS))
    events = so_far(AGREED, PAID, ask)
    given(direct_payment, *events).when(ask).then_nothing()
    given(direct_payment, *events).when(on_request).then_types(DirectPaymentReviewed)


# --- decisions against the recipient ---


def test_a_refusal_gives_reasons_and_the_right_to_reconsideration() -> None:
    given(direct_payment).reading(MAINTAINED).when(REFUSED).then(
        DirectPaymentRefused(
            occurred_on=date(2026, 11, 2), decision_id=DECISION, kind="EDUCATION", reasons="costs twice as much", **IDS
        )
    )
    given(direct_payment, *so_far(REFUSED)).reading(MAINTAINED).when(REFUSED).then_rejected("direct-payment-exists")


@pytest.mark.parametrize("command", [REFUSED, REDUCED, STOPPED], ids=lambda c: type(c).__name__)
def test_a_notice_states_the_right_to_reconsideration(command: Command) -> None:
    silent = command.model_copy(update={"reconsideration_right_stated": False})
    spec = given(direct_payment).reading(MAINTAINED) if command is REFUSED else given(direct_payment, *so_far(AGREED))
    spec.when(silent).then_rejected("reconsideration-right-not-stated")


def test_a_payment_is_reduced_with_reasonable_notice() -> None:
    given(direct_payment, *so_far(AGREED)).when(REDUCED).then(
        DirectPaymentReduced(
            occurred_on=date(2027, 3, 1), decision_id=DECISION, amount_before=Decimal(6000), amount=Decimal(4000),
            takes_effect_on=date(2027, 4, 1), reasons="fewer hours", **IDS,
        )
    )  # fmt: skip
    given(direct_payment, *so_far(AGREED, REDUCED)).when(REDUCED).then_nothing()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": Decimal(6001)}, "not-a-reduction"),
        ({"takes_effect_on": date(2027, 3, 1)}, "no-reasonable-notice"),
        ({"occurred_on": date(2026, 11, 1)}, "before-agreement"),
    ],
)
def test_a_reduction_holds_together(changed: Any, code: str) -> None:
    given(direct_payment, *so_far(AGREED)).when(REDUCED.model_copy(update=changed)).then_rejected(code)


def test_a_payment_is_stopped_in_writing() -> None:
    given(direct_payment, *so_far(AGREED)).when(STOPPED).then(
        DirectPaymentStopped(
            occurred_on=date(2027, 3, 1), decision_id=DECISION, ground="NOT_USED_FOR_PROVISION",
            takes_effect_on=date(2027, 4, 1), reasons="nothing was bought", **IDS,
        )
    )  # fmt: skip
    given(direct_payment, *so_far(AGREED, STOPPED)).when(STOPPED).then_nothing()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"takes_effect_on": date(2027, 2, 28)}, "stopped-before-notice"),
        ({"occurred_on": date(2026, 11, 1)}, "before-agreement"),
    ],
)
def test_a_stop_holds_together(changed: Any, code: str) -> None:
    given(direct_payment, *so_far(AGREED)).when(STOPPED.model_copy(update=changed)).then_rejected(code)


@pytest.mark.parametrize(
    "command",
    [REDUCED, REVIEWED, RequestDirectPaymentReview(payment_id=P, occurred_on=date(2027, 5, 1))],
    ids=lambda c: type(c).__name__,
)
def test_a_stopped_payment_is_neither_reduced_nor_reviewed(command: Command) -> None:
    events = so_far(AGREED, PAID, STOPPED)
    changed = command.model_copy(update={"decision_id": UUID(int=99)}) if command is REDUCED else command
    given(direct_payment, *events).when(changed).then_rejected("direct-payment-stopped")


def test_a_refused_payment_is_not_stopped() -> None:
    given(direct_payment, *so_far(REFUSED)).when(STOPPED).then_rejected("direct-payment-refused")


# --- reconsideration ---


def test_a_decision_is_reconsidered_once() -> None:
    events = so_far(AGREED, STOPPED)
    given(direct_payment, *events).when(ASKED).then(
        DirectPaymentReconsiderationRequested(
            occurred_on=date(2027, 3, 10), decision_id=DECISION, representations="we did buy it", **IDS
        )
    )
    events = so_far(AGREED, STOPPED, ASKED)
    given(direct_payment, *events).when(ASKED).then_nothing()
    given(direct_payment, *events).when(reconsidered("UPHELD")).then(
        DirectPaymentReconsidered(
            occurred_on=date(2027, 3, 20), decision_id=DECISION, outcome="UPHELD", reasons="looked again", **IDS
        )
    )
    events = so_far(AGREED, STOPPED, ASKED, reconsidered("UPHELD"))
    given(direct_payment, *events).when(reconsidered("UPHELD")).then_nothing()
    given(direct_payment, *events).when(reconsidered("CHANGED")).then_rejected("already-reconsidered")
    assert direct_payment.fold(events).status is Status.STOPPED


@pytest.mark.parametrize(("against", "amount"), [(STOPPED, 6000), (REDUCED, 6000)], ids=lambda c: type(c).__name__)
def test_a_changed_decision_is_undone(against: Command, amount: int) -> None:
    state = direct_payment.fold(so_far(AGREED, against, ASKED, reconsidered("CHANGED")))
    assert (state.status, state.amount, state.ends_on) == (Status.AGREED, Decimal(amount), None)


def test_after_a_changed_refusal_a_new_payment_is_agreed() -> None:
    state = direct_payment.fold(so_far(REFUSED, ASKED, reconsidered("CHANGED")))
    assert state.status is Status.REFUSED
    new = AGREED.model_copy(update={"payment_id": UUID(int=60)})
    given(direct_payment).reading(MAINTAINED).sent_at(LATER).when(new).then_types(DirectPaymentAgreed)


def test_reconsideration_is_of_something_that_was_decided_and_asked_for() -> None:
    given(direct_payment, *so_far(AGREED)).when(ASKED).then_rejected("nothing-to-reconsider")
    given(direct_payment, *so_far(AGREED)).when(reconsidered("UPHELD")).then_rejected("nothing-to-reconsider")
    events = so_far(AGREED, STOPPED)
    given(direct_payment, *events).when(reconsidered("UPHELD")).then_rejected("reconsideration-not-requested")
    unknown = ASKED.model_copy(update={"decision_id": UUID(int=999)})
    given(direct_payment, *events).when(unknown).then_rejected("no-such-decision")
    early = ASKED.model_copy(update={"occurred_on": date(2027, 2, 28)})
    given(direct_payment, *events).when(early).then_rejected("before-decision")
    events = so_far(AGREED, STOPPED, ASKED)
    unknown = reconsidered("UPHELD").model_copy(update={"decision_id": UUID(int=999)})
    given(direct_payment, *events).when(unknown).then_rejected("no-such-decision")
    early_answer = reconsidered("UPHELD").model_copy(update={"occurred_on": date(2027, 3, 9)})
    given(direct_payment, *events).when(early_answer).then_rejected("before-request")
