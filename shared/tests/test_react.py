"""Reactions: each foreign event is answered once; what cannot be handled waits, and only its own stream with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from shared.core.ids import derived_id
from shared.edge import topics
from shared.edge.db import Pool
from shared.edge.kafka import new_producer
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.flow.handle import Handler
from shared.flow.parked import list_parked
from shared.flow.react import ReactionRunner
from shared.flow.relay import republish
from shared.service import Service
from shared.testing.memory import MemoryKeyring

from shared import Command, Decider, Decision, Event, Incoming, Rejected, react

from .test_flow import fill, running, until
from .test_handle import NOW, OURS, Open
from .test_handle import service as files


class Filed(Event):
    type: Literal["shelf.filed"] = "shelf.filed"
    file_id: UUID


class File(Command):
    file_id: UUID


class FileOpened(Incoming):
    type: Literal["file.opened"]
    file_id: UUID


class FileNoted(Incoming):
    type: Literal["file.noted"]
    file_id: UUID
    page: int


TROUBLE: dict[UUID, Exception] = {}


def _file(command: File, state: int) -> list[Event]:
    if command.file_id in TROUBLE:
        raise TROUBLE[command.file_id]
    return [Filed(occurred_on=command.occurred_on, file_id=command.file_id)]


def on_file_opened(event: FileOpened) -> list[Command]:
    return [File(file_id=event.file_id, occurred_on=event.occurred_on)]


def on_file_noted(event: FileNoted) -> list[Command]:
    return [File(file_id=event.file_id)]


shelf = Decider(
    name="shelf",
    key="file_id",
    initial=0,
    evolve=lambda state, _: state + 1,
    events=Filed,
    decisions=[Decision(File, _file, opens=True)],
)


def shelves(topic: str) -> Service:
    return Service(
        name="shelf",
        deciders=[shelf],
        reactions=[
            react(to=topic, event=FileOpened, then=on_file_opened),
            react(to=topic, event=FileNoted, then=on_file_noted),
        ],
    )


@pytest.fixture(autouse=True)
def _no_trouble() -> None:
    TROUBLE.clear()


@pytest.fixture
def their_pool(pool: Pool) -> Pool:
    return pool


@pytest.fixture
def our_database(database_from: Callable[..., str]) -> str:
    return database_from()


@pytest.fixture
async def ours(postgres: Any, our_database: str) -> Any:
    from shared.edge.db import open_pool

    pool = await open_pool(postgres.url(our_database, "send_tester"), max_size=8)
    yield pool
    await pool.close()


@pytest.fixture
def runner(ours: Pool, our_database: str, settings_for: Callable[..., Settings], topic: str) -> ReactionRunner:
    service = shelves(topic)
    handler = service.handler(PostgresEventStore(ours), MemoryKeyring())
    return ReactionRunner(
        reactions=service.reactions,
        handler=handler,
        pool=ours,
        settings=settings_for(our_database, "shelf", demo_clock=True),
    )


async def _publish(pool: Pool, database: str, settings_for: Callable[..., Settings], topic: str) -> None:
    await republish(service="file", topic=topic, pool=pool, settings=settings_for(database, "file"))


def _files(pool: Pool) -> Handler:
    return files.handler(PostgresEventStore(pool), MemoryKeyring())


async def _filed(pool: Pool) -> list[UUID]:
    rows = await pool.fetch("select stream from es.events order by lane, sequence")
    return [UUID(row["stream"].removeprefix("shelf-")) for row in rows]


async def test_every_event_is_answered_once_even_when_read_again(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    ids = await fill(_files(their_pool), 10)
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _count(ours, 20))
    await ours.execute("update flow.cursors set sequence = 0, next_offset = 0, hash = ''")
    async with running(runner):
        await until(lambda: _all_applied(ours, 20))
    filed = await _filed(ours)
    assert sorted(filed) == sorted(ids * 2)


async def test_an_event_of_a_day_that_has_not_come_here_yet_is_answered(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    """Clocks are apart, around midnight by a second. An answer is never recorded before its cause."""
    runner.settings = runner.settings.model_copy(update={"demo_clock": False})
    ahead = datetime.now(UTC) + timedelta(days=2)
    await _files(their_pool).handle(Open(person_id=UUID(int=7), name="x"), by=OURS, at=ahead, command_id=uuid4())
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _all_applied(ours, 1))
    assert await ours.fetchval("select count(*) from flow.parked") == 0
    assert await ours.fetchval("select recorded_at from es.events") > ahead


async def _count(pool: Pool, number: int) -> bool:
    return bool(await pool.fetchval("select count(*) from es.events") == number)


async def _all_applied(pool: Pool, number: int) -> bool:
    return bool(await pool.fetchval("select sum(sequence) from flow.cursors") == number)


async def test_an_answer_names_its_cause_and_is_recorded_as_the_service_in_the_authority_of_the_event(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    (id,) = await fill(_files(their_pool), 1)
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _count(ours, 2))
    cause = await their_pool.fetchrow("select * from es.events where type = 'file.opened'")
    history = (await runner.handler.load(shelf, id, la_code="999")).history
    envelope = history[0].envelope
    assert envelope.causation_id == cause["event_id"]
    assert (envelope.actor.role, envelope.actor.user_id, envelope.actor.la_code) == ("system", "system:shelf", "999")
    assert envelope.command_id == derived_id("reaction", "shelf", "on_file_opened", cause["event_id"], 0)
    assert envelope.recorded_at - cause["recorded_at"] == timedelta(milliseconds=1), "a demo's clock moves along"


async def test_a_failing_stream_is_parked_in_order_and_the_others_go_on(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    ids = await fill(_files(their_pool), 12)
    TROUBLE[ids[3]] = Rejected("shelf-full", "There is no room on the shelf.")
    TROUBLE[ids[7]] = RuntimeError("Test-Child Kestrel's file")
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _all_applied(ours, 24))
        assert runner.health()["ready"], "a parked stream waits for people; the others go on"
    rows = await list_parked(ours)
    assert sorted(await _filed(ours)) == sorted(id for id in ids * 2 if id not in TROUBLE)
    reasons = {row["reason"] for row in rows}
    assert reasons == {
        "shelf-full: There is no room on the shelf.",
        "RuntimeError (the log has the place)",
        "waits behind an earlier event of its stream",
    }
    assert "Kestrel" not in str(reasons)
    assert [row["type"] for row in rows if row["stream"] == f"file-{ids[3]}"] == ["file.opened", "file.noted"]

    del TROUBLE[ids[3]]
    assert await runner.retry_parked() == (2, 2)
    assert await runner.retry_parked(stream=f"file-{ids[7]}") == (0, 2)
    TROUBLE.clear()
    assert await runner.retry_parked() == (2, 0)
    assert sorted(await _filed(ours)) == sorted(ids * 2)


async def test_bytes_that_are_no_event_are_parked_and_shown_on_the_parked_topic(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    settings = settings_for(database, "file")
    await topics.make(settings.kafka_bootstrap_servers, {topics.parked("shelf"): (16, {})})
    producer = new_producer(settings, client_id="stranger")
    await producer.start()
    for value, headers in [(b"\xff\x00", []), (b"{}", [("ce_id", b"\xff")]), (None, [("ce_specversion", b"1.0")])]:
        await producer.send_and_wait(topic, value, key=b"x", partition=2, headers=headers)
    await producer.stop()
    await fill(_files(their_pool), 20)
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _all_applied(ours, 40))
        await until(lambda: _shown(ours))
    assert [(row["lane"], row["record_offset"]) for row in await list_parked(ours)] == [(2, 0), (2, 1), (2, 2)]


async def _shown(pool: Pool) -> bool:
    return bool(await pool.fetchval("select count(*) = 3 and bool_and(published) from flow.parked"))


async def test_an_event_that_lacks_what_a_reaction_needs_is_parked_naming_the_field(
    their_pool: Pool, database: str, ours: Pool, our_database: str, settings_for: Any, topic: str
) -> None:
    class Wanting(Incoming):
        type: Literal["file.opened"]
        colour: str

    service = Service(name="shelf", deciders=[shelf], reactions=[react(to=topic, event=Wanting, then=lambda _: [])])
    handler = service.handler(PostgresEventStore(ours), MemoryKeyring())
    runner = ReactionRunner(
        reactions=service.reactions, handler=handler, pool=ours, settings=settings_for(our_database, "shelf")
    )
    await fill(_files(their_pool), 1)
    await _publish(their_pool, database, settings_for, topic)
    async with running(runner):
        await until(lambda: _all_applied(ours, 2))
    assert [row["reason"] for row in await list_parked(ours)] == [
        "unprocessable: file.opened does not fit what <lambda> needs: colour",
        "waits behind an earlier event of its stream",
    ]


async def test_many_reactions_and_commands_to_the_same_lane_all_get_through(
    their_pool: Pool, database: str, ours: Pool, runner: ReactionRunner, settings_for: Any, topic: str
) -> None:
    await fill(_files(their_pool), 40)
    await _publish(their_pool, database, settings_for, topic)
    by_hand = [uuid4() for _ in range(40)]
    async with running(runner):
        await asyncio.gather(
            *(runner.handler.handle(File(file_id=id), by=OURS, at=NOW, command_id=uuid4()) for id in by_hand)
        )
        await until(lambda: _count(ours, 120))
    assert await PostgresEventStore(ours).verify() == []
