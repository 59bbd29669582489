"""The advisory tailored list: which settings fit, how well, and why not the others. Pure (Green Paper 2.5).

No legal force: nothing here limits what a family may ask for or what may be named. The same candidates and criteria
always give the same list. Inspection grades are never scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from placement.categories import LegalRoute, NeedCode, Phase, SettingCategory
from placement.fields import Age, Money, Text
from shared import Value

ALGORITHM = "2022.1"
STALE_AFTER = timedelta(days=30)

Minutes = Annotated[int, Field(ge=0, le=600)]
Items = Annotated[int, Field(ge=0, le=500)]

_SPECIALIST = frozenset(
    {
        SettingCategory.RESOURCED_PROVISION,
        SettingCategory.SEN_UNIT,
        SettingCategory.SPECIAL_STATE,
        SettingCategory.NMSS,
        SettingCategory.SPECIAL_INDEPENDENT,
        SettingCategory.POST16_SPECIALIST,
    }
)


class ExclusionCode(StrEnum):
    AGE_RANGE = "AGE_RANGE"
    PHASE = "PHASE"
    CLOSED_OR_CLOSING = "CLOSED_OR_CLOSING"
    GENDER = "GENDER"
    NEED_OUTSIDE_DESIGNATION = "NEED_OUTSIDE_DESIGNATION"
    NOT_REGISTERED = "NOT_REGISTERED"


class Flag(StrEnum):
    """What a family should know of a setting on the list; none of these takes it off."""

    FULL = "FULL"
    AVAILABLE_LATER = "AVAILABLE_LATER"
    OVER_TRAVEL_GUIDE = "OVER_TRAVEL_GUIDE"
    OUTSIDE_LA = "OUTSIDE_LA"
    ABOVE_TARIFF = "ABOVE_TARIFF"
    PREFERENCE_ONLY_S9 = "PREFERENCE_ONLY_S9"
    INSPECTION_CONCERN = "INSPECTION_CONCERN"
    CAPACITY_STALE = "CAPACITY_STALE"
    """What is known of its places is older than 30 days."""


class Criteria(Value):
    """What the child needs, in codes and figures."""

    target_start: date
    one_term_later: date
    """First day of the term after the target start: a place by then earns half the points."""
    age_at_start: Age
    phase: Phase
    admits: Literal["BOYS", "GIRLS"] | None = None
    """Which single-sex settings could take the child; None leaves them in."""
    primary_need: NeedCode
    other_needs: tuple[NeedCode, ...] = ()
    section_f_items: Annotated[int, Field(ge=1, le=500)]
    max_minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    """Guide for one way; 45 minutes in primary, 75 later, unless told otherwise."""
    data_as_of: date

    @property
    def travel_limit(self) -> int:
        primary = self.phase in (Phase.EARLY_YEARS, Phase.PRIMARY)
        return self.max_minutes or (45 if primary else 75)


class Candidate(Value):
    """One setting with what was measured for this child: journey, next place, cost, share of section F."""

    setting_id: UUID
    setting_name: Text
    setting_category: SettingCategory
    legal_route: LegalRoute
    registered: bool = True
    age_from: Age
    age_to: Age
    phase: Phase | None = None
    gender: Literal["MIXED", "BOYS", "GIRLS"] = "MIXED"
    designated_needs: tuple[NeedCode, ...] = ()
    closes_on: date | None = None
    travel_minutes: Minutes
    place_from: date | None = None
    """Next day a place is free; None if there is none in sight."""
    capacity_as_of: date | None = None
    delivers_section_f_core: bool = False
    deliverable_items: Items
    annual_cost: Money
    tariff_max: Money
    """Most that a comparable state place costs in the child's band."""
    outside_la: bool = False
    inspection_concern: bool = False


class Score(Value):
    """Points in parts, each to one decimal place, so that a family can see where they come from."""

    need: Decimal
    capacity: Decimal
    travel: Decimal
    section_f: Decimal
    tariff: Decimal

    @property
    def total(self) -> Decimal:
        return self.need + self.capacity + self.travel + self.section_f + self.tariff


class Included(Value):
    setting_id: UUID
    setting_name: str
    setting_category: SettingCategory
    legal_route: LegalRoute
    score: Score
    total: Decimal
    flags: tuple[Flag, ...]
    travel_minutes: int
    place_from: date | None
    annual_cost: Decimal


class Excluded(Value):
    setting_id: UUID
    setting_name: str
    reason_code: ExclusionCode


def tailored_list(
    criteria: Criteria, candidates: Iterable[Candidate]
) -> tuple[tuple[Included, ...], tuple[Excluded, ...]]:
    """The settings that pass the filters, nearest first, and the others with the first filter each fails."""
    included: list[Included] = []
    excluded: list[Excluded] = []
    for candidate in candidates:
        reason = excluded_because(criteria, candidate)
        if reason is None:
            included.append(_entry(criteria, candidate))
        else:
            excluded.append(
                Excluded(setting_id=candidate.setting_id, setting_name=candidate.setting_name, reason_code=reason)
            )
    included.sort(key=lambda entry: (entry.travel_minutes, str(entry.setting_id)))
    excluded.sort(key=lambda entry: str(entry.setting_id))
    return tuple(included), tuple(excluded)


def excluded_because(criteria: Criteria, candidate: Candidate) -> ExclusionCode | None:
    """The first hard filter the setting fails. Age is that at the start of the academic year, so 7 to 11 ends at 10."""
    if not candidate.registered:
        return ExclusionCode.NOT_REGISTERED
    if candidate.closes_on is not None:
        return ExclusionCode.CLOSED_OR_CLOSING
    if not candidate.age_from <= criteria.age_at_start < candidate.age_to:
        return ExclusionCode.AGE_RANGE
    if candidate.phase is not None and criteria.phase not in _phases_of(candidate.phase):
        return ExclusionCode.PHASE
    if criteria.admits is not None and candidate.gender not in ("MIXED", criteria.admits):
        return ExclusionCode.GENDER
    needs = {criteria.primary_need, *criteria.other_needs}
    specialist = candidate.setting_category in _SPECIALIST and bool(candidate.designated_needs)
    if specialist and needs.isdisjoint(candidate.designated_needs):
        return ExclusionCode.NEED_OUTSIDE_DESIGNATION
    return None


def _phases_of(phase: Phase) -> Sequence[Phase]:
    match phase:
        case Phase.ALL_THROUGH:
            return tuple(Phase)
        case Phase.MIDDLE:
            return (Phase.MIDDLE, Phase.PRIMARY, Phase.SECONDARY)
        case _:
            return (phase,)


def score_of(criteria: Criteria, candidate: Candidate) -> Score:
    return Score(
        need=Decimal(_need_points(criteria, candidate)),
        capacity=Decimal(_capacity_points(criteria, candidate)),
        travel=_travel_points(criteria, candidate),
        section_f=_rounded(
            Decimal(10 * min(candidate.deliverable_items, criteria.section_f_items)) / criteria.section_f_items
        ),
        tariff=Decimal(_tariff_points(candidate)),
    )


def _need_points(criteria: Criteria, candidate: Candidate) -> int:
    if candidate.setting_category not in _SPECIALIST:
        return 30 if candidate.delivers_section_f_core else 15
    if criteria.primary_need in candidate.designated_needs:
        return 40
    return 25 if set(criteria.other_needs) & set(candidate.designated_needs) else 0


def _capacity_points(criteria: Criteria, candidate: Candidate) -> int:
    if candidate.place_from is None or candidate.place_from > criteria.one_term_later:
        return 0
    return 20 if candidate.place_from <= criteria.target_start else 10


def _travel_points(criteria: Criteria, candidate: Candidate) -> Decimal:
    left = 1 - Decimal(candidate.travel_minutes) / criteria.travel_limit
    return _rounded(20 * max(Decimal(0), left))


def _tariff_points(candidate: Candidate) -> int:
    if candidate.annual_cost <= candidate.tariff_max:
        return 10
    return 5 if candidate.annual_cost <= candidate.tariff_max * Decimal("1.1") else 0


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _flags(criteria: Criteria, candidate: Candidate) -> tuple[Flag, ...]:
    as_of = candidate.capacity_as_of
    raised = {
        Flag.FULL: candidate.place_from is None,
        Flag.AVAILABLE_LATER: candidate.place_from is not None and candidate.place_from > criteria.target_start,
        Flag.OVER_TRAVEL_GUIDE: candidate.travel_minutes > criteria.travel_limit,
        Flag.OUTSIDE_LA: candidate.outside_la,
        Flag.ABOVE_TARIFF: candidate.annual_cost > candidate.tariff_max,
        Flag.PREFERENCE_ONLY_S9: candidate.legal_route is LegalRoute.S9_EA96,
        Flag.INSPECTION_CONCERN: candidate.inspection_concern,
        Flag.CAPACITY_STALE: as_of is None or criteria.data_as_of - as_of > STALE_AFTER,
    }
    return tuple(flag for flag, holds in raised.items() if holds)


def _entry(criteria: Criteria, candidate: Candidate) -> Included:
    score = score_of(criteria, candidate)
    return Included(
        setting_id=candidate.setting_id,
        setting_name=candidate.setting_name,
        setting_category=candidate.setting_category,
        legal_route=candidate.legal_route,
        score=score,
        total=score.total,
        flags=_flags(criteria, candidate),
        travel_minutes=candidate.travel_minutes,
        place_from=candidate.place_from,
        annual_cost=candidate.annual_cost,
    )
