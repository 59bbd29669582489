"""Rebuilds as a person at a terminal sees them: a progress bar, what differs, how it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import asynccontextmanager

import asyncpg
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from shared.core.errors import SendError
from shared.edge.settings import Settings

from projections.generation import schema_of
from projections.projection import Projection

from .run import Report, Result, Steps, prove, rebuild

screen = Console(stderr=True)
_NAMED = 5
_REFUSED = (
    SendError, KafkaError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, BrokenExecutor,
)  # fmt: skip


def _why(exc: BaseException) -> str:
    return exc.detail if isinstance(exc, SendError) else str(exc) or type(exc).__name__


@asynccontextmanager
async def _shown() -> AsyncIterator[Steps]:
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("beginning", total=None)

        def begin(what: str, total: int) -> None:
            progress.reset(task, description=what, total=total or None)

        yield Steps(begin, lambda count: progress.advance(task, count))


async def run_rebuild(settings: Settings, projections: Sequence[Projection], *, newest: bool, processes: int) -> int:
    """The exit code: 0 when the new versions are live, 2 when nothing was changed."""
    try:
        async with _shown() as steps:
            report = await rebuild(settings, projections, steps=steps, newest=newest, processes=processes)
    except _REFUSED as exc:
        screen.print(f"[red]Nothing was changed: {_why(exc)}[/red]")
        return 2
    _say_how_quick(report)
    for result in report.results:
        _say_what_differs(result, "the version before")
        screen.print(f"[green]{schema_of(result.name, result.version)} is live[/green]")
    return 0


async def run_prove(settings: Settings, projections: Sequence[Projection], *, processes: int) -> int:
    """The exit code: 0 if every live row is what a fresh replay makes, 1 if not, 2 if that could not be found out."""
    try:
        async with _shown() as steps:
            report = await prove(settings, projections, steps=steps, processes=processes)
    except _REFUSED as exc:
        screen.print(f"[red]Nothing could be proved: {_why(exc)}[/red]")
        return 2
    _say_how_quick(report)
    for result in report.results:
        _say_what_differs(result, "a fresh replay")
    return 0 if all(result.comparison.equal for result in report.results) else 1


def _say_how_quick(report: Report) -> None:
    rate = report.events / report.seconds if report.seconds else 0
    screen.print(f"{report.events} events in {report.seconds:.1f} s ({rate:,.0f}/s)")


def _say_what_differs(result: Result, other: str) -> None:
    found = result.comparison
    if found.left_out:
        screen.print(f"{result.name}: only one of the two has {', '.join(found.left_out)}; the rest is compared")
    if found.equal:
        screen.print(f"[green]{result.name}: {found.rows} rows, every one as in {other}[/green]")
        return
    screen.print(f"[yellow]{result.name}: {len(found.differing)} of {found.groups} differ from {other}[/yellow]")
    screen.print(f"  first: {found.first}", markup=False)
    for table, id in found.differing[:_NAMED]:
        screen.print(f"  {table.name} {id}", markup=False)
    if len(found.differing) > _NAMED:
        screen.print(f"  … and {len(found.differing) - _NAMED} more")
