"""A hint to the relay that something was appended, so that it need not wait for its next look.

Sent after the commit and at most one at a time: a notification inside the append's transaction would
make every commit of the cluster queue for one lock (docs/adr/0001). It may be lost; the relay also polls.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from shared.edge.db import OUTAGES, Pool

CHANNEL = "es_events"


class Hint:
    """Call it after an append; ``run()`` does the telling."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._wanted = asyncio.Event()

    def __call__(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            with suppress(asyncpg.PostgresError, *OUTAGES):
                async with self.pool.acquire() as connection:
                    # Nothing is lost with a lost hint, so it need not wait for the disk.
                    await connection.execute(
                        f"set synchronous_commit = off; notify {CHANNEL}; reset synchronous_commit"
                    )
