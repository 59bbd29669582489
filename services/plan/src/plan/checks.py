"""The golden thread and the specificity of a plan, checked by machine (green paper 2.4; SEND Regulations 2014, reg 12).

Conditions stop a draft or a final plan; warnings never do. No finding repeats a word of the plan's text: clauses are
named by section and number, vague wording by the phrase of our own list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from plan.contents import Contents, Provision
from shared import Erased

_PHRASES: dict[str, re.Pattern[str]] = {
    "access to": re.compile(r"\baccess to\b", re.I),
    "opportunities for": re.compile(r"\bopportunit(?:y|ies) (?:for|to)\b", re.I),
    "as required": re.compile(r"\bas(?: and when)? required\b", re.I),
    "regular": re.compile(r"\bregular(?:ly)?\b", re.I),
    "would benefit from": re.compile(r"\bwould benefit from\b", re.I),
    "up to": re.compile(r"\bup to\b", re.I),
}
"""What the courts and the Code do not accept as specified and quantified."""

_MINIMUM = re.compile(r"\b(?:at least|minimum|no (?:fewer|less) than|between|from \d\S*)\b[^.;]*$", re.I)
_GROUP_SIZE = re.compile(r"\b(?:groups?|classes|class|ratio)(?: sizes?)?(?: of)?\s*$", re.I)
"""A group of up to three is a limit that protects the child; two hours of up to support is none."""


@lru_cache(maxsize=4096)
def vague_phrases(text: str) -> tuple[str, ...]:
    """Every vague phrase in a description of provision, each as often as it stands there, in the list's words."""
    found: list[tuple[int, str]] = []
    for name, pattern in _PHRASES.items():
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if name == "up to" and (_MINIMUM.search(before) or _GROUP_SIZE.search(before)):
                continue
            found.append((match.start(), name))
    return tuple(name for _, name in sorted(found))


def vague(text: str | Erased) -> tuple[str, ...]:
    return () if isinstance(text, Erased) else vague_phrases(text)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a stable code, plain words, the clauses, and how often."""

    code: str
    detail: str
    clause_ids: tuple[UUID, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Checks:
    """What stops this text from being served or issued, and what only deserves a second look."""

    conditions: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Check:
    """Finds clauses that are not good enough, and says so."""

    code: str
    find: Callable[[Contents], Sequence[UUID]]
    words: Callable[[Contents, Sequence[UUID]], str]

    def __call__(self, text: Contents, among: Set[UUID] | None = None) -> Finding | None:
        """What is found in the whole text, or only ``among`` some of its clauses."""
        ids = tuple(i for i in self.find(text) if among is None or i in among)
        return Finding(self.code, self.words(text, ids), ids, len(ids)) if ids else None


def _said(words: str) -> Callable[[Contents, Sequence[UUID]], str]:
    return lambda text, ids: words.format(text.labels(ids))


def missing_in(provision: Provision) -> list[str]:
    """What an item does not say that it must (reg 12(1)(f): specified, and normally quantified)."""
    parts = {
        "who delivers it": provision.delivered_by_role,
        "frequency": provision.frequency_count and provision.frequency_period,
        'duration (or "throughout the day")': provision.throughout_the_day or provision.duration_minutes,
        "group size": provision.max_group_size,
        "responsible body": provision.responsible_body,
    }
    return [name for name, value in parts.items() if not value]


def _gaps(text: Contents, ids: Sequence[UUID]) -> str:
    items = [p for p in text.provisions if p.provision_id in ids]
    words = "; ".join(f"{text.label(p.provision_id)}: {', '.join(missing_in(p))}" for p in items)
    return f"Provision does not say enough. Missing in {words}."


def _without_outcome(text: Contents) -> list[UUID]:
    aimed_at = {need_id for o in text.outcomes for need_id in o.need_ids}
    return [n.need_id for n in text.needs if n.section == "B" and n.need_id not in aimed_at]


def _without_provision(section: str, *provision: str) -> Callable[[Contents], list[UUID]]:
    def find(text: Contents) -> list[UUID]:
        met = _needs_met_by(text, *provision)
        return [n.need_id for n in text.needs if n.section == section and n.need_id not in met]

    return find


def _needs_met_by(text: Contents, *sections: str) -> set[UUID]:
    """Needs that provision of these sections is linked to, itself or through an outcome."""
    aims = {o.outcome_id: o.need_ids for o in text.outcomes}
    items = [p for p in text.provisions if p.section in sections]
    direct = {need_id for p in items for need_id in p.need_ids}
    return direct | {need_id for p in items for outcome_id in p.outcome_ids for need_id in aims.get(outcome_id, ())}


CONDITIONS: tuple[Check, ...] = (
    Check(
        "need-not-described",
        lambda text: [n.need_id for n in text.needs if n.description is None],
        _said("Taken over from the need profile and not described yet: {}."),
    ),
    Check("need-without-outcome", _without_outcome, _said("No outcome in section E is linked to {}.")),
    Check("need-without-provision", _without_provision("B", "F"), _said("No provision in section F is linked to {}.")),
    Check(
        "provision-not-specific",
        lambda text: [p.provision_id for p in text.provisions if missing_in(p)],
        _gaps,
    ),
    Check(
        "health-provision-not-agreed",
        lambda text: [p.provision_id for p in text.provisions if p.section == "G" and not p.health_agreed],
        _said("The health commissioner has not agreed {}; section G holds only what it agreed (reg 12(2))."),
    ),
)

WARNINGS: tuple[Check, ...] = (
    Check(
        "health-need-without-provision",
        _without_provision("C", "G"),
        _said("No health provision in section G is linked to {}."),
    ),
    Check(
        "social-care-need-without-provision",
        _without_provision("D", "H1", "H2"),
        _said("No social care provision in section H1 or H2 is linked to {}."),
    ),
    Check(
        "outcome-without-need",
        lambda text: [o.outcome_id for o in text.outcomes if not o.need_ids],
        _said("Linked to no need: {}."),
    ),
    Check(
        "provision-without-outcome",
        lambda text: [p.provision_id for p in text.provisions if not p.outcome_ids],
        _said("Linked to no outcome: {}."),
    ),
)


def section_b_empty(text: Contents) -> Finding | None:
    if any(n.section == "B" for n in text.needs):
        return None
    return Finding("section-b-empty", "Section B holds no special educational need.")


def no_preparation_for_adulthood(text: Contents, year_group: int | None) -> Finding | None:
    """From Year 9 a plan prepares for adulthood: at least one outcome with a theme of it (reg 12(3))."""
    if year_group is None or year_group < 9 or any(o.pfa_theme is not None for o in text.outcomes):
        return None
    return Finding(
        "no-preparation-for-adulthood",
        f"The child is in Year {year_group}; from Year 9 an outcome prepares for adulthood: set its pfa_theme.",
    )


def year_group_on(day: date, *, recorded: int, recorded_on: date) -> int:
    """National curriculum year on a day, moved on each 1 September from when it was recorded."""
    return recorded + _school_year(day) - _school_year(recorded_on)


def _school_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


def check(text: Contents, year_group: int | None) -> Checks:
    """All conditions and warnings of a text."""
    whole = [section_b_empty(text), no_preparation_for_adulthood(text, year_group)]
    conditions = [found for found in (*(c(text) for c in CONDITIONS), *whole) if found is not None]
    warnings = [found for found in (*_of_wording(text), *(c(text) for c in WARNINGS)) if found is not None]
    return Checks(tuple(conditions), tuple(warnings))


def vague_count(text: Contents) -> int:
    return sum(len(vague(p.what)) for p in text.provisions)


def _of_wording(text: Contents) -> Iterator[Finding]:
    if not text.views:
        yield Finding("section-a-empty", "Section A holds no views of the child, parents or young person.")
    if not text.advice:
        yield Finding("section-k-empty", "Section K lists no advice.")
    wordings = {p.provision_id: phrases for p in text.provisions if (phrases := vague(p.what))}
    if wordings:
        words = "; ".join(
            f"{text.label(i)}: {', '.join(f'“{phrase}”' for phrase in phrases)}" for i, phrases in wordings.items()
        )
        yield Finding(
            code="vague-wording",
            detail=f"Vague wording in {words}. Say who does what, how often and how long.",
            clause_ids=tuple(wordings),
            count=sum(map(len, wordings.values())),
        )
