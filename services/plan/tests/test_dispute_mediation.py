"""Mediation: adviser, request, arrangement, certificate and agreement."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.dispute import AdviserContacted, MediationWanted, OpenDispute, dispute
from plan.dispute_adviser import (
    ContactMediationAdviser,
    DeclineMediation,
    IssueMediationCertificate,
    MediationAdviserContacted,
    MediationCertificateIssued,
    MediationDeclined,
)
from plan.dispute_agreement import (
    ComplyWithMediationAgreement,
    MediationAgreementComplied,
    MediationAgreementReached,
    MediationAgreementToldToLa,
    ReachMediationAgreement,
    TellLaOfMediationAgreement,
)
from plan.dispute_appeal import NoticeOfAppeal, RegisterAppeal
from plan.dispute_mediation import (
    ArrangeMediation,
    ConcludeMediation,
    HealthMediationIssuesNotified,
    HoldMediation,
    MediationArranged,
    MediationConcluded,
    MediationHeld,
    MediationRequested,
    MediationUnableToBeArranged,
    NotifyHealthMediationIssues,
    ReportMediationUnableToBeArranged,
    RequestMediation,
)
from plan.dispute_order import MakeTribunalOrder
from plan.dispute_state import AppealType, OrderType
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command

from .stories import CASE, LATER, MAINTAINED, PERSON, PLAN, after

D = UUID(int=50)
DECISION = UUID(int=51)
NOTICE = date(2026, 4, 1)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "dispute_id": D}
ABOUT: dict[str, Any] = {
    "about": AppealType.CONTENTS,
    "decision_id": DECISION,
    "notice_sent_on": NOTICE,
    "request_id": None,
    "plan_id": PLAN,
}


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def opened(begins_with: Any = None, **more: Any) -> OpenDispute:
    facts = {
        "dispute_id": D, "case_id": CASE, "person_id": PERSON, "about": AppealType.CONTENTS, "notice_sent_on": NOTICE,
        "decision_id": DECISION, "plan_id": PLAN, "occurred_on": on(4, 2),
        "begins_with": begins_with or AdviserContacted(step="ADVISER_CONTACTED"),
    }  # fmt: skip
    return OpenDispute(**{**facts, **more})


def wanted(health_issues: Any = "NONE", **more: Any) -> OpenDispute:
    return opened(
        MediationWanted(step="MEDIATION_REQUESTED", health_issues=health_issues, issues="more speech therapy"),
        occurred_on=on(4, 20),
        **more,
    )


ARRANGED = ArrangeMediation(dispute_id=D, meets_on=on(5, 12), occurred_on=on(5, 4))
HELD = HoldMediation(
    dispute_id=D, attended=("PARENT", "LA"), la_representative_could_decide=True, occurred_on=on(5, 12)
)
CONCLUDED = ConcludeMediation(dispute_id=D, agreed="PARTLY", occurred_on=on(5, 12))
AMEND = ReachMediationAgreement(
    dispute_id=D, terms=AppealType.CONTENTS, owed=OrderType.AMEND_CONTENT, agreed_act="amend F3", occurred_on=on(5, 12)
)
THERAPY = ReachMediationAgreement(
    dispute_id=D,
    agreement_id=UUID(int=60),
    terms="OTHER",
    owed_by="ICB",
    la_is_party=False,
    agreed_act="start therapy",
    occurred_on=on(5, 12),
)


def ordered() -> list[Any]:
    """A dispute the Tribunal has decided, with leave and without a word of mediation."""
    appeal = NoticeOfAppeal(
        appeal_type=AppealType.CONTENTS,
        sections=("B", "F"),
        received_by_la_on=on(4, 20),
        in_time=True,
        leave_given=True,
    )
    return after(
        dispute,
        opened(),
        RegisterAppeal(dispute_id=D, appeal=appeal, occurred_on=on(4, 16)),
        MakeTribunalOrder(dispute_id=D, order_types=(OrderType.AMEND_CONTENT,), outcome="UPHELD", occurred_on=on(7, 1)),
    )


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


# --- request and arrangement ---


def test_mediation_is_requested_in_a_dispute_that_began_with_the_adviser() -> None:
    """TV-30: told on Monday 20 April, to be arranged by 20 May."""
    request = RequestMediation(dispute_id=D, health_issues="NONE", occurred_on=on(4, 20))
    events = after(dispute, opened())
    given(dispute, *events).when(request).then_types(MediationRequested)
    requested = after(dispute, opened(), request)
    given(dispute, *requested).when(request).then_nothing()
    mixed = RequestMediation(dispute_id=D, health_issues="MIXED", occurred_on=on(4, 21))
    given(dispute, *requested).when(mixed).then_rejected("mediation-requested")


def test_concluded_mediation_is_not_requested_again() -> None:
    request = RequestMediation(dispute_id=D, health_issues="MIXED", occurred_on=on(5, 20))
    events = after(dispute, wanted(), ARRANGED, HELD, CONCLUDED)
    given(dispute, *events).when(request).then_rejected("mediation-requested", "mediation-concluded")


def test_each_icb_is_told_the_health_issues_once() -> None:
    """TV-33: health only, told to the ICB, which then arranges."""
    tell = NotifyHealthMediationIssues(dispute_id=D, icb_code="QWE", occurred_on=on(4, 23))
    events = after(dispute, wanted("ONLY"))
    given(dispute, *events).when(tell).then(
        HealthMediationIssuesNotified(occurred_on=on(4, 23), icb_code="QWE", health_issues="ONLY", **IDS)
    )
    told = after(dispute, wanted("ONLY"), tell)
    given(dispute, *told).when(tell).then_nothing()
    given(dispute, *told).when(ARRANGED).then(
        MediationArranged(occurred_on=on(5, 4), arranged_by="ICB", meets_on=on(5, 12), health_issues="ONLY", **IDS)
    )


def test_there_is_nothing_to_tell_an_icb_without_health_issues() -> None:
    tell = NotifyHealthMediationIssues(dispute_id=D, icb_code="QWE", occurred_on=on(4, 23))
    given(dispute, *after(dispute, wanted())).when(tell).then_rejected("no-health-issues")
    given(dispute, *after(dispute, opened())).when(tell).then_rejected("mediation-not-requested", "no-health-issues")


def test_an_icb_code_has_the_form_of_one() -> None:
    with pytest.raises(ValidationError):
        NotifyHealthMediationIssues(dispute_id=D, icb_code="North")


@pytest.mark.parametrize("health_issues", ["ONLY", "MIXED"])
def test_mediation_with_health_issues_is_arranged_once_the_icb_knows_them(health_issues: Any) -> None:
    given(dispute, *after(dispute, wanted(health_issues))).when(ARRANGED).then_rejected("icb-not-told")


def test_mediation_is_arranged_and_moved_to_another_day() -> None:
    given(dispute, *after(dispute, wanted())).when(ARRANGED).then(
        MediationArranged(occurred_on=on(5, 4), arranged_by="LA", meets_on=on(5, 12), health_issues="NONE", **IDS)
    )
    events = after(dispute, wanted(), ARRANGED)
    given(dispute, *events).when(ARRANGED).then_nothing()
    moved = ArrangeMediation(dispute_id=D, meets_on=on(5, 18), occurred_on=on(5, 6))
    given(dispute, *events).when(moved).then_types(MediationArranged)


def test_nothing_is_arranged_that_nobody_wants() -> None:
    given(dispute, *after(dispute, opened())).when(ARRANGED).then_rejected("mediation-not-requested")
    events = after(dispute, wanted(), DeclineMediation(dispute_id=D, told_adviser=False, occurred_on=on(4, 22)))
    given(dispute, *events).when(ARRANGED).then_rejected("mediation-declined")


def test_a_meeting_is_not_fixed_for_a_day_that_has_passed() -> None:
    past = ArrangeMediation(dispute_id=D, meets_on=on(5, 3), occurred_on=on(5, 4))
    given(dispute, *after(dispute, wanted())).when(past).then_rejected("meeting-before-arrangement")


def test_mediation_that_cannot_be_arranged_ends_in_a_deemed_certificate() -> None:
    unable = ReportMediationUnableToBeArranged(dispute_id=D, occurred_on=on(5, 18))
    given(dispute, *after(dispute, wanted())).when(unable).then(
        MediationUnableToBeArranged(occurred_on=on(5, 18), **IDS)
    )
    events = after(dispute, wanted(), unable)
    given(dispute, *events).when(unable).then_nothing()
    deemed = IssueMediationCertificate(dispute_id=D, kind="DEEMED", occurred_on=on(5, 20))
    given(dispute, *events).when(deemed).then_types(MediationCertificateIssued)


def test_the_authority_does_not_report_what_it_held_or_what_the_icb_arranges() -> None:
    unable = ReportMediationUnableToBeArranged(dispute_id=D, occurred_on=on(5, 18))
    given(dispute, *after(dispute, wanted("ONLY"))).when(unable).then_rejected("health-only")
    given(dispute, *after(dispute, wanted(), ARRANGED, HELD)).when(unable).then_rejected("mediation-held")


def test_mediation_is_held_as_often_as_it_takes() -> None:
    given(dispute, *after(dispute, wanted(), ARRANGED)).when(HELD).then(
        MediationHeld(
            occurred_on=on(5, 12), about=AppealType.CONTENTS, attended=("PARENT", "LA"),
            la_representative_could_decide=True, **IDS,
        )
    )  # fmt: skip
    events = after(dispute, wanted(), ARRANGED, HELD)
    given(dispute, *events).when(HELD).then_nothing()
    again = HELD.model_copy(update={"occurred_on": on(5, 19)})
    given(dispute, *events).when(again).then_types(MediationHeld)


def test_mediation_is_held_after_it_was_arranged() -> None:
    given(dispute, *after(dispute, wanted())).when(HELD).then_rejected("mediation-not-arranged")
    early = HELD.model_copy(update={"occurred_on": on(5, 3)})
    given(dispute, *after(dispute, wanted(), ARRANGED)).when(early).then_rejected("held-before-arranged")
    done = after(dispute, wanted(), ARRANGED, HELD, CONCLUDED)
    late = HELD.model_copy(update={"occurred_on": on(5, 19)})
    given(dispute, *done).when(late).then_rejected("mediation-concluded")


def test_somebody_attends_mediation() -> None:
    with pytest.raises(ValidationError):
        HoldMediation(dispute_id=D, attended=(), la_representative_could_decide=True)


def test_mediation_is_concluded_once_it_took_place() -> None:
    given(dispute, *after(dispute, wanted(), ARRANGED)).when(CONCLUDED).then_rejected("mediation-not-held")
    events = after(dispute, wanted(), ARRANGED, HELD)
    given(dispute, *events).when(CONCLUDED).then(MediationConcluded(occurred_on=on(5, 12), agreed="PARTLY", **IDS))
    early = CONCLUDED.model_copy(update={"occurred_on": on(5, 11)})
    given(dispute, *events).when(early).then_rejected("concluded-before-held")
    given(dispute, *after(dispute, wanted(), ARRANGED, HELD, CONCLUDED)).when(CONCLUDED).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        DeclineMediation(dispute_id=D, told_adviser=False, occurred_on=on(7, 2)),
        RequestMediation(dispute_id=D, health_issues="NONE", occurred_on=on(7, 2)),
    ],
    ids=lambda c: type(c).__name__,
)
def test_mediation_is_past_once_the_tribunal_has_decided(command: Command) -> None:
    given(dispute, *ordered()).when(command).then_rejected("order-already-made")


# --- agreement ---


def test_two_things_agreed_are_two_agreements() -> None:
    """TV-32: (i) the authority amends section F; (ii) the ICB starts a therapy, the authority not being a party."""
    events = after(dispute, wanted(), ARRANGED, HELD)
    (first,) = given(dispute, *events).when(AMEND).then_types(MediationAgreementReached)
    assert (first.terms, first.owed, first.owed_by, first.plan_id) == ("CONTENTS", "AMEND_CONTENT", "LA", PLAN)
    (second,) = given(dispute, *events, first).when(THERAPY).then_types(MediationAgreementReached)
    assert (second.terms, second.owed, second.owed_by, second.la_is_party) == ("OTHER", None, "ICB", False)


def test_nothing_is_agreed_at_a_mediation_that_was_not_held() -> None:
    given(dispute, *after(dispute, wanted(), ARRANGED)).when(AMEND).then_rejected("mediation-not-held")


def test_another_period_ends_after_the_agreement() -> None:
    odd = AMEND.model_copy(update={"other_period_until": on(5, 11)})
    given(dispute, *after(dispute, wanted(), ARRANGED, HELD)).when(odd).then_rejected("period-before-agreement")


@pytest.mark.parametrize(
    "fields",
    [
        {"terms": "OTHER", "owed": OrderType.ASSESS},
        {"terms": AppealType.CONTENTS},
        {"terms": AppealType.CEASE, "owed": OrderType.DISMISS_CEASE},
        {"terms": AppealType.CONTENTS, "owed": OrderType.AMEND_CONTENT, "owed_by": "ICB"},
        {"terms": AppealType.CONTENTS, "owed": OrderType.AMEND_CONTENT, "la_is_party": False},
    ],
)
def test_an_agreement_says_who_owes_what(fields: Any) -> None:
    with pytest.raises(ValidationError):
        ReachMediationAgreement(dispute_id=D, agreed_act="x", **fields)


def test_an_agreement_is_complied_with_once() -> None:
    events = after(dispute, wanted(), ARRANGED, HELD, AMEND)
    comply = ComplyWithMediationAgreement(
        dispute_id=D,
        agreement_id=events[-1].agreement_id,
        occurred_on=on(6, 16),  # type: ignore[attr-defined]
    )
    (done,) = given(dispute, *events).when(comply).then_types(MediationAgreementComplied)
    given(dispute, *events, done).when(comply).then_nothing()
    early = comply.model_copy(update={"occurred_on": on(5, 11)})
    given(dispute, *events).when(early).then_rejected("before-agreement")
    unknown = comply.model_copy(update={"agreement_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-agreement")
    given(dispute, *events[:-1]).when(comply).then_rejected("no-agreement")


def test_the_icb_tells_the_authority_of_an_agreement_without_it() -> None:
    events = after(dispute, wanted(), ARRANGED, HELD, AMEND, THERAPY)
    ours, theirs = events[-2].agreement_id, events[-1].agreement_id  # type: ignore[attr-defined]
    tell = TellLaOfMediationAgreement(dispute_id=D, agreement_id=theirs, occurred_on=on(5, 19))
    (told,) = given(dispute, *events).when(tell).then_types(MediationAgreementToldToLa)
    given(dispute, *events, told).when(tell).then_nothing()
    own = tell.model_copy(update={"agreement_id": ours})
    given(dispute, *events).when(own).then_rejected("la-is-a-party")
    unknown = tell.model_copy(update={"agreement_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-agreement")
    given(dispute, *events[:-2]).when(tell).then_rejected("no-agreement")
