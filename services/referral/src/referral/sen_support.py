"""SEN support: concern, support, and the assess-plan-do-review (APDR) cycle, for a child without a plan.

One stream per case; each spell of support has its own ``support_id``. Rules of the graduated approach: Code of
Practice chapter 6 and `green-paper.md` 6.3. None of them stands before the right to ask for an assessment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shared import Condition, Decider, Decision, Rejected

from .codes import Layer, NeedCode
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
    TargetedSupportStarted,
)
from .sen_support_state import SenSupport, evolve

REVIEW_WITHIN = timedelta(weeks=14)
"""A cycle is reviewed at least this soon after it opened: about once a term."""

# --- before support ---


def raise_concern(command: RaiseConcern, state: SenSupport) -> Sequence[SenSupportEvent]:
    fields = command.model_dump(exclude={"by", "at", "command_id", "support_id"})
    # A further concern about a child already looked at belongs to the same spell.
    return [ConcernRaised(**fields, support_id=state.support_id if state.is_open else command.support_id)]


def close_concern(command: CloseConcern, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [ConcernClosed(occurred_on=command.occurred_on, outcome=command.outcome, **state.ids)]


def record_progress_check(command: RecordProgressCheck, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [ProgressCheckRecorded(**command.model_dump(exclude={"by", "at", "command_id"}))]


def receive_notification(command: ReceiveHealthNotification, state: SenSupport) -> Sequence[SenSupportEvent]:
    return [HealthNotificationReceived(**command.model_dump(exclude={"by", "at", "command_id"}))]


# --- support and its cycle ---


def start(command: StartSenSupport, state: SenSupport) -> Sequence[SenSupportEvent]:
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
            outcomes=command.outcomes,
            strategies=command.strategies,
            review_due_on=due,
            cost_estimate=command.cost_estimate,
            **state.ids,
        )
    ]


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
    assert state.cycle_id is not None  # the guard `_cycle_open` stands before every use
    return state.cycle_id


# --- conditions on the state ---


def _concern_only(state: SenSupport) -> Condition | None:
    if state.is_open and not state.started:
        return None
    return Condition("no-open-concern", "There is no concern that waits for an answer.")


def _not_started(state: SenSupport) -> Condition | None:
    if not state.started:
        return None
    return Condition("support-started", f"The child has been on SEN support since {state.started_on}.")


def _started(state: SenSupport) -> Condition | None:
    return None if state.started else Condition("not-on-sen-support", "Start SEN support first: POST /sen-support.")


def _cycle_open(state: SenSupport) -> Condition | None:
    if state.cycle_id is not None:
        return None
    return Condition("no-open-cycle", "No assess-plan-do-review cycle is open; open one first.")


def _no_cycle_open(state: SenSupport) -> Condition | None:
    if state.cycle_id is None:
        return None
    return Condition(
        "cycle-open", f"Cycle {state.cycles_opened} is open since {state.cycle_opened_on}; review it first."
    )


def _need_is_specific(state: SenSupport) -> Condition | None:
    if not state.started or state.primary_need_code is not NeedCode.NSA:
        return None
    return Condition(
        "primary-need-unspecified",
        "NSA may stand only until the first review: identify the primary need (POST /sen-support/{case_id}/need).",
    )


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
            already=lambda c, s: s.is_open and (c.occurred_on, c.raised_by) in s.concerns,
            opens=True,
        ),
        Decision(CloseConcern, close_concern, when=[_concern_only]),
        Decision(
            RecordProgressCheck,
            record_progress_check,
            already=lambda c, s: (c.check_type, c.occurred_on) in s.checks,
            opens=True,
        ),
        Decision(
            ReceiveHealthNotification,
            receive_notification,
            already=lambda c, s: (c.from_org, c.occurred_on) in s.notifications,
            opens=True,
        ),
        Decision(StartSenSupport, start, when=[_not_started], opens=True),
        Decision(
            IdentifyNeed,
            identify_need,
            when=[_started],
            already=lambda c, s: (
                s.started
                and (s.primary_need_code, s.secondary_need_code) == (c.primary_need_code, c.secondary_need_code)
            ),
        ),
        Decision(OpenApdrCycle, open_cycle, when=[_started, _no_cycle_open]),
        Decision(
            StartTargetedSupport,
            start_targeted,
            when=[_started, _cycle_open],
            already=lambda c, s: s.cycle_id is not None and c.intervention_code in s.targeted,
        ),
        Decision(
            RequestSpecialistAdvice,
            request_advice,
            when=[_started],
            already=lambda c, s: any(a.profession == c.profession and not a.received for a in s.advice.values()),
        ),
        Decision(
            RecordSpecialistAdvice,
            record_advice,
            already=lambda c, s: c.advice_id in s.advice and s.advice[c.advice_id].received,
        ),
        Decision(ReviewApdrCycle, review, when=[_started, _cycle_open, _need_is_specific]),
        Decision(EndSenSupport, end, when=[_started], already=lambda c, s: s.ended and not s.is_open),
        Decision(CloseSupportForPlan, close_for_plan, already=lambda c, s: not s.is_open, opens=True),
        Decision(
            ResumeApdrCycle, resume_cycle, already=lambda c, s: not s.started or s.cycle_id is not None, opens=True
        ),
    ],
)
