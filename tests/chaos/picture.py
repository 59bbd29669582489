"""The system as it stands when everything is quiet: logs, topics and cursors, read from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from projections.clocks.rows import clock_of
from projections.generation import live_schema
from projections.monitor.choosing import alert_for
from projections.processes import PROJECTIONS
from shared.core.codec import StoredEvent
from shared.core.errors import Unprocessable
from shared.edge.kafka import Delivered, delivered
from shared.edge.topics import DEADLINES
from shared.flow.audit import records_of

from .cluster import Cluster, until

_COLUMNS = ", ".join(StoredEvent._fields)


@dataclass(frozen=True)
class Cursor:
    consumer: str
    topic: str
    lane: int
    sequence: int
    hash: bytes


@dataclass
class Picture:
    logs: dict[str, list[StoredEvent]] = field(default_factory=dict)
    """By service, lane by lane in order."""
    heads: dict[str, dict[int, int]] = field(default_factory=dict)
    topics: dict[str, list[Delivered]] = field(default_factory=dict)
    """By service, every event in the order of its partition."""
    cursors: dict[str, list[Cursor]] = field(default_factory=dict)
    parked: dict[str, list[str]] = field(default_factory=dict)
    """What could not be handled, and why."""
    settled: dict[str, set[UUID]] = field(default_factory=dict)
    """Commands that found nothing to do."""

    def by_command(self, service: str) -> Mapping[UUID, list[StoredEvent]]:
        found: dict[UUID, list[StoredEvent]] = {}
        for event in self.logs[service]:
            found.setdefault(event.command_id, []).append(event)
        return found


def topic_of(service: str) -> str:
    return DEADLINES if service == "projections" else f"send.{service.replace('_', '-')}.v1"


async def take(cluster: Cluster) -> Picture:
    picture = Picture()
    for service in cluster.services:
        async with cluster.database(service) as connection:
            rows = await connection.fetch(f"select {_COLUMNS} from es.events order by lane, sequence")
            picture.logs[service] = [StoredEvent(*row) for row in rows]
            heads = await connection.fetch("select lane, head from es.lanes")
            picture.heads[service] = {row["lane"]: row["head"] for row in heads}
            cursors = await connection.fetch("select consumer, topic, lane, sequence, hash from flow.cursors")
            picture.cursors[service] = [Cursor(*row) for row in cursors]
            parked = await connection.fetch("select topic, lane, sequence, type, reason from flow.parked order by id")
            picture.parked[service] = [" ".join(map(str, row)) for row in parked]
            settled = await connection.fetch("select command_id from es.settled_commands")
            picture.settled[service] = {row["command_id"] for row in settled}
        settings = cluster.settings(service)
        picture.topics[service] = []
        async for record in records_of(settings, topic_of(service)):
            with suppress(Unprocessable):  # verifying the topic names it
                picture.topics[service].append(delivered(record))
    return picture


async def quiet(cluster: Cluster, *, within: float = 120.0) -> None:
    """Wait until nothing is under way: everything is published, read by everybody, and told.

    Raises TimeoutError saying what is left.
    """
    left: Sequence[str] = ()
    before: Any = None

    async def settled() -> bool:
        nonlocal left, before
        left, now = await _under_way(cluster)
        still = not left and now == before  # a reaction that was read a moment ago may just have appended
        before = now
        return still

    try:
        await until(settled, within=within, every=0.5)
    except TimeoutError:
        raise TimeoutError(f"not quiet after {within:.0f} s: {'; '.join(left)}") from None


async def _under_way(cluster: Cluster) -> tuple[list[str], dict[str, Any]]:
    left: list[str] = []
    heads: dict[str, dict[int, int]] = {}
    for service in cluster.services:
        async with cluster.database(service) as connection:
            rows = await connection.fetch("select lane, head, sequence from es.lanes join flow.relay using (lane)")
        heads[topic_of(service)] = {row["lane"]: row["head"] for row in rows}
        behind = sum(row["head"] - row["sequence"] for row in rows)
        if behind:
            left.append(f"{service} has {behind} events to publish")
    for service in cluster.services:
        async with cluster.database(service) as connection:
            rows = await connection.fetch("select consumer, topic, lane, sequence from flow.cursors")
        at = {(row["consumer"], row["topic"], row["lane"]): row["sequence"] for row in rows}
        for consumer, topic in consumers(service):
            for lane, head in heads.get(topic, {}).items():
                if (stands := at.get((consumer, topic, lane), 0)) != head:
                    left.append(f"{service}.{consumer} stands at {stands} of {head} of {topic} lane {lane}")
    if not left and "projections" in cluster.services:
        left += await _untold(cluster)
    return left, heads


async def _untold(cluster: Cluster) -> list[str]:
    """Every alert that the clocks, as they are known, call for today and that nobody was told."""
    now = datetime.now(UTC)
    async with cluster.database("projections") as connection:
        schema = await live_schema(connection, "deadlines")
        rows = await connection.fetch(f"select case_id, detail from {schema}.clocks where alarms")
        streams = {row["stream"] for row in await connection.fetch("select stream from es.events")}
    clocks = [clock_of(str(row["case_id"]), row["detail"]) for row in rows]
    called_for = [found[1] for clock in clocks if (found := alert_for(clock, now, caseworker=None, team=None))]
    return [f"nobody was told: {a.title} of {a.case_id}" for a in called_for if f"alert-{a.alert_id}" not in streams]


def consumers(service: str) -> list[tuple[str, str]]:
    """Every ``(consumer, topic)`` of a service, as its code says."""
    if service == "projections":
        return [(projection.name, topic) for projection in PROJECTIONS for topic in projection.topics]
    found = import_module(f"{service}.app").service
    return sorted({("reactions", reaction.to) for reaction in found.reactions})
