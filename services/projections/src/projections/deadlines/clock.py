"""A clock: one time limit of one case, as it follows from the facts. It does not know what day it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from . import words

if TYPE_CHECKING:
    from .rules import Rule


class Claim(NamedTuple):
    """An exception that somebody claimed for this limit, and whether it relieves it (ST 2.5, 2.6)."""

    exception_id: str
    event_id: str
    ground: str
    """As claimed: one of the values of ``rules.RELIEFS``; any other never applies."""
    fact_from: date | None
    fact_to: date | None
    """None: the fact has not ended, as far as is recorded."""
    claimed_on: date
    family_told_on: date | None
    applies: bool
    why: str
    """Why it applies, or why it does not, in plain words."""
    after_breach: bool
    """Claimed only after the limit had passed: it relieves, but the breach stays visible."""


class Suspension(NamedTuple):
    """A time during which the limit was switched off: refused and later reversed, or detained and later released."""

    from_on: date
    to_on: date
    """The day on which the limit came back."""
    status: str
    """``closed`` or ``superseded``."""
    why: str


class Clock(NamedTuple):
    """One time limit of one case. All dates are civil dates in Europe/London.

    A named tuple and not a dataclass because a rebuild makes hundreds of millions of them.
    """

    rule: Rule
    case_id: str
    instance: str
    """Which episode: the id of the request, advice, notice, review … that the rule names."""
    started_on: date
    """The day from which the limit exists for the case; before it, it is not started."""
    counted_from: date
    """The day the period counts from; for limits counted back (from a meeting, a transfer) later than started_on."""
    due_on: date | None
    """The last day in time. None: no date in law (as soon as practicable, continuing), still open, or undecided."""
    met_on: date | None
    met_event_id: str | None
    closed_on: date | None
    closed_why: str | None
    not_needed: bool
    """Closed because the law took its other branch: the limit did not apply, so it was not broken either."""
    superseded_on: date | None
    superseded_why: str | None
    suspended: tuple[Suspension, ...]
    claims: tuple[Claim, ...]
    """Every exception claimed for this limit, whether it applies or not."""
    undecided_why: str | None
    """Why no date could be worked out, in words; None if all is well."""
    start_event_ids: tuple[str, ...]
    flags: tuple[str, ...]
    """Codes of things to look at: see ``flags.py``."""
    about: str | None = None
    """The value of the rule's ``about``: which of several such limits of the case this is."""

    @property
    def rule_id(self) -> str:
        return self.rule.id

    @property
    def clock_id(self) -> str:
        """Stable for the life of the case: rule, limb, episode. Unique within a case."""
        return f"{self.rule.key}:{self.instance}"

    @property
    def title(self) -> str:
        """The rule's, and which of several it is where the rule tells them apart."""
        if self.rule.about is None or self.about is None:
            return self.rule.title
        return f"{self.rule.title}: {words.about(self.rule.about, self.about)}"

    @property
    def kind(self) -> str:
        """S statute, P Tribunal procedure, G guidance, I inferred, N announced but not law."""
        return self.rule.kind

    @property
    def owner(self) -> str:
        """Who owes it, as in ST section 1: LA, ICB, SCHOOL …"""
        return self.rule.owner

    @property
    def legal_ref(self) -> str:
        return self.rule.legal_ref

    @property
    def rule_set(self) -> str:
        return self.rule.rule_set

    @property
    def due_at_1700(self) -> bool:
        """Tribunal acts must be done by 17:00 on their last day (rule 12(1)); all others by midnight."""
        return self.rule.tribunal

    @property
    def right(self) -> bool:
        """A right that somebody may use, or an indicator: passing it is nobody's breach."""
        return self.rule.right

    @property
    def counted_with(self) -> str | None:
        """The rule id of which this clock is another side: missed together they are one missed act, not two."""
        return self.rule.counted_with

    @property
    def relief(self) -> Claim | None:
        """The exception that relieves this limit, if one does."""
        return next((claim for claim in self.claims if claim.applies), None)
