"""What breaks things: one fault after the other, chosen by a seeded random, each with its end, and written down.

It touches only processes the cluster started, by the process it holds, and leaves nothing broken: first ``heal``, then
judge. The faults themselves are in ``faults/``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import asyncpg
from aiokafka.errors import KafkaError

from .cluster import Cluster
from .faults import Fault, possible
from .network import Network

MOST = 2_000
"""Faults at most, however long it runs."""


@dataclass
class Nemesis:
    cluster: Cluster
    random: Random
    log: list[str] = field(default_factory=list)
    """One line a fault: seconds since the start, and what was done."""
    began: float = field(default_factory=time.monotonic)

    async def run(
        self, seconds: float, *, each_once: bool = False, only: Sequence[str] = (),
        pause: tuple[float, float] = (0.5, 3.0),
    ) -> None:  # fmt: skip
        """Break things for so long; the last fault has ended when this returns.

        First every fault there is, in a random order, then by their weights. ``each_once``: end when each has been,
        however long that takes. ``only``: faults of these names.
        """
        deadline = time.monotonic() + seconds
        faults = [(weight, fault) for weight, fault in possible(self.cluster) if not only or fault.__name__ in only]
        first = [fault for _, fault in faults]
        self.random.shuffle(first)
        for _ in range(len(first) if each_once else MOST):
            if not each_once and time.monotonic() > deadline:
                return
            await asyncio.sleep(self.random.uniform(*pause))
            await self._carry_out(
                first.pop() if first else self.random.choices([f for _, f in faults], [w for w, _ in faults])[0]
            )

    async def _carry_out(self, fault: Fault) -> None:
        try:
            await fault(self)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
            self.say(f"(and PostgreSQL did not answer the nemesis: {type(exc).__name__})")
        except KafkaError as exc:
            self.say(f"(and Kafka did not answer the nemesis: {type(exc).__name__})")
        self.cluster.note_deaths()

    async def heal(self) -> None:
        """Mend and start what is bad and down; come back when every process says that it can do its work."""
        self.say("no more faults")
        self.cluster.world.all_is_well()
        await self.cluster.revive()
        self.say("every process is ready")

    # --- what faults are made of ---

    async def down_for(self, names: Sequence[str], seconds: float) -> None:
        """kill -9 these programs, and start them again after a while."""
        self.say(f"kill -9 {', '.join(names)}; again after {seconds:.1f} s")
        for name in names:
            self.cluster.kill(name)
        await asyncio.sleep(seconds)
        for name in names:
            self.cluster.launch(name)

    async def pause(self, name: str, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        self.say(f"stop {name} for {seconds:.1f} s, then let it go on")
        with self.cluster.paused(name):
            await asyncio.sleep(seconds)

    @property
    def network(self) -> Network:
        """Only of a cluster that is breakable."""
        assert self.cluster.world.network is not None
        return self.cluster.world.network

    def program(self) -> str:
        return self.random.choice(list(self.cluster.programs))

    def service(self) -> str:
        return self.random.choice(self.cluster.services)

    def busy_service(self) -> str:
        """One that has callers, and so events."""
        return self.random.choice([name for name in self.cluster.services if f"{name} api" in self.cluster.programs])

    def broker(self) -> str:
        return self.random.choice(self.cluster.kafka.names)

    def say(self, what: str) -> None:
        self.log.append(f"{time.monotonic() - self.began:6.1f} s  {what}")
