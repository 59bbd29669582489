"""docs/log-format.md is enough: a verifier written from it alone agrees with ours about logs, topics and seals."""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from shared.core.codec import StoredEvent
from shared.edge.db import Pool
from shared.edge.kafka import to_record
from shared.edge.store import PostgresEventStore
from shared.flow.audit import export
from shared.flow.audit import verify_export as ours
from shared.flow.seal import Signer, make_seal
from shared.testing.contract import append, new_event

from tests.chaos import log_verifier

PAGE = (Path(__file__).parents[2] / "docs" / "log-format.md").read_text()
SIGNER = Signer(base64.b64encode(bytes(range(32))).decode())
STRANGER = Signer(base64.b64encode(bytes(32)).decode())
Lines = list[dict[str, Any]]


def example() -> list[bytes]:
    (block,) = re.findall(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)
    return str(block).encode().splitlines()


def test_the_example_on_the_page_verifies() -> None:
    (key,) = re.findall(r"public key is `([^`]+)`", PAGE)
    assert log_verifier.verify_export(example(), key) == []
    assert ours(example(), key).faults == []
    first = log_verifier.event_of_line(json.loads(example()[1]))
    assert f"`{first.hash.hex()}`" in PAGE
    assert f"has {len(first.data)} bytes" in PAGE
    assert f"`metadata` {len(first.metadata)}" in PAGE


def test_the_page_names_every_field_and_header() -> None:
    event = log_verifier.event_of_line(json.loads(example()[1]))
    stored = StoredEvent(**{name: getattr(event, name) for name in StoredEvent._fields})
    headers = [name for name, _ in to_record("referral", stored)["headers"]]
    for name in (*StoredEvent._fields, *headers):
        assert f"| `{name}` |" in PAGE, name


def test_the_verifier_uses_nothing_of_ours() -> None:
    imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", Path(log_verifier.__file__).read_text(), re.MULTILINE)
    assert "hashlib" in imported
    assert {name.split(".")[0] for name in imported} <= {*sys.stdlib_module_names, "cryptography"}


@pytest.fixture
async def exported(postgres_store: PostgresEventStore, pool: Pool) -> Lines:
    """The export of a log in two lanes, with two seals of its own and one of another service."""
    for number in range(4):
        for lane in (3, 7):
            await append(postgres_store, f"thing-{lane}-{number}", 0, new_event("Zoë".encode()), new_event(), lane=lane)
    seals = [await make_seal("file", pool, SIGNER), await make_seal("drawer", pool, STRANGER)]
    await append(postgres_store, "thing-later", 0, lane=3)
    seals.append(await make_seal("file", pool, SIGNER))
    return [json.loads(line) async for line in export("file", postgres_store, seals)]


def at(line: dict[str, Any], lane: int, sequence: int) -> bool:
    return bool(line["kind"] == "event" and (line["lane"], line["sequence"]) == (lane, sequence))


def _untouched(lines: Lines) -> Lines:
    return lines


def _edit(field: str, value: Any) -> Callable[[Lines], Lines]:
    return lambda lines: [{**line, field: value} if at(line, 3, 4) else line for line in lines]


def _delete(lines: Lines) -> Lines:
    return [line for line in lines if not at(line, 3, 4)]


def _swap(lines: Lines) -> Lines:
    return [
        {**line, "sequence": 9 - line["sequence"]} if at(line, 3, 4) or at(line, 3, 5) else line
        for line in sorted(lines, key=lambda line: 9 - line["sequence"] if at(line, 3, 4) or at(line, 3, 5) else 0)
    ]


def _cut(lines: Lines) -> Lines:
    return [line for line in lines if not (line["kind"] == "event" and line["lane"] == 3 and line["sequence"] > 3)]


def _cut_with_the_heads(lines: Lines) -> Lines:
    header, *rest = _cut(lines)
    return [{**header, "heads": {**header["heads"], "3": 3}}, *rest]


def _forge_to_the_end(lines: Lines) -> Lines:
    """An edit after which every hash to the end of the lane was made again."""
    previous, forged = b"", []
    for line in lines:
        if line["kind"] == "event" and line["lane"] == 3:
            line = {**line, "data": base64.b64encode(b"{}").decode()} if at(line, 3, 4) else line
            previous = log_verifier.hash_of(log_verifier.event_of_line(line), previous)
            line = {**line, "hash": previous.hex()}
        forged.append(line)
    return forged


def _stranger_signs(lines: Lines) -> Lines:
    def again(line: dict[str, Any]) -> dict[str, Any]:
        content = json.loads(base64.b64decode(line["seal"]))
        del content["signature"]
        return {
            **line,
            "seal": base64.b64encode(STRANGER.sign({**content, "public_key": STRANGER.public_key})).decode(),
        }

    return [again(line) if line["kind"] == "seal" else line for line in lines]


TAMPERING: dict[str, tuple[Callable[[Lines], Lines], tuple[int, int] | None]] = {
    "nothing": (_untouched, None),
    "data": (_edit("data", "e30="), (3, 4)),
    "metadata": (_edit("metadata", "e30="), (3, 4)),
    "type": (_edit("type", "x.happened-not"), (3, 4)),
    "authority": (_edit("la_code", "998"), (3, 4)),
    "time": (_edit("recorded_at", "2026-09-07T08:30:00.123457Z"), (3, 4)),
    "command": (_edit("command_id", "00000000-0000-0000-0000-000000000000"), (3, 4)),
    "version": (_edit("version", 7), (3, 4)),
    "deleted": (_delete, (3, 4)),
    "swapped": (_swap, (3, 4)),
    "cut": (_cut, (3, 4)),
    "cut, and the heads too": (_cut_with_the_heads, (3, 8)),
    "forged to the end": (_forge_to_the_end, (3, 8)),
    "sealed by a stranger": (_stranger_signs, (-1, 0)),
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_both_verifiers_name_the_same_first_place(what: str, exported: Lines) -> None:
    tamper, place = TAMPERING[what]
    lines = [orjson.dumps(line) for line in tamper(exported)]
    found = [(f.lane, f.sequence) for f in log_verifier.verify_export(lines, SIGNER.public_key)]
    known = [(f.lane, f.sequence) for f in ours(lines, SIGNER.public_key).faults]
    assert min(found, default=None) == min(known, default=None) == place


async def test_what_stands_on_the_topic_makes_the_same_hash(postgres_store: PostgresEventStore) -> None:
    await append(postgres_store, "thing-1", 0, new_event('{"case_id":"Zoë"}'.encode()), new_event(), lane=3)
    previous = b""
    for stored in await postgres_store.read_lane(3, after=0, limit=10):
        record = to_record("file", stored)
        event = log_verifier.event_of_record(record["headers"], record["value"])
        assert log_verifier.hash_of(event, previous) == event.hash == stored.hash
        previous = event.hash
