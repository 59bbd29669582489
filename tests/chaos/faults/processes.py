"""Processes of ours die, hang, and begin again from an earlier place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.chaos.nemesis import Nemesis

    from . import Weighed

_GO_BACK = """
update flow.relay r set sequence = greatest(0, r.sequence - $2) from flow.relay before
 where before.lane = r.lane and r.lane in ($1, ($1 + 5) % 16) returning before.sequence - r.sequence as back
"""


async def kill_a_process(n: Nemesis) -> None:
    await n.down_for([n.program()], n.random.choice([0.0, 0.5, 2.0, 7.0]))


async def kill_several(n: Nemesis) -> None:
    names = n.random.sample(list(n.cluster.programs), k=min(3, len(n.cluster.programs)))
    await n.down_for(names, n.random.uniform(0.0, 2.0))


async def pause_a_process(n: Nemesis) -> None:
    await n.pause(n.program(), n.random.choice([1.0, 3.0, 8.0]))


async def send_again(n: Nemesis) -> None:
    """The relay forgets that it has published: everything of some lanes comes twice."""
    service, lane = n.service(), n.random.randrange(16)
    async with n.cluster.database(service) as connection:
        was = await connection.fetch(_GO_BACK, lane, n.random.choice([1, 3, 1000]))
    n.say(f"{service}: the relay's position goes back by {', '.join(str(r['back']) for r in was)}")


async def read_again(n: Nemesis) -> None:
    """A worker comes back with an old Kafka offset; its cursor's sequence number is right."""
    service = n.service()
    async with n.cluster.database(service) as connection:
        await connection.execute("update flow.cursors set next_offset = next_offset / 2")
    n.say(f"{service}: old Kafka offsets")
    await n.down_for([f"{service} worker"], 0.0)


FAULTS: Weighed = [
    (6, kill_a_process), (2, kill_several), (2, pause_a_process), (2, send_again), (2, read_again),
]  # fmt: skip
