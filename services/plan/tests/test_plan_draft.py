"""The draft plan and the family's window; the green paper's examples 1 and 2 (2.7)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.clauses import AddNeed, ReviseNeed
from plan.draft import (
    BlankSectionI,
    DraftPlanMeetingHeld,
    DraftPlanServed,
    HoldDraftPlanMeeting,
    RepresentationsReceived,
    SectionIBlanked,
    SettingNamed,
)
from plan.opening import ProfiledNeed, RecordYearGroup
from plan.plan import plan
from plan.provision import ReviseProvision, SpecifyProvision

from .plan_stories import (
    ADULT_THEME,
    ASKED_FOR_CHANGE,
    B1,
    B2,
    BEGUN_WITHOUT_REVIEW,
    C1,
    CASE_ID,
    DRAFT,
    E1,
    F1,
    FINAL,
    FINISHED,
    G1,
    LAST_DAY,
    NAMED,
    OPENED,
    SERVED,
    SERVING,
    TEXT,
    WRITING,
    having,
    history,
    need,
    outcome,
    provision,
)
from .stories import CASE, PERSON, PLAN

WRITTEN = (OPENED, *TEXT)
BLANKED = BlankSectionI(occurred_on=date(2027, 1, 18), **CASE_ID)
MET = HoldDraftPlanMeeting(attended_by=("PARENT",), occurred_on=date(2026, 12, 21), **CASE_ID)


def test_a_draft_is_served_and_the_family_has_fifteen_days_beginning_with_that_day() -> None:
    """Green paper 2.7, example 1: served 2026-12-14, the window runs to 2026-12-28 inclusive."""
    (event,) = having(*WRITTEN).when(SERVED).then_types(DraftPlanServed)
    assert event == DraftPlanServed(
        occurred_on=SERVING, case_id=CASE, person_id=PERSON, plan_id=PLAN, request_id=OPENED.request_id, version=1,
        served_on=SERVING, window_last_day=LAST_DAY, method="EMAIL", rights_holders=("PARENT",),
        settings_information_given=True, meeting_right_given=True, vague_wording=0,
    )  # fmt: skip
    assert plan.fold(history(*WRITTEN, SERVED)).may_be_issued_from == date(2026, 12, 29)


def test_vague_and_unquantified_provision_is_refused_and_passes_once_it_says_enough() -> None:
    """Green paper 2.7, example 2."""
    bad = SpecifyProvision(
        provision_id=F1, section="F", need_ids=(B1,), outcome_ids=(E1,), occurred_on=WRITING, **CASE_ID,
        what="access to speech and language support as required", delivered_by_role="SALT assistant",
        responsible_body="LA",
    )  # fmt: skip
    text = (OPENED, TEXT[0], TEXT[1], TEXT[2], bad, TEXT[4])
    refused = having(*text).when(SERVED).then_rejected("provision-not-specific")
    assert 'frequency, duration (or "throughout the day"), group size' in refused.detail
    (vague,) = [w for w in plan.fold(history(*text)).checks.warnings if w.code == "vague-wording"]
    assert vague.count == 2
    good = ReviseProvision(
        **{n: getattr(bad, n) for n in ("section", "need_ids", "outcome_ids", "delivered_by_role", "responsible_body")},
        provision_id=F1, frequency_count=2, frequency_period="WEEK", duration_minutes=30, max_group_size=3,
        what="SALT assistant, 2 × 30 minutes weekly, group of up to 3, "
        "overseen by a therapist 1 × 60 minutes per half term",
        occurred_on=WRITING, **CASE_ID,
    )  # fmt: skip
    (event,) = having(*text, good).when(SERVED).then_types(DraftPlanServed)
    assert (event.vague_wording, event.warnings) == (0, ())


def test_a_draft_served_by_post_is_served_on_the_second_working_day() -> None:
    (event,) = having(*WRITTEN).when(SERVED.model_copy(update={"method": "POST"})).then_types(DraftPlanServed)
    assert (event.served_on, event.window_last_day) == (date(2026, 12, 16), date(2026, 12, 30))


def test_the_contrary_of_the_ordinary_course_of_post_can_be_shown() -> None:
    shown = SERVED.model_copy(update={"method": "POST", "served_on": date(2026, 12, 19)})
    (event,) = having(*WRITTEN).when(shown).then_types(DraftPlanServed)
    assert event.window_last_day == date(2027, 1, 2)
    before = SERVED.model_copy(update={"served_on": date(2026, 12, 13)})
    having(*WRITTEN).when(before).then_rejected("served-before-sent")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ((), {"section-b-empty"}),
        ((need(B1),), {"need-without-outcome", "need-without-provision"}),
        ((need(B1), outcome(E1, B1), provision(F1, max_group_size=None)), {"provision-not-specific"}),
        ((*TEXT, need(C1, "C"), provision(G1, "G", need_ids=(C1,))), {"health-provision-not-agreed"}),
        ((*TEXT, RecordYearGroup(year_group=9, occurred_on=WRITING, **CASE_ID)), {"no-preparation-for-adulthood"}),
    ],
)
def test_a_text_that_does_not_stand_is_not_served(text: tuple[Any, ...], codes: set[str]) -> None:
    having(OPENED, *text).when(SERVED).then_rejected(*codes)


def test_a_need_nobody_described_is_not_served() -> None:
    opened = OPENED.model_copy(update={"needs": (ProfiledNeed(code="ASD", rank="PRIMARY"),)})
    having(opened, *TEXT).when(SERVED).then_rejected(
        "need-not-described", "need-without-outcome", "need-without-provision"
    )


def test_the_school_year_of_the_day_of_service_decides() -> None:
    eight = RecordYearGroup(year_group=8, occurred_on=date(2026, 8, 31), **CASE_ID)
    early = OPENED.model_copy(update={"occurred_on": date(2026, 8, 1)})
    having(early, *TEXT, eight).when(SERVED).then_rejected("no-preparation-for-adulthood")
    themed = (TEXT[0], TEXT[1], outcome(E1, B1, pfa_theme=ADULT_THEME), TEXT[3])
    having(early, *themed, eight).when(SERVED).then_types(DraftPlanServed)


def test_a_draft_leaves_section_i_blank() -> None:
    named = (*WRITTEN, NAMED.model_copy(update={"occurred_on": WRITING}))
    having(*named).when(SERVED).then_rejected("section-i-not-blank")
    having(*named, BLANKED).when(SERVED).then_types(DraftPlanServed)


def test_section_i_can_be_blanked_only_if_something_stands_in_it() -> None:
    (event,) = having(*DRAFT, NAMED).when(BLANKED).then_types(SectionIBlanked)
    assert event.naming_id == NAMED.naming_id
    having(*DRAFT).when(BLANKED).then_rejected("section-i-blank")


def test_a_draft_comes_with_the_information_the_regulations_ask_for() -> None:
    without = SERVED.model_copy(update={"meeting_right_given": False})
    assert "officer" in having(*WRITTEN).when(without).then_rejected("draft-notice-incomplete").detail


def test_a_draft_is_not_served_before_drafting_began() -> None:
    early = SERVED.model_copy(update={"occurred_on": date(2026, 11, 1)})
    having(*WRITTEN).when(early).then_rejected("before-drafting")


def test_only_a_plan_being_drafted_is_served_as_a_draft() -> None:
    having(*FINAL).when(SERVED).then_rejected("no-draft-to-serve")
    having(*FINAL, BEGUN_WITHOUT_REVIEW).when(SERVED).then_rejected("no-draft-to-serve")


def test_a_double_click_serves_once_and_a_changed_text_is_served_again() -> None:
    having(*DRAFT).when(SERVED).then_nothing()
    change = ReviseNeed(
        need_id=B1, section="B", need_code="SLCN", description="other words", occurred_on=SERVING, **CASE_ID
    )
    (event,) = having(*DRAFT, change).when(SERVED).then_types(DraftPlanServed)
    assert event.version == 2


# --- the family's answer ---


def test_the_family_answers() -> None:
    (event,) = having(*DRAFT).when(FINISHED).then_types(RepresentationsReceived)
    assert (event.by, event.finished, event.meeting_requested, event.notice_id) == ("PARENT", True, False, None)
    having(*DRAFT, FINISHED).when(FINISHED).then_nothing()


def test_only_what_was_served_is_answered_and_only_by_whom_it_was_served_on() -> None:
    having(*WRITTEN).when(FINISHED).then_rejected("nothing-served")
    stranger = FINISHED.model_copy(update={"made_by": "YOUNG_PERSON"})
    having(*DRAFT).when(stranger).then_rejected("not-a-rights-holder")
    early = FINISHED.model_copy(update={"occurred_on": date(2026, 12, 13)})
    having(*DRAFT).when(early).then_rejected("before-service")


def test_the_family_meets_an_officer() -> None:
    asked = ASKED_FOR_CHANGE.model_copy(update={"meeting_requested": True})
    having(*DRAFT, asked).when(MET).then_types(DraftPlanMeetingHeld)
    having(*DRAFT, asked, MET).when(MET).then_nothing()
    served = plan.fold(history(*DRAFT, asked, MET)).served
    assert served is not None
    assert (served.meeting_asked_on, served.meeting_held_on) == (date(2026, 12, 18), date(2026, 12, 21))
    having(*WRITTEN).when(MET).then_rejected("nothing-served")
    early = MET.model_copy(update={"occurred_on": date(2026, 12, 1)})
    having(*DRAFT).when(early).then_rejected("before-service")


# --- section I ---


def test_the_naming_decision_settles_section_i_once() -> None:
    (event,) = having(*DRAFT).when(NAMED).then_types(SettingNamed)
    assert (event.setting_name, event.decision) == ("Riverside Academy", "NAMED")
    having(*DRAFT, NAMED).when(NAMED).then_nothing()
    having(*FINAL).when(NAMED).then_nothing()


def test_a_naming_decision_for_no_plan_or_another_plan_means_nothing() -> None:
    having().when(NAMED).then_nothing()
    having(*DRAFT).when(NAMED.model_copy(update={"plan_id": UUID(int=99)})).then_nothing()


def test_a_second_need_is_numbered_after_the_first() -> None:
    assert isinstance(need(B2), AddNeed)
    assert plan.fold(history(*WRITTEN, need(B2))).contents.labels([B2, B1]) == "B1, B2"
