"""Thousands of clients that are slow or send far too much: the others are served, and memory stays bounded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from shared.web.limits import BODY_SECONDS, HEADERS_SECONDS

from .cluster import until
from .fuzz import Served, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CLIENTS = 2_000
PERSON = {"name": "Test-Child Plover", "date_of_birth": "2018-04-05"}
HEAD = (
    b"POST /persons HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer 801\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n"
)
HALF_OPEN = [b"", HEAD, HEAD + b"\r\n" + b'{"name": "'.ljust(500, b"x")]
"""Nothing at all; a head without its end; half a body."""


@pytest.fixture
def referral(tmp_path: Path) -> Iterator[Served]:
    with served("referral", tmp_path) as one:
        yield one


async def register(referral: Served, http: httpx.AsyncClient) -> float:
    """How long it took, in seconds."""
    began = time.monotonic()
    answer = await http.post(f"{referral.url}/persons", json=PERSON, headers={"Authorization": "Bearer 801"})
    assert answer.status_code == 201
    return time.monotonic() - began


async def test_slow_clients_keep_nobody_out_and_are_sent_away(referral: Served) -> None:
    port = int(referral.url.rpartition(":")[2])
    gone = 0

    async def slow(what: bytes) -> None:
        nonlocal gone
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(what)
        with suppress(OSError):
            await reader.read()
        gone += 1
        writer.close()

    crowd = [asyncio.create_task(slow(HALF_OPEN[n % len(HALF_OPEN)])) for n in range(CLIENTS)]
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            took = [await register(referral, http) for _ in range(50)]
            assert max(took) < 5, "of a machine that is busy; by itself it takes some milliseconds"
            assert gone < CLIENTS / 2, "they are still there, and do no harm"
            await until(lambda: gone == CLIENTS, within=BODY_SECONDS + HEADERS_SECONDS + 30)
            await register(referral, http)
    finally:
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
    assert referral.memory < 300_000, "kB"


async def test_bodies_of_50_megabytes_do_not_fill_the_memory(referral: Served) -> None:
    async def flood() -> int | None:
        async def megabytes() -> AsyncIterator[bytes]:
            for _ in range(50):
                yield b"x" * 1_000_000

        with suppress(httpx.TransportError):  # refused while it was still sending
            async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
                headers = {"Authorization": "Bearer 801", "Content-Type": "application/json"}
                answer = await http.post(f"{referral.url}/persons", content=megabytes(), headers=headers)
                return answer.status_code
        return None

    statuses = await asyncio.gather(*(flood() for _ in range(20)))
    assert set(statuses) <= {413, None}
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        await register(referral, http)
    assert referral.memory < 300_000, "kB"
