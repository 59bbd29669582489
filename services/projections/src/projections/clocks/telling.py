"""A clock as callers get it: its dates, and its status in words on a day. Never on time when the data is behind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from projections.deadlines.clock import Claim, Clock
from projections.deadlines.periods import SCHOOL
from projections.deadlines.status import Status, status_of
from projections.freshness import Freshness

_TERM_DATES = "send.placement.v1"


class Teller:
    """Tells statuses at one day or instant, from data of one freshness."""

    def __init__(self, fresh: Freshness, as_at: date | datetime) -> None:
        self._fresh, self.as_at = fresh, as_at
        self._past = as_at if isinstance(as_at, datetime) else None
        self._unknown: dict[tuple[int, bool], str | None] = {}

    def status(self, clock: Clock, lane: int) -> Status:
        """As the caller may be told: unknown where the data is older than the limit."""
        school = clock.rule.period.unit in SCHOOL
        key = (lane, school)
        if key not in self._unknown:
            self._unknown[key] = self._fresh.unknown(lane, self._past, everywhere=_TERM_DATES if school else None)
        if (words := self._unknown[key]) is not None:
            return Status("unknown", None, words)
        return self.as_recorded(clock)

    def as_recorded(self, clock: Clock) -> Status:
        """By the data alone, however old it is: to choose what belongs on a list, never to show."""
        return status_of(clock, self.as_at)

    def body(self, clock: Clock, lane: int) -> dict[str, Any]:
        status = self.status(clock, lane)
        return {
            "clock_id": clock.clock_id,
            "rule": clock.rule_id,
            "title": clock.title,
            "kind": clock.kind,
            "owner": clock.owner,
            "legal_ref": clock.legal_ref,
            "rule_set": clock.rule_set,
            "started_on": clock.started_on,
            "counted_from": clock.counted_from,
            "due_on": clock.due_on,
            "due_at_1700": clock.due_at_1700,
            "met_on": clock.met_on,
            "closed_on": clock.closed_on,
            "superseded_on": clock.superseded_on,
            "status": status.words,
            "status_code": status.code,
            "days": status.days,
            "breached": status.breached if status.code != "unknown" else None,
            "exceptions": [_claim(claim) for claim in clock.claims],
            "flags": list(clock.flags),
        }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "exception_id": claim.exception_id,
        "ground": claim.ground,
        "from": claim.fact_from,
        "to": claim.fact_to,
        "claimed_on": claim.claimed_on,
        "family_told_on": claim.family_told_on,
        "applies": claim.applies,
        "why": claim.why,
        "claimed_after_breach": claim.after_breach,
    }
