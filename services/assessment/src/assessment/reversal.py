"""A refusal that no longer stands, and the case that goes on (`statutory-timeline.md` 5.5, 6.31).

By order of the Tribunal (reg 44), because the authority did not oppose the appeal (reg 45), by mediation agreement
(reg 42): the periods of those regulations replace the original limits, and the notices that follow carry the order's,
dispute's or agreement's id. Where the authority simply changes its mind, the original limits live on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from shared import UNFILLED, Command, Decision, Event, NewId, Personal

from .codes import Evidence, Finding, Short, Text
from .dates import refuse_before
from .decision import DecisionToAssessMade
from .legal_test import FindingsToAssess, FindingToIssue
from .opening import AssessmentClosed, Closing
from .outcome import plan_decided
from .phase import UNDER_WAY, Phase
from .rounds import Assessment, Basis, Next, Reversal, Round, RoundEvent, only_in, said

# --- events ---


class Refused(StrEnum):
    """Which refusal was reversed."""

    REFUSAL_TO_ASSESS = "REFUSAL_TO_ASSESS"
    REFUSAL_TO_ISSUE = "REFUSAL_TO_ISSUE"


REFUSED_IN = {Refused.REFUSAL_TO_ASSESS: Phase.REFUSED_TO_ASSESS, Refused.REFUSAL_TO_ISSUE: Phase.REFUSED_PLAN}


class RefusalReversed(RoundEvent):
    """A refusal no longer stands; the case goes on with ``next``. Regs 42 to 45 count from ``occurred_on``."""

    type: Literal["assessment.refusal-reversed"] = "assessment.refusal-reversed"
    person_id: UUID
    refusal: Refused
    basis: Basis
    next: Next
    decision_id: UUID
    """The decision that stands instead."""
    order_id: UUID | None = None
    dispute_id: UUID | None = None
    agreement_id: UUID | None = None
    decision_maker: str | None = None
    reasons: Personal[Text] | None = None


ReversalEvent = RefusalReversed

_PHASE_AFTER = {
    Next.ASSESS: Phase.DECIDED_TO_ASSESS,
    Next.MAKE_PLAN: Phase.DRAFTING,
    Next.DECIDE_AGAIN: Phase.ASSESSED,
}


def evolve(state: Assessment, event: ReversalEvent) -> Assessment:
    match event:
        case RefusalReversed():
            revived = state.round_of(event.request_id)
            if revived is None:
                return state
            others = tuple(r for r in state.rounds if r is not revived)
            reversal = Reversal(
                basis=event.basis,
                next=event.next,
                on=event.occurred_on,
                order_id=event.order_id,
                dispute_id=event.dispute_id,
                agreement_id=event.agreement_id,
            )
            revived = replace(
                revived,
                phase=_PHASE_AFTER[event.next],
                since=event.occurred_on,
                decision_id=event.decision_id,
                decided_on=event.occurred_on,
                reversal=reversal,
            )
            return replace(state, rounds=(*others, revived))
        case _ as never:
            assert_never(never)


# --- commands ---


class ReverseRefusal(Command):
    """Change the authority's mind: assess after all, or issue a plan after all. The original time limits live on."""

    case_id: UUID
    decision_id: NewId = UNFILLED
    reasons: Personal[Text]
    evidence_refs: Evidence
    decision_maker: Short


class ReverseRefusalAsBound(Command):
    """An order, a concession or an agreement reverses a refusal (sent by reactions only). Moot where none stands."""

    case_id: UUID
    decision_id: NewId = UNFILLED
    request_id: UUID | None = None
    refusal: Refused
    basis: Basis
    next: Next
    order_id: UUID | None = None
    dispute_id: UUID | None = None
    agreement_id: UUID | None = None


# --- decisions ---


def reverse(command: ReverseRefusal, state: Assessment) -> Sequence[Event]:
    refuse_before(
        command.occurred_on, state.now.decided_on, code="reversed-before-refused", what="the day of the refusal"
    )
    if state.phase is Phase.REFUSED_TO_ASSESS:
        both = FindingsToAssess(may_have_sen=Finding.MET, may_need_plan=Finding.MET)
        return [
            _voluntary(command, state, Refused.REFUSAL_TO_ASSESS, Next.ASSESS),
            said(DecisionToAssessMade, command, state, legal_test=both),
        ]
    necessary = FindingToIssue(plan_necessary=Finding.MET)
    no_order = dict.fromkeys(("order_id", "dispute_id", "agreement_id"))
    return [
        _voluntary(command, state, Refused.REFUSAL_TO_ISSUE, Next.MAKE_PLAN),
        plan_decided(command, state, legal_test=necessary, **no_order),
    ]


def _voluntary(command: ReverseRefusal, state: Assessment, refusal: Refused, next: Next) -> RefusalReversed:
    return said(RefusalReversed, command, state, refusal=refusal, basis=Basis.VOLUNTARY, next=next)


def reverse_as_bound(command: ReverseRefusalAsBound, state: Assessment) -> Sequence[Event]:
    refused = _refused(command, state)
    assert refused is not None, "moot commands end before"
    events: list[Event] = []
    if refused is not state.now and state.phase in UNDER_WAY:
        # A newer request is still being considered: the assessment that is now owed answers it as well.
        joined = {"reason": Closing.JOINED, "joined_to": refused.request_id}
        events.append(said(AssessmentClosed, command, state, **joined))
    events.append(said(RefusalReversed, command, state, request_id=refused.request_id))
    if command.next is Next.MAKE_PLAN and command.basis is not Basis.ORDER:
        events.append(_conceded_plan(command, replace(state, rounds=(refused,))))
    return events


def _conceded_plan(command: ReverseRefusalAsBound, state: Assessment) -> Event:
    """Where the authority gives way, issuing a plan is its own decision, and the plan opens from the profile."""
    if command.basis is Basis.CONCESSION:
        reasons = "The authority did not oppose the appeal against its refusal (reg 45)."
    else:
        reasons = "The authority agreed at mediation to issue a plan (reg 42)."
    return plan_decided(
        command,
        state,
        legal_test=FindingToIssue(plan_necessary=Finding.MET),
        reasons=reasons,
        evidence_refs=tuple(f"dispute:{i}" for i in (command.dispute_id,) if i),
        decision_maker=command.by.user_id,
        order_id=command.order_id,
        dispute_id=command.dispute_id,
        agreement_id=command.agreement_id,
    )


def _refused(command: ReverseRefusalAsBound, state: Assessment) -> Round | None:
    """The refusal it is about: of the request it names, else the latest one."""
    phase = REFUSED_IN[command.refusal]
    found = [r for r in state.rounds if r.phase is phase and command.request_id in (None, r.request_id)]
    return found[-1] if found else None


def _is_moot(command: ReverseRefusalAsBound, state: Assessment) -> bool:
    """No such refusal stands; or a newer request has led further than this one could."""
    refused = _refused(command, state)
    if refused is None or refused is state.now:
        return refused is None
    overtaken = (UNDER_WAY | {Phase.DRAFTING}) - {Phase.REQUESTED, Phase.DECIDED_NOT_TO_ASSESS}
    return state.phase in overtaken


decisions = [
    Decision(
        ReverseRefusal,
        reverse,
        when=[
            only_in(
                Phase.REFUSED_TO_ASSESS,
                Phase.REFUSED_PLAN,
                code="nothing-refused",
                need="Only a refusal that the family has been told of can be reversed.",
                leads_to=[Phase.DECIDED_TO_ASSESS, Phase.DECIDED_TO_ISSUE],
            )
        ],
        already=lambda c, s: (
            s.phase in (Phase.DECIDED_TO_ASSESS, Phase.DECIDED_TO_ISSUE)
            and s.now.reversal is not None
            and (s.now.reversal.basis, s.now.reversal.on) == (Basis.VOLUNTARY, c.occurred_on)
        ),
    ),
    Decision(ReverseRefusalAsBound, reverse_as_bound, already=_is_moot, opens=True),
]
