"""Refusals about dates that do not fit each other. All dates are civil dates in Europe/London."""

from __future__ import annotations

from datetime import date

from shared import Command, Rejected, london_date


def refuse_before(on: date, earliest: date | None, *, code: str, what: str) -> None:
    """Refuse a thing dated before the thing it follows from; ``what`` names that thing in plain words."""
    if earliest is not None and on < earliest:
        raise Rejected(code, f"{on} is before {what} ({earliest}); check both dates.")


def refuse_future(command: Command, on: date, *, what: str) -> None:
    """Refuse a date of something that must have happened already. ``occurred_on`` is checked by the kernel."""
    if on > (today := london_date(command.at)):
        raise Rejected("date-in-future", f"{what} cannot be after today ({today}): {on} has not come yet.")
