"""A plan that moves between authorities: what ends in one, goes on in the other, and belongs to neither's clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from projections.deadlines import status_of

from .made import fact
from .test_trouble import all_clocks, clock, status


def test_a_plan_that_moves_ends_here_and_goes_on_there() -> None:
    old = [
        fact("2026-01-10", "plan.final-plan-issued", plan_id="p", case_id="old"),
        fact("2026-06-01", "plan.review-meeting-held", plan_id="p", review_id="v", case_id="old"),
        fact("2026-06-10", "plan.plan-transferred-out", plan_id="p", move_id="m", case_id="old"),
    ]
    new = [
        fact(
            "2026-06-10",
            "plan.plan-transferred-in",
            plan_id="n",
            move_id="m",
            case_id="new",
            plan_first_made_on="2026-01-10",
            last_reviewed_on=None,
        ),
        fact(
            "2026-09-20", "plan.review-decision-notified", plan_id="n", review_id="w", outcome="MAINTAIN", case_id="new"
        ),
    ]
    facts = [*old, *new]
    assert status("annual-review-first", "2027-02-01", *facts, case_id="old").code == "closed"
    assert status("review-decision", "2026-07-01", *facts, case_id="old").code == "closed"
    review = clock("new-LA-review", *facts, case_id="new")
    assert (review.due_on, review.met_on) == (date(2027, 1, 9), date(2026, 9, 20))
    assert clock("annual-review-next", *facts, case_id="new").due_on == date(2027, 9, 19)


NOTICE_THERE = (
    fact("2026-01-10", "plan.final-plan-issued", plan_id="p", case_id="old"),
    fact("2026-06-01", "plan.review-meeting-held", plan_id="p", review_id="v", case_id="old"),
    fact("2026-06-20", "plan.amendment-notice-sent", plan_id="p", review_id="v", notice_id="n", case_id="old",
         served_on="2026-06-20"),
)  # fmt: skip
MOVED_ON = date(2026, 7, 6)
MOVED = (
    fact(MOVED_ON, "plan.plan-transferred-out", plan_id="p", move_id="m", case_id="old"),
    replace(
        fact(MOVED_ON, "plan.plan-transferred-in", plan_id="q", move_id="m", case_id="new", moved_on="2026-07-06",
             plan_first_made_on="2026-01-10", last_reviewed_on=None),
        la_code="802",
    ),
)  # fmt: skip


def test_a_plan_that_moves_authority_while_its_clock_runs_ends_there_unbroken() -> None:
    """Eight weeks from the notice are not over on the day of the move: the old authority owes no final plan."""
    running = clock("final-amended-plan", *NOTICE_THERE, case_id="old")
    assert running.due_on is not None
    assert running.due_on > MOVED_ON
    moved = clock("final-amended-plan", *NOTICE_THERE, *MOVED, case_id="old")
    assert (moved.due_on, moved.closed_on) == (running.due_on, MOVED_ON)
    long_after = status_of(moved, date(2027, 1, 1))
    assert (long_after.code, long_after.breached) == ("closed", False)
    here = {c.rule.key for c in all_clocks(*NOTICE_THERE, *MOVED) if c.case_id == "new"}
    assert "new-LA-review" in here
    assert "final-amended-plan" not in here


def test_what_the_old_authority_records_after_the_move_touches_no_clock_of_the_new_one() -> None:
    """Two authorities write about one child under one move: each case is told by its own authority."""
    late = (
        fact("2026-07-03", "plan.review-decision-notified", plan_id="p", review_id="v", outcome="AMEND", case_id="old",
             decision_id="d", recorded="2026-08-01"),
        fact("2026-07-20", "plan.amended-final-plan-issued", plan_id="p", review_id="v", notice_id="n", case_id="old",
             recorded="2026-08-01"),
    )  # fmt: skip
    told = all_clocks(*NOTICE_THERE, *MOVED)
    with_late = all_clocks(*late, *MOVED, *NOTICE_THERE)
    assert [c for c in with_late if c.case_id == "new"] == [c for c in told if c.case_id == "new"]
    assert [c for c in told if c.case_id == "new"] == list(all_clocks(MOVED[1]))
    assert clock("final-amended-plan", *NOTICE_THERE, *MOVED, *late, case_id="old").closed_on == MOVED_ON


def test_a_move_nobody_was_told_of_says_what_is_missing() -> None:
    moved = fact("2026-09-01", "plan.commissioning-body-changed", change_id="g", because_of_la_move=True, move_id="m")
    found = clock("old-ICB-tells-new-ICB-on-LA-move", moved)
    assert found.due_on is None
    assert "became aware of the move is not recorded" in (found.undecided_why or "")
    assert status_of(found, date(2026, 10, 1)).words.startswith("undecided: the day on which")


def test_awareness_exactly_fifteen_working_days_ahead_means_the_day_of_the_move() -> None:
    """Aware on 24 August, the fifteenth working day is the day of the move itself (31 August is a bank holiday)."""
    for aware, due in (
        ("2026-08-21", date(2026, 9, 14)),
        ("2026-08-24", date(2026, 9, 14)),
        ("2026-08-25", date(2026, 9, 15)),
    ):
        moved = fact(
            aware, "plan.move-notified", plan_id="p", move_id="m", moves_on="2026-09-14", old_la_aware_on=aware
        )
        assert clock("transfer-plan-to-new-LA", moved).due_on == due


def test_a_move_that_was_put_off_counts_from_its_last_day() -> None:
    first = fact(
        "2026-06-01",
        "plan.move-notified",
        plan_id="p",
        move_id="m",
        moves_on="2026-09-14",
        old_la_aware_on="2026-06-01",
    )
    later = fact(
        "2026-07-01",
        "plan.move-notified",
        plan_id="p",
        move_id="m",
        moves_on="2026-10-05",
        old_la_aware_on="2026-06-01",
    )
    assert clock("transfer-plan-to-new-LA", later, first).due_on == date(2026, 10, 5)
    off = fact("2026-08-01", "plan.move-called-off", plan_id="p", move_id="m")
    assert status("transfer-plan-to-new-LA", "2026-12-01", first, later, off).words.startswith("not needed")
