"""Do two versions hold the same rows? A digest per case in the database, then the rows of the first that differs.

Where this code keeps other columns than the version before, what both have is compared, and the rest is named.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from projections.projection import Projection, Table

_AT_ONCE = 2_000


@dataclass
class Comparison:
    """What a comparison of two versions found."""

    groups: int = 0
    """Cases, settings … compared."""
    rows: int = 0
    differing: list[tuple[Table, str]] = field(default_factory=list)
    """What differs: the table, and the id of the case, setting …"""
    first: str | None = None
    """The first difference in words."""
    left_out: list[str] = field(default_factory=list)
    """Tables and columns that only one of the two has: they cannot be compared."""

    @property
    def equal(self) -> bool:
        return not self.differing

    @property
    def cases(self) -> list[str]:
        return sorted({id for table, id in self.differing if table.key[0] == "case_id"})


async def compare(
    projection: Projection, old: Any, old_schema: str, new: Any, new_schema: str, lanes: Sequence[int] | None = None
) -> Comparison:
    """Compare the versions on two connections, each in a transaction. ``lanes``: only rows of these lanes."""
    found = Comparison()
    for table in projection.tables:
        if lanes is not None and "lane" not in table.columns:
            continue
        if (both := await _in_both(found, table, old, old_schema, new, new_schema)) is not None:
            await _compare_table(found, both, old, old_schema, new, new_schema, lanes)
    return found


async def _in_both(
    found: Comparison, table: Table, old: Any, old_schema: str, new: Any, new_schema: str
) -> Table | None:
    """The table with the columns both versions have; None where it has no rows to compare."""
    was, now = await _columns(old, table, old_schema), await _columns(new, table, new_schema)
    found.left_out += [f"{table.name}.{column}" for column in sorted(was ^ now)] if was and now else [table.name]
    both = tuple(column for column in table.columns if column in was & now)
    return replace(table, columns=both) if set(table.key) <= set(both) else None


async def _columns(connection: Any, table: Table, schema: str) -> set[str]:
    """Of one version's table; none where it has no such table."""
    rows = await connection.fetch(
        "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
        f"{schema}.{table.name}",
    )
    return {row["attname"] for row in rows}


async def _compare_table(
    found: Comparison, table: Table, old: Any, old_schema: str, new: Any, new_schema: str, lanes: Sequence[int] | None
) -> None:
    left = _digests(old, table, old_schema, lanes)
    right = _digests(new, table, new_schema, lanes)
    a, b = await anext(left, None), await anext(right, None)
    while a is not None or b is not None:
        found.groups += 1
        if a is not None and b is not None and a[0] == b[0]:
            found.rows += a[1]
            if a[1:] != b[1:]:
                await _differs(found, table, a[0], old, old_schema, new, new_schema)
            a, b = await anext(left, None), await anext(right, None)
        elif b is None or (a is not None and a[0] < b[0]):
            assert a is not None
            await _differs(found, table, a[0], old, old_schema, new, new_schema)
            a = await anext(left, None)
        else:
            await _differs(found, table, b[0], old, old_schema, new, new_schema)
            b = await anext(right, None)


async def _digests(
    connection: Any, table: Table, schema: str, lanes: Sequence[int] | None
) -> AsyncIterator[tuple[str, int, str]]:
    """(id, rows, digest of all rows) in the order of the id's text, which both sides share."""
    group = table.key[0]
    where = "where lane = any($1::int[])" if lanes is not None else ""
    query = (
        f'select t.{group}::text collate "C" as id, count(*) as rows, '  # noqa: S608 - names of our own tables
        f"sum(hashtextextended(row({', '.join(table.columns)})::text, 0)::numeric)::text as digest "
        f"from {schema}.{table.name} t {where} group by 1 order by 1"
    )
    arguments = [list(lanes)] if lanes is not None else []
    async for row in connection.cursor(query, *arguments, prefetch=_AT_ONCE):
        yield row["id"], row["rows"], row["digest"]


async def _differs(
    found: Comparison, table: Table, id: str, old: Any, old_schema: str, new: Any, new_schema: str
) -> None:
    found.differing.append((table, id))
    if found.first is None:
        was = await _rows(old, table, old_schema, id)
        now = await _rows(new, table, new_schema, id)
        found.first = in_words(table, id, was, now)


async def _rows(connection: Any, table: Table, schema: str, id: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    query = f"select {', '.join(table.columns)} from {schema}.{table.name} where {table.key[0]}::text = $1"  # noqa: S608
    rows = await connection.fetch(query, id)
    return {tuple(str(row[k]) for k in table.key): dict(row) for row in rows}


def in_words(
    table: Table, id: str, was: dict[tuple[Any, ...], dict[str, Any]], now: dict[tuple[Any, ...], dict[str, Any]]
) -> str:
    """The first row that differs, and in which columns. Values are shown only where they cannot be personal."""
    for key in sorted({*was, *now}):
        place = f"{table.name} {', '.join(key)}"
        if key not in now:
            return f"{place}: is in the live version and not in a fresh replay"
        if key not in was:
            return f"{place}: is in a fresh replay and not in the live version"
        columns = [c for c in table.columns if was[key][c] != now[key][c]]
        if columns:
            told = [
                f"{c}: {was[key][c]!r} is live, {now[key][c]!r} in a fresh replay" if c in _PLAIN else f"{c} differs"
                for c in columns
            ]
            return f"{place}: {'; '.join(told)}"
    return f"{table.name} {id}: the same rows with different digests"


_PLAIN = frozenset(
    {"due_on", "sort_on", "ended_on", "met_on", "occurred_on", "recorded_at", "stage", "stage_since", "type", "rule",
     "la_code", "lane", "sequence", "caseworker", "team", "primary_need", "alarms", "passes", "school_days"}
)  # fmt: skip
