"""The processes of a service: ``python -m referral api`` and ``python -m referral worker``.

api     the HTTP edge
worker  the relay to the service's topic, the reactions to the others' topics, and the seals
"""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import structlog
import uvicorn
import uvloop
from fastapi import FastAPI, Response
from rich.console import Console

from shared.edge.db import OUTAGES
from shared.edge.identity import Tokens
from shared.edge.settings import Settings, load_settings
from shared.edge.telemetry import configure_logging, configure_tracing
from shared.flow.hint import Hint
from shared.service import Running, Service, opened, utc_now
from shared.web.http import build_app
from shared.web.limits import Hurried, allow_many_connections

log = structlog.get_logger()
screen = Console(stderr=True)

_WAITS = (0.2, 0.5, 1, 2, 5)
_TAKE_IT = 0.5
"""Seconds, at least, that a client has to take the end of its answer when the process stops."""


@asynccontextmanager
async def ready(service: Service, settings: Settings) -> AsyncIterator[Running]:
    """As ``opened``, but waits for a database that is not there yet, saying so."""
    async with _patiently(lambda: opened(service, settings), settings.service) as running:
        yield running


@asynccontextmanager
async def _patiently(open_it: Callable[[], Any], name: str) -> AsyncIterator[Any]:
    attempt = 0
    while True:
        manager = open_it()
        try:
            entered = await manager.__aenter__()
            break
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as exc:
            wait = _WAITS[min(attempt, len(_WAITS) - 1)]
            log.warning("waiting for the database", service=name, error=type(exc).__name__, seconds=wait)
            attempt += 1
            await asyncio.sleep(wait)
    try:
        yield entered
    finally:
        await manager.__aexit__(None, None, None)


def add_health(app: FastAPI, check: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """``/healthz``: the process runs. ``/readyz``: 200 if it can do its work, else 503 with the reasons.

    ``check`` returns at least ``ready: bool`` and ``reasons: list[str]``.
    """

    @app.get("/healthz", tags=["health"], summary="The process runs")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", tags=["health"], summary="The process can do its work; if not, why")
    async def readyz(response: Response) -> dict[str, Any]:
        try:
            found = await asyncio.wait_for(check(), 5)
        except (asyncpg.PostgresError, *OUTAGES) as exc:
            found = {"ready": False, "reasons": [f"the database does not answer ({type(exc).__name__})"]}
        response.status_code = 200 if found["ready"] else 503
        return found


async def database_answers(running: Running) -> dict[str, Any]:
    await running.pool.fetchval("select 1")
    await running.keyring.pool.fetchval("select 1")
    return {"ready": True, "reasons": []}


class Server(uvicorn.Server):
    """Waits for running requests when it stops, as uvicorn does, but ends first what would never end by itself."""

    def __init__(self, config: uvicorn.Config, *, at_stop: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._at_stop = at_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._at_stop is not None:
            self._at_stop()
        cutting = asyncio.create_task(self._cut_off())
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    async def _cut_off(self) -> None:
        """Whoever does not take the end of an answer: a closing connection waits for them, without end."""
        closing: set[Any] = set()
        while True:
            await asyncio.sleep(_TAKE_IT)
            for connection in closing & self.server_state.connections:
                connection.transport.abort()
            closing = {c for c in self.server_state.connections if c.transport.is_closing()}


async def serve(app: FastAPI, settings: Settings, *, at_stop: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; then ``at_stop`` is called, once, to end open streams."""
    # What was made so far (models, routes, rules) stays for good. Left to the collector it is gone through again and
    # again, 0.1 s at a time in which nobody is answered.
    gc.collect()
    gc.freeze()
    allow_many_connections()
    config = uvicorn.Config(
        app, host=settings.http_host, port=settings.http_port, log_level="warning", access_log=False, lifespan="off",
        timeout_graceful_shutdown=10, http=Hurried,
    )  # fmt: skip
    await Server(config, at_stop=at_stop).serve()


async def together(*jobs: Coroutine[Any, Any, Any]) -> None:
    """Run jobs until the first ends, then cancel the others; an error in any rises."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_api(service: Service, settings: Settings) -> None:
    async with ready(service, settings) as running:
        hint = Hint(running.pool)
        running.handler.on_appended.append(hint)
        app = build_app(
            name=service.name,
            handler=running.handler,
            routes=service.routes,
            tokens=Tokens(settings.oidc_issuer, settings.oidc_audience),
            clock=utc_now,
            demo_clock=settings.demo_clock,
            description=service.description,
        )
        add_health(app, lambda: database_answers(running))
        await together(serve(app, settings), hint.run())


async def run_worker(service: Service, settings: Settings) -> None:
    from shared.flow.react import ReactionRunner
    from shared.flow.relay import Relay

    async with ready(service, settings) as running:
        relay = Relay(service=service.name, topic=service.topic, pool=running.pool, settings=settings)
        reactions = ReactionRunner(
            reactions=service.reactions, handler=running.handler, pool=running.pool, settings=settings
        )
        parts: dict[str, Any] = {"relay": relay, "reactions": reactions}
        hint = Hint(running.pool)
        running.handler.on_appended.append(hint)

        async def check() -> dict[str, Any]:
            found = await database_answers(running)
            for name, part in parts.items():
                health = part.health()
                found[name] = health
                found["reasons"] += [f"{name}: {reason}" for reason in health.get("reasons", ())]
                found["ready"] &= bool(health["ready"])
            return found

        app = FastAPI(title=f"send-ap {service.name} worker", docs_url=None, redoc_url=None)
        add_health(app, check)
        await together(serve(app, settings), relay.run(), reactions.run(), hint.run())


def start(name: str, job: Callable[[Settings], Coroutine[Any, Any, Any]], *, log_level: str | None = None) -> Any:
    """Load the settings, set up logs and traces, run a job on uvloop."""
    settings = settings_or_exit(name)
    configure_logging(name, log_level or settings.log_level)
    tracing = configure_tracing(name, settings.otel_traces_exporter)
    try:
        with suppress(KeyboardInterrupt):
            return uvloop.run(job(settings))
    finally:
        if tracing is not None:
            tracing.shutdown()


def settings_or_exit(name: str) -> Settings:
    from pydantic import ValidationError

    try:
        return load_settings(name)
    except ValidationError as exc:
        for error in exc.errors(include_input=False):
            setting = str(error["loc"][0] if error["loc"] else "").upper()
            screen.print(f"[red]{name}: {setting or 'settings'}: {error['msg']}[/red]")
        sys.exit(2)
