"""Off-site directions: notice, review meetings and the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from ap_intervention.ap_case import ApCase
from ap_intervention.off_site import EndOffSiteDirection, GiveOffSiteDirectionNotice, off_site_direction
from ap_intervention.off_site_events import (
    AskedBy,
    MeetingOutcome,
    OffSiteDirectionEnded,
    OffSiteDirectionNoticeGiven,
    OffSiteReviewMeetingDeclined,
    OffSiteReviewMeetingHeld,
    OffSiteReviewMeetingRequested,
)
from ap_intervention.off_site_review import (
    DeclineOffSiteReviewMeeting,
    HoldOffSiteReviewMeeting,
    RequestOffSiteReviewMeeting,
)
from pydantic import ValidationError
from shared.testing.spec import given

from .examples import HOME_SCHOOL, whose

DIRECTION = UUID(int=501)
WORDS = {
    "address": "Test-Workshop, 1 Test Street",
    "report_to": "Mr Test-Plover",
    "session_times": "9.15 to 14.30",
    "reasons_and_objectives": "To learn to stay calm in a small group.",
}


def notice_given(on: date = date(2026, 9, 3), starts_on: date = date(2026, 9, 7), **more: Any) -> Any:
    return OffSiteDirectionNoticeGiven(
        **{
            "occurred_on": on,
            "direction_id": DIRECTION,
            "setting_id": HOME_SCHOOL,
            "starts_on": starts_on,
            "ends_on": date(2026, 11, 27),
            "school_days": 55,
            "has_plan": False,
            "authority_copied": False,
            "next_review_on": starts_on + timedelta(weeks=6),
            **WORDS,
            **whose(),
            **more,
        }
    )


def give_notice(on: date = date(2026, 9, 3), starts_on: date = date(2026, 9, 7), **more: Any) -> Any:
    return GiveOffSiteDirectionNotice(
        **{
            "occurred_on": on,
            "direction_id": DIRECTION,
            "setting_id": HOME_SCHOOL,
            "starts_on": starts_on,
            "ends_on": date(2026, 11, 27),
            "school_days": 55,
            **WORDS,
            **whose(),
            **more,
        }
    )


def _hold(on: date, outcome: MeetingOutcome = MeetingOutcome.CONTINUE, **more: Any) -> HoldOffSiteReviewMeeting:
    return HoldOffSiteReviewMeeting(**{"occurred_on": on, "direction_id": DIRECTION, "outcome": outcome, **more})


def _ask(on: date, by: AskedBy = AskedBy.PARENT) -> RequestOffSiteReviewMeeting:
    return RequestOffSiteReviewMeeting(occurred_on=on, direction_id=DIRECTION, asked_by=by)


def _met(on: date) -> Any:
    (held,) = given(off_site_direction, notice_given()).when(_hold(on)).then_types(OffSiteReviewMeetingHeld)
    return held


# --- notice ---


def test_notice_is_given_and_the_first_review_is_in_half_a_term() -> None:
    given(off_site_direction).reading(ApCase()).when(give_notice()).then(notice_given())


@pytest.mark.parametrize(
    ("on", "starts_on", "accepted"),
    [
        (date(2026, 11, 12), date(2026, 11, 16), True),
        (date(2026, 11, 13), date(2026, 11, 16), False),
        (date(2026, 11, 14), date(2026, 11, 16), False),
        (date(2026, 11, 16), date(2026, 11, 16), False),
        (date(2026, 11, 17), date(2026, 11, 16), False),
        (date(2026, 11, 16), date(2026, 11, 18), True),
    ],
)
def test_example_3_notice_two_school_days_before(on: date, starts_on: date, accepted: bool) -> None:
    """Green Paper 8.5, example 3: for Monday 16 November notice on Thursday is in time and on Friday is not."""
    spec = given(off_site_direction).reading(ApCase()).when(give_notice(on, starts_on))
    if accepted:
        spec.then_types(OffSiteDirectionNoticeGiven)
    else:
        spec.then_rejected("notice-too-short")


def test_tv_52_what_only_a_school_calendar_can_tell_is_recorded() -> None:
    """Half-term lies between: the deadline engine finds this notice a school day late; dates alone do not."""
    late = give_notice(date(2026, 10, 23), date(2026, 11, 2))
    given(off_site_direction).reading(ApCase()).when(late).then_types(OffSiteDirectionNoticeGiven)


def test_the_authority_that_maintains_the_plan_gets_a_copy() -> None:
    holds_plan = ApCase(plan_id=uuid4())
    given(off_site_direction).reading(holds_plan).when(give_notice()).then_rejected("authority-not-copied")
    (given_,) = (
        given(off_site_direction)
        .reading(holds_plan)
        .when(give_notice(authority_copied=True))
        .then_types(OffSiteDirectionNoticeGiven)
    )
    assert given_.has_plan


def test_the_dates_of_a_notice_fit_each_other() -> None:
    with pytest.raises(ValidationError, match="ends_on"):
        give_notice(ends_on=date(2026, 9, 4))
    with pytest.raises(ValidationError, match="next_review_on"):
        give_notice(next_review_on=date(2026, 9, 7))


def test_another_childs_case_is_refused() -> None:
    given(off_site_direction).reading(ApCase()).when(give_notice(person_id=UUID(int=8))).then_rejected(
        "case-of-another-person"
    )


# --- review meetings ---


@pytest.mark.parametrize(
    ("asked_on", "must"), [(date(2026, 11, 27), False), (date(2026, 11, 30), False), (date(2026, 12, 1), True)]
)
def test_tv_54_a_meeting_asked_for_must_be_held_unless_one_was_in_the_ten_weeks_before(
    asked_on: date, must: bool
) -> None:
    """Met on Monday 21 September; ten weeks before 30 November is that very day, and still within."""
    history = [notice_given(), _met(date(2026, 9, 21))]
    (asked,) = given(off_site_direction, *history).when(_ask(asked_on)).then_types(OffSiteReviewMeetingRequested)
    assert (asked.must_be_held, asked.last_meeting_on) == (must, date(2026, 9, 21))
    decline = DeclineOffSiteReviewMeeting(occurred_on=asked_on, direction_id=DIRECTION)
    spec = given(off_site_direction, *history, asked).when(decline)
    if must:
        spec.then_rejected("meeting-must-be-held")
    else:
        spec.then_types(OffSiteReviewMeetingDeclined)


def test_without_any_meeting_before_it_must_be_held() -> None:
    (asked,) = (
        given(off_site_direction, notice_given())
        .when(_ask(date(2026, 9, 10)))
        .then_types(OffSiteReviewMeetingRequested)
    )
    assert asked.must_be_held
    given(off_site_direction, notice_given()).when(
        DeclineOffSiteReviewMeeting(occurred_on=date(2026, 9, 10), direction_id=DIRECTION)
    ).then_rejected("no-meeting-requested")


def test_a_meeting_answers_the_request_and_plans_the_next_in_half_a_term() -> None:
    asked = (
        given(off_site_direction, notice_given())
        .when(_ask(date(2026, 9, 10)))
        .then_types(OffSiteReviewMeetingRequested)
    )
    (held,) = (
        given(off_site_direction, notice_given(), *asked)
        .when(_hold(date(2026, 9, 21)))
        .then_types(OffSiteReviewMeetingHeld)
    )
    assert held.next_review_on == date(2026, 11, 2)
    assert off_site_direction.fold([notice_given(), *asked, held]).requested_on is None


def test_a_meeting_is_requested_once_while_one_is_waited_for() -> None:
    asked = (
        given(off_site_direction, notice_given())
        .when(_ask(date(2026, 9, 10)))
        .then_types(OffSiteReviewMeetingRequested)
    )
    waiting = given(off_site_direction, notice_given(), *asked)
    waiting.when(_ask(date(2026, 9, 10))).then_nothing()
    words = waiting.when(_ask(date(2026, 9, 12), AskedBy.LOCAL_AUTHORITY)).then_rejected("meeting-requested").detail
    assert "requested on 2026-09-10" in words
    assert "POST /off-site-directions/{direction_id}/corrections" in words


def test_a_meeting_of_one_day_has_one_outcome() -> None:
    (held,) = (
        given(off_site_direction, notice_given()).when(_hold(date(2026, 10, 5))).then_types(OffSiteReviewMeetingHeld)
    )
    other = _hold(date(2026, 10, 5), MeetingOutcome.END)
    given(off_site_direction, notice_given(), held).when(other).then_rejected("meeting-recorded")


def test_a_later_end_beyond_twelve_weeks_needs_the_panel() -> None:
    to = date(2026, 12, 18)
    longer = _hold(date(2026, 11, 16), MeetingOutcome.CHANGE_END, ends_on=to)
    given(off_site_direction, notice_given()).when(longer).then_rejected("panel-approval-needed")
    approved = _hold(date(2026, 11, 16), MeetingOutcome.CHANGE_END, ends_on=to, panel_approved_on=date(2026, 11, 13))
    (held,) = given(off_site_direction, notice_given()).when(approved).then_types(OffSiteReviewMeetingHeld)
    assert held.ends_on == to
    sooner = _hold(date(2026, 10, 5), MeetingOutcome.CHANGE_END, ends_on=date(2026, 10, 23))
    given(off_site_direction, notice_given()).when(sooner).then_types(OffSiteReviewMeetingHeld)


def test_a_meeting_says_a_new_end_only_when_it_changes_it() -> None:
    with pytest.raises(ValidationError, match="ends_on"):
        _hold(date(2026, 10, 5), ends_on=date(2026, 10, 23))
    with pytest.raises(ValidationError, match="ends_on"):
        _hold(date(2026, 10, 5), MeetingOutcome.CHANGE_END)


def test_a_meeting_that_ends_the_direction_plans_no_other() -> None:
    ending = _hold(date(2026, 10, 5), MeetingOutcome.END)
    (held,) = given(off_site_direction, notice_given()).when(ending).then_types(OffSiteReviewMeetingHeld)
    assert (held.ends_on, held.next_review_on) == (date(2026, 10, 5), None)


def test_the_dates_of_meetings_fit() -> None:
    given(off_site_direction, notice_given()).when(
        _hold(date(2026, 10, 5), next_review_on=date(2026, 10, 5))
    ).then_rejected("next-review-not-later")
    given(off_site_direction, notice_given()).when(
        _hold(date(2026, 9, 4), MeetingOutcome.CHANGE_END, ends_on=date(2026, 9, 5))
    ).then_rejected("end-before-start")


def test_nothing_happens_after_the_end() -> None:
    end = EndOffSiteDirection(occurred_on=date(2026, 11, 27), direction_id=DIRECTION, reason="TIME_OVER")
    ended = given(off_site_direction, notice_given()).when(end).then_types(OffSiteDirectionEnded)
    given(off_site_direction, notice_given(), *ended).when(end).then_nothing()
    given(off_site_direction, notice_given(), *ended).when(_ask(date(2026, 12, 1))).then_rejected("direction-ended")
