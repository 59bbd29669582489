"""The event store: one database per service, sixteen lanes, append-only (docs/adr/0001).

``EventStore`` is the port; ``PostgresEventStore`` and ``shared.testing.memory.MemoryEventStore`` pass the
same contract suite (``shared.testing.contract``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from shared.core.codec import NewEvent, StoredEvent
from shared.core.errors import VersionConflict

from .db import Connection, Pool, queries
from .group_commit import GroupCommit, Row

_SQL = queries("event_store_queries")
_CONFLICTS = ("events_stream_version_key", "settled_commands_pkey")


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the events of one append stand."""

    first_sequence: int
    version: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a lane is not what was written, and how that shows."""

    lane: int
    sequence: int
    what: str
    event_id: UUID | None = None


class EventStore(Protocol):
    async def load(self, stream: str, *, connection: Any = None) -> list[StoredEvent]:
        """Every event of a stream in order; empty if there is no such stream."""
        ...

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
        """Append all or nothing.

        Raises VersionConflict if the stream is not at ``expected_version``, or another attempt at this command has been
        settled meanwhile. On a given connection the caller's transaction stays usable after a conflict.
        """
        ...

    async def load_for(
        self, stream: str, command_id: UUID, *, connection: Any = None
    ) -> tuple[list[StoredEvent], int | None]:
        """As ``load``; and the version at which this command was found to have nothing to do there, if it was."""
        ...

    async def settle(self, command_id: UUID, stream: str, version: int, *, lane: int, connection: Any = None) -> None:
        """Remember that a command found nothing to do in a stream (of this lane) at this version.

        Raises VersionConflict if the stream has moved on, as ``append`` does.
        """
        ...

    async def read_lane(self, lane: int, *, after: int, limit: int) -> list[StoredEvent]: ...

    async def heads(self) -> dict[int, int]: ...

    async def verify(self) -> list[Fault]:
        """Every fault of every lane: an edit, a deletion, an insertion, a swap, a cut tail."""
        ...


async def _insert(connection: Pool | Connection, rows: Sequence[Row]) -> list[int]:
    """Events with their places, all or none; their sequence numbers."""
    if len(rows) == 1:
        return [await connection.fetchval(_SQL["append_one"], *rows[0])]
    columns = map(list, zip(*rows, strict=True))
    return await connection.fetchval(_SQL["append_together"], *columns)  # type: ignore[no-any-return]


@asynccontextmanager
async def _conflict_over(stream: str, version: int, connection: Connection | None) -> AsyncIterator[None]:
    """Says VersionConflict for what breaks a unique key; in a savepoint, so that it does not spoil a caller's work."""
    try:
        async with nullcontext() if connection is None else connection.transaction():
            yield
    except asyncpg.UniqueViolationError as exc:
        if exc.constraint_name not in _CONFLICTS:
            raise
        raise VersionConflict(f"{stream} has moved on from version {version}") from exc


class PostgresEventStore:
    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._group_commit = GroupCommit(partial(_insert, pool))

    async def load(self, stream: str, *, connection: Connection | None = None) -> list[StoredEvent]:
        return [StoredEvent(*row) for row in await (connection or self.pool).fetch(_SQL["load"], stream)]

    async def load_for(
        self, stream: str, command_id: UUID, *, connection: Connection | None = None
    ) -> tuple[list[StoredEvent], int | None]:
        rows = await (connection or self.pool).fetch(_SQL["load_for"], stream, command_id)
        # Only a stream that exists can have had a command with nothing to do.
        return [StoredEvent(*row[:-1]) for row in rows], rows[0]["settled"] if rows else None

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
        connection: Connection | None = None,
    ) -> Appended:
        rows = [
            (lane, stream, expected_version + n, command_id, la_code, recorded_at,
             event.event_id, event.type, event.schema_version, event.data, event.metadata)
            for n, event in enumerate(events)
        ]  # fmt: skip
        async with _conflict_over(stream, expected_version, connection):
            if connection is None:
                first = await self._group_commit.append(rows)
            else:
                first, *_ = await _insert(connection, rows)
        return Appended(first, expected_version + len(events))

    async def settle(
        self, command_id: UUID, stream: str, version: int, *, lane: int, connection: Connection | None = None
    ) -> None:
        async with _conflict_over(stream, version, connection):
            await (connection or self.pool).execute(_SQL["settle"], lane, command_id, stream, version)

    async def read_lane(self, lane: int, *, after: int, limit: int) -> list[StoredEvent]:
        return [StoredEvent(*row) for row in await self.pool.fetch(_SQL["read_lane"], lane, after, limit)]

    async def heads(self) -> dict[int, int]:
        return {row["lane"]: row["head"] for row in await self.pool.fetch(_SQL["heads"])}

    async def verify(self, page: int = 2000) -> list[Fault]:
        faults: list[Fault] = []
        for row in await self.pool.fetch(_SQL["heads"]):
            faults += await self._verify_lane(row["lane"], row["head"], row["hash"], page)
        return faults

    async def _verify_lane(self, lane: int, head: int, head_hash: bytes, page: int) -> list[Fault]:
        faults: list[Fault] = []
        expected = 1
        after = 0
        last = b""
        while rows := await self.pool.fetch(_SQL["page_for_verification"], lane, after, page):
            for row in rows:
                sequence = row["sequence"]
                if sequence != expected:
                    missing = f"{expected}" if sequence == expected + 1 else f"{expected} to {sequence - 1}"
                    faults.append(Fault(lane, expected, f"missing from the lane: {missing}"))
                elif row["hash"] != row["computed"]:
                    where = f"{row['type']}, version {row['version']} of {row['stream']}"
                    faults.append(Fault(lane, sequence, f"does not match its hash: {where}", row["event_id"]))
                expected = sequence + 1
            after, last = rows[-1]["sequence"], rows[-1]["hash"]
        if expected <= head:
            faults.append(Fault(lane, expected, f"the tail is cut: the lane's head is {head}"))
        elif expected - 1 > head:
            faults.append(Fault(lane, head + 1, f"events after the lane's head {head}"))
        elif last != head_hash:
            faults.append(Fault(lane, head, "the last event's hash is not the lane's: one of them was rewritten"))
        return faults
