"""Writing down what happens in a case, in order: the one way in which stories make steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from shared.core.dates import LONDON
from shared.core.ids import derived_id

from demo.load.routes import ROUTES
from demo.load.step import Seen, Step, Who


class TheEnd(Exception):
    """There is no more to tell of this case."""


class TheFuture(TheEnd):
    """The story has reached the day up to which history is told. What comes later has not happened yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was written, for naming what it made."""

    step: Step
    la_code: str

    def id(self, field: str) -> str:
        """The id the command made in that field, as the edge derives it."""
        return str(derived_id(field, self.step.command_id(self.la_code)))

    def event_id(self, stream: str, position: int = 0) -> str:
        """The id of an event it appended."""
        return str(derived_id("event", self.step.command_id(self.la_code), stream, position))


class Diary:
    """The steps of one case (or of the authority itself), each recorded later than the one before."""

    def __init__(self, name: str, *, la_code: str, until: date, rng: Random) -> None:
        self.name, self.la_code, self.until, self.rng = name, la_code, until, rng
        self.steps: list[Step] = []
        self._at = datetime(2000, 1, 1, tzinfo=UTC)
        self._written = 0
        self._asides = 0

    def do(
        self,
        on: date,
        who: Who,
        what: str,
        body: Mapping[str, Any] | None = None,
        *,
        ids: Mapping[str, str] | None = None,
        recorded: date | None = None,
        seen: Mapping[str, Seen] | None = None,
        after: tuple[Seen, ...] = (),
    ) -> Done:
        """Something happens on a day and is recorded that day, or later where ``recorded`` says so.

        ``what`` is a command with its service, ``referral.RegisterPerson``; ``ids`` are those of its path.
        Raises TheFuture if either day is still to come: the story ends there.
        """
        at = self._moment(recorded or on)
        if on > self.until or at.astimezone(LONDON).date() > self.until:
            raise TheFuture
        self._at = at
        service, command = what.split(".")
        address = ROUTES[what]
        method, path = address.route.split()
        step = Step(
            at=at,
            occurred_on=on,
            who=who,
            service=service,
            command=command,
            method=method,
            path=path.format_map(ids or {}),
            state=_filled(address.state, ids or {}),
            body={**(body or {}), "occurred_on": on.isoformat()},
            key=f"load-{self.name}-{self._written}",
            case=self.name,
            seen=dict(seen or {}),
            after=after,
        )
        self.steps.append(step)
        self._written += 1
        return Done(step, self.la_code)

    @property
    def day(self) -> date:
        """The London date of what was recorded last."""
        return self._at.astimezone(LONDON).date()

    def _moment(self, day: date) -> datetime:
        """Some time in office hours of that day, and after everything recorded before."""
        minutes = self.rng.randrange(8 * 60)
        at = datetime.combine(day, time(9), LONDON).astimezone(UTC) + timedelta(minutes=minutes)
        return max(at, self._at + timedelta(minutes=1))

    def aside(self) -> Diary:
        """A diary for what happens in the same case at the same time; its steps come back with ``join``."""
        self._asides += 1
        aside = Diary(f"{self.name} {self._asides}", la_code=self.la_code, until=self.until, rng=self.rng)
        aside._at = self._at
        return aside

    def join(self, aside: Diary) -> None:
        self.steps = sorted([*self.steps, *aside.steps], key=lambda step: step.at)


def _filled(path: str, ids: Mapping[str, str]) -> str | None:
    """The path with its ids; None where the command itself makes the stream's id."""
    try:
        return path.format_map(ids)
    except KeyError:
        return None
