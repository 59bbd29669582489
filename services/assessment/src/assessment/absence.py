"""Facts that may matter to a time limit: a closed setting, a family that is away. Alone they relieve nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import Command, Decision, NotBefore, Rejected

from .codes import Short
from .rounds import Assessment, RoundEvent, not_closed, said

Kind = Literal["SCHOOL", "EARLY_YEARS"]
Who = Literal["CHILD", "PARENT", "YOUNG_PERSON"]

# --- events ---


class SchoolClosureRecorded(RoundEvent):
    """A school, post-16 institution or early years provider is closed from its first day without a session."""

    type: Literal["assessment.school-closure-recorded"] = "assessment.school-closure-recorded"
    kind: Kind
    setting: str
    setting_id: UUID | None
    first_closed_day: date
    reopens_on: Annotated[date, NotBefore("first_closed_day")]
    evidence_refs: tuple[str, ...]


class FamilyAbsenceRecorded(RoundEvent):
    """The child, a parent or the young person is away from the area; both days are days away."""

    type: Literal["assessment.family-absence-recorded"] = "assessment.family-absence-recorded"
    who: Who
    away_from: date
    away_to: Annotated[date, NotBefore("away_from")]
    evidence_refs: tuple[str, ...]


AbsenceEvent = SchoolClosureRecorded | FamilyAbsenceRecorded


def evolve(state: Assessment, event: AbsenceEvent) -> Assessment:
    known = state.round_of(event.request_id)
    match event:
        case SchoolClosureRecorded():
            fact = (event.setting, event.first_closed_day, event.reopens_on)
            return state.change(event.request_id, closures=(*(known.closures if known else ()), fact))
        case FamilyAbsenceRecorded():
            fact = (event.who, event.away_from, event.away_to)
            return state.change(event.request_id, absences=(*(known.absences if known else ()), fact))
        case _ as never:
            assert_never(never)


# --- commands ---


class RecordSchoolClosure(Command):
    """Record that the child's setting is or will be closed. Post-16 institutions count as SCHOOL."""

    case_id: UUID
    kind: Kind = "SCHOOL"
    setting: Short
    setting_id: UUID | None = None
    first_closed_day: date = Field(description="The first day without a session.")
    reopens_on: date = Field(description="The first day with a session again.")
    evidence_refs: tuple[Short, ...] = ()


class RecordFamilyAbsence(Command):
    """Record that the child, a parent or the young person is or will be away from the area."""

    case_id: UUID
    who: Who
    away_from: date = Field(description="The first whole day away.")
    away_to: date = Field(description="The last whole day away.")
    evidence_refs: tuple[Short, ...] = ()


# --- decisions ---


def record_closure(command: RecordSchoolClosure, state: Assessment) -> Sequence[AbsenceEvent]:
    if command.reopens_on <= command.first_closed_day:
        raise Rejected("reopens-before-it-closes", "A setting re-opens after the first day on which it is closed.")
    return [said(SchoolClosureRecorded, command, state)]


def record_absence(command: RecordFamilyAbsence, state: Assessment) -> Sequence[AbsenceEvent]:
    if command.away_to < command.away_from:
        raise Rejected("back-before-away", "The last day away cannot be before the first.")
    return [said(FamilyAbsenceRecorded, command, state)]


decisions = [
    Decision(
        RecordSchoolClosure,
        record_closure,
        when=[not_closed],
        already=lambda c, s: (c.setting, c.first_closed_day, c.reopens_on) in s.now.closures,
    ),
    Decision(
        RecordFamilyAbsence,
        record_absence,
        when=[not_closed],
        already=lambda c, s: (c.who, c.away_from, c.away_to) in s.now.absences,
    ),
]
