"""From a committed change to every front-end that follows: the projections' API as a process of its own, SSE over HTTP.

A change is written as a projection writes it, one case at a time; each follower notes when it hears of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from projections import changes
from shared.core.ids import lane_of
from shared.edge.kafka import Delivered

from tests.chaos.cluster import Cluster, cluster

from .figures import Figure, quantile
from .machine import Watch
from .place import AUTHORITY, Place

FOLLOWERS = (1, 10, 100)
CHANGES = 40
BURST = 1_000


async def measure(place: Place) -> list[Figure]:
    figures = []
    with cluster(place.directory / "following", ("projections",), given={}) as system:
        connection = await asyncpg.connect(system.postgres.url("projections"))
        for number in (1, 10) if place.quick else FOLLOWERS:
            with Watch(place.others):
                one, all_of_them, burst = await _followed(system, connection, number, 5 if place.quick else CHANGES)
            who = f"{number} follower{'s' if number > 1 else ''}"
            figures += [
                Figure(f"change to {who}, p50", "ms", [quantile(one, 0.5)]),
                Figure(f"change to the last of {who}, p99", "ms", [quantile(all_of_them, 0.99)]),
                Figure(f"{BURST:,} changes at once to {who}", "messages/s", [burst]),
            ]
        await connection.close()
    return figures


class _Follower:
    """Hears which cases changed, and when."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.following = asyncio.Event()

    async def run(self, system: Cluster) -> None:
        where = urlsplit(system.url("projections"))
        reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=2**20)
        try:
            token = system.token(user="bench")
            writer.write(
                f"GET /changes HTTP/1.1\r\nhost: {where.netloc}\r\nauthorization: Bearer {token}\r\n\r\n".encode()
            )
            async for line in _lines(reader):
                if line.startswith(b"event: following"):
                    self.following.set()
                elif line.startswith(b'data: {"case_id":"'):
                    self.heard.setdefault(line[18:54].decode(), time.perf_counter())
        finally:
            writer.close()


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while line := await reader.readline():
        yield line


async def _followed(
    system: Cluster, connection: asyncpg.Connection, number: int, times: int
) -> tuple[list[float], list[float], float]:
    """Milliseconds to each follower, milliseconds to the last, and messages a second of a burst."""
    followers = [_Follower() for _ in range(number)]
    running = [asyncio.create_task(follower.run(system)) for follower in followers]
    try:
        await asyncio.gather(*(asyncio.wait_for(f.following.wait(), 30) for f in followers))
        each, last = [], []
        for turn in range(times):
            # Spread over the time between two of the API's looks, so that the wait for the next one is seen evenly.
            await asyncio.sleep(0.25 + 0.2 * turn / times)
            case = str(uuid4())
            await _change(connection, [case])
            committed = time.perf_counter()
            took = [1e3 * (at - committed) for at in await _heard(followers, case)]
            each += took
            last.append(max(took))
        cases = [str(uuid4()) for _ in range(BURST)]
        began = time.perf_counter()
        await _change(connection, cases)
        ends = [max(await _heard(followers, case)) for case in cases]
        return each, last, number * BURST / (max(ends) - began)
    finally:
        for task in running:
            task.cancel()
        with contextlib.suppress(Exception):
            await asyncio.gather(*running, return_exceptions=True)


async def _heard(followers: list[_Follower], case: str) -> list[float]:
    async with asyncio.timeout(60):
        while not all(case in follower.heard for follower in followers):  # noqa: ASYNC110 - the clock is theirs
            await asyncio.sleep(0.001)
    return [follower.heard[case] for follower in followers]


async def _change(connection: asyncpg.Connection, cases: list[str]) -> None:
    now = datetime.now(UTC)
    event = Delivered(
        "send.plan.v1", lane_of(cases[0]), 1, 0, uuid4(), "plan.plan-opened", 1, "plan-x", 1, AUTHORITY, now, uuid4(),
        1, b"", b"", b"", None,
    )  # fmt: skip
    async with connection.transaction():
        await changes.note(connection, "timeline", [event], dict.fromkeys(cases, AUTHORITY))
