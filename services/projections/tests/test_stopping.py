"""When the process stops, open streams end at once: nobody waits for followers who would stay for half an hour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn
from projections.api import build_query_api
from projections.web import Sources
from shared.processes import Server

from .conftest import OneTokenPerAuthority

HEAD = b"GET /changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 801\r\n\r\n"
CALLER = {"Authorization": "Bearer 801"}


class Process:
    """The query API as it is served. It would wait for open connections without end."""

    def __init__(self, sources: Sources) -> None:
        tokens: Any = OneTokenPerAuthority()
        self.app = build_query_api(sources=sources, tokens=tokens)
        config = uvicorn.Config(self.app, port=0, log_level="critical", lifespan="off")
        self.server = Server(config, at_stop=self.app.state.following.stop)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._serving = asyncio.create_task(self.server.serve())
        await _until(lambda: self.server.started)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._serving is not None
        self.server.should_exit = True
        async with asyncio.timeout(60):
            await self._serving


@pytest.fixture
async def process(sources: Sources) -> AsyncIterator[Process]:
    process = Process(sources)
    await process.start()
    yield process
    process.server.force_exit = True
    await process.stop()


async def _until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.01)


async def test_an_open_stream_ends_as_it_should_and_can_be_resumed(process: Process) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}") as client:
        async with client.stream("GET", "/changes", headers=CALLER) as response:
            lines = response.aiter_lines()
            assert await anext(lines) == "retry: 1000"
            stopping = asyncio.create_task(process.stop())
            rest = [line async for line in lines]  # raises if the answer is cut off
    await stopping
    assert any(line.startswith("id: ") for line in rest)


async def test_a_follower_who_takes_nothing_holds_nobody_up(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its socket is full and stays so; the stream is cut instead."""
    following = process.app.state.following

    async def for_ever(*_: Any) -> AsyncIterator[bytes]:
        while True:
            yield b": " + b"x" * 1_000_000 + b"\n\n"

    monkeypatch.setattr(following, "events", for_ever)
    _, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(HEAD)
    await _until(lambda: following._open)
    await process.stop()
    writer.close()


async def test_a_new_follower_is_sent_elsewhere(client: httpx.AsyncClient, stopped: None) -> None:
    response = await client.get("/changes")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"


@pytest.fixture
def stopped(client: httpx.AsyncClient) -> None:
    transport: Any = client._transport
    transport.app.state.following.stop()
