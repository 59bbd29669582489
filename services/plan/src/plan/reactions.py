"""Other services' events, and some of our own, as our commands (`docs/events.md` lists who publishes what).

A command for a plan that is not there, or not there any more, is answered with nothing: see the decisions' ``already``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from plan.attendance import NoteReturnToEducation
from plan.delivery import AskForDeliveryCheck
from plan.draft import NameSetting
from plan.early_review import SuggestEarlyReview
from plan.opening import BeginPlan, CloseDrafting, ProfiledNeed
from plan.own_reactions import own_reactions
from plan.state import NamingDecision
from shared import Command, Incoming, react


class DecisionToIssuePlanMade(Incoming):
    type: Literal["assessment.decision-to-issue-plan-made"]
    case_id: UUID
    person_id: UUID
    request_id: UUID
    needs: tuple[ProfiledNeed, ...]
    year_group: int | None = None
    order_id: UUID | None = None


class AssessmentClosed(Incoming):
    type: Literal["assessment.assessment-closed"]
    case_id: UUID
    request_id: UUID
    reason: str


class NamingDecisionMade(Incoming):
    type: Literal["placement.naming-decision-made"]
    case_id: UUID
    plan_id: UUID
    naming_id: UUID
    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: str | None = None
    setting_type: str


class PlacementStarted(Incoming):
    type: Literal["placement.placement-started"]
    case_id: UUID


class InterventionStarted(Incoming):
    type: Literal["ap-intervention.intervention-started"]
    case_id: UUID
    intervention_id: UUID


class PupilSuspended(Incoming):
    type: Literal["ap-intervention.pupil-suspended"]
    case_id: UUID
    exclusion_id: UUID
    school_days: Decimal


class PupilPermanentlyExcluded(Incoming):
    type: Literal["ap-intervention.pupil-permanently-excluded"]
    case_id: UUID
    exclusion_id: UUID


def on_decision_to_issue_plan_made(event: DecisionToIssuePlanMade) -> Sequence[Command]:
    """The plan opens on the day of the decision, with the needs of the profile."""
    return [
        BeginPlan(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            reason="NEW",
            request_id=event.request_id,
            order_id=event.order_id,
            needs=event.needs,
            year_group=event.year_group,
        )
    ]


def on_assessment_closed(event: AssessmentClosed) -> Sequence[Command]:
    """Nobody owes a plan any more; a request that was joined to another goes on there."""
    if event.reason == "JOINED":
        return []
    return [
        CloseDrafting(
            occurred_on=event.occurred_on, case_id=event.case_id, request_id=event.request_id, reason=event.reason
        )
    ]


def on_naming_decision_made(event: NamingDecisionMade) -> Sequence[Command]:
    """Section I is settled."""
    return [
        NameSetting(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            plan_id=event.plan_id,
            naming_id=event.naming_id,
            decision=event.decision,
            setting_id=event.setting_id,
            setting_name=event.setting_name,
            setting_type=event.setting_type,
        )
    ]


def on_placement_started(event: PlacementStarted) -> Sequence[Command]:
    """Whoever was out of education has a place again."""
    return [NoteReturnToEducation(occurred_on=event.occurred_on, case_id=event.case_id)]


def on_intervention_started(event: InterventionStarted) -> Sequence[Command]:
    """Section F is owed during alternative provision too (s.42): its delivery is checked."""
    return [
        AskForDeliveryCheck(occurred_on=event.occurred_on, case_id=event.case_id, intervention_id=event.intervention_id)
    ]


def on_pupil_suspended(event: PupilSuspended) -> Sequence[Command]:
    """More than five school days: the plan may no longer fit."""
    if event.school_days <= 5:
        return []
    return [
        SuggestEarlyReview(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            exclusion_id=event.exclusion_id,
            because="SUSPENDED_OVER_5_DAYS",
        )
    ]


def on_pupil_permanently_excluded(event: PupilPermanentlyExcluded) -> Sequence[Command]:
    """The setting the plan names has excluded the child."""
    return [
        SuggestEarlyReview(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            exclusion_id=event.exclusion_id,
            because="PERMANENTLY_EXCLUDED",
        )
    ]


ASSESSMENT, PLACEMENT, AP = "send.assessment.v1", "send.placement.v1", "send.ap-intervention.v1"

reactions = [
    react(to=ASSESSMENT, event=DecisionToIssuePlanMade, then=on_decision_to_issue_plan_made),
    react(to=ASSESSMENT, event=AssessmentClosed, then=on_assessment_closed),
    react(to=PLACEMENT, event=NamingDecisionMade, then=on_naming_decision_made),
    react(to=PLACEMENT, event=PlacementStarted, then=on_placement_started),
    react(to=AP, event=InterventionStarted, then=on_intervention_started),
    react(to=AP, event=PupilSuspended, then=on_pupil_suspended),
    react(to=AP, event=PupilPermanentlyExcluded, then=on_pupil_permanently_excluded),
    *own_reactions,
]
