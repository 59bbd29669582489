"""A suspension or permanent exclusion: the head's part, the notices, and education from the sixth school day.

What the governing board and the independent review panel do is in ``board``; it is the same stream.
Education Act 2002, s.51A; Education and Inspections Act 2006, ss.100 to 104; SI 2012/1033; SI 2007/1870.
Clocks in school days are the deadline engine's: here is no school calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decider, Decision, Event, NewId, Personal, Reference

from . import board
from .ap_case import ApCase, ap_case, unknown_exclusion
from .codes import ExclusionReason, Text
from .conditions import of_its_person, refuse, unless
from .exclusion_events import (
    AlsoTold,
    AuthorityNotifiedOfExclusion,
    DutyHolder,
    EducationArrangementsNotified,
    ExclusionCancelled,
    ExclusionEvent,
    Notice,
    NotOwed,
    ParentNotifiedOfExclusion,
    PupilPermanentlyExcluded,
    PupilSuspended,
    SixthDayProvisionArranged,
)
from .exclusion_state import (
    CORRECT,
    Exclusion,
    Kind,
    SixthDay,
    authority_not_told,
    board_has_not_met,
    evolve,
    ids,
    not_cancelled,
    not_recorded,
    parent_not_told,
    personal_ids,
    recorded,
)
from .provider import provider
from .provider_state import Provider, in_the_way_of_a_start

CAP = 45
"""The most school days of suspension in a school year (SI 2012/1033); lunchtimes count as halves."""

FORTY_EIGHT_HOURS = timedelta(days=2)
"""Notice of education arrangements that is given after the first day (SI 2007/1870 reg 6), in whole days."""

Days = Annotated[Decimal, Field(ge=0, le=200, multiple_of=Decimal("0.5"))]
Reasons = Annotated[tuple[ExclusionReason, ...], Field(min_length=1, max_length=3)]
YearGroup = Annotated[int, Field(ge=0, le=14)]

# --- commands ---


class RecordSuspension(Command):
    """Record a suspension; ``occurred_on`` is its first day, and a part of a day makes it that day."""

    exclusion_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    setting_id: UUID
    decided_on: date | None = None
    """The day of the head's decision; the first day if left out."""
    school_days: Annotated[Days, Field(gt=0)]
    term_total: Days
    year_total: Days
    reason_codes: Reasons
    continues_exclusion_id: UUID | None = None
    misses_public_exam: bool = False
    has_plan: bool = False
    year_group: YearGroup | None = None
    reasons: Personal[Text] | None = None


class RecordPermanentExclusion(Command):
    """Record a permanent exclusion; ``occurred_on`` is its first day."""

    exclusion_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    setting_id: UUID
    decided_on: date | None = None
    term_total: Days = Decimal(0)
    year_total: Days = Decimal(0)
    reason_codes: Reasons
    continues_exclusion_id: UUID | None = None
    misses_public_exam: bool = False
    has_plan: bool = False
    year_group: YearGroup | None = None
    reasons: Personal[Text] | None = None


class CancelExclusion(Command):
    """Cancel an exclusion that the governing board has not considered, and say how many days were served."""

    exclusion_id: UUID
    school_days_served: Days
    reason: Personal[Text]


class NotifyParentOfExclusion(Command):
    """Record that the parent (the pupil if 18) was given the notice, without delay."""

    exclusion_id: UUID
    method: Notice
    public_place_days_stated: bool


class NotifyAuthorityOfExclusion(Command):
    """Record that the local authority was told, without delay and whatever the length."""

    exclusion_id: UUID
    also_told: tuple[AlsoTold, ...] = ()


class NotifyEducationArrangements(Command):
    """Record that the parent was told of the education during the exclusion.

    After the first day it takes 48 hours' notice, unless the parent agrees to less.
    """

    exclusion_id: UUID
    education_starts_on: date
    parent_agreed_to_short_notice: bool = False


class ArrangeSixthDayProvision(Command):
    """Record the full-time education arranged from the sixth school day, or why it is not owed."""

    exclusion_id: UUID
    starts_on: date | None = None
    full_time: bool
    provider_id: UUID | None = None
    """An AP provider of the register; none where a school or tutor service outside it teaches."""
    hours_per_week: Annotated[Decimal, Field(gt=0, le=40)] | None = None
    reason_not_owed: NotOwed | None = None

    @model_validator(mode="after")
    def _the_facts_fit(self) -> Self:
        if self.full_time and self.reason_not_owed is not None:
            raise ValueError("reason_not_owed goes with full_time false")
        if self.starts_on is None and self.reason_not_owed is not NotOwed.EXAMS_TAKEN:
            raise ValueError("starts_on is needed unless reason_not_owed is EXAMS_TAKEN")
        if self.reason_not_owed is NotOwed.PLAN_SPECIFIES_FEWER_HOURS and self.hours_per_week is None:
            raise ValueError("hours_per_week is needed where the plan specifies fewer hours")
        return self


# --- decisions ---


def _opening(c: RecordSuspension | RecordPermanentExclusion, case: ApCase) -> dict[str, Any]:
    names = ("occurred_on", "case_id", "person_id", "exclusion_id", "setting_id", "term_total", "year_total")
    more = ("reason_codes", "continues_exclusion_id", "misses_public_exam", "year_group", "reasons")
    values = {name: getattr(c, name) for name in (*names, *more)}
    return values | {"decided_on": c.decided_on or c.occurred_on, "has_plan": c.has_plan or case.plan_held}


def _not_possible(c: RecordSuspension | RecordPermanentExclusion, case: ApCase) -> list[Condition]:
    permanently = isinstance(c, RecordPermanentExclusion)
    return (
        of_its_person(c, case_id=c.case_id, person_id=c.person_id)
        + unless(
            c.decided_on is None or c.decided_on <= c.occurred_on,
            "decided-after-first-day",
            f"It was decided on {c.decided_on}, after its first day {c.occurred_on}; one of the dates is wrong.",
        )
        + unless(
            c.term_total <= c.year_total,
            "totals-do-not-fit",
            f"The term's total {c.term_total} cannot be more than the school year's, {c.year_total}.",
        )
        + unless(
            not case.excluded_from(c.occurred_on, permanently=permanently),
            "exclusion-recorded-already",
            f"An exclusion with the first day {c.occurred_on} is recorded for this child already.",
        )
        + unknown_exclusion(case, c.continues_exclusion_id, named="continues_exclusion_id")
    )


def _suspend(c: RecordSuspension, _: Exclusion, case: ApCase) -> Sequence[Event]:
    least = case.days_suspended_before(c.occurred_on) + c.school_days
    refuse(
        _not_possible(c, case),
        unless(
            c.school_days <= c.term_total,
            "totals-do-not-fit",
            f"The term's total {c.term_total} must include the {c.school_days} days of this suspension.",
        ),
        unless(
            least <= c.year_total or least > CAP,
            "year-total-too-low",
            f"With the suspensions recorded earlier this school year the total is {least}, not {c.year_total}.",
        ),
        unless(
            max(least, c.year_total) <= CAP,
            "over-45-days",
            f"A pupil can be suspended for 45 school days in a school year; with this one it would be "
            f"{max(least, c.year_total)}.",
        ),
    )
    return [PupilSuspended(**_opening(c, case), school_days=c.school_days)]


def _exclude(c: RecordPermanentExclusion, _: Exclusion, case: ApCase) -> Sequence[Event]:
    refuse(_not_possible(c, case))
    return [PupilPermanentlyExcluded(**_opening(c, case))]


def _cancel(c: CancelExclusion, s: Exclusion) -> Sequence[Event]:
    refuse(
        unless(
            s.school_days is None or c.school_days_served <= s.school_days,
            "more-days-served-than-imposed",
            f"The suspension was for {s.school_days} school days; no more can have been served.",
        )
    )
    return [ExclusionCancelled(**personal_ids(c, s), school_days_served=c.school_days_served, reason=c.reason)]


def _notify_parent(c: NotifyParentOfExclusion, s: Exclusion) -> Sequence[Event]:
    return [
        ParentNotifiedOfExclusion(**ids(c, s), method=c.method, public_place_days_stated=c.public_place_days_stated)
    ]


def _notify_authority(c: NotifyAuthorityOfExclusion, s: Exclusion) -> Sequence[Event]:
    return [AuthorityNotifiedOfExclusion(**ids(c, s), also_told=c.also_told)]


def _notify_arrangements(c: NotifyEducationArrangements, s: Exclusion) -> Sequence[Event]:
    assert s.first_day is not None
    refuse(
        unless(
            s.education_notified_for != c.education_starts_on,
            "education-notified",
            f"The parent was told of it on {s.education_notified_on}. {CORRECT}",
        )
    )
    in_time = c.occurred_on <= s.first_day or c.education_starts_on - c.occurred_on >= FORTY_EIGHT_HOURS
    refuse(
        unless(
            c.education_starts_on >= s.first_day,
            "education-before-exclusion",
            f"The exclusion began on {s.first_day}; education during it cannot start before.",
        ),
        unless(
            in_time or c.parent_agreed_to_short_notice,
            "less-than-48-hours-notice",
            f"Notice on {c.occurred_on} of education from {c.education_starts_on} is less than 48 hours; "
            "the parent must agree to that.",
        ),
    )
    return [
        EducationArrangementsNotified(
            **ids(c, s),
            education_starts_on=c.education_starts_on,
            parent_agreed_to_short_notice=c.parent_agreed_to_short_notice,
        )
    ]


def _arrange(c: ArrangeSixthDayProvision, s: Exclusion, at: Provider) -> Sequence[Event]:
    assert s.first_day is not None
    starts_on = c.starts_on or c.occurred_on
    refuse(
        unless(
            s.sixth_day is None or _asked(c, s.sixth_day.arranged_on) != s.sixth_day,
            "education-arranged",
            f"This was arranged on {s.sixth_day and s.sixth_day.arranged_on}. {CORRECT}",
        ),
        unless(
            c.full_time or c.reason_not_owed is not None,
            "full-time-education-owed",
            "From the sixth school day the education must be full time, unless SI 2007/1870 reg 5 says otherwise.",
        ),
        unless(
            starts_on >= s.first_day,
            "education-before-exclusion",
            f"The exclusion began on {s.first_day}; education during it cannot start before.",
        ),
        unless(
            c.reason_not_owed is not NotOwed.EXAMS_TAKEN or s.year_group in (None, 11),
            "not-year-11",
            "Only a pupil of year 11 who has taken all examinations is owed no education.",
        ),
        unless(
            c.reason_not_owed is not NotOwed.PLAN_SPECIFIES_FEWER_HOURS or s.has_plan,
            "no-plan-held",
            "The child is not known to hold an EHC plan that could specify fewer hours.",
        ),
        in_the_way_of_a_start(at, starts_on) if c.provider_id is not None else [],
    )
    return [
        SixthDayProvisionArranged(
            **ids(c, s),
            starts_on=starts_on,
            full_time=c.full_time,
            duty_holder=DutyHolder.HOME_AUTHORITY if s.kind is Kind.PERMANENT else DutyHolder.GOVERNING_BOARD,
            provider_id=c.provider_id,
            hours_per_week=c.hours_per_week,
            reason_not_owed=c.reason_not_owed,
        )
    ]


def _asked(c: ArrangeSixthDayProvision, arranged_on: date) -> SixthDay:
    starts_on = c.starts_on or c.occurred_on
    return SixthDay(arranged_on, starts_on, c.full_time, c.provider_id, c.hours_per_week, c.reason_not_owed)


def _arranged_so(c: ArrangeSixthDayProvision, s: Exclusion) -> bool:
    return s.sixth_day == _asked(c, c.occurred_on)


exclusion = Decider(
    name="exclusion",
    key="exclusion_id",
    initial=Exclusion(),
    evolve=evolve,
    events=ExclusionEvent,
    decisions=[
        Decision(
            RecordSuspension,
            _suspend,
            when=[not_recorded],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        Decision(
            RecordPermanentExclusion,
            _exclude,
            when=[not_recorded],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        Decision(
            CancelExclusion,
            _cancel,
            when=[recorded, not_cancelled, board_has_not_met],
            already=lambda c, s: (s.cancelled_on, s.school_days_served) == (c.occurred_on, c.school_days_served),
        ),
        Decision(
            NotifyParentOfExclusion,
            _notify_parent,
            when=[recorded, not_cancelled, parent_not_told],
            already=lambda c, s: s.parent_notified_on == c.occurred_on,
        ),
        Decision(
            NotifyAuthorityOfExclusion,
            _notify_authority,
            when=[recorded, authority_not_told],
            already=lambda c, s: s.authority_notified_on == c.occurred_on,
        ),
        Decision(
            NotifyEducationArrangements,
            _notify_arrangements,
            when=[recorded, not_cancelled],
            already=lambda c, s: (
                (s.education_notified_on, s.education_notified_for) == (c.occurred_on, c.education_starts_on)
            ),
        ),
        Decision(
            ArrangeSixthDayProvision,
            _arrange,
            when=[recorded, not_cancelled],
            already=_arranged_so,
            reads=Reference(provider, "provider_id"),
        ),
        *board.decisions,
    ],
)
