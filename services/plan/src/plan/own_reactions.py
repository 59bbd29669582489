"""What moves, re-assessments and disputes, which have streams of their own, mean for the plan of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from plan.amendment import EndRedraft, NoteMandate
from plan.dispute_notes import NoteDispute, Step
from plan.ending import HandOverPlan
from plan.opening import BeginPlan
from plan.reassessment import ConcludeReassessment
from plan.state import Basis
from shared import Command, Incoming, react

_AMENDS = frozenset({"AMEND_CONTENT", "AMEND_PLACEMENT", "CONTINUE_AND_AMEND"})
_CONTINUES = frozenset({"CONTINUE", "CONTINUE_AND_AMEND"})


class PlanTransferredIn(Incoming):
    type: Literal["plan.plan-transferred-in"]
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    move_id: UUID
    plan_first_made_on: date
    last_reviewed_on: date | None = None


class PlanTransferredOut(Incoming):
    type: Literal["plan.plan-transferred-out"]
    case_id: UUID
    move_id: UUID


class ReassessmentDecisionNotified(Incoming):
    type: Literal["plan.reassessment-decision-notified"]
    case_id: UUID
    reassessment_id: UUID
    agreed: bool


class ReassessmentOutcomeNotified(Incoming):
    type: Literal["plan.reassessment-outcome-notified"]
    case_id: UUID
    reassessment_id: UUID
    outcome: str


class FinalPlanIssued(Incoming):
    type: Literal["plan.final-plan-issued"]
    decision_id: UUID
    reassessment_id: UUID | None = None


class AmendedFinalPlanIssued(Incoming):
    type: Literal["plan.amended-final-plan-issued"]
    decision_id: UUID
    reassessment_id: UUID | None = None


class MediationAdviserContacted(Incoming):
    type: Literal["plan.mediation-adviser-contacted"]
    case_id: UUID
    dispute_id: UUID
    about: str
    decision_id: UUID | None = None


class MediationCertificateIssued(Incoming):
    type: Literal["plan.mediation-certificate-issued"]
    case_id: UUID
    dispute_id: UUID
    decision_id: UUID | None = None


class MediationAgreementReached(Incoming):
    type: Literal["plan.mediation-agreement-reached"]
    case_id: UUID
    dispute_id: UUID
    agreement_id: UUID
    owed: str | None = None


class AppealRegistered(Incoming):
    type: Literal["plan.appeal-registered"]
    case_id: UUID
    dispute_id: UUID
    decision_id: UUID | None = None


class AppealWithdrawn(Incoming):
    type: Literal["plan.appeal-withdrawn"]
    case_id: UUID
    dispute_id: UUID


class AppealNotOpposed(Incoming):
    type: Literal["plan.appeal-not-opposed"]
    case_id: UUID
    dispute_id: UUID
    order_id: UUID
    owed: str


class TribunalOrderMade(Incoming):
    type: Literal["plan.tribunal-order-made"]
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    order_types: tuple[str, ...]
    request_id: UUID | None = None


class FttReviewOrPermissionDecided(Incoming):
    type: Literal["plan.ftt-review-or-permission-decided"]
    case_id: UUID
    dispute_id: UUID
    outcome: str


def on_plan_transferred_in(event: PlanTransferredIn) -> Sequence[Command]:
    """The plan is in force here from the transfer on, and keeps the date it was first made."""
    return [
        BeginPlan(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            plan_id=event.plan_id,
            reason="TRANSFER_IN",
            move_id=event.move_id,
            plan_first_made_on=event.plan_first_made_on,
            last_reviewed_on=event.last_reviewed_on,
        )
    ]


def on_plan_transferred_out(event: PlanTransferredOut) -> Sequence[Command]:
    """It is no longer ours to change or to cease."""
    return [HandOverPlan(occurred_on=event.occurred_on, case_id=event.case_id, move_id=event.move_id)]


def on_reassessment_decision_notified(event: ReassessmentDecisionNotified) -> Sequence[Command]:
    """A re-assessment may end in a new draft."""
    return [_mandate(event, event.reassessment_id, Basis.REASSESSMENT)] if event.agreed else []


def on_reassessment_outcome_notified(event: ReassessmentOutcomeNotified) -> Sequence[Command]:
    """Nothing changes: a draft that was begun is given up."""
    if event.outcome != "NO_CHANGE":
        return []
    return [EndRedraft(occurred_on=event.occurred_on, case_id=event.case_id, reassessment_id=event.reassessment_id)]


def on_final_plan_issued(event: FinalPlanIssued) -> Sequence[Command]:
    """After a re-assessment, a new plan in the place of the old one concludes it."""
    return _concluded(event, "REPLACED")


def on_amended_final_plan_issued(event: AmendedFinalPlanIssued) -> Sequence[Command]:
    """After a re-assessment, the amended plan concludes it."""
    return _concluded(event, "AMENDED")


def _concluded(
    event: FinalPlanIssued | AmendedFinalPlanIssued, outcome: Literal["AMENDED", "REPLACED"]
) -> Sequence[Command]:
    if event.reassessment_id is None:
        return []
    return [
        ConcludeReassessment(
            occurred_on=event.occurred_on,
            reassessment_id=event.reassessment_id,
            outcome=outcome,
            decision_id=event.decision_id,
        )
    ]


def on_mediation_adviser_contacted(event: MediationAdviserContacted) -> Sequence[Command]:
    """About ceasing, it keeps the appeal period open until the certificate."""
    return [_note(event, Step.ADVISER_CONTACTED, event.decision_id)] if event.about == "CEASE" else []


def on_mediation_certificate_issued(event: MediationCertificateIssued) -> Sequence[Command]:
    """The family has a month from it, if that is later than two from the notice."""
    return [_note(event, Step.CERTIFICATE_ISSUED, event.decision_id)]


def on_mediation_agreement_reached(event: MediationAgreementReached) -> Sequence[Command]:
    """What was agreed is owed as if it had been ordered (reg 42(2))."""
    return _owed(event, event.agreement_id, {event.owed or ""}, Basis.AGREEMENT)


def on_appeal_registered(event: AppealRegistered) -> Sequence[Command]:
    """Until it is determined the plan does not end."""
    return [_note(event, Step.APPEAL_REGISTERED, event.decision_id)]


def on_appeal_withdrawn(event: AppealWithdrawn) -> Sequence[Command]:
    return [_note(event, Step.APPEAL_ENDED)]


def on_appeal_not_opposed(event: AppealNotOpposed) -> Sequence[Command]:
    """The appeal counts as decided for the family (reg 45)."""
    ended = [] if event.owed in _CONTINUES else [_note(event, Step.APPEAL_ENDED)]
    return [*ended, *_owed(event, event.order_id, {event.owed}, Basis.CONCESSION)]


def on_tribunal_order_made(event: TribunalOrderMade) -> Sequence[Command]:
    """It may open a plan, change one, keep one or end one."""
    types = set(event.order_types)
    commands: list[Command] = []
    if "MAKE_PLAN" in types:
        commands.append(
            BeginPlan(
                occurred_on=event.occurred_on,
                case_id=event.case_id,
                person_id=event.person_id,
                reason="TRIBUNAL_ORDER",
                order_id=event.order_id,
                request_id=event.request_id,
            )
        )
    if not types & _CONTINUES:
        commands.append(_note(event, Step.CEASING_UPHELD if "DISMISS_CEASE" in types else Step.APPEAL_ENDED))
    return [*commands, *_owed(event, event.order_id, types, Basis.ORDER)]


def on_ftt_review_or_permission_decided(event: FttReviewOrPermissionDecided) -> Sequence[Command]:
    """Set aside, the order falls and the appeal is open again."""
    return [_note(event, Step.ORDER_SET_ASIDE)] if event.outcome == "SET_ASIDE" else []


def _owed(
    event: MediationAgreementReached | AppealNotOpposed | TribunalOrderMade,
    mandate_id: UUID,
    types: set[str],
    basis: Basis,
) -> list[Command]:
    kept = [_note(event, Step.CEASING_OVERTURNED)] if types & _CONTINUES else []
    changed = [_mandate(event, mandate_id, basis)] if types & _AMENDS else []
    return [*kept, *changed]


def _note(
    event: MediationAdviserContacted
    | MediationCertificateIssued
    | MediationAgreementReached
    | AppealRegistered
    | AppealWithdrawn
    | AppealNotOpposed
    | TribunalOrderMade
    | FttReviewOrPermissionDecided,
    step: Step,
    decision_id: UUID | None = None,
) -> NoteDispute:
    return NoteDispute(
        occurred_on=event.occurred_on,
        case_id=event.case_id,
        dispute_id=event.dispute_id,
        decision_id=decision_id,
        step=step,
    )


def _mandate(
    event: ReassessmentDecisionNotified | MediationAgreementReached | AppealNotOpposed | TribunalOrderMade,
    mandate_id: UUID,
    basis: Basis,
) -> NoteMandate:
    return NoteMandate(occurred_on=event.occurred_on, case_id=event.case_id, mandate_id=mandate_id, basis=basis)


_OWN = "send.plan.v1"

own_reactions = [
    react(to=_OWN, event=PlanTransferredIn, then=on_plan_transferred_in),
    react(to=_OWN, event=PlanTransferredOut, then=on_plan_transferred_out),
    react(to=_OWN, event=ReassessmentDecisionNotified, then=on_reassessment_decision_notified),
    react(to=_OWN, event=ReassessmentOutcomeNotified, then=on_reassessment_outcome_notified),
    react(to=_OWN, event=FinalPlanIssued, then=on_final_plan_issued),
    react(to=_OWN, event=AmendedFinalPlanIssued, then=on_amended_final_plan_issued),
    react(to=_OWN, event=MediationAdviserContacted, then=on_mediation_adviser_contacted),
    react(to=_OWN, event=MediationCertificateIssued, then=on_mediation_certificate_issued),
    react(to=_OWN, event=MediationAgreementReached, then=on_mediation_agreement_reached),
    react(to=_OWN, event=AppealRegistered, then=on_appeal_registered),
    react(to=_OWN, event=AppealWithdrawn, then=on_appeal_withdrawn),
    react(to=_OWN, event=AppealNotOpposed, then=on_appeal_not_opposed),
    react(to=_OWN, event=TribunalOrderMade, then=on_tribunal_order_made),
    react(to=_OWN, event=FttReviewOrPermissionDecided, then=on_ftt_review_or_permission_decided),
]
