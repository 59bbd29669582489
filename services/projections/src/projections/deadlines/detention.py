"""Limits whose legal basis changes on the way: detention under a court order, and release from it (ST 2.6, 1F).

From the day detention starts, ordinary Part 3 limits that are not yet due are superseded, and an unfinished assessment
goes on under the rules for detained persons from its original date (SI 2015/62 reg 15). On release they come back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from .case import ByType
from .clock import Claim, Clock, Suspension
from .rules import Rule

STARTED, ENDED = "plan.detention-started", "plan.detention-ended"
Claims = Callable[[Clock], tuple[Claim, ...]]
WHY, RELEASED = "detained by order of a court", "released from detention"


class Detention(NamedTuple):
    started_on: date
    ended_on: date | None
    event_id: str
    end_event_id: str | None


def detentions(by_type: ByType) -> list[Detention]:
    """Each with its release: the one that names it, else the first after it."""
    found = []
    for start in by_type.get(STARTED, ()):
        own = start.data.get("detention_id")
        ends = [
            end
            for end in by_type.get(ENDED, ())
            if end.occurred_on >= start.occurred_on and (end.data.get("detention_id") in (own, None) or own is None)
        ]
        end = ends[0] if ends else None
        found.append(
            Detention(
                start.occurred_on,
                end.occurred_on if end else None,
                start.event_id,
                end.event_id if end else None,
            )
        )
    return found


def carry(clocks: list[Clock], rules: tuple[Rule, ...], by_type: ByType, claims: Claims) -> list[Clock]:
    """The clocks with detention and release applied, and those that go on under other rules.

    ``claims``: judges the exceptions claimed for a clock again under its new rule.
    """
    started = {clock.clock_id for clock in clocks}
    carried = {(rule.carries, rule.carried_by.type): rule for rule in rules if rule.carries and rule.carried_by}
    for one in detentions(by_type):
        clocks = _into(clocks, one, carried)
    if ENDED in by_type:
        release = by_type[ENDED][0]
        clocks = _out_of(clocks, release.occurred_on, release.event_id, carried)
    return [clock if clock.clock_id in started else clock._replace(claims=claims(clock)) for clock in _once(clocks)]


def _once(clocks: list[Clock]) -> list[Clock]:
    """Detained twice during one assessment: the second time goes on with the first one's clock."""
    last = {clock.clock_id: clock for clock in clocks}
    return list(last.values())


def _into(clocks: list[Clock], one: Detention, carried: dict[tuple[str, str], Rule]) -> list[Clock]:
    result: list[Clock] = []
    more: list[Clock] = []
    for clock in clocks:
        if not clock.rule.part3 or not _running(clock, one.started_on):
            result.append(clock)
            continue
        result.append(_switched_off(clock, one))
        if (rule := carried.get((clock.rule_id, STARTED))) is not None and rule.in_force(one.started_on):
            going_on = _under(clock, rule, one.started_on, one.event_id)
            if one.ended_on is not None and _running(going_on, one.ended_on):
                going_on = going_on._replace(closed_on=one.ended_on, closed_why=RELEASED)
            more.append(going_on)
    return result + more


def _out_of(clocks: list[Clock], on: date, event_id: str, carried: dict[tuple[str, str], Rule]) -> list[Clock]:
    """An assessment that began in detention goes on under the ordinary rules."""
    result: list[Clock] = []
    more: list[Clock] = []
    for clock in clocks:
        rule = carried.get((clock.rule_id, ENDED))
        if rule is None or not _running(clock, on) or not rule.in_force(on):
            result.append(clock)
            continue
        result.append(clock._replace(superseded_on=on, superseded_why=RELEASED))
        more.append(_under(clock, rule, on, event_id))
    return result + more


def _running(clock: Clock, on: date) -> bool:
    """Started, not ended and not yet due on this day."""
    ends = (clock.met_on, clock.closed_on, clock.superseded_on)
    return (
        clock.started_on <= on
        and (clock.due_on is None or clock.due_on >= on)
        and all(end is None or end >= on for end in ends)
    )


def _switched_off(clock: Clock, one: Detention) -> Clock:
    if one.ended_on is None:
        return clock._replace(superseded_on=one.started_on, superseded_why=WHY)
    off = Suspension(one.started_on, one.ended_on, "superseded", WHY)
    return clock._replace(suspended=(*clock.suspended, off))


def _under(clock: Clock, rule: Rule, on: date, event_id: str) -> Clock:
    """The same limit, counted from the same day, under another rule."""
    return clock._replace(
        rule=rule,
        started_on=on,
        start_event_ids=(*clock.start_event_ids, event_id),
        superseded_on=None,
        superseded_why=None,
    )
