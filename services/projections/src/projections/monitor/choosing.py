"""Which alert a clock calls for on a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from projections.alert import AlertCommand, TellOfApproach, TellOfBreach, TellOfLateAct, Threshold, alert_id
from projections.clocks.rows import raises_alarms
from projections.deadlines.clock import Clock
from projections.deadlines.status import london, status_of

THRESHOLDS: tuple[Threshold, ...] = (0, 7, 14)
"""Nearest first: of several that have been passed, the nearest is told and the others are stale."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told, or is to be told, about a clock. ``days`` tells approaches apart."""

    case_id: UUID
    clock_id: str
    kind: str
    days: int
    due_on: date


def alert_for(
    clock: Clock, now: date | datetime, *, caseworker: str | None, team: str | None
) -> tuple[Told, AlertCommand] | None:
    """The one alert that says how the clock stands, or None. Earlier states are history and not told any more."""
    if clock.due_on is None or not raises_alarms(clock.rule):
        return None
    status = status_of(clock, now)
    today, _ = london(now)
    match status.code, status.days:
        case "running", int(left) if left <= THRESHOLDS[-1]:
            days = next(t for t in THRESHOLDS if left <= t)
            told, about = _about(clock, "approaching", days, today, caseworker, team)
            return told, TellOfApproach(**about, days=days, days_left=left)
        case "overdue", int(late):
            told, about = _about(clock, "breached", 0, today, caseworker, team)
            return told, TellOfBreach(**about, days_late=late)
        case "met-late", int(late):
            told, about = _about(clock, "met-late", 0, today, caseworker, team)
            return told, TellOfLateAct(**about, days_late=late, met_on=clock.met_on)
        case _:
            return None


def _about(
    clock: Clock, kind: str, days: int, today: date, caseworker: str | None, team: str | None
) -> tuple[Told, dict[str, Any]]:
    assert clock.due_on is not None
    case_id = UUID(clock.case_id)
    told = Told(case_id, clock.clock_id, kind, days, clock.due_on)
    return told, {
        "alert_id": alert_id(case_id, clock.clock_id, kind, days, clock.due_on),
        "occurred_on": today,
        "case_id": case_id,
        "clock_id": clock.clock_id,
        "rule": clock.rule_id,
        "title": clock.title,
        "kind": clock.kind,
        "owner": clock.owner,
        "legal_ref": clock.legal_ref,
        "rule_set": clock.rule_set,
        "due_on": clock.due_on,
        "caseworker": caseworker,
        "team": team,
    }
