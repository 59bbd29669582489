"""Working days, the Tribunal's days, and the school days of one school."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from projections.deadlines import Calendars, Fact, Undecidable
from projections.deadlines.calendars import tribunal_skip

ENGLAND = Calendars.england()


def published(year: str, first: str, last: str, *, setting: str | None = "s", at: int = 1) -> Fact:
    kind = "setting" if setting else "authority"
    data = {"academic_year": year, "terms": [{"first_day": first, "last_day": last}], "not_school_days": []}
    if setting:
        data["setting_id"] = setting
    recorded = datetime(2025, 1, at, tzinfo=UTC)
    return Fact(f"{year}-{at}", f"placement.{kind}-term-dates-published", recorded.date(), recorded, "801", data)


def test_good_friday_and_substitute_holidays_are_not_working_days() -> None:
    assert not ENGLAND.is_working_day(date(2026, 4, 3))
    assert not ENGLAND.is_working_day(date(2026, 12, 28))
    assert ENGLAND.is_working_day(date(2026, 12, 29))


def test_the_tribunal_s_own_days() -> None:
    """6.32: two different questions."""
    assert tribunal_skip(date(2026, 8, 3))
    assert tribunal_skip(date(2026, 12, 29))
    assert not tribunal_skip(date(2027, 1, 2))
    assert ENGLAND.is_working_day(date(2026, 12, 29))


def test_outside_the_published_years_a_working_day_is_not_guessed() -> None:
    with pytest.raises(Undecidable, match="bank holidays are published only from 1 January 2012"):
        ENGLAND.working_day_after(date(2035, 1, 1), 3)
    with pytest.raises(Undecidable):
        ENGLAND.working_day_after(date(2028, 12, 28), 30)


def test_half_terms_inset_and_bank_holidays_are_not_school_days() -> None:
    school = ENGLAND.school_calendar(
        [
            {
                "terms": [{"first_day": "2026-04-13", "last_day": "2026-07-21"}],
                "not_school_days": ["2026-05-26", "2026-05-27", "2026-05-28", "2026-05-29"],
            }
        ]
    )
    assert school.after(date(2026, 5, 1), 1) == date(2026, 5, 5)  # Early May bank holiday on Monday the 4th.
    assert school.after(date(2026, 5, 22), 1) == date(2026, 6, 1)
    assert school.nth(date(2026, 5, 22), 2) == date(2026, 6, 1)
    assert school.before(date(2026, 6, 1), 1) == date(2026, 5, 22)


def test_a_year_published_again_replaces_what_was_there() -> None:
    first = published("2026/27", "2026-09-01", "2026-12-18")
    again = published("2026/27", "2026-09-07", "2026-12-18", at=2)
    for order in ([first, again], [again, first]):
        school = ENGLAND.with_terms(order).school("s")
        assert school is not None
        assert school.days[0] == date(2026, 9, 7)


def test_schools_and_authorities_are_kept_apart() -> None:
    calendars = ENGLAND.with_terms(
        [
            published("2026/27", "2026-09-01", "2026-12-18"),
            published("2026/27", "2026-09-03", "2026-12-18", setting=None),
        ]
    )
    assert calendars.schools["s"].days[0] == date(2026, 9, 1)
    assert calendars.authorities["801"].days[0] == date(2026, 9, 3)
    assert calendars.school("other") is None


def test_the_summer_holiday_is_counted_over_and_a_missing_year_is_not() -> None:
    two = ENGLAND.with_terms(
        [published("2025/26", "2026-04-13", "2026-07-21"), published("2026/27", "2026-09-01", "2026-12-18")]
    ).schools["s"]
    assert two.after(date(2026, 7, 20), 2) == date(2026, 9, 1)
    gap = ENGLAND.with_terms(
        [published("2025/26", "2026-04-13", "2026-07-21"), published("2027/28", "2027-09-01", "2027-12-17")]
    ).schools["s"]
    with pytest.raises(Undecidable, match="no term dates are published for the school around 20 July 2026"):
        gap.after(date(2026, 7, 20), 5)
    with pytest.raises(Undecidable, match="do not reach far enough from 14 April 2026"):
        two.before(date(2026, 4, 14), 5)
