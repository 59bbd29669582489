"""The hash chain, in Python: what ``es.link`` in ``event_store.sql`` computes (docs/log-format.md).

For whoever has no database at hand: the memory store, the check of a topic, and a consumer that meets a restored log.
"""

from __future__ import annotations

import hashlib
import inspect
import struct
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Since 1970-01-01T00:00:00Z, exactly."""
    since = at - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def link(
    previous: bytes,
    *,
    lane: int,
    sequence: int,
    stream: str,
    version: int,
    event_id: UUID,
    type: str,
    schema_version: int,
    command_id: UUID,
    la_code: str,
    recorded_at: datetime,
    epoch: int,
    data: bytes,
    metadata: bytes,
) -> bytes:
    """SHA-256 of the previous event's hash and every field with its length (4 bytes, big-endian) in front."""
    fields = (
        struct.pack(">i", lane),
        struct.pack(">q", sequence),
        stream.encode(),
        struct.pack(">i", version),
        event_id.bytes,
        type.encode(),
        struct.pack(">i", schema_version),
        command_id.bytes,
        la_code.encode(),
        struct.pack(">q", microseconds(recorded_at)),
        struct.pack(">i", epoch),
        data,
        metadata,
    )
    return hashlib.sha256(previous + b"".join(struct.pack(">i", len(f)) + f for f in fields)).digest()


_HASHED = tuple(name for name in inspect.signature(link).parameters if name != "previous")


def hash_of(event: Any, *, after: bytes) -> bytes:
    """The hash of an event, stored or delivered, that follows one with the hash ``after`` (none: empty)."""
    return link(after, **{name: getattr(event, name) for name in _HASHED})
