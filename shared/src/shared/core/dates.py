"""Civil dates. The law counts days in Europe/London; the machines count instants in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(at: datetime) -> date:
    """The civil date in London at an instant.

    Raises ValueError for a naive datetime: its date is unknowable.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(LONDON).date()


@dataclass(frozen=True, slots=True)
class Come:
    """Marks a date field of an event whose day must have come: ``aware_on: Annotated[date, COME]``.

    The command that records it refuses a later day, and by this mark a correction does so too.
    """


COME = Come()


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Marks a date field of an event that never comes before another one of the same event.

    ``served_on: Annotated[date | None, NotBefore("occurred_on")]``; for corrections, as ``Come``.
    """

    field: str
