"""AP providers: what they are, what was checked about them, and whether a child may start there.

The duty to check is the commissioner's ("Arranging alternative provision", February 2025; national standards for
non-school AP, August 2025, voluntary). Providers belong to no case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decider, Decision, Event, NewId

from .codes import ApSettingType, CheckKind, QualityResult, Short, Tier
from .conditions import need, refuse, unless
from .dates import TWELVE_MONTHS
from .provider_events import (
    ApProviderDetailsChanged,
    ApProviderRegistered,
    ProviderCheckRecorded,
    ProviderDateCorrected,
    ProviderEvent,
    ProviderQualityAssured,
    ProviderReinstated,
    ProviderSuspended,
    StandardMet,
    TierPlaces,
)

REQUIRED_CHECKS: dict[bool, tuple[CheckKind, ...]] = {
    True: (CheckKind.SAFEGUARDING,),
    False: (
        CheckKind.SAFEGUARDING,
        CheckKind.HEALTH_AND_SAFETY,
        CheckKind.ADMISSIONS_AND_SUPPORT,
        CheckKind.QUALITY_OF_EDUCATION,
        CheckKind.DBS,
        CheckKind.INSURANCE,
    ),
}
"""By registered school: a school is inspected and regulated as one; for a non-school provider nobody else looks."""

# --- state ---


@dataclass(frozen=True, slots=True)
class Check:
    kind: CheckKind
    done_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Visit:
    on: date
    result: QualityResult


@dataclass(frozen=True, slots=True)
class Suspension:
    since: date
    until: date | None = None
    """The day it was reinstated."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A whole history and not the latest word: a start recorded late is judged by its own day."""

    name: str | None = None
    ap_setting_type: ApSettingType | None = None
    registered_school: bool = False
    urn: str | None = None
    ukprn: str | None = None
    capacity_by_tier: tuple[TierPlaces, ...] = ()
    max_weekly_sessions: int | None = None
    checks: tuple[Check, ...] = ()
    visits: tuple[Visit, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    @property
    def registered(self) -> bool:
        return self.name is not None

    @property
    def suspended(self) -> bool:
        return bool(self.suspensions) and self.suspensions[-1].until is None

    def suspended_on(self, day: date) -> bool:
        return any(s.since <= day and (s.until is None or day < s.until) for s in self.suspensions)


def evolve(state: Provider, event: ProviderEvent) -> Provider:
    match event:
        case ApProviderRegistered() | ApProviderDetailsChanged():
            return replace(
                state,
                name=event.name,
                ap_setting_type=event.ap_setting_type,
                registered_school=event.registered_school,
                urn=event.urn,
                ukprn=event.ukprn,
                capacity_by_tier=event.capacity_by_tier,
                max_weekly_sessions=event.max_weekly_sessions,
            )
        case ProviderCheckRecorded():
            return replace(state, checks=(*state.checks, Check(event.check, event.occurred_on, event.expires_on)))
        case ProviderQualityAssured():
            return replace(state, visits=(*state.visits, Visit(event.occurred_on, event.result)))
        case ProviderSuspended():
            return replace(state, suspensions=(*state.suspensions, Suspension(event.occurred_on)))
        case ProviderReinstated():
            *earlier, last = state.suspensions
            return replace(state, suspensions=(*earlier, replace(last, until=event.occurred_on)))
        case ProviderDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- what others ask ---


def in_the_way_of_a_start(provider: Provider, on: date, *, tier: Tier | None = None) -> list[Condition]:
    """Why a child may not start with this provider on a day; empty if it may.

    ``tier`` is None where the education is not an intervention in a tier (sixth-day education, section 19).
    """
    if not provider.registered:
        return [Condition("provider-not-registered", "No such provider is on your register; register it first.")]
    found = unless(
        not provider.suspended_on(on), "provider-suspended", "The provider is suspended; it can take no new start."
    )
    for kind in REQUIRED_CHECKS[provider.registered_school]:
        found += _check_in_the_way(provider, kind, on)
    found += _visit_in_the_way(provider, on)
    if tier is not None:
        places = sum(t.places for t in provider.capacity_by_tier if t.tier == tier)
        found += unless(places > 0, "tier-not-offered", f"The provider has no places in tier {tier}.")
    return found


def _check_in_the_way(provider: Provider, kind: CheckKind, on: date) -> list[Condition]:
    words = kind.value.lower().replace("_", " ")
    done = [c for c in provider.checks if c.kind is kind and c.done_on <= on]
    if not done:
        return [Condition("provider-check-missing", f"The check “{words}” has not been recorded; do it and record it.")]
    last = max(c.expires_on for c in done)
    return unless(
        on <= last, "provider-check-expired", f"The check “{words}” expired on {last}; renew it and record it."
    )


def _visit_in_the_way(provider: Provider, on: date) -> list[Condition]:
    visits = [v for v in provider.visits if v.on <= on]
    if not visits:
        return [Condition("quality-assurance-missing", "The provider has had no quality assurance visit.")]
    last = max(visits, key=lambda v: v.on)
    return unless(
        on <= last.on + TWELVE_MONTHS,
        "quality-assurance-too-old",
        f"The last quality assurance visit was on {last.on}, more than 12 months ago; a new one is needed.",
    ) + unless(
        last.result is not QualityResult.SUSPENDED,
        "quality-assurance-failed",
        f"The visit on {last.on} ended in suspension; a new visit must approve the provider first.",
    )


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


_registered = need(lambda s: s.registered, "provider-not-registered", "The provider is not on the register.")

provider = Decider(
    name="ap-provider",
    key="provider_id",
    initial=Provider(),
    evolve=evolve,
    events=ProviderEvent,
    decisions=[
        Decision(RegisterApProvider, _register, already=lambda c, s: s.registered, opens=True),
        Decision(
            ChangeApProviderDetails,
            _change,
            when=[_registered],
            already=lambda c, s: _details(c) == {name: getattr(s, name) for name in _details(c)},
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
        Decision(SuspendProvider, _suspend, when=[_registered], already=lambda c, s: s.suspended),
        Decision(ReinstateProvider, _reinstate, when=[_registered], already=lambda c, s: not s.suspended),
    ],
)
