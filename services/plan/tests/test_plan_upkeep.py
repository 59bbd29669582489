"""Keeping a plan in force: phase transfer, end age, provision, exceptions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from plan.delivery import (
    AskForDeliveryCheck,
    DeliveryCheckDue,
    DeliveryChecked,
    ItemDelivery,
    ProvisionFailureReported,
    ProvisionRestored,
    ProvisionStarted,
    RecordDeliveryCheck,
    ReportProvisionFailure,
    RestoreProvision,
    StartProvision,
)
from plan.exception_claims import (
    ClaimException,
    EndException,
    ExceptionClaimed,
    ExceptionEnded,
    ExceptionRejected,
    RejectException,
)
from plan.phase_transfer import (
    IdentifyPhaseTransfer,
    PhaseTransferIdentified,
    PlanEndAgeRecorded,
    RecordPlanEndAge,
)
from plan.plan import plan

from .plan_stories import (
    CASE_ID,
    DRAFT,
    F1,
    FINAL,
    G1,
    ISSUED,
    NAMED,
    OPENED,
    SERVED,
    TEXT_WITH_HEALTH,
    having,
    history,
)

NOBODY = UUID(int=404)
INTERVENTION = UUID(int=91)
DAY = date(2027, 3, 1)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


# --- milestones ---

TRANSFER = IdentifyPhaseTransfer(
    kind="SCHOOL", from_phase="PRIMARY", to_phase="SECONDARY", transfer_on=date(2028, 9, 1), occurred_on=DAY, **CASE_ID
)


def test_a_phase_transfer_is_identified_once() -> None:
    having(*FINAL).when(TRANSFER).then_types(PhaseTransferIdentified)
    having(*FINAL, TRANSFER).when(TRANSFER).then_nothing()
    having(*DRAFT).when(TRANSFER).then_rejected("plan-not-final")
    having(*FINAL).when(sent(TRANSFER, transfer_on=date(2026, 9, 1))).then_rejected("transfer-in-the-past")


def test_the_end_age_is_recorded_once() -> None:
    until = RecordPlanEndAge(maintain_until=date(2043, 7, 31), occurred_on=DAY, **CASE_ID)
    having(*FINAL).when(until).then_types(PlanEndAgeRecorded)
    having(*FINAL, until).when(until).then_nothing()
    having(*DRAFT).when(until).then_rejected("plan-not-final")


# --- provision ---

STARTED = StartProvision(provision_id=F1, provider="Riverside Academy", occurred_on=DAY, **CASE_ID)
FAILED = ReportProvisionFailure(
    provision_id=F1, reported_by="PARENT", what="no therapist came", occurred_on=DAY, **CASE_ID
)
RESTORED = RestoreProvision(provision_id=F1, occurred_on=date(2027, 3, 20), **CASE_ID)


def test_provision_starts_fails_and_is_restored() -> None:
    (event,) = having(*FINAL).when(STARTED).then_types(ProvisionStarted)
    assert event.section == "F"
    having(*FINAL, STARTED).when(STARTED).then_nothing()
    having(*FINAL, STARTED).when(FAILED).then_types(ProvisionFailureReported)
    having(*FINAL, FAILED).when(FAILED).then_nothing()
    having(*FINAL, FAILED).when(RESTORED).then_types(ProvisionRestored)
    state = plan.fold(history(*FINAL, FAILED, RESTORED))
    assert (list(state.provision_failing), list(state.provision_running)) == ([], [F1])


def test_provision_that_starts_or_fails_on_another_day_is_for_a_correction() -> None:
    for command, code in ((STARTED, "provision-started"), (FAILED, "failure-reported")):
        other = sent(command, occurred_on=DAY + timedelta(days=1))
        words = having(*FINAL, command).when(other).then_rejected(code).detail
        assert f"on {DAY}" in words
        assert "POST /plans/{case_id}/corrections" in words
    having(*FINAL, STARTED).when(sent(STARTED, provider="Another")).then_types(ProvisionStarted)


def test_only_provision_of_the_plan_in_force_can_start_fail_or_be_restored() -> None:
    for command in (STARTED, FAILED):
        having(*FINAL).when(sent(command, provision_id=NOBODY)).then_rejected("no-such-provision")
        having(*DRAFT).when(command).then_rejected("plan-not-final")
    having(*FINAL, FAILED).when(sent(RESTORED, provision_id=NOBODY)).then_rejected("no-such-provision")
    having(*FINAL).when(RESTORED).then_rejected("no-failure-reported")
    other = (OPENED, *TEXT_WITH_HEALTH, SERVED, NAMED, ISSUED, FAILED)
    having(*other).when(sent(RESTORED, provision_id=G1)).then_rejected("no-failure-reported")


DUE = AskForDeliveryCheck(intervention_id=INTERVENTION, occurred_on=DAY, **CASE_ID)
CHECKED = RecordDeliveryCheck(
    intervention_id=INTERVENTION, items=(ItemDelivery(provision_id=F1, delivered="PARTLY"),),
    occurred_on=date(2027, 3, 15), **CASE_ID,
)  # fmt: skip


def test_an_intervention_asks_for_a_check_of_section_f_once() -> None:
    having(*FINAL).when(DUE).then_types(DeliveryCheckDue)
    having(*FINAL, DUE).when(DUE).then_nothing()
    having(*FINAL, DUE, CHECKED).when(DUE).then_nothing()
    having(*DRAFT).when(DUE).then_nothing()
    having().when(DUE).then_nothing()


def test_the_check_says_what_was_found_item_by_item() -> None:
    having(*FINAL, DUE).when(CHECKED).then_types(DeliveryChecked)
    having(*FINAL).when(CHECKED).then_rejected("no-check-due")
    having(*FINAL, DUE).when(sent(CHECKED, intervention_id=NOBODY)).then_rejected("no-check-due")
    stray = (ItemDelivery(provision_id=NOBODY, delivered="MISSED"),)
    having(*FINAL, DUE).when(sent(CHECKED, items=stray)).then_rejected("no-such-provision")
    health = (OPENED, *TEXT_WITH_HEALTH, SERVED, NAMED, ISSUED, DUE)
    of_health = (ItemDelivery(provision_id=G1, delivered="MISSED"),)
    having(*health).when(sent(CHECKED, items=of_health)).then_rejected("not-section-f")


# --- exceptions ---

CLAIM = ClaimException(
    exception_id=UUID(int=92), limit_id="issue-final-plan", ground="AWAY_4W", fact_from=date(2026, 10, 1),
    fact_to=date(2026, 10, 28), why_impractical="nobody could be seen", decided_by="manager-1",
    family_told_on=date(2026, 11, 2), evidence_refs=("e-mail",), occurred_on=DAY, **CASE_ID,
)  # fmt: skip
CLOSURE = sent(
    CLAIM, ground="SETTING_CLOSED_4W", fact_from=date(2026, 7, 22), fact_to=date(2026, 9, 1),
    first_closed_day=date(2026, 7, 22), reopens_on=date(2026, 9, 2), advice_asked_on=date(2026, 7, 16),
)  # fmt: skip
ENDED = EndException(exception_id=UUID(int=92), occurred_on=DAY, **CASE_ID)
REJECTED = RejectException(exception_id=UUID(int=92), reasons="no evidence", occurred_on=DAY, **CASE_ID)


def test_an_exception_is_claimed_ended_and_rejected() -> None:
    (event,) = having(*DRAFT).when(CLAIM).then_types(ExceptionClaimed)
    assert (event.limit_id, event.ground, event.fact_to) == ("issue-final-plan", "AWAY_4W", date(2026, 10, 28))
    having(*DRAFT, CLAIM).when(CLAIM).then_nothing()
    having(*DRAFT, CLAIM).when(ENDED).then_types(ExceptionEnded)
    having(*DRAFT, CLAIM, ENDED).when(ENDED).then_nothing()
    having(*DRAFT, CLAIM).when(REJECTED).then_types(ExceptionRejected)
    having(*DRAFT, CLAIM, ENDED).when(REJECTED).then_types(ExceptionRejected)


@pytest.mark.parametrize("command", [ENDED, REJECTED])
def test_only_an_exception_that_stands_is_ended_or_rejected(command: Any) -> None:
    having(*DRAFT).when(command).then_rejected("no-exception")
    having(*DRAFT, CLAIM, REJECTED).when(command).then_rejected("no-exception")
    having(*DRAFT, CLAIM).when(sent(command, exception_id=NOBODY)).then_rejected("no-exception")


@pytest.mark.parametrize(
    ("limit", "ground"),
    [
        ("issue-final-plan", "AWAY_2W"),
        ("issue-final-plan", "MISSED_APPOINTMENT"),
        ("reassessment-final-plan", "AWAY_2W"),
        ("order-amend-content", "MISSED_APPOINTMENT"),
    ],
)
def test_only_listed_grounds_relieve_a_limit(limit: str, ground: str) -> None:
    claim = sent(CLAIM, limit_id=limit, ground=ground, subject_id=NOBODY)
    having(*FINAL).when(claim).then_rejected("ground-not-listed")


def test_two_weeks_away_are_enough_only_under_an_order_or_a_concession() -> None:
    fortnight = sent(
        CLAIM, limit_id="order-amend-content", ground="AWAY_2W", subject_id=NOBODY, fact_to=date(2026, 10, 14)
    )
    having(*FINAL).when(fortnight).then_types(ExceptionClaimed)
    having(*FINAL).when(sent(fortnight, fact_to=date(2026, 10, 13))).then_rejected("absence-too-short")
    having(*FINAL).when(sent(fortnight, subject_id=None)).then_rejected("exception-subject-missing")


def test_four_weeks_away_are_28_days_counting_both_ends() -> None:
    """TV-16, whatever the period of the limit."""
    having(*DRAFT).when(sent(CLAIM, fact_to=date(2026, 10, 27))).then_rejected("absence-too-short")
    having(*DRAFT).when(sent(CLAIM, fact_to=None)).then_types(ExceptionClaimed)
    having(*DRAFT).when(sent(CLAIM, fact_to=date(2026, 9, 1))).then_rejected("exception-dates-reversed")


def test_a_closed_setting_counts_only_if_its_head_was_asked_in_time() -> None:
    """TV-13 and TV-14."""
    having(*DRAFT).when(CLOSURE).then_types(ExceptionClaimed)
    early = sent(CLOSURE, advice_asked_on=date(2026, 7, 14))
    having(*DRAFT).when(early).then_rejected("advice-asked-outside-closure")
    having(*DRAFT).when(sent(CLOSURE, reopens_on=date(2026, 8, 8))).then_rejected("closure-too-short")
    having(*DRAFT).when(sent(CLOSURE, reopens_on=None)).then_rejected("closure-facts-missing")


def test_without_a_plan_there_is_no_limit_of_the_plan_to_relieve() -> None:
    having().when(CLAIM).then_rejected("no-plan")
