"""Small things about the machine: free ports, the environment without what leads astray, waiting for something."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from typing import Any

from demo.system import PortTaken, check_ports


async def until(true: Any, *, within: float = 30.0, every: float = 0.05) -> Any:
    """Poll until it is true (it may be a coroutine function), and return what it said. Raises TimeoutError."""
    deadline = time.monotonic() + within
    while True:
        found = true()
        if asyncio.iscoroutine(found) or asyncio.isfuture(found):
            found = await found
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(every)


def free_port_base() -> int:
    """Such that every port the system may use is free now."""
    while True:
        base = random.randrange(20_000, 31_900)
        try:
            check_ports(base)
        except PortTaken:
            continue
        return base


def outside() -> dict[str, str]:
    """The environment without what would lead a service elsewhere."""
    ours = ("_DATABASE_URL", "KAFKA_", "SEAL_", "FAIL_POINT", "OIDC_", "TEST_", "LD_PRELOAD", "CHAOS_")
    return {name: value for name, value in os.environ.items() if not any(part in name for part in ours)}


def send_signal(pid: int, number: signal.Signals) -> None:
    """Nothing where the process has gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
