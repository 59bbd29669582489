"""The decision whether to issue a plan, on the completed assessment (Children and Families Act 2014 s.37(1))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import UNFILLED, Command, Condition, Decision, NewId, Personal, Rejected

from .codes import Cited, Evidence, Finding, Short, Text, YearGroup
from .dates import refuse_before
from .legal_test import FindingToIssue, refuse_other_grounds
from .need_profile import Levels, RankedNeed, advice_settled, profile_recorded, sensory_needs_covered
from .phase import Phase
from .rounds import Assessment, RoundEvent, led_to, not_yet, only_in, said

# --- events ---


class DecisionToIssuePlanMade(RoundEvent):
    """The authority decided that a plan is necessary; the plan opens from this profile (s.37(1))."""

    type: Literal["assessment.decision-to-issue-plan-made"] = "assessment.decision-to-issue-plan-made"
    person_id: UUID
    assessment_id: UUID
    decision_id: UUID
    legal_test: FindingToIssue
    reasons: Personal[Text]
    evidence_refs: tuple[str, ...]
    decision_maker: str
    needs: tuple[RankedNeed, ...]
    levels: Levels
    year_group: int | None
    order_id: UUID | None
    dispute_id: UUID | None
    agreement_id: UUID | None


class DecisionNotToIssuePlanMade(RoundEvent):
    """The authority decided, on the statutory test alone, that a plan is not necessary."""

    type: Literal["assessment.decision-not-to-issue-plan-made"] = "assessment.decision-not-to-issue-plan-made"
    person_id: UUID
    assessment_id: UUID
    decision_id: UUID
    legal_test: FindingToIssue
    reasons: Personal[Text]
    evidence_refs: tuple[str, ...]
    decision_maker: str


OutcomeEvent = DecisionToIssuePlanMade | DecisionNotToIssuePlanMade


def evolve(state: Assessment, event: OutcomeEvent) -> Assessment:
    match event:
        case DecisionToIssuePlanMade():
            phase = Phase.DECIDED_TO_ISSUE
        case DecisionNotToIssuePlanMade():
            phase = Phase.DECIDED_NOT_TO_ISSUE
        case _ as never:
            assert_never(never)
    return state.change(
        event.request_id,
        phase=phase,
        since=event.occurred_on,
        decision_id=event.decision_id,
        decided_on=event.occurred_on,
    )


# --- commands ---


class DecideToIssuePlan(Command):
    """Decide to issue a plan: it is necessary (s.37(1)), with reasons, evidence and the person who decided."""

    case_id: UUID
    decision_id: NewId = UNFILLED
    legal_test: FindingToIssue = FindingToIssue(plan_necessary=Finding.MET)
    reasons: Personal[Text]
    evidence_refs: Evidence
    decision_maker: Short
    year_group: YearGroup | None = Field(default=None, description="As at the notice to assess if left out.")


class DecideNotToIssuePlan(Command):
    """Decide not to issue a plan: it is not necessary. A refusal that cites anything but that test is refused."""

    case_id: UUID
    decision_id: NewId = UNFILLED
    legal_test: FindingToIssue = FindingToIssue(plan_necessary=Finding.NOT_MET)
    cites: Annotated[tuple[Cited, ...], Field(min_length=1, description="What the refusal rests on.")] = (
        Cited.STATUTORY_TEST,
    )
    reasons: Personal[Text]
    evidence_refs: Evidence
    decision_maker: Short


# --- decisions ---


def decide_to_issue(command: DecideToIssuePlan, state: Assessment) -> Sequence[OutcomeEvent]:
    _refuse_early(command, state)
    if not command.legal_test.met:
        raise Rejected(
            "test-not-met",
            "A plan is issued where it is necessary (s.37(1)), and the finding says it is not. Record a decision not "
            "to issue, or correct the finding.",
        )
    year_group = state.now.year_group if command.year_group is None else command.year_group
    return [plan_decided(command, state, year_group=year_group)]


def plan_decided(command: Command, state: Assessment, **more: Any) -> DecisionToIssuePlanMade:
    """The decision with what the plan opens from: the profile, and the order or agreement it answers."""
    now = state.now
    profile = {
        "assessment_id": now.assessment_id,
        "needs": tuple(RankedNeed(code=need.code, rank=need.rank) for need in now.needs),
        "levels": Levels(**(now.levels or {})),
        "year_group": now.year_group,
    }
    return said(DecisionToIssuePlanMade, command, state, **{**profile, **now.reversal_ids, **more})


def decide_not_to_issue(command: DecideNotToIssuePlan, state: Assessment) -> Sequence[OutcomeEvent]:
    _refuse_early(command, state)
    refuse_other_grounds(command.cites, "s.37(1)")
    if command.legal_test.met:
        raise Rejected(
            "test-met",
            "A plan is found to be necessary, so the authority must issue one (s.37(1)). Record a decision to issue, "
            "or correct the finding.",
        )
    return [said(DecisionNotToIssuePlanMade, command, state, assessment_id=state.now.assessment_id)]


def _refuse_early(command: Command, state: Assessment) -> None:
    refuse_before(
        command.occurred_on,
        state.now.completed_on,
        code="decided-before-completion",
        what="the day the assessment was completed",
    )


# --- guards ---

_assessed = only_in(
    Phase.ASSESSED,
    Phase.DECIDED_NOT_TO_ISSUE,
    Phase.DECIDED_TO_ISSUE,
    code="assessment-not-completed",
    need="Whether to issue a plan is decided on a completed assessment, before the family is told.",
)


def _plan_not_begun(state: Assessment) -> Condition | None:
    if state.phase is not Phase.DECIDED_TO_ISSUE:
        return None
    return Condition(
        "plan-begun", "It has been decided to issue a plan, and its drafting has begun; that is not undone here."
    )


decisions = [
    Decision(
        DecideToIssuePlan,
        decide_to_issue,
        when=[
            _assessed,
            not_yet(Phase.DECIDED_TO_ISSUE, code="already-decided"),
            profile_recorded,
            advice_settled,
            sensory_needs_covered,
        ],
        already=led_to(Phase.DECIDED_TO_ISSUE),
    ),
    Decision(
        DecideNotToIssuePlan,
        decide_not_to_issue,
        when=[
            _assessed,
            not_yet(Phase.DECIDED_NOT_TO_ISSUE, code="already-decided"),
            _plan_not_begun,
            profile_recorded,
            advice_settled,
        ],
        already=led_to(Phase.DECIDED_NOT_TO_ISSUE),
    ),
]
