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

from .bulk import Build
from .compare import Comparison, compare
from .log import Log, Span
from .place import PLACES, Place, Stand, stands

_SQL = queries("rebuild", package="projections.sql")


async def compare_with_live(url: str, connection: Any, source: Log, build: Build) -> Comparison:
    """Bring the build to where the live version stands, and compare the two as they are there."""
    projection = build.projection
    reader = await asyncpg.connect(url, server_settings={"application_name": "projections compare"})
    try:
        # One snapshot of the live version: its rows and the positions that belong to them, while the worker goes on.
        async with reader.transaction(isolation="repeatable_read", readonly=True):
            live = (await live_versions(reader)).get(projection.name)
            there = await stands(reader, projection)
            await catch_up(connection, source, build, there)
            if live is None:
                return Comparison()
            async with connection.transaction():
                return await compare(
                    projection, reader, schema_of(projection.name, live), connection, build.schema,
                    _comparable(build, there),
                )  # fmt: skip
    finally:
        await reader.close()


def _comparable(build: Build, there: Mapping[Place, Stand]) -> list[int] | None:
    """The lanes in which both versions stand at the same positions; None if that is all of them."""
    apart = {place[1] for place in PLACES if build.stand(place).sequence != there.get(place, Stand()).sequence}
    return [lane for lane in range(LANES) if lane not in apart] if apart else None


def another_history(build: Build, there: Mapping[Place, Stand]) -> list[Place]:
    """The places where what was applied is not what the topic holds: its log was restored, or exchanged."""
    return [
        place
        for place in PLACES
        if build.reach[place].forked
        or (
            build.stand(place).sequence == there.get(place, Stand()).sequence
            and not build.stand(place).same_history(there.get(place, Stand()))
        )
    ]


async def catch_up(
    connection: Any, source: Log, build: Build, there: Mapping[Place, Stand], *, in_transaction: bool = False
) -> None:
    """Apply what the live version has and the build has not, as the worker would."""
    spans = [
        Span(*place, build.stand(place).sequence, stand.sequence, build.stand(place).next_offset)
        for place, stand in there.items()
        if not build.reach[place].forked  # there the live version stands beyond the end of its log
    ]
    async for events in source.read(spans, take=delivered):
        if in_transaction:
            await build.projection.apply(connection, build.schema, events)
        else:
            async with connection.transaction():
                await build.projection.apply(connection, build.schema, events)
        last = events[-1]
        build.at[last.topic, last.lane] = Stand(last.sequence, last.offset + 1, last.epoch, last.hash)


async def switch(connection: Any, source: Log, build: Build, comparison: Comparison) -> int | None:
    """Put the build in the live version's place; returns the version that was. The worker waits for a moment."""
    projection = build.projection
    # As close as possible while the worker goes on; what is left is a moment's work.
    await catch_up(connection, source, build, await stands(connection, projection))
    await point("rebuild.before-switch")
    async with connection.transaction():
        await connection.execute(_SQL["make_cursors"], projection.name, list(TOPICS))
        there = await stands(connection, projection, "lock_cursors")
        await catch_up(connection, source, build, there, in_transaction=True)
        await _move_cursors(connection, build, there)
        replaced = await make_live(connection, projection.name, build.version)
        await _tell_followers(connection, build, comparison, replaced)
        await point("rebuild.in-switch")
    await point("rebuild.switched")
    return replaced


async def _move_cursors(connection: Any, build: Build, there: Mapping[Place, Stand]) -> None:
    """Where the build is further on than the worker, or in another history, the worker goes on from the build."""
    apart = another_history(build, there)
    moved = [
        (place, build.stand(place))
        for place in PLACES
        if place in apart or build.stand(place).sequence > there[place].sequence
    ]
    if moved:
        await connection.execute(
            _SQL["set_cursors"], build.projection.name, [place[0] for place, _ in moved],
            [place[1] for place, _ in moved], *([stand[i] for _, stand in moved] for i in range(len(Stand._fields))),
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
