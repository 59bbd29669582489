"""Closures and absences are recorded as facts; they relieve nothing until an exception is claimed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from assessment.absence import (
    FamilyAbsenceRecorded,
    RecordFamilyAbsence,
    RecordSchoolClosure,
    SchoolClosureRecorded,
)
from assessment.opening import CloseWithdrawnAssessment

from .stories import CASE, OPENED, RECEIVED, REQUEST, story

IDS = {"case_id": CASE, "request_id": REQUEST}
closure = RecordSchoolClosure(
    occurred_on=RECEIVED,
    case_id=CASE,
    setting="Oakfield Primary",
    setting_id=UUID(int=5),
    first_closed_day=date(2026, 7, 22),
    reopens_on=date(2026, 9, 2),
    evidence_refs=("term-dates",),
)
away = RecordFamilyAbsence(
    occurred_on=RECEIVED, case_id=CASE, who="CHILD", away_from=date(2026, 10, 1), away_to=date(2026, 10, 28)
)


def test_a_closure_is_recorded_with_first_closed_day_and_reopening() -> None:
    story(*OPENED).when(closure).then(
        SchoolClosureRecorded(
            occurred_on=RECEIVED,
            kind="SCHOOL",
            setting="Oakfield Primary",
            setting_id=UUID(int=5),
            first_closed_day=date(2026, 7, 22),
            reopens_on=date(2026, 9, 2),
            evidence_refs=("term-dates",),
            **IDS,
        )
    )
    story(*OPENED, closure).when(closure).then_nothing()


def test_an_absence_is_recorded_with_its_first_and_last_day_away() -> None:
    story(*OPENED).when(away).then(
        FamilyAbsenceRecorded(
            occurred_on=RECEIVED,
            who="CHILD",
            away_from=date(2026, 10, 1),
            away_to=date(2026, 10, 28),
            evidence_refs=(),
            **IDS,
        )
    )
    story(*OPENED, away).when(away).then_nothing()


def test_ends_come_after_beginnings() -> None:
    story(*OPENED).when(closure.model_copy(update={"reopens_on": date(2026, 7, 22)})).then_rejected(
        "reopens-before-it-closes"
    )
    story(*OPENED).when(away.model_copy(update={"away_to": date(2026, 9, 30)})).then_rejected("back-before-away")


def test_nothing_is_recorded_on_a_closed_round() -> None:
    closed = CloseWithdrawnAssessment(occurred_on=RECEIVED, **IDS)
    story(*OPENED, closed).when(closure).then_rejected("assessment-closed")
    story(*OPENED, closed).when(away).then_rejected("assessment-closed")
