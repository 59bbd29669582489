"""What becomes of a request for advice: chased, answered (also late), an appointment missed, or gone without.

Late advice never moves the 20 weeks, so an assessment may go on without it once it was chased and the reason is on
record. What comes afterwards is still received and goes with the plan (SEND Regulations 2014, regs 6, 8, 12(1)(k)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import Command, Decision, Personal, Rejected

from .advice import advice_asked, assessing
from .codes import AdviceType, SensoryNeed, Short, Text
from .dates import refuse_before
from .rounds import CORRECT, Advice, Assessment, RoundEvent, not_closed, said

# --- events ---


class AdviceChased(RoundEvent):
    """The adviser was reminded of the request."""

    type: Literal["assessment.advice-chased"] = "assessment.advice-chased"
    advice_id: UUID
    advice_type: AdviceType | None = None
    number: int
    """How many reminders there have been with this one."""


class AdviceReceived(RoundEvent):
    """Advice came in on ``occurred_on``: from whom, and what of needs, outcomes and provision it covers."""

    type: Literal["assessment.advice-received"] = "assessment.advice-received"
    person_id: UUID
    advice_id: UUID
    advice_type: AdviceType
    author: Personal[Short]
    role: str
    qualification: str | None
    qualified_teacher_for: tuple[SensoryNeed, ...]
    report_date: date | None
    document_ref: str
    covers_needs: bool
    covers_outcomes: bool
    covers_provision: bool


class AppointmentMissed(RoundEvent):
    """The child or young person missed an appointment for an examination or test on ``occurred_on`` (reg 8(2)(c))."""

    type: Literal["assessment.appointment-missed"] = "assessment.appointment-missed"
    person_id: UUID
    advice_id: UUID
    with_body: str
    reason: Personal[Text] | None


class WentOnWithoutAdvice(RoundEvent):
    """The assessment goes on without advice that was chased and has not come; the reason is on record."""

    type: Literal["assessment.went-on-without-advice"] = "assessment.went-on-without-advice"
    person_id: UUID
    advice_id: UUID
    advice_type: AdviceType | None = None
    reason: Personal[Text]
    decision_maker: str


AdviceReplyEvent = AdviceChased | AdviceReceived | AppointmentMissed | WentOnWithoutAdvice


def evolve(state: Assessment, event: AdviceReplyEvent) -> Assessment:
    round_, advice_id = event.request_id, event.advice_id
    known = state.round_of(round_)
    before = next((a for a in (known.advice if known else ()) if a.advice_id == advice_id), None)
    if before is None:
        return state
    match event:
        case AdviceChased():
            return state.change_advice(round_, advice_id, chased_on=(*before.chased_on, event.occurred_on))
        case AdviceReceived():
            return state.change_advice(
                round_,
                advice_id,
                received_on=before.received_on or event.occurred_on,
                document_ref=event.document_ref,
                covers=tuple(sorted({*before.covers, *_covered(event)})),
                qualified_teacher=tuple(dict.fromkeys((*before.qualified_teacher, *event.qualified_teacher_for))),
            )
        case AppointmentMissed():
            return state.change_advice(round_, advice_id, missed_on=(*before.missed_on, event.occurred_on))
        case WentOnWithoutAdvice():
            return state.change_advice(round_, advice_id, gone_without_on=event.occurred_on)
        case _ as never:
            assert_never(never)


# --- commands ---


class ChaseAdvice(Command):
    """Remind an adviser of a request."""

    case_id: UUID
    advice_id: UUID


class ReceiveAdvice(Command):
    """Record advice that came in; late advice too, whenever it comes, and a supplement to an incomplete one.

    Say who wrote it and in which role, and whether it covers needs, outcomes and provision.
    """

    case_id: UUID
    advice_id: UUID
    author: Personal[Short]
    role: Short = Field(description="The author's profession, such as speech and language therapist.")
    qualification: Short | None = None
    qualified_teacher_for: tuple[SensoryNeed, ...] = Field(
        default=(),
        description="Sensory needs for whose teaching the author, or a teacher consulted, is qualified (reg 6(2)).",
    )
    report_date: date | None = None
    document_ref: Short
    covers_needs: bool
    covers_outcomes: bool
    covers_provision: bool


class RecordMissedAppointment(Command):
    """Record that the child or young person missed an appointment; by itself that is no exception."""

    case_id: UUID
    advice_id: UUID
    with_body: Short
    reason: Personal[Text] | None = None


class GoOnWithoutAdvice(Command):
    """Go on without advice that was chased and has not come: the 20 weeks run regardless. Give the reason."""

    case_id: UUID
    advice_id: UUID
    reason: Personal[Text]
    decision_maker: Short


# --- decisions ---


def chase(command: ChaseAdvice, state: Assessment) -> Sequence[AdviceReplyEvent]:
    advice = state.now.find_advice(command.advice_id)
    _refuse_held(advice)
    if command.occurred_on in advice.chased_on:
        return []
    refuse_before(command.occurred_on, advice.requested_on, code="chased-before-asked", what="the day of the request")
    return [said(AdviceChased, command, state, advice_type=advice.advice_type, number=len(advice.chased_on) + 1)]


def receive(command: ReceiveAdvice, state: Assessment) -> Sequence[AdviceReplyEvent]:
    advice = state.now.find_advice(command.advice_id)
    if (
        advice.received_on is not None
        and advice.document_ref == command.document_ref
        and _covered(command) <= set(advice.covers)
        and set(command.qualified_teacher_for) <= set(advice.qualified_teacher)
    ):
        if advice.received_on == command.occurred_on:
            return []
        raise Rejected("advice-received-already", f"This document came on {advice.received_on}. {CORRECT}")
    refuse_before(
        command.occurred_on, advice.requested_on, code="received-before-asked", what="the day the advice was asked for"
    )
    return [said(AdviceReceived, command, state, advice_type=advice.advice_type)]


def _covered(said: AdviceReceived | ReceiveAdvice) -> set[str]:
    return {part for part in ("needs", "outcomes", "provision") if getattr(said, f"covers_{part}")}


def record_missed(command: RecordMissedAppointment, state: Assessment) -> Sequence[AdviceReplyEvent]:
    advice = state.now.find_advice(command.advice_id)
    if command.occurred_on in advice.missed_on:
        return []
    refuse_before(
        command.occurred_on, advice.requested_on, code="missed-before-asked", what="the day the advice was asked for"
    )
    return [said(AppointmentMissed, command, state)]


def go_on_without(command: GoOnWithoutAdvice, state: Assessment) -> Sequence[AdviceReplyEvent]:
    advice = state.now.find_advice(command.advice_id)
    _refuse_held(advice)
    if advice.gone_without_on == command.occurred_on:
        return []
    if advice.gone_without_on is not None:
        raise Rejected("gone-without-already", f"It went on without this advice on {advice.gone_without_on}. {CORRECT}")
    if not advice.chased_on:
        raise Rejected(
            "advice-not-chased",
            f"Advice must be sought in every category: remind {advice.from_org}, record that, then go on without.",
        )
    refuse_before(
        command.occurred_on,
        min(advice.chased_on),
        code="gone-without-before-chased",
        what="the day it was first chased",
    )
    return [said(WentOnWithoutAdvice, command, state, advice_type=advice.advice_type)]


def _refuse_held(advice: Advice) -> None:
    if advice.held:
        raise Rejected(
            "advice-held",
            f"This advice is here already (since {advice.received_on or advice.reused_on}); nobody waits for it.",
        )


decisions = [
    Decision(ChaseAdvice, chase, when=[not_closed, advice_asked]),
    Decision(ReceiveAdvice, receive, when=[not_closed, advice_asked]),
    Decision(RecordMissedAppointment, record_missed, when=[not_closed, advice_asked]),
    Decision(GoOnWithoutAdvice, go_on_without, when=[assessing, advice_asked]),
]
