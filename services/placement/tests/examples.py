"""Settings, a case and its course, from which the tests of this service start. Green Paper 2.7's names and figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from placement.categories import LegalRoute, SettingCategory
from placement.naming_events import (
    Channel,
    ConsultationResponse,
    PlacementSearchOpened,
    PreferenceExpressed,
    PreferredBy,
    SearchReason,
    SettingConsultationResponded,
    SettingConsulted,
)
from placement.profile import SettingProfile
from placement.setting import Setting

from shared import Event, case_id_of

PERSON = UUID(int=7)
CASE = case_id_of("999", PERSON)
PLAN = UUID(int=70)

RIVERSIDE, OAKFIELD, HIGHCROFT, MEADOW_PARK, LARCHES = (UUID(int=n) for n in range(101, 106))

DRAFT_ON = date(2026, 12, 14)
CONSULTED_ON = date(2026, 12, 16)
DUE_ON = date(2026, 12, 31)

_DIRECTORY: dict[UUID, tuple[str, SettingCategory, LegalRoute, bool]] = {
    RIVERSIDE: ("Riverside Academy", SettingCategory.MAINSTREAM, LegalRoute.S38_3, False),
    OAKFIELD: ("Oakfield", SettingCategory.RESOURCED_PROVISION, LegalRoute.S38_3, False),
    HIGHCROFT: ("Highcroft", SettingCategory.SPECIAL_INDEPENDENT, LegalRoute.S38_3, True),
    MEADOW_PARK: ("Meadow Park", SettingCategory.SPECIAL_STATE, LegalRoute.S38_3, False),
    LARCHES: ("The Larches", SettingCategory.INDEPENDENT, LegalRoute.S9_EA96, False),
}


def registered(setting_id: UUID) -> Setting:
    """A setting of the directory as other streams read it."""
    name, category, route, section41 = _DIRECTORY[setting_id]
    profile = SettingProfile(
        name=name, setting_category=category, section41=section41, age_from=3, age_to=19, urn="123456"
    )
    return Setting(setting_id=setting_id, profile=profile, legal_route=route)


UNREGISTERED = Setting()


def whose(**more: Any) -> dict[str, Any]:
    return {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, **more}


def opened(**more: Any) -> PlacementSearchOpened:
    return PlacementSearchOpened(
        **{"occurred_on": DRAFT_ON, "reason": SearchReason.DRAFT_PLAN_SERVED, **whose(), **more}
    )


def preferred(setting_id: UUID, rank: int = 1, **more: Any) -> PreferenceExpressed:
    name, category, route, _ = _DIRECTORY[setting_id]
    return PreferenceExpressed(
        **{
            "occurred_on": CONSULTED_ON,
            "preference_id": preference_of(setting_id),
            "setting_id": setting_id,
            "setting_name": name,
            "setting_category": category,
            "legal_route": route,
            "rank": rank,
            "by": PreferredBy.PARENT,
            "on_list": False,
            **whose(),
            **more,
        }
    )


def consulted(setting_id: UUID, on: date = CONSULTED_ON, **more: Any) -> SettingConsulted:
    name, category, route, _ = _DIRECTORY[setting_id]
    return SettingConsulted(
        **{
            "occurred_on": on,
            "consultation_id": consultation_of(setting_id),
            "setting_id": setting_id,
            "setting_name": name,
            "setting_category": category,
            "legal_route": route,
            "received_by_setting_on": on,
            "reply_due_on": on + timedelta(days=15),
            "channel": Channel.EMAIL,
            "preferred": True,
            **whose(),
            **more,
        }
    )


def responded(
    setting_id: UUID,
    response: ConsultationResponse = ConsultationResponse.CAN_MEET,
    on: date = date(2026, 12, 22),
    **more: Any,
) -> SettingConsultationResponded:
    return SettingConsultationResponded(
        **{
            "occurred_on": on,
            "consultation_id": consultation_of(setting_id),
            "setting_id": setting_id,
            "setting_name": _DIRECTORY[setting_id][0],
            "response": response,
            **whose(),
            **more,
        }
    )


def preference_of(setting_id: UUID) -> UUID:
    return UUID(int=setting_id.int + 1000)


def consultation_of(setting_id: UUID) -> UUID:
    return UUID(int=setting_id.int + 2000)


def asked_and_can(*setting_ids: UUID) -> list[Event]:
    """Each was consulted and said that it can meet the needs."""
    return [event for id in setting_ids for event in (consulted(id), responded(id))]
