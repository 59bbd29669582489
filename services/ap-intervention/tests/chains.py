"""Examples for the laws, made by letting a course of commands happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shared.testing.laws import Example
from shared.testing.spec import stamped

from shared import Decider, Event

ID = UUID(int=900)
WRONG = {"corrects": ID, "was": date(2026, 9, 1), "now": date(2026, 8, 31), "reason": "The letter was found."}
DAY = date(2026, 10, 26)


def chain(decider: Decider[Any], start: Sequence[Event], *steps: tuple[Any, ...]) -> list[Example]:
    """One example a step, each on the history the steps before it made."""
    history, found = list(start), []
    for number, (command, *other) in enumerate(steps):
        found.append((list(history), command, *other))
        history += decider.decide(stamped(command, number=number + 1), decider.fold(history), *other)
    return found  # type: ignore[return-value]
