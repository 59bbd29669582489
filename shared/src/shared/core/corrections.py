"""Corrections: a stored event is never edited; a later event says what its date really was.

Each service declares one subclass per stream kind, with its own wire name. Loading a stream for a
decision applies the corrections first, so every rule sees the dates as they are now known. What never
happened at all is taken back by a retraction (see ``retractions``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args
from uuid import UUID

from pydantic import StringConstraints

from .dates import COME, NotBefore, london_date
from .errors import FieldError, InvalidCommand, Rejected
from .messages import Command, Event, Recorded
from .personal import PersonalField

CorrectionReason = Literal["MISTYPED", "DOCUMENT_SHOWS", "FAMILY_TOLD", "SENDER_TOLD", "OTHER"]
"""Why a date was wrong. Codes and no free text: not all these events are a person's, so text could not be sealed."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
ITS_DAY = "occurred_on"


class DateCorrected(Event):
    """A date of an earlier event of this stream was recorded wrongly.

    Its own ``occurred_on`` is the day the correction was made.
    """

    schema_version: ClassVar[int] = 2

    corrects: UUID
    """The event whose date was wrong."""
    field: FieldName = ITS_DAY
    """Which of that event's dates. Version 1 had no such field: it was always the day on which it happened."""
    was: date | None
    """None where no date was recorded."""
    now: date
    reason: str


def from_version_1(data: dict[str, Any]) -> dict[str, Any]:
    """A correction as it was written until there was a choice of dates."""
    return {"field": ITS_DAY, **data}


class CorrectDate(Command):
    """Say that a date of an earlier event of this stream was recorded wrongly, and what it really was.

    ``field`` names the date: ``served_on``, ``received_by_la_on``, …; left out, it is the day the event happened.
    """

    event_id: UUID
    field: FieldName = ITS_DAY
    now: date
    reason: CorrectionReason


@cache
def dates_of(event: type[Event]) -> Mapping[str, tuple[Any, ...]]:
    """The civil dates of an event that anybody may read, each with its marks (``Come``, ``NotBefore``)."""
    return {
        name: (COME, *field.metadata) if name == ITS_DAY else tuple(field.metadata)
        for name, field in event.model_fields.items()
        if set(get_args(field.annotation) or (field.annotation,)) - {type(None)} == {date}
        and not any(isinstance(mark, PersonalField) for mark in field.metadata)
    }


def as_corrected(history: Sequence[Recorded]) -> list[Recorded]:
    """The history with every corrected date in place; corrections themselves stay in it."""
    dates: dict[UUID, dict[str, date]] = {}
    for recorded in history:
        if isinstance(event := recorded.event, DateCorrected):
            dates.setdefault(event.corrects, {})[event.field] = event.now
    if not dates:
        return list(history)
    return [
        replace(r, event=r.event.model_copy(update=dates[r.envelope.event_id]), corrected=True)
        if r.envelope.event_id in dates
        else r
        for r in history
    ]


def refuse_malformed(command: CorrectDate) -> None:
    """Raises InvalidCommand where no look at the stream is needed: nothing has happened on a day to come."""
    if command.field == ITS_DAY and command.now > (today := london_date(command.at)):
        raise InvalidCommand(
            "A corrected date cannot be in the future.", [FieldError("now", f"must not be after today, {today}")]
        )


def correct(command: CorrectDate, wrong: Event, history: Sequence[Recorded]) -> dict[str, Any] | None:
    """What the correction says, for ``wrong`` as it is known now; None if the same was corrected before.

    Raises Rejected: ``no-such-date``, ``same-date``, ``date-in-future``, ``dates-out-of-order``.
    """
    known = dates_of(type(wrong))
    if command.field not in known:
        raise Rejected("no-such-date", f"{wrong.type} has no date {command.field}; it has {', '.join(sorted(known))}.")
    was: date | None = getattr(wrong, command.field)
    if was == command.now:
        if any(_says(r.event, command) for r in history):
            return None
        raise Rejected("same-date", f"{command.field} is {was} already; there is nothing to correct.")
    _refuse_nonsense(wrong.model_copy(update={command.field: command.now}), command)
    return {
        "occurred_on": command.occurred_on,
        "corrects": command.event_id,
        "field": command.field,
        "was": was,
        "now": command.now,
        "reason": command.reason,
    }


def _says(event: Event, command: CorrectDate) -> bool:
    return (
        isinstance(event, DateCorrected)
        and (event.corrects, event.field, event.now) == (command.event_id, command.field, command.now)
    )  # fmt: skip


def _refuse_nonsense(event: Event, command: CorrectDate) -> None:
    """The corrected event must be one that its command could have recorded."""
    known = dates_of(type(event))
    if COME in known[command.field] and command.now > (today := london_date(command.at)):
        raise Rejected("date-in-future", f"{command.field} cannot be after today ({today}): that day has not come yet.")
    for name, marks in known.items():
        for mark in marks:
            if not isinstance(mark, NotBefore) or command.field not in (name, mark.field):
                continue
            earlier, later = getattr(event, mark.field), getattr(event, name)
            if earlier is not None and later is not None and later < earlier:
                raise Rejected(
                    "dates-out-of-order",
                    f"{name} would be {later}, before {mark.field} ({earlier}); if both are wrong, correct the other "
                    "one first.",
                )
