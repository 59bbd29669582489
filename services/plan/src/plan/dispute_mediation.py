"""Mediation itself: wanted, arranged, held, concluded (ss.52 to 54; SEND Regulations 2014, regs 35 to 39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.dates import once, refuse_again, refuse_before
from plan.dispute_state import (
    CORRECT,
    AppealType,
    Dispute,
    HealthIssues,
    Mediation,
    mediation_held,
    not_decided,
    not_health_alone,
    not_held,
    opened,
)
from plan.notices import IcbCode, Text
from shared import COME, Command, Condition, Decision, Event, Personal

Attended = Literal["PARENT", "YOUNG_PERSON", "ADVOCATE", "LA", "ICB", "SETTING", "MEDIATOR", "OTHER"]

# --- events ---


class MediationRequested(Event):
    """The family told the authority that it wants mediation, and about which issues (reg 32)."""

    type: Literal["plan.mediation-requested"] = "plan.mediation-requested"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    about: AppealType
    decision_id: UUID | None
    notice_sent_on: Annotated[date, COME]
    request_id: UUID | None
    plan_id: UUID | None
    health_issues: HealthIssues
    issues: Personal[str] | None = None


class HealthMediationIssuesNotified(Event):
    """The authority told an integrated care board which health issues are to be mediated (reg 35)."""

    type: Literal["plan.health-mediation-issues-notified"] = "plan.health-mediation-issues-notified"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    icb_code: str
    health_issues: HealthIssues


class MediationArranged(Event):
    """A mediation meeting was fixed: by the authority, or by the ICB where health is the only issue."""

    type: Literal["plan.mediation-arranged"] = "plan.mediation-arranged"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    arranged_by: Literal["LA", "ICB"]
    meets_on: date
    health_issues: HealthIssues


class MediationUnableToBeArranged(Event):
    """The authority told the adviser that it cannot arrange mediation within 30 days (reg 39)."""

    type: Literal["plan.mediation-unable-to-be-arranged"] = "plan.mediation-unable-to-be-arranged"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID


class MediationHeld(Event):
    """A mediation meeting took place. SEN2 counts it by the decision it was about, whatever came of it."""

    type: Literal["plan.mediation-held"] = "plan.mediation-held"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    about: AppealType
    attended: tuple[Attended, ...]
    la_representative_could_decide: bool
    """Reg 38: the authority's representative has authority to resolve the issues."""


class MediationConcluded(Event):
    """Mediation is over, with or without agreement; the certificate follows within three working days."""

    type: Literal["plan.mediation-concluded"] = "plan.mediation-concluded"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    agreed: Literal["FULLY", "PARTLY", "NOT"]


MediationEvent = (
    MediationRequested
    | HealthMediationIssuesNotified
    | MediationArranged
    | MediationUnableToBeArranged
    | MediationHeld
    | MediationConcluded
)


def evolve(state: Mediation, event: MediationEvent) -> Mediation:
    on = event.occurred_on
    match event:
        case MediationRequested():
            return replace(
                state,
                requested_on=on,
                health_issues=event.health_issues,
                declined_on=None,
                adviser_told_declined_on=None,
            )
        case HealthMediationIssuesNotified():
            return replace(state, icbs_told={**state.icbs_told, event.icb_code: on})
        case MediationArranged():
            return replace(state, arranged_on=on, meets_on=event.meets_on)
        case MediationUnableToBeArranged():
            return replace(state, could_not_be_arranged_on=on)
        case MediationHeld():
            return replace(state, held_on=on)
        case MediationConcluded():
            return replace(state, concluded_on=on)
        case _ as never:
            assert_never(never)


# --- commands ---


class RequestMediation(Command):
    """Record the day on which the family told the authority that it wants mediation."""

    dispute_id: UUID
    health_issues: HealthIssues
    issues: Personal[Text] | None = None


class NotifyHealthMediationIssues(Command):
    """Tell an integrated care board which health issues are to be mediated."""

    dispute_id: UUID
    icb_code: IcbCode


class ArrangeMediation(Command):
    """Fix a mediation meeting, or move it to another day. ``occurred_on`` is the day on which it was fixed."""

    dispute_id: UUID
    meets_on: date


class ReportMediationUnableToBeArranged(Command):
    """Tell the adviser that mediation cannot be arranged within 30 days."""

    dispute_id: UUID


class HoldMediation(Command):
    """Record a mediation meeting that took place."""

    dispute_id: UUID
    attended: Annotated[tuple[Attended, ...], Field(min_length=1)]
    la_representative_could_decide: bool


class ConcludeMediation(Command):
    """Record that mediation is over and how far it led to agreement."""

    dispute_id: UUID
    agreed: Literal["FULLY", "PARTLY", "NOT"]


# --- decisions ---


def mediation_requested(
    state: Dispute, on: date, health_issues: HealthIssues, issues: Personal[str] | None
) -> MediationRequested:
    return MediationRequested(occurred_on=on, health_issues=health_issues, issues=issues, **state.matter_fields)


def request(command: RequestMediation, state: Dispute) -> Sequence[MediationEvent]:
    return [mediation_requested(state, command.occurred_on, command.health_issues, command.issues)]


def notify_health_issues(command: NotifyHealthMediationIssues, state: Dispute) -> Sequence[MediationEvent]:
    told = state.mediation.icbs_told.get(command.icb_code)
    refuse_again(told, code="icb-told", what=f"{command.icb_code} was told", to_correct=CORRECT)
    return [
        HealthMediationIssuesNotified(
            occurred_on=command.occurred_on,
            icb_code=command.icb_code,
            health_issues=state.mediation.health_issues,
            **state.ids,
        )
    ]


def arrange(command: ArrangeMediation, state: Dispute) -> Sequence[MediationEvent]:
    if state.mediation.meets_on == command.meets_on:
        what = f"The meeting of {command.meets_on} was fixed"
        refuse_again(state.mediation.arranged_on, code="mediation-arranged", what=what, to_correct=CORRECT)
    refuse_before(
        command.meets_on, command.occurred_on, code="meeting-before-arrangement", what="the day on which it was fixed"
    )
    return [
        MediationArranged(
            occurred_on=command.occurred_on,
            arranged_by="ICB" if state.mediation.health_issues == "ONLY" else "LA",
            meets_on=command.meets_on,
            health_issues=state.mediation.health_issues,
            **state.ids,
        )
    ]


def unable(command: ReportMediationUnableToBeArranged, state: Dispute) -> Sequence[MediationEvent]:
    return [MediationUnableToBeArranged(occurred_on=command.occurred_on, **state.ids)]


def hold(command: HoldMediation, state: Dispute) -> Sequence[MediationEvent]:
    refuse_before(
        command.occurred_on, state.mediation.arranged_on, code="held-before-arranged", what="mediation was arranged"
    )
    return [
        MediationHeld(
            occurred_on=command.occurred_on,
            about=state.the_matter.about,
            attended=command.attended,
            la_representative_could_decide=command.la_representative_could_decide,
            **state.ids,
        )
    ]


def conclude(command: ConcludeMediation, state: Dispute) -> Sequence[MediationEvent]:
    refuse_before(
        command.occurred_on, state.mediation.held_on, code="concluded-before-held", what="the last mediation meeting"
    )
    return [MediationConcluded(occurred_on=command.occurred_on, agreed=command.agreed, **state.ids)]


# --- conditions ---


def _requested(state: Dispute) -> Condition | None:
    if state.mediation.requested_on is not None:
        return None
    if state.mediation.declined_on is not None:
        return Condition("mediation-declined", f"The family declined mediation on {state.mediation.declined_on}.")
    return Condition("mediation-not-requested", "The family has not asked for mediation.")


def _not_requested(state: Dispute) -> Condition | None:
    if state.mediation.requested_on is None:
        return None
    return Condition("mediation-requested", f"Mediation was requested on {state.mediation.requested_on}. {CORRECT}")


def _not_concluded(state: Dispute) -> Condition | None:
    if state.mediation.concluded_on is None:
        return None
    return Condition("mediation-concluded", f"Mediation was concluded on {state.mediation.concluded_on}. {CORRECT}")


_not_told_unable = once(
    lambda s: s.mediation.could_not_be_arranged_on, "adviser-told", "The adviser was told so", CORRECT
)


def _arranged(state: Dispute) -> Condition | None:
    if state.mediation.arranged_on is not None:
        return None
    return Condition("mediation-not-arranged", "No mediation meeting has been arranged; record that first.")


def _has_health_issues(state: Dispute) -> Condition | None:
    if state.mediation.health_issues != "NONE":
        return None
    return Condition("no-health-issues", "The family does not want health provision mediated.")


def _icb_told(state: Dispute) -> Condition | None:
    if state.mediation.health_issues == "NONE" or state.mediation.icbs_told:
        return None
    return Condition("icb-not-told", "Health provision is to be mediated: tell the ICB the issues first (reg 35).")


decisions = [
    Decision(
        RequestMediation,
        request,
        when=[opened, _not_requested, _not_concluded, not_decided],
        already=lambda c, s: (s.mediation.requested_on, s.mediation.health_issues) == (c.occurred_on, c.health_issues),
    ),
    Decision(
        NotifyHealthMediationIssues,
        notify_health_issues,
        when=[_requested, _has_health_issues, _not_concluded],
        already=lambda c, s: s.mediation.icbs_told.get(c.icb_code) == c.occurred_on,
    ),
    Decision(
        ArrangeMediation,
        arrange,
        when=[_requested, _icb_told, _not_concluded, not_decided],
        already=lambda c, s: (s.mediation.arranged_on, s.mediation.meets_on) == (c.occurred_on, c.meets_on),
    ),
    Decision(
        ReportMediationUnableToBeArranged,
        unable,
        when=[_requested, not_health_alone, not_held, _not_told_unable],
        already=lambda c, s: s.mediation.could_not_be_arranged_on == c.occurred_on,
    ),
    Decision(
        HoldMediation,
        hold,
        when=[_requested, _arranged, _not_concluded, not_decided],
        already=lambda c, s: s.mediation.held_on == c.occurred_on,
    ),
    Decision(
        ConcludeMediation,
        conclude,
        when=[mediation_held, _not_concluded],
        already=lambda c, s: s.mediation.concluded_on == c.occurred_on,
    ),
]
