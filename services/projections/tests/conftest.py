"""Fixtures of the projections: their tables on a real PostgreSQL, a log in memory, and a caller of the query API."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from projections.api import build_query_api
from projections.generation import ensure
from projections.processes import MIGRATIONS, PROJECTIONS
from projections.projection import LiveEffect
from projections.reading import reading_url
from projections.web import Sources
from pydantic import SecretStr
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.edge import topics
from shared.edge.db import Pool, open_pool
from shared.edge.settings import Settings
from shared.testing.kafka import Kafka, kafka_server
from shared.testing.memory import MemoryKeyring
from shared.testing.postgres import Postgres

from .log import Log
from .published import Published


class OneTokenPerAuthority:
    """``Bearer 801`` is a caseworker of authority 801."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


class Clock:
    """The time, when a test does not say otherwise."""

    def __init__(self) -> None:
        self.fixed: datetime | None = None

    def __call__(self) -> datetime:
        return self.fixed or datetime.now(UTC)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker of our own: tests of rebuilds and of the worker fill the real topics from their first event."""
    kind: Any = os.environ.get("TEST_KAFKA", "auto")
    with kafka_server(tmp_path_factory.mktemp("projections") / "data", kind=kind) as server:
        asyncio.run(topics.make(server.bootstrap_servers, topics.wanted()))
        yield server


@pytest.fixture(scope="session")
def everything() -> Published:
    """What is on that broker. Every test goes on with what the others have left there."""
    return Published()


@pytest.fixture
def settings(broker: Kafka, database_url: str) -> Settings:
    return Settings(
        service="projections", environment="test", database_url=database_url, keyring_database_url=database_url,
        key_encryption_key=SecretStr("x"), kafka_bootstrap_servers=broker.bootstrap_servers,
        kafka_idempotent_producer=broker.idempotent_producer, oidc_issuer="http://127.0.0.1:9",
    )  # fmt: skip


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def log(keyring: MemoryKeyring) -> Log:
    return Log(keyring)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(database_from: Callable[..., str]) -> str:
    """The name of a fresh database with the kernel's and the projections' tables."""
    return database_from(MIGRATIONS)


@pytest.fixture
def database_url(postgres: Postgres, database: str) -> str:
    return postgres.url(database, "send_tester")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """The worker's connections, with the application's rights."""
    pool = await open_pool(database_url, max_size=8)
    await ensure(pool, PROJECTIONS)
    yield pool
    await pool.close()


@pytest.fixture
def effects() -> list[LiveEffect]:
    return [LiveEffect(projection) for projection in PROJECTIONS]


@pytest.fixture
async def sources(pool: Pool, database_url: str, keyring: MemoryKeyring, clock: Clock) -> AsyncIterator[Sources]:
    readers = await open_pool(reading_url(database_url), max_size=4)
    yield Sources(pool=readers, keyring=keyring, clock=clock, limit_seconds=30.0)
    await readers.close()


@pytest.fixture
async def client(sources: Sources) -> AsyncIterator[httpx.AsyncClient]:
    tokens: Any = OneTokenPerAuthority()
    app = build_query_api(sources=sources, tokens=tokens)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://query", headers={"Authorization": "Bearer 801"}
    ) as client:
        yield client
