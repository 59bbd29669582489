"""Clients that are slow, or silent, are sent away in time, and keep nobody else out."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from shared.web import limits
from shared.web.limits import BodyLimit, Hurried

from .test_flow import until

HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n"


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(limits, "HEADERS_SECONDS", 0.5)
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    app = FastAPI()
    app.add_middleware(BodyLimit)

    @app.post("/echo")
    async def echo(body: list[int]) -> list[int]:
        return body

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", http=Hurried))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def sent(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything that comes back until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)
        answer = await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return answer


@pytest.mark.parametrize("head", [b"", b"POST /echo HT", HEAD], ids=["nothing", "half a line", "no end of the head"])
async def test_whoever_never_finishes_a_head_is_sent_away(head: bytes, port: int) -> None:
    assert await sent(port, head) == b""


async def test_also_on_a_connection_that_was_used_before(port: int) -> None:
    answer = await sent(port, HEAD + b"\r\n[1,2,3,44]", b"POST /echo HT")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"[1,2,3,44]")


async def test_whoever_never_finishes_a_body_is_told_so(port: int) -> None:
    answer = await sent(port, HEAD + b"\r\n[1,2")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"body-too-slow" in answer


async def test_slow_but_in_time_is_served(port: int) -> None:
    answer = await sent(port, HEAD[:20], HEAD[20:] + b"\r\n", b"[1,2,3,", b"44]", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 200")


def test_a_process_may_hold_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: asked.append(wanted))
    for limit in [(1024, 524_288), (1024, resource.RLIM_INFINITY), (1024, 4096), (1_000_000, 1_000_000)]:
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: limit)
        limits.allow_many_connections()
    assert asked == [(65_536, 524_288), (65_536, resource.RLIM_INFINITY), (4096, 4096)]
