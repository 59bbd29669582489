"""The ambiguities of the reference, section 6: the documented choice is the default, and each can be turned."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from projections.deadlines import DEFAULT, Calendars, Clock, Fact, Switches, clocks, switches

from .made import CALENDARS, RULES, fact, request

TERMS = [
    {"terms": [{"first_day": "2026-09-01", "last_day": "2026-12-18"}], "not_school_days": []},
    {"terms": [{"first_day": "2027-01-04", "last_day": "2027-03-25"}], "not_school_days": []},
]
WITH_SCHOOL = replace(CALENDARS, schools={"s": CALENDARS.school_calendar(TERMS)})
WITH_AUTHORITY = replace(CALENDARS, authorities={"801": CALENDARS.school_calendar(TERMS, of="the authority")})


def due(key: str, choice: str, value: Any, *facts: Fact, calendars: Calendars = WITH_SCHOOL) -> list[date | None]:
    """The due dates of a rule by default, and with one choice changed; none where there is no clock."""
    found: list[date | None] = []
    for chosen in (DEFAULT, replace(DEFAULT, **{choice: value})):
        made = clocks(facts, rules=RULES, calendars=calendars, switches=chosen)
        found += [clock.due_on for clock in made if clock.rule.key == key]
    return found


def _d(text: str) -> date:
    return date.fromisoformat(text)


DRAFT = fact("2026-06-12", "plan.draft-plan-served", plan_id="p", version=1, served_on="2026-06-12")
CONSULTED = fact("2026-06-10", "placement.setting-consulted", consultation_id="k", received_by_setting_on="2026-06-12")
PLAN = fact("2025-03-10", "plan.final-plan-issued", plan_id="p", decision_id="d")
MEETING = fact("2026-06-08", "plan.review-meeting-held", plan_id="p", review_id="v")
TRANSFER = fact(
    "2026-09-10", "plan.phase-transfer-identified", transfer_id="t", kind="SCHOOL", transfer_on="2027-09-01"
)
COLLEGE = fact("2026-09-10", "plan.phase-transfer-identified", transfer_id="t", kind="POST16_TO_POST16",
               transfer_on="2027-09-01")  # fmt: skip
WANTED = fact("2026-04-20", "plan.mediation-requested", dispute_id="q", health_issues="NONE")
SENT = fact("2026-11-30", "plan.cease-decision-notified", plan_id="p", decision_id="d")
CERTIFIED = fact("2027-01-31", "plan.mediation-certificate-issued", dispute_id="q", decision_id="d")
CONCEDED = fact("2026-06-03", "plan.appeal-not-opposed", dispute_id="q", order_id="o", appeal_type="CONTENTS")
MIXED = fact("2026-12-15", "plan.tribunal-order-made", order_id="o", order_types=["AMEND_CONTENT", "AMEND_PLACEMENT"])
OUT = fact("2026-10-06", "ap-intervention.pupil-permanently-excluded", exclusion_id="x", setting_id="s")
TOLD = fact("2026-10-08", "ap-intervention.governing-board-informed", exclusion_id="x", band="PERMANENT_OR_OVER_15")
ILL = fact("2026-09-18", "ap-intervention.section19-duty-identified", duty_id="d", reason="ILLNESS", setting_id="s",
           absent_from="2026-09-14")  # fmt: skip
STARTED = fact("2026-09-14", "ap-intervention.intervention-started", intervention_id="i")
UNREGISTERED = fact("2026-09-14", "ap-intervention.ap-placement-started", intervention_id="i", registered_school=False)
OTHER_ADVICE = fact("2026-03-16", "assessment.advice-requested", request_id="r", advice_id="a", cooperating_body=False)

CASES: list[tuple[str, Any, str, list[Fact], list[str]]] = [
    ("receipt_is_day_one", True, "issue-final-plan", [request("2026-03-02")], ["2026-07-20", "2026-07-19"]),
    ("roll_to_working_day", True, "decide-whether-to-assess", [request("2026-01-03")], ["2026-02-14", "2026-02-16"]),
    ("other_advice_has_a_clock", False, "provide-advice-other", [OTHER_ADVICE], ["2026-04-27"]),
    ("draft_window_includes_service_day", False, "draft-representations-window", [DRAFT], ["2026-06-26", "2026-06-27"]),
    (
        "consultation_counts_from_receipt",
        False,
        "setting-consultation-response",
        [CONSULTED],
        ["2026-06-27", "2026-06-25"],
    ),
    ("year_ends_day_before_anniversary", False, "annual-review-first", [PLAN], ["2026-03-09", "2026-03-10"]),
    ("two_weeks_are_fourteen_days", False, "review-notice-of-meeting", [MEETING], ["2026-05-25", "2026-05-24"]),
    ("review_longstop", False, "review-to-final-longstop", [MEETING], ["2026-08-31"]),
    ("strictly_before", False, "phase-transfer-school", [TRANSFER], ["2027-02-14", "2027-02-15"]),
    ("post16_guidance_date", False, "post16-to-post16-guidance", [COLLEGE], ["2027-03-31"]),
    ("mediation_days_are_calendar", False, "arrange-mediation", [WANTED], ["2026-05-20", "2026-06-03"]),
    ("certificate_gives_a_month", False, "register-appeal", [SENT, CERTIFIED], ["2027-03-01", "2027-03-02"]),
    ("concessions_follow_2015_text", False, "concede-content", [CONCEDED], ["2026-07-08", "2026-07-01"]),
    ("mixed_order_takes_five_weeks", False, "order-amend-placement", [MIXED], ["2026-12-29"]),
    ("sixth_day_counts_first_day", False, "sixth-day-education-permanent", [OUT], ["2026-10-13", "2026-10-14"]),
    ("board_counts_from_being_told", False, "gb-consider-permanent", [OUT, TOLD], ["2026-10-29", "2026-10-27"]),
    ("fifteen_days_of_illness", False, "s19-health-15-days", [ILL], ["2026-10-02", "2026-10-05"]),
    ("review_interval_weeks", 4, "ap-placement-review", [STARTED], ["2026-10-26", "2026-10-12"]),
    ("show_announced_ap_cap", False, "ap-non-school-cap", [UNREGISTERED], ["2026-12-07"]),
]


@pytest.mark.parametrize(("choice", "value", "key", "facts", "dates"), CASES, ids=[case[0] for case in CASES])
def test_a_choice_changes_what_it_says(choice: str, value: Any, key: str, facts: list[Fact], dates: list[str]) -> None:
    assert due(key, choice, value, *facts) == [_d(text) for text in dates]


def _one(key: str, chosen: Switches, *facts: Fact, calendars: Calendars = WITH_SCHOOL) -> Clock:
    found = clocks(facts, rules=RULES, calendars=calendars, switches=chosen)
    return next(clock for clock in found if clock.rule.key == key)


def test_refusals_take_the_relief_of_regulation_5_and_say_so() -> None:
    """6.5"""
    refusal = "determine-provision-not-necessary"
    away = fact("2026-03-10", "assessment.exception-claimed", request_id="r", limit_id=refusal,
                ground="AWAY_4W", fact_from="2026-03-04", fact_to="2026-04-10")  # fmt: skip
    facts = (request("2026-03-02"), away)
    assert _one("determine-provision-not-necessary", DEFAULT, *facts).flags == ("relief-not-in-reg-4",)
    without = _one("determine-provision-not-necessary", Switches(refusal_takes_reg_5_relief=False), *facts)
    assert without.relief is None
    assert without.claims[0].why == "the law lists no exception for this limit"


def test_the_window_of_a_closure_can_be_wider() -> None:
    """6.10"""
    closed = fact("2026-09-10", "assessment.exception-claimed", request_id="r", limit_id="issue-final-plan",
                  ground="SETTING_CLOSED_4W", fact_from="2026-07-22", advice_asked_on="2026-07-14",
                  first_closed_day="2026-07-22", reopens_on="2026-09-02")  # fmt: skip
    facts = (request("2026-06-01"), closed)
    assert _one("issue-final-plan", DEFAULT, *facts).relief is None
    assert _one("issue-final-plan", Switches(closure_window_lead_days=8), *facts).relief is not None


def test_an_absence_can_count_as_a_whole() -> None:
    """6.11"""
    away = fact("2026-07-16", "assessment.exception-claimed", request_id="r", limit_id="decide-whether-to-assess",
                ground="AWAY_4W", fact_from="2026-07-14", fact_to="2026-08-14")  # fmt: skip
    facts = (request("2026-06-22"), away)
    assert _one("decide-whether-to-assess", DEFAULT, *facts).relief is None
    assert _one("decide-whether-to-assess", Switches(absence_must_fall_inside=False), *facts).relief is not None


def test_a_review_can_end_with_its_meeting() -> None:
    """6.12"""
    decided = fact("2026-07-01", "plan.review-decision-notified", plan_id="p", review_id="v", outcome="MAINTAIN")
    facts = (PLAN, MEETING, decided)
    assert _one("annual-review-first", DEFAULT, *facts).met_on == _d("2026-07-01")
    assert _one("annual-review-next", DEFAULT, *facts).due_on == _d("2027-06-30")
    by_meeting = Switches(review_ends_with_decision=False)
    assert _one("annual-review-first", by_meeting, *facts).met_on == _d("2026-06-08")
    assert _one("annual-review-next", by_meeting, *facts).due_on == _d("2027-06-07")


def test_the_authority_s_calendar_stands_in_for_a_school_s_and_says_so() -> None:
    """6.26"""
    found = _one("sixth-day-education-permanent", DEFAULT, OUT, calendars=WITH_AUTHORITY)
    assert (found.due_on, found.flags) == (_d("2026-10-13"), ("authority-calendar-used",))
    strict = Switches(authority_calendar_stands_in=False)
    assert _one("sixth-day-education-permanent", strict, OUT, calendars=WITH_AUTHORITY).due_on is None


def test_the_look_back_of_off_site_reviews_is_ten_weeks() -> None:
    """6.28"""
    held = fact("2026-09-21", "ap-intervention.off-site-review-meeting-held", direction_id="d")
    asked = fact("2026-11-27", "ap-intervention.off-site-review-meeting-requested", direction_id="d")
    assert _one("offsite-review-on-request", DEFAULT, held, asked).closed_on is not None
    assert _one("offsite-review-on-request", Switches(review_lookback_weeks=9), held, asked).closed_on is None


def test_a_notice_can_count_from_service() -> None:
    """6.34"""
    sent = fact("2026-04-13", "assessment.decision-to-assess-notified", request_id="r", served_on="2026-04-15")
    facts = (request("2026-03-02"), sent)
    assert _one("decide-whether-to-assess", DEFAULT, *facts).met_on == _d("2026-04-13")
    assert _one("decide-whether-to-assess", Switches(notice_met_when_sent=False), *facts).met_on == _d("2026-04-15")


def test_every_choice_names_its_point_of_section_6_and_is_tried_here() -> None:
    source = Path(switches.__file__).read_text("utf-8")
    tried = Path(__file__).read_text("utf-8") + Path(__file__).with_name("test_trouble.py").read_text("utf-8")
    for one in fields(Switches):
        _, _, after = source.partition(f"    {one.name}: ")
        assert after.split('"""')[1].startswith("6."), one.name
        assert one.name in tried, one.name
