"""Refusals about dates that do not fit each other, or the first record. All are civil dates in Europe/London."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from shared import Command, Condition, Rejected, london_date


def refuse_before(on: date, earliest: date | None, *, code: str, what: str) -> None:
    """Refuse a thing dated before the thing it follows from; ``what`` names that thing in plain words."""
    if earliest is not None and on < earliest:
        raise Rejected(code, f"{on} is before {what} ({earliest}); check both dates.")


def correct_at(route: str) -> str:
    """How every refusal of a second record of the same thing ends."""
    return f"If that date is wrong, correct it: POST {route}/corrections."


def once(
    said: Callable[[Any], date | None], code: str, what: str, to_correct: str
) -> Callable[[Any], Condition | None]:
    """A guard for what is recorded once. Where it is, the answer says when, and how to put a wrong date right."""

    def guard(state: Any) -> Condition | None:
        on = said(state)
        return None if on is None else Condition(code, f"{what} on {on}. {to_correct}")

    return guard


def refuse_again(on: date | None, *, code: str, what: str, to_correct: str) -> None:
    """Refuse a second record of one thing among several; ``on`` is the day of the first, None if there is none."""
    if on is not None:
        raise Rejected(code, f"{what} on {on}. {to_correct}")


def refuse_future(command: Command, on: date, *, what: str) -> None:
    """Refuse a date of something that must have happened already. ``occurred_on`` is checked by the kernel."""
    if on > (today := london_date(command.at)):
        raise Rejected("date-in-future", f"{what} cannot be after today ({today}): {on} has not come yet.")
