"""A Kafka client that stops bringing records, without an error and with its partitions held, is noticed and renewed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from shared.core.ids import LANES
from shared.edge import topics
from shared.edge.db import Pool
from shared.edge.kafka import not_meant_for_us
from shared.edge.settings import Settings
from shared.flow import subscription
from shared.flow.consume import Consumer
from shared.flow.handle import Handler
from shared.flow.relay import Relay

from .test_flow import Collecting, _caught_up, fill, handler, running, seen, settings, until

__all__ = ["handler", "seen", "settings"]  # fixtures


def _the_poll_ends(consumer: Consumer) -> None:
    for task in consumer.subscription._subscriber.tasks:
        task.cancel()


def _nothing_is_fetched(consumer: Consumer) -> None:
    kafka = consumer.subscription._kafka()
    kafka.pause(*kafka.assignment())


@pytest.mark.parametrize("stall", [_the_poll_ends, _nothing_is_fetched])
async def test_a_client_that_brings_nothing_any_more_is_replaced(
    stall: Callable[[Consumer], None], handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(subscription, "STALLED", 2.0)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(relay, consumer):
        await fill(handler, 5)
        await until(lambda: _caught_up(seen, pool))
        stall(consumer)
        await fill(handler, 5)
        await until(lambda: consumer.subscription.error)
        await until(lambda: _caught_up(seen, pool), within=60)
        await until(lambda: consumer.health()["ready"])


async def test_a_topic_that_was_deleted_is_missed_and_found_again_when_it_is_made_anew(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group silently goes on without it; so somebody has to say so, and to look for it."""
    monkeypatch.setattr(subscription, "METADATA_MS", 1_000)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(relay, consumer):
        await fill(handler, 3)
        await until(lambda: _caught_up(seen, pool))
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
        await admin.start()
        await admin.delete_topics([topic])
        if not settings.kafka_idempotent_producer:  # the embedded broker makes it again by itself, and too narrow
            await until(lambda: "has 4 partitions and needs 16" in str(relay.health()["reasons"]))
            await admin.close()
            return
        await until(lambda: f"there is no topic {topic}" in consumer.health()["reasons"])
        await topics.make(settings.kafka_bootstrap_servers, {topic: (LANES, {})})
        await admin.close()
        await fill(handler, 3)
        await until(lambda: _caught_up(seen, pool), within=60)
        await until(lambda: consumer.health()["ready"])


async def test_several_brokers_may_be_named(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any
) -> None:
    """With commas between them, as everywhere with Kafka: the first of them may be away."""
    servers = f"127.0.0.1:9,{settings.kafka_bootstrap_servers}"
    named = settings.model_copy(update={"kafka_bootstrap_servers": servers})
    relay = Relay(service="file", topic=topic, pool=pool, settings=named)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=named)
    async with running(relay, consumer):
        await fill(handler, 3)
        await until(lambda: _caught_up(seen, pool))


async def test_a_quiet_topic_is_no_stall(
    handler: Handler, pool: Pool, settings: Settings, topic: str, seen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "STALLED", 0.5)
    relay = Relay(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(relay, consumer):
        await fill(handler, 2)
        await until(lambda: _caught_up(seen, pool))
        before = consumer.subscription._subscriber
        await until(lambda: (consumer.health()["lag_seconds"] or 99) < 5)
        await asyncio.sleep(3)
        assert consumer.subscription._subscriber is before


async def test_a_cancellation_that_nobody_asked_for_is_told_from_a_real_one() -> None:
    told: list[bool] = []

    async def job() -> None:
        for _ in range(2):
            inner = asyncio.create_task(asyncio.sleep(60))
            asyncio.get_running_loop().call_soon(inner.cancel if not told else lambda: None)
            try:
                await inner
            except asyncio.CancelledError:
                told.append(not_meant_for_us())

    task = asyncio.create_task(job())
    await until(lambda: told)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert told == [True, False]
