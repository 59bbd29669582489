"""A topic of events is deleted and made anew, empty; and a broker refuses what is larger than it suddenly allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError
from shared.edge import topics
from shared.edge.kafka import put_away

from tests.chaos.picture import topic_of
from tests.chaos.surroundings import until

if TYPE_CHECKING:
    from tests.chaos.cluster import Cluster
    from tests.chaos.nemesis import Nemesis

    from . import Weighed


async def topic_made_anew(n: Nemesis) -> None:
    """Everything that was on it is gone: the relay fills it again from the log."""
    topic, seconds = topic_of(n.busy_service()), n.random.choice([0.0, 4.0])
    n.say(f"{topic} is deleted, and made anew after {seconds:.0f} s")
    async with _admin(n.cluster) as admin:
        await admin.delete_topics([topic])
        await asyncio.sleep(seconds)
        await make_again(n.cluster, topic, admin)


async def make_again(cluster: Cluster, topic: str, admin: AIOKafkaAdminClient) -> None:
    """As the deployment makes it, once the one before has gone."""

    async def gone() -> bool:
        with suppress(KafkaError):
            return topic not in await admin.list_topics()
        return False

    async def made() -> bool:
        with suppress(KafkaError, OSError):
            await topics.make(
                cluster.kafka.bootstrap_servers, {topic: topics.wanted()[topic]},
                replication=min(3, len(cluster.kafka.names)), min_insync=min(2, len(cluster.kafka.names)),
            )  # fmt: skip
            return True
        return False

    await until(gone, within=60)
    await until(made, within=60, every=0.5)


async def topic_refuses(n: Nemesis) -> None:
    """For a while the broker takes nothing larger than 200 bytes there: no event at all."""
    topic, seconds = topic_of(n.busy_service()), n.random.choice([2.0, 6.0])
    n.say(f"{topic} takes nothing of more than 200 bytes for {seconds:.0f} s")
    _, config = topics.wanted()[topic]
    async with _admin(n.cluster) as admin:
        await _configure(admin, topic, {**config, "max.message.bytes": "200"})
        await asyncio.sleep(seconds)
        await _configure(admin, topic, config)


async def _configure(admin: AIOKafkaAdminClient, topic: str, config: dict[str, str]) -> None:
    async def done() -> bool:
        with suppress(KafkaError):
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])
            return True
        return False

    await until(done, within=60, every=0.5)


@asynccontextmanager
async def _admin(cluster: Cluster) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.kafka.bootstrap_servers, request_timeout_ms=10_000)
    await admin.start()
    try:
        yield admin
    finally:
        await put_away(admin.close(), 10)


FAULTS: Weighed = [(1, topic_made_anew), (1, topic_refuses)]
