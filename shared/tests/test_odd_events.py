"""Whatever stands in the log can be published: the largest event that is accepted, and bytes that are no JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from shared.core.errors import InvalidCommand
from shared.edge.db import Pool
from shared.edge.kafka import MAX_EVENT_BYTES
from shared.edge.settings import Settings
from shared.edge.store import PostgresEventStore
from shared.flow.consume import Consumer
from shared.flow.handle import Handler
from shared.flow.relay import republish
from shared.testing.contract import append, new_event

from .test_flow import Collecting, _caught_up, handler, in_log, on_topic, running, seen, settings, until
from .test_handle import NOW, OURS, Open

__all__ = ["handler", "seen", "settings"]  # fixtures


async def test_the_largest_events_are_published_and_read(
    pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str, seen: Callable[..., Any]
) -> None:
    largest = new_event(b'{"x":"' + b"y" * (MAX_EVENT_BYTES - 30) + b'"}')
    for number in range(6):
        await append(postgres_store, f"thing-{number}", 0, largest if number % 2 else new_event(), lane=3)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    consumer = Consumer(effect=Collecting(topic), pool=pool, settings=settings)
    async with running(consumer):
        await until(lambda: _caught_up(seen, pool))
    assert await seen() == await in_log(pool)


async def test_what_is_larger_is_refused_before_it_is_recorded(handler: Handler, pool: Pool) -> None:
    """Sealing makes it a third longer; what counts is what would be stored."""
    person = UUID(int=7)
    await handler.handle(Open(person_id=person, name="x" * 600_000), by=OURS, at=NOW, command_id=uuid4())
    with pytest.raises(InvalidCommand, match="too much for one event"):
        await handler.handle(Open(person_id=person, name="x" * 700_000), by=OURS, at=NOW, command_id=uuid4())
    assert len(await in_log(pool)) == 1


async def test_an_event_from_a_clock_that_was_days_ahead_is_published(
    handler: Handler, pool: Pool, settings: Settings, topic: str
) -> None:
    """Kafka's own limit is an hour, after which the lane would have waited for the broker's clock."""
    ahead = datetime.now(UTC) + timedelta(days=3)
    await handler.handle(Open(person_id=UUID(int=7), name="x"), by=OURS, at=ahead, command_id=uuid4())
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    assert [event.recorded_at for event in await on_topic(settings, topic)] == [ahead]


@pytest.mark.parametrize("data", [b"\xff\x00", b"[1, 2]", b"", b"null"])
async def test_bytes_that_are_no_json_object_hold_up_nothing(
    data: bytes, pool: Pool, postgres_store: PostgresEventStore, settings: Settings, topic: str
) -> None:
    await append(postgres_store, "thing-1", 0, new_event(data), lane=3)
    await append(postgres_store, "thing-2", 0, lane=3)
    await republish(service="file", topic=topic, pool=pool, settings=settings)
    assert [event.data for event in await on_topic(settings, topic)] == [data, new_event().data]
