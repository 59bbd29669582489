"""The numbers a child is known by, with the check characters their issuers publish. Pure.

Each ``valid_…`` says whether the check character fits; none says that the number was ever given to anyone.
"""

from __future__ import annotations

import re

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 check letters: no I, O or S, which are read as 1, 0 and 5."""

_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]")


def upn_check_letter(rest: str) -> str:
    """The letter that belongs before the other twelve characters of a unique pupil number (DfE, UPN guide).

    Weights 2 to 13 from left to right, sum modulo 23. A temporary number ends with a letter, which counts by
    its place in the alphabet of check letters.
    """
    values = [_UPN_LETTERS.index(c) if c.isalpha() else int(c) for c in rest]
    return _UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23]


def valid_upn(upn: str) -> bool:
    """13 characters: check letter, authority (3), school (4), year (2), serial (3; last a letter if temporary)."""
    return _UPN.fullmatch(upn) is not None and upn[0] == upn_check_letter(upn[1:])


def valid_nhs_number(number: str) -> bool:
    """Ten digits without spaces; modulus 11 with weights 10 to 2 (NHS data dictionary)."""
    if re.fullmatch(r"\d{10}", number) is None:
        return False
    check = 11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), number, strict=False)) % 11
    return check != 10 and check % 11 == int(number[9])


def valid_uln(number: str) -> bool:
    """Ten digits; modulus 11 with weights 10 to 2, check digit ten minus the remainder (Learning Records Service)."""
    if re.fullmatch(r"\d{10}", number) is None:
        return False
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), number, strict=False)) % 11
    return remainder != 0 and 10 - remainder == int(number[9])
