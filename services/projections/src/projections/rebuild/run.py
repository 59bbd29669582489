"""A rebuild from beginning to end: build, catch up, compare, switch; or prove, which throws the new version away.

The new version is built to exactly where the live one stands, so the two can be compared row by row and the worker's
cursors need not move at a switch. Whatever ends a rebuild early leaves a version that nobody reads; the next rebuild,
or the worker, drops it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import asyncpg
import structlog
from shared.core.errors import SendError
from shared.edge.db import queries
from shared.edge.settings import Settings
from shared.flow.faults import point

from projections.generation import begin, builder_lock, drop, finish
from projections.projection import Projection

from .bulk import Build
from .compare import Comparison
from .log import Log, LogLost, Passed
from .parallel import fill_on_cores
from .place import PLACES, reaches, stands
from .switch import another_history, compare_with_live, switch

log = structlog.get_logger()

_SQL = queries("rebuild", package="projections.sql")


class Busy(SendError):
    """Another rebuild of this projection is running."""

    code = "rebuild-running"


@dataclass
class Result:
    """What became of one projection."""

    name: str
    version: int
    replaced: int | None
    """The version it took the place of; None if it did not."""
    comparison: Comparison


@dataclass
class Report:
    events: int = 0
    seconds: float = 0.0
    """Of reading, folding and copying, with the indexes."""
    results: list[Result] = field(default_factory=list)


@dataclass
class Steps:
    """Who is told how the work goes."""

    begin: Callable[[str, int], None] = lambda what, total: None
    """A step begins: its name, and how many events it will take (0: nobody knows)."""
    advance: Callable[[int], None] = lambda count: None


async def rebuild(
    settings: Settings,
    projections: Sequence[Projection],
    *,
    steps: Steps | None = None,
    newest: bool = False,
    processes: int = 1,
) -> Report:
    """Rebuild these projections from one reading of the topics, and put the new versions in place.

    ``newest``: not to where the live versions stand but to the end of the topics, for live versions that are far
    behind; the worker then goes on from there. ``processes``: read on so many cores.

    Raises Busy, LogLost, Unprocessable, and whatever PostgreSQL or Kafka raise.
    """
    return await _run(settings, projections, steps or Steps(), newest=newest, keep=True, processes=processes)


async def prove(
    settings: Settings, projections: Sequence[Projection], *, steps: Steps | None = None, processes: int = 1
) -> Report:
    """Compare the live versions with a fresh replay to where they stand. Raises as ``rebuild``."""
    return await _run(settings, projections, steps or Steps(), newest=False, keep=False, processes=processes)


async def _run(
    settings: Settings, projections: Sequence[Projection], steps: Steps, *, newest: bool, keep: bool, processes: int
) -> Report:
    report = Report()
    async with _alone(settings.database_url, projections) as connection:
        builds: list[Build] = []
        try:
            live = [await stands(connection, projection) for projection in projections]
            reach = await reaches(settings, live, newest=newest)
            for projection, far in zip(projections, reach, strict=True):
                builds.append(Build(projection, await _begun(connection, projection), far))
            await point("rebuild.begun")
            passed = await _passed(connection, projections)
            await _fill(settings, connection, passed, builds, steps, report, processes)
            async with Log(settings, passed=passed) as source:
                for build, there in zip(list(builds), live, strict=True):
                    if not keep and (apart := another_history(build, there)):
                        raise LogLost(
                            f"{apart[0][0]} lane {apart[0][1]} holds another history than was applied: rebuild."
                        )
                    steps.begin(f"{build.schema}: comparing", 0)
                    comparison = await compare_with_live(settings.database_url, connection, source, build)
                    await point("rebuild.compared")
                    replaced = None
                    if keep:
                        steps.begin(f"{build.schema}: switching", 0)
                        replaced = await switch(connection, source, build, comparison)
                        builds.remove(build)
                    report.results.append(Result(build.projection.name, build.version, replaced, comparison))
        finally:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                for build in builds:
                    await drop(connection, build.projection.name, build.version)
    log.info(
        "rebuilt",
        projections=[r.name for r in report.results],
        kept=keep,
        events=report.events,
        seconds=round(report.seconds, 2),
        differing=[len(r.comparison.differing) for r in report.results],
    )
    return report


async def _fill(
    settings: Settings, connection: Any, passed: Passed, builds: Sequence[Build], steps: Steps, report: Report,
    processes: int,
) -> None:  # fmt: skip
    began = perf_counter()
    steps.begin("reading events", sum(max(b.until(place) for b in builds) for place in PLACES))
    report.events = await fill_on_cores(settings, passed, builds, processes=processes, advance=steps.advance)
    for build in builds:
        steps.begin(f"{build.schema}: indexes", 0)
        await finish(connection, build.projection, build.version)
        await point("rebuild.indexed")
        await build.projection.complete(connection, build.schema, build.left)
    report.seconds = perf_counter() - began
    await point("rebuild.filled")


@asynccontextmanager
async def _alone(url: str, projections: Sequence[Projection]) -> AsyncIterator[Any]:
    """A connection that holds the builder's lock of each projection, and has no time limit of its own."""
    connection = await asyncpg.connect(url, server_settings={"application_name": "projections rebuild"})
    try:
        for projection in projections:
            for attempt in range(5):  # the worker holds it for a moment when it tidies up
                if await connection.fetchval("select pg_try_advisory_lock($1)", builder_lock(projection.name)):
                    break
                if attempt == 4:
                    raise Busy(f"Another rebuild of {projection.name} is running.")
                await asyncio.sleep(0.2)
        yield connection
    finally:
        await connection.close()


async def _begun(connection: Any, projection: Projection) -> int:
    """A new, empty version; what a rebuild that died left behind is dropped."""
    async with connection.transaction():
        for row in await connection.fetch(_SQL["leftovers"], projection.name):
            await drop(connection, projection.name, row["version"])
        return await begin(connection, projection)


async def _passed(connection: Any, projections: Sequence[Projection]) -> Passed:
    """Records that every one of these consumers may pass."""
    waived = [
        frozenset((r["topic"], r["lane"], r["record_offset"]) for r in await connection.fetch(_SQL["waived"], p.name))
        for p in projections
    ]
    return frozenset.intersection(*waived)
