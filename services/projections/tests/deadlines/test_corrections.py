"""Recorded wrongly: a corrected date moves its clock, a retracted entry starts none, and the view before has both."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.deadlines import Clock, Fact, clocks, known_at, status_of
from projections.deadlines.calendars import Calendars

from .made import CALENDARS, LA, RULES, corrected, fact, histories, request, retracted


def clock(key: str, *facts: Fact) -> Clock:
    (one,) = [c for c in clocks(facts, rules=RULES, calendars=CALENDARS) if c.rule.key == key]
    return one


def keys(*facts: Fact) -> set[str]:
    return {c.rule.key for c in clocks(facts, rules=RULES, calendars=CALENDARS)}


# --- second dates ---

REGISTERED = fact("2026-04-20", "plan.appeal-registered", dispute_id="q", received_by_la_on="2026-04-22")


def test_a_corrected_second_date_moves_the_clock_that_counts_from_it() -> None:
    later = corrected(REGISTERED, "2026-04-24", on="2026-05-01", field="received_by_la_on")
    was, now = clock("respond-to-appeal", REGISTERED), clock("respond-to-appeal", REGISTERED, later)
    assert (was.counted_from, now.counted_from) == (date(2026, 4, 22), date(2026, 4, 24))
    assert was.due_on != now.due_on
    before = known_at([REGISTERED, later], datetime(2026, 4, 30, tzinfo=UTC))
    assert clock("respond-to-appeal", *before) == was


def test_a_date_that_was_not_recorded_is_filled_in_and_no_longer_assumed() -> None:
    asked = fact("2026-03-16", "assessment.advice-requested", request_id="r", advice_id="a", cooperating_body=True)
    filled = corrected(asked, "2026-03-20", on="2026-03-25", field="reached_adviser_on")
    found = clock("provide-advice-cooperating-body", asked, filled)
    assert (found.due_on, found.flags) == (date(2026, 5, 1), ())


def test_the_window_a_draft_gave_is_what_its_corrected_last_day_says() -> None:
    served = fact("2026-06-08", "plan.draft-plan-served", plan_id="p", request_id="r", version=1,
                  served_on="2026-06-08", window_last_day="2026-06-22")  # fmt: skip
    first, last = (
        corrected(served, "2026-06-10", on="2026-06-12", field="served_on"),
        corrected(served, "2026-06-24", on="2026-06-12", field="window_last_day"),
    )
    found = {c.rule.key: c for c in clocks([served, last, first], rules=RULES, calendars=CALENDARS)}
    was = {c.rule.key: c for c in clocks([served], rules=RULES, calendars=CALENDARS)}
    moved = {key for key in was if was[key].due_on != found[key].due_on}
    assert moved, "some limit counts from the day of service"


def test_each_date_of_an_event_has_its_own_last_correction() -> None:
    facts = [
        REGISTERED,
        corrected(REGISTERED, "2026-04-21", on="2026-05-01"),
        corrected(REGISTERED, "2026-04-23", on="2026-05-02", field="received_by_la_on"),
        corrected(REGISTERED, "2026-04-24", on="2026-05-03", field="received_by_la_on"),
    ]
    random.Random(7).shuffle(facts)
    assert clock("respond-to-appeal", *facts).counted_from == date(2026, 4, 24)


@pytest.mark.parametrize("field", ["case_id", "dispute_id", 7, None])
def test_a_correction_of_what_is_no_date_changes_nothing_else(field: object) -> None:
    odd = replace(
        fact("2026-05-01", "plan.dispute-date-corrected"),
        data={"case_id": "case", "corrects": REGISTERED.event_id, "field": field, "now": "2026-04-25"},
    )
    found = clock("respond-to-appeal", REGISTERED, odd)
    assert (found.case_id, found.instance) == ("case", "q")


# --- entries that never happened ---


def test_a_clock_whose_start_was_retracted_is_gone_and_was_there_before() -> None:
    asked = request("2026-03-02")
    back = retracted(asked, on="2026-04-01")
    assert keys(asked, back) == set()
    assert "issue-final-plan" in keys(*known_at([asked, back], datetime(2026, 3, 31, tzinfo=UTC)))


def test_a_limit_met_by_what_was_retracted_is_open_again() -> None:
    asked = request("2026-03-02")
    decided = fact("2026-04-10", "assessment.decision-to-assess-notified", request_id="r")
    back = retracted(decided, on="2026-05-01")
    found = clock("decide-whether-to-assess", asked, decided, back)
    assert (found.met_on, status_of(found, date(2026, 5, 1)).words) == (None, "18 days late")
    before = known_at([asked, decided, back], datetime(2026, 4, 30, tzinfo=UTC))
    assert status_of(clock("decide-whether-to-assess", *before), date(2026, 4, 30)).code == "met"


def test_what_was_retracted_and_recorded_anew_counts_once() -> None:
    wrong, right = request("2026-03-02"), request("2026-03-09")
    found = clock("issue-final-plan", right, retracted(wrong, on="2026-03-10"), wrong)
    assert (found.counted_from, found.start_event_ids) == (date(2026, 3, 9), (right.event_id,))


def test_a_retracted_exception_relieves_nothing() -> None:
    asked = request("2026-03-02")
    claim = fact("2026-06-01", "assessment.exception-claimed", request_id="r", exception_id="x",
                 limit_id="issue-final-plan", ground="PERSONAL_CIRCUMSTANCES", fact_from="2026-05-20")  # fmt: skip
    assert clock("issue-final-plan", asked, claim).relief is not None
    assert clock("issue-final-plan", asked, claim, retracted(claim, on="2026-06-02")).claims == ()


def test_term_dates_that_were_retracted_never_were() -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    year = {
        "setting_id": "s",
        "academic_year": "2026/27",
        "terms": [{"first_day": "2026-09-02", "last_day": "2026-12-18"}],
    }
    shorter = {**year, "terms": [{"first_day": "2026-09-02", "last_day": "2026-10-23"}]}
    kind = "placement.setting-term-dates-published"
    first = Fact("t1", kind, date(2026, 9, 1), at, LA, year)
    second = Fact("t2", kind, date(2026, 9, 2), at + timedelta(days=1), LA, shorter)
    gone = Fact("t3", "placement.setting-term-dates-entry-retracted", date(2026, 9, 3), at + timedelta(days=2), LA,
                {"setting_id": "s", "retracts": "t2"})  # fmt: skip
    found = Calendars.england().with_terms([gone, second, first]).school("s")
    assert found is not None
    assert found == Calendars.england().with_terms([first]).school("s")


# --- in whatever order ---


@settings(max_examples=200)
@given(history=histories(), seed=st.integers())
def test_corrections_and_retractions_count_the_same_in_any_order_of_arrival(history: list[Fact], seed: int) -> None:
    rng = random.Random(seed)
    some = rng.sample(history, min(len(history), 6))
    more = [corrected(wrong, "2025-02-03", on="2027-07-01") for wrong in some[:2]]
    more += [corrected(wrong, "2025-02-04", on="2027-07-01", field="served_on") for wrong in some[2:4]]
    more += [retracted(wrong, on="2027-07-01") for wrong in some[3:]]
    mixed = [*history, *more] * 2
    rng.shuffle(mixed)
    told = clocks([*history, *more], rules=RULES, calendars=CALENDARS)
    assert clocks(mixed, rules=RULES, calendars=CALENDARS) == told


@settings(max_examples=100)
@given(history=histories(), seed=st.integers())
def test_a_retraction_is_as_if_it_had_never_been_recorded(history: list[Fact], seed: int) -> None:
    gone = random.Random(seed).sample(history, len(history) // 3)
    told = [*history, *(retracted(wrong, on="2027-07-01") for wrong in gone)]
    rest = [one for one in history if one not in gone]
    assert clocks(told, rules=RULES, calendars=CALENDARS) == clocks(rest, rules=RULES, calendars=CALENDARS)
