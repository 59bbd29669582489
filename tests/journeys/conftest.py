"""The whole system in this process: five services and the projections on one PostgreSQL and one broker."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import date

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer
from ap_intervention.app import service as ap_intervention
from assessment.app import service as assessment
from placement.app import service as placement
from plan.app import service as plan
from projections.api import build_query_api
from projections.app import service as projections
from projections.events import TOPICS
from projections.generation import ensure
from projections.monitor.watch import Monitor
from projections.processes import MIGRATIONS, PROJECTIONS
from projections.projection import LiveEffect
from projections.reading import open_reading_pool
from projections.web import Sources
from pydantic import SecretStr
from referral.app import service as referral
from shared.edge import topics
from shared.edge.settings import Settings
from shared.flow.consume import Consumer
from shared.flow.relay import Relay
from shared.flow.subscription import Subscription
from shared.service import opened, utc_now
from shared.testing.kafka import Kafka, KafkaServer
from shared.testing.postgres import Postgres
from shared.testing.world import SpokenTokens, World, bearer, world

from .caller import Caller

SERVICES = (referral, assessment, plan, placement, ap_intervention)


@pytest.fixture(scope="module")
def broker(kafka_topics: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """The run's broker; one of our own where its topics were written to before: a topic belongs to one log."""
    if not asyncio.run(_written_to(kafka_topics.bootstrap_servers)):
        yield kafka_topics
        return
    ours = KafkaServer.start(tmp_path_factory.mktemp("kafka-of-a-journey"))
    try:
        asyncio.run(topics.create_when_there(ours.bootstrap_servers, replication=1, min_insync=1, patience=30))
        yield ours
    finally:
        ours.stop()


async def _written_to(bootstrap_servers: str) -> bool:
    reader = AIOKafkaConsumer(*topics.wanted(), bootstrap_servers=bootstrap_servers)
    await reader.start()
    try:
        return any((await reader.end_offsets(reader.assignment())).values())
    finally:
        await reader.stop()


@pytest.fixture(scope="module")
def settings(postgres: Postgres, broker: Kafka, database_from: Callable[..., str]) -> dict[str, Settings]:
    """Of every service: a database each, one keyring, one broker."""
    keyring = postgres.url(database_from([("shared.edge.sql", "keyring")]), "send_tester")

    def of(service: str, migrations: list[tuple[str, str]] | None = None) -> Settings:
        return Settings(
            service=service, environment="test", demo_clock=True, database_pool_size=4,
            database_url=postgres.url(database_from(migrations), "send_tester"), keyring_database_url=keyring,
            key_encryption_key=SecretStr(base64.b64encode(bytes(32)).decode()),
            kafka_bootstrap_servers=broker.bootstrap_servers,
            kafka_idempotent_producer=broker.idempotent_producer, oidc_issuer="http://127.0.0.1:9",
        )  # fmt: skip

    return {one.name: of(one.name) for one in SERVICES} | {"projections": of("projections", MIGRATIONS)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(settings: dict[str, Settings]) -> AsyncIterator[World]:
    """Started once for a module's tests; each brings its own child."""
    async with AsyncExitStack() as stack:
        ours = settings["projections"]
        connections = await stack.enter_async_context(opened(projections, ours))
        readers = await open_reading_pool(ours)
        stack.push_async_callback(readers.close)
        found = await stack.enter_async_context(world(SERVICES, settings.__getitem__))
        await ensure(connections.pool, PROJECTIONS)
        subscription = Subscription(name="projections", topics=TOPICS, settings=ours)
        consumers = {
            p.name: Consumer(effect=LiveEffect(p), pool=connections.pool, settings=ours, subscription=subscription)
            for p in PROJECTIONS
        }
        monitor = Monitor(connections.handler, connections.pool, utc_now, ours.lag_limit_seconds)
        relay = Relay(service="projections", topic=projections.topic, pool=connections.pool, settings=ours)
        sources = Sources(readers, connections.keyring, utc_now, ours.lag_limit_seconds)
        found.join(
            projections, connections,
            build_query_api(sources=sources, tokens=SpokenTokens()),  # type: ignore[arg-type]
            {**consumers, "monitor": monitor, "alerts": relay},
            consumers=list(consumers.values()),
            jobs=[monitor.run(), relay.run(), subscription.run(), *(consumer.run() for consumer in consumers.values())],
        )  # fmt: skip
        yield found


@pytest.fixture(scope="module")
def caller(system: World) -> Caller:
    return Caller(system.http, bearer, system.settled, date(2024, 9, 1))
