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
from placement.search import CORRECT, Preference, Search, SearchStatus, searched_before
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


class BeginSearchForPlan(Command):
    """A draft was served or an amendment notice sent: look for the setting section I is to name. Sent by reactions."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID
    reason: SearchReason


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


def _undecided(state: Search) -> bool:
    return state.status is SearchStatus.OPEN and state.current is None


def _nothing_undecided(state: Search) -> Condition | None:
    if not _undecided(state):
        return None
    return Condition("search-open", f"A search is open since {state.opened_on}. {CORRECT}")


def _same_search(command: OpenPlacementSearch, state: Search) -> bool:
    return _looked_for(command, state) and state.opened_on == command.occurred_on


def _looked_for(command: OpenPlacementSearch | BeginSearchForPlan, state: Search) -> bool:
    return _undecided(state) and state.plan_id == command.plan_id


def _open(command: OpenPlacementSearch | BeginSearchForPlan, state: Search) -> Sequence[Event]:
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
    """Asked for once more, or told again: no news, but for a wish that reached the authority earlier than recorded."""
    held = state.preferences.get(command.setting_id)
    same = held is not None and (held.rank, held.by) == (command.rank, command.preferred_by)
    return same and held is not None and command.occurred_on >= held.since


def _express(command: ExpressPreference, state: Search, asked_for: Setting) -> Sequence[Event]:
    if asked_for.profile is None:
        raise Rejected(
            "setting-not-registered",
            "This setting is not in the directory. Register it (any setting may be, wherever it is and whoever "
            "runs it) and record the preference again with the day it was received.",
        )
    held = state.preferences.get(command.setting_id)
    if held is not None and command.occurred_on < held.since:
        raise Rejected("preference-recorded", f"The family asks for {held.setting_name} since {held.since}. {CORRECT}")
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
    gone = state.withdrawn.get(command.preference_id)
    return gone is not None and gone.on == command.occurred_on and _held(command, state) is None


def _held(command: WithdrawPreference, state: Search) -> Preference | None:
    return next((p for p in state.preferences.values() if p.preference_id == command.preference_id), None)


def _has_a_preference(state: Search) -> Condition | None:
    if state.preferences:
        return None
    last = f" The last was withdrawn on {max(w.on for w in state.withdrawn.values())}." if state.withdrawn else ""
    return Condition(
        "no-preference", f"The family asks for no setting at present, so there is nothing to withdraw.{last}"
    )


def _withdraw(command: WithdrawPreference, state: Search) -> Sequence[Event]:
    gone = _held(command, state)
    if gone is None:
        if (was := state.withdrawn.get(command.preference_id)) is not None:
            words = f"The wish for {was.setting_name} was withdrawn on {was.on}. {CORRECT}"
            raise Rejected("preference-withdrawn", words)
        raise Rejected("no-such-preference", "The family has no preference with that id in this search.")
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
    Decision(OpenPlacementSearch, _open, when=[_nothing_undecided], already=_same_search, opens=True),
    Decision(BeginSearchForPlan, _open, already=_looked_for, opens=True),
    Decision(ClosePlacementSearch, _close, already=_nothing_open, opens=True),
    Decision(
        ExpressPreference,
        _express,
        when=[searched_before],
        already=_same_preference,
        reads=Reference(setting, "setting_id"),
    ),
    Decision(TakeUpPreference, _take_up, already=_taken_up, opens=True, reads=Reference(setting, "setting_id")),
    Decision(WithdrawPreference, _withdraw, when=[_has_a_preference], already=_withdrawn),
]
