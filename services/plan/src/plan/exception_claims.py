"""Exceptions to time limits that the plan owns: claimed, ended, rejected (ST 2.5, 2.6).

A claim relieves a limit if its facts stand; it never moves the due date. Only facts that cannot satisfy the regulation,
whatever the limit's period, are refused here; whether they fall into it is for the deadline engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.contents import Refs
from plan.dates import refuse_again
from plan.facts import CORRECT, PlanCommand, PlanFact, live, told, with_item, without_item
from plan.notices import Short, Text
from plan.state import Plan
from shared import UNFILLED, Condition, Decision, NewId, NotBefore, Personal, Rejected

Ground = Literal[
    "AWAY_4W", "AWAY_2W", "PERSONAL_CIRCUMSTANCES", "SETTING_CLOSED_4W", "EARLY_YEARS_CLOSED_4W", "MISSED_APPOINTMENT"
]
LimitId = Literal[
    "issue-final-plan",
    "reassessment-advice",
    "reassessment-no-change-notice",
    "reassessment-final-plan",
    "order-assess-notify",
    "order-assess-no-plan",
    "order-assess-final-plan",
    "order-make-plan-draft",
    "order-make-plan-final",
    "order-reconsider",
    "order-amend-content",
    "order-amend-placement",
    "order-continue-and-amend",
    "concede-assess-notify",
    "concede-assess-no-plan",
    "concede-assess-final-plan",
    "concede-make-plan-draft",
    "concede-make-plan-final",
    "concede-content",
    "concede-placement",
    "concede-cease",
]
"""Limits of regs 8 (through 26), 13, 27, 44 and 45, by the ids of their clocks. What is due at once has none."""

_REG_13 = frozenset({"AWAY_4W", "PERSONAL_CIRCUMSTANCES", "SETTING_CLOSED_4W", "EARLY_YEARS_CLOSED_4W"})
"""reg 10(4)(a) to (d), which reg 13(3) and reg 27(3) take over. A missed appointment excuses only who gives advice."""
_REG_44 = _REG_13 | {"AWAY_2W"}
_REG_8 = frozenset({"AWAY_4W", "PERSONAL_CIRCUMSTANCES", "MISSED_APPOINTMENT"})

_FOUR_WEEKS, _TWO_WEEKS, _ONE_WEEK = timedelta(weeks=4), timedelta(weeks=2), timedelta(weeks=1)
_ABSENCES = {"AWAY_4W": _FOUR_WEEKS, "AWAY_2W": _TWO_WEEKS}
_CLOSURES = frozenset({"SETTING_CLOSED_4W", "EARLY_YEARS_CLOSED_4W"})


class ExceptionClaimed(PlanFact):
    """The authority claims that a listed fact made a limit impractical to keep."""

    type: Literal["plan.exception-claimed"] = "plan.exception-claimed"
    exception_id: UUID
    limit_id: LimitId
    subject_id: UUID | None = None
    """The order, concession, re-assessment or advice whose limit it is."""
    ground: Ground
    fact_from: date
    fact_to: Annotated[date | None, NotBefore("fact_from")] = None
    """None while the fact goes on. Both ends are counted."""
    advice_asked_on: date | None = None
    first_closed_day: date | None = None
    reopens_on: Annotated[date | None, NotBefore("first_closed_day")] = None
    why_impractical: Personal[Text]
    decided_by: str
    family_told_on: date | None = None
    evidence_refs: tuple[str, ...]


class ExceptionEnded(PlanFact):
    """The fact behind an exception is over; what is still owed is owed as soon as practicable."""

    type: Literal["plan.exception-ended"] = "plan.exception-ended"
    exception_id: UUID


class ExceptionRejected(PlanFact):
    """The claim does not stand: the limit applies as if it had never been made."""

    type: Literal["plan.exception-rejected"] = "plan.exception-rejected"
    exception_id: UUID
    reasons: Personal[Text]


ExceptionEvent = ExceptionClaimed | ExceptionEnded | ExceptionRejected


class ClaimException(PlanCommand):
    """Claim that a listed fact made a limit impractical: which limit, which fact, since when, why, who decided."""

    exception_id: NewId = UNFILLED
    limit_id: LimitId
    subject_id: UUID | None = None
    ground: Ground
    fact_from: date
    fact_to: date | None = None
    advice_asked_on: date | None = None
    """For a closed setting: when its head was asked for advice."""
    first_closed_day: date | None = None
    reopens_on: date | None = None
    why_impractical: Personal[Text]
    decided_by: Short
    family_told_on: date | None = None
    evidence_refs: Annotated[Refs, Field(min_length=1)]


class EndException(PlanCommand):
    """Record that the fact behind an exception is over."""

    exception_id: UUID


class RejectException(PlanCommand):
    """Reject a claim, with reasons."""

    exception_id: UUID
    reasons: Personal[Text]


def _claim(command: ClaimException, state: Plan) -> Sequence[PlanFact]:
    _refuse_ground(command)
    if command.fact_to is not None and command.fact_to < command.fact_from:
        raise Rejected("exception-dates-reversed", "The fact cannot end before it began; check fact_from and fact_to.")
    if command.ground in _CLOSURES:
        _refuse_closure(command)
    if (least := _ABSENCES.get(command.ground)) is not None and command.fact_to is not None:
        days = command.fact_to - command.fact_from + timedelta(days=1)
        if days < least:
            raise Rejected(
                "absence-too-short",
                f"The absence was {days.days} days, both ends counted; this ground needs at least {least.days}.",
            )
    return [told(ExceptionClaimed, command, state)]


def _refuse_ground(command: ClaimException) -> None:
    ordered = command.limit_id.startswith(("order-", "concede-"))
    allowed = _REG_8 if command.limit_id == "reassessment-advice" else _REG_44 if ordered else _REG_13
    if command.ground not in allowed:
        raise Rejected(
            "ground-not-listed",
            f"{command.ground} is no exception to {command.limit_id}; listed are {', '.join(sorted(allowed))}.",
        )
    if command.limit_id != "issue-final-plan" and command.subject_id is None:
        raise Rejected(
            "exception-subject-missing", "Say in subject_id which order, concession, re-assessment or advice it is."
        )


def _refuse_closure(command: ClaimException) -> None:
    if command.first_closed_day is None or command.reopens_on is None or command.advice_asked_on is None:
        raise Rejected(
            "closure-facts-missing",
            "A closure needs first_closed_day, reopens_on and advice_asked_on, the day advice was asked of its head.",
        )
    closed = command.reopens_on - command.first_closed_day
    if closed < _FOUR_WEEKS:
        raise Rejected("closure-too-short", f"It was closed for {closed.days} days; the exception needs at least 28.")
    first, last = command.first_closed_day - _ONE_WEEK, command.reopens_on - _ONE_WEEK
    if not first <= command.advice_asked_on <= last:
        raise Rejected(
            "advice-asked-outside-closure",
            f"Advice was asked on {command.advice_asked_on}; it counts from {first} to {last} (reg 10(4)(a)).",
        )


def _some_open(state: Plan) -> Condition | None:
    if state.exceptions:
        return None
    over = state.exceptions_over.values()
    last = f" The last was over on {max(over)}. {CORRECT}" if over else ""
    return Condition("no-exception", f"No exception is claimed that still stands.{last}")


def _some_claimed(state: Plan) -> Condition | None:
    if state.exceptions or state.exceptions_over:
        return None
    return Condition("no-exception", "No exception is claimed that still stands.")


def _refuse_unknown(command: EndException | RejectException, known: Sequence[UUID]) -> None:
    if command.exception_id not in known:
        raise Rejected("no-exception", f"No exception {command.exception_id} is claimed that still stands.")


def _end(command: EndException, state: Plan) -> Sequence[PlanFact]:
    over = state.exceptions_over.get(command.exception_id)
    refuse_again(over, code="exception-over", what="The fact behind this exception was over", to_correct=CORRECT)
    _refuse_unknown(command, state.exceptions)
    return [told(ExceptionEnded, command, state)]


def _reject(command: RejectException, state: Plan) -> Sequence[PlanFact]:
    _refuse_unknown(command, (*state.exceptions, *state.exceptions_over))
    return [told(ExceptionRejected, command, state)]


def evolve(state: Plan, event: ExceptionEvent) -> Plan:
    open_ones = without_item(state.exceptions, event.exception_id)
    over = {k: v for k, v in state.exceptions_over.items() if k != event.exception_id}
    match event:
        case ExceptionClaimed():
            return replace(state, exceptions=with_item(state.exceptions, event.exception_id))
        case ExceptionEnded():
            return replace(state, exceptions=open_ones, exceptions_over={**over, event.exception_id: event.occurred_on})
        case ExceptionRejected():
            return replace(state, exceptions=open_ones, exceptions_over=over)
        case _ as never:
            assert_never(never)


decisions = [
    Decision(ClaimException, _claim, when=[live], already=lambda c, s: c.exception_id in s.exceptions),
    Decision(
        EndException,
        _end,
        when=[_some_open],
        already=lambda c, s: s.exceptions_over.get(c.exception_id) == c.occurred_on,
    ),
    Decision(RejectException, _reject, when=[_some_claimed]),
]  # fmt: skip
