"""Disputes open; the mediation adviser, and the certificate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from plan.dispute import dispute
from plan.dispute_adviser import (
    ContactMediationAdviser,
    DeclineMediation,
    IssueMediationCertificate,
    MediationAdviserContacted,
    MediationCertificateIssued,
    MediationDeclined,
)
from plan.dispute_mediation import (
    MediationRequested,
    RequestMediation,
)
from shared.testing.spec import given

from .mediation_stories import (
    ABOUT,
    ARRANGED,
    CONCLUDED,
    DECISION,
    HELD,
    IDS,
    NOTICE,
    D,
    on,
    opened,
    wanted,
)
from .stories import LATER, MAINTAINED, after

# --- opening ---


def test_a_dispute_opens_when_the_family_contacts_the_adviser() -> None:
    given(dispute).reading(MAINTAINED).when(opened()).then(
        MediationAdviserContacted(occurred_on=on(4, 2), **IDS, **ABOUT)
    )


def test_a_dispute_opens_when_the_family_asks_the_authority_for_mediation() -> None:
    given(dispute).reading(MAINTAINED).when(wanted("MIXED")).then(
        MediationRequested(occurred_on=on(4, 20), health_issues="MIXED", issues="more speech therapy", **IDS, **ABOUT)
    )


def test_a_dispute_opens_once() -> None:
    given(dispute, *after(dispute, opened())).when(wanted()).then_rejected("dispute-already-open")


def test_a_dispute_is_not_opened_in_another_persons_case() -> None:
    given(dispute).reading(MAINTAINED).when(opened(person_id=UUID(int=9))).then_rejected("case-of-another-person")


def test_a_dispute_does_not_begin_before_the_decision_was_notified() -> None:
    given(dispute).reading(MAINTAINED).sent_at(LATER).when(opened(occurred_on=on(3, 31))).then_rejected("before-notice")


def test_the_notice_was_sent_already() -> None:
    given(dispute).reading(MAINTAINED).when(opened(notice_sent_on=on(4, 3))).then_rejected("date-in-future")


# --- adviser and certificate ---


def test_the_adviser_is_recorded_in_a_dispute_that_began_with_the_request() -> None:
    events = after(dispute, wanted())
    contact = ContactMediationAdviser(dispute_id=D, occurred_on=on(4, 18))
    given(dispute, *events).when(contact).then(MediationAdviserContacted(occurred_on=on(4, 18), **IDS, **ABOUT))
    given(dispute, *events, *after(dispute, wanted(), contact)[1:]).when(contact).then_nothing()


def test_the_adviser_is_not_contacted_before_the_notice() -> None:
    early = ContactMediationAdviser(dispute_id=D, occurred_on=on(3, 31))
    given(dispute, *after(dispute, wanted())).when(early).then_rejected("contact-before-notice")


def test_declining_to_the_adviser_is_followed_by_a_certificate() -> None:
    """TV-31: told on Thursday 2 April; the certificate is due on 9 April."""
    declined = DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=on(4, 2))
    given(dispute, *after(dispute, opened())).when(declined).then(
        MediationDeclined(occurred_on=on(4, 2), told_adviser=True, **IDS)
    )
    certificate = IssueMediationCertificate(
        dispute_id=D, certificate_id=UUID(int=3), kind="DECLINED", occurred_on=on(4, 9)
    )
    given(dispute, *after(dispute, opened(), declined)).when(certificate).then(
        MediationCertificateIssued(
            occurred_on=on(4, 9), certificate_id=UUID(int=3), kind="DECLINED", decision_id=DECISION,
            notice_sent_on=NOTICE, **IDS,
        )
    )  # fmt: skip


def test_declining_twice_is_declining_once() -> None:
    told_la = DeclineMediation(dispute_id=D, told_adviser=False, occurred_on=on(4, 3))
    events = after(dispute, opened(), told_la)
    given(dispute, *events).when(told_la).then_nothing()
    told_adviser = DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=on(4, 7))
    given(dispute, *events).when(told_adviser).then_types(MediationDeclined)


def test_an_adviser_nobody_contacted_was_told_nothing() -> None:
    declined = DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=on(4, 21))
    given(dispute, *after(dispute, wanted())).when(declined).then_rejected("adviser-not-contacted")


def test_mediation_that_took_place_is_not_declined_any_more() -> None:
    declined = DeclineMediation(dispute_id=D, told_adviser=False, occurred_on=on(5, 13))
    given(dispute, *after(dispute, wanted(), ARRANGED, HELD)).when(declined).then_rejected("mediation-held")


@pytest.mark.parametrize("kind", ["DECLINED", "CONCLUDED", "DEEMED"])
def test_no_certificate_before_what_it_certifies(kind: Any) -> None:
    certificate = IssueMediationCertificate(dispute_id=D, kind=kind, occurred_on=on(5, 20))
    given(dispute, *after(dispute, opened())).when(certificate).then_rejected("nothing-to-certify")


def test_declining_to_the_authority_alone_earns_no_certificate() -> None:
    events = after(dispute, opened(), DeclineMediation(dispute_id=D, told_adviser=False, occurred_on=on(4, 3)))
    certificate = IssueMediationCertificate(dispute_id=D, kind="DECLINED", occurred_on=on(4, 8))
    given(dispute, *events).when(certificate).then_rejected("nothing-to-certify")


def test_asking_for_mediation_after_all_takes_the_ground_of_the_certificate_away() -> None:
    events = after(
        dispute,
        opened(),
        DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=on(4, 3)),
        RequestMediation(dispute_id=D, health_issues="NONE", occurred_on=on(4, 4)),
    )
    certificate = IssueMediationCertificate(dispute_id=D, kind="DECLINED", occurred_on=on(4, 8))
    given(dispute, *events).when(certificate).then_rejected("nothing-to-certify")


def test_a_certificate_is_not_older_than_its_ground() -> None:
    events = after(dispute, wanted(), ARRANGED, HELD, CONCLUDED)
    certificate = IssueMediationCertificate(dispute_id=D, kind="CONCLUDED", occurred_on=on(5, 11))
    given(dispute, *events).when(certificate).then_rejected("certificate-too-early")


def test_a_dispute_has_one_certificate() -> None:
    certificate = IssueMediationCertificate(dispute_id=D, kind="CONCLUDED", occurred_on=on(5, 15))
    events = after(dispute, wanted(), ARRANGED, HELD, CONCLUDED, certificate)
    given(dispute, *events).when(certificate).then_nothing()
    other = IssueMediationCertificate(dispute_id=D, kind="DEEMED", occurred_on=on(5, 15))
    given(dispute, *events).when(other).then_rejected("certificate-already-issued")


def test_health_alone_needs_no_certificate() -> None:
    certificate = IssueMediationCertificate(dispute_id=D, kind="DECLINED", occurred_on=on(5, 15))
    given(dispute, *after(dispute, wanted("ONLY"))).when(certificate).then_rejected("health-only")
