"""Opening the text of a plan in force: after a review, without one (reg 28), re-assessed, ordered, conceded or agreed.

What follows, the notice and the amended plan, is in ``amended_plan``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Self, assert_never
from uuid import UUID

from pydantic import model_validator

from plan.facts import CORRECT, PlanCommand, PlanFact, maintained, told
from plan.state import BY_MANDATE, BY_NOTICE, Basis, Mandate, Plan, Work
from shared import Command, Condition, Decision, Rejected


class AmendmentMandated(PlanFact):
    """An order, a concession, a mediation agreement or an agreed re-assessment settled that the plan is to change."""

    type: Literal["plan.amendment-mandated"] = "plan.amendment-mandated"
    mandate_id: UUID
    """The order, the agreement or the re-assessment."""
    basis: Basis


class AmendmentBegun(PlanFact):
    """The text of the plan was opened for an amendment."""

    type: Literal["plan.amendment-begun"] = "plan.amendment-begun"
    basis: Basis
    source_id: UUID | None = None
    """The review, order, agreement or re-assessment it follows from."""


class AmendmentAbandoned(PlanFact):
    """The amendment was given up; the plan in force stands as it was."""

    type: Literal["plan.amendment-abandoned"] = "plan.amendment-abandoned"
    because: Literal["NOT_WANTED", "SUPERSEDED", "REVIEW_MAINTAINED", "REASSESSMENT_NO_CHANGE"]


AmendmentEvent = AmendmentMandated | AmendmentBegun | AmendmentAbandoned


class NoteMandate(Command):
    """Note that the plan is to change. Sent by a reaction to an order, concession, agreement or re-assessment."""

    case_id: UUID
    mandate_id: UUID
    basis: Basis


class BeginAmendment(PlanCommand):
    """Open the text of the plan, and say why: ``source_id`` is the review, order, agreement or re-assessment."""

    basis: Literal["REVIEW", "WITHOUT_REVIEW", "REASSESSMENT", "ORDER", "CONCESSION", "AGREEMENT"]
    source_id: UUID | None = None

    @model_validator(mode="after")
    def _says_what_it_follows_from(self) -> Self:
        if (self.basis == "WITHOUT_REVIEW") != (self.source_id is None):
            raise ValueError("source_id is given with every basis but WITHOUT_REVIEW")
        return self


class AbandonAmendment(PlanCommand):
    """Give up an amendment that the family has not been told of."""


class EndRedraft(Command):
    """The re-assessment changes nothing: give up its draft. Sent by a reaction."""

    case_id: UUID
    reassessment_id: UUID


# --- guards ---


def not_being_entered(state: Plan) -> Condition | None:
    if state.work is None or state.work.basis is not Basis.TRANSFER_IN:
        return None
    return Condition("text-being-entered", "The other authority's plan is still being entered; confirm it first.")


def amending(state: Plan) -> Condition | None:
    if state.work is not None and state.work.basis in BY_NOTICE | BY_MANDATE | {Basis.REASSESSMENT}:
        return None
    return maintained(state) or Condition("no-amendment", "No amendment is under way; begin one first.")


def _nobody_told_yet(state: Plan) -> Condition | None:
    if state.served is None:
        return None
    return Condition(
        "notice-already-sent", "The family has been told; amend the plan, or notify the decision not to amend."
    )


# --- decisions ---


def _begin(command: BeginAmendment, state: Plan) -> Sequence[PlanFact]:
    basis = Basis(command.basis)
    if basis is Basis.REVIEW:
        _refuse_review(command.source_id, state)
    elif basis is not Basis.WITHOUT_REVIEW:
        _refuse_unmandated(command, state)
    begun = told(AmendmentBegun, command, state, basis=basis)
    if state.work is None:
        return [begun]
    if basis in BY_MANDATE and state.work.basis not in BY_MANDATE:
        # What the Tribunal ordered or both sides agreed is owed in weeks; a notice can be sent again after it.
        return [told(AmendmentAbandoned, command, state, because="SUPERSEDED"), begun]
    raise Rejected(
        "amendment-under-way",
        f"An amendment by {state.work.basis} is under way since {state.work.begun_on}; end it first. {CORRECT}",
    )


def _refuse_review(review_id: UUID | None, state: Plan) -> None:
    if state.review is not None and state.review.review_id == review_id:
        if state.review.held_on is None:
            raise Rejected("review-not-held", "The review meeting has not been held; changes are prepared after it.")
        return
    decided = state.decided_review(review_id)
    if decided is None:
        raise Rejected("no-such-review", f"The plan has no review {review_id}.")
    if decided.outcome != "AMEND":
        raise Rejected(
            "review-did-not-amend", f"That review was decided with {decided.outcome}; amend without a review."
        )


def _refuse_unmandated(command: BeginAmendment, state: Plan) -> None:
    mandate = next((m for m in state.mandates if m.mandate_id == command.source_id), None)
    if mandate is None or mandate.basis != command.basis:
        raise Rejected("no-such-mandate", f"No {command.basis} with the id {command.source_id} is known for this plan.")
    if mandate.used:
        raise Rejected(
            "mandate-used", "The plan was amended for it already; amend without a review to change it again."
        )


def _is_begun(command: BeginAmendment, state: Plan) -> bool:
    asked = (command.basis, command.source_id, command.occurred_on)
    return state.work is not None and (state.work.basis, state.work.source_id, state.work.begun_on) == asked


def source_of(state: Plan, *bases: Basis) -> UUID | None:
    return state.work.source_id if state.work is not None and state.work.basis in bases else None


def evolve(state: Plan, event: AmendmentEvent) -> Plan:
    match event:
        case AmendmentMandated():
            return replace(state, mandates=(*state.mandates, Mandate(event.mandate_id, event.basis, event.occurred_on)))
        case AmendmentBegun():
            return replace(state, work=Work(event.basis, event.occurred_on, event.source_id))
        case AmendmentAbandoned():
            return as_in_force(state)
        case _ as never:
            assert_never(never)


def as_in_force(state: Plan) -> Plan:
    return replace(state, contents=state.in_force or state.contents, work=None)


decisions = [
    Decision(NoteMandate, lambda c, s: [told(AmendmentMandated, c, s)], opens=True,
             already=lambda c, s: not s.maintained or any(m.mandate_id == c.mandate_id for m in s.mandates)),
    Decision(BeginAmendment, _begin, when=[maintained, not_being_entered], already=_is_begun),
    Decision(AbandonAmendment, lambda c, s: [told(AmendmentAbandoned, c, s, because="NOT_WANTED")],
             when=[amending, _nobody_told_yet]),
    Decision(EndRedraft, lambda c, s: [told(AmendmentAbandoned, c, s, because="REASSESSMENT_NO_CHANGE")], opens=True,
             already=lambda c, s: source_of(s, Basis.REASSESSMENT) != c.reassessment_id),
]  # fmt: skip
