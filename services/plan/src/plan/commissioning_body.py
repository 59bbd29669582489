"""Another ICB becomes responsible for a child: the old one tells it, and it arranges section G or asks for help.

SEND Regulations 2014, regs 15 (the family moved to another authority) and 16 (any other reason, such as another GP).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, Self, assert_never
from uuid import UUID

from pydantic import model_validator

from plan.dates import correct_at, once, refuse_before, refuse_future
from plan.notices import IcbCode, Text
from plan.plan import plan
from plan.state import Plan
from shared import (
    COME,
    UNFILLED,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    Event,
    NewId,
    Personal,
    Reference,
    Rejected,
)

# --- events ---


class CommissioningBodyChanged(Event):
    """Another ICB became responsible for the child on this day; the old one became aware on ``old_aware_on``."""

    type: Literal["plan.commissioning-body-changed"] = "plan.commissioning-body-changed"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    change_id: UUID
    old_icb: str
    new_icb: str
    old_aware_on: Annotated[date, COME]
    because_of_la_move: bool
    move_id: UUID | None


class OldIcbToldNewIcb(Event):
    """The old ICB told the new one that it is responsible."""

    type: Literal["plan.old-icb-told-new-icb"] = "plan.old-icb-told-new-icb"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    change_id: UUID


class HealthProvisionImpracticable(Event):
    """The new ICB became aware, on this day, that it is responsible and cannot practicably arrange section G."""

    type: Literal["plan.health-provision-impracticable"] = "plan.health-provision-impracticable"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    change_id: UUID
    reasons: Personal[str]


class NewIcbRequestedAssessmentOrReview(Event):
    """The new ICB asked the authority to re-assess or to review the plan; the authority must do so."""

    type: Literal["plan.new-icb-requested-assessment-or-review"] = "plan.new-icb-requested-assessment-or-review"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    change_id: UUID
    asked_for: Literal["REASSESSMENT", "REVIEW"]


class CommissioningBodyDateCorrected(DateCorrected):
    """A date of a change of commissioning body was wrong."""

    type: Literal["plan.commissioning-body-date-corrected"] = "plan.commissioning-body-date-corrected"
    case_id: UUID
    change_id: UUID


CommissioningBodyEvent = (
    CommissioningBodyChanged
    | OldIcbToldNewIcb
    | HealthProvisionImpracticable
    | NewIcbRequestedAssessmentOrReview
    | CommissioningBodyDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class CommissioningBody:
    change_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    changed_on: date | None = None
    new_icb_told_on: date | None = None
    impracticable_on: date | None = None
    asked_on: date | None = None
    asked_for: str | None = None

    @property
    def ids(self) -> dict[str, UUID]:
        ids = {
            "case_id": self.case_id,
            "person_id": self.person_id,
            "plan_id": self.plan_id,
            "change_id": self.change_id,
        }
        return {name: id for name, id in ids.items() if id is not None}


def evolve(state: CommissioningBody, event: CommissioningBodyEvent) -> CommissioningBody:
    match event:
        case CommissioningBodyChanged():
            return CommissioningBody(event.change_id, event.case_id, event.person_id, event.plan_id, event.occurred_on)
        case OldIcbToldNewIcb():
            return replace(state, new_icb_told_on=event.occurred_on)
        case HealthProvisionImpracticable():
            return replace(state, impracticable_on=event.occurred_on)
        case NewIcbRequestedAssessmentOrReview():
            return replace(state, asked_on=event.occurred_on, asked_for=event.asked_for)
        case CommissioningBodyDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class ChangeCommissioningBody(Command):
    """Record that another ICB has become responsible for the child. ``occurred_on`` is the day of the change."""

    case_id: UUID
    change_id: NewId = UNFILLED
    old_icb: IcbCode
    new_icb: IcbCode
    old_aware_on: date
    because_of_la_move: bool = False
    move_id: UUID | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.old_icb == self.new_icb:
            raise ValueError("old_icb and new_icb are the same: nothing changed")
        if self.move_id is not None and not self.because_of_la_move:
            raise ValueError("move_id is for a change because_of_la_move")
        return self


class TellNewIcb(Command):
    """Record that the old ICB told the new one."""

    change_id: UUID


class ReportHealthProvisionImpracticable(Command):
    """Record that the new ICB knows it is responsible and cannot practicably arrange section G."""

    change_id: UUID
    reasons: Personal[Text]


class RequestAssessmentOrReview(Command):
    """Record that the new ICB asked the authority to re-assess or review."""

    change_id: UUID
    asked_for: Literal["REASSESSMENT", "REVIEW"]


# --- decisions ---


def change(command: ChangeCommissioningBody, state: CommissioningBody, of: Plan) -> Sequence[CommissioningBodyEvent]:
    if not of.maintained:
        raise Rejected("no-plan", "No plan is maintained in this case; no ICB arranges section G of one.")
    refuse_future(command, command.old_aware_on, what="The day on which the old ICB became aware")
    return [
        CommissioningBodyChanged(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            change_id=command.change_id,
            old_icb=command.old_icb,
            new_icb=command.new_icb,
            old_aware_on=command.old_aware_on,
            because_of_la_move=command.because_of_la_move,
            move_id=command.move_id,
        )
    ]


def tell(command: TellNewIcb, state: CommissioningBody) -> Sequence[CommissioningBodyEvent]:
    return [OldIcbToldNewIcb(occurred_on=command.occurred_on, **state.ids)]


def report(command: ReportHealthProvisionImpracticable, state: CommissioningBody) -> Sequence[CommissioningBodyEvent]:
    refuse_before(command.occurred_on, state.changed_on, code="before-change", what="the change")
    return [HealthProvisionImpracticable(occurred_on=command.occurred_on, reasons=command.reasons, **state.ids)]


def ask(command: RequestAssessmentOrReview, state: CommissioningBody) -> Sequence[CommissioningBodyEvent]:
    refuse_before(
        command.occurred_on,
        state.impracticable_on,
        code="before-impracticable",
        what="the new ICB knew it could not arrange section G",
    )
    return [
        NewIcbRequestedAssessmentOrReview(occurred_on=command.occurred_on, asked_for=command.asked_for, **state.ids)
    ]


# --- conditions ---


def _absent(state: CommissioningBody) -> Condition | None:
    if state.change_id is None:
        return None
    return Condition("change-exists", "There is a change of commissioning body with this id already.")


def _changed(state: CommissioningBody) -> Condition | None:
    if state.change_id is not None:
        return None
    return Condition("no-change", "No change is known under that id: POST /commissioning-changes.")


_CORRECT = correct_at("/commissioning-changes/{change_id}")

_not_told = once(lambda s: s.new_icb_told_on, "new-icb-told", "The new ICB was told", _CORRECT)
_not_reported = once(
    lambda s: s.impracticable_on, "impracticable-reported", "The new ICB knew that it cannot arrange it", _CORRECT
)
_not_asked = once(lambda s: s.asked_on, "asked-already", "The new ICB asked the authority", _CORRECT)


def _impracticable(state: CommissioningBody) -> Condition | None:
    if state.impracticable_on is not None:
        return None
    return Condition(
        "health-provision-practicable",
        "The new ICB has not said that it cannot practicably arrange section G; record that first.",
    )


commissioning_body = Decider(
    name="commissioning-body",
    key="change_id",
    initial=CommissioningBody(),
    evolve=evolve,
    events=CommissioningBodyEvent,
    decisions=[
        Decision(ChangeCommissioningBody, change, when=[_absent], opens=True, reads=Reference(plan, "case_id")),
        Decision(TellNewIcb, tell, when=[_changed, _not_told], already=lambda c, s: s.new_icb_told_on == c.occurred_on),
        Decision(
            ReportHealthProvisionImpracticable,
            report,
            when=[_changed, _not_reported],
            already=lambda c, s: s.impracticable_on == c.occurred_on,
        ),
        Decision(
            RequestAssessmentOrReview,
            ask,
            when=[_impracticable, _not_asked],
            already=lambda c, s: (s.asked_on, s.asked_for) == (c.occurred_on, c.asked_for),
        ),
    ],
)
