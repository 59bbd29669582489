"""The disk below PostgreSQL or a broker is slow, full, or cannot keep what it is given (``preload.py`` says how)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.nemesis import Nemesis

    from . import Weighed


_PATIENCE = 10.0
"""Seconds after which somebody, in production a liveness probe, ends a server that does not come back."""


def _server(n: Nemesis) -> str:
    return n.random.choice(["PostgreSQL", n.broker()])


async def slow_disk(n: Nemesis) -> None:
    name, seconds = _server(n), n.random.choice([3.0, 8.0])
    sync, write = n.random.choice([(0.02, 0.0), (0.3, 0.005), (1.0, 0.02)])
    n.say(f"{name}: fsync takes {sync * 1000:.0f} ms longer, a write {write * 1000:.0f} ms, for {seconds:.0f} s")
    n.cluster.world.orders(name).slow_disk(sync=sync, write=write)
    await asyncio.sleep(seconds)
    n.cluster.world.orders(name).slow_disk()


async def full_disk(n: Nemesis) -> None:
    name, seconds = _server(n), n.random.choice([1.0, 4.0])
    n.say(f"{name}: the disk is full for {seconds:.0f} s")
    n.cluster.world.orders(name).full_disk(True)
    await asyncio.sleep(seconds)
    n.cluster.world.orders(name).full_disk(False)
    await _start_again(n, name)


async def broken_disk(n: Nemesis) -> None:
    """What PostgreSQL cannot make durable it must not promise: it ends itself and recovers from what is there."""
    n.say("PostgreSQL: fsync fails for a moment")
    n.cluster.world.orders("PostgreSQL").broken_disk(True)
    await asyncio.sleep(n.random.choice([0.2, 1.5]))
    n.cluster.world.orders("PostgreSQL").broken_disk(False)
    await _start_again(n, "PostgreSQL")


async def _start_again(n: Nemesis, name: str) -> None:
    """Servers end themselves over a disk that does not do its work, now or a moment later."""
    await asyncio.sleep(0.5)
    if await n.cluster.start_servers_that_ended():
        n.say(f"{name} had ended itself over that, and runs again")
    try:
        await n.cluster.until_ready(name, within=_PATIENCE)
    except TimeoutError:
        # Where the disk fails it once more while it recovers, the postmaster of PostgreSQL 18 waits for ever.
        n.say(f"{name} did not come back by itself from that, and is started anew")
        n.cluster.stop_at_once(name)
        await n.cluster.start_servers_that_ended()


FAULTS: Weighed = [(2, slow_disk), (1, full_disk), (1, broken_disk)]
