"""The rule table made quick to ask: by starting type, with every clause's matching field worked out. Built once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from . import disputes, relief, special
from .book import Rules
from .case import BORROWS, CORRECTION, EXCLUSIONS, RETRACTION
from .clauses import Clause, Test, When
from .periods import BACKWARDS, SCHOOL, UNDATED, Period, months_after, months_from
from .rules import CLAUSE_LISTS, Rule
from .switches import Switches


class Start(NamedTuple):
    """One way in which a bundle is started; ``rank`` is its place in the rules' list."""

    bundle: int
    rank: int
    test: Test | None
    dated: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with what can be known of it before any case: which event types matter to it, and whether it is simple."""

    rule: Rule
    met_types: frozenset[str]
    end_types: frozenset[str]
    undated: bool
    """The law gives no last day."""
    quick: Callable[[date], date] | None
    """The due date from the day counted from, where nothing else can matter."""
    backwards: bool
    conditional: bool
    """Has to be asked whether it applies at all."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rules that the same events start in the same episodes: worked out together, because most of a case's are."""

    episode: tuple[str, ...]
    pick: str
    rules: tuple[Ready, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """``starts`` by event type; ``wanted``: types asked for a borrowed field; ``carrying``: see ``detention``."""

    bundles: tuple[Bundle, ...]
    starts: dict[str, tuple[Start, ...]]
    wanted: dict[str, frozenset[str]]
    carrying: tuple[Rule, ...]


@lru_cache(maxsize=32)
def index_of(rules: Rules, switches: Switches) -> Index:
    chosen = [_resolved(rule) for rule in rules.under(switches)]
    alike: dict[Any, list[Rule]] = {}
    for rule in chosen:
        starts_alike = tuple((c.type, c.where, c.dated) for c in rule.starts)
        alike.setdefault((starts_alike, rule.episode, rule.pick), []).append(rule)
    starts: dict[str, list[Start]] = {}
    bundles: list[Bundle] = []
    for some in alike.values():
        first = some[0]
        for rank, clause in enumerate(first.starts):
            starts.setdefault(clause.type, []).append(Start(len(bundles), rank, clause.test, clause.dated))
        bundles.append(Bundle(first.episode, first.pick, tuple(_ready(rule, switches) for rule in some)))
    return Index(
        tuple(bundles),
        {type_: tuple(some) for type_, some in starts.items()},
        _wanted(chosen),
        tuple(rule for rule in chosen if rule.carries is not None),
    )


_ENDS = ("closed_by", "not_needed_once", "superseded_by", "suspended_by", "must_precede")


def _ready(rule: Rule, switches: Switches) -> Ready:
    plain = not (switches.receipt_is_day_one or switches.roll_to_working_day or rule.tribunal)
    alone = rule.until is None and not rule.directed_by and rule.by_post is None
    return Ready(
        rule,
        frozenset(clause.type for clause in (*rule.met_by, *rule.too_early_if)),
        frozenset(clause.type for name in _ENDS for clause in getattr(rule, name)),
        alone and rule.period.unit in UNDATED,
        _quick(rule.period, switches) if alone and plain else None,
        rule.period.unit in BACKWARDS,
        bool(rule.starts_in_months or rule.needs or rule.unless),
    )


def _quick(period: Period, switches: Switches) -> Callable[[date], date] | None:
    """The arithmetic of the commonest periods with nothing left to look up; tested to agree with ``last_day``."""
    n = period.n
    match period.unit:
        case "W" | "D" | "DB":
            length = timedelta(days={"W": 7 * n, "D": n, "DB": n - 1}[period.unit])
            return lambda e: e + length
        case "M":
            return lambda e: months_after(e, n)
        case "MB":
            return lambda e: months_from(e, n)
        case "WBF" if switches.two_weeks_are_fourteen_days:
            return lambda e: e - timedelta(weeks=n)
        case "IMM" | "ON":
            return lambda e: e
        case _:
            return None


def _resolved(rule: Rule) -> Rule:
    """Clauses without ``by`` match on the rule's episode."""
    own = rule.episode[0]
    changed: dict[str, Any] = {
        name: tuple(_matching(clause, own, before=name == "unless") for clause in getattr(rule, name))
        for name in CLAUSE_LISTS
        if name != "starts" and getattr(rule, name)
    }
    return replace(rule, **changed)


def _matching(clause: Clause, own: str, *, before: bool) -> Clause:
    by = clause.by or own
    when: When = "before" if before else clause.when
    if not when and by not in (own, "case"):
        when = "since"
    plain = by != "case" and not (clause.or_case or clause.other or when) and clause.dated is None
    return replace(clause, by=by, when=when, plain=plain)


def _wanted(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """For every field that can be borrowed, the event types that some rule asks for it."""
    fields = _fields(rules)
    for type_, read in special.FIELDS.items():
        fields.setdefault(type_, set()).update(read)
    wanted = {
        borrow.field: frozenset(
            type_ for type_, asked in fields.items() if borrow.field in asked and type_ not in borrow.sources
        )
        for borrow in BORROWS
    }
    # What is borrowed through another borrowed field needs that one first.
    for borrow in reversed(BORROWS):
        if borrow.via in wanted:
            wanted[borrow.via] = wanted[borrow.via] | wanted[borrow.field]
    return {field: types for field, types in wanted.items() if types}


def _fields(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """Event type → the fields that clauses, episodes and periods of these rules read."""
    fields: dict[str, set[str]] = {}
    for rule in rules:
        own = rule.episode[0]
        for clause in rule.clauses:
            read = fields.setdefault(clause.type, {"case_id"})
            read |= clause.fields | ({own} if clause.by is None else set())
        for clause in rule.starts:
            read = fields[clause.type]
            read |= set(rule.episode)
            read |= {field for field in (rule.until, rule.at_most, rule.by_post, rule.about) if field}
            read |= {c.by for name in CLAUSE_LISTS for c in getattr(rule, name) if c.by and c.by != "case"}
            if rule.period.unit in SCHOOL:
                read.add("setting_id")
        for clause in (*rule.met_by, *rule.also_met_by):
            fields[clause.type].add("served_on")
            if rule.tribunal:
                fields[clause.type].add("after_1700")
        if rule.met_for_each:
            for clause in rule.met_by:
                fields[clause.type].add(rule.met_for_each.field)
    return fields


DERIVED = frozenset({"event_id", "period_id", "period_days", "exclusion_kind"})
"""Worked out by the engine, never on the wire."""


def relevant_types(rules: Rules) -> dict[str, frozenset[str]]:
    """Which event types the engine reads, and which of their fields: all that a projection has to keep.

    To these come the corrections and retractions of other events (see ``is_correction``), with ``CORRECTION_FIELDS``.
    A field may be absent from a type's events; it is then borrowed or not given.
    """
    fields = _fields(rules.rows)
    for more in (special.FIELDS, relief.FIELDS):
        for type_, asked in more.items():
            fields.setdefault(type_, {"case_id"}).update(asked)
    for type_ in disputes.NOTICES:
        fields[type_].add("decision_id")
    for type_ in disputes.ABOUT:
        fields[type_].update({"decision_id", "dispute_id", "notice_sent_on"})
    for type_ in EXCLUSIONS:
        fields[type_].update({"exclusion_id", "setting_id", "school_days", "term_total", "continues_exclusion_id"})
    for borrow in reversed(BORROWS):
        for source in borrow.sources:
            fields.setdefault(source, {"case_id"}).update({borrow.field, borrow.via})
        for type_, read in fields.items():
            if borrow.field in read and type_ not in borrow.sources:
                read.add(borrow.via)
    return {type_: frozenset(read - DERIVED) for type_, read in sorted(fields.items())}


CORRECTION_FIELDS = frozenset({"case_id", "corrects", "field", "now", "retracts"})


def is_correction(type_: str) -> bool:
    """Whether an event of this type corrects a date of another one, or takes it back."""
    return type_.endswith((CORRECTION, RETRACTION))
