"""Whether the child can be, and is, where the plan says: after a move, at 18 and over, under 18."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.attendance import (
    EducationResumed,
    FindNamedSettingImpractical,
    FindNotInEducation,
    FoundNotInEducation,
    NamedSettingFoundImpractical,
    NoteReturnToEducation,
    RecordStoppedAttending,
    ResumeEducation,
    YoungPersonStoppedAttending,
)
from plan.ceasing import AbandonCeasing, CeaseDecisionNotified, CeasingConsidered, ConsiderCeasing
from plan.opening import RecordYearGroup
from plan.plan import plan
from plan.review import DecideReviewOutcome, HoldReviewMeeting, ScheduleAnnualReview

from .plan_stories import CASE_ID, CONSULTED, DRAFT, FINAL, NOTIFIED, R4, having, history
from .stories import PERSON, PLAN
from .test_plan_opening import CONFIRMED, ENTERED, TAKEN_OVER

R9 = UUID(int=49)
LEFT = date(2028, 3, 1)
FOUND_OUT = date(2028, 3, 6)
BACK = date(2028, 4, 24)

IN_YEAR_13 = (*FINAL, RecordYearGroup(year_group=13, occurred_on=date(2027, 9, 6), **CASE_ID))
IN_YEAR_9 = (*FINAL, RecordYearGroup(year_group=9, occurred_on=date(2027, 9, 6), **CASE_ID))
IMPRACTICAL = FindNamedSettingImpractical(
    reasons="It is ninety minutes each way.", occurred_on=date(2026, 10, 5), **CASE_ID
)
STOPPED = RecordStoppedAttending(reasons="Left the course.", occurred_on=LEFT, **CASE_ID)
NOT_IN_EDUCATION = FindNotInEducation(reasons="No place since Easter.", occurred_on=FOUND_OUT, **CASE_ID)
RESUMED = ResumeEducation(occurred_on=BACK, **CASE_ID)
PLACED = NoteReturnToEducation(occurred_on=BACK, **CASE_ID)
CONSIDERED = ConsiderCeasing(ground="NO_LONGER_NECESSARY", occurred_on=date(2028, 4, 1), **CASE_ID)


def sent(command: Any, **changes: Any) -> Any:
    return command.model_copy(update=changes)


def reviewed(on: date, *, decided: date | None = None) -> tuple[Any, ...]:
    fixed = ScheduleAnnualReview(review_id=R9, kind="EARLY", meeting_on=on, occurred_on=date(2028, 2, 1), **CASE_ID)
    held = HoldReviewMeeting(review_id=R9, attended_by=("PARENT", "SETTING"), occurred_on=on, **CASE_ID)
    if decided is None:
        return fixed, held
    outcome = DecideReviewOutcome(
        review_id=R9, outcome="MAINTAIN", rights=R4, recipients=("PARENT", "SETTING"), reasons="as before",
        occurred_on=decided, **CASE_ID,
    )  # fmt: skip
    return fixed, held, outcome


# --- after a move ---


def test_a_setting_that_is_too_far_after_the_move_is_recorded_with_the_move() -> None:
    having(*ENTERED, CONFIRMED).when(IMPRACTICAL).then(
        NamedSettingFoundImpractical(
            occurred_on=date(2026, 10, 5), person_id=PERSON, plan_id=PLAN, move_id=UUID(int=71), setting_id=None,
            setting_name="Riverside Academy", reasons="It is ninety minutes each way.", **CASE_ID,
        )
    )  # fmt: skip
    having(*ENTERED, CONFIRMED, IMPRACTICAL).when(IMPRACTICAL).then_nothing()


def test_it_can_be_found_before_the_text_of_the_plan_is_entered() -> None:
    (event,) = having(TAKEN_OVER).when(IMPRACTICAL).then_types(NamedSettingFoundImpractical)
    assert (event.setting_name, event.move_id) == (None, UUID(int=71))


def test_it_is_found_once_and_not_before_the_transfer() -> None:
    again = sent(IMPRACTICAL, occurred_on=date(2026, 10, 12))
    refused = having(*ENTERED, CONFIRMED, IMPRACTICAL).when(again).then_rejected("impractical-already")
    assert "2026-10-05" in refused.detail
    early = sent(IMPRACTICAL, occurred_on=date(2026, 9, 20))
    having(*ENTERED, CONFIRMED).when(early).then_rejected("before-transfer")


def test_only_a_plan_that_came_from_elsewhere_can_name_a_setting_left_behind() -> None:
    having(*FINAL).when(IMPRACTICAL).then_rejected("not-transferred-in")
    having(*DRAFT).when(IMPRACTICAL).then_rejected("plan-not-final")
    type_only = sent(CONFIRMED, decision="TYPE_ONLY", setting_name=None)
    having(*ENTERED, type_only).when(IMPRACTICAL).then_rejected("no-setting-named")


def test_after_an_amendment_here_it_is_no_matter_of_the_move() -> None:
    state = plan.fold(history(*ENTERED, CONFIRMED))
    unmet = {
        p.command: [c.code for c in p.unmet] for p in plan.permissions(replace(state, issued_on=date(2026, 12, 1)))
    }
    assert unmet[FindNamedSettingImpractical] == ["amended-since-transfer"]


# --- out of education ---


@pytest.mark.parametrize(
    ("before", "command", "event"),
    [
        (IN_YEAR_13, STOPPED, YoungPersonStoppedAttending),
        (IN_YEAR_9, NOT_IN_EDUCATION, FoundNotInEducation),
        (FINAL, NOT_IN_EDUCATION, FoundNotInEducation),
    ],
    ids=["18 and over", "under 18", "year 4"],
)
def test_somebody_is_out_of_education(before: Any, command: Any, event: Any) -> None:
    (told,) = having(*before).when(command).then_types(event)
    assert told.occurred_on == command.occurred_on
    having(*before, command).when(command).then_nothing()
    again = sent(command, occurred_on=date(2028, 3, 20))
    refused = having(*before, command).when(again).then_rejected("out-of-education-already")
    assert str(command.occurred_on) in refused.detail
    having(*DRAFT).when(command).then_rejected("plan-not-final")


def test_the_year_group_rules_the_wrong_duty_out_and_leaves_room_for_years_repeated() -> None:
    having(*IN_YEAR_9).when(STOPPED).then_rejected("not-18")
    in_year_15 = RecordYearGroup(year_group=15, occurred_on=date(2027, 9, 6), **CASE_ID)
    having(*FINAL, in_year_15).when(NOT_IN_EDUCATION).then_rejected("not-under-18")
    for year in (12, 13, 14):
        of_year = (*FINAL, RecordYearGroup(year_group=year, occurred_on=date(2027, 9, 6), **CASE_ID))
        having(*of_year).when(STOPPED).then_types(YoungPersonStoppedAttending)
        having(*of_year).when(NOT_IN_EDUCATION).then_types(FoundNotInEducation)


def test_at_18_another_duty_takes_the_place_of_the_first() -> None:
    found = (*IN_YEAR_13, sent(NOT_IN_EDUCATION, occurred_on=date(2027, 12, 1)))
    having(*found).when(STOPPED).then_types(YoungPersonStoppedAttending)


def test_after_a_review_it_can_happen_again() -> None:
    later = sent(STOPPED, occurred_on=date(2028, 9, 18))
    held = reviewed(date(2028, 3, 20))
    having(*IN_YEAR_13, STOPPED, *held).when(later).then_rejected("out-of-education-already")
    decided = reviewed(date(2028, 3, 20), decided=date(2028, 4, 3))
    having(*IN_YEAR_13, STOPPED, *decided).when(later).then_types(YoungPersonStoppedAttending)


def test_education_is_resumed() -> None:
    out = (*IN_YEAR_9, NOT_IN_EDUCATION)
    having(*out).when(RESUMED).then_types(EducationResumed)
    having(*out, RESUMED).when(RESUMED).then_nothing()
    refused = having(*out, RESUMED).when(sent(RESUMED, occurred_on=date(2028, 5, 1))).then_rejected("in-education")
    assert "2028-04-24" in refused.detail
    having(*IN_YEAR_9).when(RESUMED).then_rejected("in-education")
    having(*out).when(sent(RESUMED, occurred_on=date(2028, 3, 5))).then_rejected("before-out-of-education")
    having(*out, RESUMED).when(sent(NOT_IN_EDUCATION, occurred_on=date(2028, 6, 1))).then_types(FoundNotInEducation)


def test_a_placement_that_starts_ends_it_and_means_nothing_otherwise() -> None:
    out = (*IN_YEAR_9, NOT_IN_EDUCATION)
    having(*out).when(PLACED).then_types(EducationResumed)
    having(*out, PLACED).when(PLACED).then_nothing()
    having(*out).when(sent(PLACED, occurred_on=date(2028, 3, 5))).then_nothing()
    for before in ((), DRAFT, IN_YEAR_9):
        having(*before).when(PLACED).then_nothing()


# --- and ceasing ---


def test_considering_to_cease_records_the_leaving_where_nobody_has() -> None:
    left = sent(CONSIDERED, left_education_on=LEFT)
    stopped, considered = having(*IN_YEAR_13).when(left).then_types(YoungPersonStoppedAttending, CeasingConsidered)
    assert (stopped.occurred_on, considered.occurred_on) == (LEFT, date(2028, 4, 1))
    having(*IN_YEAR_13, STOPPED).when(left).then_types(CeasingConsidered)
    other = sent(left, left_education_on=date(2028, 2, 1))
    having(*IN_YEAR_13, STOPPED).when(other).then_rejected("out-of-education-already")
    having(*IN_YEAR_9).when(left).then_rejected("not-18")
    later = sent(left, left_education_on=date(2028, 4, 2))
    having(*IN_YEAR_13).when(later).then_rejected("considered-before-leaving")


def test_no_decision_to_cease_before_the_review_of_an_adult_who_stopped_attending() -> None:
    """reg 30, though whoever considered ceasing did not say that the young person had left."""
    considered = (CONSIDERED, *CONSULTED)
    having(*IN_YEAR_13, STOPPED, *considered).when(NOTIFIED).then_rejected("review-needed-first")
    before = reviewed(date(2028, 2, 25))
    having(*IN_YEAR_13, STOPPED, *before, *considered).when(NOTIFIED).then_rejected("review-needed-first")
    since = (*IN_YEAR_13, STOPPED, *reviewed(date(2028, 3, 20)), *considered)
    having(*since).when(NOTIFIED).then_rejected("return-not-ruled-out")
    having(*since).when(sent(NOTIFIED, return_ruled_out=True)).then_types(CeaseDecisionNotified)


def test_who_came_back_is_no_longer_held_to_have_left() -> None:
    back = (*IN_YEAR_13, sent(CONSIDERED, left_education_on=LEFT), *CONSULTED, RESUMED)
    having(*back).when(NOTIFIED).then_types(CeaseDecisionNotified)


def test_keeping_the_plan_does_not_bring_anybody_back() -> None:
    kept = AbandonCeasing(occurred_on=date(2028, 4, 3), **CASE_ID)
    afresh = sent(CONSIDERED, occurred_on=date(2028, 4, 5))
    again = (*IN_YEAR_13, sent(CONSIDERED, left_education_on=LEFT), kept, afresh, *CONSULTED)
    having(*again).when(NOTIFIED).then_rejected("review-needed-first")


def test_under_18_the_plan_is_reviewed_before_it_is_called_unnecessary() -> None:
    """reg 29(2): reviewed and amended. Where the authority is no longer responsible there is nothing to amend."""
    out = (*IN_YEAR_9, NOT_IN_EDUCATION)
    having(*out, CONSIDERED, *CONSULTED).when(NOTIFIED).then_rejected("review-needed-first")
    having(*out, *reviewed(date(2028, 3, 20)), CONSIDERED, *CONSULTED).when(NOTIFIED).then_types(CeaseDecisionNotified)
    elsewhere = sent(CONSIDERED, ground="NOT_RESPONSIBLE")
    having(*out, elsewhere, *CONSULTED).when(NOTIFIED).then_types(CeaseDecisionNotified)


def test_a_leaving_recorded_with_ceasing_alone_still_counts() -> None:
    """As it stands in streams that were written before it had an event of its own."""
    old = CeasingConsidered(
        occurred_on=date(2028, 4, 1), person_id=PERSON, plan_id=PLAN, ground="NO_LONGER_NECESSARY",
        left_education_on=LEFT, **CASE_ID,
    )  # fmt: skip
    state = plan.fold([*history(*IN_YEAR_13), old])
    assert state.out_of_education is not None
    assert (state.out_of_education.since, state.out_of_education.adult) == (LEFT, True)
