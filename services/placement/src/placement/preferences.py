"""Opening and closing the search, and what the family asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from placement.fields import FreeText
from placement.naming_events import (
    PlacementSearchClosed,
    PlacementSearchOpened,
    PreferenceExpressed,
    PreferenceWithdrawn,
    PreferredBy,
    SearchClosedReason,
    SearchReason,
)
from placement.search import Search, SearchStatus
from placement.setting import Setting, setting
from shared import (
    UNFILLED,
    Command,
    Condition,
    Decision,
    Erased,
    Event,
    NewId,
    Personal,
    Reference,
    Rejected,
    case_id_of,
)


class OpenPlacementSearch(Command):
    """Begin to look for the setting section I is to name. Served drafts and amendment notices do this by themselves."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reason: SearchReason = SearchReason.CHANGE_OF_PLACEMENT


class ClosePlacementSearch(Command):
    """The plan was finalised, left as it is, or ended: the search is over."""

    case_id: UUID
    reason: SearchClosedReason


class ExpressPreference(Command):
    """Record that the family asks for a setting. Any setting of the directory, at any time, on or off any list.

    Asking again for the same setting changes its rank. ``occurred_on`` is the day the authority received it.
    """

    case_id: UUID
    preference_id: NewId = UNFILLED
    setting_id: UUID
    rank: Annotated[int, Field(ge=1, le=20, description="1 is what the family wants most.")] = 1
    preferred_by: PreferredBy = PreferredBy.PARENT
    reason: Personal[FreeText] | None = None


class TakeUpPreference(Command):
    """The family asked for a setting in its representations on the draft or the notice: hold that as a preference.

    Ranked after what it asked for before. A setting that is not in the directory waits for somebody to register it.
    """

    case_id: UUID
    preference_id: NewId = UNFILLED
    setting_id: UUID
    preferred_by: PreferredBy


class WithdrawPreference(Command):
    """Record that the family no longer asks for a setting."""

    case_id: UUID
    preference_id: UUID


# --- decisions ---


def _same_search(command: OpenPlacementSearch, state: Search) -> bool:
    undecided = state.status is SearchStatus.OPEN and state.current is None
    return undecided and state.plan_id == command.plan_id


def _open(command: OpenPlacementSearch, state: Search) -> Sequence[Event]:
    if case_id_of(command.by.la_code, command.person_id) != command.case_id:
        raise Rejected(
            "person-not-of-this-case",
            "The person is not the one this case is about: a case is one person's file in one authority.",
        )
    asked_for = sorted(state.preferences.values(), key=lambda p: (p.rank, str(p.setting_id)))
    return [
        PlacementSearchOpened(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=command.person_id,
            plan_id=command.plan_id,
            reason=command.reason,
            preferred_setting_ids=tuple(p.setting_id for p in asked_for),
        )
    ]


def _nothing_open(_: ClosePlacementSearch, state: Search) -> bool:
    return state.status is not SearchStatus.OPEN


def _close(command: ClosePlacementSearch, state: Search) -> Sequence[Event]:
    return [PlacementSearchClosed(occurred_on=command.occurred_on, reason=command.reason, **state.identity)]


def _same_preference(command: ExpressPreference, state: Search) -> bool:
    held = state.preferences.get(command.setting_id)
    return held is not None and (held.rank, held.by) == (command.rank, command.preferred_by)


def _express(command: ExpressPreference, state: Search, asked_for: Setting) -> Sequence[Event]:
    if asked_for.profile is None:
        raise Rejected(
            "setting-not-registered",
            "This setting is not in the directory. Register it (any setting may be, wherever it is and whoever "
            "runs it) and record the preference again with the day it was received.",
        )
    return [_preference(command, state, asked_for, command.rank, command.reason)]


def _taken_up(command: TakeUpPreference, state: Search) -> bool:
    return state.status is SearchStatus.ABSENT or command.setting_id in state.preferences


def _take_up(command: TakeUpPreference, state: Search, asked_for: Setting) -> Sequence[Event]:
    if asked_for.profile is None:
        return []
    last = max((held.rank for held in state.preferences.values()), default=0)
    return [_preference(command, state, asked_for, last + 1, None)]


def _preference(
    command: ExpressPreference | TakeUpPreference,
    state: Search,
    asked_for: Setting,
    rank: int,
    reason: str | Erased | None,
) -> PreferenceExpressed:
    assert asked_for.profile is not None
    assert asked_for.legal_route is not None
    held = state.preferences.get(command.setting_id)
    consulted = state.consultation_of(command.setting_id)
    return PreferenceExpressed(
        occurred_on=command.occurred_on,
        # Asking for the same setting with another rank is still the same wish.
        preference_id=command.preference_id if held is None else held.preference_id,
        setting_id=command.setting_id,
        setting_name=asked_for.profile.name,
        setting_category=asked_for.profile.setting_category,
        legal_route=asked_for.legal_route,
        rank=rank,
        by=command.preferred_by,
        on_list=any(command.setting_id in settings for settings in state.lists.values()),
        consultation_id=None if consulted is None else consulted.consultation_id,
        reason=reason,
        **state.identity,
    )


def _withdrawn(command: WithdrawPreference, state: Search) -> bool:
    return bool(state.preferences) and all(p.preference_id != command.preference_id for p in state.preferences.values())


def _has_a_preference(state: Search) -> Condition | None:
    if state.preferences:
        return None
    return Condition("no-preference", "The family asks for no setting at present, so there is nothing to withdraw.")


def _withdraw(command: WithdrawPreference, state: Search) -> Sequence[Event]:
    gone = next(p for p in state.preferences.values() if p.preference_id == command.preference_id)
    return [
        PreferenceWithdrawn(
            occurred_on=command.occurred_on,
            preference_id=gone.preference_id,
            setting_id=gone.setting_id,
            setting_name=gone.setting_name,
            **state.identity,
        )
    ]


decisions = [
    Decision(OpenPlacementSearch, _open, already=_same_search, opens=True),
    Decision(ClosePlacementSearch, _close, already=_nothing_open, opens=True),
    Decision(ExpressPreference, _express, already=_same_preference, reads=Reference(setting, "setting_id")),
    Decision(TakeUpPreference, _take_up, already=_taken_up, opens=True, reads=Reference(setting, "setting_id")),
    Decision(WithdrawPreference, _withdraw, when=[_has_a_preference], already=_withdrawn),
]
