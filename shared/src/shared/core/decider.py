"""Deciders: what may happen (``decide``) and what it means for the rules (``evolve``). Pure.

A decider is a table of contents of one aggregate: for each command, when it is allowed, when it has
already happened, and what happens then. The same table answers "which commands are allowed now?".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Generic, TypeVar, get_args
from uuid import UUID

from .errors import Condition, Rejected
from .messages import Command, Event

S = TypeVar("S")

Guard = Callable[[Any], "Condition | None"]
"""Looks at a state alone: None if it allows the command, else the unmet condition."""


@dataclass(frozen=True)
class Reference:
    """Another stream of the same service whose state a decision needs as its third argument."""

    decider: Decider[Any]
    field: str
    """The command's field that holds the other stream's id."""


@dataclass(frozen=True)
class Decision:
    """One command of an aggregate."""

    command: type[Command]
    decide: Callable[..., Sequence[Event]]
    """``(command, state)`` or, with ``reads``, ``(command, state, other_state)`` → events, or raise Rejected."""
    when: Sequence[Guard] = ()
    """Conditions on the state alone; all unmet ones are reported together."""
    already: Callable[[Any, Any], bool] | None = None
    """``(command, state)``: it has happened already; the answer is no events."""
    opens: bool = False
    """May be the first command of a stream; others find nothing there (404)."""
    reads: Reference | None = None


@dataclass(frozen=True)
class Permission:
    """Whether a command is allowed in a state, and what is in its way."""

    command: type[Command]
    unmet: tuple[Condition, ...]

    @property
    def allowed(self) -> bool:
        return not self.unmet


@dataclass(frozen=True)
class Decider(Generic[S]):
    """One aggregate. ``key`` names the command field that holds the stream's id."""

    name: str
    key: str
    initial: S
    evolve: Callable[[S, Any], S]
    events: Any
    """The union of the aggregate's events (``A | B | C``)."""
    decisions: Sequence[Decision]
    _by_command: dict[type[Command], Decision] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_command", {d.command: d for d in self.decisions})

    @property
    def event_types(self) -> tuple[type[Event], ...]:
        return get_args(self.events) or (self.events,)

    def decision(self, command: type[Command]) -> Decision:
        return self._by_command[command]

    def stream(self, id: UUID | str) -> str:
        return f"{self.name}-{id}"

    def fold(self, events: Iterable[Event], state: S | None = None) -> S:
        return reduce(self.evolve, events, self.initial if state is None else state)

    def decide(self, command: Command, state: S, *other: Any) -> Sequence[Event]:
        """Events (it happened), none (it already had), or Rejected (a rule says no)."""
        decision = self._by_command[type(command)]
        if decision.already is not None and decision.already(command, state):
            return []
        if unmet := _unmet(decision, state):
            raise Rejected.all(unmet)
        return decision.decide(command, state, *other)

    def permissions(self, state: S) -> list[Permission]:
        """Every command of this aggregate with what stands in its way in this state."""
        return [Permission(d.command, tuple(_unmet(d, state))) for d in self.decisions]


def _unmet(decision: Decision, state: Any) -> list[Condition]:
    return [condition for guard in decision.when if (condition := guard(state)) is not None]
