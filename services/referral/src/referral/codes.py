"""Code lists of the field, as they are stored and sent (`green-paper.md` section 10)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints


class NeedCode(StrEnum):
    """Primary types of need (SEN2 and school census). NSA: on SEN support, type of need not yet assessed."""

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
    NSA = "NSA"


class Area(StrEnum):
    """The four areas of need of the Code of Practice."""

    CI = "CI"
    CL = "CL"
    SEMH = "SEMH"
    SP = "SP"


class Layer(StrEnum):
    """How intensive the support is. A child on SEN support is on TARGETED or TARGETED_PLUS."""

    TARGETED = "TARGETED"
    TARGETED_PLUS = "TARGETED_PLUS"


class Source(StrEnum):
    """Who asked, or who told the authority."""

    PARENT = "PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    SCHOOL = "SCHOOL"
    POST16 = "POST16"
    EARLY_YEARS = "EARLY_YEARS"
    HEALTH = "HEALTH"
    SOCIAL_CARE = "SOCIAL_CARE"
    YOUTH_JUSTICE = "YOUTH_JUSTICE"
    OTHER = "OTHER"


class Channel(StrEnum):
    """How it reached the authority; any of them starts the clock, a conversation too."""

    EMAIL = "EMAIL"
    POST = "POST"
    PORTAL = "PORTAL"
    TELEPHONE = "TELEPHONE"
    IN_PERSON = "IN_PERSON"
    OTHER = "OTHER"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""Free text that says something; blanks say nothing."""

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name, a reference or an organisation."""
