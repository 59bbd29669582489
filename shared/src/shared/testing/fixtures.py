"""Fixtures every package's tests share: a real PostgreSQL, with a fresh database a test."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import asyncpg
import pytest

from shared.edge.db import Pool, migrate, open_pool
from shared.edge.store import PostgresEventStore
from shared.service import MIGRATIONS

from .kafka import Kafka, kafka_server
from .postgres import Postgres, postgres_server

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
