"""A case's requests for an EHC needs assessment: the moment every statutory clock counts from.

One stream per case; each request that starts the clock afresh is a round of its own with its own ``request_id``.
A request that arrives while a round is open is linked to it: the first one's clock keeps running
(`statutory-timeline.md` 2.2). Children and Families Act 2014, sections 23, 24 and 36.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from dateutil.relativedelta import relativedelta
from pydantic import Field

from shared import (
    UNFILLED,
    CaseOfPerson,
    Command,
    Condition,
    Decider,
    Decision,
    NewId,
    Reference,
    Rejected,
)

from .ages import birthday, compulsory_school_age_ends
from .codes import Channel, Short, Source
from .person import NOT_REGISTERED, Person, person
from .request_events import (
    AssessmentRequestWithdrawn,
    Basis,
    DuplicateRequestLinked,
    EhcNeedsAssessmentRequested,
    LocalAuthorityBecameResponsible,
    Outcome,
    PlanHoldingNoted,
    RequestAcknowledged,
    RequestDateCorrected,
    RequestEvent,
    RequestRoundEnded,
    RequestRoundReopened,
)

LIKELY_THE_SAME = timedelta(days=28)
"""Requests received this close together are one concern told twice, whoever sends them."""

SIX_WEEKS = timedelta(weeks=6)
"""Decision whether to assess (SEND Regulations 2014, reg 5(1)); the day of receipt is not counted."""

SIX_MONTHS = relativedelta(months=6)
"""A request this soon after a refusal is flagged, never blocked (s.36(6))."""

Requester = Literal[Source.PARENT, Source.YOUNG_PERSON, Source.SCHOOL, Source.POST16]
Notifier = Literal[Source.EARLY_YEARS, Source.HEALTH, Source.SOCIAL_CARE, Source.YOUTH_JUSTICE, Source.OTHER]

# --- state ---


class Status(StrEnum):
    NONE = "NONE"
    OPEN = "OPEN"
    WITHDRAWN = "WITHDRAWN"
    REFUSED = "REFUSED"
    PLAN_ISSUED = "PLAN_ISSUED"


@dataclass(frozen=True, slots=True)
class Asked:
    """One letter, call or form: who, when, and whether it was about this round."""

    id: UUID
    source: Source
    on: date


@dataclass(frozen=True, slots=True)
class Request:
    status: Status = Status.NONE
    case_id: UUID | None = None
    request_id: UUID | None = None
    asked: tuple[Asked, ...] = ()
    """Everything that came in during this round; the first started the clock."""
    acknowledged_on: date | None = None
    ended_on: date | None = None
    plan_id: UUID | None = None
    """The plan this authority maintains now."""

    @property
    def ids(self) -> dict[str, UUID]:
        assert self.case_id is not None
        assert self.request_id is not None
        return {"case_id": self.case_id, "request_id": self.request_id}

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN


def evolve(state: Request, event: RequestEvent) -> Request:
    match event:
        case EhcNeedsAssessmentRequested() | LocalAuthorityBecameResponsible():
            return Request(
                status=Status.OPEN,
                case_id=event.case_id,
                request_id=event.request_id,
                asked=(Asked(event.request_id, event.source, event.occurred_on),),
                plan_id=state.plan_id,
            )
        case DuplicateRequestLinked():
            return replace(state, asked=(*state.asked, Asked(event.linked_id, event.source, event.occurred_on)))
        case RequestAcknowledged():
            return replace(state, acknowledged_on=event.occurred_on)
        case AssessmentRequestWithdrawn():
            return replace(state, status=Status.WITHDRAWN, ended_on=event.occurred_on)
        case RequestRoundEnded(outcome=Outcome.PLAN_ISSUED):
            return replace(state, status=Status.PLAN_ISSUED, ended_on=event.occurred_on)
        case RequestRoundEnded():
            return replace(state, status=Status.REFUSED, ended_on=event.occurred_on)
        case RequestRoundReopened():
            return replace(state, status=Status.OPEN, ended_on=None)
        case PlanHoldingNoted():
            return replace(state, case_id=event.case_id, plan_id=event.plan_id if event.held else None)
        case RequestDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class RequestEhcNeedsAssessment(Command):
    """A parent, young person, school or post-16 institution asks for an EHC needs assessment; no evidence needed."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    request_id: NewId = UNFILLED
    source: Requester
    channel: Channel = Channel.OTHER
    setting_id: UUID | None = None
    evidence_refs: tuple[Short, ...] = ()
    apdr_cycles: int | None = Field(default=None, ge=0, le=50)
    in_relevant_youth_accommodation: bool = False


class BringToAttention(Command):
    """Anybody else tells the authority of a child who has or may have special educational needs (s.24)."""

    person_id: UUID
    case_id: CaseOfPerson = UNFILLED
    request_id: NewId = UNFILLED
    source: Notifier
    basis: Basis = Basis.BROUGHT_TO_ATTENTION
    channel: Channel = Channel.OTHER
    from_org: Short | None = None
    evidence_refs: tuple[Short, ...] = ()
    in_relevant_youth_accommodation: bool = False


class AcknowledgeRequest(Command):
    """Tell the requester that the request has arrived and when the decision is due."""

    case_id: UUID
    caseworker: Short | None = None


class WithdrawRequest(Command):
    """Record that the requester no longer wants the assessment."""

    case_id: UUID
    withdrawn_by: Source | None = Field(default=None, description="Who withdraws; the first requester if left out.")
    in_writing: bool = True
    linked_requests_withdrawn_too: bool = Field(
        default=False, description="Needed where others asked as well: each request stands until it is withdrawn."
    )


class NoteAnswer(Command):
    """The assessment or plan service has answered the request (sent by reactions only)."""

    case_id: UUID
    request_id: UUID
    outcome: Outcome


class NoteReversal(Command):
    """A refusal of this request was reversed (sent by reactions only)."""

    case_id: UUID
    request_id: UUID


class NotePlanHolding(Command):
    """Whether this authority maintains a plan for the child (sent by reactions only)."""

    case_id: UUID
    plan_id: UUID
    held: bool


# --- decisions ---


def ask(command: RequestEhcNeedsAssessment | BringToAttention, state: Request, who: Person) -> Sequence[RequestEvent]:
    if who.person_id is None:
        raise Rejected(NOT_REGISTERED.code, NOT_REGISTERED.detail)
    on = command.occurred_on
    if state.is_open:
        return [_linked(command, state)]
    if who.born is not None:
        _refuse_age(command, who.born)
    recent = state.status is Status.REFUSED and state.ended_on is not None and on < state.ended_on + SIX_MONTHS
    common = command.model_dump(exclude={"by", "at", "command_id"}) | {"within_six_months_of_refusal": recent}
    if isinstance(command, BringToAttention):
        return [LocalAuthorityBecameResponsible(**common)]
    return [EhcNeedsAssessmentRequested(**common)]


def _linked(command: RequestEhcNeedsAssessment | BringToAttention, state: Request) -> DuplicateRequestLinked:
    first = state.asked[0]
    apart = command.occurred_on - first.on
    if apart < timedelta(0):
        raise Rejected(
            "received-before-the-first",
            f"The clock runs from a request received on {first.on}, and this one came earlier. Correct the date of "
            "the first request (POST /requests/{case_id}/corrections), then record this one again to link it.",
        )
    return DuplicateRequestLinked(
        occurred_on=command.occurred_on,
        linked_id=command.request_id,
        source=command.source,
        channel=command.channel,
        days_after_first=apart.days,
        within_28_days=apart <= LIKELY_THE_SAME,
        evidence_refs=command.evidence_refs,
        **state.ids,
    )


def _refuse_age(command: RequestEhcNeedsAssessment | BringToAttention, born: date) -> None:
    if birthday(born, 25) <= command.occurred_on:
        raise Rejected("over-25", "An assessment can be asked for only until the 25th birthday (s.36(1), s.83(2)).")
    if command.source is Source.YOUNG_PERSON and command.occurred_on <= (end := compulsory_school_age_ends(born)):
        raise Rejected(
            "not-yet-a-young-person",
            f"Until {end} the right to ask is the parent's. Record it as PARENT if the parent asks, else bring the "
            "child to the authority's attention (POST /requests/attention): the same clock runs.",
        )


def acknowledge(command: AcknowledgeRequest, state: Request) -> Sequence[RequestEvent]:
    received = state.asked[0].on
    if command.occurred_on < received:
        raise Rejected("acknowledged-before-receipt", f"The request arrived on {received}; check the date.")
    return [
        RequestAcknowledged(
            occurred_on=command.occurred_on,
            decision_due_on=received + SIX_WEEKS,
            caseworker=command.caseworker,
            **state.ids,
        )
    ]


def withdraw(command: WithdrawRequest, state: Request) -> Sequence[RequestEvent]:
    by = command.withdrawn_by or state.asked[0].source
    if command.occurred_on < (received := state.asked[0].on):
        raise Rejected("withdrawn-before-receipt", f"The request arrived on {received}; check the date.")
    standing = [a for a in state.asked if a.source is not by]
    if standing and not command.linked_requests_withdrawn_too:
        others = ", ".join(f"{a.source} on {a.on}" for a in standing)
        raise Rejected(
            "another-request-stands",
            f"Others asked as well ({others}), and their request keeps the clock running. If they withdrew too, say "
            "linked_requests_withdrawn_too.",
        )
    return [
        AssessmentRequestWithdrawn(occurred_on=command.occurred_on, by=by, in_writing=command.in_writing, **state.ids)
    ]


def note_answer(command: NoteAnswer, state: Request) -> Sequence[RequestEvent]:
    return [RequestRoundEnded(occurred_on=command.occurred_on, outcome=command.outcome, **state.ids)]


def _answer_is_known(command: NoteAnswer, state: Request) -> bool:
    """Moot: about another round, withdrawn meanwhile, or no news. A plan after a refusal is news (Tribunal)."""
    if command.request_id != state.request_id:
        return True
    if command.outcome is Outcome.PLAN_ISSUED:
        return state.status is Status.PLAN_ISSUED
    return state.status is not Status.OPEN


def note_reversal(command: NoteReversal, state: Request) -> Sequence[RequestEvent]:
    return [RequestRoundReopened(occurred_on=command.occurred_on, **state.ids)]


def note_plan_holding(command: NotePlanHolding, state: Request) -> Sequence[RequestEvent]:
    return [
        PlanHoldingNoted(
            occurred_on=command.occurred_on, case_id=command.case_id, plan_id=command.plan_id, held=command.held
        )
    ]


def _plan_holding_is_known(command: NotePlanHolding, state: Request) -> bool:
    return command.plan_id == state.plan_id if command.held else command.plan_id != state.plan_id


def _no_plan(state: Request) -> Condition | None:
    if state.plan_id is None:
        return None
    return Condition(
        "plan-maintained",
        "The child has an EHC plan. Ask for a re-assessment (s.44(2)) or an early review in the plan service.",
    )


_CORRECT = "If that date is wrong, correct it: POST /requests/{case_id}/corrections."


def _open(state: Request) -> Condition | None:
    if state.is_open:
        return None
    ended = f" It ended on {state.ended_on}: {state.status.lower().replace('_', ' ')}." if state.ended_on else ""
    wrong = f" {_CORRECT}" if state.status is Status.WITHDRAWN else ""
    return Condition("request-not-open", f"No request is open for this child.{ended}{wrong}")


def _not_acknowledged(state: Request) -> Condition | None:
    if state.acknowledged_on is None:
        return None
    return Condition("request-acknowledged", f"The request was acknowledged on {state.acknowledged_on}. {_CORRECT}")


request = Decider(
    name="request",
    key="case_id",
    initial=Request(),
    evolve=evolve,
    events=RequestEvent,
    decisions=[
        Decision(
            RequestEhcNeedsAssessment,
            ask,
            when=[_no_plan],
            already=lambda c, s: any(a.id == c.request_id for a in s.asked),
            opens=True,
            reads=Reference(person, "person_id"),
        ),
        Decision(
            BringToAttention,
            ask,
            when=[_no_plan],
            already=lambda c, s: any(a.id == c.request_id for a in s.asked),
            opens=True,
            reads=Reference(person, "person_id"),
        ),
        Decision(
            AcknowledgeRequest,
            acknowledge,
            when=[_open, _not_acknowledged],
            already=lambda c, s: s.acknowledged_on == c.occurred_on,
        ),
        Decision(
            WithdrawRequest,
            withdraw,
            when=[_open],
            already=lambda c, s: s.status is Status.WITHDRAWN and s.ended_on == c.occurred_on,
        ),
        Decision(NoteAnswer, note_answer, already=_answer_is_known, opens=True),
        Decision(
            NoteReversal,
            note_reversal,
            already=lambda c, s: c.request_id != s.request_id or s.status is not Status.REFUSED,
            opens=True,
        ),
        Decision(NotePlanHolding, note_plan_holding, already=_plan_holding_is_known, opens=True),
    ],
)
