"""A large authority in the tables of the projections: made-up cases of about 60 events, folded as in a rebuild."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from projections.clocks.projection import deadlines
from projections.generation import begin, finish, live_versions, make_live, schema_of
from projections.projection import Projection
from projections.rebuild.log import Lean
from projections.timeline.projection import timeline
from shared.core.codec import canonical
from shared.core.ids import derived_id, lane_of

from .clocks import made_up
from .made_up import METADATA, TEXT
from .place import Place

FILLED: Sequence[Projection] = (timeline, deadlines)
_AT_ONCE = 500
_CASEWORKERS, _TEAMS = 60, 6


def case_of(la_code: str, number: int) -> UUID:
    return derived_id("bench", la_code, number)


async def fill(place: Place, database: str, la_code: str, cases: int, *, long_case: int) -> None:
    """Make the case numbered 0 have ``long_case`` events, and all others about 60; each on its lane."""
    projections, owner = await asyncpg.connect(place.url(database)), await asyncpg.connect(place.owner_url(database))
    versions = await live_versions(projections)
    new = {p.name: p for p in FILLED if p.name not in versions}
    for projection in new.values():
        versions[projection.name] = await begin(projections, projection)
    for start in range(0, cases, _AT_ONCE):
        builders = [(p, p.builder()) for p in FILLED]
        for number in range(start, min(start + _AT_ONCE, cases)):
            for event, data in _events(la_code, number, long_case if number == 0 else 0):
                for _, builder in builders:
                    builder.add(event, data)
        for projection, builder in builders:
            columns = {table.name: table.columns for table in projection.tables}
            for table, rows in builder.rows(last=True):
                await owner.copy_records_to_table(
                    table, schema_name=schema_of(projection.name, versions[projection.name]), columns=columns[table],
                    records=rows,
                )  # fmt: skip
    for projection in new.values():
        await finish(projections, projection, versions[projection.name])
        await make_live(projections, projection.name, versions[projection.name])
    await projections.close()
    await owner.execute("vacuum (analyze)")
    await owner.execute("checkpoint")
    await owner.close()


_sequences: dict[tuple[str, int], int] = {}


def _events(la_code: str, number: int, at_least: int) -> Iterator[tuple[Lean, dict[str, Any]]]:
    case_id = case_of(la_code, number)
    allocated = {
        "caseworker": f"cw-{number % _CASEWORKERS:02d}",
        "team": f"team-{number % _TEAMS}",
        "type": "referral.caseworker-allocated",
        "occurred_on": "2021-09-01",
    }
    yield _event(case_id, la_code, allocated, datetime(2021, 9, 1, 9, tzinfo=UTC))
    for fact in _facts(number, at_least):
        data = {**fact.data, "type": fact.type, "occurred_on": fact.occurred_on.isoformat(), "note": TEXT}
        yield _event(case_id, la_code, data, fact.recorded_at)


def _facts(number: int, at_least: int) -> Iterable[Any]:
    facts = made_up(number)
    while len(facts) < at_least:
        number += 1_000_003
        facts += made_up(number)
    return facts[:at_least] if at_least else facts


def _event(case_id: UUID, la_code: str, data: dict[str, Any], at: datetime) -> tuple[Lean, dict[str, Any]]:
    data |= {"case_id": str(case_id)}
    topic, lane = f"send.{data['type'].partition('.')[0]}.v1", lane_of(case_id)
    sequence = _sequences[topic, lane] = _sequences.get((topic, lane), 0) + 1
    event_id = str(derived_id(topic, lane, sequence))
    return (
        Lean(topic, lane, sequence, event_id, data["type"], 1, la_code, at, METADATA, canonical(data), sequence - 1),
        data,
    )
