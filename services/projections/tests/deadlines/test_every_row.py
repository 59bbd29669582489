"""Every row of the table, each on its own: it is started by what it says, and met by what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from projections.deadlines import Clock, Fact, clocks
from projections.deadlines.clauses import Clause, Condition
from projections.deadlines.periods import SCHOOL, UNDATED
from projections.deadlines.rules import Rule

from .made import CALENDARS, RULES, fact

DAY = date(2026, 3, 2)
WEEKDAYS = [
    {"terms": [{"first_day": f"{year}-01-05", "last_day": f"{year}-12-18"}], "not_school_days": []}
    for year in range(2025, 2028)
]
WITH_SCHOOL = replace(CALENDARS, schools={"school": CALENDARS.school_calendar(WEEKDAYS)})
DERIVED: dict[str, dict[str, Any]] = {
    "period_days": {"school_days": "6"},
    "exclusion_kind": {},
}
"""What to write so that the engine works a field out."""

STARTED = [rule for rule in RULES.rows if rule.carries is None]
MET = [rule for rule in STARTED if rule.met_by and not rule.at_least]


def _value(condition: Condition) -> dict[str, Any]:
    if condition.field in DERIVED:
        return DERIVED[condition.field]
    match condition.op:
        case "is" if condition.field.endswith("_id"):
            return {condition.field: "school" if condition.field == "setting_id" else f"{condition.field}-1"}
        case "is":
            return {condition.field: True if not condition.field.endswith("_on") else DAY.isoformat()}
        case "=":
            first = condition.values[0]
            return {condition.field: {"true": True, "false": False}.get(first, first)}
        case ">":
            return {condition.field: int(condition.values[0]) + 1}
        case "<=":
            return {condition.field: int(condition.values[0])}
        case _:
            return {}


def _facts(rule: Rule, clause: Clause, on: date) -> list[Fact]:
    """Facts that fit a clause, in the episode that all facts of these tests share."""
    data: dict[str, Any] = {
        field: f"{field}-1" for field in rule.episode if field not in ("event_id", "version", "period_id")
    }
    shared = ("plan_id", "request_id", "dispute_id", "exclusion_id", "direction_id", "intervention_id", "payment_id")
    data |= {field: f"{field}-1" for field in (*shared, "decision_id", "review_id", "notice_id")}
    data["setting_id"] = "school"
    data |= {"old_la_aware_on": "2026-03-02", "old_aware_on": "2026-03-02", "last_reviewed_on": "2025-10-01"}
    for condition in clause.where:
        if condition.op == "not":
            data.pop(condition.field, None)
        data |= _value(condition)
    if clause.dated is not None:
        data[clause.dated] = on.isoformat()
    return [fact(on, clause.type, **data)]


def started(rule: Rule, clause: Clause) -> list[Fact]:
    found = _facts(rule, clause, DAY)
    if rule.needs:
        found += _facts(rule, rule.needs[0], DAY)
    if any(c.field == "exclusion_kind" for c in clause.where):
        kind = next(c.values[0] for c in clause.where if c.field == "exclusion_kind")
        name = "pupil-permanently-excluded" if kind == "PERMANENT" else "pupil-suspended"
        found.append(
            fact(DAY, f"ap-intervention.{name}", exclusion_id="exclusion_id-1", setting_id="school", term_total=2)
        )
    if rule.starts_in_months:
        moved = DAY.replace(month=min(rule.starts_in_months))
        found = [replace(f, data={**f.data, clause.dated or "": moved.isoformat()}) for f in found]
    return found


def _clock(rule: Rule, facts: list[Fact]) -> Clock:
    made = [c for c in clocks(facts, rules=RULES, calendars=WITH_SCHOOL) if c.rule.key == rule.key]
    assert made, f"{rule.key} was not started by {[f.type for f in facts]}"
    return made[0]


@pytest.mark.parametrize(
    ("rule", "clause"), [pytest.param(r, c, id=f"{r.key}: {c.type}") for r in STARTED for c in r.starts]
)
def test_it_is_started_and_decided(rule: Rule, clause: Clause) -> None:
    clock = _clock(rule, started(rule, clause))
    assert clock.undecided_why is None
    assert (clock.due_on is None) == (rule.period.unit in UNDATED)
    if rule.period.unit in SCHOOL and clock.due_on is not None:
        assert clock.due_on in WITH_SCHOOL.schools["school"].days


@pytest.mark.parametrize(
    ("rule", "clause"), [pytest.param(r, c, id=f"{r.key}: {c.type}") for r in MET for c in r.met_by]
)
def test_it_is_met(rule: Rule, clause: Clause) -> None:
    """By each of the events named, on the day that counts."""
    done = DAY + timedelta(days=3)
    facts = started(rule, rule.starts[-1])
    if rule.met_for_each is not None:
        for value in rule.met_for_each.values:
            facts += [replace(f, data={**f.data, rule.met_for_each.field: value}) for f in _facts(rule, clause, done)]
    else:
        facts += _facts(rule, clause, done)
    for also in rule.also_met_by[:1]:
        facts += _facts(rule, also, done)
    if clause.other and clause.by is not None:
        facts[-1] = replace(facts[-1], data={**facts[-1].data, clause.by: "another"})
    if clause.when == "later" and clause.type in {c.type for c in rule.starts}:
        own = rule.episode[0]
        facts[-1] = replace(facts[-1], data={**facts[-1].data, own: "another", "review_id": "another"})
    start_is_met = clause.type == rule.starts[-1].type and clause.when == ""
    clock = _clock(rule, facts)
    assert clock.met_on == (DAY if start_is_met else done)


def test_a_limit_that_goes_on_under_other_law_names_the_events() -> None:
    carried = [rule for rule in RULES.rows if rule.carries]
    assert {rule.id for rule in carried} == {
        "detained-assessment-carried-in", "detained-assessment-carried-out", "detained-advice", "detained-draft-window"
    }  # fmt: skip
    assert all(rule.carried_by is not None for rule in carried)
