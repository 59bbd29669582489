"""Apache Kafka as the cluster under test has it: one broker, or three that hold every event three times.

Each is behind a link of the network, which is what it tells its clients (and, of three, the other two) to come to; the
controllers of three speak with each other directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shared.testing.kafka import KafkaKind, KafkaServer

_THREE_TIMES = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
}
REPLICATED = {"KAFKA_REPLICATION_FACTOR": "3", "KAFKA_MIN_INSYNC_REPLICAS": "2"}
"""How topics are made where there are three, as in production (``deploy/``)."""


class Broker(KafkaServer):
    """One of several: a broker and a controller of the quorum."""

    heap = "256m"
    number = 1
    quorum = ""

    def properties(self) -> dict[str, str]:
        voters = {"node.id": str(self.number), "controller.quorum.voters": self.quorum}
        return {**super().properties(), **_THREE_TIMES, **voters}


class Brokers:
    """``names``: what the nemesis and the network call them."""

    def __init__(self, directory: Path, logs: Path, kind: KafkaKind, count: int) -> None:
        self.directory, self.logs, self.kind = directory, logs, kind
        self.names = ["Kafka"] if count == 1 else [f"Kafka {n}" for n in range(1, count + 1)]
        self.servers: dict[str, KafkaServer] = {}

    def make(self, advertised: Mapping[str, int], environment: Mapping[str, Mapping[str, str]]) -> None:
        """By name, the port clients are told, where that is not the broker's own, and what it is given besides."""
        for number, name in enumerate(self.names, start=1):
            folder, log = name.lower().replace(" ", "-"), self.logs / f"{name.lower().replace(' ', '-')}.log"
            cls = KafkaServer if len(self.names) == 1 else Broker
            server = cls(
                self.directory / folder, self.kind if len(self.names) == 1 else "apache", log=log,
                advertised_port=advertised.get(name), environment=environment.get(name),
            )  # fmt: skip
            self.servers[name] = server
            if isinstance(server, Broker):
                server.number = number
        quorum = ",".join(f"{n}@127.0.0.1:{s.controller_port}" for n, s in enumerate(self.servers.values(), start=1))
        for server in self.servers.values():
            if isinstance(server, Broker):
                server.quorum = quorum

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(server.bootstrap_servers for server in self.servers.values())

    @property
    def idempotent_producer(self) -> bool:
        return next(iter(self.servers.values())).idempotent_producer

    @property
    def keeps_data(self) -> bool:
        return next(iter(self.servers.values())).keeps_data

    @property
    def description(self) -> str:
        first = next(iter(self.servers.values())).description
        return first if len(self.servers) == 1 else f"{first.replace('one node', f'{len(self.servers)} nodes')}"
