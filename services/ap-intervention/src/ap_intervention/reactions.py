"""What this service does about news: of EHC plans, and of its own streams where one follows from another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared import Command, Incoming, react

from .ap_case import (
    NoteEhcPlan,
    NoteEhcPlanEnd,
    NoteExclusion,
    NoteExclusionCancellation,
    NoteIntervention,
    NoteInterventionEnd,
)
from .intervention_commands import AgreeIntervention, NotePlanHolding

PLAN = "send.plan.v1"
OWN = "send.ap-intervention.v1"

# --- does the child hold a plan? ---


class FinalPlanIssued(Incoming):
    type: Literal["plan.final-plan-issued"]
    case_id: UUID
    person_id: UUID
    plan_id: UUID


class PlanTransferredIn(Incoming):
    type: Literal["plan.plan-transferred-in"]
    case_id: UUID
    person_id: UUID
    plan_id: UUID


class PlanCeased(Incoming):
    type: Literal["plan.plan-ceased"]
    case_id: UUID
    plan_id: UUID


class PlanTransferredOut(Incoming):
    type: Literal["plan.plan-transferred-out"]
    case_id: UUID
    plan_id: UUID


def on_final_plan_issued(event: FinalPlanIssued) -> Sequence[Command]:
    return [
        NoteEhcPlan(
            occurred_on=event.occurred_on, case_id=event.case_id, person_id=event.person_id, plan_id=event.plan_id
        )
    ]


def on_plan_transferred_in(event: PlanTransferredIn) -> Sequence[Command]:
    """A plan that comes from another authority is maintained from the transfer on (SEND Regulations 2014, reg 15)."""
    return [
        NoteEhcPlan(
            occurred_on=event.occurred_on, case_id=event.case_id, person_id=event.person_id, plan_id=event.plan_id
        )
    ]


def on_plan_ceased(event: PlanCeased) -> Sequence[Command]:
    return [NoteEhcPlanEnd(occurred_on=event.occurred_on, case_id=event.case_id, plan_id=event.plan_id)]


def on_plan_transferred_out(event: PlanTransferredOut) -> Sequence[Command]:
    return [NoteEhcPlanEnd(occurred_on=event.occurred_on, case_id=event.case_id, plan_id=event.plan_id)]


# --- then the interventions must know ---


class EhcPlanNoted(Incoming):
    type: Literal["ap-intervention.ehc-plan-noted"]
    intervention_ids: tuple[UUID, ...]


class EhcPlanEndNoted(Incoming):
    type: Literal["ap-intervention.ehc-plan-end-noted"]
    intervention_ids: tuple[UUID, ...]


class InterventionNoted(Incoming):
    type: Literal["ap-intervention.intervention-noted"]
    intervention_id: UUID
    plan_held: bool


def on_ehc_plan_noted(event: EhcPlanNoted) -> Sequence[Command]:
    return [
        NotePlanHolding(occurred_on=event.occurred_on, intervention_id=i, held=True) for i in event.intervention_ids
    ]


def on_ehc_plan_end_noted(event: EhcPlanEndNoted) -> Sequence[Command]:
    return [
        NotePlanHolding(occurred_on=event.occurred_on, intervention_id=i, held=False) for i in event.intervention_ids
    ]


def on_intervention_noted(event: InterventionNoted) -> Sequence[Command]:
    """Closes the gap between the referral, which asked whether a plan is held, and the agreement."""
    if not event.plan_held:
        return []
    return [NotePlanHolding(occurred_on=event.occurred_on, intervention_id=event.intervention_id, held=True)]


# --- from a place to an intervention, and what the case keeps of it ---


class ApPlaceAccepted(Incoming):
    type: Literal["ap-intervention.ap-place-accepted"]
    case_id: UUID
    referral_id: UUID
    offer_id: UUID


class InterventionAgreed(Incoming):
    type: Literal["ap-intervention.intervention-agreed"]
    case_id: UUID
    person_id: UUID
    intervention_id: UUID


class InterventionConcluded(Incoming):
    type: Literal["ap-intervention.intervention-concluded"]
    case_id: UUID
    intervention_id: UUID


class InterventionCancelled(Incoming):
    type: Literal["ap-intervention.intervention-cancelled"]
    case_id: UUID
    intervention_id: UUID


def on_ap_place_accepted(event: ApPlaceAccepted) -> Sequence[Command]:
    return [
        AgreeIntervention(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            referral_id=event.referral_id,
            offer_id=event.offer_id,
        )
    ]


def on_intervention_agreed(event: InterventionAgreed) -> Sequence[Command]:
    return [
        NoteIntervention(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            intervention_id=event.intervention_id,
        )
    ]


def on_intervention_concluded(event: InterventionConcluded) -> Sequence[Command]:
    return [
        NoteInterventionEnd(occurred_on=event.occurred_on, case_id=event.case_id, intervention_id=event.intervention_id)
    ]


def on_intervention_cancelled(event: InterventionCancelled) -> Sequence[Command]:
    return [
        NoteInterventionEnd(occurred_on=event.occurred_on, case_id=event.case_id, intervention_id=event.intervention_id)
    ]


# --- the child's exclusions, for the 45 days ---


class PupilSuspended(Incoming):
    type: Literal["ap-intervention.pupil-suspended"]
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID
    school_days: Decimal


class PupilPermanentlyExcluded(Incoming):
    type: Literal["ap-intervention.pupil-permanently-excluded"]
    case_id: UUID
    person_id: UUID
    exclusion_id: UUID


class ExclusionCancelled(Incoming):
    type: Literal["ap-intervention.exclusion-cancelled"]
    case_id: UUID
    exclusion_id: UUID
    school_days_served: Decimal


def on_pupil_suspended(event: PupilSuspended) -> Sequence[Command]:
    return [
        NoteExclusion(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            exclusion_id=event.exclusion_id,
            school_days=event.school_days,
        )
    ]


def on_pupil_permanently_excluded(event: PupilPermanentlyExcluded) -> Sequence[Command]:
    return [
        NoteExclusion(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            exclusion_id=event.exclusion_id,
            school_days=Decimal(0),
        )
    ]


def on_exclusion_cancelled(event: ExclusionCancelled) -> Sequence[Command]:
    return [
        NoteExclusionCancellation(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            exclusion_id=event.exclusion_id,
            school_days_served=event.school_days_served,
        )
    ]


reactions = [
    react(to=PLAN, event=FinalPlanIssued, then=on_final_plan_issued),
    react(to=PLAN, event=PlanTransferredIn, then=on_plan_transferred_in),
    react(to=PLAN, event=PlanCeased, then=on_plan_ceased),
    react(to=PLAN, event=PlanTransferredOut, then=on_plan_transferred_out),
    react(to=OWN, event=EhcPlanNoted, then=on_ehc_plan_noted),
    react(to=OWN, event=EhcPlanEndNoted, then=on_ehc_plan_end_noted),
    react(to=OWN, event=InterventionNoted, then=on_intervention_noted),
    react(to=OWN, event=ApPlaceAccepted, then=on_ap_place_accepted),
    react(to=OWN, event=InterventionAgreed, then=on_intervention_agreed),
    react(to=OWN, event=InterventionConcluded, then=on_intervention_concluded),
    react(to=OWN, event=InterventionCancelled, then=on_intervention_cancelled),
    react(to=OWN, event=PupilSuspended, then=on_pupil_suspended),
    react(to=OWN, event=PupilPermanentlyExcluded, then=on_pupil_permanently_excluded),
    react(to=OWN, event=ExclusionCancelled, then=on_exclusion_cancelled),
]
