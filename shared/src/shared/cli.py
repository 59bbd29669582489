"""The command line of a service: ``python -m referral api|worker|migrate|verify|export|…``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from aiokafka.errors import KafkaError
from rich.progress import Progress
from rich.table import Table

from shared.core.errors import SendError
from shared.edge.db import migrate as apply_migrations
from shared.edge.db import queries
from shared.edge.settings import Settings
from shared.edge.store import Fault
from shared.edge.telemetry import configure_logging
from shared.processes import run_api, run_worker, screen, settings_or_exit, start
from shared.service import MIGRATIONS, Running, Service, opened

_FLOW = queries("flow_queries")


class Source(StrEnum):
    database = "database"
    topic = "topic"


def run(service: Service) -> None:
    """The whole of a service's ``__main__``."""
    command_line(service)()


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

    add_log_commands(app, service)
    add_parked_commands(app, service)
    return app


def add_log_commands(app: typer.Typer, service: Service) -> None:
    """What an auditor and an operator do with a log: verify, export, republish, restored, erase."""

    @app.command()
    def verify(
        source: Annotated[Source, typer.Option(help="Where to read the events.")] = Source.database,
        seals: Annotated[bool, typer.Option(help="Also check every published seal.")] = True,
        public_key: Annotated[
            str | None, typer.Option(help="The seals' public key (base64), where SEAL_SIGNING_KEY is not at hand.")
        ] = None,
    ) -> None:
        """Check every event against the hash chain, and the chain against the published seals."""
        sys.exit(_with(service, lambda running: _verify(service, running, source, seals, public_key)))

    @app.command()
    def public_key() -> None:
        """Print the public key of the seals, for whoever verifies an export: hand it over apart from the export."""
        key = _public_key(settings_or_exit(service.name))
        if key is None:
            screen.print(f"[red]{service.name}: SEAL_SIGNING_KEY is not set, so no seals are made[/red]")
            sys.exit(2)
        typer.echo(key)

    @app.command()
    def export(file: Annotated[Path, typer.Argument(help="Where to write it; JSON lines.")]) -> None:
        """Write the whole log with its seals to a file that can be verified anywhere: `python -m shared.audit FILE`."""
        _with(service, lambda running: _export(service, running, file))

    @app.command()
    def republish() -> None:
        """Fill this service's topic from the event store where it is empty or behind."""
        _with(service, lambda running: _republish(service, running))

    @app.command()
    def restored() -> None:
        """Say that the database was restored from a backup: raises the epoch, so that every reader sees the fork."""
        typer.confirm(f"Raise the epoch of every lane of {service.name}?", abort=True)
        settings = settings_or_exit(service.name)
        asyncio.run(_restored(service, settings))

    @app.command()
    def erase(person_id: UUID) -> None:
        """Destroy a person's data key: every service, topic and backup loses the person. There is no way back."""
        typer.confirm(f"Destroy the data key of person {person_id} for ever?", abort=True)
        _with(service, lambda running: _erase(running, person_id))


def add_parked_commands(app: typer.Typer, service: Service) -> None:
    """What an operator does with events that could not be handled, and with records that are none."""
    parked = typer.Typer(no_args_is_help=True, help="Events of other services that could not be handled.")
    app.add_typer(parked, name="parked")

    @parked.command("list")
    def parked_list() -> None:
        """Show every parked event, and why."""
        _with(service, lambda running: _parked_list(service, running))

    @parked.command("retry")
    def parked_retry(stream: Annotated[str | None, typer.Option(help="Only this stream's events.")] = None) -> None:
        """Handle parked events again, in order; stops a stream at the first that still fails."""
        sys.exit(_with(service, lambda running: _parked_retry(service, running, stream)))

    @app.command()
    def waive(consumer: str, topic: str, lane: int, offset: int, reason: str) -> None:
        """Let a consumer pass a record that is no event of ours; the log keeps who decided why."""
        _with(service, lambda running: running.pool.execute(_FLOW["waive"], consumer, topic, lane, offset, reason))
        screen.print(f"{consumer} may pass offset {offset} of {topic}, lane {lane}")


def _with(service: Service, job: Callable[[Running], Awaitable[Any]]) -> Any:
    """Run a job with the service's open connections; an error is one line and exit code 2."""

    async def run(settings: Settings) -> Any:
        async with opened(service, settings) as running:
            return await job(running)

    try:
        return start(service.name, run, log_level="WARNING")
    except (SendError, KafkaError, OSError, TimeoutError, asyncpg.PostgresError) as exc:
        screen.print(f"[red]{service.name}: {exc or type(exc).__name__}[/red]")
        sys.exit(2)


async def _verify(service: Service, running: Running, source: Source, seals: bool, public_key: str | None) -> int:
    from shared.flow.audit import seals_of, verify_topic
    from shared.flow.seal import seals_about, verify_seals

    settings = running.settings
    with Progress(console=screen, transient=True) as progress:
        progress.add_task(f"{service.name}: checking every event", total=None)
        public_key = public_key or _public_key(settings)
        published = seals_about(service.name, await seals_of(settings)) if seals and public_key else []
        if source is Source.topic:
            chain = await verify_topic(settings, service.topic)
            count, faults = chain.count, chain.faults
            if public_key:
                chain.check_seals(service.name, published, public_key)
        else:
            count = sum((await running.store.heads()).values())
            faults = await running.store.verify()
            if public_key:
                faults += await verify_seals(service.name, running.pool, published, public_key)
    sealed = counted(len(published), "seal") if seals else "seals left out"
    if seals and not public_key:
        sealed = "seals not looked at, for want of their public key"
    return say_findings(f"{service.name} ({source})", f"{counted(count, 'event')}, {sealed}", faults)


def _public_key(settings: Settings) -> str | None:
    from shared.flow.seal import Signer

    key = settings.seal_signing_key
    return None if key is None else Signer(key.get_secret_value()).public_key


def say_findings(name: str, what: str, faults: list[Fault]) -> int:
    """Print what a verification found; 0 if nothing is wrong, else 1."""
    if not faults:
        screen.print(f"[green]{name}: {what}, every one as it was written[/green]")
        return 0
    table = Table("lane", "sequence", title=f"{name}: {what}; {counted(len(faults), 'fault')}")
    table.add_column("event", overflow="fold")  # an id that is cut off names nothing
    table.add_column("what is wrong", overflow="fold")
    for fault in faults:
        table.add_row(str(fault.lane), str(fault.sequence), str(fault.event_id or "-"), fault.what)
    screen.print(table)
    return 1


def counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


async def _export(service: Service, running: Running, file: Path) -> None:
    from shared.flow.audit import export, seals_of

    published = await seals_of(running.settings)
    unfinished = file.with_name(file.name + ".unfinished")
    total = sum((await running.store.heads()).values())
    with Progress(console=screen) as progress, unfinished.open("wb") as out:
        task = progress.add_task(f"{service.name}: writing events", total=total)
        async for line in export(service.name, running.store, published):
            out.write(line + b"\n")
            progress.advance(task)
    unfinished.rename(file)
    screen.print(f"{file}: {counted(total, 'event')}, and {counted(len(published), 'seal')} of all services")
    key = f" --public-key {public}" if (public := _public_key(running.settings)) else ""
    screen.print(f"Anybody can check it with: python -m shared.audit {file}{key}", soft_wrap=True)


async def _restored(service: Service, settings: Settings) -> None:
    connection = await asyncpg.connect(settings.migration_database_url or settings.database_url)
    try:
        epoch = await connection.fetchval("update es.lanes set epoch = epoch + 1 returning epoch")
    finally:
        await connection.close()
    screen.print(f"{service.name}: the log goes on in epoch {epoch}. Make its topic anew, then run `republish`.")


async def _erase(running: Running, person_id: UUID) -> None:
    await running.keyring.erase(person_id)
    screen.print(f"The data key of person {person_id} is destroyed.")


async def _republish(service: Service, running: Running) -> None:
    from shared.flow.relay import republish

    count = await republish(service=service.name, topic=service.topic, pool=running.pool, settings=running.settings)
    screen.print(f"{service.topic}: {count} events published again")


async def _parked_list(service: Service, running: Running) -> None:
    from shared.flow.parked import list_parked

    rows = await list_parked(running.pool)
    if not rows:
        screen.print(f"{service.name}: nothing is parked")
        return
    columns = ("topic", "lane", "sequence", "stream", "type", "since", "why")
    table = Table(title=counted(len(rows), "parked event"))
    for column in columns:
        table.add_column(column, overflow="fold")  # a stream that is cut off cannot be retried
    for row in rows:
        table.add_row(*(str(row[c]) for c in ("topic", "lane", "sequence", "stream", "type", "parked_at", "reason")))
    screen.print(table)


async def _parked_retry(service: Service, running: Running, stream: str | None) -> int:
    from shared.flow.react import ReactionRunner

    runner = ReactionRunner(
        reactions=service.reactions, handler=running.handler, pool=running.pool, settings=running.settings
    )
    handled, left = await runner.retry_parked(stream)
    screen.print(f"{service.name}: {handled} handled, {left} still parked")
    return 1 if left else 0
