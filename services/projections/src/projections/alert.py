"""An alert: a limit is coming close, was broken, or was met late. One stream an alert, so each is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import Field
from shared.core.ids import derived_id
from shared.core.messages import Value

from shared import Command, Decider, Decision, Event

Threshold = Literal[14, 7, 0]
"""Days before the last day on which people are told."""

# --- events ---


class AboutAClock(Value):
    """Which limit an alert is about, with enough to act on it without asking back."""

    alert_id: UUID
    """The same for the same limit, kind of alert, threshold and last day: told once."""
    case_id: UUID
    clock_id: str
    """The limit in this case, as in `GET /cases/{case_id}/deadlines`."""
    rule: str
    """The kind of limit, as in `docs/clocks.md`."""
    title: str
    kind: Literal["S", "P", "G", "I"]
    """S statute, P Tribunal procedure, G statutory guidance, I inferred."""
    owner: str
    """Who has to keep it: `LA`, `HOME_LA`, `ICB`, `HEAD`, `SETTING`, … as in `docs/clocks.md`."""
    legal_ref: str
    rule_set: str
    """The version of the law it was judged by."""
    due_on: date
    """The last day in time, London civil date."""
    caseworker: str | None = None
    """Whom the case is allocated to; null where nobody."""
    team: str | None = None


class ClockApproaching(AboutAClock, Event):
    """The last day is near. ``occurred_on`` is the London civil date as of which that is said."""

    type: Literal["deadlines.clock-approaching"] = "deadlines.clock-approaching"
    days: Threshold
    """The threshold that was passed."""
    days_left: int = Field(ge=0, le=14)


class ClockBreached(AboutAClock, Event):
    """The limit was not kept: its last day has passed and nothing excuses it."""

    type: Literal["deadlines.clock-breached"] = "deadlines.clock-breached"
    days_late: int = Field(ge=0)
    """As of ``occurred_on``; 0 where the limit ended at 17:00 that day, or was owed from that day."""


class ClockMetLate(AboutAClock, Event):
    """What the limit asks for was done, but late and without excuse."""

    type: Literal["deadlines.clock-met-late"] = "deadlines.clock-met-late"
    met_on: date
    days_late: int = Field(ge=1)


AlertEvent = ClockApproaching | ClockBreached | ClockMetLate

# --- state ---


@dataclass(frozen=True, slots=True)
class Alert:
    told: bool = False


def evolve(state: Alert, event: AlertEvent) -> Alert:
    match event:
        case ClockApproaching() | ClockBreached() | ClockMetLate():
            return Alert(told=True)
        case _ as never:
            assert_never(never)


# --- commands: only the monitor sends them ---


class TellOfApproach(AboutAClock, Command):
    """Tell that a limit's last day is near."""

    days: Threshold
    days_left: int


class TellOfBreach(AboutAClock, Command):
    """Tell that a limit was broken."""

    days_late: int


class TellOfLateAct(AboutAClock, Command):
    """Tell that what a limit asks for was done late."""

    met_on: date
    days_late: int


AlertCommand = TellOfApproach | TellOfBreach | TellOfLateAct


def alert_id(case_id: UUID, clock_id: str, kind: str, days: int, due_on: date) -> UUID:
    """The same alert always has the same id; a limit whose last day was corrected is a new thing to tell."""
    return derived_id("alert", case_id, clock_id, kind, days, due_on)


def _approach(command: TellOfApproach, _: Alert) -> Sequence[AlertEvent]:
    return [ClockApproaching(**_said(command))]


def _breach(command: TellOfBreach, _: Alert) -> Sequence[AlertEvent]:
    return [ClockBreached(**_said(command))]


def _late_act(command: TellOfLateAct, _: Alert) -> Sequence[AlertEvent]:
    return [ClockMetLate(**_said(command))]


def _said(command: AlertCommand) -> dict[str, object]:
    return {
        name: getattr(command, name) for name in type(command).model_fields if name not in ("by", "at", "command_id")
    }


def _told(_: AlertCommand, state: Alert) -> bool:
    return state.told


alert: Decider[Alert] = Decider(
    name="alert",
    key="alert_id",
    initial=Alert(),
    evolve=evolve,
    events=AlertEvent,
    decisions=[
        Decision(TellOfApproach, _approach, already=_told, opens=True),
        Decision(TellOfBreach, _breach, already=_told, opens=True),
        Decision(TellOfLateAct, _late_act, already=_told, opens=True),
    ],
)
