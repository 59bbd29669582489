"""Events on Kafka: CloudEvents 1.0 in binary mode, exactly the stored bytes, one partition a lane.

``to_record`` and ``Delivered`` are the two ends of one wire format (docs/log-format.md). Everything that is hashed
travels with the event, so that a topic can be verified without the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.core.chain import hash_of, microseconds
from shared.core.codec import StoredEvent
from shared.core.errors import Unprocessable

from .settings import Settings

BATCH_BYTES = 131_072
MAX_RECORD_BYTES = 1_000_000
"""At most a topic's ``max.message.bytes``: a record the broker refuses would poison its partition for the producer."""
MAX_EVENT_BYTES = 900_000
"""What an event's data and metadata may be together, checked before it is appended: what is stored can be published."""

_SOON = 10.0


class Delivered(NamedTuple):
    """One event as it was read from a topic. ``data`` and ``metadata`` are the stored bytes; fields stay sealed."""

    topic: str
    lane: int
    sequence: int
    offset: int
    event_id: UUID
    type: str
    schema_version: int
    stream: str
    version: int
    la_code: str
    recorded_at: datetime
    """UTC, to the microsecond."""
    command_id: UUID
    epoch: int
    metadata: bytes
    data: bytes
    hash: bytes
    traceparent: str | None

    def links_to(self, previous: bytes) -> bool:
        """Whether this event's hash is the one its fields make after an event with the hash ``previous``."""
        return self.hash == hash_of(self, after=previous)


def to_record(service: str, event: StoredEvent) -> dict[str, Any]:
    """The keyword arguments of one record: key, value, timestamp (ms since 1970) and headers."""
    key = _object(event.data).get("case_id") or event.stream
    at = event.recorded_at.astimezone(UTC)
    headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event.event_id).encode()),
        ("ce_type", event.type.encode()),
        ("ce_source", f"/send/{service}".encode()),
        ("ce_subject", event.stream.encode()),
        ("ce_time", at.isoformat(timespec="microseconds").replace("+00:00", "Z").encode()),
        ("ce_dataschema", f"urn:send-ap:event:{event.type}:v{event.schema_version}".encode()),
        ("ce_sequence", b"%d" % event.sequence),
        ("ce_lane", b"%d" % event.lane),
        ("ce_streamversion", b"%d" % event.version),
        ("ce_lacode", event.la_code.encode()),
        ("ce_commandid", str(event.command_id).encode()),
        ("ce_epoch", b"%d" % event.epoch),
        ("ce_hash", event.hash.hex().encode()),
        ("ce_metadata", event.metadata),
    ]
    # Asked of the bytes first: most events have no trace, and this is done for every one.
    if b'"traceparent":"' in event.metadata and (traceparent := _object(event.metadata).get("traceparent")):
        headers.append(("traceparent", traceparent.encode()))
    return {
        "key": str(key).encode(),
        "value": event.data,
        "timestamp": microseconds(at) // 1000,
        "headers": headers,
    }


def _object(text: bytes) -> dict[str, Any]:
    # Key and trace are a convenience. Whatever stands in the log is published: one event must not hold up all others.
    try:
        found = orjson.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def delivered(record: Any) -> Delivered:
    """The event in a record. Raises Unprocessable, saying what is wrong, if it is none of ours."""
    headers: dict[str, bytes] = dict(record.headers)
    try:
        if headers["ce_specversion"] != b"1.0":
            raise ValueError("ce_specversion")
        traceparent = headers.get("traceparent")
        if record.value is None:
            raise ValueError("value")
        return Delivered(
            topic=record.topic,
            lane=_same(int(headers["ce_lane"]), record.partition),
            sequence=int(headers["ce_sequence"]),
            offset=record.offset,
            event_id=UUID(headers["ce_id"].decode()),
            type=headers["ce_type"].decode(),
            schema_version=int(headers["ce_dataschema"].rpartition(b":v")[2]),
            stream=headers["ce_subject"].decode(),
            version=int(headers["ce_streamversion"]),
            la_code=headers["ce_lacode"].decode(),
            recorded_at=datetime.fromisoformat(headers["ce_time"].decode()),
            command_id=UUID(headers["ce_commandid"].decode()),
            epoch=int(headers["ce_epoch"]),
            metadata=headers["ce_metadata"],
            data=record.value,
            hash=bytes.fromhex(headers["ce_hash"].decode()),
            traceparent=traceparent.decode() if traceparent else None,
        )
    except KeyError as exc:
        raise Unprocessable(f"the record has no header {exc.args[0]}") from exc
    except (ValueError, AttributeError, TypeError) as exc:
        raise Unprocessable(f"a header of the record cannot be read ({type(exc).__name__})") from exc


def _same(lane: int, partition: int) -> int:
    if lane != partition:
        raise ValueError("ce_lane")
    return lane


def new_producer(settings: Settings, *, client_id: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        client_id=client_id,
        acks="all",
        enable_idempotence=settings.kafka_idempotent_producer,
        request_timeout_ms=10_000,
        # The relay fills whole batches itself; waiting for more would only cost latency.
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_RECORD_BYTES,
    )


async def discard(producer: AIOKafkaProducer | None, grace: float = 3.0) -> None:
    """End a producer that may hold batches it can never send; ``stop()`` alone would wait for them for ever."""
    if producer is None:
        return
    sender = getattr(producer, "_sender", None)  # private, hence the exact pin of aiokafka and a test
    task = getattr(sender, "sender_task", None) or getattr(sender, "_sender_task", None)
    if task is not None:
        task.cancel()
    await put_away(producer.stop(), grace)


def not_meant_for_us() -> bool:
    """In ``except CancelledError``: nobody cancelled us; aiokafka handed on what ended a task of its own."""
    task = asyncio.current_task()
    return task is not None and not task.cancelling()


async def put_away(closing: Coroutine[Any, Any, Any], within: float) -> None:
    """Wait a while for something to close; whatever it raises has no meaning any more.

    aiokafka may hand on the cancellation of a task of its own as a CancelledError, which would end whoever waits.
    """
    task = asyncio.ensure_future(closing)
    await asyncio.wait([task], timeout=within)
    if not task.done():
        task.cancel()
    elif not task.cancelled():
        task.exception()  # looked at, so that nobody complains that nobody did


def new_consumer(settings: Settings, *topics: str, **options: Any) -> AIOKafkaConsumer:
    """A consumer without a group; once started it holds every partition of ``topics``, from their beginning."""
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=settings.kafka_bootstrap_servers,
        enable_auto_commit=False,
        isolation_level="read_committed",
        **{"auto_offset_reset": "earliest", **options},
    )


@asynccontextmanager
async def assigned(settings: Settings, topic: str, **options: Any) -> Any:
    """``(consumer, partitions)``: a consumer that holds every partition of a topic; ``options`` as of aiokafka's.

    Raises Unprocessable if there is no such topic: topics are made by deployment, never by a client.
    """
    consumer = new_consumer(settings, topic, **options)
    try:
        await asyncio.wait_for(consumer.start(), _SOON)
        partitions = sorted(consumer.assignment())
        if not partitions:
            raise Unprocessable(f"there is no topic {topic}; make it with `python -m shared.edge.topics create`")
        yield consumer, partitions
    finally:
        await put_away(consumer.stop(), _SOON)
