"""Cases of an authority, newest first, each with its next deadline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.core.errors import NotFound
from shared.core.personal import DataKey
from shared.edge.keyring import Keyring

from projections.clocks.query import Due, next_deadlines
from projections.generation import statements
from projections.inputs import from_cursor, to_cursor
from projections.reading import Reading, opened

from .stages import STAGES

_PACKAGE = "projections.register"


@dataclass(frozen=True)
class Wanted:
    stages: Sequence[str] | None = None
    caseworker: str | None = None
    team: str | None = None
    primary_need: str | None = None
    setting_id: UUID | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    due: Mapping[str, Due]
    next: str | None = None


async def page(reading: Reading, wanted: Wanted) -> Page:
    """Raises InvalidCommand for a cursor that is none."""
    sql = statements(_PACKAGE, reading.schema("register"))
    after = from_cursor(wanted.cursor, (datetime.fromisoformat, UUID)) or (None, None)
    rows = await reading.connection.fetch(
        sql["page"], reading.la_code, wanted.stages, wanted.caseworker, wanted.team, wanted.primary_need,
        wanted.setting_id, *after, wanted.limit + 1,
    )  # fmt: skip
    following = None
    if len(rows) > wanted.limit:
        rows = rows[: wanted.limit]
        following = to_cursor(rows[-1]["opened_at"], str(rows[-1]["case_id"]))
    return Page(rows, await next_deadlines(reading, [row["case_id"] for row in rows]), following)


async def one(reading: Reading, case_id: UUID) -> Page:
    """Raises NotFound if the authority has no such case."""
    sql = statements(_PACKAGE, reading.schema("register"))
    row = await reading.connection.fetchrow(sql["one"], reading.la_code, case_id)
    if row is None:
        raise NotFound
    return Page([row], await next_deadlines(reading, [case_id]))


async def names(reading: Reading, cases: Collection[str]) -> Sequence[Any]:
    """Of the children of these cases, still sealed; cases the register does not know yet are missing."""
    rows: Sequence[Any] = await reading.connection.fetch(
        statements(_PACKAGE, reading.schema("register"))["names"], reading.la_code, list(cases)
    )
    return rows


def opened_names(rows: Sequence[Any], keys: Mapping[UUID, DataKey | None]) -> dict[str, str]:
    """By case, for the caller to see."""
    return {str(row["case_id"]): _name(row, keys) for row in rows}


async def keys_for(keyring: Keyring, rows: Sequence[Any]) -> Mapping[UUID, DataKey | None]:
    persons = {row["person_id"] for row in rows if row["name"] is not None and row["person_id"] is not None}
    return await keyring.keys(sorted(persons)) if persons else {}


def bodies(found: Page, keys: Mapping[UUID, DataKey | None]) -> list[dict[str, Any]]:
    return [_body(row, found.due.get(str(row["case_id"])), keys) for row in found.rows]


def _name(row: Any, keys: Mapping[UUID, DataKey | None]) -> str:
    return str(opened(row["name"], keys.get(row["person_id"]), row["name_event_id"].bytes, ("name",)))


def _body(row: Any, due: Due | None, keys: Mapping[UUID, DataKey | None]) -> dict[str, Any]:
    setting = None
    if row["setting_id"] is not None or row["setting_type"] is not None:
        setting = {
            "setting_id": row["setting_id"],
            "name": row["setting_name"],
            "type": row["setting_type"],
        }
    return {
        "case_id": row["case_id"],
        "person_id": row["person_id"],
        "name": _name(row, keys) if row["name"] is not None else None,
        "stage": row["stage"],
        "stage_in_words": STAGES[row["stage"]],
        "stage_since": row["stage_since"],
        "opened_at": row["opened_at"],
        "last_recorded_at": row["changed_at"],
        "caseworker": row["caseworker"],
        "team": row["team"],
        "primary_need": row["primary_need"],
        "setting": setting,
        "sen_support": row["sen_support"],
        "in_alternative_provision": row["in_ap"],
        "next_deadline": due.body() if due else None,
    }
