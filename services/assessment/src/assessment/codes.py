"""Code lists of the field, as they are stored and sent (`green-paper.md` 10, `statutory-timeline.md` 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
"""Free text that says something."""

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name, a reference or an organisation."""

Evidence = Annotated[tuple[Short, ...], Field(min_length=1, description="References of the documents relied on.")]
"""At least one document: a decision or a claim without evidence is none."""

YearGroup = Annotated[
    int,
    Field(ge=-4, le=20, description="National curriculum year: 0 is Reception, below 0 before it, 12 and up after 11."),
]


class Method(StrEnum):
    """How a notice was sent."""

    POST = "POST"
    EMAIL = "EMAIL"
    HAND = "HAND"
    PORTAL = "PORTAL"


class Recipient(StrEnum):
    """Whom the authority tells. The rights are the young person's from the end of compulsory school age."""

    PARENT = "PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    ICB = "ICB"
    SOCIAL_CARE = "SOCIAL_CARE"
    SETTING = "SETTING"
    """The head, the principal, or the early years provider's lead for special educational needs."""
    YOUTH_ACCOMMODATION = "YOUTH_ACCOMMODATION"
    YOUTH_OFFENDING_TEAM = "YOUTH_OFFENDING_TEAM"


FAMILY = frozenset({Recipient.PARENT, Recipient.YOUNG_PERSON})


class Finding(StrEnum):
    """What the authority found on one limb of a statutory test."""

    MET = "MET"
    NOT_MET = "NOT_MET"


class Cited(StrEnum):
    """What a refusal rests on. Only the statutory test may be cited; the rest is here to be refused in words."""

    STATUTORY_TEST = "STATUTORY_TEST"
    STANDARD = "STANDARD"
    LOCAL_THRESHOLD = "LOCAL_THRESHOLD"
    LOCAL_POLICY = "LOCAL_POLICY"
    NO_DIAGNOSIS = "NO_DIAGNOSIS"
    ATTAINMENT = "ATTAINMENT"
    RESOURCES = "RESOURCES"
    OTHER = "OTHER"


class AdviceType(StrEnum):
    """The categories of reg 6(1)."""

    PARENT_YP = "PARENT_YP"
    EDUCATION = "EDUCATION"
    MEDICAL = "MEDICAL"
    PSYCHOLOGY = "PSYCHOLOGY"
    SOCIAL_CARE = "SOCIAL_CARE"
    OTHER = "OTHER"
    PFA = "PFA"
    """Preparation for adulthood and independent living, in or beyond year 9."""
    REQUESTED_BY_FAMILY = "REQUESTED_BY_FAMILY"


@dataclass(frozen=True, slots=True)
class Category:
    """A category of advice: its place in reg 6, who is asked where nobody is named, and whether s.31 binds them."""

    reg6_code: str
    from_org: str
    cooperating_body: bool = False


CATEGORIES = {
    AdviceType.PARENT_YP: Category("6(1)(a)", "the parent or young person"),
    AdviceType.EDUCATION: Category("6(1)(b)", "the setting attended"),
    # The authority's own social care and its psychologists are no "other body" under s.31: guidance gives them 6 weeks.
    AdviceType.MEDICAL: Category("6(1)(c)", "the integrated care board", cooperating_body=True),
    AdviceType.PSYCHOLOGY: Category("6(1)(d)", "the educational psychology service"),
    AdviceType.SOCIAL_CARE: Category("6(1)(e)", "the authority's social care service"),
    AdviceType.OTHER: Category("6(1)(f)", "another adviser"),
    AdviceType.PFA: Category("6(1)(g)", "the preparing for adulthood lead"),
    AdviceType.REQUESTED_BY_FAMILY: Category("6(1)(h)", "a person the family asked for"),
}

ALWAYS_SOUGHT = (
    AdviceType.PARENT_YP,
    AdviceType.EDUCATION,
    AdviceType.MEDICAL,
    AdviceType.PSYCHOLOGY,
    AdviceType.SOCIAL_CARE,
)

YEAR_NINE = 9
"""From here on advice on preparing for adulthood is due as well (reg 6(1)(g))."""


def statutory_categories(year_group: int | None) -> tuple[AdviceType, ...]:
    """The advice that must be sought for every child: reg 6(1)(a) to (e), and (g) in or beyond year 9."""
    grown = year_group is not None and year_group >= YEAR_NINE
    return (*ALWAYS_SOUGHT, AdviceType.PFA) if grown else ALWAYS_SOUGHT


class NeedCode(StrEnum):
    """Types of need (SEN2 ``SENtype``). NSA, "not yet assessed", is for the school census and never a finding."""

    SPLD = "SPLD"
    MLD = "MLD"
    SLD = "SLD"
    PMLD = "PMLD"
    SEMH = "SEMH"
    SLCN = "SLCN"
    HI = "HI"
    VI = "VI"
    MSI = "MSI"
    PD = "PD"
    ASD = "ASD"
    DS = "DS"
    OTH = "OTH"


class SensoryNeed(StrEnum):
    """The needs for which educational advice must come from, or with, a teacher qualified for them (reg 6(2))."""

    HI = "HI"
    VI = "VI"
    MSI = "MSI"


class Rank(StrEnum):
    """A need's rank. SECONDARY and OTHER stand in the order of the list."""

    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"
    OTHER = "OTHER"
