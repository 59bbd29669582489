"""Wiring, and nothing else."""

from __future__ import annotations

from shared.service import Service

from ap_intervention.ap_case import ap_case
from ap_intervention.api import routes
from ap_intervention.exclusion import exclusion
from ap_intervention.intervention import intervention
from ap_intervention.off_site import off_site_direction
from ap_intervention.provider import provider
from ap_intervention.reactions import reactions
from ap_intervention.referral import ap_referral
from ap_intervention.section19 import section19_duty

service = Service(
    name="ap-intervention",
    deciders=[provider, ap_case, ap_referral, intervention, exclusion, off_site_direction, section19_duty],
    reactions=reactions,
    routes=routes,
    description=(
        "Alternative provision of a local authority in England: providers and their checks, referrals and places, "
        "interventions in three tiers with attendance and reintegration, suspensions and permanent exclusions, "
        "off-site directions, and education under section 19."
    ),
)
