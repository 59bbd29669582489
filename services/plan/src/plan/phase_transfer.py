"""Milestones that a plan must be ready for: the next phase of education (reg 18), and the end age (s.46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan.dates import refuse_before
from plan.facts import PlanCommand, PlanFact, becomes, maintained, told
from plan.state import PhaseTransfer, Plan
from shared import UNFILLED, Decision, NewId, NotBefore

TransferKind = Literal["SCHOOL", "POST16", "POST16_TO_POST16", "SIXTH_FORM"]
Phase = Literal[
    "EARLY_YEARS", "INFANT", "JUNIOR", "PRIMARY", "MIDDLE", "SECONDARY", "SIXTH_FORM", "POST16", "ADULT_DESTINATION"
]


class PhaseTransferIdentified(PlanFact):
    """The child moves to another phase on ``transfer_on``; the plan must name the next setting in good time."""

    type: Literal["plan.phase-transfer-identified"] = "plan.phase-transfer-identified"
    transfer_id: UUID
    kind: TransferKind
    from_phase: Phase
    to_phase: Phase
    transfer_on: Annotated[date, NotBefore("occurred_on")]


class PlanEndAgeRecorded(PlanFact):
    """Until when the plan may be maintained was recorded: the end of the year of the 25th birthday (reg 46)."""

    type: Literal["plan.plan-end-age-recorded"] = "plan.plan-end-age-recorded"
    maintain_until: date


PhaseTransferEvent = PhaseTransferIdentified | PlanEndAgeRecorded


class IdentifyPhaseTransfer(PlanCommand):
    """Record that the child moves to another phase of education."""

    transfer_id: NewId = UNFILLED
    kind: TransferKind
    from_phase: Phase
    to_phase: Phase
    transfer_on: date


class RecordPlanEndAge(PlanCommand):
    """Record the last day on which the plan may be maintained."""

    maintain_until: date


def _identify(command: IdentifyPhaseTransfer, state: Plan) -> Sequence[PlanFact]:
    refuse_before(command.transfer_on, command.occurred_on, code="transfer-in-the-past", what="the day it is recorded")
    return [told(PhaseTransferIdentified, command, state)]


def _identified(command: IdentifyPhaseTransfer, state: Plan) -> bool:
    held = state.transfer
    asked = (command.kind, command.from_phase, command.to_phase, command.transfer_on)
    return held is not None and (held.kind, held.from_phase, held.to_phase, held.transfer_on) == asked


def evolve(state: Plan, event: PhaseTransferEvent) -> Plan:
    match event:
        case PhaseTransferIdentified():
            found = PhaseTransfer(event.transfer_id, event.kind, event.from_phase, event.to_phase, event.transfer_on)
            return replace(state, transfer=found)
        case PlanEndAgeRecorded():
            return replace(state, maintain_until=event.maintain_until)
        case _ as never:
            assert_never(never)


decisions = [
    Decision(IdentifyPhaseTransfer, _identify, when=[maintained],
             already=_identified),
    Decision(RecordPlanEndAge, becomes(PlanEndAgeRecorded), when=[maintained],
             already=lambda c, s: s.maintain_until == c.maintain_until),
]  # fmt: skip
