"""What a final plan means for the re-assessment it came of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from plan.own_reactions import (
    AmendedFinalPlanIssued,
    FinalPlanIssued,
    on_amended_final_plan_issued,
    on_final_plan_issued,
)
from plan.reassessment import ConcludeReassessment

ISSUED = {"occurred_on": date(2026, 8, 21), "decision_id": UUID(int=53)}


def test_a_plan_that_came_of_a_re_assessment_concludes_it_on_the_day_it_was_sent() -> None:
    amended = AmendedFinalPlanIssued(type="plan.amended-final-plan-issued", reassessment_id=UUID(int=50), **ISSUED)
    assert on_amended_final_plan_issued(amended) == [
        ConcludeReassessment(reassessment_id=UUID(int=50), outcome="AMENDED", **ISSUED)
    ]
    replaced = FinalPlanIssued(type="plan.final-plan-issued", reassessment_id=UUID(int=50), **ISSUED)
    assert on_final_plan_issued(replaced) == [
        ConcludeReassessment(reassessment_id=UUID(int=50), outcome="REPLACED", **ISSUED)
    ]


def test_any_other_final_plan_concludes_none() -> None:
    assert on_final_plan_issued(FinalPlanIssued(type="plan.final-plan-issued", **ISSUED)) == []
    assert on_amended_final_plan_issued(AmendedFinalPlanIssued(type="plan.amended-final-plan-issued", **ISSUED)) == []
