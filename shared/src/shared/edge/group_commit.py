"""Group commit: appends that arrive while others are on their way to disk share the next commit.

A commit waits for the disk, and an append holds its lane until then. Appends that come one by one have a commit each;
of many at once, those that would only have waited go along together. Each stands or falls alone all the same
(docs/adr/0001).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .db import OUTAGES

Row = tuple[Any, ...]
"""One event with its place: a row of parameters, the lane first."""

COMMITS = 2
"""How many are on their way at once: one is written while the other waits for the disk. The lanes of one are not in the
other, so a lane that somebody else holds keeps at most one of them."""
MOST = 64
"""How many events share a commit, give or take those of the last command."""


@dataclass(frozen=True, slots=True)
class _Append:
    lane: int
    rows: Sequence[Row]
    first: asyncio.Future[int]


class GroupCommit:
    """Hands rows to ``write``, which stores all of them or none and returns their sequence numbers."""

    def __init__(self, write: Callable[[Sequence[Row]], Awaitable[Sequence[int]]]) -> None:
        self._write = write
        self._waiting: list[_Append] = []
        self._lanes: set[int] = set()
        self._commits: set[asyncio.Task[None]] = set()

    async def append(self, rows: Sequence[Row]) -> int:
        """Store rows of one lane, all or none, and return the first one's sequence number.

        Raises what ``write`` raises for these rows; who waits with them does not hear of it. An outage is everybody's.
        A caller who is cancelled may find them stored or not.
        """
        append = _Append(rows[0][0], rows, asyncio.get_running_loop().create_future())
        self._waiting.append(append)
        if len(self._commits) < COMMITS:
            # Its group is taken when it runs: whoever comes in the same turn of the loop is in it.
            self._commits.add(asyncio.create_task(self._commit()))
        return await append.first

    async def _commit(self) -> None:
        try:
            while group := self._next_group():
                lanes = {append.lane for append in group}
                self._lanes |= lanes
                await self._store(group)
                self._lanes -= lanes
        finally:
            # Not in a callback: between here and there nobody would begin another.
            self._commits.discard(asyncio.current_task())

    def _next_group(self) -> list[_Append]:
        group: list[_Append] = []
        stay: list[_Append] = []
        room = MOST
        for append in self._waiting:
            if append.first.cancelled():
                continue
            if room > 0 and append.lane not in self._lanes:
                group.append(append)
                room -= len(append.rows)
            else:
                stay.append(append)
        self._waiting = stay
        # Everybody takes lanes in the same order, or two processes might wait for each other crosswise. Within a lane
        # they stay as they came.
        return sorted(group, key=lambda append: append.lane)

    async def _store(self, group: list[_Append]) -> None:
        try:
            sequences = iter(await self._write([row for append in group for row in append.rows]))
        except Exception as exc:
            if len(group) > 1 and not isinstance(exc, OUTAGES):
                for append in group:  # one of them is to blame, and only that one shall hear of it
                    await self._store([append])
                return
            for append in group:
                if not append.first.done():
                    append.first.set_exception(exc)
            return
        for append in group:
            first, *_ = [next(sequences) for _ in append.rows]
            if not append.first.done():
                append.first.set_result(first)
