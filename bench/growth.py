"""What an append and the load of a case cost as the store grows: ten times the events must not make a case dearer."""

from __future__ import annotations

import random
import time
from functools import partial

from shared.edge.db import open_pool
from shared.edge.store import PostgresEventStore

from .figures import Figure, quantile, under
from .machine import Watch
from .made_up import fill
from .place import Place
from .rounds import rate
from .store import append

SIZES = (100_000, 316_000, 1_000_000)
LONG = (*SIZES, 3_160_000, 10_000_000)
QUICK = (10_000, 30_000)
CONNECTIONS = 8
PER_STREAM = 50
ROUNDS = 5
_NOT_IN_MEMORY = (
    "the log is far larger than PostgreSQL's memory by then, and a case chosen anywhere in it is not in there; for "
    "what it costs when loaded again at once, see below."
)


async def measure(place: Place) -> list[Figure]:
    await place.database("growth")
    sizes = QUICK if place.quick else LONG if place.long else SIZES
    pool = await open_pool(place.url("growth"), min_size=CONNECTIONS, max_size=CONNECTIONS)
    store = PostgresEventStore(pool)
    appends: dict[int, list[float]] = {}
    loads: dict[int, list[float]] = {}
    again: dict[int, list[float]] = {}
    filled = 0
    for size in sizes:
        place.say(f"growing to {size:,} events")
        await fill(place.owner_url("growth"), first=filled, until=size, per_stream=PER_STREAM)
        filled = size
        appends[size], loads[size], again[size] = [], [], []
        for _ in range(1 if place.quick else ROUNDS):
            with Watch(place.others):
                seconds = 0.5 if place.quick else 2.0
                a_second = await rate(partial(append, store, 1), at_once=CONNECTIONS, seconds=seconds)
                appends[size].append(1e6 / a_second)
                names = await _some(store, size)
                loads[size].append(await _load(store, names))
                again[size].append(await _load(store, names))
    await pool.close()
    return [
        *_grown("append, 8 connections, in a log", appends),
        *_grown("load a case of 50 events, in a log", loads, _NOT_IN_MEMORY),
        *_grown("load it again, in a log", again),
    ]


def _grown(what: str, costs: dict[int, list[float]], why: str = "") -> list[Figure]:
    first = next(iter(costs))
    figures = [Figure(f"{what} of {first:,} events", "us each", costs[first])]
    figures += [
        # A tree of ten times the rows is a level deeper at most: a fifth more is what the logarithm allows.
        Figure(f"{what} of {size:,} events", "us each", found, f"with {first:,}", costs[first], under(1.25), why)
        for size, found in costs.items()
        if size != first
    ]
    return figures


async def _some(store: PostgresEventStore, size: int) -> list[str]:
    """Streams from anywhere in the log."""
    rows = await store.pool.fetch(
        "select 'case-' || md5(n::text)::uuid as stream from unnest($1::int[]) as n",
        random.sample(range(size // PER_STREAM), 200),
    )
    return [row["stream"] for row in rows]


async def _load(store: PostgresEventStore, names: list[str]) -> float:
    """Microseconds, median over these streams."""
    took = []
    for name in names:
        began = time.perf_counter()
        found = await store.load(name)
        took.append((time.perf_counter() - began) * 1e6)
        assert len(found) == PER_STREAM
    return quantile(took, 0.5)
