"""A clock explains itself; and what-if shows what would be, beside what is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given, settings
from projections.deadlines import Fact, clocks
from projections.deadlines.explain import explain
from projections.deadlines.whatif import what_if
from projections.deadlines.words import sources

from .made import CALENDARS, RULES, corrected, fact, histories, request


def said(key: str, *facts: Fact, as_at: date | None = None) -> dict[str, object]:
    clock = next(c for c in clocks(facts, rules=RULES, calendars=CALENDARS) if c.rule.key == key)
    return explain(clock, facts, rules=RULES, calendars=CALENDARS, as_at=as_at)


def test_a_parent_can_read_it() -> None:
    decided = fact("2026-04-10", "assessment.decision-to-assess-notified", request_id="r")
    found = said("decide-whether-to-assess", request("2026-03-02"), decided, as_at=date(2026, 5, 1))
    assert found["paragraph"] == (
        "Decide whether to assess, and tell the family and everyone who was told of the request. This is the duty of "
        "the local authority. Counted from Monday 2 March 2026, when the request for an assessment reached the "
        "authority. The law gives 6 weeks after that day; the day itself does not count. The last day is Monday 13 "
        "April 2026, 42 days on. An exception on one of the grounds listed for it could excuse being late; none was "
        "claimed. Done on Friday 10 April 2026, when the authority said that it will assess. How it stands on Friday 1 "
        "May 2026: met 3 days early. The law: s.36(5),(8); reg 5(1),(2),(4); CoP 9.42 to 9.43. Here “s.” stands for a "
        "section of the Children and Families Act 2014, “reg” stands for a regulation of the SEND Regulations 2014 (SI "
        "2014/1530) and “CoP” stands for the SEND code of practice. Reckoned by the rules in force from 1 September "
        "2014 (rule set CFA2014)."
    )


def test_several_limits_of_one_kind_are_told_apart_by_their_titles() -> None:
    asked = [
        fact(
            "2026-03-16",
            "assessment.advice-requested",
            request_id="r",
            advice_id=id,
            cooperating_body=body,
            reg6_code=code,
        )
        for id, body, code in (
            ("a", True, "6(1)(c)"),
            ("b", False, "6(1)(d)"),
            ("c", False, "6(1)(e)"),
            ("d", False, None),
        )
    ]
    reached = fact(
        "2026-03-18", "assessment.advice-request-reached", request_id="r", advice_id="a", cooperating_body=True
    )
    consulted = [
        fact("2026-05-04", "placement.setting-consulted", plan_id="p", consultation_id=id, setting_id=f"TEST-{id}")
        for id in ("1", "2")
    ]
    titles = [clock.title for clock in clocks([*asked, reached, *consulted], rules=RULES, calendars=CALENDARS)]
    other = "Another adviser (setting, psychologist, social care, others) sends advice"
    assert {title for title in titles if title.startswith(("A health", "Another adviser", "The consulted"))} == {
        "A health or other cooperating body sends its advice: health",
        f"{other}: psychology",
        f"{other}: social care",
        other,
        "The consulted school or college replies: setting TEST-1",
        "The consulted school or college replies: setting TEST-2",
    }


BROKEN = "The limit was broken, and nothing done later changes that."


def test_a_parent_is_told_that_a_limit_was_broken_and_what_was_done_at_last() -> None:
    late = fact("2026-04-20", "assessment.decision-to-assess-notified", request_id="r")
    told = str(said("decide-whether-to-assess", request("2026-03-02"), late, as_at=date(2026, 5, 1))["paragraph"])
    assert "Done on Monday 20 April 2026, when the authority said that it will assess." in told
    assert f"How it stands on Friday 1 May 2026: met 7 days late. {BROKEN}" in told
    before = str(said("decide-whether-to-assess", request("2026-03-02"), late, as_at=date(2026, 4, 13))["paragraph"])
    assert "Done on" not in before
    assert BROKEN not in before


def test_an_exception_claimed_too_late_excuses_and_the_breach_is_told_all_the_same() -> None:
    claim = exception("x", "PERSONAL_CIRCUMSTANCES", "2026-08-01", "2026-07-01", None)
    told = str(said("issue-final-plan", request("2026-03-02"), claim, as_at=date(2026, 8, 3))["paragraph"])
    assert "It was claimed only after the limit had passed." in told
    assert BROKEN in told
    in_time = exception("x", "PERSONAL_CIRCUMSTANCES", "2026-07-20", "2026-07-01", None)
    excused = str(said("issue-final-plan", request("2026-03-02"), in_time, as_at=date(2026, 8, 3))["paragraph"])
    assert "14 days late, excused by exceptional personal circumstances" in excused
    assert BROKEN not in excused


def test_what_switched_a_limit_off_for_a_time_or_for_good_is_told() -> None:
    rights = dict.fromkeys(("appeal", "time_limits", "mediation", "disagreement_and_advice"), True)
    refused = fact("2026-04-10", "assessment.decision-not-to-assess-notified", request_id="r", rights=rights)
    changed = fact("2026-06-01", "assessment.refusal-reversed", request_id="r", basis="VOLUNTARY")
    ordered = fact("2026-06-01", "assessment.refusal-reversed", request_id="r", basis="ORDER")
    off = "It did not run from Friday 10 April 2026 to Monday 1 June 2026: the authority sent its refusal to assess."
    for back, gone in ((changed, False), (ordered, True)):
        told = str(said("issue-final-plan", request("2026-03-02"), refused, back, as_at=date(2026, 6, 2))["paragraph"])
        assert off in told
        assert ("It no longer applies; what came in its place has limits of its own." in told) is gone


def test_whether_lateness_can_be_excused_at_all_is_told() -> None:
    held = fact("2026-03-02", "plan.review-meeting-held", plan_id="p", review_id="v")
    assert "No exception is listed that would excuse being late." in str(said("review-decision", held)["paragraph"])


def test_a_program_can_read_it() -> None:
    asked = request("2026-03-02")
    found = said("issue-final-plan", asked)
    assert found["rule"] | {} == found["rule"]  # type: ignore[operator]
    rule = found["rule"]
    assert isinstance(rule, dict)
    assert (rule["id"], rule["rule_set"], rule["period"], rule["kind"]) == ("issue-final-plan", "CFA2014", "W20", "S")
    assert found["counted_from"] == [
        {
            "event_id": asked.event_id,
            "type": asked.type,
            "words": "the request for an assessment reached the authority",
            "occurred_on": date(2026, 3, 2),
            "recorded_at": asked.recorded_at,
        }
    ]
    assert found["due_on"] == date(2026, 7, 20)
    assert found["reliefs"]["words"] == "no exception was claimed"  # type: ignore[index]


def test_a_corrected_date_is_the_one_it_counts_from() -> None:
    asked = request("2026-03-09")
    found = said("issue-final-plan", asked, corrected(asked, "2026-03-02", on="2026-05-01"))
    assert found["counted_from"][0]["occurred_on"] == date(2026, 3, 2)  # type: ignore[index]


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("s.36(4); reg 3", ["s.", "reg"]),
        ("reg 18(1)(a)", ["reg"]),
        ("regs 15, 16", ["reg"]),
        ("s.2 Chronically Sick and Disabled Persons Act 1970", []),
        ("s.103, s.104 Education and Inspections Act 2006", []),
        ("s.100 Education and Inspections Act 2006; SI 2007/1870 reg 3", ["SI 2007/1870"]),
        ("SI 2015/62 regs 4, 5; s.71", ["s.", "SI 2015/62"]),
        ("FTT (HESC) Rules r.29; reg 44", ["reg", "FTT (HESC) Rules"]),
        ("s.49; SI 2014/1652 reg 4", ["s.", "SI 2014/1652"]),
    ],
)
def test_a_reference_says_what_its_abbreviations_stand_for(reference: str, named: list[str]) -> None:
    """A section of another Act that is named is not one of the Children and Families Act."""
    assert list(sources(reference)) == named


def test_a_day_that_counts_in_the_place_of_the_events_own_is_named_for_what_it_is() -> None:
    sent = fact("2026-03-02", "assessment.advice-requested", advice_id="a", cooperating_body=True,
                reached_adviser_on="2026-03-05", request_id="r")  # fmt: skip
    assert str(said("provide-advice-cooperating-body", sent)["arithmetic"][0]) == (  # type: ignore[index]
        "Counted from Thursday 5 March 2026, the day on which the request reached the body; "
        "on Monday 2 March 2026 the advice was asked for."
    )


def test_a_time_that_did_not_have_to_roll_says_nothing_of_an_appeal_that_never_was() -> None:
    ceased = fact("2026-05-01", "plan.cease-decision-notified", decision_id="d", plan_id="p")
    assert said("keep-plan-while-appealing-cease", ceased)["arithmetic"][1:] == [  # type: ignore[index]
        "Two calendar months from sending: Wednesday 1 July 2026."
    ]


def test_a_move_shows_both_days_of_which_the_later_counts() -> None:
    move = fact("2026-09-01", "plan.move-notified", move_id="m", moves_on="2026-09-14", old_la_aware_on="2026-09-01")
    assert said("transfer-plan-to-new-LA", move)["arithmetic"] == [
        "The family moves on Monday 14 September 2026.",
        "It was known on Tuesday 1 September 2026; 15 working days beginning with that day end on "
        "Monday 21 September 2026.",
        "The later of the two is the last day: Monday 21 September 2026.",
    ]


def test_a_cap_that_was_passed_is_not_late_but_over() -> None:
    beyond = fact("2026-03-02", "ap-intervention.pupil-suspended", exclusion_id="e", year_total="45.5", school_days="1")
    found = said("suspension-day-cap", beyond, as_at=date(2026, 3, 4))
    assert "How it stands on Wednesday 4 March 2026: over the limit since Mon 2 March 2026." in str(found["paragraph"])


def exception(id: str, ground: str, claimed: str, starts: str, ends: str | None) -> Fact:
    return fact(
        claimed,
        "assessment.exception-claimed",
        request_id="r",
        exception_id=id,
        limit_id="issue-final-plan",
        ground=ground,
        fact_from=starts,
        fact_to=ends,
    )


def considered(*facts: Fact) -> list[dict[str, object]]:
    reliefs = said("issue-final-plan", request("2026-03-02"), *facts)["reliefs"]
    assert isinstance(reliefs, dict)
    return list(reliefs["considered"])


def test_every_exception_considered_is_there_with_its_verdict() -> None:
    found = considered(
        exception("x", "AWAY_4W", "2026-03-10", "2026-03-04", "2026-03-20"),
        exception("y", "MISSED_APPOINTMENT", "2026-04-10", "2026-04-09", "2026-04-09"),
        exception("z", "PERSONAL_CIRCUMSTANCES", "2026-04-11", "2026-04-09", None),
        fact("2026-05-01", "assessment.exception-rejected", request_id="r", exception_id="z"),
        fact("2026-03-12", "assessment.family-told-of-exception", request_id="r", exception_id="x"),
    )
    period = "2 March 2026 to 20 July 2026"
    listed = "reg 13(3), any reason in reg 10(4)(a) to (d)"
    assert [(claim["exception_id"], claim["applies"], claim["why"]) for claim in found] == [
        ("x", False, f"17 days away in a row inside the limit's own period ({period}); at least 28 are needed"),
        ("y", False, f"this ground is not one of those listed for this limit ({listed})"),
        ("z", False, "the claim was rejected"),
    ]
    assert found[0]["family_told_on"] == date(2026, 3, 12)


def test_an_absence_that_ended_early_counts_to_its_end() -> None:
    away = exception("x", "AWAY_4W", "2026-03-10", "2026-03-04", None)
    assert considered(away)[0]["applies"]
    back = fact("2026-03-30", "assessment.exception-ended", request_id="r", exception_id="x")
    assert str(considered(away, back)[0]["why"]).startswith("27 days away")


def test_dates_beside_the_due_date_are_named_for_what_they_are() -> None:
    away = fact("2026-03-10", "assessment.exception-claimed", request_id="r", exception_id="x", ground="AWAY_4W",
                limit_id="decide-whether-to-assess", fact_from="2026-01-04", fact_to="2026-02-04")  # fmt: skip
    found = said("decide-whether-to-assess", request("2026-01-03"), away)
    assert found["also"] == {
        "with the day itself counted as Day 1 (internal target)": date(2026, 2, 13),
        "working day to plan for": date(2026, 2, 13),
        "management target, not statutory": date(2026, 3, 18),
    }


@settings(max_examples=100)
@given(history=histories())
def test_whatever_happened_every_clock_has_an_explanation_that_fits_into_json(history: list[Fact]) -> None:
    for clock in clocks(history, rules=RULES, calendars=CALENDARS):
        found = explain(clock, history, rules=RULES, calendars=CALENDARS, as_at=date(2026, 1, 1))
        assert orjson.dumps(found)
        assert found["paragraph"]


# --- what if ---


def test_what_if_shows_the_clocks_beside_todays() -> None:
    asked = request("2026-03-02")
    decided = fact("2026-04-10", "assessment.decision-to-assess-notified", request_id="r")
    pairs = {
        p.then.rule.key if p.then else "": p for p in what_if([asked], [decided], rules=RULES, calendars=CALENDARS)
    }
    decide = pairs["decide-whether-to-assess"]
    assert decide.changed
    assert decide.today is not None
    assert decide.today.met_on is None
    assert decide.then is not None
    assert decide.then.met_on == date(2026, 4, 10)
    assert pairs["seek-advice"].today is None
    assert not pairs["issue-final-plan"].changed


def test_what_if_a_date_had_been_another() -> None:
    asked = request("2026-03-09")
    right = corrected(asked, "2026-03-02", on="2026-05-01")
    (pair,) = [
        p
        for p in what_if([asked], [right], rules=RULES, calendars=CALENDARS)
        if p.then is not None and p.then.rule.key == "issue-final-plan"
    ]
    assert pair.today is not None
    assert pair.then is not None
    assert (pair.today.due_on, pair.then.due_on) == (date(2026, 7, 27), date(2026, 7, 20))


def test_what_if_can_end_a_clock() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    noted = Fact("n", "plan.commissioning-body-changed", date(2026, 3, 2), at, "801",
                 {"case_id": "case", "change_id": "g", "because_of_la_move": False})  # fmt: skip
    earlier = corrected(noted, "2013-01-01", on="2026-05-01")
    gone = [p for p in what_if([noted], [earlier], rules=RULES, calendars=CALENDARS) if p.then is None]
    assert [p.today.rule.key for p in gone if p.today] == ["old-ICB-tells-new-ICB-other"]
