"""Wiring, and nothing else."""

from __future__ import annotations

from typing import Any

from shared.service import Service

from plan.api import routes
from plan.plan import plan
from plan.reactions import reactions
from shared import Decider

deciders: list[Decider[Any]] = [
    plan,
]

service = Service(
    name="plan",
    deciders=deciders,
    reactions=reactions,
    routes=routes,
    description=(
        "EHC plans of a local authority in England: sections A to K, draft and final plan, annual reviews, amendments, "
        "re-assessment, moves between authorities, detention, direct payments, mediation and appeals, ceasing."
    ),
)
