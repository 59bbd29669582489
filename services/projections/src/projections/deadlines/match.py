"""Finding the events that meet or end a limit. The innermost loop of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from .case import ByType
from .clauses import Clause, rights_stated
from .facts import Fact, date_of


class Hit(NamedTuple):
    on: date
    fact: Fact


def hits(
    by_type: ByType, clause: Clause, start: Fact, since: date, episode: str, *, whole: bool = True
) -> Iterator[Hit]:
    """Facts that fit a clause, in order of occurrence. ``since``: the first day that counts where no id tells.

    ``whole=False`` leaves aside whether a notice stated every right.
    """
    facts = by_type.get(clause.type)
    if facts is None:
        return
    by, test, dated, when = clause.by, clause.test, clause.dated, clause.when
    of_case = by is None or by == "case"
    want = None if of_case else start.data.get(by or "")
    for fact in facts:
        data = fact.data
        if of_case:
            if fact.occurred_on < since and when != "before":
                continue
        else:
            have = data.get(by or "")
            if clause.other:
                if have is not None and have == want:
                    continue
            elif have is None or want is None:
                if not (clause.or_case or have is want) or fact.occurred_on < since:
                    continue
            elif have != want:
                continue
        if when and not _when(when, fact, start, since, episode):
            continue
        if test is not None and not test(data):
            continue
        if whole and clause.rights and not rights_stated(data):
            continue
        if dated is None or (given := data.get(dated)) is None:
            yield Hit(fact.occurred_on, fact)
        else:
            yield Hit(date_of(given), fact)


def _when(when: str, fact: Fact, start: Fact, since: date, episode: str) -> bool:
    if when == "before":
        return fact.occurred_on <= since
    if when == "since":
        return fact.occurred_on >= since
    if fact is start or fact.occurred_on < since:
        return False
    if fact.type != start.type:
        return True
    own, other = start.data.get(episode), fact.data.get(episode)
    return other != own or own is None


def earliest(by_type: ByType, clauses: Sequence[Clause], start: Fact, since: date, episode: str) -> Hit | None:
    """The first event that fits one of the clauses, by the date that counts."""
    best: Hit | None = None
    for clause in clauses:
        facts = by_type.get(clause.type)
        if facts is None:
            continue
        by = clause.by or ""
        if clause.plain and (want := start.data.get(by)) is not None:
            # What most clauses are: the same id, and perhaps conditions. Worth its own loop.
            test, rights = clause.test, clause.rights
            for fact in facts:
                if (
                    fact.data.get(by) == want
                    and (test is None or test(fact.data))
                    and (not rights or rights_stated(fact.data))
                ):
                    if best is None or fact.occurred_on < best.on:
                        best = Hit(fact.occurred_on, fact)
                    break
            continue
        for hit in hits(by_type, clause, start, since, episode):
            if best is None or hit.on < best.on:
                best = hit
            if clause.dated is None:
                break  # The facts are in order: no later one is earlier.
    return best


def every(by_type: ByType, clauses: Sequence[Clause], start: Fact, since: date, episode: str) -> list[Hit]:
    """All events that fit one of the clauses, by date."""
    found = [hit for clause in clauses for hit in hits(by_type, clause, start, since, episode)]
    found.sort(key=lambda hit: (hit.on, hit.fact.recorded_at, hit.fact.event_id))
    return found
