"""The register of an intervention: one mark a session, and an alarm when nobody knows where the pupil is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import takewhile
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from shared import Command, Decision, Event, Personal, derived_id

from .attendance_codes import ATTENDED, NOT_POSSIBLE, UNEXPLAINED, AttendanceCode, HalfDay
from .attendance_events import (
    AttendanceAmended,
    AttendanceRecorded,
    MarkedSession,
    SafeguardingConcernRaised,
    SafeguardingTaskClosed,
    SafeguardingTaskRaised,
)
from .codes import Text
from .conditions import need, refuse, unless
from .dates import HALF_TERM
from .intervention_guards import (
    CORRECT,
    a_task_is_open,
    has_marks,
    has_started,
)
from .intervention_state import (
    Intervention,
    Mark,
    Status,
    ids,
    personal_ids,
)

THREE = 3
"""Unexplained absences running before somebody must look for the pupil."""

# --- commands ---


class RecordAttendance(Command):
    """Mark one session of the register; ``occurred_on`` is its day."""

    intervention_id: UUID
    session: HalfDay
    code: AttendanceCode

    @model_validator(mode="after")
    def _the_code_is_of_that_half_day(self) -> Self:
        _fits(self.session, self.code)
        return self


class AmendAttendance(Command):
    """Change a session's mark, as when a reason comes in later; ``occurred_on`` is the session's day."""

    intervention_id: UUID
    session: HalfDay
    code: AttendanceCode

    @model_validator(mode="after")
    def _the_code_is_of_that_half_day(self) -> Self:
        _fits(self.session, self.code)
        return self


def _fits(session: HalfDay, code: AttendanceCode) -> None:
    wrong = {HalfDay.AM: AttendanceCode.PRESENT_PM, HalfDay.PM: AttendanceCode.PRESENT_AM}[session]
    if code is wrong:
        raise ValueError("code / is for the morning and \\ for the afternoon")


class CloseSafeguardingTask(Command):
    """Say what was found when the pupil's unexplained absence was looked into."""

    intervention_id: UUID
    task_id: UUID
    found: Personal[Text]


class RaiseSafeguardingConcern(Command):
    """Record a concern about the pupil's safety, and whom it was raised with."""

    intervention_id: UUID
    raised_to: Literal["DESIGNATED_LEAD", "CHILDRENS_SOCIAL_CARE", "POLICE"]
    concern: Personal[Text]


# --- pure questions ---


def _in_order(marks: Iterable[Mark]) -> list[Mark]:
    return sorted((m for m in marks if m.code not in NOT_POSSIBLE), key=lambda m: (m.on, m.session))


def unexplained_run(marks: Iterable[Mark], around: Mark) -> list[Mark]:
    """The unbroken run of unexplained absences that ``around`` stands in, oldest first; empty if it is none.

    Sessions that were not possible here (dual registered elsewhere, closed, not required) do not break a run.
    """
    ordered = _in_order(marks)
    if around.code not in UNEXPLAINED:
        return []
    position = ordered.index(around)
    before = list(takewhile(_unexplained, reversed(ordered[:position])))
    return [*reversed(before), *takewhile(_unexplained, ordered[position:])]


def _unexplained(mark: Mark) -> bool:
    return mark.code in UNEXPLAINED


def attended_and_possible(marks: Iterable[Mark], *, last_day: date) -> tuple[int, int]:
    """Sessions attended and possible in the six weeks that end with ``last_day``."""
    possible = [m for m in _in_order(marks) if last_day - HALF_TERM < m.on <= last_day]
    return sum(m.code in ATTENDED for m in possible), len(possible)


# --- decisions ---


def _record(c: RecordAttendance, s: Intervention) -> Sequence[Event]:
    there = s.mark_of(c.occurred_on, c.session)
    assert s.started_on is not None
    refuse(
        unless(
            there is None,
            "session-marked-already",
            f"{c.occurred_on} {c.session} is marked {there and there.code}; amend the mark instead.",
        ),
        unless(
            c.occurred_on >= s.started_on,
            "before-the-start",
            f"The intervention started on {s.started_on}; there was no session before.",
        ),
        unless(
            s.ended_on is None or c.occurred_on <= s.ended_on,
            "after-the-end",
            f"The intervention ended on {s.ended_on}; there was no session after.",
        ),
    )
    recorded = AttendanceRecorded(**ids(c, s), session=c.session, code=c.code)
    mark = Mark(c.occurred_on, c.session, c.code)
    return [recorded, *_alarm(c, s, (*s.marks, mark), mark)]


def _amend(c: AmendAttendance, s: Intervention) -> Sequence[Event]:
    there = s.mark_of(c.occurred_on, c.session)
    if there is None:
        refuse(unless(False, "session-not-marked", f"{c.occurred_on} {c.session} has no mark to amend; record it."))
        raise AssertionError("refused above")
    amended = AttendanceAmended(**ids(c, s), session=c.session, was=there.code, code=c.code)
    mark = Mark(c.occurred_on, c.session, c.code)
    return [amended, *_alarm(c, s, (*(m for m in s.marks if m != there), mark), mark)]


def _alarm(c: Command, s: Intervention, marks: Sequence[Mark], mark: Mark) -> Sequence[Event]:
    """One task for a run of absences, however long it grows."""
    run = unexplained_run(marks, mark)
    if len(run) < THREE or any((m.on, m.session) in s.sessions_in_tasks for m in run):
        return []
    sessions = tuple(MarkedSession(on=m.on, session=m.session) for m in run)
    task_id = derived_id("safeguarding-task", s.intervention_id, c.command_id)
    return [SafeguardingTaskRaised(**ids(c, s), task_id=task_id, sessions=sessions)]


def _close_task(c: CloseSafeguardingTask, s: Intervention) -> Sequence[Event]:
    if (closed := s.closed_tasks.get(c.task_id)) is not None:
        refuse(unless(False, "task-closed", f"That safeguarding task was closed on {closed}. {CORRECT}"))
    refuse(unless(c.task_id in s.open_tasks, "no-such-task", "There is no open safeguarding task with that id."))
    return [SafeguardingTaskClosed(**personal_ids(c, s), task_id=c.task_id, found=c.found)]


def _raise_concern(c: RaiseSafeguardingConcern, s: Intervention) -> Sequence[Event]:
    return [SafeguardingConcernRaised(**personal_ids(c, s), raised_to=c.raised_to, concern=c.concern)]


def _raised_already(c: RaiseSafeguardingConcern, s: Intervention) -> bool:
    return any((e.occurred_on, e.raised_to, e.concern) == (c.occurred_on, c.raised_to, c.concern) for e in s.concerns)


def _marked_so(c: RecordAttendance | AmendAttendance, s: Intervention) -> bool:
    there = s.mark_of(c.occurred_on, c.session)
    return there is not None and there.code is c.code


_agreed = need(lambda s: s.status is not Status.ABSENT, "not-agreed", "The intervention has not been agreed.")

decisions = [
    Decision(RecordAttendance, _record, when=[has_started], already=_marked_so),
    Decision(AmendAttendance, _amend, when=[has_started, has_marks], already=_marked_so),
    Decision(
        CloseSafeguardingTask,
        _close_task,
        when=[has_started, a_task_is_open],
        already=lambda c, s: s.closed_tasks.get(c.task_id) == c.occurred_on,
    ),
    Decision(RaiseSafeguardingConcern, _raise_concern, when=[_agreed], already=_raised_already),
]
