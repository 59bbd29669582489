"""Dates from the year 1 to 9999: what lies outside the calendar is an undecided clock with a reason, no exception."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.deadlines import Clock, Fact, SchoolCalendar, Switches, clocks, status_of
from projections.deadlines.calendars import Calendars
from projections.deadlines.explain import explain
from projections.deadlines.whatif import what_if

from .made import CALENDARS, RULES, fact, histories, request

FAR = st.dates() | st.dates(max_value=date(3, 1, 1)) | st.dates(min_value=date(9996, 1, 1))
ENDS = (date.min, date.max)
SCHOOLS = replace(
    CALENDARS, schools={"setting_id-1": SchoolCalendar((date(2026, 9, 1), date(2026, 9, 2)), "the school")}
)


def somewhere(rng: random.Random) -> date:
    """Any day there is, half of them within four years of the ends of the calendar."""
    near = timedelta(days=rng.randrange(1500))
    choices = (date.min + near, date.max - near, date.fromordinal(rng.randint(1, date.max.toordinal())))
    return rng.choice((*choices, *ENDS))


def moved(one: Fact, rng: random.Random) -> Fact:
    """The same event with some of its dates anywhere in the calendar."""
    on = somewhere(rng) if rng.random() < 0.5 else one.occurred_on
    data = {
        name: somewhere(rng).isoformat() if _is_date(value) and rng.random() < 0.7 else value
        for name, value in one.data.items()
    }
    return replace(one, occurred_on=on, data=data)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit()


def told(facts: list[Fact], calendars: Calendars, switches: Switches, as_at: date) -> tuple[Clock, ...]:
    """The clocks, after each has given its status and explained itself."""
    found = clocks(facts, rules=RULES, calendars=calendars, switches=switches)
    for clock in found:
        assert status_of(clock, as_at).words
        said = explain(clock, facts, rules=RULES, calendars=calendars, switches=switches, as_at=as_at)
        assert said["paragraph"]
        orjson.dumps(said)
    return found


@settings(max_examples=300)
@given(history=histories(max_size=12), seed=st.integers(), as_at=FAR)
def test_every_clock_is_decided_or_says_why_and_explains_itself(history: list[Fact], seed: int, as_at: date) -> None:
    rng = random.Random(seed)
    far = [moved(one, rng) for one in history]
    switches = rng.choice((Switches(), Switches(receipt_is_day_one=True, roll_to_working_day=True)))
    for clock in told(far, rng.choice((CALENDARS, SCHOOLS)), switches, as_at):
        assert "could not be worked out" not in (clock.undecided_why or ""), clock


@settings(max_examples=100)
@given(on=FAR, as_at=FAR)
def test_a_request_on_any_day(on: date, as_at: date) -> None:
    told([request(on)], CALENDARS, Switches(), as_at)


@settings(max_examples=100)
@given(history=histories(max_size=8), seed=st.integers())
def test_what_if_reaches_as_far(history: list[Fact], seed: int) -> None:
    rng = random.Random(seed)
    what_if(history, [moved(one, rng) for one in history], rules=RULES, calendars=CALENDARS)


def test_the_last_request_there_can_be_says_why_it_has_no_last_day() -> None:
    (found,) = [
        c for c in told([request(date.max)], CALENDARS, Switches(), date.max) if c.rule.key == "issue-final-plan"
    ]
    assert found.due_on is None
    assert found.undecided_why == "its last day lies outside the calendar, which has the years 1 to 9999"
    assert status_of(found, date.max).words == f"undecided: {found.undecided_why}"


@pytest.mark.parametrize("until", ENDS)
def test_a_directed_day_at_the_end_of_the_calendar_is_that_day(until: date) -> None:
    order = fact("2026-02-10", "plan.tribunal-order-made", order_id="o", order_types=["AMEND_CONTENT"],
                 directed_until=until.isoformat())  # fmt: skip
    found = {c.rule.key: c for c in told([order], CALENDARS, Switches(), date(2026, 3, 1))}
    assert found["order-amend-content"].due_on == until


def test_no_instant_and_no_length_of_an_absence_is_too_much() -> None:
    asked = request("2026-03-02")
    away = fact("2026-06-01", "assessment.exception-claimed", request_id="r", exception_id="x",
                limit_id="issue-final-plan", ground="AWAY_4W",
                fact_from="0001-01-01", fact_to="9999-12-31")  # fmt: skip
    closed = fact("2026-06-01", "assessment.exception-claimed", request_id="r", exception_id="y",
                  limit_id="issue-final-plan", ground="SETTING_CLOSED_4W", fact_from="2026-03-05",
                  advice_asked_on="2026-03-05", first_closed_day="0001-01-01", reopens_on="9999-12-31")  # fmt: skip
    for claim in (away, closed):
        told([asked, claim], CALENDARS, Switches(), date.max)
    (one,) = [c for c in clocks([asked], rules=RULES, calendars=CALENDARS) if c.rule.key == "issue-final-plan"]
    for instant in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert status_of(one, instant).words
