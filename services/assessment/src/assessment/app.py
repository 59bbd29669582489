"""Wiring, and nothing else."""

from __future__ import annotations

from shared.service import Service

from assessment.api import routes
from assessment.assessment import assessment
from assessment.reactions import reactions

service = Service(
    name="assessment",
    deciders=[assessment],
    reactions=reactions,
    routes=routes,
    description=(
        "EHC needs assessments of a local authority in England: considering a request, the decision whether to assess, "
        "advice from every reg 6 category, the need profile, the decision whether to issue a plan, refusals and their "
        "reversal, and the exceptions claimed against time limits."
    ),
)
