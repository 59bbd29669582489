"""The consumer with an effect that does nothing, beside bare aiokafka reading and decoding the same records.

Ours moves its cursor in a durable transaction with every batch, and checks order, gaps and epoch. Bare: `getmany`
without a group and without a commit; once with JSON alone decoded, once with every header read as ours reads it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from shared.core.ids import LANES
from shared.edge.db import Connection, Pool, open_pool
from shared.edge.kafka import Delivered, assigned, delivered
from shared.flow.consume import Consumer
from shared.flow.relay import Relay

from .figures import Figure
from .made_up import fill
from .place import Place
from .rounds import turn_about

EVENTS = 100_000
ROUNDS = 5
TOPIC = "send.bench-consume.v1"


async def measure(place: Place) -> list[Figure]:
    number = 10_000 if place.quick else EVENTS
    await place.database("consume")
    await place.topic(TOPIC)
    await place.topic("send.watermarks.v1")
    place.say(f"filling a topic with {number:,} events")
    await fill(place.owner_url("consume"), first=0, until=number)
    pool = await open_pool(place.url("consume"), max_size=8)
    settings = place.settings("consume")
    await Relay(service="referral", topic=TOPIC, pool=pool, settings=settings).catch_up()
    names = (f"effect-{n}" for n in range(1_000))
    place.say("consuming")
    found = await turn_about(
        {
            "json": lambda: _bare(place, number, lambda record: orjson.loads(record.value)),
            "headers": lambda: _bare(place, number, lambda record: (delivered(record), orjson.loads(record.value))),
            "ours": lambda: _consumer(place, pool, number, next(names)),
        },
        rounds=1 if place.quick else ROUNDS,
        others=place.others,
    )
    await pool.close()
    what = "consume, topic to an effect that does nothing"
    return [
        Figure(what, "events/s", found["ours"], "aiokafka getmany and JSON", found["json"]),
        Figure(what, "events/s", found["ours"], "aiokafka getmany, headers and JSON", found["headers"]),
    ]


class _Counts:
    """Decodes as every effect does, and keeps nothing."""

    topics: Sequence[str] = (TOPIC,)

    def __init__(self, name: str, number: int) -> None:
        self.name, self._left = name, number
        self.began = 0.0
        self.done = asyncio.Event()

    async def apply(self, connection: Connection, events: Sequence[Delivered]) -> None:
        self.began = self.began or time.perf_counter()
        for event in events:
            orjson.loads(event.data)
        self._left -= len(events)
        if self._left == 0:
            self.done.set()


async def _consumer(place: Place, pool: Pool, number: int, name: str) -> float:
    """From the first batch to the last; joining the group is not counted."""
    effect = _Counts(name, number)
    consumer = Consumer(effect=effect, pool=pool, settings=place.settings("consume"))
    running = asyncio.create_task(consumer.run())
    try:
        await asyncio.wait_for(effect.done.wait(), 120)
        return number / (time.perf_counter() - effect.began)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _bare(place: Place, number: int, decode: Callable[[Any], object]) -> float:
    async with assigned(place.settings("consume"), TOPIC) as (consumer, partitions):
        assert len(partitions) == LANES
        began, left = 0.0, number
        while left:
            found = await consumer.getmany(timeout_ms=1_000, max_records=1_000)
            began = began or time.perf_counter()
            for records in found.values():
                for record in records:
                    decode(record)
                left -= len(records)
        return number / (time.perf_counter() - began)
