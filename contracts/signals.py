"""What is on a topic besides events: watermarks, seals, and the records a service could not handle."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from shared.core.ids import LANES
from shared.edge.topics import SEALS, WATERMARKS


class Told(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Watermark(Told):
    """Everything a service had recorded up to an instant is on its topic. Said every two seconds, kept for an hour.

    Whoever has read every lane of ``topic`` up to ``heads`` knows all there was at ``at``, also where nothing new
    comes. A log of which nobody says so any more may have more than is on its topic.
    """

    topic: str
    """The topic it speaks of."""
    at: AwareDatetime
    """The instant, UTC, by the service's database."""
    heads: list[int] = Field(min_length=LANES, max_length=LANES)
    """The last sequence of each lane at that instant, lane 0 first; 0 where there is none."""
    epochs: list[int] = Field(min_length=LANES, max_length=LANES)
    """The epoch of each lane; one more after each restore from a backup."""


class SealedLane(Told):
    """Where a lane stood."""

    lane: int = Field(ge=0, lt=LANES)
    head: int = Field(ge=0)
    """The last sequence; 0 if none."""
    hash: str = Field(pattern="^([0-9a-f]{64})?$")
    """Of that event, hex; empty where ``head`` is 0."""
    epoch: int = Field(ge=1)


class Seal(Told):
    """A service's signed word on where its lanes stood, kept for ever. How to check it: `docs/log-format.md`."""

    at: AwareDatetime
    """The instant, UTC, by the service's database."""
    lanes: list[SealedLane] = Field(min_length=LANES, max_length=LANES)
    public_key: str
    """Base64 of the Ed25519 public key. Compare it with the one you were given; never believe it."""
    service: str
    signature: str
    """Base64 of the Ed25519 signature over the canonical JSON of the others."""


SIGNALS: dict[str, type[BaseModel]] = {WATERMARKS: Watermark, SEALS: Seal}
"""By topic. Both have one partition, since each message speaks of all lanes; the key is the service's name."""

CLOUD_EVENT: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode; values are UTF-8. `docs/log-format.md` has each of them exactly.",
    "properties": {
        "content-type": {"type": "string", "const": "application/json"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "The event's id, the same on every delivery."},
        "ce_type": {"type": "string", "description": "The event's name: `<service>.<event>`."},
        "ce_source": {"type": "string", "pattern": "^/send/[a-z-]+$"},
        "ce_subject": {"type": "string", "description": "The stream: `<kind>-<id>`."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded, UTC."},
        "ce_dataschema": {
            "type": "string",
            "pattern": "^urn:send-ap:event:[a-z0-9.-]+:v[0-9]+$",
            "description": "The `$id` of its schema: `contracts/schemas/<type>.v<n>.json`.",
        },
        "ce_sequence": {"type": "string", "pattern": "^[0-9]+$", "description": "Number in the lane, without gaps."},
        "ce_lane": {"type": "string", "pattern": "^[0-9]+$", "description": "0 to 15; the partition."},
        "ce_streamversion": {"type": "string", "pattern": "^[0-9]+$", "description": "Number in the stream."},
        "ce_lacode": {"type": "string", "pattern": "^[0-9]{3}$", "description": "The local authority."},
        "ce_commandid": {"type": "string", "format": "uuid"},
        "ce_epoch": {"type": "string", "pattern": "^[0-9]+$", "description": "One more after each restore."},
        "ce_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the lane's chain."},
        "ce_metadata": {"type": "string", "description": "Who and why, JSON: `actor`, `causation_id`, …"},
        "traceparent": {"type": "string", "description": "W3C trace context, where there is one."},
    },
}
CLOUD_EVENT["required"] = [name for name in CLOUD_EVENT["properties"] if name != "traceparent"]

PARKED: dict[str, Any] = {
    "type": "object",
    "description": "The headers the record came with, and why it was set aside.",
    "properties": {
        "send_parked_reason": {"type": "string", "description": "Why, in words without personal data."},
        "send_parked_from": {"type": "string", "description": "`<topic>/<partition>` it was read from."},
    },
    "required": ["send_parked_reason", "send_parked_from"],
}
