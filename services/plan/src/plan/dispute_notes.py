"""What a dispute means for the plan it is about: while it is open the plan does not end.

Disputes have streams of their own. Reactions to their events tell the plan's stream what it must know to refuse an act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from plan.facts import PlanFact, told
from plan.state import Dispute, Plan
from shared import Command, Decision


class Step(StrEnum):
    ADVISER_CONTACTED = "ADVISER_CONTACTED"
    CERTIFICATE_ISSUED = "CERTIFICATE_ISSUED"
    APPEAL_REGISTERED = "APPEAL_REGISTERED"
    APPEAL_ENDED = "APPEAL_ENDED"
    """Withdrawn, or decided on something else than ceasing."""
    CEASING_UPHELD = "CEASING_UPHELD"
    """The Tribunal dismissed the appeal against ceasing: the plan ends at once (reg 44(2)(a))."""
    CEASING_OVERTURNED = "CEASING_OVERTURNED"
    """By order or because the authority did not oppose the appeal: the plan stays."""
    ORDER_SET_ASIDE = "ORDER_SET_ASIDE"
    """The Tribunal's order fell; the appeal is open again."""


class DisputeNoted(PlanFact):
    """A dispute about the plan moved on in a way that decides whether the plan may end."""

    type: Literal["plan.dispute-noted"] = "plan.dispute-noted"
    dispute_id: UUID
    decision_id: UUID | None = None
    step: Step


DisputeNoteEvent = DisputeNoted


class NoteDispute(Command):
    """Take note of a step of a dispute, on the day it happened. Sent by a reaction."""

    case_id: UUID
    dispute_id: UUID
    decision_id: UUID | None = None
    step: Step


def _find(state: Plan, dispute_id: UUID) -> Dispute | None:
    return next((d for d in state.disputes if d.dispute_id == dispute_id), None)


def _moot(command: NoteDispute, state: Plan) -> bool:
    """Nothing to note: no plan that could end, a known step, or mediation about something else than ceasing."""
    if not state.maintained:
        return True
    known = _find(state, command.dispute_id)
    about_ceasing = state.ceasing is not None and command.decision_id in (None, state.ceasing.decision_id)
    match command.step:
        case Step.ADVISER_CONTACTED:
            return not about_ceasing or (known is not None and known.adviser_on is not None)
        case Step.CERTIFICATE_ISSUED:
            return not about_ceasing or (known is not None and known.certificate_on is not None)
        case Step.APPEAL_REGISTERED:
            return known is not None and known.appeal_on is not None
        case Step.APPEAL_ENDED:
            return known is None or known.ended_on is not None
        case Step.CEASING_UPHELD | Step.CEASING_OVERTURNED:
            return state.ceasing is None or (known is not None and known.ended_on is not None)
        case Step.ORDER_SET_ASIDE:
            return known is None or known.ended_on is None
        case _ as never:
            assert_never(never)


def _note(command: NoteDispute, state: Plan) -> Sequence[PlanFact]:
    return [told(DisputeNoted, command, state)]


def evolve(state: Plan, event: DisputeNoteEvent) -> Plan:
    on = event.occurred_on
    dispute = _find(state, event.dispute_id) or Dispute(event.dispute_id, event.decision_id)
    others = tuple(d for d in state.disputes if d.dispute_id != event.dispute_id)
    ceasing = state.ceasing
    match event.step:
        case Step.ADVISER_CONTACTED:
            dispute = replace(dispute, adviser_on=on)
        case Step.CERTIFICATE_ISSUED:
            dispute = replace(dispute, certificate_on=on)
        case Step.APPEAL_REGISTERED:
            dispute = replace(dispute, appeal_on=on)
        case Step.APPEAL_ENDED:
            dispute = replace(dispute, ended_on=on)
        case Step.CEASING_UPHELD:
            dispute = replace(dispute, ended_on=on)
            ceasing = replace(ceasing, upheld_on=on) if ceasing is not None else None
        case Step.CEASING_OVERTURNED:
            dispute, ceasing = replace(dispute, ended_on=on), None
        case Step.ORDER_SET_ASIDE:
            dispute = replace(dispute, ended_on=None)
            ceasing = replace(ceasing, upheld_on=None) if ceasing is not None else None
        case _ as never:
            assert_never(never)
    return replace(state, disputes=(*others, dispute), ceasing=ceasing)


decisions = [Decision(NoteDispute, _note, already=_moot, opens=True)]
