"""Timeline and deadlines rebuilt from the first event, beside bare aiokafka reading and decoding the same records.

    python -m bench rebuild

The topics hold whole cases of about 60 events (see ``clocks``), of 700 bytes each as in production. Bare: one consumer,
`getmany`, JSON decoded; and what COPY of the finished rows takes by itself. Ours: everything a rebuild does up to
indexed tables that could be switched to, in one process; then in half as many as there are cores, if that is more. All
run turn about on the same broker. PostgreSQL is durable; it and Kafka share the machine, so how much one second of a
core takes of our own process's work is said too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from projections.clocks.projection import deadlines
from projections.events import TOPICS
from projections.generation import ensure, live_schema
from projections.processes import MIGRATIONS, PROJECTIONS
from projections.projection import Projection
from projections.rebuild.parallel import processes_here
from projections.rebuild.run import rebuild
from projections.timeline.projection import timeline
from shared.core.codec import StoredEvent, canonical
from shared.core.ids import LANES, derived_id, lane_of
from shared.edge import topics
from shared.edge.db import open_pool
from shared.edge.kafka import BATCH_BYTES, assigned, new_producer, to_record

from .clocks import made_up
from .figures import Figure, at_least
from .made_up import METADATA
from .place import Place
from .rounds import turn_about

CASES = 2_000
ROUNDS = 3
TARGET = 100_000
_LATEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Nothing was recorded after this: brokers refuse records from the future."""
_WHY = (
    "reading these records, of 17 headers each, with aiokafka and JSON, and handing three ready rows for an event to "
    "COPY takes a core at the rate below, before anything is folded and any clock reckoned. Lanes are independent: "
    "cores rebuild side by side (`--processes`)"
)
_TEXT = "sealed:1:" + "Zm9yIHRoZSBiZW5jaG1hcms" * 8
"""As long as a sealed sentence."""


async def measure(place: Place, cases: int | None = None) -> list[Figure]:
    cases = cases or (200 if place.quick else CASES)
    await place.database("projections", MIGRATIONS)
    pool = await open_pool(place.url("projections"), max_size=2)
    await ensure(pool, PROJECTIONS)
    await pool.close()
    await topics.create(place.kafka.bootstrap_servers)
    await asyncio.sleep(2)  # until every partition has its leader
    place.say(f"filling the topics with {cases:,} cases")
    events = await _fill(place, cases)
    place.say(f"{events:,} events")
    both: Sequence[Projection] = (timeline, deadlines)
    many = processes_here()
    per_core: dict[str, list[float]] = {"bare": [], "both": []}
    contestants = {
        "bare": lambda: _per_core(per_core["bare"], events, _bare(place)),
        "both": lambda: _per_core(per_core["both"], events, _rebuilt(place, both)),
        "timeline": lambda: _rebuilt(place, [timeline]),
        "deadlines": lambda: _rebuilt(place, [deadlines]),
        "copying": lambda: _copying(place, events, both),
    }
    if many > 1:
        contestants["many"] = lambda: _rebuilt(place, both, processes=many)
    found = await turn_about(contestants, rounds=1 if place.quick else ROUNDS, others=place.others)
    beside, bare = "aiokafka getmany and JSON", found["bare"]
    what = "rebuild, timeline and deadlines"
    alone = [1 / (1 / read + 1 / copy) for read, copy in zip(per_core["bare"], found["copying"], strict=True)]
    figures = [
        Figure(f"{what}, one process", "events/s", found["both"], beside, bare, more={"events": events}),
        Figure(f"{what}, per second of a core", "events/s", per_core["both"], target=at_least(TARGET), why=_WHY),
        Figure(f"{beside} alone, per second of a core", "events/s", per_core["bare"]),
        Figure(f"{beside}, and COPY of ready rows, per second of a core", "events/s", alone),
        Figure("rebuild, timeline alone", "events/s", found["timeline"], beside, bare),
        Figure("rebuild, deadlines alone", "events/s", found["deadlines"], beside, bare),
    ]
    if many > 1:
        figures.append(Figure(f"{what}, {many} processes", "events/s", found["many"], beside, bare))
    return figures


async def _fill(place: Place, cases: int) -> int:
    """Every case's events on its lane of the five topics, in the order of their recording."""
    producer = new_producer(place.settings("projections"), client_id="bench")
    await producer.start()
    heads: dict[tuple[str, int], int] = {}
    count = 0
    try:
        for number in range(cases):
            batches: dict[tuple[str, int], Any] = {}
            for event in _events(number, heads):
                topic = f"send.{event.type.partition('.')[0]}.v1"
                record = to_record(event.type.partition(".")[0], event)
                batch = batches.setdefault((topic, event.lane), producer.create_batch())
                assert batch.append(**record) is not None, BATCH_BYTES
                count += 1
            for (topic, lane), batch in batches.items():
                await producer.send_batch(batch, topic, partition=lane)
        await producer.flush()
    finally:
        await producer.stop()
    return count


def _events(number: int, heads: dict[tuple[str, int], int]) -> list[StoredEvent]:
    facts = sorted(made_up(number), key=lambda fact: fact.recorded_at)
    case_id = str(derived_id("bench", number))
    lane = lane_of(case_id)
    person = str(UUID(int=number))
    events = []
    for fact in facts:
        topic = fact.type.partition(".")[0]
        heads[topic, lane] = sequence = heads.get((topic, lane), 0) + 1
        data = {
            **fact.data,
            "case_id": case_id,
            "occurred_on": fact.occurred_on,
            "person_id": person,
            "note": _TEXT,
            "type": fact.type,
        }
        events.append(
            StoredEvent(
                lane,
                sequence,
                f"{topic}-{case_id}",
                sequence,
                derived_id(number, fact.event_id),
                fact.type,
                1,
                UUID(int=sequence),
                "801",
                min(fact.recorded_at, _LATEST),
                canonical(data),
                METADATA,
                b"\0" * 32,
            )
        )
    return events


async def _bare(place: Place) -> float:
    """One process, every topic, `getmany` and JSON."""
    began, count = 0.0, 0
    for topic in TOPICS:
        async with assigned(place.settings("projections"), topic) as (consumer, partitions):
            ends = await consumer.end_offsets(partitions)
            left = sum(ends.values())
            assert len(partitions) == LANES
            while left:
                found = await consumer.getmany(timeout_ms=1_000)
                began = began or time.perf_counter()
                for records in found.values():
                    for record in records:
                        orjson.loads(record.value)
                    left -= len(records)
                    count += len(records)
    return count / (time.perf_counter() - began)


async def _rebuilt(place: Place, projections: Sequence[Projection], processes: int = 1) -> float:
    settings = place.settings("projections", "projections")
    report = await rebuild(settings, projections, newest=True, processes=processes)
    return report.events / report.seconds


async def _copying(place: Place, events: int, projections: Sequence[Projection]) -> float:
    """Events for a second of this process's own time, if their rows were ready and had only to be copied."""
    seconds = 0.0
    connection = await asyncpg.connect(place.url("projections"))
    try:
        for projection in projections:
            schema = await live_schema(connection, projection.name)
            for table in projection.tables:
                columns = ", ".join(table.columns)
                rows = [tuple(row) for row in await connection.fetch(f"select {columns} from {schema}.{table.name}")]
                await connection.execute(f"create temp table copied (like {schema}.{table.name})")
                began = time.process_time()
                await connection.copy_records_to_table("copied", columns=table.columns, records=rows)
                seconds += time.process_time() - began
                await connection.execute("drop table copied")
    finally:
        await connection.close()
    return events / seconds


async def _per_core(rates: list[float], events: int, work: Awaitable[float]) -> float:
    """Notes also how many events a second of this process's own time takes, whoever else has the cores."""
    began = time.process_time()
    rate = await work
    rates.append(events / (time.process_time() - began))
    return rate


def main() -> None:
    """As ``python -m bench rebuild``."""
    from .__main__ import run

    run(["rebuild"])


if __name__ == "__main__":
    main()
