"""A child process that we hold, and that does not outlive us.

Everything the demo and the tests start goes through `spawn`, so that one rule holds for all of it: we end only what we
started, by the process we hold, and when we are killed ourselves the kernel ends it for us.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be imported between fork and exec


class StartFailed(RuntimeError):
    """A server did not start; the text carries the end of its log."""


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | None,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user: str | None = None,
    when_we_die: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, writing to `log` (or to our own output when there is none).

    A session of its own keeps Ctrl-C in the terminal ours: we decide who stops when. The kernel sends `when_we_die`
    to the child when the *thread* that started it ends, so call this from a thread that lives as long as the child
    should.
    """
    us = os.getpid()

    def in_the_child() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, int(when_we_die))
            if os.getppid() != us:  # we died between fork and prctl
                os._exit(1)

    arguments = [str(part) for part in command]
    env = None if environment is None else dict(environment)
    with contextlib.ExitStack() as stack:
        output = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            output = stack.enter_context(log.open("ab"))
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            env=env,
            cwd=directory,
            user=user,
            group=None if user is None else _group_of(user),
            extra_groups=None if user is None else [],
            start_new_session=True,
            preexec_fn=in_the_child,
        )


def _group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def ask_to_stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)


def ended(process: subprocess.Popen[bytes]) -> int | None:
    """The return code once the process has ended, else None. What it left behind in its process group ends with it.

    The group is killed while its dead leader still holds the number (WNOWAIT): once the leader is reaped, the number
    may belong to a stranger.
    """
    if process.returncode is None:
        try:
            gone = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return process.poll()
        if gone is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> None:
    """Ask, wait, insist: `how`, then KILL once `grace` seconds are over. Returns when the process is gone."""
    if ended(process) is None:
        ask_to_stop(process, how)
        if not until(lambda: ended(process) is not None, within=grace):
            process.kill()
            until(lambda: ended(process) is not None, within=grace)


def until(true: Callable[[], bool], *, within: float, every: float = 0.02) -> bool:
    """Poll until it is true; False when `within` seconds pass first."""
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def last_lines(log: Path, count: int = 15) -> str:
    if not log.exists():
        return "(it wrote no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def free_port() -> int:
    """A free port below those the system hands to outgoing connections: a port that is kept must be free next time
    too.
    """
    while True:
        port = random.randint(20_000, 32_000)
        if not port_is_taken(port):
            return port


def port_is_taken(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def answers(port: int, host: str = "127.0.0.1") -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False
