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
SETTING_COLUMNS = ("setting_id", "name", "category", "sequence")

_SETTINGS = ("placement.setting-registered", "placement.setting-profile-updated")

Row = tuple[Any, ...]


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
        settings: dict[str, Row] = {}
        for event, data in read:
            take_in(known, settings, event, data)
        if known:
            after = [row_of(case, parts) for case, parts in known.items()]
            await connection.execute(sql["save"], *map(list, zip(*after, strict=True)))
        if settings:
            await connection.execute(sql["save_settings"], *map(list, zip(*settings.values(), strict=True)))
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


def take_in(cases: dict[str, dict[str, Any]], settings: dict[str, Row], event: Read, data: Mapping[str, Any]) -> None:
    """Fold one event into the cases and settings it is about, in place. Raises Unprocessable."""
    try:
        case_id = data.get("case_id")
        if case_id is not None:
            civil_date(event, data)
            stages.fold(cases.setdefault(case_id, {}).setdefault(event.topic, {}), event, data)
        elif event.type in _SETTINGS and data.get("name"):
            id = data["setting_id"]
            was = settings.get(id)
            category = data.get("setting_category") or (was[2] if was else None)
            settings[id] = (id, data["name"], category, event.sequence)
    except (KeyError, TypeError, AttributeError) as exc:
        raise Unprocessable(f"{event.type} lacks something the register needs ({type(exc).__name__})") from exc


def row_of(case_id: str, parts: Mapping[str, Any]) -> Row:
    """The row of a case. Whose it is comes from the registration, or else from any event that names the person."""
    referral = parts.get("send.referral.v1", {})
    persons = [referral.get("person_id"), *(parts[t].get("person_id") for t in sorted(parts))]
    stage, since = stages.stage_of(parts)
    setting = stages.setting_of(parts)
    return (
        case_id,
        next(parts[t]["la_code"] for t in sorted(parts)),
        lane_of(case_id),
        next((p for p in persons if p), None),
        referral.get("name"),
        referral.get("name_event"),
        datetime.fromisoformat(min(part["first_at"] for part in parts.values())),
        datetime.fromisoformat(max(part["last_at"] for part in parts.values())),
        stage,
        date.fromisoformat(since) if since else None,
        referral.get("caseworker"),
        referral.get("team"),
        stages.need_of(parts),
        setting.get("setting_id"),
        setting.get("setting_name"),
        setting.get("setting_type"),
        bool(referral.get("sen_support")),
        bool(parts.get("send.ap-intervention.v1", {}).get("interventions")),
        canonical(parts),
    )


class _Builder:
    left: list[str] = []

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Any]] = {}
        self._settings: dict[str, Row] = {}

    def add(self, event: Read, data: dict[str, Any]) -> None:
        take_in(self._cases, self._settings, event, data)

    def rows(self, *, last: bool) -> Iterable[tuple[str, list[Row]]]:
        if last:
            yield "cases", [row_of(case, parts) for case, parts in self._cases.items()]
            yield "settings", list(self._settings.values())
            self._cases, self._settings = {}, {}


register = Register()
