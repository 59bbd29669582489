"""Two histories under the same numbers: nobody mixes them, whether or not anybody said that a backup was restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from shared.edge.db import Pool
from shared.edge.kafka import new_producer, to_record
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.edge.topics import WATERMARKS
from shared.flow.compare import TopicAhead, TopicForked
from shared.flow.consume import Consumer
from shared.flow.relay import Relay, republish
from shared.testing.contract import append, new_event

from .test_flow import Collecting, _caught_up, in_log, running, seen, until

__all__ = ["seen"]  # a fixture

LANE = 3


@pytest.fixture
def settings(settings_for: Callable[..., Settings], database: str) -> Settings:
    return settings_for(database, "file")


async def write(store: PostgresEventStore, count: int, what: str) -> None:
    for number in range(count):
        await append(store, f"file-{uuid4()}", 0, new_event(b'{"what":"%s %d"}' % (what.encode(), number)), lane=LANE)


async def restore(superuser: Any, upto: int) -> None:
    """As if the database had come back from a backup that knew only so many events of the lane."""
    await superuser.execute("alter table es.events disable trigger all")
    await superuser.execute("delete from es.events where lane = $1 and sequence > $2", LANE, upto)
    await superuser.execute(
        "update es.lanes l set head = e.sequence, hash = e.hash from es.events e "
        "where l.lane = $1 and e.lane = $1 and e.sequence = $2",
        LANE, upto,
    )  # fmt: skip
    await superuser.execute("update flow.relay set sequence = least(sequence, $2) where lane = $1", LANE, upto)
    await superuser.execute("alter table es.events enable trigger all")


@pytest.mark.parametrize(("later", "refusal"), [(1, TopicAhead), (3, TopicForked), (5, TopicForked)])
async def test_a_restored_log_is_never_published_behind_the_history_it_lost(
    later: int, refusal: type[Exception], pool: Pool, postgres_store: PostgresEventStore, settings: Settings,
    topic: str, superuser: Any,
) -> None:  # fmt: skip
    """Also where it has been written to since, so that it has grown past the end of the topic."""
    await write(postgres_store, 8, "first")
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    await restore(superuser, upto=5)
    await write(postgres_store, later, "second")
    with pytest.raises(refusal, match="restored from a backup"):
        await republish(service="file", topic=topic, pool=pool, settings=settings)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    async with running(relay):
        await until(lambda: not relay.health()["ready"])
        assert "restored from a backup" in relay.health()["reasons"][0]


async def test_a_restored_log_that_lost_nothing_goes_on(
    pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str, superuser: Any
) -> None:
    await write(postgres_store, 5, "first")
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    await superuser.execute("update flow.relay set sequence = 2 where lane = $1", LANE)
    await write(postgres_store, 2, "second")
    await republish(service="file", topic=topic, pool=pool, settings=settings)


@pytest.mark.parametrize("already", [0, 3], ids=["in one batch", "after what was applied"])
async def test_a_consumer_stops_where_an_event_does_not_follow_the_one_before(
    already: int, pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str, seen: Any,
    superuser: Any,
) -> None:  # fmt: skip
    """Right number, right epoch, another history: written by a stranger, or by a log restored without a word."""
    await write(postgres_store, 5, "first")
    first = await postgres_store.read_lane(LANE, after=0, limit=10)
    await restore(superuser, upto=2)
    await write(postgres_store, 3, "second")
    second = await postgres_store.read_lane(LANE, after=0, limit=10)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    await send(settings, topic, first[:already])
    async with running(consumer):
        await until(lambda: _number(seen, already))
        await send(settings, topic, first[already:4] + second[4:])
        await until(lambda: not consumer.health()["ready"] and consumer.lanes)
        await until(lambda: any(lane.reason for lane in consumer.lanes.values()))
        (reason,) = consumer.health()["reasons"]
    assert "event 5 of epoch 1 does not follow what was applied here, event 4" in reason
    assert await seen() == [(LANE, n) for n in range(1, 5)]


async def _number(seen: Any, count: int) -> bool:
    return len(await seen()) == count


async def send(settings: Settings, topic: str, events: Any) -> None:
    producer = new_producer(settings, client_id="stranger")
    await producer.start()
    try:
        for event in events:
            record = to_record("file", event)
            await producer.send_and_wait(
                topic, record["value"], key=record["key"], headers=record["headers"], partition=LANE
            )
    finally:
        await producer.stop()


async def test_a_whole_history_is_taken_in(
    pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str, seen: Any
) -> None:
    await write(postgres_store, 20, "first")
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
    assert await seen() == await in_log(pool)


async def test_a_log_restored_to_less_than_was_applied_is_noticed_though_no_event_comes(
    pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str, seen: Any
) -> None:
    """What was applied is not in the log any more: the data is not fresh, whatever the numbers say."""
    await write(postgres_store, 5, "first")
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _number(seen, 5))
        heads = [3 if lane == LANE else 0 for lane in range(16)]
        mark = {"topic": topic, "at": datetime.now(UTC).isoformat(), "heads": heads, "epochs": [2] * 16}
        producer = new_producer(settings, client_id="relay")
        await producer.start()
        await producer.send_and_wait(WATERMARKS, orjson.dumps(mark), partition=0)
        await producer.stop()
        await until(lambda: any(lane.reason for lane in consumer.lanes.values()))
        (reason,) = consumer.health()["reasons"]
        assert consumer.health()["lag_seconds"] is None
    assert "restored from a backup (epoch 2) and goes on with 4; here it had come to 5 of epoch 1" in reason
