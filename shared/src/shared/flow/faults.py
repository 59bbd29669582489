"""Fail points: places where a test can make the process die, named after what has and has not happened yet.

Off unless FAIL_POINT is set, which the settings refuse in production. ``FAIL_POINT=relay.before-position:3`` kills the
process (as kill -9 would) when that place is reached for the third time.
"""

from __future__ import annotations

import os
import signal

_NAME, _, _TIMES = os.environ.get("FAIL_POINT", "").partition(":")
_left = int(_TIMES or 1)


async def point(name: str) -> None:
    """Die here if a test asked for it."""
    global _left
    if name != _NAME:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
