"""The directory of settings: what follows from what a setting is, and how many places it has."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from placement.capacity import Capacity, ConfirmedLeaver, ConfirmedStart, places_available
from placement.categories import LegalRoute, SettingCategory
from placement.setting import (
    CapacityReported,
    RegisterSetting,
    ReportCapacity,
    SettingProfileUpdated,
    SettingRegistered,
    UpdateSettingProfile,
    setting,
)
from pydantic import ValidationError
from shared.core.messages import Actor
from shared.testing.spec import given, stamped

DAY = date(2026, 9, 7)
ID = UUID(int=101)


def _register(**more: Any) -> RegisterSetting:
    return RegisterSetting(
        **{
            "occurred_on": DAY,
            "name": "Riverside Academy",
            "setting_category": "MAINSTREAM",
            "urn": "123456",
            "age_from": 11,
            "age_to": 16,
            **more,
        }
    )


def _registered(**more: Any) -> SettingRegistered:
    (event,) = given(setting).when(_register(**more)).then_types(SettingRegistered)
    assert isinstance(event, SettingRegistered)
    return event


@pytest.mark.parametrize(
    ("what", "route"),
    [
        ({"setting_category": "MAINSTREAM", "establishment_type_code": 34}, LegalRoute.S38_3),
        ({"setting_category": "RESOURCED_PROVISION"}, LegalRoute.S38_3),
        ({"setting_category": "SEN_UNIT"}, LegalRoute.S38_3),
        ({"setting_category": "EARLY_YEARS", "establishment_type_code": 15}, LegalRoute.S38_3),
        ({"setting_category": "EARLY_YEARS"}, LegalRoute.S9_EA96),
        ({"setting_category": "SPECIAL_STATE", "establishment_type_code": 7}, LegalRoute.S38_3),
        ({"setting_category": "NMSS", "establishment_type_code": 8}, LegalRoute.S38_3),
        ({"setting_category": "SPECIAL_INDEPENDENT", "section41": True}, LegalRoute.S38_3),
        ({"setting_category": "SPECIAL_INDEPENDENT"}, LegalRoute.S9_EA96),
        ({"setting_category": "INDEPENDENT", "section41": True}, LegalRoute.S38_3),
        ({"setting_category": "INDEPENDENT", "establishment_type_code": 11}, LegalRoute.S9_EA96),
        ({"setting_category": "AP_STATE", "establishment_type_code": 14}, LegalRoute.S9_EA96),
        ({"setting_category": "AP_STATE", "establishment_type_code": 42}, LegalRoute.S38_3),
        ({"setting_category": "POST16_FE", "establishment_type_code": 18}, LegalRoute.S38_3),
        ({"setting_category": "POST16_SPECIALIST"}, LegalRoute.S9_EA96),
        ({"setting_category": "POST16_SPECIALIST", "section41": True}, LegalRoute.S38_3),
        ({"setting_category": "ONLINE"}, LegalRoute.S9_EA96),
        ({"setting_category": "OTHER", "case_by_case_route": "S38_3"}, LegalRoute.S38_3),
        ({"setting_category": "OTHER", "case_by_case_route": "S9_EA96"}, LegalRoute.S9_EA96),
    ],
)
def test_by_which_law_a_family_may_ask_for_it_follows_from_what_it_is(what: dict[str, Any], route: LegalRoute) -> None:
    assert _registered(**what).legal_route is route


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"section41": True}, "section41"),
        ({"establishment_type_code": 7}, "establishment_type_code"),
        ({"setting_category": "AP_STATE"}, "establishment_type_code"),
        ({"setting_category": "OTHER"}, "case_by_case_route"),
        ({"case_by_case_route": "S38_3"}, "case_by_case_route"),
        ({"age_from": 16, "age_to": 11}, "age_to"),
        ({"age_to": 26}, "age_to"),
        ({"urn": "12345"}, "urn"),
        ({"ukprn": "123"}, "ukprn"),
        ({"name": ""}, "name"),
        ({"setting_category": "SCHOOL"}, "setting_category"),
        ({"designated_needs": ["NSA"]}, "designated_needs"),
    ],
)
def test_a_profile_that_does_not_fit_together_names_the_field(what: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as malformed:
        _register(**what)
    assert {error["loc"][0] for error in malformed.value.errors()} == {field}


def test_entering_the_same_school_twice_finds_the_first_entry() -> None:
    first = _registered()
    given(setting, first).when(_register()).then_nothing()
    assert _registered().setting_id == first.setting_id


def test_the_same_number_with_another_profile_is_refused() -> None:
    given(setting, _registered()).when(_register(name="Riverside School")).then_rejected("setting-already-registered")


def test_a_resourced_provision_is_a_setting_beside_its_school() -> None:
    assert _registered().setting_id != _registered(setting_category="RESOURCED_PROVISION").setting_id


def test_another_authority_has_its_own_entry_of_the_same_school() -> None:
    other = Actor(user_id="bob", role="placement_officer", org_id="998", la_code="998")
    assert stamped(_register()).setting_id != stamped(_register(), by=other).setting_id


def test_two_settings_without_a_number_are_two() -> None:
    one, two = _register(urn=None), _register(urn=None)
    assert stamped(one, number=1).setting_id != stamped(two, number=2).setting_id


@pytest.mark.parametrize(
    ("what", "code"),
    [({}, None), ({"urn": None, "ukprn": "10012345"}, None), ({"urn": None}, "OTH"),
     ({"urn": None, "setting_category": "EARLY_YEARS"}, "EYP")],
)  # fmt: skip
def test_sen2_has_a_code_for_a_setting_without_a_number(what: dict[str, Any], code: str | None) -> None:
    assert _registered(**what).sen_setting == code


def test_a_setting_that_becomes_section_41_approved_may_be_asked_for_by_right() -> None:
    facts: dict[str, Any] = {"setting_category": "SPECIAL_INDEPENDENT", "urn": "123456", "age_from": 5, "age_to": 19}
    before = _registered(name="Highcroft", **facts)
    update = UpdateSettingProfile(setting_id=before.setting_id, name="Highcroft", section41=True, **facts)
    (event,) = given(setting, before).when(update).then_types(SettingProfileUpdated)
    assert (before.legal_route, event.legal_route) == (LegalRoute.S9_EA96, LegalRoute.S38_3)
    given(setting, before, event).when(update).then_nothing()


# --- places ---


def _capacity(**more: Any) -> Capacity:
    return Capacity(**{"commissioned_places": 120, "on_roll": 118, **more})


@pytest.mark.parametrize(
    ("facts", "free"),
    [
        ({}, 2),
        ({"agreed_over_number": 3}, 5),
        ({"confirmed_starts": [{"starts_on": "2026-09-07", "count": 2}]}, 0),
        ({"confirmed_starts": [{"starts_on": "2026-09-08"}]}, 2),
        ({"confirmed_leavers": [{"last_day": "2026-09-06", "count": 4}]}, 6),
        ({"confirmed_leavers": [{"last_day": "2026-09-07"}]}, 2),
        ({"on_roll": 128}, -8),
    ],
)
def test_places_free_for_a_start_date(facts: dict[str, Any], free: int) -> None:
    assert places_available(Capacity.model_validate({"commissioned_places": 120, "on_roll": 118, **facts}), DAY) == free


def test_everything_that_counts_counts_together() -> None:
    capacity = _capacity(
        agreed_over_number=2,
        confirmed_starts=(ConfirmedStart(starts_on=date(2026, 9, 1), count=5),),
        confirmed_leavers=(ConfirmedLeaver(last_day=date(2026, 7, 21), count=9),),
    )
    assert places_available(capacity, DAY) == 120 + 2 - 118 - 5 + 9


def _report(on: date, on_roll: int) -> ReportCapacity:
    return ReportCapacity(setting_id=ID, occurred_on=on, commissioned_places=120, on_roll=on_roll)


def test_a_report_says_how_many_places_are_free_that_day() -> None:
    (event,) = given(setting, _registered()).when(_report(DAY, 128)).then_types(CapacityReported)
    assert (event.available_places, event.occurred_on) == (-8, DAY)
    given(setting, _registered(), event).when(_report(DAY, 128)).then_nothing()


def test_a_late_report_of_an_earlier_day_does_not_replace_a_later_one() -> None:
    spec = given(setting, _registered())
    (autumn,) = spec.when(_report(date(2026, 10, 1), 119)).then_types(CapacityReported)
    (summer,) = spec.when(_report(date(2026, 6, 1), 110)).then_types(CapacityReported)
    state = setting.fold([_registered(), autumn, summer])
    assert (state.capacity_as_of, state.capacity.on_roll) == (date(2026, 10, 1), 119)
    assert state.category is SettingCategory.MAINSTREAM
