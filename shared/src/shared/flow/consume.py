"""The one consumer: applies events in order, each exactly once, and stops a lane rather than skip in it.

Delivery is at least once. The cursor ``(consumer, topic, lane, sequence)`` commits in the effect's own PostgreSQL
transaction, and only from where it stood, so redelivery, failover and a second member that still holds the lane are
all the same case: what is not ``last + 1`` is not applied. Kafka's committed offset is only a hint (docs/adr/0004).
Several consumers of one process share a ``Subscription``; one alone has its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

import structlog
from aiokafka import TopicPartition

from shared.core.errors import SendError
from shared.core.ids import LANES
from shared.edge.db import CONTENTION, OUTAGES, Connection, Pool, queries
from shared.edge.kafka import Delivered
from shared.edge.settings import Settings
from shared.edge.telemetry import attributes, context_of, traced, tracer

from .faults import point
from .lane import Lane, Standing, follows
from .progress import Marks, Progress, Watermarks
from .subscription import Arrived, Batch, Subscription, Unreadable

log = structlog.get_logger()

_SQL = queries("flow_queries")
TRANSIENT = OUTAGES
"""The lane waits a little and tries again, for as long as it takes."""
_AT_ONCE = 5
_AHEAD = 2
"""Polls that wait for a consumer which is slower than its neighbours; with more, all of them wait for it."""


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
    def __init__(
        self,
        *,
        effect: Effect,
        pool: Pool,
        settings: Settings,
        batch: int = 500,
        subscription: Subscription | None = None,
    ) -> None:
        self.effect, self.pool, self.settings, self.batch = effect, pool, settings, batch
        self.on_applied: list[Any] = []
        """Called with the events after each commit (wakes the relay, or whoever waits for changes)."""
        self.lanes: dict[TopicPartition, Lane] = {}
        self.progress = Progress(self)
        self.alone = subscription is None
        self.subscription = subscription or Subscription(name=effect.name, topics=effect.topics, settings=settings)
        self._inbox: asyncio.Queue[Batch] = asyncio.Queue(_AHEAD)
        self._applying = False
        self._error: str | None = None

    @property
    def group(self) -> str:
        return self.subscription.group

    def health(self) -> dict[str, Any]:
        """Ready when connected and every lane it holds moves; otherwise the reasons, lane by lane."""
        stuck = [lane for lane in self.lanes.values() if lane.reason]
        reasons = [f"{lane.topic} lane {lane.number}: {lane.reason}" for lane in stuck]
        reasons = [error for error in (self.subscription.error, self._error) if error] + reasons
        return {
            "ready": not reasons,
            "reasons": reasons,
            "lanes": len(self.lanes),
            "lag_events": sum(lane.lag_events for lane in self.lanes.values()),
            "lag_seconds": self.progress.lag_seconds(),
        }

    # --- running ---

    async def run(self) -> None:
        """Consume until cancelled. Without a broker or a database it waits and says so in ``health``.

        A shared subscription is run by whoever made it.
        """
        jobs = [self._follow(), self.subscription.run()] if self.alone else [self._follow()]
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self) -> None:
        await self.subscription.join(self)
        try:
            while True:
                batch = await self._inbox.get()
                while not self._inbox.empty():  # what came meanwhile is applied together
                    for partition, more in self._inbox.get_nowait().items():
                        batch = {**batch, partition: [*batch.get(partition, ()), *more]}
                self._applying = True
                await self._take_in(batch)
                self._applying = False
        finally:
            self.subscription.leave(self)
            while not self._inbox.empty():  # or whoever gives would wait for room
                self._inbox.get_nowait()

    def waits_for_more(self, marks: Marks) -> bool:
        """Whether it has nothing in hand, though a lane that moves is not yet where its topic's watermark is."""
        if self._applying or not self._inbox.empty():
            return False
        moving = (lane for lane in self.lanes.values() if lane.standing is Standing.MOVES and lane.topic in marks)
        return any(lane.sequence < marks[lane.topic][1][lane.number] for lane in moving)

    def notice_forks(self, marks: Watermarks) -> list[TopicPartition]:
        """Stop in lanes where a restored log is behind what was applied here: no event may ever come to show it."""
        forked = []
        for partition, lane in self.lanes.items():
            epoch = marks.epochs.get(lane.topic, (0,) * LANES)[lane.number]
            if lane.standing is not Standing.MOVES or epoch <= lane.epoch:
                continue
            if (head := marks.seen[lane.topic][1][lane.number]) < lane.sequence:
                lane.fork(epoch, head + 1)
                forked.append(partition)
        return forked

    async def give(self, batch: Batch) -> None:
        """What was read; waits while this consumer is too far behind."""
        await self._inbox.put(batch)

    # --- lanes come and go ---

    async def take(self, partitions: Sequence[TopicPartition]) -> None:
        """Hold these partitions now, and only these, each from our own cursor on."""
        self.lanes = {p: await self._stand(p) for p in partitions if p.topic in self.effect.topics}

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

    async def _take_in(self, batch: Batch) -> None:
        for partition, arrived in batch.items():
            lane = self.lanes.get(partition)
            if lane is None or lane.standing is not Standing.MOVES:
                continue  # revoked a moment ago, or halted: it is read again from the cursor
            try:
                await self._go_through(lane, arrived)
            except Exception as exc:
                lane.halt(_words(exc))
                log.exception("lane halted", consumer=self.effect.name, topic=lane.topic, lane=lane.number)
            if lane.standing is not Standing.MOVES:
                log.warning("lane stopped", consumer=self.effect.name, topic=lane.topic, lane=lane.number,
                            reason=lane.reason)  # fmt: skip
                self.subscription.stopped(partition)

    async def _go_through(self, lane: Lane, arrived: Sequence[Arrived]) -> None:
        """Everything new in what arrived, as far as the lane can go."""
        events: list[Delivered] = []
        for event in arrived:
            if isinstance(event, Unreadable):
                await self._apply(lane, events)
                events = []
                if lane.standing is not Standing.MOVES:
                    return
                if not await self._pass_by(lane, event.record, event.reason):
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


def _words(exc: Exception) -> str:
    """What went wrong. Only our own errors in full: a stranger's text may quote a child's data."""
    if isinstance(exc, SendError):
        return exc.detail
    if isinstance(exc, TRANSIENT):
        return f"the database does not answer ({type(exc).__name__})"
    return f"{type(exc).__name__} (the log has the place)"
