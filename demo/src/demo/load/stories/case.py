"""One invented child's case while its story is told: who is who, and what is known so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from shared.core.ids import case_id_of

from demo.load.calibration import Calibration
from demo.load.diary import Diary, Done, TheEnd
from demo.load.directory import Directory, Setting
from demo.load.people import Child
from demo.load.step import Seen, Who
from demo.load.terms import working_day

T = TypeVar("T")

MANAGER = Who("send_manager", "send-manager")
PANEL = Who("panel_chair", "panel-chair")
PLACEMENT = Who("placement_officer", "placement-officer")
COMMISSIONER = Who("commissioner", "commissioner")
INCLUSION = Who("inclusion_officer", "inclusion-officer")
AP_LEAD = Who("ap_lead", "ap-lead")
ANALYST = Who("data_analyst", "data-analyst")

TEAMS: Mapping[str, Sequence[str]] = {
    "North": ("amber", "basil", "clover"),
    "Central": ("dahlia", "elm", "fern"),
    "South": ("ginger", "heather", "iris"),
}
"""Teams and their caseworkers; user names are plants, nobody's own."""

RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}


def days(n: int) -> timedelta:
    return timedelta(days=n)


@dataclass
class Case:
    """What the stories of one child share. Mutable: stories note what later ones need."""

    diary: Diary
    child: Child
    calibration: Calibration
    directory: Directory
    school: Setting
    need: str
    team: str
    caseworker: Who
    person_id: str = ""
    case_id: str = ""
    request_id: str = ""
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        return self.diary.rng

    @property
    def la_code(self) -> str:
        return self.diary.la_code

    @property
    def senco(self) -> Who:
        return Who("senco", f"senco-{self.school.name.split(' (')[0].lower().replace(' ', '-')}")

    @property
    def head(self) -> Who:
        return Who("headteacher", f"head-{self.school.name.split(' (')[0].lower().replace(' ', '-')}")

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, low: int, high: int) -> int:
        return self.rng.randint(low, max(low, high))

    def pick(self, items: Sequence[T]) -> T:
        return self.rng.choice(items)

    def weighed(self, weights: Mapping[T, float]) -> T:
        return self.rng.choices(list(weights), weights=list(weights.values()))[0]

    def later(self, on: date, low: int, high: int) -> date:
        """A working day so many days after ``on``."""
        return working_day(on + days(self.between(low, high)))

    def family(self, on: date) -> str:
        """Who holds the rights that day: the parent, or from the end of compulsory school age the young person."""
        return "YOUNG_PERSON" if self.child.age_on(on) >= 17 else "PARENT"

    def do(
        self,
        on: date,
        who: Who,
        what: str,
        body: Mapping[str, Any] | None = None,
        *,
        recorded: date | None = None,
        seen: Mapping[str, Seen] | None = None,
        after: tuple[Seen, ...] = (),
        ids: Mapping[str, str] | None = None,
    ) -> Done:
        """One thing somebody does in this case; ``ids`` are those of its path besides the case's own."""
        own = {"case_id": self.case_id, "person_id": self.person_id}
        return self.diary.do(on, who, what, body, ids={**own, **(ids or {})}, recorded=recorded, seen=seen, after=after)

    def aside(self, story: Callable[[Case], object]) -> None:
        """Tell what happens in the same case meanwhile. Where history ends for it, it goes on here."""
        diary = self.diary.aside()
        with suppress(TheEnd):
            story(replace(self, diary=diary))
        self.diary.join(diary)

    # --- what only another service's reaction makes ---

    def seen(self, service: str, path: str, type: str, field: str, **where: Any) -> Seen:
        return Seen(service, f"{path}/history", type, field, where)

    def advice(self, advice_type: str) -> Seen:
        path = f"/assessments/{self.case_id}"
        where = {"advice_type": advice_type, "request_id": self.request_id}
        return Seen("assessment", f"{path}/history", "assessment.advice-requested", "advice_id", where)


def open_case(
    number: int, child: Child, *, calibration: Calibration, directory: Directory, until: date, rng: Random, on: date
) -> Case:
    """A case nothing has happened in yet."""
    diary = Diary(f"case {child.family}", la_code=calibration.la_code, until=until, rng=rng)
    team = list(TEAMS)[number % len(TEAMS)]
    user = TEAMS[team][number // len(TEAMS) % len(TEAMS[team])]
    schools = directory.of("MAINSTREAM", "EARLY_YEARS", "POST16_FE", age=min(max(child.age_on(on), 2), 25))
    needs = {code: weight for code, weight in calibration.needs.items() if weight}
    return Case(
        diary=diary,
        child=child,
        calibration=calibration,
        directory=directory,
        school=rng.choice(schools),
        need=rng.choices(list(needs), weights=list(needs.values()))[0],
        team=team,
        caseworker=Who("send_caseworker", user),
    )


def known_as(case: Case, registered: Done) -> None:
    case.person_id = registered.id("person_id")
    case.case_id = str(case_id_of(case.la_code, UUID(case.person_id)))
