"""What callers put into the query string: instants, dates, cursors. Wrong ones are answered 422, naming the field."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
from shared.core.dates import LONDON
from shared.core.errors import FieldError, InvalidCommand

EVER = datetime.max.replace(tzinfo=UTC)
"""As known by now: everything, also what was written down by a clock that was ahead of ours."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")


def wrong(field: str, message: str) -> InvalidCommand:
    return InvalidCommand(f"Please look at: {field}.", [FieldError(field, message)])


def instant(text: str | None, *, now: datetime, field: str = "asAt") -> datetime | None:
    """An instant of the past (UTC): a date stands for the end of that day in London.

    Raises InvalidCommand for a time without a zone, for one that has not come yet, and for what is neither.
    """
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            following = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), LONDON)
            return min(following.astimezone(UTC) - timedelta(microseconds=1), _not_later(date.fromisoformat(text), now))
        at = datetime.fromisoformat(_LOST_PLUS.sub(r"+\1", text))
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise wrong(field, "must be a date like 2026-03-02, or an instant like 2026-03-02T09:30:00Z") from exc
    if at.tzinfo is None:
        raise wrong(field, "needs a time zone, like 2026-03-02T09:30:00Z")
    if at > now + timedelta(minutes=1):
        raise wrong(field, "must not be in the future: nothing is known of it yet")
    return at


def _not_later(day: date, now: datetime) -> datetime:
    if day > now.astimezone(LONDON).date():
        raise wrong("asAt", "must not be in the future: nothing is known of it yet")
    return now


def to_cursor(*place: Any) -> str:
    """An opaque cursor for a place in an order."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def from_cursor(text: str | None, readers: Sequence[Callable[[Any], Any]]) -> tuple[Any, ...] | None:
    """The place a cursor stands for, each part through its reader. Raises InvalidCommand if we never gave it."""
    if text is None:
        return None
    try:
        if len(text) > 1000:
            raise ValueError
        parts = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(parts, list) or len(parts) != len(readers):
            raise ValueError
        return tuple(read(part) for read, part in zip(readers, parts, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError) as exc:
        raise wrong("cursor", "must be the `next` of an earlier answer of this same list") from exc
