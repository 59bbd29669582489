"""The decision whether to assess (Children and Families Act 2014 s.36(3) to (8)).

Until the family has been told, a decision can be made anew; afterwards only a reversal changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import UNFILLED, Command, Condition, Decision, NewId, Personal, Rejected

from .codes import Cited, Evidence, Short, Text
from .consideration import consideration_notified, family_consulted
from .dates import refuse_before
from .legal_test import FindingsToAssess, refuse_inapplicable_bar, refuse_other_grounds
from .phase import Phase
from .rounds import Assessment, RoundEvent, led_to, not_yet, only_in, said

# --- events ---


class DecisionToAssessMade(RoundEvent):
    """The authority decided to secure an EHC needs assessment (s.36(8))."""

    type: Literal["assessment.decision-to-assess-made"] = "assessment.decision-to-assess-made"
    person_id: UUID
    decision_id: UUID
    legal_test: FindingsToAssess
    reasons: Personal[Text]
    evidence_refs: tuple[str, ...]
    decision_maker: str


class DecisionNotToAssessMade(RoundEvent):
    """The authority decided not to assess, on the statutory test alone or under the six-month bar."""

    type: Literal["assessment.decision-not-to-assess-made"] = "assessment.decision-not-to-assess-made"
    person_id: UUID
    decision_id: UUID
    legal_test: FindingsToAssess
    reasons: Personal[Text]
    evidence_refs: tuple[str, ...]
    decision_maker: str
    six_month_bar: bool
    """Whether the bar of s.36(6) was relied on."""
    last_assessed_on: date | None


DecisionEvent = DecisionToAssessMade | DecisionNotToAssessMade


def evolve(state: Assessment, event: DecisionEvent) -> Assessment:
    match event:
        case DecisionToAssessMade() | DecisionNotToAssessMade():
            yes = isinstance(event, DecisionToAssessMade)
            return state.change(
                event.request_id,
                phase=Phase.DECIDED_TO_ASSESS if yes else Phase.DECIDED_NOT_TO_ASSESS,
                since=event.occurred_on,
                decision_id=event.decision_id,
                decided_on=event.occurred_on,
            )
        case _ as never:
            assert_never(never)


# --- commands ---


class DecideToAssess(Command):
    """Decide to assess: both limbs of s.36(8) are met, with reasons, evidence and the person who decided."""

    case_id: UUID
    decision_id: NewId = UNFILLED
    legal_test: FindingsToAssess
    reasons: Personal[Text]
    evidence_refs: Evidence
    decision_maker: Short


class DecideNotToAssess(Command):
    """Decide not to assess: a limb of s.36(8) is not met, or the child was assessed in the last six months.

    A refusal that cites anything but the statutory test is refused.
    """

    case_id: UUID
    decision_id: NewId = UNFILLED
    legal_test: FindingsToAssess
    cites: Annotated[tuple[Cited, ...], Field(min_length=1, description="What the refusal rests on.")] = (
        Cited.STATUTORY_TEST,
    )
    last_assessed_on: date | None = Field(
        default=None, description="Only to rely on the six-month bar (s.36(6)): the day of the last assessment."
    )
    reasons: Personal[Text]
    evidence_refs: Evidence
    decision_maker: Short


# --- decisions ---


def decide_to_assess(command: DecideToAssess, state: Assessment) -> Sequence[DecisionEvent]:
    _refuse_early(command, state)
    if not command.legal_test.met:
        raise Rejected(
            "test-not-met",
            "To assess, both limbs of s.36(8) must be met: the child has or may have special educational needs, and "
            "provision in accordance with a plan may be necessary. Record a decision not to assess instead.",
        )
    return [said(DecisionToAssessMade, command, state)]


def decide_not_to_assess(command: DecideNotToAssess, state: Assessment) -> Sequence[DecisionEvent]:
    _refuse_early(command, state)
    refuse_other_grounds(command.cites, "s.36(8)")
    if command.last_assessed_on is not None:
        refuse_inapplicable_bar(command.last_assessed_on, command.occurred_on)
    elif command.legal_test.met:
        raise Rejected(
            "test-met",
            "Both limbs of s.36(8) are found to be met, so the authority must assess. Record a decision to assess, or "
            "correct the finding.",
        )
    return [said(DecisionNotToAssessMade, command, state, six_month_bar=command.last_assessed_on is not None)]


def _refuse_early(command: Command, state: Assessment) -> None:
    on, now = command.occurred_on, state.now
    refuse_before(on, now.requested_on, code="before-the-request", what="the day the request was received")
    first = min((consulted[0] for consulted in now.consultations), default=None)
    refuse_before(on, first, code="decided-before-consultation", what="the day the family was first consulted")


_UNDECIDED = only_in(
    Phase.REQUESTED,
    Phase.DECIDED_TO_ASSESS,
    Phase.DECIDED_NOT_TO_ASSESS,
    code="already-decided",
    need="Whether to assess is decided once, before the family is told.",
)


def _not_reversed(state: Assessment) -> Condition | None:
    if (reversal := state.now.reversal) is None:
        return None
    return Condition(
        "refusal-reversed",
        f"The refusal of this request was reversed on {reversal.on} ({reversal.basis}); it cannot be refused again.",
    )


decisions = [
    Decision(
        DecideToAssess,
        decide_to_assess,
        when=[
            _UNDECIDED,
            not_yet(Phase.DECIDED_TO_ASSESS, code="already-decided"),
            consideration_notified,
            family_consulted,
        ],
        already=led_to(Phase.DECIDED_TO_ASSESS),
    ),
    Decision(
        DecideNotToAssess,
        decide_not_to_assess,
        when=[
            _UNDECIDED,
            not_yet(Phase.DECIDED_NOT_TO_ASSESS, code="already-decided"),
            _not_reversed,
            family_consulted,
        ],
        already=led_to(Phase.DECIDED_NOT_TO_ASSESS),
    ),
]
