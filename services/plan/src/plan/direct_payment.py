"""Direct payments: money with which the family buys agreed provision itself (s.49; SI 2014/1652).

Agreed on conditions, made, reviewed within three months of the first payment and with every review of the plan.
``direct_payment_decisions`` has refusal, reduction, stop and reconsideration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan import direct_payment_decisions
from plan.dates import once, refuse_again, refuse_before
from plan.direct_payment_decisions import DecisionEvent
from plan.direct_payment_state import (
    CORRECT,
    SECTIONS,
    DirectPayment,
    Kind,
    Payment,
    Pounds,
    Status,
    absent,
    running,
)
from plan.notices import Short
from plan.plan import plan
from plan.state import Plan
from shared import (
    UNFILLED,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    Event,
    NewId,
    Personal,
    Reference,
    Rejected,
)

Recipient = Literal["PARENT", "YOUNG_PERSON", "NOMINEE"]
Occasion = Literal["FIRST_THREE_MONTHS", "PLAN_REVIEW", "REASSESSMENT", "ON_REQUEST", "OTHER"]
ReviewOutcome = Literal["CONTINUE", "INCREASE", "REDUCE", "STOP"]

# --- events ---


class DirectPaymentAgreed(Event):
    """The authority and the recipient agreed on a direct payment for named provision of the plan."""

    type: Literal["plan.direct-payment-agreed"] = "plan.direct-payment-agreed"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    recipient: Recipient
    nominee: Personal[str] | None = None
    kind: Kind
    provision_ids: tuple[UUID, ...]
    amount: Decimal
    """Pounds a year."""
    premises_consent: Literal["NOT_ON_PREMISES", "GIVEN"]


class DirectPaymentMade(Event):
    """Money was paid. From the first payment runs the three months of the first review (reg 11)."""

    type: Literal["plan.direct-payment-made"] = "plan.direct-payment-made"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    amount: Decimal
    """Pounds, of this payment."""
    first: bool


class DirectPaymentReviewRequested(Event):
    """The recipient asked the authority to review the arrangements (reg 11(4))."""

    type: Literal["plan.direct-payment-review-requested"] = "plan.direct-payment-review-requested"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID


class DirectPaymentReviewed(Event):
    """The use and the effect of the payments were reviewed (reg 11). A reduction or a stop is a decision of its own."""

    type: Literal["plan.direct-payment-reviewed"] = "plan.direct-payment-reviewed"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    occasion: Occasion
    review_id: UUID | None
    """Of the plan's review, where it was part of one."""
    outcome: ReviewOutcome
    amount: Decimal | None
    """With INCREASE: pounds a year from now on."""


class DirectPaymentDateCorrected(DateCorrected):
    """A date of a direct payment was wrong."""

    type: Literal["plan.direct-payment-date-corrected"] = "plan.direct-payment-date-corrected"
    case_id: UUID
    payment_id: UUID


DirectPaymentEvent = (
    DirectPaymentAgreed
    | DirectPaymentMade
    | DirectPaymentReviewRequested
    | DirectPaymentReviewed
    | DecisionEvent
    | DirectPaymentDateCorrected
)


def evolve(state: DirectPayment, event: DirectPaymentEvent) -> DirectPayment:
    if isinstance(event, DecisionEvent):
        return direct_payment_decisions.evolve(state, event)
    match event:
        case DirectPaymentAgreed():
            return DirectPayment(
                event.payment_id, event.case_id, event.person_id, event.plan_id, Status.AGREED, event.occurred_on,
                event.amount,
            )  # fmt: skip
        case DirectPaymentMade():
            return replace(state, paid=(*state.paid, Payment(event.occurred_on, event.amount)))
        case DirectPaymentReviewRequested():
            return replace(state, review_asked_on=event.occurred_on)
        case DirectPaymentReviewed():
            return replace(
                state,
                last_reviewed_on=event.occurred_on,
                last_outcome=event.outcome,
                review_asked_on=None,
                amount=event.amount if event.amount is not None else state.amount,
            )
        case DirectPaymentDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class AgreeDirectPayment(Command):
    """Agree on a direct payment. ``amount`` is in pounds a year; every condition of regs 5 to 9 must be met."""

    case_id: UUID
    payment_id: NewId = UNFILLED
    recipient: Recipient
    nominee: Personal[Short] | None = None
    kind: Kind
    provision_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]
    amount: Pounds
    consented_in_writing: bool
    recipient_can_manage: bool
    """Able to manage the payments, alone or with help available."""
    secures_agreed_provision: bool
    no_adverse_impact_on_others: bool
    efficient_use_of_resources: bool
    premises_consent: Literal["NOT_ON_PREMISES", "GIVEN", "NOT_GIVEN"]
    """Of the head or principal, where the provision is used or given in a school or college."""

    @model_validator(mode="after")
    def _nominee_has_a_name(self) -> Self:
        if (self.recipient == "NOMINEE") != (self.nominee is not None):
            raise ValueError("nominee goes with the recipient NOMINEE, and only with it")
        return self


class MakeDirectPayment(Command):
    """Record that money was paid. ``amount`` is what was paid, in pounds."""

    payment_id: UUID
    amount: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2, description="Pounds sterling")]


class RequestDirectPaymentReview(Command):
    """Record that the recipient asks for a review."""

    payment_id: UUID


class ReviewDirectPayment(Command):
    """Record a review of the payments and what came of it."""

    payment_id: UUID
    occasion: Occasion
    review_id: UUID | None = None
    outcome: ReviewOutcome
    amount: Pounds | None = None

    @model_validator(mode="after")
    def _increase_says_to_what(self) -> Self:
        if (self.outcome == "INCREASE") != (self.amount is not None):
            raise ValueError("amount goes with the outcome INCREASE, and only with it")
        return self


# --- decisions ---


def agree(command: AgreeDirectPayment, state: DirectPayment, of: Plan) -> Sequence[DirectPaymentEvent]:
    if unmet := _unmet(command, of):
        raise Rejected.all(unmet)
    assert command.premises_consent != "NOT_GIVEN"
    return [
        DirectPaymentAgreed(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            payment_id=command.payment_id,
            recipient=command.recipient,
            nominee=command.nominee,
            kind=command.kind,
            provision_ids=command.provision_ids,
            amount=command.amount,
            premises_consent=command.premises_consent,
        )
    ]


def _unmet(command: AgreeDirectPayment, of: Plan) -> list[Condition]:
    """Everything that is in the way, so that it can be mended in one go."""
    if not of.live:
        return [Condition("no-plan", "No plan is maintained or being drafted in this case.")]
    found = [of.contents.provision(id) for id in command.provision_ids]
    fits = {
        "no-such-provision": (all(found), "The plan has no provision with one of these ids."),
        "provision-of-another-kind": (
            all(p is None or p.section in SECTIONS[command.kind] for p in found),
            f"A payment of kind {command.kind} pays for provision in section "
            f"{', '.join(sorted(SECTIONS[command.kind]))} only.",
        ),
        "no-written-consent": (command.consented_in_writing, "The recipient has not consented in writing."),
        "recipient-cannot-manage": (command.recipient_can_manage, "The recipient cannot manage the payments."),
        "provision-not-secured": (
            command.secures_agreed_provision,
            "The payment would not secure the agreed provision.",
        ),
        "adverse-impact": (
            command.no_adverse_impact_on_others,
            "The payment would harm what the authority provides for other children.",
        ),
        "inefficient-use": (
            command.efficient_use_of_resources,
            "The payment would not be an efficient use of resources.",
        ),
        "no-premises-consent": (
            command.premises_consent != "NOT_GIVEN",
            "The head or principal has not consented to provision on the premises (reg 9).",
        ),
    }
    return [
        Condition(code, f"{words} Mend it or refuse the payment.") for code, (met, words) in fits.items() if not met
    ]


def pay(command: MakeDirectPayment, state: DirectPayment) -> Sequence[DirectPaymentEvent]:
    refuse_before(command.occurred_on, state.agreed_on, code="before-agreement", what="the direct payment was agreed")
    if state.ends_on is not None and command.occurred_on >= state.ends_on:
        raise Rejected("direct-payment-stopped", f"The direct payment was stopped from {state.ends_on}.")
    return [
        DirectPaymentMade(occurred_on=command.occurred_on, amount=command.amount, first=not state.paid, **state.ids)
    ]


def ask_for_review(command: RequestDirectPaymentReview, state: DirectPayment) -> Sequence[DirectPaymentEvent]:
    return [DirectPaymentReviewRequested(occurred_on=command.occurred_on, **state.ids)]


def review(command: ReviewDirectPayment, state: DirectPayment) -> Sequence[DirectPaymentEvent]:
    if command.occasion == "ON_REQUEST" and state.review_asked_on is None:
        raise Rejected("review-not-requested", "The recipient has not asked for a review; record that first.")
    if state.last_reviewed_on == command.occurred_on:
        what = f"A review with the outcome {state.last_outcome} is recorded"
        refuse_again(state.last_reviewed_on, code="review-recorded", what=what, to_correct=CORRECT)
    refuse_before(command.occurred_on, state.paid[0].on, code="before-first-payment", what="the first payment")
    if command.amount is not None and state.amount is not None and command.amount <= state.amount:
        raise Rejected("not-an-increase", f"£{command.amount} a year is not more than the £{state.amount} paid now.")
    return [
        DirectPaymentReviewed(
            occurred_on=command.occurred_on,
            occasion=command.occasion,
            review_id=command.review_id,
            outcome=command.outcome,
            amount=command.amount,
            **state.ids,
        )
    ]


# --- conditions ---


def _not_refused(state: DirectPayment) -> Condition | None:
    return None if state.status is Status.STOPPED else running(state)


def _something_paid(state: DirectPayment) -> Condition | None:
    if state.paid:
        return None
    return Condition("nothing-paid", "No payment has been made yet; there is nothing to review.")


_no_review_asked_for = once(
    lambda s: s.review_asked_on, "review-asked-for", "A review is waited for that was asked for", CORRECT
)

direct_payment = Decider(
    name="direct-payment",
    key="payment_id",
    initial=DirectPayment(),
    evolve=evolve,
    events=DirectPaymentEvent,
    decisions=[
        Decision(AgreeDirectPayment, agree, when=[absent], opens=True, reads=Reference(plan, "case_id")),
        Decision(
            MakeDirectPayment,
            pay,
            # Until a stop takes effect payments go on, so that is looked at with the day of the payment.
            when=[_not_refused],
            already=lambda c, s: Payment(c.occurred_on, c.amount) in s.paid,
        ),
        Decision(
            RequestDirectPaymentReview,
            ask_for_review,
            when=[running, _no_review_asked_for],
            already=lambda c, s: s.review_asked_on == c.occurred_on,
        ),
        Decision(
            ReviewDirectPayment,
            review,
            when=[running, _something_paid],
            already=lambda c, s: (s.last_reviewed_on, s.last_outcome) == (c.occurred_on, c.outcome),
        ),
        *direct_payment_decisions.decisions,
    ],
)
