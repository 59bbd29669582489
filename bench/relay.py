"""The relay from a filled log to its topic, beside bare aiokafka producing the same records.

The bare producer has the relay's settings (acks=all, idempotent, 128 kB batches) and is handed records that are ready
in memory: it reads no database, encodes nothing and remembers no position. By `send()` it lets aiokafka make the
batches; by `send_batch()` it fills them itself, as the relay does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
from shared.core.codec import StoredEvent
from shared.core.ids import LANES
from shared.edge.db import Pool, open_pool, queries
from shared.edge.kafka import discard, new_producer, to_record
from shared.flow.relay import PAGE, Relay

from .figures import Figure, at_least
from .made_up import fill
from .place import Place
from .rounds import turn_about

EVENTS = 100_000
ROUNDS = 5
SERVICE = "referral"

Record = tuple[int, dict[str, Any]]
"""Its lane, and the arguments of one record."""


async def measure(place: Place) -> list[Figure]:
    number = 10_000 if place.quick else EVENTS
    await place.database("relay")
    place.say(f"filling a log with {number:,} events")
    await fill(place.owner_url("relay"), first=0, until=number)
    pool = await open_pool(place.url("relay"), max_size=4)
    records = await _records(pool)
    names = (f"send.bench-{n}.v1" for n in range(1_000))

    async def on_a_new_topic(work: Callable[[str], Awaitable[float]]) -> float:
        return await work(await place.topic(next(names)))

    place.say("relaying and producing")
    found = await turn_about(
        {
            "send": lambda: on_a_new_topic(lambda topic: _bare(place, topic, records, _by_send)),
            "batches": lambda: on_a_new_topic(lambda topic: _bare(place, topic, records, _by_batch)),
            "ours": lambda: on_a_new_topic(lambda topic: _relay(place, pool, topic, number)),
        },
        rounds=1 if place.quick else ROUNDS,
        others=place.others,
    )
    await pool.close()
    what = "relay, log to topic"
    return [
        Figure(what, "events/s", found["ours"], "aiokafka, send()", found["send"], at_least(0.70)),
        Figure(what, "events/s", found["ours"], "aiokafka, batches filled by hand", found["batches"]),
    ]


async def _records(pool: Pool) -> list[Record]:
    """Every record, in the order in which the relay comes to them."""
    pages: list[list[Record]] = []
    for lane in range(LANES):
        after = 0
        while rows := await pool.fetch(queries("event_store_queries")["read_lane"], lane, after, PAGE):
            events = [StoredEvent(*row) for row in rows]
            number = after // PAGE
            pages += [[] for _ in range(number + 1 - len(pages))]
            pages[number] += [(lane, to_record(SERVICE, event)) for event in events]
            after = events[-1].sequence
    return [record for page in pages for record in page]


async def _relay(place: Place, pool: Pool, topic: str, number: int) -> float:
    """Events a second of ``Relay.catch_up``, with its look at the topic and its leadership."""
    owner = await asyncpg.connect(place.owner_url("relay"))
    await owner.execute("update flow.relay set sequence = 0")
    await owner.close()
    relay = Relay(service=SERVICE, topic=topic, pool=pool, settings=place.settings("relay"))
    began = time.perf_counter()
    sent = await relay.catch_up()
    took = time.perf_counter() - began
    assert sent == number
    return sent / took


async def _bare(
    place: Place, topic: str, records: Sequence[Record], send: Callable[[Any, str, Sequence[Record]], Awaitable[None]]
) -> float:
    producer = new_producer(place.settings("relay"), client_id="bench")
    began = time.perf_counter()
    await producer.start()
    try:
        await send(producer, topic, records)
        return len(records) / (time.perf_counter() - began)
    finally:
        await discard(producer)


async def _by_send(producer: Any, topic: str, records: Sequence[Record]) -> None:
    """A few thousand in flight, as many as the relay has in a round."""
    for start in range(0, len(records), PAGE * LANES):
        futures = [
            await producer.send(
                topic, record["value"], key=record["key"], partition=lane, timestamp_ms=record["timestamp"],
                headers=record["headers"],
            )
            for lane, record in records[start : start + PAGE * LANES]
        ]  # fmt: skip
        await asyncio.gather(*futures)


async def _by_batch(producer: Any, topic: str, records: Sequence[Record]) -> None:
    for start in range(0, len(records), PAGE * LANES):
        batches: list[tuple[int, Any]] = []
        last, batch = -1, None
        for lane, record in records[start : start + PAGE * LANES]:
            if lane != last or batch is None or batch.append(**record) is None:
                last, batch = lane, producer.create_batch()
                batch.append(**record)
                batches.append((lane, batch))
        await asyncio.gather(*[await producer.send_batch(b, topic, partition=lane) for lane, b in batches])
