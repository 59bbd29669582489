"""Handling a command: load, fold, decide, append. The only code that joins the rules to the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from shared.core.codec import Codec, StoredEvent, fingerprint_of
from shared.core.corrections import CorrectDate, DateCorrected, as_corrected, refuse_malformed
from shared.core.decider import Decider, Decision
from shared.core.errors import InvalidCommand, NotFound, SendError, VersionConflict
from shared.core.filling import filled_fields, refuse_future, stamp
from shared.core.ids import derived_id, lane_of
from shared.core.messages import Actor, Command, Envelope, Event, Recorded
from shared.core.retractions import RetractEntry, amend, standing
from shared.edge.db import CONTENTION, OUTAGES
from shared.edge.kafka import MAX_EVENT_BYTES
from shared.edge.keyring import Keyring
from shared.edge.store import EventStore
from shared.edge.telemetry import attributes, context_of, current_traceparent, spanning

from .faults import point

log = structlog.get_logger()

ATTEMPTS = 8
"""How often a command without If-Match is decided afresh when others were quicker."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of an outcome, by name and id."""

    type: str
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command. The same command id always gets the same one."""

    stream: str
    id: str
    version: int
    events: tuple[Happened, ...]
    created: bool
    repeated: bool = False
    ids: Mapping[str, UUID] = field(default_factory=dict)
    """What the command made or belongs to, by the command's field: the ids a caller could not know before."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as its decider sees it."""

    state: Any
    version: int
    lane: int | None
    history: Sequence[Recorded]
    stored: Sequence[StoredEvent]
    settled: int | None = None
    """The version at which the command it was loaded for was found to have nothing to do, if it was."""

    def lane_for(self, key: Any) -> int:
        """The stream's lane; of a stream that does not exist yet, the one where it will be."""
        return self.lane if self.lane is not None else lane_of(key)


class Handler:
    """Carries out commands of one service. Works the same on PostgreSQL and in memory."""

    def __init__(
        self, *, service: str, deciders: Sequence[Decider[Any]], store: EventStore, keyring: Keyring, codec: Codec
    ) -> None:
        self.service, self.store, self.keyring, self.codec = service, store, keyring, codec
        self.on_appended: list[Any] = []
        """Called without arguments after each append outside a caller's transaction (the relay's hint)."""
        self._deciders: dict[type[Command], Decider[Any]] = {}
        for decider in deciders:
            for decision in decider.decisions:
                if self._deciders.setdefault(decision.command, decider) is not decider:
                    raise ValueError(f"{decision.command.__name__} belongs to two deciders")

    def decider_of(self, command: type[Command]) -> Decider[Any]:
        return self._deciders[command]

    async def load(
        self,
        decider: Decider[Any],
        id: UUID | str,
        *,
        la_code: str,
        command_id: UUID | None = None,
        connection: Any = None,
    ) -> Loaded:
        """A stream's state and history; the initial state if it does not exist. ``command_id``: for which command.

        Raises NotFound if it belongs to another authority: that it exists is not for others to know.
        """
        stream, settled = decider.stream(id), None
        if command_id is None:
            stored = await self.store.load(stream, connection=connection)
        else:
            stored, settled = await self.store.load_for(stream, command_id, connection=connection)
        if stored and stored[0].la_code != la_code:
            raise NotFound
        persons = {person for s in stored if (person := self.codec.person_of(s)) is not None}
        keys = await self.keyring.keys(list(persons)) if persons else {}
        history = [self.codec.decode(s, keys) for s in stored]
        state = decider.fold(r.event for r in standing(as_corrected(history)))
        return Loaded(state, len(stored), stored[0].lane if stored else None, history, stored, settled)

    async def handle(
        self,
        command: Command,
        *,
        by: Actor,
        at: datetime,
        command_id: UUID,
        causation_id: UUID | None = None,
        correlation_id: UUID | None = None,
        traceparent: str | None = None,
        if_match: int | None = None,
        connection: Any = None,
    ) -> Outcome:
        """Decide and append; the same ``command_id`` again gets the first answer.

        ``at`` is the instant of recording (aware). Raises InvalidCommand, NotFound, Rejected or, with
        ``if_match``, VersionConflict. With ``connection`` everything happens in the caller's transaction.
        ``traceparent`` goes on with a trace from elsewhere than this task's context.
        """
        fingerprint = _fingerprint(command)
        command = stamp(command, by=by, at=at, command_id=command_id)
        decider = self._deciders[type(command)]
        id = str(getattr(command, decider.key))
        decision = decider.decision(type(command))

        def well_formed() -> None:
            refuse_future(command)

        async def decide(loaded: Loaded) -> Sequence[Event]:
            others = ()
            if decision.reads is not None:
                reference = decision.reads
                other_id = getattr(command, reference.field)
                other = await self.load(reference.decider, other_id, la_code=by.la_code, connection=connection)
                others = (other.state,)  # type: ignore[assignment]
            return decider.decide(command, loaded.state, *others)

        lane_key = getattr(command, "case_id", None) or id
        outcome = await self._carry_out(
            command, fingerprint, decider, id, lane_key, well_formed, decide, decision, by=by, if_match=if_match,
            causation_id=causation_id, correlation_id=correlation_id, traceparent=traceparent, connection=connection,
        )  # fmt: skip
        made = filled_fields(type(command)) if outcome.events else ()
        return replace(outcome, ids={name: getattr(command, name) for name in made})

    async def correct(
        self,
        decider: Decider[Any],
        id: UUID | str,
        event_type: type[DateCorrected],
        correction: CorrectDate | RetractEntry,
        *,
        by: Actor,
        at: datetime,
        command_id: UUID,
        if_match: int | None = None,
    ) -> Outcome:
        """Record that an earlier event's date was wrong, or that it did not happen. ``event_type`` corrects the stream.

        Raises as ``handle`` does.
        """
        fingerprint = _fingerprint(correction)
        command = stamp(correction, by=by, at=at, command_id=command_id)

        def well_formed() -> None:
            refuse_future(command)
            if isinstance(command, CorrectDate):
                refuse_malformed(command)

        async def decide(loaded: Loaded) -> Sequence[Event]:
            return amend(command, event_type, decider, loaded.history)

        return await self._carry_out(
            command, fingerprint, decider, str(id), str(id), well_formed, decide, None, by=by, if_match=if_match,
        )  # fmt: skip

    async def _carry_out(
        self,
        command: Command,
        fingerprint: str,
        decider: Decider[Any],
        id: str,
        lane_key: Any,
        well_formed: Callable[[], None],
        decide: Any,
        decision: Decision | None,
        *,
        by: Actor,
        causation_id: UUID | None = None,
        correlation_id: UUID | None = None,
        traceparent: str | None = None,
        if_match: int | None = None,
        connection: Any = None,
    ) -> Outcome:
        started = time.perf_counter()
        name = type(command).__name__
        outcome: Outcome | None = None
        result = "bug"
        with spanning(
            f"handle {name}", context=context_of(traceparent),
            attributes=attributes(service=self.service, command=name),
        ) as span:  # fmt: skip
            try:
                for attempt in range(ATTEMPTS):
                    loaded = await self.load(
                        decider, id, la_code=by.la_code, command_id=command.command_id, connection=connection
                    )
                    if (first := _first_answer(loaded, decider, id, command.command_id, fingerprint)) is not None:
                        outcome, result = first, "repeated"
                        return outcome
                    well_formed()  # not before: the first answer stands, whatever day it is here by now
                    if if_match is not None and if_match != loaded.version:
                        raise VersionConflict(f"You read version {if_match}; it is now {loaded.version}.")
                    if loaded.version == 0 and (decision is None or not decision.opens):
                        raise NotFound
                    events = await decide(loaded)
                    try:
                        outcome = await self._append(
                            command, decider, id, lane_key, loaded, events, fingerprint,
                            causation_id=causation_id, correlation_id=correlation_id, connection=connection,
                        )  # fmt: skip
                    except VersionConflict:
                        if attempt == ATTEMPTS - 1:
                            raise
                        continue  # also with If-Match: another attempt at this same command may have been first
                    result = "done" if outcome.events else "nothing-to-do"
                    return outcome
                raise AssertionError("the loop returns or raises")
            except SendError as refused:
                result = refused.code
                raise
            except (*OUTAGES, *CONTENTION):
                result = "database-unavailable"
                raise
            finally:
                span.set_attribute("send.outcome", result)
                log.info(
                    "command",
                    command=name,
                    stream=decider.stream(id),
                    version=outcome.version if outcome else None,
                    outcome=result,
                    la_code=by.la_code,
                    role=by.role,
                    correlation_id=str(correlation_id or command.command_id),
                    ms=round((time.perf_counter() - started) * 1000, 2),
                )

    async def _append(
        self,
        command: Command,
        decider: Decider[Any],
        id: str,
        lane_key: Any,
        loaded: Loaded,
        events: Sequence[Event],
        fingerprint: str,
        *,
        causation_id: UUID | None,
        correlation_id: UUID | None,
        connection: Any,
    ) -> Outcome:
        stream = decider.stream(id)
        if not events:
            await self.store.settle(
                command.command_id, stream, loaded.version, lane=loaded.lane_for(lane_key), connection=connection
            )
            await point("settle.after")
            return Outcome(stream, id, loaded.version, (), False)
        persons = {person for event in events if isinstance(person := getattr(event, "person_id", None), UUID)}
        keys = await self.keyring.keys(list(persons), create=True) if persons else {}
        await point("append.keys-made")
        traceparent = current_traceparent()
        new = [
            self.codec.encode(
                event,
                Envelope(
                    event_id=derived_id("event", command.command_id, stream, position),
                    stream=stream,
                    version=loaded.version + position + 1,
                    recorded_at=command.at.astimezone(UTC),
                    actor=command.by,
                    command_id=command.command_id,
                    causation_id=causation_id,
                    correlation_id=correlation_id or command.command_id,
                    traceparent=traceparent,
                    fingerprint=fingerprint,
                ),
                keys,
            )
            for position, event in enumerate(events)
        ]
        if any(len(e.data) + len(e.metadata) > MAX_EVENT_BYTES for e in new):
            raise InvalidCommand(
                f"This is too much for one event: at most {MAX_EVENT_BYTES // 1000} kB. Attach documents by reference."
            )
        await point("append.before")
        appended = await self.store.append(
            lane=loaded.lane_for(lane_key),
            stream=stream,
            expected_version=loaded.version,
            command_id=command.command_id,
            la_code=command.by.la_code,
            recorded_at=command.at.astimezone(UTC),
            events=new,
            connection=connection,
        )
        await point("append.after")
        if connection is None:
            for hint in self.on_appended:
                hint()
        return Outcome(
            stream=stream,
            id=id,
            version=appended.version,
            events=tuple(Happened(e.type, e.event_id) for e in new),
            created=loaded.version == 0,
        )


def _fingerprint(command: Command) -> str:
    try:
        return fingerprint_of(command)
    except (TypeError, ValueError) as exc:
        # What the log's JSON cannot hold: an integer of more than 64 bits, half of a surrogate pair.
        raise InvalidCommand(
            "This holds a number that is too large, or a text that is none; look at it again."
        ) from exc


def _first_answer(loaded: Loaded, decider: Decider[Any], id: str, command_id: UUID, fingerprint: str) -> Outcome | None:
    if loaded.settled is not None:
        return Outcome(decider.stream(id), id, loaded.settled, (), created=False, repeated=True)
    mine = [r for r in loaded.history if r.envelope.command_id == command_id]
    if not mine:
        return None
    if mine[0].envelope.fingerprint != fingerprint:
        raise InvalidCommand("This Idempotency-Key was used for a different command; choose a new one.")
    return Outcome(
        stream=decider.stream(id),
        id=id,
        version=mine[-1].envelope.version,
        events=tuple(Happened(r.event.type, r.envelope.event_id) for r in mine),
        created=mine[0].envelope.version == 1,
        repeated=True,
    )
