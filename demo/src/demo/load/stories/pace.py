"""How long one authority takes over one case: drawn so that all cases together show its published timeliness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from demo.load.stories.case import Case


@dataclass(frozen=True, slots=True)
class Pace:
    """Days after the request."""

    decide: int
    final: int
    """Of the final plan, or of the refusal to issue one (then a month sooner)."""

    def after(self, lost: timedelta) -> Pace:
        """The same pace where a refusal had to be reversed first."""
        return Pace(decide=lost.days, final=max(self.final, lost.days + 98))

    @property
    def draft(self) -> int:
        return self.final - 34

    @property
    def issue(self) -> int:
        return self.draft - 9

    @property
    def complete(self) -> int:
        return self.issue - 3


def pace(case: Case) -> Pace:
    known = case.calibration
    in_time = case.chance(known.in_20_weeks)
    if in_time:
        final = case.between(118, 140)
    elif case.chance(known.over_a_year / max(1 - known.in_20_weeks, 0.01)):
        final = case.between(370, 420)
    else:
        # Most late plans are some weeks late, a few very.
        final = 141 + int(min(case.rng.expovariate(1 / 55), 215))
    decide = case.between(25, 42) if case.chance(known.decided_in_6_weeks) else case.between(43, 75)
    # A late decision and a plan in time do not go together: advice alone takes most of six weeks.
    return Pace(decide=min(decide, final - 80), final=final)
