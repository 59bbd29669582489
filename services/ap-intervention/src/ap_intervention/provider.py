"""AP providers: registered, checked, visited, suspended. They belong to no case.

Whether a child may start with one on a day is in ``provider_state``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decider, Decision, Event, NewId

from .codes import ApSettingType, CheckKind, QualityResult, Short
from .conditions import correct_at, need, once, refuse, unless
from .dates import TWELVE_MONTHS
from .provider_events import (
    ApProviderDetailsChanged,
    ApProviderRegistered,
    ProviderCheckRecorded,
    ProviderEvent,
    ProviderQualityAssured,
    ProviderReinstated,
    ProviderSuspended,
    StandardMet,
    TierPlaces,
)
from .provider_state import Check, Provider, Visit, evolve

# --- commands ---


class RegisterApProvider(Command):
    """Put an AP provider on the authority's register; ``occurred_on`` is the day it is approved from."""

    provider_id: NewId = UNFILLED
    name: Short
    ap_setting_type: ApSettingType
    registered_school: bool
    urn: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    ukprn: Annotated[str, Field(pattern=r"^\d{8}$")] | None = None
    capacity_by_tier: Annotated[tuple[TierPlaces, ...], Field(min_length=1, max_length=3)]
    max_weekly_sessions: Annotated[int, Field(ge=1, le=10)] | None = None

    @model_validator(mode="after")
    def _numbers_fit_the_type(self) -> Self:
        _fits(self.ap_setting_type, self.registered_school, self.urn, self.ukprn, self.capacity_by_tier)
        return self


class ChangeApProviderDetails(Command):
    """Say what a provider's name, kind, registration and capacity are now; send all of them."""

    provider_id: UUID
    name: Short
    ap_setting_type: ApSettingType
    registered_school: bool
    urn: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    ukprn: Annotated[str, Field(pattern=r"^\d{8}$")] | None = None
    capacity_by_tier: Annotated[tuple[TierPlaces, ...], Field(min_length=1, max_length=3)]
    max_weekly_sessions: Annotated[int, Field(ge=1, le=10)] | None = None

    @model_validator(mode="after")
    def _numbers_fit_the_type(self) -> Self:
        _fits(self.ap_setting_type, self.registered_school, self.urn, self.ukprn, self.capacity_by_tier)
        return self


def _fits(
    kind: ApSettingType, registered_school: bool, urn: str | None, ukprn: str | None, tiers: tuple[TierPlaces, ...]
) -> None:
    if registered_school != (kind is ApSettingType.URN):
        raise ValueError("a registered school has ap_setting_type URN, and every other provider has another type")
    if (kind is ApSettingType.URN) != (urn is not None):
        raise ValueError("urn goes with ap_setting_type URN, six digits, and with no other")
    if (kind is ApSettingType.UKPRN) and ukprn is None:
        raise ValueError("ap_setting_type UKPRN needs ukprn, eight digits")
    if len({t.tier for t in tiers}) != len(tiers):
        raise ValueError("capacity_by_tier names a tier twice")


class RecordProviderCheck(Command):
    """Record that a check of a provider was done and found in order, and until when it counts."""

    provider_id: UUID
    check: CheckKind
    expires_on: date
    evidence_refs: tuple[Short, ...] = ()


class QualityAssureProvider(Command):
    """Record a quality assurance visit and its result; SUSPENDED suspends the provider at once."""

    provider_id: UUID
    result: QualityResult
    standards: tuple[StandardMet, ...] = ()
    conditions: tuple[Short, ...] = ()
    evidence_refs: tuple[Short, ...] = ()

    @model_validator(mode="after")
    def _conditions_are_named(self) -> Self:
        if (self.result is QualityResult.CONDITIONS) != bool(self.conditions):
            raise ValueError("conditions are named where the result is CONDITIONS, and only there")
        return self


class SuspendProvider(Command):
    """Stop new starts with a provider."""

    provider_id: UUID
    reason: Short


class ReinstateProvider(Command):
    """Allow new starts with a suspended provider again."""

    provider_id: UUID
    reason: Short


# --- decisions ---


def _details(c: RegisterApProvider | ChangeApProviderDetails) -> dict[str, object]:
    names = ("name", "ap_setting_type", "registered_school", "urn", "ukprn", "capacity_by_tier", "max_weekly_sessions")
    return {name: getattr(c, name) for name in names}


def _register(c: RegisterApProvider, _: Provider) -> Sequence[Event]:
    return [
        ApProviderRegistered.model_validate({"occurred_on": c.occurred_on, "provider_id": c.provider_id} | _details(c))
    ]


def _change(c: ChangeApProviderDetails, _: Provider) -> Sequence[Event]:
    return [
        ApProviderDetailsChanged.model_validate(
            {"occurred_on": c.occurred_on, "provider_id": c.provider_id} | _details(c)
        )
    ]


def _record_check(c: RecordProviderCheck, _: Provider) -> Sequence[Event]:
    refuse(
        unless(
            c.expires_on > c.occurred_on,
            "check-expires-before-it-counts",
            f"A check done on {c.occurred_on} cannot expire on {c.expires_on}; correct one of the dates.",
        )
    )
    return [
        ProviderCheckRecorded(
            occurred_on=c.occurred_on,
            provider_id=c.provider_id,
            check=c.check,
            expires_on=c.expires_on,
            evidence_refs=c.evidence_refs,
        )
    ]


def _quality_assure(c: QualityAssureProvider, s: Provider) -> Sequence[Event]:
    visit = ProviderQualityAssured(
        occurred_on=c.occurred_on,
        provider_id=c.provider_id,
        result=c.result,
        standards=c.standards,
        conditions=c.conditions,
        next_due_on=c.occurred_on + TWELVE_MONTHS,
        evidence_refs=c.evidence_refs,
    )
    if c.result is not QualityResult.SUSPENDED or s.suspended:
        return [visit]
    reason = "The quality assurance visit of this day ended in suspension."
    return [visit, ProviderSuspended(occurred_on=c.occurred_on, provider_id=c.provider_id, reason=reason)]


def _suspend(c: SuspendProvider, _: Provider) -> Sequence[Event]:
    return [ProviderSuspended(occurred_on=c.occurred_on, provider_id=c.provider_id, reason=c.reason)]


def _reinstate(c: ReinstateProvider, s: Provider) -> Sequence[Event]:
    since = s.suspensions[-1].since
    refuse(
        unless(
            c.occurred_on >= since,
            "reinstated-before-suspended",
            f"The provider was suspended on {since}; it cannot be reinstated before that.",
        )
    )
    return [ProviderReinstated(occurred_on=c.occurred_on, provider_id=c.provider_id, reason=c.reason)]


_CORRECT = correct_at("/providers/{provider_id}")

_registered = need(lambda s: s.registered, "provider-not-registered", "The provider is not on the register.")
_not_registered = once(
    lambda s: s.registered_on,
    "provider-registered",
    "The provider was put on the register",
    f"{_CORRECT} What else has changed is told as its details.",
)
_not_suspended = once(
    lambda s: s.suspensions[-1].since if s.suspended else None,
    "provider-suspended",
    "The provider was suspended",
    _CORRECT,
)


def _suspended(s: Provider) -> Condition | None:
    if s.suspended:
        return None
    last = f" It was reinstated on {s.suspensions[-1].until}. {_CORRECT}" if s.suspensions else ""
    return Condition("provider-not-suspended", f"The provider is not suspended; it can take new starts.{last}")


def _registered_so(c: RegisterApProvider, s: Provider) -> bool:
    return s.registered_on == c.occurred_on and _has_details(c, s)


def _has_details(c: RegisterApProvider | ChangeApProviderDetails, s: Provider) -> bool:
    return _details(c) == {name: getattr(s, name) for name in _details(c)}


provider = Decider(
    name="ap-provider",
    key="provider_id",
    initial=Provider(),
    evolve=evolve,
    events=ProviderEvent,
    decisions=[
        Decision(RegisterApProvider, _register, when=[_not_registered], already=_registered_so, opens=True),
        Decision(
            ChangeApProviderDetails,
            _change,
            when=[_registered],
            already=_has_details,
        ),
        Decision(
            RecordProviderCheck,
            _record_check,
            when=[_registered],
            already=lambda c, s: Check(c.check, c.occurred_on, c.expires_on) in s.checks,
        ),
        Decision(
            QualityAssureProvider,
            _quality_assure,
            when=[_registered],
            already=lambda c, s: Visit(c.occurred_on, c.result) in s.visits,
        ),
        Decision(
            SuspendProvider,
            _suspend,
            when=[_registered, _not_suspended],
            already=lambda c, s: s.suspended and s.suspensions[-1].since == c.occurred_on,
        ),
        Decision(
            ReinstateProvider,
            _reinstate,
            when=[_registered, _suspended],
            already=lambda c, s: bool(s.suspensions) and s.suspensions[-1].until == c.occurred_on,
        ),
    ],
)
