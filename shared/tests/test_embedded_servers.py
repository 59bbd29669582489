"""The embedded servers of the demo and the tests: they start, they survive kill -9, they are where they were."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from shared.testing import apache_kafka, child
from shared.testing.kafka import KafkaKind, KafkaServer
from shared.testing.postgres import PostgresServer

APACHE = pytest.mark.skipif(apache_kafka.why_not() is not None, reason="no Java 17 or no Maven here")
HEADERS = [("ce_id", b"1"), ("ce_type", b"referral.request-withdrawn")]


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer.start(tmp_path / "postgres")
    yield server
    server.stop()
    server.forget()


def test_postgres_keeps_its_data_over_a_kill(postgres: PostgresServer) -> None:
    postgres.create_database("referral")
    postgres.create_database("referral")  # it may be there
    postgres.execute("create table kept (note text); insert into kept values ('here')", "referral")
    before = postgres.pid

    kill(postgres.pid)
    assert child.until(lambda: not postgres.alive, within=10)
    assert (postgres.data_dir / "postmaster.pid").exists()
    postgres.launch()
    postgres.wait_until_ready()

    assert postgres.pid != before
    assert postgres.execute("select note from kept", "referral") == "here"


async def test_postgres_is_reached_by_asyncpg_and_by_socket_only(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.url("postgres"))
    try:
        assert await connection.fetchval("show listen_addresses") == ""
        assert await connection.fetchval("show synchronous_commit") == "on"
        assert await connection.fetchval("show fsync") == "on"
    finally:
        await connection.close()
    assert postgres.socket_dir.stat().st_mode & 0o077 == 0


def test_a_stale_pid_file_of_another_process_does_not_keep_postgres_down(postgres: PostgresServer) -> None:
    pid_file = postgres.data_dir / "postmaster.pid"
    kill(postgres.pid)
    assert child.until(lambda: not postgres.alive, within=10)
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # the number lives, and is not a server

    postgres.launch()
    postgres.wait_until_ready()

    assert postgres.execute("select 1") == "1"


def test_wrong_sql_says_why(postgres: PostgresServer) -> None:
    with pytest.raises(RuntimeError, match="no_such_table"):
        postgres.execute("select * from no_such_table")


@pytest.mark.parametrize("kind", [pytest.param("apache", marks=APACHE), "embedded"])
def test_kafka_is_where_it_was_after_a_kill(kind: KafkaKind, tmp_path: Path) -> None:
    server = KafkaServer.start(tmp_path / "kafka", kind)
    try:
        address = server.bootstrap_servers
        asyncio.run(_create_topic(server))
        asyncio.run(_publish_and_read(server))

        kill(server.pid)
        assert child.until(lambda: not server.alive, within=10)
        server.launch()
        server.wait_until_ready()

        assert server.bootstrap_servers == address
        if server.keeps_data:
            assert asyncio.run(_end(server)) == 1
        else:
            asyncio.run(_create_topic(server))  # it came back empty
        asyncio.run(_publish_and_read(server))
    finally:
        server.stop()


async def _create_topic(server: KafkaServer) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=server.bootstrap_servers)
    await _eventually(admin.start)
    try:
        answer = await admin.create_topics([NewTopic("send.test.v1", num_partitions=16, replication_factor=1)])
        assert [error for _, error, *_ in answer.topic_errors] == [0]
        [described] = await admin.describe_topics(["send.test.v1"])
        assert len(described["partitions"]) == 16
    finally:
        await admin.close()


async def _publish_and_read(server: KafkaServer) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=server.bootstrap_servers, acks="all", enable_idempotence=server.idempotent_producer
    )
    await _eventually(producer.start)
    try:
        sent = await producer.send_and_wait("send.test.v1", b"{}", key=b"case", partition=7, headers=HEADERS)
    finally:
        await producer.stop()
    consumer = AIOKafkaConsumer(bootstrap_servers=server.bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        lane = TopicPartition("send.test.v1", 7)
        consumer.assign([lane])
        consumer.seek(lane, sent.offset)
        record = await asyncio.wait_for(consumer.getone(), timeout=20)
        assert (record.key, record.value, list(record.headers)) == (b"case", b"{}", HEADERS)
    finally:
        await consumer.stop()


async def _end(server: KafkaServer) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=server.bootstrap_servers)
    await _eventually(consumer.start)
    try:
        lane = TopicPartition("send.test.v1", 7)
        return int((await consumer.end_offsets([lane]))[lane])
    finally:
        await consumer.stop()


async def _eventually(start: object) -> None:
    """A broker that listens may not answer yet."""
    deadline = asyncio.get_running_loop().time() + 20
    while True:
        try:
            await start()  # type: ignore[operator]
        except KafkaError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            return
