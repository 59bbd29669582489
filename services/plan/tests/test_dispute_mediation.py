"""Mediation: requested, arranged, held, agreed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from plan.dispute import dispute
from plan.dispute_adviser import (
    DeclineMediation,
    IssueMediationCertificate,
    MediationCertificateIssued,
)
from plan.dispute_agreement import (
    ComplyWithMediationAgreement,
    MediationAgreementComplied,
    MediationAgreementReached,
    MediationAgreementToldToLa,
    ReachMediationAgreement,
    TellLaOfMediationAgreement,
)
from plan.dispute_mediation import (
    ArrangeMediation,
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
from plan.dispute_state import AppealType, OrderType
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command

from .mediation_stories import (
    AMEND,
    ARRANGED,
    CONCLUDED,
    HELD,
    IDS,
    THERAPY,
    D,
    on,
    opened,
    ordered,
    wanted,
)
from .stories import PLAN, after

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
