"""The rule table: what a row may say, that wrong rows do not load, and that two rule sets live side by side."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from projections.deadlines import Rules, clocks, is_correction, relevant_types, report, status_of
from projections.deadlines.book import GROUPS, read
from projections.deadlines.clauses import parse, rights_stated
from projections.deadlines.words import OWNERS, clause, phrases

from .made import CALENDARS, RULES, fact, request

ROW = """
[[rule]]
id = "{id}"
title = "A limit"
kind = "S"
owner = "LA"
legal_ref = "s.1"
starts = ["referral.ehc-needs-assessment-requested"]
episode = "request_id"
period = "{period}"
met_by = ["plan.final-plan-issued"]
{more}
"""


def one(period: str = "W6", more: str = "", id: str = "limit") -> Rules:
    return read({"test": ROW.format(id=id, period=period, more=more)})


def test_the_table_holds_the_clocks_of_the_reference() -> None:
    assert len(RULES.rows) >= 140
    assert {rule.group for rule in RULES.rows} == set(GROUPS.values())
    assert all(rule.owner in OWNERS for rule in RULES.rows)
    assert not {rule.id for rule in RULES.rows} & {row["id"] for row in RULES.no_clock}


def test_every_event_of_the_table_has_words_and_none_is_described_for_nothing() -> None:
    assert set(phrases()) == {each.type for rule in RULES.rows for each in rule.clauses}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("plan.final-plan-issued where rights complete by request_id", {"rights", "request_id"}),
        ("plan.draft-plan-served where not reassessment_id dated served_on", {"reassessment_id", "served_on"}),
        (
            "plan.tribunal-order-made where order_types=ASSESS|MAKE_PLAN by request_id or case",
            {"order_types", "request_id"},
        ),
        ("ap-intervention.pupil-suspended where term_total>5 and term_total<=15", {"term_total"}),
        ("plan.review-decision-notified by plan_id later", {"plan_id"}),
        ("placement.placement-started by other setting_id", {"setting_id"}),
    ],
)
def test_clauses_are_read(text: str, where: set[str]) -> None:
    assert parse(text).fields == where


@pytest.mark.parametrize(
    "text", ["final plan", "plan.x where", "plan.x where a ~ b", "plan.x where not a=b", "plan.x by", "plan.x by other"]
)
def test_a_clause_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "data", "holds"),
    [
        ("a.b where x", {"x": True}, True),
        ("a.b where x", {}, False),
        ("a.b where not x", {"x": None}, True),
        ("a.b where x=A|B", {"x": "B"}, True),
        ("a.b where x=A", {"x": ["B", "A"]}, True),
        ("a.b where x!=A", {}, True),
        ("a.b where x=false", {"x": False}, True),
        ("a.b where x!=false", {"x": False}, False),
        ("a.b where x>5", {"x": "5.5"}, True),
        ("a.b where x>5", {"x": "many"}, False),
        ("a.b where x<=-1", {"x": -2}, True),
        ("a.b where x=A and y", {"x": "A", "y": 1}, True),
        ("a.b where x=A and y", {"x": "A"}, False),
    ],
)
def test_conditions(text: str, data: dict[str, object], holds: bool) -> None:
    test = parse(text).test
    assert test is not None
    assert test(data) is holds


def test_a_notice_that_says_nothing_of_rights_is_not_found_wanting() -> None:
    assert rights_stated({})
    assert not rights_stated({"rights": {"appeal": True, "mediation": False}})


@pytest.mark.parametrize(
    ("period", "more", "says"),
    [
        ("W", "", "no such period"),
        ("XX3", "", "no such period"),
        ("W6", 'reliefs = ["X9"]', "unknown relief"),
        ("W6", 'counted_with = "nothing"', "counted with a rule that is not there"),
        ("W6", 'choices = [{ switch = "nothing" }]', "no such switch"),
        ("W6", "valid_from = 2030-01-01\nvalid_to = 2029-01-01", "ends before it begins"),
        ("W6", 'colour = "red"', "colour"),
        ("W6", 'families = ["nobody"]', "nobody"),
    ],
)
def test_a_wrong_row_does_not_load_and_is_named(period: str, more: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        one(period, more)
    assert "rule limit" in str(refused.value)


def test_two_rows_cannot_both_be_the_law_of_one_day() -> None:
    with pytest.raises(ValueError, match="two rows are in force on the same day"):
        one().and_also(one("W4"))


REFORM = """
rule_set = "EFA2029"
valid_from = 2029-09-01
[[rule]]
id = "issue-final-plan"
title = "Issue the final plan"
kind = "S"
owner = "LA"
legal_ref = "a later Act"
starts = ["referral.ehc-needs-assessment-requested"]
episode = "request_id"
period = "W12"
met_by = ["plan.final-plan-issued"]
"""


def test_two_rule_sets_live_side_by_side_and_the_law_of_the_day_it_started_decides() -> None:
    """A request of the last day under the old law keeps its 20 weeks, though they end under the new one."""
    old = read({"test": ROW.format(id="issue-final-plan", period="W20", more="valid_to = 2029-08-31")})
    both = old.and_also(read({"reform": REFORM}))
    facts = [request("2029-08-31", "r1"), request("2029-09-01", "r2")]
    found = {clock.instance: clock for clock in clocks(facts, rules=both, calendars=CALENDARS)}
    assert (found["r1"].due_on, found["r1"].rule_set) == (date(2029, 8, 31) + timedelta(weeks=20), "CFA2014")
    assert (found["r2"].due_on, found["r2"].rule_set) == (date(2029, 9, 1) + timedelta(weeks=12), "EFA2029")
    assert {clock.clock_id for clock in found.values()} == {"issue-final-plan:r1", "issue-final-plan:r2"}


def test_a_new_clock_is_a_row() -> None:
    more = RULES.and_also(one("D10", id="local-standard"))
    found = clocks([request("2026-03-02")], rules=more, calendars=CALENDARS)
    local = next(clock for clock in found if clock.rule_id == "local-standard")
    assert status_of(local, date(2026, 3, 10)).words == "due in 2 days"


def test_what_is_relevant_covers_every_clause() -> None:
    relevant = relevant_types(RULES)
    for rule in RULES.rows:
        for each in rule.clauses:
            assert each.fields - relevant[each.type] <= {"period_id", "period_days", "exclusion_kind"}, each
    assert is_correction("plan.review-date-corrected")
    assert not any(is_correction(type_) for type_ in relevant)
    assert (
        clause(parse("plan.final-plan-issued where rights complete"))
        == "the final plan was issued, stating every right"
    )


def test_the_document_for_lawyers_is_up_to_date() -> None:
    assert report.WHERE.read_text("utf-8") == report.text(), "run: python -m projections.deadlines.report"


def test_no_file_of_the_law_is_left_out() -> None:
    law = Path(report.__file__).parent / "law"
    assert {path.stem for path in law.glob("*.toml")} == {*GROUPS, "families", "events"}


def test_facts_of_no_case_make_no_noise() -> None:
    assert clocks([fact("2026-03-02", "plan.views-recorded")], rules=RULES, calendars=CALENDARS) == ()
