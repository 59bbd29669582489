"""The register, and the alarm when nobody knows where the pupil is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from ap_intervention.attendance import (
    AmendAttendance,
    CloseSafeguardingTask,
    RaiseSafeguardingConcern,
    RecordAttendance,
    attended_and_possible,
)
from ap_intervention.attendance_codes import AttendanceCode, HalfDay
from ap_intervention.attendance_events import (
    AttendanceAmended,
    AttendanceRecorded,
    MarkedSession,
    SafeguardingConcernRaised,
    SafeguardingTaskClosed,
    SafeguardingTaskRaised,
)
from ap_intervention.intervention import intervention
from ap_intervention.intervention_state import Mark
from hypothesis import given as given_marks
from hypothesis import strategies as st
from pydantic import ValidationError
from shared.testing.spec import given, stamped

from shared import Event

from .examples import CASE, INTERVENTION, START, running

AM, PM = HalfDay.AM, HalfDay.PM
MON, TUE, WED = START, START + timedelta(days=1), START + timedelta(days=2)


def _marked(on: date, session: HalfDay, code: str) -> AttendanceRecorded:
    return AttendanceRecorded(
        occurred_on=on, case_id=CASE, intervention_id=INTERVENTION, session=session, code=AttendanceCode(code)
    )


def _mark(on: date, session: HalfDay, code: str) -> RecordAttendance:
    return RecordAttendance(occurred_on=on, intervention_id=INTERVENTION, session=session, code=AttendanceCode(code))


def _amend(on: date, session: HalfDay, code: str) -> AmendAttendance:
    return AmendAttendance(occurred_on=on, intervention_id=INTERVENTION, session=session, code=AttendanceCode(code))


def _after(*marks: tuple[date, HalfDay, str]) -> list[Event]:
    return [*running(), *(_marked(*mark) for mark in marks)]


def _task(events: Sequence[Event]) -> SafeguardingTaskRaised:
    (task,) = (event for event in events if isinstance(event, SafeguardingTaskRaised))
    return task


def test_a_session_is_marked() -> None:
    given(intervention, *running()).when(_mark(MON, AM, "B")).then(_marked(MON, AM, "B"))


def test_a_session_has_one_mark() -> None:
    history = _after((MON, AM, "B"))
    given(intervention, *history).when(_mark(MON, AM, "B")).then_nothing()
    given(intervention, *history).when(_mark(MON, AM, "N")).then_rejected("session-marked-already")
    given(intervention, *history).when(_mark(MON, PM, "N")).then(_marked(MON, PM, "N"))


def test_there_is_no_session_before_the_start_or_after_the_end() -> None:
    given(intervention, *running()).when(_mark(START - timedelta(days=1), AM, "B")).then_rejected("before-the-start")
    given(intervention, *running()[:2]).when(_mark(MON, AM, "B")).then_rejected("intervention-not-started")


def test_the_morning_stroke_is_no_afternoon_mark() -> None:
    with pytest.raises(ValidationError, match="morning"):
        _mark(MON, PM, "/")
    assert _mark(MON, PM, "\\").code is AttendanceCode.PRESENT_PM


def test_a_mark_is_amended_when_the_reason_comes_in() -> None:
    history = _after((MON, AM, "N"))
    (amended,) = given(intervention, *history).when(_amend(MON, AM, "I")).then_types(AttendanceAmended)
    assert (amended.was, amended.code) == (AttendanceCode.NO_REASON_YET, AttendanceCode.ILLNESS)
    given(intervention, *history).when(_amend(MON, PM, "I")).then_rejected("session-not-marked")


def test_three_unexplained_absences_running_raise_a_task() -> None:
    history = _after((MON, AM, "N"), (MON, PM, "O"))
    _, task = (
        given(intervention, *history).when(_mark(TUE, AM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)
    )
    assert task.sessions == tuple(MarkedSession(on=d, session=s) for d, s in ((MON, AM), (MON, PM), (TUE, AM)))


@pytest.mark.parametrize(
    "broken_by", [(MON, PM, "B"), (MON, PM, "I"), (MON, PM, "L")], ids=["attended", "illness", "late"]
)
def test_a_session_attended_or_explained_breaks_the_run(broken_by: tuple[date, HalfDay, str]) -> None:
    history = _after((MON, AM, "N"), broken_by, (TUE, AM, "N"))
    given(intervention, *history).when(_mark(TUE, PM, "N")).then_types(AttendanceRecorded)


def test_a_session_elsewhere_or_closed_does_not_break_it() -> None:
    history = _after((MON, AM, "N"), (MON, PM, "D"), (TUE, AM, "#"), (TUE, PM, "N"))
    given(intervention, *history).when(_mark(WED, AM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)


def test_the_order_of_recording_does_not_matter() -> None:
    history = _after((TUE, AM, "N"), (MON, AM, "N"))
    given(intervention, *history).when(_mark(MON, PM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)


def test_one_run_raises_one_task_and_a_new_run_another() -> None:
    history: list[Event] = _after((MON, AM, "N"), (MON, PM, "N"))
    events = (
        given(intervention, *history).when(_mark(TUE, AM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)
    )
    history += events
    history += given(intervention, *history).when(_mark(TUE, PM, "N")).then_types(AttendanceRecorded)
    history += [_marked(WED, AM, "B"), _marked(WED, PM, "N"), _marked(WED + timedelta(days=1), AM, "N")]
    given(intervention, *history).when(_mark(WED + timedelta(days=1), PM, "N")).then_types(
        AttendanceRecorded, SafeguardingTaskRaised
    )


def test_amending_a_mark_can_complete_a_run() -> None:
    history = _after((MON, AM, "N"), (MON, PM, "I"), (TUE, AM, "N"))
    given(intervention, *history).when(_amend(MON, PM, "O")).then_types(AttendanceAmended, SafeguardingTaskRaised)


def test_a_task_is_closed_with_what_was_found() -> None:
    history: list[Event] = _after((MON, AM, "N"), (MON, PM, "N"))
    history += (
        given(intervention, *history).when(_mark(TUE, AM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)
    )
    close = CloseSafeguardingTask(
        occurred_on=TUE, intervention_id=INTERVENTION, task_id=_task(history).task_id, found="At home, ill."
    )
    (closed,) = given(intervention, *history).when(close).then_types(SafeguardingTaskClosed)
    given(intervention, *history, closed).when(close).then_nothing()
    later = close.model_copy(update={"occurred_on": TUE + timedelta(days=1)})
    words = given(intervention, *history, closed).when(later).then_rejected("no-open-task").detail
    assert f"closed on {TUE}" in words
    assert "POST /interventions/{intervention_id}/corrections" in words


def test_what_is_not_there_can_neither_be_closed_nor_amended_and_the_list_says_so() -> None:
    unmet = {p.command: [c.code for c in p.unmet] for p in intervention.permissions(intervention.fold(running()))}
    assert (unmet[CloseSafeguardingTask], unmet[AmendAttendance]) == (["no-open-task"], ["no-session-marked"])
    history: list[Event] = _after((MON, AM, "N"), (MON, PM, "N"))
    history += (
        given(intervention, *history).when(_mark(TUE, AM, "N")).then_types(AttendanceRecorded, SafeguardingTaskRaised)
    )
    typo = CloseSafeguardingTask(occurred_on=TUE, intervention_id=INTERVENTION, task_id=UUID(int=99), found="At home.")
    given(intervention, *history).when(typo).then_rejected("no-such-task")


def test_a_concern_is_raised_and_a_second_one_too() -> None:
    concern = RaiseSafeguardingConcern(
        occurred_on=MON, intervention_id=INTERVENTION, raised_to="DESIGNATED_LEAD", concern="Bruising."
    )
    (raised,) = given(intervention, *running()).when(concern).then_types(SafeguardingConcernRaised)
    given(intervention, *running(), raised).when(concern).then_nothing()
    other = concern.model_copy(update={"concern": "Hungry."})
    given(intervention, *running(), raised).when(other).then_types(SafeguardingConcernRaised)


def test_the_last_six_weeks_are_counted_in_sessions_possible_here() -> None:
    end = date(2026, 12, 7)
    marks = [
        Mark(end, AM, AttendanceCode.OFF_SITE_EDUCATION),
        Mark(end, PM, AttendanceCode.NO_REASON_YET),
        Mark(end - timedelta(days=41), AM, AttendanceCode.LATE),
        Mark(end - timedelta(days=41), PM, AttendanceCode.DUAL_REGISTERED),
        Mark(end - timedelta(days=42), AM, AttendanceCode.OFF_SITE_EDUCATION),
    ]
    assert attended_and_possible(marks, last_day=end) == (2, 3)


SESSIONS = [(START + timedelta(days=n), half) for n in range(5) for half in HalfDay]


WEEKS = st.lists(st.sampled_from("BNOID#"), min_size=10, max_size=10)


def _raised(codes: list[str], order: Iterable[int]) -> bool:
    history: list[Event] = running()
    for number in order:
        on, session = SESSIONS[number]
        history += intervention.decide(stamped(_mark(on, session, codes[number])), intervention.fold(history))
    return any(isinstance(event, SafeguardingTaskRaised) for event in history)


def _has_run(codes: list[str]) -> bool:
    return re.search("[NO]{3}", "".join(code for code in codes if code not in "D#")) is not None


@given_marks(WEEKS)
def test_a_task_is_raised_exactly_where_three_possible_sessions_running_are_unexplained(codes: list[str]) -> None:
    assert _raised(codes, range(10)) == _has_run(codes)


@given_marks(WEEKS, st.permutations(range(10)))
def test_no_run_is_missed_whatever_the_order_of_recording(codes: list[str], order: list[int]) -> None:
    """One raised on sessions between which another was still missing stands: better asked once too often."""
    assert _raised(codes, order) or not _has_run(codes)
