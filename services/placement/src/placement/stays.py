"""A child's placements as the rules see them: what is expected, what goes on, what has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from placement.placement_events import (
    EndReason,
    PlacementConfirmed,
    PlacementDateCorrected,
    PlacementEnded,
    PlacementEvent,
    PlacementExpected,
    PlacementNoLongerExpected,
    PlacementStarted,
    Rank,
)


@dataclass(frozen=True, slots=True)
class Expected:
    placement_id: UUID
    setting_id: UUID
    setting_name: str | None
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class Stay:
    """One placement, from its first day to its last; no last day while it goes on."""

    placement_id: UUID
    setting_id: UUID
    setting_name: str | None
    rank: Rank
    plan_id: UUID | None
    started_on: date
    confirmed_by: UUID | None = None
    """The latest final plan that names it: the id of its notice."""
    ended_on: date | None = None
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class Placements:
    case_id: UUID | None = None
    person_id: UUID | None = None
    expected: Expected | None = None
    stays: Mapping[UUID, Stay] = field(default_factory=dict)

    @property
    def open(self) -> list[Stay]:
        return [stay for stay in self.stays.values() if stay.ended_on is None]

    @property
    def main(self) -> Stay | None:
        """The main placement that goes on, if there is one."""
        return next((stay for stay in self.open if stay.rank is Rank.MAIN), None)

    def main_at(self, setting_id: UUID) -> Stay | None:
        """The main placement, if it is at that setting."""
        return self.main if self.main is not None and self.main.setting_id == setting_id else None


def evolve(state: Placements, event: PlacementEvent) -> Placements:
    match event:
        case PlacementExpected():
            expected = Expected(event.placement_id, event.setting_id, event.setting_name, event.plan_id)
            return replace(state, case_id=event.case_id, person_id=event.person_id, expected=expected)
        case PlacementConfirmed():
            stay = state.stays[event.placement_id]
            confirmed = replace(stay, plan_id=event.plan_id, confirmed_by=event.decision_id)
            return replace(state, stays={**state.stays, stay.placement_id: confirmed})
        case PlacementNoLongerExpected():
            return replace(state, expected=None)
        case PlacementStarted():
            stay = Stay(
                placement_id=event.placement_id,
                setting_id=event.setting_id,
                setting_name=event.setting_name,
                rank=event.rank,
                plan_id=event.plan_id,
                started_on=event.occurred_on,
            )
            begun = state.expected is not None and state.expected.placement_id == event.placement_id
            return replace(
                state,
                case_id=event.case_id,
                person_id=event.person_id,
                expected=None if begun else state.expected,
                stays={**state.stays, stay.placement_id: stay},
            )
        case PlacementEnded():
            ended = replace(state.stays[event.placement_id], ended_on=event.occurred_on, end_reason=event.reason)
            return replace(state, stays={**state.stays, ended.placement_id: ended})
        case PlacementDateCorrected():
            return state
        case _ as never:
            assert_never(never)
