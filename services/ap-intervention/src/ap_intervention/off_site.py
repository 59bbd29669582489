"""An off-site direction: a school sends a pupil elsewhere for a time to improve behaviour.

Education Act 2002, s.29A; SI 2010/1156 as amended by SI 2012/2532. Academies do the same by their articles. The old
30-day review was repealed on 1 January 2013; reviews are at intervals suited to the pupil. The meetings themselves are
in ``off_site_review``; it is the same stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Decider, Decision, Event, NewId, Personal, Reference

from . import off_site_review
from .ap_case import ApCase, ap_case
from .codes import Short, Text
from .conditions import of_its_person, refuse, unless
from .dates import HALF_TERM, weekdays_from
from .off_site_events import OffSiteDirectionEnded, OffSiteDirectionNoticeGiven, OffSiteEvent
from .off_site_state import OffSiteDirection, evolve, given, ids, not_given, running

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


class EndOffSiteDirection(Command):
    """Record the end of the direction; ``occurred_on`` is the last day."""

    direction_id: UUID
    reason: Literal["TIME_OVER", "REVIEW", "WITHDRAWN"]


# --- decisions ---


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


def _end(c: EndOffSiteDirection, s: OffSiteDirection) -> Sequence[Event]:
    return [OffSiteDirectionEnded(**ids(c, s), reason=c.reason)]


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
            when=[not_given],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        *off_site_review.decisions,
        Decision(
            EndOffSiteDirection,
            _end,
            when=[given, running],
            already=lambda c, s: (s.ended_on, s.end_reason) == (c.occurred_on, c.reason),
        ),
    ],
)
