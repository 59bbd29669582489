"""Kinds of settings, and which of them a family may ask for by right (section 38(3)). Pure reference data.

Green Paper reference 10.2, 10.4 and 10.5. GIAS is the national register of schools ("Get Information about Schools").
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal


class SettingCategory(StrEnum):
    MAINSTREAM = "MAINSTREAM"
    RESOURCED_PROVISION = "RESOURCED_PROVISION"
    SEN_UNIT = "SEN_UNIT"
    EARLY_YEARS = "EARLY_YEARS"
    SPECIAL_STATE = "SPECIAL_STATE"
    NMSS = "NMSS"
    SPECIAL_INDEPENDENT = "SPECIAL_INDEPENDENT"
    INDEPENDENT = "INDEPENDENT"
    AP_STATE = "AP_STATE"
    POST16_FE = "POST16_FE"
    POST16_SPECIALIST = "POST16_SPECIALIST"
    ONLINE = "ONLINE"
    OTHER = "OTHER"


class LegalRoute(StrEnum):
    """By which law a family's wish for the setting is weighed."""

    S38_3 = "S38_3"
    """Children and Families Act 2014, s.38(3): named unless s.39(4) says otherwise; if named it must admit (s.43)."""
    S9_EA96 = "S9_EA96"
    """Education Act 1996, s.9: the wish counts unless it means unreasonable public expenditure; no duty to admit."""


class Phase(StrEnum):
    EARLY_YEARS = "EARLY_YEARS"
    PRIMARY = "PRIMARY"
    MIDDLE = "MIDDLE"
    SECONDARY = "SECONDARY"
    ALL_THROUGH = "ALL_THROUGH"
    POST16 = "POST16"


class Residential(StrEnum):
    """Boarding offered or lived in. SEN2 counts the last two (38 to 51 weeks, 52 weeks)."""

    NONE = "NONE"
    WEEKLY = "WEEKLY"
    WEEKS_38 = "38W"
    WEEKS_52 = "52W"


NeedCode = Literal["SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH"]
"""SEN2 primary-need codes; settings declare what they are designated for in the same words."""

SenSetting = Literal["EYP", "OTH"]
"""SEN2's code for a setting that has neither a URN nor a UKPRN."""

_MAINSTREAM_TYPES = frozenset({1, 2, 3, 5, 6, 28, 34, 35, 40, 41})
_MAINTAINED_NURSERY = 15
_PUPIL_REFERRAL_UNIT = 14

TYPE_CODES: Mapping[SettingCategory, frozenset[int]] = {
    SettingCategory.MAINSTREAM: _MAINSTREAM_TYPES,
    SettingCategory.RESOURCED_PROVISION: _MAINSTREAM_TYPES,
    SettingCategory.SEN_UNIT: _MAINSTREAM_TYPES,
    SettingCategory.EARLY_YEARS: frozenset({_MAINTAINED_NURSERY}),
    SettingCategory.SPECIAL_STATE: frozenset({7, 12, 33, 36, 44}),
    SettingCategory.NMSS: frozenset({8}),
    SettingCategory.SPECIAL_INDEPENDENT: frozenset({10}),
    SettingCategory.INDEPENDENT: frozenset({11}),
    SettingCategory.AP_STATE: frozenset({_PUPIL_REFERRAL_UNIT, 38, 42, 43}),
    SettingCategory.POST16_FE: frozenset({18, 31, 39, 45, 46}),
    SettingCategory.POST16_SPECIALIST: frozenset({32}),
    SettingCategory.ONLINE: frozenset({49}),
    SettingCategory.OTHER: frozenset({24, 25, 26, 27, 30, 57}),
}
"""GIAS establishment type codes of each category."""

MAY_BE_SECTION_41 = frozenset(
    {SettingCategory.SPECIAL_INDEPENDENT, SettingCategory.INDEPENDENT, SettingCategory.POST16_SPECIALIST}
)
"""Categories the Secretary of State can approve under section 41."""

_BY_RIGHT = frozenset(
    {
        SettingCategory.MAINSTREAM,
        SettingCategory.RESOURCED_PROVISION,
        SettingCategory.SEN_UNIT,
        SettingCategory.SPECIAL_STATE,
        SettingCategory.NMSS,
        SettingCategory.POST16_FE,
    }
)

_MAINSTREAM_BY_SECTION_33 = frozenset(
    {
        SettingCategory.MAINSTREAM,
        SettingCategory.RESOURCED_PROVISION,
        SettingCategory.SEN_UNIT,
        SettingCategory.POST16_FE,
    }
)


def legal_route_of(
    category: SettingCategory, *, section41: bool, establishment_type_code: int | None, case_by_case: LegalRoute | None
) -> LegalRoute:
    """The route that follows from what a setting is (s.38(3); Green Paper reference 10.4).

    Two choices: alternative provision academies are Academies and so within s.38(3)(c), a pupil referral unit is not a
    maintained school for Part 3; and OTHER has no general answer, so whoever registers it says which
    (``case_by_case``).
    """
    match category:
        case SettingCategory.EARLY_YEARS:
            by_right = establishment_type_code == _MAINTAINED_NURSERY
        case SettingCategory.AP_STATE:
            by_right = establishment_type_code != _PUPIL_REFERRAL_UNIT
        case SettingCategory.OTHER:
            by_right = case_by_case is LegalRoute.S38_3
        case _ if category in MAY_BE_SECTION_41:
            by_right = section41
        case _:
            by_right = category in _BY_RIGHT
    return LegalRoute.S38_3 if by_right else LegalRoute.S9_EA96


def is_mainstream(category: SettingCategory | str | None, route: LegalRoute | None) -> bool:
    """Within the presumption of s.33: a maintained nursery, mainstream school or mainstream post-16 institution."""
    if category == SettingCategory.EARLY_YEARS:
        return route is LegalRoute.S38_3
    return category in _MAINSTREAM_BY_SECTION_33
