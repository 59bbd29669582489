"""What notices have in common: how they are sent, to whom they must go, and the rights they must print.

A notice that lacks something the law requires does not meet its limit until it is cured (`statutory-timeline.md` 2.2),
so it is refused at once, with all that is missing, and can be sent complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared import Command, Condition, Rejected, Value

from .codes import FAMILY, Method, Recipient

Recipients = Annotated[tuple[Recipient, ...], Field(min_length=1, description="Everyone this notice was sent to.")]


class Rights(Value):
    """R4, the four things a refusal must tell the family (SEND Regulations 2014, regs 5(3), 10(3), 32)."""

    appeal: bool
    """The right to appeal to the Tribunal."""
    time_limits: bool
    """The time limits for it."""
    mediation: bool
    """The mediation information of reg 32."""
    disagreement_and_advice: bool
    """Disagreement resolution, and information, advice and support."""


RIGHTS_IN_WORDS = {
    "appeal": "the right to appeal",
    "time_limits": "the time limits for an appeal",
    "mediation": "the mediation information of reg 32",
    "disagreement_and_advice": "disagreement resolution and the information, advice and support service",
}


class Notice(Command):
    """A notice that was sent. ``occurred_on`` is the day it was sent; that day counts for the authority's limit."""

    case_id: UUID
    method: Method
    recipients: Recipients
    served_on: date | None = Field(
        default=None,
        description="The day it reached the family. Left out: the day of sending, or unknown where it went by post.",
    )


class Refusal(Notice):
    """A notice that says no."""

    rights: Rights
    reasons_given: bool = Field(description="The notice itself gives the reasons.")


def served(command: Notice) -> date | None:
    """The day of service: hand, agreed e-mail and portal serve on the day (`statutory-timeline.md` 2.2)."""
    if command.served_on is not None or command.method is Method.POST:
        return command.served_on
    return command.occurred_on


def check(
    command: Notice,
    *,
    decided_on: date | None,
    due_to: Iterable[Recipient],
    hint: str = "",
    also: Iterable[Condition] = (),
) -> None:
    """Refuse a notice that is dated wrongly or lacks what it must have; every shortcoming at once."""
    unmet: list[Condition] = []
    if decided_on is not None and command.occurred_on < decided_on:
        unmet.append(
            Condition("notified-before-decided", f"The decision was made on {decided_on}; check the notice's date.")
        )
    if command.served_on is not None and command.served_on < command.occurred_on:
        unmet.append(Condition("served-before-sent", "A notice cannot be served before it is sent; check both dates."))
    if missing := missing_recipients(command.recipients, due_to):
        unmet.append(
            Condition(
                "recipients-missing",
                f"This notice must also go to: {', '.join(missing)}. Send it to them and record it once.{hint}",
            )
        )
    if isinstance(command, Refusal):
        unmet += _missing_content(command)
    unmet += also
    if unmet:
        raise Rejected.all(unmet)


def missing_recipients(told: Iterable[Recipient], due_to: Iterable[Recipient]) -> list[str]:
    """Who is missing. Parent and young person stand for each other: rights pass on while an assessment runs (6.33)."""
    told = set(told)
    missing = [] if told & FAMILY else ["PARENT or YOUNG_PERSON"]
    return missing + sorted({r.value for r in due_to if r not in FAMILY and r not in told})


def _missing_content(command: Refusal) -> Sequence[Condition]:
    found = []
    if lacking := [words for name, words in RIGHTS_IN_WORDS.items() if not getattr(command.rights, name)]:
        found.append(
            Condition(
                "rights-missing",
                f"A refusal without these does not meet the time limit: {'; '.join(lacking)}. Send it again with them.",
            )
        )
    if not command.reasons_given:
        found.append(
            Condition("reasons-missing", "A refusal must give its reasons in the notice; send it again with them.")
        )
    return found
