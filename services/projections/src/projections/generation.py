"""Versions of a projection: made by code, one live, switched by one row (`projections.live`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from shared.core.errors import SendError
from shared.edge.db import Connection, Pool, queries

if TYPE_CHECKING:
    from .projection import Projection

log = structlog.get_logger()

LAYOUTS = {"timeline": 2, "deadlines": 3, "register": 2}
"""The shape of each projection's tables as this code knows them; raised with every change of ``tables.sql``."""

_LOCK = 0x5E4D0001


class NotMade(SendError):
    """The projection's tables are not there; run `python -m projections migrate`."""

    code = "projection-not-made"


def schema_of(name: str, version: int) -> str:
    return f"{name}_v{version}"


@cache
def statements(package: str, schema: str) -> Mapping[str, str]:
    """The named statements of a projection's ``tables.sql``, on one version's schema."""
    return {key: text.replace("{schema}", schema) for key, text in queries("tables", package=package).items()}


async def live_versions(connection: Any) -> dict[str, int]:
    return {row["name"]: row["version"] for row in await connection.fetch("select name, version from projections.live")}


async def live_schema(connection: Any, name: str) -> str:
    """The schema to use in this transaction. Raises NotMade before the first ``migrate``."""
    version = await connection.fetchval("select version from projections.live where name = $1", name)
    if version is None:
        raise NotMade
    return schema_of(name, version)


async def begin(connection: Connection, projection: Projection) -> int:
    """Make the tables of the next version, empty and without indexes; returns its number. Call it in a transaction."""
    name = projection.name
    version: int = await connection.fetchval(
        "select coalesce(max(version), 0) + 1 from projections.generations where name = $1", name
    )
    await connection.execute("select projections.make_schema($1, $2)", name, version)
    await connection.execute(statements(projection.package, schema_of(name, version))["tables"])
    await connection.execute(
        "insert into projections.generations (name, version, layout, state) values ($1, $2, $3, 'building')",
        name, version, projection.layout,
    )  # fmt: skip
    return version


async def finish(connection: Connection, projection: Projection, version: int) -> None:
    """Indexes and row-level security, once the bulk is in (COPY into a table with row-level security is refused)."""
    await connection.execute(statements(projection.package, schema_of(projection.name, version))["indexes"])


async def make_live(connection: Connection, name: str, version: int) -> int | None:
    """Switch. Returns the version that was live until now. Call it in a transaction."""
    was: int | None = await connection.fetchval("select version from projections.live where name = $1 for update", name)
    await connection.execute(
        "insert into projections.live (name, version) values ($1, $2) "
        "on conflict (name) do update set version = excluded.version, since = now()",
        name, version,
    )  # fmt: skip
    await connection.execute(
        "update projections.generations set state = case when version = $2 then 'live' else 'retired' end,"
        " changed_at = now() where name = $1 and (version = $2 or state = 'live')",
        name, version,
    )  # fmt: skip
    return was


async def drop(connection: Connection, name: str, version: int) -> None:
    """Drop a version that is not live."""
    await connection.execute(f"drop schema if exists {schema_of(name, version)} cascade")
    await connection.execute(
        "delete from projections.generations where name = $1 and version = $2 and state <> 'live'", name, version
    )


async def ensure(pool: Pool, projections: Iterable[Projection]) -> list[str]:
    """Make the first version of every projection that has none; returns the schemas that are new."""
    made = []
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        live = await live_versions(connection)
        for projection in projections:
            if projection.name in live:
                continue
            version = await begin(connection, projection)
            await finish(connection, projection, version)
            await make_live(connection, projection.name, version)
            made.append(schema_of(projection.name, version))
    return made


async def unfit(connection: Any, projections: Iterable[Projection]) -> list[str]:
    """Why this code cannot work on what is live; empty if it can."""
    rows = await connection.fetch(
        "select l.name, l.version, g.layout"
        "  from projections.live l join projections.generations g using (name, version)"
    )
    live = {row["name"]: row for row in rows}
    found = []
    for p in projections:
        if (row := live.get(p.name)) is None:
            found.append(f"{p.name}: {NotMade.__doc__}")
        elif row["layout"] != p.layout:
            found.append(
                f"{schema_of(p.name, row['version'])} has tables of layout {row['layout']}, and this code writes "
                f"{p.layout}: run `python -m projections rebuild {p.name}`"
            )
    return found


async def drop_retired(pool: Pool, *, after_minutes: int = 10) -> list[str]:
    """Drop versions retired long enough that no reader can still be on them, and ones whose builder died."""
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            "select name, version, state from projections.generations where state <> 'live' and "
            "(state = 'building' or changed_at < now() - make_interval(mins => $1))",
            after_minutes,
        )
        dropped = []
        for row in rows:
            async with connection.transaction():
                # A builder holds this lock for as long as it lives.
                if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", builder_lock(row["name"])):
                    continue
                await drop(connection, row["name"], row["version"])
                dropped.append(schema_of(row["name"], row["version"]))
        if dropped:
            log.info("versions dropped", schemas=dropped)
        return dropped


def builder_lock(name: str) -> int:
    """The advisory lock that a rebuild of this projection holds while it runs."""
    return _LOCK + 1 + tuple(LAYOUTS).index(name)
