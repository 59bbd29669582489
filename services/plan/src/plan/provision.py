"""Sections F, G, H1, H2 and J: provision, who has agreed it, and the money identified for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan.checks import vague
from plan.clauses import ClauseCommand, ClauseFact, no_such_clause, reads, rewritten, writes
from plan.contents import BudgetItem, Provision, ProvisionText
from plan.dates import once, refuse_again
from plan.facts import CORRECT, PlanCommand, PlanFact, becomes, live, text_open, told, written
from plan.notices import Short, Text
from plan.state import Plan
from shared import UNFILLED, Condition, Decision, NewId, Personal, Rejected


class ProvisionSpecified(ClauseFact, ProvisionText):
    """Provision was specified in section F, G, H1 or H2; ``vague_wording`` counts the vague phrases in it."""

    type: Literal["plan.provision-specified"] = "plan.provision-specified"
    provision_id: UUID
    vague_phrases: tuple[str, ...] = ()
    """In the words of our own list, never the plan's."""
    vague_wording: int = 0


class ProvisionRevised(ClauseFact, ProvisionText):
    """Provision was specified differently; what health or social care had agreed must be agreed again."""

    type: Literal["plan.provision-revised"] = "plan.provision-revised"
    provision_id: UUID
    vague_phrases: tuple[str, ...] = ()
    vague_wording: int = 0


class HealthProvisionAgreed(PlanFact):
    """The health commissioner agreed an item of section G (reg 12(2))."""

    type: Literal["plan.health-provision-agreed"] = "plan.health-provision-agreed"
    provision_id: UUID
    icb_code: Short
    agreed_by: Short


class SocialCareProvisionAgreed(PlanFact):
    """Social care agreed an item of section H1 or H2."""

    type: Literal["plan.social-care-provision-agreed"] = "plan.social-care-provision-agreed"
    provision_id: UUID
    agreed_by: Short


class PersonalBudgetRequested(PlanFact):
    """The family asked for a personal budget while the plan is being written or looked at again (s.49)."""

    type: Literal["plan.personal-budget-requested"] = "plan.personal-budget-requested"
    asked_by: Literal["PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON"]
    wanted_for: Personal[Text] | None = None


class PersonalBudgetPrepared(PlanFact):
    """A personal budget was prepared for section J, or refused with reasons."""

    type: Literal["plan.personal-budget-prepared"] = "plan.personal-budget-prepared"
    items: tuple[BudgetItem, ...] = ()
    refused_because: Personal[Text] | None = None


ProvisionEvent = (
    ProvisionSpecified
    | ProvisionRevised
    | HealthProvisionAgreed
    | SocialCareProvisionAgreed
    | PersonalBudgetRequested
    | PersonalBudgetPrepared
)


class SpecifyProvision(ClauseCommand, ProvisionText):
    """Specify provision in section F, G, H1 or H2 and link it to needs and outcomes."""

    provision_id: NewId = UNFILLED


class ReviseProvision(ClauseCommand, ProvisionText):
    """Specify provision differently."""

    provision_id: UUID


class AgreeHealthProvision(PlanCommand):
    """Record that the health commissioner agreed an item of section G."""

    provision_id: UUID
    icb_code: Short
    agreed_by: Short


class AgreeSocialCareProvision(PlanCommand):
    """Record that social care agreed an item of section H1 or H2."""

    provision_id: UUID
    agreed_by: Short


class RequestPersonalBudget(PlanCommand):
    """Record that the family asks for a personal budget."""

    asked_by: Literal["PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON"]
    wanted_for: Personal[Text] | None = None


class SetPersonalBudget(PlanCommand):
    """Enter the personal budget in section J: its sums, or why there is none."""

    items: Annotated[tuple[BudgetItem, ...], Field(max_length=50)] = ()
    refused_because: Personal[Text] | None = None

    @model_validator(mode="after")
    def _sums_or_reasons(self) -> Self:
        if bool(self.items) == (self.refused_because is not None):
            raise ValueError("give items, or refused_because, and not both")
        return self


def _with_vague_count(event: type[ClauseFact], *, new: bool) -> Callable[[Any, Plan], Sequence[PlanFact]]:
    check_and_tell = writes(event, ProvisionText, key="provision_id", new=new)

    def decide(command: Any, state: Plan) -> Sequence[PlanFact]:
        check_and_tell(command, state)
        phrases = vague(command.what)
        return [told(event, command, state, vague_phrases=phrases, vague_wording=len(phrases))]

    return decide


def _agree(
    event: type[PlanFact], sections: tuple[str, ...], code: str, agreed_on: Callable[[Provision], date | None]
) -> Callable[[Any, Plan], Sequence[PlanFact]]:
    def decide(command: Any, state: Plan) -> Sequence[PlanFact]:
        item = state.contents.provision(command.provision_id)
        if item is None:
            raise no_such_clause(command.provision_id)
        if item.section not in sections:
            label = state.contents.label(command.provision_id)
            raise Rejected(
                code, f"{label} stands in section {item.section}; only {' and '.join(sections)} are agreed so."
            )
        what = f"{state.contents.label(command.provision_id)} was agreed"
        refuse_again(agreed_on(item), code="provision-agreed", what=what, to_correct=CORRECT)
        return [told(event, command, state)]

    return decide


def _agreed_that_day(agreed_on: Callable[[Provision], date | None]) -> Callable[[Any, Plan], bool]:
    def already(command: Any, state: Plan) -> bool:
        item = state.contents.provision(command.provision_id)
        return item is not None and agreed_on(item) == command.occurred_on

    return already


def _health_agreed_on(item: Provision) -> date | None:
    return item.health_agreed_on


def _care_agreed_on(item: Provision) -> date | None:
    return item.care_agreed_on


_budget_not_asked = once(
    lambda s: s.budget_asked_on, "personal-budget-requested", "A personal budget was asked for", CORRECT
)


def _budget_window_open(state: Plan) -> Condition | None:
    if state.work is not None or state.review is not None:
        return None
    return Condition(
        "personal-budget-window-closed",
        "A personal budget can be asked for while a draft is prepared or the plan is reviewed or re-assessed (s.49).",
    )


def _set_budget(command: SetPersonalBudget, state: Plan) -> Sequence[PlanFact]:
    for item in command.items:
        if state.contents.provision(item.provision_id) is None:
            raise no_such_clause(item.provision_id)
    return [told(PersonalBudgetPrepared, command, state)]


def _budget_asked(state: Plan) -> Condition | None:
    if state.budget_asked_on is not None:
        return None
    return Condition("no-personal-budget-request", "Nobody has asked for a personal budget that is not answered yet.")


def evolve(state: Plan, event: ProvisionEvent) -> Plan:
    match event:
        case ProvisionSpecified() | ProvisionRevised():
            return rewritten(state, event, put=_item(event))
        case HealthProvisionAgreed():
            return _agreed(state, event.provision_id, health_agreed=True, health_agreed_on=event.occurred_on)
        case SocialCareProvisionAgreed():
            return _agreed(state, event.provision_id, care_agreed=True, care_agreed_on=event.occurred_on)
        case PersonalBudgetRequested():
            return replace(state, budget_asked_on=event.occurred_on)
        case PersonalBudgetPrepared():
            contents = replace(state.contents, budget=event.items) if event.items else state.contents
            return replace(state, contents=contents, budget_asked_on=None)
        case _ as never:
            assert_never(never)


def _item(event: ProvisionSpecified | ProvisionRevised) -> Provision:
    # The agreements are no part of the event: a new wording has none.
    fields = {name: getattr(event, name) for name in ProvisionText.model_fields}
    return Provision(provision_id=event.provision_id, **fields)


def _agreed(state: Plan, provision_id: UUID, **flags: bool | date) -> Plan:
    item = state.contents.provision(provision_id)
    if item is None:
        return state
    return replace(state, contents=state.contents.put(item.model_copy(update=flags)))


decisions = [
    Decision(
        SpecifyProvision,
        _with_vague_count(ProvisionSpecified, new=True),
        when=[text_open],
        already=reads(ProvisionText, key="provision_id"),
    ),
    Decision(
        ReviseProvision,
        _with_vague_count(ProvisionRevised, new=False),
        when=[text_open, written("F", "G", "H1", "H2")],
        already=reads(ProvisionText, key="provision_id"),
    ),
    Decision(
        AgreeHealthProvision,
        _agree(HealthProvisionAgreed, ("G",), "not-health-provision", _health_agreed_on),
        when=[text_open, written("G")],
        already=_agreed_that_day(_health_agreed_on),
    ),
    Decision(
        AgreeSocialCareProvision,
        _agree(SocialCareProvisionAgreed, ("H1", "H2"), "not-social-care-provision", _care_agreed_on),
        when=[text_open, written("H1", "H2")],
        already=_agreed_that_day(_care_agreed_on),
    ),
    Decision(
        RequestPersonalBudget,
        becomes(PersonalBudgetRequested),
        when=[live, _budget_window_open, _budget_not_asked],
        already=lambda c, s: s.budget_asked_on == c.occurred_on,
    ),
    Decision(SetPersonalBudget, _set_budget, when=[text_open, _budget_asked]),
]
