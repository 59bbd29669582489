"""Term dates of settings and of the authority."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from placement.term_dates import (
    AuthorityTermDatesPublished,
    PublishAuthorityTermDates,
    PublishSettingTermDates,
    SettingTermDatesPublished,
    Term,
    authority_id_of,
    authority_term_dates,
    setting_term_dates,
)
from pydantic import ValidationError
from shared.testing.spec import given, stamped

from .examples import RIVERSIDE, UNREGISTERED, registered

TERMS = [
    {"first_day": "2026-09-01", "last_day": "2026-12-18"},
    {"first_day": "2027-01-04", "last_day": "2027-03-25"},
    {"first_day": "2027-04-12", "last_day": "2027-07-21"},
]


def _publish(**more: Any) -> PublishSettingTermDates:
    return PublishSettingTermDates(
        **{
            "setting_id": RIVERSIDE,
            "academic_year": "2026/27",
            "terms": TERMS,
            "not_school_days": ["2027-01-04", "2026-09-01", "2026-09-01"],
            **more,
        }
    )


def _dates(**more: Any) -> dict[str, Any]:
    return {"academic_year": "2026/27", "terms": TERMS, **more}


def test_a_settings_dates_are_published_for_a_year() -> None:
    (event,) = (
        given(setting_term_dates).reading(registered(RIVERSIDE)).when(_publish()).then_types(SettingTermDatesPublished)
    )
    assert event.terms[0] == Term(first_day=date(2026, 9, 1), last_day=date(2026, 12, 18))
    assert event.not_school_days == (date(2026, 9, 1), date(2027, 1, 4))
    given(setting_term_dates, event).reading(registered(RIVERSIDE)).when(_publish()).then_nothing()


def test_dates_published_again_replace_those_of_that_year_only() -> None:
    spec = given(setting_term_dates).reading(registered(RIVERSIDE))
    (first,) = spec.when(_publish()).then_types(SettingTermDatesPublished)
    (closed,) = spec.when(_publish(not_school_days=["2027-02-01"])).then_types(SettingTermDatesPublished)
    next_terms = [{"first_day": "2027-09-01", "last_day": "2027-12-17"}]
    (after,) = spec.when(_publish(academic_year="2027/28", terms=next_terms, not_school_days=[])).then_types(
        SettingTermDatesPublished
    )
    state = setting_term_dates.fold([first, closed, after])
    assert state.years["2026/27"].not_school_days == (date(2027, 2, 1),)
    assert set(state.years) == {"2026/27", "2027/28"}


def test_only_a_registered_setting_has_term_dates() -> None:
    given(setting_term_dates).reading(UNREGISTERED).when(_publish()).then_rejected("setting-not-registered")


def test_an_authority_publishes_its_own_dates_and_nobody_elses() -> None:
    sent = stamped(PublishAuthorityTermDates.model_validate(_dates()))
    assert sent.authority_id == authority_id_of("999") != authority_id_of("998")
    (event,) = (
        given(authority_term_dates)
        .when(PublishAuthorityTermDates.model_validate(_dates()))
        .then_types(AuthorityTermDatesPublished)
    )
    assert event.authority_id == authority_id_of("999")


@pytest.mark.parametrize(
    ("what", "field", "words"),
    [
        ({"academic_year": "2026"}, "academic_year", "pattern"),
        ({"academic_year": "2026/28"}, "academic_year", "in a row"),
        ({"terms": []}, "terms", "at least 1"),
        ({"terms": [{"first_day": "2026-12-18", "last_day": "2026-09-01"}]}, "terms", "before it begins"),
        ({"terms": [TERMS[1], TERMS[0]]}, "terms", "in order"),
        ({"terms": [{"first_day": "2025-09-01", "last_day": "2025-12-18"}]}, "terms", "academic year 2026/27"),
        ({"not_school_days": ["2027-09-01"]}, "not_school_days", "academic year 2026/27"),
    ],
)
def test_dates_that_cannot_be_are_malformed(what: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as malformed:
        PublishAuthorityTermDates.model_validate(_dates(**what))
    assert {error["loc"][0] for error in malformed.value.errors()} == {field}


def test_the_century_may_turn() -> None:
    terms = [{"first_day": "2099-09-01", "last_day": "2099-12-18"}]
    PublishAuthorityTermDates.model_validate(_dates(academic_year="2099/00", terms=terms))
