"""Writing down what happens in a case, in order: the one way in which stories make steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from shared.core.dates import LONDON
from shared.core.ids import derived_id

from demo.load.step import Seen, Step, Who


class TheFuture(Exception):
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

    def do(
        self,
        on: date,
        who: Who,
        service: str,
        route: str,
        command: str,
        body: Mapping[str, Any] | None = None,
        *,
        recorded: date | None = None,
        seen: Mapping[str, Seen] | None = None,
        after: tuple[Seen, ...] = (),
    ) -> Done:
        """Something happens on a day and is recorded that day, or later where ``recorded`` says so.

        Raises TheFuture if either day is still to come: the story ends there.
        """
        at = self._moment(recorded or on)
        if on > self.until or at.astimezone(LONDON).date() > self.until:
            raise TheFuture
        self._at = at
        method, path = route.split()
        step = Step(
            at=at,
            occurred_on=on,
            who=who,
            service=service,
            command=command,
            method=method,
            path=path,
            body={**(body or {}), "occurred_on": on.isoformat()},
            key=f"load-{self.name}-{len(self.steps)}",
            case=self.name,
            seen=dict(seen or {}),
            after=after,
        )
        self.steps.append(step)
        return Done(step, self.la_code)

    def _moment(self, day: date) -> datetime:
        """Some time in office hours of that day, and after everything recorded before."""
        minutes = self.rng.randrange(8 * 60)
        at = datetime.combine(day, time(9), LONDON).astimezone(UTC) + timedelta(minutes=minutes)
        return max(at, self._at + timedelta(minutes=1))

    def correct(
        self, on: date, who: Who, service: str, stream: str, path: str, wrong: Done | str, now: date, reason: str
    ) -> Done:
        """The date of an earlier event of ``stream`` (its id is the part after the kind) was recorded wrongly."""
        event_id = wrong if isinstance(wrong, str) else wrong.event_id(stream)
        body = {"event_id": event_id, "now": now.isoformat(), "reason": reason}
        id = UUID(stream[-36:])
        return self.do(on, who, service, f"POST {path}", f"CorrectDate {id}", body)

    def tell(self, story: Any, *args: Any, **more: Any) -> None:
        """Tell a story until it ends or reaches today."""
        try:
            story(self, *args, **more)
        except TheFuture:
            return
