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
from shared.core.ids import LANES
from shared.edge.db import queries
from shared.edge.kafka import topic_heads
from shared.edge.settings import Settings
from shared.flow.faults import point

from projections.events import TOPICS
from projections.generation import begin, builder_lock, drop, finish
from projections.projection import Projection

from .bulk import Build
from .compare import Comparison
from .log import Log, Passed
from .parallel import fill_on_cores
from .switch import compare_with_live, places, switch

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
            for projection in projections:
                builds.append(await _begun(connection, projection))  # noqa: PERF401 - what is made so far must be dropped
            if newest:
                await _to_the_end(settings, builds)
            await point("rebuild.begun")
            passed = await _passed(connection, projections)
            await _fill(settings, connection, passed, builds, steps, report, processes)
            async with Log(settings, passed=passed) as source:
                for build in list(builds):
                    steps.begin(f"{build.schema}: comparing", 0)
                    comparison = await compare_with_live(settings.database_url, connection, source, build)
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
    every = [(topic, lane) for topic in TOPICS for lane in range(LANES)]
    steps.begin("reading events", sum(max(b.until.get(place, 0) for b in builds) for place in every))
    report.events = await fill_on_cores(settings, passed, builds, processes=processes, advance=steps.advance)
    for build in builds:
        steps.begin(f"{build.schema}: indexes", 0)
        await finish(connection, build.projection, build.version)
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


async def _begun(connection: Any, projection: Projection) -> Build:
    """A new, empty version, to be built to where the live one stands; what one that died left behind is dropped."""
    async with connection.transaction():
        for row in await connection.fetch(_SQL["leftovers"], projection.name):
            await drop(connection, projection.name, row["version"])
        version = await begin(connection, projection)
        stands = await places(connection, projection)
    until = {place: sequence for place, (sequence, _) in stands.items()}
    return Build(projection, version, until, {place: offset for place, (_, offset) in stands.items()})


async def _passed(connection: Any, projections: Sequence[Projection]) -> Passed:
    """Records that every one of these consumers may pass."""
    waived = [
        frozenset((r["topic"], r["lane"], r["record_offset"]) for r in await connection.fetch(_SQL["waived"], p.name))
        for p in projections
    ]
    return frozenset.intersection(*waived)


async def _to_the_end(settings: Settings, builds: Sequence[Build]) -> None:
    for topic in TOPICS:
        for lane, (sequence, offset) in (await topic_heads(settings, topic)).items():
            for build in builds:
                if sequence > build.until.get((topic, lane), 0):
                    build.until[topic, lane], build.offsets[topic, lane] = sequence, offset
