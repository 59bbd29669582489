"""Check characters, against numbers their issuers print as examples."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as example_of
from hypothesis import strategies as st
from referral.ages import birthday, compulsory_school_age_ends
from referral.identifiers import upn_check_letter, valid_nhs_number, valid_uln, valid_upn


@pytest.mark.parametrize("upn", ["H801200001001", "H80120000100B", "A000000000000"])
def test_a_upn_whose_letter_fits(upn: str) -> None:
    assert valid_upn(upn)


@pytest.mark.parametrize(
    "upn", ["A801200001001", "H80120000100", "h801200001001", "H80120000100I", "8H01200001001", ""]
)
def test_a_upn_that_does_not_fit(upn: str) -> None:
    assert not valid_upn(upn)


@example_of(st.from_regex(r"\A\d{12}\Z", alphabet="0123456789"), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_in_a_upn_is_found(rest: str, place: int, by: int) -> None:
    """Every weight and every difference of digits is prime to 23, so no single slip goes unseen."""
    letter = upn_check_letter(rest)
    slip = rest[:place] + str((int(rest[place]) + by) % 10) + rest[place + 1 :]
    assert valid_upn(letter + rest)
    assert not valid_upn(letter + slip)


@pytest.mark.parametrize("number", ["9434765919", "9434765870", "4505577104"])
def test_an_nhs_number_whose_check_digit_fits(number: str) -> None:
    assert valid_nhs_number(number)


@pytest.mark.parametrize("number", ["9434765918", "943476591", "94347659190", "943476591x", ""])
def test_an_nhs_number_that_does_not_fit(number: str) -> None:
    assert not valid_nhs_number(number)


def test_a_uln() -> None:
    assert valid_uln("1000000043")
    assert not valid_uln("1000000044")
    assert not valid_uln("100000004")


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(2010, 9, 1), date(2027, 6, 25)),
        (date(2010, 8, 31), date(2026, 6, 26)),
        (date(2011, 1, 15), date(2027, 6, 25)),
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(born: date, ends: date) -> None:
    assert compulsory_school_age_ends(born) == ends


def test_a_leap_day_birthday_is_the_first_of_march() -> None:
    assert birthday(date(2008, 2, 29), 25) == date(2033, 3, 1)
    assert birthday(date(2008, 2, 29), 4) == date(2012, 2, 29)
