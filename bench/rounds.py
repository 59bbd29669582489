"""Rounds, turn about: what is compared runs one after the other, again and again, so that drift meets all alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from .machine import Others, Watch

Contestant = Callable[[], Awaitable[float]]
"""Measures once and returns its figure."""


async def turn_about(contestants: Mapping[str, Contestant], *, rounds: int, others: Others) -> dict[str, list[float]]:
    """Every contestant's figure of every round. Each second round goes the other way round."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            with Watch(others):
                found[name].append(await contestants[name]())
    return found


async def rate(work: Callable[[], Awaitable[object]], *, at_once: int, seconds: float, each: int = 1) -> float:
    """How many a second: ``work`` over and over by ``at_once`` tasks; ``each`` is how much one call does."""
    done = 0
    ends = time.perf_counter() + seconds

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await work()
            done += each

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return done / (time.perf_counter() - began)
