"""Reading events without their models: projections see the stored bytes, and sealed fields stay sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import orjson
from shared.core.errors import Unprocessable

TOPICS = (
    "send.referral.v1",
    "send.assessment.v1",
    "send.plan.v1",
    "send.placement.v1",
    "send.ap-intervention.v1",
)
"""What the projections read; the alerts on ``send.deadlines.v1`` are written by us."""


class Read(Protocol):
    """An event as it came from a topic: ``shared.edge.kafka.Delivered``, or a rebuild's leaner form of it.

    ``event_id`` is a UUID, or its text in a rebuild.
    """

    @property
    def topic(self) -> str: ...
    @property
    def lane(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def event_id(self) -> Any: ...
    @property
    def type(self) -> str: ...
    @property
    def schema_version(self) -> int: ...
    @property
    def la_code(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def metadata(self) -> bytes: ...
    @property
    def data(self) -> bytes: ...


def data_of(event: Read) -> dict[str, Any]:
    """The event's fields. Raises Unprocessable if its bytes are not a JSON object; they are never repeated."""
    try:
        data = orjson.loads(event.data)
    except ValueError as exc:
        raise Unprocessable(f"the data of {event.type} is not JSON") from exc
    if not isinstance(data, dict):
        raise Unprocessable(f"the data of {event.type} is not a JSON object")
    return data


class By(NamedTuple):
    """Who acted."""

    user_id: str
    role: str
    org_id: str


def actor_of(event: Read) -> By:
    """Raises Unprocessable if the metadata does not say who acted."""
    try:
        return _actor_in(_actor_part(event.metadata))
    except (ValueError, KeyError, TypeError) as exc:
        raise Unprocessable(f"the metadata of {event.type} names no actor") from exc


def _actor_part(metadata: bytes) -> bytes:
    """The beginning of canonical metadata, up to where the actor ends; all of it where that cannot be told."""
    end = metadata.find(b'"},')
    if end < 0 or not metadata.startswith(b'{"actor":{') or metadata[end - 1] == 92:  # a quoted quote
        return metadata
    return metadata[: end + 2] + b"}"


@lru_cache(maxsize=10_000)
def _actor_in(metadata: bytes) -> By:
    # The same few people act again and again, and this is asked for every event there ever was.
    actor = orjson.loads(metadata)["actor"]
    return By(actor["user_id"], actor["role"], actor["org_id"])


def civil_date(event: Read, data: Mapping[str, Any], field: str = "occurred_on") -> date:
    """A date field that must be there. Raises Unprocessable naming the field."""
    try:
        return date.fromisoformat(data[field])
    except (KeyError, ValueError, TypeError) as exc:
        raise Unprocessable(f"{event.type} has no date {field}") from exc
