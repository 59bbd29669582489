"""The end of a rebuild: up to where the live version stands, compared with it, and put in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
from shared.core.ids import LANES
from shared.edge.db import queries
from shared.edge.kafka import delivered
from shared.flow.faults import point

from projections import changes
from projections.events import TOPICS
from projections.generation import live_versions, make_live, schema_of
from projections.projection import Projection

from .bulk import Build
from .compare import Comparison, compare
from .log import Log, Span

_SQL = queries("rebuild", package="projections.sql")

Places = Mapping[tuple[str, int], tuple[int, int]]
"""By (topic, lane): the last applied sequence number, and the offset after it."""


async def places(
    connection: Any, projection: Projection, query: str = "cursors"
) -> dict[tuple[str, int], tuple[int, int]]:
    """Where the live version of a projection stands."""
    rows = await connection.fetch(_SQL[query], projection.name)
    return {(row["topic"], row["lane"]): (row["sequence"], row["next_offset"]) for row in rows}


async def compare_with_live(url: str, connection: Any, source: Log, build: Build) -> Comparison:
    """Bring the build to where the live version stands, and compare the two as they are there."""
    projection = build.projection
    reader = await asyncpg.connect(url, server_settings={"application_name": "projections compare"})
    try:
        # One snapshot of the live version: its rows and the positions that belong to them, while the worker goes on.
        async with reader.transaction(isolation="repeatable_read", readonly=True):
            live = (await live_versions(reader)).get(projection.name)
            stands = await places(reader, projection)
            await catch_up(connection, source, build, stands)
            if live is None:
                return Comparison()
            async with connection.transaction():
                return await compare(
                    projection, reader, schema_of(projection.name, live), connection, build.schema,
                    _comparable(build, stands),
                )  # fmt: skip
    finally:
        await reader.close()


def _comparable(build: Build, stands: Places) -> list[int] | None:
    """The lanes in which both versions stand at the same positions; None if that is all of them."""
    apart = {place[1] for place, sequence in build.until.items() if sequence != stands.get(place, (0, 0))[0]}
    return [lane for lane in range(LANES) if lane not in apart] if apart else None


async def catch_up(connection: Any, source: Log, build: Build, stands: Places, *, in_transaction: bool = False) -> None:
    """Apply what the live version has and the build has not, as the worker would."""
    spans = [
        Span(topic, lane, build.until.get((topic, lane), 0), sequence, build.offsets.get((topic, lane), 0))
        for (topic, lane), (sequence, _) in stands.items()
    ]
    async for events in source.read(spans, take=delivered):
        if in_transaction:
            await build.projection.apply(connection, build.schema, events)
        else:
            async with connection.transaction():
                await build.projection.apply(connection, build.schema, events)
        last = events[-1]
        build.until[last.topic, last.lane] = last.sequence
        build.offsets[last.topic, last.lane] = last.offset + 1


async def switch(connection: Any, source: Log, build: Build, comparison: Comparison) -> int | None:
    """Put the build in the live version's place; returns the version that was. The worker waits for a moment."""
    projection = build.projection
    # As close as possible while the worker goes on; what is left is a moment's work.
    await catch_up(connection, source, build, await places(connection, projection))
    await point("rebuild.before-switch")
    async with connection.transaction():
        await connection.execute(_SQL["make_cursors"], projection.name, list(TOPICS))
        stands = await places(connection, projection, "lock_cursors")
        await catch_up(connection, source, build, stands, in_transaction=True)
        await _advance(connection, source, build, stands)
        replaced = await make_live(connection, projection.name, build.version)
        await _tell_followers(connection, build, comparison, replaced)
        await point("rebuild.in-switch")
    await point("rebuild.switched")
    return replaced


async def _advance(connection: Any, source: Log, build: Build, stands: Places) -> None:
    """Move the worker's cursors to where the build is, where that is further on: the worker then goes on from there."""
    spans = [
        Span(*place, sequence - 1, sequence, max(0, build.offsets.get(place, 0) - 1))
        for place, sequence in build.until.items()
        if sequence > stands.get(place, (0, 0))[0]
    ]
    lasts = [event async for events in source.read(spans, take=delivered) for event in events]
    if lasts:
        await connection.execute(
            _SQL["advance_cursors"], build.projection.name, [e.topic for e in lasts], [e.lane for e in lasts],
            [e.sequence for e in lasts], [e.offset + 1 for e in lasts], [e.epoch for e in lasts],
            [e.hash for e in lasts],
        )  # fmt: skip


async def _tell_followers(connection: Any, build: Build, comparison: Comparison, replaced: int | None) -> None:
    """Cases whose rows are no longer what front-ends have seen have changed."""
    cases = comparison.cases
    if not cases or replaced is None:
        return
    authorities: dict[str, str] = {}
    for version in (replaced, build.version):
        for table in build.projection.tables:
            if table.key[0] == "case_id":
                schema = schema_of(build.projection.name, version)
                rows = await connection.fetch(
                    f"select distinct case_id, la_code from {schema}.{table.name} where case_id = any($1::uuid[])",  # noqa: S608
                    cases,
                )
                authorities |= {str(row["case_id"]): row["la_code"] for row in rows}
    await changes.note_rebuilt(connection, build.projection.name, TOPICS[0], authorities)
