"""Civil dates. The law counts days in Europe/London; the machines count instants in UTC."""

from __future__ import annotations

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
