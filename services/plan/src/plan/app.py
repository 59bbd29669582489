"""Wiring, and nothing else."""

from __future__ import annotations

from typing import Any

from shared.service import Service

from plan.api import routes
from plan.commissioning_body import commissioning_body
from plan.detention import detention
from plan.direct_payment import direct_payment
from plan.dispute import dispute
from plan.move import move
from plan.plan import plan
from plan.reactions import reactions
from plan.reassessment import reassessment
from shared import Decider

deciders: list[Decider[Any]] = [
    plan,
    reassessment,
    move,
    commissioning_body,
    detention,
    direct_payment,
    dispute,
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
