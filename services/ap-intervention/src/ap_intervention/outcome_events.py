"""What happens on a pupil's way back or on, and what the intervention came to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import Event, Personal, Value

from .codes import DestinationType, OutcomeCode, Short, Text, Tier


class Checkpoint(StrEnum):
    """When a return is looked at again, counted from its start."""

    W4 = "4W"
    W13 = "13W"
    W26 = "26W"


class Due(Value):
    checkpoint: Checkpoint
    due_on: date


class ReintegrationStep(Value):
    """One step back: how many hours a week from which day, with what support."""

    starts_on: date
    hours_per_week: Annotated[Decimal, Field(gt=0, le=40)]
    support: Personal[Text]


class ReintegrationPlan(Value):
    """How the pupil is to come back: where, with whom, in which steps."""

    target_setting_id: UUID
    starts_on: date
    full_time_on: date
    key_adult: Personal[Short]
    steps: tuple[ReintegrationStep, ...] = ()

    @model_validator(mode="after")
    def _full_time_comes_last(self) -> Self:
        if self.full_time_on < self.starts_on:
            raise ValueError("full_time_on must not be before starts_on")
        return self


class LearningProgress(StrEnum):
    """Progress in a subject over the intervention."""

    POSITIVE = "POSITIVE"
    NONE = "NONE"
    NEGATIVE = "NEGATIVE"
    NOT_ASSESSED = "NOT_ASSESSED"


class ReintegrationPlanCreated(Event):
    """The way back was planned, or planned afresh."""

    type: Literal["ap-intervention.reintegration-plan-created"] = "ap-intervention.reintegration-plan-created"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    plan: ReintegrationPlan


class ReintegrationStarted(Event):
    """The pupil's first day back. The checks fall due 4, 13 and 26 weeks later."""

    type: Literal["ap-intervention.reintegration-started"] = "ap-intervention.reintegration-started"
    case_id: UUID
    intervention_id: UUID
    target_setting_id: UUID
    checks: tuple[Due, ...]


class ReintegrationChecked(Event):
    """The return was looked at again at 4, 13 or 26 weeks."""

    type: Literal["ap-intervention.reintegration-checked"] = "ap-intervention.reintegration-checked"
    case_id: UUID
    intervention_id: UUID
    checkpoint: Checkpoint
    still_on_roll: bool
    full_time: bool
    attendance_pct: int
    suspensions: int
    sustained: bool
    """Still on the roll and there full time."""


class InterventionConcluded(Event):
    """The intervention ended. ``occurred_on`` is the last day."""

    type: Literal["ap-intervention.intervention-concluded"] = "ap-intervention.intervention-concluded"
    case_id: UUID
    person_id: UUID
    intervention_id: UUID
    tier: Tier
    outcome_code: OutcomeCode
    home_setting_id: UUID | None
    receiving_setting_id: UUID | None
    """The school a reintegration leads to."""
    has_plan: bool
    objectives_met: int
    objectives_total: int
    attended_last_6_weeks: int
    possible_last_6_weeks: int
    english_progress: LearningProgress = LearningProgress.NOT_ASSESSED
    maths_progress: LearningProgress = LearningProgress.NOT_ASSESSED


class InterventionOutcomeRevised(Event):
    """What the intervention came to is known better now, as when a return broke down or lasted 13 weeks."""

    type: Literal["ap-intervention.intervention-outcome-revised"] = "ap-intervention.intervention-outcome-revised"
    case_id: UUID
    intervention_id: UUID
    was: OutcomeCode
    outcome_code: OutcomeCode


class DestinationRecorded(Event):
    """Where the pupil is, as of this day."""

    type: Literal["ap-intervention.destination-recorded"] = "ap-intervention.destination-recorded"
    case_id: UUID
    intervention_id: UUID
    destination: DestinationType
    setting_id: UUID | None = None
    sustained: bool
    """There for six months."""
