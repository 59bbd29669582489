"""Three brokers that hold every event three times: one is lost, then another hangs, and everything goes on meanwhile.

``make chaos BROKERS=3`` breaks such a cluster in every other way too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from shared.edge.kafka import put_away

from .checker import check
from .cluster import AUTHORITY, Cluster, cluster, until
from .picture import quiet, take
from .workload import Callers, History

COMMANDS = 120


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "home", ["referral", "assessment"], brokers=3) as started:
        yield started


async def everything_is_held_three_times(ours: Cluster) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=ours.kafka.bootstrap_servers)
    try:
        await admin.start()
        topics = await admin.describe_topics(["send.referral.v1", "send.assessment.v1", "__consumer_offsets"])
    except KafkaError:
        return False
    finally:
        with suppress(KafkaError):
            await put_away(admin.close(), 10)
    return all(len(partition["isr"]) == 3 for topic in topics for partition in topic["partitions"])


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_commands_are_answered_published_and_reacted_to_while_one_of_three_brokers_is_away(
    ours: Cluster,
) -> None:
    urls = {service: ours.url(service) for service in ours.services}
    history = History()
    callers = Callers(urls, lambda user: ours.token(user=user), AUTHORITY, history, Random(3), name="three")

    async def work() -> None:
        """Until all of it has been published, and read by whom it concerns."""
        callers.limit += COMMANDS
        await callers.run(4)
        await quiet(ours)

    callers.limit = 0
    await until(lambda: everything_is_held_three_times(ours), within=60)
    await work()
    ours.kill("Kafka 1")
    await work()
    ours.launch("Kafka 1")
    await until(lambda: everything_is_held_three_times(ours), within=90)
    with ours.paused("Kafka 2"):
        await work()
    await until(lambda: everything_is_held_three_times(ours), within=90)
    await work()
    await ours.until_ready(*ours.kafka.names, *ours.programs)
    assert await check(ours, history, await take(ours)) == []
    assert callers.number >= 4 * COMMANDS
