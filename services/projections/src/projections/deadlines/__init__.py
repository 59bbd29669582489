"""The deadline engine: every statutory clock of a case as a pure function of what happened.

    clocks(facts, rules=Rules.in_law(), calendars=Calendars.england()) -> tuple[Clock, ...]

No I/O and no "today": a day comes in only with ``status_of(clock, as_at)``. The rules are rows in ``law/*.toml``;
comments name the sections of the statutory timeline reference as ST.
"""

from .book import Rules
from .calendars import Calendars, SchoolCalendar, Undecidable
from .clock import Claim, Clock, Suspension
from .engine import clocks
from .facts import Fact, known_at
from .index import CORRECTION_FIELDS, is_correction, relevant_types
from .status import LAG_LIMIT, Status, status_of
from .switches import DEFAULT, Switches

__all__ = [
    "CORRECTION_FIELDS",
    "DEFAULT",
    "LAG_LIMIT",
    "Calendars",
    "Claim",
    "Clock",
    "Fact",
    "Rules",
    "SchoolCalendar",
    "Status",
    "Suspension",
    "Switches",
    "Undecidable",
    "clocks",
    "is_correction",
    "known_at",
    "relevant_types",
    "status_of",
]
