"""The bulk of a rebuild: every event up to some positions, folded in memory and copied into the new tables."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from shared.core.ids import LANES
from shared.flow.faults import point

from projections.events import TOPICS, data_of
from projections.generation import schema_of
from projections.projection import Builder, Projection

from .log import Lean, Log, Span
from .place import Place, Reach, Stand


@dataclass
class Build:
    """A version under construction."""

    projection: Projection
    version: int
    reach: dict[Place, Reach]
    at: dict[Place, Stand] = field(default_factory=dict)
    """How far it is; nothing of a place that is not here."""
    left: list[str] = field(default_factory=list)
    """Cases that could not be worked out lane by lane."""

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        return {table.name: table.columns for table in self.projection.tables}

    def until(self, place: Place) -> int:
        return self.reach[place].until if place in self.reach else 0

    def stand(self, place: Place) -> Stand:
        return self.at.get(place, Stand())

    @property
    def schema(self) -> str:
        return schema_of(self.projection.name, self.version)


class Copier:
    """Copies rows into tables on a connection of its own, while the next events are already being read."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._running: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> Copier:
        self._connection = await asyncpg.connect(self._url)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._connection.close()

    async def copy(self, build: Build, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Returns once the rows before these are in; an error of theirs rises here."""
        await self.drain()
        if rows:
            await point("rebuild.before-copy")
            self._running = asyncio.create_task(
                self._connection.copy_records_to_table(
                    table, schema_name=build.schema, columns=build.columns[table], records=rows
                )
            )

    async def drain(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running


async def fill(log: Log, url: str, builds: Sequence[Build], *, lanes: Sequence[int] = range(LANES),
               advance: Callable[[int], None] = lambda _: None) -> int:  # fmt: skip
    """Read once, fold for every build, copy. Returns the number of events read.

    ``advance`` is told how many events were read since the last time. Memory holds one lane's cases.
    """
    read = 0
    async with Copier(url) as copier, _no_collecting():
        for lane in lanes:
            builders = [(build, build.projection.builder()) for build in builds]
            async for events in log.read(_spans(builds, lane)):
                _fold(builders, events)
                read += len(events)
                advance(len(events))
                for build, builder in builders:
                    for table, rows in builder.rows(last=False):
                        await copier.copy(build, table, rows)
            for build, builder in builders:
                for table, rows in builder.rows(last=True):
                    await copier.copy(build, table, rows)
                build.left += builder.left
        await copier.drain()
    return read


@asynccontextmanager
async def _no_collecting() -> AsyncIterator[None]:
    """Millions of facts in memory and not a cycle among them: looking for cycles would take half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _spans(builds: Sequence[Build], lane: int) -> list[Span]:
    return [Span(topic, lane, 0, max(build.until((topic, lane)) for build in builds)) for topic in TOPICS]


def _fold(builders: Sequence[tuple[Build, Builder]], events: Sequence[Lean]) -> None:
    """Events of one lane of one topic, decoded once for all builds."""
    place = (events[0].topic, events[0].lane)
    first, last = events[0].sequence, events[-1].sequence
    adds = []
    for build, builder in builders:
        until = min(build.until(place), last)
        adds.append((until, builder.add))
        if until >= first:
            end = events[until - first]
            build.at[place] = Stand(end.sequence, end.offset + 1, int(end.epoch), bytes.fromhex(end.hash.decode()))
    if all(until == last for until, _ in adds):
        only = [add for _, add in adds]
        for event in events:
            data = data_of(event)
            for add in only:
                add(event, data)
        return
    for event in events:
        data = data_of(event)
        for until, add in adds:
            if event.sequence <= until:
                add(event, data)
