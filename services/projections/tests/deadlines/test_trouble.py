"""Cases as they really arrive: late, twice, out of order, corrected, moved, detained, refused and reversed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from projections.deadlines import Clock, Fact, Status, Switches, clocks, known_at, status_of

from .made import CALENDARS, RULES, corrected, fact, request

FINAL, DECIDE, NO_PLAN = "issue-final-plan", "decide-whether-to-assess", "notify-decision-not-to-issue"


def clock(key: str, *facts: Fact, case_id: str = "case", switches: Switches | None = None) -> Clock:
    """The only clock of a rule (or rule/limb, or rule@episode) in these facts."""
    found = clocks(facts, rules=RULES, calendars=CALENDARS, switches=switches or Switches())
    (one,) = [c for c in found if key in (c.rule.key, f"{c.rule.key}@{c.instance}") and c.case_id == case_id]
    return one


def status(key: str, as_at: str, *facts: Fact, case_id: str = "case") -> Status:
    return status_of(clock(key, *facts, case_id=case_id), date.fromisoformat(as_at))


# --- late, twice, corrected ---


def test_a_second_request_is_linked_and_does_not_restart_the_clock() -> None:
    first, second = request("2026-03-02"), request("2026-03-20")
    found = clock(FINAL, second, first)
    assert (found.counted_from, found.due_on) == (date(2026, 3, 2), date(2026, 7, 20))
    assert found.start_event_ids == (first.event_id, second.event_id)


def test_an_event_recorded_months_late_counts_from_the_day_it_happened() -> None:
    asked = request("2026-03-02")
    decided = fact("2026-04-10", "assessment.decision-to-assess-notified", request_id="r", recorded="2026-09-01")
    assert status(DECIDE, "2026-05-01", asked, decided).code == "met"
    known = known_at([asked, decided], datetime(2026, 5, 1, tzinfo=UTC))
    assert status(DECIDE, "2026-05-01", *known).words == "18 days late"


def test_a_corrected_date_changes_today_and_leaves_the_view_before_it() -> None:
    asked = request("2026-03-09")
    right = corrected(asked, "2026-03-02", on="2026-05-01")
    assert clock(FINAL, asked, right).due_on == date(2026, 7, 20)
    before = known_at([asked, right], datetime(2026, 4, 1, tzinfo=UTC))
    assert clock(FINAL, *before).due_on == date(2026, 7, 27)


def test_the_last_correction_recorded_counts_in_whatever_order_they_arrive() -> None:
    asked = request("2026-03-09")
    once = corrected(asked, "2026-03-02", on="2026-05-01")
    again = corrected(asked, "2026-03-03", on="2026-05-01", recorded="2026-05-02")
    assert clock(FINAL, again, asked, once).counted_from == date(2026, 3, 3)


def test_twins_in_one_request_have_their_own_clocks() -> None:
    anna = request("2026-03-02", case_id="anna")
    ben = request("2026-03-02", case_id="ben")
    done = fact("2026-04-01", "assessment.decision-to-assess-notified", request_id="r", case_id="anna")
    assert status(DECIDE, "2026-05-01", anna, ben, done, case_id="anna").code == "met"
    assert status(DECIDE, "2026-05-01", anna, ben, done, case_id="ben").code == "overdue"


# --- out of order, delivered twice ---

COURSE = (
    request("2026-03-02"),
    fact("2026-03-03", "assessment.assessment-consideration-notified", request_id="r"),
    fact("2026-04-10", "assessment.decision-to-assess-notified", request_id="r", decision_id="d"),
    fact("2026-04-13", "assessment.advice-requested", request_id="r", advice_id="a", reg6_code="6(1)(c)",
         cooperating_body=True, reached_adviser_on="2026-04-13"),
    fact("2026-05-20", "assessment.advice-received", request_id="r", advice_id="a"),
    fact("2026-06-15", "plan.draft-plan-served", request_id="r", plan_id="p", version=1, served_on="2026-06-15"),
    fact("2026-07-17", "plan.final-plan-issued", request_id="r", plan_id="p", decision_id="e"),
)  # fmt: skip


def all_clocks(*facts: Fact) -> tuple[Clock, ...]:
    return clocks(facts, rules=RULES, calendars=CALENDARS)


def test_events_that_arrive_out_of_order_make_the_same_clocks() -> None:
    """Backwards, and each event last: the final plan may be read before the request it answers."""
    told = all_clocks(*COURSE)
    assert {c.rule.key: c.met_on for c in told}[FINAL] == date(2026, 7, 17)
    assert all_clocks(*reversed(COURSE)) == told
    for late in COURSE:
        assert all_clocks(*(one for one in COURSE if one is not late), late) == told


def test_until_its_start_arrives_a_later_event_starts_nothing_of_its_own_accord() -> None:
    assert FINAL not in {c.rule.key for c in all_clocks(*COURSE[2:])}


def test_an_event_that_is_delivered_twice_counts_once() -> None:
    told = all_clocks(*COURSE)
    for again in COURSE:
        assert all_clocks(*COURSE, again) == told
    assert all_clocks(*COURSE, *COURSE) == told


def test_a_step_recorded_twice_counts_on_its_first_day() -> None:
    twice = fact("2026-04-20", "assessment.decision-to-assess-notified", request_id="r", decision_id="d")
    assert clock(DECIDE, *COURSE, twice).met_on == clock(DECIDE, twice, *COURSE).met_on == date(2026, 4, 10)


# --- refusals and reversals (6.31) ---

ASKED = request("2025-09-01")
REFUSED = fact("2025-10-10", "assessment.decision-not-to-assess-notified", request_id="r", decision_id="d")


def test_a_refusal_suspends_what_would_follow_an_assessment() -> None:
    assert status(FINAL, "2026-03-01", ASKED, REFUSED).code == "closed"
    assert status(NO_PLAN, "2026-03-01", ASKED, REFUSED).code == "closed"
    assert status(DECIDE, "2026-03-01", ASKED, REFUSED).code == "met"


def test_a_refusal_that_leaves_a_right_out_is_defective_and_suspends_nothing() -> None:
    rights = {"appeal": True, "time_limits": True, "mediation": False, "disagreement_and_advice": True}
    refused = fact("2025-10-10", "assessment.decision-not-to-assess-notified", request_id="r", rights=rights)
    found = clock(DECIDE, ASKED, refused)
    assert found.met_on is None
    assert found.flags == ("notice-defective",)
    assert status(FINAL, "2026-03-01", ASKED, refused).code == "overdue"
    cured = fact("2025-10-20", "assessment.decision-not-to-assess-notified", request_id="r")
    assert status(DECIDE, "2025-11-01", ASKED, refused, cured).words == "met 7 days late"


def test_an_authority_that_changes_its_mind_is_back_on_the_original_weeks() -> None:
    reversed_ = fact("2025-12-01", "assessment.refusal-reversed", request_id="r", basis="VOLUNTARY")
    found = clock(FINAL, ASKED, REFUSED, reversed_)
    assert found.due_on == date(2026, 1, 19)
    assert status_of(found, date(2025, 11, 1)).code == "closed"
    assert status_of(found, date(2025, 12, 1)).words == "due in 49 days"
    assert status_of(found, date(2026, 1, 20)).code == "overdue"


def test_with_the_switch_off_a_voluntary_reversal_revives_nothing() -> None:
    reversed_ = fact("2025-12-01", "assessment.refusal-reversed", request_id="r", basis="VOLUNTARY")
    switches = Switches(voluntary_reversal_revives=False)
    assert clock(FINAL, ASKED, REFUSED, reversed_, switches=switches).closed_on == date(2025, 10, 10)


@pytest.mark.parametrize(
    "news",
    [
        fact("2026-02-10", "assessment.refusal-reversed", request_id="r", basis="ORDER"),
        fact("2026-02-10", "assessment.refusal-reversed", request_id="r", basis="CONCESSION"),
        fact("2026-02-10", "plan.tribunal-order-made", order_id="o", order_types=["ASSESS"], request_id="r"),
        fact("2026-02-10", "plan.tribunal-order-made", order_id="o", order_types=["ASSESS"]),
        fact("2026-02-10", "plan.appeal-not-opposed", order_id="o", appeal_type="REFUSAL_TO_ASSESS", request_id="r"),
        fact("2026-02-10", "plan.mediation-agreement-reached", agreement_id="a", owed="ASSESS", request_id="r"),
    ],
    ids=lambda f: f"{f.type} {f.data.get('basis', '')}",
)
def test_an_order_a_concession_or_an_agreement_supersedes_the_original_weeks(news: Fact) -> None:
    """Also when the assessment then goes ahead: that is compliance, not a change of mind."""
    goes_ahead = fact("2026-02-20", "assessment.decision-to-assess-notified", request_id="r")
    for facts in ([ASKED, REFUSED, news], [goes_ahead, news, REFUSED, ASKED]):
        found = clock(FINAL, *facts)
        assert found.superseded_on == date(2026, 2, 10)
        assert status_of(found, date(2026, 1, 20)).code == "closed"
        assert status_of(found, date(2026, 2, 10)).code == "superseded"
        assert status_of(found, date(2026, 12, 1)).code == "superseded"


def test_an_order_about_another_request_leaves_this_one_alone() -> None:
    order = fact("2026-02-10", "plan.tribunal-order-made", order_id="o", order_types=["ASSESS"], request_id="other")
    assert clock(FINAL, ASKED, order).superseded_on is None


# --- orders while something else runs ---


def test_an_order_made_while_a_review_runs_adds_its_limits_and_replaces_none_of_the_review() -> None:
    """Reg 44 dates what was ordered; the review of s.44 and the eight weeks of reg 22 stand beside it."""
    met = fact("2026-02-03", "plan.review-meeting-held", plan_id="p", review_id="v")
    notice = fact("2026-02-24", "plan.amendment-notice-sent", plan_id="p", review_id="v", notice_id="n",
                  served_on="2026-02-24")  # fmt: skip
    order = fact("2026-03-03", "plan.tribunal-order-made", order_id="o", order_types=["AMEND_CONTENT"], plan_id="p")
    ordered = fact("2026-03-30", "plan.amended-final-plan-issued", plan_id="p", order_id="o")
    facts = (met, notice, order, ordered)
    assert status("order-amend-content", "2026-05-01", *facts).code == "met"
    assert status("final-amended-plan", "2026-05-01", *facts).words == "10 days late"
    assert status("review-to-final-longstop", "2026-05-01", *facts).code == "overdue"


def test_a_plan_amended_after_a_review_is_not_taken_for_obedience_to_an_order() -> None:
    order = fact("2026-03-03", "plan.tribunal-order-made", order_id="o", order_types=["AMEND_CONTENT"], plan_id="p")
    reviewed = fact("2026-03-30", "plan.amended-final-plan-issued", plan_id="p", review_id="v", notice_id="n")
    assert clock("order-amend-content", order, reviewed).met_on is None


def test_a_period_that_the_tribunal_directed_prevails() -> None:
    order = fact("2026-02-10", "plan.tribunal-order-made", order_id="o", order_types=["AMEND_CONTENT"],
                 directed_until="2026-02-27")  # fmt: skip
    assert clock("order-amend-content", order).due_on == date(2026, 2, 27)
    registered = fact("2026-07-10", "plan.appeal-registered", dispute_id="q", received_by_la_on="2026-07-13")
    direction = fact("2026-07-20", "plan.tribunal-direction-given", dispute_id="q", direction_id="x",
                     direction="RESPONSE", due_on="2026-08-31")  # fmt: skip
    assert clock("respond-to-appeal", registered, direction).due_on == date(2026, 8, 31)


def test_another_period_agreed_in_writing_replaces_that_of_the_regulations() -> None:
    agreed = fact("2026-05-12", "plan.mediation-agreement-reached", agreement_id="a", owed=None, la_is_party=True,
                  other_period_until="2026-09-30")  # fmt: skip
    assert clock("comply-mediation-agreement-other", agreed).due_on == date(2026, 9, 30)


def test_a_concession_after_the_response_waits_for_the_consent_order() -> None:
    registered = fact("2026-04-20", "plan.appeal-registered", dispute_id="q", received_by_la_on="2026-04-22")
    answered = fact("2026-05-20", "plan.appeal-response-submitted", dispute_id="q")
    conceded = fact("2026-06-03", "plan.appeal-not-opposed", dispute_id="q", order_id="o", appeal_type="CONTENTS")
    keys = {c.rule.key for c in clocks([registered, answered, conceded], rules=RULES, calendars=CALENDARS)}
    assert "consent-order" in keys
    assert "concede-content" not in keys


# --- detention ---

DETAINED = fact("2026-04-20", "plan.detention-started", detention_id="z", aware_on="2026-04-22", plan_kept=False)
RELEASED = fact("2026-06-01", "plan.detention-ended", detention_id="z")
CARRIED = "detained-assessment-carried-in/final-plan"


def test_on_release_the_ordinary_weeks_resume_from_the_original_date() -> None:
    facts = (request("2026-03-02"), DETAINED, RELEASED)
    final, carried = clock(FINAL, *facts), clock(CARRIED, *facts)
    assert final.due_on == carried.due_on == date(2026, 7, 20)
    assert [status_of(final, day).code for day in (date(2026, 4, 19), date(2026, 5, 1), date(2026, 6, 1))] == [
        "running", "superseded", "running",
    ]  # fmt: skip
    assert [status_of(carried, day).code for day in (date(2026, 4, 19), date(2026, 5, 1), date(2026, 6, 1))] == [
        "not-started", "running", "closed",
    ]  # fmt: skip


def test_absence_excuses_an_ordinary_final_plan_but_not_one_in_detention() -> None:
    away = fact("2026-05-01", "assessment.exception-claimed", request_id="r", exception_id="x", limit_id=FINAL,
                ground="AWAY_4W", fact_from="2026-03-05", fact_to="2026-04-15")  # fmt: skip
    facts = (request("2026-03-02"), DETAINED, away)
    assert clock(FINAL, *facts).relief is not None
    assert clock(CARRIED, *facts).relief is None


def test_an_assessment_begun_in_detention_goes_on_after_release() -> None:
    asked = request("2026-03-02", in_relevant_youth_accommodation=True)
    facts = (asked, DETAINED, RELEASED)
    keys = {c.rule.key for c in clocks(facts, rules=RULES, calendars=CALENDARS)}
    assert FINAL not in keys
    assert status("detained-final-plan", "2026-06-02", *facts).code == "superseded"
    assert clock("detained-assessment-carried-out/final-plan", *facts).due_on == date(2026, 7, 20)


def test_a_plan_is_kept_sent_and_reviewed() -> None:
    plan = fact("2025-09-01", "plan.final-plan-issued", plan_id="p")
    detained = fact("2026-04-20", "plan.detention-started", detention_id="z", aware_on="2026-04-22", plan_kept=True)
    facts = (plan, detained, RELEASED)
    assert clock("detained-send-plan", *facts).due_on == date(2026, 4, 29)
    assert status("annual-review-first", "2026-05-01", *facts).code == "superseded"
    assert status("annual-review-first", "2026-06-02", *facts).words == "due in 90 days"
    assert status("detained-keep-plan", "2026-05-01", *facts).code == "running"
    assert status("detained-keep-plan", "2026-06-02", *facts).code == "closed"
    assert clock("release-review", *facts).started_on == date(2026, 6, 1)


# --- undecidable ---


def test_without_term_dates_a_school_limit_says_why_and_still_knows_what_was_done() -> None:
    out = fact("2026-10-06", "ap-intervention.pupil-suspended", exclusion_id="x", setting_id="s", school_days="8")
    found = clock("sixth-day-education-suspension", out)
    assert found.undecided_why == "no term dates are published for the school, and this limit counts its school days"
    arranged = fact("2026-10-12", "ap-intervention.sixth-day-provision-arranged", exclusion_id="x",
                    starts_on="2026-10-13", full_time=True)  # fmt: skip
    assert status("sixth-day-education-suspension", "2026-10-14", out, arranged).words.startswith("done on Tue 13")


def test_beyond_the_published_bank_holidays_nothing_is_guessed() -> None:
    sent = fact("2028-12-20", "plan.cease-decision-notified", plan_id="p", decision_id="d")
    assert "bank holidays are published only from" in (clock("register-appeal", sent).undecided_why or "")
    assert clock("contact-mediation-adviser", sent).due_on == date(2029, 2, 20)


def test_a_date_nobody_can_read_is_said_so() -> None:
    scheduled = fact("2026-01-05", "plan.annual-review-scheduled", plan_id="p", review_id="v", meeting_on="soon")
    assert clock("review-notice-of-meeting", scheduled).undecided_why == (
        "the day that the period counts from cannot be read"
    )


def test_a_body_whose_day_of_receipt_is_unknown_counts_from_the_request_and_is_flagged() -> None:
    asked = fact("2026-03-16", "assessment.advice-requested", request_id="r", advice_id="a", cooperating_body=True)
    found = clock("provide-advice-cooperating-body", asked)
    assert (found.due_on, found.flags) == (date(2026, 4, 27), ("start-date-assumed",))
    reached = fact(
        "2026-03-20", "assessment.advice-request-reached", request_id="r", advice_id="a", cooperating_body=True
    )
    found = clock("provide-advice-cooperating-body", asked, reached)
    assert (found.due_on, found.flags) == (date(2026, 5, 1), ())


def test_a_notice_posted_in_time_and_served_late_is_met_and_flagged() -> None:
    sent = fact("2026-04-13", "assessment.decision-to-assess-notified", request_id="r", served_on="2026-04-15")
    found = clock(DECIDE, request("2026-03-02"), sent)
    assert (found.met_on, found.flags) == (date(2026, 4, 13), ("served-after-due",))
