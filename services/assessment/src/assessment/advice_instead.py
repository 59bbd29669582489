"""Advice that is not asked for: earlier advice that serves by agreement, and advisers the authority will not ask.

SEND Regulations 2014, reg 6(1)(h) and reg 6(4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import COME, UNFILLED, Command, Decision, NewId, Personal, Rejected

from .advice import assessing
from .codes import CATEGORIES, AdviceType, SensoryNeed, Short, Text
from .dates import refuse_before
from .phase import Phase
from .rounds import CORRECT, Advice, Assessment, RefusedAdviser, RoundEvent, only_in, said

# --- events ---


class AdviceReusedByAgreement(RoundEvent):
    """Earlier advice serves: its author, the authority and the family all agree that it is sufficient (reg 6(4))."""

    type: Literal["assessment.advice-reused-by-agreement"] = "assessment.advice-reused-by-agreement"
    person_id: UUID
    advice_id: UUID
    advice_type: AdviceType
    reg6_code: str
    author: Personal[Short]
    document_ref: str
    given_on: Annotated[date, COME]
    provider_agreed_on: date
    authority_agreed_on: date
    family_agreed_on: date
    qualified_teacher_for: tuple[SensoryNeed, ...]


class RequestedAdviceRefused(RoundEvent):
    """The authority will not ask a person whom the family asked for, because that is not reasonable (reg 6(1)(h))."""

    type: Literal["assessment.requested-advice-refused"] = "assessment.requested-advice-refused"
    person_id: UUID
    asked_for: Personal[Short]
    reasons: Personal[Text]
    decision_maker: str


NoRequestEvent = AdviceReusedByAgreement | RequestedAdviceRefused


def evolve(state: Assessment, event: NoRequestEvent) -> Assessment:
    match event:
        case AdviceReusedByAgreement():
            known = state.round_of(event.request_id)
            if known and all(a.advice_id != event.advice_id for a in known.advice):
                category = CATEGORIES[event.advice_type]
                reused = Advice(event.advice_id, event.advice_type, category.from_org, cooperating_body=False)
                state = state.add_advice(event.request_id, reused)
            return state.change_advice(
                event.request_id,
                event.advice_id,
                reused_on=event.occurred_on,
                document_ref=event.document_ref,
                qualified_teacher=event.qualified_teacher_for,
            )
        case RequestedAdviceRefused():
            known = state.round_of(event.request_id)
            before = known.refused_advisers if known else ()
            one = RefusedAdviser(event.asked_for, event.occurred_on)
            return state.change(event.request_id, refused_advisers=(*before, one))
        case _ as never:
            assert_never(never)


# --- commands ---


class ReuseAdvice(Command):
    """Use advice given before instead of seeking it again; three agreements are needed (reg 6(4))."""

    case_id: UUID
    advice_id: NewId = UNFILLED
    requested_advice_id: UUID | None = Field(
        default=None, description="The open request it settles; the oldest of the category if left out."
    )
    advice_type: AdviceType
    author: Personal[Short]
    document_ref: Short
    given_on: date
    provider_agreed_on: date | None = None
    authority_agreed_on: date | None = None
    family_agreed_on: date | None = None
    qualified_teacher_for: tuple[SensoryNeed, ...] = ()


class RefuseRequestedAdvice(Command):
    """Record that a person the family asked for will not be asked, and why that is not reasonable (reg 6(1)(h))."""

    case_id: UUID
    asked_for: Personal[Short]
    reasons: Personal[Text]
    decision_maker: Short


# --- decisions ---


def reuse(command: ReuseAdvice, state: Assessment) -> Sequence[NoRequestEvent]:
    agreed = {
        "the person who gave it": command.provider_agreed_on,
        "the authority": command.authority_agreed_on,
        "the family": command.family_agreed_on,
    }
    if missing := [who for who, on in agreed.items() if on is None]:
        raise Rejected(
            "agreement-missing",
            "Advice is sought again unless its author, the authority and the family all agree that the earlier one is "
            f"sufficient (reg 6(4)). Not recorded for: {', '.join(missing)}.",
        )
    if (on := next(_reused(command, state), None)) is not None:
        raise Rejected("advice-reused-already", f"This document was taken for advice on {on}. {CORRECT}")
    refuse_before(command.occurred_on, command.given_on, code="reused-before-given", what="the day it was given")
    return [
        said(
            AdviceReusedByAgreement,
            command,
            state,
            advice_id=_settled_by(command, state),
            reg6_code=CATEGORIES[command.advice_type].reg6_code,
        )
    ]


def _settled_by(command: ReuseAdvice, state: Assessment) -> UUID:
    if command.requested_advice_id is not None:
        asked = state.now.find_advice(command.requested_advice_id)
        if asked.held or asked.advice_type is not command.advice_type:
            raise Rejected(
                "advice-not-open",
                f"That request is for {asked.advice_type} advice and is {'settled' if asked.held else 'open'}; name an "
                f"open request for {command.advice_type} advice, or none.",
            )
        return asked.advice_id
    waiting = (a.advice_id for a in state.now.advice if a.advice_type is command.advice_type and not a.held)
    return next(waiting, command.advice_id)


def _is_reused(command: ReuseAdvice, state: Assessment) -> bool:
    return command.occurred_on in _reused(command, state)


def _reused(command: ReuseAdvice, state: Assessment) -> Iterator[date]:
    """The days from which this very document has been in use."""
    return (
        a.reused_on
        for a in state.now.advice
        if a.reused_on and a.advice_type is command.advice_type and a.document_ref == command.document_ref
    )


def refuse_requested(command: RefuseRequestedAdvice, state: Assessment) -> Sequence[NoRequestEvent]:
    if (on := next((r.on for r in state.now.refused_advisers if r.name == command.asked_for), None)) is not None:
        raise Rejected("adviser-refused-already", f"That this person will not be asked was recorded on {on}. {CORRECT}")
    return [said(RequestedAdviceRefused, command, state)]


_gathering = only_in(
    Phase.DECIDED_TO_ASSESS,
    Phase.ASSESSING,
    code="not-assessing",
    need="Advice is gathered once it is decided to assess.",
)

decisions = [
    Decision(ReuseAdvice, reuse, when=[_gathering], already=_is_reused),
    Decision(
        RefuseRequestedAdvice,
        refuse_requested,
        when=[assessing],
        already=lambda c, s: RefusedAdviser(c.asked_for, c.occurred_on) in s.now.refused_advisers,
    ),
]
