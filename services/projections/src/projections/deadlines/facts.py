"""What the engine reads of an event: type, dates, and unsealed fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One event, reduced to what a deadline can depend on.

    ``data`` holds the event's unsealed fields as they are on the wire (ids and dates as strings, or parsed).
    """

    event_id: str
    type: str
    """The wire name, ``plan.final-plan-issued``."""
    occurred_on: date
    """The civil date in London that the law counts."""
    recorded_at: datetime
    """When it was written down, UTC."""
    la_code: str
    data: Mapping[str, Any]


def known_at(facts: Iterable[Fact], instant: datetime) -> tuple[Fact, ...]:
    """What was recorded by an instant: the view before a later correction or a late entry."""
    return tuple(fact for fact in facts if fact.recorded_at <= instant)


def date_of(value: date | str) -> date:
    """A date field as stored (ISO string) or already parsed. Raises ValueError or TypeError for anything else."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def read_date(value: object) -> date | None:
    """The same, and None for what is not a date."""
    try:
        return date_of(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
