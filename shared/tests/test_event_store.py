"""The event store: the contract on both adapters, and what only a database can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from shared.core.chain import hash_of
from shared.core.errors import VersionConflict
from shared.edge.db import Pool
from shared.edge.store import PostgresEventStore
from shared.testing.contract import EventStoreContract, append, new_event
from shared.testing.memory import MemoryEventStore


class TestMemory(EventStoreContract):
    @pytest.fixture
    def store(self) -> MemoryEventStore:
        return MemoryEventStore()


class TestPostgres(EventStoreContract):
    @pytest.fixture
    def store(self, postgres_store: PostgresEventStore) -> PostgresEventStore:
        return postgres_store


@pytest.mark.parametrize(
    "statement",
    [
        "insert into es.events select * from es.events",
        "update es.events set type = 'x'",
        "delete from es.events",
        "truncate es.events",
        "update es.lanes set head = 0",
    ],
)
async def test_the_application_can_write_nothing_but_through_append(pool: Pool, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


@pytest.mark.parametrize(
    "statement", ["update es.events set type = 'x'", "delete from es.events", "truncate es.events"]
)
async def test_even_the_owner_is_refused_by_the_trigger(
    superuser: Any, postgres_store: PostgresEventStore, statement: str
) -> None:
    await append(postgres_store, "thing-1", 0)
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await superuser.execute(statement)


async def _as_intruder(superuser: Any, statement: str, *arguments: Any) -> None:
    await superuser.execute("set session_replication_role = replica")  # what a superuser can do to dodge triggers
    await superuser.execute(statement, *arguments)


async def _ten_events(store: PostgresEventStore) -> None:
    for number in range(10):
        await append(store, f"thing-{number}", 0, new_event(b'{"n":%d}' % number))


@pytest.mark.parametrize(
    "change",
    ["data = '\\x7b7d'", "type = 'x.other'", "la_code = '801'", "recorded_at = recorded_at + interval '1 day'",
     "metadata = '\\x7b7d'", "command_id = gen_random_uuid()", "schema_version = 2"],
)  # fmt: skip
async def test_an_edited_event_is_named(superuser: Any, postgres_store: PostgresEventStore, change: str) -> None:
    await _ten_events(postgres_store)
    edited = (await postgres_store.load("thing-4"))[0]
    await _as_intruder(superuser, f"update es.events set {change} where stream = 'thing-4'")
    faults = await postgres_store.verify()
    assert [(f.lane, f.sequence, f.event_id) for f in faults] == [(3, 5, edited.event_id)]


async def test_a_deleted_event_is_located(superuser: Any, postgres_store: PostgresEventStore) -> None:
    await _ten_events(postgres_store)
    await _as_intruder(superuser, "delete from es.events where stream = 'thing-4'")
    assert any(f.sequence == 5 and "missing" in f.what for f in await postgres_store.verify())


async def test_two_swapped_events_are_located(superuser: Any, postgres_store: PostgresEventStore) -> None:
    await _ten_events(postgres_store)
    await _as_intruder(
        superuser, "update es.events set sequence = case sequence when 5 then -6 else -5 end where sequence in (5, 6)"
    )
    await superuser.execute("update es.events set sequence = -sequence where sequence < 0")
    assert {f.sequence for f in await postgres_store.verify()} >= {5, 6}


async def test_a_cut_tail_is_located(superuser: Any, postgres_store: PostgresEventStore) -> None:
    await _ten_events(postgres_store)
    await _as_intruder(superuser, "delete from es.events where sequence > 8")
    assert [(f.sequence, "tail" in f.what) for f in await postgres_store.verify()] == [(9, True)]


async def test_a_chain_forged_from_an_edit_to_its_end_does_not_meet_the_lanes_hash(
    superuser: Any, postgres_store: PostgresEventStore
) -> None:
    await _ten_events(postgres_store)
    await _as_intruder(
        superuser,
        """update es.events e set data = '\\x7b7d', hash = es.link(p.hash, e.lane, e.sequence, e.stream, e.version,
           e.event_id, e.type, e.schema_version, e.command_id, e.la_code, e.recorded_at, e.epoch, '\\x7b7d', e.metadata)
           from es.events p where e.sequence = 10 and p.sequence = 9 and p.lane = e.lane""",
    )
    assert [(f.sequence, "rewritten" in f.what) for f in await postgres_store.verify()] == [(10, True)]


async def test_the_hash_is_the_documented_one(postgres_store: PostgresEventStore) -> None:
    """The same bytes hashed outside the database give the same chain, so an auditor needs only the rows."""
    await _ten_events(postgres_store)
    previous = b""
    for event in await postgres_store.read_lane(3, after=0, limit=100):
        assert event.hash == hash_of(event, after=previous)
        previous = event.hash


async def test_a_conflict_leaves_the_callers_transaction_usable(pool: Pool, postgres_store: PostgresEventStore) -> None:
    await append(postgres_store, "thing-1", 0)
    async with pool.acquire() as connection, connection.transaction():
        with pytest.raises(Exception, match="moved on"):
            await postgres_store.append(
                lane=3, stream="thing-1", expected_version=0, command_id=uuid4(), la_code="999",
                recorded_at=(await postgres_store.load("thing-1"))[0].recorded_at, events=[new_event()],
                connection=connection,
            )  # fmt: skip
        assert await connection.fetchval("select 1") == 1


async def test_a_transaction_left_open_is_no_longer_open_for_the_next_user(pool: Pool) -> None:
    connection = await pool.acquire()
    await connection.execute("begin; create temporary table left_behind ()")
    with _unheard():
        await pool.release(connection)
    async with pool.acquire() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("select to_regclass('left_behind')") is None


@contextmanager
def _unheard() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    try:
        yield
    finally:
        loop.set_exception_handler(None)


async def test_a_reader_behind_eight_writers_misses_nothing(postgres_store: PostgresEventStore) -> None:
    """Nothing missed, no hole, versions in order, while eight writers race on shared streams and lanes."""
    done = asyncio.Event()
    per_writer = 60

    async def write(number: int) -> None:
        for turn in range(per_writer):
            stream = f"thing-{(number + turn) % 5}"
            while True:
                version = len(await postgres_store.load(stream))
                try:
                    await append(postgres_store, stream, version, lane=(number + turn) % 5 % 2)
                    break
                except VersionConflict:
                    continue

    async def follow() -> list[Any]:
        seen: list[Any] = []
        cursor = {0: 0, 1: 0}
        while True:
            finished = done.is_set()
            for lane in cursor:
                for event in await postgres_store.read_lane(lane, after=cursor[lane], limit=50):
                    assert event.sequence == cursor[lane] + 1
                    cursor[lane] = event.sequence
                    seen.append(event)
            if finished and len(seen) == 8 * per_writer:
                return seen

    reader = asyncio.create_task(follow())
    await asyncio.gather(*(write(n) for n in range(8)))
    done.set()
    seen = await asyncio.wait_for(reader, 30)
    versions: dict[str, int] = {}
    for event in seen:
        assert event.version == versions.get(event.stream, 0) + 1
        versions[event.stream] = event.version
    assert await postgres_store.verify() == []


async def test_appends_that_meet_share_a_commit(superuser: Any, postgres_store: PostgresEventStore) -> None:
    await asyncio.gather(*(append(postgres_store, f"thing-{n}", 0, lane=n % 16) for n in range(64)))
    assert await superuser.fetchval("select count(distinct xmin::text) from es.events") <= 2
    assert await postgres_store.verify() == []


async def test_a_lane_that_somebody_holds_keeps_nobody_else_waiting(
    superuser: Any, postgres_store: PostgresEventStore
) -> None:
    async with superuser.transaction():
        await superuser.execute("select from es.lanes where lane = 3 for update")
        held = [asyncio.create_task(append(postgres_store, f"held-{n}", 0, lane=3)) for n in range(2)]
        await _until_one_waits(superuser)
        for n in range(20):
            await append(postgres_store, f"thing-{n}", 0, lane=n % 3)
        assert not any(task.done() for task in held)
    assert [a.first_sequence for a in await asyncio.gather(*held)] == [1, 2]


async def test_who_gives_up_waiting_takes_nobody_along(superuser: Any, postgres_store: PostgresEventStore) -> None:
    async with superuser.transaction():
        await superuser.execute("select from es.lanes where lane = 3 for update")
        first = asyncio.create_task(append(postgres_store, "first", 0))
        await _until_one_waits(superuser)
        second, third = (asyncio.create_task(append(postgres_store, name, 0)) for name in ("second", "third"))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
    await third
    # The first was on its way when its caller left, the second was not.
    assert [e.stream for e in await postgres_store.read_lane(3, after=0, limit=9)] == ["first", "third"]


async def test_an_outage_is_said_to_everybody_who_waits(postgres_store: PostgresEventStore) -> None:
    await postgres_store.pool.close()
    outcomes = await asyncio.gather(
        *(append(postgres_store, f"thing-{n}", 0, lane=n) for n in range(5)), return_exceptions=True
    )
    assert [type(o) for o in outcomes] == [asyncpg.InterfaceError] * 5


async def _until_one_waits(connection: Any) -> None:
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    while not await connection.fetchval(waiting):  # noqa: ASYNC110  the database is asked, no loop of ours would know
        await asyncio.sleep(0)
