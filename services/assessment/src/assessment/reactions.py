"""Other services' events, and one of our own, as our commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from shared import Command, Incoming, derived_id, react

from .advice import SeekAdvice
from .codes import statutory_categories
from .opening import CloseWithdrawnAssessment, OpenAssessment
from .reversal import Refused, ReverseRefusalAsBound
from .rounds import Basis, Next


class EhcNeedsAssessmentRequested(Incoming):
    type: Literal["referral.ehc-needs-assessment-requested"]
    case_id: UUID
    person_id: UUID
    request_id: UUID
    in_relevant_youth_accommodation: bool = False


class LocalAuthorityBecameResponsible(Incoming):
    type: Literal["referral.local-authority-became-responsible"]
    case_id: UUID
    person_id: UUID
    request_id: UUID
    in_relevant_youth_accommodation: bool = False


class AssessmentRequestWithdrawn(Incoming):
    type: Literal["referral.assessment-request-withdrawn"]
    case_id: UUID
    request_id: UUID


class DecisionToAssessNotified(Incoming):
    type: Literal["assessment.decision-to-assess-notified"]
    case_id: UUID
    request_id: UUID
    decision_id: UUID
    year_group: int


class TribunalOrderMade(Incoming):
    type: Literal["plan.tribunal-order-made"]
    case_id: UUID
    dispute_id: UUID
    order_id: UUID
    appeal_type: str
    order_types: tuple[str, ...]
    request_id: UUID | None = None


class AppealNotOpposed(Incoming):
    type: Literal["plan.appeal-not-opposed"]
    case_id: UUID
    dispute_id: UUID
    order_id: UUID
    appeal_type: str
    owed: str
    request_id: UUID | None = None


class MediationAgreementReached(Incoming):
    type: Literal["plan.mediation-agreement-reached"]
    case_id: UUID
    dispute_id: UUID
    agreement_id: UUID
    terms: str
    owed: str | None = None
    request_id: UUID | None = None


def on_request(event: EhcNeedsAssessmentRequested | LocalAuthorityBecameResponsible) -> Sequence[Command]:
    """Every clock counts from the day of the request, so the round is dated by it."""
    return [
        OpenAssessment(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            request_id=event.request_id,
            in_relevant_youth_accommodation=event.in_relevant_youth_accommodation,
        )
    ]


def on_ehc_needs_assessment_requested(event: EhcNeedsAssessmentRequested) -> Sequence[Command]:
    return on_request(event)


def on_local_authority_became_responsible(event: LocalAuthorityBecameResponsible) -> Sequence[Command]:
    return on_request(event)


def on_assessment_request_withdrawn(event: AssessmentRequestWithdrawn) -> Sequence[Command]:
    return [CloseWithdrawnAssessment(occurred_on=event.occurred_on, case_id=event.case_id, request_id=event.request_id)]


def on_decision_to_assess_notified(event: DecisionToAssessNotified) -> Sequence[Command]:
    """The requests go out with the notice and bear its date: six weeks for the advice count from it."""
    return [
        SeekAdvice(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            request_id=event.request_id,
            advice_id=derived_id("advice", event.decision_id, category),
            advice_type=category,
        )
        for category in statutory_categories(event.year_group)
    ]


AFTER = {
    (Refused.REFUSAL_TO_ASSESS, "ASSESS"): Next.ASSESS,
    (Refused.REFUSAL_TO_ISSUE, "MAKE_PLAN"): Next.MAKE_PLAN,
    (Refused.REFUSAL_TO_ISSUE, "RECONSIDER"): Next.DECIDE_AGAIN,
}
"""What of the acts owed under regs 42 to 45 goes on here, by what was appealed. All else is the plan's."""


Overturning = TribunalOrderMade | AppealNotOpposed | MediationAgreementReached


def _reversal(
    event: Overturning,
    about: str,
    owed: Sequence[str],
    basis: Basis,
) -> Sequence[Command]:
    if about not in Refused.__members__:
        return []
    refusal = Refused(about)
    follows = [AFTER[refusal, act] for act in owed if (refusal, act) in AFTER]
    return [
        ReverseRefusalAsBound(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            request_id=event.request_id,
            refusal=refusal,
            basis=basis,
            next=next_,
            order_id=getattr(event, "order_id", None),
            dispute_id=event.dispute_id,
            agreement_id=getattr(event, "agreement_id", None),
        )
        for next_ in follows[:1]
    ]


def on_tribunal_order_made(event: TribunalOrderMade) -> Sequence[Command]:
    return _reversal(event, event.appeal_type, event.order_types, Basis.ORDER)


def on_appeal_not_opposed(event: AppealNotOpposed) -> Sequence[Command]:
    return _reversal(event, event.appeal_type, [event.owed], Basis.CONCESSION)


def on_mediation_agreement_reached(event: MediationAgreementReached) -> Sequence[Command]:
    return _reversal(event, event.terms, [event.owed] if event.owed else [], Basis.AGREEMENT)


REFERRAL, OURS, PLAN = "send.referral.v1", "send.assessment.v1", "send.plan.v1"

reactions = [
    react(to=REFERRAL, event=EhcNeedsAssessmentRequested, then=on_ehc_needs_assessment_requested),
    react(to=REFERRAL, event=LocalAuthorityBecameResponsible, then=on_local_authority_became_responsible),
    react(to=REFERRAL, event=AssessmentRequestWithdrawn, then=on_assessment_request_withdrawn),
    react(to=OURS, event=DecisionToAssessNotified, then=on_decision_to_assess_notified),
    react(to=PLAN, event=TribunalOrderMade, then=on_tribunal_order_made),
    react(to=PLAN, event=AppealNotOpposed, then=on_appeal_not_opposed),
    react(to=PLAN, event=MediationAgreementReached, then=on_mediation_agreement_reached),
]
