"""The processes of the projections."""

from __future__ import annotations

from shared.service import MIGRATIONS as KERNEL

from .projection import Projection
from .timeline.projection import timeline

MIGRATIONS = [*KERNEL, ("projections.sql", "projections")]
PROJECTIONS: tuple[Projection, ...] = (timeline,)
