"""What may be asked on SEN support."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, CaseOfPerson, Command, NewId, Personal

from .codes import Area, Layer, NeedCode, Short, Text
from .sen_support_events import (
    ApdrOutcome,
    CheckType,
    ConcernOutcome,
    ConsentBasis,
    CycleOrigin,
    Next,
    Profession,
    Progress,
    Provider,
    RaisedBy,
    Strategy,
)

SpecificNeed = Annotated[
    Literal[
        NeedCode.SPLD,
        NeedCode.MLD,
        NeedCode.SLD,
        NeedCode.PMLD,
        NeedCode.SEMH,
        NeedCode.SLCN,
        NeedCode.HI,
        NeedCode.VI,
        NeedCode.MSI,
        NeedCode.PD,
        NeedCode.ASD,
        NeedCode.DS,
        NeedCode.OTH,
    ],
    Field(description="Any need code but NSA."),
]


class RaiseConcern(Command):
    """Say what is worrying about a child's progress or well-being; the parent is told."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    support_id: NewId = UNFILLED
    setting_id: UUID | None = None
    raised_by: RaisedBy
    areas: tuple[Area, ...] = Field(min_length=1)
    observed_difficulty: Personal[Text]
    parent_informed_on: date | None = None


class CloseConcern(Command):
    """The concern was looked into and needs no SEN support."""

    case_id: UUID
    outcome: ConcernOutcome


class RecordProgressCheck(Command):
    """Record a check that all children have, and the areas in which the child was below the expected level."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    check_type: CheckType
    areas_below_expected: tuple[Area, ...] = ()


class ReceiveHealthNotification(Command):
    """Record a health body's notification of a child under compulsory school age who may have SEN (s.23)."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    from_org: Short
    basis: Personal[Text]


class StartSenSupport(Command):
    """Put the child on SEN support. The parent is told before or on that day; NSA only until the first review."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    support_id: NewId = UNFILLED
    setting_id: UUID | None = None
    primary_need_code: NeedCode = NeedCode.NSA
    secondary_need_code: SpecificNeed | None = None
    layer: Layer = Layer.TARGETED
    consent_basis: ConsentBasis = "PARENT_INFORMED"
    parent_informed_on: date | None = None

    @model_validator(mode="after")
    def _two_different_needs(self) -> Self:
        _refuse_equal(self.primary_need_code, self.secondary_need_code)
        return self


class IdentifyNeed(Command):
    """Say which type of need it is; NSA is no answer here."""

    case_id: UUID
    primary_need_code: SpecificNeed
    secondary_need_code: SpecificNeed | None = None

    @model_validator(mode="after")
    def _two_different_needs(self) -> Self:
        _refuse_equal(self.primary_need_code, self.secondary_need_code)
        return self


class PlannedOutcome(ApdrOutcome):
    """An outcome as a caller states it: blanks say nothing. Stored events are read without this check."""

    target: Personal[Text]
    baseline: Personal[Text] | None = None


class PlannedStrategy(Strategy):
    """A strategy as a caller states it: blanks say nothing. Stored events are read without this check."""

    what: Personal[Text]
    who: Short
    frequency: Short


class OpenApdrCycle(Command):
    """Open a cycle: what was found, what is aimed at, what is done, and when it is reviewed (within 14 weeks)."""

    case_id: UUID
    cycle_id: NewId = UNFILLED
    assess_summary: Personal[Text]
    outcomes: tuple[PlannedOutcome, ...] = Field(min_length=1)
    strategies: tuple[PlannedStrategy, ...] = Field(min_length=1)
    review_due_on: date | None = Field(default=None, description="14 weeks after opening if left out.")
    cost_estimate: int | None = Field(default=None, ge=0, description="Whole pounds a year.")


class StartTargetedSupport(Command):
    """Start a named intervention in the open cycle."""

    case_id: UUID
    intervention_code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
    provider: Provider
    planned_weeks: int = Field(ge=1, le=39)


class RequestSpecialistAdvice(Command):
    """Ask a specialist for advice to the school."""

    case_id: UUID
    advice_id: NewId = UNFILLED
    profession: Profession


class RecordSpecialistAdvice(Command):
    """Record that the advice came, and where it is kept."""

    case_id: UUID
    advice_id: UUID
    summary_ref: Short


class ReviewApdrCycle(Command):
    """Review the open cycle with the family and decide what comes next."""

    case_id: UUID
    progress: Progress
    next: Next
    parent_view: Personal[Text] | None = None
    child_view: Personal[Text] | None = None


class EndSenSupport(Command):
    """End SEN support. Ending because needs are met follows a review that said END."""

    case_id: UUID
    reason: Literal["NEEDS_MET", "LEFT", "OTHER"]


class CloseSupportForPlan(Command):
    """A final EHC plan takes the place of SEN support (sent by reactions only)."""

    case_id: UUID


class ResumeApdrCycle(Command):
    """Go on with the graduated approach after a refusal or a return from AP (sent by reactions only)."""

    case_id: UUID
    cycle_id: NewId = UNFILLED
    origin: CycleOrigin
    because_of: UUID | None = None


def _refuse_equal(primary: NeedCode, secondary: NeedCode | None) -> None:
    if secondary is not None and secondary == primary:
        raise ValueError("secondary_need_code must differ from primary_need_code")
