"""The whole synthetic authority: its settings and providers, and as many children's cases as are asked for. Pure.

The same authority, number of cases and last day give the same steps, to the letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.load import directory as places
from demo.load import providers
from demo.load.calibration import Calibration
from demo.load.diary import Diary
from demo.load.step import Step
from demo.load.stories.case import ANALYST, Case
from demo.load.stories.course import cast, tell

MONTHS = 27
"""How far back the first requests lie, so that there are reviews of a second year."""


@dataclass(frozen=True)
class Authority:
    entries: Sequence[Sequence[Step]]
    """Of the authority itself, its settings and its AP providers: they come first."""
    cases: Sequence[Sequence[Step]]
    children: int
    first: date
    until: date
    requests_a_year: float
    example: dict[str, Any]
    """The case to look at: ``case_id`` and a description."""

    @property
    def commands(self) -> int:
        return sum(map(len, self.entries)) + sum(map(len, self.cases))


def generate(calibration: Calibration, *, until: date, cases: int) -> Authority:
    """``until`` is the last day that has been: nothing is recorded later."""
    first = (until - timedelta(days=round(MONTHS * 30.44))).replace(day=1)
    directory = places.Directory(calibration.la_code)
    entries = Diary("authority", la_code=calibration.la_code, until=until, rng=Random(f"{calibration.la_code} entries"))
    places.enter(entries, calibration, directory, ANALYST, first - timedelta(days=30))
    for n, share in enumerate((0.25, 0.5, 0.75, 1.0)):
        on = first + (until - first) * share
        places.report_places(entries, directory, ANALYST, on, 0.98 + n / 100)
    opened = first - timedelta(days=30)
    houses = providers.enter(calibration.la_code, opened, until)
    told: list[Case] = []
    for number in range(cases):
        rng = Random(f"{calibration.la_code} case {number}")  # a case stays the same whatever the others do
        case = cast(number, cases, calibration=calibration, directory=directory, first=first, until=until, rng=rng)
        case.notes["uninsured_from"] = providers.uninsured_from(opened, until)
        tell(case)
        told.append(case)
    requests = sum(bool(case.request_id) for case in told)
    return Authority(
        entries=[entries.steps, *(house.steps for house in houses)],
        cases=[case.diary.steps for case in told],
        children=cases,
        first=first,
        until=until,
        requests_a_year=requests / ((until - first).days / 365.25),
        example={"case_id": told[0].case_id, "description": told[0].notes.get("description", told[0].child.name)},
    )
