"""Services in one process: their HTTP edges, relays and reactions as tasks, on a real database and a real broker.

``settle()`` runs until quiet: every event has reached every consumer of its topic, and none of them had more to say.
It is what a test waits for instead of sleeping. What goes wrong meanwhile (a lane that halts, an event that is parked,
a task that ends) is raised there, with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from aiokafka import TopicPartition
from fastapi import FastAPI

from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.edge.settings import Settings
from shared.flow.consume import Consumer
from shared.flow.hint import Hint
from shared.flow.parked import list_parked
from shared.flow.react import ReactionRunner
from shared.flow.relay import Relay
from shared.processes import add_health
from shared.service import Running, Service, opened, utc_now
from shared.web.http import build_app

T = TypeVar("T")

_LOOK_AGAIN = 0.02
"""Seconds after which ``settle`` looks again where nobody told it that something moved."""
_ENDS_WITHIN = 40.0


class Stuck(AssertionError):
    """The world cannot come to rest: something in it failed."""


def bearer(role: str, authority: str = "801") -> str:
    """The bearer token of somebody with that role, as ``SpokenTokens`` understands it."""
    return f"{role}.{authority}"


class SpokenTokens:
    """Stands where ``Tokens`` does, for tests that are not about signatures: the token says who it is."""

    async def actor(self, authorization: str | None) -> Actor:
        """Raises Unauthenticated without a token."""
        role, _, authority = (authorization or "").removeprefix("Bearer ").partition(".")
        if not authority:
            raise Unauthenticated
        return Actor(user_id=f"{role}-{authority}", role=role, org_id=authority, la_code=authority)


@dataclass
class World:
    """What runs, by the services' names as Python spells them."""

    http: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    workers: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    """Each worker's ``/readyz``."""
    consumers: list[Consumer] = field(default_factory=list)
    _topics: dict[str, Running] = field(default_factory=dict)
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    # --- what is in it ---

    def add(self, service: Service, running: Running) -> None:
        """A service's two processes: its API, and its worker with relay and reactions."""
        settings, handler = running.settings, running.handler
        reactions = ReactionRunner(reactions=service.reactions, handler=handler, pool=running.pool, settings=settings)
        app = build_app(
            name=service.name, handler=handler, routes=service.routes, tokens=SpokenTokens(),  # type: ignore[arg-type]
            clock=utc_now, demo_clock=settings.demo_clock,
        )  # fmt: skip
        relay = Relay(service=service.name, topic=service.topic, pool=running.pool, settings=settings)
        parts = {"relay": relay, "reactions": reactions}
        # A service that reacts to nothing has a consumer that never runs.
        consumers = [reactions.consumer] if service.reactions else []
        self.join(service, running, app, parts, consumers=consumers, jobs=[relay.run(), reactions.run()])

    def join(
        self, service: Service, running: Running, app: FastAPI, parts: dict[str, Any], *,
        consumers: Sequence[Consumer], jobs: Sequence[Coroutine[Any, Any, None]],
    ) -> None:  # fmt: skip
        """A service made of other parts: what it serves, what tells its health, what consumes, what runs."""
        name = service.name.replace("-", "_")
        hint = Hint(running.pool)
        running.handler.on_appended.append(hint)
        worker = FastAPI()
        add_health(worker, lambda: _health(parts))
        self.running[name] = self._topics[service.topic] = running
        self.http[name], self.workers[name] = _client(app), _client(worker)
        for consumer in consumers:
            consumer.on_applied.append(lambda _: self._moved.set())
            self.consumers.append(consumer)
        self._tasks += [
            asyncio.create_task(job, name=f"{name} {getattr(job, '__qualname__', 'job')}")
            for job in (*jobs, hint.run())
        ]

    async def stop(self) -> None:
        """End everything. Raises Stuck naming what does not end."""
        for task in self._tasks:
            task.cancel()
        _, left = await asyncio.wait(self._tasks, timeout=_ENDS_WITHIN)
        for client in (*self.http.values(), *self.workers.values()):
            await client.aclose()
        if left:
            raise Stuck(f"did not end: {', '.join(sorted(task.get_name() for task in left))}")

    # --- waiting for it ---

    async def settle(self, within: float = 60.0) -> None:
        """Return once all is quiet. Raises Stuck where that cannot come, TimeoutError naming who is behind."""
        heads: dict[str, dict[int, int]] = {}
        try:
            async with asyncio.timeout(within):
                while True:
                    self._moved.clear()
                    heads = await self._heads()
                    # A consumer moves after its commit, so what it had to say to these heads is in the heads now.
                    if not self._behind(heads) and heads == await self._heads():
                        break
                    self._raise_what_failed()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_AGAIN):
                            await self._moved.wait()
        except TimeoutError:
            raise TimeoutError(f"not quiet after {within:g} s: {'; '.join(self._behind(heads))}") from None
        await self._raise_what_is_parked()

    async def settled(self, look: Callable[[], Awaitable[T]]) -> T:
        """What ``look`` finds once all is quiet."""
        await self.settle()
        return await look()

    async def _heads(self) -> dict[str, dict[int, int]]:
        return {topic: await running.store.heads() for topic, running in self._topics.items()}

    def _behind(self, heads: dict[str, dict[int, int]]) -> list[str]:
        found = []
        for consumer in self.consumers:
            for topic in consumer.effect.topics:
                for number, head in heads.get(topic, {}).items():
                    lane = consumer.lanes.get(TopicPartition(topic, number))
                    if head and (lane is None or lane.sequence < head):
                        found.append(f"{consumer.group} at {lane and lane.sequence} of {head} in {topic} lane {number}")
        return found

    def _raise_what_failed(self) -> None:
        for task in self._tasks:
            if task.done() and not task.cancelled() and (failed := task.exception()) is not None:
                raise Stuck(f"a part ended: {failed!r}") from failed
        for consumer in self.consumers:
            for lane in consumer.lanes.values():
                if lane.reason:
                    raise Stuck(f"{consumer.group}: {lane.topic} lane {lane.number}: {lane.reason}")

    async def _raise_what_is_parked(self) -> None:
        for name, running in self.running.items():
            if parked := await list_parked(running.pool):
                raise Stuck(f"{name} parked {len(parked)} events: {parked[0]['type']}: {parked[0]['reason']}")


async def _health(parts: dict[str, Any]) -> dict[str, Any]:
    found = {name: part.health() for name, part in parts.items()}
    reasons = [f"{name}: {reason}" for name, part in found.items() for reason in part.get("reasons", ())]
    return {"ready": all(part["ready"] for part in found.values()), "reasons": reasons, **found}


def _client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://in-process")


@asynccontextmanager
async def world(services: Sequence[Service], settings: Callable[[str], Settings]) -> AsyncIterator[World]:
    """A running world of these services. ``settings`` gives those of a service by its name; its database is migrated
    and the broker's topics are made and empty.
    """
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(opened(one, settings(one.name))) for one in services]
        found = World()
        stack.push_async_callback(found.stop)  # before the connections are closed
        for service, connections in zip(services, running, strict=True):
            found.add(service, connections)
        yield found
