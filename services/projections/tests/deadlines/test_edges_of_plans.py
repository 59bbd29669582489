"""Limits of assessments and plans of which the reference works out no example: their edges, reckoned twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from projections.deadlines import Fact, status_of

from .edges import RECKONER, clock, code, found, words
from .made import fact

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


# --- a setting out of reach after a move ---

OUT_OF_REACH = "new-LA-placement-impractical"


def transferred(on: str = "2026-09-21") -> Fact:
    return fact(on, "plan.plan-transferred-in", plan_id="p", move_id="m", plan_first_made_on="2024-03-01")


def impractical(on: str = "2026-09-28", **more: str) -> Fact:
    return fact(on, "plan.named-setting-found-impractical", plan_id="p", move_id="m", **more)


def test_another_setting_is_owed_from_the_day_of_the_transfer_once_the_named_one_is_found_out_of_reach() -> None:
    assert found(OUT_OF_REACH, transferred()) == []
    owed = clock(OUT_OF_REACH, transferred(), impractical())
    assert (owed.started_on, owed.due_on) == (date(2026, 9, 21), date(2026, 9, 21))
    assert code(owed, "2026-09-21") == "running"
    assert words(owed, "2026-09-28") == "7 days late"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-09-20", "10 days late"),  # the school of before the move meets nothing
        ("2026-09-21", "met on its last day"),
        ("2026-09-22", "met 1 day late"),
    ],
)
def test_it_is_met_by_a_placement_that_starts_after_the_transfer(on: str, said: str) -> None:
    placed = fact(on, "placement.placement-started", placement_id="pl", setting_id="s", plan_id=None)
    assert words(clock(OUT_OF_REACH, transferred(), impractical(), placed), "2026-10-01") == said


@pytest.mark.parametrize(("setting", "said"), [("near", "met 1 day late"), ("far", "10 days late")])
def test_a_start_at_the_very_setting_that_is_out_of_reach_meets_nothing(setting: str, said: str) -> None:
    placed = fact("2026-09-22", "placement.placement-started", placement_id="pl", setting_id=setting, plan_id="p")
    assert words(clock(OUT_OF_REACH, transferred(), impractical(setting_id="far"), placed), "2026-10-01") == said


def test_an_amended_plan_ends_it_and_a_breach_stays_one() -> None:
    amended = fact("2026-12-14", "plan.amended-final-plan-issued", plan_id="p", decision_id="d")
    over = clock(OUT_OF_REACH, transferred(), impractical(), amended)
    assert over.closed_on == date(2026, 12, 14)
    assert status_of(over, date(2027, 1, 4)).breached


# --- out of education ---

LEFT_AT_18, UNDER_18 = "cease-18plus-left-education", "under-18-not-in-education"
STOPPED = fact("2028-03-01", "plan.young-person-stopped-attending", plan_id="p")
NOT_IN_EDUCATION = fact("2028-03-01", "plan.found-not-in-education", plan_id="p")
RESUMED = fact("2028-03-20", "plan.education-resumed", plan_id="p")


def reviewed(held: str, decided: str) -> list[Fact]:
    return [
        fact(held, "plan.review-meeting-held", plan_id="p", review_id="v"),
        fact(decided, "plan.review-decision-notified", plan_id="p", review_id="v", outcome="CEASE"),
    ]


@pytest.mark.parametrize(("key", "out"), [(LEFT_AT_18, STOPPED), (UNDER_18, NOT_IN_EDUCATION)])
def test_the_plan_is_reviewed_by_a_meeting_and_a_decision_since(key: str, out: Fact) -> None:
    owed = clock(key, out)
    assert (owed.due_on, code(owed, "2028-12-01")) == (None, "running")
    assert clock(key, out, *reviewed("2028-03-20", "2028-04-03")).met_on == date(2028, 4, 3)
    assert clock(key, out, *reviewed("2028-03-01", "2028-03-01")).met_on == date(2028, 3, 1)
    assert clock(key, out, *reviewed("2028-02-29", "2028-03-13")).met_on is None


@pytest.mark.parametrize(("key", "out"), [(LEFT_AT_18, STOPPED), (UNDER_18, NOT_IN_EDUCATION)])
def test_whoever_is_back_needs_no_review_for_it(key: str, out: Fact) -> None:
    over = clock(key, out, RESUMED)
    assert (over.closed_on, code(over, "2028-06-01")) == (date(2028, 3, 20), "closed")


def test_a_plan_that_is_ceased_before_the_review_breaks_reg_30() -> None:
    told = fact("2028-03-27", "plan.cease-decision-notified", plan_id="p", decision_id="d")
    too_late = clock(LEFT_AT_18, STOPPED, told)
    assert too_late.flags == ("not-done-before-deciding",)
    together = clock(LEFT_AT_18, STOPPED, *reviewed("2028-03-20", "2028-03-27"), told)
    assert (together.met_on, together.flags) == (date(2028, 3, 27), ())


def test_at_18_the_other_duty_takes_over() -> None:
    found_at_17 = fact("2028-01-10", "plan.found-not-in-education", plan_id="p")
    assert clock(UNDER_18, found_at_17, STOPPED).closed_on == date(2028, 3, 1)
    assert clock(LEFT_AT_18, found_at_17, STOPPED).started_on == date(2028, 3, 1)


# --- the notice of a decision to cease ---

CEASE_NOTICE = "cease-notify"
CEASE_MADE = fact("2028-04-24", "plan.cease-decision-made", plan_id="p", decision_id="c")


def cease_notice(on: str, **rights: bool) -> Fact:
    told = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True, **rights}
    return fact(on, "plan.cease-decision-notified", plan_id="p", decision_id="c", rights=told)


def test_a_decision_to_cease_waits_for_a_notice_that_states_every_right() -> None:
    waiting = clock(CEASE_NOTICE, CEASE_MADE)
    assert (waiting.started_on, waiting.due_on, code(waiting, "2028-05-02")) == (date(2028, 4, 24), None, "running")
    defective = clock(CEASE_NOTICE, CEASE_MADE, cease_notice("2028-05-01", mediation=False))
    assert (defective.met_on, defective.flags) == (None, ("notice-defective",))
    assert clock(CEASE_NOTICE, CEASE_MADE, cease_notice("2028-05-01")).met_on == date(2028, 5, 1)
    kept = fact("2028-04-28", "plan.ceasing-abandoned", plan_id="p")
    assert clock(CEASE_NOTICE, CEASE_MADE, kept).not_needed


def test_whoever_decides_to_cease_has_consulted_and_reviewed_before_the_decision_not_before_its_notice() -> None:
    considered = fact("2028-04-03", "plan.ceasing-considered", plan_id="p")
    consulted = fact("2028-04-26", "plan.ceasing-consultation-held", plan_id="p")
    late = clock("cease-consult", considered, CEASE_MADE, consulted, cease_notice("2028-05-01"))
    assert late.flags == ("not-done-before-deciding",)
    stopped = fact("2028-04-03", "plan.young-person-stopped-attending", plan_id="p")
    between = reviewed("2028-04-25", "2028-04-28")
    assert clock(LEFT_AT_18, stopped, CEASE_MADE, *between).flags == ("not-done-before-deciding",)


# --- advice for a re-assessment ---


def advice_asked(*, reached: str | None, bound: bool) -> Fact:
    more = {"advice_id": "a", "reassessment_id": "ra", "cooperating_body": bound, "reached_adviser_on": reached}
    return fact("2026-05-18", "plan.reassessment-advice-requested", plan_id="p", **more)


def advice(on: str) -> Fact:
    return fact(on, "plan.reassessment-advice-received", plan_id="p", reassessment_id="ra", advice_id="a")


@pytest.mark.parametrize(
    ("key", "asked", "due"),
    [
        ("reassessment-advice/cooperating-body", advice_asked(reached="2026-05-20", bound=True), "2026-07-01"),
        ("reassessment-advice/cooperating-body", advice_asked(reached=None, bound=True), "2026-06-29"),
        ("reassessment-advice/other", advice_asked(reached=None, bound=False), "2026-06-29"),
    ],
)
def test_advice_for_a_re_assessment_takes_six_weeks(key: str, asked: Fact, due: str) -> None:
    last = date.fromisoformat(due)
    assert clock(key, asked).due_on == last
    assert words(clock(key, asked, advice(due)), "2026-09-01") == "met on its last day"
    late = clock(key, asked, advice((last + timedelta(days=1)).isoformat()))
    assert words(late, "2026-09-01") == "met 1 day late"
    assert ("start-date-assumed" in late.flags) is (
        asked.data["cooperating_body"] and not asked.data["reached_adviser_on"]
    )


def test_a_missed_appointment_excuses_the_advice_it_was_for() -> None:
    asked = advice_asked(reached="2026-05-18", bound=True)
    key = "reassessment-advice/cooperating-body"
    missed: dict[str, str] = {"limit_id": "reassessment-advice", "ground": "MISSED_APPOINTMENT"}
    claim = fact("2026-06-10", "plan.exception-claimed", plan_id="p", exception_id="x", subject_id="a",
                 fact_from="2026-06-03", fact_to="2026-06-03", **missed)  # fmt: skip
    assert code(clock(key, asked, claim), "2026-07-10") == "relieved"
    after = fact("2026-06-30", "plan.exception-claimed", plan_id="p", exception_id="x", subject_id="a",
                 fact_from="2026-06-30", fact_to="2026-06-30", **missed)  # fmt: skip
    assert code(clock(key, asked, after), "2026-07-10") == "overdue"
    over = fact(
        "2026-06-22", "plan.reassessment-outcome-notified", plan_id="p", reassessment_id="ra", outcome="AMENDED"
    )
    assert code(clock(key, asked, over), "2026-07-10") == "closed"
