"""From the request to the notice whether there will be an assessment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from assessment.assessment import assessment
from assessment.codes import Cited, Finding, Method, Recipient
from assessment.consideration import AssessmentConsiderationNotified, ParentOrYoungPersonConsulted
from assessment.decision import DecisionNotToAssessMade, DecisionToAssessMade
from assessment.decision_notices import DecisionNotToAssessNotified, DecisionToAssessNotified
from assessment.legal_test import FindingsToAssess
from assessment.notices import Rights

from .stories import (
    ALL_RIGHTS,
    CASE,
    CONSIDERED,
    CONSULTED,
    DECIDED,
    EVERYONE,
    MET,
    NOT_MET,
    NOT_TO_ASSESS,
    NOTIFIED,
    OPENED,
    PERSON,
    READY,
    RECEIVED,
    REFUSED,
    REQUEST,
    TO_ASSESS,
    TOLD,
    after,
    consult,
    decide_not_to_assess,
    decide_to_assess,
    notify_consideration,
    notify_not_to_assess,
    notify_to_assess,
    open_assessment,
    story,
)

IDS = {"case_id": CASE, "request_id": REQUEST}
DAY = timedelta(days=1)

# --- considering ---


def test_everyone_concerned_is_told_that_an_assessment_is_considered() -> None:
    story(*OPENED).when(notify_consideration()).then(
        AssessmentConsiderationNotified(
            occurred_on=CONSIDERED,
            method=Method.EMAIL,
            recipients=EVERYONE,
            served_on=CONSIDERED,
            right_to_give_views_stated=True,
            **IDS,
        )
    )
    story(*READY).when(notify_consideration()).then_nothing()


def test_a_notice_of_consideration_that_forgets_somebody_names_them() -> None:
    refused = (
        story(*OPENED)
        .when(notify_consideration(recipients=(Recipient.ICB, Recipient.SOCIAL_CARE)))
        .then_rejected("recipients-missing")
    )
    assert "PARENT or YOUNG_PERSON, SETTING" in refused.detail


def test_a_child_who_attends_no_setting_has_no_head_to_tell() -> None:
    three = (Recipient.YOUNG_PERSON, Recipient.ICB, Recipient.SOCIAL_CARE)
    story(*OPENED).when(notify_consideration(recipients=three, attends_no_setting=True)).then_types(
        AssessmentConsiderationNotified
    )


def test_the_notice_must_state_the_right_to_give_views() -> None:
    story(*OPENED).when(notify_consideration(right_to_give_views_stated=False)).then_rejected("right-to-views-missing")


def test_everything_that_is_wrong_with_a_notice_is_said_at_once() -> None:
    wrong = notify_consideration(
        right_to_give_views_stated=False, recipients=(Recipient.PARENT,), served_on=CONSIDERED - DAY
    )
    story(*OPENED).when(wrong).then_rejected("right-to-views-missing", "recipients-missing", "served-before-sent")


def test_a_posted_notice_is_served_when_somebody_says_so() -> None:
    [unknown] = (
        story(*OPENED).when(notify_consideration(method=Method.POST)).then_types(AssessmentConsiderationNotified)
    )
    assert unknown.served_on is None
    posted = notify_consideration(method=Method.POST, served_on=CONSIDERED + 2 * DAY)
    [known] = story(*OPENED).when(posted).then_types(AssessmentConsiderationNotified)
    assert known.served_on == CONSIDERED + 2 * DAY


def test_the_family_is_consulted_with_its_views_or_without() -> None:
    story(*OPENED).when(consult(support_offered=True)).then(
        ParentOrYoungPersonConsulted(
            occurred_on=CONSULTED,
            person_id=PERSON,
            who="PARENT",
            method="MEETING",
            views_given=True,
            views="He is happy outdoors.",
            support_offered=True,
            **IDS,
        )
    )
    [silent] = story(*OPENED).when(consult(views=None)).then_types(ParentOrYoungPersonConsulted)
    assert (silent.views_given, silent.views) == (False, None)
    story(*OPENED, consult()).when(consult()).then_nothing()


def test_nothing_is_considered_before_the_request_or_after_the_decision() -> None:
    story(*OPENED).when(notify_consideration(occurred_on=RECEIVED - DAY)).then_rejected("before-the-request")
    story(*OPENED).when(consult(occurred_on=RECEIVED - DAY)).then_rejected("before-the-request")
    story(*NOTIFIED).when(consult()).then_nothing()
    story(*NOTIFIED).when(consult(occurred_on=TOLD)).then_rejected("not-being-considered")
    story(*REFUSED).when(notify_consideration()).then_rejected("not-being-considered")


# --- deciding ---


def test_a_decision_to_assess_says_on_which_test_why_on_what_and_by_whom() -> None:
    [made] = story(*READY).when(decide_to_assess()).then_types(DecisionToAssessMade)
    assert made == DecisionToAssessMade(
        occurred_on=DECIDED,
        person_id=PERSON,
        decision_id=made.decision_id,
        legal_test=MET,
        reasons="The school's help has not been enough.",
        evidence_refs=("doc-1",),
        decision_maker="panel-chair-1",
        **IDS,
    )
    story(*TO_ASSESS).when(decide_to_assess()).then_nothing()


@pytest.mark.parametrize(
    "findings",
    [
        NOT_MET,
        FindingsToAssess(may_have_sen=Finding.NOT_MET, may_need_plan=Finding.MET),
        FindingsToAssess(may_have_sen=Finding.NOT_MET, may_need_plan=Finding.NOT_MET),
    ],
)
def test_both_limbs_must_be_met_to_assess_and_one_that_is_not_is_enough_to_refuse(findings: FindingsToAssess) -> None:
    story(*READY).when(decide_to_assess(legal_test=findings)).then_rejected("test-not-met")
    story(*READY).when(decide_not_to_assess(legal_test=findings)).then_types(DecisionNotToAssessMade)


def test_where_both_limbs_are_met_the_authority_cannot_refuse() -> None:
    story(*READY).when(decide_not_to_assess(legal_test=MET)).then_rejected("test-met")


@pytest.mark.parametrize(
    ("cited", "words"),
    [
        (Cited.STANDARD, "a standard"),
        (Cited.LOCAL_THRESHOLD, "a local threshold"),
        (Cited.LOCAL_POLICY, "a local policy"),
        (Cited.NO_DIAGNOSIS, "no diagnosis"),
        (Cited.ATTAINMENT, "attainment"),
        (Cited.RESOURCES, "resources"),
        (Cited.OTHER, "something else"),
    ],
)
def test_a_refusal_that_cites_anything_but_the_statutory_test_is_refused(cited: Cited, words: str) -> None:
    for cites in ((cited,), (Cited.STATUTORY_TEST, cited)):
        refused = story(*READY).when(decide_not_to_assess(cites=cites)).then_rejected("not-the-statutory-test")
        assert words in refused.detail
        assert "s.36(8)" in refused.detail


def test_the_family_is_consulted_before_either_decision() -> None:
    unconsulted = (*OPENED, notify_consideration())
    story(*unconsulted).when(decide_to_assess()).then_rejected("family-not-consulted")
    story(*unconsulted).when(decide_not_to_assess()).then_rejected("family-not-consulted")


def test_an_assessment_is_decided_on_only_after_it_was_announced_as_considered() -> None:
    unannounced = (*OPENED, consult())
    story(*unannounced).when(decide_to_assess()).then_rejected("consideration-not-notified")
    story(*unannounced).when(decide_not_to_assess()).then_types(DecisionNotToAssessMade)


def test_every_unmet_condition_is_named() -> None:
    story(*OPENED).when(decide_to_assess()).then_rejected("family-not-consulted", "consideration-not-notified")


def test_decisions_do_not_come_before_request_and_consultation() -> None:
    story(*READY).when(decide_to_assess(occurred_on=RECEIVED - DAY)).then_rejected("before-the-request")
    story(*READY).when(decide_to_assess(occurred_on=CONSULTED - DAY)).then_rejected("decided-before-consultation")
    story(*READY).when(decide_not_to_assess(occurred_on=RECEIVED - DAY)).then_rejected("before-the-request")


def test_until_the_family_is_told_a_decision_can_be_made_anew() -> None:
    story(*NOT_TO_ASSESS).when(decide_to_assess()).then_types(DecisionToAssessMade)
    story(*TO_ASSESS).when(decide_not_to_assess()).then_types(DecisionNotToAssessMade)
    for told in (NOTIFIED, REFUSED):
        story(*told).when(decide_to_assess()).then_rejected("already-decided")
        story(*told).when(decide_not_to_assess()).then_rejected("already-decided")


def test_the_six_month_bar_is_recorded_where_it_is_relied_on() -> None:
    barred = decide_not_to_assess(legal_test=MET, last_assessed_on=date(2026, 4, 13))
    [made] = story(*READY).when(barred).then_types(DecisionNotToAssessMade)
    assert (made.six_month_bar, made.last_assessed_on) == (True, date(2026, 4, 13))
    [plain] = story(*READY).when(decide_not_to_assess()).then_types(DecisionNotToAssessMade)
    assert (plain.six_month_bar, plain.last_assessed_on) == (False, None)


@pytest.mark.parametrize("last", [date(2026, 4, 12), date(2025, 1, 1), DECIDED + DAY])
def test_the_bar_needs_an_assessment_less_than_six_months_before_the_decision(last: date) -> None:
    story(*READY).when(decide_not_to_assess(last_assessed_on=last)).then_rejected("six-month-bar-does-not-apply")


def test_the_bar_on_a_month_end_ends_with_the_shorter_month() -> None:
    """Last assessed 31 August: the bar ends on 28 February, the corresponding date clamped."""
    day = {"occurred_on": date(2027, 2, 28)}
    refuse = decide_not_to_assess(last_assessed_on=date(2026, 8, 31), **day)
    story(*READY).when(refuse).then_rejected("six-month-bar-does-not-apply")
    story(*READY).when(refuse.model_copy(update={"occurred_on": date(2027, 2, 27)})).then_types(DecisionNotToAssessMade)


# --- telling ---


def test_the_notice_to_assess_carries_what_the_advice_requests_need() -> None:
    given_ = story(open_assessment(in_relevant_youth_accommodation=True), *TO_ASSESS[1:])
    [told] = given_.when(notify_to_assess(year_group=10)).then_types(DecisionToAssessNotified)
    assert told == DecisionToAssessNotified(
        occurred_on=TOLD,
        decision_id=assessment.fold(after(*TO_ASSESS)).now.decision_id,
        method=Method.EMAIL,
        recipients=EVERYONE,
        served_on=TOLD,
        year_group=10,
        in_relevant_youth_accommodation=True,
        order_id=None,
        dispute_id=None,
        agreement_id=None,
        **IDS,
    )
    story(*NOTIFIED).when(notify_to_assess()).then_nothing()


def test_the_notice_not_to_assess_says_why_and_what_the_family_can_do() -> None:
    [told] = story(*NOT_TO_ASSESS).when(notify_not_to_assess()).then_types(DecisionNotToAssessNotified)
    assert (told.occurred_on, told.rights, told.reasons_given) == (TOLD, ALL_RIGHTS, True)
    assert told.decision_id == assessment.fold(after(*NOT_TO_ASSESS)).now.decision_id
    story(*REFUSED).when(notify_not_to_assess()).then_nothing()


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("appeal", "the right to appeal"),
        ("time_limits", "the time limits for an appeal"),
        ("mediation", "the mediation information of reg 32"),
        ("disagreement_and_advice", "disagreement resolution"),
    ],
)
def test_a_refusal_without_all_four_rights_is_refused_and_says_which_is_missing(lacking: str, words: str) -> None:
    rights = ALL_RIGHTS.model_copy(update={lacking: False})
    refused = story(*NOT_TO_ASSESS).when(notify_not_to_assess(rights=rights)).then_rejected("rights-missing")
    assert words in refused.detail
    others = {"the right to appeal", "the time limits for an appeal", "reg 32", "disagreement resolution"}
    assert sum(other in refused.detail for other in others) == 1


def test_a_refusal_without_reasons_or_rights_lists_everything_it_lacks() -> None:
    none = Rights(appeal=False, time_limits=False, mediation=False, disagreement_and_advice=False)
    bare = notify_not_to_assess(rights=none, reasons_given=False, recipients=(Recipient.PARENT,))
    story(*NOT_TO_ASSESS).when(bare).then_rejected("rights-missing", "reasons-missing", "recipients-missing")


def test_everyone_who_heard_of_the_request_hears_of_the_decision() -> None:
    family_only = {"recipients": (Recipient.PARENT,)}
    story(*TO_ASSESS).when(notify_to_assess(**family_only)).then_rejected("recipients-missing")
    story(*NOT_TO_ASSESS).when(notify_not_to_assess(**family_only)).then_rejected("recipients-missing")


def test_where_nobody_else_was_told_the_family_alone_is_told_of_a_refusal() -> None:
    so_far = (*OPENED, consult(), decide_not_to_assess())
    story(*so_far).when(notify_not_to_assess(recipients=(Recipient.PARENT,))).then_types(DecisionNotToAssessNotified)


def test_rights_may_have_passed_to_the_young_person_meanwhile() -> None:
    grown = (Recipient.YOUNG_PERSON, *EVERYONE[1:])
    story(*TO_ASSESS).when(notify_to_assess(recipients=grown)).then_types(DecisionToAssessNotified)


def test_a_notice_follows_its_decision() -> None:
    story(*TO_ASSESS).when(notify_to_assess(occurred_on=DECIDED - DAY)).then_rejected("notified-before-decided")
    story(*NOT_TO_ASSESS).when(notify_not_to_assess(occurred_on=DECIDED - DAY)).then_rejected("notified-before-decided")
    story(*READY).when(notify_to_assess()).then_rejected("no-decision-to-assess")
    story(*TO_ASSESS).when(notify_not_to_assess()).then_rejected("no-decision-not-to-assess")
    story(*NOT_TO_ASSESS).when(notify_to_assess()).then_rejected("no-decision-to-assess")


def test_a_late_decision_is_recorded_all_the_same() -> None:
    """The six weeks are for the clock to judge; a refusal here would only hide the delay."""
    late = date(2027, 3, 1)
    story(*READY).when(decide_to_assess(occurred_on=late)).then_types(DecisionToAssessMade)
