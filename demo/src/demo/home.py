"""What a demo keeps between two starts: `.demo/` of the checkout.

postgres/  kafka/      data of the embedded servers
secrets/               made at the first start, readable by their owner alone
loaded/                which authorities have been loaded, and which loading was interrupted
logs/                  one file per process
demo.json              addresses of the demo that ran last
example-case.json      a case worth looking at, written by the loader
lock                   held by the demo that runs now
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from shared.testing import postgres_places

Loaded = Literal["no", "half", "yes"]


class AlreadyRunning(Exception):
    """Another demo runs on this checkout."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of a demo answer."""

    issuer: str
    services: dict[str, str]
    kafka: str = ""
    idempotent_producer: bool = True

    def write(self, home: Home) -> None:
        (home.directory / "demo.json").write_text(json.dumps(asdict(self), indent=2) + "\n")


class Home:
    def __init__(self, directory: Path | None = None) -> None:
        given = os.environ.get("DEMO_HOME")
        checkout = Path(__file__).parents[3]
        self.directory = directory or (Path(given).absolute() if given else checkout / ".demo")
        self.stores = "embedded"  # what was loaded was loaded into these; see `stores_are_at`

    @property
    def logs(self) -> Path:
        return self.directory / "logs"

    @property
    def exists(self) -> bool:
        return (self.directory / "demo.json").exists()

    def addresses(self) -> Addresses:
        return Addresses(**json.loads((self.directory / "demo.json").read_text()))

    def example_case(self, authority: str) -> dict[str, Any] | None:
        """What the loader left to look at in this authority, if it did."""
        file = self._marker(authority, "example")
        if not file.exists():
            return None
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    # --- secrets ---

    def secret(self, name: str, make: bytes | None = None) -> bytes:
        """A secret of this demo; the first time, `make` is kept as it. FileNotFoundError without either."""
        file = self.directory / "secrets" / name
        if make is not None and not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(make)
            unfinished.rename(file)
        return file.read_bytes()

    def key_encryption_key(self) -> str:
        return self.secret("key-encryption-key", base64.b64encode(os.urandom(32))).decode()

    def seal_signing_key(self) -> str:
        return self.secret("seal-signing-key", base64.b64encode(os.urandom(32))).decode()

    # --- what was loaded ---

    def stores_are_at(self, url: str) -> None:
        """The services' databases are somebody else's: what the embedded ones hold says nothing about them."""
        self.stores = hashlib.sha256(url.encode()).hexdigest()[:12]

    def nothing_is_loaded(self) -> None:
        shutil.rmtree(self.directory / "loaded" / self.stores, ignore_errors=True)

    def loaded(self, authority: str) -> Loaded:
        if self._marker(authority, "done").exists():
            return "yes"
        return "half" if self._marker(authority, "started").exists() else "no"

    def loading_starts(self, authority: str) -> None:
        marker = self._marker(authority, "started")
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()

    def loading_is_done(self, authority: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # the next authority's loader writes it anew
            shutil.copyfile(self.directory / "example-case.json", self._marker(authority, "example"))
        self._marker(authority, "started").rename(self._marker(authority, "done"))

    def _marker(self, authority: str, state: str) -> Path:
        return self.directory / "loaded" / self.stores / f"{authority}.{state}"

    # --- one demo at a time ---

    @property
    def runs(self) -> bool:
        """Whether a demo of this checkout is up, or coming up."""
        if not self.exists:
            return False
        try:
            with self.locked():
                return False
        except AlreadyRunning:
            return True

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this home. The system lets go of the lock when we end, however we end; the file only says who we are."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                who = lock.read().strip() or "unknown"
                raise AlreadyRunning(f"a demo of this checkout already runs (process {who})") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            try:
                yield
            finally:
                lock.truncate(0)

    def forget(self) -> None:
        """Delete everything kept; the lock must be held."""
        postgres_places.forget(self.directory / "postgres")
        shutil.rmtree(self.directory, ignore_errors=True)
