"""Reading the topics from the first event, lane by lane, as quickly as one process can.

A case lies in one lane of every topic, so one lane of all topics is a whole: its cases can be folded, written and
forgotten before the next lane is read, and memory does not grow with the country.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from shared.core.errors import SendError, Unprocessable
from shared.edge.kafka import new_consumer, put_away
from shared.edge.settings import Settings

_FETCH_BYTES = 4 * 1024 * 1024
_SOON = 10.0
_PATIENCE_MS = 1_000
"""Without a record for this long it is asked whether there are more."""


class LogLost(SendError):
    """The topics do not hold every event that was applied."""

    code = "log-lost"


class Lean(NamedTuple):
    """An event with what the projections look at; ids as text. See ``events.Read``."""

    topic: str
    lane: int
    sequence: int
    event_id: str
    type: str
    schema_version: int
    la_code: str
    recorded_at: datetime
    metadata: bytes
    data: bytes
    offset: int
    epoch: bytes = b"1"
    """As it stands in the header."""
    hash: bytes = b""
    """As it stands in the header, in hexadecimal."""


@dataclass(frozen=True)
class Span:
    """Events of one lane of one topic: after ``after`` up to and including ``until``, found from ``offset`` on."""

    topic: str
    lane: int
    after: int
    until: int
    offset: int = 0

    @property
    def events(self) -> int:
        return max(0, self.until - self.after)


Passed = frozenset[tuple[str, int, int]]
"""``(topic, lane, offset)`` of records of which somebody decided that they are no events and may be passed."""


class Log:
    """A consumer without a group, for one reader."""

    def __init__(self, settings: Settings, *, passed: Passed = frozenset()) -> None:
        self.settings, self._passed = settings, passed
        self._consumer: AIOKafkaConsumer | None = None
        self._known: dict[bytes, tuple[str, int]] = {}
        """Type and version of each schema seen."""

    async def __aenter__(self) -> Log:
        self._consumer = new_consumer(
            self.settings, max_partition_fetch_bytes=_FETCH_BYTES, fetch_max_wait_ms=50, client_id="projections-rebuild"
        )
        await self._consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._consumer is not None:
            await put_away(self._consumer.stop(), _SOON)

    async def read(
        self, spans: Iterable[Span], *, take: Callable[[Any], Any] | None = None
    ) -> AsyncIterator[list[Any]]:
        """The events of these spans, in order within each, in chunks. ``take`` turns a record into an event.

        Raises LogLost where the topic has a gap or ends too early, Unprocessable for a record that is no event.
        """
        consumer = self._consumer
        assert consumer is not None
        take = take or self.lean
        wanted = {TopicPartition(s.topic, s.lane): s for s in spans if s.events}
        if not wanted:
            return
        at = {partition: span.after for partition, span in wanted.items()}
        consumer.assign(list(wanted))
        for partition, span in wanted.items():
            consumer.seek(partition, span.offset)
        while at:
            found = await consumer.getmany(*at, timeout_ms=_PATIENCE_MS)
            if not found:
                await self._must_hold_more(at, wanted)
            for partition, records in found.items():
                events, last = self._sift(records, at[partition], wanted[partition].until, take)
                at[partition] = last
                if last >= wanted[partition].until:
                    del at[partition]
                    consumer.pause(partition)
                if events:
                    yield events

    async def _must_hold_more(self, at: Mapping[TopicPartition, int], wanted: Mapping[TopicPartition, Span]) -> None:
        consumer = self._consumer
        assert consumer is not None
        ends = await consumer.end_offsets(list(at))
        for partition, last in at.items():
            if await consumer.position(partition) >= ends[partition]:
                raise LogLost(f"{partition.topic} lane {partition.partition} ends after event {last}, and "
                              f"{wanted[partition].until} were applied")  # fmt: skip

    def _sift(self, records: Sequence[Any], last: int, until: int, take: Callable[[Any], Any]) -> tuple[list[Any], int]:
        """What is new in these records, up to the end of the span, and the last number."""
        events = []
        for record in records:
            try:
                event = take(record)
            except Unprocessable:
                if (record.topic, record.partition, record.offset) not in self._passed:
                    raise
                continue
            sequence = event.sequence
            if sequence <= last:
                continue
            if sequence != last + 1:
                raise LogLost(
                    f"{record.topic} lane {record.partition} has no event {last + 1}: {sequence} follows {last}"
                )
            events.append(event)
            last = sequence
            if last == until:
                break
        return events, last

    def lean(self, record: Any) -> Lean:
        """Raises Unprocessable if the record is no event of ours."""
        try:
            headers: Mapping[str, bytes] = dict(record.headers)
            schema = headers["ce_dataschema"]
            known = self._known.get(schema)
            if known is None:
                known = self._known[schema] = (headers["ce_type"].decode(), int(schema.rpartition(b":v")[2]))
            # By position: this is done for every event there ever was.
            return Lean(
                record.topic, record.partition, int(headers["ce_sequence"]), headers["ce_id"].decode(), known[0],
                known[1], headers["ce_lacode"].decode(), _instant(headers["ce_time"].decode()), headers["ce_metadata"],
                record.value, record.offset, headers["ce_epoch"], headers["ce_hash"],
            )  # fmt: skip
        except (KeyError, ValueError, AttributeError, TypeError) as exc:
            raise Unprocessable(
                f"the record at offset {record.offset} of {record.topic}, partition {record.partition}, is no event"
            ) from exc


_instant = datetime.fromisoformat
