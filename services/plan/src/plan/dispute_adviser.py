"""The mediation adviser: contacted, told that mediation is not wanted, and the certificate (s.55; regs 33 to 39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from plan.dates import refuse_before
from plan.dispute_state import (
    AppealType,
    CertificateKind,
    Dispute,
    Mediation,
    not_decided,
    not_health_alone,
    not_held,
)
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, Rejected

# --- events ---


class MediationAdviserContacted(Event):
    """The parent or young person contacted the mediation adviser about the decision (reg 33)."""

    type: Literal["plan.mediation-adviser-contacted"] = "plan.mediation-adviser-contacted"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    about: AppealType
    decision_id: UUID | None
    notice_sent_on: date
    request_id: UUID | None
    plan_id: UUID | None


class MediationDeclined(Event):
    """The family does not want mediation. Told to the adviser, it starts the three working days of the certificate."""

    type: Literal["plan.mediation-declined"] = "plan.mediation-declined"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    told_adviser: bool
    """False where only the authority was told."""


class MediationCertificateIssued(Event):
    """The adviser issued the certificate without which most appeals cannot be made (s.55)."""

    type: Literal["plan.mediation-certificate-issued"] = "plan.mediation-certificate-issued"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    certificate_id: UUID
    kind: CertificateKind
    decision_id: UUID | None
    notice_sent_on: date


AdviserEvent = MediationAdviserContacted | MediationDeclined | MediationCertificateIssued


def evolve(state: Mediation, event: AdviserEvent) -> Mediation:
    on = event.occurred_on
    match event:
        case MediationAdviserContacted():
            return replace(state, adviser_contacted_on=on)
        case MediationDeclined():
            told = on if event.told_adviser else state.adviser_told_declined_on
            return replace(state, declined_on=on, adviser_told_declined_on=told, requested_on=None)
        case MediationCertificateIssued():
            return replace(state, certificate_id=event.certificate_id, certificate=event.kind, certified_on=on)
        case _ as never:
            assert_never(never)


# --- commands ---


class ContactMediationAdviser(Command):
    """Record the day on which the family contacted the mediation adviser."""

    dispute_id: UUID


class DeclineMediation(Command):
    """Record that the family does not want mediation, and whether the adviser was told."""

    dispute_id: UUID
    told_adviser: bool


class IssueMediationCertificate(Command):
    """Record the certificate the adviser issued."""

    dispute_id: UUID
    certificate_id: NewId = UNFILLED
    kind: CertificateKind


# --- decisions ---


def adviser_contacted(state: Dispute, on: date) -> MediationAdviserContacted:
    return MediationAdviserContacted(occurred_on=on, **state.matter_fields)


def contact_adviser(command: ContactMediationAdviser, state: Dispute) -> Sequence[AdviserEvent]:
    refuse_before(
        command.occurred_on, state.the_matter.notice_sent_on, code="contact-before-notice", what="the notice was sent"
    )
    return [adviser_contacted(state, command.occurred_on)]


def decline(command: DeclineMediation, state: Dispute) -> Sequence[AdviserEvent]:
    if command.told_adviser and state.mediation.adviser_contacted_on is None:
        raise Rejected("adviser-not-contacted", "Record first when the family contacted the mediation adviser.")
    return [MediationDeclined(occurred_on=command.occurred_on, told_adviser=command.told_adviser, **state.ids)]


def certify(command: IssueMediationCertificate, state: Dispute) -> Sequence[AdviserEvent]:
    mediation = state.mediation
    certified, what = {
        "DECLINED": (mediation.adviser_told_declined_on, "the family told the adviser that it wants no mediation"),
        "CONCLUDED": (mediation.concluded_on, "mediation was concluded"),
        "DEEMED": (mediation.could_not_be_arranged_on, "the authority told the adviser it cannot arrange mediation"),
    }[command.kind]
    if certified is None:
        raise Rejected("nothing-to-certify", f"A {command.kind} certificate needs that {what}; record that first.")
    refuse_before(command.occurred_on, certified, code="certificate-too-early", what=f"the day on which {what}")
    return [
        MediationCertificateIssued(
            occurred_on=command.occurred_on,
            certificate_id=command.certificate_id,
            kind=command.kind,
            decision_id=state.the_matter.decision_id,
            notice_sent_on=state.the_matter.notice_sent_on,
            **state.ids,
        )
    ]


# --- conditions ---


def _not_certified(state: Dispute) -> Condition | None:
    if state.mediation.certificate is None:
        return None
    return Condition(
        "certificate-already-issued",
        f"A {state.mediation.certificate} certificate was issued on {state.mediation.certified_on}.",
    )


def _declined_alike(command: DeclineMediation, state: Dispute) -> bool:
    mediation = state.mediation
    return mediation.declined_on is not None and (
        not command.told_adviser or mediation.adviser_told_declined_on is not None
    )


decisions = [
    Decision(
        ContactMediationAdviser,
        contact_adviser,
        when=[not_decided],
        already=lambda _, s: s.mediation.adviser_contacted_on is not None,
    ),
    Decision(DeclineMediation, decline, when=[not_held, not_decided], already=_declined_alike),
    Decision(
        IssueMediationCertificate,
        certify,
        when=[not_health_alone, _not_certified],
        already=lambda c, s: s.mediation.certificate == c.kind,
    ),
]
