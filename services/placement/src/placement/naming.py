"""From the draft plan to section I: one stream per case. The table of what may happen in it.

Rules: ``preferences`` (search, what the family asks for), ``lists`` (advisory), ``consultation`` (settings asked and
answering), ``decision`` with ``grounds`` (what is named, what is refused). State: ``search``.
Events: ``naming_events``.
"""

from __future__ import annotations

from placement import consultation, decision, lists, preferences
from placement.naming_events import NamingEvent
from placement.search import Search, evolve
from shared import Decider

naming = Decider(
    name="naming",
    key="case_id",
    initial=Search(),
    evolve=evolve,
    events=NamingEvent,
    decisions=[*preferences.decisions, *lists.decisions, *consultation.decisions, *decision.decisions],
)
