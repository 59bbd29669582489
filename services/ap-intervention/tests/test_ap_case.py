"""What is known of a child across this service's streams."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from ap_intervention.ap_case import (
    ApCase,
    EhcPlanEndNoted,
    EhcPlanNoted,
    ExclusionCancellationNoted,
    ExclusionNoted,
    InterventionEndNoted,
    InterventionNoted,
    NoteEhcPlan,
    NoteEhcPlanEnd,
    NoteExclusion,
    NoteExclusionCancellation,
    NoteIntervention,
    NoteInterventionEnd,
    ap_case,
)
from shared.testing.spec import given

from shared import Event

from .examples import CASE, INTERVENTION, PERSON

DAY = date(2026, 9, 10)
PLAN, OLD_PLAN, EXCLUSION = UUID(int=70), UUID(int=71), UUID(int=401)

PLAN_NOTED = EhcPlanNoted(occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN, intervention_ids=())
INTERVENTION_NOTED = InterventionNoted(
    occurred_on=DAY, case_id=CASE, person_id=PERSON, intervention_id=INTERVENTION, plan_held=False
)


def _suspended(days: str, on: date = DAY, id: UUID = EXCLUSION) -> ExclusionNoted:
    return ExclusionNoted(occurred_on=on, case_id=CASE, person_id=PERSON, exclusion_id=id, school_days=Decimal(days))


def test_a_plan_is_noted_with_the_interventions_that_must_know() -> None:
    note = NoteEhcPlan(occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN)
    given(ap_case).when(note).then(PLAN_NOTED)
    (noted,) = given(ap_case, INTERVENTION_NOTED).when(note).then_types(EhcPlanNoted)
    assert noted.intervention_ids == (INTERVENTION,)
    given(ap_case, PLAN_NOTED).when(note).then_nothing()


def test_only_the_plan_that_is_held_can_end() -> None:
    end = NoteEhcPlanEnd(occurred_on=DAY, case_id=CASE, plan_id=PLAN)
    given(ap_case, PLAN_NOTED).when(end).then_types(EhcPlanEndNoted)
    given(ap_case, PLAN_NOTED).when(end.model_copy(update={"plan_id": OLD_PLAN})).then_nothing()
    given(ap_case).when(end).then_nothing()


def test_an_intervention_agreed_after_the_plan_learns_of_it() -> None:
    note = NoteIntervention(occurred_on=DAY, case_id=CASE, person_id=PERSON, intervention_id=INTERVENTION)
    (noted,) = given(ap_case, PLAN_NOTED).when(note).then_types(InterventionNoted)
    assert noted.plan_held
    given(ap_case, noted).when(note).then_nothing()


def test_an_intervention_that_ended_is_not_told_any_more() -> None:
    end = NoteInterventionEnd(occurred_on=DAY, case_id=CASE, intervention_id=INTERVENTION)
    (ended,) = given(ap_case, INTERVENTION_NOTED).when(end).then_types(InterventionEndNoted)
    given(ap_case, INTERVENTION_NOTED, ended).when(end).then_nothing()
    again = NoteIntervention(occurred_on=DAY, case_id=CASE, person_id=PERSON, intervention_id=INTERVENTION)
    given(ap_case, INTERVENTION_NOTED, ended).when(again).then_nothing()


def test_suspensions_are_added_up_by_school_year_with_halves() -> None:
    history: list[Event] = [
        _suspended("40", date(2026, 7, 13), UUID(int=1)),
        _suspended("2.5", date(2026, 8, 31), UUID(int=2)),
        _suspended("0.5", date(2026, 10, 6), UUID(int=3)),
        _suspended("5", date(2027, 3, 1), UUID(int=4)),
    ]
    case: ApCase = ap_case.fold(history)
    assert case.days_suspended_before(date(2026, 11, 2)) == Decimal("3.0")
    assert case.days_suspended_before(date(2026, 10, 6)) == Decimal("2.5")
    assert case.days_suspended_before(date(2026, 7, 20)) == Decimal(40)


def test_a_cancelled_suspension_counts_only_what_was_served() -> None:
    cancel = NoteExclusionCancellation(
        occurred_on=DAY, case_id=CASE, exclusion_id=EXCLUSION, school_days_served=Decimal("1.5")
    )
    history = [_suspended("5")]
    (cancelled,) = given(ap_case, *history).when(cancel).then_types(ExclusionCancellationNoted)
    case: ApCase = ap_case.fold([*history, cancelled])
    assert case.days_suspended_before(date(2026, 12, 1)) == Decimal("1.5")
    assert not case.excluded_from(DAY, permanently=False)
    given(ap_case, *history, cancelled).when(cancel).then_nothing()
    given(ap_case).when(cancel).then_nothing()


def test_an_exclusion_is_noted_once() -> None:
    note = NoteExclusion(
        occurred_on=DAY, case_id=CASE, person_id=PERSON, exclusion_id=EXCLUSION, school_days=Decimal(5)
    )
    given(ap_case).when(note).then(_suspended("5"))
    given(ap_case, _suspended("5")).when(note).then_nothing()
