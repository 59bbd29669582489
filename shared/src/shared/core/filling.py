"""Stamping a command: who sent it, when, which request it is, and the ids that follow from that."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from .dates import london_date
from .errors import FieldError, InvalidCommand
from .messages import UNFILLED, Actor, Command, Filled

C = TypeVar("C", bound=Command)


@cache
def filled_fields(command: type[Command]) -> dict[str, Filled]:
    """The fields of a command that the edge works out, by name."""
    return {
        name: marker
        for name, field in command.model_fields.items()
        for marker in field.metadata
        if isinstance(marker, Filled)
    }


def stamp(command: C, *, by: Actor, at: datetime, command_id: UUID) -> C:
    """The command with its stamp. ``at`` is an aware instant."""
    update: dict[str, Any] = {"by": by, "at": at, "command_id": command_id}
    if command.occurred_on == date.min:
        update["occurred_on"] = london_date(at)
    values = {name: getattr(command, name) for name in type(command).model_fields}
    for name, marker in filled_fields(type(command)).items():
        if values[name] == UNFILLED:
            # Later ids may follow from earlier ones: a person's case from the person's new id.
            update[name] = values[name] = marker.fill(values, by, command_id, name)
    return command.model_copy(update=update)


def refuse_future(command: Command) -> None:
    """Raises InvalidCommand if a stamped command says it happened on a day that has not come yet."""
    today = london_date(command.at)
    if command.occurred_on > today:
        raise InvalidCommand(
            f"occurred_on {command.occurred_on} is in the future; today is {today}",
            [FieldError("occurred_on", f"must not be after today, {today}")],
        )
