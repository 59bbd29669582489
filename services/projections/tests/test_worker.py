"""The worker on real topics: the kernel's consumer runs the projections, and a rebuild needs no stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from projections.clocks.projection import Deadlines, deadlines
from projections.generation import live_versions
from projections.processes import PROJECTIONS, Consumed
from projections.projection import LiveEffect, Projection
from projections.rebuild.run import prove, rebuild
from projections.register.projection import register
from projections.timeline.projection import timeline
from shared.core.errors import Unprocessable
from shared.edge.db import Pool
from shared.edge.settings import Settings
from shared.flow.consume import Consumer
from shared.testing.memory import MemoryKeyring

from .log import case
from .published import Published


@asynccontextmanager
async def working(
    pool: Pool, settings: Settings, projections: Sequence[Projection] = PROJECTIONS
) -> AsyncIterator[list[Consumed]]:
    consumers = [Consumed(p, Consumer(effect=LiveEffect(p), pool=pool, settings=settings), pool) for p in projections]
    tasks = [asyncio.create_task(consumer.run()) for consumer in consumers]
    try:
        yield consumers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], Any], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.05)


async def _applied(pool: Pool, log: Published) -> bool:
    """Whether every consumer has taken in everything that is on the topics."""
    rows = await pool.fetch("select consumer, sum(sequence)::int as events from flow.cursors group by 1")
    return {row["consumer"]: row["events"] for row in rows} == dict.fromkeys(
        (p.name for p in PROJECTIONS), sum(map(len, log.lanes.values()))
    )


@pytest.fixture
def keyring(everything: Published) -> MemoryKeyring:
    return everything.keyring


@pytest.fixture
async def log(everything: Published, settings: Settings, pool: Pool) -> Published:
    await everything.begin()
    await everything.publish(settings)
    return everything


async def test_what_is_on_the_topics_is_answered_and_known_to_be_fresh(
    log: Published, settings: Settings, pool: Pool, client: httpx.AsyncClient
) -> None:
    async with working(pool, settings) as consumers:
        await until(lambda: _applied(pool, log))
        await log.watermarks(settings)

        async def fresh() -> bool:
            return not (await client.get("/worklist")).json()["freshness"]["stale"]

        await until(fresh)
        assert all(consumer.health()["ready"] for consumer in consumers)
    assert (await client.get(f"/cases/{case(1)}")).json()["name"] == "Test-Child Kestrel"
    listed = (await client.get("/worklist", params={"status": "any"})).json()["items"]
    assert not any(item["status"].startswith("unknown") for item in listed)
    assert [r.comparison.first for r in (await prove(settings, PROJECTIONS)).results] == [None, None, None]


async def test_a_rebuild_beside_the_running_worker_loses_and_doubles_nothing(
    log: Published, settings: Settings, pool: Pool
) -> None:
    async with working(pool, settings):
        await until(lambda: _applied(pool, log))

        async def keep_happening() -> None:
            for _ in range(6):
                await log.child()
                await log.publish(settings)

        happening = asyncio.create_task(keep_happening())
        report = await rebuild(settings, PROJECTIONS)
        await happening
        assert all(r.comparison.equal for r in report.results), [r.comparison.first for r in report.results]
        assert set((await live_versions(pool)).values()) == {2}
        await until(lambda: _applied(pool, log))
    assert [r.comparison.first for r in (await prove(settings, PROJECTIONS)).results] == [None, None, None]


async def test_tables_this_code_does_not_write_keep_the_worker_from_starting_and_say_why(
    log: Published, settings: Settings, pool: Pool
) -> None:
    await pool.execute("update projections.generations set layout = 0 where name = 'timeline'")
    async with working(pool, settings) as (waits, *_):
        await until(lambda: waits.health()["reasons"] and "layout 0" in waits.health()["reasons"][0])
        assert waits.health()["ready"] is False
        await rebuild(settings, [timeline], newest=True)
        await until(lambda: waits.health()["ready"])


class Stubborn(Deadlines):
    """Deadlines with a fault in them, until it is mended."""

    broken = True

    async def apply(self, connection: Any, schema: str, events: Any) -> Any:
        if self.broken and any(event.type == "assessment.advice-requested" for event in events):
            raise Unprocessable("advice cannot be understood")
        return await super().apply(connection, schema, events)


async def test_a_lane_that_cannot_go_on_says_why_and_goes_on_after_the_fix(
    log: Published, settings: Settings, pool: Pool
) -> None:
    stubborn = Stubborn()
    async with working(pool, settings, [timeline, stubborn, register]) as (shown, stuck, _):
        await until(lambda: any("cannot be understood" in reason for reason in stuck.health()["reasons"]))
        assert stuck.health()["ready"] is False

        async def noted() -> bool:
            return bool(await pool.fetchval("select count(*) from flow.progress where reason like '%understood%'"))

        await until(noted)
        await until(lambda: shown.health()["ready"])
        stubborn.broken = False
        await until(lambda: _applied(pool, log))
        await until(lambda: stuck.health()["ready"])
    assert [r.comparison.first for r in (await prove(settings, [deadlines])).results] == [None]
