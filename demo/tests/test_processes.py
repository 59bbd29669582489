"""The supervisor, with small real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.processes import Program, StopAsked, Supervisor
from shared.testing import child
from shared.testing.child import StartFailed

SLEEPER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]
FAILING = [sys.executable, "-c", "raise SystemExit('no database')"]
DEAF = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()",
]


def program(tmp_path: Path, name: str, command: list[str]) -> Program:
    log = tmp_path / f"{name}.log"
    return Program(command, log=log, ready=lambda: log.exists() and "up" in log.read_text())


def is_alive(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    one = Supervisor(say=said.append)
    yield one
    one.stop()


def test_a_killed_child_is_started_again(tmp_path: Path, supervisor: Supervisor, said: list[str]) -> None:
    one, other = program(tmp_path, "one", SLEEPER), program(tmp_path, "other", SLEEPER)
    supervisor.start({"one": one, "other": other})
    before, bystander = one.pid, other.pid
    assert before is not None

    os.kill(before, signal.SIGKILL)

    def back() -> bool:
        supervisor.look()
        return any("one is back" in line for line in said)

    assert child.until(back, within=10)
    assert one.pid != before
    assert is_alive(one.pid)
    assert other.pid == bystander
    assert f"one (process {before}) was killed by SIGKILL" in said[0]


def test_what_must_follow_a_restart_follows_it(tmp_path: Path, supervisor: Supervisor) -> None:
    followed: list[str] = []
    one = program(tmp_path, "one", SLEEPER)
    supervisor.start({"one": one}, after_restart=lambda: followed.append("topics"))
    assert followed == []
    assert one.pid is not None

    os.kill(one.pid, signal.SIGKILL)

    def noticed() -> bool:
        supervisor.look()
        return bool(followed)

    assert child.until(noticed, within=10)
    assert followed == ["topics"]


def test_stop_ends_all_children_and_only_them(tmp_path: Path, supervisor: Supervisor) -> None:
    with subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL) as stranger:
        children = [program(tmp_path, name, SLEEPER) for name in ("first", "second", "third")]
        supervisor.start({"first": children[0]})
        supervisor.start({"second": children[1], "third": children[2]})
        order: list[list[str]] = []

        supervisor.stop(on_stage=order.append)

        assert order == [["second", "third"], ["first"]]
        assert not any(is_alive(one.pid) for one in children)
        assert stranger.poll() is None
        stranger.kill()


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = program(tmp_path, "deaf", DEAF)
    deaf.launch()
    assert child.until(deaf.ready, within=10)
    deaf.stop(grace=0.2)
    assert deaf.ended() == -signal.SIGKILL


def test_what_a_dead_child_leaves_behind_ends_with_it(tmp_path: Path, supervisor: Supervisor) -> None:
    leaves = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid); print('up', flush=True); input"
    parent = program(tmp_path, "parent", [sys.executable, "-c", f"{leaves}\nimport signal; signal.pause()"])
    supervisor.start({"parent": parent})
    grandchild = int(parent.log.read_text().split()[0])
    assert is_alive(grandchild)
    supervisor.stop()
    assert child.until(lambda: not _runs(grandchild), within=5)


def _runs(pid: int) -> bool:
    """Alive and no zombie: whose child an orphan becomes, and when it is buried, is not ours to say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_start_that_fails_half_way_says_why_and_leaves_nothing(tmp_path: Path, supervisor: Supervisor) -> None:
    good, bad = program(tmp_path, "good", SLEEPER), program(tmp_path, "bad", FAILING)
    with pytest.raises(StartFailed, match="bad ended with code 1:\nno database"):
        supervisor.start({"good": good, "bad": bad})
    supervisor.stop()
    assert not is_alive(good.pid)


def test_a_child_that_is_never_ready_is_named(tmp_path: Path, supervisor: Supervisor) -> None:
    never = Program(SLEEPER, log=tmp_path / "never.log", ready=lambda: False)
    with pytest.raises(StartFailed, match="never was not ready"):
        supervisor.start({"never": never}, within=0.3)


def test_a_failing_job_is_named_and_the_others_end(tmp_path: Path, supervisor: Supervisor) -> None:
    slow, bad = program(tmp_path, "slow", SLEEPER), program(tmp_path, "migrate", FAILING)
    with pytest.raises(StartFailed, match="migrate ended with code 1"):
        supervisor.run_to_end({"slow": slow, "migrate": bad})
    assert not is_alive(slow.pid)


def test_ctrl_c_is_obeyed(tmp_path: Path, supervisor: Supervisor) -> None:
    one = program(tmp_path, "one", SLEEPER)
    with pytest.raises(StopAsked), supervisor.signals_stop_us():
        supervisor.start({"one": one})
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.watch()
    supervisor.stop()
    assert not is_alive(one.pid)


def test_children_do_not_outlive_a_killed_launcher(tmp_path: Path) -> None:
    launcher = (
        "import sys; from pathlib import Path; from demo.processes import *\n"
        f"one = Program({SLEEPER!r}, log=Path({str(tmp_path / 'one.log')!r}))\n"
        "one.launch(); print(one.pid, flush=True)\n"
        "Supervisor().watch()"
    )
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert _runs(pid)
        process.kill()
    assert child.until(lambda: not _runs(pid), within=5)
