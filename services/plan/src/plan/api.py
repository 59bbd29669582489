"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute

routes: list[AnyRoute] = [
    # the plan and its reviews
    # re-assessment
    # moves between authorities
    # detention
    # direct payments
    # disputes: mediation, appeal, order
]
