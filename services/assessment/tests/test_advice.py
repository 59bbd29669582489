"""Advice: asked for, chased, received, late, missed, reused, refused, gone without."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from assessment.advice import (
    AdviceRequested,
    AdviceRequestReached,
    RecordAdviceRequestReached,
    RequestAdvice,
)
from assessment.advice_instead import (
    AdviceReusedByAgreement,
    RefuseRequestedAdvice,
    RequestedAdviceRefused,
    ReuseAdvice,
)
from assessment.advice_replies import (
    AdviceChased,
    AdviceReceived,
    AppointmentMissed,
    RecordMissedAppointment,
    WentOnWithoutAdvice,
)
from assessment.assessment import assessment
from assessment.codes import AdviceType, SensoryNeed
from assessment.opening import CloseWithdrawnAssessment
from shared.testing.spec import given

from shared import UNFILLED

from .stories import (
    ADVICE,
    ALL_IN,
    ANSWERED,
    ASSESSED,
    ASSESSING,
    CASE,
    DECIDED,
    DRAFTING,
    NO_PLAN,
    NOTIFIED,
    OPENED,
    PERSON,
    PROFILED,
    REQUEST,
    SOUGHT,
    TO_ASSESS,
    TOLD,
    UNKNOWN,
    after,
    chase,
    go_on_without,
    receive,
    seek,
    story,
)

IDS = {"case_id": CASE, "request_id": REQUEST}
DAY = timedelta(days=1)


def request(**more: Any) -> RequestAdvice:
    body: dict[str, Any] = {"occurred_on": TOLD, "advice_type": AdviceType.OTHER, "from_org": "Virtual school"}
    return RequestAdvice(case_id=CASE, **body | more)


def reuse(**more: Any) -> ReuseAdvice:
    body: dict[str, Any] = {
        "occurred_on": TOLD,
        "advice_type": AdviceType.PSYCHOLOGY,
        "author": "Test-Adviser Wren",
        "document_ref": "report-of-may",
        "given_on": date(2026, 5, 6),
        "provider_agreed_on": TOLD,
        "authority_agreed_on": TOLD,
        "family_agreed_on": TOLD,
    }
    return ReuseAdvice(case_id=CASE, **body | more)


# --- asked for ---


def test_advice_sought_by_itself_is_one_event_a_category_with_a_clock_of_its_own() -> None:
    story(*NOTIFIED).when(seek(AdviceType.MEDICAL)).then(
        AdviceRequested(
            occurred_on=TOLD,
            advice_id=ADVICE[AdviceType.MEDICAL],
            advice_type=AdviceType.MEDICAL,
            reg6_code="6(1)(c)",
            from_org="the integrated care board",
            cooperating_body=True,
            reached_adviser_on=TOLD,
            qualified_teacher_for=(),
            family_evidence_enclosed=True,
            **IDS,
        )
    )


@pytest.mark.parametrize(
    ("kind", "code", "bound"),
    [
        (AdviceType.PARENT_YP, "6(1)(a)", False),
        (AdviceType.EDUCATION, "6(1)(b)", False),
        (AdviceType.MEDICAL, "6(1)(c)", True),
        (AdviceType.PSYCHOLOGY, "6(1)(d)", False),
        (AdviceType.SOCIAL_CARE, "6(1)(e)", False),
        (AdviceType.OTHER, "6(1)(f)", False),
        (AdviceType.PFA, "6(1)(g)", False),
        (AdviceType.REQUESTED_BY_FAMILY, "6(1)(h)", False),
    ],
)
def test_only_bodies_outside_the_authority_are_bound_to_answer_in_six_weeks(
    kind: AdviceType, code: str, bound: bool
) -> None:
    [asked] = story(*NOTIFIED).when(request(advice_type=kind)).then_types(AdviceRequested)
    assert (asked.reg6_code, asked.cooperating_body, asked.reached_adviser_on) == (code, bound, None)


def test_a_category_is_sought_once_and_not_at_all_where_earlier_advice_serves_or_the_round_is_over() -> None:
    story(*ASSESSING).when(seek(AdviceType.MEDICAL)).then_nothing()
    story(*TO_ASSESS, reuse(), NOTIFIED[-1]).when(seek(AdviceType.PSYCHOLOGY)).then_nothing()
    story(*TO_ASSESS).when(seek(AdviceType.MEDICAL)).then_nothing()
    story(*ASSESSED).when(seek(AdviceType.PFA)).then_nothing()
    story(*NOTIFIED).when(seek(AdviceType.MEDICAL, request_id=UNKNOWN)).then_nothing()
    given(assessment).when(seek(AdviceType.MEDICAL)).then_nothing()


def test_anybody_else_can_be_asked_with_the_day_it_reached_them() -> None:
    asked = request(
        from_org="Youth offending team", cooperating_body=True, reached_adviser_on=TOLD + 2 * DAY, occurred_on=TOLD
    )
    [event] = story(*ASSESSING).when(asked).then_types(AdviceRequested)
    assert (event.cooperating_body, event.reached_adviser_on) == (True, TOLD + 2 * DAY)
    assert event.advice_id != UNFILLED
    story(*ASSESSING, asked).when(asked).then_nothing()
    story(*ASSESSING, asked).when(request(from_org="Outreach school")).then_types(AdviceRequested)


def test_the_familys_evidence_goes_with_every_request() -> None:
    story(*ASSESSING).when(request(family_evidence_enclosed=False)).then_rejected("family-evidence-not-enclosed")


def test_dates_of_a_request_fit_each_other() -> None:
    story(*ASSESSING).when(request(occurred_on=DECIDED - DAY)).then_rejected("asked-before-decided")
    story(*ASSESSING).when(request(reached_adviser_on=TOLD - DAY)).then_rejected("reached-before-asked")


def test_advice_is_asked_for_only_while_the_assessment_is_made() -> None:
    for so_far in (OPENED, TO_ASSESS, ASSESSED, DRAFTING):
        story(*so_far).when(request()).then_rejected("not-assessing")


def test_the_day_a_request_reached_the_adviser_is_recorded_and_can_be_another_than_assumed() -> None:
    medical = {"case_id": CASE, "advice_id": ADVICE[AdviceType.MEDICAL]}
    later = RecordAdviceRequestReached(occurred_on=TOLD + 5 * DAY, **medical)
    story(*ASSESSING).when(later).then(
        AdviceRequestReached(
            occurred_on=TOLD + 5 * DAY, advice_id=ADVICE[AdviceType.MEDICAL], cooperating_body=True, **IDS
        )
    )
    story(*ASSESSING, later).when(later).then_nothing()
    story(*ASSESSING).when(RecordAdviceRequestReached(occurred_on=TOLD, **medical)).then_nothing()
    early = RecordAdviceRequestReached(occurred_on=TOLD - DAY, **medical)
    story(*ASSESSING).when(early).then_rejected("reached-before-asked")
    story(*NOTIFIED).when(later).then_rejected("no-advice-requested")
    unknown = RecordAdviceRequestReached(case_id=CASE, advice_id=UNKNOWN)
    story(*ASSESSING).when(unknown).then_rejected("unknown-advice")


# --- reused, refused ---


def test_earlier_advice_serves_where_all_three_agree_and_settles_the_open_request() -> None:
    story(*ASSESSING).when(reuse()).then(
        AdviceReusedByAgreement(
            occurred_on=TOLD,
            person_id=PERSON,
            advice_id=ADVICE[AdviceType.PSYCHOLOGY],
            advice_type=AdviceType.PSYCHOLOGY,
            reg6_code="6(1)(d)",
            author="Test-Adviser Wren",
            document_ref="report-of-may",
            given_on=date(2026, 5, 6),
            provider_agreed_on=TOLD,
            authority_agreed_on=TOLD,
            family_agreed_on=TOLD,
            qualified_teacher_for=(),
            **IDS,
        )
    )
    story(*ASSESSING, reuse()).when(reuse()).then_nothing()


@pytest.mark.parametrize(
    ("lacking", "who"),
    [
        ("provider_agreed_on", "the person who gave it"),
        ("authority_agreed_on", "the authority"),
        ("family_agreed_on", "the family"),
    ],
)
def test_without_all_three_agreements_advice_is_sought_again(lacking: str, who: str) -> None:
    refused = story(*ASSESSING).when(reuse(**{lacking: None})).then_rejected("agreement-missing")
    assert refused.detail.endswith(f"Not recorded for: {who}.")


def test_advice_agreed_on_before_the_requests_go_out_has_an_id_of_its_own() -> None:
    [event] = story(*TO_ASSESS).when(reuse()).then_types(AdviceReusedByAgreement)
    assert event.advice_id not in ADVICE.values()
    [advice] = assessment.fold(after(*TO_ASSESS, reuse())).now.advice
    assert (advice.settled, advice.held) == (True, True)


def test_reused_advice_names_an_open_request_of_its_category_or_none() -> None:
    named = reuse(requested_advice_id=ADVICE[AdviceType.PSYCHOLOGY])
    story(*ASSESSING).when(named).then_types(AdviceReusedByAgreement)
    story(*ALL_IN).when(named).then_rejected("advice-not-open")
    medical = reuse(requested_advice_id=ADVICE[AdviceType.MEDICAL])
    story(*ASSESSING).when(medical).then_rejected("advice-not-open")
    story(*ASSESSING).when(reuse(requested_advice_id=UNKNOWN)).then_rejected("unknown-advice")


def test_advice_is_reused_after_it_was_given_and_while_advice_is_gathered() -> None:
    story(*ASSESSING).when(reuse(given_on=TOLD + DAY)).then_rejected("reused-before-given")
    story(*OPENED).when(reuse()).then_rejected("not-assessing")
    story(*ASSESSED).when(reuse()).then_rejected("not-assessing")


def test_an_adviser_the_family_asked_for_is_refused_with_reasons() -> None:
    refuse = RefuseRequestedAdvice(
        occurred_on=TOLD,
        case_id=CASE,
        asked_for="Dr Test-Adviser Crane",
        reasons="Has not met him.",
        decision_maker="mgr",
    )
    story(*ASSESSING).when(refuse).then(
        RequestedAdviceRefused(
            occurred_on=TOLD,
            person_id=PERSON,
            asked_for="Dr Test-Adviser Crane",
            reasons="Has not met him.",
            decision_maker="mgr",
            **IDS,
        )
    )
    story(*ASSESSING, refuse).when(refuse).then_nothing()
    story(*ASSESSED).when(refuse).then_rejected("not-assessing")


# --- what becomes of it ---


def test_reminders_are_counted() -> None:
    first = chase(AdviceType.MEDICAL, occurred_on=TOLD + 30 * DAY)
    story(*ASSESSING).when(first).then(
        AdviceChased(
            occurred_on=TOLD + 30 * DAY,
            advice_id=ADVICE[AdviceType.MEDICAL],
            advice_type=AdviceType.MEDICAL,
            number=1,
            **IDS,
        )
    )
    story(*ASSESSING, first).when(first).then_nothing()
    [second] = story(*ASSESSING, first).when(chase(AdviceType.MEDICAL)).then_types(AdviceChased)
    assert second.number == 2


def test_only_what_is_waited_for_is_chased() -> None:
    story(*ALL_IN).when(chase(AdviceType.MEDICAL)).then_rejected("advice-held")
    story(*ASSESSING).when(chase(AdviceType.PFA)).then_rejected("unknown-advice")
    story(*ASSESSING).when(chase(AdviceType.MEDICAL, occurred_on=TOLD - DAY)).then_rejected("chased-before-asked")
    story(*OPENED).when(chase(AdviceType.MEDICAL)).then_rejected("no-advice-requested")


def test_advice_received_says_who_wrote_it_and_what_it_covers() -> None:
    answer = receive(
        AdviceType.EDUCATION,
        qualification="QToD",
        qualified_teacher_for=(SensoryNeed.HI,),
        covers_outcomes=False,
        report_date=ANSWERED - DAY,
    )
    story(*ASSESSING).when(answer).then(
        AdviceReceived(
            occurred_on=ANSWERED,
            person_id=PERSON,
            advice_id=ADVICE[AdviceType.EDUCATION],
            advice_type=AdviceType.EDUCATION,
            author="Test-Adviser Wren",
            role="adviser",
            qualification="QToD",
            qualified_teacher_for=(SensoryNeed.HI,),
            report_date=ANSWERED - DAY,
            document_ref="report-EDUCATION",
            covers_needs=True,
            covers_outcomes=False,
            covers_provision=True,
            **IDS,
        )
    )
    story(*ASSESSING, answer).when(answer).then_nothing()


def test_a_supplement_to_incomplete_advice_is_received_and_the_first_day_stands() -> None:
    incomplete = receive(AdviceType.MEDICAL, covers_provision=False)
    supplement = receive(AdviceType.MEDICAL, occurred_on=PROFILED)
    story(*ASSESSING, incomplete).when(supplement).then_types(AdviceReceived)
    found = assessment.fold(after(*ASSESSING, incomplete, supplement)).now.find_advice(ADVICE[AdviceType.MEDICAL])
    assert (found.received_on, found.covers) == (ANSWERED, ("needs", "outcomes", "provision"))


def test_late_advice_is_received_whenever_it_comes() -> None:
    without = (
        *ASSESSING,
        *(receive(kind) for kind in SOUGHT if kind is not AdviceType.MEDICAL),
        chase(AdviceType.MEDICAL),
        go_on_without(AdviceType.MEDICAL),
    )
    end = ASSESSED[len(ALL_IN) :]
    for so_far in (without, (*without, *end), (*without, *end, *DRAFTING[len(ASSESSED) :])):
        late = receive(AdviceType.MEDICAL, occurred_on=date(2027, 2, 1))
        story(*so_far).when(late).then_types(AdviceReceived)
    story(*NO_PLAN).when(receive(AdviceType.MEDICAL, document_ref="addendum")).then_types(AdviceReceived)


def test_advice_is_received_once_it_was_asked_for_and_until_the_round_is_closed() -> None:
    story(*ASSESSING).when(receive(AdviceType.MEDICAL, occurred_on=TOLD - DAY)).then_rejected("received-before-asked")
    story(*ASSESSING).when(receive(AdviceType.OTHER)).then_rejected("unknown-advice")
    story(*TO_ASSESS).when(receive(AdviceType.MEDICAL)).then_rejected("no-advice-requested")
    withdrawn = CloseWithdrawnAssessment(occurred_on=ANSWERED, **IDS)
    story(*ASSESSING, withdrawn).when(receive(AdviceType.MEDICAL)).then_rejected("assessment-closed")


def test_a_missed_appointment_is_recorded_and_relieves_nothing_by_itself() -> None:
    on = date(2026, 11, 3)
    missed = RecordMissedAppointment(
        occurred_on=on, case_id=CASE, advice_id=ADVICE[AdviceType.MEDICAL], with_body="Community paediatrics"
    )
    story(*ASSESSING).when(missed).then(
        AppointmentMissed(
            occurred_on=on,
            person_id=PERSON,
            advice_id=ADVICE[AdviceType.MEDICAL],
            with_body="Community paediatrics",
            reason=None,
            **IDS,
        )
    )
    story(*ASSESSING, missed).when(missed).then_nothing()
    early = missed.model_copy(update={"occurred_on": TOLD - DAY})
    story(*ASSESSING).when(early).then_rejected("missed-before-asked")


# --- gone without ---


def test_chased_advice_can_be_gone_without_for_a_reason() -> None:
    chased = (*ASSESSING, chase(AdviceType.MEDICAL))
    story(*chased).when(go_on_without(AdviceType.MEDICAL)).then(
        WentOnWithoutAdvice(
            occurred_on=PROFILED,
            person_id=PERSON,
            advice_id=ADVICE[AdviceType.MEDICAL],
            advice_type=AdviceType.MEDICAL,
            reason="Nobody has come for ten weeks.",
            decision_maker="mgr",
            **IDS,
        )
    )
    story(*chased, go_on_without(AdviceType.MEDICAL)).when(go_on_without(AdviceType.MEDICAL)).then_nothing()


def test_advice_is_not_gone_without_before_it_was_chased() -> None:
    refused = story(*ASSESSING).when(go_on_without(AdviceType.MEDICAL)).then_rejected("advice-not-chased")
    assert "the integrated care board" in refused.detail
    early = go_on_without(AdviceType.MEDICAL, occurred_on=ANSWERED - DAY)
    story(*ASSESSING, chase(AdviceType.MEDICAL)).when(early).then_rejected("gone-without-before-chased")
    story(*ALL_IN).when(go_on_without(AdviceType.MEDICAL)).then_rejected("advice-held")
    story(*ASSESSED).when(go_on_without(AdviceType.MEDICAL)).then_rejected("not-assessing")
