"""Ids that can be worked out, so that doing a thing twice finds what the first time made."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

LANES = 16
"""Lanes of every event store, and partitions of every topic, for ever (docs/adr/0001)."""

_NAMESPACE = UUID("5e0d0a11-0000-5000-8000-000000000000")


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, everywhere and always (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))


def case_id_of(la_code: str, person_id: UUID) -> UUID:
    """A case is one person's file in one authority, and has one id in all services."""
    return derived_id("case", la_code, person_id)


def lane_of(key: UUID | str) -> int:
    """The lane of everything that belongs to a case (or to a thing that belongs to no case)."""
    return hashlib.sha256(str(key).encode()).digest()[0] % LANES
