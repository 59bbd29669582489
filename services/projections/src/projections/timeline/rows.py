"""From an event to its row. Pure, and the same for the running worker and for a rebuild."""

from __future__ import annotations

from typing import Any

from projections.deadlines.index import is_correction
from projections.events import Read, actor_of, civil_date

COLUMNS = (
    "case_id", "topic", "lane", "sequence", "la_code", "occurred_on", "recorded_at", "event_id", "type",
    "schema_version", "person_id", "user_id", "role", "org_id", "corrects", "field", "corrected_to", "retracts",
    "data",
)  # fmt: skip

Row = tuple[Any, ...]


def row_of(event: Read, data: dict[str, Any]) -> Row | None:
    """The row of an event, or None for what belongs to no case (settings, providers, term dates).

    Raises Unprocessable if the event lacks what every event has.
    """
    case_id = data.get("case_id")
    if case_id is None:
        return None
    actor = actor_of(event)
    corrects = data.get("corrects") if "now" in data else None
    retracts = data.get("retracts") if is_correction(event.type) else None
    return (
        case_id,
        event.topic,
        event.lane,
        event.sequence,
        event.la_code,
        civil_date(event, data),
        event.recorded_at,
        event.event_id,
        event.type,
        event.schema_version,
        data.get("person_id"),
        actor.user_id,
        actor.role,
        actor.org_id,
        corrects,
        str(data.get("field", "occurred_on")) if corrects is not None else None,
        civil_date(event, data, "now") if corrects is not None else None,
        retracts,
        event.data,
    )
