"""When the clock starts, when it does not start again, and when it stops."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from referral.codes import Channel, Source
from referral.person import Person
from referral.request import (
    AcknowledgeRequest,
    BringToAttention,
    NoteAnswer,
    NotePlanHolding,
    NoteReversal,
    RequestEhcNeedsAssessment,
    WithdrawRequest,
    request,
)
from referral.request_events import (
    AssessmentRequestWithdrawn,
    Basis,
    DuplicateRequestLinked,
    EhcNeedsAssessmentRequested,
    LocalAuthorityBecameResponsible,
    Outcome,
    PlanHoldingNoted,
    RequestAcknowledged,
    RequestRoundEnded,
    RequestRoundReopened,
)
from shared.testing.spec import Spec, given

from shared import case_id_of

PERSON, FIRST, SECOND, PLAN = UUID(int=7), UUID(int=1), UUID(int=2), UUID(int=3)
CASE = case_id_of("999", PERSON)
CHILD = Person(PERSON, CASE, "Test-Child Kestrel", date(2018, 3, 4))
RECEIVED = date(2026, 3, 2)
IDS = {"case_id": CASE, "request_id": FIRST}

requested = EhcNeedsAssessmentRequested(
    occurred_on=RECEIVED, person_id=PERSON, source=Source.PARENT, channel=Channel.EMAIL, **IDS
)
withdrawn = AssessmentRequestWithdrawn(occurred_on=date(2026, 4, 10), by=Source.PARENT, in_writing=True, **IDS)
refused = RequestRoundEnded(occurred_on=date(2026, 4, 10), outcome=Outcome.REFUSED_TO_ASSESS, **IDS)
issued = RequestRoundEnded(occurred_on=date(2026, 7, 20), outcome=Outcome.PLAN_ISSUED, **IDS)
held = PlanHoldingNoted(occurred_on=date(2026, 7, 20), case_id=CASE, plan_id=PLAN, held=True)
ceased = PlanHoldingNoted(occurred_on=date(2026, 9, 20), case_id=CASE, plan_id=PLAN, held=False)


def asking(on: date, source: Source = Source.PARENT, **more: Any) -> RequestEhcNeedsAssessment:
    return RequestEhcNeedsAssessment(
        occurred_on=on, person_id=PERSON, request_id=SECOND, source=source, channel=Channel.EMAIL, **more
    )


def asked_after(*events: Any) -> Spec:
    return given(request, *events).reading(CHILD)


def test_a_parents_request_without_any_evidence_starts_the_clock() -> None:
    """GP 6.5 example 3: online, on a Sunday, with no documents."""
    [event] = asked_after().when(asking(date(2026, 9, 13))).then_types(EhcNeedsAssessmentRequested)
    assert (event.occurred_on, event.evidence_refs, event.case_id) == (date(2026, 9, 13), (), CASE)


@pytest.mark.parametrize("source", ["EARLY_YEARS", "HEALTH", "SOCIAL_CARE", "YOUTH_JUSTICE", "OTHER"])
def test_nobody_else_can_make_a_request_but_anybody_can_bring_a_child_to_attention(source: str) -> None:
    with pytest.raises(ValidationError):
        RequestEhcNeedsAssessment.model_validate({"person_id": PERSON, "source": source})
    command = BringToAttention.model_validate({"person_id": PERSON, "source": source, "occurred_on": RECEIVED})
    [event] = asked_after().when(command).then_types(LocalAuthorityBecameResponsible)
    assert (event.source, event.basis) == (Source(source), Basis.BROUGHT_TO_ATTENTION)


def test_the_person_has_to_be_registered_first() -> None:
    given(request).reading(Person()).when(asking(RECEIVED)).then_rejected("person-not-registered")


def test_a_second_request_within_28_days_is_linked_and_the_first_clock_keeps_running() -> None:
    asked_after(requested).when(asking(date(2026, 3, 30), Source.SCHOOL)).then(
        DuplicateRequestLinked(
            occurred_on=date(2026, 3, 30),
            linked_id=SECOND,
            source=Source.SCHOOL,
            channel=Channel.EMAIL,
            days_after_first=28,
            within_28_days=True,
            **IDS,
        )
    )


def test_a_second_request_while_the_first_is_open_is_linked_however_late() -> None:
    [event] = asked_after(requested).when(asking(date(2026, 5, 1))).then_types(DuplicateRequestLinked)
    assert (event.days_after_first, event.within_28_days) == (60, False)


def test_being_brought_to_attention_while_a_request_is_open_is_linked_too() -> None:
    command = BringToAttention(occurred_on=date(2026, 3, 9), person_id=PERSON, source=Source.HEALTH)
    asked_after(requested).when(command).then_types(DuplicateRequestLinked)


def test_a_request_received_before_the_one_that_started_the_clock_asks_for_a_correction() -> None:
    """First valid request starts the clock: linking an earlier one would leave the due date too late."""
    asked_after(requested).when(asking(date(2026, 3, 1))).then_rejected("received-before-the-first")


def test_the_same_letter_recorded_twice_is_one_letter() -> None:
    [linked] = asked_after(requested).when(asking(date(2026, 3, 9))).then_types(DuplicateRequestLinked)
    asked_after(requested, linked).when(asking(date(2026, 3, 9))).then_nothing()


@pytest.mark.parametrize("end", [withdrawn, refused], ids=["withdrawal", "refusal"])
def test_a_request_after_it_ended_starts_a_new_round_even_within_28_days(end: Any) -> None:
    [event] = asked_after(requested, end).when(asking(date(2026, 4, 11))).then_types(EhcNeedsAssessmentRequested)
    assert event.request_id == SECOND


def test_asking_again_within_six_months_of_a_refusal_is_flagged_and_not_blocked() -> None:
    soon, late = asking(date(2026, 10, 9)), asking(date(2026, 10, 10))
    assert (
        asked_after(requested, refused)
        .when(soon)
        .then_types(EhcNeedsAssessmentRequested)[0]
        .within_six_months_of_refusal
    )
    [event] = asked_after(requested, refused).when(late).then_types(EhcNeedsAssessmentRequested)
    assert not event.within_six_months_of_refusal


def test_a_child_with_a_plan_is_reassessed_instead() -> None:
    asked_after(requested, issued, held).when(asking(date(2026, 9, 1))).then_rejected("plan-maintained")


def test_once_the_plan_has_ended_a_request_starts_a_new_round() -> None:
    asked_after(requested, issued, held, ceased).when(asking(date(2026, 10, 1))).then_types(EhcNeedsAssessmentRequested)


def test_until_compulsory_school_age_ends_the_right_to_ask_is_the_parents() -> None:
    fifteen = Person(PERSON, CASE, "x", date(2010, 9, 1))
    too_soon, in_time = asking(date(2027, 6, 25), Source.YOUNG_PERSON), asking(date(2027, 6, 26), Source.YOUNG_PERSON)
    given(request).reading(fifteen).when(too_soon).then_rejected("not-yet-a-young-person")
    given(request).reading(fifteen).when(in_time).then_types(EhcNeedsAssessmentRequested)


def test_an_assessment_can_be_asked_for_until_the_25th_birthday() -> None:
    young_adult = Person(PERSON, CASE, "x", date(2001, 3, 3))
    given(request).reading(young_adult).when(asking(date(2026, 3, 2))).then_types(EhcNeedsAssessmentRequested)
    given(request).reading(young_adult).when(asking(date(2026, 3, 3))).then_rejected("over-25")


def test_the_acknowledgement_says_when_the_decision_is_due() -> None:
    """ST TV-01: received on Monday 2 March, decision due on Monday 13 April."""
    command = AcknowledgeRequest(occurred_on=date(2026, 3, 4), case_id=CASE, caseworker="ana")
    told = RequestAcknowledged(occurred_on=date(2026, 3, 4), decision_due_on=date(2026, 4, 13), caseworker="ana", **IDS)
    given(request, requested).when(command).then(told)
    given(request, requested, told).when(command).then_nothing()
    late = AcknowledgeRequest(occurred_on=date(2026, 3, 5), case_id=CASE)
    words = given(request, requested, told).when(late).then_rejected("request-acknowledged").detail
    assert "on 2026-03-04" in words
    assert "correct it: POST /requests/{case_id}/corrections" in words
    early = AcknowledgeRequest(occurred_on=date(2026, 3, 1), case_id=CASE)
    given(request, requested).when(early).then_rejected("acknowledged-before-receipt")


def test_withdrawing_ends_the_round() -> None:
    """ST TV-08."""
    command = WithdrawRequest(occurred_on=date(2026, 4, 10), case_id=CASE)
    given(request, requested).when(command).then(withdrawn)
    given(request, requested, withdrawn).when(command).then_nothing()
    later = WithdrawRequest(occurred_on=date(2026, 4, 11), case_id=CASE)
    assert "/corrections" in given(request, requested, withdrawn).when(later).then_rejected("request-not-open").detail
    given(request, requested, refused).when(command).then_rejected("request-not-open")
    early = WithdrawRequest(occurred_on=date(2026, 3, 1), case_id=CASE)
    given(request, requested).when(early).then_rejected("withdrawn-before-receipt")


def test_one_requester_cannot_withdraw_for_another() -> None:
    linked = asked_after(requested).when(asking(date(2026, 3, 9), Source.SCHOOL)).then_types(DuplicateRequestLinked)
    command = WithdrawRequest(occurred_on=date(2026, 4, 10), case_id=CASE)
    refusal = given(request, requested, *linked).when(command).then_rejected("another-request-stands")
    assert "SCHOOL on 2026-03-09" in refusal.detail
    both = command.model_copy(update={"linked_requests_withdrawn_too": True})
    given(request, requested, *linked).when(both).then(withdrawn)


def answer(outcome: Outcome, id: UUID = FIRST) -> NoteAnswer:
    return NoteAnswer(occurred_on=date(2026, 4, 10), case_id=CASE, request_id=id, outcome=outcome)


def test_a_refusal_ends_the_round_once() -> None:
    given(request, requested).when(answer(Outcome.REFUSED_TO_ASSESS)).then(refused)
    given(request, requested, refused).when(answer(Outcome.REFUSED_TO_ASSESS)).then_nothing()


def test_an_answer_that_is_moot_changes_nothing() -> None:
    given(request).when(answer(Outcome.REFUSED_TO_ASSESS)).then_nothing()
    given(request, requested, withdrawn).when(answer(Outcome.REFUSED_TO_ASSESS)).then_nothing()
    given(request, requested).when(answer(Outcome.PLAN_ISSUED, SECOND)).then_nothing()


def test_a_plan_after_a_refusal_is_news() -> None:
    given(request, requested, refused).when(answer(Outcome.PLAN_ISSUED)).then_types(RequestRoundEnded)


def test_a_reversed_refusal_opens_the_same_round_again() -> None:
    reverse = NoteReversal(occurred_on=date(2026, 6, 1), case_id=CASE, request_id=FIRST)
    reopened = RequestRoundReopened(occurred_on=date(2026, 6, 1), **IDS)
    given(request, requested, refused).when(reverse).then(reopened)
    given(request, requested, refused, reopened).when(reverse).then_nothing()
    asked_after(requested, refused, reopened).when(asking(date(2026, 6, 2))).then_types(DuplicateRequestLinked)


def test_whether_a_plan_is_held_is_noted_once() -> None:
    note = NotePlanHolding(occurred_on=date(2026, 7, 20), case_id=CASE, plan_id=PLAN, held=True)
    given(request, requested).when(note).then(held)
    given(request, requested, held).when(note).then_nothing()
    drop = NotePlanHolding(occurred_on=date(2026, 9, 20), case_id=CASE, plan_id=PLAN, held=False)
    given(request, requested, held).when(drop).then(ceased)
    given(request, requested, held, ceased).when(drop).then_nothing()
    given(request).when(note).then(held)
