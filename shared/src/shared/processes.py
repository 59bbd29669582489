"""The processes of a service and its command line: ``python -m referral api|worker|migrate|verify|…``.

api     the HTTP edge
worker  the relay to the service's topic, the reactions to the others' topics, and the seals
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import structlog
import typer
import uvicorn
import uvloop
from fastapi import FastAPI, Response
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shared.edge.db import migrate as apply_migrations
from shared.edge.identity import Tokens
from shared.edge.settings import Settings, load_settings
from shared.edge.telemetry import configure_logging, configure_tracing
from shared.flow.hint import Hint
from shared.service import MIGRATIONS, Running, Service, opened, utc_now
from shared.web.http import build_app

log = structlog.get_logger()
screen = Console(stderr=True)

_WAITS = (0.2, 0.5, 1, 2, 5)


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
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
            found = {"ready": False, "reasons": [f"the database does not answer ({type(exc).__name__})"]}
        response.status_code = 200 if found["ready"] else 503
        return found


async def database_answers(running: Running) -> dict[str, Any]:
    await running.pool.fetchval("select 1")
    await running.keyring.pool.fetchval("select 1")
    return {"ready": True, "reasons": []}


async def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    config = uvicorn.Config(
        app, host=settings.http_host, port=settings.http_port, log_level="warning", access_log=False, lifespan="off",
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    await uvicorn.Server(config).serve()


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
        reactions = ReactionRunner(service=service, handler=running.handler, pool=running.pool, settings=settings)
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

        app = FastAPI(title=f"send-ap {service.name} worker")
        add_health(app, check)
        await together(serve(app, settings), relay.run(), reactions.run(), hint.run())


def start(name: str, job: Callable[[Settings], Coroutine[Any, Any, Any]]) -> Any:
    """Load the settings, set up logs and traces, run a job on uvloop."""
    settings = settings_or_exit(name)
    configure_logging(name, settings.log_level)
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


def command_line(service: Service) -> typer.Typer:
    """The commands every service has."""
    app = typer.Typer(no_args_is_help=True, help=f"The {service.name} service.", pretty_exceptions_enable=False)

    @app.command()
    def api() -> None:
        """Serve the HTTP edge."""
        start(service.name, lambda settings: run_api(service, settings))

    @app.command()
    def worker() -> None:
        """Relay events to the topic, react to the other services' events, publish seals."""
        start(service.name, lambda settings: run_worker(service, settings))

    @app.command()
    def migrate() -> None:
        """Make or bring up to date the tables of this service's database."""
        settings = settings_or_exit(service.name)
        configure_logging(service.name, settings.log_level)
        owner = settings.migration_database_url or settings.database_url
        asyncio.run(apply_migrations(owner, MIGRATIONS, app_url=settings.database_url))

    @app.command()
    def verify() -> None:
        """Check every event against the hash chain, and the chain against the published seals."""
        sys.exit(start(service.name, lambda settings: _verify(service, settings)))

    @app.command()
    def republish() -> None:
        """Fill this service's topic from the event store where it is empty or behind."""
        start(service.name, lambda settings: _republish(service, settings))

    @app.command()
    def erase(person_id: str) -> None:
        """Destroy a person's data key: every service, topic and backup loses the person. There is no way back."""
        typer.confirm(f"Destroy the data key of person {person_id} for ever?", abort=True)
        start(service.name, lambda settings: _erase(service, settings, person_id))

    parked = typer.Typer(no_args_is_help=True, help="Events of other services that could not be handled.")
    app.add_typer(parked, name="parked")

    @parked.command("list")
    def parked_list() -> None:
        """Show every parked event, and why."""
        start(service.name, lambda settings: _parked_list(service, settings))

    @parked.command("retry")
    def parked_retry(stream: str | None = typer.Option(None, help="Only this stream's events.")) -> None:
        """Handle parked events again, in order; stops a stream at the first that still fails."""
        sys.exit(start(service.name, lambda settings: _parked_retry(service, settings, stream)))

    return app


async def _verify(service: Service, settings: Settings) -> int:
    async with opened(service, settings) as running:
        heads = await running.store.heads()
        with Progress(console=screen, transient=True) as progress:
            progress.add_task(f"{service.name}: {sum(heads.values())} events in {len(heads)} lanes", total=None)
            faults = await running.store.verify()
        if not faults:
            screen.print(f"[green]{service.name}: {sum(heads.values())} events, every one as it was written[/green]")
            return 0
        table = Table("lane", "sequence", "event", "what is wrong", title=f"{service.name}: {len(faults)} faults")
        for fault in faults:
            table.add_row(str(fault.lane), str(fault.sequence), str(fault.event_id or "-"), fault.what)
        screen.print(table)
        return 1


async def _erase(service: Service, settings: Settings, person_id: str) -> None:
    from uuid import UUID

    async with opened(service, settings) as running:
        await running.keyring.erase(UUID(person_id))
        screen.print(f"The data key of person {person_id} is destroyed.")


async def _republish(service: Service, settings: Settings) -> None:
    from shared.flow.relay import republish

    async with opened(service, settings) as running:
        count = await republish(service=service.name, topic=service.topic, pool=running.pool, settings=settings)
        screen.print(f"{service.topic}: {count} events published again")


async def _parked_list(service: Service, settings: Settings) -> None:
    from shared.flow.parked import list_parked

    async with opened(service, settings) as running:
        rows = await list_parked(running.pool)
        if not rows:
            screen.print(f"{service.name}: nothing is parked")
            return
        table = Table("topic", "lane", "sequence", "stream", "type", "since", "why", title=f"{len(rows)} parked events")
        for row in rows:
            table.add_row(
                *(str(row[c]) for c in ("topic", "lane", "sequence", "stream", "type", "parked_at", "reason"))
            )
        screen.print(table)


async def _parked_retry(service: Service, settings: Settings, stream: str | None) -> int:
    from shared.flow.react import ReactionRunner

    async with opened(service, settings) as running:
        runner = ReactionRunner(service=service, handler=running.handler, pool=running.pool, settings=settings)
        handled, left = await runner.retry_parked(stream)
        screen.print(f"{service.name}: {handled} handled, {left} still parked")
        return 1 if left else 0
