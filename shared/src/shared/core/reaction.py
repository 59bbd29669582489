"""Reactions: another service's event, as our own commands. Pure; the flow carries them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from .messages import Command, Incoming


@dataclass(frozen=True)
class Reaction:
    """When ``event`` is read from topic ``to``, ``then`` says which commands follow."""

    to: str
    event: type[Incoming]
    then: Callable[[Any], Sequence[Command]]

    @property
    def name(self) -> str:
        return self.then.__name__

    @property
    def event_type(self) -> str:
        return str(get_args(self.event.model_fields["type"].annotation)[0])


def react(*, to: str, event: type[Incoming], then: Callable[[Any], Sequence[Command]]) -> Reaction:
    return Reaction(to, event, then)
