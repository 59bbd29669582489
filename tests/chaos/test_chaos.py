"""Short runs with a fixed seed. ``make chaos SECONDS=… SEED=…`` runs longer ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random

import pytest

from .__main__ import BESIDE, SERVICES
from .checker import check
from .cluster import AUTHORITY, Cluster, cluster
from .picture import quiet, take
from .readers import Readers
from .rebuilds import Rebuilds
from .run import chaos, readings_problems
from .workload import Callers, History

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("chaos") / "home", SERVICES, beside=BESIDE, breakable=True) as started:
        yield started


@pytest.mark.timeout(500)
async def test_projections_are_rebuilt_under_load_and_rebuilds_are_killed_and_readers_notice_nothing(
    ours: Cluster,
) -> None:
    history = History()
    tokens = {user: ours.token(user=user) for user in ["reader", *(f"caller-{n}" for n in range(4))]}
    urls = {service: ours.url(service) for service in ours.services}
    callers = Callers(urls, tokens.__getitem__, AUTHORITY, history, Random(5), name="rebuilt")
    readers = Readers(urls["projections"], tokens.__getitem__, callers.cases, Random(6))
    rebuilds = Rebuilds(ours, Random(7))
    async with asyncio.TaskGroup() as group:
        group.create_task(callers.run(4))
        group.create_task(readers.run())
        group.create_task(rebuilds.run(pause=(0.0, 1.0)))
        await rebuilds.has(done=2, killed=2)
        for closing in (rebuilds.closing, callers.closing, readers.closing):
            closing.set()
    await quiet(ours)
    await rebuilds.last()
    picture = await take(ours)
    assert set(readers.readings.answers) <= {200, 404}, "no 5xx, no connection that ended"
    assert readers.readings.answers[200] > 100
    assert [*rebuilds.problems, *readings_problems(readers.readings, picture)] == []
    assert await check(ours, history, picture) == []


@pytest.mark.timeout(900)  # of a machine that is busy with other things
async def test_nothing_is_lost_nothing_comes_twice_and_nothing_is_silent(ours: Cluster) -> None:
    """Every fault there is, once."""
    report = await chaos(ours, seed=2026, each_once=True)
    print("\n".join(report.lines()))
    assert report.problems == []
    assert report.counts["commands"] > 50
