"""One row of the rule table, typed. Adding or amending a clock is a row in ``law/*.toml``; ``book`` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from . import periods
from .clauses import Clause
from .periods import Period
from .switches import Switches

KINDS = {
    "S": "statute: the Act or its regulations",
    "P": "Tribunal procedure rules",
    "G": "statutory guidance",
    "I": "inferred from the structure of the law or from case law",
    "N": "announced, not law: an indicator only",
}
RELIEFS = {
    "X1": "SETTING_CLOSED_4W",
    "X2": "EARLY_YEARS_CLOSED_4W",
    "X3": "PERSONAL_CIRCUMSTANCES",
    "X4": "AWAY_4W",
    "X5": "MISSED_APPOINTMENT",
    "X6": "AWAY_2W",
}
"""ST's codes and the grounds of ``ExceptionClaimed``."""

CLAUSE_LISTS = ("starts", "met_by", "also_met_by", "closed_by", "not_needed_once", "superseded_by", "suspended_by",
                "revived_by", "must_precede", "too_early_if", "unless", "needs", "directed_by")  # fmt: skip
"""The keys of a row that list clauses."""


@dataclass(frozen=True, slots=True)
class Each:
    """The limit is met only when every value of a field has been met: advice from each category of reg 6(1)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A switch (ST section 6) this row depends on, and what changes if it is turned off; nothing: the row goes."""

    switch: str
    if_off: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One time limit. Field names are the row's keys; ``docs/clocks.md`` shows them to a lawyer."""

    id: str
    title: str
    kind: str
    owner: str
    legal_ref: str
    period: Period
    episode: tuple[str, ...]
    """Fields of the starting event that tell one episode from another; events that meet it share the first."""
    about: str | None = None
    """The starting event's field that tells a reader which of several it is: whose advice, which school."""
    starts: tuple[Clause, ...] = ()
    pick: Literal["first", "listed", "listed-latest"] = "first"
    """Of several starting events: the earliest; of those listed first the earliest, or the latest (moved dates)."""
    met_by: tuple[Clause, ...] = ()
    also_met_by: tuple[Clause, ...] = ()
    """A second thing that has to be done too: the later of the two dates counts."""
    met_for_each: Each | None = None
    closed_by: tuple[Clause, ...] = ()
    """What ends it: withdrawn, ceased, moved. If that came after the last day, the breach stays visible."""
    not_needed_once: tuple[Clause, ...] = ()
    """The law took its other branch (a plan instead of a refusal): the limit did not apply, and nothing was broken."""
    superseded_by: tuple[Clause, ...] = ()
    suspended_by: tuple[Clause, ...] = ()
    revived_by: tuple[Clause, ...] = ()
    must_precede: tuple[Clause, ...] = ()
    """Too late once this has happened, though the law names no day."""
    too_early_if: tuple[Clause, ...] = ()
    """Flagged, not blocked, if this happens before an "at least" period is over."""
    unless: tuple[Clause, ...] = ()
    """No such duty if this happened before the start (with ``unless_weeks``: in so many weeks before it)."""
    unless_weeks: int | None = None
    needs: tuple[Clause, ...] = ()
    """Only where one of these has happened too."""
    directed_by: tuple[Clause, ...] = ()
    """The last of these gives the due date in the place of the period."""
    until: str | None = None
    """The starting event's field whose date, where given, replaces the period: directed or agreed otherwise."""
    reliefs: frozenset[str] = frozenset()
    relief_ref: str = ""
    relief_flag: str | None = None
    """A flag to raise where an exception relieves this limit."""
    at_least: bool = False
    """A floor, not a ceiling: the period must pass, and passes by itself."""
    from_day: bool = False
    """Owed from the day itself: not done by then, it is broken on that day already."""
    right: bool = False
    """A right somebody may use in that time, or an indicator; not a duty."""
    tribunal: bool = False
    """A limit of the Tribunal's own rules: by 17:00, with its own days (ST 2.4)."""
    since_months: int | None = None
    """What meets it may be this many months older than the day counted back from."""
    counted_with: str | None = None
    """The rule of which this is another side: one missed act, not two."""
    carries: str | None = None
    carried_by: Clause | None = None
    handed_back_by: Clause | None = None
    """Goes on with an unfinished limit of another rule when its legal basis changes (detention, release)."""
    part3: bool = False
    """An ordinary Part 3 limit: superseded while the young person is detained (s.70)."""
    starts_in_months: frozenset[int] = frozenset()
    """Only if the day counted from lies in one of these months."""
    at_most: str | None = None
    """The starting event's field that caps the number of school days."""
    by_post: str | None = None
    """The starting event's field that says POST: then given on the second working day after."""
    choices: tuple[Choice, ...] = ()
    families: tuple[str, ...] = ()
    """What this row shares with others: ``law/families.toml``. The clauses are in their lists above already."""
    limb: str = ""
    group: str = ""
    note: str = ""
    unconfirmed: bool = False
    """ST marks a part of this row as not read in a source."""
    valid_from: date = date(2014, 9, 1)
    valid_to: date = date.max
    rule_set: str = "CFA2014"
    key: str = ""
    """``id`` or ``id/limb``."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause of the row, those behind a switch too."""
        of = [self, *(self.with_off(choice) for choice in self.choices if choice.if_off)]
        every = [clause for rule in of for name in CLAUSE_LISTS for clause in getattr(rule, name)]
        return (*every, *(c for c in (self.carried_by, self.handed_back_by) if c is not None))

    def in_force(self, day: date) -> bool:
        """The law of the day on which the clock started decides."""
        return self.valid_from <= day <= self.valid_to

    def with_off(self, choice: Choice) -> Rule:
        return replace(self, **choice.if_off)

    def under(self, switches: Switches) -> Rule | None:
        """The row with the choices made; None where a choice leaves it out."""
        rule = self
        for choice in self.choices:
            value = getattr(switches, choice.switch)
            if value is True:
                continue
            if value is not False:
                rule = rule._with_weeks(value)
            elif choice.if_off:
                rule = rule.with_off(choice)
            else:
                return None
        return rule

    def _with_weeks(self, weeks: int) -> Rule:
        """A switch that is a number of weeks: of the look-back if the row has one, else of the period."""
        if self.unless_weeks is not None:
            return replace(self, unless_weeks=weeks)
        return replace(self, period=periods.parse(f"W{weeks}"))
