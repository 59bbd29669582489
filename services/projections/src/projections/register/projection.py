"""The case register as a projection: one row a case, worked out from what each topic says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from shared.core.codec import canonical
from shared.core.errors import Unprocessable
from shared.core.ids import lane_of
from shared.edge.db import Connection
from shared.edge.kafka import Delivered

from projections.events import TOPICS, Read, civil_date, data_of
from projections.generation import LAYOUTS, statements
from projections.projection import Builder, Changed, Table

from . import stages

COLUMNS = (
    "case_id", "la_code", "lane", "person_id", "name", "name_event_id", "opened_at", "changed_at", "stage",
    "stage_since", "caseworker", "team", "primary_need", "setting_id", "setting_name", "setting_type", "sen_support",
    "in_ap", "parts",
)  # fmt: skip
SETTING_COLUMNS = ("setting_id", "name", "category", "sequence", "said")

_SETTINGS = ("placement.setting-registered", "placement.setting-profile-updated")
_SETTING_RETRACTED = "placement.setting-entry-retracted"

Row = tuple[Any, ...]
Setting = dict[str, Any]
"""What was said of a setting: event, name, category; and the last event's sequence. JSON."""


class Register:
    name = "register"
    topics = TOPICS
    package = __package__ or "projections.register"
    layout = LAYOUTS["register"]
    tables = (Table("cases", COLUMNS, key=("case_id",)), Table("settings", SETTING_COLUMNS, key=("setting_id",)))

    async def apply(self, connection: Connection, schema: str, events: Sequence[Delivered]) -> Changed:
        sql = statements(self.package, schema)
        lane = events[0].lane
        await connection.execute(sql["lock_lane"], lane)
        read = [(event, data_of(event)) for event in events]
        cases = sorted({data["case_id"] for _, data in read if "case_id" in data})
        rows = await connection.fetch(sql["parts"], cases) if cases else []
        known: dict[str, dict[str, Any]] = {str(row["case_id"]): orjson.loads(row["parts"]) for row in rows}
        before = {case: _shown(case, parts) for case, parts in known.items()}
        schools = sorted({data["setting_id"] for event, data in read if _of_setting(event, data)})
        rows = await connection.fetch(sql["settings"], schools) if schools else []
        settings: dict[str, Setting] = {str(row["setting_id"]): orjson.loads(row["said"]) for row in rows}
        for event, data in read:
            take_in(known, settings, event, data)
        if known:
            after = [row_of(case, parts) for case, parts in known.items()]
            await connection.execute(sql["save"], *map(list, zip(*after, strict=True)))
        if settings:
            said = [_setting_row(id, setting) for id, setting in settings.items()]
            await connection.execute(sql["save_settings"], *map(list, zip(*said, strict=True)))
        return {
            case: next(iter(parts.values()))["la_code"]
            for case, parts in known.items()
            if before.get(case) != _shown(case, parts)
        }

    def builder(self) -> Builder:
        return _Builder()

    async def complete(self, connection: Connection, schema: str, left: Sequence[str]) -> None:
        """No case depends on another lane."""


def _shown(case: str, parts: Mapping[str, Any]) -> Row:
    """What a reader of the register can see change: not the instant of the last event."""
    row = row_of(case, parts)
    return row[:7] + row[8:-1]


def take_in(
    cases: dict[str, dict[str, Any]], settings: dict[str, Setting], event: Read, data: Mapping[str, Any]
) -> None:
    """Fold one event into the cases and settings it is about, in place. Raises Unprocessable."""
    try:
        case_id = data.get("case_id")
        if case_id is not None:
            civil_date(event, data)
            stages.fold(cases.setdefault(case_id, {}).setdefault(event.topic, {}), event, data)
        elif _of_setting(event, data):
            setting = settings.setdefault(data["setting_id"], {"said": []})
            setting["sequence"] = event.sequence
            if event.type in _SETTINGS:
                setting["said"].append([str(event.event_id), data["name"], data.get("setting_category")])
            else:
                setting["said"] = [told for told in setting["said"] if told[0] != data["retracts"]]
    except (KeyError, TypeError, AttributeError) as exc:
        raise Unprocessable(f"{event.type} lacks something the register needs ({type(exc).__name__})") from exc


def _of_setting(event: Read, data: Mapping[str, Any]) -> bool:
    """Whether an event says what a setting is called, or that one was wrong to."""
    return (event.type in _SETTINGS and bool(data.get("name"))) or event.type == _SETTING_RETRACTED


def _setting_row(id: str, setting: Setting) -> Row:
    said = setting["said"]
    category = next((told[2] for told in reversed(said) if told[2]), None)
    return (id, said[-1][1] if said else None, category, setting["sequence"], canonical(setting))


def row_of(case_id: str, parts: Mapping[str, Any]) -> Row:
    """The row of a case. Whose it is comes from the registration, or else from any event that names the person."""
    referral = parts.get("send.referral.v1", {})
    persons = [referral.get("person_id"), *(parts[t].get("person_id") for t in sorted(parts))]
    stage, since = stages.stage_of(parts)
    setting = stages.setting_of(parts)
    name, name_event = stages.name_of(referral)
    caseworker, team = stages.last(referral, "allocated") or (None, None)
    return (
        case_id,
        next(parts[t]["la_code"] for t in sorted(parts)),
        lane_of(case_id),
        next((p for p in persons if p), None),
        name,
        name_event,
        datetime.fromisoformat(min(part["first_at"] for part in parts.values())),
        datetime.fromisoformat(max(part["last_at"] for part in parts.values())),
        stage,
        date.fromisoformat(since) if since else None,
        caseworker,
        team,
        stages.need_of(parts),
        setting.get("setting_id"),
        setting.get("setting_name"),
        setting.get("setting_type"),
        bool(stages.last(referral, "support")),
        stages.in_ap(parts),
        canonical(parts),
    )


class _Builder:
    left: list[str] = []

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Any]] = {}
        self._settings: dict[str, Setting] = {}

    def add(self, event: Read, data: dict[str, Any]) -> None:
        take_in(self._cases, self._settings, event, data)

    def rows(self, *, last: bool) -> Iterable[tuple[str, list[Row]]]:
        if last:
            yield "cases", [row_of(case, parts) for case, parts in self._cases.items()]
            yield "settings", [_setting_row(id, setting) for id, setting in self._settings.items()]
            self._cases, self._settings = {}, {}


register = Register()
