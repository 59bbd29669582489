"""Re-assessment: asked for, answered, concluded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.notices import Rights
from plan.reassessment import (
    BeginReassessment,
    ConcludeReassessment,
    NotifyReassessmentDecision,
    NotifyReassessmentOutcome,
    RequestReassessment,
    WithdrawReassessmentRequest,
    reassessment,
)
from plan.reassessment_events import (
    ReassessmentDecisionNotified,
    ReassessmentOutcomeNotified,
    ReassessmentRequested,
    ReassessmentRequestWithdrawn,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, MAINTAINED, NO_PLAN, PERSON, PLAN, after

R, DECISION = UUID(int=50), UUID(int=51)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, "reassessment_id": R}
ALL_RIGHTS = Rights(appeal=True, time_limits=True, mediation=True, disagreement_and_advice=True)
SOME_RIGHTS = Rights(appeal=True, time_limits=True, mediation=False, disagreement_and_advice=True)

REQUESTED = RequestReassessment(
    case_id=CASE, reassessment_id=R, requested_by="PARENT", reasons="he no longer speaks", occurred_on=date(2026, 5, 4)
)
AGREED = NotifyReassessmentDecision(
    reassessment_id=R, decision_id=DECISION, agreed=True, recipients=("PARENT",), occurred_on=date(2026, 5, 15)
)
REFUSED = NotifyReassessmentDecision(
    reassessment_id=R, decision_id=DECISION, agreed=False, ground="NOT_NECESSARY", reasons="no change of need",
    rights=ALL_RIGHTS, recipients=("PARENT",), occurred_on=date(2026, 5, 15),
)  # fmt: skip
NO_CHANGE = NotifyReassessmentOutcome(
    reassessment_id=R, decision_id=UUID(int=52), reasons="provision still fits", rights=ALL_RIGHTS,
    recipients=("PARENT",), occurred_on=date(2026, 7, 20),
)  # fmt: skip


def so_far(*commands: Command) -> list[Event]:
    return after(reassessment, *commands, reading=MAINTAINED)


def barred(last: date) -> NotifyReassessmentDecision:
    return REFUSED.model_copy(update={"ground": "SIX_MONTH_BAR", "last_assessed_on": last})


def test_a_parent_asks_for_a_re_assessment() -> None:
    """TV-44: received on a bank holiday, by e-mail."""
    given(reassessment).reading(MAINTAINED).when(REQUESTED).then(
        ReassessmentRequested(occurred_on=date(2026, 5, 4), by="PARENT", reasons="he no longer speaks", **IDS)
    )


@pytest.mark.parametrize(
    "command",
    [REQUESTED, BeginReassessment(case_id=CASE, recipients=("PARENT",), occurred_on=date(2026, 5, 4))],
    ids=lambda c: type(c).__name__,
)
def test_only_a_plan_in_force_is_re_assessed(command: Command) -> None:
    given(reassessment).reading(NO_PLAN).when(command).then_rejected("no-plan")


def test_a_re_assessment_opens_once() -> None:
    events = so_far(REQUESTED)
    given(reassessment, *events).reading(MAINTAINED).when(REQUESTED).then_rejected("reassessment-exists")


def test_the_authority_agrees() -> None:
    events = so_far(REQUESTED)
    given(reassessment, *events).when(AGREED).then(
        ReassessmentDecisionNotified(
            occurred_on=date(2026, 5, 15), decision_id=DECISION, agreed=True, own_initiative=False, ground=None,
            last_assessed_on=None, recipients=("PARENT",), rights=None, reasons=None, **IDS,
        )
    )  # fmt: skip
    given(reassessment, *so_far(REQUESTED, AGREED)).when(AGREED).then_nothing()


def test_the_authority_refuses_with_reasons_and_rights() -> None:
    (refused,) = given(reassessment, *so_far(REQUESTED)).when(REFUSED).then_types(ReassessmentDecisionNotified)
    assert (refused.agreed, refused.ground, refused.reasons) == (False, "NOT_NECESSARY", "no change of need")


def test_a_refusal_states_every_right() -> None:
    defective = REFUSED.model_copy(update={"rights": SOME_RIGHTS})
    refused = given(reassessment, *so_far(REQUESTED)).when(defective).then_rejected("rights-missing")
    assert "mediation" in refused.detail


def test_the_decision_goes_to_the_family_and_to_whoever_asked() -> None:
    by_icb = REQUESTED.model_copy(update={"requested_by": "ICB"})
    given(reassessment, *so_far(by_icb)).when(AGREED).then_rejected("recipient-missing")
    both = AGREED.model_copy(update={"recipients": ("PARENT", "ICB")})
    given(reassessment, *so_far(by_icb)).when(both).then_types(ReassessmentDecisionNotified)
    nobody = AGREED.model_copy(update={"recipients": ("ICB",)})
    given(reassessment, *so_far(by_icb)).when(nobody).then_rejected("recipient-missing")


@pytest.mark.parametrize("last", [date(2025, 11, 4), date(2026, 5, 4)])
def test_a_request_within_six_months_of_an_assessment_may_be_refused_for_that(last: date) -> None:
    given(reassessment, *so_far(REQUESTED)).when(barred(last)).then_types(ReassessmentDecisionNotified)


@pytest.mark.parametrize("last", [date(2025, 11, 3), date(2026, 5, 5)])
def test_the_six_month_bar_reaches_back_six_months_and_no_further(last: date) -> None:
    given(reassessment, *so_far(REQUESTED)).when(barred(last)).then_rejected("six-month-bar-does-not-apply")


@pytest.mark.parametrize(
    "fields",
    [
        {"agreed": False},
        {"agreed": False, "ground": "NOT_NECESSARY", "rights": ALL_RIGHTS},
        {"agreed": False, "ground": "SIX_MONTH_BAR", "rights": ALL_RIGHTS, "reasons": "x"},
        {"agreed": False, "ground": "NOT_NECESSARY", "rights": ALL_RIGHTS, "reasons": "x",
         "last_assessed_on": date(2026, 1, 1)},
        {"agreed": True, "ground": "NOT_NECESSARY"},
    ],
)  # fmt: skip
def test_a_decision_holds_together(fields: Any) -> None:
    with pytest.raises(ValidationError):
        NotifyReassessmentDecision(reassessment_id=R, recipients=("PARENT",), **fields)


def test_a_decision_follows_the_request_and_stays() -> None:
    early = AGREED.model_copy(update={"occurred_on": date(2026, 5, 3)})
    given(reassessment, *so_far(REQUESTED)).when(early).then_rejected("before-request")
    given(reassessment, *so_far(REQUESTED, AGREED)).when(REFUSED).then_rejected("decision-already-notified")


def test_the_authority_begins_of_its_own_accord() -> None:
    """s.44(3): the 14 weeks run from here."""
    begun = BeginReassessment(
        case_id=CASE, reassessment_id=R, decision_id=DECISION, recipients=("PARENT",), occurred_on=date(2026, 5, 15)
    )
    given(reassessment).reading(MAINTAINED).when(begun).then(
        ReassessmentDecisionNotified(
            occurred_on=date(2026, 5, 15), decision_id=DECISION, agreed=True, own_initiative=True, ground=None,
            last_assessed_on=None, recipients=("PARENT",), rights=None, reasons=None, **IDS,
        )
    )  # fmt: skip
    given(reassessment, *so_far(begun)).reading(MAINTAINED).when(begun).then_rejected("reassessment-exists")
    given(reassessment, *so_far(begun)).when(NO_CHANGE).then_types(ReassessmentOutcomeNotified)
    silent = begun.model_copy(update={"recipients": ("ICB",)})
    given(reassessment).reading(MAINTAINED).when(silent).then_rejected("recipient-missing")


def test_the_authority_begins_because_the_tribunal_ordered_it() -> None:
    ordered = BeginReassessment(
        case_id=CASE, order_id=UUID(int=60), recipients=("PARENT",), occurred_on=date(2026, 5, 15)
    )
    (begun,) = given(reassessment).reading(MAINTAINED).when(ordered).then_types(ReassessmentDecisionNotified)
    assert (begun.order_id, begun.own_initiative) == (UUID(int=60), False)
    with pytest.raises(ValidationError):
        BeginReassessment(case_id=CASE, order_id=CASE, agreement_id=CASE, recipients=("PARENT",))


def test_a_request_is_withdrawn_before_it_is_decided() -> None:
    withdrawn = WithdrawReassessmentRequest(reassessment_id=R, occurred_on=date(2026, 5, 8))
    given(reassessment, *so_far(REQUESTED)).when(withdrawn).then(
        ReassessmentRequestWithdrawn(occurred_on=date(2026, 5, 8), **IDS)
    )
    events = so_far(REQUESTED, withdrawn)
    given(reassessment, *events).when(withdrawn).then_nothing()
    given(reassessment, *events).when(AGREED).then_rejected("request-withdrawn")
    given(reassessment, *so_far(REQUESTED, AGREED)).when(withdrawn).then_rejected("decision-already-notified")
    early = withdrawn.model_copy(update={"occurred_on": date(2026, 5, 3)})
    given(reassessment, *so_far(REQUESTED)).when(early).then_rejected("before-request")


def test_a_plan_that_stays_as_it_is_says_why() -> None:
    events = so_far(REQUESTED, AGREED)
    given(reassessment, *events).when(NO_CHANGE).then(
        ReassessmentOutcomeNotified(
            occurred_on=date(2026, 7, 20), outcome="NO_CHANGE", decision_id=UUID(int=52), recipients=("PARENT",),
            rights=ALL_RIGHTS, reasons="provision still fits", **IDS,
        )
    )  # fmt: skip
    given(reassessment, *so_far(REQUESTED, AGREED, NO_CHANGE)).when(NO_CHANGE).then_nothing()


def test_an_outcome_needs_a_re_assessment_under_way() -> None:
    given(reassessment, *so_far(REQUESTED)).when(NO_CHANGE).then_rejected("not-decided")
    given(reassessment, *so_far(REQUESTED, REFUSED)).when(NO_CHANGE).then_rejected("reassessment-refused")
    events = so_far(REQUESTED, AGREED)
    early = NO_CHANGE.model_copy(update={"occurred_on": date(2026, 5, 14)})
    given(reassessment, *events).when(early).then_rejected("before-decision")
    given(reassessment, *events).when(NO_CHANGE.model_copy(update={"rights": SOME_RIGHTS})).then_rejected(
        "rights-missing"
    )
    given(reassessment, *events).when(NO_CHANGE.model_copy(update={"recipients": ("ICB",)})).then_rejected(
        "recipient-missing"
    )


def test_a_new_final_plan_concludes_the_re_assessment() -> None:
    conclude = ConcludeReassessment(
        reassessment_id=R, outcome="AMENDED", decision_id=UUID(int=53), occurred_on=date(2026, 8, 21)
    )
    events = so_far(REQUESTED, AGREED)
    given(reassessment, *events).when(conclude).then(
        ReassessmentOutcomeNotified(
            occurred_on=date(2026, 8, 21), outcome="AMENDED", decision_id=UUID(int=53), recipients=(), rights=None,
            reasons=None, **IDS,
        )
    )  # fmt: skip
    given(reassessment, *so_far(REQUESTED, AGREED, conclude)).when(conclude).then_nothing()
    given(reassessment, *so_far(REQUESTED, AGREED, conclude)).when(NO_CHANGE).then_rejected("reassessment-concluded")


def test_a_plan_that_names_an_unknown_re_assessment_concludes_nothing() -> None:
    conclude = ConcludeReassessment(reassessment_id=R, outcome="AMENDED", decision_id=UUID(int=53))
    given(reassessment).when(conclude).then_nothing()
