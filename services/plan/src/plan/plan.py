"""The plan of a case: its table of contents. Each part stands in a module of its own, read in this order.

opening            opened, taken over, closed unfinished
clauses, provision what it says: sections A to E and K, then F, G, H and J   (checks: golden thread, specificity)
draft, final       served, answered, named, issued
amendment, amended_plan    opened for change, noticed, amended or not
review, early_review       once a year, or before
phase_transfer, delivery   what the plan must be ready for; whether its provision is there
attendance                 whether the child can be, and is, where the plan says
ceasing, ending, dispute_notes   how it ends, and what stands in the way
exception_claims           why a limit could not be kept
"""

from __future__ import annotations

from typing import Literal, assert_never
from uuid import UUID

from plan import (
    amended_plan,
    amendment,
    attendance,
    ceasing,
    clauses,
    delivery,
    dispute_notes,
    draft,
    early_review,
    ending,
    exception_claims,
    final,
    opening,
    phase_transfer,
    provision,
    review,
)
from plan.amended_plan import AmendedPlanEvent
from plan.amendment import AmendmentEvent
from plan.attendance import AttendanceEvent
from plan.ceasing import CeasingEvent
from plan.clauses import ClauseEvent
from plan.delivery import DeliveryEvent
from plan.dispute_notes import DisputeNoteEvent
from plan.draft import DraftEvent
from plan.early_review import EarlyReviewEvent
from plan.ending import EndingEvent
from plan.exception_claims import ExceptionEvent
from plan.final import FinalEvent
from plan.opening import OpeningEvent
from plan.phase_transfer import PhaseTransferEvent
from plan.provision import ProvisionEvent
from plan.review import ReviewEvent
from plan.state import Plan
from shared import DateCorrected, Decider


class PlanDateCorrected(DateCorrected):
    """A date in the plan's history was recorded wrongly."""

    type: Literal["plan.plan-date-corrected"] = "plan.plan-date-corrected"
    case_id: UUID


PlanEvent = (
    OpeningEvent
    | ClauseEvent
    | ProvisionEvent
    | DraftEvent
    | FinalEvent
    | AmendmentEvent
    | AmendedPlanEvent
    | ReviewEvent
    | EarlyReviewEvent
    | PhaseTransferEvent
    | DeliveryEvent
    | AttendanceEvent
    | CeasingEvent
    | EndingEvent
    | DisputeNoteEvent
    | ExceptionEvent
    | PlanDateCorrected
)


def evolve(state: Plan, event: PlanEvent) -> Plan:
    if isinstance(event, OpeningEvent):
        return opening.evolve(state, event)
    if isinstance(event, ClauseEvent):
        return clauses.evolve(state, event)
    if isinstance(event, ProvisionEvent):
        return provision.evolve(state, event)
    if isinstance(event, DraftEvent):
        return draft.evolve(state, event)
    if isinstance(event, FinalEvent):
        return final.evolve(state, event)
    if isinstance(event, AmendmentEvent):
        return amendment.evolve(state, event)
    if isinstance(event, AmendedPlanEvent):
        return amended_plan.evolve(state, event)
    if isinstance(event, ReviewEvent):
        return review.evolve(state, event)
    if isinstance(event, EarlyReviewEvent):
        return early_review.evolve(state, event)
    if isinstance(event, PhaseTransferEvent):
        return phase_transfer.evolve(state, event)
    if isinstance(event, DeliveryEvent):
        return delivery.evolve(state, event)
    if isinstance(event, AttendanceEvent):
        return attendance.evolve(state, event)
    if isinstance(event, CeasingEvent):
        return ceasing.evolve(state, event)
    if isinstance(event, EndingEvent):
        return ending.evolve(state, event)
    if isinstance(event, DisputeNoteEvent):
        return dispute_notes.evolve(state, event)
    if isinstance(event, ExceptionEvent):
        return exception_claims.evolve(state, event)
    if isinstance(event, PlanDateCorrected):
        return state
    assert_never(event)


plan = Decider(
    name="plan",
    key="case_id",
    initial=Plan(),
    evolve=evolve,
    events=PlanEvent,
    decisions=[
        *opening.decisions,
        *clauses.decisions,
        *provision.decisions,
        *draft.decisions,
        *final.decisions,
        *amendment.decisions,
        *amended_plan.decisions,
        *review.decisions,
        *early_review.decisions,
        *phase_transfer.decisions,
        *delivery.decisions,
        *attendance.decisions,
        *ceasing.decisions,
        *ending.decisions,
        *dispute_notes.decisions,
        *exception_claims.decisions,
    ],
)
