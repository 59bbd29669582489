"""Where a child is on roll, one stream per case: expected after the final plan, started, ended; one main at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from placement.categories import Residential
from placement.placement_events import (
    AttendancePattern,
    DroppedReason,
    EndReason,
    PlacementConfirmed,
    PlacementEnded,
    PlacementEvent,
    PlacementExpected,
    PlacementNoLongerExpected,
    PlacementStarted,
    Rank,
    WorkBased,
)
from placement.setting import Setting, sen_setting_of, setting
from placement.stays import Expected, Placements, Stay, evolve
from shared import (
    UNFILLED,
    Command,
    Condition,
    Decider,
    Decision,
    Event,
    NewId,
    Reference,
    Rejected,
    case_id_of,
)

# --- commands ---


class ExpectPlacement(Command):
    """A final plan was issued: expect the child at the setting it names, unless it is there; names none, nowhere."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID
    decision_id: UUID
    setting_id: UUID | None
    setting_name: str | None = None
    placement_id: NewId = UNFILLED


class StartPlacement(Command):
    """The child's first day at a setting is ``occurred_on``. Starts the expected placement if it is at that setting.

    A child has one main placement at a time. While another goes on, end it first, or say in ``ends_current_because``
    why it ends: it is then ended with the day before.
    """

    case_id: UUID
    placement_id: NewId = UNFILLED
    setting_id: UUID
    person_id: UUID | None = Field(default=None, description="Needed for the first placement of a case without a plan.")
    rank: Annotated[Rank, Field(description="1 main, 2 subsidiary.")] = Rank.MAIN
    attendance_pattern: AttendancePattern = AttendancePattern.FULL_TIME
    residential: Residential = Residential.NONE
    transport_needed: bool = False
    work_based: WorkBased | None = None
    ends_current_because: EndReason | None = None


class EndPlacement(Command):
    """The child's last day at the setting is ``occurred_on``."""

    case_id: UUID
    placement_id: UUID
    reason: EndReason


class PlanGone(StrEnum):
    PLAN_CEASED = "PLAN_CEASED"
    PLAN_TRANSFERRED_OUT = "PLAN_TRANSFERRED_OUT"


class EndPlacementsOfCase(Command):
    """The plan ended or went to another authority: so do the child's placements, and nothing is expected any more."""

    case_id: UUID
    reason: PlanGone


# --- decisions ---

_CORRECT = "If that date is wrong, correct it: POST /cases/{case_id}/placements/corrections."


def _expected_already(command: ExpectPlacement, state: Placements) -> bool:
    """It is expected there already, or confirmed there already; or nothing is named and nothing was expected."""
    if state.expected is not None:
        return state.expected.setting_id == command.setting_id
    if command.setting_id is None:
        return True
    there = state.main_at(command.setting_id)
    return there is not None and there.confirmed_by == command.decision_id


def _expect(command: ExpectPlacement, state: Placements) -> Sequence[Event]:
    events: list[Event] = []
    if state.expected is not None:
        dropped = DroppedReason.ANOTHER_SETTING_NAMED if command.setting_id else DroppedReason.NO_SETTING_NAMED
        events.append(_dropped(command.occurred_on, state, state.expected, dropped))
    if command.setting_id is None:
        return events
    whose = {"occurred_on": command.occurred_on, "case_id": command.case_id, "person_id": command.person_id}
    place = {"setting_id": command.setting_id, "setting_name": command.setting_name, "plan_id": command.plan_id}
    if (there := state.main_at(command.setting_id)) is not None:
        confirmed = {"placement_id": there.placement_id, "decision_id": command.decision_id}
        return [*events, PlacementConfirmed.model_validate({**whose, **place, **confirmed})]
    return [*events, PlacementExpected.model_validate({**whose, **place, "placement_id": command.placement_id})]


def _dropped(on: date, state: Placements, expected: Expected, reason: DroppedReason) -> PlacementNoLongerExpected:
    assert state.case_id is not None
    assert state.person_id is not None
    return PlacementNoLongerExpected(
        occurred_on=on,
        case_id=state.case_id,
        person_id=state.person_id,
        placement_id=expected.placement_id,
        setting_id=expected.setting_id,
        setting_name=expected.setting_name,
        plan_id=expected.plan_id,
        reason=reason,
    )


def _started_already(command: StartPlacement, state: Placements) -> bool:
    return any(
        (stay.setting_id, stay.rank, stay.started_on) == (command.setting_id, command.rank, command.occurred_on)
        for stay in state.open
    )


def _start(command: StartPlacement, state: Placements, at: Setting) -> Sequence[Event]:
    if at.profile is None:
        raise Rejected("setting-not-registered", "This setting is not in the directory; register it first.")
    if unmet := [*_whose(command, state), *_in_the_way(command, state)]:
        raise Rejected.all(unmet)
    person_id = state.person_id or command.person_id
    assert person_id is not None
    expected = state.expected if state.expected and state.expected.setting_id == command.setting_id else None
    events: list[Event] = []
    if command.rank is Rank.MAIN and state.main is not None:
        assert command.ends_current_because is not None
        day_before = command.occurred_on - timedelta(days=1)
        events.append(_ended(day_before, command.case_id, person_id, state.main, command.ends_current_because))
    events.append(
        PlacementStarted(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=person_id,
            placement_id=expected.placement_id if expected else command.placement_id,
            setting_id=command.setting_id,
            setting_name=at.profile.name,
            rank=command.rank,
            plan_id=expected.plan_id if expected else _plan_of(state),
            urn=at.profile.urn,
            ukprn=at.profile.ukprn,
            sen_setting=sen_setting_of(at.profile),
            setting_category=at.profile.setting_category,
            attendance_pattern=command.attendance_pattern,
            residential=command.residential,
            transport_needed=command.transport_needed,
            work_based=command.work_based,
        )
    )
    return events


def _plan_of(state: Placements) -> UUID | None:
    """The plan the child is placed under: the one a start is pending for, else that of the main placement."""
    if state.expected is not None:
        return state.expected.plan_id
    return state.main.plan_id if state.main is not None else None


def _whose(command: StartPlacement, state: Placements) -> Iterable[Condition]:
    said = command.person_id
    if state.person_id is None and said is None:
        yield Condition("person-unknown", "This is the first placement of the case; say whose it is in person_id.")
    elif said is not None and case_id_of(command.by.la_code, said) != command.case_id:
        yield Condition(
            "person-not-of-this-case",
            "The person is not the one this case is about: a case is one person's file in one authority.",
        )


def _in_the_way(command: StartPlacement, state: Placements) -> Iterable[Condition]:
    start = command.occurred_on
    if command.rank is Rank.SUBSIDIARY:
        if state.main is None:
            yield Condition("no-main-placement", "A subsidiary placement stands beside a main one; start that first.")
        return
    if (main := state.main) is not None:
        if command.ends_current_because is None:
            yield Condition(
                "main-placement-open",
                f"The main placement at {main.setting_name} goes on since {main.started_on}. End it before {start}, or "
                "say in ends_current_because why it ends.",
            )
        elif start <= main.started_on:
            yield Condition(
                "main-placements-overlap",
                f"The main placement at {main.setting_name} began on {main.started_on}; this one must begin later.",
            )
    for stay in state.stays.values():
        if stay.rank is Rank.MAIN and stay.ended_on is not None and start <= stay.ended_on:
            yield Condition(
                "main-placements-overlap",
                f"The main placement at {stay.setting_name} lasted until {stay.ended_on}; this one must begin later.",
            )


def _ended(on: date, case_id: UUID, person_id: UUID, stay: Stay, reason: EndReason) -> PlacementEnded:
    return PlacementEnded(
        occurred_on=on,
        case_id=case_id,
        person_id=person_id,
        placement_id=stay.placement_id,
        setting_id=stay.setting_id,
        setting_name=stay.setting_name,
        rank=stay.rank,
        plan_id=stay.plan_id,
        reason=reason,
    )


def _something_goes_on(state: Placements) -> Condition | None:
    if state.open:
        return None
    ended = max((stay.ended_on for stay in state.stays.values() if stay.ended_on is not None), default=None)
    last = f" The last ended on {ended}. {_CORRECT}" if ended is not None else ""
    return Condition("no-open-placement", f"No placement of this case goes on, so none can end.{last}")


def _ended_already(command: EndPlacement, state: Placements) -> bool:
    stay = state.stays.get(command.placement_id)
    return stay is not None and (stay.ended_on, stay.end_reason) == (command.occurred_on, command.reason)


def _end(command: EndPlacement, state: Placements) -> Sequence[Event]:
    stay = state.stays.get(command.placement_id)
    if stay is None:
        raise Rejected("no-such-placement", "No placement with that id was started in this case.")
    if stay.ended_on is not None:
        raise Rejected(
            "placement-ended-already",
            f"The placement at {stay.setting_name} ended on {stay.ended_on}. {_CORRECT}",
        )
    if command.occurred_on < stay.started_on:
        raise Rejected(
            "ends-before-start",
            f"The placement at {stay.setting_name} began on {stay.started_on}; it cannot have ended before.",
        )
    assert state.case_id is not None
    assert state.person_id is not None
    return [_ended(command.occurred_on, state.case_id, state.person_id, stay, command.reason)]


def _nothing_left(_: EndPlacementsOfCase, state: Placements) -> bool:
    return not state.open and state.expected is None


def _end_all(command: EndPlacementsOfCase, state: Placements) -> Sequence[Event]:
    assert state.case_id is not None
    assert state.person_id is not None
    reason = EndReason(command.reason.value)
    events: list[Event] = [
        # A placement that began after the plan ended was never under it, but cannot go on as one of ours.
        _ended(max(command.occurred_on, stay.started_on), state.case_id, state.person_id, stay, reason)
        for stay in state.open
    ]
    if state.expected is not None:
        events.append(_dropped(command.occurred_on, state, state.expected, DroppedReason(command.reason.value)))
    return events


placement = Decider(
    name="placement",
    key="case_id",
    initial=Placements(),
    evolve=evolve,
    events=PlacementEvent,
    decisions=[
        Decision(ExpectPlacement, _expect, already=_expected_already, opens=True),
        Decision(StartPlacement, _start, already=_started_already, opens=True, reads=Reference(setting, "setting_id")),
        Decision(EndPlacement, _end, when=[_something_goes_on], already=_ended_already),
        Decision(EndPlacementsOfCase, _end_all, already=_nothing_left, opens=True),
    ],
)
