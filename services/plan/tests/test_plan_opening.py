"""Opening a plan: new, by order, or taken over from another authority."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from plan.clauses import NeedAdded
from plan.contents import AreaOfNeed
from plan.ending import EndPlanOnDeath
from plan.opening import (
    BeginPlan,
    CloseDrafting,
    ConfirmTransferredPlan,
    OpenPlan,
    PlanDraftingClosed,
    PlanOpened,
    ProfiledNeed,
    RecordYearGroup,
    TransferredPlanEntered,
    YearGroupRecorded,
)
from plan.plan import plan
from plan.state import Status
from pydantic import ValidationError

from .plan_stories import CASE_ID, DRAFT, FINAL, OPENED, OPENING, REQUEST, SERVED, having, history, need
from .stories import CASE, PERSON, PLAN

PROFILE = (ProfiledNeed(code="ASD", rank="PRIMARY"), ProfiledNeed(code="SLCN", rank="SECONDARY"))
ORDERED = OpenPlan(
    case_id=CASE, person_id=PERSON, plan_id=PLAN, reason="TRIBUNAL_ORDER", order_id=UUID(int=70), occurred_on=OPENING
)
TAKEN_OVER = OpenPlan(
    case_id=CASE, person_id=PERSON, plan_id=PLAN, reason="TRANSFER_IN", move_id=UUID(int=71),
    plan_first_made_on=date(2023, 3, 1), last_reviewed_on=date(2025, 10, 5), occurred_on=date(2026, 9, 21),
)  # fmt: skip
CONFIRMED = ConfirmTransferredPlan(
    decision="NAMED",
    setting_name="Riverside Academy",
    setting_type="MAINSTREAM",
    occurred_on=date(2026, 10, 1),
    **CASE_ID,
)
ENTERED = (TAKEN_OVER, need(UUID(int=31), occurred_on=date(2026, 9, 25)))
CLOSED = CloseDrafting(request_id=REQUEST, reason="WITHDRAWN", occurred_on=date(2026, 12, 20), **CASE_ID)


def begun(command: OpenPlan) -> BeginPlan:
    """The same, as a reaction says it."""
    return BeginPlan(**{name: getattr(command, name) for name in OpenPlan.model_fields})


def test_a_plan_opens_with_the_needs_of_the_profile_waiting_to_be_described() -> None:
    spec = having().when(OPENED.model_copy(update={"needs": PROFILE}))
    opened, first, second = spec.then_types(PlanOpened, NeedAdded, NeedAdded)
    assert (opened.reason, opened.request_id, opened.year_group) == ("NEW", REQUEST, 3)
    assert (first.section, first.need_code, first.rank, first.description) == ("B", "ASD", "PRIMARY", None)
    assert first.area_of_need is AreaOfNeed.CI
    assert first.need_id != second.need_id


def test_a_plan_says_where_it_comes_from() -> None:
    for reason in ("NEW", "TRIBUNAL_ORDER", "TRANSFER_IN"):
        with pytest.raises(ValidationError, match="a plan opened for"):
            OpenPlan(person_id=PERSON, reason=reason)


def test_a_plan_that_is_there_is_not_opened_again() -> None:
    having(OPENED).when(OPENED).then_nothing()
    for there in ((OPENED,), FINAL):
        refused = having(*there).when(ORDERED).then_rejected("plan-open")
        assert "opened on 2026-11-30" in refused.detail
        assert "POST /plans/{case_id}/corrections" in refused.detail
        unmet = {p.command: [c.code for c in p.unmet] for p in plan.permissions(plan.fold(history(*there)))}
        assert unmet[OpenPlan] == ["plan-open"]


def test_news_that_calls_for_a_plan_is_moot_where_there_is_one() -> None:
    having(*FINAL).when(begun(ORDERED)).then_nothing()
    having(OPENED).when(begun(ORDERED)).then_nothing()
    having().when(begun(ORDERED)).then_types(PlanOpened)


def test_an_empty_draft_opened_by_order_takes_over_the_needs_of_the_decision_to_issue() -> None:
    spec = having(ORDERED).when(begun(OPENED.model_copy(update={"needs": PROFILE, "plan_id": UUID(int=99)})))
    first, _ = spec.then_types(NeedAdded, NeedAdded)
    assert first.plan_id == PLAN


def test_a_second_plan_of_a_childhood_is_a_round_of_its_own_in_the_same_stream() -> None:
    ended = EndPlanOnDeath(occurred_on=date(2027, 6, 1), **CASE_ID)
    again = OPENED.model_copy(update={"plan_id": UUID(int=99), "occurred_on": date(2029, 1, 8)})
    state = plan.fold(history(*FINAL, ended, again))
    assert (state.round, state.status, state.plan_id) == (2, Status.DRAFTING, UUID(int=99))
    assert (state.past_plan_ids, state.version, state.contents.clauses) == ((PLAN,), 0, ())


def test_a_plan_from_another_authority_is_in_force_and_keeps_its_dates() -> None:
    state = plan.fold(history(TAKEN_OVER))
    assert (state.status, state.first_made_on) == (Status.MAINTAINED, date(2023, 3, 1))
    assert state.review_due_on == date(2026, 12, 20)  # TV-42: the later of 12 and 3 months


def test_a_plan_from_another_authority_is_entered_and_confirmed() -> None:
    (event,) = having(*ENTERED).when(CONFIRMED).then_types(TransferredPlanEntered)
    assert event.setting_name == "Riverside Academy"
    state = plan.fold(history(*ENTERED, CONFIRMED))
    assert (state.work, state.version, state.in_force) == (None, 1, state.contents)


def test_there_must_be_something_to_confirm() -> None:
    having(TAKEN_OVER).when(CONFIRMED).then_rejected("section-b-empty")
    having(*FINAL).when(CONFIRMED).then_rejected("nothing-to-confirm")


def test_only_a_named_setting_has_a_name() -> None:
    with pytest.raises(ValidationError, match="setting_name"):
        ConfirmTransferredPlan(decision="TYPE_ONLY", setting_name="x", setting_type="MAINSTREAM", **CASE_ID)


def test_the_year_group_is_recorded_once() -> None:
    seven = RecordYearGroup(year_group=7, occurred_on=date(2026, 12, 1), **CASE_ID)
    having(OPENED).when(seven).then_types(YearGroupRecorded)
    having(OPENED, seven).when(seven).then_nothing()
    assert plan.fold(history(OPENED, seven)).year_group_on(date(2027, 9, 1)) == 8


def test_an_assessment_that_is_closed_ends_an_unfinished_drafting() -> None:
    (event,) = having(*DRAFT).when(CLOSED).then_types(PlanDraftingClosed)
    assert event.reason == "WITHDRAWN"
    state = plan.fold(history(*DRAFT, CLOSED))
    assert (state.status, state.work) == (Status.CLOSED, None)
    having(*DRAFT, CLOSED).when(SERVED).then_rejected("no-plan")


def test_an_assessment_that_is_closed_means_nothing_to_a_plan_in_force_or_another_round() -> None:
    having(*FINAL).when(CLOSED).then_nothing()
    having(*DRAFT).when(CLOSED.model_copy(update={"request_id": UUID(int=98)})).then_nothing()
    having().when(CLOSED).then_nothing()
