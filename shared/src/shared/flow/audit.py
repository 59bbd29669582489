"""Verifying a log without its database: from the topic, or from an export, with nothing but the public key.

The same chain, seals and findings as ``PostgresEventStore.verify``; docs/log-format.md says every byte of it.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature

from shared.core.chain import hash_of
from shared.core.codec import StoredEvent
from shared.core.errors import Unprocessable
from shared.edge.kafka import Delivered, assigned, delivered
from shared.edge.settings import Settings
from shared.edge.store import Fault, PostgresEventStore
from shared.edge.topics import SEALS

from .seal import opened, seals_about


@dataclass
class Chain:
    """Follows every lane of one log, event by event; ``faults`` names the first bad event and every later one."""

    faults: list[Fault] = field(default_factory=list)
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def take(self, event: StoredEvent | Delivered) -> None:
        """The next event of its lane, as the source gives it; what a topic repeats is passed over."""
        place = (event.lane, event.sequence)
        if place in self.hashes:
            if self.hashes[place] != event.hash:
                self._fault(event, "stands twice, with different content")
            return
        self.count += 1
        expected = self.heads.get(event.lane, 0) + 1
        if event.sequence != expected:
            missing = f"{expected}" if event.sequence == expected + 1 else f"{expected} to {event.sequence - 1}"
            self.faults.append(Fault(event.lane, expected, f"missing from the lane: {missing}"))
        elif hash_of(event, after=self.hashes.get((event.lane, expected - 1), b"")) != event.hash:
            self._fault(event, f"does not match its hash: {event.type}, version {event.version} of {event.stream}")
        self.hashes[place] = event.hash
        self.heads[event.lane] = max(event.sequence, expected - 1)

    def _fault(self, event: StoredEvent | Delivered, what: str) -> None:
        self.faults.append(Fault(event.lane, event.sequence, what, event.event_id))

    def check_seals(self, service: str, seals: Iterable[bytes], public_key: str) -> int:
        """Every sealed head must be passed through, under its sealed hash; returns how many seals were looked at."""
        looked_at = 0
        for raw in seals_about(service, seals):
            try:
                seal = opened(raw, public_key)
            except (InvalidSignature, ValueError):
                self.faults.append(Fault(-1, 0, "a seal was not signed with this service's key"))
                continue
            looked_at += 1
            for lane in seal["lanes"]:
                found = self.hashes.get((lane["lane"], lane["head"]))
                if lane["head"] and (found is None or found.hex() != lane["hash"]):
                    what = "is gone" if found is None else "was rewritten"
                    self.faults.append(Fault(lane["lane"], lane["head"], f"the event sealed at {seal['at']} {what}"))
        return looked_at


async def verify_topic(settings: Settings, topic: str) -> Chain:
    """The chain of a topic as it is now. What is no event at all is a fault too."""
    chain = Chain()
    async for record in records_of(settings, topic):
        try:
            chain.take(delivered(record))
        except Unprocessable as bad:
            chain.faults.append(Fault(record.partition, 0, f"record at offset {record.offset}: {bad.detail}"))
    return chain


async def records_of(settings: Settings, topic: str) -> AsyncIterator[Any]:
    """Every record of a topic, partition by partition in order, up to where each ends now."""
    async with assigned(settings, topic) as (consumer, partitions):
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, []):
                    yield record


async def seals_of(settings: Settings) -> list[bytes]:
    """Every seal that was ever published."""
    return [record.value or b"" async for record in records_of(settings, SEALS)]


# --- exports ---


async def export(service: str, store: PostgresEventStore, seals: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The lines of an export: a header, every event of every lane in order, every seal (docs/log-format.md)."""
    heads = await store.heads()
    yield orjson.dumps({"kind": "log", "service": service, "exported_at": datetime.now(UTC), "heads": heads},
                       option=orjson.OPT_NON_STR_KEYS)  # fmt: skip
    for lane in sorted(heads):
        after = 0
        while after < heads[lane]:
            for event in await store.read_lane(lane, after=after, limit=min(1000, heads[lane] - after)):
                yield event_line(event)
                after = event.sequence
    for seal in seals:
        yield orjson.dumps({"kind": "seal", "seal": base64.b64encode(seal).decode()})


def event_line(event: StoredEvent) -> bytes:
    fields = {name: getattr(event, name) for name in StoredEvent._fields}
    at = event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    encoded = {name: base64.b64encode(fields[name]).decode() for name in ("data", "metadata")}
    encoded |= {name: str(fields[name]) for name in ("event_id", "command_id")}
    return orjson.dumps({"kind": "event", **fields, **encoded, "recorded_at": at, "hash": event.hash.hex()})


def verify_export(lines: Iterable[bytes], public_key: str | None) -> Chain:
    """The chain of an export. Raises Unprocessable, naming the line, if it is none."""
    chain, seals, header = Chain(), [], {}
    for number, line in enumerate(lines, start=1):
        try:
            item = orjson.loads(line)
            match item.pop("kind"):
                case "log":
                    header = item
                case "event":
                    chain.take(_stored(item))
                case "seal":
                    seals.append(base64.b64decode(item["seal"]))
                case other:
                    raise ValueError(other)
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise Unprocessable(f"line {number} is no line of an export ({type(exc).__name__})") from exc
    for lane, head in header.get("heads", {}).items():
        if chain.heads.get(int(lane), 0) < head:
            after = chain.heads.get(int(lane), 0)
            chain.faults.append(Fault(int(lane), after + 1, f"the tail is cut: the lane's head is {head}"))
    if public_key is not None:
        chain.check_seals(str(header.get("service")), seals, public_key)
    return chain


def _stored(item: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        **{
            **item,
            "event_id": UUID(item["event_id"]),
            "command_id": UUID(item["command_id"]),
            "recorded_at": datetime.fromisoformat(item["recorded_at"]),
            "data": base64.b64decode(item["data"]),
            "metadata": base64.b64decode(item["metadata"]),
            "hash": bytes.fromhex(item["hash"]),
        }
    )
