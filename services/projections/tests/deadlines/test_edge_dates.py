"""Limits of which the reference works out no example: their edges, reckoned by hand and again by ``reckoned.py``."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from projections.deadlines import Clock, Fact, clocks, status_of

from .made import CALENDARS, RULES, fact
from .reckoned import Reckoner

RECKONER = Reckoner(CALENDARS.bank_holidays, {"fernhill": frozenset()})


def found(key: str, *facts: Fact) -> list[Clock]:
    return [c for c in clocks(facts, rules=RULES, calendars=CALENDARS) if c.rule.key == key]


def clock(key: str, *facts: Fact) -> Clock:
    (one,) = found(key, *facts)
    return one


def words(of: Clock, as_at: str) -> str:
    return status_of(of, date.fromisoformat(as_at)).words


def code(of: Clock, as_at: str) -> str:
    return status_of(of, date.fromisoformat(as_at)).code


# --- 45 working days of social care ---

SOCIAL_CARE = "social-care-assessment-if-triggered"


def referred(on: str, id: str = "sc") -> Fact:
    return fact(on, "assessment.social-care-referral-made", request_id="r", social_care_referral_id=id)


def answered(on: str, what: str = "assessment-completed", id: str = "sc", **more: str) -> Fact:
    return fact(on, f"assessment.social-care-{what}", request_id="r", social_care_referral_id=id, **more)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2026-01-05", "2026-03-09"),  # nine weeks without a holiday: a Monday again
        ("2026-02-02", "2026-04-08"),  # Good Friday and Easter Monday
        ("2026-10-26", "2026-12-30"),  # Christmas Day, and Monday the 28th for Boxing Day
        ("2026-10-31", "2027-01-06"),  # received on a Saturday; New Year's Day too
        ("2026-12-25", "2027-03-02"),  # received on a bank holiday
    ],
)
def test_social_care_has_45_working_days_after_it_received_the_referral(on: str, due: str) -> None:
    last = date.fromisoformat(due)
    assert RECKONER.period(f"WD45 {on}") == last
    waiting = clock(SOCIAL_CARE, referred(on))
    assert waiting.due_on == last
    assert code(waiting, due) == "running"
    assert code(waiting, (last + timedelta(days=1)).isoformat()) == "overdue"
    assert code(clock(SOCIAL_CARE, referred(on), answered(due)), due) == "met"
    late = answered((last + timedelta(days=1)).isoformat())
    assert words(clock(SOCIAL_CARE, referred(on), late), "2027-06-01") == "met 1 day late"


def test_a_referral_that_is_not_accepted_leaves_nothing_to_assess() -> None:
    for reason, after_the_last_day in (("NOT_ACCEPTED", "closed"), ("FAMILY_DECLINED", "overdue")):
        in_time = clock(SOCIAL_CARE, referred("2026-10-26"), answered("2026-12-30", "referral-closed", reason=reason))
        assert status_of(in_time, date(2027, 6, 1)).breached is False
        late = clock(SOCIAL_CARE, referred("2026-10-26"), answered("2026-12-31", "referral-closed", reason=reason))
        assert status_of(late, date(2027, 6, 1)).breached is (after_the_last_day == "overdue")


def test_the_end_of_the_request_for_a_plan_ends_it_only_where_the_child_is_gone() -> None:
    withdrawn = fact("2026-11-02", "assessment.assessment-closed", request_id="r", reason="WITHDRAWN")
    assert code(clock(SOCIAL_CARE, referred("2026-10-26"), withdrawn), "2026-11-03") == "running"
    moved = fact("2026-11-02", "assessment.assessment-closed", request_id="r", reason="MOVED_AWAY")
    assert code(clock(SOCIAL_CARE, referred("2026-10-26"), moved), "2026-11-03") == "closed"


def test_a_second_referral_has_days_of_its_own() -> None:
    first, second = found(SOCIAL_CARE, referred("2026-01-05"), answered("2026-03-02"), referred("2026-10-26", "sc2"))
    assert (first.met_on, second.met_on, second.due_on) == (date(2026, 3, 2), None, date(2026, 12, 30))
