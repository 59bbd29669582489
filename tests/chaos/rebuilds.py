"""Somebody rebuilds all projections again and again while people work and read, and is killed now and then half-way."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from demo.processes import Program
from shared.testing import child

from .cluster import Cluster
from .surroundings import send_signal, until

LONGEST = 150.0
"""Seconds after which a rebuild hangs, whatever is broken meanwhile."""
DONE, REFUSED, KILLED = 0, 2, -signal.SIGKILL


@dataclass
class Rebuilds:
    cluster: Cluster
    random: Random
    ended: Counter[int] = field(default_factory=Counter)
    """By exit code: ``DONE`` (the new versions are live), ``REFUSED`` (nothing was changed), ``KILLED``."""
    problems: list[str] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, *, pause: tuple[float, float] = (1.0, 6.0)) -> None:
        """One after the other until ``closing``."""
        while not self.closing.is_set():
            await asyncio.sleep(self.random.uniform(*pause))
            # Started up after two seconds on an idle machine, and then at work for as long as there are events.
            await self.once(kill_after=self.random.uniform(1.0, 6.0) if self.random.random() < 0.4 else None)

    async def once(self, *, kill_after: float | None = None) -> int:
        """One rebuild; its exit code, after it was noted."""
        environment = self.cluster.system.environment("projections", owner=True)
        number = self.ended.total() + 1
        job = Program(
            self.cluster.python("projections", "rebuild", "all", "--processes", self.random.choice("12")),
            log=self.cluster.home.logs / f"rebuild-{number}.log",
            environment={**environment, "COLUMNS": "200"},
        )
        job.launch()
        began, killed = time.monotonic(), False
        try:
            while (code := job.ended()) is None:
                await asyncio.sleep(0.05)
                took = time.monotonic() - began
                if job.pid is not None and (took > LONGEST or (kill_after is not None and took > kill_after)):
                    send_signal(job.pid, signal.SIGKILL)
                    killed = True
                if took > LONGEST:
                    self.problems.append(f"a rebuild was not done after {LONGEST:.0f} s:\n{child.last_lines(job.log)}")
        finally:
            job.stop()
        self.ended[code] += 1
        said = job.log.read_text(errors="replace")
        if code not in ((DONE, REFUSED, KILLED) if killed else (DONE, REFUSED)):
            self.problems.append(f"a rebuild ended with {code}:\n{said[-2000:]}")
        if " differ from " in said:
            self.problems.append(f"a rebuild found the live version wrong:\n{said[-2000:]}")
        return code

    async def last(self) -> None:
        """When all is quiet again a rebuild has to succeed, and what the others left behind is gone."""
        if (code := await self.once()) != DONE:
            self.problems.append(f"the last rebuild, with nothing broken any more, ended with {code}")
        async with self.cluster.database("projections") as connection:
            left = await connection.fetch("select name, version from projections.generations where state = 'building'")
        self.problems += [f"a rebuild left {row['name']} {row['version']} half-built" for row in left]

    async def has(self, *, done: int, killed: int) -> None:
        """Wait until so many have ended so. Raises TimeoutError."""
        await until(lambda: self.ended[DONE] >= done and self.ended[KILLED] >= killed, within=240)
