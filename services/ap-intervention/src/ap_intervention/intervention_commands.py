"""What may be asked of an intervention itself. The register and the way back have commands of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from shared.core.messages import Filled

from shared import UNFILLED, Command, Personal

from .codes import Profession, Registration, Short, Text, Tier
from .intervention_events import Baseline, Objective, ObjectiveProgress, ReviewDecision
from .terms import PlaceTerms, intervention_of_offer

OfTheOffer = Annotated[UUID, Filled(lambda values, _, __, ___: intervention_of_offer(values["offer_id"]))]


def _numbered_once(objectives: tuple[Objective, ...]) -> None:
    if len({o.number for o in objectives}) != len(objectives):
        raise ValueError("objectives: two have the same number")


class AgreeIntervention(Command):
    """Agree the intervention of an accepted place, on the offer's terms. It follows from the acceptance by itself;
    whoever agrees it again with objectives sets those.
    """

    intervention_id: OfTheOffer = UNFILLED
    case_id: UUID
    referral_id: UUID
    offer_id: UUID
    objectives: tuple[Objective, ...] = ()

    @model_validator(mode="after")
    def _each_number_once(self) -> Self:
        _numbered_once(self.objectives)
        return self


class AgreeObjectives(Command):
    """Agree the objectives, or agree them afresh; send all of them."""

    intervention_id: UUID
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_number_once(self) -> Self:
        _numbered_once(self.objectives)
        return self


class NotePlanHolding(Command):
    """Note that the child holds an EHC plan, or holds it no longer."""

    intervention_id: UUID
    held: bool


class NotifyCaseworker(Command):
    """Record that the child's SEND caseworker was told of the intervention."""

    intervention_id: UUID
    caseworker: Short


class ApproveNonSchoolLimitException(Command):
    """Approve, as a manager, that a non-school place goes beyond 12 weeks with more than 4 sessions a week."""

    intervention_id: UUID
    covers_until: date
    approved_by: Short
    reason: Personal[Text]


class StartIntervention(Command):
    """Record the pupil's first day. The provider must be in order on that day."""

    intervention_id: UUID
    provider_id: UUID
    section_f_delivered: bool | None = None
    """For a child with a plan: whether section F can be delivered in full; false raises an alert."""


class CancelIntervention(Command):
    """Call off an agreed intervention that has not started."""

    intervention_id: UUID
    reason: Personal[Text]


class RecordBaseline(Command):
    """Record where the pupil stands at the beginning."""

    intervention_id: UUID
    measures: Baseline


class AllocateSpecialist(Command):
    """Put a specialist to work with the pupil."""

    intervention_id: UUID
    profession: Profession
    days_per_week: Annotated[Decimal, Field(gt=0, le=5)]


class ReviewIntervention(Command):
    """Record a review. Without ``next_review_on`` the next one is in half a term (six weeks), or at the planned end."""

    intervention_id: UUID
    decision: ReviewDecision
    next_review_on: date | None = None
    progress_by_objective: tuple[ObjectiveProgress, ...] = ()
    notes: Personal[Text] | None = None


class ExtendIntervention(Command):
    """Put off the planned end. Beyond 12 weeks from the start the panel must have approved it."""

    intervention_id: UUID
    new_end_on: date
    panel_approved_on: date | None = None
    reason: Personal[Text]


class ChangeTier(Command):
    """Move the pupil to another tier with the same provider."""

    intervention_id: UUID
    provider_id: UUID
    to_tier: Tier
    registration: Registration
    planned_end_on: date | None = None
    terms: PlaceTerms
    reason: Personal[Text]
