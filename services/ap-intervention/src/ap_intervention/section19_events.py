"""What happens in a duty to arrange education (Education Act 1996, s.19)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared import DateCorrected, Event, Personal


class WhyOwed(StrEnum):
    """What keeps the child from school (s.19(1))."""

    ILLNESS = "ILLNESS"
    EXCLUSION = "EXCLUSION"
    OTHERWISE = "OTHERWISE"


class WhyEnded(StrEnum):
    """Why the duty no longer applies."""

    BACK_IN_SCHOOL = "BACK_IN_SCHOOL"
    NEW_SCHOOL = "NEW_SCHOOL"
    OVER_COMPULSORY_AGE = "OVER_COMPULSORY_AGE"
    HOME_EDUCATION = "HOME_EDUCATION"
    MOVED_AREA = "MOVED_AREA"
    NOT_OWED = "NOT_OWED"


class Section19DutyIdentified(Event):
    """The authority became aware that the child will not otherwise get suitable education."""

    type: Literal["ap-intervention.section19-duty-identified"] = "ap-intervention.section19-duty-identified"
    case_id: UUID
    person_id: UUID
    duty_id: UUID
    reason: WhyOwed
    absent_from: date | None = None
    """The first day of absence."""
    setting_id: UUID | None = None
    exclusion_id: UUID | None = None
    evidence_refs: tuple[str, ...] = ()
    circumstances: Personal[str] | None = None


class SicknessReturnReceived(Event):
    """The school told the authority that the pupil misses, or will miss, 15 school days for illness.

    A return for the authority's information: School Attendance (Pupil Registration) (England) Regulations 2024.
    """

    type: Literal["ap-intervention.sickness-return-received"] = "ap-intervention.sickness-return-received"
    case_id: UUID
    duty_id: UUID


class Section19ProvisionArranged(Event):
    """Suitable education was arranged. ``occurred_on`` is the day of arranging it, ``starts_on`` its first day."""

    type: Literal["ap-intervention.section19-provision-arranged"] = "ap-intervention.section19-provision-arranged"
    case_id: UUID
    person_id: UUID
    duty_id: UUID
    starts_on: date
    provider_id: UUID | None = None
    hours_per_week: Decimal
    full_time: bool
    part_time_until: date | None = None
    next_review_on: date
    reasons_if_part_time: Personal[str] | None = None


class Section19ProvisionReviewed(Event):
    """The education arranged was reviewed."""

    type: Literal["ap-intervention.section19-provision-reviewed"] = "ap-intervention.section19-provision-reviewed"
    case_id: UUID
    person_id: UUID
    duty_id: UUID
    suitable: bool
    next_review_on: date
    notes: Personal[str] | None = None


class Section19DutyEnded(Event):
    """The duty no longer applies to the child."""

    type: Literal["ap-intervention.section19-duty-ended"] = "ap-intervention.section19-duty-ended"
    case_id: UUID
    duty_id: UUID
    reason: WhyEnded


class Section19DutyDateCorrected(DateCorrected):
    """The date of an earlier event of a section 19 duty was wrong."""

    type: Literal["ap-intervention.section19-duty-date-corrected"] = "ap-intervention.section19-duty-date-corrected"
    case_id: UUID
    duty_id: UUID


Section19Event = (
    Section19DutyIdentified
    | SicknessReturnReceived
    | Section19ProvisionArranged
    | Section19ProvisionReviewed
    | Section19DutyEnded
    | Section19DutyDateCorrected
)
