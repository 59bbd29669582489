"""What the others' news means here, as commands and as what becomes of them in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from assessment.advice import SeekAdvice
from assessment.app import service
from assessment.assessment import assessment
from assessment.codes import AdviceType
from assessment.opening import CloseWithdrawnAssessment, OpenAssessment
from assessment.phase import Phase
from assessment.reactions import (
    AppealNotOpposed,
    AssessmentRequestWithdrawn,
    DecisionToAssessNotified,
    EhcNeedsAssessmentRequested,
    LocalAuthorityBecameResponsible,
    MediationAgreementReached,
    TribunalOrderMade,
    on_appeal_not_opposed,
    on_assessment_request_withdrawn,
    on_decision_to_assess_notified,
    on_ehc_needs_assessment_requested,
    on_local_authority_became_responsible,
    on_mediation_agreement_reached,
    on_tribunal_order_made,
)
from assessment.reversal import Refused, ReverseRefusalAsBound
from assessment.rounds import Basis, Next
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring

from shared import Actor, Command, Incoming

from .stories import (
    AGREEMENT,
    CASE,
    DISPUTE,
    ORDER,
    PERSON,
    READY,
    RECEIVED,
    REFUSED,
    REQUEST,
    SOUGHT,
    TO_ASSESS,
    TOLD,
    notify_to_assess,
    seek,
)

SYSTEM = Actor(user_id="system:assessment", role="system", org_id="assessment", la_code="999")
NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
ON = date(2027, 3, 2)


def news(model: type[Incoming], on: date, **facts: Any) -> Any:
    [name] = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    return model.model_validate({"type": name, "occurred_on": on, "case_id": CASE, **facts, "not_our_business": True})


@pytest.mark.parametrize(
    ("model", "react"),
    [
        (EhcNeedsAssessmentRequested, on_ehc_needs_assessment_requested),
        (LocalAuthorityBecameResponsible, on_local_authority_became_responsible),
    ],
)
def test_a_request_or_becoming_responsible_opens_an_assessment_dated_by_it(model: Any, react: Any) -> None:
    event = news(model, RECEIVED, person_id=PERSON, request_id=REQUEST, in_relevant_youth_accommodation=True)
    assert react(event) == [
        OpenAssessment(
            occurred_on=RECEIVED,
            case_id=CASE,
            person_id=PERSON,
            request_id=REQUEST,
            in_relevant_youth_accommodation=True,
        )
    ]


def test_a_withdrawal_closes_its_round() -> None:
    event = news(AssessmentRequestWithdrawn, TOLD, request_id=REQUEST)
    assert on_assessment_request_withdrawn(event) == [
        CloseWithdrawnAssessment(occurred_on=TOLD, case_id=CASE, request_id=REQUEST)
    ]


@pytest.mark.parametrize(("year_group", "more"), [(-1, ()), (8, ()), (9, (AdviceType.PFA,)), (13, (AdviceType.PFA,))])
def test_the_notice_to_assess_seeks_advice_once_a_category(year_group: int, more: tuple[AdviceType, ...]) -> None:
    event = news(DecisionToAssessNotified, TOLD, request_id=REQUEST, decision_id=ORDER, year_group=year_group)
    commands: Sequence[Any] = on_decision_to_assess_notified(event)
    assert {type(command) for command in commands} == {SeekAdvice}
    assert tuple(command.advice_type for command in commands) == (*SOUGHT, *more)
    assert len({command.advice_id for command in commands}) == len(commands)
    assert {command.occurred_on for command in commands} == {TOLD}
    assert commands == on_decision_to_assess_notified(event)


@pytest.mark.parametrize(
    ("about", "order_types", "follows"),
    [
        ("REFUSAL_TO_ASSESS", ["ASSESS"], (Refused.REFUSAL_TO_ASSESS, Next.ASSESS)),
        ("REFUSAL_TO_ISSUE", ["MAKE_PLAN"], (Refused.REFUSAL_TO_ISSUE, Next.MAKE_PLAN)),
        ("REFUSAL_TO_ISSUE", ["RECONSIDER"], (Refused.REFUSAL_TO_ISSUE, Next.DECIDE_AGAIN)),
        ("REFUSAL_TO_REASSESS", ["ASSESS"], None),
        ("REFUSAL_TO_ASSESS", ["DISMISS"], None),
        ("CONTENTS", ["AMEND_CONTENT", "AMEND_PLACEMENT"], None),
    ],
)
def test_what_an_order_reverses(about: str, order_types: list[str], follows: tuple[Refused, Next] | None) -> None:
    ids = {"dispute_id": DISPUTE, "order_id": ORDER, "request_id": REQUEST}
    order = news(TribunalOrderMade, ON, appeal_type=about, order_types=order_types, **ids)
    concession = news(AppealNotOpposed, ON, appeal_type=about, owed=order_types[0], **ids)
    agreement = news(
        MediationAgreementReached, ON, terms=about, owed=order_types[0], agreement_id=AGREEMENT, dispute_id=DISPUTE
    )
    if follows is None:
        assert on_tribunal_order_made(order) == on_appeal_not_opposed(concession) == []
        assert on_mediation_agreement_reached(agreement) == []
        return
    body: dict[str, Any] = {"case_id": CASE, "occurred_on": ON, "refusal": follows[0], "next": follows[1]}
    assert on_tribunal_order_made(order) == [ReverseRefusalAsBound(basis=Basis.ORDER, **ids, **body)]
    assert on_appeal_not_opposed(concession) == [ReverseRefusalAsBound(basis=Basis.CONCESSION, **ids, **body)]
    agreed = ReverseRefusalAsBound(basis=Basis.AGREEMENT, agreement_id=AGREEMENT, dispute_id=DISPUTE, **body)
    assert on_mediation_agreement_reached(agreement) == [agreed]


def test_an_agreement_outside_the_right_of_appeal_reverses_nothing() -> None:
    agreement = news(
        MediationAgreementReached, ON, terms="OTHER", owed=None, agreement_id=AGREEMENT, dispute_id=DISPUTE
    )
    assert on_mediation_agreement_reached(agreement) == []


# --- in the store ---


@pytest.fixture
def handler() -> Handler:
    return service.handler(MemoryEventStore(), MemoryKeyring())


async def _send(handler: Handler, *commands: Command) -> int:
    count = 0
    for command in commands:
        outcome = await handler.handle(command, by=SYSTEM, at=NOW, command_id=uuid4())
        count += len(outcome.events)
    return count


async def test_moot_news_of_a_case_without_an_assessment_is_no_error(handler: Handler) -> None:
    order = news(
        TribunalOrderMade,
        ON,
        appeal_type="REFUSAL_TO_ASSESS",
        order_types=["ASSESS"],
        dispute_id=DISPUTE,
        order_id=ORDER,
    )
    withdrawn = news(AssessmentRequestWithdrawn, TOLD, request_id=REQUEST)
    commands = [*on_tribunal_order_made(order), *on_assessment_request_withdrawn(withdrawn), seek(AdviceType.MEDICAL)]
    assert len(commands) == 3
    assert await _send(handler, *commands) == 0
    assert (await handler.load(assessment, CASE, la_code="999")).version == 0


async def test_all_advice_is_sought_by_the_notice_and_only_once(handler: Handler) -> None:
    await _send(handler, *TO_ASSESS, notify_to_assess(year_group=10))
    state = (await handler.load(assessment, CASE, la_code="999")).state
    event = news(DecisionToAssessNotified, TOLD, request_id=REQUEST, decision_id=state.now.decision_id, year_group=10)
    assert await _send(handler, *on_decision_to_assess_notified(event)) == 6
    assert await _send(handler, *on_decision_to_assess_notified(event)) == 0
    found = (await handler.load(assessment, CASE, la_code="999")).state.now.advice
    assert [a.advice_type for a in found] == [*SOUGHT, AdviceType.PFA]


async def test_an_order_brings_a_refused_case_back_to_life(handler: Handler) -> None:
    await _send(handler, *REFUSED)
    order = news(
        TribunalOrderMade,
        ON,
        appeal_type="REFUSAL_TO_ASSESS",
        order_types=["ASSESS"],
        dispute_id=DISPUTE,
        order_id=ORDER,
        request_id=None,
    )
    assert await _send(handler, *on_tribunal_order_made(order)) == 1
    assert await _send(handler, *on_tribunal_order_made(order)) == 0
    assert (await handler.load(assessment, CASE, la_code="999")).state.phase is Phase.DECIDED_TO_ASSESS


async def test_a_withdrawal_after_the_requests_were_on_their_way_leaves_no_advice_asked_for(handler: Handler) -> None:
    """The notice and the withdrawal cross: requests for a closed round are not sent."""
    await _send(handler, *READY, TO_ASSESS[-1], notify_to_assess())
    withdrawn = news(AssessmentRequestWithdrawn, TOLD, request_id=REQUEST)
    await _send(handler, *on_assessment_request_withdrawn(withdrawn))
    assert await _send(handler, seek(AdviceType.MEDICAL)) == 0


def test_each_reaction_has_a_name_and_a_topic_of_its_own() -> None:
    assert {(r.to, r.event_type) for r in service.reactions} == {
        ("send.referral.v1", "referral.ehc-needs-assessment-requested"),
        ("send.referral.v1", "referral.local-authority-became-responsible"),
        ("send.referral.v1", "referral.assessment-request-withdrawn"),
        ("send.assessment.v1", "assessment.decision-to-assess-notified"),
        ("send.plan.v1", "plan.tribunal-order-made"),
        ("send.plan.v1", "plan.appeal-not-opposed"),
        ("send.plan.v1", "plan.mediation-agreement-reached"),
    }
    assert len({r.name for r in service.reactions}) == len(service.reactions)
