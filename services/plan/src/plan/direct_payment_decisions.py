"""Decisions against a recipient of direct payments: refused, reduced, stopped, reconsidered once (regs 7, 12, 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan.dates import refuse_again, refuse_before
from plan.direct_payment_state import (
    CORRECT,
    AdverseDecision,
    DirectPayment,
    Kind,
    Pounds,
    Status,
    absent,
    running,
)
from plan.notices import Text
from plan.plan import plan
from plan.state import Plan
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, NotBefore, Personal, Reference, Rejected

StopGround = Literal[
    "CONSENT_WITHDRAWN",
    "RECIPIENT_CANNOT_MANAGE",
    "NOT_USED_FOR_PROVISION",
    "ADVERSE_IMPACT_ON_OTHERS",
    "PREMISES_CONSENT_WITHDRAWN",
    "PROVISION_NO_LONGER_IN_PLAN",
    "PLAN_ENDED",
    "OTHER",
]

# --- events ---


class DirectPaymentRefused(Event):
    """A direct payment was refused, in writing, with reasons and the right to have the refusal reconsidered (reg 7)."""

    type: Literal["plan.direct-payment-refused"] = "plan.direct-payment-refused"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    decision_id: UUID
    kind: Kind
    reasons: Personal[str]


class DirectPaymentReduced(Event):
    """The recipient was given notice that the payment is reduced from ``takes_effect_on`` (reg 12)."""

    type: Literal["plan.direct-payment-reduced"] = "plan.direct-payment-reduced"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    decision_id: UUID
    amount_before: Decimal
    amount: Decimal
    takes_effect_on: Annotated[date, NotBefore("occurred_on")]
    reasons: Personal[str]


class DirectPaymentStopped(Event):
    """The recipient was given notice that the payment stops from ``takes_effect_on`` (reg 14)."""

    type: Literal["plan.direct-payment-stopped"] = "plan.direct-payment-stopped"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    decision_id: UUID
    ground: StopGround
    takes_effect_on: Annotated[date, NotBefore("occurred_on")]
    reasons: Personal[str]


class DirectPaymentReconsiderationRequested(Event):
    """The recipient asked the authority to reconsider a refusal, a reduction or a stop."""

    type: Literal["plan.direct-payment-reconsideration-requested"] = "plan.direct-payment-reconsideration-requested"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    decision_id: UUID
    representations: Personal[str] | None = None


class DirectPaymentReconsidered(Event):
    """The authority answered in writing. CHANGED undoes the decision; after a refusal a new payment is then agreed."""

    type: Literal["plan.direct-payment-reconsidered"] = "plan.direct-payment-reconsidered"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    payment_id: UUID
    decision_id: UUID
    outcome: Literal["UPHELD", "CHANGED"]
    reasons: Personal[str]


DecisionEvent = (
    DirectPaymentRefused
    | DirectPaymentReduced
    | DirectPaymentStopped
    | DirectPaymentReconsiderationRequested
    | DirectPaymentReconsidered
)


def evolve(state: DirectPayment, event: DecisionEvent) -> DirectPayment:
    match event:
        case DirectPaymentRefused():
            refused = AdverseDecision(event.decision_id, "REFUSED", event.occurred_on)
            return DirectPayment(
                event.payment_id, event.case_id, event.person_id, event.plan_id, Status.REFUSED, decisions=(refused,)
            )
        case DirectPaymentReduced():
            reduced = AdverseDecision(event.decision_id, "REDUCED", event.occurred_on, event.amount_before)
            return replace(state, amount=event.amount, decisions=(*state.decisions, reduced))
        case DirectPaymentStopped():
            stopped = AdverseDecision(event.decision_id, "STOPPED", event.occurred_on)
            return replace(
                state,
                status=Status.STOPPED,
                ends_on=event.takes_effect_on,
                decisions=(*state.decisions, stopped),
            )
        case DirectPaymentReconsiderationRequested():
            return _with(state, event.decision_id, lambda d: replace(d, asked_on=event.occurred_on))
        case DirectPaymentReconsidered():
            return _reconsidered(state, event)
        case _ as never:
            assert_never(never)


def _reconsidered(state: DirectPayment, event: DirectPaymentReconsidered) -> DirectPayment:
    of = state.decision(event.decision_id)
    state = _with(state, event.decision_id, lambda d: replace(d, outcome=event.outcome, answered_on=event.occurred_on))
    if of is None or event.outcome == "UPHELD":
        return state
    match of.kind:
        case "REDUCED":
            return replace(state, amount=of.amount_before)
        case "STOPPED":
            return replace(state, status=Status.AGREED, ends_on=None)
        case "REFUSED":
            return state
        case _ as never:
            assert_never(never)


def _with(
    state: DirectPayment, decision_id: UUID, change: Callable[[AdverseDecision], AdverseDecision]
) -> DirectPayment:
    decisions = tuple(change(d) if d.decision_id == decision_id else d for d in state.decisions)
    return replace(state, decisions=decisions)


# --- commands ---


class RefuseDirectPayment(Command):
    """Refuse a direct payment, giving the reasons and the right to have the refusal reconsidered."""

    case_id: UUID
    payment_id: NewId = UNFILLED
    decision_id: NewId = UNFILLED
    kind: Kind
    reasons: Personal[Text]
    reconsideration_right_stated: bool


class ReduceDirectPayment(Command):
    """Give the recipient reasonable notice that the payment is reduced, and why. ``amount`` is the new yearly sum."""

    payment_id: UUID
    decision_id: NewId = UNFILLED
    amount: Pounds
    takes_effect_on: date
    reasons: Personal[Text]
    reconsideration_right_stated: bool


class StopDirectPayment(Command):
    """Give the recipient notice in writing that the payment stops, and why."""

    payment_id: UUID
    decision_id: NewId = UNFILLED
    ground: StopGround
    takes_effect_on: date
    reasons: Personal[Text]
    reconsideration_right_stated: bool


class RequestDirectPaymentReconsideration(Command):
    """Record that the recipient asks the authority to reconsider a decision."""

    payment_id: UUID
    decision_id: UUID
    representations: Personal[Text] | None = None


class ReconsiderDirectPayment(Command):
    """Answer a request for reconsideration in writing."""

    payment_id: UUID
    decision_id: UUID
    outcome: Literal["UPHELD", "CHANGED"]
    reasons: Personal[Text]


# --- decisions ---


def _refuse_without_right(stated: bool) -> None:
    if not stated:
        raise Rejected(
            "reconsideration-right-not-stated",
            "The notice must state the right to have the decision reconsidered; mend it before it is sent.",
        )


def refuse(command: RefuseDirectPayment, state: DirectPayment, of: Plan) -> Sequence[DecisionEvent]:
    if not of.live:
        raise Rejected("no-plan", "No plan is maintained or being drafted in this case.")
    _refuse_without_right(command.reconsideration_right_stated)
    return [
        DirectPaymentRefused(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            payment_id=command.payment_id,
            decision_id=command.decision_id,
            kind=command.kind,
            reasons=command.reasons,
        )
    ]


def reduce(command: ReduceDirectPayment, state: DirectPayment) -> Sequence[DecisionEvent]:
    assert state.amount is not None
    _refuse_without_right(command.reconsideration_right_stated)
    _refuse_before_agreement(command, state)
    what = f"Notice of a reduction to £{command.amount} a year was given"
    refuse_again(state.reduced_on(command.amount), code="reduced-already", what=what, to_correct=CORRECT)
    if command.amount >= state.amount:
        raise Rejected("not-a-reduction", f"£{command.amount} a year is not less than the £{state.amount} paid now.")
    if command.takes_effect_on <= command.occurred_on:
        raise Rejected(
            "no-reasonable-notice", "A reduction needs reasonable notice: it takes effect after the day of the notice."
        )
    return [
        DirectPaymentReduced(
            occurred_on=command.occurred_on,
            decision_id=command.decision_id,
            amount_before=state.amount,
            amount=command.amount,
            takes_effect_on=command.takes_effect_on,
            reasons=command.reasons,
            **state.ids,
        )
    ]


def _refuse_before_agreement(command: Command, state: DirectPayment) -> None:
    refuse_before(command.occurred_on, state.agreed_on, code="before-agreement", what="the direct payment was agreed")


def stop(command: StopDirectPayment, state: DirectPayment) -> Sequence[DecisionEvent]:
    _refuse_without_right(command.reconsideration_right_stated)
    _refuse_before_agreement(command, state)
    refuse_before(command.takes_effect_on, command.occurred_on, code="stopped-before-notice", what="the notice")
    return [
        DirectPaymentStopped(
            occurred_on=command.occurred_on,
            decision_id=command.decision_id,
            ground=command.ground,
            takes_effect_on=command.takes_effect_on,
            reasons=command.reasons,
            **state.ids,
        )
    ]


def _decision(
    command: RequestDirectPaymentReconsideration | ReconsiderDirectPayment, state: DirectPayment
) -> AdverseDecision:
    found = state.decision(command.decision_id)
    if found is None:
        raise Rejected("no-such-decision", "No refusal, reduction or stop of this direct payment has that id.")
    return found


def ask(command: RequestDirectPaymentReconsideration, state: DirectPayment) -> Sequence[DecisionEvent]:
    found = _decision(command, state)
    what = "Reconsidering this was asked for"
    refuse_again(found.asked_on, code="reconsideration-requested", what=what, to_correct=CORRECT)
    refuse_before(command.occurred_on, found.notified_on, code="before-decision", what="the decision")
    return [
        DirectPaymentReconsiderationRequested(
            occurred_on=command.occurred_on,
            decision_id=found.decision_id,
            representations=command.representations,
            **state.ids,
        )
    ]


def reconsider(command: ReconsiderDirectPayment, state: DirectPayment) -> Sequence[DecisionEvent]:
    found = _decision(command, state)
    if found.asked_on is None:
        raise Rejected("reconsideration-not-requested", "The recipient has not asked to have this reconsidered.")
    if found.outcome is not None:
        raise Rejected(
            "already-reconsidered",
            f"This was reconsidered on {found.answered_on} ({found.outcome}); there is no second time. {CORRECT}",
        )
    refuse_before(command.occurred_on, found.asked_on, code="before-request", what="the request for reconsideration")
    return [
        DirectPaymentReconsidered(
            occurred_on=command.occurred_on,
            decision_id=found.decision_id,
            outcome=command.outcome,
            reasons=command.reasons,
            **state.ids,
        )
    ]


# --- conditions ---


def _has_decision(state: DirectPayment) -> Condition | None:
    if state.decisions:
        return None
    return Condition("nothing-to-reconsider", "Nothing was refused, reduced or stopped.")


def _asked_to_reconsider(state: DirectPayment) -> Condition | None:
    if not state.decisions or any(d.asked_on is not None and d.outcome is None for d in state.decisions):
        return None
    answers = [d.answered_on for d in state.decisions if d.answered_on is not None]
    if answers:
        return Condition(
            "already-reconsidered",
            f"What was to be reconsidered was, on {max(answers)}; there is no second time. {CORRECT}",
        )
    return Condition("reconsideration-not-requested", "The recipient has not asked to have anything reconsidered.")


def _asked(command: RequestDirectPaymentReconsideration, state: DirectPayment) -> bool:
    found = state.decision(command.decision_id)
    return found is not None and found.asked_on == command.occurred_on


def _answered(command: ReconsiderDirectPayment, state: DirectPayment) -> bool:
    found = state.decision(command.decision_id)
    return found is not None and (found.answered_on, found.outcome) == (command.occurred_on, command.outcome)


decisions = [
    Decision(RefuseDirectPayment, refuse, when=[absent], opens=True, reads=Reference(plan, "case_id")),
    Decision(
        ReduceDirectPayment,
        reduce,
        when=[running],
        already=lambda c, s: s.reduced_on(c.amount) == c.occurred_on,
    ),
    Decision(
        StopDirectPayment,
        stop,
        when=[running],
        already=lambda c, s: (s.stopped_on, s.ends_on) == (c.occurred_on, c.takes_effect_on),
    ),
    Decision(RequestDirectPaymentReconsideration, ask, when=[_has_decision], already=_asked),
    Decision(ReconsiderDirectPayment, reconsider, when=[_has_decision, _asked_to_reconsider], already=_answered),
]
