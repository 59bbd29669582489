"""Several consumers of one process read Kafka once: each has its own cursors, and none waits for another's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from shared.core.errors import Unprocessable
from shared.edge.db import Pool
from shared.edge.kafka import Delivered
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.flow import progress
from shared.flow.consume import Consumer
from shared.flow.handle import Handler
from shared.flow.lane import Lane, Standing
from shared.flow.relay import republish
from shared.flow.subscription import Subscription
from shared.testing.memory import MemoryKeyring

from .test_flow import fill, in_log, on_topic, running, until
from .test_handle import service


class Noting:
    """Writes what it is given beside its name, unless it is told to stumble."""

    def __init__(self, name: str, topic: str) -> None:
        self.name = name
        self.topics: Sequence[str] = [topic]
        self.stumbles_over: Any = None

    async def apply(self, connection: Any, events: Sequence[Delivered]) -> None:
        for event in events:
            if event.event_id == self.stumbles_over:
                raise Unprocessable("not understood here")
            await connection.execute("insert into noted values ($1, $2, $3)", self.name, event.lane, event.sequence)


@pytest.fixture
def settings(settings_for: Callable[..., Settings], database: str) -> Settings:
    return settings_for(database, "file")


@pytest.fixture
def handler(pool: Pool) -> Handler:
    return service.handler(PostgresEventStore(pool), MemoryKeyring())


@pytest.fixture
async def noted(superuser: Any) -> Callable[[str], Any]:
    await superuser.execute("create table noted (name text, lane int, sequence bigint)")
    await superuser.execute("grant all on noted to send_app")

    async def by(name: str) -> list[tuple[int, int]]:
        rows = await superuser.fetch("select lane, sequence from noted where name = $1 order by 1, ctid", name)
        return [tuple(row) for row in rows]

    return by


async def _has_all(by: Any, name: str, pool: Pool) -> bool:
    return bool(await by(name) == await in_log(pool))


async def test_where_one_stumbles_the_others_go_on_and_it_catches_up_after_the_fix(
    handler: Handler, pool: Pool, settings: Settings, topic: str, noted: Any
) -> None:
    await fill(handler)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    subscription = Subscription(name="both", topics=[topic], settings=settings)
    sure, unsure = Noting("sure", topic), Noting("unsure", topic)
    unsure.stumbles_over = (await on_topic(settings, topic))[5].event_id
    consumers = [Consumer(effect=e, pool=pool, settings=settings, subscription=subscription) for e in (sure, unsure)]
    async with running(subscription, *consumers):
        await until(lambda: _has_all(noted, "sure", pool))
        await until(lambda: not consumers[1].health()["ready"])
        assert consumers[0].health()["ready"]
        await fill(handler)
        await republish(service="file", topic=topic, pool=pool, settings=settings)
        await until(lambda: _has_all(noted, "sure", pool))
        unsure.stumbles_over = None
        await until(lambda: _has_all(noted, "unsure", pool))
        await until(lambda: consumers[1].health()["ready"])


async def test_who_joins_later_begins_at_its_own_cursor_and_nobody_gets_anything_twice(
    handler: Handler, pool: Pool, settings: Settings, topic: str, noted: Any
) -> None:
    subscription = Subscription(name="both", topics=[topic], settings=settings)
    early, late = (
        Consumer(effect=Noting(name, topic), pool=pool, settings=settings, subscription=subscription)
        for name in ("early", "late")
    )
    async with running(subscription):
        await fill(handler)
        await republish(service="file", topic=topic, pool=pool, settings=settings)
        async with running(early):
            await until(lambda: _has_all(noted, "early", pool))
            async with running(late):
                await until(lambda: _has_all(noted, "late", pool))
                await fill(handler)
                await republish(service="file", topic=topic, pool=pool, settings=settings)
                await until(lambda: _has_all(noted, "early", pool))
                await until(lambda: _has_all(noted, "late", pool))


async def test_watermarks_that_cannot_be_read_hold_nobody_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    class Mute:
        async def start(self) -> None:
            await asyncio.Event().wait()

        async def stop(self) -> None:
            stopped.append(self)

    monkeypatch.setattr(progress, "new_consumer", lambda *_: Mute())
    monkeypatch.setattr(progress, "_LOOK", 0.01)
    marks = progress.Watermarks(settings)
    await marks.look()
    assert marks.seen == {}
    assert len(stopped) == 1


def test_a_missing_number_is_looked_for_here_then_from_the_beginning_and_then_cried_about() -> None:
    lane = Lane("send.file.v1", 3, sequence=7, next_offset=40)
    lane.wait_for(8, 9)
    assert (lane.standing, lane.next_offset, lane.reason) == (Standing.WAITS, 40, None)
    lane.resume()
    lane.wait_for(8, 9)
    assert (lane.next_offset, lane.reason) == (0, None)
    lane.resume()
    lane.wait_for(8, 9)
    assert lane.reason == "event 8 is missing; the next one on the topic is 9"


async def test_a_client_that_has_ended_holds_nothing_and_a_new_one_begins_from_the_cursors(
    handler: Handler, pool: Pool, settings: Settings, topic: str, noted: Any
) -> None:
    """What it held would otherwise be moved in the next client, which does not hold it yet."""
    await fill(handler, 4)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Noting("one", topic), pool=pool, settings=settings)
    for _ in range(5):
        async with running(consumer):
            await until(lambda: len(consumer.lanes) == 16)
        assert not consumer.lanes
        assert not consumer.subscription._held
    async with running(consumer):
        await until(lambda: _has(noted, "one", 8))
    assert await noted("one") == await in_log(pool)


async def _has(noted: Any, name: str, count: int) -> bool:
    return len(await noted(name)) == count
