"""What is known of an AP provider, and whether a child may start there on a day.

The duty to check is the commissioner's ("Arranging alternative provision", February 2025; national standards for
non-school AP, August 2025, voluntary).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from shared import Condition

from .codes import ApSettingType, CheckKind, QualityResult, Tier
from .conditions import unless
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
    registered_on: date | None = None
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
                registered_on=state.registered_on or event.occurred_on,
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
