"""How a plan ends: as decided, at the maximum age, on death, or handed over to another authority.

As decided, but never while the family may still appeal or an appeal is open (s.45(4)). The appeal period is computed
never to end too early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal, assert_never
from uuid import UUID

from dateutil.relativedelta import relativedelta

from plan.ceasing import CeaseReason
from plan.dates import refuse_before
from plan.facts import PlanCommand, PlanFact, maintained, told
from plan.state import Dispute, Plan, Status
from shared import Command, Condition, Decision, Rejected


class PlanCeased(PlanFact):
    """The plan ended on this day."""

    type: Literal["plan.plan-ceased"] = "plan.plan-ceased"
    reason: CeaseReason
    decision_id: UUID | None = None


class PlanHandedOver(PlanFact):
    """Another authority maintains the plan from now on; here it is closed."""

    type: Literal["plan.plan-handed-over"] = "plan.plan-handed-over"
    move_id: UUID


EndingEvent = PlanCeased | PlanHandedOver


class CeasePlan(PlanCommand):
    """End the plan, as decided, once nobody can appeal any more. ``occurred_on`` is its first day without force."""


class EndPlanAtMaximumAge(PlanCommand):
    """End the plan because the law lets no authority maintain it longer (s.46)."""


class EndPlanOnDeath(PlanCommand):
    """End the plan of a child who has died."""


class HandOverPlan(Command):
    """The plan went to another authority. Sent by a reaction."""

    case_id: UUID
    move_id: UUID


# --- guards ---


def _decided(state: Plan) -> Condition | None:
    if state.ceasing is not None and state.ceasing.decided_on is not None:
        return None
    return Condition("ceasing-not-decided", "No decision to cease has been notified; the plan must be maintained.")


def no_appeal_open(state: Plan) -> Condition | None:
    if not any(d.appeal_open for d in state.disputes):
        return None
    return Condition(
        "appeal-open", "An appeal is open; the plan is maintained until it is finally determined (s.45(4))."
    )


def _no_certificate_awaited(state: Plan) -> Condition | None:
    if not any(_awaits_certificate(d, state) for d in state.cease_disputes):
        return None
    return Condition(
        "mediation-certificate-awaited",
        "The family contacted the mediation adviser in time and has no certificate yet: the appeal period is open.",
    )


def _awaits_certificate(dispute: Dispute, state: Plan) -> bool:
    if dispute.adviser_on is None or dispute.certificate_on is not None or dispute.ended_on is not None:
        return False
    assert state.ceasing is not None
    decided = state.ceasing.decided_on
    return decided is not None and dispute.adviser_on <= decided + relativedelta(months=2)


def _end_age_known(state: Plan) -> Condition | None:
    if state.maintain_until is not None:
        return None
    return Condition("end-age-unknown", "Record first until when the plan may be maintained (s.46).")


# --- decisions ---


def _cease(command: CeasePlan, state: Plan) -> Sequence[PlanFact]:
    assert state.ceasing is not None
    assert state.appeal_until is not None
    if state.ceasing.upheld_on is not None:
        # Reg 44(2)(a): dismissed means at once.
        refuse_before(command.occurred_on, state.ceasing.upheld_on, code="before-order", what="the Tribunal's order")
    elif command.occurred_on <= state.appeal_until:
        raise Rejected(
            "appeal-period-running",
            f"The family may appeal until {state.appeal_until}; the plan may end from "
            f"{state.appeal_until + timedelta(days=1)} (s.45(4)).",
        )
    return [told(PlanCeased, command, state, reason=state.ceasing.reason, decision_id=state.ceasing.decision_id)]


def _end_at_maximum_age(command: EndPlanAtMaximumAge, state: Plan) -> Sequence[PlanFact]:
    if state.maintain_until is not None and command.occurred_on < state.maintain_until:
        raise Rejected("end-age-not-reached", f"The plan may be maintained until {state.maintain_until} (s.46).")
    return [told(PlanCeased, command, state, reason=CeaseReason.MAXIMUM_AGE)]


def _ended(command: Command, state: Plan, reason: int | None) -> bool:
    return state.status is Status.CEASED and (state.ended_on, state.end_reason) == (command.occurred_on, reason)


def evolve(state: Plan, event: EndingEvent) -> Plan:
    match event:
        case PlanCeased():
            return replace(
                state,
                status=Status.CEASED,
                ended_on=event.occurred_on,
                end_reason=event.reason,
                work=None,
                review=None,
            )
        case PlanHandedOver():
            return replace(state, status=Status.TRANSFERRED_OUT, ended_on=event.occurred_on, work=None, review=None)
        case _ as never:
            assert_never(never)


decisions = [
    Decision(CeasePlan, _cease, when=[maintained, _decided, no_appeal_open, _no_certificate_awaited],
             already=lambda c, s: s.ceasing is not None and _ended(c, s, s.ceasing.reason)),
    Decision(EndPlanAtMaximumAge, _end_at_maximum_age, when=[maintained, _end_age_known],
             already=lambda c, s: _ended(c, s, CeaseReason.MAXIMUM_AGE)),
    Decision(EndPlanOnDeath, lambda c, s: [told(PlanCeased, c, s, reason=CeaseReason.DECEASED)], when=[maintained],
             already=lambda c, s: _ended(c, s, CeaseReason.DECEASED)),
    Decision(HandOverPlan, lambda c, s: [told(PlanHandedOver, c, s)], opens=True,
             already=lambda c, s: not s.maintained),
]  # fmt: skip
