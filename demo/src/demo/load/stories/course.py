"""Which story a child's case follows, and the order of its chapters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.load import people
from demo.load.calibration import Calibration
from demo.load.diary import TheEnd
from demo.load.directory import Directory
from demo.load.stories import ap, assessing, disputing, excluding, moving, people_and_support, planning, reviewing
from demo.load.stories.case import Case, days, open_case
from demo.load.stories.pace import Pace, pace
from demo.load.terms import school_day, working_day

_AGES = {3: 7, 4: 9, 5: 9, 6: 8, 7: 8, 8: 7, 9: 7, 10: 8, 11: 6, 12: 6, 13: 6, 14: 5, 15: 4, 16: 4, 17: 3, 18: 2}
"""Ages at the first request, roughly as in England's returns: early years and the end of primary school stand out."""


@dataclass(frozen=True, slots=True)
class Assured:
    """A story that is told in every authority, whatever chance brings, and how old its child is at its beginning."""

    age: float
    story: Callable[[Case], None]


def cast(
    number: int, of: int, *, calibration: Calibration, directory: Directory, first: date, until: date, rng: Random
) -> Case:
    """A child and the day their story begins; requests are spread evenly over the time told."""
    span = (until - first).days - 20
    begins = first + timedelta(days=span * number // max(of, 1))
    age = rng.choices(list(_AGES), weights=list(_AGES.values()))[0] + rng.random()
    if number + 1 in ASSURED:
        age = ASSURED[number + 1].age
    child = people.child(number + 1, la_code=calibration.la_code, born=people.born_at_age(age, begins), rng=rng)
    case = open_case(number, child, calibration=calibration, directory=directory, until=until, rng=rng, on=begins)
    case.notes["begins"] = begins
    return case


def tell(case: Case) -> None:
    """Tell the case's story as far as history goes."""
    with suppress(TheEnd):
        if (assured := ASSURED.get(case.child.number)) is not None:
            assured.story(case)
            return
        stories = {_assessed: 74.0, _supported_only: 9.0, _in_ap_only: 11.0, _moved_in: 6.0}
        case.weighed(stories)(case)


def _shown(case: Case) -> None:
    """The case to look at first: nearly everything a case can go through, in two years."""
    case.notes["description"] = (
        f"{case.child.name}: support in school, a request of which two people wrote, decided late, a plan in week 25, "
        "a suspension, twelve weeks of AP and back, reviewed and amended"
    )
    begins = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(begins))
    case.notes["asks"] = True
    on = people_and_support.sen_support(case, begins, cycles=1)
    asked = people_and_support.ask(case, on)
    case.aside(lambda aside: people_and_support.correct_receipt(aside, asked, on))
    people_and_support.ask_again(case, case.later(on, 8, 12))
    assessing.consider(case, on)
    speed = Pace(decide=46, final=172)
    told = assessing.agree_to_assess(case, working_day(on + days(speed.decide)))
    complete = working_day(on + days(speed.complete))
    assessing.gather_advice(case, told, complete)
    assessing.close_the_assessment(case, complete)
    agreed = assessing.agree_a_plan(case, working_day(on + days(speed.issue)))
    final = planning.plan(case, agreed, on + days(speed.draft), on + days(speed.final))
    case.aside(lambda aside: excluding.suspended(aside, final + days(40)))
    case.aside(lambda aside: ap.alternative_provision(aside, final + days(62), ap.SHORT_PLACE, course="ACCEPTED"))
    held = reviewing.meet(case, school_day(final + days(310)), "ANNUAL")
    reviewing.amend(case, held, working_day(held.met_on + days(33)))


def _supported_only(case: Case) -> None:
    """SEN support, some of it with outreach, and never a request."""
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    if case.chance(0.5):
        case.aside(lambda aside: ap.alternative_provision(aside, case.later(on, 60, 120), ap.OUTREACH))
    people_and_support.sen_support(case, on, cycles=case.between(2, 5))


def _in_ap_only(case: Case) -> None:
    """Suspended, excluded or ill; AP without a plan."""
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    if case.chance(0.5):
        case.aside(lambda aside: people_and_support.sen_support(aside, on, cycles=case.between(2, 5)))
    _trouble(case, case.later(on, 20, 50))


def _trouble(case: Case, on: date) -> None:
    """What goes wrong at school, and what follows from it."""
    kind = case.weighed({"suspended": 40, "excluded": 15, "ill": 15, "tier1": 20, "tier2": 20, "part-time": 10})
    match kind:
        case "excluded":
            excluding.permanently_excluded(case, on)
        case "ill":
            case.aside(lambda aside: excluding.out_of_school(aside, on))
            ap.alternative_provision(case, case.later(on, 50, 70), ap.MEDICAL)
        case "tier1":
            ap.alternative_provision(case, on, ap.OUTREACH)
        case "tier2":
            ap.alternative_provision(case, on, ap.SHORT_PLACE)
        case "part-time":
            ap.alternative_provision(case, on, ap.PART_TIME)
        case _:
            case.aside(lambda aside: excluding.suspended(aside, on))
            if case.chance(0.5):
                ap.alternative_provision(case, case.later(on, 15, 40), ap.OUTREACH)


def _assessed(case: Case) -> None:
    """Somebody asks for an assessment: the course of the law, as far as it goes."""
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    if case.child.age_on(on) >= 5 and case.chance(0.3):
        case.notes["asks"] = True
        on = people_and_support.sen_support(case, on, cycles=case.between(1, 2))
    people_and_support.ask(case, on)
    if 6 <= case.child.age_on(on) < 15 and case.chance(0.12):
        case.aside(lambda aside: _trouble(aside, case.later(on, 40, 400)))
    _after_request(case, on)


def _after_request(case: Case, on: date) -> None:
    known = case.calibration
    # Hardly anybody withdraws in some authorities; the demo shows some everywhere.
    if case.chance(max(known.withdrawn, 0.03)):
        people_and_support.withdraw(case, case.later(on, 10, 35))
        return
    if case.chance(0.06):
        people_and_support.ask_again(case, case.later(on, 8, 14))
    speed = pace(case)
    assessing.consider(case, on)
    decided = working_day(on + days(speed.decide))
    if not case.chance(known.agreed):
        refused = assessing.refuse_to_assess(case, decided)
        if not case.chance(known.appealed):
            return
        disputing.about_a_refusal(case, refused)
        decided = case.notes["reversed_on"]
        speed = pace(case).after(decided - on)
        asked = assessing.tell_of_assessment(case, case.later(decided, 2, 9))
    else:
        asked = assessing.agree_to_assess(case, decided)
    _assess_and_plan(case, on, asked, speed)


def _assess_and_plan(case: Case, on: date, asked: date, speed: Pace) -> None:
    complete = working_day(on + days(speed.complete))
    case.aside(lambda aside: assessing.claim_closure(aside, asked, speed, on))
    assessing.gather_advice(case, asked, complete)
    assessing.close_the_assessment(case, complete)
    if not case.chance(case.calibration.plan_issued):
        assessing.refuse_a_plan(case, case.later(complete, 2, 5))
        return
    told = assessing.agree_a_plan(case, working_day(on + days(speed.issue)))
    final = planning.plan(case, told, on + days(speed.draft), on + days(speed.final))
    if case.chance(0.05):
        moving.moved_out(case, case.later(final, 60, 300))
        return
    reviewing.years_with_a_plan(case, final)


def _moved_in(case: Case) -> None:
    """A family comes from another authority with a plan."""
    moved = school_day(case.notes["begins"])
    reviewing.years_with_a_plan(case, moving.moved_in(case, moved))


def _ceased(case: Case) -> None:
    """A young person of 18 whose plan is in time, reviewed once, and ended."""
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    people_and_support.ask(case, on)
    assessing.consider(case, on)
    speed = Pace(decide=36, final=136)
    asked = assessing.agree_to_assess(case, working_day(on + days(speed.decide)))
    complete = working_day(on + days(speed.complete))
    assessing.gather_advice(case, asked, complete)
    assessing.close_the_assessment(case, complete)
    told = assessing.agree_a_plan(case, working_day(on + days(speed.issue)))
    final = planning.plan(case, told, on + days(speed.draft), on + days(speed.final))
    reviewing.cease(case, reviewing.meet(case, school_day(final + days(240)), "ANNUAL"))


def _lapsed(case: Case) -> None:
    """A place that nobody answered for in time, offered again."""
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    ap.alternative_provision(case, case.later(on, 20, 30), ap.PART_TIME, course="LAPSES")


def _excluded(case: Case) -> None:
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    excluding.permanently_excluded(case, case.later(on, 30, 60))


def _left(case: Case) -> None:
    """A plan from elsewhere that goes on to another authority."""
    moved = school_day(case.notes["begins"])
    moving.moved_in(case, moved)
    moving.moved_out(case, case.later(moved, 150, 200))


ASSURED = {
    1: Assured(8.3, _shown),  # the example; no change of school comes between
    2: Assured(17.6, _ceased),
    3: Assured(12.4, _lapsed),
    4: Assured(13.2, _excluded),
    5: Assured(7.4, _left),
}
"""By the child's number."""
