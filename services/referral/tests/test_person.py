"""Who a case is about, who looks after it, and whom to write to."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError
from referral.person import (
    AllocateCaseworker,
    ChangeContact,
    ChangePersonDetails,
    EndContact,
    RecordContact,
    RecordIdentifiers,
    RegisterPerson,
    person,
)
from referral.person_events import (
    CaseworkerAllocated,
    ContactEnded,
    ContactRecorded,
    PersonDetailsChanged,
    PersonIdentifiersRecorded,
    PersonRegistered,
    Relationship,
)
from shared.testing.spec import given

from shared import ERASED, case_id_of

PERSON = UUID(int=7)
CASE = case_id_of("999", PERSON)
CONTACT = UUID(int=8)
DAY = date(2026, 9, 1)
IDS = {"person_id": PERSON, "case_id": CASE}

registered = PersonRegistered(
    occurred_on=DAY, name="Test-Child Kestrel", date_of_birth=date(2018, 3, 4), upn="H801200001001", **IDS
)
mother = ContactRecorded(
    occurred_on=DAY,
    contact_id=CONTACT,
    relationship=Relationship.PARENT,
    parental_responsibility=True,
    name="Test-Parent Kestrel",
    **IDS,
)
add_mother = RecordContact(
    occurred_on=DAY,
    person_id=PERSON,
    contact_id=CONTACT,
    relationship=Relationship.PARENT,
    parental_responsibility=True,
    name="Test-Parent Kestrel",
)


def test_registering_gives_the_person_an_id_and_a_case_in_this_authority() -> None:
    [event] = (
        given(person)
        .when(RegisterPerson(occurred_on=DAY, name="Test-Child Kestrel", date_of_birth=date(2018, 3, 4)))
        .then_types(PersonRegistered)
    )
    assert event.case_id == case_id_of("999", event.person_id)


def test_a_person_is_registered_once() -> None:
    given(person, registered).when(
        RegisterPerson(occurred_on=DAY, person_id=PERSON, name="x", date_of_birth=date(2018, 3, 4))
    ).then_rejected("person-registered")


@pytest.mark.parametrize(
    ("born", "code"), [(date(2026, 9, 2), "born-after-registration"), (date(2000, 9, 1), "older-than-25")]
)
def test_only_somebody_born_and_under_26_can_be_registered(born: date, code: str) -> None:
    given(person).when(RegisterPerson(occurred_on=DAY, name="x", date_of_birth=born)).then_rejected(code)


def test_somebody_of_25_can_still_be_registered() -> None:
    """A plan may run to the end of the academic year in which its holder turns 25."""
    given(person).when(RegisterPerson(occurred_on=DAY, name="x", date_of_birth=date(2000, 9, 2))).then_types(
        PersonRegistered
    )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("upn", "A801200001001"), ("nhs_number", "9434765918"), ("uln", "1000000044"), ("name", ""), ("name", " \t ")],
)
def test_blanks_are_no_name_and_a_wrong_check_character_no_number(field: str, wrong: str) -> None:
    body = {"name": "x", "date_of_birth": "2018-03-04", field: wrong}
    with pytest.raises(ValidationError) as refused:
        RegisterPerson.model_validate(body)
    assert refused.value.errors()[0]["loc"][0] == field


def test_numbers_are_taken_with_spaces_and_kept_without() -> None:
    given(person, registered).when(
        RecordIdentifiers(occurred_on=DAY, person_id=PERSON, nhs_number="943 476 5919")
    ).then(PersonIdentifiersRecorded(occurred_on=DAY, nhs_number="9434765919", **IDS))


def test_identifiers_already_known_are_no_news() -> None:
    given(person, registered).when(
        RecordIdentifiers(occurred_on=DAY, person_id=PERSON, upn="H801200001001")
    ).then_nothing()


@pytest.mark.parametrize("empty", [RecordIdentifiers, ChangePersonDetails])
def test_a_change_has_to_say_what_changes(empty: type) -> None:
    with pytest.raises(ValidationError, match=r"give (at least|a name)"):
        empty(person_id=PERSON, **({"reason": "x"} if empty is ChangePersonDetails else {}))


def test_a_name_or_date_of_birth_can_be_put_right() -> None:
    change = ChangePersonDetails(
        occurred_on=DAY, person_id=PERSON, date_of_birth=date(2018, 4, 3), reason="day and month were swapped"
    )
    given(person, registered).when(change).then(
        PersonDetailsChanged(
            occurred_on=DAY, date_of_birth=date(2018, 4, 3), reason="day and month were swapped", **IDS
        )
    )
    given(person, registered, *given(person, registered).when(change).then_types(PersonDetailsChanged)).when(
        change
    ).then_nothing()


def test_a_contact_is_added_changed_and_ended() -> None:
    given(person, registered).when(add_mother).then(mother)
    given(person, registered, mother).when(add_mother).then_nothing()
    moved = ChangeContact(**add_mother.model_dump() | {"address": "1 Example Street"})
    given(person, registered, mother).when(moved).then(mother.model_copy(update={"address": "1 Example Street"}))
    leave = EndContact(occurred_on=DAY, person_id=PERSON, contact_id=CONTACT)
    ended = ContactEnded(occurred_on=DAY, contact_id=CONTACT, **IDS)
    given(person, registered, mother).when(leave).then(ended)
    given(person, registered, mother, ended).when(leave).then_nothing()


def test_a_typo_in_a_contacts_id_never_looks_like_success() -> None:
    typo = {"contact_id": UUID(int=99)}
    given(person, registered, mother).when(EndContact(person_id=PERSON, **typo)).then_rejected("no-such-contact")
    change = ChangeContact(**add_mother.model_dump() | typo)
    given(person, registered, mother).when(change).then_rejected("no-such-contact")


def test_without_contacts_none_can_be_changed_or_ended() -> None:
    unmet = {p.command: [c.code for c in p.unmet] for p in person.permissions(person.fold([registered]))}
    assert (unmet[ChangeContact], unmet[EndContact]) == (["no-contact"], ["no-contact"])
    given(person, registered).when(EndContact(person_id=PERSON, contact_id=CONTACT)).then_rejected("no-contact")


def test_a_contact_that_ended_on_another_day_is_for_a_correction() -> None:
    father = mother.model_copy(update={"contact_id": UUID(int=10)})
    ended = ContactEnded(occurred_on=DAY, contact_id=CONTACT, **IDS)
    again = EndContact(occurred_on=date(2026, 9, 3), person_id=PERSON, contact_id=CONTACT)
    [condition] = given(person, registered, mother, father, ended).when(again).then_rejected("contact-ended").conditions
    assert "2026-09-01" in condition.detail
    assert "POST /persons/{person_id}/corrections" in condition.detail
    [condition] = given(person, registered, mother, ended).when(again).then_rejected("no-contact").conditions
    assert "POST /persons/{person_id}/corrections" in condition.detail


def test_the_caseworker_is_allocated_and_the_same_one_again_is_no_news() -> None:
    allocate = AllocateCaseworker(occurred_on=DAY, person_id=PERSON, caseworker="ana", team="North")
    allocated = CaseworkerAllocated(occurred_on=DAY, caseworker="ana", team="North", **IDS)
    given(person, registered).when(allocate).then(allocated)
    given(person, registered, allocated).when(allocate).then_nothing()


def test_an_erased_person_can_still_be_looked_after() -> None:
    gone = registered.model_copy(update={"name": ERASED, "date_of_birth": ERASED, "upn": ERASED})
    assert person.fold([gone]).born is None
    given(person, gone).when(
        AllocateCaseworker(occurred_on=DAY, person_id=PERSON, caseworker="ana", team="North")
    ).then_types(CaseworkerAllocated)
