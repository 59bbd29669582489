"""SEN support: concern, support, and the assess-plan-do-review (APDR) cycle, for a child without a plan.

One stream per case; each spell of support has its own ``support_id``. Rules of the graduated approach: Code of
Practice chapter 6 and `green-paper.md` 6.3. None of them stands before the right to ask for an assessment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared import Decider, Decision, Reference, Rejected, Value

from .codes import Layer
from .person import NOT_REGISTERED, Person, person
from .sen_support_commands import (
    CloseConcern,
    CloseSupportForPlan,
    EndSenSupport,
    IdentifyNeed,
    OpenApdrCycle,
    RaiseConcern,
    ReceiveHealthNotification,
    RecordProgressCheck,
    RecordSpecialistAdvice,
    RequestSpecialistAdvice,
    ResumeApdrCycle,
    ReviewApdrCycle,
    StartSenSupport,
    StartTargetedSupport,
)
from .sen_support_events import (
    ApdrCycleOpened,
    ApdrCycleReviewed,
    ApdrOutcome,
    ConcernClosed,
    ConcernRaised,
    CycleOrigin,
    HealthNotificationReceived,
    Next,
    PrimaryNeedIdentified,
    ProgressCheckRecorded,
    SenSupportEnded,
    SenSupportEvent,
    SenSupportStarted,
    SpecialistAdviceReceived,
    SpecialistAdviceRequested,
    Strategy,
    TargetedSupportStarted,
)
from .sen_support_guards import (
    CORRECT,
    advice_requested,
    concern_only,
    cycle_open,
    need_is_specific,
    no_cycle_open,
    not_started,
    started,
)
from .sen_support_state import Check, Concern, Notification, SenSupport, evolve

REVIEW_WITHIN = timedelta(weeks=14)
"""A cycle is reviewed at least this soon after it opened: about once a term."""

# --- before support ---


def _refuse_unregistered(who: Person) -> None:
    if who.person_id is None:
        raise Rejected(NOT_REGISTERED.code, NOT_REGISTERED.detail)


def raise_concern(command: RaiseConcern, state: SenSupport, who: Person) -> Sequence[SenSupportEvent]:
    _refuse_unregistered(who)
    fields = command.model_dump(exclude={"by", "at", "command_id", "support_id"})
    # A further concern about a child already looked at belongs to the same spell.
    return [ConcernRaised(**fields, support_id=state.support_id if state.is_open else command.support_id)]


def close_concern(command: CloseConcern, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [ConcernClosed(occurred_on=command.occurred_on, outcome=command.outcome, **state.ids)]


def record_progress_check(command: RecordProgressCheck, state: SenSupport, who: Person) -> Sequence[SenSupportEvent]:
    _refuse_unregistered(who)
    for check in state.checks:
        if (check.check_type, check.on) == (command.check_type, command.occurred_on):
            raise Rejected(
                "check-recorded",
                f"A {check.check_type} check of {check.on} is recorded with other areas "
                f"({', '.join(check.areas_below_expected) or 'none'}). {CORRECT}",
            )
    return [ProgressCheckRecorded(**command.model_dump(exclude={"by", "at", "command_id"}))]


def receive_notification(
    command: ReceiveHealthNotification, state: SenSupport, who: Person
) -> Sequence[SenSupportEvent]:
    _refuse_unregistered(who)
    return [HealthNotificationReceived(**command.model_dump(exclude={"by", "at", "command_id"}))]


# --- support and its cycle ---


def start(command: StartSenSupport, state: SenSupport, who: Person) -> Sequence[SenSupportEvent]:
    _refuse_unregistered(who)
    informed = command.parent_informed_on or (state.parent_informed_on if state.is_open else None)
    if informed is None:
        raise Rejected(
            "parent-not-informed", "The parent is told before support starts or on that day: give parent_informed_on."
        )
    if informed > command.occurred_on:
        raise Rejected("parent-informed-late", f"Support started before the parent was told on {informed}.")
    return [
        SenSupportStarted(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=command.person_id,
            support_id=state.support_id if state.is_open and state.support_id else command.support_id,
            setting_id=command.setting_id,
            primary_need_code=command.primary_need_code,
            secondary_need_code=command.secondary_need_code,
            layer=command.layer,
            consent_basis=command.consent_basis,
            parent_informed_on=informed,
        )
    ]


def identify_need(command: IdentifyNeed, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [
        PrimaryNeedIdentified(
            occurred_on=command.occurred_on,
            primary_need_code=command.primary_need_code,
            secondary_need_code=command.secondary_need_code,
            **state.ids,
        )
    ]


def open_cycle(command: OpenApdrCycle, state: SenSupport) -> Sequence[SenSupportEvent]:
    latest = command.occurred_on + REVIEW_WITHIN
    due = command.review_due_on or latest
    if not command.occurred_on < due <= latest:
        raise Rejected(
            "review-date-out-of-range", f"Review the cycle after {command.occurred_on} and by {latest} (14 weeks)."
        )
    return [
        ApdrCycleOpened(
            occurred_on=command.occurred_on,
            person_id=state.person_id,
            cycle_id=command.cycle_id,
            number=state.cycles_opened + 1,
            origin=CycleOrigin.GRADUATED_APPROACH,
            assess_summary=command.assess_summary,
            outcomes=tuple(ApdrOutcome(**_stated(outcome)) for outcome in command.outcomes),
            strategies=tuple(Strategy(**_stated(strategy)) for strategy in command.strategies),
            review_due_on=due,
            cost_estimate=command.cost_estimate,
            **state.ids,
        )
    ]


def _stated(value: Value) -> dict[str, Any]:
    return {name: getattr(value, name) for name in type(value).model_fields}


def resume_cycle(command: ResumeApdrCycle, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [
        ApdrCycleOpened(
            occurred_on=command.occurred_on,
            person_id=state.person_id,
            cycle_id=command.cycle_id,
            number=state.cycles_opened + 1,
            origin=command.origin,
            because_of=command.because_of,
            review_due_on=command.occurred_on + REVIEW_WITHIN,
            **state.ids,
        )
    ]


def start_targeted(command: StartTargetedSupport, state: SenSupport) -> Sequence[SenSupportEvent]:
    if (since := state.targeted.get(command.intervention_code)) is not None:
        raise Rejected(
            "targeted-support-started", f"{command.intervention_code} runs in this cycle since {since}. {CORRECT}"
        )
    return [
        TargetedSupportStarted(
            occurred_on=command.occurred_on,
            cycle_id=_cycle(state),
            intervention_code=command.intervention_code,
            provider=command.provider,
            planned_weeks=command.planned_weeks,
            **state.ids,
        )
    ]


def request_advice(command: RequestSpecialistAdvice, state: SenSupport) -> Sequence[SenSupportEvent]:
    for awaited in state.awaited:
        if awaited.profession == command.profession:
            raise Rejected(
                "advice-awaited",
                f"{awaited.profession} was asked on {awaited.requested_on} and has not answered yet. {CORRECT}",
            )
    return [
        SpecialistAdviceRequested(
            occurred_on=command.occurred_on,
            advice_id=command.advice_id,
            profession=command.profession,
            **state.ids,
        )
    ]


def record_advice(command: RecordSpecialistAdvice, state: SenSupport) -> Sequence[SenSupportEvent]:
    asked = state.advice.get(command.advice_id)
    if asked is None:
        raise Rejected("advice-not-requested", "No advice was requested under that id; request it first.")
    if asked.received_on is not None:
        raise Rejected("advice-received", f"That advice was received on {asked.received_on}. {CORRECT}")
    return [
        SpecialistAdviceReceived(
            occurred_on=command.occurred_on,
            advice_id=command.advice_id,
            profession=asked.profession,
            summary_ref=command.summary_ref,
            **state.ids,
        )
    ]


def review(command: ReviewApdrCycle, state: SenSupport) -> Sequence[SenSupportEvent]:
    if state.cycle_opened_on is not None and command.occurred_on < state.cycle_opened_on:
        raise Rejected("reviewed-before-opening", f"The cycle opened on {state.cycle_opened_on}; check the date.")
    if command.next is Next.STEP_DOWN and state.layer is Layer.TARGETED:
        raise Rejected(
            "nothing-to-step-down-to", "Support is on the lowest layer; CONTINUE, or END when needs are met."
        )
    layer = {Next.STEP_UP: Layer.TARGETED_PLUS, Next.STEP_DOWN: Layer.TARGETED}.get(command.next, state.layer)
    return [
        ApdrCycleReviewed(
            occurred_on=command.occurred_on,
            person_id=state.person_id,
            cycle_id=_cycle(state),
            number=state.cycles_opened,
            progress=command.progress,
            next=command.next,
            layer=layer,
            parent_view=command.parent_view,
            child_view=command.child_view,
            **state.ids,
        )
    ]


def end(command: EndSenSupport, state: SenSupport) -> Sequence[SenSupportEvent]:
    if command.reason == "NEEDS_MET" and (state.cycle_id is not None or state.last_next is not Next.END):
        raise Rejected(
            "review-needed",
            "Stepping down needs a review: review the open cycle with next END, then end support as NEEDS_MET.",
        )
    return [SenSupportEnded(occurred_on=command.occurred_on, reason=command.reason, **state.ids)]


def close_for_plan(command: CloseSupportForPlan, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [SenSupportEnded(occurred_on=command.occurred_on, reason="PLAN_ISSUED", **state.ids)]


def _cycle(state: SenSupport) -> UUID:
    assert state.cycle_id is not None  # the guard `cycle_open` stands before every use
    return state.cycle_id


_PERSON = Reference(person, "person_id")

sen_support = Decider(
    name="sen-support",
    key="case_id",
    initial=SenSupport(),
    evolve=evolve,
    events=SenSupportEvent,
    decisions=[
        Decision(
            RaiseConcern,
            raise_concern,
            already=lambda c, s: (
                s.is_open and Concern(c.occurred_on, c.raised_by, c.areas, c.observed_difficulty) in s.concerns
            ),
            opens=True,
            reads=_PERSON,
        ),
        Decision(CloseConcern, close_concern, when=[concern_only]),
        Decision(
            RecordProgressCheck,
            record_progress_check,
            already=lambda c, s: Check(c.occurred_on, c.check_type, c.areas_below_expected) in s.checks,
            opens=True,
            reads=_PERSON,
        ),
        Decision(
            ReceiveHealthNotification,
            receive_notification,
            already=lambda c, s: Notification(c.occurred_on, c.from_org, c.basis) in s.notifications,
            opens=True,
            reads=_PERSON,
        ),
        Decision(StartSenSupport, start, when=[not_started], opens=True, reads=_PERSON),
        Decision(
            IdentifyNeed,
            identify_need,
            when=[started],
            already=lambda c, s: (
                s.started
                and (s.primary_need_code, s.secondary_need_code) == (c.primary_need_code, c.secondary_need_code)
            ),
        ),
        Decision(OpenApdrCycle, open_cycle, when=[started, no_cycle_open]),
        Decision(
            StartTargetedSupport,
            start_targeted,
            when=[started, cycle_open],
            already=lambda c, s: s.cycle_id is not None and s.targeted.get(c.intervention_code) == c.occurred_on,
        ),
        Decision(
            RequestSpecialistAdvice,
            request_advice,
            when=[started],
            already=lambda c, s: (c.profession, c.occurred_on) in {(a.profession, a.requested_on) for a in s.awaited},
        ),
        Decision(
            RecordSpecialistAdvice,
            record_advice,
            when=[advice_requested],
            already=lambda c, s: c.advice_id in s.advice and s.advice[c.advice_id].received_on == c.occurred_on,
        ),
        Decision(ReviewApdrCycle, review, when=[started, cycle_open, need_is_specific]),
        Decision(
            EndSenSupport,
            end,
            when=[started],
            already=lambda c, s: not s.is_open and (s.ended_on, s.end_reason) == (c.occurred_on, c.reason),
        ),
        Decision(CloseSupportForPlan, close_for_plan, already=lambda c, s: not s.is_open, opens=True),
        Decision(
            ResumeApdrCycle, resume_cycle, already=lambda c, s: not s.started or s.cycle_id is not None, opens=True
        ),
    ],
)
