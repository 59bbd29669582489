"""Wiring and nothing else."""

from __future__ import annotations

from shared.service import Service

from .api import routes
from .person import person
from .reactions import reactions
from .request import request
from .sen_support import sen_support
from .senco import senco

service = Service(
    name="referral",
    deciders=[person, request, sen_support, senco],
    reactions=reactions,
    routes=routes,
    description=(
        "Persons and who looks after their case; requests for an EHC needs assessment; SEN support and the "
        "assess-plan-do-review cycle; the SENCo register."
    ),
)
