"""The demo as its user has it: started, a case driven through, stopped by Ctrl-C, started again on what it kept."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import httpx
import orjson
import pytest
from demo.system import SERVICES, check_ports
from shared.testing import apache_kafka, child

from .caller import Caller, until
from .course import Course
from .refusals import check_clicks, check_refusals, check_strangers
from .screens import check_deadlines, check_register, check_timeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

READY = "Ctrl-C stops all of it"
ROOT = Path(__file__).parents[2]


def free_base() -> int:
    """A number above which every port of a demo is free."""
    while True:
        base = random.randrange(20_000, 31_000, 100)
        try:
            check_ports(base)
        except Exception:
            continue
        return base


class Demo:
    def __init__(self, home: Path, kafka: str) -> None:
        self.home, self.kafka, self.base = home, kafka, free_base()
        self.process: subprocess.Popen[bytes] | None = None
        self.output = home.parent / "screen.log"

    @contextmanager
    def up(self) -> Iterator[None]:
        """Started as `make demo` starts it, and stopped by Ctrl-C."""
        self.output.write_bytes(b"")
        with self.output.open("ab") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo", "up", "--no-load", "--kafka", self.kafka, "--port-base", str(self.base)],
                stdout=screen, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True,
            )  # fmt: skip
        try:
            ended = self.process.poll
            assert child.until(lambda: READY in self.screen or ended() is not None, within=240), self.screen
            assert ended() is None, self.screen
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """Ctrl-C, and wait. Raises TimeoutExpired where it does not end."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def environment(self) -> dict[str, str]:
        ours = {"DEMO_HOME": str(self.home)}
        # The demo of this test starts its own servers, whatever the test run was pointed at.
        kept = {
            n: v for n, v in os.environ.items() if not n.endswith("DATABASE_URL") and n != "KAFKA_BOOTSTRAP_SERVERS"
        }
        return {**kept, **ours}

    @property
    def screen(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> set[int]:
        """Every process the demo started that still runs."""
        assert self.process is not None
        found = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                found.add(int(stat.parent.name))
        return found

    def token(self, role: str, authority: str = "801") -> str:
        return _token(str(self.home), role, authority)


@contextmanager
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user that the demo has nothing to do with."""
    process = subprocess.Popen(["sleep", "900"], start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def still_there(pids: set[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def by_hand(demo: Demo) -> None:
    """`docs/by-hand.md`, as it stands, in a shell."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "by-hand.md").read_text(), re.DOTALL)
    done = subprocess.run(
        ["/bin/sh"], input="\n".join(blocks), capture_output=True, text=True, timeout=180, cwd=ROOT, check=False,
        env={**os.environ, "DEMO_HOME": str(demo.home), "BASE": str(demo.base), "PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "intervention-concluded" in done.stdout


@cache
def _token(home: str, role: str, authority: str) -> str:
    command = [sys.executable, "-m", "demo", "token", "--role", role, "--authority", authority]
    said = subprocess.run(command, env={**os.environ, "DEMO_HOME": home}, capture_output=True, text=True, check=True)
    return said.stdout.strip()


async def clients(demo: Demo, stack: AsyncExitStack) -> dict[str, httpx.AsyncClient]:
    return {
        name: await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{demo.base + offset}", timeout=30, trust_env=False)
        )
        for name, offset in SERVICES.items()
    }


@pytest.mark.parametrize("kafka", ["apache", "embedded"])
async def test_a_case_is_driven_through_the_demo_which_stops_and_starts_again(tmp_path: Path, kafka: str) -> None:
    if kafka == "apache" and apache_kafka.why_not() and not os.environ.get("CI"):
        kafka = "auto"  # without Java there is one broker to try, and the screen says so
    demo = Demo(tmp_path / "home", kafka)
    with bystander() as other, demo.up():
        assert ("Apache Kafka" if kafka == "apache" else "Tansu") in demo.screen or kafka == "auto"
        started = demo.children()
        async with AsyncExitStack() as stack:
            course = Course(Caller(await clients(demo, stack), demo.token, until, date(2024, 9, 1)))
            await course.run()
            await until(lambda: _shown(course))
            await check_timeline(course)
            await check_deadlines(course)
            await check_register(course)
            await check_strangers(course)
            await check_clicks(course)
            await check_refusals(course)
            await _follow_changes(course)
            told = await course.caller.read("projections", f"/cases/{course.case}/timeline", limit=200)
        by_hand(demo)
        demo.stop()
        assert demo.process is not None
        assert demo.process.returncode == 0, demo.screen
        assert len(started) >= 15, "PostgreSQL, Kafka and thirteen of ours"
        assert not still_there(started), "it ended everything it had started"
        assert other.poll() is None, "and nothing else"

    with demo.up():
        async with AsyncExitStack() as stack:
            course.caller.http = await clients(demo, stack)
            again = await course.caller.read("projections", f"/cases/{course.case}/timeline", limit=200)
            assert again["entries"][: len(told["entries"])] == told["entries"]
            # What is new goes the whole way, also where the broker came back empty and was filled from the stores.
            course.on(2026, 2, 2)
            early = await course.caller.do("plan", f"{course.plan}/early-reviews", {"asked_by": "PARENT"})
            await until(lambda: _tells_of(course, early["events"][0]["event_id"]))
            await check_timeline(course)


async def _shown(course: Course) -> bool:
    """Whether every projection knows of the last thing that happened."""
    caller, case = course.caller, f"/cases/{course.case}"
    answers = [await caller.look("projections", path) for path in (case, f"{case}/deadlines")]
    if any(answer.status_code != 200 for answer in answers):
        return False
    register, deadlines = (answer.json() for answer in answers)
    met = {clock["rule"] for clock in deadlines["clocks"] if clock["status_code"] == "met"}
    amended = await caller.read("projections", f"{case}/timeline", type="plan.amended-final-plan-issued")
    return bool(amended["entries"]) and register["stage_since"] == "2026-01-29" and "final-amended-plan" in met


async def _tells_of(course: Course, event_id: str) -> bool:
    found = await course.caller.read("projections", f"/cases/{course.case}/timeline", limit=200)
    return event_id in {entry["event_id"] for entry in found["entries"]}


async def _follow_changes(course: Course) -> None:
    """The stream of changes tells of a case, and goes on after the last id that was heard."""
    caller = course.caller
    first = await _changed(course, None)
    team = {"caseworker": "birch", "team": "South"}
    await caller.do("referral", f"/persons/{course.person}/caseworker", team)
    second = await _changed(course, first)
    assert second != first


async def _changed(course: Course, last: str | None) -> str:
    """The id under which the stream tells of the course's case, after ``last``."""
    caller = course.caller
    headers = {"Authorization": f"Bearer {caller.token('send_caseworker')}"}
    if last is not None:
        headers["Last-Event-ID"] = last
    id = ""
    async with asyncio.timeout(60), caller.http["projections"].stream("GET", "/changes", headers=headers) as stream:
        assert stream.status_code == 200
        if last is None:
            await caller.do("referral", f"/persons/{course.person}/caseworker", {"caseworker": "ash", "team": "North"})
        async for line in stream.aiter_lines():
            if line.startswith("id:"):
                id = line.removeprefix("id:").strip()
            elif line.startswith("data:") and course.case in str(orjson.loads(line.removeprefix("data:"))):
                return id
    raise AssertionError("the stream ended")
