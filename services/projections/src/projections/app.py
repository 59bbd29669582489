"""The service behind the projections: it owns no stream but the alerts, and publishes them on ``send.deadlines.v1``."""

from __future__ import annotations

from shared.edge.topics import DEADLINES
from shared.service import Service

from .alert import alert

service = Service(
    name="projections",
    deciders=[alert],
    publishes=DEADLINES,  # alerts are named after what they are about, and so is their topic
    description="Timelines, statutory deadlines and the case register; alerts about deadlines.",
)
