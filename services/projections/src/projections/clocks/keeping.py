"""What is kept of an event for the deadline engine: the fields some rule reads, and nothing personal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from shared.core.codec import canonical
from shared.core.errors import Unprocessable

from projections.deadlines.book import Rules
from projections.deadlines.case import CORRECTION, EXCLUSIONS
from projections.deadlines.facts import Fact
from projections.deadlines.index import CORRECTION_FIELDS, is_correction, relevant_types
from projections.deadlines.periods import SCHOOL
from projections.events import Read, civil_date

TERMS = ("placement.setting-term-dates-published", "placement.authority-term-dates-published")
OF_SETTINGS = (TERMS[0], "placement.setting-term-dates-entry-retracted")
OF_AUTHORITIES = (TERMS[1], "placement.authority-term-dates-entry-retracted")
"""What is said of term dates: published, and that a publication was an error."""
ALLOCATED = "referral.caseworker-allocated"

FACT_COLUMNS = (
    "case_id", "topic", "lane", "sequence", "la_code", "event_id", "type", "occurred_on", "recorded_at", "school_days",
    "setting_id", "data",
)  # fmt: skip
TERM_COLUMNS = (
    "topic", "lane", "sequence", "la_code", "event_id", "type", "occurred_on", "recorded_at", "setting_id", "data",
)  # fmt: skip

_TERM_FIELDS = frozenset({"setting_id", "academic_year", "terms", "not_school_days", "retracts"})
_ALWAYS = frozenset({"case_id"})
_CORRECTION = tuple(sorted(CORRECTION_FIELDS))
_VERSIONS: Mapping[str, int] = {}
"""The newest schema version the rules can read, of each event type; 1 for all that are not named but corrections."""
_CORRECTIONS = 2
"""The newest version of corrections: it names which of an event's dates was wrong."""


@cache
def rules() -> Rules:
    return Rules.in_law()


@cache
def kept_fields() -> dict[str, tuple[str, ...]]:
    """Which event types are kept, and which of their fields, in the order in which they are kept."""
    kept = {type: fields | _ALWAYS for type, fields in relevant_types(rules()).items() if type not in TERMS}
    kept[ALLOCATED] = kept.get(ALLOCATED, frozenset()) | {"case_id", "caseworker", "team"}
    return {type: tuple(sorted(fields)) for type, fields in kept.items()}


@cache
def counting_types() -> frozenset[str]:
    """The events of cases that count school days: they start such a limit, or say whose days it counts."""
    starts = {clause.type for rule in rules().rows if rule.period.unit in SCHOOL for clause in rule.starts}
    return frozenset(starts | set(EXCLUSIONS))


def fact_of(event: Read, data: Mapping[str, Any]) -> Fact | None:
    """The fact in an event of a case; None if no rule reads it.

    Raises Unprocessable for an event in a newer form than the rules know: a limit worked out from it could be wrong.
    """
    if data.get("case_id") is None:
        return None
    type = event.type
    fields = kept_fields().get(type)
    if fields is None:
        if not is_correction(type):
            return None
        fields = _CORRECTION
    if event.schema_version > 1 and event.schema_version > (known := _newest(type)):
        raise Unprocessable(
            f"{type} is in version {event.schema_version}, and the deadline rules read version {known} at most"
        )
    kept = {name: data[name] for name in fields if name in data}
    return Fact(str(event.event_id), type, civil_date(event, data), event.recorded_at, event.la_code, kept)


def _newest(type: str) -> int:
    return _CORRECTIONS if type.endswith(CORRECTION) else _VERSIONS.get(type, 1)


def fact_row(event: Read, fact: Fact) -> tuple[Any, ...]:
    counts = fact.type in counting_types()
    setting = str(fact.data["setting_id"]) if counts and fact.data.get("setting_id") else None
    return (
        fact.data["case_id"], event.topic, event.lane, event.sequence, fact.la_code, event.event_id, fact.type,
        fact.occurred_on, fact.recorded_at, counts, setting, orjson.dumps(fact.data),
    )  # fmt: skip


def term_fact(event: Read, data: Mapping[str, Any]) -> Fact | None:
    """What an event says of term dates; None if it is something else."""
    if event.type not in OF_SETTINGS and event.type not in OF_AUTHORITIES:
        return None
    kept = {name: data[name] for name in _TERM_FIELDS if name in data}
    needed = {"academic_year", "terms"} if event.type in TERMS else {"retracts"}
    if event.type in OF_SETTINGS:
        needed.add("setting_id")
    if missing := needed - kept.keys():
        raise Unprocessable(f"{event.type} says no {' and no '.join(sorted(missing))}")
    on = civil_date(event, data)
    return Fact(str(event.event_id), event.type, on, event.recorded_at, event.la_code, kept)


def term_row(event: Read, fact: Fact) -> tuple[Any, ...]:
    return (
        event.topic, event.lane, event.sequence, fact.la_code, event.event_id, fact.type, fact.occurred_on,
        fact.recorded_at, fact.data.get("setting_id"), canonical(fact.data),
    )  # fmt: skip


def from_row(row: Any) -> Fact:
    """A fact as it was kept."""
    return Fact(
        str(row["event_id"]),
        row["type"],
        row["occurred_on"],
        row["recorded_at"],
        row["la_code"],
        orjson.loads(row["data"]),
    )
