"""What if: hypothetical events beside what happened. Pure; nothing is recorded anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .book import Rules
from .calendars import Calendars
from .clock import Clock
from .engine import clocks
from .facts import Fact
from .switches import DEFAULT, Switches


class Pair(NamedTuple):
    """A clock as it is and as it would be; None where it does not exist on that side."""

    today: Clock | None
    then: Clock | None

    @property
    def changed(self) -> bool:
        return self.today != self.then


def what_if(
    facts: Iterable[Fact],
    hypothetical: Iterable[Fact],
    *,
    rules: Rules,
    calendars: Calendars,
    switches: Switches = DEFAULT,
) -> tuple[Pair, ...]:
    """Every clock with and without the hypothetical facts, side by side, in the order of the rule table.

    Hypothetical facts may correct dates, as recorded ones do. The case they belong to is their ``case_id``.
    """
    known = tuple(facts)
    now = clocks(known, rules=rules, calendars=calendars, switches=switches)
    then = clocks((*known, *hypothetical), rules=rules, calendars=calendars, switches=switches)
    before = {(clock.case_id, clock.clock_id): clock for clock in now}
    after = {(clock.case_id, clock.clock_id): clock for clock in then}
    gone = [Pair(clock, None) for key, clock in before.items() if key not in after]
    return (*(Pair(before.get(key), clock) for key, clock in after.items()), *gone)
