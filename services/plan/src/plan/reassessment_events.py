"""What is recorded of a re-assessment, and the state its rules look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from plan.notices import Rights
from plan.serving import Recipient
from shared import DateCorrected, Event, Personal

Requester = Literal["PARENT", "YOUNG_PERSON", "SETTING", "ICB"]
Ground = Literal["SIX_MONTH_BAR", "NOT_NECESSARY"]
"""Why a re-assessment is refused: one was made in the six months before (reg 24), or none is necessary."""

# --- events ---


class ReassessmentRequested(Event):
    """A re-assessment was asked for; the request was received on this day. The reply is due in 15 days (reg 25)."""

    type: Literal["plan.reassessment-requested"] = "plan.reassessment-requested"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID
    by: Requester
    reasons: Personal[str] | None = None


class ReassessmentRequestWithdrawn(Event):
    """Whoever asked for the re-assessment no longer asks for it."""

    type: Literal["plan.reassessment-request-withdrawn"] = "plan.reassessment-request-withdrawn"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID


class ReassessmentDecisionNotified(Event):
    """The authority said whether it will re-assess. If so, the final plan is due 14 weeks from here (reg 27(2))."""

    type: Literal["plan.reassessment-decision-notified"] = "plan.reassessment-decision-notified"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID
    decision_id: UUID
    agreed: bool
    own_initiative: bool
    """s.44(3): the authority re-assesses without having been asked or ordered."""
    order_id: UUID | None = None
    """The Tribunal's order, or the concession, that it carries out."""
    agreement_id: UUID | None = None
    """The mediation agreement that it carries out."""
    ground: Ground | None
    last_assessed_on: date | None
    recipients: tuple[Recipient, ...]
    rights: Rights | None
    """None where it agreed: there is nothing to appeal."""
    reasons: Personal[str] | None


class ReassessmentOutcomeNotified(Event):
    """The re-assessment is over: the plan stays as it is (with reasons and rights), was amended, or was replaced."""

    type: Literal["plan.reassessment-outcome-notified"] = "plan.reassessment-outcome-notified"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID
    outcome: Literal["NO_CHANGE", "AMENDED", "REPLACED"]
    decision_id: UUID
    recipients: tuple[Recipient, ...]
    rights: Rights | None
    reasons: Personal[str] | None


class ReassessmentDateCorrected(DateCorrected):
    """A date of a re-assessment was wrong."""

    type: Literal["plan.reassessment-date-corrected"] = "plan.reassessment-date-corrected"
    case_id: UUID
    reassessment_id: UUID


ReassessmentEvent = (
    ReassessmentRequested
    | ReassessmentRequestWithdrawn
    | ReassessmentDecisionNotified
    | ReassessmentOutcomeNotified
    | ReassessmentDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class Reassessment:
    reassessment_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    requested_by: Requester | None = None
    requested_on: date | None = None
    withdrawn_on: date | None = None
    decided_on: date | None = None
    agreed: bool = False
    outcome: str | None = None
    concluded_on: date | None = None

    @property
    def ids(self) -> dict[str, UUID]:
        ids = {
            "case_id": self.case_id,
            "person_id": self.person_id,
            "plan_id": self.plan_id,
            "reassessment_id": self.reassessment_id,
        }
        return {name: id for name, id in ids.items() if id is not None}


def evolve(state: Reassessment, event: ReassessmentEvent) -> Reassessment:
    match event:
        case ReassessmentRequested():
            return Reassessment(
                event.reassessment_id, event.case_id, event.person_id, event.plan_id, event.by, event.occurred_on
            )
        case ReassessmentRequestWithdrawn():
            return replace(state, withdrawn_on=event.occurred_on)
        case ReassessmentDecisionNotified():
            return replace(
                state,
                reassessment_id=event.reassessment_id,
                case_id=event.case_id,
                person_id=event.person_id,
                plan_id=event.plan_id,
                decided_on=event.occurred_on,
                agreed=event.agreed,
            )
        case ReassessmentOutcomeNotified():
            return replace(state, outcome=event.outcome, concluded_on=event.occurred_on)
        case ReassessmentDateCorrected():
            return state
        case _ as never:
            assert_never(never)
