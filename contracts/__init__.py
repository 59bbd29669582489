"""The published contracts: every event of every service and every alert, as documents for people and for programs.

``make docs`` writes ``docs/events.md``, ``docs/asyncapi.json`` and ``contracts/schemas/``; tests notice when
they are stale, and when a stored schema was changed in a way that would break a subscriber.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from shared.service import Service

SERVICES = ("referral", "assessment", "plan", "placement", "ap_intervention")


@cache
def services() -> tuple[Service, ...]:
    """All five services, in the order of a case's course."""
    return tuple(import_module(f"{name}.app").service for name in SERVICES)


@cache
def publishers() -> tuple[Service, ...]:
    """Everybody whose events are on a topic: the five services, and the projections with their alerts."""
    return (*services(), import_module("projections.app").service)
