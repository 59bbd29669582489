"""The advisory list: Green Paper 2.7 example 3, the filters, the flags, and that it limits nobody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from placement.categories import LegalRoute, SettingCategory
from placement.lists import GenerateTailoredList, ShareTailoredList
from placement.naming import naming
from placement.naming_events import Channel, PreferenceExpressed, TailoredListGenerated, TailoredListShared
from placement.preferences import ExpressPreference
from placement.tailored_list import Candidate, Criteria, ExclusionCode, Flag, score_of, tailored_list
from shared.testing.spec import given

from .examples import CASE, CONSULTED_ON, HIGHCROFT, LARCHES, MEADOW_PARK, OAKFIELD, RIVERSIDE, opened, registered

JUNIOR = UUID(int=106)

YEAR_7 = Criteria(
    target_start=date(2027, 9, 1),
    one_term_later=date(2028, 1, 5),
    age_at_start=11,
    phase="SECONDARY",
    primary_need="ASD",
    section_f_items=10,
    max_minutes=75,
    data_as_of=date(2026, 12, 14),
)


def _candidate(setting_id: UUID, category: SettingCategory, minutes: int, **more: Any) -> Candidate:
    name = registered(setting_id).name if setting_id != JUNIOR else "Beck Lane Junior School"
    return Candidate(
        **{
            "setting_id": setting_id,
            "setting_name": name,
            "setting_category": category,
            "legal_route": LegalRoute.S38_3,
            "age_from": 11,
            "age_to": 16,
            "phase": "SECONDARY",
            "designated_needs": ("ASD",),
            "travel_minutes": minutes,
            "place_from": YEAR_7.target_start,
            "capacity_as_of": date(2026, 12, 1),
            "deliverable_items": 10,
            "annual_cost": 23_500,
            "tariff_max": 25_000,
            **more,
        }
    )


RIVERSIDE_CANDIDATE = _candidate(
    RIVERSIDE, SettingCategory.MAINSTREAM, 12, delivers_section_f_core=True, deliverable_items=8, designated_needs=()
)
OAKFIELD_CANDIDATE = _candidate(
    OAKFIELD, SettingCategory.RESOURCED_PROVISION, 22, place_from=date(2028, 1, 5), deliverable_items=9
)
HIGHCROFT_CANDIDATE = _candidate(HIGHCROFT, SettingCategory.SPECIAL_INDEPENDENT, 55, annual_cost=68_000)
MEADOW_PARK_CANDIDATE = _candidate(MEADOW_PARK, SettingCategory.SPECIAL_STATE, 38, place_from=None)
LARCHES_CANDIDATE = _candidate(
    LARCHES, SettingCategory.INDEPENDENT, 60, legal_route=LegalRoute.S9_EA96, annual_cost=31_000
)
JUNIOR_CANDIDATE = _candidate(JUNIOR, SettingCategory.MAINSTREAM, 8, age_from=7, age_to=11, phase="PRIMARY")
ALL = (
    HIGHCROFT_CANDIDATE,
    RIVERSIDE_CANDIDATE,
    LARCHES_CANDIDATE,
    MEADOW_PARK_CANDIDATE,
    JUNIOR_CANDIDATE,
    OAKFIELD_CANDIDATE,
)


def test_year_7_entry_scores_as_published() -> None:
    scores = {c.setting_id: score_of(YEAR_7, c).total for c in ALL}
    assert scores[RIVERSIDE] == Decimal("84.8")
    assert scores[OAKFIELD] == Decimal("83.1")
    assert scores[HIGHCROFT] == Decimal("75.3")
    assert scores[MEADOW_PARK] == Decimal("69.9")


def test_the_parts_of_a_score_are_shown() -> None:
    score = score_of(YEAR_7, OAKFIELD_CANDIDATE)
    parts = (score.need, score.capacity, score.travel, score.section_f, score.tariff)
    assert [str(part) for part in parts] == ["40", "10", "14.1", "9.0", "10"]


def test_the_nearest_comes_first_and_the_junior_school_is_out_of_age() -> None:
    included, excluded = tailored_list(YEAR_7, ALL)
    assert [entry.setting_id for entry in included] == [RIVERSIDE, OAKFIELD, MEADOW_PARK, HIGHCROFT, LARCHES]
    assert [(e.setting_id, e.reason_code) for e in excluded] == [(JUNIOR, ExclusionCode.AGE_RANGE)]


def test_flags_tell_and_take_nothing_off_the_list() -> None:
    flags = {entry.setting_id: set(entry.flags) for entry in tailored_list(YEAR_7, ALL)[0]}
    assert flags == {
        RIVERSIDE: set(),
        OAKFIELD: {Flag.AVAILABLE_LATER},
        MEADOW_PARK: {Flag.FULL},
        HIGHCROFT: {Flag.ABOVE_TARIFF},
        LARCHES: {Flag.ABOVE_TARIFF, Flag.PREFERENCE_ONLY_S9},
    }


@pytest.mark.parametrize("as_of", [None, date(2026, 11, 13)])
def test_capacity_older_than_30_days_is_marked_stale(as_of: date | None) -> None:
    (entry,), _ = tailored_list(YEAR_7, [RIVERSIDE_CANDIDATE.model_copy(update={"capacity_as_of": as_of})])
    assert entry.flags == (Flag.CAPACITY_STALE,)
    (fresh,), _ = tailored_list(YEAR_7, [RIVERSIDE_CANDIDATE.model_copy(update={"capacity_as_of": date(2026, 11, 14)})])
    assert fresh.flags == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"registered": False}, ExclusionCode.NOT_REGISTERED),
        ({"closes_on": date(2028, 8, 31)}, ExclusionCode.CLOSED_OR_CLOSING),
        ({"age_from": 12}, ExclusionCode.AGE_RANGE),
        ({"phase": "PRIMARY"}, ExclusionCode.PHASE),
        ({"gender": "GIRLS"}, ExclusionCode.GENDER),
        ({"designated_needs": ("SEMH",)}, ExclusionCode.NEED_OUTSIDE_DESIGNATION),
    ],
)
def test_each_filter_has_its_code(change: dict[str, Any], code: ExclusionCode) -> None:
    boys = YEAR_7.model_copy(update={"admits": "BOYS"})
    _, (out,) = tailored_list(boys, [MEADOW_PARK_CANDIDATE.model_copy(update=change)])
    assert out.reason_code is code


@pytest.mark.parametrize("phase", ["ALL_THROUGH", "MIDDLE", None])
def test_a_setting_of_several_phases_stays(phase: Any) -> None:
    (_,), out = tailored_list(YEAR_7, [RIVERSIDE_CANDIDATE.model_copy(update={"phase": phase})])
    assert out == ()


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({"designated_needs": ("SLCN",)}, 25),
        ({"setting_category": SettingCategory.MAINSTREAM, "delivers_section_f_core": False}, 15),
    ],
)
def test_other_needs_and_undeclared_mainstream_score_less(change: dict[str, Any], points: int) -> None:
    criteria = YEAR_7.model_copy(update={"other_needs": ("SLCN",)})
    assert score_of(criteria, MEADOW_PARK_CANDIDATE.model_copy(update=change)).need == points


@pytest.mark.parametrize(("cost", "points"), [(25_000, 10), (27_500, 5), (27_501, 0)])
def test_the_tariff_has_a_margin_of_a_tenth(cost: int, points: int) -> None:
    candidate = MEADOW_PARK_CANDIDATE.model_copy(update={"annual_cost": Decimal(cost)})
    assert score_of(YEAR_7, candidate).tariff == points


@pytest.mark.parametrize(("phase", "limit"), [("PRIMARY", 45), ("EARLY_YEARS", 45), ("SECONDARY", 75), ("POST16", 75)])
def test_the_travel_guide_depends_on_the_phase(phase: str, limit: int) -> None:
    criteria = Criteria.model_validate({**YEAR_7.model_dump(), "phase": phase, "max_minutes": None})
    assert criteria.travel_limit == limit


def test_the_same_input_gives_the_same_list_in_any_order() -> None:
    assert tailored_list(YEAR_7, ALL) == tailored_list(YEAR_7, reversed(ALL))


# --- in the search ---


def _generate(candidates: tuple[Candidate, ...] = ALL, **more: Any) -> GenerateTailoredList:
    return GenerateTailoredList(
        **{"occurred_on": CONSULTED_ON, "case_id": CASE, "criteria": YEAR_7, "candidates": candidates, **more}
    )


def test_a_list_is_generated_and_shared_and_a_preference_knows_that_it_is_on_it() -> None:
    (generated,) = given(naming, opened()).when(_generate()).then_types(TailoredListGenerated)
    assert isinstance(generated, TailoredListGenerated)
    share = ShareTailoredList(
        occurred_on=CONSULTED_ON, case_id=CASE, list_id=generated.list_id, channel=Channel.EMAIL, explained_by="ana"
    )
    (shared,) = given(naming, opened(), generated).when(share).then_types(TailoredListShared)
    given(naming, opened(), generated, shared).when(share).then_nothing()
    ask = ExpressPreference(occurred_on=CONSULTED_ON, case_id=CASE, setting_id=HIGHCROFT)
    (asked,) = (
        given(naming, opened(), generated).reading(registered(HIGHCROFT)).when(ask).then_types(PreferenceExpressed)
    )
    assert asked.on_list


def test_a_short_list_and_one_without_mainstream_say_why() -> None:
    short = (MEADOW_PARK_CANDIDATE, HIGHCROFT_CANDIDATE)
    given(naming, opened()).when(_generate(short)).then_rejected("too-few-settings", "no-mainstream-setting")
    given(naming, opened()).when(
        _generate(short, few_settings_reason="No other is in reach.", family_asked_for_no_mainstream=True)
    ).then_types(TailoredListGenerated)


def test_only_a_list_of_this_search_is_shared() -> None:
    share = ShareTailoredList(occurred_on=CONSULTED_ON, case_id=CASE, list_id=UUID(int=1), channel=Channel.EMAIL)
    given(naming, opened()).when(share).then_rejected("no-list")
    (generated,) = given(naming, opened()).when(_generate()).then_types(TailoredListGenerated)
    given(naming, opened(), generated).when(share).then_rejected("no-such-list")
