"""Where a version stands on the topics, and how far a new one can be built."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from shared.core.ids import LANES
from shared.edge.db import queries
from shared.edge.settings import Settings
from shared.edge.topic_ends import topic_ends
from shared.flow.progress import Watermarks

from projections.events import TOPICS
from projections.projection import Projection

from .log import LogLost

_SQL = queries("rebuild", package="projections.sql")

_LOOKS = 30

Place = tuple[str, int]
"""(topic, lane)"""
PLACES: Sequence[Place] = tuple((topic, lane) for topic in TOPICS for lane in range(LANES))


class Stand(NamedTuple):
    """The last event applied of one place, and the offset after it; as a cursor keeps it."""

    sequence: int = 0
    next_offset: int = 0
    epoch: int = 1
    hash: bytes = b""

    def same_history(self, other: Stand) -> bool:
        """Whether two stands at one sequence number are of one history. A cursor set by hand has no hash."""
        return not self.hash or not other.hash or self.hash == other.hash


class Reach(NamedTuple):
    """How far to build a place."""

    until: int
    forked: bool = False
    """The log was restored from a backup: it ends before what was applied here, and goes on from there."""


async def stands(connection: Any, projection: Projection, query: str = "cursors") -> dict[Place, Stand]:
    """Where the live version of a projection stands, place by place."""
    rows = await connection.fetch(_SQL[query], projection.name)
    return {(r["topic"], r["lane"]): Stand(r["sequence"], r["next_offset"], r["epoch"], r["hash"]) for r in rows}


async def reaches(settings: Settings, live: Sequence[dict[Place, Stand]], *, newest: bool) -> list[dict[Place, Reach]]:
    """For each live version: exactly where it stands, or with ``newest`` the end of the topics.

    Raises LogLost where a topic ends before a version stands and its log does not say that this is all there is.
    """
    found: list[dict[Place, Reach]] = [{} for _ in live]
    marks: dict[str, Sequence[int]] | None = None
    for topic in TOPICS:
        for lane, ends in (await topic_ends(settings, topic)).items():
            end, epoch = (ends.last.sequence, ends.last.epoch) if ends.last is not None else (0, 1)
            for version, reach in zip(live, found, strict=True):
                stand = version.get((topic, lane), Stand())
                if stand.sequence <= end:
                    reach[topic, lane] = Reach(end if newest else stand.sequence)
                    continue
                if epoch <= stand.epoch:
                    marks = marks if marks is not None else await _heads(settings)
                    if topic not in marks or marks[topic][lane] != end:
                        raise LogLost(
                            f"{topic} lane {lane} ends after event {end}, and {stand.sequence} were applied; "
                            "if the broker lost them, wait until the relay has filled the topic again"
                        )
                reach[topic, lane] = Reach(end, forked=True)
    return found


async def _heads(settings: Settings) -> dict[str, Sequence[int]]:
    """The lanes' heads as the relays last said them; without a topic whose relay has said nothing for long."""
    marks = Watermarks(settings)
    try:
        for _ in range(_LOOKS):  # a look does not wait for what is under way
            known = dict(marks.seen)
            await marks.look()
            if known == marks.seen and known.keys() >= set(TOPICS):
                break
            await asyncio.sleep(0.1)
    finally:
        await marks.close()
    return {topic: heads for topic, (_, heads) in marks.seen.items()}
