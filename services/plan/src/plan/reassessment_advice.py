"""Advice for a re-assessment: asked for and received (reg 26, applying regs 6 to 9).

Each piece has an ``advice_id`` and six weeks of its own, as in a first assessment: from the day the request reached a
body that must co-operate (s.31, reg 8(1)), and by guidance from the request for everyone else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from plan.dates import refuse_again, refuse_before
from plan.notices import Short
from plan.reassessment_events import (
    CORRECT,
    Reassessment,
    ReassessmentAdviceReceived,
    ReassessmentAdviceRequested,
    ReassessmentEvent,
    Reg6Code,
    not_concluded,
    under_way,
)
from shared import UNFILLED, Command, Condition, Decision, NewId, Rejected

_OF_HEALTH: Reg6Code = "6(1)(c)"


class RequestReassessmentAdvice(Command):
    """Ask for advice for the re-assessment. ``occurred_on`` is the day it was asked for."""

    reassessment_id: UUID
    advice_id: NewId = UNFILLED
    reg6_code: Reg6Code
    from_org: Short
    """The organisation or service asked, not a person's name."""
    cooperating_body: bool | None = None
    """Whether s.31 binds them: NHS bodies, another authority, a youth offending team. Left out: health is bound."""
    reached_adviser_on: date | None = None
    """Left out for a body that is bound, the request reached it the day it was sent."""


class ReceiveReassessmentAdvice(Command):
    """Record that the advice came, late or after the re-assessment was over too."""

    reassessment_id: UUID
    advice_id: UUID
    document_ref: Short


# --- decisions ---


def _request(command: RequestReassessmentAdvice, state: Reassessment) -> Sequence[ReassessmentEvent]:
    on, reached = command.occurred_on, command.reached_adviser_on
    refuse_before(on, state.decided_on, code="before-decision", what="the decision to re-assess")
    if reached is not None:
        refuse_before(reached, on, code="reached-before-asked", what="the day of the request")
    bound = command.reg6_code == _OF_HEALTH if command.cooperating_body is None else command.cooperating_body
    return [
        ReassessmentAdviceRequested(
            occurred_on=on,
            advice_id=command.advice_id,
            reg6_code=command.reg6_code,
            from_org=command.from_org,
            cooperating_body=bound,
            reached_adviser_on=(reached or on) if bound else reached,
            **state.ids,
        )
    ]


def _is_asked(command: RequestReassessmentAdvice, state: Reassessment) -> bool:
    asked = (command.reg6_code, command.from_org, command.occurred_on)
    return any((a.reg6_code, a.from_org, a.requested_on) == asked for a in state.advice)


def _receive(command: ReceiveReassessmentAdvice, state: Reassessment) -> Sequence[ReassessmentEvent]:
    advice = next((a for a in state.advice if a.advice_id == command.advice_id), None)
    if advice is None:
        raise Rejected("no-such-advice", "No advice with that id was asked for in this re-assessment.")
    refuse_again(advice.received_on, code="advice-received", what="The advice came", to_correct=CORRECT)
    refuse_before(command.occurred_on, advice.requested_on, code="before-request", what="the request for advice")
    return [
        ReassessmentAdviceReceived(
            occurred_on=command.occurred_on,
            advice_id=command.advice_id,
            document_ref=command.document_ref,
            **state.ids,
        )
    ]


def _is_received(command: ReceiveReassessmentAdvice, state: Reassessment) -> bool:
    return any((a.advice_id, a.received_on) == (command.advice_id, command.occurred_on) for a in state.advice)


def _some_asked(state: Reassessment) -> Condition | None:
    if state.advice:
        return None
    return Condition("no-advice-asked", "No advice has been asked for in this re-assessment.")


decisions = [
    Decision(RequestReassessmentAdvice, _request, when=[under_way, not_concluded], already=_is_asked),
    Decision(ReceiveReassessmentAdvice, _receive, when=[_some_asked], already=_is_received),
]
