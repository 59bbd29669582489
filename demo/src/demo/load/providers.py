"""Invented AP providers with the checks they need, renewed every year; one lets its insurance lapse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from shared.core.ids import derived_id

from demo.load.diary import Diary
from demo.load.step import Who

_CHECKS = ("SAFEGUARDING", "HEALTH_AND_SAFETY", "ADMISSIONS_AND_SUPPORT", "QUALITY_OF_EDUCATION", "DBS", "INSURANCE")
_EVERY = timedelta(days=330)
"""A month before they run out, so that a provider is never without."""

REGISTRAR = Who("commissioner", "ap-commissioner")


@dataclass(frozen=True, slots=True)
class Provider:
    provider_id: str
    number: int
    name: str
    kind: str
    tiers: tuple[int, ...]

    @property
    def school(self) -> bool:
        return self.kind == "URN"


@cache
def register(la_code: str) -> tuple[Provider, ...]:
    """The providers of an authority, with the ids that registering them makes."""
    kinds = (
        ("Sycamore AP Academy (invented)", "URN", (1, 2, 3)),
        ("Heron Outreach and Learning Centre (invented)", "URN", (1, 2, 3)),
        ("Dabchick Tuition (invented)", "OOT", (1, 2)),
        ("Woodcock Workshops (invented)", "WBP", (2,)),
        ("Snipe Forest School (invented)", "OTH", (1, 2)),
    )
    return tuple(
        Provider(_provider_id(la_code, number), number, name, kind, tiers)
        for number, (name, kind, tiers) in enumerate(kinds)
    )


def _diary(la_code: str, number: int, until: date) -> Diary:
    return Diary(f"provider {number}", la_code=la_code, until=until, rng=Random(f"{la_code} provider {number}"))


def _provider_id(la_code: str, number: int) -> str:
    command_id = derived_id("command", la_code, REGISTRAR.user, "RegisterApProvider", f"load-provider {number}-0")
    return str(derived_id("provider_id", command_id))


def enter(la_code: str, first: date, until: date) -> list[Diary]:
    """Each provider's years: registered, checked and visited, again and again."""
    return [_years(provider, _diary(la_code, provider.number, until), first) for provider in register(la_code)]


def renewals(first: date, until: date) -> list[date]:
    """The days on which a provider's checks are done."""
    return [first + n * _EVERY for n in range((until - first) // _EVERY + 1)]


def uninsured_from(first: date, until: date) -> date:
    """The day from which the tuition service may take no child: its last renewal left the insurance out."""
    days = renewals(first, until)
    return (days[-2] if len(days) > 1 else days[-1]) + timedelta(days=365)


def _years(provider: Provider, diary: Diary, first: date) -> Diary:
    ids = {"provider_id": provider.provider_id}
    body = {
        "name": provider.name,
        "ap_setting_type": provider.kind,
        "registered_school": provider.school,
        "urn": f"9{90 + provider.number:05d}" if provider.school else None,
        "capacity_by_tier": [{"tier": tier, "places": 24 if provider.school else 8} for tier in provider.tiers],
        "max_weekly_sessions": None if provider.school else 6,
    }
    diary.do(first, REGISTRAR, "ap-intervention.RegisterApProvider", body)
    days = renewals(first, diary.until)
    for day in days:
        for check in _CHECKS[:1] if provider.school else _CHECKS:
            # Not renewed the last time: no child may start there until it is.
            if provider.kind == "OOT" and check == "INSURANCE" and day == days[-1] and len(days) > 1:
                continue
            recorded = {"check": check, "expires_on": (day + timedelta(days=365)).isoformat()}
            diary.do(day, REGISTRAR, "ap-intervention.RecordProviderCheck", recorded, ids=ids)
        visit = {"result": "APPROVED", "standards": [{"area": area, "met": True} for area in _CHECKS[:4]]}
        diary.do(day, REGISTRAR, "ap-intervention.QualityAssureProvider", visit, ids=ids)
    return diary
