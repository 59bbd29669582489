"""Durable appends at the store, beside the same INSERT without order or chain, and beside another library.

Yardsticks, on the same server with the same durability (fsync, full_page_writes, synchronous_commit on):

- the same row, columns and indexes in a plain INSERT, with a sequence for the number, no lane and no hash, and a commit
  each. Ours share a commit where they meet in one process; so besides one store for all writers, as a process has it,
  a store for each of 16 writers is measured, as 16 processes would have it;
- the `eventsourcing` library: its PostgreSQL recorder given the same bytes, in its default form and with its database
  functions. It writes fewer columns and no hash, takes one lock on the whole table, and runs a thread a connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from shared.core.ids import LANES, lane_of
from shared.edge.db import open_pool
from shared.edge.store import PostgresEventStore

from .figures import Figure, at_least
from .made_up import METADATA, TYPE, data, events
from .place import Place
from .rounds import rate, turn_about

CONNECTIONS = (1, 8, 16, 32)
BATCH = 10
SECONDS = 2.0
TARGETS = {8: at_least(0.65), 16: at_least(0.70)}

_PLAIN = """
create schema plain;
create sequence plain.numbers;
create table plain.events (like es.events);
alter table plain.events add primary key (lane, sequence), add unique (stream, version);
grant usage on schema plain to send_app;
grant insert on plain.events to send_app;
grant usage on sequence plain.numbers to send_app;
create schema library;
grant usage, create on schema library to send_app;
"""
_ONE = """
insert into plain.events values ($1, nextval('plain.numbers'), $2, 1, $3, $4, 1, $5, '801', $6, 1, $7, $8, '\\x')
"""
_MANY = """
insert into plain.events
select $1, nextval('plain.numbers'), $2, n, i, $3, 1, $4, '801', $5, 1, d, m, '\\x'
  from unnest($6::uuid[], $7::bytea[], $8::bytea[]) with ordinality as e(i, d, m, n)
"""


async def measure(place: Place) -> list[Figure]:
    await place.database("store")
    owner = await asyncpg.connect(place.owner_url("store"))
    await owner.execute(_PLAIN)
    figures = []
    for connections in CONNECTIONS:
        place.say(f"{connections} connections")
        await owner.execute("checkpoint")
        figures += await _beside_the_insert(place, connections)
    for connections in (8, 16):
        place.say(f"{connections} connections, beside the library")
        await owner.execute("checkpoint")
        figures += await _beside_the_library(place, connections)
    await owner.close()
    return figures


async def _beside_the_insert(place: Place, connections: int) -> list[Figure]:
    pool = await open_pool(place.url("store"), min_size=connections, max_size=connections)
    store = PostgresEventStore(pool)
    figures = []
    for each in (1, BATCH):
        contestants = {
            "plain": partial(_rate, place, partial(_insert, pool, each), connections, each),
            "ours": partial(_rate, place, partial(append, store, each), connections, each),
        }
        if each == 1 and connections == LANES:
            free = [PostgresEventStore(pool) for _ in range(connections)]
            contestants["apart"] = partial(_rate, place, partial(_append_apart, free), connections, each)
        found = await turn_about(
            contestants,
            rounds=_rounds(place, connections, each),
            others=place.others,
        )
        target = TARGETS.get(connections) if each == 1 else None
        beside = "the INSERT alone"
        figures.append(Figure(_what(connections, each), "events/s", found["ours"], beside, found["plain"], target))
        if "apart" in found:
            what = f"{_what(connections, each)}, a store for each"
            figures.append(Figure(what, "events/s", found["apart"], beside, found["plain"]))
    await pool.close()
    return figures


async def _beside_the_library(place: Place, connections: int) -> list[Figure]:
    pool = await open_pool(place.url("store"), min_size=connections, max_size=connections)
    store = PostgresEventStore(pool)
    figures = []
    for each in (1, BATCH):
        found = await turn_about(
            {
                "ours": partial(_rate, place, partial(append, store, each), connections, each),
                "library": partial(asyncio.to_thread, _library, place, connections, each, functions=False),
                "functions": partial(asyncio.to_thread, _library, place, connections, each, functions=True),
            },
            rounds=_rounds(place, connections, each),
            others=place.others,
        )
        target = at_least(5) if each == 1 else None
        what = _what(connections, each)
        figures.append(Figure(what, "events/s", found["ours"], "eventsourcing library", found["library"], target))
        beside = "eventsourcing library, its database functions"
        figures.append(Figure(what, "events/s", found["ours"], beside, found["functions"]))
    await pool.close()
    return figures


def _what(connections: int, each: int) -> str:
    events = "single events" if each == 1 else f"{each} events at once"
    return f"append, {events}, {connections} connection{'s' if connections > 1 else ''}"


def _rounds(place: Place, connections: int, each: int) -> int:
    if place.quick:
        return 1
    return 7 if connections in TARGETS and each == 1 else 3


async def _rate(place: Place, work: Callable[[], Awaitable[Any]], connections: int, each: int) -> float:
    return await rate(work, at_once=connections, seconds=_seconds(place), each=each)


def _seconds(place: Place) -> float:
    return 0.5 if place.quick else SECONDS


async def append(store: PostgresEventStore, each: int) -> None:
    """``each`` events to a stream that is new, all or none."""
    case = uuid4()
    await store.append(
        lane=lane_of(case), stream=f"case-{case}", expected_version=0, command_id=uuid4(), la_code="801",
        recorded_at=datetime.now(UTC), events=events(case, each),
    )  # fmt: skip


async def _append_apart(free: list[PostgresEventStore]) -> None:
    """By a store that nobody else uses meanwhile."""
    store = free.pop()
    await append(store, 1)
    free.append(store)


async def _insert(pool: Any, each: int) -> None:
    case = uuid4()
    place, at = (lane_of(case), f"case-{case}"), datetime.now(UTC)
    new = events(case, each)
    if each == 1:
        await pool.execute(_ONE, *place, new[0].event_id, TYPE, uuid4(), at, new[0].data, new[0].metadata)
        return
    columns = ([getattr(e, name) for e in new] for name in ("event_id", "data", "metadata"))
    await pool.execute(_MANY, *place, TYPE, uuid4(), at, *columns)


def _library(place: Place, connections: int, each: int, *, functions: bool) -> float:
    """Events a second of the library's recorder."""
    url = place.url("store")
    parts = urlsplit(url)
    where = parse_qs(parts.query)
    datastore = PostgresDatastore(
        dbname="store", host=where["host"][0], port=where["port"][0], user=parts.username or "", password="",
        pool_size=connections, schema="library", enable_db_functions=functions,
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(datastore)
    try:
        recorder.create_table()
        ends = time.perf_counter() + _seconds(place)

        def writer(_: int) -> int:
            done = 0
            while time.perf_counter() < ends:
                case = uuid4()
                recorder.insert_events([StoredEvent(case, n + 1, TYPE, data(case) + METADATA) for n in range(each)])
                done += each
            return done

        began = time.perf_counter()
        with ThreadPoolExecutor(connections) as threads:
            done = sum(threads.map(writer, range(connections)))
        return done / (time.perf_counter() - began)
    finally:
        datastore.close()
