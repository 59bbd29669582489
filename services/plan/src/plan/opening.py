"""How a plan comes into being: for a child assessed, by order of the Tribunal, or from another authority.

A plan of another authority is in force from the move on (reg 15); its text is entered as it stands, and confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan.clauses import NeedAdded
from plan.contents import NeedCode, Rank
from plan.facts import CORRECT, PlanCommand, PlanFact, becomes, live, told
from plan.notices import Short
from plan.state import Basis, NamingDecision, Plan, SectionI, Status, Work
from shared import UNFILLED, CaseOfPerson, Command, Condition, Decision, NewId, Value, derived_id

YearGroup = Annotated[int, Field(ge=-4, le=20)]
"""National curriculum year: 0 is reception, -1 nursery; 12 to 15 are used beyond Year 11 in colleges too."""


class PlanOpened(PlanFact):
    """A plan was opened for drafting, or taken over from another authority."""

    type: Literal["plan.plan-opened"] = "plan.plan-opened"
    request_id: UUID | None = None
    reason: Literal["NEW", "TRANSFER_IN", "TRIBUNAL_ORDER"]
    order_id: UUID | None = None
    move_id: UUID | None = None
    year_group: int | None = None
    plan_first_made_on: date | None = None
    """With TRANSFER_IN: when the former authority first made it."""
    last_reviewed_on: date | None = None
    template_version: int = 1


class YearGroupRecorded(PlanFact):
    """The child's national curriculum year was recorded."""

    type: Literal["plan.year-group-recorded"] = "plan.year-group-recorded"
    year_group: int


class TransferredPlanEntered(PlanFact):
    """The text of another authority's plan, and the setting it names, were entered as they stand."""

    type: Literal["plan.transferred-plan-entered"] = "plan.transferred-plan-entered"
    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: str | None = None
    setting_type: str


class PlanDraftingClosed(PlanFact):
    """Drafting ended without a plan, because the assessment behind it was closed."""

    type: Literal["plan.plan-drafting-closed"] = "plan.plan-drafting-closed"
    request_id: UUID | None
    reason: str


OpeningEvent = PlanOpened | YearGroupRecorded | TransferredPlanEntered | PlanDraftingClosed


class ProfiledNeed(Value):
    """A need as the need profile of the assessment gives it."""

    code: NeedCode
    rank: Rank


class OpenPlan(Command):
    """Open a plan. The needs of the profile become section B needs that still want describing."""

    case_id: CaseOfPerson = UNFILLED
    person_id: UUID
    plan_id: NewId = UNFILLED
    reason: Literal["NEW", "TRANSFER_IN", "TRIBUNAL_ORDER"]
    request_id: UUID | None = None
    order_id: UUID | None = None
    move_id: UUID | None = None
    needs: Annotated[tuple[ProfiledNeed, ...], Field(max_length=20)] = ()
    year_group: YearGroup | None = None
    plan_first_made_on: date | None = None
    last_reviewed_on: date | None = None

    @model_validator(mode="after")
    def _says_where_it_comes_from(self) -> Self:
        origin = {"NEW": "request_id", "TRIBUNAL_ORDER": "order_id", "TRANSFER_IN": "plan_first_made_on"}[self.reason]
        if getattr(self, origin) is None:
            raise ValueError(f"a plan opened for {self.reason} says its {origin}")
        return self


class BeginPlan(OpenPlan):
    """Open the plan that an assessment, an order or a transfer calls for. Moot where there is one. Sent by reactions.

    A draft opened by order, still empty, takes over the needs of the decision to issue that comes after it.
    """


class RecordYearGroup(PlanCommand):
    """Record the child's national curriculum year; it moves on by one each 1 September."""

    year_group: YearGroup


class ConfirmTransferredPlan(PlanCommand):
    """Confirm that the other authority's plan is entered as it stands, and which setting it names."""

    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: Short | None = None
    setting_type: Annotated[str, Field(pattern=r"^[A-Z0-9_]{2,40}$")]

    @model_validator(mode="after")
    def _named_setting_has_a_name(self) -> Self:
        if (self.decision == "NAMED") != (self.setting_name is not None):
            raise ValueError("setting_name goes with the decision NAMED, and only with it")
        return self


class CloseDrafting(Command):
    """The assessment was closed: end an unfinished drafting. Sent by a reaction."""

    case_id: UUID
    request_id: UUID
    reason: str


def _open(command: OpenPlan, state: Plan) -> Sequence[PlanFact]:
    plan_id = state.plan_id if state.live else command.plan_id
    facts: dict[str, Any] = {
        "occurred_on": command.occurred_on,
        "case_id": command.case_id,
        "person_id": command.person_id,
        "plan_id": plan_id,
    }
    needs = [
        NeedAdded(
            **facts,
            need_id=derived_id("need", plan_id, position),
            section="B",
            need_code=need.code,
            rank=need.rank,
        )
        for position, need in enumerate(command.needs, 1)
    ]
    if state.live:
        return needs
    opened = PlanOpened(
        **facts,
        request_id=command.request_id,
        reason=command.reason,
        order_id=command.order_id,
        move_id=command.move_id,
        year_group=command.year_group,
        plan_first_made_on=command.plan_first_made_on,
        last_reviewed_on=command.last_reviewed_on,
    )
    return [opened, *needs]


def _no_plan_open(state: Plan) -> Condition | None:
    if not state.live:
        return None
    reason = (state.reason or "").lower().replace("_", " ")
    return Condition("plan-open", f"A plan ({reason}) was opened on {state.opened_on}. {CORRECT}")


def _open_already(command: OpenPlan, state: Plan) -> bool:
    asked = (command.occurred_on, command.reason, command.request_id, command.order_id)
    return state.live and asked == (state.opened_on, state.reason, state.request_id, state.order_id)


def _begun_already(command: BeginPlan, state: Plan) -> bool:
    """There is one. Only an empty draft, opened by order, takes over the needs of a later decision to issue."""
    waits_for_needs = state.status is Status.DRAFTING and state.drafts == 0 and not state.contents.needs
    return state.live and not (waits_for_needs and command.needs)


def _being_transcribed(state: Plan) -> Condition | None:
    if state.work is not None and state.work.basis is Basis.TRANSFER_IN:
        return None
    return Condition("nothing-to-confirm", "No plan of another authority is being entered.")


def _has_a_need(state: Plan) -> Condition | None:
    if state.contents.needs:
        return None
    return Condition("section-b-empty", "Enter the text of the plan first: it holds no need yet.")


def _close(command: CloseDrafting, state: Plan) -> Sequence[PlanFact]:
    return [told(PlanDraftingClosed, command, state)]


def _nothing_to_close(command: CloseDrafting, state: Plan) -> bool:
    return state.status is not Status.DRAFTING or state.request_id != command.request_id


def evolve(state: Plan, event: OpeningEvent) -> Plan:
    match event:
        case PlanOpened():
            return _opened(state, event)
        case YearGroupRecorded():
            return replace(state, year_group=event.year_group, year_group_recorded_on=event.occurred_on)
        case TransferredPlanEntered():
            section_i = SectionI(None, event.decision, event.setting_id, event.setting_name, event.setting_type)
            return replace(state, work=None, in_force=state.contents, section_i=section_i, version=1)
        case PlanDraftingClosed():
            return replace(state, status=Status.CLOSED, work=None, ended_on=event.occurred_on)
        case _ as never:
            assert_never(never)


def _opened(state: Plan, event: PlanOpened) -> Plan:
    """A new round: nothing of an earlier plan binds this one."""
    taken_over = event.reason == "TRANSFER_IN"
    return Plan(
        status=Status.MAINTAINED if taken_over else Status.DRAFTING,
        round=state.round + 1,
        case_id=event.case_id,
        person_id=event.person_id,
        plan_id=event.plan_id,
        request_id=event.request_id,
        order_id=event.order_id,
        move_id=event.move_id,
        reason=event.reason,
        opened_on=event.occurred_on,
        year_group=event.year_group,
        year_group_recorded_on=event.occurred_on if event.year_group is not None else None,
        work=Work(Basis.TRANSFER_IN if taken_over else Basis.FIRST_DRAFT, event.occurred_on, event.order_id),
        first_made_on=event.plan_first_made_on if taken_over else None,
        last_reviewed_on=event.last_reviewed_on if taken_over else None,
        transferred_in_on=event.occurred_on if taken_over else None,
        past_plan_ids=(*state.past_plan_ids, state.plan_id) if state.round else (),
    )


decisions = [
    Decision(OpenPlan, _open, when=[_no_plan_open], already=_open_already, opens=True),
    Decision(BeginPlan, _open, already=_begun_already, opens=True),
    Decision(RecordYearGroup, becomes(YearGroupRecorded), when=[live],
             already=lambda c, s: s.year_group == c.year_group and s.year_group_recorded_on == c.occurred_on),
    Decision(ConfirmTransferredPlan, becomes(TransferredPlanEntered), when=[_being_transcribed, _has_a_need]),
    Decision(CloseDrafting, _close, already=_nothing_to_close, opens=True),
]  # fmt: skip
