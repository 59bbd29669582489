"""What stands at the two ends of a topic's partitions, and how to take away what must not stand there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.core.errors import Unprocessable

from .kafka import Delivered, assigned, delivered, put_away
from .settings import Settings

_SOON = 10.0
_OPTIONS = {
    # From the latest on, or the client would begin by fetching every partition's first megabyte; and without the long
    # wait for what is not there yet, because it sends no other request while one waits.
    "auto_offset_reset": "latest",
    "fetch_max_wait_ms": 10,
}


@dataclass(frozen=True, slots=True)
class Ends:
    """Of one partition: the offset of its first record, the offset after its last, and its last event if it has one."""

    begin: int
    end: int
    last: Delivered | None = None


async def topic_heads(settings: Settings, topic: str) -> dict[int, tuple[int, int]]:
    """By lane: the sequence number of the last event on the topic (0 if none) and the offset after it."""
    ends = await topic_ends(settings, topic)
    return {lane: (0 if at.last is None else at.last.sequence, at.end) for lane, at in ends.items()}


async def topic_ends(settings: Settings, topic: str) -> dict[int, Ends]:
    """By lane. Raises Unprocessable if there is no such topic."""
    async with assigned(settings, topic, **_OPTIONS) as (consumer, partitions):
        begins = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)

        def back(partition: TopicPartition, reach: int) -> tuple[int, int]:
            return max(begins[partition], ends[partition] - reach), ends[partition]

        lasts = await _nearest_event(consumer, {p: begins[p] for p in partitions}, ends, back, _last_event)
        return {p.partition: Ends(begins[p], ends[p], lasts.get(p)) for p in partitions}


async def topic_firsts(settings: Settings, topic: str, lanes: Collection[int]) -> dict[int, Delivered]:
    """The first event of these lanes; without those that have none. Raises as ``topic_ends``."""
    async with assigned(settings, topic, **_OPTIONS) as (consumer, partitions):
        wanted = [p for p in partitions if p.partition in lanes]
        begins = await consumer.beginning_offsets(wanted)
        ends = await consumer.end_offsets(wanted)

        def forward(partition: TopicPartition, reach: int) -> tuple[int, int]:
            return begins[partition], min(ends[partition], begins[partition] + reach)

        firsts = await _nearest_event(consumer, begins, ends, forward, _first_event)
        return {p.partition: event for p, event in firsts.items()}


async def take_away(settings: Settings, topic: str, before: Mapping[int, int]) -> None:
    """Delete the records of these lanes that stand before these offsets. Raises KafkaError if the broker refuses."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=10_000)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, lane): RecordsToDelete(at) for lane, at in before.items()})
    finally:
        await put_away(admin.close(), _SOON)


async def _nearest_event(
    consumer: AIOKafkaConsumer,
    begins: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
    span: Callable[[TopicPartition, int], tuple[int, int]],
    choose: Callable[[Sequence[Any]], Delivered | None],
) -> dict[TopicPartition, Delivered]:
    """The event nearest to an end. The record that stands there may be somebody's mistake: then look further."""
    found: dict[TopicPartition, Delivered] = {}
    reach, wanted = 1, [p for p in begins if ends[p] > begins[p]]
    while wanted:
        spans = {p: span(p, reach) for p in wanted}
        for partition, records in (await _read(consumer, spans)).items():
            if (event := choose(records)) is not None:
                found[partition] = event
        wanted = [p for p in wanted if p not in found and spans[p] != (begins[p], ends[p])]
        reach *= 10
    return found


def _first_event(records: Sequence[Any]) -> Delivered | None:
    for record in records:
        with suppress(Unprocessable):
            return delivered(record)
    return None


def _last_event(records: Sequence[Any]) -> Delivered | None:
    return _first_event(records[::-1])


async def _read(
    consumer: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]]
) -> dict[TopicPartition, list[Any]]:
    """What stands from these offsets up to those, of all partitions at once; the rest of the consumer's are paused.

    It may be more: what came meanwhile, and on the embedded broker, which takes a batch for one record when it says
    where a partition ends, the rest of the last batch.
    """
    found: dict[TopicPartition, list[Any]] = {partition: [] for partition in spans}
    consumer.pause(*consumer.assignment())
    for partition, (start, _) in spans.items():
        consumer.seek(partition, start)
        consumer.resume(partition)
    waiting = set(spans)
    async with asyncio.timeout(_SOON):
        while waiting:
            for partition, records in (await consumer.getmany(*waiting, timeout_ms=500)).items():
                found[partition] += records
            for partition in [p for p in waiting if await consumer.position(p) >= spans[p][1]]:
                consumer.pause(partition)
                waiting.discard(partition)
    return found
