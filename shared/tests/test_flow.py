"""From the log to the topic to an effect: everything once, in order, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from shared.core.errors import Unprocessable
from shared.core.ids import LANES
from shared.edge import topics
from shared.edge.db import Pool, queries
from shared.edge.kafka import Delivered, assigned, delivered, new_producer
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.edge.topic_ends import topic_heads
from shared.flow.compare import TopicHeadless
from shared.flow.consume import Consumer
from shared.flow.handle import Handler
from shared.flow.hint import Hint
from shared.flow.relay import Relay, republish
from shared.testing.memory import MemoryKeyring

from .test_handle import NOW, OURS, Note, Open, service

_SQL = queries("flow_queries")


@pytest.fixture
def settings(settings_for: Callable[..., Settings], database: str) -> Settings:
    return settings_for(database, "file")


@pytest.fixture
def handler(pool: Pool) -> Handler:
    return service.handler(PostgresEventStore(pool), MemoryKeyring())


@asynccontextmanager
async def running(*jobs: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(job.run()) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], Any], within: float = 30) -> None:
    """Poll until it is true."""
    async with asyncio.timeout(within):
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


async def fill(handler: Handler, files: int = 20) -> list[UUID]:
    """Files with a page each: two events a file, spread over the lanes."""
    ids = []
    for number in range(files):
        opened = await handler.handle(Open(person_id=UUID(int=number), name="x"), by=OURS, at=NOW, command_id=uuid4())
        ids.append(UUID(opened.id))
        await handler.handle(Note(file_id=ids[-1], page=1), by=OURS, at=NOW, command_id=uuid4())
    return ids


async def on_topic(settings: Settings, topic: str) -> list[Delivered]:
    """Everything on a topic, lane by lane."""
    found: list[Delivered] = []
    async with assigned(settings, topic) as (consumer, partitions):
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [delivered(record) for record in records]
    return sorted(found, key=lambda e: (e.lane, e.offset))


class Collecting:
    """An effect that writes what it is given into a table, in the same transaction as the cursor."""

    name = "collecting"

    def __init__(self, topic: str, *, trouble: Callable[[Delivered], None] | None = None) -> None:
        self.topics: Sequence[str] = [topic]
        self.trouble = trouble

    async def apply(self, connection: Any, events: Sequence[Delivered]) -> None:
        for event in events:
            if self.trouble is not None:
                self.trouble(event)
            await connection.execute("insert into seen values ($1, $2, $3)", event.lane, event.sequence, event.event_id)


@pytest.fixture
async def seen(superuser: Any) -> Callable[[], Any]:
    await superuser.execute("create table seen (lane int, sequence bigint, event_id uuid)")
    await superuser.execute("grant all on seen to send_app")

    async def rows() -> list[tuple[int, int]]:
        return [(r["lane"], r["sequence"]) for r in await superuser.fetch("select * from seen order by ctid")]

    return rows


async def in_log(pool: Pool) -> list[tuple[int, int]]:
    return [tuple(r) for r in await pool.fetch("select lane, sequence from es.events order by lane, sequence")]


async def test_the_topic_gets_the_stored_bytes_in_order(
    handler: Handler, pool: Pool, settings: Settings, topic: str
) -> None:
    await fill(handler)
    count = await republish(service="file", topic=topic, pool=pool, settings=settings)
    events = await on_topic(settings, topic)
    stored = await pool.fetch("select * from es.events order by lane, sequence")
    assert count == len(stored) == 40
    assert [(e.lane, e.sequence, e.data, e.metadata, e.hash) for e in events] == [
        (r["lane"], r["sequence"], r["data"], r["metadata"], r["hash"]) for r in stored
    ]
    assert events[0].links_to(b"")
    assert all(b.links_to(a.hash) for a, b in pairwise(events) if a.lane == b.lane)


async def test_a_relay_that_died_after_sending_sends_again_and_consumers_take_it_once(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    await relay._wait_for_lead(0.1)
    await pool.execute("update flow.relay set sequence = 0")
    await relay.round()  # as if the first time had never been written down
    await relay._let_go()
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
    assert len(await on_topic(settings, topic)) == 80
    assert sorted(await seen()) == await in_log(pool)


async def _caught_up(seen: Any, pool: Pool) -> bool:
    return sorted(await seen()) == await in_log(pool)


async def test_events_arrive_while_writers_write_and_a_second_consumer_joins(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    hint = Hint(pool)
    handler.on_appended.append(hint)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    one = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    two = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(relay, one, hint):
        await asyncio.gather(*(fill(handler, 10) for _ in range(8)))
        async with running(two):
            await asyncio.gather(*(fill(handler, 10) for _ in range(8)))
            await until(lambda: _caught_up(seen, pool))
    rows = await seen()
    for lane in range(16):
        ours = [sequence for number, sequence in rows if number == lane]
        assert ours == list(range(1, len(ours) + 1)), "nothing missed, nothing twice, in order"


async def test_one_relay_leads_and_another_takes_over_when_its_connection_is_killed(
    handler: Handler, pool: Pool, settings: Settings, topic: str, superuser: Any
) -> None:
    relays = [Relay(service="file", topic=topic, pool=pool, settings=settings) for _ in range(2)]
    async with running(*relays):
        await until(lambda: [r._leads for r in relays].count(True) == 1)
        await fill(handler, 5)
        await superuser.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = "
            "(select oid from pg_database where datname = current_database())"
        )
        await fill(handler, 5)
        await until(lambda: _published(pool))
    events = await on_topic(settings, topic)
    assert {(e.lane, e.sequence) for e in events} == set(await in_log(pool))


async def _published(pool: Pool) -> bool:
    return all(r["sequence"] == r["head"] for r in await pool.fetch(_SQL["relay_positions"]))


async def test_a_topic_that_came_back_empty_is_filled_again(
    handler: Handler, pool: Pool, settings: Settings, topic: str
) -> None:
    await fill(handler)
    await pool.execute("update flow.relay r set sequence = l.head from es.lanes l where l.lane = r.lane")
    assert await republish(service="file", topic=topic, pool=pool, settings=settings) == 40
    assert sum(head for head, _ in (await topic_heads(settings, topic)).values()) == 40


async def test_a_topic_made_anew_that_was_written_to_before_anybody_looked_is_emptied_and_filled_again(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    """What the relay sent to the new topic stands there without what came before, under its right number."""
    files = await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
    await made_anew(settings, topic)
    for file in files[:10]:
        await handler.handle(Note(file_id=file, page=2), by=OURS, at=NOW, command_id=uuid4())
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    await relay._wait_for_lead(0.1)
    assert await relay.round() == 10
    with pytest.raises(TopicHeadless):
        await relay._comparison.look()
    await relay._let_go()
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(relay):
        if not settings.kafka_idempotent_producer:  # the embedded broker, which takes nothing away
            await until(lambda: "make it anew" in str(relay.health()["reasons"]))
            await made_anew(settings, topic)
        await until(lambda: _published(pool))
        async with running(consumer):
            await until(lambda: _caught_up(seen, pool))
    places = [(event.lane, event.sequence) for event in await on_topic(settings, topic)]
    assert list(dict.fromkeys(places)) == await in_log(pool), "from 1 on, though something may stand there again"
    await relay._comparison.look()


async def made_anew(settings: Settings, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    await admin.delete_topics([topic])
    await until(lambda: _is_gone(admin, topic))
    await topics.make(settings.kafka_bootstrap_servers, {topic: (LANES, {})})
    await until(lambda: _is_led(admin, topic))
    await admin.close()


async def _is_gone(admin: AIOKafkaAdminClient, topic: str) -> bool:
    return topic not in await admin.list_topics()


async def _is_led(admin: AIOKafkaAdminClient, topic: str) -> bool:
    (described,) = await admin.describe_topics([topic])
    return len(described["partitions"]) == LANES and all(p["leader"] >= 0 for p in described["partitions"])


async def test_a_halted_lane_says_why_holds_no_other_lane_up_and_goes_on_after_the_fix(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    poison = (await on_topic(settings, topic))[3]
    broken = True

    def trouble(event: Delivered) -> None:
        if broken and event.event_id == poison.event_id:
            raise Unprocessable("this kind of event is not understood here")

    consumer = Consumer(effect=Collecting(topic, trouble=trouble), pool=pool, settings=settings)
    elsewhere = [place for place in await in_log(pool) if place[0] != poison.lane]
    async with running(consumer):
        await until(lambda: _contains(seen, elsewhere))
        await until(lambda: any(lane.reason for lane in consumer.lanes.values()))
        (reason,) = consumer.health()["reasons"]
        assert f"lane {poison.lane}: event {poison.sequence}" in reason
        assert "not understood here" in reason
        assert (poison.lane, poison.sequence) not in await seen()
        broken = False
        await until(lambda: _caught_up(seen, pool))
        assert consumer.health()["ready"]


async def _contains(seen: Any, places: Any) -> bool:
    return set(places) <= set(await seen())


async def test_a_missing_number_stops_the_lane_and_says_which(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any, superuser: Any
) -> None:
    await fill(handler)
    lane = (await in_log(pool))[0][0]
    await superuser.execute("alter table es.events disable trigger all")
    hidden = await superuser.fetchrow("delete from es.events where lane = $1 and sequence = 1 returning *", lane)
    await pool.execute("update flow.relay set sequence = 1 where lane = $1", lane)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    await relay._wait_for_lead(0.1)
    await relay.round()
    await relay._let_go()
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: any(lane.reason for lane in consumer.lanes.values()))
        assert any("event 1 is missing" in reason for reason in consumer.health()["reasons"])
    assert hidden is not None
    assert not [place for place in await seen() if place[0] == lane]


@pytest.mark.parametrize("headers", [[], [("ce_id", b"\xff\xfe")], [("ce_id", None)]])
async def test_a_record_that_is_no_event_halts_a_projection_until_it_is_waived(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any, headers: Any
) -> None:
    producer = new_producer(settings, client_id="stranger")
    await producer.start()
    placed = await producer.send_and_wait(topic, b"not ours", partition=5, headers=headers)
    await producer.stop()
    ids = await fill(handler, 30)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: any(lane.reason for lane in consumer.lanes.values()))
        assert any("offset 0 is no event" in reason for reason in consumer.health()["reasons"])
        await pool.execute(_SQL["waive"], "collecting", topic, 5, placed.offset, "a stranger's")
        await until(lambda: _caught_up(seen, pool))
    assert ids


async def test_a_database_outage_stops_nothing_for_good(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    left = 3

    def trouble(_: Delivered) -> None:
        nonlocal left
        if left:
            left -= 1
            raise asyncpg.ConnectionDoesNotExistError

    consumer = Consumer(effect=Collecting(topic, trouble=trouble), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
        assert consumer.health()["ready"]
    assert sorted(await seen()) == await in_log(pool)


async def test_a_restored_log_that_forked_is_noticed(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any, superuser: Any
) -> None:
    """After a restore the lane's epoch is raised; a consumer that applied the lost future stops and says so."""
    await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
        last = (await on_topic(settings, topic))[-1]
        forked = last._replace(epoch=2, event_id=uuid4(), data=b'{"type":"file.noted"}')
        lane = consumer.lanes[next(p for p in consumer.lanes if p.partition == last.lane)]
        assert lane.judge(forked) == "stop"
        assert "restored from a backup (epoch 2)" in consumer.health()["reasons"][0]


async def test_a_watermark_tells_how_old_the_knowledge_is(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    await fill(handler, 3)
    async with running(consumer):
        await until(lambda: consumer.lanes)
        assert consumer.health()["lag_seconds"] is None, "without a word of the relay nobody can know"
        async with running(relay):
            await until(lambda: (consumer.health()["lag_seconds"] or 99) < 10)
            await until(lambda: _written_down(pool))  # a moment after it is known


async def _written_down(pool: Pool) -> bool:
    rows = await pool.fetch("select caught_up_at from flow.progress where consumer = 'collecting'")
    return len(rows) == 16 and all(r["caught_up_at"] is not None for r in rows)


async def test_a_cancelled_relay_lets_go_of_the_lead(pool: Pool, settings: Settings, topic: str) -> None:
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    async with running(relay):
        await until(lambda: relay._leads)
    with suppress(TimeoutError):
        assert await republish(service="file", topic=topic, pool=pool, settings=settings) == 0
