"""A verifier of exported logs, written from docs/log-format.md alone: the standard library and Ed25519, nothing else.

``python tests/chaos/log_verifier.py FILE PUBLIC_KEY`` prints every finding; the exit code is 1 if there is one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LANES = 16
EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    lane: int
    sequence: int
    what: str


@dataclass(frozen=True)
class Event:
    lane: int
    sequence: int
    stream: str
    version: int
    event_id: uuid.UUID
    type: str
    schema_version: int
    command_id: uuid.UUID
    la_code: str
    recorded_at: datetime
    epoch: int
    data: bytes
    metadata: bytes
    hash: bytes


# --- reading ---


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def event_of_line(line: Mapping[str, Any]) -> Event:
    return Event(
        lane=line["lane"],
        sequence=line["sequence"],
        stream=line["stream"],
        version=line["version"],
        event_id=uuid.UUID(line["event_id"]),
        type=line["type"],
        schema_version=line["schema_version"],
        command_id=uuid.UUID(line["command_id"]),
        la_code=line["la_code"],
        recorded_at=instant(line["recorded_at"]),
        epoch=line["epoch"],
        data=base64.b64decode(line["data"], validate=True),
        metadata=base64.b64decode(line["metadata"], validate=True),
        hash=bytes.fromhex(line["hash"]),
    )


def event_of_record(headers: Iterable[tuple[str, bytes]], value: bytes) -> Event:
    """From a topic: the record's headers and its value."""
    named = dict(headers)
    text = {name: content.decode() for name, content in named.items() if name != "ce_metadata"}
    prefix = f"urn:send-ap:event:{text['ce_type']}:v"
    if not text["ce_dataschema"].startswith(prefix):
        raise ValueError("ce_dataschema")
    return Event(
        lane=int(text["ce_lane"]),
        sequence=int(text["ce_sequence"]),
        stream=text["ce_subject"],
        version=int(text["ce_streamversion"]),
        event_id=uuid.UUID(text["ce_id"]),
        type=text["ce_type"],
        schema_version=int(text["ce_dataschema"][len(prefix) :]),
        command_id=uuid.UUID(text["ce_commandid"]),
        la_code=text["ce_lacode"],
        recorded_at=instant(text["ce_time"]),
        epoch=int(text["ce_epoch"]),
        data=value,
        metadata=named["ce_metadata"],
        hash=bytes.fromhex(text["ce_hash"]),
    )


# --- the hash ---


def int32(number: int) -> bytes:
    return number.to_bytes(4, "big", signed=True)


def int64(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)


def hash_of(event: Event, previous: bytes) -> bytes:
    fields = [
        int32(event.lane),
        int64(event.sequence),
        event.stream.encode(),
        int32(event.version),
        event.event_id.bytes,
        event.type.encode(),
        int32(event.schema_version),
        event.command_id.bytes,
        event.la_code.encode(),
        int64((event.recorded_at - EPOCH_START) // timedelta(microseconds=1)),
        int32(event.epoch),
        event.data,
        event.metadata,
    ]
    digest = hashlib.sha256(previous)
    for field in fields:
        digest.update(int32(len(field)))
        digest.update(field)
    return digest.digest()


# --- the seal ---


def open_seal(seal: bytes, public_key: str) -> dict[str, Any]:
    """The seal's content. Raises InvalidSignature or ValueError."""
    content: dict[str, Any] = json.loads(seal)
    signature = base64.b64decode(content["signature"], validate=True)
    if content["public_key"] != public_key:
        raise InvalidSignature
    signed = seal[: seal.rindex(b',"signature":"')] + b"}"
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True)).verify(signature, signed)
    del content["signature"]
    if json.loads(signed) != content:
        raise ValueError("what is signed is not what it says")
    return content


# --- checking ---


def check_lane(lane: int, events: Iterable[Event]) -> list[Finding]:
    found = []
    last, previous, epoch = 0, b"", 1
    for event in events:
        if event.sequence != last + 1:
            found.append(Finding(lane, last + 1, f"missing: the next one is {event.sequence}"))
        elif hash_of(event, previous) != event.hash:
            found.append(Finding(lane, event.sequence, f"not what was written: {event.type} {event.event_id}"))
        if event.epoch < epoch:
            found.append(Finding(lane, event.sequence, f"epoch {event.epoch} after epoch {epoch}"))
        last, previous, epoch = event.sequence, event.hash, max(epoch, event.epoch)
    return found


def check_seals(
    service: str, lanes: Mapping[int, list[Event]], seals: Iterable[bytes], public_key: str
) -> list[Finding]:
    found = []
    hashes = {(event.lane, event.sequence): event.hash.hex() for events in lanes.values() for event in events}
    for seal in seals:
        if json.loads(seal).get("service") != service:
            continue
        try:
            content = open_seal(seal, public_key)
        except (InvalidSignature, ValueError, KeyError):
            found.append(Finding(-1, 0, "a seal that was not signed with the given key"))
            continue
        for sealed in content["lanes"]:
            stands = hashes.get((sealed["lane"], sealed["head"]))
            if sealed["head"] > 0 and stands != sealed["hash"]:
                what = "is gone" if stands is None else "was rewritten"
                found.append(Finding(sealed["lane"], sealed["head"], f"sealed at {content['at']}, and {what}"))
    return found


def verify_export(lines: Iterable[bytes], public_key: str) -> list[Finding]:
    """Every finding of an export; none if the log is as it was written. Raises ValueError or KeyError for no export."""
    header: dict[str, Any] = {}
    lanes: dict[int, list[Event]] = {lane: [] for lane in range(LANES)}
    seals: list[bytes] = []
    for number, raw in enumerate(lines):
        line = json.loads(raw)
        if (number == 0) != (line["kind"] == "log"):
            raise ValueError("the first line, and no other, is of the kind log")
        if line["kind"] == "log":
            header = line
        elif line["kind"] == "event":
            lanes[line["lane"]].append(event_of_line(line))
        elif line["kind"] == "seal":
            seals.append(base64.b64decode(line["seal"], validate=True))
        else:
            raise ValueError(f"line {number + 1} is of no known kind")
    found = []
    for lane, events in lanes.items():
        found += check_lane(lane, events)
        last = events[-1].sequence if events else 0
        if last < (head := header["heads"][str(lane)]):
            found.append(Finding(lane, last + 1, f"the end was cut off: it was at {head}"))
    return found + check_seals(header["service"], lanes, seals, public_key)


def main() -> int:
    path, public_key = sys.argv[1:]
    with open(path, "rb") as lines:
        found = verify_export(lines, public_key)
    for finding in found:
        print(f"lane {finding.lane}, sequence {finding.sequence}: {finding.what}")
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
