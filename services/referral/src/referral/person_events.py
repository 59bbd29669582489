"""What happens to a person's record, as it is stored and published. All that identifies somebody is sealed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared import DateCorrected, Event, Personal


class Relationship(StrEnum):
    """Who a contact is to the child or young person."""

    PARENT = "PARENT"
    CARER = "CARER"
    FOSTER_CARER = "FOSTER_CARER"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    SELF = "SELF"
    OTHER = "OTHER"


class PersonRegistered(Event):
    """A child or young person is known to this authority; from here on they have a case."""

    type: Literal["referral.person-registered"] = "referral.person-registered"
    person_id: UUID
    case_id: UUID
    name: Personal[str]
    date_of_birth: Personal[date]
    upn: Personal[str] | None = None
    uln: Personal[str] | None = None
    nhs_number: Personal[str] | None = None


class PersonDetailsChanged(Event):
    """The name or date of birth was changed, or had been recorded wrongly. What is null stayed as it was."""

    type: Literal["referral.person-details-changed"] = "referral.person-details-changed"
    person_id: UUID
    case_id: UUID
    name: Personal[str] | None = None
    date_of_birth: Personal[date] | None = None
    reason: Personal[str]


class PersonIdentifiersRecorded(Event):
    """Numbers the person is known by elsewhere. What is null stayed as it was."""

    type: Literal["referral.person-identifiers-recorded"] = "referral.person-identifiers-recorded"
    person_id: UUID
    case_id: UUID
    upn: Personal[str] | None = None
    uln: Personal[str] | None = None
    nhs_number: Personal[str] | None = None


class ContactRecorded(Event):
    """Somebody to write to about this child, with the details as they are from this day."""

    type: Literal["referral.contact-recorded"] = "referral.contact-recorded"
    person_id: UUID
    case_id: UUID
    contact_id: UUID
    relationship: Relationship
    parental_responsibility: bool
    name: Personal[str]
    address: Personal[str] | None = None
    email: Personal[str] | None = None
    telephone: Personal[str] | None = None


class ContactEnded(Event):
    """This person is no longer to be written to about the child."""

    type: Literal["referral.contact-ended"] = "referral.contact-ended"
    person_id: UUID
    case_id: UUID
    contact_id: UUID


class CaseworkerAllocated(Event):
    """The case is looked after by this user, in this team, until another is allocated."""

    type: Literal["referral.caseworker-allocated"] = "referral.caseworker-allocated"
    person_id: UUID
    case_id: UUID
    caseworker: str
    team: str


class PersonDateCorrected(DateCorrected):
    """A date on the person's record was wrong."""

    type: Literal["referral.person-date-corrected"] = "referral.person-date-corrected"
    person_id: UUID
    case_id: UUID


PersonEvent = (
    PersonRegistered
    | PersonDetailsChanged
    | PersonIdentifiersRecorded
    | ContactRecorded
    | ContactEnded
    | CaseworkerAllocated
    | PersonDateCorrected
)
