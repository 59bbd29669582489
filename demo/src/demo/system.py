"""What the system consists of: services, databases, ports, and the environment each process is given."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from projections.generation import LAYOUTS
from shared.testing import child
from shared.testing.kafka import BOOTSTRAP_SERVERS, IDEMPOTENT_PRODUCER, ExternalKafka, KafkaServer
from shared.testing.postgres import PostgresServer

from demo.home import Addresses, Home
from demo.issuer import AUDIENCE
from demo.processes import Program

SERVICES = {"referral": 1, "assessment": 2, "plan": 3, "placement": 4, "ap_intervention": 5, "projections": 6}
ISSUER = 9  # these are added to the port base: 8001 … 8006, 8009
WORKERS = 20  # a worker answers /healthz and /readyz there: 8021 … 8026
DATABASES = [*SERVICES, "keyring"]
_LAYOUTS_KEPT = "select name, layout from projections.live join projections.generations using (name, version)"


class PortTaken(Exception):
    """A port the demo needs belongs to another program."""


def variable(service: str) -> str:
    return f"{service.upper()}_DATABASE_URL"


def migration_variable(service: str) -> str:
    return f"{service.upper()}_MIGRATION_DATABASE_URL"


@dataclass(frozen=True)
class System:
    home: Home
    port_base: int
    kafka: KafkaServer | ExternalKafka
    postgres: PostgresServer | None
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    # --- addresses ---

    @property
    def addresses(self) -> Addresses:
        return Addresses(
            issuer=self.url(ISSUER),
            services={name: self.url(offset) for name, offset in SERVICES.items()},
            kafka=self.kafka.bootstrap_servers,
            idempotent_producer=self.kafka.idempotent_producer,
        )

    @classmethod
    def that_runs(cls, home: Home) -> System:
        """The system of the demo that runs now, as its addresses say."""
        addresses = home.addresses()
        kafka = ExternalKafka(addresses.kafka)
        kafka.idempotent_producer = addresses.idempotent_producer
        postgres = PostgresServer(home.directory / "postgres") if needs_postgres(os.environ) else None
        port_base = int(addresses.issuer.rpartition(":")[2]) - ISSUER
        return cls(home, port_base, kafka, postgres)

    def url(self, offset: int) -> str:
        return f"http://127.0.0.1:{self.port_base + offset}"

    def check_ports(self) -> None:
        """PortTaken naming the first that is not free."""
        check_ports(self.port_base)

    # --- environment ---

    def environment(self, *services: str, port: int | None = None, owner: bool = False) -> dict[str, str]:
        """What a process of these services gets: their databases and no other, as the owner only for `migrate`."""
        ours = {
            "ENVIRONMENT": "demo",
            "DEMO_CLOCK": "true",
            "DEMO_HOME": str(self.home.directory),
            BOOTSTRAP_SERVERS: self.kafka.bootstrap_servers,
            IDEMPOTENT_PRODUCER: str(self.kafka.idempotent_producer).lower(),
            "OIDC_ISSUER": self.url(ISSUER),
            "OIDC_AUDIENCE": AUDIENCE,
            "KEY_ENCRYPTION_KEY": self.given.get("KEY_ENCRYPTION_KEY") or self.home.key_encryption_key(),
            "SEAL_SIGNING_KEY": self.given.get("SEAL_SIGNING_KEY") or self.home.seal_signing_key(),
            "SEAL_EVERY_SECONDS": self.given.get("SEAL_EVERY_SECONDS") or "60",
            "HTTP_HOST": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",  # logs show the last line, also of a process that was killed
            "NO_PROXY": "127.0.0.1,localhost",  # a proxy of the machine's has no part in this
            "no_proxy": "127.0.0.1,localhost",
        }
        if port is not None:
            ours["HTTP_PORT"] = str(self.port_base + port)
        kept = {name: value for name, value in self.given.items() if not name.endswith("_DATABASE_URL")}
        databases = {**self._databases("keyring", owner=owner)}
        for service in services:
            databases |= self._databases(service, owner=owner)
        return {**kept, **ours, **databases}

    def _databases(self, service: str, *, owner: bool) -> dict[str, str]:
        given = self.given.get(variable(service))
        if given is None and self.postgres is None:
            raise KeyError(f"{variable(service)} is not set, and no PostgreSQL was started")
        if given is not None:
            application, superuser = given, self.given.get(migration_variable(service), given)
        else:
            assert self.postgres is not None
            application, superuser = self.postgres.url(service, f"{service}_app"), self.postgres.url(service)
        return {variable(service): application} | ({migration_variable(service): superuser} if owner else {})

    # --- programs ---

    def migrations(self) -> dict[str, Program]:
        jobs = {
            f"{name} migrate": self._python(f"{name}-migrate", name, "migrate", services=[name]) for name in SERVICES
        }
        jobs["keyring migrate"] = self._python("keyring-migrate", "shared.edge.keyring", "migrate")
        return jobs

    def topics(self) -> dict[str, Program]:
        return {"topics": self._python("topics", "shared.edge.topics", "create", owner=False)}

    def outdated(self) -> list[str]:
        """Projections whose kept tables are not those this code writes. Databases that were given are not asked."""
        if self.postgres is None or variable("projections") in self.given:
            return []
        kept = dict(row.split("|") for row in self.postgres.execute(_LAYOUTS_KEPT, "projections").splitlines())
        return [name for name, layout in LAYOUTS.items() if kept.get(name, str(layout)) != str(layout)]

    def rebuild(self, projections: Sequence[str]) -> dict[str, Program]:
        words = ["projections", "rebuild", *projections]
        return {"the rebuild": self._python("projections-rebuild", *words, services=["projections"])}

    def issuer(self) -> dict[str, Program]:
        environment = self.environment(port=ISSUER)
        url = f"{self.url(ISSUER)}/readyz"
        return {"issuer": self._program("issuer", ["demo.issuer"], environment, url)}

    def services(self) -> dict[str, Program]:
        programs = {}
        for name, offset in SERVICES.items():
            for part, port in (("api", offset), ("worker", offset + WORKERS)):
                environment = self.environment(name, port=port)
                ready = f"{self.url(port)}/readyz"
                programs[f"{name} {part}"] = self._program(f"{name}-{part}", [name, part], environment, ready)
        return programs

    def command(self, service: str, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """A command of a service, beside the processes that run: what to call, and its environment."""
        return [sys.executable, "-m", service, *words], self.environment(service, owner=True) | {"LOG_LEVEL": "WARNING"}

    def loader(self, authority: str) -> Program:
        """The loader writes to the screen itself."""
        return Program(
            [sys.executable, "-m", "demo.load", "--authority", authority],
            log=self.home.logs / "load.log",
            environment=self.environment(),
            on_screen=True,
        )

    def _python(self, log: str, *words: str, services: list[str] | None = None, owner: bool = True) -> Program:
        environment = self.environment(*(services or []), owner=owner)
        return Program([sys.executable, "-m", *words], log=self._log(log), environment=environment)

    def _program(self, log: str, words: list[str], environment: dict[str, str], ready: str) -> Program:
        return Program(
            [sys.executable, "-m", *words],
            log=self._log(log),
            environment=environment,
            ready=lambda: answers_ok(ready),
            why_not=lambda: reasons(ready),
        )

    def _log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"


def needs_postgres(given: Mapping[str, str]) -> bool:
    return any(variable(name) not in given for name in DATABASES)


def check_ports(port_base: int) -> None:
    users = {offset: f"{name} api" for name, offset in SERVICES.items()}
    users |= {offset + WORKERS: f"{name} worker" for name, offset in SERVICES.items()} | {ISSUER: "issuer"}
    for offset, user in sorted(users.items()):
        if child.port_is_taken(port_base + offset):
            raise PortTaken(f"port {port_base + offset}, for the {user}, is taken by another program")


# Without the machine's proxy: all of this is on loopback.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers_ok(url: str) -> bool:
    """Whether a GET answers 200."""
    try:
        with _opener.open(url, timeout=1.0) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def reasons(url: str) -> str:
    """Why a process says it is not ready, a line each; nothing where it says nothing."""
    try:
        with _opener.open(url, timeout=1.0):
            return ""
    except urllib.error.HTTPError as answer:
        with answer:
            try:
                return "\n".join(json.loads(answer.read())["reasons"])
            except (ValueError, KeyError, TypeError):
                return ""
    except OSError:
        return ""
