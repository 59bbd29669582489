"""The laws of the decider, on examples that accept each command once and show each event."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from assessment.absence import RecordFamilyAbsence, RecordSchoolClosure
from assessment.advice import RecordAdviceRequestReached
from assessment.advice_instead import RefuseRequestedAdvice
from assessment.advice_replies import GoOnWithoutAdvice, RecordMissedAppointment
from assessment.api import routes
from assessment.assessment import AssessmentDateCorrected, assessment
from assessment.codes import AdviceType
from assessment.exception_course import EndException, RejectException, TellFamilyOfException
from assessment.need_profile import RecordNeedProfile
from assessment.opening import CloseAssessment, CloseWithdrawnAssessment, Closing
from shared.testing.laws import Example, check, check_what_people_send

from . import test_absence, test_advice, test_exception, test_reversal, test_social_care
from .stories import (
    ADVICE,
    ALL_IN,
    ANSWERED,
    ASSESSED,
    ASSESSING,
    CASE,
    COMPLETED,
    NO_PLAN,
    NOT_TO_ASSESS,
    NOT_TO_ISSUE,
    NOTIFIED,
    OPENED,
    READY,
    REFUSED,
    REQUEST,
    SECOND_REQUEST,
    TO_ASSESS,
    TO_ISSUE,
    after,
    chase,
    complete,
    consult,
    decide_not_to_assess,
    decide_not_to_issue,
    decide_to_assess,
    decide_to_issue,
    go_on_without,
    notify_consideration,
    notify_not_to_assess,
    notify_not_to_issue,
    notify_to_assess,
    notify_to_issue,
    open_assessment,
    profile,
    receive,
    seek,
)

FIRST = AdviceType.PARENT_YP
"""What is asked for first: until more is, commands about advice are about this."""
OF_FIRST = {"case_id": CASE, "advice_id": ADVICE[FIRST]}
CLAIM = (*OPENED, test_exception.claim(family_told_on=None))
CLAIMED = {"case_id": CASE, "exception_id": test_exception.claimed_id(*CLAIM)}
corrected = AssessmentDateCorrected(
    occurred_on=COMPLETED,
    case_id=CASE,
    corrects=UUID(int=1),
    was=date(2026, 9, 7),
    now=date(2026, 9, 4),
    reason="The letter bears the stamp of the 4th.",
)

EXAMPLES: list[Example] = [
    ([], open_assessment()),
    (after(*READY), open_assessment(request_id=SECOND_REQUEST)),
    (after(*READY), CloseWithdrawnAssessment(case_id=CASE, request_id=REQUEST)),
    (after(*READY), CloseAssessment(occurred_on=COMPLETED, case_id=CASE, reason=Closing.MOVED_AWAY)),
    (after(*OPENED), notify_consideration()),
    (after(*OPENED), consult()),
    (after(*READY), decide_to_assess()),
    (after(*READY), decide_not_to_assess()),
    (after(*TO_ASSESS), notify_to_assess()),
    (after(*NOT_TO_ASSESS), notify_not_to_assess()),
    (after(*NOTIFIED), seek(AdviceType.MEDICAL)),
    (after(*ASSESSING), test_advice.request()),
    (after(*ASSESSING), RecordAdviceRequestReached(occurred_on=ANSWERED, **OF_FIRST)),
    (after(*ASSESSING), test_advice.reuse()),
    (
        after(*ASSESSING),
        RefuseRequestedAdvice(case_id=CASE, asked_for="Test-Adviser", reasons="No.", decision_maker="mgr"),
    ),
    (after(*ASSESSING), chase(FIRST)),
    (after(*ASSESSING), receive(FIRST)),
    (after(*ASSESSING), RecordMissedAppointment(occurred_on=ANSWERED, with_body="Clinic", **OF_FIRST)),
    (after(*ASSESSING, chase(FIRST)), go_on_without(FIRST)),
    (after(*ASSESSING), profile()),
    (after(*ALL_IN, profile()), complete()),
    (after(*ASSESSED), decide_to_issue()),
    (after(*ASSESSED), decide_not_to_issue()),
    (after(*TO_ISSUE), notify_to_issue()),
    (after(*NOT_TO_ISSUE), notify_not_to_issue()),
    (after(*REFUSED), test_reversal.reverse()),
    (after(*NO_PLAN), test_reversal.reverse()),
    (after(*REFUSED), test_reversal.ordered()),
    (after(*OPENED), test_exception.claim()),
    (after(*CLAIM), TellFamilyOfException(occurred_on=COMPLETED, **CLAIMED)),
    (after(*CLAIM), EndException(occurred_on=COMPLETED, **CLAIMED)),
    (after(*CLAIM), RejectException(reasons="It does not hold.", decided_by="dcs", **CLAIMED)),
    (after(*ASSESSING), test_social_care.refer()),
    (after(*test_social_care.REFERRED), test_social_care.completed()),
    (after(*test_social_care.REFERRED), test_social_care.closed()),
    (after(*OPENED), test_absence.closure),
    (after(*OPENED), test_absence.away),
    ([*after(*OPENED), corrected], consult()),
]


def test_the_laws_hold_for_assessments() -> None:
    check(assessment, EXAMPLES)
    check_what_people_send(
        assessment,
        EXAMPLES,
        routes,
        elsewhere={"setting_id"},
        lasting={RecordNeedProfile, RecordSchoolClosure, RecordFamilyAbsence},
        unlike={GoOnWithoutAdvice},  # it depends on whether this very advice was chased
    )
