"""`python -m demo up`: start everything in order, load an authority once, keep it running, stop it all."""

from __future__ import annotations

import os
import shlex
import sys
import time

from shared.testing.child import StartFailed
from shared.testing.kafka import BOOTSTRAP_SERVERS, ExternalKafka, KafkaKind, KafkaServer
from shared.testing.postgres import PostgresServer

from demo.home import AlreadyRunning, Home
from demo.issuer import make_key
from demo.processes import StopAsked, Supervised, Supervisor
from demo.screen import Screen
from demo.system import DATABASES, SERVICES, PortTaken, System, check_ports, needs_postgres, variable

REFILL = 60.0  # how long the relays may take to fill an empty broker's topics
HAND_OVER = 10.0  # how long a demo that was killed may take to let go of its ports


class Demo:
    def __init__(self, home: Home, screen: Screen, *, port_base: int) -> None:
        self.home, self.screen, self.port_base = home, screen, port_base
        self.supervisor = Supervisor(say=screen.note)

    def up(self, *, authority: str, kafka: KafkaKind, load: bool) -> int:
        """Run until told to stop. The exit code: 0 when stopped, 1 when it could not start."""
        try:
            with self.home.locked(), self.supervisor.signals_stop_us():
                try:
                    self._start(kafka)
                    if load:
                        self._load(authority)
                    self._show(authority)
                    self.supervisor.watch()
                finally:
                    self._stop()
        except StopAsked:
            pass
        except (AlreadyRunning, PortTaken, StartFailed) as failed:
            self.screen.problem(str(failed))
            if isinstance(failed, PortTaken):
                self.screen.line(f"Choose other ports with: python -m demo up --port-base {self.port_base + 1000}")
            if isinstance(failed, StartFailed):
                self.screen.line(f"The logs of every process are in {self.home.logs}")
            return 1
        return 0

    # --- starting ---

    def _start(self, kind: KafkaKind) -> None:
        self._wait_for_ports()
        self._start_fresh_logs()
        self.home.secret("issuer-key.json", make_key())
        postgres = self._start_postgres()
        kafka = self._kafka(kind)
        self.system = system = System(self.home, self.port_base, kafka, postgres)
        system.addresses.write(self.home)
        if isinstance(kafka, KafkaServer):
            after = None if kafka.keeps_data else self._refill
            with self.screen.step(f"Kafka: {kafka.description}"):
                self.supervisor.start({"Kafka": kafka}, after_restart=after)
        else:
            self.screen.done(f"Kafka: {kafka.description}")
        with self.screen.step("Databases and topics"):
            # The issuer needs neither and starts beside them.
            self.supervisor.run_to_end({**system.migrations(), **system.topics()}, at_once=4)
        programs: dict[str, Supervised] = {**system.issuer(), **system.services()}
        outdated = system.outdated()
        later = {name: programs.pop(name) for name in list(programs) if outdated and name.startswith("projections")}
        with self.screen.step(f"{len(programs)} processes: an API and a worker for each service, and the token issuer"):
            self.supervisor.start(programs, within=120)
        if outdated:
            with self.screen.step(f"Built anew, for this code keeps it otherwise: {_list(outdated)}"):
                self._rebuild(outdated)
                self.supervisor.start(later, within=120)

    def _rebuild(self, projections: list[str]) -> None:
        """From the topics. A broker that keeps nothing gets them from the services' relays, which run by now."""
        deadline = time.monotonic() + REFILL
        while True:
            try:
                return self.supervisor.run_to_end(self.system.rebuild(projections), within=None)
            except StartFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1.0)

    def _start_postgres(self) -> PostgresServer | None:
        given = [variable(name) for name in DATABASES if variable(name) in os.environ]
        if given:
            self.screen.done(f"PostgreSQL as given by {', '.join(given)}")
            self.home.stores_are_at(" ".join(os.environ[name] for name in given))
        if not needs_postgres(os.environ):
            return None
        server = PostgresServer(self.home.directory / "postgres", log=self.home.logs / "postgres.log")
        if not server.data_dir.exists():
            self.home.nothing_is_loaded()  # whatever the markers say: /var/tmp may have been tidied up
        elsewhere = "" if server.home == server.asked_for else f" (data in {server.home}: see postgres.py for why)"
        with self.screen.step(f"PostgreSQL, embedded{elsewhere}"):
            self.supervisor.start({"PostgreSQL": server})
            for name in DATABASES:
                if variable(name) not in os.environ:
                    server.create_database(name)
        return server

    def _kafka(self, kind: KafkaKind) -> KafkaServer | ExternalKafka:
        if given := os.environ.get(BOOTSTRAP_SERVERS):
            return ExternalKafka(given)
        with self.screen.step("Looking for Java and Maven, and for Apache Kafka's jars"):
            return KafkaServer(self.home.directory / "kafka", kind, log=self.home.logs / "kafka.log")

    def _refill(self) -> None:
        """The embedded broker came back empty: make its topics; the relays fill them from the stores."""
        self.supervisor.run_to_end(self.system.topics(), within=60)
        self.screen.note("topics made again; the services fill them from their event stores")

    def _wait_for_ports(self) -> None:
        deadline = time.monotonic() + HAND_OVER
        while True:
            try:
                return check_ports(self.port_base)
            except PortTaken:
                if time.monotonic() > deadline or not self.home.logs.exists():
                    raise
                time.sleep(0.1)

    def _start_fresh_logs(self) -> None:
        """The logs of the run before are kept once, with `.1` behind their names."""
        self.home.logs.mkdir(parents=True, exist_ok=True)
        for log in self.home.logs.glob("*.log"):
            log.rename(log.with_suffix(".log.1"))

    # --- loading ---

    def _load(self, authority: str) -> None:
        match self.home.loaded(authority):
            case "yes":
                self.screen.done(f"Authority {authority} is kept from an earlier start")
                return
            case "half":
                self.screen.note(f"Loading authority {authority} was interrupted; going through it again")
            case "no":
                self.screen.line(f"Loading a synthetic authority {authority}")
        self.home.loading_starts(authority)
        began = time.monotonic()
        self.supervisor.run_to_end({"the loader": self.system.loader(authority)}, within=None)
        self.home.loading_is_done(authority)
        self.screen.done(f"Authority {authority} is loaded", time.monotonic() - began)

    # --- showing and stopping ---

    def _show(self, authority: str) -> None:
        addresses = self.system.addresses
        rows = [(name.replace("_", "-"), f"{addresses.services[name]}/docs") for name in SERVICES]
        rows += [("token issuer", addresses.issuer), ("Kafka", f"{self.system.kafka.bootstrap_servers}")]
        rows += [("", self.system.kafka.description), ("logs", str(self.home.logs))]
        self.screen.line("")
        self.screen.table(rows)
        python = shlex.quote(os.path.relpath(sys.executable))
        example = self.home.example_case(authority)
        token = f"{python} -m demo token --role send_caseworker --authority {authority}"
        self.screen.line("")
        if example:
            self.screen.line(f"An example case: {example['description']}")
            where = f"{addresses.services['projections']}/cases/{example['case_id']}/timeline"
            self.screen.line(f'  curl -s -H "Authorization: Bearer $({token})" {where}')
        else:
            self.screen.line(f"A token: {token}")
        self.screen.line("")
        self.screen.line("Ctrl-C stops all of it. What was loaded is kept; `make clean` forgets it.")

    def _stop(self) -> None:
        if not self.supervisor.names:
            return
        began = time.monotonic()
        self.supervisor.stop(on_stage=lambda names: self.screen.line(f"  stopping {_list(names)} …"))
        self.screen.done("Stopped everything it had started", time.monotonic() - began)


def _list(names: list[str]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{len(names)} processes"
