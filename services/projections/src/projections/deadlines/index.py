"""The rule table made quick to ask: by starting type, with every clause's matching field worked out. Built once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from . import disputes, relief, special
from .book import Rules
from .case import BORROWS, CORRECTION, EXCLUSIONS
from .clauses import Clause
from .periods import SCHOOL
from .rules import CLAUSE_LISTS, Rule
from .switches import Switches


@dataclass(frozen=True, slots=True)
class Start:
    """One way in which a rule is started; ``rank`` is its place in the rule's list."""

    rule: int
    rank: int
    clause: Clause


@dataclass(frozen=True, slots=True)
class Index:
    """``rules`` in order; ``starts`` by event type; ``wanted``: which types are asked for a borrowed field."""

    rules: tuple[Rule, ...]
    starts: dict[str, tuple[Start, ...]]
    wanted: dict[str, frozenset[str]]


@lru_cache(maxsize=32)
def index_of(rules: Rules, switches: Switches) -> Index:
    chosen = tuple(_resolved(rule) for rule in rules.under(switches))
    starts: dict[str, list[Start]] = {}
    for number, rule in enumerate(chosen):
        for rank, clause in enumerate(rule.starts):
            starts.setdefault(clause.type, []).append(Start(number, rank, clause))
    return Index(chosen, {type_: tuple(some) for type_, some in starts.items()}, _wanted(chosen))


def _resolved(rule: Rule) -> Rule:
    """Clauses without ``by`` match on the rule's episode."""
    own = rule.episode[0]
    changed: dict[str, Any] = {
        name: tuple(clause if clause.by else replace(clause, by=own) for clause in getattr(rule, name))
        for name in CLAUSE_LISTS
        if name != "starts" and getattr(rule, name)
    }
    if "unless" in changed:
        changed["unless"] = tuple(replace(clause, when="before") for clause in changed["unless"])
    return replace(rule, **changed)


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
            read |= {field for field in (rule.until, rule.at_most, rule.by_post) if field}
            read |= {c.by for name in CLAUSE_LISTS for c in getattr(rule, name) if c.by and c.by != "case"}
            if rule.period.unit in SCHOOL:
                read.add("setting_id")
        for clause in (*rule.met_by, *rule.also_met_by):
            fields[clause.type].add("served_on")
        if rule.met_for_each:
            for clause in rule.met_by:
                fields[clause.type].add(rule.met_for_each.field)
    return fields


DERIVED = frozenset({"event_id", "period_id", "period_days", "exclusion_kind"})
"""Worked out by the engine, never on the wire."""


def relevant_types(rules: Rules) -> dict[str, frozenset[str]]:
    """Which event types the engine reads, and which of their fields: all that a projection has to keep.

    To these come the corrections: every type that ends in ``-date-corrected`` (see ``is_correction``), with
    ``CORRECTION_FIELDS``. A field may be absent from a type's events; it is then borrowed or not given.
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


CORRECTION_FIELDS = frozenset({"case_id", "corrects", "now"})


def is_correction(type_: str) -> bool:
    """Whether an event of this type corrects the date of another one."""
    return type_.endswith(CORRECTION)
