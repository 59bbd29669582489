"""What a process of ours is told about the clock and the disk (``preload.c``), and how the test changes it meanwhile.

The lie is told between the process and its C library, so it holds for Python, for PostgreSQL and for Kafka alike, and
for nobody else on this machine. What the kernel does behind the library's back (a disk that loses what it confirmed,
memory that is mapped to a file) is out of its reach.
"""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

_ORDERS = struct.Struct("5q")
_PLACES = ("clock_us", "sync_us", "write_us", "full", "broken")
_SOURCE = Path(__file__).with_name("preload.c")


def why_not() -> str | None:
    """Why there is no such lie here, in words; None where there can be."""
    if sys.platform != "linux":
        return "this is not Linux"
    return None if shutil.which("cc") else "no C compiler (`cc`) was found"


class Orders:
    """Of one process, or of all processes of one server. All zero: the truth."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(_ORDERS.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _ORDERS.size)

    def clock(self, seconds: float) -> None:
        """The clock of the day jumps: it is so many seconds ahead of the machine's from now on (negative: behind)."""
        self._write("clock_us", round(seconds * 1e6))

    def slow_disk(self, *, sync: float = 0.0, write: float = 0.0) -> None:
        """Every fsync, and every write to a file, takes so many seconds longer."""
        self._write("sync_us", round(sync * 1e6))
        self._write("write_us", round(write * 1e6))

    def full_disk(self, full: bool) -> None:
        """No file may grow any more (ENOSPC)."""
        self._write("full", int(full))

    def broken_disk(self, broken: bool) -> None:
        """Whatever is to be made durable cannot be (EIO)."""
        self._write("broken", int(broken))

    def truth(self) -> None:
        for name in _PLACES:
            self._write(name, 0)

    def _write(self, name: str, value: int) -> None:
        at = 8 * _PLACES.index(name)
        self._map[at : at + 8] = value.to_bytes(8, "little", signed=True)


class Preload:
    """The library, compiled, and the orders of every process that was given some."""

    def __init__(self) -> None:
        """Raises CalledProcessError where the compiler does not do its work."""
        # Not below a test's own directory: PostgreSQL's user must be able to read it.
        self.directory = Path(tempfile.mkdtemp(prefix="chaos-orders-"))
        self.directory.chmod(0o755)
        self._library = self.directory / "preload.so"
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-o", str(self._library), str(_SOURCE), "-ldl"],
            check=True, capture_output=True,
        )  # fmt: skip
        self._of: dict[str, Orders] = {}

    def of(self, name: str) -> Orders:
        if name not in self._of:  # made once: the file may not shrink while somebody maps it
            self._of[name] = Orders(self.directory / name.replace(" ", "-"))
        return self._of[name]

    def environment(self, name: str) -> dict[str, str]:
        """What a process needs to be under these orders."""
        return {"LD_PRELOAD": str(self._library), "CHAOS_ORDERS": str(self.of(name).path)}

    def truth(self) -> None:
        for orders in self._of.values():
            orders.truth()

    def forget(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
