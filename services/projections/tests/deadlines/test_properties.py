"""What must hold whatever happens: laws of the calendar, of statuses and of the engine, checked at random."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.deadlines import Clock, Fact, clocks, status_of
from projections.deadlines.calendars import SchoolCalendar, tribunal_skip
from projections.deadlines.case import CLAIMS
from projections.deadlines.index import _quick, index_of
from projections.deadlines.periods import appeal_day, last_day, months_after, months_from, parse
from projections.deadlines.rules import Rule
from projections.deadlines.switches import DEFAULT

from .made import CALENDARS, DAYS, LA, RELEVANT, RULES, histories, random_fact
from .test_every_row import STARTED, WITH_SCHOOL, started

SCHOOL = SchoolCalendar(
    tuple(
        day
        for n in range(2400)
        if (day := date(2021, 9, 1) + timedelta(n)).weekday() < 5 and day.month != 8 and day.isocalendar().week != 43
    )
)
FORWARD = ["W6", "W20", "D15", "D30", "DB15", "M2", "MB12", "MB3", "WD3", "WDB15", "SD15", "SN6"]
BACK = ["MBF5", "WBF2", "DBF6", "SP2", "FX before 15 February", "FX by 31 March"]
TRIBUNAL = ["WD30", "D28"]


def due(code: str, e: date) -> date:
    return last_day(parse(code), e, CALENDARS, SCHOOL, tribunal=code in TRIBUNAL)


def reckon(some: list[Fact] | tuple[Fact, ...]) -> tuple[Clock, ...]:
    return clocks(some, rules=RULES, calendars=CALENDARS)


@pytest.mark.parametrize("code", [*FORWARD, *BACK, *TRIBUNAL])
@given(a=DAYS, b=DAYS)
def test_a_later_start_is_never_due_earlier(code: str, a: date, b: date) -> None:
    """Adding days never crosses."""
    first, second = sorted((a, b))
    assert due(code, first) <= due(code, second)


@pytest.mark.parametrize("code", [*FORWARD, *TRIBUNAL])
@given(e=DAYS)
def test_a_period_never_ends_before_it_begins(code: str, e: date) -> None:
    assert due(code, e) >= e


@pytest.mark.parametrize("code", ["MBF5", "WBF2", "DBF6", "SP2"])
@given(e=DAYS)
def test_a_period_counted_back_ends_before_its_day(code: str, e: date) -> None:
    assert due(code, e) < e


@pytest.mark.parametrize("unit", ["W", "D", "DB", "M", "MB", "WD", "WDB", "SD", "SN"])
@given(e=DAYS, n=st.integers(1, 20), more=st.integers(0, 20))
def test_a_longer_period_never_ends_earlier(unit: str, e: date, n: int, more: int) -> None:
    assert due(f"{unit}{n}", e) <= due(f"{unit}{n + more}", e)


@given(e=DAYS, n=st.integers(1, 30))
def test_weeks_keep_their_weekday(e: date, n: int) -> None:
    assert due(f"W{n}", e).weekday() == e.weekday()


@given(e=DAYS, n=st.integers(1, 24))
def test_months_beginning_with_a_day_end_before_or_on_the_corresponding_date(e: date, n: int) -> None:
    corresponding, last = months_after(e, n), months_from(e, n)
    assert (corresponding - last).days in (0, 1)
    assert (corresponding == last) == (corresponding.day != e.day)


@given(sent=DAYS, certificate=st.none() | DAYS)
def test_an_appeal_is_due_on_a_working_day_and_out_of_a_recess(sent: date, certificate: date | None) -> None:
    """A weekend before a recess can roll into it (TV-57); a date inside it goes to the first working day after."""
    last = appeal_day(sent, certificate, CALENDARS)
    plain = max(months_after(day, n) for day, n in ((sent, 2), (certificate, 1)) if day is not None)
    assert CALENDARS.is_working_day(last)
    assert last >= plain
    if tribunal_skip(plain):
        assert not tribunal_skip(last)
    else:
        assert (last - plain).days <= 5


@given(sent=DAYS, certificate=DAYS)
def test_a_certificate_never_shortens_the_time_to_appeal(sent: date, certificate: date) -> None:
    assert appeal_day(sent, certificate, CALENDARS) >= appeal_day(sent, None, CALENDARS)


@pytest.mark.parametrize("code", ["W6", "D15", "DB15", "M2", "MB12", "WBF2", "IMM", "ON"])
@given(e=DAYS)
def test_the_quick_way_agrees_with_the_slow_one(code: str, e: date) -> None:
    quick = _quick(parse(code), DEFAULT)
    assert quick is not None
    assert quick(e) == last_day(parse(code), e, CALENDARS)


# --- the engine ---


@settings(max_examples=500)
@given(history=histories())
def test_total_and_without_an_inner_error(history: list[Fact]) -> None:
    """Well-formed facts in any combination: no exception, and none hidden in an undecided clock."""
    for clock in reckon(history):
        assert "could not be worked out" not in (clock.undecided_why or ""), clock
        for as_at in (date(2022, 1, 1), date(2025, 1, 1), date(2028, 1, 1)):
            assert status_of(clock, as_at).words


_JUNK: Any = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just("2026-02-30"), st.just("9999-12-31"),
)  # fmt: skip


@settings(max_examples=500)
@given(data=st.data(), history=histories(max_size=10))
def test_total_for_nonsense_too(data: st.DataObject, history: list[Fact]) -> None:
    """Any value in any field, and dates at the ends of the calendar: a clock may be undecided, nothing is raised."""
    broken = []
    for fact in history:
        name = data.draw(st.sampled_from(sorted(RELEVANT[fact.type])))
        on = data.draw(st.sampled_from([fact.occurred_on, date.min, date.max, date(2012, 1, 1), date(2030, 1, 1)]))
        broken.append(replace(fact, occurred_on=on, data={**fact.data, name: data.draw(_JUNK)}))
    for clock in reckon(broken):
        assert status_of(clock, date(2026, 1, 1)).code


@settings(max_examples=200)
@given(history=histories(), seed=st.integers())
def test_any_order_of_arrival_gives_the_same_clocks(history: list[Fact], seed: int) -> None:
    """Replayed in any order, and everything delivered twice."""
    mixed = history * 2
    random.Random(seed).shuffle(mixed)
    assert reckon(mixed) == reckon(history)


@settings(max_examples=200)
@given(history=histories())
def test_clock_ids_are_unique_within_a_case(history: list[Fact]) -> None:
    ids = [clock.clock_id for clock in reckon(history)]
    assert len(ids) == len(set(ids))


@settings(max_examples=200)
@given(history=histories())
def test_the_relevant_types_and_fields_are_all_the_engine_needs(history: list[Fact]) -> None:
    cut = [
        replace(fact, data={name: value for name, value in fact.data.items() if name in RELEVANT[fact.type]})
        for fact in history
    ]
    assert reckon(cut) == reckon(history)


@settings(max_examples=200)
@given(history=histories())
def test_relief_never_changes_a_due_date(history: list[Fact]) -> None:
    without = [fact for fact in history if fact.type not in CLAIMS]
    dates = {clock.clock_id: (clock.due_on, clock.met_on) for clock in reckon(without)}
    assert {clock.clock_id: (clock.due_on, clock.met_on) for clock in reckon(history)} == dates


@settings(max_examples=200)
@given(history=histories(), as_at=DAYS)
def test_what_was_met_in_time_is_never_late(history: list[Fact], as_at: date) -> None:
    for clock in reckon(history):
        status = status_of(clock, as_at)
        if clock.met_on is not None and clock.due_on is not None and clock.met_on <= clock.due_on:
            assert status.code not in ("met-late", "met-under-exception")
            if as_at >= clock.met_on:
                assert status.code not in ("overdue", "relieved")
        if status.code in ("running", "met", "not-started"):
            assert not status.breached


@settings(max_examples=100)
@given(history=histories(), seed=st.integers())
def test_two_cases_do_not_touch_each_other(history: list[Fact], seed: int) -> None:
    one = random_fact(random.Random(seed))
    twin = replace(one, event_id="twin", data={**one.data, "case_id": "twin"})
    alone = reckon(history)
    assert tuple(clock for clock in reckon([*history, twin]) if clock.case_id == "case") == alone


@settings(max_examples=100)
@given(start=DAYS, earlier=st.integers(1, 300))
def test_a_request_made_earlier_is_due_earlier(start: date, earlier: int) -> None:
    def all_due(on: date) -> dict[str, date | None]:
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        one = Fact("e", "referral.ehc-needs-assessment-requested", on, at, LA, {"case_id": "c", "request_id": "r"})
        return {clock.clock_id: clock.due_on for clock in reckon([one])}

    later, sooner = all_due(start), all_due(start - timedelta(days=earlier))
    for clock_id, due_on in later.items():
        if due_on is not None and (before := sooner[clock_id]) is not None:
            assert before < due_on


@settings(max_examples=400)
@given(rule=st.sampled_from(STARTED), place=st.integers(0, 9), later=st.integers(1, 250))
def test_every_limit_is_monotone_in_the_day_on_which_all_of_it_began(rule: Rule, place: int, later: int) -> None:
    """Whatever starts it, and whichever date counts: with everything some days later it is due no earlier."""
    begun = started(rule, rule.starts[place % len(rule.starts)])
    first, second = (
        [c.due_on for c in clocks(facts, rules=RULES, calendars=WITH_SCHOOL) if c.rule.key == rule.key]
        for facts in (begun, [_put_off(one, later) for one in begun])
    )
    for sooner, afterwards in zip(first, second, strict=False):
        assert sooner is None or afterwards is None or sooner <= afterwards


def _put_off(one: Fact, days: int) -> Fact:
    def put_off(value: Any) -> Any:
        try:
            return (date.fromisoformat(value) + timedelta(days)).isoformat() if isinstance(value, str) else value
        except ValueError:
            return value

    data = {name: put_off(value) for name, value in one.data.items()}
    return replace(one, occurred_on=one.occurred_on + timedelta(days), data=data)


def test_the_index_is_built_once() -> None:
    assert index_of(RULES, DEFAULT) is index_of(RULES, DEFAULT)
