"""Up to which instant a consumer has seen everything, as it is written down for readers in other processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.edge.db import Pool, queries

_SQL = queries("flow_queries")


async def note(pool: Pool, at: datetime | None) -> datetime | None:
    """What stands there after a consumer said ``at``."""
    await pool.execute(_SQL["progress"], "collecting", ["send.file.v1"], [3], [at], [0], [None])
    known: datetime | None = await pool.fetchval("select caught_up_at from flow.progress")
    return known


async def test_it_does_not_go_back(pool: Pool) -> None:
    """A member that has just begun knows less than the one before it."""
    now = datetime.now(UTC)
    assert await note(pool, None) is None
    assert await note(pool, now) == now
    assert await note(pool, now - timedelta(minutes=1)) == now
    assert await note(pool, None) == now


async def test_an_instant_that_has_not_come_yet_holds_nobody_up(pool: Pool) -> None:
    """A clock was hours ahead and is right again: how old the data is must be seen at once, not hours later."""
    now = datetime.now(UTC)
    ahead = now + timedelta(hours=5)
    assert await note(pool, ahead) == ahead
    assert await note(pool, None) == ahead
    assert await note(pool, now) == now
    assert await note(pool, now - timedelta(minutes=1)) == now
