"""Parked events: what a reaction could not handle, with everything later of the same stream, in order, for people.

Nothing parked is lost: it stays in ``flow.parked`` until it was handled, and the service's parked topic shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import orjson

from shared.edge.db import Connection, Pool, queries
from shared.edge.kafka import Delivered, delivered

_SQL = queries("flow_queries")

BEHIND = "waits behind an earlier event of its stream"


class StoredRecord:
    """A parked record as if it had just been read again."""

    def __init__(self, row: Any) -> None:
        self.topic, self.partition, self.offset = row["topic"], row["lane"], row["record_offset"]
        self.headers = [(name, base64.b64decode(value)) for name, value in orjson.loads(row["headers"])]
        self.value: bytes = row["data"]


def headers_of(event: Delivered) -> list[tuple[str, bytes]]:
    """The headers that make the same ``Delivered`` again."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event.event_id).encode()),
        ("ce_type", event.type.encode()),
        ("ce_subject", event.stream.encode()),
        ("ce_time", event.recorded_at.isoformat().encode()),
        ("ce_dataschema", f"urn:send-ap:event:{event.type}:v{event.schema_version}".encode()),
        ("ce_sequence", b"%d" % event.sequence),
        ("ce_lane", b"%d" % event.lane),
        ("ce_streamversion", b"%d" % event.version),
        ("ce_lacode", event.la_code.encode()),
        ("ce_commandid", str(event.command_id).encode()),
        ("ce_epoch", b"%d" % event.epoch),
        ("ce_hash", event.hash.hex().encode()),
        ("ce_metadata", event.metadata),
        *([("traceparent", event.traceparent.encode())] if event.traceparent else []),
    ]


def _packed(headers: Sequence[tuple[str, bytes | None]]) -> str:
    return orjson.dumps([(name, base64.b64encode(value or b"").decode()) for name, value in headers]).decode()


async def park(connection: Connection, consumer: str, event: Delivered, reason: str) -> None:
    await connection.execute(
        _SQL["park"], consumer, event.topic, event.lane, event.sequence, event.offset, event.stream, event.event_id,
        event.type, _packed(headers_of(event)), event.data, reason,
    )  # fmt: skip


async def park_record(connection: Connection, consumer: str, record: Any, reason: str) -> None:
    """Keep a record that is no event; nobody can replay it, but nobody will miss it unseen either."""
    await connection.execute(
        _SQL["park"], consumer, record.topic, record.partition, None, record.offset, None, None, None,
        _packed(record.headers), record.value or b"", reason,
    )  # fmt: skip


async def parked_streams(connection: Connection, consumer: str, topic: str, streams: Sequence[str]) -> set[str]:
    rows = await connection.fetch(_SQL["parked_streams"], consumer, topic, list(streams))
    return {row["stream"] for row in rows}


async def next_parked(connection: Connection, consumer: str, topic: str, stream: str) -> tuple[int, Delivered] | None:
    """The oldest parked event of a stream with its row's id, locked in this transaction."""
    row = await connection.fetchrow(_SQL["next_parked"], consumer, topic, stream)
    return None if row is None else (row["id"], delivered(StoredRecord(row)))


async def list_parked(pool: Pool) -> list[Any]:
    rows: list[Any] = await pool.fetch(_SQL["list_parked"])
    return rows
