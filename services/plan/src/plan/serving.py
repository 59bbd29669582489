"""Serving the family: how a draft or a notice reached them, to whom it went, and what it must print.

Of the words used here: *sent* is the day it left the authority, *served* the day it counts as having arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from plan.notices import Rights
from plan.state import RightsHolder
from plan.working_days import served_by_post
from shared import Command, Rejected

Method = Literal["HAND", "EMAIL", "PORTAL", "POST"]
"""E-mail and portal where the family has agreed to it (s.572 Education Act 1996)."""

RightsHolders = Annotated[tuple[RightsHolder, ...], Field(min_length=1, max_length=4)]

Recipient = Literal[
    "PARENT",
    "OTHER_PARENT",
    "YOUNG_PERSON",
    "ALTERNATIVE_PERSON",
    "SETTING",
    "ICB",
    "EDUCATION_OFFICER",
    "HEALTH_PROFESSIONAL",
    "SOCIAL_CARE",
    "YOUTH_OFFENDING_TEAM",
    "OTHER",
]
Recipients = Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=20)]

FAMILY: frozenset[Recipient] = frozenset({"PARENT", "OTHER_PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON"})

_WORDS: dict[Recipient, str] = {
    "SETTING": "the setting",
    "ICB": "the integrated care board",
    "EDUCATION_OFFICER": "an education officer of the authority",
    "HEALTH_PROFESSIONAL": "a health professional",
    "SOCIAL_CARE": "a social care officer of the authority",
}


def served_on(command: Command, method: Method, said: date | None) -> date:
    """The day of service: as said (receipt was shown), else the same day, or by the ordinary course of post."""
    if said is None:
        return served_by_post(command.occurred_on) if method == "POST" else command.occurred_on
    if said < command.occurred_on:
        raise Rejected("served-before-sent", f"It cannot be served ({said}) before it is sent ({command.occurred_on}).")
    return said


def refuse_missing_recipients(recipients: Sequence[Recipient], needed: Iterable[Recipient]) -> None:
    """Refuse a notice that does not go to the family and to everybody else the regulations name."""
    missing = [] if FAMILY & set(recipients) else ["the parent or young person"]
    missing += [_WORDS[r] for r in needed if r not in recipients]
    if missing:
        raise Rejected("recipient-missing", f"This must also go to {_and(missing)}; send it and list them.")


def refuse_missing_rights(rights: Rights) -> None:
    """Refuse a notice that does not print all of R4: without them the appeal period is not fairly told."""
    missing = [
        words
        for words, printed in (
            ("the right to appeal", rights.appeal),
            ("the time limits", rights.time_limits),
            ("the mediation information (reg 32)", rights.mediation),
            ("disagreement resolution and advice", rights.disagreement_and_advice),
        )
        if not printed
    ]
    if missing:
        raise Rejected("rights-missing", f"The notice must also state {_and(missing)}; mend it before it is sent.")


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
