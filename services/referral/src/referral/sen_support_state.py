"""SEN support of one child, as far as the rules need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shared import Personal

from .codes import Area, Layer, NeedCode
from .sen_support_events import (
    ApdrCycleOpened,
    ApdrCycleReviewed,
    ConcernClosed,
    ConcernRaised,
    HealthNotificationReceived,
    Next,
    PrimaryNeedIdentified,
    ProgressCheckRecorded,
    SenSupportDateCorrected,
    SenSupportEnded,
    SenSupportEvent,
    SenSupportStarted,
    SpecialistAdviceReceived,
    SpecialistAdviceRequested,
    TargetedSupportStarted,
)


@dataclass(frozen=True, slots=True)
class Advice:
    profession: str
    requested_on: date
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    on: date
    raised_by: str
    areas: tuple[Area, ...]
    observed_difficulty: Personal[str]


@dataclass(frozen=True, slots=True)
class Check:
    on: date
    check_type: str
    areas_below_expected: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Notification:
    on: date
    from_org: str
    basis: Personal[str]


@dataclass(frozen=True, slots=True)
class SenSupport:
    case_id: UUID | None = None
    person_id: UUID | None = None
    support_id: UUID | None = None
    is_open: bool = False
    """A concern waits for an answer, or the child is on SEN support."""
    started_on: date | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    concerns: tuple[Concern, ...] = ()
    parent_informed_on: date | None = None
    primary_need_code: NeedCode = NeedCode.NSA
    secondary_need_code: NeedCode | None = None
    layer: Layer = Layer.TARGETED
    cycles_opened: int = 0
    cycle_id: UUID | None = None
    """The cycle that is open."""
    cycle_opened_on: date | None = None
    review_due_on: date | None = None
    targeted: Mapping[str, date] = field(default_factory=dict)
    """Named interventions of the open cycle, and since when."""
    last_next: Next | None = None
    advice: Mapping[UUID, Advice] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    notifications: tuple[Notification, ...] = ()

    @property
    def started(self) -> bool:
        return self.started_on is not None

    @property
    def awaited(self) -> list[Advice]:
        """Advice that was asked for and has not come."""
        return [a for a in self.advice.values() if a.received_on is None]

    @property
    def ids(self) -> dict[str, UUID]:
        assert self.case_id is not None
        assert self.support_id is not None
        return {"case_id": self.case_id, "support_id": self.support_id}


def _known(state: SenSupport, case_id: UUID, person_id: UUID) -> SenSupport:
    return replace(state, case_id=case_id, person_id=person_id)


def _spell(state: SenSupport, support_id: UUID) -> SenSupport:
    """A new spell starts from nothing but what belongs to the child."""
    if state.is_open:
        return state
    return SenSupport(
        state.case_id,
        state.person_id,
        support_id,
        is_open=True,
        checks=state.checks,
        notifications=state.notifications,
    )


def evolve(state: SenSupport, event: SenSupportEvent) -> SenSupport:
    match event:
        case ConcernRaised():
            spell = _spell(_known(state, event.case_id, event.person_id), event.support_id)
            concern = Concern(event.occurred_on, event.raised_by, event.areas, event.observed_difficulty)
            return replace(
                spell,
                concerns=(*spell.concerns, concern),
                parent_informed_on=spell.parent_informed_on or event.parent_informed_on,
            )
        case ConcernClosed():
            return replace(state, is_open=False)
        case ProgressCheckRecorded():
            known = _known(state, event.case_id, event.person_id)
            check = Check(event.occurred_on, event.check_type, event.areas_below_expected)
            return replace(known, checks=(*state.checks, check))
        case HealthNotificationReceived():
            known = _known(state, event.case_id, event.person_id)
            notification = Notification(event.occurred_on, event.from_org, event.basis)
            return replace(known, notifications=(*state.notifications, notification))
        case SenSupportStarted():
            return replace(
                _spell(_known(state, event.case_id, event.person_id), event.support_id),
                started_on=event.occurred_on,
                parent_informed_on=event.parent_informed_on,
                primary_need_code=event.primary_need_code,
                secondary_need_code=event.secondary_need_code,
                layer=event.layer,
            )
        case PrimaryNeedIdentified():
            return replace(
                state,
                primary_need_code=event.primary_need_code,
                secondary_need_code=event.secondary_need_code,
            )
        case ApdrCycleOpened():
            return replace(
                state,
                cycles_opened=event.number,
                cycle_id=event.cycle_id,
                cycle_opened_on=event.occurred_on,
                review_due_on=event.review_due_on,
                targeted={},
                last_next=None,
            )
        case TargetedSupportStarted():
            return replace(state, targeted={**state.targeted, event.intervention_code: event.occurred_on})
        case SpecialistAdviceRequested():
            asked = Advice(event.profession, event.occurred_on)
            return replace(state, advice={**state.advice, event.advice_id: asked})
        case SpecialistAdviceReceived():
            received = replace(state.advice[event.advice_id], received_on=event.occurred_on)
            return replace(state, advice={**state.advice, event.advice_id: received})
        case ApdrCycleReviewed():
            return replace(
                state, cycle_id=None, cycle_opened_on=None, review_due_on=None, layer=event.layer, last_next=event.next
            )
        case SenSupportEnded():
            return replace(
                state,
                is_open=False,
                ended_on=event.occurred_on,
                end_reason=event.reason,
                started_on=None,
                cycle_id=None,
                cycle_opened_on=None,
                review_due_on=None,
            )
        case SenSupportDateCorrected():
            return state
        case _ as never:
            assert_never(never)
