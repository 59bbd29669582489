"""What happens in an off-site direction."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from shared import DateCorrected, Event, NotBefore, Personal


class AskedBy(StrEnum):
    """Who may ask in writing for a review meeting (reg 4A); the authority is the one that maintains a plan."""

    PARENT = "PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"


class MeetingOutcome(StrEnum):
    """What a review meeting decided about the direction."""

    CONTINUE = "CONTINUE"
    CHANGE_END = "CHANGE_END"
    END = "END"


class Party(StrEnum):
    """Whom the board invites to a review meeting and tells of its outcome (regs 5, 6)."""

    PARENT = "PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    """The pupil, at 18 or over."""
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    """The one that maintains the pupil's plan."""
    PROVIDER = "PROVIDER"


class OffSiteDirectionNoticeGiven(Event):
    """Written notice of an off-site direction was given (reg 3). ``occurred_on`` is the day it was given."""

    type: Literal["ap-intervention.off-site-direction-notice-given"] = "ap-intervention.off-site-direction-notice-given"
    case_id: UUID
    person_id: UUID
    direction_id: UUID
    setting_id: UUID
    """The directing school; its calendar counts the school days."""
    provider_id: UUID | None = None
    referral_id: UUID | None = None
    starts_on: date
    ends_on: Annotated[date, NotBefore("starts_on")]
    school_days: int
    has_plan: bool
    authority_copied: bool
    next_review_on: date
    address: Personal[str]
    report_to: Personal[str]
    session_times: Personal[str]
    reasons_and_objectives: Personal[str]


class OffSiteReviewMeetingRequested(Event):
    """A review meeting was asked for in writing. ``occurred_on`` is the day the request arrived."""

    type: Literal["ap-intervention.off-site-review-meeting-requested"] = (
        "ap-intervention.off-site-review-meeting-requested"
    )
    case_id: UUID
    direction_id: UUID
    asked_by: AskedBy
    last_meeting_on: date | None
    """The last meeting before the request."""
    must_be_held: bool
    """False where a meeting was held in the ten weeks before: the board may decline."""


class OffSiteReviewMeetingDeclined(Event):
    """The board declined a meeting, as one had been held in the ten weeks before the request."""

    type: Literal["ap-intervention.off-site-review-meeting-declined"] = (
        "ap-intervention.off-site-review-meeting-declined"
    )
    case_id: UUID
    direction_id: UUID


class OffSiteReviewInvitationSent(Event):
    """A review meeting was fixed, or moved, and everybody concerned was invited to it (reg 5)."""

    type: Literal["ap-intervention.off-site-review-invitation-sent"] = "ap-intervention.off-site-review-invitation-sent"
    case_id: UUID
    direction_id: UUID
    meeting_id: UUID
    meeting_on: Annotated[date, NotBefore("occurred_on")]
    instead_of: date | None = None
    """The day for which it had been fixed before."""
    invited: tuple[Party, ...]


class OffSiteReviewMeetingHeld(Event):
    """A review meeting was held."""

    type: Literal["ap-intervention.off-site-review-meeting-held"] = "ap-intervention.off-site-review-meeting-held"
    case_id: UUID
    person_id: UUID
    direction_id: UUID
    meeting_id: UUID | None = None
    """That of its invitation, where there was one. None in what was recorded before meetings had ids."""
    outcome: MeetingOutcome
    ends_on: date
    """When the direction is to end, after the meeting."""
    panel_approved_on: date | None = None
    next_review_on: date | None
    notes: Personal[str] | None = None


class OffSiteReviewOutcomeNotified(Event):
    """The board told those concerned in writing what it decided after a review meeting (reg 6)."""

    type: Literal["ap-intervention.off-site-review-outcome-notified"] = (
        "ap-intervention.off-site-review-outcome-notified"
    )
    case_id: UUID
    direction_id: UUID
    meeting_id: UUID
    recipients: tuple[Party, ...]


class OffSiteDirectionEnded(Event):
    """The off-site direction ended. ``occurred_on`` is the last day."""

    type: Literal["ap-intervention.off-site-direction-ended"] = "ap-intervention.off-site-direction-ended"
    case_id: UUID
    direction_id: UUID
    reason: Literal["TIME_OVER", "REVIEW", "WITHDRAWN"]


class OffSiteDirectionDateCorrected(DateCorrected):
    """The date of an earlier event of an off-site direction was wrong."""

    type: Literal["ap-intervention.off-site-direction-date-corrected"] = (
        "ap-intervention.off-site-direction-date-corrected"
    )
    case_id: UUID
    direction_id: UUID


OffSiteEvent = (
    OffSiteDirectionNoticeGiven
    | OffSiteReviewMeetingRequested
    | OffSiteReviewMeetingDeclined
    | OffSiteReviewInvitationSent
    | OffSiteReviewMeetingHeld
    | OffSiteReviewOutcomeNotified
    | OffSiteDirectionEnded
    | OffSiteDirectionDateCorrected
)
