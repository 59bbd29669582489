"""How far a consumer is, honestly: up to which instant it has seen everything.

An empty topic partition does not mean that nothing happened: the relay before it may have died. So every relay says
now and then "up to this instant everything is published, and these are the heads" (``send.watermarks.v1``). A
consumer has caught up to that instant once its cursor has passed the lane's head. Without fresh watermarks the age
grows, and whoever reads a projection sees that its data may be old.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.edge.db import queries
from shared.edge.kafka import new_consumer, put_away
from shared.edge.settings import Settings
from shared.edge.topics import WATERMARKS

from .lane import Standing

if TYPE_CHECKING:
    from .consume import Consumer

_SQL = queries("flow_queries")
_SOON = 10.0
_LOOK = 5.0
"""Seconds for one look at the watermarks. A client may wait 40 s for a topic without a leader, and whoever looks has
lanes to set going again."""
_RECENT = 200
"""Watermarks to look back at when starting: several from each service."""


Marks = Mapping[str, tuple[datetime, Sequence[int]]]
"""By topic: up to which instant it holds everything, and the lanes' heads at that instant."""


class Progress:
    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self._caught_up: dict[TopicPartition, datetime] = {}

    def lag_seconds(self) -> float | None:
        """Age of the oldest lane's knowledge; None before the first watermark."""
        ages = [self._caught_up.get(partition) for partition in self.consumer.lanes]
        if not ages or any(at is None for at in ages):
            return None
        return max(0.0, (datetime.now(UTC) - min(at for at in ages if at is not None)).total_seconds())

    async def note(self, kafka: Any, marks: Marks) -> None:
        """Compare with the watermarks and with Kafka's ends, and write down where every lane stands."""
        lanes = dict(self.consumer.lanes)
        for partition, lane in lanes.items():
            # What was fetched and not yet applied counts as lag, so the cursor and not the position is compared.
            end = kafka.highwater(partition)
            lane.lag_events = max(0, end - lane.next_offset) if end is not None else lane.lag_events
            mark = marks.get(lane.topic)
            if mark and lane.standing is Standing.MOVES and lane.sequence >= mark[1][lane.number]:
                self._caught_up[partition] = mark[0]
        if lanes:
            await self.consumer.pool.execute(
                _SQL["progress"],
                self.consumer.effect.name,
                [lane.topic for lane in lanes.values()],
                [lane.number for lane in lanes.values()],
                [self._caught_up.get(partition) for partition in lanes],
                [lane.lag_events for lane in lanes.values()],
                [lane.reason for lane in lanes.values()],
            )


class Watermarks:
    """What the relays last said, as heard by one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.seen: dict[str, tuple[datetime, Sequence[int]]] = {}
        self.epochs: dict[str, Sequence[int]] = {}
        """Of the same heads. Higher than a cursor's: the log was restored from a backup since."""
        self._reader: Any = None

    async def look(self) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                if self._reader is None:
                    self._reader = await self._open()
                found = await self._reader.getmany(timeout_ms=0)
        except (KafkaError, OSError, TimeoutError):
            await self.close()
            return
        for records in found.values():
            for record in records:
                with suppress(ValueError, KeyError, TypeError):
                    mark = orjson.loads(record.value)
                    self.seen[mark["topic"]] = (datetime.fromisoformat(mark["at"]), list(mark["heads"]))
                    self.epochs[mark["topic"]] = list(mark["epochs"])

    async def _open(self) -> Any:
        reader = new_consumer(self.settings, WATERMARKS)
        try:
            await reader.start()
            partition = TopicPartition(WATERMARKS, 0)
            ends = await reader.end_offsets([partition])
            begins = await reader.beginning_offsets([partition])
            reader.seek(partition, max(begins[partition], ends[partition] - _RECENT))
        except BaseException:
            await put_away(reader.stop(), _SOON)
            raise
        return reader

    async def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await put_away(reader.stop(), _SOON)


def age(caught_up_at: datetime | None) -> float | None:
    """Seconds since an instant; None if there was none."""
    return None if caught_up_at is None else max(0.0, time.time() - caught_up_at.timestamp())
