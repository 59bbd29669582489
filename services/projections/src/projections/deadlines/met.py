"""When a limit was met: by which event, on which of its dates, and what is odd about it."""

from __future__ import annotations

from datetime import date, timedelta

from . import flags
from .case import ByType
from .clauses import rights_stated
from .facts import Fact, read_date
from .match import Hit, earliest, every, hits
from .rules import Each, Rule
from .switches import Switches

Met = tuple[date | None, str | None, tuple[str, ...]]
"""The day, the event, and flags. A plain tuple: one is made for every clock."""

NOT_MET: Met = (None, None, ())


def met(
    by_type: ByType, rule: Rule, start: Fact, since: date, started_on: date, due: date | None, switches: Switches
) -> Met:
    """``since``: the first day on which an event counts that is matched by the case alone."""
    if rule.at_least:
        return _passed(by_type, rule, start, started_on, due)
    own = rule.episode[0]
    if rule.met_for_each is not None:
        return _for_each(by_type, rule, rule.met_for_each, start, since)
    hit = earliest(by_type, rule.met_by, start, since, own)
    if hit is not None and rule.also_met_by:
        also = earliest(by_type, rule.also_met_by, start, since, own)
        hit = None if also is None else max(hit, also, key=lambda h: h.on)
    if hit is None:
        return (None, None, (flags.DEFECTIVE,)) if _defective(by_type, rule, start, since) else NOT_MET
    on, fact = hit
    if due is not None:
        if on > due:
            late = (flags.DEFECTIVE,) if _defective(by_type, rule, start, since) else ()
            return on, fact.event_id, late
        if rule.tribunal and on == due and fact.data.get("after_1700"):
            return on + timedelta(days=1), fact.event_id, (flags.AFTER_1700,)
        if "served_on" in fact.data and (served := read_date(fact.data["served_on"])) is not None and served > due:
            if not switches.notice_met_when_sent:
                return served, fact.event_id, ()
            return on, fact.event_id, (flags.SERVED_AFTER_DUE,)
    return on, fact.event_id, ()


def _passed(by_type: ByType, rule: Rule, start: Fact, started_on: date, due: date | None) -> Met:
    """An "at least" period is over the day after its last, or when those it protects say they have finished."""
    finished = _first_after(by_type, rule, start, started_on)
    over = None if due is None or due == date.max else due + timedelta(days=1)
    if finished is not None and (over is None or finished.on < over):
        done: Met = (finished.on, finished.fact.event_id, ())
    else:
        done = (over, None, ())
    own = rule.episode[0]
    for hit in every(by_type, rule.too_early_if, start, started_on, own) if rule.too_early_if else ():
        if hit.on >= started_on and (done[0] is None or hit.on < done[0]):
            return done[0], done[1], (flags.TOO_EARLY,)
    return done


def _first_after(by_type: ByType, rule: Rule, start: Fact, started_on: date) -> Hit | None:
    if not rule.met_by:
        return None
    return next(
        (h for h in every(by_type, rule.met_by, start, started_on, rule.episode[0]) if h.on >= started_on), None
    )


def _for_each(by_type: ByType, rule: Rule, each: Each, start: Fact, since: date) -> Met:
    """Met when the last of the values has been met for the first time."""
    firsts: dict[str, Hit] = {}
    for hit in every(by_type, rule.met_by, start, since, rule.episode[0]):
        firsts.setdefault(str(hit.fact.data.get(each.field)), hit)
    if any(value not in firsts for value in each.values):
        return NOT_MET
    last = max((firsts[value] for value in each.values), key=lambda hit: hit.on)
    return last.on, last.fact.event_id, ()


def _defective(by_type: ByType, rule: Rule, start: Fact, since: date) -> bool:
    """Whether a notice was sent that would have met the limit, had it stated every right."""
    own = rule.episode[0]
    return any(
        True
        for clause in (*rule.met_by, *rule.also_met_by)
        if clause.rights and clause.type in by_type
        for hit in hits(by_type, clause, start, since, own, whole=False)
        if not rights_stated(hit.fact.data)
    )
