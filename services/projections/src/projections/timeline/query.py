"""A case's timeline as it was known at an instant, in order of occurrence, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from shared.core.errors import NotFound
from shared.core.personal import DataKey
from shared.edge.keyring import Keyring

from projections.generation import statements
from projections.inputs import from_cursor, to_cursor
from projections.reading import Reading, has_sealed, opened

from .words import bookkeeping, role_in_words, sentence

_PACKAGE = "projections.timeline"


@dataclass(frozen=True)
class Wanted:
    """Which part of a timeline. Dates are London civil dates, both ends included; ``at`` is UTC."""

    at: datetime
    types: Sequence[str] | None = None
    from_on: date | None = None
    to_on: date | None = None
    bookkeeping: bool = False
    """Also what services noted for themselves."""
    cursor: str | None = None
    limit: int = 100


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    amendments: Sequence[Any]
    next: str | None


async def page(reading: Reading, case_id: UUID, wanted: Wanted) -> Page:
    """Raises NotFound if the authority has no such case, InvalidCommand for a cursor that is none."""
    sql = statements(_PACKAGE, reading.schema("timeline"))
    after = from_cursor(wanted.cursor, (date.fromisoformat, datetime.fromisoformat, str, int)) or (None,) * 4
    rows = await reading.connection.fetch(
        sql["page"], case_id, reading.la_code, wanted.at, wanted.types, wanted.from_on, wanted.to_on, *after,
        wanted.limit + 1, [] if wanted.bookkeeping or wanted.types else bookkeeping(),
    )  # fmt: skip
    if not rows and not await reading.connection.fetchval(sql["exists"], case_id, reading.la_code):
        raise NotFound
    following = None
    if len(rows) > wanted.limit:
        rows = rows[: wanted.limit]
        last = rows[-1]
        following = to_cursor(last["happened_on"], last["recorded_at"], last["topic"], last["sequence"])
    amendments = []
    if amended := [row["event_id"] for row in rows if row["amended"]]:
        amendments = await reading.connection.fetch(sql["amendments"], case_id, reading.la_code, wanted.at, amended)
    return Page(rows, amendments, following)


async def keys_for(keyring: Keyring, found: Page) -> Mapping[UUID, DataKey | None]:
    """The data keys of the persons named in a page."""
    persons = {row["person_id"] for row in found.rows if row["person_id"] is not None}
    return await keyring.keys(sorted(persons)) if persons else {}


def entries(found: Page, keys: Mapping[UUID, DataKey | None]) -> tuple[list[dict[str, Any]], bool]:
    """The page as callers get it, and whether anything personal is in it."""
    corrections, retractions = _amendments(found.amendments)
    types = {str(row["event_id"]): row["type"] for row in found.rows}
    personal = False
    items = []
    for row in found.rows:
        data = orjson.loads(row["data"])
        if has_sealed(data):
            personal = True
            data = opened(data, keys.get(row["person_id"]), row["event_id"].bytes)
        corrected = corrections.get(row["event_id"], [])
        data |= {correction["field"]: correction["now"] for correction in corrected}
        about = types.get(str(data.get("corrects"))) or data.get("retracted_type")
        text = sentence(row["type"], data if about is None else {**data, "of": sentence(about, {})})
        retracted = retractions.get(row["event_id"])
        items.append(
            {
                "event_id": row["event_id"],
                "type": row["type"],
                "service": row["topic"].removeprefix("send.").removesuffix(".v1"),
                "happened_on": row["happened_on"],
                "recorded_at": row["recorded_at"],
                "text": text if retracted is None else f"Recorded in error: {text}",
                "by": actor(row),
                "corrections": corrected,
                "retracted": retracted,
                "position": {"topic": row["topic"], "lane": row["lane"], "sequence": row["sequence"]},
                "details": {name: value for name, value in data.items() if name not in ("type", "occurred_on")},
            }
        )
    return items, personal


def _amendments(rows: Sequence[Any]) -> tuple[dict[UUID, list[dict[str, Any]]], dict[UUID, dict[str, Any]]]:
    """What was said later, by the event it was said of: corrections oldest first, and the retraction."""
    corrections: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    retractions: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        data = orjson.loads(row["data"])
        said = {
            "reason": data.get("reason"),
            "event_id": row["event_id"],
            "recorded_at": row["recorded_at"],
            "by": actor(row),
        }
        if row["retracts"] is not None:
            retractions[row["retracts"]] = said
        else:
            dates = {"field": data.get("field", "occurred_on"), "was": data.get("was"), "now": data.get("now")}
            corrections[row["corrects"]].append(dates | said)
    return corrections, retractions


def actor(row: Any) -> dict[str, str]:
    return {
        "user_id": row["user_id"],
        "role": row["role"],
        "org_id": row["org_id"],
        "words": f"{role_in_words(row['role'])} {row['user_id']}" if row["role"] != "system" else "the system",
    }
