"""What every event store must do. A test class per adapter inherits this and provides ``store``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.core.codec import NewEvent
from shared.core.errors import VersionConflict
from shared.edge.store import Appended, EventStore

AT = datetime(2026, 9, 7, 8, 30, 0, 123456, tzinfo=UTC)


def new_event(data: bytes = b'{"type":"x.happened"}') -> NewEvent:
    return NewEvent(uuid4(), "x.happened", 1, data, b'{"actor":null}')


async def append(
    store: EventStore, stream: str, expected: int, *events: NewEvent, lane: int = 3, command_id: UUID | None = None
) -> Appended:
    return await store.append(
        lane=lane, stream=stream, expected_version=expected, command_id=command_id or uuid4(), la_code="999",
        recorded_at=AT, events=events or (new_event(),),
    )  # fmt: skip


class EventStoreContract:
    """The same promises, whatever is behind them."""

    async def test_a_stream_that_was_never_written_is_empty(self, store: EventStore) -> None:
        assert await store.load("thing-1") == []

    async def test_what_was_appended_is_read_back_byte_for_byte(self, store: EventStore) -> None:
        first, second = new_event('{"name":"Zoë"}'.encode()), new_event(b"{}")
        await append(store, "thing-1", 0, first, second)
        loaded = await store.load("thing-1")
        assert [(e.event_id, e.data, e.metadata, e.version) for e in loaded] == [
            (first.event_id, first.data, first.metadata, 1),
            (second.event_id, second.data, second.metadata, 2),
        ]
        assert loaded[0].recorded_at == AT

    async def test_a_wrong_version_is_a_conflict_and_nothing_is_written(self, store: EventStore) -> None:
        await append(store, "thing-1", 0)
        with pytest.raises(VersionConflict):
            await append(store, "thing-1", 0, new_event(), new_event())
        assert len(await store.load("thing-1")) == 1
        assert (await store.heads())[3] == 1

    async def test_numbers_in_a_lane_have_no_holes_even_after_conflicts(self, store: EventStore) -> None:
        for version in range(5):
            await append(store, "thing-1", version)
            with pytest.raises(VersionConflict):
                await append(store, "thing-1", version)
        assert [e.sequence for e in await store.read_lane(3, after=0, limit=100)] == [1, 2, 3, 4, 5]

    async def test_lanes_count_for_themselves(self, store: EventStore) -> None:
        await append(store, "thing-1", 0, lane=1)
        await append(store, "thing-2", 0, new_event(), new_event(), lane=2)
        heads = await store.heads()
        assert (heads[1], heads[2], heads[0]) == (1, 2, 0)
        assert len(heads) == 16

    async def test_a_page_starts_after_the_cursor_and_ends_at_the_limit(self, store: EventStore) -> None:
        await append(store, "thing-1", 0, *[new_event() for _ in range(10)])
        assert [e.sequence for e in await store.read_lane(3, after=4, limit=3)] == [5, 6, 7]

    async def test_a_command_with_nothing_to_do_is_remembered(self, store: EventStore) -> None:
        command = uuid4()
        for stream in ("thing-1", "thing-2"):
            await append(store, stream, 0)
        assert (await store.load_for("thing-1", command))[1] is None
        await store.settle(command, "thing-1", 1, lane=3)
        await append(store, "thing-1", 1)
        await store.settle(command, "thing-1", 2, lane=3)
        assert await store.load_for("thing-1", command) == (await store.load("thing-1"), 1)
        assert (await store.load_for("thing-2", command))[1] is None

    async def test_a_command_has_events_or_nothing_to_do_and_never_both(self, store: EventStore) -> None:
        """Two attempts at it are made at once: whoever is second meets a conflict, and then finds the first answer."""
        await append(store, "thing-1", 0)
        settled, appended = uuid4(), uuid4()
        await store.settle(settled, "thing-1", 1, lane=3)
        for events in ([new_event()], [new_event(), new_event()]):
            with pytest.raises(VersionConflict):
                await append(store, "thing-1", 1, *events, command_id=settled)
        await append(store, "thing-1", 1, command_id=appended)
        with pytest.raises(VersionConflict):
            await store.settle(appended, "thing-1", 1, lane=3)
        assert [e.sequence for e in await store.read_lane(3, after=0, limit=10)] == [1, 2]
        assert await store.verify() == []

    async def test_of_many_attempts_at_one_command_to_settle_and_to_append_one_comes_first(
        self, store: EventStore
    ) -> None:
        await append(store, "thing-1", 0)
        command = uuid4()
        attempts = [
            store.settle(command, "thing-1", 1, lane=3) if n % 2 else append(store, "thing-1", 1, command_id=command)
            for n in range(12)
        ]
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        stored, settled = await store.load_for("thing-1", command)
        assert (len(stored), settled) in ((1, 1), (2, None))
        assert {type(o) for o in outcomes} in ({type(None), VersionConflict}, {Appended, VersionConflict})

    async def test_an_untouched_log_verifies(self, store: EventStore) -> None:
        for number in range(20):
            await append(store, f"thing-{number}", 0, new_event(), new_event(), lane=number % 16)
        assert await store.verify() == []

    async def test_single_and_several_events_make_one_chain(self, store: EventStore) -> None:
        first = await append(store, "thing-1", 0, new_event(), new_event(), new_event())
        await append(store, "thing-2", 0)
        second = await append(store, "thing-1", 3, new_event(), new_event())
        assert (first, second) == (Appended(1, 3), Appended(5, 5))
        assert [e.sequence for e in await store.read_lane(3, after=0, limit=100)] == [1, 2, 3, 4, 5, 6]
        assert await store.verify() == []

    async def test_of_many_writers_to_one_version_exactly_one_wins(self, store: EventStore) -> None:
        outcomes = await asyncio.gather(*(append(store, "thing-1", 0) for _ in range(12)), return_exceptions=True)
        assert sum(isinstance(o, Appended) for o in outcomes) == 1
        assert sum(isinstance(o, VersionConflict) for o in outcomes) == 11

    async def test_of_many_at_once_each_stands_or_falls_alone(self, store: EventStore) -> None:
        """Three lanes; every fifth expects a version that is wrong, every fourth has two events."""
        for n in range(5):
            await append(store, f"taken-{n}", 0)
        attempts = [
            append(store, f"taken-{n // 5}" if n % 5 == 4 else f"thing-{n}", 0,
                   *(new_event() for _ in range(1 + (n % 4 == 0))), lane=n % 3)
            for n in range(25)
        ]  # fmt: skip
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        assert [n for n, o in enumerate(outcomes) if isinstance(o, VersionConflict)] == [4, 9, 14, 19, 24]
        for n, outcome in enumerate(outcomes):
            if isinstance(outcome, Appended):
                stored = await store.load(f"thing-{n}")
                assert outcome == Appended(stored[0].sequence, len(stored))
                assert {e.lane for e in stored} == {n % 3}
        for lane in range(3):
            sequences = [e.sequence for e in await store.read_lane(lane, after=0, limit=100)]
            assert sequences == list(range(1, len(sequences) + 1))
        assert await store.verify() == []
