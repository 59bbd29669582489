"""Writing the text of a plan, clause by clause."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from plan.clauses import (
    AdviceAttached,
    ClauseWithdrawn,
    NeedAdded,
    NeedRevised,
    OutcomeRevised,
    OutcomeSet,
    ReviseNeed,
    ReviseOutcome,
    ReviseViews,
    ViewsRecorded,
    ViewsRevised,
    WithdrawClause,
)
from plan.contents import BudgetItem
from plan.plan import plan
from plan.provision import (
    AgreeHealthProvision,
    AgreeSocialCareProvision,
    HealthProvisionAgreed,
    PersonalBudgetPrepared,
    PersonalBudgetRequested,
    ProvisionRevised,
    ProvisionSpecified,
    RequestPersonalBudget,
    ReviseProvision,
    SetPersonalBudget,
    SocialCareProvisionAgreed,
)
from pydantic import ValidationError

from shared import Command

from .plan_stories import (
    ADVICE,
    ASKED_FOR_CHANGE,
    B1,
    C1,
    CASE_ID,
    DRAFT,
    DRAFTED,
    E1,
    F1,
    FINAL,
    G1,
    OPENED,
    SAID,
    SCHEDULED,
    TEXT,
    TEXT_WITH_HEALTH,
    VIEWS,
    WRITING,
    having,
    history,
    need,
    outcome,
    provision,
)

NOBODY = UUID(int=404)
WRITTEN = (OPENED, *TEXT)


def revised(command: Command, to: type[Any], **changes: Any) -> Any:
    values = {
        n: getattr(command, n) for n in to.model_fields if n in type(command).model_fields and n not in ("by", "at")
    }
    values.pop("command_id", None)
    return to(**{**values, **changes})


def withdraw(clause_id: UUID, **more: Any) -> WithdrawClause:
    return WithdrawClause(clause_id=clause_id, occurred_on=WRITING, **CASE_ID, **more)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (VIEWS, ViewsRecorded),
        (need(B1), NeedAdded),
        (outcome(E1), OutcomeSet),
        (ADVICE, AdviceAttached),
        (provision(F1, need_ids=(), outcome_ids=()), ProvisionSpecified),
    ],
)
def test_a_clause_is_added_while_the_text_is_open_and_only_then(command: Any, event: type[Any]) -> None:
    having(OPENED).when(command).then_types(event)
    having(OPENED, command).when(command).then_nothing()
    having(*FINAL).when(command.model_copy(update={key_of(command): NOBODY})).then_rejected("plan-is-final")


def key_of(command: Command) -> str:
    keys = ("views_id", "need_id", "outcome_id", "provision_id", "advice_id")
    return next(k for k in keys if k in type(command).model_fields)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (revised(VIEWS, ReviseViews, views="I like boats"), ViewsRevised),
        (revised(need(B1), ReviseNeed, description="other words"), NeedRevised),
        (revised(outcome(E1, B1), ReviseOutcome, statement="another aim"), OutcomeRevised),
        (revised(provision(F1), ReviseProvision, max_group_size=2), ProvisionRevised),
    ],
)
def test_a_clause_is_revised_where_it_is_and_in_the_same_words_only_once(command: Any, event: type[Any]) -> None:
    having(*WRITTEN).when(command).then_types(event)
    having(*WRITTEN, command).when(command).then_nothing()
    having(OPENED).when(command).then_rejected("no-clause-yet")
    typo = command.model_copy(update={key_of(command): NOBODY})
    having(*WRITTEN).when(typo).then_rejected("no-such-clause")
    having(*FINAL).when(command).then_rejected("plan-is-final")


def test_what_is_not_written_yet_can_neither_be_revised_agreed_nor_withdrawn_and_the_list_says_so() -> None:
    unmet = {p.command: [c.code for c in p.unmet] for p in plan.permissions(plan.fold(history(OPENED)))}
    late = (ReviseViews, ReviseNeed, ReviseOutcome, ReviseProvision, WithdrawClause)
    for kind in (*late, AgreeHealthProvision, AgreeSocialCareProvision):
        assert unmet[kind] == ["no-clause-yet"], kind
    unmet = {p.command: [c.code for c in p.unmet] for p in plan.permissions(plan.fold(history(*WRITTEN)))}
    assert not any(unmet[kind] for kind in late)
    assert unmet[AgreeHealthProvision] == ["no-clause-yet"]  # nothing stands in section G


def test_a_clause_can_be_withdrawn() -> None:
    (event,) = having(*WRITTEN).when(withdraw(F1)).then_types(ClauseWithdrawn)
    assert event.section == "F"
    having(*WRITTEN, withdraw(F1)).when(withdraw(F1)).then_rejected("no-such-clause")
    having(*FINAL).when(withdraw(F1)).then_rejected("plan-is-final")


def test_links_lead_to_clauses_of_the_plan() -> None:
    having(*WRITTEN).when(outcome(NOBODY, NOBODY)).then_rejected("no-such-need")
    having(*WRITTEN).when(provision(NOBODY, outcome_ids=(NOBODY,))).then_rejected("no-such-outcome")


def test_a_need_in_section_b_has_an_area_or_a_code() -> None:
    with pytest.raises(ValidationError, match="area_of_need or a need_code"):
        need(B1, need_code=None)
    assert need(B1, need_code=None, area_of_need="SP").area_of_need == "SP"
    assert need(B1, need_code="HI").area_of_need == "SP"
    assert need(B1, need_code="DS").area_of_need is None


def test_vague_wording_is_counted_in_the_event() -> None:
    wording = "access to speech and language support as required"
    (event,) = having(*WRITTEN).when(provision(UUID(int=60), what=wording)).then_types(ProvisionSpecified)
    assert (event.vague_wording, event.vague_phrases) == (2, ("access to", "as required"))


def test_a_change_names_a_representation_that_was_made() -> None:
    change = revised(need(B1), ReviseNeed, description="other words", representation_id=SAID)
    having(*DRAFT).when(change).then_rejected("no-such-representation")
    (event,) = having(*DRAFT, ASKED_FOR_CHANGE).when(change).then_types(NeedRevised)
    assert event.representation_id == SAID
    having(*DRAFT).when(withdraw(F1, representation_id=SAID)).then_rejected("no-such-representation")


# --- what is agreed ---


def agree_health(provision_id: UUID = G1) -> AgreeHealthProvision:
    return AgreeHealthProvision(
        provision_id=provision_id, icb_code="QWO", agreed_by="DCO", occurred_on=WRITING, **CASE_ID
    )


def agree_care(provision_id: UUID) -> AgreeSocialCareProvision:
    return AgreeSocialCareProvision(provision_id=provision_id, agreed_by="Team", occurred_on=WRITING, **CASE_ID)


HEALTH = (*WRITTEN, need(C1, "C"), provision(G1, "G", need_ids=(C1,)))
CARE = (*WRITTEN, provision(UUID(int=61), "H1"))


def test_health_agrees_an_item_of_section_g() -> None:
    having(*HEALTH).when(agree_health()).then_types(HealthProvisionAgreed)
    having(*HEALTH, agree_health()).when(agree_health()).then_nothing()
    having(*HEALTH).when(agree_health(F1)).then_rejected("not-health-provision")
    having(*HEALTH).when(agree_health(NOBODY)).then_rejected("no-such-clause")


def test_what_health_agreed_must_be_agreed_again_in_other_words() -> None:
    reworded = revised(provision(G1, "G", need_ids=(C1,)), ReviseProvision, what="other therapy")
    item = plan.fold(history(*HEALTH, agree_health(), reworded)).contents.provision(G1)
    assert item is not None
    assert not item.health_agreed


def test_social_care_agrees_an_item_of_section_h() -> None:
    having(*CARE).when(agree_care(UUID(int=61))).then_types(SocialCareProvisionAgreed)
    having(*CARE, agree_care(UUID(int=61))).when(agree_care(UUID(int=61))).then_nothing()
    having(*CARE).when(agree_care(F1)).then_rejected("not-social-care-provision")
    having(*CARE).when(agree_care(NOBODY)).then_rejected("no-such-clause")


# --- section J ---

ASKED = RequestPersonalBudget(asked_by="PARENT", occurred_on=WRITING, **CASE_ID)
SUM = BudgetItem(provision_id=F1, amount="1200.00", form="DIRECT_PAYMENT", paid_by="EDUCATION")
BUDGET = SetPersonalBudget(items=(SUM,), occurred_on=WRITING, **CASE_ID)


def test_a_personal_budget_is_asked_for_while_the_plan_is_written_or_looked_at_again() -> None:
    having(*WRITTEN).when(ASKED).then_types(PersonalBudgetRequested)
    having(*WRITTEN, ASKED).when(ASKED).then_nothing()
    having(*FINAL).when(ASKED).then_rejected("personal-budget-window-closed")
    having(*FINAL, SCHEDULED).when(ASKED).then_types(PersonalBudgetRequested)


def test_a_personal_budget_is_set_or_refused_with_reasons() -> None:
    having(*WRITTEN, ASKED).when(BUDGET).then_types(PersonalBudgetPrepared)
    refusal = SetPersonalBudget(refused_because="cannot be split off", occurred_on=WRITING, **CASE_ID)
    having(*WRITTEN, ASKED).when(refusal).then_types(PersonalBudgetPrepared)
    assert plan.fold(history(*WRITTEN, ASKED, BUDGET)).contents.budget == (SUM,)
    with pytest.raises(ValidationError, match="not both"):
        SetPersonalBudget(**CASE_ID)


def test_a_personal_budget_answers_a_request_and_pays_for_provision_of_the_plan() -> None:
    having(*WRITTEN).when(BUDGET).then_rejected("no-personal-budget-request")
    stray = BUDGET.model_copy(update={"items": (SUM.model_copy(update={"provision_id": NOBODY}),)})
    having(*WRITTEN, ASKED).when(stray).then_rejected("no-such-clause")


def test_the_whole_text_is_in_the_state() -> None:
    contents = plan.fold(history(OPENED, *TEXT_WITH_HEALTH)).contents
    assert [contents.label(i) for i in (DRAFTED, B1, C1, E1, F1, G1)] == ["A1", "B1", "C1", "E1", "F1", "G1"]
