"""The need profile, completing the assessment, and whether to issue a plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from assessment.advice import AdviceRequested, RequestAdvice
from assessment.assessment import assessment
from assessment.codes import AdviceType, Cited, NeedCode, Rank, Recipient, SensoryNeed
from assessment.need_profile import AssessmentCompleted, Levels, NeedProfileRecorded, RankedNeed
from assessment.notices import Rights
from assessment.outcome import DecisionNotToIssuePlanMade, DecisionToIssuePlanMade
from assessment.outcome_notices import DecisionNotToIssuePlanNotified, DecisionToIssuePlanNotified
from pydantic import ValidationError

from .stories import (
    ADVICE,
    ALL_IN,
    ALL_RIGHTS,
    ASSESSED,
    ASSESSING,
    CASE,
    COMPLETED,
    DECIDED,
    DRAFTING,
    LEVELS,
    NECESSARY,
    NO_PLAN,
    NOT_NECESSARY,
    NOT_TO_ISSUE,
    NOTIFIED,
    OUTCOME,
    OUTCOME_TOLD,
    PERSON,
    PROFILED,
    REQUEST,
    SOUGHT,
    TO_ASSESS,
    TO_ISSUE,
    TOLD,
    after,
    chase,
    complete,
    decide_not_to_issue,
    decide_to_issue,
    go_on_without,
    needs,
    notify_not_to_issue,
    notify_to_assess,
    notify_to_issue,
    profile,
    receive,
    seek,
    story,
)

IDS = {"case_id": CASE, "request_id": REQUEST}
DAY = timedelta(days=1)

# --- the profile ---


def test_the_need_profile_names_needs_in_order_levels_and_strengths() -> None:
    story(*ASSESSING).when(profile()).then(
        NeedProfileRecorded(
            occurred_on=PROFILED,
            person_id=PERSON,
            needs=(
                RankedNeed(code=NeedCode.ASD, rank=Rank.PRIMARY),
                RankedNeed(code=NeedCode.SLCN, rank=Rank.SECONDARY),
            ),
            levels=Levels(CI=3, CL=1, SEMH=2, SP=0),
            strengths="Draws well.",
            **IDS,
        )
    )
    story(*ASSESSING, profile()).when(profile()).then_nothing()
    for change in (
        {"strengths": "Reads well."},
        {"needs": needs(NeedCode.SEMH)},
        {"levels": Levels(CI=0, CL=0, SEMH=4, SP=0)},
    ):
        story(*ASSESSING, profile()).when(profile(**change)).then_types(NeedProfileRecorded)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"needs": ()}, "exactly one need must be PRIMARY"),
        ({"needs": [{"code": "ASD", "rank": "SECONDARY"}]}, "exactly one need must be PRIMARY"),
        ({"needs": [{"code": "ASD", "rank": "PRIMARY"}, {"code": "HI", "rank": "PRIMARY"}]}, "exactly one"),
        ({"needs": [{"code": "ASD", "rank": "PRIMARY"}, {"code": "ASD", "rank": "OTHER"}]}, "named once"),
        ({"needs": [{"code": "NSA", "rank": "PRIMARY"}]}, "Input should be"),
        ({"levels": {"CI": 5, "CL": 0, "SEMH": 0, "SP": 0}}, "less than or equal to 4"),
        ({"levels": {"CI": -1, "CL": 0, "SEMH": 0, "SP": 0}}, "greater than or equal to 0"),
        ({"levels": {"CI": 1, "CL": 0, "SEMH": 0}}, "Field required"),
    ],
)
def test_a_malformed_profile_is_not_understood(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        profile(**wrong)


def test_a_profile_belongs_to_an_assessment_that_is_being_made() -> None:
    for so_far in (TO_ASSESS, ASSESSED, DRAFTING):
        story(*so_far).when(profile(strengths="Other.")).then_rejected("not-assessing")
    story(*ASSESSING).when(profile(occurred_on=DECIDED - DAY)).then_rejected("found-before-decided")


# --- completing ---


def test_an_assessment_is_complete_with_profile_and_all_advice() -> None:
    opened = after(*ALL_IN)[0]
    story(*ALL_IN, profile()).when(complete()).then(
        AssessmentCompleted(
            occurred_on=COMPLETED,
            assessment_id=opened.assessment_id,
            advice_ids=tuple(ADVICE[kind] for kind in SOUGHT),
            without_advice_ids=(),
            **IDS,
        )
    )
    story(*ASSESSED).when(complete()).then_nothing()


def test_what_is_missing_for_completion_is_listed() -> None:
    story(*NOTIFIED).when(complete()).then_rejected("need-profile-missing", "advice-not-sought")
    refused = story(*ASSESSING).when(complete()).then_rejected("need-profile-missing", "advice-outstanding")
    waiting = next(c for c in refused.conditions if c.code == "advice-outstanding")
    assert "MEDICAL from the integrated care board" in waiting.detail
    story(*TO_ASSESS).when(complete()).then_rejected("not-assessing", "need-profile-missing", "advice-not-sought")


def test_from_year_nine_preparation_for_adulthood_is_sought_too() -> None:
    ninth = (*TO_ASSESS, notify_to_assess(year_group=9), *(seek(kind) for kind in SOUGHT))
    answered = (*ninth, *(receive(kind) for kind in SOUGHT), profile())
    refused = story(*answered).when(complete()).then_rejected("advice-not-sought")
    assert "PFA" in refused.detail
    full = (*answered, seek(AdviceType.PFA), receive(AdviceType.PFA))
    story(*full).when(complete()).then_types(AssessmentCompleted)


def test_advice_that_was_chased_and_gone_without_does_not_hold_up_the_twenty_weeks() -> None:
    rest = tuple(receive(kind) for kind in SOUGHT if kind is not AdviceType.MEDICAL)
    chased = (*ASSESSING, *rest, chase(AdviceType.MEDICAL), profile())
    story(*chased).when(complete()).then_rejected("advice-outstanding")
    story(*chased).when(decide_to_issue()).then_rejected("assessment-not-completed", "advice-outstanding")
    [done] = story(*chased, go_on_without(AdviceType.MEDICAL)).when(complete()).then_types(AssessmentCompleted)
    assert done.without_advice_ids == (ADVICE[AdviceType.MEDICAL],)


def test_completion_follows_the_last_advice() -> None:
    story(*ALL_IN, profile()).when(complete(occurred_on=TOLD)).then_rejected("completed-before-advice")


@pytest.mark.parametrize("need", [NeedCode.HI, NeedCode.VI, NeedCode.MSI])
def test_a_sensory_need_takes_a_teacher_qualified_for_it(need: NeedCode) -> None:
    found = profile(needs=needs(NeedCode.ASD, need))
    refused = story(*ALL_IN, found).when(complete()).then_rejected("qualified-teacher-advice-missing")
    assert need.value in refused.detail
    qualified = (SensoryNeed(need.value),)
    others = tuple(receive(kind) for kind in SOUGHT if kind is not AdviceType.EDUCATION)
    taught = receive(AdviceType.EDUCATION, qualified_teacher_for=qualified)
    story(*ASSESSING, *others, taught, found).when(complete()).then_types(AssessmentCompleted)
    wrong = receive(AdviceType.EDUCATION, qualified_teacher_for=tuple(set(SensoryNeed) - set(qualified)))
    story(*ASSESSING, *others, wrong, found).when(complete()).then_rejected("qualified-teacher-advice-missing")


def test_a_qualified_teacher_can_be_asked_besides_the_school_and_even_gone_without() -> None:
    ask = RequestAdvice(
        occurred_on=TOLD,
        case_id=CASE,
        advice_type=AdviceType.EDUCATION,
        from_org="Sensory support service",
        qualified_teacher_for=(SensoryNeed.VI,),
    )
    so_far = (*ALL_IN, ask, profile(needs=needs(NeedCode.VI)))
    asked = next(e for e in after(*so_far) if isinstance(e, AdviceRequested) and e.qualified_teacher_for)
    refused = story(*so_far).when(complete()).then_rejected("advice-outstanding")
    assert "Sensory support service" in refused.detail
    this = {"advice_id": asked.advice_id}
    chased = chase(AdviceType.EDUCATION).model_copy(update=this)
    without = go_on_without(AdviceType.EDUCATION).model_copy(update=this)
    story(*so_far, chased, without).when(complete()).then_types(AssessmentCompleted)


# --- deciding ---


def test_the_decision_to_issue_carries_what_the_plan_opens_from() -> None:
    opened = after(*ASSESSED)[0]
    [made] = story(*ASSESSED).when(decide_to_issue()).then_types(DecisionToIssuePlanMade)
    assert made == DecisionToIssuePlanMade(
        occurred_on=OUTCOME,
        person_id=PERSON,
        assessment_id=opened.assessment_id,
        decision_id=made.decision_id,
        legal_test=NECESSARY,
        reasons="The school's help has not been enough.",
        evidence_refs=("doc-1",),
        decision_maker="panel-chair-1",
        needs=needs(NeedCode.ASD, NeedCode.SLCN),
        levels=LEVELS,
        year_group=4,
        order_id=None,
        dispute_id=None,
        agreement_id=None,
        **IDS,
    )
    story(*TO_ISSUE).when(decide_to_issue()).then_nothing()
    [older] = story(*ASSESSED).when(decide_to_issue(year_group=5)).then_types(DecisionToIssuePlanMade)
    assert older.year_group == 5


def test_a_decision_not_to_issue_rests_on_the_statutory_test() -> None:
    [made] = story(*ASSESSED).when(decide_not_to_issue()).then_types(DecisionNotToIssuePlanMade)
    assert (made.legal_test, made.reasons) == (NOT_NECESSARY, "The school's help has not been enough.")
    story(*NOT_TO_ISSUE).when(decide_not_to_issue()).then_nothing()
    refused = (
        story(*ASSESSED).when(decide_not_to_issue(cites=(Cited.RESOURCES,))).then_rejected("not-the-statutory-test")
    )
    assert "s.37(1)" in refused.detail


def test_the_finding_and_the_decision_agree() -> None:
    story(*ASSESSED).when(decide_to_issue(legal_test=NOT_NECESSARY)).then_rejected("test-not-met")
    story(*ASSESSED).when(decide_not_to_issue(legal_test=NECESSARY)).then_rejected("test-met")


def test_nothing_is_decided_on_an_unfinished_assessment() -> None:
    missing = ("assessment-not-completed", "need-profile-missing", "advice-outstanding")
    story(*ASSESSING).when(decide_to_issue()).then_rejected(*missing)
    story(*ASSESSING).when(decide_not_to_issue()).then_rejected(*missing)
    for told in (DRAFTING, NO_PLAN):
        story(*told).when(decide_to_issue()).then_rejected("assessment-not-completed")
        story(*told).when(decide_not_to_issue()).then_rejected("assessment-not-completed")


def test_a_decision_follows_completion() -> None:
    story(*ASSESSED).when(decide_to_issue(occurred_on=COMPLETED - DAY)).then_rejected("decided-before-completion")
    story(*ASSESSED).when(decide_not_to_issue(occurred_on=COMPLETED - DAY)).then_rejected("decided-before-completion")


def test_a_refusal_not_yet_told_can_become_a_plan_but_a_plan_begun_is_not_undone() -> None:
    story(*NOT_TO_ISSUE).when(decide_to_issue()).then_types(DecisionToIssuePlanMade)
    story(*TO_ISSUE).when(decide_not_to_issue()).then_rejected("plan-begun")


# --- telling ---


def test_the_family_is_told_of_the_plan() -> None:
    [told] = (
        story(*TO_ISSUE).when(notify_to_issue(recipients=(Recipient.PARENT,))).then_types(DecisionToIssuePlanNotified)
    )
    assert told.decision_id == assessment.fold(after(*TO_ISSUE)).now.decision_id
    story(*DRAFTING).when(notify_to_issue()).then_nothing()
    story(*TO_ISSUE).when(notify_to_issue(recipients=(Recipient.ICB,))).then_rejected("recipients-missing")


def test_family_icb_and_setting_are_told_that_there_will_be_no_plan() -> None:
    [told] = story(*NOT_TO_ISSUE).when(notify_not_to_issue()).then_types(DecisionNotToIssuePlanNotified)
    assert (told.rights, told.assessment_outcome_given, told.served_on) == (ALL_RIGHTS, True, OUTCOME_TOLD)
    story(*NO_PLAN).when(notify_not_to_issue()).then_nothing()
    refused = (
        story(*NOT_TO_ISSUE)
        .when(notify_not_to_issue(recipients=(Recipient.PARENT,)))
        .then_rejected("recipients-missing")
    )
    assert "ICB, SETTING" in refused.detail


def test_a_no_plan_notice_lists_everything_it_lacks() -> None:
    bare = notify_not_to_issue(
        rights=Rights(appeal=True, time_limits=True, mediation=False, disagreement_and_advice=True),
        reasons_given=False,
        assessment_outcome_given=False,
        occurred_on=OUTCOME - DAY,
        served_on=OUTCOME - 2 * DAY,
    )
    story(*NOT_TO_ISSUE).when(bare).then_rejected(
        "rights-missing", "reasons-missing", "outcome-missing", "notified-before-decided", "served-before-sent"
    )


def test_a_notice_tells_of_the_decision_that_stands() -> None:
    story(*ASSESSED).when(notify_to_issue()).then_rejected("no-decision-to-issue")
    story(*NOT_TO_ISSUE).when(notify_to_issue()).then_rejected("no-decision-to-issue")
    story(*TO_ISSUE).when(notify_not_to_issue()).then_rejected("no-decision-not-to-issue")
