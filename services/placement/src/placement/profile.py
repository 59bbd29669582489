"""What is known about a setting (Green Paper 2.5, reference 10.4), as values of commands and events."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from placement.categories import (
    MAY_BE_SECTION_41,
    TYPE_CODES,
    LegalRoute,
    NeedCode,
    Phase,
    Residential,
    SettingCategory,
)
from placement.fields import Age, LaCode, Text
from shared import Value


class InspectionScheme(StrEnum):
    """The two are not comparable, so grades are shown and never scored."""

    OEIF_4POINT = "OEIF_4POINT"
    REPORT_CARD_2025 = "REPORT_CARD_2025"


class InspectionGrade(Value):
    area: Text
    grade: Text


class Inspection(Value):
    scheme: InspectionScheme
    inspected_on: date
    grades: tuple[InspectionGrade, ...] = ()
    safeguarding_met: bool | None = None


class Location(Value):
    """WGS 84, degrees."""

    lat: Annotated[float, Field(ge=49, le=61)]
    lon: Annotated[float, Field(ge=-9, le=3)]


class SettingProfile(Value):
    """A school, college or other place, whoever runs it. A resourced provision or SEN unit is a setting of its own."""

    name: Text
    setting_category: SettingCategory
    establishment_type_code: int | None = Field(
        default=None, validate_default=True, description="GIAS code; none for private early years."
    )
    section41: bool = Field(
        default=False, description="Approved by the Secretary of State under section 41 of the 2014 Act."
    )
    case_by_case_route: LegalRoute | None = Field(
        default=None, validate_default=True, description="Only for OTHER, and needed there: who may ask for it."
    )
    urn: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    ukprn: str | None = Field(default=None, pattern=r"^[0-9]{8}$")
    maintained_by: LaCode | None = None
    phase: Phase | None = None
    age_from: Age
    age_to: Age
    gender: Literal["MIXED", "BOYS", "GIRLS"] = "MIXED"
    designated_needs: tuple[NeedCode, ...] = ()
    residential: Residential = Residential.NONE
    offers: tuple[Text, ...] = ()
    """Provision the setting says it can deliver, in the words of section F."""
    location: Location | None = None
    inspection: Inspection | None = None
    closes_on: date | None = None
    """Announced last day, if it is closing."""


class CheckedProfile(SettingProfile):
    """A profile as a caller states it: its parts must fit each other. Stored events are read without these checks."""

    @field_validator("establishment_type_code")
    @classmethod
    def _fits_the_category(cls, code: int | None, info: ValidationInfo) -> int | None:
        category = info.data.get("setting_category")
        if category is None:
            return code
        codes = ", ".join(map(str, sorted(TYPE_CODES[category])))
        if code is None and category is SettingCategory.AP_STATE:
            raise ValueError(f"is needed for AP_STATE, because the law differs by type: {codes}")
        if code is not None and code not in TYPE_CODES[category]:
            raise ValueError(f"does not belong to {category}; its GIAS type codes are {codes}")
        return code

    @field_validator("section41")
    @classmethod
    def _can_be_approved(cls, section41: bool, info: ValidationInfo) -> bool:
        category = info.data.get("setting_category")
        if section41 and category is not None and category not in MAY_BE_SECTION_41:
            raise ValueError(f"a setting of category {category} cannot be approved under section 41")
        return section41

    @field_validator("case_by_case_route")
    @classmethod
    def _only_where_the_law_leaves_it_open(cls, route: LegalRoute | None, info: ValidationInfo) -> LegalRoute | None:
        category = info.data.get("setting_category")
        if category is SettingCategory.OTHER and route is None:
            raise ValueError("is needed for OTHER: S38_3 if a family may ask for it by section 38(3), else S9_EA96")
        if category not in (SettingCategory.OTHER, None) and route is not None:
            raise ValueError(f"is only for OTHER; for {category} it follows from the category and section 41")
        return route

    @field_validator("age_to")
    @classmethod
    def _not_before_age_from(cls, age_to: int, info: ValidationInfo) -> int:
        if age_to < info.data.get("age_from", 0):
            raise ValueError("must not be less than age_from")
        return age_to
