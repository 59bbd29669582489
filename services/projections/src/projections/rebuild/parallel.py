"""The bulk of a rebuild on several cores: each process takes some lanes from the topics to the tables by itself."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import uvloop
from shared.core.ids import LANES
from shared.edge.settings import Settings
from shared.edge.telemetry import configure_logging

from .bulk import Build, fill
from .log import Log, Passed

_LOOK_EVERY = 0.2


def processes_here() -> int:
    """Half of the cores: PostgreSQL takes in what the processes send, and needs the other half."""
    return max(1, (os.cpu_count() or 1) // 2)


@dataclass(frozen=True)
class _Share:
    """What one process is told; all of it can be sent to another process."""

    settings: Settings
    passed: Passed
    builds: Sequence[Build]
    lanes: Sequence[int]


async def fill_on_cores(
    settings: Settings, passed: Passed, builds: Sequence[Build], *, processes: int,
    advance: Callable[[int], None] = lambda _: None,
) -> int:  # fmt: skip
    """As ``fill`` for all lanes. Raises what the first process that fails raises."""
    if processes == 1:
        async with Log(settings, passed=passed) as log:
            return await fill(log, settings.database_url, builds, advance=advance)
    context = multiprocessing.get_context("spawn")
    count = context.Value("q", 0)
    shares = [_Share(settings, passed, builds, range(n, LANES, processes)) for n in range(processes)]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(count, settings)) as pool:
        running = [loop.run_in_executor(pool, _fill_share, share) for share in shares]
        told = 0
        while not all(job.done() for job in running):
            await asyncio.wait(running, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_EXCEPTION)
            now = count.value
            advance(now - told)
            told = now
            if any(job.done() and job.exception() for job in running):
                pool.shutdown(cancel_futures=True, wait=False)
                break
        results = await asyncio.gather(*running)
    for _, parts in results:
        for build, part in zip(builds, parts, strict=True):
            build.left += part.left
            build.at |= part.at
    return sum(read for read, _ in results)


_count: Any = None


def _begin(count: Any, settings: Settings) -> None:
    global _count
    _count = count
    configure_logging(settings.service, settings.log_level)


def _fill_share(share: _Share) -> tuple[int, Sequence[Build]]:
    """In the other process: events read, and how far each build came."""
    return uvloop.run(_fill(share))


async def _fill(share: _Share) -> tuple[int, Sequence[Build]]:
    def advance(count: int) -> None:
        with _count.get_lock():
            _count.value += count

    async with Log(share.settings, passed=share.passed) as log:
        read = await fill(log, share.settings.database_url, share.builds, lanes=share.lanes, advance=advance)
    return read, share.builds
