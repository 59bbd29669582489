"""What this service must know about a child across its own streams; one stream per case, written by reactions only.

Rules look here where one exclusion or one referral alone cannot answer: does the child hold an EHC plan, and how
many school days of suspension has the child had this school year?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never
from uuid import UUID

from shared import Command, Condition, DateCorrected, Decider, Decision, Event

from .conditions import unless
from .dates import school_year_of

# --- events ---


class EhcPlanNoted(Event):
    """It became known here that the child holds an EHC plan."""

    type: Literal["ap-intervention.ehc-plan-noted"] = "ap-intervention.ehc-plan-noted"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    intervention_ids: tuple[UUID, ...]
    """The child's interventions that have not ended."""


class EhcPlanEndNoted(Event):
    """It became known here that the child's EHC plan ceased or moved to another authority."""

    type: Literal["ap-intervention.ehc-plan-end-noted"] = "ap-intervention.ehc-plan-end-noted"
    case_id: UUID
    plan_id: UUID
    intervention_ids: tuple[UUID, ...]


class InterventionNoted(Event):
    """An intervention was added to what is known of the child."""

    type: Literal["ap-intervention.intervention-noted"] = "ap-intervention.intervention-noted"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    plan_held: bool


class InterventionEndNoted(Event):
    """An intervention of the child ended."""

    type: Literal["ap-intervention.intervention-end-noted"] = "ap-intervention.intervention-end-noted"
    case_id: UUID
    intervention_id: UUID


class ExclusionNoted(Event):
    """A suspension or permanent exclusion was added to what is known of the child. ``occurred_on`` is its first day."""

    type: Literal["ap-intervention.exclusion-noted"] = "ap-intervention.exclusion-noted"
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    school_days: Decimal
    """School days of suspension, halves included; 0 for a permanent exclusion."""


class ExclusionCancellationNoted(Event):
    """A suspension or permanent exclusion was cancelled; the days served still count towards the 45."""

    type: Literal["ap-intervention.exclusion-cancellation-noted"] = "ap-intervention.exclusion-cancellation-noted"
    case_id: UUID
    exclusion_id: UUID
    school_days_served: Decimal


class ApCaseDateCorrected(DateCorrected):
    """The date of an earlier note about a child was wrong."""

    type: Literal["ap-intervention.ap-case-date-corrected"] = "ap-intervention.ap-case-date-corrected"
    case_id: UUID


ApCaseEvent = (
    EhcPlanNoted
    | EhcPlanEndNoted
    | InterventionNoted
    | InterventionEndNoted
    | ExclusionNoted
    | ExclusionCancellationNoted
    | ApCaseDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class KnownExclusion:
    exclusion_id: UUID
    first_day: date
    school_days: Decimal
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ApCase:
    plan_id: UUID | None = None
    """The plan held now."""
    open_interventions: tuple[UUID, ...] = ()
    ended_interventions: tuple[UUID, ...] = ()
    exclusions: tuple[KnownExclusion, ...] = ()

    @property
    def plan_held(self) -> bool:
        return self.plan_id is not None

    def days_suspended_before(self, on: date) -> Decimal:
        """School days of suspension known here that began earlier in the school year of a date."""
        year = school_year_of(on)
        earlier = (e for e in self.exclusions if e.first_day < on and school_year_of(e.first_day) == year)
        return sum((e.school_days for e in earlier), Decimal(0))

    def excluded_from(self, on: date, *, permanently: bool) -> bool:
        """An exclusion of that kind with that first day is known and was not cancelled."""
        return any(
            e.first_day == on and not e.cancelled and (e.school_days == 0) == permanently for e in self.exclusions
        )

    def exclusion(self, exclusion_id: UUID) -> KnownExclusion | None:
        return next((e for e in self.exclusions if e.exclusion_id == exclusion_id), None)


def unknown_exclusion(case: ApCase, exclusion_id: UUID | None, *, named: str) -> list[Condition]:
    """What is wrong with an exclusion's id that a command gives in ``named``; nothing where it gives none.

    Of the child's own case: another child's exclusion is as unknown here as one that never was.
    """
    return unless(
        exclusion_id is None or case.exclusion(exclusion_id) is not None,
        "no-such-exclusion",
        f"The child has no exclusion with the id in {named}; one recorded this moment is known here a little later.",
    )


def evolve(state: ApCase, event: ApCaseEvent) -> ApCase:
    match event:
        case EhcPlanNoted():
            return replace(state, plan_id=event.plan_id)
        case EhcPlanEndNoted():
            return replace(state, plan_id=None)
        case InterventionNoted():
            return replace(state, open_interventions=(*state.open_interventions, event.intervention_id))
        case InterventionEndNoted():
            still_open = tuple(i for i in state.open_interventions if i != event.intervention_id)
            ended = (*state.ended_interventions, event.intervention_id)
            return replace(state, open_interventions=still_open, ended_interventions=ended)
        case ExclusionNoted():
            known = KnownExclusion(event.exclusion_id, event.occurred_on, event.school_days)
            return replace(state, exclusions=(*state.exclusions, known))
        case ExclusionCancellationNoted():
            return replace(
                state,
                exclusions=tuple(
                    replace(e, school_days=event.school_days_served, cancelled=True)
                    if e.exclusion_id == event.exclusion_id
                    else e
                    for e in state.exclusions
                ),
            )
        case ApCaseDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands; all of them come from reactions ---


class NoteEhcPlan(Command):
    """Note that the child holds an EHC plan."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID


class NoteEhcPlanEnd(Command):
    """Note that the child's EHC plan ceased, or went to another authority."""

    case_id: UUID
    plan_id: UUID


class NoteIntervention(Command):
    """Note an intervention that was agreed for the child."""

    case_id: UUID
    person_id: UUID
    intervention_id: UUID


class NoteInterventionEnd(Command):
    """Note that an intervention of the child was concluded or cancelled."""

    case_id: UUID
    intervention_id: UUID


class NoteExclusion(Command):
    """Note a suspension or permanent exclusion of the child; ``occurred_on`` is its first day."""

    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    school_days: Decimal


class NoteExclusionCancellation(Command):
    """Note that an exclusion of the child was cancelled, and how many school days had been served."""

    case_id: UUID
    exclusion_id: UUID
    school_days_served: Decimal


# --- decisions ---


def _note_plan(c: NoteEhcPlan, s: ApCase) -> Sequence[Event]:
    return [
        EhcPlanNoted(
            occurred_on=c.occurred_on,
            case_id=c.case_id,
            person_id=c.person_id,
            plan_id=c.plan_id,
            intervention_ids=s.open_interventions,
        )
    ]


def _note_plan_end(c: NoteEhcPlanEnd, s: ApCase) -> Sequence[Event]:
    return [
        EhcPlanEndNoted(
            occurred_on=c.occurred_on, case_id=c.case_id, plan_id=c.plan_id, intervention_ids=s.open_interventions
        )
    ]


def _note_intervention(c: NoteIntervention, s: ApCase) -> Sequence[Event]:
    return [
        InterventionNoted(
            occurred_on=c.occurred_on,
            case_id=c.case_id,
            person_id=c.person_id,
            intervention_id=c.intervention_id,
            plan_held=s.plan_held,
        )
    ]


def _note_intervention_end(c: NoteInterventionEnd, _: ApCase) -> Sequence[Event]:
    return [InterventionEndNoted(occurred_on=c.occurred_on, case_id=c.case_id, intervention_id=c.intervention_id)]


def _note_exclusion(c: NoteExclusion, _: ApCase) -> Sequence[Event]:
    return [
        ExclusionNoted(
            occurred_on=c.occurred_on,
            case_id=c.case_id,
            person_id=c.person_id,
            exclusion_id=c.exclusion_id,
            school_days=c.school_days,
        )
    ]


def _note_cancellation(c: NoteExclusionCancellation, _: ApCase) -> Sequence[Event]:
    return [
        ExclusionCancellationNoted(
            occurred_on=c.occurred_on,
            case_id=c.case_id,
            exclusion_id=c.exclusion_id,
            school_days_served=c.school_days_served,
        )
    ]


def _cancellation_is_moot(c: NoteExclusionCancellation, s: ApCase) -> bool:
    known = s.exclusion(c.exclusion_id)
    return known is None or known.cancelled


# Each may meet a case this service has never heard of, so each may open the stream; what is moot changes nothing.
ap_case = Decider(
    name="ap-case",
    key="case_id",
    initial=ApCase(),
    evolve=evolve,
    events=ApCaseEvent,
    decisions=[
        Decision(NoteEhcPlan, _note_plan, already=lambda c, s: s.plan_id == c.plan_id, opens=True),
        Decision(NoteEhcPlanEnd, _note_plan_end, already=lambda c, s: s.plan_id != c.plan_id, opens=True),
        Decision(
            NoteIntervention,
            _note_intervention,
            already=lambda c, s: c.intervention_id in (*s.open_interventions, *s.ended_interventions),
            opens=True,
        ),
        Decision(
            NoteInterventionEnd,
            _note_intervention_end,
            already=lambda c, s: c.intervention_id not in s.open_interventions,
            opens=True,
        ),
        Decision(
            NoteExclusion,
            _note_exclusion,
            already=lambda c, s: s.exclusion(c.exclusion_id) is not None,
            opens=True,
        ),
        Decision(NoteExclusionCancellation, _note_cancellation, already=_cancellation_is_moot, opens=True),
    ],
)
