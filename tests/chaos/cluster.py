"""The system under test: PostgreSQL, Kafka, the token issuer and services, as processes of ours in a folder of ours.

Everything here is started through ``shared.testing.child``, listens on loopback, and is ended by the process we hold.
Start it from the thread that will live as long as it: the kernel ends a child whose starting thread has ended.
"""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from demo.home import Home
from demo.issuer import Issuer, make_key
from demo.processes import Program, Supervised, Supervisor
from demo.system import ISSUER, SERVICES, WORKERS, System
from pydantic import SecretStr
from shared.edge.settings import Settings
from shared.testing import child
from shared.testing.kafka import KafkaKind
from shared.testing.postgres import PostgresServer

from .brokers import REPLICATED, Brokers
from .surroundings import free_port_base, outside, send_signal, until
from .world import World

__all__ = ["AUTHORITY", "Cluster", "cluster", "until"]

AUTHORITY = "801"
SEALING = {
    "SEAL_SIGNING_KEY": "Y2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgISE=",
    "SEAL_EVERY_SECONDS": "2",
}
DAY = 86_400
READY_WITHIN = 120.0
"""Seconds. A busy machine takes a minute for a JVM that an idle one starts in three seconds."""


@dataclasses.dataclass(frozen=True)
class _System(System):
    """As the demo has it, and as production is where the demo differs from it."""

    always: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def environment(self, *services: str, port: int | None = None, owner: bool = False) -> dict[str, str]:
        return {**super().environment(*services, port=port, owner=owner), "DEMO_CLOCK": "false", **self.always}


class Cluster:
    """PostgreSQL, Kafka, the issuer, an API and a worker of each of ``services``, and workers alone of ``beside``."""

    def __init__(
        self,
        directory: Path,
        services: Sequence[str],
        *,
        beside: Sequence[str] = (),
        kafka: KafkaKind = "auto",
        brokers: int = 1,
        breakable: bool = False,
        given: Mapping[str, str] = SEALING,
    ) -> None:
        """``breakable``: its network, its clocks and its disks too (``world``)."""
        self.home = Home(directory)
        self.services = (*services, *beside)
        self.supervisor = Supervisor(say=lambda _: None)
        self.world = World(breakable=breakable)
        self.postgres = PostgresServer(
            directory / "postgres",
            log=self.home.logs / "postgres.log",
            environment=self.world.environment("PostgreSQL"),
        )
        self.kafka = Brokers(directory / "kafka", self.home.logs, kafka, brokers)
        self.world.lead_to(self.kafka)
        replicated = REPLICATED if brokers > 1 else {}
        given = {**outside(), **replicated, **self.world.databases(self.postgres), **given}
        self.system = _System(self.home, free_port_base(), self.kafka, self.postgres, given)  # type: ignore[arg-type]
        self.issuer = Issuer(self.system.url(ISSUER), self.home.secret("issuer-key.json", make_key()))
        names = [f"{name} {part}" for name in services for part in ("api", "worker")]
        names += [f"{name} worker" for name in beside]
        self.programs: dict[str, Program] = {name: self._program(name) for name in names}
        self.down: set[str] = set()
        """What the nemesis ended and has not started again: nobody is to wonder that it does not run."""
        self.died: list[str] = []
        """What ended without anybody having asked."""

    # --- starting and ending all of it ---

    def start(self, *, running: Sequence[str] | None = None) -> None:
        """Start everything, or of the services only the programs in ``running``. Raises StartFailed with the reason."""
        self.home.directory.mkdir(parents=True, exist_ok=True)
        self.supervisor.start({"PostgreSQL": self.postgres, **self.kafka.servers}, within=READY_WITHIN)
        for name in (*self.services, "keyring"):
            self.postgres.create_database(name)
        migrations = self.system.migrations()
        wanted = {f"{name} migrate" for name in (*self.services, "keyring")}
        self.supervisor.run_to_end(
            {**{name: job for name, job in migrations.items() if name in wanted}, **self.system.topics()}, at_once=2
        )
        first = self.programs if running is None else {name: self.programs[name] for name in running}
        self.down = set(self.programs) - set(first)
        self.supervisor.start({**self.system.issuer(), **first}, within=120)

    def stop(self) -> None:
        """End everything, whatever state it is in, and delete what it kept."""
        everything: list[Supervised] = [*self.kafka.servers.values(), *self.programs.values()]
        for process in everything:
            if process.pid is not None and process.ended() is None:
                send_signal(process.pid, signal.SIGCONT)  # a stopped process hears nothing else
        self.world.all_is_well()
        for program in self.programs.values():  # of some the supervisor knows only a predecessor
            program.ask_to_stop()
        for program in self.programs.values():
            program.stop()
        self.supervisor.stop()
        self.world.close()

    # --- one process ---

    def kill(self, name: str) -> None:
        """kill -9, and wait until it is gone."""
        self.down.add(name)
        self._end(self._of(name), signal.SIGKILL)

    def stop_at_once(self, name: str) -> None:
        """Of PostgreSQL its immediate shutdown: no checkpoint, no goodbye; the next start has to recover."""
        self._end(self._of(name), signal.SIGQUIT if name == "PostgreSQL" else signal.SIGKILL)

    def stop_postgres_at_once(self) -> None:
        """See ``stop_at_once``."""
        self.down.add("PostgreSQL")
        self.stop_at_once("PostgreSQL")

    def _end(self, process: Supervised, how: signal.Signals) -> None:
        if process.pid is not None and process.ended() is None:
            send_signal(process.pid, how)
            child.until(lambda: process.ended() is not None, within=20)

    def launch(self, name: str, *, fail_point: str | None = None) -> None:
        """Start it again; it may take a while until it is ready. With a fail point it will die there."""
        if name in self.programs:
            self.programs[name] = self._program(name, **({"FAIL_POINT": fail_point} if fail_point else {}))
        self._of(name).launch()
        self.down.discard(name)

    def _program(self, name: str, **more: str) -> Program:
        return dataclasses.replace(self.system, always={**self.world.environment(name), **more}).services()[name]

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """SIGSTOP for as long as the block lasts: it is there and does not answer."""
        pid = self._of(name).pid
        assert pid is not None
        send_signal(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            send_signal(pid, signal.SIGCONT)

    async def until_ready(self, *names: str, within: float = READY_WITHIN) -> None:
        """Raises TimeoutError naming the first that is not ready in time, with the end of its log."""
        for name in names:
            process = self._of(name)
            try:
                await until(lambda process=process: asyncio.to_thread(process.ready), within=within)
            except TimeoutError:
                said = await self._reasons(name)
                raise TimeoutError(f"{name} is not ready: {said}\n{child.last_lines(process.log)}") from None

    async def readiness(self, program: str) -> tuple[int, dict[str, Any]]:
        """What ``referral worker``, or another process of a service, answers on ``/readyz``. Raises httpx.HTTPError."""
        service, part = program.split()
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            answer = await http.get(self.url(service, part) + "/readyz")
        return answer.status_code, answer.json()

    async def _reasons(self, name: str) -> str:
        if name not in self.programs:
            return "it is no service"
        try:
            return str(await self.readiness(name))
        except (httpx.HTTPError, ValueError) as exc:
            return f"/readyz does not answer ({type(exc).__name__})"

    async def revive(self) -> None:
        """Start again what is down, and wait until all of it is ready."""
        if "PostgreSQL" in self.down:
            await self.start_postgres()
        for name in sorted(self.down - {"PostgreSQL"}):
            self.launch(name)
        await self.start_servers_that_ended()
        await self.until_ready(*self.kafka.names, *self.programs)

    async def start_postgres(self) -> None:
        """As ``PostgresServer.wait_until_ready``, without holding up the event loop."""
        self.postgres.launch()
        deadline = time.monotonic() + READY_WITHIN
        while not await asyncio.to_thread(self.postgres.ready):
            if not self.postgres.alive:
                self.postgres.launch()  # sessions of its predecessor still held the shared memory
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL does not start:\n{child.last_lines(self.postgres.log)}")
            await asyncio.sleep(0.1)
        self.down.discard("PostgreSQL")

    async def start_servers_that_ended(self) -> list[str]:
        """PostgreSQL or brokers that gave up, started again and ready; their names."""
        ended = []
        for name in ("PostgreSQL", *self.kafka.names):
            if name not in self.down and self._of(name).ended() is not None:
                ended.append(name)
                if name == "PostgreSQL":
                    await self.start_postgres()
                else:
                    self.launch(name)
                    await self.until_ready(name)
        return ended

    def note_deaths(self) -> None:
        """Write down, and start again, what ended though nobody had asked."""
        for name, program in list(self.programs.items()):
            if name not in self.down and (code := program.ended()) is not None:
                self.died.append(f"{name} ended by itself with {code}:\n{child.last_lines(program.log)}")
                self.launch(name)

    def _of(self, name: str) -> Any:
        return {"PostgreSQL": self.postgres, **self.kafka.servers, **self.programs}[name]

    # --- looking at it from outside ---

    def python(self, service: str, *words: str) -> list[str]:
        """``python -m <service> …``, as every process of that service is started."""
        return [sys.executable, "-m", service, *words]

    def url(self, service: str, part: str = "api") -> str:
        return self.system.url(SERVICES[service] + (WORKERS if part == "worker" else 0))

    def token(self, *, user: str, role: str = "send_caseworker", authority: str = AUTHORITY) -> str:
        # Good for whatever a clock says that jumped by some days.
        return self.issuer.token(role=role, authority=authority, user=user, age=10 * DAY, lifetime=20 * DAY)

    def settings(self, service: str) -> Settings:
        """As a process of that service has them."""
        environment = self.system.environment(service)
        return Settings(
            service=service.replace("_", "-"),
            environment="demo",
            database_url=environment[f"{service.upper()}_DATABASE_URL"],
            keyring_database_url=environment["KEYRING_DATABASE_URL"],
            key_encryption_key=SecretStr(environment["KEY_ENCRYPTION_KEY"]),
            seal_signing_key=SecretStr(environment["SEAL_SIGNING_KEY"]),
            kafka_bootstrap_servers=self.kafka.bootstrap_servers,
            kafka_idempotent_producer=self.kafka.idempotent_producer,
            oidc_issuer=self.system.url(ISSUER),
        )

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[Any]:
        """A connection of the superuser's to a service's database."""
        connection = await asyncpg.connect(self.postgres.url(service))
        try:
            yield connection
        finally:
            await connection.close()

    def command(self, service: str, *words: str, answer: str = "", within: float = 120, **more: str) -> tuple[int, str]:
        """Run ``python -m <service> …`` as its owner: the exit code, and what it said. ``more``: its environment."""
        done = subprocess.run(
            self.python(service, *words),
            env={**self.system.environment(service, owner=True), "COLUMNS": "200", **more},
            input=answer,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@contextmanager
def cluster(directory: Path, services: Sequence[str], **options: Any) -> Iterator[Cluster]:
    """A running cluster; afterwards nothing of it is left, processes or files."""
    running = options.pop("running", None)
    ours = Cluster(directory, services, **options)
    try:
        ours.start(running=running)
        yield ours
    finally:
        ours.stop()
        ours.home.forget()
