"""What the consumers of a process read from Kafka: once, however many they are, and each at its own pace.

One fetch asks a broker for eighty partitions and costs more than applying the event it brings, so the projections share
theirs. Every consumer has its own cursors, halts for itself and is given everything; what it has already applied it
passes over. Kafka is read from where the hindmost of them stands.

FastStream's acknowledgement and header traps are avoided here, once: manual acknowledgement, a parser that cannot
raise, no sleep after an empty poll, no exception out of the handler.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.core.errors import Unprocessable
from shared.edge.db import OUTAGES
from shared.edge.kafka import Delivered, delivered, not_meant_for_us, put_away
from shared.edge.settings import Settings

from .faults import point
from .lane import Standing
from .progress import Watermarks

if TYPE_CHECKING:
    from .consume import Consumer

log = structlog.get_logger()

_COMMIT_EVERY = 5.0
"""Seconds between commits of the offsets to Kafka, for tools that watch lag there; our own cursors are the truth."""
_SOON = 5.0
_POLL_MS = 500
"""How long one poll waits for something; whatever comes ends it at once."""
_RECORDS = 1_000
"""Of one poll at most."""


METADATA_MS = 10_000
"""How soon a topic that was made anew is found again; aiokafka's own five minutes are a long silence."""
STALLED = 20.0
"""Seconds without a record, where the watermarks say that there are some, after which the client is made anew."""


class _Stalled(Exception):
    """Records should come and do not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is no event of ours."""

    record: Any
    reason: str

    @property
    def offset(self) -> int:
        return int(self.record.offset)


Arrived = Delivered | Unreadable
Batch = dict[TopicPartition, list[Arrived]]
"""Of one poll, by partition and in order."""


class Subscription:
    """``name``: of the Kafka group, together with the service's. ``topics``: of all consumers that may ever join."""

    def __init__(self, *, name: str, topics: Iterable[str], settings: Settings) -> None:
        self.name, self.topics, self.settings = name, sorted(set(topics)), settings
        self.consumers: list[Consumer] = []
        self.error: str | None = "not connected to Kafka yet"
        self._held: list[TopicPartition] = []
        self._subscriber: Any = None
        self._watermarks = Watermarks(settings)
        self._heard_at = time.monotonic()
        self._giving = False

    @property
    def group(self) -> str:
        return f"{self.settings.service}.{self.name}"

    # --- running ---

    async def run(self) -> None:
        """Read until cancelled. Without a broker it waits and says so in ``error``."""
        while True:
            broker = self._broker()
            try:
                await broker.start()
                self.error = None
                await self._mind()
            except (KafkaError, OSError, TimeoutError) as exc:
                await self._pause(f"Kafka does not answer ({type(exc).__name__})")
            except _Stalled as exc:
                await self._pause(str(exc))
            except asyncio.CancelledError:
                if not not_meant_for_us():
                    raise
                await self._pause("the Kafka client was interrupted")
            finally:
                self.revoked(self._held)  # the next client must not be told of them before it holds them
                await self._watermarks.close()
                await put_away(broker.stop(), 10)

    async def _pause(self, why: str) -> None:
        self.error = why
        log.warning("subscription interrupted", group=self.group, error=why)
        await asyncio.sleep(1.0)

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self.settings.kafka_bootstrap_servers.split(","),  # FastStream takes a text for one server's name
            client_id=self.group,
            allow_auto_create_topics=False,
            metadata_max_age_ms=METADATA_MS,
            apply_types=False,
            logger=None,
            log_level=logging.DEBUG,
            graceful_timeout=5.0,
        )
        self._subscriber = broker.subscriber(
            *self.topics,
            group_id=self.group,
            batch=True,
            max_records=_RECORDS,
            batch_timeout_ms=_POLL_MS,
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
        self._subscriber.get_msg = _poll
        self._subscriber(self._on_batch)
        return broker

    async def _mind(self) -> None:
        """Beside the poll loop: publish how far we are, and give stuck lanes another chance."""
        committed_at = self._heard_at = time.monotonic()
        while True:
            await asyncio.sleep(1.0)
            if (kafka := self._kafka()) is None:
                raise TimeoutError
            self.error = self._without_topics(kafka)
            await self._watermarks.look()
            self._look_at_the_poll()
            for consumer in self.consumers:
                for partition in consumer.notice_forks(self._watermarks):
                    self.stopped(partition)
                with suppress(*OUTAGES):
                    await consumer.progress.note(kafka, self._watermarks.seen)
            if time.monotonic() - committed_at > _COMMIT_EVERY:
                committed_at = time.monotonic()
                await self._commit(kafka)
            self._go_on()

    def _without_topics(self, kafka: Any) -> str | None:
        # The group goes on without a topic that was deleted, and finds it again when it next looks at the metadata.
        missing = [topic for topic in self.topics if not kafka.partitions_for_topic(topic)]
        return f"there is no topic {', '.join(missing)}" if missing else None

    def _look_at_the_poll(self) -> None:
        # A poll loop may end without a word (FastStream takes a cancelled task for a wish), and a client may fetch
        # nothing more after its broker was away. Both hold their partitions and look well; nothing would ever come.
        if all(task.done() for task in self._subscriber.tasks):
            raise _Stalled("the poll of Kafka ended by itself")
        idle = time.monotonic() - self._heard_at
        waiting = any(consumer.waits_for_more(self._watermarks.seen) for consumer in self.consumers)
        if waiting and not self._giving and idle > STALLED:
            raise _Stalled(f"nothing came from Kafka for {idle:.0f} s, though there is something to read")

    async def _commit(self, kafka: Any) -> None:
        offsets = {p: at for p in self._held if (at := self._hindmost(p))}
        if offsets:
            # A client tries for ever where the group's coordinator is away; our own cursors are what counts.
            with suppress(KafkaError, AssertionError, ValueError, TimeoutError):
                async with asyncio.timeout(_SOON):
                    await kafka.commit(offsets)
                await point("consume.offsets-committed")

    def _go_on(self) -> None:
        now = time.monotonic()
        again = set()
        for consumer in self.consumers:
            for partition, lane in consumer.lanes.items():
                if lane.standing is not Standing.MOVES and now >= lane.retry_at:
                    lane.resume()
                    again.add(partition)
        self._read_on(again)

    # --- consumers and partitions come and go ---

    async def join(self, consumer: Consumer) -> None:
        """From now on this consumer is given everything, from its own cursors on."""
        await consumer.take(self._held)
        self.consumers.append(consumer)
        self._read_on(consumer.lanes)

    def leave(self, consumer: Consumer) -> None:
        with suppress(ValueError):
            self.consumers.remove(consumer)
        consumer.lanes = {}

    async def assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """Hold these partitions now, and only these."""
        # Records may come as soon as a partition has a position: the lanes must be known by then.
        self._held = list(partitions)
        for consumer in list(self.consumers):
            await consumer.take(partitions)
        await point("consume.lanes-taken")
        self._read_on(partitions)
        log.info("lanes taken", group=self.group, lanes=len(partitions))

    def revoked(self, partitions: Collection[TopicPartition]) -> None:
        partitions = set(partitions)
        self._held = [p for p in self._held if p not in partitions]
        for consumer in self.consumers:
            consumer.lanes = {p: lane for p, lane in consumer.lanes.items() if p not in partitions}

    def _read_on(self, partitions: Iterable[TopicPartition]) -> None:
        """From where the hindmost stands; not at all where nobody goes on."""
        if (kafka := self._kafka()) is None:
            return
        for partition in partitions:
            with suppress(KafkaError, AssertionError):  # a rebalance may have taken it
                if (offset := self._hindmost(partition, Standing.MOVES)) is None:
                    kafka.pause(partition)
                else:
                    kafka.seek(partition, offset)
                    kafka.resume(partition)

    def _hindmost(self, partition: TopicPartition, standing: Standing | None = None) -> int | None:
        """The lowest offset of those who need this partition next; ``standing``: of those lanes alone."""
        lanes = [lane for consumer in self.consumers if (lane := consumer.lanes.get(partition)) is not None]
        return min((lane.next_offset for lane in lanes if standing in (None, lane.standing)), default=None)

    def stopped(self, partition: TopicPartition) -> None:
        """A consumer stopped here. Where no other goes on, nothing more is read until one is to try again."""
        if self._hindmost(partition, Standing.MOVES) is None and (kafka := self._kafka()) is not None:
            with suppress(KafkaError, AssertionError):
                kafka.pause(partition)

    def _kafka(self) -> Any:
        """FastStream's client; None while there is none."""
        return None if self._subscriber is None else self._subscriber.consumer

    # --- records ---

    async def _on_batch(self, message: Any) -> None:
        batch: Batch = {}
        for record in message.raw_message:
            batch.setdefault(TopicPartition(record.topic, record.partition), []).append(_read(record))
        self._giving = True
        for consumer in list(self.consumers):
            await consumer.give(batch)
        self._giving, self._heard_at = False, time.monotonic()


class _Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self.subscription.revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self.subscription.assigned(sorted(assigned))


def _read(record: Any) -> Arrived:
    try:
        return delivered(record)
    except Unprocessable as bad:
        return Unreadable(record, bad.detail)


async def _poll(kafka: Any) -> Any:
    """Whatever is there, as soon as it is there. FastStream's own poll sleeps as long again after an empty one."""
    found = await kafka.getmany(timeout_ms=_POLL_MS, max_records=_RECORDS)
    return tuple(record for records in found.values() for record in records)


async def _harmless(records: Any, original: Any) -> Any:
    """FastStream decodes every header as UTF-8 and loses the whole batch where one cannot be; we read the raw records.

    One record without headers stands for all: its message is only what carries the raw ones to us.
    """
    message = await original((dataclasses.replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def _undecoded(message: Any) -> Any:
    return message
