"""The processes of the projections.

api     the query API and the stream of changes
worker  the consumers of the topics, the monitor, and the relay of its alerts
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI
from shared.edge.db import Pool
from shared.edge.identity import Tokens
from shared.edge.settings import Settings
from shared.flow.hint import Hint
from shared.processes import add_health, database_answers, ready, serve, together
from shared.service import MIGRATIONS as KERNEL
from shared.service import Running, utc_now

from .api import build_query_api
from .app import service
from .clocks.projection import deadlines
from .events import TOPICS
from .generation import drop_retired, unfit
from .monitor.watch import Monitor
from .projection import LiveEffect, Projection
from .reading import open_reading_pool
from .register.projection import register
from .timeline.projection import timeline
from .web import Sources

log = structlog.get_logger()

MIGRATIONS = [*KERNEL, ("projections.sql", "projections")]
PROJECTIONS: tuple[Projection, ...] = (timeline, deadlines, register)

_LOOK_AGAIN = 2.0
_TIDY_EVERY = 60.0


async def run_api(settings: Settings) -> None:
    async with ready(service, settings) as running:
        readers = await open_reading_pool(settings)
        try:
            sources = Sources(readers, running.keyring, utc_now, settings.lag_limit_seconds)
            app = build_query_api(sources=sources, tokens=Tokens(settings.oidc_issuer, settings.oidc_audience))
            add_health(app, lambda: api_health(running))
            await serve(app, settings, at_stop=app.state.following.stop)
        finally:
            readers.terminate()


async def api_health(running: Running) -> dict[str, Any]:
    """Ready while it can answer. A lane that stands still makes its cases' statuses unknown, and is shown."""
    found = await database_answers(running)
    found["reasons"] = await unfit(running.pool, PROJECTIONS)
    found["ready"] = not found["reasons"]
    rows = await running.pool.fetch(
        "select distinct consumer, topic, lane, reason from flow.progress where reason is not null order by 1, 2, 3"
    )
    found["standing_still"] = [f"{r['consumer']}: {r['topic']} lane {r['lane']}: {r['reason']}" for r in rows]
    return found


async def run_worker(settings: Settings) -> None:
    from shared.flow.consume import Consumer
    from shared.flow.relay import Relay
    from shared.flow.subscription import Subscription

    async with ready(service, settings) as running:
        subscription = Subscription(name="projections", topics=TOPICS, settings=settings)
        consumers = [
            Consumed(
                p,
                Consumer(effect=LiveEffect(p), pool=running.pool, settings=settings, subscription=subscription),
                running.pool,
            )
            for p in PROJECTIONS
        ]
        relay = Relay(service=service.name, topic=service.topic, pool=running.pool, settings=settings)
        monitor = Monitor(running.handler, running.pool, utc_now, settings.lag_limit_seconds)
        hint = Hint(running.pool)
        running.handler.on_appended.append(hint)
        parts: dict[str, Any] = {c.projection.name: c for c in consumers} | {"monitor": monitor, "alerts": relay}

        async def check() -> dict[str, Any]:
            found = await database_answers(running)
            for name, part in parts.items():
                found[name] = part.health()
                found["reasons"] += [f"{name}: {reason}" for reason in found[name]["reasons"]]
                found["ready"] &= bool(found[name]["ready"])
            return found

        app = FastAPI(title="send-ap projections worker", docs_url=None, redoc_url=None)
        add_health(app, check)
        await together(
            serve(app, settings), relay.run(), hint.run(), monitor.run(), _tidy(running.pool),
            subscription.run(), *(consumer.run() for consumer in consumers),
        )  # fmt: skip


class Consumed:
    """A projection's consumer, which waits while the tables are not those this code writes."""

    def __init__(self, projection: Projection, consumer: Any, pool: Pool) -> None:
        self.projection, self.consumer, self.pool = projection, consumer, pool
        self._unfit: list[str] = []

    def health(self) -> dict[str, Any]:
        if self._unfit:
            return {"ready": False, "reasons": self._unfit}
        found: dict[str, Any] = self.consumer.health()
        return found

    async def run(self) -> None:
        while True:
            try:
                self._unfit = await unfit(self.pool, [self.projection])
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as exc:
                self._unfit = [f"the database does not answer ({type(exc).__name__})"]
            if not self._unfit:
                await self.consumer.run()
            log.warning("consumer waits", consumer=self.projection.name, reasons=self._unfit)
            await asyncio.sleep(_LOOK_AGAIN)


async def _tidy(pool: Pool) -> None:
    """Drop versions nobody reads any more."""
    while True:
        try:
            await drop_retired(pool)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as exc:
            log.warning("tidying up interrupted", error=type(exc).__name__)
        await asyncio.sleep(_TIDY_EVERY)
