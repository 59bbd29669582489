"""The mediation adviser: contacted, told that mediation is not wanted, and the certificate (s.55; regs 33 to 39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan.dates import once, refuse_again, refuse_before
from plan.dispute_state import (
    CORRECT,
    AppealType,
    CertificateKind,
    Dispute,
    Mediation,
    not_decided,
    not_health_alone,
    not_held,
    opened,
)
from shared import COME, UNFILLED, Command, Condition, Decision, Event, NewId, Rejected

# --- events ---


class MediationAdviserContacted(Event):
    """The parent or young person contacted the mediation adviser about the decision (reg 33)."""

    type: Literal["plan.mediation-adviser-contacted"] = "plan.mediation-adviser-contacted"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    about: AppealType
    decision_id: UUID | None
    notice_sent_on: Annotated[date, COME]
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
    notice_sent_on: Annotated[date, COME]


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
    declined = _declined_on(command, state)
    refuse_again(declined, code="mediation-declined", what="Mediation was declined", to_correct=CORRECT)
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


_adviser_not_contacted = once(
    lambda s: s.mediation.adviser_contacted_on, "adviser-contacted", "The family contacted the adviser", CORRECT
)


def _something_to_certify(state: Dispute) -> Condition | None:
    mediation = state.mediation
    if mediation.adviser_told_declined_on or mediation.concluded_on or mediation.could_not_be_arranged_on:
        return None
    if not_health_alone(state) is not None:  # needs no certificate, whatever happens
        return None
    return Condition(
        "nothing-to-certify",
        "Record first that the family told the adviser that it wants no mediation, that mediation was concluded, or "
        "that the authority cannot arrange it.",
    )


def _not_certified(state: Dispute) -> Condition | None:
    if state.mediation.certificate is None:
        return None
    return Condition(
        "certificate-already-issued",
        f"A {state.mediation.certificate} certificate was issued on {state.mediation.certified_on}. {CORRECT}",
    )


def _declined_on(command: DeclineMediation, state: Dispute) -> date | None:
    """When it was declined, and the adviser told where that is said; it may be told later."""
    mediation = state.mediation
    return mediation.adviser_told_declined_on if command.told_adviser else mediation.declined_on


def _declined_that_day(command: DeclineMediation, state: Dispute) -> bool:
    return _declined_on(command, state) == command.occurred_on


decisions = [
    Decision(
        ContactMediationAdviser,
        contact_adviser,
        when=[opened, _adviser_not_contacted, not_decided],
        already=lambda c, s: s.mediation.adviser_contacted_on == c.occurred_on,
    ),
    Decision(DeclineMediation, decline, when=[opened, not_held, not_decided], already=_declined_that_day),
    Decision(
        IssueMediationCertificate,
        certify,
        when=[opened, not_health_alone, _something_to_certify, _not_certified],
        already=lambda c, s: (s.mediation.certified_on, s.mediation.certificate) == (c.occurred_on, c.kind),
    ),
]
