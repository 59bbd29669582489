"""Where a benchmark runs: servers of its own in a temporary folder, durable as in production, gone afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from rich.console import Console
from shared.core.ids import LANES
from shared.edge import topics
from shared.edge.db import migrate
from shared.edge.settings import Settings
from shared.service import MIGRATIONS
from shared.testing.kafka import KafkaServer
from shared.testing.postgres import PostgresServer

from .machine import Others

AUTHORITY = "801"


@dataclass
class Place:
    """Starts what a benchmark asks for, once. ``quick``: a look whether it works, and no figure to keep."""

    directory: Path
    screen: Console
    quick: bool = False
    long: bool = False
    others: Others = field(default_factory=Others)
    _stack: ExitStack = field(default_factory=ExitStack)
    _postgres: PostgresServer | None = None
    _kafka: KafkaServer | None = None
    _versions: tuple[str, str] | None = None

    def say(self, words: str) -> None:
        self.screen.print(f"  [dim]{words}[/dim]", highlight=False)

    # --- servers ---

    @property
    def postgres(self) -> PostgresServer:
        """A durable PostgreSQL: fsync, full_page_writes and synchronous_commit on."""
        if self._postgres is None:
            server = self._postgres = PostgresServer.start(self.directory / "postgres", durable=True)
            self._stack.callback(server.forget)
            self._stack.callback(server.stop)
        return self._postgres

    @property
    def kafka(self) -> KafkaServer:
        """Apache Kafka where Java and Maven are found, else the embedded broker; the results say which."""
        if self._kafka is None:
            self._kafka = KafkaServer.start(self.directory / "kafka")
            self._stack.callback(self._kafka.stop)
        return self._kafka

    def use(self, postgres: PostgresServer, kafka: KafkaServer) -> None:
        """The servers of a whole system, which somebody else ends; their versions are noted while they run."""
        self._versions = self._look(postgres, kafka)

    def not_needed(self) -> None:
        """No server takes part."""
        self._versions = ("not used", "not used")

    def versions(self) -> tuple[str, str]:
        """PostgreSQL's and Kafka's, of what is running."""
        return self._versions or self._look(self.postgres, self._kafka)

    def _look(self, postgres: PostgresServer, kafka: KafkaServer | None) -> tuple[str, str]:
        version = postgres.execute("show server_version").split()[0]
        return version, kafka.description.partition(" (")[0] if kafka else "not used"

    # --- databases and topics ---

    async def database(self, name: str, migrations: Sequence[tuple[str, str]] = MIGRATIONS) -> None:
        self.postgres.create_database(name)
        await migrate(self.owner_url(name), list(migrations), app_url=self.url(name))

    def url(self, database: str) -> str:
        """As the application: it can append and read."""
        return self.postgres.url(database, "bench_app")

    def owner_url(self, database: str) -> str:
        return self.postgres.url(database)

    def settings(self, database: str, service: str = "referral") -> Settings:
        return Settings(
            service=service, environment="test", database_url=self.url(database),
            keyring_database_url=self.url(database), key_encryption_key=SecretStr(base64.b64encode(bytes(32)).decode()),
            kafka_bootstrap_servers=self.kafka.bootstrap_servers,
            kafka_idempotent_producer=self.kafka.idempotent_producer, oidc_issuer="http://127.0.0.1:9",
        )  # fmt: skip

    async def topic(self, name: str) -> str:
        """A new topic of sixteen partitions."""
        await topics.make(self.kafka.bootstrap_servers, {name: (LANES, {"retention.ms": "-1"})})
        return name


@contextmanager
def a_place(screen: Console, *, quick: bool, long: bool) -> Iterator[Place]:
    with TemporaryDirectory(prefix="bench-") as directory:
        place = Place(Path(directory), screen, quick, long)
        with place._stack:
            yield place
