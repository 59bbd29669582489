"""The command line: ``python -m projections api|worker|migrate|rebuild|prove|waive|verify|…``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from shared.cli import add_log_commands, add_parked_commands, counted
from shared.edge.db import migrate as apply_migrations
from shared.edge.db import open_pool
from shared.edge.settings import Settings
from shared.edge.telemetry import configure_logging
from shared.processes import screen, settings_or_exit, start

from .app import service
from .generation import ensure, unfit
from .processes import MIGRATIONS, PROJECTIONS, run_api, run_worker
from .projection import Projection
from .reading import who_looked


class Name(StrEnum):
    TIMELINE = "timeline"
    DEADLINES = "deadlines"
    REGISTER = "register"
    ALL = "all"


Processes = Annotated[int, typer.Option(min=0, max=16, help="Read on so many cores; 0: half of those there are.")]


def _chosen(names: Sequence[Name]) -> list[Projection]:
    return [p for p in PROJECTIONS if Name.ALL in names or p.name in names]


def command_line() -> typer.Typer:
    """Of a service's commands those about its log and about strange records, and the projections' own."""
    app = typer.Typer(
        no_args_is_help=True,
        help="Timelines, deadlines and the case register, from the topics alone.",
        pretty_exceptions_enable=False,
    )
    add_log_commands(app, service)
    add_parked_commands(app, service)
    # A projection parks nothing: it halts. Persons are erased where they are known.
    app.registered_groups = []
    app.registered_commands = [c for c in app.registered_commands if c.callback and c.callback.__name__ != "erase"]

    @app.command()
    def api() -> None:
        """Serve the query API."""
        start(service.name, run_api)

    @app.command()
    def worker() -> None:
        """Read the topics into the projections, watch the deadlines, publish alerts."""
        start(service.name, run_worker)

    @app.command()
    def rebuild(
        names: Annotated[list[Name], typer.Argument(help="timeline, deadlines, register, or all")],
        newest: Annotated[
            bool, typer.Option(help="Build to the end of the topics, for live versions that are far behind.")
        ] = False,
        processes: Processes = 0,
    ) -> None:
        """Build projections anew from the first event while the old ones serve, compare, and switch."""
        from .rebuild.parallel import processes_here
        from .rebuild.screen import run_rebuild

        cores = processes or processes_here()
        sys.exit(
            start(service.name, lambda settings: run_rebuild(settings, _chosen(names), newest=newest, processes=cores))
        )

    @app.command()
    def prove(
        names: Annotated[list[Name] | None, typer.Argument(help="all if left out")] = None, processes: Processes = 0
    ) -> None:
        """Prove that the live rows equal a fresh replay of the topics; name the first that does not."""
        from .rebuild.parallel import processes_here
        from .rebuild.screen import run_prove

        cores, chosen = processes or processes_here(), _chosen(names or [Name.ALL])
        sys.exit(start(service.name, lambda settings: run_prove(settings, chosen, processes=cores)))

    @app.command()
    def looks(case_id: UUID) -> None:
        """Show who looked at the personal data of a case here, and when. What services showed is in their logs."""
        start(service.name, lambda settings: _looks(settings, case_id), log_level="WARNING")

    @app.command()
    def migrate() -> None:
        """Make or bring up to date the tables, and the first version of every projection."""
        settings = settings_or_exit(service.name)
        configure_logging(service.name, settings.log_level)
        asyncio.run(_migrate(settings))

    return app


async def _looks(settings: Settings, case_id: UUID) -> None:
    pool = await open_pool(settings.database_url, max_size=1)
    try:
        rows = await who_looked(pool, case_id)
    finally:
        await pool.close()
    columns = ("at", "what", "user_id", "role", "org_id", "la_code")
    table = Table(title=f"case {case_id}: {counted(len(rows), 'look')}")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(f"{row['at']:%Y-%m-%d %H:%M:%S} UTC", *(row[column] for column in columns[1:]))
    screen.print(table)


async def _migrate(settings: Settings) -> None:
    owner = settings.migration_database_url or settings.database_url
    await apply_migrations(owner, MIGRATIONS, app_url=settings.database_url)
    pool = await open_pool(settings.database_url, max_size=2)
    try:
        made = await ensure(pool, PROJECTIONS)
        screen.print(f"projections: {', '.join(made) if made else 'nothing new'}")
        for reason in await unfit(pool, PROJECTIONS):
            screen.print(f"[yellow]{reason}[/yellow]")
    finally:
        await pool.close()


def main() -> None:
    command_line()()
