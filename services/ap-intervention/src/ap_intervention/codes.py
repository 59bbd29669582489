"""Code lists of the field, as they are stored and sent (`green-paper.md` 10.7 to 10.11)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

Tier = Literal[1, 2, 3]
"""1 targeted support in mainstream; 2 time-limited placement, return expected; 3 transitional placement."""


class ApSettingType(StrEnum):
    """What an AP provider is. URN and UKPRN have that number; the rest are the AP census' non-school types."""

    URN = "URN"
    UKPRN = "UKPRN"
    NFE = "NFE"
    """Non-maintained further education."""
    OOT = "OOT"
    """One-to-one tuition."""
    OTH = "OTH"
    """Other non-school provider."""
    WBP = "WBP"
    """Work-based placement."""


class CheckKind(StrEnum):
    """What is checked about a provider. The first four are the areas of the DfE's standards of August 2025."""

    SAFEGUARDING = "SAFEGUARDING"
    HEALTH_AND_SAFETY = "HEALTH_AND_SAFETY"
    ADMISSIONS_AND_SUPPORT = "ADMISSIONS_AND_SUPPORT"
    QUALITY_OF_EDUCATION = "QUALITY_OF_EDUCATION"
    DBS = "DBS"
    """Disclosure and Barring Service checks of everyone who works with the pupils."""
    INSURANCE = "INSURANCE"
    FIRE_SAFETY = "FIRE_SAFETY"
    DATA_PROTECTION = "DATA_PROTECTION"


class QualityResult(StrEnum):
    """What a quality assurance visit came to."""

    APPROVED = "APPROVED"
    CONDITIONS = "CONDITIONS"
    SUSPENDED = "SUSPENDED"


class ReferralReason(StrEnum):
    """Why a place is sought (10.8). A permanent exclusion outranks every other reason in the census."""

    PEX = "PEX"
    SUS = "SUS"
    BEH = "BEH"
    RISK = "RISK"
    MH = "MH"
    PH = "PH"
    EBSA = "EBSA"
    EHCP = "EHCP"
    NOPLACE = "NOPLACE"
    MOVE = "MOVE"
    PREG = "PREG"
    YJ = "YJ"
    OTH = "OTH"


class InterventionType(StrEnum):
    """What the pupil gets (10.7)."""

    OUTREACH_ADVICE = "OUTREACH_ADVICE"
    OUTREACH_MENTOR = "OUTREACH_MENTOR"
    INCLUSION_BASE = "INCLUSION_BASE"
    TRANSITION_Y6_Y7 = "TRANSITION_Y6_Y7"
    FAMILY_SUPPORT = "FAMILY_SUPPORT"
    SEMH_GROUP = "SEMH_GROUP"
    SALT_SCREEN = "SALT_SCREEN"
    PT_OFFSITE = "PT_OFFSITE"
    FULL_ASSESSMENT_PLACE = "FULL_ASSESSMENT_PLACE"
    VOCATIONAL = "VOCATIONAL"
    TUITION = "TUITION"
    MEDICAL_EDUCATION = "MEDICAL_EDUCATION"
    DAY6_PEX = "DAY6_PEX"
    TRANSITION_MAINSTREAM = "TRANSITION_MAINSTREAM"
    TRANSITION_POST16 = "TRANSITION_POST16"


class Registration(StrEnum):
    """The pupil's enrolment during the intervention.

    SINGLE: on one roll only. DUAL_MAIN and DUAL_SUBSIDIARY: on two, with the home school as the main one, or as
    the subsidiary.
    """

    SINGLE = "SINGLE"
    DUAL_MAIN = "DUAL_MAIN"
    DUAL_SUBSIDIARY = "DUAL_SUBSIDIARY"


class Commissioner(StrEnum):
    """Who buys the place."""

    SCHOOL = "SCHOOL"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"


class DestinationType(StrEnum):
    """Where a tier 3 pupil is to go, or a pupil went."""

    MAINSTREAM_SCHOOL = "MAINSTREAM_SCHOOL"
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL"
    RESOURCED_PROVISION = "RESOURCED_PROVISION"
    POST16_EDUCATION = "POST16_EDUCATION"
    APPRENTICESHIP_OR_TRAINING = "APPRENTICESHIP_OR_TRAINING"
    EMPLOYMENT = "EMPLOYMENT"
    HOME_EDUCATION = "HOME_EDUCATION"
    NEET = "NEET"
    OTHER = "OTHER"


class OutcomeCode(StrEnum):
    """How an intervention ended (10.9)."""

    RETURN_SUSTAINED = "RETURN_SUSTAINED"
    RETURN_PENDING = "RETURN_PENDING"
    NEW_MAINSTREAM = "NEW_MAINSTREAM"
    SPECIALIST = "SPECIALIST"
    STAYED_T1 = "STAYED_T1"
    POST16_SUSTAINED = "POST16_SUSTAINED"
    EXTENDED = "EXTENDED"
    STEP_UP = "STEP_UP"
    BREAKDOWN = "BREAKDOWN"
    PEX_DURING = "PEX_DURING"
    EHE = "EHE"
    MOVED_AREA = "MOVED_AREA"
    OTHER = "OTHER"


class Profession(StrEnum):
    """Specialists co-located with an AP team (10.7, the eight of the AP specialist taskforces)."""

    SALT = "SALT"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    POST16_COACH = "POST16_COACH"
    YOUTH_WORKER = "YOUTH_WORKER"
    EDUCATIONAL_PSYCHOLOGIST = "EDUCATIONAL_PSYCHOLOGIST"
    FAMILY_SUPPORT = "FAMILY_SUPPORT"
    YOUTH_JUSTICE = "YOUTH_JUSTICE"
    SOCIAL_WORKER = "SOCIAL_WORKER"


class ExclusionReason(StrEnum):
    """The school census' reasons for suspension and permanent exclusion; up to three of them."""

    PP = "PP"
    """Physical assault against a pupil."""
    PA = "PA"
    """Physical assault against an adult."""
    VP = "VP"
    """Verbal abuse or threatening behaviour against a pupil."""
    VA = "VA"
    """Verbal abuse or threatening behaviour against an adult."""
    OW = "OW"
    """Use or threat of use of an offensive weapon or prohibited item."""
    BU = "BU"
    """Bullying."""
    RA = "RA"
    """Racist abuse."""
    LG = "LG"
    """Abuse against sexual orientation or gender identity."""
    DS = "DS"
    """Abuse relating to disability."""
    SM = "SM"
    """Sexual misconduct."""
    DA = "DA"
    """Drug and alcohol related."""
    DM = "DM"
    """Damage."""
    TH = "TH"
    """Theft."""
    DB = "DB"
    """Persistent or general disruptive behaviour."""
    MT = "MT"
    """Inappropriate use of social media or online technology."""
    PH = "PH"
    """Wilful and repeated transgression of protective measures in place to protect public health."""


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""Free text that says something; blanks say nothing."""

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A name, a reference or an organisation."""
