"""The way back, the checks after it, and what an intervention came to (`green-paper.md` 10.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, assert_never
from uuid import UUID

from pydantic import Field

from shared import Command, Condition, Decision, Event

from .attendance import attended_and_possible
from .codes import DestinationType, OutcomeCode
from .conditions import refuse, unless
from .intervention_events import ApPlacementEnded, WhyPlacementEnded
from .intervention_guards import (
    CORRECT,
    a_check_is_left,
    concluded,
    has_started,
    leaves_school,
    return_has_started,
    return_is_planned,
    return_not_started,
    running,
)
from .intervention_state import (
    Intervention,
    check_of,
    ids,
    personal_ids,
)
from .outcome_events import (
    Checkpoint,
    DestinationRecorded,
    Due,
    InterventionConcluded,
    InterventionOutcomeRevised,
    LearningProgress,
    ReintegrationChecked,
    ReintegrationPlan,
    ReintegrationPlanCreated,
    ReintegrationStarted,
)

AFTER = {
    Checkpoint.W4: timedelta(weeks=4),
    Checkpoint.W13: timedelta(weeks=13),
    Checkpoint.W26: timedelta(weeks=26),
}
POST16 = (
    DestinationType.POST16_EDUCATION,
    DestinationType.APPRENTICESHIP_OR_TRAINING,
    DestinationType.EMPLOYMENT,
)

# --- commands ---


class CreateReintegrationPlan(Command):
    """Plan the pupil's way back, or plan it afresh."""

    intervention_id: UUID
    plan: ReintegrationPlan


class StartReintegration(Command):
    """Record the pupil's first day back."""

    intervention_id: UUID


class RecordReintegrationCheck(Command):
    """Record how the return stands at 4, 13 or 26 weeks; never before they are over."""

    intervention_id: UUID
    checkpoint: Checkpoint
    still_on_roll: bool
    full_time: bool
    attendance_pct: Annotated[int, Field(ge=0, le=100)]
    suspensions: Annotated[int, Field(ge=0)]


class ConcludeIntervention(Command):
    """End an intervention with its outcome; ``occurred_on`` is the last day."""

    intervention_id: UUID
    outcome_code: OutcomeCode
    objectives_met: Annotated[int, Field(ge=0)]
    english_progress: LearningProgress = LearningProgress.NOT_ASSESSED
    maths_progress: LearningProgress = LearningProgress.NOT_ASSESSED


class ReviseInterventionOutcome(Command):
    """Say what a concluded intervention came to, now that more is known."""

    intervention_id: UUID
    outcome_code: OutcomeCode


class RecordDestination(Command):
    """Record where the pupil is, and whether that has lasted six months."""

    intervention_id: UUID
    destination: DestinationType
    setting_id: UUID | None = None
    sustained: bool = False


# --- what an outcome must be backed by ---


def not_backed(outcome: OutcomeCode, s: Intervention) -> list[Condition]:
    """What has to be recorded first, or cannot be, for an intervention to have this outcome."""
    assert s.place is not None
    tier = s.place.tier
    match outcome:
        case OutcomeCode.STAYED_T1:
            return unless(tier == 1, "outcome-of-tier-1", "STAYED_T1 is an outcome of tier 1.")
        case OutcomeCode.EXTENDED:
            return unless(tier == 2, "outcome-of-tier-2", "EXTENDED is an outcome of tier 2.")
        case OutcomeCode.STEP_UP:
            return unless(tier != 3, "no-higher-tier", "There is no tier above 3 to move to.")
        case OutcomeCode.RETURN_PENDING | OutcomeCode.BREAKDOWN:
            return _return_started(s)
        case OutcomeCode.RETURN_SUSTAINED:
            return _return_started(s) or _lasted(s) + unless(
                _back_home(s), "not-the-home-school", "The pupil went to another school; that is NEW_MAINSTREAM."
            )
        case OutcomeCode.NEW_MAINSTREAM:
            return _return_started(s) or _lasted(s) + unless(
                not _back_home(s),
                "the-home-school",
                "The pupil went back to the home school; that is RETURN_SUSTAINED.",
            )
        case OutcomeCode.POST16_SUSTAINED:
            there = s.destination is not None and s.destination.sustained and s.destination.destination in POST16
            return unless(
                there,
                "destination-not-sustained",
                "Record first the education, training or work after 16 that has lasted six months.",
            )
        case (
            OutcomeCode.SPECIALIST
            | OutcomeCode.PEX_DURING
            | OutcomeCode.EHE
            | OutcomeCode.MOVED_AREA
            | OutcomeCode.OTHER
        ):
            return []
        case _ as never:
            assert_never(never)


def _return_started(s: Intervention) -> list[Condition]:
    return unless(
        s.reintegration_started_on is not None,
        "return-not-started",
        "The outcome speaks of a return, but none has been recorded; plan it and record its first day.",
    )


def _lasted(s: Intervention) -> list[Condition]:
    return unless(
        any(check.checkpoint is Checkpoint.W13 and check.sustained for check in s.checks),
        "return-not-checked-at-13-weeks",
        "The 13-week check has not found the return sustained; until then the outcome is RETURN_PENDING.",
    )


def _back_home(s: Intervention) -> bool:
    return s.home_setting_id is not None and s.receiving_setting_id == s.home_setting_id


# --- decisions ---


def _plan_return(c: CreateReintegrationPlan, s: Intervention) -> Sequence[Event]:
    return [ReintegrationPlanCreated(**personal_ids(c, s), plan=c.plan)]


def _start_return(c: StartReintegration, s: Intervention) -> Sequence[Event]:
    assert s.reintegration_plan is not None
    assert s.started_on is not None
    refuse(
        unless(
            c.occurred_on >= s.started_on,
            "before-the-start",
            f"The intervention started on {s.started_on}; the return cannot come before it.",
        )
    )
    return [
        ReintegrationStarted(
            **ids(c, s),
            target_setting_id=s.reintegration_plan.target_setting_id,
            checks=tuple(Due(checkpoint=at, due_on=c.occurred_on + after) for at, after in AFTER.items()),
        )
    ]


def _check_return(c: RecordReintegrationCheck, s: Intervention) -> Sequence[Event]:
    assert s.reintegration_started_on is not None
    if (done := next((check for check in s.checks if check.checkpoint is c.checkpoint), None)) is not None:
        found = "sustained" if done.sustained else "not sustained"
        words = f"The {c.checkpoint} check was recorded on {done.on}: {found}. {CORRECT}"
        refuse(unless(False, "check-recorded", f"{words} If it turned out otherwise, revise the outcome."))
    due_on = s.reintegration_started_on + AFTER[c.checkpoint]
    refuse(
        unless(c.occurred_on >= due_on, "check-too-early", f"The {c.checkpoint} check is due on {due_on}, not before.")
    )
    checked = ReintegrationChecked(
        **ids(c, s),
        checkpoint=c.checkpoint,
        still_on_roll=c.still_on_roll,
        full_time=c.full_time,
        attendance_pct=c.attendance_pct,
        suspensions=c.suspensions,
        sustained=c.still_on_roll and c.full_time,
    )
    known = _known_now(checked, s)
    if known is None:
        return [checked]
    return [checked, InterventionOutcomeRevised(**ids(c, s), was=OutcomeCode.RETURN_PENDING, outcome_code=known)]


def _known_now(check: ReintegrationChecked, s: Intervention) -> OutcomeCode | None:
    """What a pending return has turned out to be: lasting at 13 weeks, broken down if off the roll by then."""
    if s.outcome is not OutcomeCode.RETURN_PENDING:
        return None
    if check.checkpoint is Checkpoint.W13 and check.sustained:
        return OutcomeCode.RETURN_SUSTAINED if _back_home(s) else OutcomeCode.NEW_MAINSTREAM
    broken = not check.still_on_roll or (check.checkpoint is Checkpoint.W13 and not check.sustained)
    return OutcomeCode.BREAKDOWN if broken and check.checkpoint is not Checkpoint.W26 else None


def _conclude(c: ConcludeIntervention, s: Intervention) -> Sequence[Event]:
    assert s.place is not None
    assert s.started_on is not None
    refuse(
        unless(
            c.occurred_on >= s.started_on,
            "end-before-start",
            f"The intervention started on {s.started_on}; it cannot end before.",
        ),
        unless(
            c.objectives_met <= len(s.objectives),
            "more-objectives-met-than-agreed",
            f"Only {len(s.objectives)} objectives were agreed.",
        ),
        not_backed(c.outcome_code, s),
    )
    attended, possible = attended_and_possible(s.marks, last_day=c.occurred_on)
    ended = InterventionConcluded(
        **personal_ids(c, s),
        tier=s.place.tier,
        outcome_code=c.outcome_code,
        home_setting_id=s.home_setting_id,
        receiving_setting_id=s.receiving_setting_id,
        has_plan=s.has_plan,
        objectives_met=c.objectives_met,
        objectives_total=len(s.objectives),
        attended_last_6_weeks=attended,
        possible_last_6_weeks=possible,
        english_progress=c.english_progress,
        maths_progress=c.maths_progress,
    )
    if s.place.tier == 1:
        return [ended]
    return [
        ended,
        ApPlacementEnded(**ids(c, s), provider_id=s.provider_id, reason=WhyPlacementEnded.CONCLUDED),
    ]


def _revise(c: ReviseInterventionOutcome, s: Intervention) -> Sequence[Event]:
    refuse(not_backed(c.outcome_code, s))
    assert s.outcome is not None
    return [InterventionOutcomeRevised(**ids(c, s), was=s.outcome, outcome_code=c.outcome_code)]


def _record_destination(c: RecordDestination, s: Intervention) -> Sequence[Event]:
    return [DestinationRecorded(**ids(c, s), destination=c.destination, setting_id=c.setting_id, sustained=c.sustained)]


def _known_destination(c: RecordDestination, s: Intervention) -> bool:
    d = s.destination
    return d is not None and (d.destination, d.setting_id, d.sustained) == (c.destination, c.setting_id, c.sustained)


decisions = [
    Decision(
        CreateReintegrationPlan,
        _plan_return,
        when=[has_started, leaves_school],
        already=lambda c, s: s.reintegration_plan == c.plan,
    ),
    Decision(
        StartReintegration,
        _start_return,
        when=[has_started, leaves_school, return_is_planned, return_not_started],
        already=lambda c, s: s.reintegration_started_on == c.occurred_on,
    ),
    Decision(
        RecordReintegrationCheck,
        _check_return,
        when=[return_has_started, a_check_is_left],
        already=lambda c, s: check_of(c.occurred_on, c) in s.checks,
    ),
    Decision(
        ConcludeIntervention,
        _conclude,
        when=[running],
        already=lambda c, s: (s.ended_on, s.outcome) == (c.occurred_on, c.outcome_code),
    ),
    Decision(ReviseInterventionOutcome, _revise, when=[concluded], already=lambda c, s: s.outcome is c.outcome_code),
    Decision(RecordDestination, _record_destination, when=[has_started], already=_known_destination),
]
