"""The authority's duty to arrange suitable education for a child who would not otherwise get it.

Education Act 1996, s.19. The duty arises when the authority becomes aware: for illness as soon as it is clear that
the absence will be 15 school days or more (guidance, December 2023), not on the 15th day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decider, Decision, Event, NewId, Personal, Reference

from .ap_case import ApCase, ap_case, unknown_exclusion
from .codes import Short, Text
from .conditions import correct_at, need, of_its_person, once, refuse, unless
from .dates import HALF_TERM
from .provider import provider
from .provider_state import Provider, in_the_way_of_a_start
from .section19_events import (
    Section19DutyDateCorrected,
    Section19DutyEnded,
    Section19DutyIdentified,
    Section19Event,
    Section19ProvisionArranged,
    Section19ProvisionReviewed,
    SicknessReturnReceived,
    WhyEnded,
    WhyOwed,
)

# --- state ---


@dataclass(frozen=True, slots=True)
class Provision:
    arranged_on: date
    starts_on: date
    provider_id: UUID | None
    hours_per_week: Decimal
    full_time: bool
    part_time_until: date | None


@dataclass(frozen=True, slots=True)
class Section19Duty:
    case_id: UUID | None = None
    person_id: UUID | None = None
    duty_id: UUID | None = None
    reason: WhyOwed | None = None
    identified_on: date | None = None
    sickness_return_on: date | None = None
    provision: Provision | None = None
    next_review_on: date | None = None
    reviews: Mapping[date, bool] = field(default_factory=dict)
    """By day: whether the education was found suitable."""
    ended_on: date | None = None
    end_reason: WhyEnded | None = None


def evolve(state: Section19Duty, event: Section19Event) -> Section19Duty:
    match event:
        case Section19DutyIdentified():
            return replace(
                state,
                case_id=event.case_id,
                person_id=event.person_id,
                duty_id=event.duty_id,
                reason=event.reason,
                identified_on=event.occurred_on,
            )
        case SicknessReturnReceived():
            return replace(state, sickness_return_on=event.occurred_on)
        case Section19ProvisionArranged():
            arranged = Provision(
                arranged_on=event.occurred_on,
                starts_on=event.starts_on,
                provider_id=event.provider_id,
                hours_per_week=event.hours_per_week,
                full_time=event.full_time,
                part_time_until=event.part_time_until,
            )
            return replace(state, provision=arranged, next_review_on=event.next_review_on)
        case Section19ProvisionReviewed():
            reviews = {**state.reviews, event.occurred_on: event.suitable}
            return replace(state, reviews=reviews, next_review_on=event.next_review_on)
        case Section19DutyEnded():
            return replace(state, ended_on=event.occurred_on, end_reason=event.reason, next_review_on=None)
        case Section19DutyDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class IdentifySection19Duty(Command):
    """Record that the authority became aware of the child; ``occurred_on`` is that day."""

    duty_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    reason: WhyOwed
    absent_from: date | None = None
    setting_id: UUID | None = None
    exclusion_id: UUID | None = None
    by_sickness_return: bool = False
    """The authority learned of it from the school's return of 15 days of illness, which is recorded with it."""
    evidence_refs: tuple[Short, ...] = ()
    circumstances: Personal[Text] | None = None

    @model_validator(mode="after")
    def _illness_has_a_first_day(self) -> Self:
        if self.reason is WhyOwed.ILLNESS and self.absent_from is None:
            raise ValueError("reason ILLNESS needs absent_from, the first day of absence")
        if self.by_sickness_return and self.reason is not WhyOwed.ILLNESS:
            raise ValueError("by_sickness_return goes with reason ILLNESS, and only with it")
        return self


class ReceiveSicknessReturn(Command):
    """Record the school's return of 15 days of illness, where the authority knew of the child before it came."""

    duty_id: UUID


class ArrangeSection19Provision(Command):
    """Record the education arranged, or arranged afresh. Part time needs reasons, an end and a review in six weeks."""

    duty_id: UUID
    starts_on: date
    provider_id: UUID | None = None
    """An AP provider of the register; none where a school, hospital or tutor service outside it teaches."""
    hours_per_week: Annotated[Decimal, Field(gt=0, le=40)]
    full_time: bool
    part_time_until: date | None = None
    next_review_on: date | None = None
    """Half a term (six weeks) from the start if left out."""
    reasons_if_part_time: Personal[Text] | None = None

    @model_validator(mode="after")
    def _part_time_is_explained(self) -> Self:
        if self.full_time and (self.part_time_until is not None or self.reasons_if_part_time is not None):
            raise ValueError("part_time_until and reasons_if_part_time go with full_time false")
        if not self.full_time and (self.part_time_until is None or self.reasons_if_part_time is None):
            raise ValueError("full_time false needs part_time_until and reasons_if_part_time")
        return self


class ReviewSection19Provision(Command):
    """Record a review of the education arranged."""

    duty_id: UUID
    suitable: bool
    next_review_on: date | None = None
    notes: Personal[Text] | None = None


class EndSection19Duty(Command):
    """Record that the duty no longer applies to the child."""

    duty_id: UUID
    reason: WhyEnded


# --- decisions ---


def _ids(c: Command, s: Section19Duty) -> dict[str, Any]:
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "duty_id": s.duty_id}


def _identify(c: IdentifySection19Duty, _: Section19Duty, case: ApCase) -> Sequence[Event]:
    refuse(
        of_its_person(c, case_id=c.case_id, person_id=c.person_id),
        unknown_exclusion(case, c.exclusion_id, named="exclusion_id"),
    )
    identified = Section19DutyIdentified(
        occurred_on=c.occurred_on,
        case_id=c.case_id,
        person_id=c.person_id,
        duty_id=c.duty_id,
        reason=c.reason,
        absent_from=c.absent_from,
        setting_id=c.setting_id,
        exclusion_id=c.exclusion_id,
        evidence_refs=c.evidence_refs,
        circumstances=c.circumstances,
    )
    if not c.by_sickness_return:
        return [identified]
    return [identified, SicknessReturnReceived(occurred_on=c.occurred_on, case_id=c.case_id, duty_id=c.duty_id)]


def _receive_return(c: ReceiveSicknessReturn, s: Section19Duty) -> Sequence[Event]:
    return [SicknessReturnReceived(**_ids(c, s))]


def _arrange(c: ArrangeSection19Provision, s: Section19Duty, at: Provider) -> Sequence[Event]:
    next_on = c.next_review_on or c.starts_on + HALF_TERM
    refuse(
        unless(
            s.provision is None or _asked(c, s.provision.arranged_on) != s.provision,
            "education-arranged",
            f"This was arranged on {s.provision and s.provision.arranged_on}. {_CORRECT}",
        ),
        unless(
            c.part_time_until is None or c.part_time_until > c.starts_on,
            "part-time-ends-before-start",
            f"The part-time education starts on {c.starts_on}; it must be limited to a later day.",
        ),
        _review_in_time(next_on, since=c.starts_on, part_time=not c.full_time),
        in_the_way_of_a_start(at, c.starts_on) if c.provider_id is not None else [],
    )
    return [
        Section19ProvisionArranged(
            **_ids(c, s),
            person_id=s.person_id,
            starts_on=c.starts_on,
            provider_id=c.provider_id,
            hours_per_week=c.hours_per_week,
            full_time=c.full_time,
            part_time_until=c.part_time_until,
            next_review_on=next_on,
            reasons_if_part_time=c.reasons_if_part_time,
        )
    ]


def _review(c: ReviewSection19Provision, s: Section19Duty) -> Sequence[Event]:
    assert s.provision is not None
    next_on = c.next_review_on or c.occurred_on + HALF_TERM
    refuse(
        unless(
            c.occurred_on not in s.reviews,
            "review-recorded",
            f"A review of {c.occurred_on} is recorded that found otherwise. {_CORRECT}",
        )
    )
    refuse(_review_in_time(next_on, since=c.occurred_on, part_time=not s.provision.full_time))
    return [
        Section19ProvisionReviewed(
            **_ids(c, s), person_id=s.person_id, suitable=c.suitable, next_review_on=next_on, notes=c.notes
        )
    ]


def _review_in_time(next_on: date, *, since: date, part_time: bool) -> list[Condition]:
    return unless(next_on > since, "next-review-not-later", f"The next review must come after {since}.") + unless(
        not part_time or next_on <= since + HALF_TERM,
        "part-time-review-too-late",
        f"Part-time education is reviewed within six weeks, by {since + HALF_TERM}.",
    )


def _end(c: EndSection19Duty, s: Section19Duty) -> Sequence[Event]:
    return [Section19DutyEnded(**_ids(c, s), reason=c.reason)]


def _asked(c: ArrangeSection19Provision, arranged_on: date) -> Provision:
    return Provision(arranged_on, c.starts_on, c.provider_id, c.hours_per_week, c.full_time, c.part_time_until)


def _arranged_so(c: ArrangeSection19Provision, s: Section19Duty) -> bool:
    return s.provision == _asked(c, c.occurred_on)


_CORRECT = correct_at("/section-19-duties/{duty_id}")

_identified = need(
    lambda s: s.duty_id is not None, "duty-not-identified", "Record the duty first: POST /section-19-duties."
)
_not_identified = once(lambda s: s.identified_on, "duty-identified", "The duty was identified", _CORRECT)
_owed = once(lambda s: s.ended_on, "duty-ended", "The duty no longer applies to the child; it ended", _CORRECT)
_of_illness = need(
    lambda s: s.reason in (None, WhyOwed.ILLNESS), "not-illness", "The child is not kept from school by illness."
)
_no_return_yet = once(lambda s: s.sickness_return_on, "return-received", "The school's return was received", _CORRECT)
_arranged = need(lambda s: s.provision is not None, "nothing-arranged", "No education has been arranged to review.")

section19_duty = Decider(
    name="section19-duty",
    key="duty_id",
    initial=Section19Duty(),
    evolve=evolve,
    events=Section19Event,
    decisions=[
        Decision(
            IdentifySection19Duty,
            _identify,
            when=[_not_identified],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        Decision(
            ReceiveSicknessReturn,
            _receive_return,
            when=[_identified, _owed, _of_illness, _no_return_yet],
            already=lambda c, s: s.sickness_return_on == c.occurred_on,
        ),
        Decision(
            ArrangeSection19Provision,
            _arrange,
            when=[_identified, _owed],
            already=_arranged_so,
            reads=Reference(provider, "provider_id"),
        ),
        Decision(
            ReviewSection19Provision,
            _review,
            when=[_owed, _arranged],
            already=lambda c, s: s.reviews.get(c.occurred_on) is c.suitable,
        ),
        Decision(
            EndSection19Duty,
            _end,
            when=[_identified, _owed],
            already=lambda c, s: (s.ended_on, s.end_reason) == (c.occurred_on, c.reason),
        ),
    ],
)
