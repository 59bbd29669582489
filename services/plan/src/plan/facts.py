"""What every event of a plan's stream has in common, and how a command becomes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from plan.contents import Contents, Section, section_of
from plan.dates import correct_at
from plan.state import Plan, Status
from shared import Command, Condition, Event, Rejected

T = TypeVar("T")

Guard = Callable[[Plan], "Condition | None"]
"""Looks at a plan alone: None if it allows the command, else the unmet condition."""


class PlanFact(Event):
    """Something that happened to one plan of one child. A new plan after an old one has a new ``plan_id``."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID


class PlanCommand(Command):
    """A wish about the plan of a case."""

    case_id: UUID


def ids(command: Command, state: Plan) -> dict[str, Any]:
    """The fields every event starts with."""
    return {
        "occurred_on": command.occurred_on,
        "case_id": state.case_id,
        "person_id": state.person_id,
        "plan_id": state.plan_id,
    }


def told(event: type[PlanFact], command: Command, state: Plan, **more: Any) -> PlanFact:
    """The event with the plan's ids and every field it shares with the command, as sent; ``more`` says the rest."""
    same = {
        name: getattr(command, name)
        for name in event.model_fields
        if name in type(command).model_fields and name not in ("type", "occurred_on", "case_id", "person_id", "plan_id")
    }
    return event(**{**ids(command, state), **same, **more})


def becomes(event: type[PlanFact]) -> Callable[[Any, Plan], Sequence[PlanFact]]:
    """A decision without a rule of its own beyond its guards: the command is recorded as it was sent."""

    def decide(command: Any, state: Plan) -> Sequence[PlanFact]:
        return [told(event, command, state)]

    return decide


def with_item(items: tuple[T, ...], item: T) -> tuple[T, ...]:
    return items if item in items else (*items, item)


def without_item(items: tuple[T, ...], item: T) -> tuple[T, ...]:
    return tuple(i for i in items if i != item)


CORRECT = correct_at("/plans/{case_id}")

# --- guards that several parts of the table use ---


def live(state: Plan) -> Condition | None:
    return None if state.live else Condition("no-plan", _no_plan(state))


def maintained(state: Plan) -> Condition | None:
    if state.maintained:
        return None
    if state.status is Status.DRAFTING:
        return Condition("plan-not-final", "The plan is still a draft; issue the final plan first.")
    return Condition("no-plan", _no_plan(state))


def _no_plan(state: Plan) -> str:
    match state.status:
        case Status.CEASED:
            return f"The plan ceased on {state.ended_on}; open a new one if the child needs one again. {CORRECT}"
        case Status.TRANSFERRED_OUT:
            return f"The plan went to another authority on {state.ended_on}."
        case Status.CLOSED:
            return f"Drafting was closed on {state.ended_on} without a plan."
        case _:
            return "There is no plan."


def text_open(state: Plan) -> Condition | None:
    if state.work is not None:
        return None
    if state.maintained:
        return Condition(
            "plan-is-final",
            "The plan is final. Its text changes only through an amendment or a re-assessment: begin one first.",
        )
    return live(state)


def written(*sections: Section) -> Guard:
    """The text holds a clause in one of these sections; in any, if none is said."""
    where = f" in section {' or '.join(sections)}" if sections else ""

    def guard(state: Plan) -> Condition | None:
        if any(not sections or section_of(clause) in sections for clause in state.contents.clauses):
            return None
        return Condition("no-clause-yet", f"The text holds nothing{where} yet; write it first.")

    return guard


# --- checks that decisions share ---


def refuse_unknown(text: Contents, needs: Iterable[UUID] = (), outcomes: Iterable[UUID] = ()) -> None:
    """Refuse a link to a clause that is not in the plan."""
    if unknown := [n for n in needs if text.need(n) is None]:
        raise Rejected("no-such-need", f"No need of this plan has the id {_list(unknown)}.")
    if unknown := [o for o in outcomes if text.outcome(o) is None]:
        raise Rejected("no-such-outcome", f"No outcome of this plan has the id {_list(unknown)}.")


def _list(ids: Iterable[UUID]) -> str:
    return ", ".join(map(str, ids))
