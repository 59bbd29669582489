"""How a clock stands, in a code and in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from projections.deadlines import Clock, Fact, clocks, status_of

from .made import CALENDARS, RULES, fact, request

ASKED = request("2026-03-02")
DECIDE = "decide-whether-to-assess"


def clock(key: str, *facts: Fact) -> Clock:
    return next(c for c in clocks(facts, rules=RULES, calendars=CALENDARS) if c.rule.key == key)


def decided(on: str) -> Clock:
    return clock(DECIDE, ASKED, fact(on, "assessment.decision-to-assess-notified", request_id="r"))


def claimed(on: str, decided_on: str | None = None) -> Clock:
    away = fact(on, "assessment.exception-claimed", request_id="r", exception_id="x", limit_id=DECIDE, ground="AWAY_4W",
                fact_from="2026-03-05", fact_to="2026-04-10")  # fmt: skip
    more = [fact(decided_on, "assessment.decision-to-assess-notified", request_id="r")] if decided_on else []
    return clock(DECIDE, ASKED, away, *more)


@pytest.mark.parametrize(
    ("as_at", "code", "days", "words"),
    [
        ("2026-03-01", "not-started", None, "starts on Mon 2 March 2026"),
        ("2026-03-02", "running", 42, "due in 42 days"),
        ("2026-04-10", "running", 3, "due in 3 days"),
        ("2026-04-12", "running", 1, "due in 1 day"),
        ("2026-04-13", "running", 0, "due today"),
        ("2026-04-14", "overdue", 1, "1 day late"),
        ("2026-04-18", "overdue", 5, "5 days late"),
    ],
)
def test_of_a_limit_still_open(as_at: str, code: str, days: int | None, words: str) -> None:
    status = status_of(clock(DECIDE, ASKED), date.fromisoformat(as_at))
    assert (status.code, status.days, status.words) == (code, days, words)
    assert status.breached == (code == "overdue")


@pytest.mark.parametrize(
    ("on", "code", "words", "breached"),
    [
        ("2026-04-11", "met", "met 2 days early", False),
        ("2026-04-13", "met", "met on its last day", False),
        ("2026-04-14", "met-late", "met 1 day late", True),
    ],
)
def test_of_a_limit_that_was_met(on: str, code: str, words: str, breached: bool) -> None:
    status = status_of(decided(on), date(2026, 9, 1))
    assert (status.code, status.words, status.breached) == (code, words, breached)


def test_before_the_day_it_was_met_it_was_open() -> None:
    assert status_of(decided("2026-04-20"), date(2026, 4, 16)).words == "3 days late"


def test_an_exception_excuses_and_does_not_move_the_date() -> None:
    relieved = claimed("2026-03-20")
    assert relieved.due_on == date(2026, 4, 13)
    assert status_of(relieved, date(2026, 4, 13)).words == "due today"
    status = status_of(relieved, date(2026, 4, 16))
    assert status.code == "relieved"
    assert status.words == "3 days late, excused by an absence from the area of four weeks or more"
    assert not status.breached
    met = status_of(claimed("2026-03-20", "2026-04-20"), date(2026, 5, 1))
    assert (met.code, met.days) == ("met-under-exception", 7)
    assert met.words.startswith("met 7 days late, excused by an absence")


def test_an_exception_claimed_after_the_breach_is_marked_and_the_breach_stays_visible() -> None:
    late = claimed("2026-04-20")
    assert status_of(late, date(2026, 4, 16)).code == "overdue"
    status = status_of(late, date(2026, 4, 25))
    assert (status.code, status.breached, status.claimed_after_breach) == ("relieved", True, True)
    assert status.words.endswith("(claimed on Mon 20 April 2026, after the limit had passed)")
    met = status_of(claimed("2026-04-22", "2026-04-20"), date(2026, 5, 1))
    assert (met.code, met.breached, met.claimed_after_breach) == ("met-under-exception", True, True)


def test_what_was_met_in_time_needs_no_excuse() -> None:
    assert status_of(claimed("2026-03-20", "2026-04-10"), date(2026, 5, 1)).code == "met"


@pytest.mark.parametrize(
    ("lag", "words"),
    [
        (40, "unknown: data is 40 s behind"),
        (timedelta(minutes=5), "unknown: data is 5 min behind"),
        (timedelta(hours=3), "unknown: data is 3 h behind"),
    ],
)
def test_behind_by_more_than_the_limit_nothing_is_said_to_be_on_time(lag: float | timedelta, words: str) -> None:
    for one in (decided("2026-04-11"), clock(DECIDE, ASKED)):
        status = status_of(one, date(2026, 4, 12), lag)
        assert (status.code, status.days, status.words) == ("unknown", None, words)


def test_a_little_behind_is_not_unknown() -> None:
    assert status_of(clock(DECIDE, ASKED), date(2026, 4, 12), 29.9).code == "running"
    assert status_of(clock(DECIDE, ASKED), date(2026, 4, 12), 40, lag_limit=timedelta(minutes=1)).code == "running"


def test_an_instant_is_the_date_in_london() -> None:
    open_ = clock(DECIDE, ASKED)
    assert status_of(open_, datetime(2026, 4, 13, 22, 59, tzinfo=UTC)).words == "due today"
    assert status_of(open_, datetime(2026, 4, 13, 23, 1, tzinfo=UTC)).words == "1 day late"
    with pytest.raises(ValueError, match="time zone"):
        status_of(open_, datetime(2026, 4, 13, 12))


def test_the_tribunal_closes_at_five_in_london() -> None:
    """In summer five o'clock in London is 16:00 UTC."""
    answer = clock("respond-to-appeal", fact("2026-04-20", "plan.appeal-registered", received_by_la_on="2026-04-22"))
    assert answer.due_on == date(2026, 6, 5)
    assert status_of(answer, datetime(2026, 6, 5, 15, 59, tzinfo=UTC)).words == "due today by 17:00"
    late = status_of(answer, datetime(2026, 6, 5, 16, 0, tzinfo=UTC))
    assert (late.code, late.days, late.words, late.breached) == ("overdue", 0, "late since 17:00 today", True)


@pytest.mark.parametrize(
    ("on", "after_1700", "said", "flags"),
    [
        ("2026-06-05", False, "met on its last day", ()),
        ("2026-06-05", True, "met 1 day late", ("done-after-1700",)),
        ("2026-06-04", True, "met 1 day early", ()),
        ("2026-06-08", True, "met 3 days late", ()),
    ],
)
def test_what_reaches_the_tribunal_after_five_on_the_last_day_is_late(
    on: str, after_1700: bool, said: str, flags: tuple[str, ...]
) -> None:
    """Rule 12(1): the response is due by 17:00 on Friday 5 June 2026."""
    registered = fact("2026-04-20", "plan.appeal-registered", dispute_id="t", received_by_la_on="2026-04-22")
    sent = fact(on, "plan.appeal-response-submitted", dispute_id="t", after_1700=after_1700)
    answer = clock("respond-to-appeal", registered, sent)
    status = status_of(answer, date(2026, 7, 1))
    assert (status.words, status.breached, answer.flags) == (said, "late" in said, flags)


def test_a_right_that_was_not_used_is_nobodys_breach() -> None:
    right = clock("contact-mediation-adviser", fact("2026-06-20", "plan.cease-decision-notified", decision_id="d"))
    status = status_of(right, date(2026, 8, 21))
    assert (status.code, status.days, status.words, status.breached) == ("overdue", 1, "passed 1 day ago", False)


def test_a_request_withdrawn_after_the_breach_does_not_hide_it() -> None:
    withdrawn = fact("2026-04-20", "referral.assessment-request-withdrawn", request_id="r")
    status = status_of(clock(DECIDE, ASKED, withdrawn), date(2026, 5, 1))
    assert (status.code, status.days, status.breached) == ("closed", 7, True)
    assert status.words == "closed on Mon 20 April 2026: the request was withdrawn; 7 days after its last day"


def test_the_other_branch_of_the_law_is_no_breach() -> None:
    issued = fact("2026-07-10", "plan.final-plan-issued", request_id="r", plan_id="p")
    status = status_of(clock("notify-decision-not-to-issue", ASKED, issued), date(2026, 8, 1))
    assert (status.code, status.breached) == ("closed", False)
    assert status.words == "not needed since Fri 10 July 2026: the final plan was issued"


def test_a_limit_without_a_day() -> None:
    assert status_of(clock("consult-parent-or-young-person", ASKED), date(2027, 1, 1)).words == (
        "due as soon as practicable"
    )
    issued = fact("2026-07-10", "plan.final-plan-issued", request_id="r", plan_id="p")
    assert (
        status_of(clock("secure-section-F", issued), date(2027, 1, 1)).words == "owed now and for as long as it lasts"
    )


def test_a_time_that_has_to_be_given_runs_out_by_itself() -> None:
    draft = fact("2026-06-12", "plan.draft-plan-served", plan_id="p", version=1, served_on="2026-06-12")
    window = clock("draft-representations-window", draft)
    assert status_of(window, date(2026, 6, 24)).words == "open for 2 days more"
    assert status_of(window, date(2026, 6, 26)).words == "open until the end of today"
    assert status_of(window, date(2026, 6, 27)).words == "the time has passed"
    finished = fact("2026-06-20", "plan.representations-received", plan_id="p", finished=True)
    assert status_of(clock("draft-representations-window", draft, finished), date(2026, 6, 21)).words == (
        "ended early: they had finished"
    )
