"""An off-site direction: a school sends a pupil elsewhere for a time to improve behaviour.

Education Act 2002, s.29A; SI 2010/1156 as amended by SI 2012/2532. Academies do the same by their articles. The old
30-day review was repealed on 1 January 2013; reviews are at intervals suited to the pupil.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Decider, Decision, Event, NewId, Personal, Reference

from .ap_case import ApCase, ap_case
from .codes import Short, Text
from .conditions import correct_at, need, of_its_person, once, refuse, unless
from .dates import HALF_TERM, TEN_WEEKS, TWELVE_WEEKS, weekdays_from
from .off_site_events import (
    AskedBy,
    MeetingOutcome,
    OffSiteDirectionDateCorrected,
    OffSiteDirectionEnded,
    OffSiteDirectionNoticeGiven,
    OffSiteEvent,
    OffSiteReviewMeetingDeclined,
    OffSiteReviewMeetingHeld,
    OffSiteReviewMeetingRequested,
)

# --- state ---


@dataclass(frozen=True, slots=True)
class OffSiteDirection:
    case_id: UUID | None = None
    person_id: UUID | None = None
    direction_id: UUID | None = None
    notice_given_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    next_review_on: date | None = None
    meetings: Mapping[date, MeetingOutcome] = field(default_factory=dict)
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


def evolve(state: OffSiteDirection, event: OffSiteEvent) -> OffSiteDirection:
    match event:
        case OffSiteDirectionNoticeGiven():
            return replace(
                state,
                case_id=event.case_id,
                person_id=event.person_id,
                direction_id=event.direction_id,
                notice_given_on=event.occurred_on,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                next_review_on=event.next_review_on,
            )
        case OffSiteReviewMeetingRequested():
            return replace(state, requested_on=event.occurred_on)
        case OffSiteReviewMeetingDeclined():
            return replace(state, requested_on=None)
        case OffSiteReviewMeetingHeld():
            return replace(
                state,
                meetings={**state.meetings, event.occurred_on: event.outcome},
                requested_on=None,
                ends_on=event.ends_on,
                next_review_on=event.next_review_on,
            )
        case OffSiteDirectionEnded():
            return replace(state, ended_on=event.occurred_on, end_reason=event.reason, next_review_on=None)
        case OffSiteDirectionDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class GiveOffSiteDirectionNotice(Command):
    """Record the written notice of an off-site direction; ``occurred_on`` is the day it was given.

    At least two school days must lie from that day to the first day off site. Without ``next_review_on`` the first
    review is in half a term (six weeks).
    """

    direction_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    setting_id: UUID
    provider_id: UUID | None = None
    referral_id: UUID | None = None
    starts_on: date
    ends_on: date
    school_days: Annotated[int, Field(ge=1, le=200)]
    """Reg 3: the number of days the direction is for."""
    has_plan: bool = False
    authority_copied: bool = False
    next_review_on: date | None = None
    address: Personal[Text]
    report_to: Personal[Short]
    session_times: Personal[Text]
    reasons_and_objectives: Personal[Text]

    @model_validator(mode="after")
    def _the_dates_fit(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on must not be before starts_on")
        if self.next_review_on is not None and self.next_review_on <= self.starts_on:
            raise ValueError("next_review_on must be after starts_on")
        return self


class RequestOffSiteReviewMeeting(Command):
    """Record a written request for a review meeting."""

    direction_id: UUID
    asked_by: AskedBy


class DeclineOffSiteReviewMeeting(Command):
    """Decline the meeting that was asked for; possible only where one was held in the ten weeks before."""

    direction_id: UUID


class HoldOffSiteReviewMeeting(Command):
    """Record a review meeting. Beyond 12 weeks from the start the panel must have approved a later end."""

    direction_id: UUID
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


class EndOffSiteDirection(Command):
    """Record the end of the direction; ``occurred_on`` is the last day."""

    direction_id: UUID
    reason: Literal["TIME_OVER", "REVIEW", "WITHDRAWN"]


# --- decisions ---


def _ids(c: Command, s: OffSiteDirection) -> dict[str, Any]:
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "direction_id": s.direction_id}


def _give_notice(c: GiveOffSiteDirectionNotice, _: OffSiteDirection, case: ApCase) -> Sequence[Event]:
    has_plan = c.has_plan or case.plan_held
    refuse(
        of_its_person(c, case_id=c.case_id, person_id=c.person_id),
        unless(
            # Holidays can only make it fewer: the deadline engine knows the school's calendar and counts those.
            weekdays_from(c.occurred_on, before=c.starts_on) >= 2,
            "notice-too-short",
            f"Notice must be given at least two school days before the start; from {c.occurred_on} to {c.starts_on} "
            "there are not two weekdays. Let the direction start later.",
        ),
        unless(
            not has_plan or c.authority_copied,
            "authority-not-copied",
            "The pupil has an EHC plan; the authority that maintains it must have a copy of the notice.",
        ),
    )
    names = ("occurred_on", "case_id", "person_id", "direction_id", "setting_id", "provider_id", "referral_id")
    more = ("starts_on", "ends_on", "school_days", "authority_copied")
    sealed = ("address", "report_to", "session_times", "reasons_and_objectives")
    values = {name: getattr(c, name) for name in (*names, *more, *sealed)}
    next_review_on = c.next_review_on or min(c.starts_on + HALF_TERM, c.ends_on)
    return [OffSiteDirectionNoticeGiven(**values, has_plan=has_plan, next_review_on=next_review_on)]


def _request(c: RequestOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    return [
        OffSiteReviewMeetingRequested(
            **_ids(c, s),
            asked_by=c.asked_by,
            last_meeting_on=s.last_meeting_before(c.occurred_on),
            must_be_held=s.must_meet(c.occurred_on),
        )
    ]


def _decline(c: DeclineOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    return [OffSiteReviewMeetingDeclined(**_ids(c, s))]


def _hold(c: HoldOffSiteReviewMeeting, s: OffSiteDirection) -> Sequence[Event]:
    assert s.starts_on is not None
    assert s.ends_on is not None
    ends_on = c.occurred_on if c.outcome is MeetingOutcome.END else c.ends_on or s.ends_on
    longer = ends_on > s.ends_on and ends_on - s.starts_on > TWELVE_WEEKS
    ends_now = c.outcome is MeetingOutcome.END
    next_on = None if ends_now else c.next_review_on or c.occurred_on + HALF_TERM
    refuse(
        unless(
            c.occurred_on not in s.meetings,
            "meeting-recorded",
            f"A meeting of {c.occurred_on} is recorded with the outcome {s.meetings.get(c.occurred_on)}. {_CORRECT}",
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
            **_ids(c, s),
            person_id=s.person_id,
            outcome=c.outcome,
            ends_on=ends_on,
            panel_approved_on=c.panel_approved_on,
            next_review_on=next_on,
            notes=c.notes,
        )
    ]


def _end(c: EndOffSiteDirection, s: OffSiteDirection) -> Sequence[Event]:
    return [OffSiteDirectionEnded(**_ids(c, s), reason=c.reason)]


_CORRECT = correct_at("/off-site-directions/{direction_id}")

_given = need(
    lambda s: s.direction_id is not None, "no-direction", "Record the notice first: POST /off-site-directions."
)
_not_given = once(lambda s: s.notice_given_on, "notice-given", "The notice of this direction was given", _CORRECT)
_running = once(lambda s: s.ended_on, "direction-ended", "The off-site direction ended", _CORRECT)
_nothing_requested = once(
    lambda s: s.requested_on, "meeting-requested", "A meeting is waited for that was requested", _CORRECT
)
_requested = need(lambda s: s.requested_on is not None, "no-meeting-requested", "No request is waiting for a meeting.")
_may_decline = need(
    lambda s: s.requested_on is None or not s.must_meet(s.requested_on),
    "meeting-must-be-held",
    "No review meeting was held in the ten weeks before the request; one must be held as soon as is practicable.",
)

off_site_direction = Decider(
    name="off-site-direction",
    key="direction_id",
    initial=OffSiteDirection(),
    evolve=evolve,
    events=OffSiteEvent,
    decisions=[
        Decision(
            GiveOffSiteDirectionNotice,
            _give_notice,
            when=[_not_given],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        Decision(
            RequestOffSiteReviewMeeting,
            _request,
            when=[_given, _running, _nothing_requested],
            already=lambda c, s: s.requested_on == c.occurred_on,
        ),
        Decision(DeclineOffSiteReviewMeeting, _decline, when=[_running, _requested, _may_decline]),
        Decision(
            HoldOffSiteReviewMeeting,
            _hold,
            when=[_given, _running],
            already=lambda c, s: s.meetings.get(c.occurred_on) is c.outcome,
        ),
        Decision(
            EndOffSiteDirection,
            _end,
            when=[_given, _running],
            already=lambda c, s: (s.ended_on, s.end_reason) == (c.occurred_on, c.reason),
        ),
    ],
)
