"""A direct payment as its rules see it: agreed, paid, and the decisions its recipient may have reconsidered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from plan.dates import correct_at
from shared import Condition

Pounds = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2, description="Pounds sterling a year")]

Kind = Literal["EDUCATION", "HEALTH", "SOCIAL_CARE", "INTEGRATED"]
"""As SEN2 returns it: E, H, S, I."""

SECTIONS: dict[Kind, frozenset[str]] = {
    "EDUCATION": frozenset({"F"}),
    "HEALTH": frozenset({"G"}),
    "SOCIAL_CARE": frozenset({"H1", "H2"}),
    "INTEGRATED": frozenset({"F", "G", "H1", "H2"}),
}
"""The sections of the plan whose provision each kind may pay for."""

Adverse = Literal["REFUSED", "REDUCED", "STOPPED"]
"""A decision against the recipient: in writing, with reasons, and reconsidered once if asked."""


class Status(StrEnum):
    ABSENT = "ABSENT"
    AGREED = "AGREED"
    REFUSED = "REFUSED"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class AdverseDecision:
    decision_id: UUID
    kind: Adverse
    notified_on: date
    amount_before: Decimal | None = None
    asked_on: date | None = None
    answered_on: date | None = None
    outcome: Literal["UPHELD", "CHANGED"] | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DirectPayment:
    payment_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    status: Status = Status.ABSENT
    agreed_on: date | None = None
    amount: Decimal | None = None
    """Pounds a year."""
    paid: tuple[Payment, ...] = ()
    ends_on: date | None = None
    """Stopped with effect from this day."""
    review_asked_on: date | None = None
    last_reviewed_on: date | None = None
    last_outcome: str | None = None
    decisions: tuple[AdverseDecision, ...] = ()

    @property
    def ids(self) -> dict[str, UUID]:
        ids = {
            "case_id": self.case_id,
            "person_id": self.person_id,
            "plan_id": self.plan_id,
            "payment_id": self.payment_id,
        }
        return {name: id for name, id in ids.items() if id is not None}

    @property
    def stopped_on(self) -> date | None:
        """The day of the notice that it stops."""
        return self.decisions[-1].notified_on if self.status is Status.STOPPED else None

    def reduced_on(self, amount: Decimal) -> date | None:
        """The day of the notice by which that is the amount now."""
        last = self.decisions[-1] if self.decisions else None
        return last.notified_on if last is not None and last.kind == "REDUCED" and self.amount == amount else None

    def decision(self, decision_id: UUID) -> AdverseDecision | None:
        return next((d for d in self.decisions if d.decision_id == decision_id), None)


CORRECT = correct_at("/direct-payments/{payment_id}")


def absent(state: DirectPayment) -> Condition | None:
    if state.status is Status.ABSENT:
        return None
    return Condition("direct-payment-exists", "There is a direct payment with this id already.")


def running(state: DirectPayment) -> Condition | None:
    match state.status:
        case Status.AGREED:
            return None
        case Status.STOPPED:
            words = (
                f"Notice was given on {state.stopped_on} that the direct payment stops from {state.ends_on}. {CORRECT}"
            )
            return Condition("direct-payment-stopped", words)
        case _:
            return Condition("direct-payment-refused", "The direct payment was refused; none is being made.")
