"""Whether the provision of the plan in force is there: started, failed, restored, checked (ss.42 and 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.dates import refuse_again
from plan.facts import CORRECT, PlanCommand, PlanFact, maintained, told, with_item, without_item
from plan.notices import Short, Text
from plan.state import Failing, Plan, Running
from shared import Command, Condition, Decision, Personal, Rejected, Value

Delivered = Literal["DELIVERED", "PARTLY", "MISSED"]


class ItemDelivery(Value):
    """What was found about one item of section F."""

    provision_id: UUID
    delivered: Delivered


class ProvisionStarted(PlanFact):
    """An item of provision is in place from this day on."""

    type: Literal["plan.provision-started"] = "plan.provision-started"
    provision_id: UUID
    section: str
    provider: str


class ProvisionFailureReported(PlanFact):
    """Somebody reported that an item of provision is not there as the plan says."""

    type: Literal["plan.provision-failure-reported"] = "plan.provision-failure-reported"
    provision_id: UUID
    section: str
    reported_by: Literal["PARENT", "YOUNG_PERSON", "SETTING", "PROVIDER", "LA", "OTHER"]
    what: Personal[Text]


class ProvisionRestored(PlanFact):
    """An item of provision that had failed is there again."""

    type: Literal["plan.provision-restored"] = "plan.provision-restored"
    provision_id: UUID
    section: str


class DeliveryCheckDue(PlanFact):
    """An intervention of alternative provision began: whether section F is still delivered is to be checked."""

    type: Literal["plan.delivery-check-due"] = "plan.delivery-check-due"
    intervention_id: UUID


class DeliveryChecked(PlanFact):
    """The delivery of section F during the intervention was checked item by item."""

    type: Literal["plan.delivery-checked"] = "plan.delivery-checked"
    intervention_id: UUID
    items: tuple[ItemDelivery, ...]


DeliveryEvent = ProvisionStarted | ProvisionFailureReported | ProvisionRestored | DeliveryCheckDue | DeliveryChecked


class StartProvision(PlanCommand):
    """Record that an item of provision is in place."""

    provision_id: UUID
    provider: Short


class ReportProvisionFailure(PlanCommand):
    """Record that an item of provision is not there as the plan says."""

    provision_id: UUID
    reported_by: Literal["PARENT", "YOUNG_PERSON", "SETTING", "PROVIDER", "LA", "OTHER"]
    what: Personal[Text]


class RestoreProvision(PlanCommand):
    """Record that an item of provision is there again."""

    provision_id: UUID


class AskForDeliveryCheck(Command):
    """Ask for the check of section F, because an intervention began. Sent by a reaction."""

    case_id: UUID
    intervention_id: UUID


class RecordDeliveryCheck(PlanCommand):
    """Record what the check of section F found."""

    intervention_id: UUID
    items: Annotated[tuple[ItemDelivery, ...], Field(min_length=1, max_length=100)]


def _section(provision_id: UUID, state: Plan) -> str:
    item = (state.in_force or state.contents).provision(provision_id)
    if item is None:
        raise Rejected("no-such-provision", f"The plan in force has no provision {provision_id}.")
    return item.section


def _start(command: StartProvision, state: Plan) -> Sequence[PlanFact]:
    running = state.provision_running.get(command.provision_id)
    if running is not None and running.provider == command.provider:
        refuse_again(running.since, code="provision-started", what="This provision was started", to_correct=CORRECT)
    return [told(ProvisionStarted, command, state, section=_section(command.provision_id, state))]


def _fail(command: ReportProvisionFailure, state: Plan) -> Sequence[PlanFact]:
    if (failing := state.provision_failing.get(command.provision_id)) is not None:
        what = f"{failing.reported_by} reported that it fails"
        refuse_again(failing.since, code="failure-reported", what=what, to_correct=CORRECT)
    return [told(ProvisionFailureReported, command, state, section=_section(command.provision_id, state))]


def _restore(command: RestoreProvision, state: Plan) -> Sequence[PlanFact]:
    section = _section(command.provision_id, state)
    if command.provision_id not in state.provision_failing:
        raise Rejected("no-failure-reported", "Nobody reported that this provision failed; start it instead.")
    return [told(ProvisionRestored, command, state, section=section)]


def _something_failing(state: Plan) -> Condition | None:
    if state.provision_failing:
        return None
    return Condition("no-failure-reported", "No provision is reported to have failed.")


def _check_due(state: Plan) -> Condition | None:
    if state.delivery_checks:
        return None
    return Condition("no-check-due", "No check of section F is due.")


def _check(command: RecordDeliveryCheck, state: Plan) -> Sequence[PlanFact]:
    if command.intervention_id not in state.delivery_checks:
        raise Rejected("no-check-due", f"No check is due for the intervention {command.intervention_id}.")
    for item in command.items:
        if _section(item.provision_id, state) != "F":
            raise Rejected("not-section-f", "The check is about section F; an item given stands in another section.")
    return [told(DeliveryChecked, command, state)]


def evolve(state: Plan, event: DeliveryEvent) -> Plan:
    match event:
        case ProvisionStarted():
            running = Running(event.occurred_on, event.provider)
            return replace(state, provision_running={**state.provision_running, event.provision_id: running})
        case ProvisionFailureReported():
            failing = Failing(event.occurred_on, event.reported_by, event.what)
            return replace(state, provision_failing={**state.provision_failing, event.provision_id: failing})
        case ProvisionRestored():
            before = state.provision_running.get(event.provision_id)
            again = before or Running(event.occurred_on, None)
            return replace(
                state,
                provision_failing={k: v for k, v in state.provision_failing.items() if k != event.provision_id},
                provision_running={**state.provision_running, event.provision_id: again},
            )
        case DeliveryCheckDue():
            return replace(state, delivery_checks=with_item(state.delivery_checks, event.intervention_id))
        case DeliveryChecked():
            return replace(
                state,
                delivery_checks=without_item(state.delivery_checks, event.intervention_id),
                delivery_checked=with_item(state.delivery_checked, event.intervention_id),
            )
        case _ as never:
            assert_never(never)


decisions = [
    Decision(StartProvision, _start, when=[maintained],
             already=lambda c, s: s.provision_running.get(c.provision_id) == Running(c.occurred_on, c.provider)),
    Decision(ReportProvisionFailure, _fail, when=[maintained],
             already=lambda c, s: (s.provision_failing.get(c.provision_id)
                                   == Failing(c.occurred_on, c.reported_by, c.what))),
    Decision(RestoreProvision, _restore, when=[maintained, _something_failing]),
    Decision(AskForDeliveryCheck, lambda c, s: [told(DeliveryCheckDue, c, s)], opens=True,
             already=lambda c, s: (not s.maintained or c.intervention_id in s.delivery_checks
                                   or c.intervention_id in s.delivery_checked)),
    Decision(RecordDeliveryCheck, _check, when=[maintained, _check_due]),
]  # fmt: skip
