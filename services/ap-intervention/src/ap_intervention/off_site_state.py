"""Where an off-site direction stands, and the conditions its commands share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shared import Command

from .conditions import correct_at, need, once
from .dates import TEN_WEEKS
from .off_site_events import (
    MeetingOutcome,
    OffSiteDirectionDateCorrected,
    OffSiteDirectionEnded,
    OffSiteDirectionNoticeGiven,
    OffSiteEvent,
    OffSiteReviewInvitationSent,
    OffSiteReviewMeetingDeclined,
    OffSiteReviewMeetingHeld,
    OffSiteReviewMeetingRequested,
    OffSiteReviewOutcomeNotified,
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A review meeting to come."""

    meeting_id: UUID
    sent_on: date
    meeting_on: date


@dataclass(frozen=True, slots=True)
class OffSiteDirection:
    case_id: UUID | None = None
    person_id: UUID | None = None
    direction_id: UUID | None = None
    has_plan: bool = False
    notice_given_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    next_review_on: date | None = None
    invitation: Invitation | None = None
    meetings: Mapping[date, MeetingOutcome] = field(default_factory=dict)
    held: Mapping[UUID, date] = field(default_factory=dict)
    """Meetings by their ids."""
    outcomes_told: Mapping[UUID, date] = field(default_factory=dict)
    """By meeting: when those concerned were told what was decided."""
    requested_on: date | None = None
    """A request that no meeting has answered yet."""
    ended_on: date | None = None
    end_reason: str | None = None

    def last_meeting_before(self, on: date) -> date | None:
        return max((day for day in self.meetings if day < on), default=None)

    def must_meet(self, requested_on: date) -> bool:
        """No meeting in the ten weeks before the request; ten weeks before to the day is within them."""
        last = self.last_meeting_before(requested_on)
        return last is None or last < requested_on - TEN_WEEKS

    def invited_to(self, held_on: date) -> Invitation | None:
        """The invitation to a meeting held on a day: it may have been moved without another one."""
        return self.invitation if self.invitation is not None and self.invitation.sent_on <= held_on else None


def evolve(state: OffSiteDirection, event: OffSiteEvent) -> OffSiteDirection:
    match event:
        case OffSiteDirectionNoticeGiven():
            return replace(
                state,
                case_id=event.case_id,
                person_id=event.person_id,
                direction_id=event.direction_id,
                has_plan=event.has_plan,
                notice_given_on=event.occurred_on,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                next_review_on=event.next_review_on,
            )
        case OffSiteReviewMeetingRequested():
            return replace(state, requested_on=event.occurred_on)
        case OffSiteReviewMeetingDeclined():
            return replace(state, requested_on=None)
        case OffSiteReviewInvitationSent():
            return replace(state, invitation=Invitation(event.meeting_id, event.occurred_on, event.meeting_on))
        case OffSiteReviewMeetingHeld():
            return _met(state, event)
        case OffSiteReviewOutcomeNotified():
            return replace(state, outcomes_told={**state.outcomes_told, event.meeting_id: event.occurred_on})
        case OffSiteDirectionEnded():
            return replace(state, ended_on=event.occurred_on, end_reason=event.reason, next_review_on=None)
        case OffSiteDirectionDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _met(state: OffSiteDirection, event: OffSiteReviewMeetingHeld) -> OffSiteDirection:
    invitation = state.invitation
    return replace(
        state,
        invitation=None if invitation is not None and invitation.meeting_id == event.meeting_id else invitation,
        meetings={**state.meetings, event.occurred_on: event.outcome},
        held=state.held if event.meeting_id is None else {**state.held, event.meeting_id: event.occurred_on},
        requested_on=None,
        ends_on=event.ends_on,
        next_review_on=event.next_review_on,
    )


def ids(c: Command, s: OffSiteDirection) -> dict[str, Any]:
    """What every event of a direction carries."""
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "direction_id": s.direction_id}


# --- guards ---

CORRECT = correct_at("/off-site-directions/{direction_id}")

given = need(
    lambda s: s.direction_id is not None, "no-direction", "Record the notice first: POST /off-site-directions."
)
not_given = once(lambda s: s.notice_given_on, "notice-given", "The notice of this direction was given", CORRECT)
running = once(lambda s: s.ended_on, "direction-ended", "The off-site direction ended", CORRECT)
nothing_requested = once(
    lambda s: s.requested_on, "meeting-requested", "A meeting is waited for that was requested", CORRECT
)
requested = need(lambda s: s.requested_on is not None, "no-meeting-requested", "No request is waiting for a meeting.")
may_decline = need(
    lambda s: s.requested_on is None or not s.must_meet(s.requested_on),
    "meeting-must-be-held",
    "No review meeting was held in the ten weeks before the request; one must be held as soon as is practicable.",
)
met = need(lambda s: bool(s.held), "no-meeting-held", "No review meeting has been held whose outcome could be told.")
