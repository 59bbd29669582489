"""A move between authorities (SEND Regulations 2014, reg 15): told, the plan handed over, and taken over.

The authority the family leaves and the one it comes to each keep a move of their own: another authority's stream is not
there to be read. The plan itself follows by reaction: it ends in the one and opens in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan.cases import refuse_another_persons_case
from plan.dates import correct_at, once, refuse_before, refuse_future
from plan.notices import LaCode
from plan.plan import plan
from plan.serving import Recipient, Recipients, refuse_missing_recipients
from plan.state import Plan
from shared import (
    COME,
    UNFILLED,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    Event,
    NewId,
    NotBefore,
    Reference,
    Rejected,
)

# --- events ---


class MoveNotified(Event):
    """The authority learned that the family moves, or that the day or the place of the move has changed.

    ``old_la_aware_on`` is when it became aware; reg 15(2) counts from it if that was less than 15 working days before
    the move.
    """

    type: Literal["plan.move-notified"] = "plan.move-notified"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID
    moves_on: date
    to_la: str
    old_la_aware_on: Annotated[date, COME]


class MoveCalledOff(Event):
    """The family does not move after all."""

    type: Literal["plan.move-called-off"] = "plan.move-called-off"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID


class PlanTransferredOut(Event):
    """The plan was transferred to the authority the family moved to; this authority no longer maintains it."""

    type: Literal["plan.plan-transferred-out"] = "plan.plan-transferred-out"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID
    to_la: str
    moves_on: date


class PlanTransferredIn(Event):
    """Another authority's plan was transferred to this one, which maintains it from here on."""

    type: Literal["plan.plan-transferred-in"] = "plan.plan-transferred-in"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID
    from_la: str
    moved_on: Annotated[date, COME]
    plan_first_made_on: Annotated[date, COME]
    last_reviewed_on: Annotated[date | None, COME, NotBefore("plan_first_made_on")]


class TransferNoticeSent(Event):
    """The new authority told the family that it has the plan, if it will assess and when it will review (reg 15(4))."""

    type: Literal["plan.transfer-notice-sent"] = "plan.transfer-notice-sent"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID
    will_assess: bool
    review_on: Annotated[date, NotBefore("occurred_on")]
    recipients: tuple[Recipient, ...]


class MoveDateCorrected(DateCorrected):
    """A date of a move was wrong."""

    type: Literal["plan.move-date-corrected"] = "plan.move-date-corrected"
    case_id: UUID
    move_id: UUID


MoveEvent = (
    MoveNotified | MoveCalledOff | PlanTransferredOut | PlanTransferredIn | TransferNoticeSent | MoveDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class Move:
    move_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    moves_on: date | None = None
    to_la: str | None = None
    old_la_aware_on: date | None = None
    called_off_on: date | None = None
    transferred_out_on: date | None = None
    transferred_in_on: date | None = None
    family_told_on: date | None = None

    @property
    def ids(self) -> dict[str, UUID]:
        ids = {"case_id": self.case_id, "person_id": self.person_id, "plan_id": self.plan_id, "move_id": self.move_id}
        return {name: id for name, id in ids.items() if id is not None}


def evolve(state: Move, event: MoveEvent) -> Move:
    match event:
        case MoveNotified():
            return Move(
                event.move_id, event.case_id, event.person_id, event.plan_id, event.moves_on, event.to_la,
                event.old_la_aware_on,
            )  # fmt: skip
        case MoveCalledOff():
            return replace(state, called_off_on=event.occurred_on)
        case PlanTransferredOut():
            return replace(state, transferred_out_on=event.occurred_on)
        case PlanTransferredIn():
            return Move(
                event.move_id, event.case_id, event.person_id, event.plan_id, event.moved_on,
                transferred_in_on=event.occurred_on,
            )  # fmt: skip
        case TransferNoticeSent():
            return replace(state, family_told_on=event.occurred_on)
        case MoveDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class NotifyMove(Command):
    """Record that the family of a child with a plan moves to another authority."""

    case_id: UUID
    move_id: NewId = UNFILLED
    moves_on: date
    """May lie ahead."""
    to_la: LaCode
    old_la_aware_on: date | None = None
    """When the authority became aware; left out: on the day of this record (``occurred_on``)."""


class ChangeMove(Command):
    """Record that the move takes place on another day or goes elsewhere."""

    move_id: UUID
    moves_on: date
    to_la: LaCode


class CallOffMove(Command):
    """Record that the family does not move."""

    move_id: UUID


class TransferPlanOut(Command):
    """Hand the plan over to the new authority; this one stops maintaining it."""

    move_id: UUID


class ReceivePlanTransfer(Command):
    """Take over the plan of a family that moved here. ``occurred_on`` is the day of the transfer."""

    case_id: UUID
    person_id: UUID
    move_id: NewId = UNFILLED
    plan_id: NewId = UNFILLED
    from_la: LaCode
    moved_on: date
    plan_first_made_on: date
    last_reviewed_on: date | None = None
    """None where the former authority has not reviewed it yet."""


class SendTransferNotice(Command):
    """Tell the family that the plan was transferred, whether the authority will assess, and when it will review."""

    move_id: UUID
    will_assess: bool
    review_on: date
    recipients: Recipients


# --- decisions ---


def notify(command: NotifyMove, state: Move, of: Plan) -> Sequence[MoveEvent]:
    if not of.maintained:
        raise Rejected("no-plan", "No plan is maintained in this case; there is none to transfer.")
    _refuse_own_authority(command, command.to_la)
    aware = command.old_la_aware_on or command.occurred_on
    if aware > command.occurred_on:
        raise Rejected("aware-after-record", f"The authority cannot become aware on {aware}, after it was recorded.")
    return [
        MoveNotified(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            move_id=command.move_id,
            moves_on=command.moves_on,
            to_la=command.to_la,
            old_la_aware_on=aware,
        )
    ]


def _refuse_own_authority(command: Command, other: str) -> None:
    if other == command.by.la_code:
        raise Rejected("same-authority", f"{other} is your own authority; a move inside it transfers no plan.")


def change(command: ChangeMove, state: Move) -> Sequence[MoveEvent]:
    _refuse_own_authority(command, command.to_la)
    assert state.old_la_aware_on is not None
    return [
        MoveNotified(
            occurred_on=command.occurred_on,
            moves_on=command.moves_on,
            to_la=command.to_la,
            old_la_aware_on=state.old_la_aware_on,
            **state.ids,
        )
    ]


def call_off(command: CallOffMove, state: Move) -> Sequence[MoveEvent]:
    return [MoveCalledOff(occurred_on=command.occurred_on, **state.ids)]


def transfer_out(command: TransferPlanOut, state: Move) -> Sequence[MoveEvent]:
    assert state.moves_on is not None
    assert state.to_la is not None
    refuse_before(command.occurred_on, state.moves_on, code="transfer-before-move", what="the day of the move")
    return [
        PlanTransferredOut(occurred_on=command.occurred_on, to_la=state.to_la, moves_on=state.moves_on, **state.ids)
    ]


def receive(command: ReceivePlanTransfer, state: Move, of: Plan) -> Sequence[MoveEvent]:
    refuse_another_persons_case(command, case_id=command.case_id, person_id=command.person_id)
    if of.live:
        raise Rejected("plan-exists", "This child has a plan in your authority already; it cannot be transferred in.")
    _refuse_own_authority(command, command.from_la)
    refuse_future(command, command.moved_on, what="The day of the move")
    refuse_before(command.occurred_on, command.moved_on, code="transfer-before-move", what="the day of the move")
    made = command.plan_first_made_on
    refuse_before(command.occurred_on, made, code="transfer-before-plan", what="the plan was first made")
    if command.last_reviewed_on is not None:
        refuse_before(command.last_reviewed_on, made, code="review-before-plan", what="the plan was first made")
        refuse_before(command.occurred_on, command.last_reviewed_on, code="transfer-before-review", what="the review")
    return [
        PlanTransferredIn(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=command.person_id,
            plan_id=command.plan_id,
            move_id=command.move_id,
            from_la=command.from_la,
            moved_on=command.moved_on,
            plan_first_made_on=made,
            last_reviewed_on=command.last_reviewed_on,
        )
    ]


def send_notice(command: SendTransferNotice, state: Move) -> Sequence[MoveEvent]:
    refuse_before(command.occurred_on, state.transferred_in_on, code="notice-before-transfer", what="the transfer")
    refuse_before(command.review_on, command.occurred_on, code="review-before-notice", what="the day of the notice")
    refuse_missing_recipients(command.recipients, ())
    return [
        TransferNoticeSent(
            occurred_on=command.occurred_on,
            will_assess=command.will_assess,
            review_on=command.review_on,
            recipients=command.recipients,
            **state.ids,
        )
    ]


# --- conditions ---


def _absent(state: Move) -> Condition | None:
    if state.move_id is None:
        return None
    return Condition("move-exists", "There is a move with this id already; change it instead.")


def _leaving(state: Move) -> Condition | None:
    if state.to_la is not None:
        return None
    return Condition("not-leaving", "The family comes to your authority; only the authority it leaves does this.")


def _not_called_off(state: Move) -> Condition | None:
    if state.called_off_on is None:
        return None
    return Condition(
        "move-called-off", f"The move was called off on {state.called_off_on}; notify it afresh. {_CORRECT}"
    )


def _not_transferred(state: Move) -> Condition | None:
    if state.transferred_out_on is None:
        return None
    return Condition("already-transferred", f"The plan was transferred on {state.transferred_out_on}. {_CORRECT}")


_CORRECT = correct_at("/moves/{move_id}")

_family_not_told = once(lambda s: s.family_told_on, "notice-sent", "The family was told", _CORRECT)


def _received(state: Move) -> Condition | None:
    if state.transferred_in_on is not None:
        return None
    return Condition("not-received", "No plan was transferred to your authority by this move.")


_PLAN = Reference(plan, "case_id")

move = Decider(
    name="move",
    key="move_id",
    initial=Move(),
    evolve=evolve,
    events=MoveEvent,
    decisions=[
        Decision(NotifyMove, notify, when=[_absent], opens=True, reads=_PLAN),
        Decision(
            ChangeMove,
            change,
            when=[_leaving, _not_called_off, _not_transferred],
            already=lambda c, s: (s.moves_on, s.to_la) == (c.moves_on, c.to_la) and s.called_off_on is None,
        ),
        Decision(
            CallOffMove,
            call_off,
            when=[_leaving, _not_called_off, _not_transferred],
            already=lambda c, s: s.called_off_on == c.occurred_on,
        ),
        Decision(
            TransferPlanOut,
            transfer_out,
            when=[_leaving, _not_called_off, _not_transferred],
            already=lambda c, s: s.transferred_out_on == c.occurred_on,
        ),
        Decision(ReceivePlanTransfer, receive, when=[_absent], opens=True, reads=_PLAN),
        Decision(
            SendTransferNotice,
            send_notice,
            when=[_received, _family_not_told],
            already=lambda c, s: s.family_told_on == c.occurred_on,
        ),
    ],
)
