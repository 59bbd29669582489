"""The hash chain, in Python: what ``es.link`` in ``event_store.sql`` computes (docs/log-format.md).

For whoever has no database at hand: the memory store, the check of a topic, and a consumer that meets a restored log.
"""

from __future__ import annotations

import hashlib
import inspect
import operator
import struct
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# Every field is its length (4 bytes, big-endian) and its bytes. Numbers, ids and the next length are packed together:
# this is done for every event a consumer takes in.
_LENGTH = struct.Struct(">i").pack
_LANE_TO_STREAM = struct.Struct(">iiiqi").pack
_VERSION_TO_TYPE = _SCHEMA_TO_AUTHORITY = struct.Struct(">iii16si").pack
_TIME_TO_DATA = struct.Struct(">iqiii").pack
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
    subject, kind, authority = stream.encode(), type.encode(), la_code.encode()
    spelt = (
        previous,
        _LANE_TO_STREAM(4, lane, 8, sequence, len(subject)), subject,
        _VERSION_TO_TYPE(4, version, 16, event_id.bytes, len(kind)), kind,
        _SCHEMA_TO_AUTHORITY(4, schema_version, 16, command_id.bytes, len(authority)), authority,
        _TIME_TO_DATA(8, microseconds(recorded_at), 4, epoch, len(data)), data,
        _LENGTH(len(metadata)), metadata,
    )  # fmt: skip
    return hashlib.sha256(b"".join(spelt)).digest()


_HASHED = tuple(name for name in inspect.signature(link).parameters if name != "previous")
_fields = operator.attrgetter(*_HASHED)


def hash_of(event: Any, *, after: bytes) -> bytes:
    """The hash of an event, stored or delivered, that follows one with the hash ``after`` (none: empty)."""
    return link(after, **dict(zip(_HASHED, _fields(event), strict=True)))
