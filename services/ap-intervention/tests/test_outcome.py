"""The way back, and what an intervention came to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from ap_intervention.attendance import RecordAttendance
from ap_intervention.attendance_codes import AttendanceCode, HalfDay
from ap_intervention.attendance_events import AttendanceRecorded
from ap_intervention.codes import DestinationType, OutcomeCode
from ap_intervention.intervention import intervention
from ap_intervention.intervention_events import ApPlacementEnded
from ap_intervention.outcome import (
    ConcludeIntervention,
    CreateReintegrationPlan,
    RecordDestination,
    RecordReintegrationCheck,
    ReviseInterventionOutcome,
    StartReintegration,
)
from ap_intervention.outcome_events import (
    Checkpoint,
    DestinationRecorded,
    InterventionConcluded,
    InterventionOutcomeRevised,
    ReintegrationChecked,
    ReintegrationPlan,
    ReintegrationPlanCreated,
    ReintegrationStarted,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Event

from .examples import CASE, HOME_SCHOOL, INTERVENTION, OTHER_SCHOOL, START, TWELVE_WEEKS_ON, running, whose

BACK = date(2027, 1, 11)
"""Green Paper 8.5, example 5."""


def _planned(to: UUID = HOME_SCHOOL) -> ReintegrationPlanCreated:
    plan = ReintegrationPlan(target_setting_id=to, starts_on=BACK, full_time_on=BACK, key_adult="Ms Test-Heron")
    return ReintegrationPlanCreated(occurred_on=date(2026, 12, 1), intervention_id=INTERVENTION, plan=plan, **whose())


def _on_the_way_back(to: UUID = HOME_SCHOOL) -> list[Event]:
    history: list[Event] = [*running(), _planned(to)]
    start = StartReintegration(occurred_on=BACK, intervention_id=INTERVENTION)
    return [*history, *given(intervention, *history).when(start).then_types(ReintegrationStarted)]


def _check(checkpoint: Checkpoint, on: date, **more: Any) -> RecordReintegrationCheck:
    return RecordReintegrationCheck(
        **{
            "occurred_on": on,
            "intervention_id": INTERVENTION,
            "checkpoint": checkpoint,
            "still_on_roll": True,
            "full_time": True,
            "attendance_pct": 91,
            "suspensions": 0,
            **more,
        }
    )


def _conclude(outcome: OutcomeCode, on: date = TWELVE_WEEKS_ON, **more: Any) -> ConcludeIntervention:
    return ConcludeIntervention(
        **{
            "occurred_on": on,
            "intervention_id": INTERVENTION,
            "outcome_code": outcome,
            "objectives_met": 1,
            **more,
        }
    )


def _pending(to: UUID = HOME_SCHOOL) -> list[Event]:
    """Concluded on the day after the return, before anybody can know whether it lasts."""
    history = _on_the_way_back(to)
    conclude = _conclude(OutcomeCode.RETURN_PENDING, BACK + timedelta(days=1))
    return [
        *history,
        *given(intervention, *history).when(conclude).then_types(InterventionConcluded, ApPlacementEnded),
    ]


# --- the way back ---


def test_a_return_is_planned_then_started() -> None:
    start = StartReintegration(occurred_on=BACK, intervention_id=INTERVENTION)
    given(intervention, *running()).when(start).then_rejected("no-reintegration-plan")
    create = CreateReintegrationPlan(occurred_on=date(2026, 12, 1), intervention_id=INTERVENTION, plan=_planned().plan)
    given(intervention, *running()).when(create).then(_planned())
    given(intervention, *running(), _planned()).when(create).then_nothing()
    (started,) = given(intervention, *running(), _planned()).when(start).then_types(ReintegrationStarted)
    assert {due.checkpoint: due.due_on for due in started.checks} == {
        Checkpoint.W4: date(2027, 2, 8),
        Checkpoint.W13: date(2027, 4, 12),
        Checkpoint.W26: date(2027, 7, 12),
    }


def test_full_time_comes_after_the_first_step() -> None:
    with pytest.raises(ValidationError, match="full_time_on"):
        ReintegrationPlan(
            target_setting_id=HOME_SCHOOL,
            starts_on=BACK,
            full_time_on=BACK - timedelta(days=1),
            key_adult="Ms Test-Heron",
        )


def test_nobody_returns_from_tier_1_or_before_the_start() -> None:
    create = CreateReintegrationPlan(occurred_on=START, intervention_id=INTERVENTION, plan=_planned().plan)
    given(intervention, *running(1)).when(create).then_rejected("stays-in-school")
    early = StartReintegration(occurred_on=START - timedelta(days=1), intervention_id=INTERVENTION)
    given(intervention, *running(), _planned()).when(early).then_rejected("before-the-start")


def test_example_5_on_roll_at_thirteen_weeks_is_sustained() -> None:
    """Green Paper 8.5, example 5: started 11 January 2027, checked 12 April: on roll, 91 %, no suspension."""
    check = _check(Checkpoint.W13, date(2027, 4, 12))
    (checked,) = given(intervention, *_on_the_way_back()).when(check).then_types(ReintegrationChecked)
    assert checked.sustained


def test_a_check_is_never_early_and_happens_once() -> None:
    history = _on_the_way_back()
    given(intervention, *history).when(_check(Checkpoint.W13, date(2027, 4, 11))).then_rejected("check-too-early")
    (checked,) = (
        given(intervention, *history).when(_check(Checkpoint.W4, date(2027, 2, 8))).then_types(ReintegrationChecked)
    )
    given(intervention, *history, checked).when(_check(Checkpoint.W4, date(2027, 2, 8))).then_nothing()
    for other in (
        _check(Checkpoint.W4, date(2027, 2, 9)),
        _check(Checkpoint.W4, date(2027, 2, 8), still_on_roll=False),
    ):
        words = given(intervention, *history, checked).when(other).then_rejected("check-recorded").detail
        assert "recorded on 2027-02-08: sustained" in words
        assert "POST /interventions/{intervention_id}/corrections" in words
    given(intervention, *running()).when(_check(Checkpoint.W4, BACK)).then_rejected("return-not-started")


def test_after_the_last_check_and_after_the_start_the_list_says_so() -> None:
    history = _on_the_way_back()
    for checkpoint, on in (
        (Checkpoint.W4, "2027-02-08"),
        (Checkpoint.W13, "2027-04-12"),
        (Checkpoint.W26, "2027-07-12"),
    ):
        history += given(intervention, *history).when(_check(checkpoint, on)).then_types(ReintegrationChecked)
    unmet = {p.command: [c.code for c in p.unmet] for p in intervention.permissions(intervention.fold(history))}
    assert unmet[RecordReintegrationCheck] == ["all-checks-recorded"]
    assert unmet[StartReintegration] == ["return-started"]
    contradiction = _check(Checkpoint.W26, date(2027, 7, 12), still_on_roll=False)
    assert (
        "26W on 2027-07-12"
        in given(intervention, *history).when(contradiction).then_rejected("all-checks-recorded").detail
    )


@pytest.mark.parametrize(
    ("to", "checkpoint", "seen", "known"),
    [
        (HOME_SCHOOL, Checkpoint.W13, {}, OutcomeCode.RETURN_SUSTAINED),
        (OTHER_SCHOOL, Checkpoint.W13, {}, OutcomeCode.NEW_MAINSTREAM),
        (HOME_SCHOOL, Checkpoint.W13, {"full_time": False}, OutcomeCode.BREAKDOWN),
        (HOME_SCHOOL, Checkpoint.W4, {"still_on_roll": False}, OutcomeCode.BREAKDOWN),
        (HOME_SCHOOL, Checkpoint.W4, {"full_time": False}, None),
        (HOME_SCHOOL, Checkpoint.W4, {}, None),
        (HOME_SCHOOL, Checkpoint.W26, {"still_on_roll": False}, None),
    ],
)
def test_a_pending_return_turns_out(
    to: UUID, checkpoint: Checkpoint, seen: dict[str, bool], known: OutcomeCode | None
) -> None:
    check = _check(checkpoint, date(2027, 7, 12), **seen)
    spec = given(intervention, *_pending(to)).when(check)
    if known is None:
        spec.then_types(ReintegrationChecked)
    else:
        _, revised = spec.then_types(ReintegrationChecked, InterventionOutcomeRevised)
        assert (revised.was, revised.outcome_code) == (OutcomeCode.RETURN_PENDING, known)


# --- the end ---


def test_example_1_the_gain_in_attendance_can_be_told_from_the_conclusion() -> None:
    """Green Paper 8.5, example 1: 51 of 60 sessions in the last six weeks, 85 %; from 45 % a gain of 40 points."""
    days = [TWELVE_WEEKS_ON - timedelta(days=n) for n in range(42)]
    sessions = [(d, s) for d in days if d.weekday() < 5 for s in HalfDay]
    assert len(sessions) == 60
    marks = [
        AttendanceRecorded(
            occurred_on=on,
            case_id=CASE,
            intervention_id=INTERVENTION,
            session=session,
            code=AttendanceCode.OFF_SITE_EDUCATION if number < 51 else AttendanceCode.ILLNESS,
        )
        for number, (on, session) in enumerate(sessions)
    ]
    ended, placement = (
        given(intervention, *running(), *marks)
        .when(_conclude(OutcomeCode.OTHER))
        .then_types(InterventionConcluded, ApPlacementEnded)
    )
    assert (ended.attended_last_6_weeks, ended.possible_last_6_weeks) == (51, 60)
    gain = 100 * ended.attended_last_6_weeks / ended.possible_last_6_weeks - 100 * 27 / 60
    assert round(gain, 1) == 40.0
    assert placement.occurred_on == TWELVE_WEEKS_ON


def test_tier_1_ends_without_a_placement() -> None:
    (ended,) = given(intervention, *running(1)).when(_conclude(OutcomeCode.STAYED_T1)).then_types(InterventionConcluded)
    assert (ended.objectives_met, ended.objectives_total) == (1, 2)


@pytest.mark.parametrize(
    ("tier", "outcome", "code"),
    [
        (2, OutcomeCode.STAYED_T1, "outcome-of-tier-1"),
        (3, OutcomeCode.EXTENDED, "outcome-of-tier-2"),
        (3, OutcomeCode.STEP_UP, "no-higher-tier"),
        (2, OutcomeCode.RETURN_PENDING, "return-not-started"),
        (2, OutcomeCode.RETURN_SUSTAINED, "return-not-started"),
        (2, OutcomeCode.NEW_MAINSTREAM, "return-not-started"),
        (2, OutcomeCode.BREAKDOWN, "return-not-started"),
        (3, OutcomeCode.POST16_SUSTAINED, "destination-not-sustained"),
    ],
)
def test_an_outcome_is_backed_by_what_was_recorded(tier: Any, outcome: OutcomeCode, code: str) -> None:
    given(intervention, *running(tier)).when(_conclude(outcome)).then_rejected(code)


@pytest.mark.parametrize(
    "outcome",
    [
        OutcomeCode.SPECIALIST,
        OutcomeCode.EXTENDED,
        OutcomeCode.STEP_UP,
        OutcomeCode.PEX_DURING,
        OutcomeCode.EHE,
        OutcomeCode.MOVED_AREA,
        OutcomeCode.OTHER,
    ],
)
def test_other_outcomes_need_nothing_more(outcome: OutcomeCode) -> None:
    given(intervention, *running()).when(_conclude(outcome)).then_types(InterventionConcluded, ApPlacementEnded)


def test_a_sustained_return_needs_the_thirteen_week_check_and_the_right_school() -> None:
    history = _on_the_way_back()
    sustained = _conclude(OutcomeCode.RETURN_SUSTAINED, date(2027, 4, 12))
    given(intervention, *history).when(sustained).then_rejected("return-not-checked-at-13-weeks")
    check = _check(Checkpoint.W13, date(2027, 4, 12))
    history += given(intervention, *history).when(check).then_types(ReintegrationChecked)
    given(intervention, *history).when(sustained).then_types(InterventionConcluded, ApPlacementEnded)
    given(intervention, *history).when(_conclude(OutcomeCode.NEW_MAINSTREAM, date(2027, 4, 12))).then_rejected(
        "the-home-school"
    )
    elsewhere = _on_the_way_back(OTHER_SCHOOL)
    elsewhere += given(intervention, *elsewhere).when(check).then_types(ReintegrationChecked)
    given(intervention, *elsewhere).when(sustained).then_rejected("not-the-home-school")


def test_more_objectives_cannot_be_met_than_were_agreed() -> None:
    given(intervention, *running()).when(_conclude(OutcomeCode.OTHER, objectives_met=3)).then_rejected(
        "more-objectives-met-than-agreed"
    )


def test_nothing_ends_before_it_started() -> None:
    given(intervention, *running()).when(_conclude(OutcomeCode.OTHER, START - timedelta(days=1))).then_rejected(
        "end-before-start"
    )
    given(intervention, *running()[:2]).when(_conclude(OutcomeCode.OTHER)).then_rejected("intervention-not-running")


def test_attendance_of_days_before_the_end_can_still_be_marked_after_it() -> None:
    concluded = [
        *running(),
        *given(intervention, *running())
        .when(_conclude(OutcomeCode.OTHER))
        .then_types(InterventionConcluded, ApPlacementEnded),
    ]
    mark = RecordAttendance(
        occurred_on=TWELVE_WEEKS_ON,
        intervention_id=INTERVENTION,
        session=HalfDay.AM,
        code=AttendanceCode.OFF_SITE_EDUCATION,
    )
    given(intervention, *concluded).when(mark).then_types(AttendanceRecorded)
    late = mark.model_copy(update={"occurred_on": TWELVE_WEEKS_ON + timedelta(days=1)})
    given(intervention, *concluded).when(late).then_rejected("after-the-end")


def test_an_outcome_is_revised_when_more_is_known() -> None:
    history = [
        *running(1),
        *given(intervention, *running(1)).when(_conclude(OutcomeCode.STAYED_T1)).then_types(InterventionConcluded),
    ]
    revise = ReviseInterventionOutcome(
        occurred_on=date(2027, 3, 1), intervention_id=INTERVENTION, outcome_code=OutcomeCode.PEX_DURING
    )
    (revised,) = given(intervention, *history).when(revise).then_types(InterventionOutcomeRevised)
    given(intervention, *history, revised).when(revise).then_nothing()
    given(intervention, *running(1)).when(revise).then_rejected("intervention-not-concluded")


def test_a_sustained_destination_after_16_backs_its_outcome() -> None:
    destination = RecordDestination(
        occurred_on=date(2027, 3, 1),
        intervention_id=INTERVENTION,
        destination=DestinationType.APPRENTICESHIP_OR_TRAINING,
        sustained=True,
    )
    history = running(3)
    history += given(intervention, *history).when(destination).then_types(DestinationRecorded)
    given(intervention, *history).when(destination).then_nothing()
    given(intervention, *history).when(_conclude(OutcomeCode.POST16_SUSTAINED, date(2027, 3, 1))).then_types(
        InterventionConcluded, ApPlacementEnded
    )
