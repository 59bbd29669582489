"""The terms of a place in a tier, and what the tiers ask of them (`green-paper.md` 8.1, 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared import Condition, Value, derived_id

from .codes import Commissioner, DestinationType, InterventionType, Registration, Tier
from .conditions import unless
from .dates import TWELVE_WEEKS
from .provider_state import Provider

FOUR_SESSIONS = 4
"""Two days a week: what the Government calls part-time for non-school AP."""

FULL_TIME_HOURS = Decimal(18)
"""More hours a week than this is full-time education (DfE, registration of independent schools)."""


class LimitFlag(StrEnum):
    """How a place with a non-school provider goes beyond the limit the Government intends."""

    OVER_12_WEEKS = "OVER_12_WEEKS"
    OVER_PART_TIME_LIMIT = "OVER_PART_TIME_LIMIT"


class ReintegrationTarget(Value):
    """Where and by when a tier 2 pupil is to be back. ``setting_id`` None: the home school."""

    setting_id: UUID | None = None
    by: date


class PlaceTerms(Value):
    """What the pupil gets, how much of it, who pays, and where it is to lead."""

    intervention_types: Annotated[tuple[InterventionType, ...], Field(min_length=1)]
    weekly_sessions: Annotated[int, Field(ge=1, le=10)]
    """Half-day sessions a week."""
    hours_per_week: Annotated[Decimal, Field(gt=0, le=40)]
    commissioner: Commissioner
    attendance_code: Literal["B", "D", "K"] | None = None
    """How the home school records a session here; None in tier 1, where the pupil is in school."""
    part_time_timetable: bool = False
    """The pupil gets less than full-time education in all, here and at school together."""
    reintegration_target: ReintegrationTarget | None = None
    """Tier 2: needed."""
    destination_type: DestinationType | None = None
    """Tier 3: needed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the rules see it."""

    tier: Tier
    registration: Registration
    start_on: date
    planned_end_on: date | None
    terms: PlaceTerms


def intervention_of_offer(offer_id: UUID) -> UUID:
    """The intervention that follows from an offer: one, however often the acceptance is heard."""
    return derived_id("intervention", offer_id)


def not_as_the_tier_asks(place: Place, *, registered_school: bool) -> list[Condition]:
    """Every rule of its tier that a place does not keep."""
    tier, terms = place.tier, place.terms
    found = unless(
        tier != 1 or place.registration is Registration.SINGLE,
        "registration-changed-in-tier-1",
        "In tier 1 the pupil stays on the mainstream roll alone; the registration must be SINGLE.",
    )
    found += unless(
        registered_school or place.registration is Registration.SINGLE,
        "provider-keeps-no-register",
        "Only a registered school can be a second school; with this provider the registration is SINGLE.",
    )
    found += unless(
        place.planned_end_on is not None or not (tier == 2 or terms.part_time_timetable),
        "planned-end-missing",
        "A tier 2 place and a part-time timetable are for a limited time; say on which day it is to end.",
    )
    found += unless(
        place.planned_end_on is None or place.planned_end_on > place.start_on,
        "planned-end-before-start",
        f"The planned end {place.planned_end_on} is not after the start {place.start_on}.",
    )
    found += unless(
        tier != 2 or terms.reintegration_target is not None,
        "reintegration-target-missing",
        "A tier 2 place is meant to end in a return; say where to and by when.",
    )
    return found + unless(
        tier != 3 or terms.destination_type is not None,
        "destination-type-missing",
        "A tier 3 place leads to a new destination; say which kind.",
    )


def too_many_sessions(place: Place, provider: Provider) -> list[Condition]:
    most = provider.max_weekly_sessions
    return unless(
        most is None or place.terms.weekly_sessions <= most,
        "over-provider-sessions",
        f"The provider offers one pupil at most {most} sessions a week.",
    )


def limit_flags(
    *, registered_school: bool, start_on: date, end_on: date | None, weekly_sessions: int
) -> tuple[LimitFlag, ...]:
    """How a place goes beyond the intended limit of non-school AP: 12 weeks, or longer with at most 4 sessions a week.

    The limit is not law (`statutory-timeline.md` 6.29): it never stops a child's education, but a manager must have
    said why.
    """
    if registered_school or weekly_sessions <= FOUR_SESSIONS:
        return ()
    if end_on is not None and end_on - start_on <= TWELVE_WEEKS:
        return ()
    return (LimitFlag.OVER_12_WEEKS, LimitFlag.OVER_PART_TIME_LIMIT)


def would_be_an_unregistered_school(
    terms: PlaceTerms, *, registered_school: bool, has_plan: bool, looked_after: bool
) -> list[Condition]:
    """Full-time education of one child with a plan or in care makes a provider a school.

    Education and Skills Act 2008, s.92: a school has to be registered.
    """
    return unless(
        registered_school or terms.hours_per_week <= FULL_TIME_HOURS or not (has_plan or looked_after),
        "provider-must-register-as-school",
        "Full-time education (over 18 hours a week) of a child with an EHC plan or in care needs a registered school.",
    )
