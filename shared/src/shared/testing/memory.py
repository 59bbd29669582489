"""The event store in memory: for speed in tests, under the same contract suite as PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.core.chain import hash_of
from shared.core.codec import NewEvent, StoredEvent
from shared.core.errors import VersionConflict
from shared.core.ids import LANES
from shared.core.personal import DataKey
from shared.edge.store import Appended, Fault


class MemoryEventStore:
    def __init__(self) -> None:
        self.lanes: dict[int, list[StoredEvent]] = {lane: [] for lane in range(LANES)}
        self.streams: dict[str, list[StoredEvent]] = {}
        self.settled_commands: dict[UUID, tuple[str, int | None]] = {}

    async def load(self, stream: str, *, connection: Any = None) -> list[StoredEvent]:
        return list(self.streams.get(stream, ()))

    async def append(
        self,
        *,
        lane: int,
        stream: str,
        expected_version: int,
        command_id: UUID,
        la_code: str,
        recorded_at: datetime,
        events: Sequence[NewEvent],
        connection: Any = None,
    ) -> Appended:
        if len(self.streams.get(stream, ())) != expected_version or command_id in self.settled_commands:
            raise VersionConflict(f"{stream} has moved on from version {expected_version}")
        log = self.lanes[lane]
        first = len(log) + 1
        for offset, new in enumerate(events):
            stored = StoredEvent(
                lane=lane,
                sequence=first + offset,
                stream=stream,
                version=expected_version + offset + 1,
                event_id=new.event_id,
                type=new.type,
                schema_version=new.schema_version,
                command_id=command_id,
                la_code=la_code,
                recorded_at=recorded_at,
                data=new.data,
                metadata=new.metadata,
            )
            stored = stored._replace(hash=hash_of(stored, after=log[-1].hash if log else b""))
            log.append(stored)
            self.streams.setdefault(stream, []).append(stored)
        return Appended(first, expected_version + len(events))

    async def load_for(
        self, stream: str, command_id: UUID, *, connection: Any = None
    ) -> tuple[list[StoredEvent], int | None]:
        where, version = self.settled_commands.get(command_id, (stream, None))
        return await self.load(stream), version if where == stream else None

    async def settle(self, command_id: UUID, stream: str, version: int, *, lane: int, connection: Any = None) -> None:
        if len(self.streams.get(stream, ())) != version:
            raise VersionConflict(f"{stream} has moved on from version {version}")
        self.settled_commands.setdefault(command_id, (stream, version))

    async def read_lane(self, lane: int, *, after: int, limit: int) -> list[StoredEvent]:
        return self.lanes[lane][after : after + limit]

    async def heads(self) -> dict[int, int]:
        return {lane: len(log) for lane, log in self.lanes.items()}

    async def verify(self) -> list[Fault]:
        return [
            Fault(lane, event.sequence, f"does not match its hash: {event.type}", event.event_id)
            for lane, log in self.lanes.items()
            for previous, event in zip([b"", *(e.hash for e in log)], log, strict=False)
            if hash_of(event, after=previous) != event.hash
        ]


class MemoryKeyring:
    def __init__(self) -> None:
        self.by_person: dict[UUID, DataKey | None] = {}

    async def keys(self, persons: Sequence[UUID], *, create: bool = False) -> dict[UUID, DataKey | None]:
        for person in persons:
            if create and person not in self.by_person:
                self.by_person[person] = DataKey(hashlib.sha256(person.bytes).digest())
        return {person: self.by_person.get(person) for person in persons}

    async def erase(self, person: UUID) -> None:
        self.by_person[person] = None
