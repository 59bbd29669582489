"""Asking settings whether they can meet the child's needs, and what they answer (sections 39(2), 40(3); CoP 9.83)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from placement.fields import Day, DocumentRef, FreeText, LaCode, Text
from placement.naming_events import (
    Channel,
    ConsultationResponse,
    Section39Ground,
    SettingConsultationResponded,
    SettingConsulted,
)
from placement.search import CORRECT, Consultation, Search, SearchStatus, search_is_open
from placement.setting import Setting, setting
from shared import UNFILLED, Command, Condition, Decision, Erased, Event, NewId, Personal, Reference, Rejected

REPLY_WITHIN = timedelta(days=15)
"""Calendar days after the day the setting received it; guidance, so it never holds up the plan."""


class ConsultSetting(Command):
    """Send a setting the draft plan and ask whether it can meet the needs. ``occurred_on`` is the day it was sent."""

    case_id: UUID
    consultation_id: NewId = UNFILLED
    setting_id: UUID
    received_by_setting_on: Day | None = Field(
        default=None, description="The day the setting got it, if later than the day it was sent."
    )
    channel: Channel = Channel.EMAIL
    pack_ref: DocumentRef | None = None
    redactions: Personal[tuple[Text, ...]] = ()
    other_authority_consulted: LaCode | None = Field(
        default=None, description="The authority that maintains the setting, where it is another one (s.39(2))."
    )


class ConsultPreferredSetting(Command):
    """Consult a setting because the family asks for it. Nothing happens if that is settled already."""

    case_id: UUID
    consultation_id: NewId = UNFILLED
    setting_id: UUID


class RecordConsultationResponse(Command):
    """Record a setting's answer. ``occurred_on`` is the day it reached the authority.

    A setting may answer again; its last word counts. Late answers are recorded like any other.
    """

    case_id: UUID
    consultation_id: UUID
    response: ConsultationResponse
    grounds: tuple[Section39Ground, ...] = Field(default=(), description="What the setting relies on if it cannot.")
    place_available_from: date | None = None
    detail: Personal[FreeText] | None = None
    could_meet_with: Personal[FreeText] | None = Field(default=None, description="What would let it meet the needs.")

    @field_validator("grounds")
    @classmethod
    def _only_of_one_who_cannot(
        cls, grounds: tuple[Section39Ground, ...], info: ValidationInfo
    ) -> tuple[Section39Ground, ...]:
        if grounds and info.data.get("response") is ConsultationResponse.CAN_MEET:
            raise ValueError("a setting that can meet the needs relies on no ground against it")
        return tuple(dict.fromkeys(grounds))


# --- decisions ---


def _consulted(command: ConsultSetting, state: Search) -> bool:
    asked = state.consultation_of(command.setting_id)
    received = command.received_by_setting_on or command.occurred_on
    return (
        asked is not None
        and state.status is SearchStatus.OPEN
        and (asked.sent_on, asked.received_on) == (command.occurred_on, received)
    )


def _refuse_consulted(command: ConsultSetting, state: Search) -> None:
    """On the present text it is consulted once; after the draft was served again it may be asked again."""
    asked = state.consultation_of(command.setting_id)
    if asked is None or state.opened_on is None:
        return
    if asked.sent_on >= state.opened_on or asked.sent_on == command.occurred_on:
        raise Rejected(
            "setting-consulted-already",
            f"{asked.setting_name} was consulted on {asked.sent_on} (received on {asked.received_on}). {CORRECT}",
        )


def _consult(command: ConsultSetting, state: Search, asked: Setting) -> Sequence[Event]:
    _refuse_consulted(command, state)
    received = command.received_by_setting_on or command.occurred_on
    if received < command.occurred_on:
        raise Rejected(
            "received-before-sent",
            f"The setting cannot have received on {received} what was sent on {command.occurred_on}.",
        )
    return [
        _asked(
            command,
            state,
            asked,
            received,
            command.channel,
            pack_ref=command.pack_ref,
            redactions=command.redactions,
            other_authority_consulted=command.other_authority_consulted,
        )
    ]


def _moot(command: ConsultPreferredSetting, state: Search) -> bool:
    """Settled already, withdrawn meanwhile, or for the next search, which will ask then."""
    return (
        state.consultation_of(command.setting_id) is not None
        or state.status is not SearchStatus.OPEN
        or command.setting_id not in state.preferences
    )


def _consult_preferred(command: ConsultPreferredSetting, state: Search, asked: Setting) -> Sequence[Event]:
    return [_asked(command, state, asked, command.occurred_on, Channel.PORTAL)]


def _asked(
    command: ConsultSetting | ConsultPreferredSetting,
    state: Search,
    asked: Setting,
    received: date,
    channel: Channel,
    *,
    pack_ref: str | None = None,
    redactions: tuple[str, ...] | Erased = (),
    other_authority_consulted: str | None = None,
) -> SettingConsulted:
    if asked.profile is None or asked.legal_route is None:
        raise Rejected("setting-not-registered", "This setting is not in the directory; register it first.")
    return SettingConsulted(
        occurred_on=command.occurred_on,
        consultation_id=command.consultation_id,
        setting_id=command.setting_id,
        setting_name=asked.profile.name,
        setting_category=asked.profile.setting_category,
        legal_route=asked.legal_route,
        received_by_setting_on=received,
        reply_due_on=received + REPLY_WITHIN,
        channel=channel,
        preferred=command.setting_id in state.preferences,
        pack_ref=pack_ref,
        redactions=redactions,
        other_authority_consulted=other_authority_consulted,
        **state.identity,
    )


def _somebody_was_consulted(state: Search) -> Condition | None:
    if state.consultations:
        return None
    return Condition("nobody-consulted", "No setting was consulted for this case, so none can answer.")


def _says(command: RecordConsultationResponse, asked: Consultation) -> bool:
    return (asked.response, asked.grounds, asked.place_available_from) == (
        command.response,
        command.grounds,
        command.place_available_from,
    )


def _same_answer(command: RecordConsultationResponse, state: Search) -> bool:
    asked = state.consultations.get(command.consultation_id)
    return asked is not None and asked.responded_on == command.occurred_on and _says(command, asked)


def _respond(command: RecordConsultationResponse, state: Search) -> Sequence[Event]:
    asked = state.consultations.get(command.consultation_id)
    if asked is None:
        raise Rejected("no-such-consultation", "This case has no consultation with that id.")
    if command.occurred_on < asked.sent_on:
        raise Rejected(
            "answer-before-consultation",
            f"{asked.setting_name} was consulted on {asked.sent_on} and cannot have answered on {command.occurred_on}. "
            f"{CORRECT}",
        )
    if _says(command, asked):
        raise Rejected("answered-already", f"{asked.setting_name} answered so on {asked.responded_on}. {CORRECT}")
    return [
        SettingConsultationResponded(
            occurred_on=command.occurred_on,
            consultation_id=asked.consultation_id,
            setting_id=asked.setting_id,
            setting_name=asked.setting_name,
            response=command.response,
            grounds=command.grounds,
            place_available_from=command.place_available_from,
            detail=command.detail,
            could_meet_with=command.could_meet_with,
            **{**state.identity, "plan_id": asked.plan_id},
        )
    ]


decisions = [
    Decision(
        ConsultSetting,
        _consult,
        when=[search_is_open],
        already=_consulted,
        reads=Reference(setting, "setting_id"),
    ),
    # Sent by reactions; where there is nothing to ask, it is moot.
    Decision(ConsultPreferredSetting, _consult_preferred, already=_moot, reads=Reference(setting, "setting_id")),
    Decision(
        RecordConsultationResponse,
        _respond,
        when=[_somebody_was_consulted],
        already=_same_answer,
    ),
]
