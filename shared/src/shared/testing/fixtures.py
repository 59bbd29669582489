"""Fixtures every package's tests share: a real PostgreSQL, with a fresh database a test."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import hypothesis
import pytest
from pydantic import SecretStr

from shared.edge import topics
from shared.edge.db import Pool, migrate, open_pool
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.service import MIGRATIONS

from .kafka import Kafka, kafka_server
from .postgres import Postgres, postgres_server

# How long a machine takes is for benchmarks to say, not for a test to fail on. What lands is judged on the same
# examples each time (CI is set); everybody else's runs look for new ones.
hypothesis.settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("any-machine")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server a test run: the one in TEST_POSTGRES_URL, or an embedded one."""
    with postgres_server(tmp_path_factory.mktemp("postgres") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One broker a test run: the one in KAFKA_BOOTSTRAP_SERVERS, else Apache Kafka, else the embedded one."""
    kind: Any = os.environ.get("TEST_KAFKA", "auto")
    with kafka_server(tmp_path_factory.mktemp("kafka") / "data", kind=kind) as server:
        yield server


@pytest.fixture(scope="session")
def kafka_topics(kafka: Kafka) -> Kafka:
    """The broker, with the topics of a deployment made."""
    asyncio.run(topics.create_when_there(kafka.bootstrap_servers, replication=1, min_insync=1, patience=30))
    return kafka


@pytest.fixture
def settings_for(postgres: Postgres, kafka_topics: Kafka) -> Callable[..., Settings]:
    """Settings of a process of a service on a database of this run and the run's broker."""

    def make(database: str, service: str, **more: Any) -> Settings:
        url = postgres.url(database, "send_tester")
        return Settings(
            service=service, environment="test", database_url=url, keyring_database_url=url,
            key_encryption_key=SecretStr(base64.b64encode(bytes(32)).decode()),
            kafka_bootstrap_servers=kafka_topics.bootstrap_servers,
            kafka_idempotent_producer=kafka_topics.idempotent_producer, oidc_issuer="http://127.0.0.1:9", **more,
        )  # fmt: skip

    return make


@pytest.fixture
async def topic(kafka_topics: Kafka) -> str:
    """A topic of its own for a test, made as those of events are."""
    name = f"send.test-{uuid4()}.v1"
    await topics.make(kafka_topics.bootstrap_servers, {name: topics.wanted()[topics.DEADLINES]})
    return name


@pytest.fixture(scope="session")
def database_from(postgres: Postgres) -> Callable[..., str]:
    """Makes a database: migrated once as a template, then copied for each test (a copy takes 20 ms)."""
    templates: dict[Any, str] = {}
    run = f"t{os.getpid()}"

    def make(migrations: list[tuple[str, str]] | None = None) -> str:
        chosen = tuple(MIGRATIONS if migrations is None else migrations)
        if chosen not in templates:
            template = f"{run}_template_{len(templates)}"
            postgres.create_database(template)
            asyncio.run(migrate(postgres.url(template), list(chosen), app_url=postgres.url(template, "send_tester")))
            templates[chosen] = template
        name = f"{run}_{next(_numbers)}"
        postgres.execute(f'create database "{name}" template "{templates[chosen]}"')
        postgres.execute(f'grant connect on database "{name}" to send_tester')
        return name

    return make


@pytest.fixture
def database(database_from: Callable[..., str]) -> str:
    """The name of a fresh database with the kernel's tables."""
    return database_from()


@pytest.fixture
async def pool(postgres: Postgres, database: str) -> AsyncIterator[Pool]:
    """Connections with the application's rights, as in production."""
    pool = await open_pool(postgres.url(database, "send_tester"), max_size=16)
    yield pool
    await pool.close()


@pytest.fixture
async def superuser(postgres: Postgres, database: str) -> AsyncIterator[Any]:
    """A connection that may do anything, for playing the intruder."""
    connection = await asyncpg.connect(postgres.url(database))
    yield connection
    await connection.close()


@pytest.fixture
def postgres_store(pool: Pool) -> PostgresEventStore:
    return PostgresEventStore(pool)
