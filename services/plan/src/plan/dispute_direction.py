"""What the Tribunal directs before it decides, and that it was done. A direction prevails over the rules' periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.dates import refuse_again, refuse_before
from plan.dispute_state import CORRECT, OPEN_APPEAL, Direction, DirectionKind, Dispute
from plan.notices import Text
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, NotBefore, Personal, Rejected

# --- events ---


class TribunalDirectionGiven(Event):
    """The Tribunal directed something by a day; a hearing is a direction due on the day of the hearing."""

    type: Literal["plan.tribunal-direction-given"] = "plan.tribunal-direction-given"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    direction_id: UUID
    direction: DirectionKind
    due_on: Annotated[date, NotBefore("occurred_on")]
    wording: Personal[str] | None = None


class TribunalDirectionComplied(Event):
    """The authority did what the Tribunal had directed."""

    type: Literal["plan.tribunal-direction-complied"] = "plan.tribunal-direction-complied"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    direction_id: UUID
    direction: DirectionKind
    after_1700: bool = False
    """It reached the Tribunal after 17:00: on the last day, that is too late (rule 12(1))."""


DirectionEvent = TribunalDirectionGiven | TribunalDirectionComplied


def evolve(state: Dispute, event: DirectionEvent) -> Dispute:
    appeal = state.the_appeal
    match event:
        case TribunalDirectionGiven():
            given = Direction(event.direction_id, event.direction, event.occurred_on, event.due_on)
            directions = (*appeal.directions, given)
        case TribunalDirectionComplied():
            directions = tuple(
                replace(d, complied_on=event.occurred_on, complied_after_1700=event.after_1700)
                if d.direction_id == event.direction_id
                else d
                for d in appeal.directions
            )
        case _ as never:
            assert_never(never)
    return replace(state, appeal=replace(appeal, directions=directions))


# --- commands ---


class GiveTribunalDirection(Command):
    """Record what the Tribunal directed the authority to do, and by when."""

    dispute_id: UUID
    direction_id: NewId = UNFILLED
    direction: DirectionKind
    due_on: date
    wording: Personal[Text] | None = None


class ComplyWithTribunalDirection(Command):
    """Record that a direction was complied with."""

    dispute_id: UUID
    direction_id: UUID
    after_1700: bool = Field(default=False, description="Whether it reached the Tribunal after 17:00 on that day.")


# --- decisions ---


def direct(command: GiveTribunalDirection, state: Dispute) -> Sequence[DirectionEvent]:
    before = _given_on(command, state)
    refuse_again(before, code="direction-given", what="This direction was given", to_correct=CORRECT)
    refuse_before(command.due_on, command.occurred_on, code="due-before-direction", what="the day of the direction")
    return [
        TribunalDirectionGiven(
            occurred_on=command.occurred_on,
            direction_id=command.direction_id,
            direction=command.direction,
            due_on=command.due_on,
            wording=command.wording,
            **state.ids,
        )
    ]


def comply(command: ComplyWithTribunalDirection, state: Dispute) -> Sequence[DirectionEvent]:
    given = state.the_appeal.direction(command.direction_id)
    if given is None:
        raise Rejected("no-such-direction", "The Tribunal gave no direction with that id in this appeal.")
    refuse_again(given.complied_on, code="complied-already", what="It was complied with", to_correct=CORRECT)
    return [
        TribunalDirectionComplied(
            occurred_on=command.occurred_on,
            direction_id=given.direction_id,
            direction=given.direction,
            after_1700=command.after_1700,
            **state.ids,
        )
    ]


def _given_on(command: GiveTribunalDirection, state: Dispute) -> date | None:
    directions = state.appeal.directions if state.appeal is not None else ()
    same = [d.given_on for d in directions if (d.direction, d.due_on) == (command.direction, command.due_on)]
    return same[-1] if same else None


# --- conditions ---


def _any_given(state: Dispute) -> Condition | None:
    if state.appeal is not None and state.appeal.directions:
        return None
    return Condition("no-direction", "The Tribunal has given no direction in this dispute.")


def _direction_complied(command: ComplyWithTribunalDirection, state: Dispute) -> bool:
    given = state.appeal.direction(command.direction_id) if state.appeal else None
    asked = (command.occurred_on, command.after_1700)
    return given is not None and (given.complied_on, given.complied_after_1700) == asked


decisions = [
    Decision(
        GiveTribunalDirection,
        direct,
        when=OPEN_APPEAL,
        already=lambda c, s: _given_on(c, s) == c.occurred_on,
    ),
    Decision(ComplyWithTribunalDirection, comply, when=[_any_given], already=_direction_complied),
]
