"""Advice and information, reg 6: what is asked for, of whom, and when it reached them.

Each piece of advice has an ``advice_id`` and a clock of its own: six weeks from the day the request reached a body that
must co-operate (s.31, reg 8(1)), and by guidance six weeks from the request for everyone else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import UNFILLED, Command, Condition, Decision, NewId, NotBefore, Rejected

from .codes import CATEGORIES, AdviceType, SensoryNeed, Short
from .dates import refuse_before
from .phase import Phase
from .rounds import CORRECT, Advice, Assessment, RoundEvent, only_in, said

# --- events ---


class AdviceRequested(RoundEvent):
    """Advice on needs, provision and outcomes was asked for, with the family's evidence enclosed (reg 6(1), (3))."""

    type: Literal["assessment.advice-requested"] = "assessment.advice-requested"
    advice_id: UUID
    advice_type: AdviceType
    reg6_code: str
    from_org: str
    cooperating_body: bool
    reached_adviser_on: Annotated[date | None, NotBefore("occurred_on")]
    qualified_teacher_for: tuple[SensoryNeed, ...]
    family_evidence_enclosed: bool


class AdviceRequestReached(RoundEvent):
    """The request for advice reached the adviser on ``occurred_on``, which is where a body's six weeks start."""

    type: Literal["assessment.advice-request-reached"] = "assessment.advice-request-reached"
    advice_id: UUID
    cooperating_body: bool


AdviceEvent = AdviceRequested | AdviceRequestReached


def evolve(state: Assessment, event: AdviceEvent) -> Assessment:
    match event:
        case AdviceRequested():
            asked = Advice(
                advice_id=event.advice_id,
                advice_type=event.advice_type,
                from_org=event.from_org,
                cooperating_body=event.cooperating_body,
                requested_on=event.occurred_on,
                reached_on=event.reached_adviser_on,
                qualified_teacher_asked=event.qualified_teacher_for,
            )
            return state.add_advice(event.request_id, asked)
        case AdviceRequestReached():
            return state.change_advice(event.request_id, event.advice_id, reached_on=event.occurred_on)
        case _ as never:
            assert_never(never)


# --- commands ---


class SeekAdvice(Command):
    """Seek the advice of one reg 6(1) category (sent by reactions only). Moot where it is sought or reused already."""

    case_id: UUID
    request_id: UUID
    advice_id: UUID
    advice_type: AdviceType


class RequestAdvice(Command):
    """Ask for advice beyond what is sought by itself: anybody thought appropriate, or whom the family asked for.

    Also for a second adviser in a category, such as a teacher qualified for a sensory impairment (reg 6(2)).
    """

    case_id: UUID
    advice_id: NewId = UNFILLED
    advice_type: AdviceType
    from_org: Short = Field(description="The organisation or service asked, not a person's name.")
    cooperating_body: bool | None = Field(
        default=None,
        description="Whether s.31 binds them: NHS bodies, another authority, a youth offending team, the person in "
        "charge of youth accommodation. By the category if left out.",
    )
    reached_adviser_on: date | None = Field(default=None, description="The day the request reached them, if known.")
    qualified_teacher_for: tuple[SensoryNeed, ...] = Field(
        default=(), description="Sensory needs for which a qualified teacher's advice is asked for (reg 6(2))."
    )
    family_evidence_enclosed: bool = Field(
        default=True, description="The family's views and evidence go with the request, or there are none (reg 6(3))."
    )


class RecordAdviceRequestReached(Command):
    """Record the day on which a request for advice reached the adviser; it replaces an earlier assumption."""

    case_id: UUID
    advice_id: UUID


# --- decisions ---


def seek(command: SeekAdvice, state: Assessment) -> Sequence[AdviceEvent]:
    category = CATEGORIES[command.advice_type]
    return [
        said(
            AdviceRequested,
            command,
            state,
            reg6_code=category.reg6_code,
            from_org=category.from_org,
            cooperating_body=category.cooperating_body,
            # Sent electronically, so it arrives the same day unless somebody records another one.
            reached_adviser_on=command.occurred_on if category.cooperating_body else None,
            qualified_teacher_for=(),
            family_evidence_enclosed=True,
        )
    ]


def _need_not_be_sought(command: SeekAdvice, state: Assessment) -> bool:
    if state.phase is not Phase.ASSESSING or state.now.request_id != command.request_id:
        return True
    return any(a.advice_type is command.advice_type for a in state.now.advice)


def request(command: RequestAdvice, state: Assessment) -> Sequence[AdviceEvent]:
    on = command.occurred_on
    refuse_before(on, state.now.decided_on, code="asked-before-decided", what="the day of the decision to assess")
    if not command.family_evidence_enclosed:
        raise Rejected(
            "family-evidence-not-enclosed",
            "Every request for advice must enclose the family's views and evidence (reg 6(3)). Send them too, then "
            "record the request.",
        )
    if command.reached_adviser_on is not None:
        refuse_before(command.reached_adviser_on, on, code="reached-before-asked", what="the day of the request")
    if (same := next(_same_asked(command, state), None)) is not None:
        raise Rejected(
            "advice-asked-already",
            f"{same.from_org} was asked for this on {same.requested_on}, and it has not come: chase it. {CORRECT}",
        )
    category = CATEGORIES[command.advice_type]
    bound = category.cooperating_body if command.cooperating_body is None else command.cooperating_body
    return [said(AdviceRequested, command, state, reg6_code=category.reg6_code, cooperating_body=bound)]


def _is_asked(command: RequestAdvice, state: Assessment) -> bool:
    return any(same.requested_on == command.occurred_on for same in _same_asked(command, state))


def _same_asked(command: RequestAdvice, state: Assessment) -> Iterator[Advice]:
    return (
        a
        for a in state.now.advice
        if a.advice_type is command.advice_type
        and a.from_org == command.from_org
        and set(command.qualified_teacher_for) <= set(a.qualified_teacher_asked)
        and not a.settled
    )


def record_reached(command: RecordAdviceRequestReached, state: Assessment) -> Sequence[AdviceEvent]:
    advice = state.now.find_advice(command.advice_id)
    if advice.reached_on == command.occurred_on:
        return []
    refuse_before(command.occurred_on, advice.requested_on, code="reached-before-asked", what="the day of the request")
    return [said(AdviceRequestReached, command, state, cooperating_body=advice.cooperating_body)]


# --- guards ---

assessing = only_in(
    Phase.ASSESSING,
    code="not-assessing",
    need="Advice is sought once the family is told of the assessment, and until completion.",
)


def advice_asked(state: Assessment) -> Condition | None:
    """A guard: something was asked for that could be answered."""
    if any(a.requested_on for a in state.now.advice):
        return None
    return Condition("no-advice-requested", "No advice has been asked for in this assessment.")


decisions = [
    Decision(SeekAdvice, seek, already=_need_not_be_sought, opens=True),
    Decision(RequestAdvice, request, when=[assessing], already=_is_asked),
    Decision(RecordAdviceRequestReached, record_reached, when=[advice_asked]),
]
