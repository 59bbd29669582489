"""Retractions: a later event says that an earlier one of its stream was recorded in error and did not happen.

What is wrong about an event besides a date is put right by retracting it and recording it anew. The event stays in the
log and is shown with its retraction; rules, deadlines and the case register no longer count it. Deciders never see
retractions: a stream is folded without them and without what they took back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal
from uuid import UUID

from pydantic import create_model

from .corrections import CorrectDate, DateCorrected, as_corrected, correct
from .decider import Decider
from .errors import Rejected
from .messages import Command, Event, Recorded

RetractionReason = Literal["WRONG_CASE", "DID_NOT_HAPPEN", "WRONG_CONTENT", "RECORDED_TWICE", "OTHER"]
"""Why it was recorded in error. Codes and no free text, as for corrections."""


class EntryRetracted(Event):
    """An earlier entry of this stream was recorded in error: it did not happen, or not so.

    Its own ``occurred_on`` is the day it was retracted.
    """

    retracts: UUID
    """The event that no longer counts."""
    retracted_type: str
    """Its wire name."""
    reason: str


class RetractEntry(Command):
    """Say that an earlier entry of this stream was recorded in error: it did not happen, or not so.

    What was recorded with it by the same command goes with it. Refused while later entries may rest on it.
    """

    event_id: UUID
    reason: RetractionReason


@cache
def retraction_of(correction: type[DateCorrected]) -> type[EntryRetracted]:
    """The retraction beside a stream's correction: ``plan.plan-date-corrected`` → ``plan.plan-entry-retracted``.

    Made here once, because each would say the same: whose entry, in the ids the stream's correction carries.
    """
    name = str(correction.model_fields["type"].default).removesuffix("date-corrected") + "entry-retracted"
    kind: Any = Literal[name]
    fields: dict[str, Any] = {"type": (kind, name)}
    fields |= {
        field: (told.annotation, told) for field, told in correction.model_fields.items() if field in _ids(correction)
    }
    return create_model(
        correction.__name__.removesuffix("DateCorrected") + "EntryRetracted",
        __base__=EntryRetracted,
        __module__=correction.__module__,
        __doc__=EntryRetracted.__doc__,
        **fields,
    )


def beside_corrections(events: Iterable[type[Event]]) -> Iterator[type[Event]]:
    """These events with the retraction that comes with every correction: all that a stream may hold."""
    for event in events:
        yield event
        if issubclass(event, DateCorrected):
            yield retraction_of(event)


def _ids(correction: type[DateCorrected]) -> set[str]:
    return correction.model_fields.keys() - DateCorrected.model_fields.keys()


def with_retractions(history: Sequence[Recorded]) -> list[Recorded]:
    """The history with what was taken back marked so; retractions stay in it."""
    gone = {r.event.retracts for r in history if isinstance(r.event, EntryRetracted)}
    return [replace(r, retracted=True) if r.envelope.event_id in gone else r for r in history]


def standing(history: Sequence[Recorded]) -> list[Recorded]:
    """What counts: the history without retractions and what they took back."""
    if not any(isinstance(r.event, EntryRetracted) for r in history):
        return list(history)
    return [r for r in with_retractions(history) if not r.retracted and not isinstance(r.event, EntryRetracted)]


def retract(command: RetractEntry, history: Sequence[Recorded], decider: Decider[Any]) -> list[Recorded]:
    """What the command takes back, oldest first: the entry and what was recorded with it. ``history`` is as corrected.

    Raises Rejected (``later-entries-depend``) where a later command was decided in a state that this entry had a part
    in: without it that command might have been refused, and nobody could say what the stream means.
    """
    counts = standing(history)
    named = next(r for r in counts if r.envelope.event_id == command.event_id)
    taken = [r for r in counts if _domain(r) and r.envelope.command_id == named.envelope.command_id]
    ids = {r.envelope.event_id for r in taken}
    state = without = decider.initial
    decided = None
    for recorded in counts:
        if recorded.envelope.event_id in ids:
            state = decider.evolve(state, recorded.event)
            continue
        # A command's own events follow from each other; what it was decided on is the state before the first.
        if _domain(recorded) and recorded.envelope.command_id != decided and state != without:
            raise Rejected(
                "later-entries-depend",
                f"{recorded.event.type} of {recorded.event.occurred_on} ({recorded.envelope.event_id}) was recorded "
                "afterwards and may rest on this; retract that first, the latest entry before the earlier ones.",
            )
        decided = recorded.envelope.command_id
        state, without = decider.evolve(state, recorded.event), decider.evolve(without, recorded.event)
    return taken


def _domain(recorded: Recorded) -> bool:
    return not isinstance(recorded.event, DateCorrected)


def amend(
    command: CorrectDate | RetractEntry, by: type[DateCorrected], decider: Decider[Any], history: Sequence[Recorded]
) -> list[Event]:
    """What a correction or a retraction records in a stream, whose correction is ``by``; nothing if it is so already.

    Raises Rejected: ``no-such-event``, ``entry-retracted``, and what ``correct`` and ``retract`` refuse.
    """
    known = as_corrected(history)
    found = next((r for r in with_retractions(known) if r.envelope.event_id == command.event_id), None)
    if found is None or isinstance(found.event, DateCorrected | EntryRetracted):
        raise Rejected("no-such-event", "This stream has no event with that id that could be corrected.")
    ids = {name: getattr(history[0].event, name) for name in _ids(by)}
    if isinstance(command, CorrectDate):
        if found.retracted:
            raise Rejected("entry-retracted", "This entry was retracted and has no date; if it happened, record it.")
        said = correct(command, found.event, history)
        return [] if said is None else [by(**said, **ids)]
    if found.retracted:
        return []
    said = {"occurred_on": command.occurred_on, "reason": command.reason, **ids}
    return [
        retraction_of(by)(retracts=taken.envelope.event_id, retracted_type=taken.event.type, **said)
        for taken in retract(command, known, decider)
    ]
