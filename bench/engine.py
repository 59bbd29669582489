"""All statutory clocks of many cases, recomputed on one core: see clocks.py."""

from __future__ import annotations

import asyncio

from .clocks import CASES
from .clocks import measure as reckon
from .figures import Figure
from .machine import Watch
from .place import Place

UNITS = {"cases per second and core": "cases/s", "events per second and core": "events/s"}
ROUNDS = 3


async def measure(place: Place) -> list[Figure]:
    place.not_needed()
    cases = 2_000 if place.quick else CASES
    rounds = []
    for _ in range(1 if place.quick else ROUNDS):
        with Watch(place.others):
            rounds.append(await asyncio.to_thread(reckon, cases // (1 if place.quick else ROUNDS)))
    return [
        Figure(f"clocks of {cases:,} cases: {what}", UNITS.get(what, "us" if what.startswith("micro") else ""),
               [found[what] for found in rounds])
        for what in rounds[0]
    ]  # fmt: skip
