"""The tamper matrix: whatever is done to a log, verifying names the first bad event, from each place it can be read.

Rows: edit, delete, insert, reorder, swap between lanes, cut the tail, restore an old backup, change metadata only.
Columns: the database, the topic, an export with only the public key.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from shared.core.chain import hash_of
from shared.core.codec import StoredEvent
from shared.core.errors import Unprocessable
from shared.edge.db import Pool
from shared.edge.kafka import new_producer, to_record
from shared.edge.settings import Settings
from shared.edge.store import Fault, PostgresEventStore
from shared.flow.audit import Chain, event_line, export, verify_export, verify_topic
from shared.flow.seal import Signer, make_seal, verify_seals
from shared.testing.contract import append, new_event

SIGNER = Signer(base64.b64encode(bytes(range(32))).decode())
OTHER = Signer(base64.b64encode(bytes(32)).decode())
Tamper = Callable[[list[StoredEvent]], list[StoredEvent]]


def _edit(log: list[StoredEvent]) -> list[StoredEvent]:
    return [e._replace(data=b'{"edited":true}') if (e.lane, e.sequence) == (3, 4) else e for e in log]


def _metadata(log: list[StoredEvent]) -> list[StoredEvent]:
    return [e._replace(metadata=b'{"actor":"x"}') if (e.lane, e.sequence) == (3, 4) else e for e in log]


def _delete(log: list[StoredEvent]) -> list[StoredEvent]:
    return [e for e in log if (e.lane, e.sequence) != (3, 4)]


def _insert(log: list[StoredEvent]) -> list[StoredEvent]:
    """A new fourth event; the later ones move up, with their own hashes as they were."""
    out = []
    for event in log:
        if (event.lane, event.sequence) == (3, 4):
            out.append(event._replace(data=b'{"forged":1}', stream="thing-new", version=1))
        out.append(event._replace(sequence=event.sequence + 1) if event.lane == 3 and event.sequence >= 4 else event)
    return out


def _reorder(log: list[StoredEvent]) -> list[StoredEvent]:
    places = {(3, 4): 5, (3, 5): 4}
    return [e._replace(sequence=places.get((e.lane, e.sequence), e.sequence)) for e in log]


def _swap_lanes(log: list[StoredEvent]) -> list[StoredEvent]:
    places = {(3, 4): (7, 4), (7, 4): (3, 4)}
    return [
        e._replace(lane=to[0], sequence=to[1]) if (to := places.get((e.lane, e.sequence))) is not None else e
        for e in log
    ]


def _cut(log: list[StoredEvent]) -> list[StoredEvent]:
    return [e for e in log if e.lane != 3 or e.sequence < 4]


def _forge_to_the_end(log: list[StoredEvent]) -> list[StoredEvent]:
    """An edit with every later hash made again: the chain alone cannot see it; a seal can."""
    out: list[StoredEvent] = []
    for event in sorted(log, key=lambda e: (e.lane, e.sequence)):
        if event.lane == 3:
            if event.sequence == 4:
                event = event._replace(data=b'{"edited":true}')
            before = [e.hash for e in out if e.lane == 3][-1:] or [b""]
            event = event._replace(hash=hash_of(event, after=before[0]))
        out.append(event)
    return out


# What was done, and the first place that must be named. The last two need the seals.
MATRIX: list[tuple[Tamper, int]] = [
    (_edit, 4),
    (_metadata, 4),
    (_delete, 4),
    (_insert, 4),
    (_reorder, 4),
    (_swap_lanes, 4),
    (_cut, 4),
    (_forge_to_the_end, 8),
]
NEEDS_SEALS = (_cut, _forge_to_the_end)


@pytest.fixture
async def log(postgres_store: PostgresEventStore) -> list[StoredEvent]:
    for number in range(4):
        for lane in (3, 7):
            await append(postgres_store, f"thing-{lane}-{number}", 0, new_event(), new_event(), lane=lane)
    return [e for lane in (3, 7) for e in await postgres_store.read_lane(lane, after=0, limit=100)]


@pytest.fixture
async def seal(log: list[StoredEvent], pool: Pool) -> bytes:
    assert log
    return await make_seal("file", pool, SIGNER)


def first(faults: Sequence[Fault], lane: int = 3) -> int:
    """The first place named in the tampered lane."""
    return min(fault.sequence for fault in faults if fault.lane == lane)


@pytest.mark.parametrize(("tamper", "named"), MATRIX, ids=[t.__name__.strip("_") for t, _ in MATRIX])
async def test_tampering_in_the_database(
    tamper: Tamper, named: int, log: list[StoredEvent], seal: bytes, pool: Pool, postgres_store: Any, superuser: Any
) -> None:
    await superuser.execute("alter table es.events disable trigger all; delete from es.events")
    rows = [tuple(getattr(e, name) for name in _COLUMNS) for e in tamper(log)]
    await superuser.execute("alter table es.events drop constraint events_stream_version_key")
    await superuser.copy_records_to_table("events", schema_name="es", columns=_COLUMNS, records=rows)
    faults = await postgres_store.verify()
    if tamper in NEEDS_SEALS:
        # Whoever could write the events could write the lane's head as well.
        last = max((e for e in tamper(log) if e.lane == 3), key=lambda e: e.sequence)
        await superuser.execute("update es.lanes set head = $1, hash = $2 where lane = 3", last.sequence, last.hash)
        assert await postgres_store.verify() == []
        faults = await verify_seals("file", pool, [seal], SIGNER.public_key)
        assert first(faults) == 8
    else:
        assert first(faults) == named


_COLUMNS = ("lane", "sequence", "stream", "version", "event_id", "type", "schema_version", "command_id", "la_code",
            "recorded_at", "epoch", "data", "metadata", "hash")  # fmt: skip


@pytest.mark.parametrize(("tamper", "named"), MATRIX, ids=[t.__name__.strip("_") for t, _ in MATRIX])
async def test_tampering_in_an_export(
    tamper: Tamper, named: int, log: list[StoredEvent], seal: bytes, postgres_store: Any
) -> None:
    lines = [line async for line in export("file", postgres_store, [seal])]
    assert verify_export(lines, SIGNER.public_key).faults == []
    events = [event_line(e) for e in sorted(tamper(log), key=lambda e: (e.lane, e.sequence))]
    chain = verify_export([lines[0], *events, lines[-1]], SIGNER.public_key)
    assert first(chain.faults) == named
    if tamper in NEEDS_SEALS:
        header = orjson.loads(lines[0])
        header["heads"] = {}
        assert verify_export([orjson.dumps(header), *events], None).faults == []
        assert first(verify_export([orjson.dumps(header), *events, lines[-1]], SIGNER.public_key).faults) == 8


@pytest.mark.parametrize(("tamper", "named"), MATRIX, ids=[t.__name__.strip("_") for t, _ in MATRIX])
async def test_tampering_on_the_topic(
    tamper: Tamper, named: int, log: list[StoredEvent], seal: bytes, settings_for: Any, database: str, topic: str
) -> None:
    settings: Settings = settings_for(database, "file")
    producer = new_producer(settings, client_id="stranger")
    await producer.start()
    for event in sorted(tamper(log), key=lambda e: (e.lane, e.sequence)):
        record = to_record("file", event)
        await producer.send_and_wait(
            topic, record["value"], key=record["key"], headers=record["headers"], partition=event.lane
        )
    await producer.stop()
    chain = await verify_topic(settings, topic)
    if tamper in NEEDS_SEALS:
        assert chain.faults == []
        assert chain.check_seals("file", [seal], SIGNER.public_key) == 1
        assert first(chain.faults) == 8
    else:
        assert first(chain.faults) == named


async def test_an_old_backup_is_found_by_the_seals(
    log: list[StoredEvent], pool: Pool, postgres_store: PostgresEventStore, superuser: Any
) -> None:
    old = await make_seal("file", pool, SIGNER)
    await append(postgres_store, "thing-later", 0, lane=3)
    new = await make_seal("file", pool, SIGNER)
    await superuser.execute("alter table es.events disable trigger all")
    await superuser.execute("delete from es.events where lane = 3 and sequence = 9")
    await superuser.execute("update es.lanes set head = 8, hash = $1 where lane = 3", log[7].hash)
    assert await postgres_store.verify() == []
    assert await verify_seals("file", pool, [old], SIGNER.public_key) == []
    (fault,) = await verify_seals("file", pool, [old, new], SIGNER.public_key)
    assert (fault.lane, fault.sequence, "is gone" in fault.what) == (3, 9, True)


async def test_a_seal_of_a_stranger_is_a_fault_and_another_services_is_none_of_ours(pool: Pool, log: Any) -> None:
    strangers, others = await make_seal("file", pool, OTHER), await make_seal("drawer", pool, OTHER)
    chain = Chain()
    assert chain.check_seals("file", [strangers, others, b"{}"], SIGNER.public_key) == 0
    assert [f.what for f in chain.faults] == ["a seal was not signed with this service's key"] * 2
    assert await verify_seals("file", pool, [strangers, others, b"{}"], SIGNER.public_key) == chain.faults


def test_a_file_that_is_no_export_names_the_line() -> None:
    with pytest.raises(Unprocessable, match="line 2"):
        verify_export([b'{"kind":"log","service":"file","heads":{}}', b"hello"], None)
