"""The review meetings of an off-site direction: asked for, invited to, held, and their outcome told.

SI 2010/1156, regs 4 to 6, as amended by SI 2012/2532. Six days before and six days after a meeting are counted by the
deadline engine; a late invitation or notice is recorded with its date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decision, Event, NewId, Personal

from .codes import Text
from .conditions import refuse, unless
from .dates import HALF_TERM, TWELVE_WEEKS
from .off_site_events import (
    AskedBy,
    MeetingOutcome,
    OffSiteReviewInvitationSent,
    OffSiteReviewMeetingDeclined,
    OffSiteReviewMeetingHeld,
    OffSiteReviewMeetingRequested,
    OffSiteReviewOutcomeNotified,
    Party,
)
from .off_site_state import (
    CORRECT,
    OffSiteDirection,
    given,
    ids,
    may_decline,
    met,
    nothing_requested,
    requested,
    running,
)

Parties = Annotated[tuple[Party, ...], Field(min_length=1, max_length=4)]

# --- commands ---


class RequestOffSiteReviewMeeting(Command):
    """Record a written request for a review meeting."""

    direction_id: UUID
    asked_by: AskedBy


class DeclineOffSiteReviewMeeting(Command):
    """Decline the meeting that was asked for; possible only where one was held in the ten weeks before."""

    direction_id: UUID


class InviteToOffSiteReview(Command):
    """Record that everybody was invited to a review meeting, in writing; sent again for another day, it moves it."""

    direction_id: UUID
    meeting_id: NewId = UNFILLED
    meeting_on: date
    invited: Parties


class HoldOffSiteReviewMeeting(Command):
    """Record a review meeting. Beyond 12 weeks from the start the panel must have approved a later end."""

    direction_id: UUID
    meeting_id: NewId = UNFILLED
    """Of a meeting without an invitation; one that was invited to has its id already."""
    outcome: MeetingOutcome
    ends_on: date | None = None
    panel_approved_on: date | None = None
    next_review_on: date | None = None
    notes: Personal[Text] | None = None

    @model_validator(mode="after")
    def _a_new_end_is_said(self) -> Self:
        if (self.outcome is MeetingOutcome.CHANGE_END) != (self.ends_on is not None):
            raise ValueError("ends_on goes with outcome CHANGE_END, and only with it")
        return self


class NotifyOffSiteReviewOutcome(Command):
    """Record that the board told those concerned in writing what it decided after a meeting."""

    direction_id: UUID
    meeting_id: UUID
    recipients: Parties


# --- decisions ---


def _request(c: RequestOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    return [
        OffSiteReviewMeetingRequested(
            **ids(c, s),
            asked_by=c.asked_by,
            last_meeting_on=s.last_meeting_before(c.occurred_on),
            must_be_held=s.must_meet(c.occurred_on),
        )
    ]


def _decline(c: DeclineOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    return [OffSiteReviewMeetingDeclined(**ids(c, s))]


def _invite(c: InviteToOffSiteReview, s: OffSiteDirection) -> Sequence[Event]:
    moved = s.invitation
    refuse(
        unless(
            c.meeting_on >= c.occurred_on,
            "meeting-in-the-past",
            f"The invitation of {c.occurred_on} cannot be to a meeting of {c.meeting_on}.",
        ),
        unless(
            moved is None or moved.meeting_on != c.meeting_on,
            "invited-already",
            f"Everybody was invited to it on {moved and moved.sent_on}. {CORRECT}",
        ),
        _left_out(c.invited, s, what="invited"),
    )
    return [
        OffSiteReviewInvitationSent(
            **ids(c, s),
            meeting_id=c.meeting_id if moved is None else moved.meeting_id,
            meeting_on=c.meeting_on,
            instead_of=None if moved is None else moved.meeting_on,
            invited=c.invited,
        )
    ]


def _is_invited(c: InviteToOffSiteReview, s: OffSiteDirection) -> bool:
    return s.invitation is not None and (s.invitation.sent_on, s.invitation.meeting_on) == (c.occurred_on, c.meeting_on)


def _left_out(parties: tuple[Party, ...], s: OffSiteDirection, *, what: str) -> list[Condition]:
    return unless(
        bool({Party.PARENT, Party.YOUNG_PERSON} & set(parties)),
        "family-left-out",
        f"The parent, or the pupil at 18 or over, must be {what}.",
    ) + unless(
        not s.has_plan or Party.LOCAL_AUTHORITY in parties,
        "authority-left-out",
        f"The pupil has an EHC plan; the authority that maintains it must be {what} too.",
    )


def _hold(c: HoldOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    assert s.starts_on is not None
    assert s.ends_on is not None
    invitation = s.invited_to(c.occurred_on)
    ends_on = c.occurred_on if c.outcome is MeetingOutcome.END else c.ends_on or s.ends_on
    longer = ends_on > s.ends_on and ends_on - s.starts_on > TWELVE_WEEKS
    ends_now = c.outcome is MeetingOutcome.END
    next_on = None if ends_now else c.next_review_on or c.occurred_on + HALF_TERM
    refuse(
        unless(
            c.occurred_on not in s.meetings,
            "meeting-recorded",
            f"A meeting of {c.occurred_on} is recorded with the outcome {s.meetings.get(c.occurred_on)}. {CORRECT}",
        ),
        unless(
            ends_on >= s.starts_on or ends_now,
            "end-before-start",
            f"The direction starts on {s.starts_on}; it cannot end before.",
        ),
        unless(
            not longer or c.panel_approved_on is not None,
            "panel-approval-needed",
            f"Beyond 12 weeks, {s.starts_on + TWELVE_WEEKS}, the panel must approve; say when it did.",
        ),
        unless(
            next_on is None or next_on > c.occurred_on,
            "next-review-not-later",
            f"The next review must come after this one of {c.occurred_on}.",
        ),
    )
    return [
        OffSiteReviewMeetingHeld(
            **ids(c, s),
            person_id=s.person_id,
            meeting_id=invitation.meeting_id if invitation is not None else c.meeting_id,
            outcome=c.outcome,
            ends_on=ends_on,
            panel_approved_on=c.panel_approved_on,
            next_review_on=next_on,
            notes=c.notes,
        )
    ]


def _tell(c: NotifyOffSiteReviewOutcome, s: OffSiteDirection) -> Sequence[Event]:
    held_on = s.held.get(c.meeting_id)
    refuse(
        unless(held_on is not None, "no-such-meeting", "No review meeting of this direction has that id."),
        unless(
            c.meeting_id not in s.outcomes_told,
            "outcome-told",
            f"Those concerned were told on {s.outcomes_told.get(c.meeting_id)}. {CORRECT}",
        ),
        unless(
            held_on is None or c.occurred_on >= held_on,
            "notice-before-meeting",
            f"The notice of {c.occurred_on} cannot come before the meeting of {held_on}.",
        ),
        _left_out(c.recipients, s, what="told"),
    )
    return [OffSiteReviewOutcomeNotified(**ids(c, s), meeting_id=c.meeting_id, recipients=c.recipients)]


decisions = [
    Decision(
        RequestOffSiteReviewMeeting,
        _request,
        when=[given, running, nothing_requested],
        already=lambda c, s: s.requested_on == c.occurred_on,
    ),
    Decision(DeclineOffSiteReviewMeeting, _decline, when=[running, requested, may_decline]),
    Decision(InviteToOffSiteReview, _invite, when=[given, running], already=_is_invited),
    Decision(
        HoldOffSiteReviewMeeting,
        _hold,
        when=[given, running],
        already=lambda c, s: s.meetings.get(c.occurred_on) is c.outcome,
    ),
    Decision(
        NotifyOffSiteReviewOutcome,
        _tell,
        when=[given, met],
        already=lambda c, s: s.outcomes_told.get(c.meeting_id) == c.occurred_on,
    ),
]
