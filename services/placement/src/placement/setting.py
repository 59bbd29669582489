"""A setting in the authority's directory: what it is, what it offers, how many places it has.

Any setting may stand here, in the area or outside it, whoever maintains it: a family may ask for any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from shared.core.messages import Filled

from placement.capacity import Capacity, places_available
from placement.categories import LegalRoute, SenSetting, SettingCategory, legal_route_of
from placement.profile import CheckedProfile, SettingProfile
from shared import UNFILLED, Actor, Command, Condition, DateCorrected, Decider, Decision, Event, derived_id

# --- events ---


class SettingRegistered(SettingProfile, Event):
    """A setting was entered in the authority's directory."""

    type: Literal["placement.setting-registered"] = "placement.setting-registered"
    setting_id: UUID
    legal_route: LegalRoute
    sen_setting: SenSetting | None
    """SEN2's code, where there is neither a URN nor a UKPRN."""


class SettingProfileUpdated(SettingProfile, Event):
    """What is known about the setting changed; this is the whole of it from now on."""

    type: Literal["placement.setting-profile-updated"] = "placement.setting-profile-updated"
    setting_id: UUID
    legal_route: LegalRoute
    sen_setting: SenSetting | None


class CapacityReported(Capacity, Event):
    """The setting's places as they were on ``occurred_on``."""

    type: Literal["placement.capacity-reported"] = "placement.capacity-reported"
    setting_id: UUID
    available_places: int
    """For a child starting that day; negative if over number."""


class SettingDateCorrected(DateCorrected):
    """The date of an earlier event of the setting was recorded wrongly."""

    type: Literal["placement.setting-date-corrected"] = "placement.setting-date-corrected"
    setting_id: UUID


SettingEvent = SettingRegistered | SettingProfileUpdated | CapacityReported | SettingDateCorrected

# --- state ---


@dataclass(frozen=True, slots=True)
class Setting:
    setting_id: UUID | None = None
    profile: SettingProfile | None = None
    legal_route: LegalRoute | None = None
    capacity: Capacity | None = None
    capacity_as_of: date | None = None

    @property
    def name(self) -> str | None:
        return self.profile.name if self.profile else None

    @property
    def category(self) -> SettingCategory | None:
        return self.profile.setting_category if self.profile else None


def evolve(state: Setting, event: SettingEvent) -> Setting:
    match event:
        case SettingRegistered() | SettingProfileUpdated():
            return replace(
                state, setting_id=event.setting_id, profile=_part(SettingProfile, event), legal_route=event.legal_route
            )
        case CapacityReported():
            # A report may arrive late; the one that speaks for the latest day holds.
            if state.capacity_as_of is not None and event.occurred_on < state.capacity_as_of:
                return state
            return replace(state, capacity=_part(Capacity, event), capacity_as_of=event.occurred_on)
        case SettingDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _part(model: type[Any], whole: Any) -> Any:
    return model(**{name: getattr(whole, name) for name in model.model_fields})


# --- commands ---


def _identity(values: dict[str, Any], by: Actor, command_id: UUID, field: str) -> UUID:
    """Entering the same school twice finds the first entry. Units and resourced provisions share their school's URN."""
    number = values["urn"] or values["ukprn"]
    if number is None:
        return derived_id(field, command_id)
    category = values["setting_category"]
    part = category if category in (SettingCategory.RESOURCED_PROVISION, SettingCategory.SEN_UNIT) else "WHOLE"
    return derived_id("setting", by.la_code, number, part)


class RegisterSetting(CheckedProfile, Command):
    """Enter a setting in the authority's directory.

    Its id follows from the authority and the URN (else UKPRN), so a national list can be loaded again and again.
    By which law a family may ask for it is derived from category, type code and section 41.
    """

    setting_id: Annotated[UUID, Filled(_identity)] = UNFILLED


class UpdateSettingProfile(CheckedProfile, Command):
    """Say what is known about the setting from now on: the whole profile, not only what changed."""

    setting_id: UUID


class ReportCapacity(Capacity, Command):
    """Report a setting's places. ``occurred_on`` is the day the figures are of."""

    setting_id: UUID


# --- decisions ---


def _not_registered(state: Setting) -> Condition | None:
    if state.profile is None:
        return None
    return Condition(
        "setting-already-registered",
        f"{state.name} is in the directory already, with another profile; update its profile instead.",
    )


def _registered(state: Setting) -> Condition | None:
    if state.profile is not None:
        return None
    return Condition("setting-not-registered", "This setting is not in the directory; register it first.")


def sen_setting_of(profile: SettingProfile) -> SenSetting | None:
    """SEN2's code for a setting without a URN or UKPRN."""
    if profile.urn or profile.ukprn:
        return None
    return "EYP" if profile.setting_category is SettingCategory.EARLY_YEARS else "OTH"


def _stated(command: RegisterSetting | UpdateSettingProfile) -> dict[str, Any]:
    return {
        **{name: getattr(command, name) for name in SettingProfile.model_fields},
        "occurred_on": command.occurred_on,
        "setting_id": command.setting_id,
        "sen_setting": sen_setting_of(command),
        "legal_route": legal_route_of(
            command.setting_category,
            section41=command.section41,
            establishment_type_code=command.establishment_type_code,
            case_by_case=command.case_by_case_route,
        ),
    }


def _register(command: RegisterSetting, _: Setting) -> Sequence[Event]:
    return [SettingRegistered(**_stated(command))]


def _update(command: UpdateSettingProfile, _: Setting) -> Sequence[Event]:
    return [SettingProfileUpdated(**_stated(command))]


def _same_profile(command: RegisterSetting | UpdateSettingProfile, state: Setting) -> bool:
    return state.profile is not None and state.profile == _part(SettingProfile, command)


def _report(command: ReportCapacity, _: Setting) -> Sequence[Event]:
    capacity: Capacity = _part(Capacity, command)
    return [
        CapacityReported(
            **{name: getattr(capacity, name) for name in Capacity.model_fields},
            occurred_on=command.occurred_on,
            setting_id=command.setting_id,
            available_places=places_available(capacity, command.occurred_on),
        )
    ]


def _same_report(command: ReportCapacity, state: Setting) -> bool:
    return command.occurred_on == state.capacity_as_of and state.capacity == _part(Capacity, command)


setting = Decider(
    name="setting",
    key="setting_id",
    initial=Setting(),
    evolve=evolve,
    events=SettingEvent,
    decisions=[
        Decision(RegisterSetting, _register, when=[_not_registered], already=_same_profile, opens=True),
        Decision(UpdateSettingProfile, _update, when=[_registered], already=_same_profile),
        Decision(ReportCapacity, _report, when=[_registered], already=_same_report),
    ],
)
