"""Durable single-event commands at the store, against the same INSERT without lanes, order or chain.

Yardstick: the same row, columns, indexes, table options and durability (fsync, synchronous_commit=on); a plain INSERT
with a sequence for the number and no hash. Both run turn about, several rounds, and the ratio of medians is given.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
from shared.core.codec import NewEvent
from shared.core.ids import lane_of
from shared.edge.db import open_pool
from shared.edge.store import PostgresEventStore

WRITERS = 8
ROUNDS = 5
SECONDS = 3.0
TARGET = 0.65

_PLAIN = """
create schema plain;
create sequence plain.numbers;
create table plain.events (like es.events);
alter table plain.events add primary key (lane, sequence), add unique (stream, version);
grant usage on schema plain to send_app; grant insert on plain.events to send_app;
grant usage on sequence plain.numbers to send_app;
"""
_INSERT = """
insert into plain.events values ($1, nextval('plain.numbers'), $2, 1, $3, $4, 1, $5, '999', $6, 1, $7, $8, '\\x')
"""
_DATA = (
    b'{"case_id":"'
    + str(uuid4()).encode()
    + b'","occurred_on":"2026-09-07","type":"bench.happened","text":"'
    + b"x" * 200
    + b'"}'
)
_META = b'{"actor":{"la_code":"999","org_id":"999","role":"send_caseworker","user_id":"bench"},"traceparent":null}'


async def _rate(write: Any) -> float:
    counts = [0] * WRITERS
    ends = time.perf_counter() + SECONDS

    async def writer(number: int) -> None:
        while time.perf_counter() < ends:
            await write()
            counts[number] += 1

    started = time.perf_counter()
    await asyncio.gather(*(writer(n) for n in range(WRITERS)))
    return sum(counts) / (time.perf_counter() - started)


async def measure(url: str, owner_url: str) -> dict[str, float]:
    """Commands per second of both, and their ratio. The database has the kernel's tables."""
    owner = await asyncpg.connect(owner_url)
    await owner.execute(_PLAIN)
    await owner.close()
    pool = await open_pool(url, min_size=WRITERS, max_size=WRITERS)
    store = PostgresEventStore(pool)

    async def ours() -> None:
        stream = uuid4()
        await store.append(
            lane=lane_of(stream), stream=f"thing-{stream}", expected_version=0, command_id=uuid4(), la_code="999",
            recorded_at=datetime.now(UTC), events=[NewEvent(uuid4(), "bench.happened", 1, _DATA, _META)],
        )  # fmt: skip

    async def plain() -> None:
        stream = uuid4()
        await pool.execute(
            _INSERT,
            lane_of(stream),
            f"thing-{stream}",
            uuid4(),
            "bench.happened",
            uuid4(),
            datetime.now(UTC),
            _DATA,
            _META,
        )

    rates: dict[str, list[float]] = {"ours": [], "plain": []}
    for _ in range(ROUNDS):
        rates["plain"].append(await _rate(plain))
        rates["ours"].append(await _rate(ours))
    await pool.close()
    median = {name: statistics.median(found) for name, found in rates.items()}
    return {**median, "ratio": median["ours"] / median["plain"]}
