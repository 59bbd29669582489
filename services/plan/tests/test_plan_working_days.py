"""Days the service counts itself, with the vectors of the statutory timeline for them (TV-25 ff., 36, 42, 55 ff.)."""

from __future__ import annotations

from datetime import date

import pytest
from plan.working_days import (
    appeal_until,
    bank_holidays,
    served_by_post,
    three_months_beginning_with,
    twelve_months_beginning_with,
    working_day_from,
)


@pytest.mark.parametrize(
    ("sent", "certificate", "until"),
    [
        ("2025-10-01", "2025-11-29", "2026-01-02"),
        ("2026-06-30", None, "2026-09-01"),
        ("2025-12-31", None, "2026-03-02"),
        ("2026-04-01", "2026-04-10", "2026-06-01"),
        ("2026-05-01", None, "2026-07-01"),
        ("2026-05-01", "2026-07-20", "2026-09-01"),
        ("2026-06-20", None, "2026-09-01"),
        ("2027-05-31", None, "2027-08-02"),
        ("2026-11-01", None, "2027-01-04"),
        ("2026-02-03", None, "2026-04-07"),
    ],
)
def test_the_appeal_period(sent: str, certificate: str | None, until: str) -> None:
    on = date.fromisoformat(certificate) if certificate else None
    assert appeal_until(date.fromisoformat(sent), on) == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-03-10", "2026-03-09"),
        ("2024-02-29", "2025-02-28"),
        ("2023-03-01", "2024-02-29"),
        ("2024-11-25", "2025-11-24"),
    ],
)
def test_twelve_months_beginning_with_a_day(first: str, last: str) -> None:
    assert twelve_months_beginning_with(date.fromisoformat(first)) == date.fromisoformat(last)


def test_three_months_beginning_with_a_day() -> None:
    assert three_months_beginning_with(date(2026, 11, 30)) == date(2027, 2, 28)
    assert three_months_beginning_with(date(2026, 9, 21)) == date(2026, 12, 20)


def test_a_posted_letter_counts_as_served_on_the_second_working_day() -> None:
    assert served_by_post(date(2026, 12, 14)) == date(2026, 12, 16)
    assert served_by_post(date(2026, 4, 2)) == date(2026, 4, 8)  # over Easter
    assert served_by_post(date(2026, 12, 24)) == date(2026, 12, 30)  # over Christmas


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2028, {"01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"}),
        (2031, {"01-01", "04-11", "04-14", "05-05", "05-26", "08-25", "12-25", "12-26"}),
        (2033, {"01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"}),
        (2032, {"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"}),
    ],
)
def test_bank_holidays_published_or_computed(year: int, days: set[str]) -> None:
    assert {f"{d:%m-%d}" for d in bank_holidays(year)} == days


def test_a_proclaimed_holiday_is_none_of_the_rules_but_counts() -> None:
    assert working_day_from(date(2023, 5, 8)) == date(2023, 5, 9)
