"""The final plan: when it may be issued, and with what."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.clauses import ReviseNeed, WithdrawClause
from plan.draft import DraftPlanServed
from plan.final import FinalPlanIssued
from plan.opening import RecordYearGroup
from plan.plan import plan
from plan.state import Status

from .plan_stories import (
    ASKED_FOR_CHANGE,
    B1,
    CASE_ID,
    DRAFT,
    F1,
    FINAL,
    FINISHED,
    ISSUED,
    ISSUING,
    NAMED,
    NO_MEDIATION,
    OPENED,
    R4,
    SAID,
    SERVED,
    SETTING,
    TEXT,
    having,
    history,
    provision,
)

READY = (*DRAFT, NAMED)
EARLY_NAMED = NAMED.model_copy(update={"occurred_on": date(2026, 12, 20)})


def on(day: date, **more: Any) -> Any:
    return ISSUED.model_copy(update={"occurred_on": day, **more})


def change(**more: Any) -> ReviseNeed:
    facts = {"description": "other words", "occurred_on": date(2026, 12, 20), **more}
    return ReviseNeed(need_id=B1, section="B", need_code="SLCN", rank="PRIMARY", **CASE_ID, **facts)


def test_the_final_plan_is_issued() -> None:
    (event,) = having(*READY).when(ISSUED).then_types(FinalPlanIssued)
    assert (event.version, event.draft_version, event.setting_id, event.setting_type) == (1, 1, SETTING, "MAINSTREAM")
    assert (event.request_id, event.rights, event.signed_by) == (OPENED.request_id, R4, "Officer One")
    assert (event.window_cut_short, event.reassessment_id, event.order_id) == (False, None, None)


def test_the_final_plan_is_in_force_and_its_review_is_due_within_twelve_months() -> None:
    state = plan.fold(history(*FINAL))
    assert (state.status, state.first_made_on, state.version) == (Status.MAINTAINED, ISSUING, 1)
    assert (state.in_force, state.work, state.named) == (state.contents, None, None)
    assert state.review_due_on == date(2028, 1, 21)


@pytest.mark.parametrize("day", [date(2026, 12, 20), date(2026, 12, 28)])
def test_it_is_not_issued_while_the_family_may_answer(day: date) -> None:
    """Green paper 2.7, example 1: the window runs to 2026-12-28 inclusive."""
    refused = having(*DRAFT, EARLY_NAMED).when(on(day)).then_rejected("representations-window-open")
    assert "2026-12-28" in refused.detail
    assert "2026-12-29" in refused.detail


def test_it_may_be_issued_from_the_sixteenth_day() -> None:
    having(*DRAFT, EARLY_NAMED).when(on(date(2026, 12, 29))).then_types(FinalPlanIssued)


def test_it_may_be_issued_early_when_everybody_has_finished_and_says_so() -> None:
    (event,) = having(*DRAFT, FINISHED, EARLY_NAMED).when(on(date(2026, 12, 21))).then_types(FinalPlanIssued)
    assert event.window_cut_short


def test_one_parent_does_not_finish_for_the_other() -> None:
    both = SERVED.model_copy(update={"rights_holders": ("PARENT", "OTHER_PARENT")})
    story = (OPENED, *TEXT, both, FINISHED, EARLY_NAMED)
    refused = having(*story).when(on(date(2026, 12, 21))).then_rejected("representations-window-open")
    assert "OTHER_PARENT" in refused.detail
    other = FINISHED.model_copy(update={"made_by": "OTHER_PARENT", "representation_id": UUID(int=45)})
    having(*story, other).when(on(date(2026, 12, 21))).then_types(FinalPlanIssued)


def test_it_needs_a_draft() -> None:
    having(OPENED, *TEXT).when(ISSUED).then_rejected("no-draft-served", "section-i-undecided")


def test_it_needs_section_i() -> None:
    having(*DRAFT).when(ISSUED).then_rejected("section-i-undecided")


@pytest.mark.parametrize("decision", ["TYPE_ONLY", "EOTAS"])
def test_a_type_or_education_otherwise_is_enough_for_section_i(decision: str) -> None:
    named = NAMED.model_copy(
        update={"decision": decision, "setting_id": None, "setting_name": None, "setting_type": "SPECIAL_STATE"}
    )
    nobody_to_send_to = on(ISSUING, recipients=("PARENT", "ICB"))
    (event,) = having(*DRAFT, named).when(nobody_to_send_to).then_types(FinalPlanIssued)
    assert (event.decision, event.setting_id) == (decision, None)


def test_it_prints_the_four_rights() -> None:
    refused = having(*READY).when(on(ISSUING, rights=NO_MEDIATION)).then_rejected("rights-missing")
    assert "mediation" in refused.detail


@pytest.mark.parametrize(
    ("recipients", "missing"),
    [
        (("SETTING", "ICB"), "parent or young person"),
        (("PARENT", "SETTING"), "integrated care board"),
        (("YOUNG_PERSON", "ICB"), "setting"),
    ],
)
def test_it_goes_to_everybody(recipients: tuple[Any, ...], missing: str) -> None:
    refused = having(*READY).when(on(ISSUING, recipients=recipients)).then_rejected("recipient-missing")
    assert missing in refused.detail


def test_what_changed_since_the_draft_without_a_representation_must_be_served_again() -> None:
    refused = having(*DRAFT, change(), NAMED).when(ISSUED).then_rejected("changed-since-draft")
    assert "B1" in refused.detail
    again = SERVED.model_copy(update={"occurred_on": date(2026, 12, 22)})
    story = (*DRAFT, change(), again, NAMED)
    having(*DRAFT, change()).when(again).then_types(DraftPlanServed)
    having(*story).when(ISSUED).then_types(FinalPlanIssued)
    having(*story).when(on(date(2027, 1, 5))).then_rejected("representations-window-open")


def test_what_changed_because_the_family_asked_stands() -> None:
    asked = change(representation_id=SAID)
    having(*DRAFT, ASKED_FOR_CHANGE, asked, NAMED).when(ISSUED).then_types(FinalPlanIssued)


def test_a_clause_withdrawn_after_the_draft_counts_as_changed() -> None:
    extra = provision(UUID(int=62))
    gone = WithdrawClause(clause_id=UUID(int=62), occurred_on=date(2026, 12, 20), **CASE_ID)
    story = (OPENED, *TEXT, extra, SERVED, gone, NAMED)
    having(*story).when(ISSUED).then_rejected("changed-since-draft")


def test_a_text_that_no_longer_stands_is_not_issued() -> None:
    gone = WithdrawClause(clause_id=F1, representation_id=SAID, occurred_on=date(2026, 12, 20), **CASE_ID)
    having(*DRAFT, ASKED_FOR_CHANGE, gone, NAMED).when(ISSUED).then_rejected("need-without-provision")


def test_the_school_year_of_the_day_of_issue_decides() -> None:
    in_year_8 = RecordYearGroup(year_group=8, occurred_on=date(2026, 8, 1), **CASE_ID)
    earlier = OPENED.model_copy(update={"occurred_on": date(2026, 7, 1)})
    served_in_august = SERVED.model_copy(update={"occurred_on": date(2026, 8, 30)})
    having(earlier, *TEXT, in_year_8, served_in_august, NAMED).when(ISSUED).then_rejected(
        "no-preparation-for-adulthood"
    )


def test_a_plan_that_is_final_is_not_issued_again() -> None:
    having(*FINAL).when(ISSUED).then_nothing()
    refused = having(*FINAL).when(on(date(2027, 2, 1))).then_rejected("plan-is-final")
    assert "amendment" in refused.detail
