"""The network between the services and PostgreSQL, and between everybody and a broker, is slow, stalls, and is cut."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.nemesis import Nemesis

    from . import Weighed


def _link(n: Nemesis) -> str:
    return n.random.choice(["PostgreSQL", n.broker()])


async def slow_network(n: Nemesis) -> None:
    """Later, and little at a time: a command takes seconds instead of milliseconds."""
    name, seconds = _link(n), n.random.choice([3.0, 8.0])
    latency, rate = n.random.choice([(0.02, 2e6), (0.1, 5e5), (0.4, 5e4)])
    n.say(f"to {name}: {latency * 1000:.0f} ms later each way, {rate / 1000:.0f} kB/s, for {seconds:.0f} s")
    n.network.slow(name, latency=latency, rate=rate)
    await asyncio.sleep(seconds)
    n.network.mend(name)


async def stall_network(n: Nemesis) -> None:
    """Connections stay, and nothing moves on them."""
    name, seconds = _link(n), n.random.choice([1.0, 5.0, 12.0])
    n.say(f"to {name}: nothing moves for {seconds:.0f} s")
    n.network.stall(name)
    await asyncio.sleep(seconds)
    n.network.mend(name)


async def cut_network(n: Nemesis) -> None:
    """Connections end, and no new one comes to be."""
    name, seconds = _link(n), n.random.choice([0.0, 2.0, 5.0])
    n.say(f"to {name}: cut for {seconds:.0f} s")
    n.network.cut(name)
    await asyncio.sleep(seconds)
    n.network.mend(name)


FAULTS: Weighed = [(2, slow_network), (2, stall_network), (2, cut_network)]
