"""Re-assessment: asked for or begun by the authority itself, answered and concluded (s.44(2), (3); regs 23 to 27).

Advice for it is in ``reassessment_advice``; it is the same stream. A draft and a final plan that come of it are served
in the plan's own stream and carry the ``reassessment_id``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from dateutil.relativedelta import relativedelta
from pydantic import model_validator

from plan import reassessment_advice
from plan.dates import refuse_before
from plan.notices import Rights, Text
from plan.plan import plan
from plan.reassessment_events import (
    CORRECT,
    Ground,
    Reassessment,
    ReassessmentDecisionNotified,
    ReassessmentEvent,
    ReassessmentOutcomeNotified,
    ReassessmentRequested,
    ReassessmentRequestWithdrawn,
    Requester,
    evolve,
    not_concluded,
    under_way,
)
from plan.serving import Recipient, Recipients, refuse_missing_recipients, refuse_missing_rights
from plan.state import Plan
from shared import UNFILLED, Command, Condition, Decider, Decision, NewId, Personal, Reference, Rejected

# --- commands ---


class RequestReassessment(Command):
    """Record that a re-assessment was asked for. ``occurred_on`` is the day on which the request was received."""

    case_id: UUID
    reassessment_id: NewId = UNFILLED
    requested_by: Requester
    reasons: Personal[Text] | None = None


class BeginReassessment(Command):
    """Tell the family that the authority re-assesses: of its own accord (s.44(3)), by order, or as agreed."""

    case_id: UUID
    reassessment_id: NewId = UNFILLED
    decision_id: NewId = UNFILLED
    order_id: UUID | None = None
    """Of the Tribunal's order, or of the concession, where one asks for it."""
    agreement_id: UUID | None = None
    recipients: Recipients

    @model_validator(mode="after")
    def _has_one_cause(self) -> Self:
        if self.order_id is not None and self.agreement_id is not None:
            raise ValueError("give order_id or agreement_id, not both")
        return self


class WithdrawReassessmentRequest(Command):
    """Record that the re-assessment is no longer asked for."""

    reassessment_id: UUID


class NotifyReassessmentDecision(Command):
    """Tell the family whether the authority will re-assess; a refusal says why and states their rights."""

    reassessment_id: UUID
    decision_id: NewId = UNFILLED
    agreed: bool
    ground: Ground | None = None
    last_assessed_on: date | None = None
    """With SIX_MONTH_BAR: when the last assessment or re-assessment was made."""
    recipients: Recipients
    rights: Rights | None = None
    reasons: Personal[Text] | None = None

    @model_validator(mode="after")
    def _refusal_says_why(self) -> Self:
        given = (self.ground, self.rights, self.reasons)
        if self.agreed and any(v is not None for v in (*given, self.last_assessed_on)):
            raise ValueError("ground, last_assessed_on, rights and reasons belong to a refusal; leave them out")
        if not self.agreed and any(v is None for v in given):
            raise ValueError("a refusal needs ground, reasons and rights")
        if (self.ground == "SIX_MONTH_BAR") != (self.last_assessed_on is not None):
            raise ValueError("last_assessed_on goes with SIX_MONTH_BAR, and only with it")
        return self


class NotifyReassessmentOutcome(Command):
    """Tell the family that after the re-assessment the plan stays as it is, with reasons and rights (reg 27(4))."""

    reassessment_id: UUID
    decision_id: NewId = UNFILLED
    outcome: Literal["NO_CHANGE"] = "NO_CHANGE"
    recipients: Recipients
    rights: Rights
    reasons: Personal[Text]


class ConcludeReassessment(Command):
    """The amended or new final plan of a re-assessment was issued. Sent by a reaction."""

    reassessment_id: UUID
    outcome: Literal["AMENDED", "REPLACED"]
    decision_id: UUID


# --- decisions ---

BAR = relativedelta(months=6)

_REQUESTERS: dict[Requester | None, tuple[Recipient, ...]] = {"SETTING": ("SETTING",), "ICB": ("ICB",)}
"""Who else hears the decision: whoever asked for it."""


def _refuse_without_plan(of: Plan) -> None:
    if not of.maintained:
        raise Rejected("no-plan", "No plan is maintained in this case; there is nothing to re-assess. Make a request.")


def request(command: RequestReassessment, state: Reassessment, of: Plan) -> Sequence[ReassessmentEvent]:
    _refuse_without_plan(of)
    return [
        ReassessmentRequested(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            reassessment_id=command.reassessment_id,
            by=command.requested_by,
            reasons=command.reasons,
        )
    ]


def begin(command: BeginReassessment, state: Reassessment, of: Plan) -> Sequence[ReassessmentEvent]:
    _refuse_without_plan(of)
    refuse_missing_recipients(command.recipients, ())
    return [
        ReassessmentDecisionNotified(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=of.person_id,
            plan_id=of.plan_id,
            reassessment_id=command.reassessment_id,
            decision_id=command.decision_id,
            agreed=True,
            own_initiative=command.order_id is None and command.agreement_id is None,
            order_id=command.order_id,
            agreement_id=command.agreement_id,
            ground=None,
            last_assessed_on=None,
            recipients=command.recipients,
            rights=None,
            reasons=None,
        )
    ]


def withdraw(command: WithdrawReassessmentRequest, state: Reassessment) -> Sequence[ReassessmentEvent]:
    _refuse_before_request(command, state)
    return [ReassessmentRequestWithdrawn(occurred_on=command.occurred_on, **state.ids)]


def _refuse_before_request(command: Command, state: Reassessment) -> None:
    refuse_before(command.occurred_on, state.requested_on, code="before-request", what="the request")


def notify_decision(command: NotifyReassessmentDecision, state: Reassessment) -> Sequence[ReassessmentEvent]:
    _refuse_before_request(command, state)
    refuse_missing_recipients(command.recipients, _REQUESTERS.get(state.requested_by, ()))
    if command.rights is not None:
        refuse_missing_rights(command.rights)
    if command.last_assessed_on is not None:
        _refuse_without_bar(state, command.last_assessed_on)
    return [
        ReassessmentDecisionNotified(
            occurred_on=command.occurred_on,
            decision_id=command.decision_id,
            agreed=command.agreed,
            own_initiative=False,
            ground=command.ground,
            last_assessed_on=command.last_assessed_on,
            recipients=command.recipients,
            rights=command.rights,
            reasons=command.reasons,
            **state.ids,
        )
    ]


def _refuse_without_bar(state: Reassessment, last: date) -> None:
    """Six calendar months after the last assessment, the corresponding day included, nobody has to assess again."""
    assert state.requested_on is not None
    if not last <= state.requested_on <= last + BAR:
        raise Rejected(
            "six-month-bar-does-not-apply",
            f"The request of {state.requested_on} was not made within six months after an assessment on {last}; "
            "refuse it on another ground or agree.",
        )


def notify_outcome(command: NotifyReassessmentOutcome, state: Reassessment) -> Sequence[ReassessmentEvent]:
    refuse_before(command.occurred_on, state.decided_on, code="before-decision", what="the decision to re-assess")
    refuse_missing_recipients(command.recipients, ())
    refuse_missing_rights(command.rights)
    return [
        ReassessmentOutcomeNotified(
            occurred_on=command.occurred_on,
            outcome=command.outcome,
            decision_id=command.decision_id,
            recipients=command.recipients,
            rights=command.rights,
            reasons=command.reasons,
            **state.ids,
        )
    ]


def conclude(command: ConcludeReassessment, state: Reassessment) -> Sequence[ReassessmentEvent]:
    return [
        ReassessmentOutcomeNotified(
            occurred_on=command.occurred_on,
            outcome=command.outcome,
            decision_id=command.decision_id,
            recipients=(),
            rights=None,
            reasons=None,
            **state.ids,
        )
    ]


# --- conditions ---


def _absent(state: Reassessment) -> Condition | None:
    if state.reassessment_id is None:
        return None
    return Condition("reassessment-exists", "There is a re-assessment with this id already.")


def _not_withdrawn(state: Reassessment) -> Condition | None:
    if state.withdrawn_on is None:
        return None
    return Condition("request-withdrawn", f"The request was withdrawn on {state.withdrawn_on}. {CORRECT}")


def _asked(state: Reassessment) -> Condition | None:
    if state.reassessment_id is not None:
        return None
    return Condition("no-reassessment", "Nobody asked for a re-assessment under that id: POST /reassessments.")


def _undecided(state: Reassessment) -> Condition | None:
    if state.decided_on is None:
        return None
    return Condition("decision-already-notified", f"The decision was notified on {state.decided_on}. {CORRECT}")


def _moot(command: ConcludeReassessment, state: Reassessment) -> bool:
    return not state.agreed or state.outcome is not None


_PLAN = Reference(plan, "case_id")

reassessment = Decider(
    name="reassessment",
    key="reassessment_id",
    initial=Reassessment(),
    evolve=evolve,
    events=ReassessmentEvent,
    decisions=[
        Decision(RequestReassessment, request, when=[_absent], opens=True, reads=_PLAN),
        Decision(BeginReassessment, begin, when=[_absent], opens=True, reads=_PLAN),
        Decision(
            WithdrawReassessmentRequest,
            withdraw,
            when=[_asked, _not_withdrawn, _undecided],
            already=lambda c, s: s.withdrawn_on == c.occurred_on,
        ),
        Decision(
            NotifyReassessmentDecision,
            notify_decision,
            when=[_asked, _not_withdrawn, _undecided],
            already=lambda c, s: s.decided_on == c.occurred_on and s.agreed == c.agreed,
        ),
        *reassessment_advice.decisions,
        Decision(
            NotifyReassessmentOutcome,
            notify_outcome,
            when=[under_way, not_concluded],
            already=lambda c, s: (s.concluded_on, s.outcome) == (c.occurred_on, c.outcome),
        ),
        # Opens, so that a plan that names a re-assessment nobody knows is no fault of the reaction.
        Decision(ConcludeReassessment, conclude, already=_moot, opens=True),
    ],
)
