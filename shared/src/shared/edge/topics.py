"""The topics, made once by deployment and never by a client: ``python -m shared.edge.topics create``.

Sixteen partitions each, for ever (docs/adr/0001), kept without end. Running it again is harmless; a topic with another
number of partitions is a fault and is said so.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from shared.core.ids import LANES

from .kafka import MAX_RECORD_BYTES, put_away

SEALS = "send.seals.v1"
WATERMARKS = "send.watermarks.v1"
DEADLINES = "send.deadlines.v1"
_PRODUCERS = ("referral", "assessment", "plan", "placement", "ap-intervention")

_FOR_EVER = {
    "retention.ms": "-1",
    "cleanup.policy": "delete",
    "max.message.bytes": str(MAX_RECORD_BYTES + 100_000),
    # Whatever stands in the log is published, also what an API wrote down whose clock was days ahead. Kafka would
    # refuse a record from more than an hour after its own time, and the lane would stand still until then.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}
_EXISTS = 36
"""Kafka's TOPIC_ALREADY_EXISTS: somebody else was quicker."""
_AN_HOUR = {"retention.ms": "3600000", "segment.ms": "600000", "cleanup.policy": "delete"}


def parked(service: str) -> str:
    """Where a consuming service shows the events it could not handle."""
    return f"send.{service}.parked.v1"


def wanted() -> dict[str, tuple[int, dict[str, str]]]:
    """Every topic with its partitions and its configuration."""
    events = [f"send.{name}.v1" for name in _PRODUCERS] + [DEADLINES]
    topics = dict.fromkeys(events, (LANES, _FOR_EVER))
    topics |= dict.fromkeys([parked(name) for name in _PRODUCERS], (LANES, _FOR_EVER))
    # A seal and a watermark speak of all lanes at once: one partition keeps them in order.
    return topics | {SEALS: (1, _FOR_EVER), WATERMARKS: (1, _AN_HOUR)}


async def create(bootstrap_servers: str, *, replication: int = 1, min_insync: int = 1) -> list[str]:
    """Make what is missing of a deployment's topics and return its names; raises as ``make``."""
    return await make(bootstrap_servers, wanted(), replication=replication, min_insync=min_insync)


async def make(
    bootstrap_servers: str,
    topics: Mapping[str, tuple[int, dict[str, str]]],
    *,
    replication: int = 1,
    min_insync: int = 1,
) -> list[str]:
    """Make these topics, unless they are there.

    Raises KafkaError if the broker refuses, ValueError if a topic exists with another number of partitions.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=10_000)
    await admin.start()
    try:
        existing = set(await admin.list_topics()) & set(topics)
        for described in await admin.describe_topics(sorted(existing)) if existing else []:
            name, found, needed = described["topic"], len(described["partitions"]), topics[described["topic"]][0]
            if found != needed:
                raise ValueError(f"{name} has {found} partitions and needs {needed}")
        missing = {name: spec for name, spec in topics.items() if name not in existing}
        if missing:
            safety = {"min.insync.replicas": str(min_insync)}
            answer = await admin.create_topics(
                [
                    NewTopic(n, parts, replication, topic_configs={**config, **safety})
                    for n, (parts, config) in missing.items()
                ]
            )
            for name, code, *message in answer.topic_errors:
                if code not in (0, _EXISTS):
                    raise KafkaError(f"{name} could not be made: error {code} {' '.join(str(m) for m in message)}")
        return sorted(missing)
    finally:
        await put_away(admin.close(), 10)


async def create_when_there(bootstrap_servers: str, *, replication: int, min_insync: int, patience: float) -> list[str]:
    """As ``create``, waiting for a broker that is still starting. Raises the last error after ``patience`` seconds."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await create(bootstrap_servers, replication=replication, min_insync=min_insync)
        except (KafkaError, OSError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.3)


def main(arguments: Sequence[str] | None = None) -> None:
    if list(sys.argv[1:] if arguments is None else arguments) != ["create"]:
        sys.exit("usage: python -m shared.edge.topics create")
    servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if not servers:
        sys.exit("KAFKA_BOOTSTRAP_SERVERS is not set")
    try:
        made = asyncio.run(
            create_when_there(
                servers,
                replication=int(os.environ.get("KAFKA_REPLICATION_FACTOR", "1")),
                min_insync=int(os.environ.get("KAFKA_MIN_INSYNC_REPLICAS", "1")),
                patience=60.0,
            )
        )
    except (KafkaError, OSError, ValueError) as failed:
        sys.exit(f"topics: {failed}")
    print(f"topics: {len(made)} made, {len(wanted()) - len(made)} were there")


if __name__ == "__main__":
    main()
