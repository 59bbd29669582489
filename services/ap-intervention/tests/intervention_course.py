"""One intervention with everything that can happen in it, as examples for the laws."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ap_intervention import attendance, outcome, referral
from ap_intervention.codes import DestinationType, OutcomeCode
from ap_intervention.intervention import intervention
from ap_intervention.intervention_commands import (
    AgreeIntervention,
    AgreeObjectives,
    AllocateSpecialist,
    ApproveNonSchoolLimitException,
    CancelIntervention,
    ChangeTier,
    ExtendIntervention,
    NotePlanHolding,
    NotifyCaseworker,
    RecordBaseline,
    ReviewIntervention,
    StartIntervention,
)
from ap_intervention.intervention_events import Baseline, CaseworkerNotified, InterventionDateCorrected, Objective
from ap_intervention.outcome_events import ReintegrationPlan, ReintegrationStep
from shared.testing.laws import Example
from shared.testing.spec import stamped

from . import examples as e
from .chains import DAY, WRONG, chain


def interventions() -> list[Example]:
    by: dict[str, Any] = {"intervention_id": e.INTERVENTION}
    accepted = referral.ap_referral.fold(e.accepted_referral())
    told = CaseworkerNotified(occurred_on=e.START, case_id=e.CASE, caseworker="caseworker-1", **by)
    plan = ReintegrationPlan(
        target_setting_id=e.HOME_SCHOOL,
        starts_on=date(2026, 11, 16),
        full_time_on=date(2026, 11, 30),
        key_adult="Ms Test-Heron",
        steps=(
            ReintegrationStep(starts_on=date(2026, 11, 16), hours_per_week=Decimal(10), support="Mentor at break."),
        ),
    )
    correction = InterventionDateCorrected(occurred_on=DAY, case_id=e.CASE, **by, **WRONG)
    workshop = [e.agreed(school=False, planned_end_on=date(2027, 7, 16)), e.commissioned(school=False)]
    marks = [
        attendance.RecordAttendance(occurred_on=e.START + timedelta(days=d), session="AM", code="N", **by)
        for d in range(3)
    ]
    task_history = [*e.running()]
    for number, mark in enumerate(marks):
        task_history += intervention.decide(stamped(mark, number=number + 50), intervention.fold(task_history))
    (task,) = intervention.fold(task_history).open_tasks
    return [
        ([], AgreeIntervention(occurred_on=DAY, case_id=e.CASE, referral_id=e.REFERRAL, offer_id=e.OFFER), accepted),
        *chain(
            intervention,
            [e.agreed(objectives=()), e.commissioned()],
            (AgreeObjectives(objectives=(Objective(number=1, text="Reads daily."),), **by),),
            (NotePlanHolding(held=True, **by),),
            (NotifyCaseworker(occurred_on=e.START, caseworker="caseworker-1", **by),),
            (
                StartIntervention(occurred_on=e.START, provider_id=e.PROVIDER, section_f_delivered=False, **by),
                e.provider_state(),
            ),
            (
                RecordBaseline(
                    measures=Baseline(
                        sessions_attended=27,
                        sessions_possible=60,
                        reading_age_months=104,
                        maths_level="Year 4",
                        sdq_total=22,
                        boxall="Strand 2 low.",
                        risks=("Leaves the site.",),
                    ),
                    **by,
                ),
            ),
            (AllocateSpecialist(profession="SALT", days_per_week=Decimal("0.5"), **by),),
            (marks[0],),
            (attendance.AmendAttendance(occurred_on=e.START, session="AM", code="I", **by),),
            (
                attendance.RaiseSafeguardingConcern(
                    occurred_on=e.START, raised_to="DESIGNATED_LEAD", concern="Came without a coat.", **by
                ),
            ),
            (
                ReviewIntervention(
                    occurred_on=DAY,
                    decision="EXTEND",
                    progress_by_objective=({"number": 1, "progress": "ON_TRACK"},),
                    notes="The home school came.",
                    **by,
                ),
            ),
            (
                ExtendIntervention(
                    occurred_on=DAY,
                    new_end_on=date(2026, 12, 18),
                    panel_approved_on=date(2026, 10, 23),
                    reason="To the end of term.",
                    **by,
                ),
            ),
            (
                ChangeTier(
                    occurred_on=DAY,
                    provider_id=e.PROVIDER,
                    to_tier=3,
                    registration="SINGLE",
                    planned_end_on=date(2027, 7, 16),
                    terms=e.terms(3),
                    reason="A new school is sought.",
                    **by,
                ),
                e.provider_state(),
            ),
            (outcome.CreateReintegrationPlan(occurred_on=DAY, plan=plan, **by),),
            (outcome.StartReintegration(occurred_on=date(2026, 11, 16), **by),),
            (
                outcome.ConcludeIntervention(
                    occurred_on=date(2026, 11, 30),
                    outcome_code=OutcomeCode.RETURN_PENDING,
                    objectives_met=1,
                    english_progress="POSITIVE",
                    maths_progress="NONE",
                    **by,
                ),
            ),
            (
                outcome.RecordReintegrationCheck(
                    occurred_on=date(2027, 2, 15),
                    checkpoint="13W",
                    still_on_roll=True,
                    full_time=True,
                    attendance_pct=91,
                    suspensions=0,
                    **by,
                ),
            ),
            (
                outcome.ReviseInterventionOutcome(
                    occurred_on=date(2027, 3, 1), outcome_code=OutcomeCode.MOVED_AREA, **by
                ),
            ),
            (
                outcome.RecordDestination(
                    occurred_on=date(2027, 3, 1),
                    destination=DestinationType.MAINSTREAM_SCHOOL,
                    setting_id=e.OTHER_SCHOOL,
                    **by,
                ),
            ),
        ),
        (
            workshop,
            ApproveNonSchoolLimitException(
                occurred_on=e.START,
                covers_until=date(2027, 7, 16),
                approved_by="manager-1",
                reason="No school near.",
                **by,
            ),
        ),
        ([e.agreed(), e.commissioned(), told], CancelIntervention(reason="The family has moved.", **by)),
        (task_history, attendance.CloseSafeguardingTask(task_id=task, found="At home, ill.", **by)),
        (
            [*e.running(1), correction],
            outcome.ConcludeIntervention(occurred_on=DAY, outcome_code="STAYED_T1", objectives_met=2, **by),
        ),
    ]
