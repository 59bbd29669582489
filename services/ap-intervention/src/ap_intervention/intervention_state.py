"""Where an intervention stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from shared import Command

from .attendance_codes import AttendanceCode, HalfDay
from .attendance_events import (
    AttendanceAmended,
    AttendanceRecorded,
    SafeguardingConcernRaised,
    SafeguardingTaskClosed,
    SafeguardingTaskRaised,
)
from .codes import OutcomeCode
from .intervention_events import (
    ApPlacementCommissioned,
    ApPlacementEnded,
    ApPlacementStarted,
    ApReviewHeld,
    Baseline,
    BaselineRecorded,
    CaseworkerNotified,
    InterventionAgreed,
    InterventionCancelled,
    InterventionDateCorrected,
    InterventionEvent,
    InterventionExtended,
    InterventionStarted,
    NonSchoolLimitExceptionApproved,
    Objective,
    ObjectivesAgreed,
    PlanHoldingNoted,
    ReviewDecision,
    SectionFDeliveryAtRisk,
    SpecialistAllocated,
    TierChanged,
)
from .outcome_events import (
    Checkpoint,
    DestinationRecorded,
    InterventionConcluded,
    InterventionOutcomeRevised,
    ReintegrationChecked,
    ReintegrationPlan,
    ReintegrationPlanCreated,
    ReintegrationStarted,
)
from .terms import Place


class Status(StrEnum):
    ABSENT = "ABSENT"
    AGREED = "AGREED"
    STARTED = "STARTED"
    CONCLUDED = "CONCLUDED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Mark:
    """One session of the register."""

    on: date
    session: HalfDay
    code: AttendanceCode


@dataclass(frozen=True, slots=True)
class Review:
    on: date
    decision: ReviewDecision


@dataclass(frozen=True, slots=True)
class Check:
    """How the return stood at a checkpoint."""

    on: date
    checkpoint: Checkpoint
    still_on_roll: bool
    full_time: bool
    attendance_pct: int
    suspensions: int

    @property
    def sustained(self) -> bool:
        return self.still_on_roll and self.full_time


@dataclass(frozen=True, slots=True)
class Intervention:
    status: Status = Status.ABSENT
    case_id: UUID | None = None
    person_id: UUID | None = None
    intervention_id: UUID | None = None
    referral_id: UUID | None = None
    provider_id: UUID | None = None
    registered_school: bool = False
    home_setting_id: UUID | None = None
    place: Place | None = None
    has_plan: bool = False
    looked_after: bool = False
    objectives: tuple[Objective, ...] = ()
    caseworker_notified_on: date | None = None
    exception_on: date | None = None
    exception_until: date | None = None
    """How far a manager's exception from the non-school limit reaches."""
    started_on: date | None = None
    cancelled_on: date | None = None
    baseline_on: date | None = None
    baseline: Baseline | None = None
    specialists: tuple[SpecialistAllocated, ...] = ()
    marks: tuple[Mark, ...] = ()
    sessions_in_tasks: tuple[tuple[date, HalfDay], ...] = ()
    open_tasks: tuple[UUID, ...] = ()
    closed_tasks: Mapping[UUID, date] = field(default_factory=dict)
    concerns: tuple[SafeguardingConcernRaised, ...] = ()
    reviews: tuple[Review, ...] = ()
    next_review_on: date | None = None
    extended_on: date | None = None
    tier_since: date | None = None
    """The day of the last change of tier; None while the pupil is in the first one."""
    reintegration_plan: ReintegrationPlan | None = None
    reintegration_started_on: date | None = None
    receiving_setting_id: UUID | None = None
    checks: tuple[Check, ...] = ()
    ended_on: date | None = None
    outcome: OutcomeCode | None = None
    destination: DestinationRecorded | None = None

    @property
    def planned_end_on(self) -> date | None:
        return self.place.planned_end_on if self.place is not None else None

    def mark_of(self, on: date, session: HalfDay) -> Mark | None:
        return next((m for m in self.marks if (m.on, m.session) == (on, session)), None)


def evolve(state: Intervention, event: InterventionEvent) -> Intervention:
    match event:
        case InterventionAgreed():
            return replace(
                state,
                status=Status.AGREED,
                case_id=event.case_id,
                person_id=event.person_id,
                intervention_id=event.intervention_id,
                referral_id=event.referral_id,
                provider_id=event.provider_id,
                registered_school=event.registered_school,
                home_setting_id=event.home_setting_id,
                place=Place(event.tier, event.registration, event.start_on, event.planned_end_on, event.terms),
                has_plan=event.has_plan,
                looked_after=event.looked_after,
                objectives=event.objectives,
            )
        case ObjectivesAgreed():
            return replace(state, objectives=event.objectives)
        case PlanHoldingNoted():
            return replace(state, has_plan=event.held)
        case CaseworkerNotified():
            return replace(state, caseworker_notified_on=event.occurred_on)
        case NonSchoolLimitExceptionApproved():
            return replace(state, exception_on=event.occurred_on, exception_until=event.covers_until)
        case InterventionStarted():
            return replace(
                state, status=Status.STARTED, started_on=event.occurred_on, next_review_on=event.next_review_on
            )
        case InterventionCancelled():
            return replace(state, status=Status.CANCELLED, cancelled_on=event.occurred_on)
        case BaselineRecorded():
            return replace(state, baseline_on=event.occurred_on, baseline=event.measures)
        case SpecialistAllocated():
            return replace(state, specialists=(*state.specialists, event))
        case AttendanceRecorded():
            return replace(state, marks=(*state.marks, Mark(event.occurred_on, event.session, event.code)))
        case AttendanceAmended():
            others = tuple(m for m in state.marks if (m.on, m.session) != (event.occurred_on, event.session))
            return replace(state, marks=(*others, Mark(event.occurred_on, event.session, event.code)))
        case SafeguardingTaskRaised():
            return replace(
                state,
                open_tasks=(*state.open_tasks, event.task_id),
                sessions_in_tasks=(*state.sessions_in_tasks, *((m.on, m.session) for m in event.sessions)),
            )
        case SafeguardingTaskClosed():
            still_open = tuple(task for task in state.open_tasks if task != event.task_id)
            closed = {**state.closed_tasks, event.task_id: event.occurred_on}
            return replace(state, open_tasks=still_open, closed_tasks=closed)
        case SafeguardingConcernRaised():
            return replace(state, concerns=(*state.concerns, event))
        case ApReviewHeld():
            review = Review(event.occurred_on, event.decision)
            return replace(state, reviews=(*state.reviews, review), next_review_on=event.next_review_on)
        case InterventionExtended():
            return _with_place(replace(state, extended_on=event.occurred_on), planned_end_on=event.new_end_on)
        case TierChanged():
            return _with_place(
                replace(state, tier_since=event.occurred_on),
                tier=event.to_tier,
                registration=event.registration,
                planned_end_on=event.planned_end_on,
                terms=event.terms,
            )
        case ReintegrationPlanCreated():
            return replace(state, reintegration_plan=event.plan)
        case ReintegrationStarted():
            return replace(
                state, reintegration_started_on=event.occurred_on, receiving_setting_id=event.target_setting_id
            )
        case ReintegrationChecked():
            return replace(state, checks=(*state.checks, check_of(event.occurred_on, event)))
        case InterventionConcluded():
            return replace(
                state,
                status=Status.CONCLUDED,
                ended_on=event.occurred_on,
                outcome=event.outcome_code,
                next_review_on=None,
            )
        case InterventionOutcomeRevised():
            return replace(state, outcome=event.outcome_code)
        case DestinationRecorded():
            return replace(state, destination=event)
        case (
            SectionFDeliveryAtRisk()
            | ApPlacementCommissioned()
            | ApPlacementStarted()
            | ApPlacementEnded()
            | InterventionDateCorrected()
        ):
            return state
        case _ as never:
            assert_never(never)


def check_of(on: date, stated: Any) -> Check:
    """The check an event or a command speaks of."""
    return Check(
        on, stated.checkpoint, stated.still_on_roll, stated.full_time, stated.attendance_pct, stated.suspensions
    )


def _with_place(state: Intervention, **changes: Any) -> Intervention:
    assert state.place is not None
    return replace(state, place=replace(state.place, **changes))


def ids(c: Command, s: Intervention) -> dict[str, Any]:
    """What every event of an intervention carries."""
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "intervention_id": s.intervention_id}


def personal_ids(c: Command, s: Intervention) -> dict[str, Any]:
    """As ``ids``, for events that hold personal fields."""
    return ids(c, s) | {"person_id": s.person_id}


def place_of(s: Intervention) -> Place:
    assert s.place is not None, "every intervention begins with a place"
    return s.place
