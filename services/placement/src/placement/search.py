"""The search for a setting as the rules see it: who is asked for, who was consulted, what was decided.

One stream per case. A search opens with a draft plan or an amendment notice and closes with the final plan; the next
one begins with no consultations and with only the preferences expressed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from placement.categories import LegalRoute, SettingCategory
from placement.naming_events import (
    ConsultationResponse,
    NamingDateCorrected,
    NamingDecisionMade,
    NamingEvent,
    NamingOutcome,
    PlacementSearchClosed,
    PlacementSearchOpened,
    PreferenceExpressed,
    PreferenceWithdrawn,
    Refusal,
    Section39Ground,
    SettingConsultationResponded,
    SettingConsulted,
    TailoredListGenerated,
    TailoredListShared,
)
from shared import Condition


class SearchStatus(StrEnum):
    ABSENT = "ABSENT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Preference:
    preference_id: UUID
    setting_id: UUID
    setting_name: str
    setting_category: SettingCategory
    legal_route: LegalRoute
    rank: int
    by: str
    since: date
    """The day the authority received the wish, with whatever rank."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A preference the family no longer has."""

    setting_name: str
    on: date


@dataclass(frozen=True, slots=True)
class Consultation:
    consultation_id: UUID
    number: int
    """Of the search it belongs to."""
    plan_id: UUID
    setting_id: UUID
    setting_name: str
    sent_on: date
    received_on: date
    reply_due_on: date
    response: ConsultationResponse | None = None
    grounds: tuple[Section39Ground, ...] = ()
    place_available_from: date | None = None
    responded_on: date | None = None

    def answered_by(self, day: date) -> bool:
        """It said on or before that day whether it can meet the needs; a question back is no answer."""
        return (
            self.response in (ConsultationResponse.CAN_MEET, ConsultationResponse.CANNOT_MEET)
            and self.responded_on is not None
            and self.responded_on <= day
        )

    @property
    def offers_a_place(self) -> bool:
        return self.response is ConsultationResponse.CAN_MEET


@dataclass(frozen=True, slots=True)
class Decided:
    """A naming decision, as far as later commands ask about it."""

    naming_id: UUID
    number: int
    decision: NamingOutcome
    setting_id: UUID | None
    setting_name: str | None
    setting_type: str
    decided_on: date
    refused: tuple[tuple[UUID, tuple[Section39Ground, ...], tuple[str, ...]], ...]
    settled_by: UUID | None

    def says(self, decision: NamingOutcome, setting_id: UUID | None, setting_type: str | None) -> bool:
        """The same outcome; the type of a named setting follows from the setting."""
        same_type = setting_type in (None, self.setting_type)
        return self.decision is decision and self.setting_id == setting_id and same_type


@dataclass(frozen=True, slots=True)
class Search:
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    status: SearchStatus = SearchStatus.ABSENT
    number: int = 1
    """Of the search that is open, or will open next."""
    opened_on: date | None = None
    """The latest draft or notice of the present search."""
    preferences: Mapping[UUID, Preference] = field(default_factory=dict)
    """By setting."""
    withdrawn: Mapping[UUID, Withdrawn] = field(default_factory=dict)
    """Of this search, by preference."""
    consultations: Mapping[UUID, Consultation] = field(default_factory=dict)
    """By consultation, of all searches: an answer may come after the plan was issued."""
    lists: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    """Settings on each tailored list of this search."""
    shared_lists: tuple[tuple[UUID, date, str], ...] = ()
    """Which list, when, and how."""
    decided: Decided | None = None
    """The latest naming decision."""
    to_decide: bool = False
    """A draft or notice came since; what was decided before it must be decided again."""

    def consultation_of(self, setting_id: UUID) -> Consultation | None:
        """The setting's latest consultation in the present search."""
        sent = [c for c in self.consultations.values() if c.setting_id == setting_id and c.number == self.number]
        return max(sent, key=lambda c: c.sent_on, default=None)

    @property
    def current(self) -> Decided | None:
        """The decision that answers the latest draft or notice, if there is one yet."""
        return None if self.to_decide else self.decided

    @property
    def identity(self) -> dict[str, UUID | None]:
        """What every event of this stream says about whose it is."""
        return {"case_id": self.case_id, "person_id": self.person_id, "plan_id": self.plan_id}


def evolve(state: Search, event: NamingEvent) -> Search:
    match event:
        case PlacementSearchOpened():
            return replace(
                state,
                case_id=event.case_id,
                person_id=event.person_id,
                plan_id=event.plan_id,
                status=SearchStatus.OPEN,
                opened_on=event.occurred_on,
                to_decide=True,
            )
        case PlacementSearchClosed():
            return replace(
                state,
                status=SearchStatus.CLOSED,
                number=state.number + 1,
                preferences={},
                withdrawn={},
                lists={},
                shared_lists=(),
            )
        case TailoredListGenerated():
            settings = tuple(entry.setting_id for entry in event.included)
            return replace(state, lists={**state.lists, event.list_id: settings})
        case TailoredListShared():
            given = (event.list_id, event.occurred_on, event.channel.value)
            return replace(state, shared_lists=(*state.shared_lists, given))
        case PreferenceExpressed():
            held = state.preferences.get(event.setting_id)
            since = event.occurred_on if held is None else held.since
            return replace(state, preferences={**state.preferences, event.setting_id: _preference(event, since)})
        case PreferenceWithdrawn():
            left = {k: v for k, v in state.preferences.items() if v.preference_id != event.preference_id}
            gone = Withdrawn(event.setting_name, event.occurred_on)
            return replace(state, preferences=left, withdrawn={**state.withdrawn, event.preference_id: gone})
        case SettingConsulted():
            sent = _consultation(event, state.number)
            return replace(state, consultations={**state.consultations, event.consultation_id: sent})
        case SettingConsultationResponded():
            answered = replace(
                state.consultations[event.consultation_id],
                response=event.response,
                grounds=event.grounds,
                place_available_from=event.place_available_from,
                responded_on=event.occurred_on,
            )
            return replace(state, consultations={**state.consultations, event.consultation_id: answered})
        case NamingDecisionMade():
            return replace(state, decided=_decided(event, state.number), to_decide=False)
        case NamingDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _preference(event: PreferenceExpressed, since: date) -> Preference:
    return Preference(
        preference_id=event.preference_id,
        setting_id=event.setting_id,
        setting_name=event.setting_name,
        setting_category=event.setting_category,
        legal_route=event.legal_route,
        rank=event.rank,
        by=event.by,
        since=since,
    )


def _consultation(event: SettingConsulted, number: int) -> Consultation:
    return Consultation(
        consultation_id=event.consultation_id,
        number=number,
        plan_id=event.plan_id,
        setting_id=event.setting_id,
        setting_name=event.setting_name,
        sent_on=event.occurred_on,
        received_on=event.received_by_setting_on,
        reply_due_on=event.reply_due_on,
    )


def _decided(event: NamingDecisionMade, number: int) -> Decided:
    return Decided(
        naming_id=event.naming_id,
        number=number,
        decision=event.decision,
        setting_id=event.setting_id,
        setting_name=event.setting_name,
        setting_type=event.setting_type,
        decided_on=event.occurred_on,
        refused=refusals_in_short(event.refusals),
        settled_by=event.settled_by,
    )


def refusals_in_short(
    refusals: tuple[Refusal, ...],
) -> tuple[tuple[UUID, tuple[Section39Ground, ...], tuple[str, ...]], ...]:
    """What makes two decisions the same: who is refused, on which grounds, on which evidence; in no special order."""
    return tuple(sorted((r.setting_id, r.grounds, r.evidence_refs) for r in refusals))


# --- guards shared by the commands of this stream ---

CORRECT = "If that date is wrong, correct it: POST /cases/{case_id}/naming/corrections."
"""How every refusal of a second record of the same thing ends."""


def searched_before(state: Search) -> Condition | None:
    if state.status is not SearchStatus.ABSENT:
        return None
    return Condition("no-search-yet", "No search was ever opened for this case; open one first.")


def search_is_open(state: Search) -> Condition | None:
    if state.status is SearchStatus.OPEN:
        return None
    return Condition(
        "search-not-open",
        "No search is open: one opens when a draft plan is served or an amendment notice is sent, and closes with the "
        "final plan. Open one to look for another placement.",
    )
