"""Events to bytes and back. Canonical once; what is stored is what was hashed and is published.

JSON with sorted keys and no spaces (UTF-8). Personal fields are sealed on the way out and opened on
the way in. Older versions pass through upcasters, pure functions from one version's data to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import ValidationError

from .corrections import DateCorrected, from_version_1
from .errors import Unprocessable
from .messages import STAMPED, Actor, Command, Envelope, Event, Recorded
from .personal import Keys, personal_paths, seal, unseal
from .retractions import beside_corrections

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class StoredEvent(NamedTuple):
    """One row of the log, as bytes. ``recorded_at`` is UTC to the microsecond."""

    lane: int
    sequence: int
    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    command_id: UUID
    la_code: str
    recorded_at: datetime
    data: bytes
    metadata: bytes
    hash: bytes = b""
    epoch: int = 1
    """Raised when the database is restored from a backup, so that a fork of the log is seen."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event ready to be appended."""

    event_id: UUID
    type: str
    schema_version: int
    data: bytes
    metadata: bytes


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def type_of(event: type[Event]) -> str:
    """The wire name: ``service.event-in-kebab-case``."""
    return str(event.model_fields["type"].default)


def fingerprint_of(command: Command) -> str:
    """Of a command's impersonal fields; personal ones stay out, because a hash of a name gives it away."""
    data = command.model_dump(mode="json", exclude=set(STAMPED))
    for path in personal_paths(type(command)):
        data.pop(path[0], None)
    return hashlib.sha256(type(command).__name__.encode() + canonical(data)).hexdigest()[:16]


@dataclass(frozen=True)
class Codec:
    """Knows the events of one service. ``upcasters[(type, version)]`` lifts that version to the next."""

    types: Mapping[str, type[Event]]
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[type[Event]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None) -> Codec:
        types: dict[str, type[Event]] = {}
        lifts = dict(upcasters or {})
        for event in beside_corrections(events):
            name = type_of(event)
            if types.setdefault(name, event) is not event:
                raise ValueError(f"two events are called {name}")
            if personal_paths(event) and "person_id" not in event.model_fields:
                raise ValueError(f"{name} has personal fields but no person_id to say whose they are")
            if issubclass(event, DateCorrected):
                lifts.setdefault((name, 1), from_version_1)
        return cls(types, lifts)

    def encode(self, event: Event, envelope: Envelope, keys: Keys) -> NewEvent:
        """Raises Unprocessable if the person whose fields are to be sealed has been erased."""
        data = event.model_dump(mode="json")
        if (paths := personal_paths(type(event))) and _has_any(data, paths):
            key = keys.get(event.person_id)  # type: ignore[attr-defined]
            if key is None:
                raise Unprocessable("the person was erased; nothing personal can be recorded about them")
            seal(data, paths, key, envelope.event_id)
        return NewEvent(
            event_id=envelope.event_id,
            type=event.type,
            schema_version=event.schema_version,
            data=canonical(data),
            metadata=encode_metadata(envelope),
        )

    def person_of(self, stored: StoredEvent) -> UUID | None:
        """Whose key is needed to read this event; None if it holds nothing personal."""
        model = self.types.get(stored.type)
        if model is None or not personal_paths(model):
            return None
        return UUID(orjson.loads(stored.data)["person_id"])

    def decode(self, stored: StoredEvent, keys: Keys) -> Recorded:
        """Raises Unprocessable for a type or version this code does not know."""
        model = self.types.get(stored.type)
        if model is None:
            raise Unprocessable(f"unknown event type {stored.type}")
        data = orjson.loads(stored.data)
        for version in range(stored.schema_version, model.schema_version):
            data = self.upcasters[stored.type, version](data)
        if paths := personal_paths(model):
            unseal(data, paths, keys.get(UUID(data["person_id"])), stored.event_id)
        try:
            event = model.model_validate(data)
        except ValidationError as exc:
            fields = ", ".join(".".join(map(str, e["loc"])) for e in exc.errors(include_input=False))
            raise Unprocessable(f"{stored.type} {stored.event_id} does not fit its model: {fields}") from exc
        return Recorded(event, decode_metadata(stored), stored.lane, stored.sequence)


def _has_any(data: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> bool:
    return any(data.get(path[0]) not in (None, [], {}) for path in paths)


def encode_metadata(envelope: Envelope) -> bytes:
    """What the columns of the log do not already say."""
    return canonical(
        {
            "actor": envelope.actor.model_dump(),
            "causation_id": envelope.causation_id,
            "correlation_id": envelope.correlation_id,
            "traceparent": envelope.traceparent,
            "fingerprint": envelope.fingerprint,
            "policy_regime": envelope.policy_regime,
        }
    )


def decode_metadata(stored: StoredEvent) -> Envelope:
    meta = orjson.loads(stored.metadata)
    return Envelope(
        event_id=stored.event_id,
        stream=stored.stream,
        version=stored.version,
        recorded_at=stored.recorded_at,
        actor=Actor.model_validate(meta["actor"]),
        command_id=stored.command_id,
        causation_id=UUID(meta["causation_id"]) if meta.get("causation_id") else None,
        correlation_id=UUID(meta["correlation_id"]) if meta.get("correlation_id") else None,
        traceparent=meta.get("traceparent"),
        fingerprint=meta.get("fingerprint", ""),
        policy_regime=meta.get("policy_regime", "CFA2014"),
    )
