"""A service's database comes back from a backup that was taken under load and knows less than the world does.

Nobody mixes the two histories: the relay refuses to go on, the consumers stop and say why, and once the operator has
said ``restored`` and made the topic anew, it is filled with the very bytes it had, and everybody goes on.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from shared.flow.audit import records_of
from shared.flow.seal import Signer
from shared.testing.postgres_places import wheel_binaries

from . import log_verifier
from .checker import cursors_are_at_the_heads, lanes_have_no_gap, reactions_happened_once, topic_is_the_log
from .cluster import AUTHORITY, Cluster, cluster, until
from .picture import quiet, take
from .workload import Callers, History

TOPIC = "send.referral.v1"


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "home", ["referral", "assessment"]) as started:
        yield started


def callers_of(ours: Cluster, seed: int) -> Callers:
    urls = {service: ours.url(service) for service in ours.services}
    return Callers(urls, lambda user: ours.token(user=user), AUTHORITY, History(), Random(seed), name=f"load-{seed}")


async def work(callers: Callers, commands: int) -> None:
    """So many commands, by several callers."""
    callers.limit = commands
    await callers.run(4)


def postgres_tool(ours: Cluster, tool: str, *words: str, database: str = "referral") -> None:
    done = subprocess.run(
        [wheel_binaries() / tool, *words, f"--dbname={ours.postgres.url(database)}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


async def bytes_on_the_topic(ours: Cluster) -> dict[tuple[int, int], Any]:
    """By lane and sequence: key, value, headers and timestamp of the first record."""
    found: dict[tuple[int, int], Any] = {}
    async for record in records_of(ours.settings("referral"), TOPIC):
        place = (record.partition, int(dict(record.headers)["ce_sequence"]))
        found.setdefault(place, (record.key, record.value, tuple(record.headers), record.timestamp))
    return found


async def reasons(ours: Cluster, program: str) -> list[str]:
    with suppress(httpx.TransportError):
        _, said = await ours.readiness(program)
        return list(said["reasons"])
    return []


async def complains(ours: Cluster, program: str, words: str) -> bool:
    return any(words in reason for reason in await reasons(ours, program))


async def make_topic_anew(ours: Cluster) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=ours.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([TOPIC])
        await until(lambda: _is_gone(admin))
    finally:
        await admin.close()
    for job in ours.system.topics().values():
        job.launch()
        await until(lambda job=job: job.ended() is not None)
        assert job.ended() == 0


async def _is_gone(admin: AIOKafkaAdminClient) -> bool:
    with suppress(KafkaError):
        return TOPIC not in await admin.list_topics()
    return False


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_service_restored_from_a_backup_taken_under_load(ours: Cluster, tmp_path: Path) -> None:
    backup = tmp_path / "referral.dump"
    before = callers_of(ours, 1)
    await work(before, 60)
    async with asyncio.TaskGroup() as group:
        group.create_task(work(before, 200))
        await asyncio.to_thread(postgres_tool, ours, "pg_dump", "--format=custom", f"--file={backup}")
    await work(before, 240)  # and all of this will be lost
    await quiet(ours)
    was, once = await take(ours), await bytes_on_the_topic(ours)

    # The database goes, and comes back as it was in the middle of the load.
    for program in ("referral api", "referral worker"):
        ours.programs[program].stop()
    ours.postgres.execute('drop database "referral" with (force)')
    ours.postgres.create_database("referral")
    postgres_tool(ours, "pg_restore", "--exit-on-error", str(backup))
    assert ours.command("referral", "migrate")[0] == 0
    restored = await take(ours)
    survived = {(e.lane, e.sequence) for e in restored.logs["referral"]}
    assert 0 < len(survived) < len(once), "taken under load: some of it is there, some is not"
    assert list(lanes_have_no_gap("referral", restored)) == [], "and what is there is whole"
    assert {(e.lane, e.sequence): e.hash for e in restored.logs["referral"]}.items() <= {
        (e.lane, e.sequence): e.hash for e in was.logs["referral"]
    }.items()

    # Somebody starts it without a word, and people work. Nothing of that reaches the topic.
    ours.launch("referral api")
    await ours.until_ready("referral api")
    after = callers_of(ours, 2)
    await work(after, 80)
    ours.launch("referral worker")
    await until(lambda: complains(ours, "referral worker", "restored from a backup"))
    code, said = ours.command("referral", "republish")
    assert (code, "restored from a backup" in said) == (2, True), said
    assert await bytes_on_the_topic(ours) == once

    # The operator says so, and makes the topic anew; what survived is published with the bytes it had.
    ours.programs["referral worker"].stop()
    code, said = ours.command("referral", "restored", answer="y\n")
    assert (code, "epoch 2" in said) == (0, True), said
    await make_topic_anew(ours)
    code, said = ours.command("referral", "republish")
    assert code == 0, said
    again = await bytes_on_the_topic(ours)
    assert {place: again[place] for place in survived} == {place: once[place] for place in survived}

    # The other service has applied what is lost. It stops in those lanes, and says why.
    ours.launch("referral worker")
    await work(after, 200)
    await until(lambda: complains(ours, "assessment worker", "restored from a backup (epoch 2)"), within=60)

    # Reading all of it again is safe: what was handled is handled, what is new is handled now.
    async with ours.database("assessment") as connection:
        await connection.execute(
            "update flow.cursors set sequence = 0, next_offset = 0, epoch = 1, hash = '' where topic = $1", TOPIC
        )
    ours.kill("assessment worker")
    ours.launch("assessment worker")
    await ours.until_ready(*ours.programs)
    await quiet(ours)
    picture = await take(ours)
    found = [
        *lanes_have_no_gap("referral", picture), *topic_is_the_log("referral", picture),
        *cursors_are_at_the_heads("assessment", picture), *reactions_happened_once(picture),
    ]  # fmt: skip
    assert found == []
    assert _lost_seals(ours, tmp_path)


def _lost_seals(ours: Cluster, tmp_path: Path) -> bool:
    """The seals tell for ever that events were lost, and from where; nothing else is wrong with the log."""
    file = tmp_path / "referral.jsonl"
    code, said = ours.command("referral", "export", str(file))
    assert code == 0, said
    secret = ours.settings("referral").seal_signing_key
    assert secret is not None
    with file.open("rb") as lines:
        found = log_verifier.verify_export(lines, Signer(secret.get_secret_value()).public_key)
    return bool(found) and all("sealed at" in finding.what for finding in found)
