"""One thing somebody does: a command with its day, its hour and its author. Pure; ``replay`` sends it.

Ids that services make follow from the Idempotency-Key, so a later step can name what an earlier one made without
asking. What only another service's reaction makes is named by ``Seen``: the event of a stream that tells it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.core.ids import derived_id


@dataclass(frozen=True, slots=True)
class Who:
    """A role and a user of it, as a token names them. ``org`` is the authority's code unless told."""

    role: str
    user: str
    org: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A field of the first event of that type in a stream's history whose fields are as ``where`` says."""

    service: str
    history: str
    """Path of the stream's history."""
    type: str
    tells: str = "event_id"
    where: Mapping[str, Any] = field(default_factory=dict)

    def find(self, history: list[dict[str, Any]]) -> Any:
        """The value, or None if there is no such event yet."""
        for item in history:
            if item["type"] == self.type and all(item["data"].get(k) == v for k, v in self.where.items()):
                return item["event_id"] if self.tells == "event_id" else item["data"].get(self.tells)
        return None


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    """When it is recorded: UTC; the services' clock is moved there."""
    occurred_on: date
    who: Who
    service: str
    command: str
    """The command's name: part of the ids it makes."""
    method: str
    path: str
    """With ``{name}`` where an id stands that is only seen later."""
    body: Mapping[str, Any]
    key: str
    case: str
    """Whose case, in words for the screen and for errors."""
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """Values for ``{name}`` in path and body."""
    state: str | None = None
    """Where its stream's state is read; None for a stream that this step begins under an id of its own."""
    after: tuple[Seen, ...] = ()
    """What must have happened before, where doing it too early would be accepted and mean something else."""

    def command_id(self, la_code: str) -> UUID:
        """As the HTTP edge derives it (``shared.web.http``)."""
        return derived_id("command", la_code, self.who.user, self.command, self.key)


_NAMED = re.compile(r"\{(\w+)\}")


def fill(value: Any, found: Mapping[str, Any]) -> Any:
    """``value`` with every ``{name}`` replaced. A text that is nothing but a name becomes the value itself."""
    match value:
        case str() if whole := _NAMED.fullmatch(value):
            return found[whole[1]]
        case str():
            return _NAMED.sub(lambda m: str(found[m[1]]), value)
        case Mapping():
            return {key: fill(item, found) for key, item in value.items()}
        case list() | tuple():
            return [fill(item, found) for item in value]
        case _:
            return value
