"""The one consumer: applies events in order, each exactly once, and stops a lane rather than skip in it.

Delivery is at least once. The cursor ``(consumer, topic, lane, sequence)`` commits in the effect's own PostgreSQL
transaction, and only from where it stood, so redelivery, failover and a second member that still holds the lane are
all the same case: what is not ``last + 1`` is not applied. Kafka's committed offset is only a hint (docs/adr/0004).

FastStream's acknowledgement and header traps are avoided here, once: manual acknowledgement, a parser that cannot
raise, no exception out of the handler.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.core.errors import SendError, Unprocessable
from shared.edge.db import CONTENTION, OUTAGES, Connection, Pool, queries
from shared.edge.kafka import Delivered, delivered, put_away
from shared.edge.settings import Settings
from shared.edge.telemetry import attributes, context_of, traced, tracer

from .faults import point
from .lane import Lane, Standing, follows
from .progress import Progress

log = structlog.get_logger()

_SQL = queries("flow_queries")
TRANSIENT = OUTAGES
"""The lane waits a little and tries again, for as long as it takes."""
_AT_ONCE = 5
_COMMIT_EVERY = 5.0
"""Seconds between commits of the offsets to Kafka, for tools that watch lag there; our own cursors are the truth."""
_EMPTY_POLL_MS = 10
"""FastStream sleeps this long after an empty poll: the price in latency of one idle consumer."""


class Effect(Protocol):
    """What a consumer does with events."""

    name: str
    """Of the cursors, and of the Kafka group together with the service's name."""
    topics: Sequence[str]

    async def apply(self, connection: Connection, events: Sequence[Delivered]) -> None:
        """Take in events of one lane of one topic, consecutive, in the transaction that also moves the cursor."""
        ...


class Parks(Protocol):
    """An effect that can set a record aside for people; a projection cannot, and so halts."""

    async def park_record(self, connection: Connection, record: Any, reason: str) -> None: ...


class Consumer:
    def __init__(self, *, effect: Effect, pool: Pool, settings: Settings, batch: int = 500) -> None:
        self.effect, self.pool, self.settings, self.batch = effect, pool, settings, batch
        self.on_applied: list[Any] = []
        """Called with the events after each commit (wakes the relay, or whoever waits for changes)."""
        self.lanes: dict[TopicPartition, Lane] = {}
        self.progress = Progress(self)
        self._subscriber: Any = None
        self._error: str | None = "not connected to Kafka yet"

    @property
    def group(self) -> str:
        return f"{self.settings.service}.{self.effect.name}"

    def health(self) -> dict[str, Any]:
        """Ready when connected and every lane it holds moves; otherwise the reasons, lane by lane."""
        stuck = [lane for lane in self.lanes.values() if lane.reason]
        reasons = [f"{lane.topic} lane {lane.number}: {lane.reason}" for lane in stuck]
        if self._error:
            reasons.insert(0, self._error)
        return {
            "ready": not reasons,
            "reasons": reasons,
            "lanes": len(self.lanes),
            "lag_events": sum(lane.lag_events for lane in self.lanes.values()),
            "lag_seconds": self.progress.lag_seconds(),
        }

    # --- running ---

    async def run(self) -> None:
        """Consume until cancelled. Without a broker or a database it waits and says so in ``health``."""
        while True:
            broker = self._broker()
            try:
                await broker.start()
                self._error = None
                await self._mind()
            except (KafkaError, OSError, TimeoutError) as exc:
                self._error = f"Kafka does not answer ({type(exc).__name__})"
                log.warning("consumer interrupted", consumer=self.effect.name, error=type(exc).__name__)
                await asyncio.sleep(1.0)
            finally:
                await self.progress.close()
                await put_away(broker.stop(), 10)

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self.settings.kafka_bootstrap_servers,
            client_id=self.group,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
            log_level=logging.DEBUG,
            graceful_timeout=5.0,
        )
        self._subscriber = broker.subscriber(
            *self.effect.topics,
            group_id=self.group,
            batch=True,
            max_records=2 * self.batch,
            batch_timeout_ms=_EMPTY_POLL_MS,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=6_000,
            heartbeat_interval_ms=1_000,
            max_poll_interval_ms=600_000,
            ack_policy=AckPolicy.MANUAL,
            listener=_Assignments(self),
            parser=_harmless,
            decoder=_undecoded,
        )
        self._subscriber(self._on_batch)
        return broker

    async def _mind(self) -> None:
        """Beside the consume loop: publish how far we are, and give stuck lanes another chance."""
        committed_at = time.monotonic()
        while True:
            await asyncio.sleep(1.0)
            consumer = self._subscriber.consumer
            if consumer is None:
                raise TimeoutError
            with suppress(*TRANSIENT):
                await self.progress.note(consumer)
            now = time.monotonic()
            if self.lanes and now - committed_at > _COMMIT_EVERY:
                committed_at = now
                with suppress(KafkaError, AssertionError, ValueError):
                    await consumer.commit({p: lane.next_offset for p, lane in self.lanes.items() if lane.next_offset})
                    await point("consume.offsets-committed")
            for partition, lane in list(self.lanes.items()):
                if lane.standing is not Standing.MOVES and now >= lane.retry_at:
                    lane.resume()
                    with suppress(KafkaError, AssertionError):  # a rebalance may have taken it
                        consumer.seek(partition, lane.next_offset)
                        consumer.resume(partition)

    # --- lanes come and go ---

    async def take(self, partitions: Sequence[TopicPartition]) -> None:
        """Hold these partitions now, and only these: read on from our own cursors."""
        lanes = {partition: await self._stand(partition) for partition in partitions}
        # Records may come as soon as a partition has a position: the lanes must be known by then.
        self.lanes = lanes
        await point("consume.lanes-taken")
        for partition, lane in lanes.items():
            self._subscriber.consumer.seek(partition, lane.next_offset)
        log.info("lanes taken", consumer=self.effect.name, lanes=len(lanes))

    async def _stand(self, partition: TopicPartition) -> Lane:
        topic, number = partition
        while True:
            try:
                rows = await self.pool.fetch(_SQL["cursors"], self.effect.name, topic, [number])
                if not rows:
                    await self.pool.execute(_SQL["make_cursor"], self.effect.name, topic, number)
                    return Lane(topic, number)
                row = rows[0]
                return Lane(topic, number, row["sequence"], row["next_offset"], row["epoch"], row["hash"])
            except TRANSIENT as exc:
                self._error = f"the database does not answer ({type(exc).__name__})"
                log.warning("waiting for the database", consumer=self.effect.name, error=type(exc).__name__)
                await asyncio.sleep(0.5)
                continue
            finally:
                if self._error and self._error.startswith("the database"):
                    self._error = None

    # --- events ---

    async def _on_batch(self, message: Any) -> None:
        records: dict[TopicPartition, list[Any]] = {}
        for record in message.raw_message:
            records.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        for partition, theirs in records.items():
            lane = self.lanes.get(partition)
            if lane is None or lane.standing is not Standing.MOVES:
                continue  # revoked a moment ago, or halted: it is read again from the cursor
            try:
                await self._take_in(lane, theirs)
            except Exception as exc:
                lane.halt(_words(exc))
                log.exception("lane halted", consumer=self.effect.name, topic=lane.topic, lane=lane.number)
            if lane.standing is not Standing.MOVES:
                self._hold(partition, lane)

    def _hold(self, partition: TopicPartition, lane: Lane) -> None:
        log.warning("lane stopped", consumer=self.effect.name, topic=lane.topic, lane=lane.number, reason=lane.reason)
        with suppress(KafkaError, AssertionError):
            self._subscriber.consumer.pause(partition)

    async def _take_in(self, lane: Lane, records: Sequence[Any]) -> None:
        """Everything new in these records, as far as the lane can go."""
        events: list[Delivered] = []
        for record in records:
            try:
                event = delivered(record)
            except Unprocessable as bad:
                await self._apply(lane, events)
                events = []
                if lane.standing is not Standing.MOVES:
                    return
                if not await self._pass_by(lane, record, bad.detail):
                    return
                continue
            if events and (len(events) == self.batch or not follows(events[-1], event)):
                await self._apply(lane, events)
                events = []
                if lane.standing is not Standing.MOVES:
                    return
            if events:
                events.append(event)
                continue
            verdict = lane.judge(event)
            if verdict == "stop":
                return
            if verdict == "next":
                events.append(event)
        await self._apply(lane, events)

    async def _pass_by(self, lane: Lane, record: Any, reason: str) -> bool:
        """A record that is no event of ours. A reaction parks it; a projection waits until somebody waives it."""
        async with self.pool.acquire() as connection, connection.transaction():
            place = (self.effect.name, lane.topic, lane.number, record.offset)
            if not await connection.fetchval(_SQL["waived"], *place):
                park = getattr(self.effect, "park_record", None)
                if park is None:
                    lane.halt(f"record at offset {record.offset} is no event: {reason}")
                    return False
                await park(connection, record, reason)
                await connection.execute(_SQL["waive"], *place, f"parked: {reason}")
                await point("consume.before-pass")
        await point("consume.after-pass")
        lane.pass_by(record.offset)
        return True

    async def _apply(self, lane: Lane, events: Sequence[Delivered]) -> None:
        """Apply and move the cursor, in one transaction; where a batch fails, one by one up to the culprit."""
        attempt = 0
        while events:
            try:
                await self._commit(lane, events)
                return
            except _Fenced:
                fresh = await self._stand(TopicPartition(lane.topic, lane.number))
                lane.move(fresh.sequence, fresh.next_offset, fresh.epoch, fresh.hash)
                events = [event for event in events if event.sequence > lane.sequence]
                if events and events[0].sequence != lane.sequence + 1:
                    lane.wait_for(lane.sequence + 1, events[0].sequence)
                    return
            except CONTENTION as exc:
                attempt += 1
                if attempt == _AT_ONCE:
                    self._halt(lane, events[0], exc)
                    return
            except Exception as exc:
                if len(events) == 1 or isinstance(exc, TRANSIENT):
                    self._halt(lane, events[0], exc)
                    return
                for event in events:
                    await self._apply(lane, [event])
                    if lane.standing is not Standing.MOVES:
                        return
                return

    def _halt(self, lane: Lane, event: Delivered, exc: Exception) -> None:
        lane.halt(f"event {event.sequence} ({event.type}, {event.event_id}): {_words(exc)}")
        log.error("lane halted", consumer=self.effect.name, topic=lane.topic, lane=lane.number,
                  event_id=str(event.event_id), type=event.type, exc_info=exc)  # fmt: skip

    async def _commit(self, lane: Lane, events: Sequence[Delivered]) -> None:
        began = time.perf_counter()
        last = events[-1]
        spans = [self._span(event) for event in events] if traced() else ()
        try:
            async with self.pool.acquire() as connection:
                async with connection.transaction():
                    moved = await connection.execute(
                        _SQL["move_cursor"], self.effect.name, lane.topic, lane.number, lane.sequence, last.sequence,
                        last.offset + 1, last.epoch, last.hash,
                    )  # fmt: skip
                    if moved != "UPDATE 1":
                        raise _Fenced
                    await point("consume.before-apply")
                    await self.effect.apply(connection, events)
                    await point("consume.before-commit")
            await point("consume.after-commit")
        finally:
            for span in spans:
                span.end()
        lane.move(last.sequence, last.offset + 1, last.epoch, last.hash)
        lane.applied_at = time.time()
        for told in self.on_applied:
            told(events)
        log.info("applied", consumer=self.effect.name, topic=lane.topic, lane=lane.number, sequence=last.sequence,
                 events=len(events), ms=round((time.perf_counter() - began) * 1000, 2))  # fmt: skip

    def _span(self, event: Delivered) -> Any:
        return tracer.start_span(
            f"{self.effect.name} {event.type}",
            context=context_of(event.traceparent),
            attributes=attributes(consumer=self.effect.name, event_id=str(event.event_id), sequence=event.sequence),
        )


class _Fenced(Exception):
    """Another member moved the cursor: it holds the lane now, or we lost it for a while."""


class _Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.consumer.lanes = {p: lane for p, lane in self.consumer.lanes.items() if p not in revoked}

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self.consumer.take(sorted(assigned))


async def _harmless(records: Any, original: Any) -> Any:
    """FastStream decodes every header as UTF-8 and loses the whole batch where one cannot be; we read the raw ones."""
    message = await original(tuple(dataclasses.replace(record, headers=()) for record in records))
    message.raw_message = records
    return message


async def _undecoded(message: Any) -> Any:
    return message


def _words(exc: Exception) -> str:
    """What went wrong. Only our own errors in full: a stranger's text may quote a child's data."""
    if isinstance(exc, SendError):
        return exc.detail
    if isinstance(exc, TRANSIENT):
        return f"the database does not answer ({type(exc).__name__})"
    return f"{type(exc).__name__} (the log has the place)"
