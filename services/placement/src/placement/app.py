"""Wiring, and nothing else."""

from __future__ import annotations

from shared.service import Service

from placement.api import routes
from placement.naming import naming
from placement.placement import placement
from placement.reactions import reactions
from placement.setting import setting
from placement.term_dates import authority_term_dates, setting_term_dates

service = Service(
    name="placement",
    deciders=[setting, setting_term_dates, authority_term_dates, naming, placement],
    reactions=reactions,
    routes=routes,
    description=(
        "Where a child is to be educated: the directory of settings with their places and term dates, whom the family "
        "asks for, whom the authority consults, what it names in section I and why, and who attends where."
    ),
)
