"""Rules as conditions: guards made from a sentence, and refusals that report everything unmet at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from shared import Command, Condition, Rejected, case_id_of


def need(holds: Callable[[Any], bool], code: str, detail: str) -> Callable[[Any], Condition | None]:
    """A guard: the state must satisfy ``holds``, else the answer is ``code`` with ``detail``."""
    return lambda state: None if holds(state) else Condition(code, detail)


def once(
    said: Callable[[Any], date | None], code: str, what: str, to_correct: str
) -> Callable[[Any], Condition | None]:
    """A guard for what is recorded once. Where it is, the answer says when, and how to put a wrong date right."""

    def guard(state: Any) -> Condition | None:
        on = said(state)
        return None if on is None else Condition(code, f"{what} on {on}. {to_correct}")

    return guard


def correct_at(route: str) -> str:
    """How every refusal of a second record of the same thing ends."""
    return f"If that date is wrong, correct it: POST {route}/corrections."


def unless(holds: bool, code: str, detail: str) -> list[Condition]:
    """No condition if it holds, else the one that does not."""
    return [] if holds else [Condition(code, detail)]


def refuse(*unmet: list[Condition]) -> None:
    """Raise Rejected with every unmet condition; do nothing if there is none."""
    if conditions := [condition for some in unmet for condition in some]:
        raise Rejected.all(conditions)


def of_its_person(command: Command, *, case_id: UUID, person_id: UUID) -> list[Condition]:
    """The case named must be the file of the person named, in the caller's authority (docs/adr/0002)."""
    return unless(
        case_id == case_id_of(command.by.la_code, person_id),
        "case-of-another-person",
        "The case and the person do not belong together in your authority; check both ids.",
    )
