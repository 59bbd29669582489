"""What a service is, and what it has open while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from shared.core.codec import Codec
from shared.core.decider import Decider
from shared.core.reaction import Reaction
from shared.edge.db import Pool, open_pool
from shared.edge.keyring import PostgresKeyring
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.flow.handle import Handler
from shared.web.routes import AnyRoute

MIGRATIONS = [("shared.edge.sql", name) for name in ("event_store", "flow", "append_together")]


@dataclass(frozen=True)
class Service:
    """A service: its aggregates, its reactions to the others, and its table of contents."""

    name: str
    deciders: Sequence[Decider[Any]]
    reactions: Sequence[Reaction] = ()
    routes: Sequence[AnyRoute] = ()
    upcasters: dict[tuple[str, int], Any] = field(default_factory=dict)
    description: str = ""
    publishes: str | None = None
    """Its topic, where that is not called after the service."""

    @property
    def topic(self) -> str:
        return self.publishes or f"send.{self.name}.v1"

    @cached_property
    def codec(self) -> Codec:
        events = dict.fromkeys(event for decider in self.deciders for event in decider.event_types)
        return Codec.of(events, self.upcasters)

    def handler(self, store: Any, keyring: Any) -> Handler:
        return Handler(service=self.name, deciders=self.deciders, store=store, keyring=keyring, codec=self.codec)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Running:
    """A service's open connections."""

    settings: Settings
    pool: Pool
    store: PostgresEventStore
    keyring: PostgresKeyring
    handler: Handler


@asynccontextmanager
async def opened(service: Service, settings: Settings) -> AsyncIterator[Running]:
    """Open a service's database and the keyring; both are closed at the end."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(
            settings.database_url, max_size=settings.database_pool_size, application_name=service.name
        )
        stack.push_async_callback(_close, pool)
        keys = await open_pool(settings.keyring_database_url, max_size=4, application_name=service.name)
        stack.push_async_callback(_close, keys)
        store = PostgresEventStore(pool)
        keyring = PostgresKeyring(keys, settings.key_encryption_key.get_secret_value())
        yield Running(settings, pool, store, keyring, service.handler(store, keyring))


async def _close(pool: Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), 5)
    except TimeoutError:
        pool.terminate()
