"""Whether a topic is what its log says: compared at both ends, mended where it lost some, refused where it has more.

A topic can only lose its end or, when it is made anew while a relay writes, its beginning: what the relay sends next
then stands there without what comes before. Such a lane is taken off the topic and filled from its first event on;
nothing is deleted that is not in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from aiokafka.errors import KafkaError

from shared.core.errors import SendError, Unprocessable
from shared.core.ids import LANES
from shared.edge.db import Pool, queries
from shared.edge.kafka import Delivered
from shared.edge.settings import Settings
from shared.edge.topic_ends import Ends, take_away, topic_ends, topic_firsts

from .faults import point

log = structlog.get_logger()

_SQL = queries("flow_queries")
_RESTORED = "the database was restored from a backup. Run `restored`, make the topic anew and start again."

_SECOND_LOOK = 0.5
"""Seconds before a loss is believed: the embedded broker shows what it has acknowledged a moment later."""


class TopicAhead(SendError):
    """The topic has events that the log does not have."""

    code = "topic-ahead-of-the-log"


class TopicForked(SendError):
    """The topic's last event is not the event that the log has under its number."""

    code = "topic-forked-from-the-log"


class TopicHeadless(SendError):
    """The topic has events without those before them. It passes: ``Comparison.mend`` fills such a lane anew."""

    code = "topic-without-its-beginning"


class Comparison:
    """Of one topic with one log, again and again."""

    def __init__(self, *, topic: str, pool: Pool, settings: Settings) -> None:
        self.topic, self.pool, self.settings = topic, pool, settings
        self._whole: dict[int, Ends] = {}
        """By lane: how it looked when its first event was last seen to be event 1."""

    async def look(self) -> None:
        """Go back to what the topic has where it lost its end; rounds may go on meanwhile.

        Raises TopicAhead where it has more than the log, TopicForked where it has something else, TopicHeadless where
        it lost its beginning.
        """
        if headless := await self._look():
            raise TopicHeadless(f"{self.topic}, partition {min(headless)}, does not begin with event 1")

    async def mend(self) -> None:
        """As ``look``, and empties lanes without a beginning. Nobody may be sending meanwhile.

        Raises Unprocessable where the broker does not let it.
        """
        if headless := await self._look():
            log.warning("topic lost its beginning", topic=self.topic, lanes=sorted(headless))
            try:
                await take_away(self.settings, self.topic, {lane: ends.end for lane, ends in headless.items()})
            except KafkaError as exc:  # the embedded broker cannot, and another may not let us
                raise Unprocessable(
                    f"{self.topic}, partition {min(headless)}, does not begin with event 1, and the broker "
                    f"does not let it be emptied ({type(exc).__name__}): delete the topic and make it anew"
                ) from exc
            await point("relay.taken-away")
            for lane in headless:
                await self.pool.execute(_SQL["set_relay_position"], lane, 0)
                await point("relay.begins-anew")

    async def _look(self) -> dict[int, Ends]:
        # The topic must have what was published before we looked, and the log what is on the topic by then.
        positions = {row["lane"]: row["sequence"] for row in await self.pool.fetch(_SQL["relay_positions"])}
        found = await topic_ends(self.settings, self.topic)
        if any(_sequence(ends.last) < positions[lane] for lane, ends in found.items() if lane in positions):
            await asyncio.sleep(_SECOND_LOOK)
            found = await topic_ends(self.settings, self.topic)
        if len(found) != LANES:
            raise Unprocessable(f"{self.topic} has {len(found)} partitions and needs {LANES}")
        for lane, _, head in await self.pool.fetch(_SQL["relay_positions"]):
            on_topic = _sequence(found[lane].last)
            if on_topic > head:
                raise TopicAhead(
                    f"{self.topic}, partition {lane}, ends with event {on_topic}, and the log with {head}: {_RESTORED}"
                )
            if on_topic < positions[lane]:
                log.warning("topic lost events", topic=self.topic, lane=lane, position=positions[lane],
                            topic_has=on_topic)  # fmt: skip
                self._whole.pop(lane, None)
                await self.pool.execute(_SQL["set_relay_position"], lane, on_topic)
                await point("relay.set-back")
        await self._refuse_a_fork([ends.last for ends in found.values() if ends.last is not None])
        return await self._headless(found)

    async def _refuse_a_fork(self, lasts: Sequence[Delivered]) -> None:
        # A restored log that was written to before anybody looked has grown past the topic's end: numbers alone would
        # not tell that the topic's last events are another history.
        places = [event.lane for event in lasts], [event.sequence for event in lasts]
        hashes = {row["lane"]: row["hash"] for row in await self.pool.fetch(_SQL["hashes"], *places)}
        for event in lasts:
            if hashes.get(event.lane) != event.hash:
                raise TopicForked(
                    f"{self.topic}, partition {event.lane}: event {event.sequence} there is not event {event.sequence} "
                    f"of the log: {_RESTORED}"
                )

    async def _headless(self, found: Mapping[int, Ends]) -> dict[int, Ends]:
        unsure = {lane: ends for lane, ends in found.items() if ends.last is not None and not self._sure(lane, ends)}
        if not unsure:
            return {}
        firsts = await topic_firsts(self.settings, self.topic, unsure)
        headless = {lane: ends for lane, ends in unsure.items() if lane in firsts and firsts[lane].sequence != 1}
        self._whole |= {lane: ends for lane, ends in found.items() if lane not in headless}
        for lane in headless:
            self._whole.pop(lane, None)
        return headless

    def _sure(self, lane: int, now: Ends) -> bool:
        # A partition that was made anew begins elsewhere or has become shorter; or, where it has already grown past
        # what it was, it has fewer records than its last event's number.
        before, last = self._whole.get(lane), now.last
        return (
            before is not None
            and last is not None
            and now.begin == before.begin
            and now.end >= before.end
            and now.end - now.begin >= last.sequence
        )


def _sequence(last: Delivered | None) -> int:
    return 0 if last is None else last.sequence
