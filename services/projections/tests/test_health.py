"""Whether the query API can work, and what it says when something stands still."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
from projections.generation import ensure, live_schema
from projections.processes import PROJECTIONS, api_health
from projections.projection import LiveEffect
from shared.edge.db import Pool

from .log import Log, caught_up


def _running(pool: Pool) -> Any:
    return SimpleNamespace(pool=pool, keyring=SimpleNamespace(pool=pool))


async def test_the_api_is_ready_when_its_tables_are_there(pool: Pool) -> None:
    assert await api_health(_running(pool)) == {"ready": True, "reasons": [], "standing_still": []}


async def test_the_api_is_not_ready_without_its_tables(pool: Pool) -> None:
    await pool.execute("delete from projections.live where name = 'register'")
    found = await api_health(_running(pool))
    assert found["ready"] is False
    assert "python -m projections migrate" in found["reasons"][0]


async def test_a_lane_that_stands_still_is_shown_and_does_not_take_the_others_away(
    pool: Pool, effects: list[LiveEffect], log: Log
) -> None:
    await log.apply(pool, effects)
    await caught_up(pool, effects[0], None, lanes=[3])
    await pool.execute(
        "update flow.progress set reason = 'event 7: broken' where consumer = $1 and topic = $2 and lane = 3",
        effects[0].name, "send.plan.v1",
    )  # fmt: skip
    found = await api_health(_running(pool))
    assert found["ready"] is True
    assert found["standing_still"] == [f"{effects[0].name}: send.plan.v1 lane 3: event 7: broken"]


async def test_tables_this_code_cannot_read_are_an_outage_and_no_error(pool: Pool, client: httpx.AsyncClient) -> None:
    await pool.execute("update projections.generations set layout = 0 where name = 'deadlines'")
    response = await client.get("/worklist")
    assert response.status_code == 503
    assert "being built anew" in response.json()["detail"]
    assert (await api_health(_running(pool)))["ready"] is False


async def test_making_the_tables_twice_makes_nothing_new(pool: Pool) -> None:
    assert await ensure(pool, PROJECTIONS) == []
    assert await live_schema(pool, "timeline") == "timeline_v1"
