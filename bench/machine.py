"""The machine: what it is, whether others are using it just now, and how much of it they took while we measured."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil  # type: ignore[import-untyped]

QUIET_LOAD = 0.7
QUIET_SHARE = 0.15
PATIENCE = 120.0


def described(postgres: str, kafka: str, disk: Path) -> dict[str, Any]:
    """Nothing that says which machine it is: no name and no path."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "fdatasync_us": round(_fdatasync(disk) * 1e6),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "postgresql": postgres,
        "kafka": kafka,
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _fdatasync(directory: Path) -> float:
    """Seconds until 8 kB are on this disk (median): every durable commit waits for one."""
    file = directory / "fdatasync"
    took = []
    with file.open("wb", buffering=0) as out:
        for _ in range(200):
            out.write(bytes(8192))
            began = time.perf_counter()
            os.fdatasync(out.fileno())
            took.append(time.perf_counter() - began)
    file.unlink()
    return median(took)


@dataclass
class Others:
    """How many cores' worth of time other programs took, for each round that was measured."""

    shares: list[float] = field(default_factory=list)

    def body(self) -> dict[str, float]:
        if not self.shares:
            return {}
        return {"median_cores": round(median(self.shares), 2), "most_cores": round(max(self.shares), 2)}


class Watch:
    """``with Watch(others):`` notes what programs other than ours used meanwhile."""

    def __init__(self, others: Others) -> None:
        self._others = others

    def __enter__(self) -> Watch:
        self._at, self._all, self._ours = time.perf_counter(), _all_busy(), busy()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self._at
        theirs = (_all_busy() - self._all) - (busy() - self._ours)
        self._others.shares.append(max(0.0, theirs / seconds) if seconds else 0.0)


def _all_busy() -> float:
    """CPU seconds anybody used, and those the host took from us."""
    t = psutil.cpu_times()
    return float(t.user + t.nice + t.system + t.irq + t.softirq + t.steal)


def busy(pid: int | None = None, *, alone: bool = False) -> float:
    """CPU seconds of a process (this one if none is named) and everything it started, also what has ended since.

    ``alone``: without its children.
    """
    try:
        process = psutil.Process(pid)
        family = [process] if alone else [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for member in family:
        try:
            t = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += t.user + t.system + (0.0 if alone else t.children_user + t.children_system)
    return total


async def quiet(patience: float = PATIENCE) -> dict[str, Any]:
    """Wait until nobody else works here. Says what it found, and whether it gave up waiting.

    The load average also remembers our own last minute, so little use by others in two looks running is as good.
    """
    began = time.monotonic()
    calm = 0
    while True:
        seen = Others()
        with Watch(seen):
            await asyncio.sleep(1.5)
        load, share = os.getloadavg()[0], seen.shares[0]
        calm = calm + 1 if share < QUIET_SHARE else 0
        waited = time.monotonic() - began
        if load < QUIET_LOAD or calm >= 2 or waited > patience:
            return {
                "waited_seconds": round(waited),
                "load_average": round(load, 2),
                "used_by_others_cores": round(share, 2),
                "quiet": load < QUIET_LOAD or calm >= 2,
            }
