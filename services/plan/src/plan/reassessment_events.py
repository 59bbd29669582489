"""What is recorded of a re-assessment, and the state its rules look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan.dates import correct_at
from plan.notices import Rights
from plan.serving import Recipient
from shared import Condition, DateCorrected, Event, NotBefore, Personal

Requester = Literal["PARENT", "YOUNG_PERSON", "SETTING", "ICB"]
Ground = Literal["SIX_MONTH_BAR", "NOT_NECESSARY"]
"""Why a re-assessment is refused: one was made in the six months before (reg 24), or none is necessary."""

Reg6Code = Literal["6(1)(a)", "6(1)(b)", "6(1)(c)", "6(1)(d)", "6(1)(e)", "6(1)(f)", "6(1)(g)", "6(1)(h)"]
"""Whose advice it is, by the paragraph of reg 6."""

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


class ReassessmentAdviceRequested(Event):
    """Advice for the re-assessment was asked for, as for a first assessment (reg 26 applying reg 6)."""

    type: Literal["plan.reassessment-advice-requested"] = "plan.reassessment-advice-requested"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID
    advice_id: UUID
    reg6_code: Reg6Code
    from_org: str
    cooperating_body: bool
    """Bound by s.31: its six weeks are statute (reg 8(1)), the others' guidance."""
    reached_adviser_on: Annotated[date | None, NotBefore("occurred_on")]
    """The day the request reached a body that is bound: its six weeks start there."""


class ReassessmentAdviceReceived(Event):
    """The advice for the re-assessment came."""

    type: Literal["plan.reassessment-advice-received"] = "plan.reassessment-advice-received"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reassessment_id: UUID
    advice_id: UUID
    document_ref: str


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
    | ReassessmentAdviceRequested
    | ReassessmentAdviceReceived
    | ReassessmentOutcomeNotified
    | ReassessmentDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice for the re-assessment."""

    advice_id: UUID
    reg6_code: Reg6Code
    from_org: str
    requested_on: date
    received_on: date | None = None


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
    advice: tuple[Advice, ...] = ()
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
        case ReassessmentAdviceRequested():
            asked = Advice(event.advice_id, event.reg6_code, event.from_org, event.occurred_on)
            return replace(state, advice=(*state.advice, asked))
        case ReassessmentAdviceReceived():
            came = event.occurred_on
            return replace(
                state,
                advice=tuple(
                    replace(a, received_on=came) if a.advice_id == event.advice_id else a for a in state.advice
                ),
            )
        case ReassessmentOutcomeNotified():
            return replace(state, outcome=event.outcome, concluded_on=event.occurred_on)
        case ReassessmentDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- conditions ---

CORRECT = correct_at("/reassessments/{reassessment_id}")


def under_way(state: Reassessment) -> Condition | None:
    if state.decided_on is None:
        return Condition("not-decided", "The authority has not said yet whether it will re-assess.")
    if not state.agreed:
        return Condition("reassessment-refused", f"The authority refused to re-assess on {state.decided_on}.")
    return None


def not_concluded(state: Reassessment) -> Condition | None:
    if state.outcome is None:
        return None
    return Condition("reassessment-concluded", f"It was concluded on {state.concluded_on}: {state.outcome}. {CORRECT}")
