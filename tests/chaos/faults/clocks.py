"""Clocks jump, forward and back: of one process, and of all of them together, as if it were the machine's.

Only the clock of the day. The one that measures how long something takes goes on, as it does when an administrator or
NTP sets the time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.nemesis import Nemesis

    from . import Weighed

SECOND, MINUTE, HOUR, DAY = 1.0, 60.0, 3_600.0, 86_400.0
JUMPS = [-3 * DAY, -5 * HOUR, -10 * MINUTE, -20 * SECOND, 20 * SECOND, 10 * MINUTE, 5 * HOUR, 3 * DAY]


def in_words(seconds: float) -> str:
    units = [(DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes"), (SECOND, "seconds")]
    unit, name = next((unit, name) for unit, name in units if abs(seconds) >= unit)
    return f"{abs(seconds) / unit:.0f} {name} {'ahead' if seconds > 0 else 'behind'}"


async def a_clock_jumps(n: Nemesis) -> None:
    """Of one process: while it runs, perhaps it is started anew meanwhile, and back."""
    name = n.random.choice([*n.cluster.programs, "PostgreSQL", n.broker()])
    seconds, restart = n.random.choice(JUMPS), name in n.cluster.programs and n.random.random() < 0.4
    n.say(f"{name}: its clock jumps and is {in_words(seconds)} for a while")
    n.cluster.world.orders(name).clock(seconds)
    await asyncio.sleep(n.random.uniform(1.0, 4.0))
    if restart:
        await n.down_for([name], 0.0)
        await asyncio.sleep(n.random.uniform(2.0, 6.0))
    n.cluster.world.orders(name).clock(0)


async def every_clock_jumps(n: Nemesis) -> None:
    """As when the machine's is set: PostgreSQL, Kafka, every API, every worker."""
    seconds = n.random.choice(JUMPS)
    n.say(f"every clock jumps and is {in_words(seconds)} for a while")
    everybody = ["PostgreSQL", *n.cluster.kafka.names, *n.cluster.programs]
    for name in everybody:
        n.cluster.world.orders(name).clock(seconds)
    await asyncio.sleep(n.random.uniform(3.0, 8.0))
    for name in everybody:
        n.cluster.world.orders(name).clock(0)


FAULTS: Weighed = [(3, a_clock_jumps), (1, every_clock_jumps)]
