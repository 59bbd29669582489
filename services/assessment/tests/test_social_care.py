"""Referrals to social care that the assessment gives rise to, and their answers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from assessment.opening import CloseAssessment, CloseWithdrawnAssessment, Closing
from assessment.social_care import (
    CloseSocialCareReferral,
    CompleteSocialCareAssessment,
    ReferToSocialCare,
    SocialCareAssessmentCompleted,
    SocialCareReferralClosed,
    SocialCareReferralMade,
    WhyNotAssessed,
)

from shared import Command

from .stories import (
    ASSESSING,
    CASE,
    DRAFTING,
    OPENED,
    PERSON,
    RECEIVED,
    REFUSED,
    REQUEST,
    SECOND_REQUEST,
    UNKNOWN,
    open_assessment,
    story,
)

REFERRAL = UUID(int=31)
REFERRED_ON = date(2026, 10, 26)
ANSWERED_ON = date(2027, 1, 4)
IDS = {"case_id": CASE, "request_id": REQUEST, "social_care_referral_id": REFERRAL}


def refer(**more: Any) -> ReferToSocialCare:
    body: dict[str, Any] = {"service": "Children with disabilities team", "reasons": "His mother sleeps two hours."}
    referral = {"occurred_on": REFERRED_ON, "case_id": CASE, "social_care_referral_id": REFERRAL}
    return ReferToSocialCare(**referral | body | more)


def completed(**more: Any) -> CompleteSocialCareAssessment:
    body: dict[str, Any] = {"provision_needed": True, "document_ref": "social-care-report"}
    answer = {"occurred_on": ANSWERED_ON, "case_id": CASE, "social_care_referral_id": REFERRAL}
    return CompleteSocialCareAssessment(**answer | body | more)


def closed(**more: Any) -> CloseSocialCareReferral:
    answer: dict[str, Any] = {"occurred_on": ANSWERED_ON, "case_id": CASE, "social_care_referral_id": REFERRAL}
    return CloseSocialCareReferral(**{**answer, "reason": WhyNotAssessed.NOT_ACCEPTED, **more})


REFERRED = (*ASSESSING, refer())


def test_a_referral_is_dated_the_day_social_care_received_it() -> None:
    story(*ASSESSING).when(refer()).then(
        SocialCareReferralMade(
            occurred_on=REFERRED_ON,
            person_id=PERSON,
            service="Children with disabilities team",
            reasons="His mother sleeps two hours.",
            **IDS,
        )
    )
    story(*REFERRED).when(refer()).then_nothing()


def test_it_follows_the_request() -> None:
    story(*OPENED).when(refer(occurred_on=date(2026, 9, 4))).then_rejected("before-the-request")
    story(*OPENED).when(refer(occurred_on=RECEIVED)).then_types(SocialCareReferralMade)


@pytest.mark.parametrize("before", [OPENED, REFUSED, DRAFTING], ids=["considered", "refused", "drafting"])
def test_it_may_be_made_at_any_time_of_an_assessment(before: tuple[Command, ...]) -> None:
    later = refer(occurred_on=date(2026, 12, 10))
    story(*before).when(later).then_types(SocialCareReferralMade)


def test_nothing_is_referred_from_a_closed_round() -> None:
    withdrawn = CloseWithdrawnAssessment(occurred_on=REFERRED_ON, case_id=CASE, request_id=REQUEST)
    story(*OPENED, withdrawn).when(refer()).then_rejected("assessment-closed")


def test_one_referral_waits_at_a_time() -> None:
    another = refer(social_care_referral_id=UUID(int=32), occurred_on=date(2026, 11, 2))
    refused = story(*REFERRED).when(another).then_rejected("social-care-referral-open")
    assert "2026-10-26" in refused.detail
    again = refer(social_care_referral_id=UUID(int=32), occurred_on=date(2027, 2, 1))
    story(*REFERRED, completed()).when(again).then_types(SocialCareReferralMade)


def test_social_care_completes_its_assessment() -> None:
    story(*REFERRED).when(completed()).then(
        SocialCareAssessmentCompleted(
            occurred_on=ANSWERED_ON, provision_needed=True, document_ref="social-care-report", **IDS
        )
    )
    story(*REFERRED, completed()).when(completed()).then_nothing()


def test_social_care_makes_no_assessment() -> None:
    story(*REFERRED).when(closed()).then(
        SocialCareReferralClosed(occurred_on=ANSWERED_ON, reason=WhyNotAssessed.NOT_ACCEPTED, **IDS)
    )
    story(*REFERRED, closed()).when(closed()).then_nothing()


def test_it_answers_once() -> None:
    for answer in (completed(), closed()):
        refused = (
            story(*REFERRED, answer)
            .when(completed(occurred_on=date(2027, 1, 11)))
            .then_rejected("social-care-referral-answered")
        )
        assert "2027-01-04" in refused.detail
        story(*REFERRED, answer).when(closed(occurred_on=date(2027, 1, 11))).then_rejected(
            "social-care-referral-answered"
        )


@pytest.mark.parametrize("answer", [completed(), closed()], ids=["completed", "closed"])
def test_it_answers_what_was_referred(answer: Command) -> None:
    wrong = answer.model_copy(update={"social_care_referral_id": UNKNOWN})
    story(*REFERRED).when(wrong).then_rejected("unknown-social-care-referral")
    early = answer.model_copy(update={"occurred_on": date(2026, 10, 25)})
    story(*REFERRED).when(early).then_rejected("answered-before-referred")
    story(*ASSESSING).when(answer).then_rejected("not-referred-to-social-care")


def test_the_answer_outlasts_the_request_it_came_from() -> None:
    """The child's next request is under way; the answer still bears the id of the request that led to the referral."""
    over = CloseAssessment(occurred_on=date(2026, 11, 2), case_id=CASE, reason=Closing.REACHED_25)
    second = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2026, 12, 1))
    [event] = story(*REFERRED, over, second).when(completed()).then_types(SocialCareAssessmentCompleted)
    assert event.request_id == REQUEST
