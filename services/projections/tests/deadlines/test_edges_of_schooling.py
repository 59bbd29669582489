"""Limits of exclusion, off-site direction and illness without an example in the reference: edges, reckoned twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from projections.deadlines import Fact

from .edges import RECKONER, clock, code, found, words
from .made import fact

# --- the review meetings of an off-site direction ---

INVITED, TOLD = "offsite-review-invitation", "offsite-review-outcome"


def invitation(on: str, to: str, recorded: str | None = None) -> Fact:
    what = "ap-intervention.off-site-review-invitation-sent"
    return fact(on, what, recorded=recorded, direction_id="o", meeting_id="m", meeting_on=to)


def meeting(on: str, **more: str) -> Fact:
    what = "ap-intervention.off-site-review-meeting-held"
    return fact(on, what, **{"direction_id": "o", "meeting_id": "m", **more})


def outcome(on: str) -> Fact:
    return fact(on, "ap-intervention.off-site-review-outcome-notified", direction_id="o", meeting_id="m")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("2026-03-31", "met 1 day early"),
        ("2026-04-01", "met on its last day"),  # over Good Friday, a weekend and Easter Monday: calendar days
        ("2026-04-02", "met 1 day late"),
        ("2026-04-07", "met 6 days late"),
    ],
)
def test_the_invitation_is_sent_six_days_before_the_meeting(sent: str, said: str) -> None:
    assert RECKONER.period("B6 2026-04-07") == date(2026, 4, 1)
    for facts in ([invitation(sent, "2026-04-07")], [invitation(sent, "2026-04-07"), meeting("2026-04-07")]):
        assert clock(INVITED, *facts).due_on == date(2026, 4, 1)
        assert words(clock(INVITED, *facts), "2026-05-01") == said


def test_a_meeting_that_is_moved_counts_by_the_day_it_was_held_on() -> None:
    first, moved = invitation("2026-04-02", "2026-04-07"), invitation("2026-04-03", "2026-04-14")
    assert words(clock(INVITED, first), "2026-04-02") == "met 1 day late"
    assert clock(INVITED, first, moved).due_on == date(2026, 4, 8)
    assert words(clock(INVITED, first, moved, meeting("2026-04-15")), "2026-05-01") == "met 7 days early"


def test_a_meeting_nobody_was_invited_to_breaks_it_and_an_old_one_without_an_id_tells_nothing() -> None:
    assert words(clock(INVITED, meeting("2026-04-07")), "2026-04-10") == "9 days late"
    old = fact("2026-04-07", "ap-intervention.off-site-review-meeting-held", direction_id="o")
    assert found(INVITED, old) == found(TOLD, old) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [("2026-04-07", "met 6 days early"), ("2026-04-13", "met on its last day"), ("2026-04-14", "met 1 day late")],
)
def test_the_outcome_is_told_six_days_after_the_meeting(sent: str, said: str) -> None:
    assert RECKONER.period("D6 2026-04-07") == date(2026, 4, 13)
    assert words(clock(TOLD, meeting("2026-04-07"), outcome(sent)), "2026-05-01") == said


def test_the_end_of_the_direction_ends_what_was_still_to_come() -> None:
    ended = fact("2026-04-08", "ap-intervention.off-site-direction-ended", direction_id="o")
    called_off = clock(INVITED, invitation("2026-04-07", "2026-04-20"), ended)
    assert code(called_off, "2026-05-01") == "met"
    assert code(clock(TOLD, meeting("2026-04-07"), ended), "2026-04-14") == "overdue"


# --- the school's return of illness ---

RETURN = "sickness-return"


def ill(since: str, *, aware: str) -> Fact:
    what = "ap-intervention.section19-duty-identified"
    return fact(aware, what, duty_id="d", reason="ILLNESS", absent_from=since, setting_id="fernhill")


def returned(on: str) -> Fact:
    return fact(on, "ap-intervention.sickness-return-received", duty_id="d")


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-09-14", "2026-10-02"),  # TV-53: three weeks of school
        ("2026-10-12", "2026-11-06"),  # half-term does not count
        ("2026-09-01", "2026-09-22"),  # nor a staff day, though the absence began on it
        ("2026-10-24", "2026-11-20"),  # nor the holidays in which it began
    ],
)
def test_the_school_tells_of_illness_by_the_fifteenth_school_day(since: str, due: str) -> None:
    last = date.fromisoformat(due)
    assert RECKONER.period(f"SN15 {since}") == last
    assert clock(RETURN, ill(since, aware=since)).due_on == last
    assert words(clock(RETURN, ill(since, aware=since), returned(due)), "2027-01-04") == "met on its last day"
    late = returned((last + timedelta(days=1)).isoformat())
    assert words(clock(RETURN, ill(since, aware=since), late), "2027-01-04") == "met 1 day late"


def test_a_return_that_is_how_the_authority_learns_of_it_meets_it_at_once() -> None:
    expected = clock(RETURN, ill("2026-09-14", aware="2026-09-16"), returned("2026-09-16"))
    assert words(expected, "2026-09-16") == "met 16 days early"
    otherwise = fact("2026-09-16", "ap-intervention.section19-duty-identified", duty_id="d", reason="OTHERWISE")
    assert found(RETURN, otherwise) == []


# --- the notice of the governing board's decision ---

NOTIFY, CONSIDER = "gb-notify-decision", "gb-consider-permanent"
INFORMED = fact("2026-09-14", "ap-intervention.governing-board-informed", exclusion_id="e", band="PERMANENT_OR_OVER_15",
                setting_id="fernhill")  # fmt: skip
MET = fact("2026-10-05", "ap-intervention.governing-board-meeting-held", exclusion_id="e", reinstated=False)


def notice(on: str) -> Fact:
    what = "ap-intervention.governing-board-decision-made"
    return fact(on, what, exclusion_id="e", reinstated=False, decided_on="2026-10-05", given_by="HAND")


def test_a_decision_waits_for_its_notice_and_meets_the_time_to_consider_meanwhile() -> None:
    """Told on Monday 14 September: 15 school days end on Monday 5 October, the day of the meeting."""
    assert RECKONER.period("SD15 2026-09-14") == date(2026, 10, 5)
    assert words(clock(CONSIDER, INFORMED), "2026-10-06") == "1 day late"
    assert words(clock(CONSIDER, INFORMED, MET), "2026-10-06") == "met on its last day"
    waiting = clock(NOTIFY, INFORMED, MET)
    assert (waiting.started_on, waiting.due_on, code(waiting, "2026-10-12")) == (date(2026, 10, 5), None, "running")
    assert clock(NOTIFY, INFORMED, MET, notice("2026-10-08")).met_on == date(2026, 10, 8)


def test_a_notice_that_came_without_the_meeting_still_tells_how_long_it_took() -> None:
    told = clock(NOTIFY, INFORMED, notice("2026-10-08"))
    assert (told.started_on, told.met_on) == (date(2026, 10, 5), date(2026, 10, 8))
    assert clock(CONSIDER, INFORMED, notice("2026-10-08")).met_on == date(2026, 10, 5)
    cancelled = fact("2026-10-06", "ap-intervention.exclusion-cancelled", exclusion_id="e")
    assert code(clock(NOTIFY, INFORMED, MET, cancelled), "2026-10-07") == "closed"
