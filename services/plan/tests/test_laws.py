"""The laws of the plan's decider: every command accepted once, every event shown, twice is once.

Those of the deciders beside it are in ``test_laws_beside_the_plan``.
"""

from __future__ import annotations

from plan.amended_plan import IssueAmendmentNotice
from plan.api import routes
from plan.attendance import RecordStoppedAttending
from plan.clauses import ReviseNeed, ReviseOutcome, ReviseViews, WithdrawClause
from plan.phase_transfer import IdentifyPhaseTransfer, RecordPlanEndAge
from plan.plan import plan
from plan.provision import ReviseProvision, SpecifyProvision
from plan.review import RescheduleReview
from shared.testing.laws import check, check_what_people_send

from .plan_examples import plan_examples

ELSEWHERE = {"person_id", "request_id", "setting_id"}
"""Persons and requests are known to referral, settings to placement."""
LASTING = {
    ReviseViews,
    ReviseNeed,
    ReviseOutcome,
    ReviseProvision,
    RescheduleReview,
    IdentifyPhaseTransfer,
    RecordPlanEndAge,
}
UNLIKE = {WithdrawClause, SpecifyProvision, IssueAmendmentNotice, RecordStoppedAttending}
"""Their examples need a certain clause, a change of the text, or an age, where another wish would be accepted."""


def test_laws() -> None:
    check(plan, plan_examples())


def test_what_people_send() -> None:
    check_what_people_send(
        plan,
        plan_examples(),
        routes,
        elsewhere=ELSEWHERE,
        lasting=LASTING,
        unlike=UNLIKE,
    )
