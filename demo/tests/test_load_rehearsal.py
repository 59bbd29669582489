"""The whole load, rehearsed in memory: the real services with their rules and reactions, without servers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo.home import Home
from demo.load.__main__ import history_ends
from demo.load.authority import Authority, generate
from demo.load.calibration import calibrate
from demo.load.replay import Replay
from shared.core.codec import StoredEvent
from shared.core.ids import derived_id
from shared.core.messages import Actor, Incoming
from shared.flow.handle import Handler
from shared.service import Service, utc_now
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from contracts import services

UNTIL = date(2026, 11, 20)


class World:
    """All services in one process, one keyring; after every command the others have reacted."""

    def __init__(self, la_code: str) -> None:
        self.la_code = la_code
        keyring = MemoryKeyring()
        self.services: dict[str, Service] = {service.name: service for service in services()}
        self.stores = {name: MemoryEventStore() for name in self.services}
        self.handlers: dict[str, Handler] = {
            name: service.handler(self.stores[name], keyring) for name, service in self.services.items()
        }
        self._read: dict[tuple[str, int], int] = {}

    async def settle(self) -> None:
        """Carry out reactions until nothing new happens, as ``shared.flow.react`` does."""
        while news := list(self._news()):
            for producer, stored in news:
                for name, service in self.services.items():
                    for reaction in service.reactions:
                        if reaction.to == f"send.{producer}.v1" and reaction.event_type == stored.type:
                            incoming = reaction.event.model_validate_json(stored.data)
                            await self._react(name, reaction.name, reaction.then, incoming, stored)

    async def _react(self, name: str, reaction: str, then: Any, incoming: Incoming, stored: StoredEvent) -> None:
        for number, command in enumerate(then(incoming)):
            await self.handlers[name].handle(
                command,
                by=Actor(user_id=f"system:{name}", role="system", org_id=name, la_code=stored.la_code),
                at=stored.recorded_at,
                command_id=derived_id("reaction", name, reaction, stored.event_id, number),
                causation_id=stored.event_id,
            )

    def _news(self) -> Any:
        for name, store in self.stores.items():
            for lane, log in store.lanes.items():
                seen = self._read.get((name, lane), 0)
                self._read[name, lane] = len(log)
                for stored in log[seen:]:
                    yield name, stored

    @property
    def events(self) -> list[StoredEvent]:
        return [event for store in self.stores.values() for log in store.lanes.values() for event in log]


class Plainly:
    """``Bearer role user``."""

    def __init__(self, la_code: str) -> None:
        self.la_code = la_code

    async def actor(self, authorization: str | None) -> Actor:
        _, role, user = (authorization or "").split()
        return Actor(user_id=user, role=role, org_id=self.la_code, la_code=self.la_code)


class Settling(httpx.ASGITransport):
    def __init__(self, app: Any, world: World) -> None:
        super().__init__(app)
        self.world = world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if request.method != "GET":
            await self.world.settle()
        return response


@asynccontextmanager
async def played(whole: Authority, world: World) -> AsyncIterator[Replay]:
    tokens: Any = Plainly(world.la_code)
    async with AsyncExitStack() as stack:
        clients = {}
        for name, service in world.services.items():
            app = build_app(
                name=name, handler=world.handlers[name], routes=service.routes, tokens=tokens, clock=utc_now,
                demo_clock=True,
            )  # fmt: skip
            client = httpx.AsyncClient(transport=Settling(app, world), base_url=f"http://{name}")
            clients[name] = await stack.enter_async_context(client)
        yield Replay(clients, lambda who: f"{who.role} {who.user}", patience=0.0)


@pytest.fixture
def whole() -> Authority:
    return generate(calibrate("801"), until=UNTIL, cases=int(os.environ.get("REHEARSE", "30")))


async def test_every_step_is_accepted_by_the_services_it_is_sent_to(whole: Authority) -> None:
    world = World("801")
    async with played(whole, world) as replay:
        await replay.run(whole.entries, callers=1)
        await replay.run(whole.cases, callers=1)
    assert len(world.events) > whole.commands


async def test_loading_again_after_an_interruption_records_nothing_twice() -> None:
    """Half of it, all of it, and all of it once more: the log is that of one loading."""
    small = generate(calibrate("801"), until=UNTIL, cases=2)
    once, again = World("801"), World("801")
    async with played(small, once) as replay:
        await replay.run(small.entries, callers=1)
        await replay.run(small.cases, callers=1)
    async with played(small, again) as replay:
        await replay.run(small.entries, callers=1)
        await replay.run([case[: len(case) // 2] for case in small.cases], callers=1)
        await replay.run(small.entries, callers=1)
        for _ in range(2):
            await replay.run(small.cases, callers=1)
    assert {e.event_id for e in again.events} == {e.event_id for e in once.events}
    assert len(again.events) == len(once.events)


async def test_recording_follows_history(whole: Authority) -> None:
    """Reactions are recorded when their causes were, so a view as at a past day shows what was known then."""
    world = World("801")
    case = max(whole.cases, key=len)
    async with played(whole, world) as replay:
        await replay.run(whole.entries, callers=1)
        await replay.run([case], callers=1)
    assert all(event.recorded_at.date() <= UNTIL for event in world.events)
    assert len({event.recorded_at.date() for event in world.events}) > 20


def test_the_last_day_of_an_interrupted_loading_is_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = history_ends(home, "801", today=date(2026, 11, 21))
    assert first == date(2026, 11, 20)
    assert history_ends(home, "801", today=date(2026, 11, 23)) == first
    assert history_ends(home, "330", today=date(2026, 11, 23)) == date(2026, 11, 22)
