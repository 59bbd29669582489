"""Review meetings of an off-site direction: invited to, held, and their outcome told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from ap_intervention.off_site import EndOffSiteDirection, off_site_direction
from ap_intervention.off_site_events import (
    MeetingOutcome,
    OffSiteDirectionEnded,
    OffSiteReviewInvitationSent,
    OffSiteReviewMeetingHeld,
    OffSiteReviewOutcomeNotified,
    Party,
)
from ap_intervention.off_site_review import (
    HoldOffSiteReviewMeeting,
    InviteToOffSiteReview,
    NotifyOffSiteReviewOutcome,
)
from pydantic import ValidationError
from shared.testing.spec import given

from .examples import CASE
from .test_off_site import DIRECTION, notice_given

MEETING, ANOTHER = UUID(int=511), UUID(int=512)
SENT_ON, MEETING_ON = date(2026, 9, 29), date(2026, 10, 5)
IDS: dict[str, Any] = {"case_id": CASE, "direction_id": DIRECTION, "meeting_id": MEETING}


def invite(on: date = SENT_ON, to: date = MEETING_ON, **more: Any) -> InviteToOffSiteReview:
    body: dict[str, Any] = {"meeting_id": MEETING, "invited": (Party.PARENT, Party.PROVIDER)}
    return InviteToOffSiteReview(**{"occurred_on": on, "direction_id": DIRECTION, "meeting_on": to, **body, **more})


def invited(on: date = SENT_ON, to: date = MEETING_ON, **more: Any) -> OffSiteReviewInvitationSent:
    body: dict[str, Any] = {"instead_of": None, "invited": (Party.PARENT, Party.PROVIDER)}
    return OffSiteReviewInvitationSent(**{"occurred_on": on, "meeting_on": to, **IDS, **body, **more})


def hold(on: date = MEETING_ON, **more: Any) -> HoldOffSiteReviewMeeting:
    body: dict[str, Any] = {"meeting_id": ANOTHER, "outcome": MeetingOutcome.CONTINUE}
    return HoldOffSiteReviewMeeting(**{"occurred_on": on, "direction_id": DIRECTION, **body, **more})


def held(on: date = MEETING_ON, *, after: tuple[Any, ...] = (notice_given(), invited())) -> OffSiteReviewMeetingHeld:
    (event,) = given(off_site_direction, *after).when(hold(on)).then_types(OffSiteReviewMeetingHeld)
    return event


def tell(on: date = date(2026, 10, 9), **more: Any) -> NotifyOffSiteReviewOutcome:
    body: dict[str, Any] = {"meeting_id": MEETING, "recipients": (Party.PARENT,)}
    return NotifyOffSiteReviewOutcome(**{"occurred_on": on, "direction_id": DIRECTION, **body, **more})


# --- invited ---


def test_everybody_is_invited_to_a_meeting() -> None:
    given(off_site_direction, notice_given()).when(invite()).then(invited())
    given(off_site_direction, notice_given(), invited()).when(invite()).then_nothing()
    given(off_site_direction).when(invite()).then_rejected("no-direction")


def test_an_invitation_to_another_day_moves_the_meeting() -> None:
    (moved,) = (
        given(off_site_direction, notice_given(), invited())
        .when(invite(date(2026, 10, 1), date(2026, 10, 12), meeting_id=ANOTHER))
        .then_types(OffSiteReviewInvitationSent)
    )
    assert (moved.meeting_id, moved.instead_of) == (MEETING, MEETING_ON)
    again = given(off_site_direction, notice_given(), invited()).when(invite(date(2026, 10, 1)))
    assert "2026-09-29" in again.then_rejected("invited-already").detail


def test_a_late_invitation_is_recorded_and_left_to_the_clock() -> None:
    given(off_site_direction, notice_given()).when(invite(MEETING_ON)).then_types(OffSiteReviewInvitationSent)
    after = invite(MEETING_ON + timedelta(days=1))
    given(off_site_direction, notice_given()).when(after).then_rejected("meeting-in-the-past")


def test_the_family_is_invited_and_the_authority_that_maintains_a_plan() -> None:
    direction = given(off_site_direction, notice_given())
    direction.when(invite(invited=(Party.PROVIDER,))).then_rejected("family-left-out")
    direction.when(invite(invited=(Party.YOUNG_PERSON,))).then_types(OffSiteReviewInvitationSent)
    with_plan = given(off_site_direction, notice_given(has_plan=True, authority_copied=True))
    with_plan.when(invite()).then_rejected("authority-left-out")
    with_plan.when(invite(invited=(Party.PROVIDER,))).then_rejected("family-left-out", "authority-left-out")
    both = (Party.PARENT, Party.LOCAL_AUTHORITY)
    with_plan.when(invite(invited=both)).then_types(OffSiteReviewInvitationSent)
    with pytest.raises(ValidationError, match="invited"):
        invite(invited=())


def test_nobody_is_invited_after_the_end() -> None:
    end = EndOffSiteDirection(occurred_on=date(2026, 9, 28), direction_id=DIRECTION, reason="WITHDRAWN")
    ended = given(off_site_direction, notice_given()).when(end).then_types(OffSiteDirectionEnded)
    given(off_site_direction, notice_given(), *ended).when(invite()).then_rejected("direction-ended")


# --- held ---


@pytest.mark.parametrize("on", [MEETING_ON, date(2026, 10, 7)], ids=["on the day", "two days later"])
def test_a_meeting_is_the_one_that_was_invited_to(on: date) -> None:
    assert held(on).meeting_id == MEETING


def test_a_meeting_without_an_invitation_has_an_id_of_its_own() -> None:
    assert held(after=(notice_given(),)).meeting_id == ANOTHER
    assert held(date(2026, 9, 21)).meeting_id == ANOTHER, "the invitation of 29 September is to a later one"


def test_after_a_meeting_the_next_one_is_invited_to_afresh() -> None:
    history = (notice_given(), invited(), held())
    following = invite(date(2026, 11, 2), date(2026, 11, 16), meeting_id=ANOTHER)
    (event,) = given(off_site_direction, *history).when(following).then_types(OffSiteReviewInvitationSent)
    assert (event.meeting_id, event.instead_of) == (ANOTHER, None)


def test_a_meeting_recorded_before_meetings_had_ids_still_counts() -> None:
    old = held().model_copy(update={"meeting_id": None})
    state = off_site_direction.fold([notice_given(), old])
    assert state.last_meeting_before(date(2026, 10, 6)) == MEETING_ON
    given(off_site_direction, notice_given(), old).when(tell()).then_rejected("no-meeting-held")


# --- told ---


def test_what_was_decided_is_told() -> None:
    history = (notice_given(), invited(), held())
    told = OffSiteReviewOutcomeNotified(occurred_on=date(2026, 10, 9), recipients=(Party.PARENT,), **IDS)
    given(off_site_direction, *history).when(tell()).then(told)
    given(off_site_direction, *history, told).when(tell()).then_nothing()
    again = given(off_site_direction, *history, told).when(tell(date(2026, 10, 12)))
    assert "2026-10-09" in again.then_rejected("outcome-told").detail


def test_it_is_told_of_a_meeting_that_was_held_to_everybody_who_must_know() -> None:
    given(off_site_direction, notice_given(), invited()).when(tell()).then_rejected("no-meeting-held")
    met = given(off_site_direction, notice_given(), invited(), held())
    met.when(tell(meeting_id=ANOTHER)).then_rejected("no-such-meeting")
    met.when(tell(date(2026, 10, 4))).then_rejected("notice-before-meeting")
    met.when(tell(recipients=(Party.LOCAL_AUTHORITY,))).then_rejected("family-left-out")


def test_it_is_told_after_the_end_of_the_direction_too() -> None:
    end = EndOffSiteDirection(occurred_on=date(2026, 10, 6), direction_id=DIRECTION, reason="REVIEW")
    ended = given(off_site_direction, notice_given(), invited(), held()).when(end).then_types(OffSiteDirectionEnded)
    history = (notice_given(), invited(), held(), *ended)
    given(off_site_direction, *history).when(tell()).then_types(OffSiteReviewOutcomeNotified)
