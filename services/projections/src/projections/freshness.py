"""How fresh an answer is: what each consumer has applied, and up to which instant it has seen everything.

The kernel's consumer writes both down (`flow.cursors`, `flow.progress`); the instant also covers a relay that stands
still. Data older than the limit is never the ground for "on time"; nor is data of a time that has not come yet, by
which a clock of ours that went back is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.core.ids import LANES
from shared.edge.db import queries

_SQL = queries("reading", package="projections.sql")


@dataclass(frozen=True, slots=True)
class Partition:
    """One lane of one topic, as a consumer stands in it."""

    topic: str
    lane: int
    sequence: int
    caught_up_at: datetime | None
    lag_events: int
    reason: str | None


@dataclass(frozen=True)
class Freshness:
    """Of one consumer, as of ``now`` (UTC)."""

    consumer: str
    topics: Sequence[str]
    partitions: Sequence[Partition]
    now: datetime
    limit_seconds: float

    def lag_seconds(self, lane: int | None = None, everywhere: str | None = None) -> float | None:
        """Age of what is known of a lane, or of all; None where something was never read at all.

        ``everywhere``: a topic of which all lanes matter too (term dates are in the lanes of schools).
        """
        instants = self._instants(lane, everywhere)
        return None if instants is None else max(0.0, (self.now - min(instants)).total_seconds())

    def ahead_seconds(self, lane: int | None = None, everywhere: str | None = None) -> float:
        """How far what is known reaches beyond ``now``: then one of two clocks is wrong."""
        return max(0.0, (max(self._instants(lane, everywhere) or [self.now]) - self.now).total_seconds())

    def _instants(self, lane: int | None, everywhere: str | None) -> list[datetime] | None:
        asked = [p for p in self.partitions if lane is None or p.lane == lane or p.topic == everywhere]
        wanted = len(self.topics) * (LANES if lane is None else 1)
        if len(asked) < (wanted if lane is None or everywhere is None else wanted + LANES - 1):
            return None
        instants = [p.caught_up_at for p in asked if p.caught_up_at is not None]
        return instants if len(instants) == len(asked) else None

    def unknown(self, lane: int, as_at: datetime | None = None, *, everywhere: str | None = None) -> str | None:
        """Why nothing can be said about a case in this lane (as it was at an instant of the past), or None."""
        lag = self.lag_seconds(lane, everywhere)
        if lag is None:
            return "unknown: not everything has been read yet"
        if (ahead := self.ahead_seconds(lane, everywhere)) > self.limit_seconds:
            return f"unknown: the clock here is {ahead:.0f} s behind that of the data"
        if as_at is not None and as_at < self.now:
            lag -= (self.now - as_at).total_seconds()
        return f"unknown: data is {lag:.0f} s behind" if lag > self.limit_seconds else None

    def body(self, lane: int | None = None) -> dict[str, Any]:
        """As every answer carries it; with ``lane``, of what a single case depends on."""
        asked = [p for p in self.partitions if lane is None or p.lane == lane]
        lag = self.lag_seconds(lane)
        positions: dict[str, Any] = {}
        for p in asked:
            if lane is None:
                positions.setdefault(p.topic, [0] * LANES)[p.lane] = p.sequence
            else:
                positions[p.topic] = p.sequence
        return {
            "consumer": self.consumer,
            "lag_seconds": None if lag is None else round(lag, 1),
            "lag_events": sum(p.lag_events for p in asked),
            "limit_seconds": self.limit_seconds,
            "stale": lag is None or lag > self.limit_seconds or self.ahead_seconds(lane) > self.limit_seconds,
            "lane": lane,
            "positions": positions,
            "reasons": sorted({f"{p.topic} lane {p.lane}: {p.reason}" for p in asked if p.reason}),
        }


async def freshness(
    connection: Any, consumer: str, topics: Sequence[str], *, now: datetime, limit_seconds: float
) -> Freshness:
    """Read before the rows it speaks of, or in one snapshot with them: the rows are then at least as fresh."""
    rows = await connection.fetch(_SQL["freshness"], consumer)
    partitions = [Partition(*row) for row in rows if row["topic"] in topics]
    return Freshness(consumer, topics, partitions, now, limit_seconds)
