"""A person: the child or young person a case is about, who looks after the case, and whom to write to.

Everything that identifies somebody is sealed under the person's own key. Other streams know the ``person_id`` only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, assert_never
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from shared import (
    UNFILLED,
    CaseOfPerson,
    Command,
    Condition,
    Decider,
    Decision,
    NewId,
    Personal,
    Rejected,
)

from .ages import birthday
from .codes import Short, Text
from .identifiers import valid_nhs_number, valid_uln, valid_upn
from .person_events import (
    CaseworkerAllocated,
    ContactEnded,
    ContactRecorded,
    PersonDateCorrected,
    PersonDetailsChanged,
    PersonEvent,
    PersonIdentifiersRecorded,
    PersonRegistered,
    Relationship,
)

# --- state ---


@dataclass(frozen=True, slots=True)
class Contact:
    contact_id: UUID
    relationship: Relationship
    parental_responsibility: bool
    name: Personal[str]
    address: Personal[str] | None
    email: Personal[str] | None
    telephone: Personal[str] | None


@dataclass(frozen=True, slots=True)
class Person:
    person_id: UUID | None = None
    case_id: UUID | None = None
    name: Personal[str] | None = None
    date_of_birth: Personal[date] | None = None
    upn: Personal[str] | None = None
    uln: Personal[str] | None = None
    nhs_number: Personal[str] | None = None
    contacts: tuple[Contact, ...] = ()
    ended_contacts: Mapping[UUID, date] = field(default_factory=dict)
    """Whom nobody writes to any more, and since when."""
    caseworker: str | None = None
    team: str | None = None

    @property
    def born(self) -> date | None:
        """None where nothing is known, or the person was erased."""
        return self.date_of_birth if isinstance(self.date_of_birth, date) else None

    @property
    def ids(self) -> dict[str, UUID]:
        assert self.person_id is not None
        assert self.case_id is not None
        return {"person_id": self.person_id, "case_id": self.case_id}

    def contact(self, contact_id: UUID) -> Contact | None:
        return next((c for c in self.contacts if c.contact_id == contact_id), None)


def evolve(state: Person, event: PersonEvent) -> Person:
    match event:
        case PersonRegistered():
            return Person(
                event.person_id, event.case_id, event.name, event.date_of_birth, event.upn, event.uln, event.nhs_number
            )
        case PersonDetailsChanged():
            return replace(
                state, name=event.name or state.name, date_of_birth=event.date_of_birth or state.date_of_birth
            )
        case PersonIdentifiersRecorded():
            return replace(
                state,
                upn=event.upn or state.upn,
                uln=event.uln or state.uln,
                nhs_number=event.nhs_number or state.nhs_number,
            )
        case ContactRecorded():
            others = tuple(c for c in state.contacts if c.contact_id != event.contact_id)
            return replace(state, contacts=(*others, _contact(event)))
        case ContactEnded():
            return replace(
                state,
                contacts=tuple(c for c in state.contacts if c.contact_id != event.contact_id),
                ended_contacts={**state.ended_contacts, event.contact_id: event.occurred_on},
            )
        case CaseworkerAllocated():
            return replace(state, caseworker=event.caseworker, team=event.team)
        case PersonDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _contact(of: ContactRecorded | RecordContact | ChangeContact) -> Contact:
    return Contact(
        of.contact_id, of.relationship, of.parental_responsibility, of.name, of.address, of.email, of.telephone
    )


# --- commands ---


def _checked(valid: bool, said: str, value: str) -> str:
    if not valid:
        raise ValueError(said)
    return value


def _without_spaces(value: object) -> object:
    return value.replace(" ", "") if isinstance(value, str) else value


Upn = Annotated[
    str,
    BeforeValidator(_without_spaces),
    AfterValidator(lambda v: _checked(valid_upn(v), "is not a UPN: 13 characters, the first a check letter", v)),
]
Uln = Annotated[
    str,
    BeforeValidator(_without_spaces),
    AfterValidator(lambda v: _checked(valid_uln(v), "is not a ULN: ten digits, the last a check digit", v)),
]
NhsNumber = Annotated[
    str,
    BeforeValidator(_without_spaces),
    AfterValidator(
        lambda v: _checked(valid_nhs_number(v), "is not an NHS number: ten digits, the last a check digit", v)
    ),
]


class RegisterPerson(Command):
    """Register a child or young person up to 25 in this authority; a case opens for them."""

    person_id: NewId = UNFILLED
    case_id: CaseOfPerson = UNFILLED
    name: Personal[Short]
    date_of_birth: Personal[date]
    upn: Personal[Upn] | None = None
    uln: Personal[Uln] | None = None
    nhs_number: Personal[NhsNumber] | None = None


class ChangePersonDetails(Command):
    """Change the name or date of birth, or put right what was recorded wrongly."""

    person_id: UUID
    name: Personal[Short] | None = None
    date_of_birth: Personal[date] | None = None
    reason: Personal[Text]

    @model_validator(mode="after")
    def _says_something(self) -> ChangePersonDetails:
        if self.name is None and self.date_of_birth is None:
            raise ValueError("give a name, a date_of_birth, or both")
        return self


class RecordIdentifiers(Command):
    """Record the UPN, ULN or NHS number."""

    person_id: UUID
    upn: Personal[Upn] | None = None
    uln: Personal[Uln] | None = None
    nhs_number: Personal[NhsNumber] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> RecordIdentifiers:
        if self.upn is None and self.uln is None and self.nhs_number is None:
            raise ValueError("give at least one of upn, uln and nhs_number")
        return self


class RecordContact(Command):
    """Add a parent, carer or another person to write to about the child."""

    person_id: UUID
    contact_id: NewId = UNFILLED
    relationship: Relationship
    parental_responsibility: bool
    name: Personal[Short]
    address: Personal[Text] | None = None
    email: Personal[Short] | None = None
    telephone: Personal[Short] | None = None


class ChangeContact(Command):
    """Replace a contact's details by these."""

    person_id: UUID
    contact_id: UUID
    relationship: Relationship
    parental_responsibility: bool
    name: Personal[Short]
    address: Personal[Text] | None = None
    email: Personal[Short] | None = None
    telephone: Personal[Short] | None = None


class EndContact(Command):
    """Stop writing to this contact about the child."""

    person_id: UUID
    contact_id: UUID


class AllocateCaseworker(Command):
    """Give the case to a caseworker and team; worklists follow."""

    person_id: UUID
    caseworker: Short
    team: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")]


# --- decisions ---

_CORRECT = "If that date is wrong, correct it: POST /persons/{person_id}/corrections."


def _refuse_age(born: object, on: date) -> None:
    if not isinstance(born, date):
        return
    if born > on:
        raise Rejected("born-after-registration", f"The date of birth is after {on}; check both dates.")
    if birthday(born, 26) <= on:
        # A plan may run to the end of the academic year in which the young person turns 25 (s.46), not further.
        raise Rejected(
            "older-than-25", "Special educational provision under this Act ends at 25; this person is 26 or older."
        )


def register(command: RegisterPerson, state: Person) -> Sequence[PersonEvent]:
    _refuse_age(command.date_of_birth, command.occurred_on)
    return [PersonRegistered(**command.model_dump(exclude={"by", "at", "command_id"}))]


def change_details(command: ChangePersonDetails, state: Person) -> Sequence[PersonEvent]:
    _refuse_age(command.date_of_birth, command.occurred_on)
    return [
        PersonDetailsChanged(
            occurred_on=command.occurred_on,
            name=command.name,
            date_of_birth=command.date_of_birth,
            reason=command.reason,
            **state.ids,
        )
    ]


def record_identifiers(command: RecordIdentifiers, state: Person) -> Sequence[PersonEvent]:
    return [
        PersonIdentifiersRecorded(
            occurred_on=command.occurred_on,
            upn=command.upn,
            uln=command.uln,
            nhs_number=command.nhs_number,
            **state.ids,
        )
    ]


def record_contact(command: RecordContact | ChangeContact, state: Person) -> Sequence[PersonEvent]:
    if isinstance(command, ChangeContact):
        _refuse_no_contact(command.contact_id, state)
    return [
        ContactRecorded(
            occurred_on=command.occurred_on,
            contact_id=command.contact_id,
            relationship=command.relationship,
            parental_responsibility=command.parental_responsibility,
            name=command.name,
            address=command.address,
            email=command.email,
            telephone=command.telephone,
            **state.ids,
        )
    ]


def end_contact(command: EndContact, state: Person) -> Sequence[PersonEvent]:
    _refuse_no_contact(command.contact_id, state)
    return [ContactEnded(occurred_on=command.occurred_on, contact_id=command.contact_id, **state.ids)]


def _refuse_no_contact(contact_id: UUID, state: Person) -> None:
    if state.contact(contact_id) is not None:
        return
    if (ended := state.ended_contacts.get(contact_id)) is not None:
        raise Rejected(
            "contact-ended",
            f"This contact ended on {ended}. {_CORRECT} To write to them again, add the contact again.",
        )
    raise Rejected("no-such-contact", "This person has no contact with that id; add one first.")


def allocate(command: AllocateCaseworker, state: Person) -> Sequence[PersonEvent]:
    return [
        CaseworkerAllocated(
            occurred_on=command.occurred_on, caseworker=command.caseworker, team=command.team, **state.ids
        )
    ]


def _not_registered_twice(state: Person) -> Condition | None:
    if state.person_id is None:
        return None
    return Condition("person-registered", "This person is registered; change the details instead.")


def _is_contact(command: RecordContact | ChangeContact, state: Person) -> bool:
    return state.contact(command.contact_id) == _contact(command)


def _registered(state: Person) -> Condition | None:
    return None if state.person_id is not None else NOT_REGISTERED


NOT_REGISTERED = Condition("person-not-registered", "Register the child or young person first: POST /persons.")


def _has_contact(state: Person) -> Condition | None:
    if state.contacts:
        return None
    last = f" The last ended on {max(state.ended_contacts.values())}. {_CORRECT}" if state.ended_contacts else ""
    return Condition("no-contact", f"This person has no contact now; add one first.{last}")


person = Decider(
    name="person",
    key="person_id",
    initial=Person(),
    evolve=evolve,
    events=PersonEvent,
    decisions=[
        Decision(RegisterPerson, register, when=[_not_registered_twice], opens=True),
        Decision(
            ChangePersonDetails,
            change_details,
            when=[_registered],
            already=lambda c, s: c.name in (None, s.name) and c.date_of_birth in (None, s.date_of_birth),
        ),
        Decision(
            RecordIdentifiers,
            record_identifiers,
            when=[_registered],
            already=lambda c, s: (
                c.upn in (None, s.upn) and c.uln in (None, s.uln) and c.nhs_number in (None, s.nhs_number)
            ),
        ),
        Decision(RecordContact, record_contact, when=[_registered], already=_is_contact),
        Decision(ChangeContact, record_contact, when=[_registered, _has_contact], already=_is_contact),
        Decision(
            EndContact,
            end_contact,
            when=[_registered, _has_contact],
            already=lambda c, s: s.ended_contacts.get(c.contact_id) == c.occurred_on,
        ),
        Decision(
            AllocateCaseworker,
            allocate,
            when=[_registered],
            already=lambda c, s: (s.caseworker, s.team) == (c.caseworker, c.team),
        ),
    ],
)
