"""Advice for a re-assessment: asked for and received."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.exception_claims import ClaimException, ExceptionClaimed
from plan.reassessment import reassessment
from plan.reassessment_advice import ReceiveReassessmentAdvice, RequestReassessmentAdvice
from plan.reassessment_events import ReassessmentAdviceReceived, ReassessmentAdviceRequested
from shared.testing.spec import given

from .plan_stories import CASE_ID, FINAL, having
from .test_reassessment import AGREED, IDS, NO_CHANGE, REFUSED, REQUESTED, R, so_far

HEALTH, SCHOOL = UUID(int=55), UUID(int=56)
ASKED_ON, CAME_ON = date(2026, 5, 18), date(2026, 6, 29)
ASKED = RequestReassessmentAdvice(
    reassessment_id=R, advice_id=HEALTH, reg6_code="6(1)(c)", from_org="Community paediatrics", occurred_on=ASKED_ON
)
CAME = ReceiveReassessmentAdvice(reassessment_id=R, advice_id=HEALTH, document_ref="doc-5", occurred_on=CAME_ON)
AGREED_TO = (REQUESTED, AGREED)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


def requested(**more: Any) -> ReassessmentAdviceRequested:
    facts = {"advice_id": HEALTH, "reg6_code": "6(1)(c)", "from_org": "Community paediatrics", "cooperating_body": True}
    return ReassessmentAdviceRequested(occurred_on=ASKED_ON, **{**facts, "reached_adviser_on": ASKED_ON}, **more, **IDS)


def test_a_health_body_is_bound_from_the_day_the_request_reached_it() -> None:
    given(reassessment, *so_far(*AGREED_TO)).when(ASKED).then(requested())
    given(reassessment, *so_far(*AGREED_TO, ASKED)).when(ASKED).then_nothing()
    later = sent(ASKED, reached_adviser_on=date(2026, 5, 20))
    (event,) = given(reassessment, *so_far(*AGREED_TO)).when(later).then_types(ReassessmentAdviceRequested)
    assert event.reached_adviser_on == date(2026, 5, 20)


@pytest.mark.parametrize(("bound", "reached"), [(None, None), (False, None), (True, ASKED_ON)])
def test_others_are_bound_only_where_it_is_said(bound: bool | None, reached: date | None) -> None:
    school = sent(ASKED, advice_id=SCHOOL, reg6_code="6(1)(b)", from_org="Northmoor", cooperating_body=bound)
    (event,) = given(reassessment, *so_far(*AGREED_TO)).when(school).then_types(ReassessmentAdviceRequested)
    assert (event.cooperating_body, event.reached_adviser_on) == (bool(bound), reached)


def test_advice_is_asked_for_while_the_authority_re_assesses() -> None:
    given(reassessment, *so_far(REQUESTED)).when(ASKED).then_rejected("not-decided")
    given(reassessment, *so_far(REQUESTED, REFUSED)).when(ASKED).then_rejected("reassessment-refused")
    given(reassessment, *so_far(*AGREED_TO, NO_CHANGE)).when(ASKED).then_rejected("reassessment-concluded")


def test_its_dates_follow_one_another() -> None:
    under_way = given(reassessment, *so_far(*AGREED_TO))
    under_way.when(sent(ASKED, occurred_on=date(2026, 5, 14))).then_rejected("before-decision")
    under_way.when(sent(ASKED, reached_adviser_on=date(2026, 5, 17))).then_rejected("reached-before-asked")
    asked = given(reassessment, *so_far(*AGREED_TO, ASKED))
    asked.when(sent(CAME, occurred_on=date(2026, 5, 17))).then_rejected("before-request")


def test_advice_comes_once_and_late_too() -> None:
    received = ReassessmentAdviceReceived(occurred_on=CAME_ON, advice_id=HEALTH, document_ref="doc-5", **IDS)
    given(reassessment, *so_far(*AGREED_TO, ASKED)).when(CAME).then(received)
    given(reassessment, *so_far(*AGREED_TO, ASKED, CAME)).when(CAME).then_nothing()
    again = sent(CAME, occurred_on=date(2026, 6, 30))
    assert (
        "2026-06-29"
        in given(reassessment, *so_far(*AGREED_TO, ASKED, CAME)).when(again).then_rejected("advice-received").detail
    )
    over = so_far(*AGREED_TO, ASKED, NO_CHANGE)
    given(reassessment, *over).when(sent(CAME, occurred_on=date(2026, 8, 3))).then_types(ReassessmentAdviceReceived)


def test_only_what_was_asked_for_comes() -> None:
    given(reassessment, *so_far(*AGREED_TO)).when(CAME).then_rejected("no-advice-asked")
    given(reassessment, *so_far(*AGREED_TO, ASKED)).when(sent(CAME, advice_id=SCHOOL)).then_rejected("no-such-advice")


def test_a_missed_appointment_excuses_whoever_gives_advice_and_no_closure_does() -> None:
    """Reg 8(2), through reg 26."""
    claim = ClaimException(
        limit_id="reassessment-advice", subject_id=HEALTH, ground="MISSED_APPOINTMENT", fact_from=date(2027, 6, 3),
        fact_to=date(2027, 6, 3), why_impractical="nobody came", decided_by="Officer", evidence_refs=("letter-1",),
        occurred_on=date(2027, 6, 10), **CASE_ID,
    )  # fmt: skip
    having(*FINAL).when(claim).then_types(ExceptionClaimed)
    having(*FINAL).when(sent(claim, subject_id=None)).then_rejected("exception-subject-missing")
    having(*FINAL).when(sent(claim, ground="SETTING_CLOSED_4W")).then_rejected("ground-not-listed")
    having(*FINAL).when(sent(claim, limit_id="reassessment-final-plan")).then_rejected("ground-not-listed")
