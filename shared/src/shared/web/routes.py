"""The table of contents of a service's HTTP interface. Each line is one of four kinds of route."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from shared.core.corrections import DateCorrected
from shared.core.decider import Decider
from shared.core.messages import Command


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str

    @property
    def path_fields(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))


@dataclass(frozen=True, slots=True)
class CommandRoute(Route):
    command: type[Command]


@dataclass(frozen=True, slots=True)
class StateRoute(Route):
    decider: Decider[Any]


@dataclass(frozen=True, slots=True)
class HistoryRoute(Route):
    decider: Decider[Any]


@dataclass(frozen=True, slots=True)
class CorrectionRoute(Route):
    decider: Decider[Any]
    event: type[DateCorrected]

    @property
    def retractions(self) -> str:
        """The path beside it where an entry recorded in error is retracted."""
        return self.path.removesuffix("corrections") + "retractions"


AnyRoute = CommandRoute | StateRoute | HistoryRoute | CorrectionRoute


def _split(line: str) -> tuple[str, str]:
    method, path = line.split()
    return method, path


def command(line: str, command: type[Command]) -> CommandRoute:
    """``command("POST /requests/{case_id}/withdraw", WithdrawRequest)``: path fields are fields of the command."""
    return CommandRoute(*_split(line), command)


def state(line: str, decider: Decider[Any]) -> StateRoute:
    """State, ETag and the commands that are allowed now. The path's last field is the stream's id."""
    return StateRoute(*_split(line), decider)


def history(line: str, decider: Decider[Any]) -> HistoryRoute:
    """Every event of the stream, oldest first."""
    return HistoryRoute(*_split(line), decider)


def correction(line: str, decider: Decider[Any], event: type[DateCorrected]) -> CorrectionRoute:
    """Say that a date of an earlier event of the stream was recorded wrongly.

    ``POST …/retractions`` comes with it: the way to say that an event was recorded in error (``core.retractions``).
    """
    return CorrectionRoute(*_split(line), decider, event)
