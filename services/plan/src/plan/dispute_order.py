"""The Tribunal's order, doing what it says, and asking the Tribunal to look again (reg 44; HESC Rules 45 to 49)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan.dates import refuse_again, refuse_before, refuse_future
from plan.dispute_state import (
    ACTS,
    CORRECT,
    OPEN_APPEAL,
    Act,
    AppealType,
    Application,
    Dispute,
    OrderType,
    Owed,
)
from shared import COME, UNFILLED, Command, Condition, Decision, Event, NewId, NotBefore, Rejected

Outcome = Literal["UPHELD", "PART_UPHELD", "DISMISSED"]

ApplicationKind = Literal["PERMISSION_TO_APPEAL", "REVIEW", "SET_ASIDE"]
"""To the Upper Tribunal on a point of law (rule 46); review (rule 49); setting aside (rule 45)."""

# --- events ---


class TribunalOrderMade(Event):
    """The Tribunal made its order, dated this day; the periods of reg 44 run from it.

    ``directed_until`` is the last day of another period the Tribunal directed, which then prevails (reg 44(1)).
    """

    type: Literal["plan.tribunal-order-made"] = "plan.tribunal-order-made"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    appeal_type: AppealType
    order_types: tuple[OrderType, ...]
    outcome: Outcome
    by_consent: bool
    directed_until: Annotated[date | None, NotBefore("occurred_on")]
    sent_on: Annotated[date, COME, NotBefore("occurred_on")]
    """The written reasons went to the parties; an application to the Tribunal counts from it."""
    decision_id: UUID | None
    request_id: UUID | None
    plan_id: UUID | None


class TribunalOrderComplied(Event):
    """The authority did one of the acts it owes under an order, or under a concession (reg 45)."""

    type: Literal["plan.tribunal-order-complied"] = "plan.tribunal-order-complied"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    act: Act


class FttReviewOrPermissionApplied(Event):
    """A party asked the Tribunal for permission to appeal, for a review, or to set its decision aside."""

    type: Literal["plan.ftt-review-or-permission-applied"] = "plan.ftt-review-or-permission-applied"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    application_id: UUID
    kind: ApplicationKind
    applied_by: Literal["FAMILY", "LA"]
    after_1700: bool = False
    """It reached the Tribunal after 17:00: on the last day, that is too late (rule 12(1))."""


class FttReviewOrPermissionDecided(Event):
    """The Tribunal decided on such an application. Set aside, its order falls and the appeal is open again."""

    type: Literal["plan.ftt-review-or-permission-decided"] = "plan.ftt-review-or-permission-decided"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    application_id: UUID
    outcome: Literal["REFUSED", "PERMISSION_GIVEN", "SET_ASIDE"]


OrderEvent = TribunalOrderMade | TribunalOrderComplied | FttReviewOrPermissionApplied | FttReviewOrPermissionDecided


def evolve(state: Dispute, event: OrderEvent) -> Dispute:
    match event:
        case TribunalOrderMade():
            made = Owed(event.order_id, event.order_types, event.occurred_on, by_order=True)
            return replace(state, owed=(*state.owed, made))
        case TribunalOrderComplied():
            return replace(
                state,
                owed=tuple(
                    replace(o, acts_done={**o.acts_done, event.act: event.occurred_on})
                    if o.order_id == event.order_id
                    else o
                    for o in state.owed
                ),
            )
        case FttReviewOrPermissionApplied():
            applied = Application(
                event.application_id, event.kind, event.applied_by, event.occurred_on, event.after_1700
            )
            return replace(state, applications=(*state.applications, applied))
        case FttReviewOrPermissionDecided():
            applications = tuple(
                replace(a, outcome=event.outcome, decided_on=event.occurred_on)
                if a.application_id == event.application_id
                else a
                for a in state.applications
            )
            owed = tuple(
                replace(o, set_aside=True) if event.outcome == "SET_ASIDE" and o.order_id == event.order_id else o
                for o in state.owed
            )
            return replace(state, applications=applications, owed=owed)
        case _ as never:
            assert_never(never)


# --- commands ---


class MakeTribunalOrder(Command):
    """Record the Tribunal's order. ``occurred_on`` is the date on the order."""

    dispute_id: UUID
    order_id: NewId = UNFILLED
    order_types: Annotated[tuple[OrderType, ...], Field(min_length=1)]
    outcome: Outcome
    by_consent: bool = False
    directed_until: date | None = None
    sent_on: date | None = None
    """When the written reasons were sent; left out: on the date of the order."""

    @model_validator(mode="after")
    def _holds_together(self) -> MakeTribunalOrder:
        types = set(self.order_types)
        if len(types) > 1 and types != {OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT}:
            raise ValueError("only AMEND_CONTENT and AMEND_PLACEMENT are ordered together")
        dismissed = bool(types & {OrderType.DISMISS, OrderType.DISMISS_CEASE})
        if dismissed != (self.outcome == "DISMISSED"):
            raise ValueError("an appeal is DISMISSED by DISMISS or DISMISS_CEASE and by no other order")
        return self


class ComplyWithTribunalOrder(Command):
    """Record an act by which the authority complied with an order or a concession."""

    dispute_id: UUID
    order_id: UUID
    act: Act


class ApplyForFttReviewOrPermission(Command):
    """Record an application to the Tribunal about its decision."""

    dispute_id: UUID
    application_id: NewId = UNFILLED
    kind: ApplicationKind
    applied_by: Literal["FAMILY", "LA"]
    after_1700: bool = Field(default=False, description="Whether it reached the Tribunal after 17:00 on that day.")


class DecideFttReviewOrPermission(Command):
    """Record what the Tribunal decided on an application."""

    dispute_id: UUID
    application_id: UUID
    outcome: Literal["REFUSED", "PERMISSION_GIVEN", "SET_ASIDE"]


# --- decisions ---

_AMENDMENTS = frozenset({OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT, OrderType.DISMISS})

_ORDERS: dict[AppealType, frozenset[OrderType]] = {
    AppealType.REFUSAL_TO_ASSESS: frozenset({OrderType.ASSESS, OrderType.DISMISS}),
    AppealType.REFUSAL_TO_REASSESS: frozenset({OrderType.ASSESS, OrderType.DISMISS}),
    AppealType.REFUSAL_TO_ISSUE: frozenset({OrderType.MAKE_PLAN, OrderType.RECONSIDER, OrderType.DISMISS}),
    AppealType.CONTENTS: _AMENDMENTS,
    AppealType.REFUSAL_TO_AMEND: _AMENDMENTS,
    AppealType.PLACEMENT: frozenset({OrderType.AMEND_PLACEMENT, OrderType.DISMISS}),
    AppealType.CEASE: frozenset({OrderType.DISMISS_CEASE, OrderType.CONTINUE, OrderType.CONTINUE_AND_AMEND}),
}
"""What the Tribunal can order on each kind of appeal (reg 43(2), reg 44(2))."""


def make(command: MakeTribunalOrder, state: Dispute) -> Sequence[OrderEvent]:
    appeal = state.the_appeal
    if wrong := [t for t in command.order_types if t not in _ORDERS[appeal.appeal_type]]:
        raise Rejected(
            "order-does-not-fit-appeal",
            f"{', '.join(wrong)} cannot be ordered on an appeal of type {appeal.appeal_type}; possible are "
            f"{', '.join(sorted(_ORDERS[appeal.appeal_type]))}.",
        )
    refuse_before(command.occurred_on, appeal.registered_on, code="order-before-appeal", what="the appeal")
    sent_on = command.sent_on or command.occurred_on
    refuse_before(sent_on, command.occurred_on, code="sent-before-order", what="the date of the order")
    refuse_future(command, sent_on, what="The day on which the decision was sent")
    if command.directed_until is not None:
        refuse_before(
            command.directed_until, command.occurred_on, code="period-before-order", what="the date of the order"
        )
    return [
        TribunalOrderMade(
            occurred_on=command.occurred_on,
            order_id=command.order_id,
            appeal_type=appeal.appeal_type,
            order_types=command.order_types,
            outcome=command.outcome,
            by_consent=command.by_consent,
            directed_until=command.directed_until,
            sent_on=sent_on,
            decision_id=state.the_matter.decision_id,
            request_id=state.the_matter.request_id,
            plan_id=state.the_matter.plan_id,
            **state.ids,
        )
    ]


def comply(command: ComplyWithTribunalOrder, state: Dispute) -> Sequence[OrderEvent]:
    owed = state.owed_under(command.order_id)
    if owed is None:
        raise Rejected("no-such-order", "This dispute has no order and no concession with that id.")
    if owed.set_aside:
        raise Rejected("order-set-aside", "The Tribunal set this order aside; nothing is owed under it.")
    done = owed.acts_done.get(command.act)
    refuse_again(done, code="act-done", what=f"{command.act} was done", to_correct=CORRECT)
    refuse_before(command.occurred_on, owed.since, code="complied-before-order", what="the order or concession")
    if command.act not in owed.acts:
        possible = ", ".join(sorted(act for kind in owed.types for act in ACTS[kind]))
        raise Rejected(
            "act-not-owed",
            f"{command.act} is not what {', '.join(owed.types)} asks for; it asks for {possible or 'nothing'}.",
        )
    return [
        TribunalOrderComplied(occurred_on=command.occurred_on, order_id=owed.order_id, act=command.act, **state.ids)
    ]


def apply(command: ApplyForFttReviewOrPermission, state: Dispute) -> Sequence[OrderEvent]:
    order = _standing(state)
    waiting = _waiting(command, state)
    made_on = waiting.applied_on if waiting else None
    refuse_again(made_on, code="application-open", what="This application was made", to_correct=CORRECT)
    refuse_before(command.occurred_on, order.since, code="application-before-order", what="the date of the order")
    return [
        FttReviewOrPermissionApplied(
            occurred_on=command.occurred_on,
            order_id=order.order_id,
            application_id=command.application_id,
            kind=command.kind,
            applied_by=command.applied_by,
            after_1700=command.after_1700,
            **state.ids,
        )
    ]


def decide_application(command: DecideFttReviewOrPermission, state: Dispute) -> Sequence[OrderEvent]:
    found = next((a for a in state.applications if a.application_id == command.application_id), None)
    if found is None:
        raise Rejected("no-such-application", "No application with that id was made to the Tribunal in this dispute.")
    what = f"This application was decided ({found.outcome})"
    refuse_again(found.decided_on, code="application-decided", what=what, to_correct=CORRECT)
    if command.outcome == "PERMISSION_GIVEN" and found.kind != "PERMISSION_TO_APPEAL":
        raise Rejected("outcome-does-not-fit", f"Permission is not what an application of kind {found.kind} asks for.")
    return [
        FttReviewOrPermissionDecided(
            occurred_on=command.occurred_on,
            order_id=_standing(state).order_id,
            application_id=found.application_id,
            outcome=command.outcome,
            **state.ids,
        )
    ]


def _standing(state: Dispute) -> Owed:
    assert state.order is not None
    return state.order


# --- conditions ---


def order_stands(state: Dispute) -> Condition | None:
    if state.order is not None:
        return None
    return Condition("no-order", "The Tribunal has made no order that stands in this dispute.")


def _something_owed(state: Dispute) -> Condition | None:
    if state.owed:
        return None
    return Condition("nothing-owed", "There is neither an order nor a concession in this dispute.")


def _has_application(state: Dispute) -> Condition | None:
    if state.applications:
        return None
    return Condition("no-application", "No application about the decision was made to the Tribunal.")


def _act_done(command: ComplyWithTribunalOrder, state: Dispute) -> bool:
    owed = state.owed_under(command.order_id)
    return owed is not None and owed.acts_done.get(command.act) == command.occurred_on


def _waiting(command: ApplyForFttReviewOrPermission, state: Dispute) -> Application | None:
    """Such an application that waits for its decision."""
    open_ones = [a for a in state.applications if a.decided_on is None]
    same = [a for a in open_ones if (a.kind, a.by) == (command.kind, command.applied_by)]
    return same[-1] if same else None


def _applied_so(command: ApplyForFttReviewOrPermission, state: Dispute) -> bool:
    waiting = _waiting(command, state)
    asked = (command.occurred_on, command.after_1700)
    return waiting is not None and (waiting.applied_on, waiting.after_1700) == asked


def _decided_so(command: DecideFttReviewOrPermission, state: Dispute) -> bool:
    asked = (command.application_id, command.outcome, command.occurred_on)
    return any((a.application_id, a.outcome, a.decided_on) == asked for a in state.applications)


decisions = [
    Decision(
        MakeTribunalOrder,
        make,
        when=OPEN_APPEAL,
        already=lambda c, s: s.order is not None and (s.order.types, s.order.since) == (c.order_types, c.occurred_on),
    ),
    Decision(ComplyWithTribunalOrder, comply, when=[_something_owed], already=_act_done),
    Decision(
        ApplyForFttReviewOrPermission,
        apply,
        when=[order_stands],
        already=_applied_so,
    ),
    Decision(
        DecideFttReviewOrPermission,
        decide_application,
        when=[_has_application, order_stands],
        already=_decided_so,
    ),
]
