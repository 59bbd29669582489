"""What a caller is told while something we depend on is away, and what a stranger's error leaves in answer and log."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from shared.edge.kafka import put_away
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from .test_handle import NOW, OURS, service
from .test_http import PERSON, ROUTES


class Anybody:
    async def actor(self, _: str | None) -> Any:
        return OURS


def client_of(trouble: Exception) -> httpx.AsyncClient:
    class Broken(MemoryEventStore):
        async def load(self, stream: str, *, connection: Any = None) -> Any:
            raise trouble

    tokens: Any = Anybody()
    app = build_app(
        name="file", handler=service.handler(Broken(), MemoryKeyring()), routes=ROUTES, tokens=tokens,
        clock=lambda: NOW, demo_clock=False,
    )  # fmt: skip
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://file")


OUTAGES = [
    FileNotFoundError("the Unix socket of a server that restarts"),
    ConnectionRefusedError(),
    TimeoutError(),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.CrashShutdownError("terminating connection because of crash of another server process"),
    asyncpg.QueryCanceledError("canceling statement due to user request"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.DiskFullError("could not extend file"),
    asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"),
    asyncpg.DeadlockDetectedError("deadlock detected"),
]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda e: type(e).__name__)
async def test_an_outage_is_503_and_promises_nothing_about_the_command(outage: Exception) -> None:
    """The connection may have been lost while it committed: only a repeat under the same key can tell."""
    async with client_of(outage) as client:
        sent = await client.post("/files", json={"person_id": PERSON, "name": "x"})
        read = await client.get(f"/files/{PERSON}")
    assert (sent.status_code, read.status_code) == (503, 503)
    assert sent.headers["retry-after"]
    assert "not known" in sent.json()["detail"]
    assert "Idempotency-Key" in sent.json()["detail"]
    assert "recorded" not in read.json()["detail"]


async def test_closing_a_kafka_client_never_ends_whoever_closes_it() -> None:
    """aiokafka's ``stop`` may raise the CancelledError of a task of its own: a worker died of it."""

    async def cancelled() -> None:
        inner = asyncio.create_task(asyncio.sleep(60))
        inner.cancel()
        await inner

    async def failing() -> None:
        raise RuntimeError

    async def stuck() -> None:
        await asyncio.sleep(60)

    for closing in (cancelled, failing, stuck):
        await put_away(closing(), 0.05)


async def test_whoever_closes_a_kafka_client_can_still_be_cancelled() -> None:
    task = asyncio.create_task(put_away(asyncio.sleep(60), 60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
