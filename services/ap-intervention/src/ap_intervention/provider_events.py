"""What happens to an AP provider. Providers belong to no case."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared import DateCorrected, Event, NotBefore, Value

from .codes import ApSettingType, CheckKind, QualityResult, Tier


class TierPlaces(Value):
    """How many places a provider offers in a tier."""

    tier: Tier
    places: Annotated[int, Field(ge=0, le=2000)]


class StandardMet(Value):
    """What a visit found in one of the four areas of the national standards."""

    area: Literal[
        CheckKind.SAFEGUARDING,
        CheckKind.HEALTH_AND_SAFETY,
        CheckKind.ADMISSIONS_AND_SUPPORT,
        CheckKind.QUALITY_OF_EDUCATION,
    ]
    met: bool


class ApProviderRegistered(Event):
    """An AP provider was put on the authority's register. ``occurred_on`` is the day it is approved from."""

    type: Literal["ap-intervention.ap-provider-registered"] = "ap-intervention.ap-provider-registered"
    provider_id: UUID
    name: str
    ap_setting_type: ApSettingType
    registered_school: bool
    urn: str | None = None
    ukprn: str | None = None
    capacity_by_tier: tuple[TierPlaces, ...]
    max_weekly_sessions: int | None = None
    """The most half-day sessions a week it offers one pupil."""


class ApProviderDetailsChanged(Event):
    """A provider's name, kind, registration or capacity changed; all of them as they are now."""

    type: Literal["ap-intervention.ap-provider-details-changed"] = "ap-intervention.ap-provider-details-changed"
    provider_id: UUID
    name: str
    ap_setting_type: ApSettingType
    registered_school: bool
    urn: str | None = None
    ukprn: str | None = None
    capacity_by_tier: tuple[TierPlaces, ...]
    max_weekly_sessions: int | None = None


class ProviderCheckRecorded(Event):
    """A check of a provider was done and found in order. ``occurred_on`` is the day of the check."""

    type: Literal["ap-intervention.provider-check-recorded"] = "ap-intervention.provider-check-recorded"
    provider_id: UUID
    check: CheckKind
    expires_on: Annotated[date, NotBefore("occurred_on")]
    """The last day it counts."""
    evidence_refs: tuple[str, ...] = ()


class ProviderQualityAssured(Event):
    """A quality assurance visit took place. ``occurred_on`` is the day of the visit."""

    type: Literal["ap-intervention.provider-quality-assured"] = "ap-intervention.provider-quality-assured"
    provider_id: UUID
    result: QualityResult
    standards: tuple[StandardMet, ...] = ()
    conditions: tuple[str, ...] = ()
    next_due_on: date
    """The last day on which this visit still counts: 12 months on."""
    evidence_refs: tuple[str, ...] = ()


class ProviderSuspended(Event):
    """A provider may take no new start from this day."""

    type: Literal["ap-intervention.provider-suspended"] = "ap-intervention.provider-suspended"
    provider_id: UUID
    reason: str


class ProviderReinstated(Event):
    """A suspended provider may take new starts again from this day."""

    type: Literal["ap-intervention.provider-reinstated"] = "ap-intervention.provider-reinstated"
    provider_id: UUID
    reason: str


class ProviderDateCorrected(DateCorrected):
    """The date of an earlier event about a provider was wrong."""

    type: Literal["ap-intervention.provider-date-corrected"] = "ap-intervention.provider-date-corrected"
    provider_id: UUID


ProviderEvent = (
    ApProviderRegistered
    | ApProviderDetailsChanged
    | ProviderCheckRecorded
    | ProviderQualityAssured
    | ProviderSuspended
    | ProviderReinstated
    | ProviderDateCorrected
)
