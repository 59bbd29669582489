"""Every fault there is, by what it breaks. A fault is a coroutine function of the nemesis; its name is what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tests.chaos.cluster import Cluster
    from tests.chaos.nemesis import Nemesis

Fault: TypeAlias = "Callable[[Nemesis], Awaitable[None]]"
Weighed: TypeAlias = "Sequence[tuple[int, Fault]]"
"""How often each is chosen, compared with the others."""


def possible(cluster: Cluster) -> Weighed:
    """What this cluster can be broken with, on this machine."""
    from . import clocks, disks, links, processes, stores, topics

    told = [] if cluster.world.no_orders else [*clocks.FAULTS, *disks.FAULTS]
    linked = [] if cluster.world.network is None else links.FAULTS
    kept = topics.FAULTS if cluster.kafka.keeps_data else []
    return [*processes.FAULTS, *stores.FAULTS, *kept, *linked, *told]
