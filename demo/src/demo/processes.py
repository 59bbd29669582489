"""The supervisor: starts child processes, starts one again that dies, ends them all, and nothing else.

It touches only processes it started and holds. Everything happens in one thread, in `watch`: look, start again what
died, look again. A signal to stop is obeyed at once, except in the middle of starting a process.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol

from shared.testing import child
from shared.testing.child import StartFailed

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # before starting a dead process again, doubled each time
STEADY = 60.0  # a process that lived this long starts again with the first pause
LOOK_EVERY = 0.05


class StopAsked(BaseException):
    """Ctrl-C, or a TERM or HUP signal."""


class Supervised(Protocol):
    """What can be supervised: a program, a PostgresServer, a KafkaServer."""

    log: Path

    @property
    def pid(self) -> int | None: ...
    def launch(self) -> None: ...
    def ready(self) -> bool: ...
    def ended(self) -> int | None: ...
    def ask_to_stop(self) -> None: ...
    def stop(self, grace: float = ...) -> None: ...


class Program:
    """A command with its environment, its log and what tells that it is ready (by default: that it runs)."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] = lambda: True,
        why_not: Callable[[], str] = lambda: "",
        on_screen: bool = False,
    ) -> None:
        self.command, self.log, self._environment, self._ready = command, log, environment, ready
        self.why_not = why_not
        self._on_screen = on_screen
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def launch(self) -> None:
        log = None if self._on_screen else self.log
        self._process = child.spawn(self.command, log=log, environment=self._environment)

    def ready(self) -> bool:
        return self._process is not None and self.ended() is None and self._ready()

    def ended(self) -> int | None:
        return None if self._process is None else child.ended(self._process)

    def ask_to_stop(self) -> None:
        if self._process is not None and self.ended() is None:
            child.ask_to_stop(self._process)

    def stop(self, grace: float = 10.0) -> None:
        if self._process is not None:
            child.stop(self._process, grace=grace)


@dataclass(slots=True)
class Entry:
    name: str
    child: Supervised
    stage: int
    after_restart: Callable[[], None] | None
    launched_at: float = 0.0
    again_at: float | None = None  # it is dead and will be started again then
    pause: float = FIRST_PAUSE
    was_ready: bool = False


class Supervisor:
    def __init__(self, say: Callable[[str], None] = print) -> None:
        self._say = say
        self._entries: list[Entry] = []
        self._stage = 0
        self._starting = False
        self._stop_asked = False

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self._entries]

    # --- starting and ending ---

    def start(
        self,
        children: Mapping[str, Supervised],
        *,
        within: float = 60.0,
        after_restart: Callable[[], None] | None = None,
        on_ready: Callable[[str, float], None] = lambda _name, _seconds: None,
    ) -> None:
        """Start these together and wait until each is ready. StartFailed if one dies or takes too long."""
        self._stage += 1
        began = time.monotonic()
        stage = [Entry(name, one, self._stage, after_restart) for name, one in children.items()]
        self._entries += stage  # before they run: whatever happens now, `stop` knows them
        for entry in stage:
            self._launch(entry)
        waiting = list(stage)
        while waiting:
            for entry in list(waiting):
                if (code := entry.child.ended()) is not None:
                    raise StartFailed(f"{entry.name} {how_it_ended(code)}:\n{child.last_lines(entry.child.log)}")
                if entry.child.ready():
                    entry.was_ready = True
                    waiting.remove(entry)
                    on_ready(entry.name, time.monotonic() - began)
            if waiting and time.monotonic() - began > within:
                entry = waiting[0]
                why = entry.child.why_not() if isinstance(entry.child, Program) else ""
                why = why or child.last_lines(entry.child.log)
                raise StartFailed(f"{entry.name} was not ready after {within:.0f} s:\n{why}")
            self.look(besides=stage)
            time.sleep(LOOK_EVERY)

    def run_to_end(self, jobs: Mapping[str, Supervised], *, at_once: int = 4, within: float | None = 120.0) -> None:
        """Run jobs that end by themselves, some at once. StartFailed names the first that fails."""
        began = time.monotonic()
        left, running = dict(jobs), dict[str, Supervised]()
        try:
            while left or running:
                while left and len(running) < at_once:
                    name = next(iter(left))
                    running[name] = left.pop(name)
                    with self._undisturbed():
                        running[name].launch()
                for name, job in list(running.items()):
                    if (code := job.ended()) is not None:
                        del running[name]
                        if code != 0:
                            raise StartFailed(f"{name} {how_it_ended(code)}:\n{child.last_lines(job.log)}")
                if within is not None and time.monotonic() - began > within:
                    raise StartFailed(f"{', '.join(running)} not done after {within:.0f} s")
                self.look()
                time.sleep(LOOK_EVERY)
        finally:
            with self._undisturbed():
                for job in running.values():
                    job.stop()

    def stop(self, on_stage: Callable[[list[str]], None] = lambda _names: None) -> None:
        """End everything, the last stage first; within a stage all at once."""
        with self._undisturbed():
            for number in range(self._stage, 0, -1):
                stage = [entry for entry in self._entries if entry.stage == number and entry.child.pid is not None]
                if stage:
                    on_stage([entry.name for entry in stage])
                for entry in stage:
                    entry.child.ask_to_stop()
                for entry in reversed(stage):
                    entry.child.stop()
            self._entries.clear()
            self._stop_asked = False  # whoever asked again meanwhile has it

    # --- watching ---

    def watch(self) -> None:
        """Keep everything running until we are told to stop."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self, besides: Sequence[Entry] = ()) -> None:
        """One look at every process: say what died, start again what is due, say what is back."""
        for entry in self._entries:
            if entry in besides:
                continue
            now = time.monotonic()
            if entry.again_at is not None:
                if now >= entry.again_at:
                    self._start_again(entry)
            elif (code := entry.child.ended()) is not None:
                if now - entry.launched_at > STEADY:
                    entry.pause = FIRST_PAUSE
                self._plan_next(entry, f"{entry.name} (process {entry.child.pid}) {how_it_ended(code)}")
            elif not entry.was_ready and entry.child.ready():
                entry.was_ready = True
                self._say(f"{entry.name} is back (process {entry.child.pid}, {now - entry.launched_at:.1f} s)")
                self._after_restart(entry)

    def _after_restart(self, entry: Entry) -> None:
        if entry.after_restart is None:
            return
        try:
            entry.after_restart()
        except StartFailed as failed:
            self._say(f"after the restart of {entry.name}: {failed}")
            entry.was_ready = False  # so that the next look tries again

    def _plan_next(self, entry: Entry, what: str) -> None:
        self._say(f"{what}; starting it again in {entry.pause:g} s (log: {entry.child.log})")
        entry.again_at = time.monotonic() + entry.pause
        entry.pause = min(entry.pause * 2, LONGEST_PAUSE)
        entry.was_ready = False

    def _start_again(self, entry: Entry) -> None:
        entry.again_at = None
        try:
            self._launch(entry)
        except (StartFailed, OSError) as failed:
            self._plan_next(entry, f"{entry.name} could not be started ({failed})")

    def _launch(self, entry: Entry) -> None:
        entry.launched_at = time.monotonic()
        with self._undisturbed():
            entry.child.launch()

    # --- signals ---

    @contextlib.contextmanager
    def signals_stop_us(self) -> Iterator[None]:
        """While the block lasts, Ctrl-C, TERM and HUP raise StopAsked in it."""
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        for number in before:
            signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._starting:
            self._stop_asked = True
        else:
            raise StopAsked

    @contextlib.contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """A signal waits for the end of the block: between fork and our noting the process, it would be nobody's."""
        outermost, self._starting = not self._starting, True
        try:
            yield
        finally:
            if outermost:
                self._starting = False
        if outermost and self._stop_asked:
            self._stop_asked = False
            raise StopAsked


def how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}" if code else "ended"
