"""Placements: expected, started, ended; one main at a time."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from placement.placement import EndPlacement, EndPlacementsOfCase, ExpectPlacement, PlanGone, StartPlacement, placement
from placement.placement_events import (
    EndReason,
    PlacementConfirmed,
    PlacementEnded,
    PlacementExpected,
    PlacementNoLongerExpected,
    PlacementStarted,
    Rank,
)
from shared.testing.spec import Spec, given

from shared import Event

from .examples import CASE, HIGHCROFT, MEADOW_PARK, OAKFIELD, PERSON, PLAN, RIVERSIDE, UNREGISTERED, registered

SEPTEMBER, JANUARY = date(2026, 9, 1), date(2027, 1, 4)
ISSUED_ON = date(2027, 1, 22)


def _start(setting_id: UUID = RIVERSIDE, on: date = SEPTEMBER, **more: Any) -> StartPlacement:
    return StartPlacement(**{"occurred_on": on, "case_id": CASE, "setting_id": setting_id, "person_id": PERSON, **more})


def _when_starting(history: list[Event], command: StartPlacement) -> Spec:
    return given(placement, *history).reading(registered(command.setting_id)).when(command)


def _started(history: list[Event], command: StartPlacement) -> PlacementStarted:
    (started,) = _when_starting(history, command).then_types(PlacementStarted)
    assert isinstance(started, PlacementStarted)
    return started


AT_RIVERSIDE = _started([], _start())


def _expect(setting_id: UUID | None = MEADOW_PARK, **more: Any) -> ExpectPlacement:
    name = registered(setting_id).name if setting_id else None
    issued = {"occurred_on": ISSUED_ON, "plan_id": PLAN, "decision_id": UUID(int=3)}
    return ExpectPlacement(
        **{"case_id": CASE, "person_id": PERSON, "setting_id": setting_id, "setting_name": name, **issued, **more}
    )


def _expected(setting_id: UUID = MEADOW_PARK) -> PlacementExpected:
    (event,) = given(placement).when(_expect(setting_id)).then_types(PlacementExpected)
    assert isinstance(event, PlacementExpected)
    return event


def _end(placement_id: UUID = AT_RIVERSIDE.placement_id, **more: Any) -> EndPlacement:
    return EndPlacement(
        **{"occurred_on": date(2026, 12, 18), "case_id": CASE, "placement_id": placement_id,
           "reason": EndReason.MOVED_TO_ANOTHER_SETTING, **more}
    )  # fmt: skip


# --- expected after the final plan ---


def test_after_the_final_plan_a_start_is_pending_and_then_begins_under_the_same_id() -> None:
    expected = _expected()
    started = _started([expected], _start(MEADOW_PARK, date(2027, 2, 1), person_id=None))
    assert (started.placement_id, started.plan_id) == (expected.placement_id, PLAN)
    assert placement.fold([expected, started]).expected is None


def test_expecting_the_same_twice_is_nothing() -> None:
    given(placement, _expected()).when(_expect()).then_nothing()


def test_a_plan_that_names_where_the_child_is_confirms_the_placement_once() -> None:
    spec = given(placement, AT_RIVERSIDE)
    (confirmed,) = spec.when(_expect(RIVERSIDE)).then_types(PlacementConfirmed)
    assert (confirmed.placement_id, confirmed.plan_id) == (AT_RIVERSIDE.placement_id, PLAN)
    given(placement, AT_RIVERSIDE, confirmed).when(_expect(RIVERSIDE)).then_nothing()
    amended = _expect(RIVERSIDE, decision_id=UUID(int=4))
    given(placement, AT_RIVERSIDE, confirmed).when(amended).then_types(PlacementConfirmed)


def test_a_plan_that_names_no_setting_expects_nothing() -> None:
    given(placement).when(_expect(None)).then_nothing()
    given(placement, _expected()).when(_expect(None)).then_types(PlacementNoLongerExpected)


def test_a_plan_amended_to_another_setting_changes_what_is_expected() -> None:
    dropped, expected = (
        given(placement, _expected()).when(_expect(HIGHCROFT)).then_types(PlacementNoLongerExpected, PlacementExpected)
    )
    assert (dropped.setting_name, expected.setting_name) == ("Meadow Park", "Highcroft")


def test_a_plan_amended_back_to_where_the_child_is_expects_nothing_any_more() -> None:
    given(placement, AT_RIVERSIDE, _expected()).when(_expect(RIVERSIDE)).then_types(
        PlacementNoLongerExpected, PlacementConfirmed
    )


# --- started ---


def test_a_start_tells_what_a_return_needs() -> None:
    command = _start(
        on=JANUARY, attendance_pattern="PART_TIME", residential="38W", transport_needed=True, work_based="S"
    )
    started = _started([], command)
    assert started.model_dump(mode="json", include={"rank", "urn", "ukprn", "sen_setting", "residential"}) == {
        "rank": 1, "urn": "123456", "ukprn": None, "sen_setting": None, "residential": "38W",
    }  # fmt: skip
    assert (started.occurred_on, started.plan_id, started.setting_category) == (JANUARY, None, "MAINSTREAM")


def test_starting_the_same_twice_is_nothing() -> None:
    _when_starting([AT_RIVERSIDE], _start()).then_nothing()


def test_a_new_main_placement_requires_the_old_one_to_end() -> None:
    _when_starting([AT_RIVERSIDE], _start(MEADOW_PARK, JANUARY)).then_rejected("main-placement-open")


def test_the_old_main_placement_may_be_ended_from_the_new_ones_date_in_one_go() -> None:
    command = _start(MEADOW_PARK, JANUARY, ends_current_because=EndReason.MOVED_TO_ANOTHER_SETTING)
    ended, started = _when_starting([AT_RIVERSIDE], command).then_types(PlacementEnded, PlacementStarted)
    assert (ended.setting_id, ended.occurred_on) == (RIVERSIDE, date(2027, 1, 3))
    state = placement.fold([AT_RIVERSIDE, ended, started])
    assert state.main is not None
    assert state.main.setting_id == MEADOW_PARK


def test_main_placements_do_not_overlap() -> None:
    too_early = _start(MEADOW_PARK, SEPTEMBER, ends_current_because=EndReason.OTHER)
    _when_starting([AT_RIVERSIDE], too_early).then_rejected("main-placements-overlap")
    (ended,) = given(placement, AT_RIVERSIDE).when(_end()).then_types(PlacementEnded)
    _when_starting([AT_RIVERSIDE, ended], _start(MEADOW_PARK, date(2026, 12, 18))).then_rejected(
        "main-placements-overlap"
    )
    _when_starting([AT_RIVERSIDE, ended], _start(MEADOW_PARK, date(2026, 12, 19))).then_types(PlacementStarted)


def test_a_subsidiary_placement_stands_beside_a_main_one() -> None:
    beside = _start(OAKFIELD, JANUARY, rank=2, placement_id=UUID(int=900))
    _when_starting([], beside).then_rejected("no-main-placement")
    assert _started([AT_RIVERSIDE], beside).rank is Rank.SUBSIDIARY


def test_only_a_registered_setting_can_be_attended() -> None:
    given(placement).reading(UNREGISTERED).when(_start()).then_rejected("setting-not-registered")


def test_the_first_placement_says_whose_it_is() -> None:
    _when_starting([], _start(person_id=None)).then_rejected("person-unknown")
    _when_starting([], _start(person_id=UUID(int=8))).then_rejected("person-not-of-this-case")
    _when_starting([_expected()], _start(person_id=UUID(int=8))).then_rejected("person-not-of-this-case")


# --- ended ---


def test_a_placement_ends_once() -> None:
    (ended,) = given(placement, AT_RIVERSIDE).when(_end()).then_types(PlacementEnded)
    assert (ended.reason, ended.rank) == (EndReason.MOVED_TO_ANOTHER_SETTING, Rank.MAIN)
    given(placement, AT_RIVERSIDE, ended).when(_end()).then_nothing()
    given(placement, AT_RIVERSIDE, ended).when(_end(reason=EndReason.OTHER)).then_rejected("no-open-placement")
    beside = _started([AT_RIVERSIDE], _start(OAKFIELD, JANUARY, rank=2, placement_id=UUID(int=900)))
    given(placement, AT_RIVERSIDE, beside, ended).when(_end(reason=EndReason.OTHER)).then_rejected(
        "placement-ended-already"
    )


def test_a_placement_cannot_end_before_it_began_and_not_without_having_begun() -> None:
    given(placement, AT_RIVERSIDE).when(_end(occurred_on=date(2026, 8, 31))).then_rejected("ends-before-start")
    given(placement, AT_RIVERSIDE).when(_end(UUID(int=1))).then_rejected("no-such-placement")


@pytest.mark.parametrize("gone", PlanGone)
def test_when_the_plan_is_gone_everything_ends_with_it(gone: PlanGone) -> None:
    beside = _started([AT_RIVERSIDE], _start(OAKFIELD, JANUARY, rank=2, placement_id=UUID(int=900)))
    history = [AT_RIVERSIDE, beside, _expected()]
    command = EndPlacementsOfCase(occurred_on=date(2027, 7, 31), case_id=CASE, reason=gone)
    events = (
        given(placement, *history).when(command).then_types(PlacementEnded, PlacementEnded, PlacementNoLongerExpected)
    )
    assert {event.occurred_on for event in events} == {date(2027, 7, 31)}
    assert {event.reason.value for event in events} == {gone.value}
    given(placement, *history, *events).when(command).then_nothing()
    given(placement).when(command).then_nothing()


def test_a_placement_begun_after_the_plan_ended_ends_on_its_first_day() -> None:
    command = EndPlacementsOfCase(occurred_on=date(2026, 8, 1), case_id=CASE, reason=PlanGone.PLAN_CEASED)
    (ended,) = given(placement, AT_RIVERSIDE).when(command).then_types(PlacementEnded)
    assert ended.occurred_on == SEPTEMBER
