"""What each process of the demo is given."""

from __future__ import annotations

import base64
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from demo.home import Home
from demo.system import DATABASES, PortTaken, System, check_ports, needs_postgres, reasons, variable
from projections.generation import LAYOUTS
from shared.testing.kafka import ExternalKafka

GIVEN = {variable(name): f"postgresql://{name}_app@db/{name}" for name in DATABASES}


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(Home(tmp_path), 8000, ExternalKafka("kafka:9092"), None, given={**GIVEN, "HOME": "/somewhere"})


def test_a_service_gets_its_own_database_and_the_keyring_and_no_other(system: System) -> None:
    environment = system.environment("plan", port=3)
    assert {name for name in environment if name.endswith("DATABASE_URL")} == {
        "PLAN_DATABASE_URL",
        "KEYRING_DATABASE_URL",
    }
    assert environment["HTTP_PORT"] == "8003"
    assert environment["OIDC_ISSUER"] == "http://127.0.0.1:8009"
    assert environment["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
    assert environment["HOME"] == "/somewhere"


def test_only_migrate_gets_the_owners_way_in(system: System) -> None:
    assert "PLAN_MIGRATION_DATABASE_URL" not in system.environment("plan")
    assert system.environment("plan", owner=True)["PLAN_MIGRATION_DATABASE_URL"] == GIVEN["PLAN_DATABASE_URL"]


def test_no_postgresql_is_started_where_every_database_is_given() -> None:
    assert not needs_postgres(GIVEN)
    assert needs_postgres({name: url for name, url in GIVEN.items() if name != "PLAN_DATABASE_URL"})


def test_a_taken_port_is_named_with_its_user() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        base = taken.getsockname()[1] - 3
        with pytest.raises(PortTaken, match=r"for the (referral|assessment|plan)"):
            check_ports(base)


def test_logs_are_sealed_with_one_key_that_is_kept_or_given(system: System, tmp_path: Path) -> None:
    key = system.environment("plan")["SEAL_SIGNING_KEY"]
    assert len(base64.b64decode(key)) == 32
    assert system.environment("referral")["SEAL_SIGNING_KEY"] == key
    given = System(Home(tmp_path), 8000, ExternalKafka("kafka:9092"), None, given={**GIVEN, "SEAL_SIGNING_KEY": "ours"})
    assert given.environment("plan")["SEAL_SIGNING_KEY"] == "ours"


def test_a_command_is_run_beside_the_demo_that_runs(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, url in GIVEN.items():
        monkeypatch.setenv(name, url)
    system.addresses.write(Home(tmp_path))
    found = System.that_runs(Home(tmp_path))
    assert found.addresses == system.addresses
    command, environment = found.command("plan", ["verify", "--source", "topic"])
    assert command[1:] == ["-m", "plan", "verify", "--source", "topic"]
    assert environment["PLAN_DATABASE_URL"] == GIVEN["PLAN_DATABASE_URL"]
    assert environment["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"


class KeptTables:
    """A PostgreSQL that was started with data of another day."""

    def __init__(self, layouts: dict[str, int]) -> None:
        self.layouts = layouts

    def execute(self, sql: str, database: str) -> str:
        assert database == "projections"
        return "\n".join(f"{name}|{layout}" for name, layout in self.layouts.items())


@pytest.mark.parametrize(
    ("kept", "outdated"),
    [({}, []), (LAYOUTS, []), ({**LAYOUTS, "timeline": LAYOUTS["timeline"] - 1}, ["timeline"])],
    ids=["first start", "as they are", "before an update"],
)
def test_what_was_kept_in_other_tables_is_built_anew(tmp_path: Path, kept: dict[str, int], outdated: list[str]) -> None:
    postgres: Any = KeptTables(kept)
    assert System(Home(tmp_path), 8000, ExternalKafka("kafka:9092"), postgres, given={}).outdated() == outdated


def test_a_process_that_is_not_ready_says_why() -> None:
    class Waiting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b'{"ready": false, "reasons": ["the database does not answer"]}')

        def log_message(self, *_: Any) -> None:
            """Say nothing on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Waiting)
    answering = Thread(target=server.handle_request)
    answering.start()
    try:
        assert reasons(f"http://127.0.0.1:{server.server_port}/readyz") == "the database does not answer"
    finally:
        answering.join()
        server.server_close()
    assert reasons(f"http://127.0.0.1:{server.server_port}/readyz") == ""
