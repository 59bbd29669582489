"""Reading for one caller: one snapshot, the live versions in it, and the caller's authority as a second fence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from shared.core.errors import Unavailable
from shared.core.messages import Actor
from shared.core.personal import PREFIX, DataKey
from shared.edge.db import Connection, Pool, open_pool, queries
from shared.edge.settings import Settings

from .freshness import Freshness, freshness
from .generation import LAYOUTS, NotMade, schema_of

log = structlog.get_logger()

_SQL = queries("reading", package="projections.sql")


def reading_url(database_url: str) -> str:
    """For connections that see nothing until they say for whom: a query that forgets to ask finds no row."""
    return f"{database_url}{'&' if '?' in database_url else '?'}send.la_code=none"


async def open_reading_pool(settings: Settings) -> Pool:
    return await open_pool(
        reading_url(settings.database_url), max_size=settings.database_pool_size, application_name="projections reading"
    )


@dataclass(frozen=True)
class Reading:
    """A read-only transaction for one authority."""

    connection: Connection
    la_code: str
    live: dict[str, tuple[int, int]]
    """By projection: the live version and the layout of its tables."""
    now: datetime
    limit_seconds: float

    def schema(self, name: str) -> str:
        """Of the live version. Raises NotMade if there is none, Unavailable if this code cannot read its tables."""
        if name not in self.live:
            raise NotMade
        version, layout = self.live[name]
        if layout != LAYOUTS[name]:
            raise Unavailable(f"The {name} is being built anew for this version of the service; try again later.")
        return schema_of(name, version)

    async def freshness(self, consumer: str, topics: Sequence[str]) -> Freshness:
        return await freshness(self.connection, consumer, topics, now=self.now, limit_seconds=self.limit_seconds)


@asynccontextmanager
async def reading(pool: Pool, la_code: str, *, now: datetime, limit_seconds: float) -> AsyncIterator[Reading]:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        row = await connection.fetchrow(_SQL["enter"], la_code)
        yield Reading(connection, la_code, orjson.loads(row["live"] or "{}"), now, limit_seconds)


async def record_read(pool: Pool, by: Actor, what: str, cases: Iterable[str]) -> None:
    """Write down that somebody looks at personal data, before they see it."""
    seen = sorted(set(cases))
    if not seen:
        return
    await pool.execute(_SQL["record_read"], by.la_code, by.user_id, by.role, by.org_id, what, seen)
    log.info("read", what=what, cases=len(seen), case_id=seen[0] if len(seen) == 1 else None, la_code=by.la_code,
             role=by.role, user_id=by.user_id)  # fmt: skip


async def who_looked(pool: Pool, case_id: UUID) -> Sequence[Any]:
    """Every look at personal data of a case through this service, oldest first; for auditors."""
    rows: Sequence[Any] = await pool.fetch(_SQL["who_looked"], case_id)
    return rows


def has_sealed(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith(PREFIX)
    if isinstance(value, dict):
        return any(has_sealed(v) for v in value.values())
    return isinstance(value, list) and any(has_sealed(v) for v in value)


def opened(value: Any, key: DataKey | None, event_id: bytes, path: tuple[str, ...] = ()) -> Any:
    """An event's data with its sealed fields opened; each reads ``[erased]`` where the person's key is gone.

    Raises Unprocessable if a field was not sealed under this key for this place.
    """
    if isinstance(value, str):
        if not value.startswith(PREFIX):
            return value
        return "[erased]" if key is None else key.open(value, event_id + ".".join(path).encode())
    if isinstance(value, dict):
        return {name: opened(v, key, event_id, (*path, name)) for name, v in value.items()}
    if isinstance(value, list):
        return [opened(v, key, event_id, (*path, "*")) for v in value]
    return value
