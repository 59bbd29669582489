"""Which story a child's case follows, and the order of its chapters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from demo.load import people
from demo.load.calibration import Calibration
from demo.load.directory import Directory
from demo.load.diary import TheFuture
from demo.load.stories import assessing, people_and_support
from demo.load.stories.case import Case, days, open_case
from demo.load.stories.pace import pace
from demo.load.terms import school_day, working_day

_AGES = {3: 7, 4: 9, 5: 9, 6: 8, 7: 8, 8: 7, 9: 7, 10: 8, 11: 6, 12: 6, 13: 6, 14: 5, 15: 4, 16: 4, 17: 3, 18: 2}
"""Ages at the first request, roughly as in England's returns: early years and the end of primary school stand out."""


def cast(
    number: int, of: int, *, calibration: Calibration, directory: Directory, first: date, until: date, rng: Random
) -> Case:
    """A child and the day their story begins; requests are spread evenly over the time told."""
    span = (until - first).days - 20
    begins = first + timedelta(days=span * number // max(of, 1))
    age = rng.choices(list(_AGES), weights=list(_AGES.values()))[0] + rng.random()
    child = people.child(number + 1, la_code=calibration.la_code, born=people.born_at_age(age, begins), rng=rng)
    case = open_case(number, child, calibration=calibration, directory=directory, until=until, rng=rng, on=begins)
    case.notes["begins"] = begins
    return case


def tell(case: Case) -> None:
    """Tell the case's story as far as history goes."""
    try:
        _request(case)
    except TheFuture:
        return


def _request(case: Case) -> None:
    on = school_day(case.notes["begins"])
    people_and_support.register(case, working_day(on))
    if case.child.age_on(on) >= 5 and case.chance(0.3):
        case.notes["asks"] = True
        on = people_and_support.sen_support(case, on, cycles=case.between(1, 2))
    people_and_support.ask(case, on)
    _after_request(case, on)


def _after_request(case: Case, on: date) -> None:
    known = case.calibration
    if case.chance(max(known.withdrawn, 0.02)):
        people_and_support.withdraw(case, case.later(on, 10, 35))
        return
    if case.chance(0.06):
        people_and_support.ask_again(case, case.later(on, 8, 27))
    speed = pace(case)
    assessing.consider(case, on)
    decided = working_day(on + days(speed.decide))
    if not case.chance(known.agreed):
        assessing.refuse_to_assess(case, decided)
        return
    asked = assessing.agree_to_assess(case, decided)
    complete = working_day(on + days(speed.complete))
    assessing.gather_advice(case, asked, complete)
    assessing.claim_closure(case, asked, speed, on)
    assessing.close_the_assessment(case, complete)
    if not case.chance(known.plan_issued):
        assessing.refuse_a_plan(case, case.later(complete, 2, 5))
        return
    assessing.agree_a_plan(case, working_day(on + days(speed.issue)))


Chapter = Callable[[Case, date], None]
