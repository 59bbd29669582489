"""Reactions: other services' events become our own commands, each handled once.

The command's id is derived from the event's, and the cursor commits in the same transaction as what was appended.
What cannot be handled is parked with every later event of its stream; other streams go on (``shared.flow.parked``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from shared.core.codec import StoredEvent, decode_metadata
from shared.core.errors import SendError, Unprocessable
from shared.core.ids import derived_id
from shared.core.messages import Actor, Envelope
from shared.core.reaction import Reaction
from shared.edge.db import CONTENTION, Connection, Pool, queries
from shared.edge.kafka import Delivered, discard, new_producer
from shared.edge.settings import Settings
from shared.edge.topics import parked as parked_topic

from .consume import TRANSIENT, Consumer
from .faults import point
from .handle import Handler
from .parked import BEHIND, StoredRecord, next_parked, park, park_record, parked_streams

log = structlog.get_logger()
_SQL = queries("flow_queries")

PARKED_LIMIT = 1_000
"""With this many parked something is wrong with us and not with the events: the lane halts instead."""
_JUST_AFTER = timedelta(milliseconds=1)
_BATCH = 50
"""A transaction holds its own lanes' rows until it commits; a small one keeps commands from waiting."""


class ReactionRunner:
    """The reactions of a service as one consumer's effect."""

    name = "reactions"

    def __init__(self, *, reactions: Sequence[Reaction], handler: Handler, pool: Pool, settings: Settings) -> None:
        self.service, self.handler, self.pool, self.settings = handler.service, handler, pool, settings
        self._by_type: dict[tuple[str, str], list[Reaction]] = {}
        for reaction in reactions:
            self._by_type.setdefault((reaction.to, reaction.event_type), []).append(reaction)
        self.topics: Sequence[str] = sorted({reaction.to for reaction in reactions})
        self.consumer = Consumer(effect=self, pool=pool, settings=settings, batch=_BATCH)
        self.consumer.on_applied.append(self._applied)
        self._parked_now = asyncio.Event()
        self._parked_count = 0

    def health(self) -> dict[str, Any]:
        """A parked stream waits for people; it does not make the service unready."""
        return {**self.consumer.health(), "parked": self._parked_count}

    async def run(self) -> None:
        if not self.topics:
            await asyncio.Event().wait()
        await asyncio.gather(self.consumer.run(), self._show_parked())

    # --- the effect ---

    async def apply(self, connection: Connection, events: Sequence[Delivered]) -> None:
        topic = events[0].topic
        waiting = await parked_streams(connection, self.name, topic, [event.stream for event in events])
        for event in events:
            if event.stream in waiting:
                await self._park(connection, event, BEHIND)
                continue
            if (topic, event.type) not in self._by_type:
                continue
            try:
                async with connection.transaction():  # a savepoint: what fails half-way leaves nothing
                    await self.react(connection, event)
            except (*TRANSIENT, *CONTENTION):
                raise
            except Exception as exc:
                waiting.add(event.stream)
                await self._park(connection, event, reason_of(exc))
                log.warning("event parked", consumer=self.name, type=event.type, stream=event.stream,
                            event_id=str(event.event_id), exc_info=exc)  # fmt: skip

    async def react(self, connection: Connection, event: Delivered) -> None:
        """Carry out what every reaction to this event says."""
        envelope = envelope_of(event)
        for reaction in self._by_type.get((event.topic, event.type), ()):
            incoming = incoming_of(reaction, event)
            for number, command in enumerate(reaction.then(incoming)):
                await self.handler.handle(
                    command,
                    by=Actor(
                        user_id=f"system:{self.service}",
                        role="system",
                        org_id=self.service,
                        la_code=event.la_code,
                    ),
                    at=self._at(event),
                    command_id=derived_id("reaction", self.service, reaction.name, event.event_id, number),
                    causation_id=event.event_id,
                    correlation_id=envelope.correlation_id,
                    traceparent=event.traceparent,
                    connection=connection,
                )
                await point("react.handled")

    def _at(self, event: Delivered) -> datetime:
        # Never before its cause, whatever the clock here says: that day may not have come here yet, and a reaction to
        # it would be refused. A demo's clock moves with what is loaded.
        just_after = event.recorded_at + _JUST_AFTER
        return just_after if self.settings.demo_clock else max(just_after, datetime.now(UTC))

    async def park_record(self, connection: Connection, record: Any, reason: str) -> None:
        await self._within_limit(connection)
        await park_record(connection, self.name, record, reason)
        self._parked_now.set()

    async def _park(self, connection: Connection, event: Delivered, reason: str) -> None:
        await self._within_limit(connection)
        await park(connection, self.name, event, reason)
        await point("react.parked")
        self._parked_now.set()

    async def _within_limit(self, connection: Connection) -> None:
        count = await connection.fetchval(_SQL["count_parked"], self.name)
        if count >= PARKED_LIMIT:
            raise Unprocessable(f"{count} events are parked already; look at them before more are set aside")

    def _applied(self, _: Sequence[Delivered]) -> None:
        for hint in self.handler.on_appended:
            hint()

    # --- parked events ---

    async def retry_parked(self, stream: str | None = None) -> tuple[int, int]:
        """Handle parked events again, each stream in order up to the first that still fails: (handled, left)."""
        handled = 0
        for row in await self.pool.fetch(_SQL["parked_heads"], self.name):
            if stream is not None and row["stream"] != stream:
                continue
            while await self._retry(row["topic"], row["stream"]):
                handled += 1
        self._applied(())
        left = await self.pool.fetchval(_SQL["count_parked"], self.name)
        return handled, int(left)

    async def _retry(self, topic: str, stream: str) -> bool:
        async with self.pool.acquire() as connection, connection.transaction():
            found = await next_parked(connection, self.name, topic, stream)
            if found is None:
                return False
            id, event = found
            try:
                async with connection.transaction():
                    await self.react(connection, event)
            except (*TRANSIENT, *CONTENTION):
                raise
            except Exception as exc:
                await connection.execute(_SQL["still_parked"], id, reason_of(exc))
                return False
            await point("retry.handled")
            await connection.execute(_SQL["unpark"], id)
            await point("retry.unparked")
            return True

    async def _show_parked(self) -> None:
        """Put parked events on the service's parked topic, for whoever watches; at least once."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(10):  # not wait_for, which can swallow a cancellation
                    await self._parked_now.wait()
            self._parked_now.clear()
            with suppress(KafkaError, *TRANSIENT):
                self._parked_count = await self.pool.fetchval(_SQL["count_parked"], self.name)
                if rows := await self.pool.fetch(_SQL["parked_unpublished"]):
                    await self._publish_parked(rows)

    async def _publish_parked(self, rows: Sequence[Any]) -> None:
        producer = new_producer(self.settings, client_id=f"{self.service}-parked")
        try:
            await asyncio.wait_for(producer.start(), 10)
            for row in rows:
                headers = [*row_headers(row), ("send_parked_reason", row["reason"].encode()),
                           ("send_parked_from", f"{row['topic']}/{row['lane']}".encode())]  # fmt: skip
                key = (row["stream"] or "").encode()
                async with asyncio.timeout(10):
                    await producer.send_and_wait(
                        parked_topic(self.service), row["data"], key=key, headers=headers, partition=row["lane"]
                    )
            await point("parked.shown")
            await self.pool.execute(_SQL["parked_published"], [row["id"] for row in rows])
        finally:
            await discard(producer)


def row_headers(row: Any) -> list[tuple[str, bytes]]:
    """The headers a parked record came with."""
    return StoredRecord({**row, "record_offset": 0}).headers


def envelope_of(event: Delivered) -> Envelope:
    fields = {name: getattr(event, name) for name in StoredEvent._fields}
    return decode_metadata(StoredEvent(**fields))


def incoming_of(reaction: Reaction, event: Delivered) -> Any:
    """The event as the reaction declares it. Raises Unprocessable if it does not fit."""
    try:
        return reaction.event.model_validate_json(event.data)
    except ValidationError as exc:
        fields = ", ".join(".".join(map(str, e["loc"])) or "body" for e in exc.errors(include_input=False))
        raise Unprocessable(f"{event.type} does not fit what {reaction.name} needs: {fields}") from exc


def reason_of(exc: Exception) -> str:
    """Why an event was parked. Only our own errors in full: a stranger's text may quote a child's data."""
    return (
        f"{exc.code}: {exc.detail}" if isinstance(exc, SendError) else f"{type(exc).__name__} (the log has the place)"
    )
