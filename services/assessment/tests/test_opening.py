"""Opening a round for a request, and closing it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from assessment.assessment import assessment
from assessment.opening import (
    AssessmentClosed,
    AssessmentOpened,
    CloseAssessment,
    CloseWithdrawnAssessment,
    Closing,
)
from assessment.phase import Phase
from shared.testing.spec import given

from .stories import (
    CASE,
    DRAFTING,
    NO_PLAN,
    OPENED,
    PERSON,
    READY,
    RECEIVED,
    REFUSED,
    REQUEST,
    SECOND_REQUEST,
    TO_ISSUE,
    after,
    open_assessment,
    story,
)

IDS = {"case_id": CASE, "request_id": REQUEST}


def test_a_request_opens_an_assessment_dated_the_day_it_was_received() -> None:
    [opened] = (
        given(assessment).when(open_assessment(in_relevant_youth_accommodation=True)).then_types(AssessmentOpened)
    )
    assert opened == AssessmentOpened(
        occurred_on=RECEIVED,
        person_id=PERSON,
        assessment_id=opened.assessment_id,
        in_relevant_youth_accommodation=True,
        **IDS,
    )


def test_the_same_request_opens_nothing_twice() -> None:
    story(*OPENED).when(open_assessment()).then_nothing()


def test_another_request_while_one_is_under_way_is_answered_with_it() -> None:
    second = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2026, 9, 20))
    story(*READY).when(second).then(
        AssessmentClosed(
            occurred_on=date(2026, 9, 20),
            case_id=CASE,
            request_id=SECOND_REQUEST,
            reason=Closing.JOINED,
            joined_to=REQUEST,
        )
    )
    story(*READY, second).when(second).then_nothing()
    assert assessment.fold(after(*READY, second)).phase is Phase.REQUESTED


def test_a_new_request_after_a_refusal_or_a_plan_is_a_round_of_its_own() -> None:
    for so_far in (REFUSED, NO_PLAN, DRAFTING):
        second = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2027, 5, 4))
        story(*so_far).when(second).then_types(AssessmentOpened)
        state = assessment.fold(after(*so_far, second))
        assert [r.request_id for r in state.rounds] == [REQUEST, SECOND_REQUEST]
        assert state.now.phase is Phase.REQUESTED
        assert state.now.consultations == ()


def test_a_withdrawal_closes_the_round_at_any_stage_before_an_answer_is_final() -> None:
    on = date(2026, 12, 20)
    for so_far in (OPENED, READY, TO_ISSUE, DRAFTING):
        story(*so_far).when(CloseWithdrawnAssessment(occurred_on=on, **IDS)).then(
            AssessmentClosed(occurred_on=on, reason=Closing.WITHDRAWN, **IDS)
        )


def test_a_withdrawal_after_a_refusal_or_of_an_unknown_request_is_moot() -> None:
    story(*REFUSED).when(CloseWithdrawnAssessment(**IDS)).then_nothing()
    story(*OPENED).when(CloseWithdrawnAssessment(case_id=CASE, request_id=UUID(int=77))).then_nothing()
    given(assessment).when(CloseWithdrawnAssessment(**IDS)).then_nothing()


def test_a_withdrawn_request_and_a_new_one_start_afresh() -> None:
    withdrawn = CloseWithdrawnAssessment(occurred_on=date(2026, 10, 1), **IDS)
    again = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2026, 10, 5))
    story(*OPENED, withdrawn).when(again).then_types(AssessmentOpened)


def test_a_move_away_closes_the_round_and_says_where_to() -> None:
    moved = CloseAssessment(occurred_on=date(2026, 10, 2), case_id=CASE, reason=Closing.MOVED_AWAY, moved_to_la="998")
    story(*READY).when(moved).then(
        AssessmentClosed(occurred_on=date(2026, 10, 2), reason=Closing.MOVED_AWAY, moved_to_la="998", **IDS)
    )
    story(*READY, moved).when(moved).then_nothing()


def test_only_an_assessment_under_way_is_closed() -> None:
    for so_far in (REFUSED, NO_PLAN, DRAFTING):
        story(*so_far).when(CloseAssessment(case_id=CASE, reason=Closing.DIED)).then_rejected("nothing-to-close")


def test_it_is_not_closed_before_it_was_asked_for() -> None:
    early = CloseAssessment(occurred_on=date(2026, 9, 1), case_id=CASE, reason=Closing.REACHED_25)
    story(*OPENED).when(early).then_rejected("before-the-request")
