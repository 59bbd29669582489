"""Sections A to E and K, clause by clause: adding, revising, withdrawing while the text is open.

Once the family has the draft or the notice, a change names the representation it answers; one that names none can still
be made, but then the draft must be served again before the plan is issued (CoP 9.125).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, assert_never
from uuid import UUID

from plan.contents import (
    Advice,
    AdviceText,
    Clause,
    Need,
    NeedText,
    Outcome,
    OutcomeText,
    Section,
    Views,
    ViewsText,
    id_of,
    section_of,
)
from plan.facts import PlanCommand, PlanFact, refuse_unknown, text_open, told, with_item, written
from plan.notices import Text
from plan.state import Plan
from shared import UNFILLED, Decision, NewId, Personal, Rejected, Value


class ClauseFact(PlanFact):
    """A change of the text. ``representation_id`` names the representation it answers, if it answers one."""

    representation_id: UUID | None = None


class ViewsRecorded(ClauseFact, Views):
    """Views, interests and aspirations for section A were recorded."""

    type: Literal["plan.views-recorded"] = "plan.views-recorded"


class ViewsRevised(ClauseFact, Views):
    """Views in section A were put differently."""

    type: Literal["plan.views-revised"] = "plan.views-revised"


class NeedAdded(ClauseFact, Need):
    """A need was added to section B, C or D."""

    type: Literal["plan.need-added"] = "plan.need-added"


class NeedRevised(ClauseFact, Need):
    """A need was described differently."""

    type: Literal["plan.need-revised"] = "plan.need-revised"


class OutcomeSet(ClauseFact, Outcome):
    """An outcome was set in section E."""

    type: Literal["plan.outcome-set"] = "plan.outcome-set"


class OutcomeRevised(ClauseFact, Outcome):
    """An outcome in section E was revised."""

    type: Literal["plan.outcome-revised"] = "plan.outcome-revised"


class AdviceAttached(ClauseFact, Advice):
    """A piece of advice was attached in section K."""

    type: Literal["plan.advice-attached"] = "plan.advice-attached"


class ClauseWithdrawn(ClauseFact):
    """A clause was taken out of the text."""

    type: Literal["plan.clause-withdrawn"] = "plan.clause-withdrawn"
    clause_id: UUID
    section: Section
    reason: Personal[Text] | None = None


ClauseEvent = (
    ViewsRecorded
    | ViewsRevised
    | NeedAdded
    | NeedRevised
    | OutcomeSet
    | OutcomeRevised
    | AdviceAttached
    | ClauseWithdrawn
)


class ClauseCommand(PlanCommand):
    """A change of the text. Name the representation it answers once the family has the draft or the notice."""

    representation_id: UUID | None = None


class RecordViews(ClauseCommand, ViewsText):
    """Record whose views, interests and aspirations stand in section A, and what they are."""

    views_id: NewId = UNFILLED


class ReviseViews(ClauseCommand, ViewsText):
    """Put views in section A differently."""

    views_id: UUID


class AddNeed(ClauseCommand, NeedText):
    """Add a need to section B (special educational), C (health) or D (social care)."""

    need_id: NewId = UNFILLED
    description: Personal[Text]


class ReviseNeed(ClauseCommand, NeedText):
    """Describe a need differently, or describe one that was taken over from the need profile."""

    need_id: UUID
    description: Personal[Text]


class SetOutcome(ClauseCommand, OutcomeText):
    """Set an outcome in section E and link it to the needs it answers."""

    outcome_id: NewId = UNFILLED


class ReviseOutcome(ClauseCommand, OutcomeText):
    """Revise an outcome in section E."""

    outcome_id: UUID


class AttachAdvice(ClauseCommand, AdviceText):
    """Attach a piece of advice in section K, under the id it has in the assessment if it has one."""

    advice_id: NewId = UNFILLED


class WithdrawClause(ClauseCommand):
    """Take a clause of any section out of the text. Links to it go with it."""

    clause_id: UUID
    reason: Personal[Text] | None = None


def check_representation(command: ClauseCommand, state: Plan) -> None:
    """Refuse a reference to a representation that nobody made about this draft or notice."""
    known = state.work.representation_ids if state.work is not None else ()
    if command.representation_id is not None and command.representation_id not in known:
        raise Rejected(
            "no-such-representation",
            f"No representation about this draft has the id {command.representation_id}; record it first.",
        )


def writes(
    event: type[ClauseFact], text: type[Value], *, key: str, new: bool
) -> Callable[[Any, Plan], Sequence[PlanFact]]:
    """Record a clause as sent: ``new`` ones get an id, others must be there."""

    def decide(command: Any, state: Plan) -> Sequence[PlanFact]:
        check_representation(command, state)
        clause = state.contents.get(getattr(command, key))
        if not new and not isinstance(clause, text):
            raise no_such_clause(getattr(command, key))
        refuse_unknown(state.contents, getattr(command, "need_ids", ()), getattr(command, "outcome_ids", ()))
        return [told(event, command, state)]

    return decide


def no_such_clause(clause_id: UUID) -> Rejected:
    return Rejected("no-such-clause", f"The plan has no clause {clause_id} of this kind, or it was withdrawn.")


def reads(text: type[Value], *, key: str) -> Callable[[Any, Plan], bool]:
    """``already``: the clause stands there in exactly these words."""

    def already(command: Any, state: Plan) -> bool:
        clause = state.contents.get(getattr(command, key))
        return isinstance(clause, text) and all(
            getattr(clause, name) == getattr(command, name) for name in text.model_fields
        )

    return already


def _withdraw(command: WithdrawClause, state: Plan) -> Sequence[PlanFact]:
    check_representation(command, state)
    clause = state.contents.get(command.clause_id)
    if clause is None:
        raise no_such_clause(command.clause_id)
    return [told(ClauseWithdrawn, command, state, section=section_of(clause))]


def clause_of(kind: type[Any], event: ClauseFact) -> Any:
    """The clause an event carries."""
    return kind(**{name: getattr(event, name) for name in kind.model_fields})


def rewritten(state: Plan, event: ClauseFact, *, put: Clause | None = None, out: UUID | None = None) -> Plan:
    """The text with the change in it; the draft or notice the family has remembers what changed since, and why."""
    contents = state.contents.put(put) if put is not None else state.contents
    contents = contents.without(out) if out is not None else contents
    state = replace(state, contents=contents)
    clause_id = id_of(put) if put is not None else out
    if state.served is None or clause_id is None:
        return state
    if event.representation_id is not None:
        return state.with_served(
            changed_by_representations=with_item(state.served.changed_by_representations, clause_id)
        )
    return state.with_served(changed_otherwise=with_item(state.served.changed_otherwise, clause_id))


def evolve(state: Plan, event: ClauseEvent) -> Plan:
    match event:
        case ViewsRecorded() | ViewsRevised():
            return rewritten(state, event, put=clause_of(Views, event))
        case NeedAdded() | NeedRevised():
            return rewritten(state, event, put=clause_of(Need, event))
        case OutcomeSet() | OutcomeRevised():
            return rewritten(state, event, put=clause_of(Outcome, event))
        case AdviceAttached():
            return rewritten(state, event, put=clause_of(Advice, event))
        case ClauseWithdrawn():
            return rewritten(state, event, out=event.clause_id)
        case _ as never:
            assert_never(never)


def _new(command: type[Any], event: type[ClauseFact], text: type[Value], key: str) -> Decision:
    return Decision(command, writes(event, text, key=key, new=True), when=[text_open], already=reads(text, key=key))


def _revised(command: type[Any], event: type[ClauseFact], text: type[Value], key: str, *sections: Section) -> Decision:
    return Decision(
        command,
        writes(event, text, key=key, new=False),
        when=[text_open, written(*sections)],
        already=reads(text, key=key),
    )


decisions = [
    _new(RecordViews, ViewsRecorded, ViewsText, "views_id"),
    _revised(ReviseViews, ViewsRevised, ViewsText, "views_id", "A"),
    _new(AddNeed, NeedAdded, NeedText, "need_id"),
    _revised(ReviseNeed, NeedRevised, NeedText, "need_id", "B", "C", "D"),
    _new(SetOutcome, OutcomeSet, OutcomeText, "outcome_id"),
    _revised(ReviseOutcome, OutcomeRevised, OutcomeText, "outcome_id", "E"),
    _new(AttachAdvice, AdviceAttached, AdviceText, "advice_id"),
    Decision(WithdrawClause, _withdraw, when=[text_open, written()]),
]
