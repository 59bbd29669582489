"""The annual review from the first invitation to the decision, and reviews before their time."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.amendment import AmendmentAbandoned
from plan.ceasing import CeaseDecisionNotified, CeaseReason
from plan.early_review import (
    AgreeEarlyReview,
    DeclineEarlyReview,
    EarlyReviewAgreed,
    EarlyReviewDeclined,
    EarlyReviewRequested,
    EarlyReviewSuggested,
    RequestEarlyReview,
    SuggestEarlyReview,
)
from plan.phase_transfer import IdentifyPhaseTransfer
from plan.plan import plan
from plan.review import (
    AnnualReviewScheduled,
    CirculateReviewAdvice,
    DecideReviewOutcome,
    Progress,
    RescheduleReview,
    ReviewAdviceCirculated,
    ReviewDecisionNotified,
    ReviewInvitationsSent,
    ReviewMeetingHeld,
    ReviewReportSent,
    SendReviewInvitations,
    SubmitReviewReport,
)
from pydantic import ValidationError

from .plan_stories import (
    BEGUN,
    CASE_ID,
    CONSIDERED,
    CONSULTED,
    DECIDED_AMEND,
    DECIDED_MAINTAIN,
    DRAFT,
    E1,
    FINAL,
    HELD,
    NO_MEDIATION,
    R1,
    R4,
    REVIEWED,
    REWORDED,
    SCHEDULED,
    having,
    history,
)

EVERYBODY: Any = ("PARENT", "SETTING", "EDUCATION_OFFICER", "HEALTH_PROFESSIONAL", "SOCIAL_CARE")
UNDER_WAY = (*FINAL, SCHEDULED)
MEETING = date(2027, 11, 30)
INVITED = SendReviewInvitations(review_id=R1, recipients=EVERYBODY, occurred_on=date(2027, 11, 12), **CASE_ID)
CIRCULATED = CirculateReviewAdvice(
    review_id=R1, recipients=EVERYBODY, document_refs=("report",), occurred_on=date(2027, 11, 14), **CASE_ID
)
REPORTED = SubmitReviewReport(
    review_id=R1, recommendation="AMEND", recipients=EVERYBODY, occurred_on=date(2027, 12, 10), **CASE_ID
)
STEPS = [
    (INVITED, ReviewInvitationsSent, UNDER_WAY),
    (CIRCULATED, ReviewAdviceCirculated, UNDER_WAY),
    (HELD, ReviewMeetingHeld, UNDER_WAY),
    (REPORTED, ReviewReportSent, (*UNDER_WAY, HELD)),
    (DECIDED_AMEND, ReviewDecisionNotified, (*UNDER_WAY, HELD)),
]
OTHER = UUID(int=99)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


# --- scheduling ---


def test_a_review_is_scheduled_and_moved() -> None:
    having(*FINAL).when(SCHEDULED).then_types(AnnualReviewScheduled)
    having(*UNDER_WAY).when(sent(SCHEDULED, review_id=OTHER)).then_nothing()
    moved = RescheduleReview(review_id=R1, meeting_on=date(2027, 12, 3), occurred_on=date(2027, 11, 20), **CASE_ID)
    (event,) = having(*UNDER_WAY).when(moved).then_types(AnnualReviewScheduled)
    assert (event.review_id, event.kind, event.instead_of) == (R1, "ANNUAL", MEETING)
    having(*UNDER_WAY, moved).when(moved).then_nothing()
    having(*UNDER_WAY, HELD).when(moved).then_rejected("review-already-held")
    having(*FINAL).when(moved).then_rejected("no-review")
    having(*UNDER_WAY).when(sent(moved, review_id=OTHER)).then_rejected("no-such-review")
    having(*UNDER_WAY).when(sent(moved, meeting_on=date(2027, 11, 1))).then_rejected("meeting-in-the-past")


def test_one_review_at_a_time_and_only_of_a_final_plan() -> None:
    having(*UNDER_WAY).when(sent(SCHEDULED, kind="EARLY", review_id=OTHER)).then_rejected("review-under-way")
    having(*DRAFT).when(SCHEDULED).then_rejected("plan-not-final")
    having(*FINAL).when(sent(SCHEDULED, meeting_on=date(2027, 9, 1))).then_rejected("meeting-in-the-past")


# --- its steps ---


@pytest.mark.parametrize(("command", "event", "before"), STEPS)
def test_each_step_happens_once_in_the_review_under_way(command: Any, event: type[Any], before: Any) -> None:
    (told,) = having(*before).when(command).then_types(event)
    assert told.review_id == R1
    having(*before, command).when(command).then_nothing()
    having(*before).when(sent(command, review_id=OTHER)).then_rejected("no-such-review")
    having(*FINAL).when(command).then_rejected("no-review")
    having(*DRAFT).when(command).then_rejected("plan-not-final")


@pytest.mark.parametrize("command", [INVITED, CIRCULATED])
def test_preparing_comes_before_the_meeting_and_reaches_everybody(command: Any) -> None:
    having(*UNDER_WAY, HELD).when(command).then_rejected("review-already-held")
    having(*UNDER_WAY).when(sent(command, occurred_on=date(2027, 12, 1))).then_rejected("after-the-meeting")
    refused = (
        having(*UNDER_WAY).when(sent(command, recipients=("PARENT", "SETTING"))).then_rejected("recipient-missing")
    )
    assert "social care officer" in refused.detail


def test_what_follows_the_meeting_needs_it() -> None:
    for command in (REPORTED, DECIDED_AMEND):
        having(*UNDER_WAY).when(command).then_rejected("review-not-held")
        early = sent(command, occurred_on=date(2027, 11, 29))
        having(*UNDER_WAY, HELD).when(early).then_rejected("before-the-meeting")
        having(*UNDER_WAY, HELD).when(sent(command, recipients=("PARENT",))).then_rejected("recipient-missing")


def test_progress_is_about_outcomes_of_the_plan() -> None:
    good = sent(HELD, progress=(Progress(outcome_id=E1, progress="ON_TRACK"),))
    (event,) = having(*UNDER_WAY).when(good).then_types(ReviewMeetingHeld)
    assert event.progress[0].progress == "ON_TRACK"
    stray = sent(HELD, progress=(Progress(outcome_id=OTHER, progress="NONE"),))
    having(*UNDER_WAY).when(stray).then_rejected("no-such-outcome")


# --- the decision ---


def test_the_decision_resets_the_twelve_months_and_ends_the_review() -> None:
    """TV-37: the date of the notice counts, not the meeting."""
    state = plan.fold(history(*FINAL, SCHEDULED, HELD, DECIDED_MAINTAIN))
    assert (state.last_reviewed_on, state.review_due_on) == (date(2027, 12, 20), date(2028, 12, 19))
    assert state.review is None
    assert state.reviews[0].outcome == "MAINTAIN"


def test_maintaining_can_be_appealed_so_its_notice_prints_the_rights() -> None:
    having(*UNDER_WAY, HELD).when(sent(DECIDED_MAINTAIN, rights=NO_MEDIATION)).then_rejected("rights-missing")
    with pytest.raises(ValidationError, match="which rights it prints"):
        DecideReviewOutcome(review_id=R1, outcome="MAINTAIN", recipients=("PARENT",), reasons="x", **CASE_ID)
    with pytest.raises(ValidationError, match="cease_reason"):
        DecideReviewOutcome(review_id=R1, outcome="CEASE", rights=R4, recipients=("PARENT",), reasons="x", **CASE_ID)


def test_maintaining_drops_an_amendment_that_was_being_prepared() -> None:
    spec = having(*UNDER_WAY, HELD, BEGUN, REWORDED).when(DECIDED_MAINTAIN)
    dropped, _ = spec.then_types(AmendmentAbandoned, ReviewDecisionNotified)
    assert dropped.because == "REVIEW_MAINTAINED"


def test_only_in_a_phase_transfer_a_plan_already_names_the_next_setting() -> None:
    names = sent(DECIDED_MAINTAIN, plan_already_names_next_setting=True)
    having(*UNDER_WAY, HELD).when(names).then_rejected("no-phase-transfer")
    transfer = IdentifyPhaseTransfer(
        kind="POST16", from_phase="SECONDARY", to_phase="POST16", transfer_on=date(2028, 9, 1),
        occurred_on=date(2027, 9, 1), **CASE_ID,
    )  # fmt: skip
    story = (*FINAL, transfer, SCHEDULED, HELD)
    (event,) = having(*story).when(names).then_types(ReviewDecisionNotified)
    assert event.plan_already_names_next_setting
    state = plan.fold([*history(*story), event])
    assert state.transfer is not None
    assert state.transfer.named
    amending = sent(names, outcome="AMEND")
    having(*story).when(amending).then_rejected("no-phase-transfer")


def test_ceasing_after_a_review_is_one_decision_and_needs_the_consultation() -> None:
    ceases = sent(
        DECIDED_MAINTAIN, outcome="CEASE", cease_reason=CeaseReason.NEEDS_MET_WITHOUT_A_PLAN,
        recipients=("PARENT", "SETTING", "ICB"), occurred_on=date(2028, 5, 1),
    )  # fmt: skip
    having(*UNDER_WAY, HELD).when(ceases).then_rejected("ceasing-not-considered")
    story = (*UNDER_WAY, HELD, CONSIDERED, *CONSULTED)
    decided, ceasing = having(*story).when(ceases).then_types(ReviewDecisionNotified, CeaseDecisionNotified)
    assert decided.decision_id == ceasing.decision_id
    assert (ceasing.review_id, ceasing.reason) == (R1, 2)
    having(*story).when(sent(ceases, recipients=("PARENT", "SETTING"))).then_rejected("recipient-missing")


# --- before its time ---

REQUESTED = RequestEarlyReview(
    review_request_id=OTHER, asked_by="PARENT", reasons="it does not work", occurred_on=date(2027, 5, 1), **CASE_ID
)
AGREED = AgreeEarlyReview(review_request_id=OTHER, occurred_on=date(2027, 5, 8), **CASE_ID)
DECLINED = DeclineEarlyReview(
    review_request_id=OTHER, reasons="reviewed in March", occurred_on=date(2027, 5, 8), **CASE_ID
)
SUGGESTED = SuggestEarlyReview(
    exclusion_id=UUID(int=90), because="PERMANENTLY_EXCLUDED", occurred_on=date(2027, 6, 1), **CASE_ID
)


@pytest.mark.parametrize(("answer", "event"), [(AGREED, EarlyReviewAgreed), (DECLINED, EarlyReviewDeclined)])
def test_a_request_for_an_early_review_is_answered_once(answer: Any, event: type[Any]) -> None:
    having(*FINAL).when(REQUESTED).then_types(EarlyReviewRequested)
    having(*FINAL, REQUESTED).when(REQUESTED).then_nothing()
    having(*FINAL, REQUESTED).when(answer).then_types(event)
    having(*FINAL, REQUESTED, answer).when(answer).then_rejected("no-open-request")
    having(*FINAL, REQUESTED).when(sent(answer, review_request_id=R1)).then_rejected("no-such-request")
    having(*DRAFT).when(answer).then_rejected("plan-not-final")
    having(*DRAFT).when(REQUESTED).then_rejected("plan-not-final")


def test_an_exclusion_suggests_an_early_review_until_one_is_scheduled() -> None:
    having(*FINAL).when(SUGGESTED).then_types(EarlyReviewSuggested)
    having(*FINAL, SUGGESTED).when(SUGGESTED).then_nothing()
    having(*DRAFT).when(SUGGESTED).then_nothing()
    having().when(SUGGESTED).then_nothing()
    early = sent(SCHEDULED, kind="EARLY")
    assert plan.fold(history(*FINAL, SUGGESTED)).review_suggestions == (UUID(int=90),)
    assert plan.fold(history(*FINAL, SUGGESTED, early)).review_suggestions == ()


def test_after_a_decided_review_the_next_one_is_another() -> None:
    again = sent(SCHEDULED, review_id=OTHER, meeting_on=date(2028, 11, 1), occurred_on=date(2028, 9, 1))
    having(*FINAL, *REVIEWED).when(again).then_types(AnnualReviewScheduled)
