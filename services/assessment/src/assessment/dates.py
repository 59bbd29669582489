"""Dates that must fit each other. All are civil dates in Europe/London."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from shared import Rejected


def months_after(start: date, months: int) -> date:
    """The corresponding date ``months`` calendar months on, or the last day of a month that lacks it."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def refuse_before(on: date, earliest: date | None, *, code: str, what: str) -> None:
    """Refuse a thing dated before the thing it follows from; ``what`` names that thing in plain words."""
    if earliest is not None and on < earliest:
        raise Rejected(code, f"{on} is before {what} ({earliest}). Check both dates; a wrong one can be corrected.")
