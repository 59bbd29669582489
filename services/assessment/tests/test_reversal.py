"""A refusal that no longer stands: by order, concession, agreement, or a change of mind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from assessment.assessment import assessment
from assessment.codes import Finding
from assessment.decision import DecisionToAssessMade
from assessment.decision_notices import DecisionToAssessNotified
from assessment.opening import AssessmentClosed, Closing
from assessment.outcome import DecisionNotToIssuePlanMade, DecisionToIssuePlanMade
from assessment.outcome_notices import DecisionNotToIssuePlanNotified
from assessment.phase import Phase
from assessment.reversal import RefusalReversed, Refused, ReverseRefusal, ReverseRefusalAsBound
from assessment.rounds import Basis, Next
from shared.testing.spec import given

from .stories import (
    AGREEMENT,
    ASSESSING,
    CASE,
    DECIDED,
    DECISION,
    DISPUTE,
    DRAFTING,
    LEVELS,
    MET,
    NECESSARY,
    NO_PLAN,
    NOT_TO_ASSESS,
    ORDER,
    PERSON,
    READY,
    REFUSED,
    REQUEST,
    SECOND_REQUEST,
    TOLD,
    UNKNOWN,
    after,
    decide_not_to_assess,
    decide_not_to_issue,
    decide_to_assess,
    notify_not_to_issue,
    notify_to_assess,
    open_assessment,
    story,
)

ON = date(2027, 3, 2)


def ordered(**more: Any) -> ReverseRefusalAsBound:
    body: dict[str, Any] = {
        "occurred_on": ON,
        "refusal": Refused.REFUSAL_TO_ASSESS,
        "basis": Basis.ORDER,
        "next": Next.ASSESS,
        "order_id": ORDER,
        "dispute_id": DISPUTE,
    }
    return ReverseRefusalAsBound(case_id=CASE, **body | more)


def plan_owed(basis: Basis, next_: Next = Next.MAKE_PLAN, **more: Any) -> ReverseRefusalAsBound:
    return ordered(refusal=Refused.REFUSAL_TO_ISSUE, basis=basis, next=next_, **more)


def reverse(**more: Any) -> ReverseRefusal:
    return ReverseRefusal(case_id=CASE, **{"occurred_on": ON} | DECISION | more)


@pytest.mark.parametrize("basis", [Basis.ORDER, Basis.CONCESSION, Basis.AGREEMENT])
def test_a_bound_reversal_of_a_refusal_to_assess_goes_on_with_the_notice(basis: Basis) -> None:
    command = ordered(basis=basis, agreement_id=AGREEMENT)
    [event] = story(*REFUSED).when(command).then_types(RefusalReversed)
    assert event == RefusalReversed(
        occurred_on=ON,
        case_id=CASE,
        request_id=REQUEST,
        person_id=PERSON,
        refusal=Refused.REFUSAL_TO_ASSESS,
        basis=basis,
        next=Next.ASSESS,
        decision_id=event.decision_id,
        order_id=ORDER,
        dispute_id=DISPUTE,
        agreement_id=AGREEMENT,
    )
    [told] = story(*REFUSED, command).when(notify_to_assess(occurred_on=ON)).then_types(DecisionToAssessNotified)
    assert (told.order_id, told.dispute_id, told.agreement_id) == (ORDER, DISPUTE, AGREEMENT)
    story(*REFUSED, command).when(command).then_nothing()


def test_a_reversed_refusal_is_not_refused_again() -> None:
    story(*REFUSED, ordered()).when(decide_not_to_assess(occurred_on=ON)).then_rejected("refusal-reversed")
    story(*REFUSED, ordered()).when(decide_to_assess(occurred_on=ON)).then_nothing()


def test_the_no_plan_notice_after_an_order_to_assess_carries_the_order() -> None:
    after_order = [command.model_copy(update={"occurred_on": ON}) for command in ASSESSING[len(READY) + 1 :]]
    rest = [command.model_copy(update={"occurred_on": ON}) for command in NO_PLAN[len(ASSESSING) :]]
    events = after(*REFUSED, ordered(), *after_order, *rest)
    assert isinstance(events[-1], DecisionNotToIssuePlanNotified)
    assert events[-1].order_id == ORDER


def test_nothing_refused_is_nothing_to_reverse() -> None:
    for so_far in (READY, NOT_TO_ASSESS, ASSESSING, DRAFTING, NO_PLAN):
        story(*so_far).when(ordered()).then_nothing()
    story(*REFUSED).when(ordered(request_id=UNKNOWN)).then_nothing()
    story(*REFUSED).when(plan_owed(Basis.ORDER)).then_nothing()
    given(assessment).when(ordered()).then_nothing()


def test_an_order_reaches_the_refused_request_behind_a_newer_one_that_is_only_considered() -> None:
    newer = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2027, 2, 1))
    closed, reversed_ = story(*REFUSED, newer).when(ordered()).then_types(AssessmentClosed, RefusalReversed)
    assert (closed.request_id, closed.reason, closed.joined_to) == (SECOND_REQUEST, Closing.JOINED, REQUEST)
    assert reversed_.request_id == REQUEST
    state = assessment.fold(after(*REFUSED, newer, ordered()))
    assert (state.now.request_id, state.phase, len(state.rounds)) == (REQUEST, Phase.DECIDED_TO_ASSESS, 1)


def test_an_order_behind_a_newer_request_that_is_being_assessed_is_met_by_that() -> None:
    newer = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2027, 2, 1))
    later = [c.model_copy(update={"occurred_on": date(2027, 2, 1)}) for c in (*READY[1:], decide_to_assess())]
    story(*REFUSED, newer, *later).when(ordered()).then_nothing()


def test_an_order_finds_an_older_round_behind_one_refused_as_well() -> None:
    newer = open_assessment(request_id=SECOND_REQUEST, occurred_on=date(2027, 2, 1))
    refused_too = [c.model_copy(update={"occurred_on": date(2027, 2, 1)}) for c in (*REFUSED[len(READY[:1]) :],)]
    state = assessment.fold(after(*REFUSED, newer, *refused_too, ordered(request_id=REQUEST)))
    assert [r.request_id for r in state.rounds] == [SECOND_REQUEST, REQUEST]
    assert [r.phase for r in state.rounds] == [Phase.REFUSED_TO_ASSESS, Phase.DECIDED_TO_ASSESS]


# --- a plan after all ---


def test_an_order_to_make_a_plan_leaves_the_rest_to_the_plan_service() -> None:
    story(*NO_PLAN).when(plan_owed(Basis.ORDER)).then_types(RefusalReversed)
    assert assessment.fold(after(*NO_PLAN, plan_owed(Basis.ORDER))).phase is Phase.DRAFTING


@pytest.mark.parametrize(("basis", "words"), [(Basis.CONCESSION, "reg 45"), (Basis.AGREEMENT, "reg 42")])
def test_where_the_authority_gives_way_the_plan_opens_from_the_profile(basis: Basis, words: str) -> None:
    reversed_, made = story(*NO_PLAN).when(plan_owed(basis)).then_types(RefusalReversed, DecisionToIssuePlanMade)
    assert (made.levels, made.order_id, made.dispute_id) == (LEVELS, ORDER, DISPUTE)
    assert made.decision_id == reversed_.decision_id
    assert words in made.reasons
    assert assessment.fold(after(*NO_PLAN, plan_owed(basis))).phase is Phase.DECIDED_TO_ISSUE


def test_a_case_referred_back_is_decided_again() -> None:
    back = plan_owed(Basis.ORDER, Next.DECIDE_AGAIN)
    again = decide_not_to_issue(occurred_on=ON)
    story(*NO_PLAN, back).when(again).then_types(DecisionNotToIssuePlanMade)
    [told] = (
        story(*NO_PLAN, back, again)
        .when(notify_not_to_issue(occurred_on=ON))
        .then_types(DecisionNotToIssuePlanNotified)
    )
    assert told.order_id == ORDER


# --- a change of mind ---


def test_the_authority_can_change_its_mind_about_assessing() -> None:
    reversed_, made = story(*REFUSED).when(reverse()).then_types(RefusalReversed, DecisionToAssessMade)
    assert (reversed_.basis, reversed_.refusal, reversed_.order_id) == (
        Basis.VOLUNTARY,
        Refused.REFUSAL_TO_ASSESS,
        None,
    )
    assert made.decision_id == reversed_.decision_id
    assert (made.legal_test, made.legal_test.may_have_sen) == (MET, Finding.MET)
    story(*REFUSED, reverse()).when(reverse()).then_nothing()
    [told] = story(*REFUSED, reverse()).when(notify_to_assess(occurred_on=ON)).then_types(DecisionToAssessNotified)
    assert told.order_id is None


def test_the_authority_can_change_its_mind_about_a_plan() -> None:
    reversed_, made = story(*NO_PLAN).when(reverse()).then_types(RefusalReversed, DecisionToIssuePlanMade)
    assert (reversed_.refusal, reversed_.next) == (Refused.REFUSAL_TO_ISSUE, Next.MAKE_PLAN)
    assert (made.legal_test, made.levels, made.order_id) == (NECESSARY, LEVELS, None)
    story(*NO_PLAN, reverse()).when(reverse()).then_nothing()


def test_only_a_refusal_the_family_knows_of_is_reversed() -> None:
    for so_far in (READY, NOT_TO_ASSESS, ASSESSING, DRAFTING):
        story(*so_far).when(reverse()).then_rejected("nothing-refused")


def test_a_refusal_is_reversed_after_it_was_made() -> None:
    early = DECIDED - timedelta(days=1)
    story(*REFUSED).when(reverse(occurred_on=early)).then_rejected("reversed-before-refused")
    story(*REFUSED).when(reverse(occurred_on=TOLD)).then_types(RefusalReversed, DecisionToAssessMade)
