"""PostgreSQL: pools, named queries from ``.sql`` files, and migrations."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
import structlog

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection

log = structlog.get_logger()

OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    TimeoutError,
)
"""The database is away, full, starting, or a standby just now: trying again later helps. A Unix socket that is gone
during a restart is a FileNotFoundError, hence OSError as a whole; asyncpg itself may lose count of the protocol's
states when a session is ended at a bad moment, hence InternalClientError."""
CONTENTION = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)
"""Somebody was in the way: the same again helps, at once."""

_NAMED = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)", re.MULTILINE)
_MIGRATION_LOCK = 0x5E4D


async def open_pool(url: str, *, min_size: int = 1, max_size: int = 8, application_name: str = "send") -> Pool:
    """A pool of connections. Sizes are per process: sum them over all processes against max_connections.

    A connection keeps its session between one user and the next: whatever outlives a transaction (a session's advisory
    lock, LISTEN, SET without LOCAL) needs a connection of its own.

    Raises OSError or asyncpg.PostgresError if the server does not answer.
    """
    pool: Pool = await asyncpg.create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        command_timeout=30,
        reset=_as_it_is,
        server_settings={
            "application_name": application_name,
            # An append that was decided must be on disk before it is answered; a forgotten transaction would hold
            # its lane's row for ever.
            "synchronous_commit": "on",
            "idle_in_transaction_session_timeout": "30000",
        },
    )
    return pool


async def _as_it_is(_: Connection) -> None:
    # asyncpg would send RESET ALL, UNLISTEN and more at every release: a round trip that costs the server as much as a
    # small query, several times a command. What was left open is rolled back all the same.
    return


@cache
def queries(name: str, package: str = "shared.edge.sql") -> Mapping[str, str]:
    """The named queries of ``<name>.sql``: each starts with ``-- name: …`` and a one-line comment."""
    text = files(package).joinpath(f"{name}.sql").read_text()
    starts = list(_NAMED.finditer(text))
    ends = [m.start() for m in starts[1:]] + [len(text)]
    return {m[1]: text[m.end() : end].strip().rstrip(";") for m, end in zip(starts, ends, strict=True)}


def script(name: str, package: str = "shared.edge.sql") -> str:
    return files(package).joinpath(f"{name}.sql").read_text()


async def migrate(url: str, migrations: Sequence[tuple[str, str]], *, app_url: str | None = None) -> list[str]:
    """Apply ``(package, file name without .sql)`` in order, each once, and return what was new.

    ``url`` is the owner's. The role in ``app_url`` is made if it is missing (without a password: real
    deployments make it beforehand) and gets the rights of the group ``send_app``. Two runs at once
    wait for each other. An owner's URL without a database (CloudNativePG gives ``/*``) means the application's.
    """
    if app_url is not None and urlsplit(url).path in ("", "/", "/*"):
        url = urlsplit(url)._replace(path=urlsplit(app_url).path).geturl()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _MIGRATION_LOCK)
        await connection.execute(
            "create table if not exists public.migrations (name text primary key, applied_at timestamptz default now())"
        )
        await _ensure_role(connection, "send_app", "nologin")
        done = {row["name"] for row in await connection.fetch("select name from public.migrations")}
        new = [m for m in migrations if f"{m[0]}:{m[1]}" not in done]
        for package, name in new:
            async with connection.transaction():
                await connection.execute(script(name, package))
                await connection.execute("insert into public.migrations (name) values ($1)", f"{package}:{name}")
        if app_url is not None:
            await _admit(connection, app_url)
    finally:
        await connection.close()
    applied = [name for _, name in new]
    log.info("migrated", applied=applied, already=len(done))
    return applied


async def _admit(connection: Any, app_url: str) -> None:
    role = urlsplit(app_url).username
    if role is None:
        return
    database = await connection.fetchval("select current_database()")
    await _ensure_role(connection, role, "login")
    if not await connection.fetchval("select rolsuper from pg_roles where rolname = $1", role):
        await connection.execute(f'grant send_app to "{role}"')
        await connection.execute(f'revoke connect on database "{database}" from public')
        await connection.execute(f'grant connect on database "{database}" to "{role}"')


async def _ensure_role(connection: Any, role: str, options: str) -> None:
    # Roles belong to the whole cluster and services migrate side by side: the loser of the race finds it made.
    try:
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
            await connection.execute(f'create role "{role}" {options}')
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection, connection.transaction():
        yield connection
