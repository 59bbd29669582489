"""Other services' events, as our commands (`docs/events.md` lists who publishes what). Two are our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from placement.consultation import ConsultPreferredSetting
from placement.naming_events import PreferredBy, SearchClosedReason, SearchReason
from placement.placement import EndPlacementsOfCase, ExpectPlacement, PlanGone
from placement.preferences import BeginSearchForPlan, ClosePlacementSearch, TakeUpPreference
from shared import Command, Incoming, react


class DraftPlanServed(Incoming):
    type: Literal["plan.draft-plan-served"] = "plan.draft-plan-served"
    case_id: UUID
    person_id: UUID
    plan_id: UUID


class AmendmentNoticeSent(Incoming):
    type: Literal["plan.amendment-notice-sent"] = "plan.amendment-notice-sent"
    case_id: UUID
    person_id: UUID
    plan_id: UUID


class RepresentationsReceived(Incoming):
    type: Literal["plan.representations-received"] = "plan.representations-received"
    case_id: UUID
    by: PreferredBy
    setting_id: UUID | None = None


class FinalPlanIssued(Incoming):
    type: Literal["plan.final-plan-issued"] = "plan.final-plan-issued"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    decision_id: UUID
    setting_id: UUID | None = None
    setting_name: str | None = None


class AmendedFinalPlanIssued(Incoming):
    type: Literal["plan.amended-final-plan-issued"] = "plan.amended-final-plan-issued"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    decision_id: UUID
    setting_id: UUID | None = None
    setting_name: str | None = None


class DecisionNotToAmendNotified(Incoming):
    type: Literal["plan.decision-not-to-amend-notified"] = "plan.decision-not-to-amend-notified"
    case_id: UUID


class PlanCeased(Incoming):
    type: Literal["plan.plan-ceased"] = "plan.plan-ceased"
    case_id: UUID


class PlanTransferredOut(Incoming):
    type: Literal["plan.plan-transferred-out"] = "plan.plan-transferred-out"
    case_id: UUID


class PlacementSearchOpened(Incoming):
    type: Literal["placement.placement-search-opened"] = "placement.placement-search-opened"
    case_id: UUID
    preferred_setting_ids: tuple[UUID, ...] = ()


class PreferenceExpressed(Incoming):
    type: Literal["placement.preference-expressed"] = "placement.preference-expressed"
    case_id: UUID
    setting_id: UUID


def on_draft_plan_served(event: DraftPlanServed) -> Sequence[Command]:
    """With the draft the family may ask for a setting (s.38(2)): the search begins."""
    return [_search(event, SearchReason.DRAFT_PLAN_SERVED)]


def on_amendment_notice_sent(event: AmendmentNoticeSent) -> Sequence[Command]:
    """With the notice the family may ask again (regulation 22(2)): a new search begins."""
    return [_search(event, SearchReason.AMENDMENT_NOTICE_SENT)]


def _search(event: DraftPlanServed | AmendmentNoticeSent, reason: SearchReason) -> BeginSearchForPlan:
    return BeginSearchForPlan(
        occurred_on=event.occurred_on,
        case_id=event.case_id,
        person_id=event.person_id,
        plan_id=event.plan_id,
        reason=reason,
    )


def on_representations_received(event: RepresentationsReceived) -> Sequence[Command]:
    """Where the family names a setting in its answer to the draft, it asks for it by section 38(2)."""
    if event.setting_id is None:
        return []
    return [
        TakeUpPreference(
            occurred_on=event.occurred_on, case_id=event.case_id, setting_id=event.setting_id, preferred_by=event.by
        )
    ]


def on_final_plan_issued(event: FinalPlanIssued) -> Sequence[Command]:
    """The named setting must admit (s.43): the start is pending, unless the child is there already."""
    return _settled(event, SearchClosedReason.FINAL_PLAN_ISSUED)


def on_amended_final_plan_issued(event: AmendedFinalPlanIssued) -> Sequence[Command]:
    """Where another setting is named now, a start there is pending."""
    return _settled(event, SearchClosedReason.AMENDED_FINAL_PLAN_ISSUED)


def _settled(event: FinalPlanIssued | AmendedFinalPlanIssued, reason: SearchClosedReason) -> Sequence[Command]:
    return [
        ClosePlacementSearch(occurred_on=event.occurred_on, case_id=event.case_id, reason=reason),
        ExpectPlacement(
            occurred_on=event.occurred_on,
            case_id=event.case_id,
            person_id=event.person_id,
            plan_id=event.plan_id,
            decision_id=event.decision_id,
            setting_id=event.setting_id,
            setting_name=event.setting_name,
        ),
    ]


def on_decision_not_to_amend_notified(event: DecisionNotToAmendNotified) -> Sequence[Command]:
    """The plan stays as it is, and so does the setting it names."""
    return [
        ClosePlacementSearch(
            occurred_on=event.occurred_on, case_id=event.case_id, reason=SearchClosedReason.PLAN_NOT_AMENDED
        )
    ]


def on_plan_ceased(event: PlanCeased) -> Sequence[Command]:
    """Without the plan nothing is searched for, expected or paid for."""
    return [
        ClosePlacementSearch(
            occurred_on=event.occurred_on, case_id=event.case_id, reason=SearchClosedReason.PLAN_CEASED
        ),
        EndPlacementsOfCase(occurred_on=event.occurred_on, case_id=event.case_id, reason=PlanGone.PLAN_CEASED),
    ]


def on_plan_transferred_out(event: PlanTransferredOut) -> Sequence[Command]:
    """The new authority maintains the plan and arranges the placement (regulation 15)."""
    return [
        ClosePlacementSearch(
            occurred_on=event.occurred_on, case_id=event.case_id, reason=SearchClosedReason.PLAN_TRANSFERRED_OUT
        ),
        EndPlacementsOfCase(occurred_on=event.occurred_on, case_id=event.case_id, reason=PlanGone.PLAN_TRANSFERRED_OUT),
    ]


# Consultations are dated by themselves: they are sent when they are sent, however late a preference was recorded.


def on_placement_search_opened(event: PlacementSearchOpened) -> Sequence[Command]:
    """What the family had asked for already is consulted now."""
    return [ConsultPreferredSetting(case_id=event.case_id, setting_id=id) for id in event.preferred_setting_ids]


def on_preference_expressed(event: PreferenceExpressed) -> Sequence[Command]:
    """Every preferred setting is consulted, on or off any list (s.39(2); CoP 9.83)."""
    return [ConsultPreferredSetting(case_id=event.case_id, setting_id=event.setting_id)]


_PLAN, _OWN = "send.plan.v1", "send.placement.v1"

reactions = [
    react(to=_PLAN, event=DraftPlanServed, then=on_draft_plan_served),
    react(to=_PLAN, event=AmendmentNoticeSent, then=on_amendment_notice_sent),
    react(to=_PLAN, event=RepresentationsReceived, then=on_representations_received),
    react(to=_PLAN, event=FinalPlanIssued, then=on_final_plan_issued),
    react(to=_PLAN, event=AmendedFinalPlanIssued, then=on_amended_final_plan_issued),
    react(to=_PLAN, event=DecisionNotToAmendNotified, then=on_decision_not_to_amend_notified),
    react(to=_PLAN, event=PlanCeased, then=on_plan_ceased),
    react(to=_PLAN, event=PlanTransferredOut, then=on_plan_transferred_out),
    react(to=_OWN, event=PlacementSearchOpened, then=on_placement_search_opened),
    react(to=_OWN, event=PreferenceExpressed, then=on_preference_expressed),
]
