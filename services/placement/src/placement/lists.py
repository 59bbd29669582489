"""The advisory tailored list in a search: drawn up from what was measured, then given to the family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from placement.categories import LegalRoute, is_mainstream
from placement.fields import Text
from placement.naming_events import Channel, TailoredListGenerated, TailoredListShared
from placement.search import Search, search_is_open
from placement.tailored_list import ALGORITHM, Candidate, Criteria, tailored_list
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, Personal, Rejected


class GenerateTailoredList(Command):
    """Score candidate settings for the child and draw up the advisory list.

    Send what was measured for each candidate: the list is made of exactly that, and can be made again.
    """

    case_id: UUID
    list_id: NewId = UNFILLED
    criteria: Criteria
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1, max_length=500)]
    few_settings_reason: Personal[Text] | None = None
    family_asked_for_no_mainstream: bool = False


class ShareTailoredList(Command):
    """Give the list to the family, and explain it."""

    case_id: UUID
    list_id: UUID
    channel: Channel
    explained_by: Text | None = None


# --- decisions ---


def _generate(command: GenerateTailoredList, state: Search) -> Sequence[Event]:
    included, excluded = tailored_list(command.criteria, command.candidates)
    unmet: list[Condition] = []
    if len(included) < 3 and command.few_settings_reason is None:
        unmet.append(
            Condition(
                "too-few-settings",
                f"Only {len(included)} of the candidates fit; a list has three or more. Add candidates, or say in "
                "few_settings_reason why there are no more.",
            )
        )
    if not command.family_asked_for_no_mainstream and not any(
        is_mainstream(entry.setting_category, LegalRoute.S38_3) for entry in included
    ):
        unmet.append(
            Condition(
                "no-mainstream-setting",
                "No mainstream setting is on the list. Add one, or say that the family asked for none.",
            )
        )
    if unmet:
        raise Rejected.all(unmet)
    return [
        TailoredListGenerated(
            occurred_on=command.occurred_on,
            list_id=command.list_id,
            algorithm_version=ALGORITHM,
            criteria=command.criteria,
            included=included,
            excluded=excluded,
            few_settings_reason=command.few_settings_reason,
            family_asked_for_no_mainstream=command.family_asked_for_no_mainstream,
            **state.identity,
        )
    ]


def _has_a_list(state: Search) -> Condition | None:
    if state.lists:
        return None
    return Condition("no-list", "No tailored list was generated in this search; generate one first.")


def _share(command: ShareTailoredList, state: Search) -> Sequence[Event]:
    if command.list_id not in state.lists:
        raise Rejected("no-such-list", "This search has no list with that id.")
    return [
        TailoredListShared(
            occurred_on=command.occurred_on,
            list_id=command.list_id,
            channel=command.channel,
            explained_by=command.explained_by,
            **state.identity,
        )
    ]


decisions = [
    Decision(
        GenerateTailoredList,
        _generate,
        when=[search_is_open],
        already=lambda command, state: command.list_id in state.lists,
    ),
    Decision(
        ShareTailoredList,
        _share,
        when=[search_is_open, _has_a_list],
        already=lambda command, state: (
            (command.list_id, command.occurred_on, command.channel.value) in state.shared_lists
        ),
    ),
]
