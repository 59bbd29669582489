"""Handling commands: idempotent, conflict-proof, blind to other authorities; on memory and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, assert_never
from uuid import UUID, uuid4

import pytest
from shared.core.codec import NewEvent
from shared.core.errors import VersionConflict
from shared.edge.store import EventStore, PostgresEventStore
from shared.flow.handle import CorrectDate, Handler
from shared.service import Service
from shared.testing.memory import MemoryEventStore, MemoryKeyring

from shared import (
    UNFILLED,
    Actor,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    Event,
    InvalidCommand,
    NewId,
    NotFound,
    Personal,
    Rejected,
)

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
OURS = Actor(user_id="ana", role="send_caseworker", org_id="999", la_code="999")
THEIRS = Actor(user_id="bob", role="send_caseworker", org_id="998", la_code="998")


class Opened(Event):
    type: Literal["file.opened"] = "file.opened"
    file_id: UUID
    person_id: UUID
    name: Personal[str]


class Noted(Event):
    type: Literal["file.noted"] = "file.noted"
    file_id: UUID
    page: int


class FileDateCorrected(DateCorrected):
    type: Literal["file.date-corrected"] = "file.date-corrected"
    file_id: UUID


class Open(Command):
    file_id: NewId = UNFILLED
    person_id: UUID
    name: Personal[str]


class Note(Command):
    file_id: UUID
    page: int


@dataclass(frozen=True, slots=True)
class File:
    name: Any = None
    opened_on: date | None = None
    pages: tuple[int, ...] = ()


def _is_open(state: File) -> Condition | None:
    return Condition("file-not-open", "The file has not been opened.") if state.opened_on is None else None


def _not_full(state: File) -> Condition | None:
    return Condition("file-full", "The file holds three pages already.") if len(state.pages) >= 3 else None


def _evolve(state: File, event: Opened | Noted | FileDateCorrected) -> File:
    match event:
        case Opened():
            return File(event.name, event.occurred_on, state.pages)
        case Noted():
            return File(state.name, state.opened_on, (*state.pages, event.page))
        case FileDateCorrected():
            return state
        case _ as never:
            assert_never(never)


file = Decider(
    name="file",
    key="file_id",
    initial=File(),
    evolve=_evolve,
    events=Opened | Noted | FileDateCorrected,
    decisions=[
        Decision(
            Open,
            lambda c, s: [Opened(occurred_on=c.occurred_on, file_id=c.file_id, person_id=c.person_id, name=c.name)],
            already=lambda c, s: s.opened_on is not None,
            opens=True,
        ),
        Decision(
            Note,
            lambda c, s: [Noted(occurred_on=c.occurred_on, file_id=c.file_id, page=c.page)],
            when=[_is_open, _not_full],
            already=lambda c, s: c.page in s.pages,
        ),
    ],
)
service = Service(name="file", deciders=[file])


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> EventStore:
    if request.param == "memory":
        return MemoryEventStore()
    found: PostgresEventStore = request.getfixturevalue("postgres_store")
    return found


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def send(store: EventStore, keyring: MemoryKeyring) -> Callable[..., Any]:
    handler = service.handler(store, keyring)

    async def send(command: Command, *, by: Actor = OURS, command_id: UUID | None = None, **more: Any) -> Any:
        return await handler.handle(command, by=by, at=NOW, command_id=command_id or uuid4(), **more)

    send.handler = handler  # type: ignore[attr-defined]
    return send


async def _open(send: Callable[..., Any]) -> UUID:
    return UUID((await send(Open(person_id=UUID(int=7), name="Test-Child Kestrel"))).id)


async def test_a_command_without_a_date_happened_today_in_london(send: Any) -> None:
    id = await _open(send)
    loaded = await send.handler.load(file, id, la_code="999")
    assert loaded.state == File("Test-Child Kestrel", date(2026, 9, 7))


async def test_a_date_in_the_future_is_malformed(send: Any) -> None:
    with pytest.raises(InvalidCommand, match="future"):
        await send(Open(person_id=UUID(int=7), name="x", occurred_on=date(2026, 9, 8)))


async def test_the_same_command_again_gets_the_first_answer_and_writes_nothing(send: Any) -> None:
    command_id = uuid4()
    first = await send(Open(person_id=UUID(int=7), name="x"), command_id=command_id)
    again = await send(Open(person_id=UUID(int=7), name="x"), command_id=command_id)
    assert (again.id, again.version, again.events, again.created) == (first.id, 1, first.events, True)
    assert again.repeated


async def test_a_repeat_gets_its_first_answer_also_from_a_clock_that_went_back(send: Any) -> None:
    """Its date would be in the future there; but it was answered, and is in the log."""
    opened, noted, nothing, yesterday = uuid4(), uuid4(), uuid4(), NOW - timedelta(days=1)
    first = await send(Open(person_id=UUID(int=7), name="x", occurred_on=date(2026, 9, 7)), command_id=opened)
    note = Note(file_id=UUID(first.id), page=1, occurred_on=date(2026, 9, 7))
    answers = [first, await send(note, command_id=noted), await send(note, command_id=nothing)]
    for command_id, command, answer in zip(
        [opened, noted, nothing],
        [Open(person_id=UUID(int=7), name="x", occurred_on=date(2026, 9, 7)), note, note],
        answers,
        strict=True,
    ):
        again = await send.handler.handle(command, by=OURS, at=yesterday, command_id=command_id)
        assert (again.version, again.events) == (answer.version, answer.events)
    with pytest.raises(InvalidCommand, match="future"):
        await send.handler.handle(note, by=OURS, at=yesterday, command_id=uuid4())


async def test_an_idempotency_key_used_for_something_else_is_refused(send: Any) -> None:
    id, key = await _open(send), uuid4()
    await send(Note(file_id=id, page=1), command_id=key)
    with pytest.raises(InvalidCommand, match="different command"):
        await send(Note(file_id=id, page=2), command_id=key)


async def test_a_repeat_of_a_command_that_had_nothing_to_do_still_does_nothing(send: Any) -> None:
    id, key = await _open(send), uuid4()
    await send(Note(file_id=id, page=1))
    assert (await send(Note(file_id=id, page=1), command_id=key)).events == ()
    assert (await send(Note(file_id=id, page=1), command_id=key)).events == ()


async def test_a_repeat_gets_that_answer_also_where_a_rule_forbids_it_by_now(send: Any) -> None:
    id, key = await _open(send), uuid4()
    await send(Note(file_id=id, page=1))
    first = await send(Note(file_id=id, page=1), command_id=key)
    for page in (2, 3):
        await send(Note(file_id=id, page=page))
    again = await send(Note(file_id=id, page=1), command_id=key)
    assert (again.events, again.version, again.repeated) == ((), first.version, True)


@pytest.mark.parametrize("if_match", [None, 1])
async def test_two_clicks_at_once_get_one_answer(send: Any, if_match: int | None) -> None:
    id, key = await _open(send), uuid4()
    note = Note(file_id=id, page=1)
    both = await asyncio.gather(*(send(note, command_id=key, if_match=if_match) for _ in range(8)))
    assert len({(answer.version, answer.events) for answer in both}) == 1
    assert len((await send.handler.load(file, id, la_code="999")).history) == 2


async def test_a_click_that_found_nothing_to_do_while_another_did_is_answered_as_that_one(
    send: Any, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the stream and settling, the other attempt appends."""
    id, key = await _open(send), uuid4()
    settle, note = store.settle, Note(file_id=id, page=1)
    await send(note)

    async def the_other_first(*place: Any, **more: Any) -> None:
        monkeypatch.setattr(store, "settle", settle)
        at = {"lane": (await store.load(place[1]))[0].lane, "stream": place[1], "expected_version": 2}
        event = NewEvent(uuid4(), "file.noted", 1, b'{"type":"file.noted","occurred_on":"2026-09-07","file_id":"%b",'
                         b'"page":2}' % str(id).encode(), (await store.load(place[1]))[1].metadata)  # fmt: skip
        await store.append(**at, command_id=key, la_code="999", recorded_at=NOW, events=[event])
        await settle(*place, **more)

    monkeypatch.setattr(store, "settle", the_other_first)
    answer = await send(note, command_id=key)
    assert (answer.version, len(answer.events), answer.repeated) == (3, 1, True)


async def test_every_unmet_condition_comes_back_and_nothing_is_written(send: Any, store: EventStore) -> None:
    id = await _open(send)
    for page in (1, 2, 3):
        await send(Note(file_id=id, page=page))
    with pytest.raises(Rejected) as refused:
        await send(Note(file_id=id, page=4))
    assert refused.value.code == "file-full"
    assert len(await store.load(f"file-{id}")) == 4


async def test_a_command_to_something_that_does_not_exist_finds_nothing(send: Any) -> None:
    with pytest.raises(NotFound):
        await send(Note(file_id=uuid4(), page=1))


async def test_another_authoritys_file_is_not_there(send: Any) -> None:
    id = await _open(send)
    with pytest.raises(NotFound):
        await send(Note(file_id=id, page=1), by=THEIRS)
    with pytest.raises(NotFound):
        await send.handler.load(file, id, la_code="998")


async def test_an_old_if_match_is_a_conflict(send: Any) -> None:
    id = await _open(send)
    await send(Note(file_id=id, page=1), if_match=1)
    with pytest.raises(VersionConflict):
        await send(Note(file_id=id, page=2), if_match=1)


async def test_racing_commands_are_decided_afresh_until_each_has_its_answer(send: Any) -> None:
    id = await _open(send)
    outcomes = await asyncio.gather(*(send(Note(file_id=id, page=p)) for p in range(6)), return_exceptions=True)
    assert sum(isinstance(o, Rejected) for o in outcomes) == 3
    assert len((await send.handler.load(file, id, la_code="999")).state.pages) == 3


async def test_the_stored_bytes_hold_no_name_and_erasure_leaves_the_rest(
    send: Any, store: EventStore, keyring: MemoryKeyring
) -> None:
    id = await _open(send)
    stored = (await store.load(f"file-{id}"))[0]
    assert b"Kestrel" not in stored.data + stored.metadata
    await keyring.erase(UUID(int=7))
    loaded = await send.handler.load(file, id, la_code="999")
    assert (str(loaded.state.name), loaded.state.opened_on) == ("[erased]", date(2026, 9, 7))
    assert await store.verify() == []


async def test_a_corrected_date_is_the_date_from_then_on_and_the_old_event_stays(send: Any, store: EventStore) -> None:
    id = await _open(send)
    handler: Handler = send.handler
    opened = (await handler.load(file, id, la_code="999")).history[0]
    correction = CorrectDate(event_id=opened.envelope.event_id, now=date(2026, 9, 1), reason="DOCUMENT_SHOWS")
    await handler.correct(file, id, FileDateCorrected, correction, by=OURS, at=NOW, command_id=uuid4())
    again = await handler.correct(file, id, FileDateCorrected, correction, by=OURS, at=NOW, command_id=uuid4())
    loaded = await handler.load(file, id, la_code="999")
    assert loaded.state.opened_on == date(2026, 9, 1)
    assert b"2026-09-07" in (await store.load(f"file-{id}"))[0].data
    assert again.events == ()


async def test_only_an_event_of_the_stream_can_be_corrected(send: Any) -> None:
    id = await _open(send)
    correction = CorrectDate(event_id=uuid4(), now=date(2026, 9, 1), reason="OTHER")
    with pytest.raises(Rejected, match="no event"):
        await send.handler.correct(file, id, FileDateCorrected, correction, by=OURS, at=NOW, command_id=uuid4())
