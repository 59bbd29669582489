"""Facts of a case → its clocks. Pure and total: what cannot be decided is a clock that says why."""

from __future__ import annotations

from collections.abc import Iterable

from .calendars import Calendars
from .clock import Clock
from .facts import Fact
from .rules import Rules
from .switches import DEFAULT, Switches


def clocks(
    facts: Iterable[Fact], *, rules: Rules, calendars: Calendars, switches: Switches = DEFAULT
) -> tuple[Clock, ...]:
    """Every clock that these facts start, in the order of the rule table. No exception escapes.

    The facts may come in any order and more than once. Facts of several cases (twins, or two authorities after a move)
    are kept apart by their ``case_id``.
    """
    raise NotImplementedError


def relevant_types(rules: Rules) -> dict[str, frozenset[str]]:
    """Which event types the engine reads, and which of their fields: all that a projection has to keep."""
    raise NotImplementedError
