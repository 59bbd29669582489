"""What happens session by session in an intervention, and when nobody knows where a pupil is."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from shared import Event, Personal, Value

from .attendance_codes import AttendanceCode, HalfDay


class MarkedSession(Value):
    on: date
    session: HalfDay


class AttendanceRecorded(Event):
    """One session was marked. ``occurred_on`` is its day."""

    type: Literal["ap-intervention.attendance-recorded"] = "ap-intervention.attendance-recorded"
    case_id: UUID
    intervention_id: UUID
    session: HalfDay
    code: AttendanceCode


class AttendanceAmended(Event):
    """A session's mark was wrong or a reason came in later. ``occurred_on`` is the session's day."""

    type: Literal["ap-intervention.attendance-amended"] = "ap-intervention.attendance-amended"
    case_id: UUID
    intervention_id: UUID
    session: HalfDay
    was: AttendanceCode
    code: AttendanceCode


class SafeguardingTaskRaised(Event):
    """The pupil missed three sessions running and nobody knows why: somebody must find out where the child is."""

    type: Literal["ap-intervention.safeguarding-task-raised"] = "ap-intervention.safeguarding-task-raised"
    case_id: UUID
    intervention_id: UUID
    task_id: UUID
    sessions: tuple[MarkedSession, ...]


class SafeguardingTaskClosed(Event):
    """A safeguarding task was done."""

    type: Literal["ap-intervention.safeguarding-task-closed"] = "ap-intervention.safeguarding-task-closed"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    task_id: UUID
    found: Personal[str]


class SafeguardingConcernRaised(Event):
    """Somebody raised a concern about the pupil's safety, and told the designated lead or children's social care."""

    type: Literal["ap-intervention.safeguarding-concern-raised"] = "ap-intervention.safeguarding-concern-raised"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    raised_to: Literal["DESIGNATED_LEAD", "CHILDRENS_SOCIAL_CARE", "POLICE"]
    concern: Personal[str]
