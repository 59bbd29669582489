"""Changing a plan in force: by notice, as ordered, conceded, agreed or re-assessed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.amended_plan import (
    AmendedFinalPlanIssued,
    AmendmentNoticeSent,
    DecisionNotToAmendNotified,
    NotifyDecisionNotToAmend,
)
from plan.amendment import (
    AbandonAmendment,
    AmendmentAbandoned,
    AmendmentBegun,
    AmendmentMandated,
    BeginAmendment,
    EndRedraft,
)
from plan.draft import DraftPlanServed, RepresentationsReceived
from plan.final import FinalPlanIssued
from plan.opening import ConfirmTransferredPlan, OpenPlan, RecordYearGroup
from plan.phase_transfer import IdentifyPhaseTransfer
from plan.plan import plan
from plan.provision import ReviseProvision
from plan.state import Basis
from pydantic import ValidationError

from .plan_stories import (
    AMENDED,
    B1,
    BEGUN,
    BEGUN_WITHOUT_REVIEW,
    CASE_ID,
    DECIDED_AMEND,
    DECIDED_MAINTAIN,
    DRAFT,
    E1,
    F1,
    FINAL,
    FINISHED,
    HELD,
    ISSUED,
    MANDATE,
    NAMED,
    NOTICE,
    NOTICED,
    R1,
    R4,
    REVIEWED,
    REWORDED,
    SCHEDULED,
    SERVED,
    SETTING,
    WRITING,
    having,
    history,
    mandated,
    need,
    outcome,
    provision,
)
from .stories import CASE, PERSON

TAKEN_OVER = OpenPlan(
    case_id=CASE,
    person_id=PERSON,
    reason="TRANSFER_IN",
    plan_first_made_on=date(2023, 3, 1),
    occurred_on=date(2026, 9, 21),
)

BY_REVIEW = (*FINAL, *REVIEWED, BEGUN, REWORDED)
REG_28 = (*FINAL, BEGUN_WITHOUT_REVIEW, REWORDED)
SENT = date(2027, 12, 20)
ABANDONED = AbandonAmendment(occurred_on=SENT, **CASE_ID)
STAYS = NotifyDecisionNotToAmend(
    rights=R4, recipients=("PARENT",), reasons="on reflection", occurred_on=date(2028, 1, 20), **CASE_ID
)
ELSEWHERE = NAMED.model_copy(update={"naming_id": UUID(int=81), "setting_name": "Oakfield", "occurred_on": SENT})


def begin(basis: Any, source_id: UUID | None = MANDATE, on: date = date(2027, 3, 8)) -> BeginAmendment:
    return BeginAmendment(basis=basis, source_id=source_id, occurred_on=on, **CASE_ID)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


# --- opening the text ---


def test_a_plan_in_force_is_opened_for_an_amendment() -> None:
    having(*FINAL).when(BEGUN_WITHOUT_REVIEW).then_types(AmendmentBegun)
    having(*FINAL, BEGUN_WITHOUT_REVIEW).when(BEGUN_WITHOUT_REVIEW).then_nothing()
    having(*FINAL).when(REWORDED).then_rejected("plan-is-final")
    having(*DRAFT).when(BEGUN_WITHOUT_REVIEW).then_rejected("plan-not-final")


def test_an_amendment_says_what_it_follows_from() -> None:
    for basis, source in (("REVIEW", None), ("WITHOUT_REVIEW", R1)):
        with pytest.raises(ValidationError, match="source_id"):
            begin(basis, source)


def test_an_amendment_after_a_review_follows_the_meeting() -> None:
    having(*FINAL, SCHEDULED).when(BEGUN).then_rejected("review-not-held")
    having(*FINAL, SCHEDULED, HELD).when(BEGUN).then_types(AmendmentBegun)
    having(*FINAL, *REVIEWED).when(BEGUN).then_types(AmendmentBegun)
    having(*FINAL, SCHEDULED, HELD, DECIDED_MAINTAIN).when(BEGUN).then_rejected("review-did-not-amend")
    having(*FINAL).when(BEGUN).then_rejected("no-such-review")


def test_one_amendment_at_a_time() -> None:
    having(*FINAL, *REVIEWED, BEGUN_WITHOUT_REVIEW).when(BEGUN).then_rejected("amendment-under-way")


def test_a_plan_still_being_entered_is_not_amended() -> None:
    having(TAKEN_OVER).when(BEGUN_WITHOUT_REVIEW).then_rejected("text-being-entered")


def test_an_amendment_nobody_was_told_of_can_be_given_up_and_leaves_no_trace() -> None:
    (event,) = having(*REG_28).when(ABANDONED).then_types(AmendmentAbandoned)
    assert event.because == "NOT_WANTED"
    assert plan.fold(history(*REG_28, ABANDONED)).contents == plan.fold(history(*FINAL)).contents
    having(*REG_28, NOTICED).when(ABANDONED).then_rejected("notice-already-sent")
    having(*FINAL).when(ABANDONED).then_rejected("no-amendment")


# --- the notice ---


def test_the_notice_proposes_what_differs_from_the_plan_in_force() -> None:
    (event,) = having(*BY_REVIEW).when(NOTICED).then_types(AmendmentNoticeSent)
    assert (event.notice_id, event.review_id) == (NOTICE, R1)
    assert (event.served_on, event.window_last_day) == (SENT, date(2028, 1, 3))
    assert [(c.clause_id, c.section, c.change) for c in event.proposed_changes] == [(B1, "B", "REVISED")]
    having(*BY_REVIEW, NOTICED).when(NOTICED).then_nothing()
    (outside_review,) = having(*REG_28).when(NOTICED).then_types(AmendmentNoticeSent)
    assert outside_review.review_id is None


def test_a_notice_without_a_change_is_none() -> None:
    """R (L, M and P) v Devon: a bare letter proposes nothing."""
    having(*FINAL, BEGUN_WITHOUT_REVIEW).when(NOTICED).then_rejected("no-proposed-change")
    placement = sent(NOTICED, placement_to_change=True)
    (event,) = having(*FINAL, BEGUN_WITHOUT_REVIEW).when(placement).then_types(AmendmentNoticeSent)
    assert (event.placement_to_change, event.proposed_changes) == (True, ())


def test_the_notice_goes_with_the_decision_on_the_review() -> None:
    having(*FINAL, SCHEDULED, HELD, BEGUN, REWORDED).when(NOTICED).then_rejected("review-not-decided")
    having(*FINAL, SCHEDULED, HELD, BEGUN, REWORDED, DECIDED_AMEND).when(NOTICED).then_types(AmendmentNoticeSent)


def test_the_notice_tells_the_family_what_it_may_do() -> None:
    having(*REG_28).when(sent(NOTICED, meeting_right_given=False)).then_rejected("amendment-notice-incomplete")
    having(*REG_28).when(sent(NOTICED, settings_information_given=False)).then_rejected("amendment-notice-incomplete")


def test_a_notice_needs_an_amendment_of_the_kind_that_goes_by_notice() -> None:
    having(*FINAL).when(NOTICED).then_rejected("no-amendment")
    having(*DRAFT).when(NOTICED).then_rejected("plan-not-final")
    ordered = (*FINAL, mandated(Basis.ORDER), begin("ORDER"))
    having(*ordered).when(NOTICED).then_rejected("no-notice-needed")
    having(*REG_28).when(sent(NOTICED, occurred_on=date(2027, 12, 1))).then_rejected("before-amendment")
    having(*REG_28).when(sent(NOTICED, served_on=date(2027, 12, 1))).then_rejected("served-before-sent")


def test_the_family_answers_the_notice() -> None:
    (event,) = having(*REG_28, NOTICED).when(sent(FINISHED, occurred_on=SENT)).then_types(RepresentationsReceived)
    assert event.notice_id == NOTICE


# --- the amended plan ---


def test_the_amended_plan_is_issued_after_the_window() -> None:
    (event,) = having(*BY_REVIEW, NOTICED).when(AMENDED).then_types(AmendedFinalPlanIssued)
    assert (event.version, event.notice_id, event.review_id, event.setting_id) == (2, NOTICE, R1, SETTING)
    assert [(c.section, c.change) for c in event.changes] == [("B", "REVISED")]
    having(*BY_REVIEW, NOTICED).when(sent(AMENDED, occurred_on=date(2028, 1, 3))).then_rejected(
        "representations-window-open"
    )
    having(*BY_REVIEW, NOTICED, AMENDED).when(AMENDED).then_nothing()


def test_an_amended_plan_does_not_reset_the_year_of_the_review() -> None:
    state = plan.fold(history(*BY_REVIEW, NOTICED, AMENDED))
    assert state.review_due_on == date(2028, 12, 19)
    assert (state.version, state.work, state.in_force) == (2, None, state.contents)


def test_the_amended_plan_needs_the_notice() -> None:
    having(*BY_REVIEW).when(AMENDED).then_rejected("no-notice-sent")
    having(*FINAL).when(AMENDED).then_rejected("no-amendment")


def test_what_changed_since_the_notice_must_be_noticed_again() -> None:
    again = sent(REWORDED, description="still other words")
    having(*BY_REVIEW, NOTICED, again).when(AMENDED).then_rejected("changed-since-notice")
    second = sent(NOTICED, notice_id=UUID(int=82))
    (event,) = having(*BY_REVIEW, NOTICED, again).when(second).then_types(AmendmentNoticeSent)
    assert event.notice_id == UUID(int=82)


def test_an_amended_plan_changes_something() -> None:
    placement = (*FINAL, BEGUN_WITHOUT_REVIEW, sent(NOTICED, placement_to_change=True))
    having(*placement).when(AMENDED).then_rejected("nothing-changed")
    (event,) = having(*placement, ELSEWHERE).when(AMENDED).then_types(AmendedFinalPlanIssued)
    assert (event.setting_name, event.changes) == ("Oakfield", ())


def test_an_amended_plan_prints_the_rights_and_goes_to_everybody() -> None:
    no_rights = R4.model_copy(update={"appeal": False})
    having(*BY_REVIEW, NOTICED).when(sent(AMENDED, rights=no_rights)).then_rejected("rights-missing")
    having(*BY_REVIEW, NOTICED).when(sent(AMENDED, recipients=("PARENT",))).then_rejected("recipient-missing")


def test_an_amendment_answers_for_what_it_changes_and_not_for_an_old_text() -> None:
    """A plan taken over with an item that says too little can be amended elsewhere; the item only to say enough."""
    old = (
        TAKEN_OVER, need(B1), outcome(E1, B1), provision(F1, max_group_size=None),
        ConfirmTransferredPlan(decision="TYPE_ONLY", setting_type="MAINSTREAM", occurred_on=WRITING, **CASE_ID),
        BEGUN_WITHOUT_REVIEW,
    )  # fmt: skip
    to_all = sent(AMENDED, recipients=("PARENT", "ICB"))
    having(*old, REWORDED, NOTICED).when(to_all).then_types(AmendedFinalPlanIssued)
    vague = ReviseProvision(
        provision_id=F1, section="F", need_ids=(B1,), outcome_ids=(E1,), what="as required", occurred_on=SENT, **CASE_ID
    )
    having(*old, vague, NOTICED).when(to_all).then_rejected("provision-not-specific")


def test_in_year_9_a_changed_text_prepares_for_adulthood() -> None:
    nine = RecordYearGroup(year_group=9, occurred_on=date(2027, 12, 1), **CASE_ID)
    having(*BY_REVIEW, nine, NOTICED).when(AMENDED).then_rejected("no-preparation-for-adulthood")
    placement = (*FINAL, nine, BEGUN_WITHOUT_REVIEW, sent(NOTICED, placement_to_change=True), ELSEWHERE)
    having(*placement).when(AMENDED).then_types(AmendedFinalPlanIssued)


def test_only_in_a_phase_transfer_the_plan_names_what_comes_after_it() -> None:
    named = sent(AMENDED, names_setting_after_transfer=True)
    having(*BY_REVIEW, NOTICED).when(named).then_rejected("no-phase-transfer")
    transfer = IdentifyPhaseTransfer(
        kind="SCHOOL", from_phase="PRIMARY", to_phase="SECONDARY", transfer_on=date(2028, 9, 1),
        occurred_on=date(2027, 9, 1), **CASE_ID,
    )  # fmt: skip
    (event,) = (
        having(*FINAL, transfer, *REVIEWED, BEGUN, REWORDED, NOTICED, ELSEWHERE)
        .when(named)
        .then_types(AmendedFinalPlanIssued)
    )
    assert event.names_setting_after_transfer
    state = plan.fold([*history(*FINAL, transfer, *REVIEWED, BEGUN, REWORDED, NOTICED, ELSEWHERE), event])
    assert state.transfer is not None
    assert state.transfer.named


# --- not amending after all ---


def test_after_the_notice_the_authority_may_decide_to_leave_the_plan_as_it_is() -> None:
    (event,) = having(*BY_REVIEW, NOTICED).when(STAYS).then_types(DecisionNotToAmendNotified)
    assert (event.notice_id, event.review_id) == (NOTICE, R1)
    state = plan.fold([*history(*BY_REVIEW, NOTICED), event])
    assert (state.work, state.contents) == (None, plan.fold(history(*FINAL)).contents)


def test_the_decision_not_to_amend_follows_a_notice_and_prints_the_rights() -> None:
    having(*BY_REVIEW).when(STAYS).then_rejected("no-notice-sent")
    having(*FINAL).when(STAYS).then_rejected("no-amendment", "no-notice-sent")
    no_rights = R4.model_copy(update={"time_limits": False})
    having(*BY_REVIEW, NOTICED).when(sent(STAYS, rights=no_rights)).then_rejected("rights-missing")
    having(*BY_REVIEW, NOTICED).when(sent(STAYS, recipients=("ICB",))).then_rejected("recipient-missing")
    having(*BY_REVIEW, NOTICED).when(sent(STAYS, occurred_on=date(2027, 12, 1))).then_rejected("before-notice")


# --- what is settled elsewhere ---


@pytest.mark.parametrize(
    ("basis", "field"), [("ORDER", "order_id"), ("CONCESSION", "order_id"), ("AGREEMENT", "agreement_id")]
)
def test_what_is_ordered_conceded_or_agreed_is_amended_without_a_notice_once(basis: str, field: str) -> None:
    rewording = sent(REWORDED, occurred_on=date(2027, 3, 9))
    story = (*FINAL, mandated(Basis(basis)), begin(basis), rewording)
    command = sent(AMENDED, occurred_on=date(2027, 3, 15))
    (event,) = having(*story).when(command).then_types(AmendedFinalPlanIssued)
    assert (getattr(event, field), event.notice_id, event.window_cut_short) == (MANDATE, None, False)
    having(*story, command).when(begin(basis)).then_rejected("mandate-used")
    having(*story).when(sent(AMENDED, occurred_on=date(2027, 3, 1))).then_rejected("before-amendment")


def test_nobody_amends_for_an_order_that_was_not_made() -> None:
    having(*FINAL).when(begin("ORDER")).then_rejected("no-such-mandate")
    having(*FINAL, mandated(Basis.AGREEMENT)).when(begin("ORDER")).then_rejected("no-such-mandate")


def test_a_mandate_is_noted_once_and_only_for_a_plan_in_force() -> None:
    having(*FINAL).when(mandated(Basis.ORDER)).then_types(AmendmentMandated)
    having(*FINAL, mandated(Basis.ORDER)).when(mandated(Basis.ORDER)).then_nothing()
    having(*DRAFT).when(mandated(Basis.ORDER)).then_nothing()
    having().when(mandated(Basis.ORDER)).then_nothing()


def test_an_order_while_an_amendment_runs_goes_first() -> None:
    ordered = mandated(Basis.ORDER, on=SENT)
    spec = having(*BY_REVIEW, NOTICED, ordered).when(begin("ORDER", on=date(2027, 12, 21)))
    given_up, begun = spec.then_types(AmendmentAbandoned, AmendmentBegun)
    assert (given_up.because, begun.basis) == ("SUPERSEDED", Basis.ORDER)


# --- re-assessment ---

REASSESSED = (*FINAL, mandated(Basis.REASSESSMENT), begin("REASSESSMENT"), sent(REWORDED, occurred_on=date(2027, 3, 9)))
REDRAFT = sent(SERVED, occurred_on=date(2027, 3, 10))
ENDED = EndRedraft(reassessment_id=MANDATE, occurred_on=date(2027, 3, 12), **CASE_ID)


def test_a_re_assessment_goes_by_a_draft_that_carries_its_id() -> None:
    (event,) = having(*REASSESSED).when(REDRAFT).then_types(DraftPlanServed)
    assert (event.reassessment_id, event.request_id, event.version) == (MANDATE, None, 2)
    command = sent(AMENDED, occurred_on=date(2027, 3, 25))
    having(*REASSESSED).when(command).then_rejected("no-draft-served")
    having(*REASSESSED, REDRAFT).when(sent(command, occurred_on=date(2027, 3, 24))).then_rejected(
        "representations-window-open"
    )
    (amended,) = having(*REASSESSED, REDRAFT).when(command).then_types(AmendedFinalPlanIssued)
    assert (amended.reassessment_id, amended.version) == (MANDATE, 2)


def test_a_re_assessment_may_replace_the_plan() -> None:
    command = sent(ISSUED, occurred_on=date(2027, 3, 25))
    (event,) = having(*REASSESSED, REDRAFT).when(command).then_types(FinalPlanIssued)
    assert (event.reassessment_id, event.request_id, event.version) == (MANDATE, None, 2)
    state = plan.fold([*history(*REASSESSED, REDRAFT), event])
    assert state.review_due_on == date(2028, 1, 21)


def test_a_re_assessment_that_changes_nothing_gives_up_its_draft() -> None:
    (event,) = having(*REASSESSED, REDRAFT).when(ENDED).then_types(AmendmentAbandoned)
    assert event.because == "REASSESSMENT_NO_CHANGE"
    having(*FINAL).when(ENDED).then_nothing()
    having(*REASSESSED).when(sent(ENDED, reassessment_id=UUID(int=99))).then_nothing()
