"""What breaks things: one fault after the other, chosen by a seeded random, each with its end, and written down.

It touches only processes the cluster started, by the process it holds, and leaves nothing broken: first ``heal``, then
judge.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import asyncpg

from .cluster import Cluster

MOST = 500
"""Faults at most, however long it runs."""

_LEADERS = """
select pg_terminate_backend(pid) from pg_locks
 where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
"""
_SESSIONS = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""
_GO_BACK = """
update flow.relay r set sequence = greatest(0, r.sequence - $2) from flow.relay before
 where before.lane = r.lane and r.lane in ($1, ($1 + 5) % 16) returning before.sequence - r.sequence as back
"""


@dataclass
class Nemesis:
    cluster: Cluster
    random: Random
    log: list[str] = field(default_factory=list)
    """One line a fault: seconds since the start, and what was done."""
    began: float = field(default_factory=time.monotonic)

    async def run(self, seconds: float, *, pause: tuple[float, float] = (0.5, 3.0)) -> None:
        """Break things for so long; the last fault has ended when this returns."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and len(self.log) < MOST:
            await asyncio.sleep(self.random.uniform(*pause))
            fault = self.random.choices([f for _, f in self._faults], [w for w, _ in self._faults])[0]
            try:
                await fault()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
                self._say(f"(and PostgreSQL did not answer the nemesis: {type(exc).__name__})")
            self.cluster.note_deaths()

    async def heal(self) -> None:
        """Start what is down; come back when every process says that it can do its work."""
        self._say("no more faults")
        await self.cluster.revive()
        self._say("every process is ready")

    @property
    def _faults(self) -> Sequence[tuple[int, Callable[[], Awaitable[None]]]]:
        return (
            (6, self.kill_a_process),
            (2, self.kill_several),
            (2, self.pause_a_process),
            (2, self.stop_postgres_at_once),
            (2, self.end_the_relays_lead),
            (1, self.end_every_session),
            (2, self.kill_kafka),
            (2, self.pause_kafka),
            (2, self.send_again),
            (2, self.read_again),
        )

    # --- processes ---

    async def kill_a_process(self) -> None:
        name = self.random.choice(list(self.cluster.programs))
        await self._down_for([name], self.random.choice([0.0, 0.5, 2.0, 7.0]))

    async def kill_several(self) -> None:
        names = self.random.sample(list(self.cluster.programs), k=min(3, len(self.cluster.programs)))
        await self._down_for(names, self.random.uniform(0.0, 2.0))

    async def _down_for(self, names: Sequence[str], seconds: float) -> None:
        self._say(f"kill -9 {', '.join(names)}; again after {seconds:.1f} s")
        for name in names:
            self.cluster.kill(name)
        await asyncio.sleep(seconds)
        for name in names:
            self.cluster.launch(name)

    async def pause_a_process(self) -> None:
        name = self.random.choice(list(self.cluster.programs))
        await self._pause(name, self.random.choice([1.0, 3.0, 8.0]))

    async def _pause(self, name: str, seconds: float) -> None:
        self._say(f"stop {name} for {seconds:.1f} s, then let it go on")
        with self.cluster.paused(name):
            await asyncio.sleep(seconds)

    # --- PostgreSQL ---

    async def stop_postgres_at_once(self) -> None:
        seconds = self.random.choice([0.0, 1.0, 3.0])
        self._say(f"PostgreSQL: immediate shutdown; again after {seconds:.1f} s")
        self.cluster.stop_postgres_at_once()
        await asyncio.sleep(seconds)
        await self.cluster.start_postgres()

    async def end_the_relays_lead(self) -> None:
        service = self._service()
        async with self.cluster.database(service) as connection:
            ended = await connection.fetch(_LEADERS)
        self._say(f"{service}: terminate the backend that holds the relay's lead ({len(ended)})")

    async def end_every_session(self) -> None:
        service = self._service()
        async with self.cluster.database(service) as connection:
            ended = await connection.fetch(_SESSIONS)
        self._say(f"{service}: terminate every session ({len(ended)})")

    # --- Kafka ---

    async def kill_kafka(self) -> None:
        seconds = self.random.choice([0.0, 2.0])
        self._say(f"kill -9 Kafka; again after {seconds:.1f} s")
        self.cluster.kill("Kafka")
        await asyncio.sleep(seconds)
        self.cluster.launch("Kafka")
        await self.cluster.until_ready("Kafka")

    async def pause_kafka(self) -> None:
        await self._pause("Kafka", self.random.choice([1.0, 5.0, 12.0, 18.0]))

    # --- what has been once comes again ---

    async def send_again(self) -> None:
        """The relay forgets that it has published: everything of some lanes comes twice."""
        service, lane = self._service(), self.random.randrange(16)
        async with self.cluster.database(service) as connection:
            was = await connection.fetch(_GO_BACK, lane, self.random.choice([1, 3, 1000]))
        self._say(f"{service}: the relay's position goes back by {', '.join(str(r['back']) for r in was)}")

    async def read_again(self) -> None:
        """A worker comes back with an old Kafka offset; its cursor's sequence number is right."""
        service = self._service()
        async with self.cluster.database(service) as connection:
            await connection.execute("update flow.cursors set next_offset = next_offset / 2")
        self._say(f"{service}: old Kafka offsets")
        await self._down_for([f"{service} worker"], 0.0)

    def _service(self) -> str:
        return self.random.choice(self.cluster.services)

    def _say(self, what: str) -> None:
        self.log.append(f"{time.monotonic() - self.began:6.1f} s  {what}")
