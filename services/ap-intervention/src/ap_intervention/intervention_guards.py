"""The conditions that the commands of an intervention share."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from shared import Condition

from .conditions import correct_at, need, once, unless
from .intervention_state import Intervention, Status
from .outcome_events import Checkpoint
from .terms import limit_flags

CORRECT = correct_at("/interventions/{intervention_id}")


def _so_far(s: Intervention) -> str:
    """Where the intervention stands, in a sentence; if it was recorded wrongly, how to put that right."""
    match s.status:
        case Status.ABSENT:
            return "The intervention has not been agreed."
        case Status.AGREED:
            return "The intervention has not started yet."
        case Status.STARTED:
            return f"The intervention started on {s.started_on}. {CORRECT}"
        case Status.CONCLUDED:
            return f"The intervention ended on {s.ended_on}. {CORRECT}"
        case Status.CANCELLED:
            return f"The intervention was cancelled on {s.cancelled_on}. {CORRECT}"
        case _ as never:
            assert_never(never)


def awaits_start(s: Intervention) -> Condition | None:
    return None if s.status is Status.AGREED else Condition("not-awaiting-start", _so_far(s))


def running(s: Intervention) -> Condition | None:
    return None if s.status is Status.STARTED else Condition("intervention-not-running", _so_far(s))


def not_over(s: Intervention) -> Condition | None:
    if s.status in (Status.AGREED, Status.STARTED):
        return None
    return Condition("intervention-over", _so_far(s))


has_started = need(lambda s: s.started_on is not None, "intervention-not-started", "The intervention has not started.")
concluded = need(
    lambda s: s.status is Status.CONCLUDED, "intervention-not-concluded", "The intervention has not been concluded."
)
non_school = need(
    lambda s: not s.registered_school, "provider-is-a-school", "The provider is a registered school; no limit applies."
)
has_objectives = need(
    lambda s: bool(s.objectives),
    "no-objectives",
    "No objectives are agreed; agree them with the family and the school first.",
)
caseworker_knows = need(
    lambda s: not s.has_plan or s.caseworker_notified_on is not None,
    "caseworker-not-notified",
    "The child holds an EHC plan; the SEND caseworker must be told before the start.",
)
has_planned_end = need(
    lambda s: s.planned_end_on is not None, "no-planned-end", "The intervention has no planned end to put off."
)
leaves_school = need(
    lambda s: s.place is not None and s.place.tier != 1,
    "stays-in-school",
    "In tier 1 the pupil stays in school; there is nothing to return from.",
)
return_is_planned = need(
    lambda s: s.reintegration_plan is not None, "no-reintegration-plan", "There is no reintegration plan yet."
)
return_not_started = once(lambda s: s.reintegration_started_on, "return-started", "The return to school began", CORRECT)


def a_check_is_left(s: Intervention) -> Condition | None:
    if len({check.checkpoint for check in s.checks}) < len(Checkpoint):
        return None
    done = ", ".join(f"{check.checkpoint} on {check.on}" for check in s.checks)
    return Condition("all-checks-recorded", f"All checks of the return are recorded: {done}. {CORRECT}")


has_marks = need(lambda s: bool(s.marks), "no-session-marked", "No session has been marked yet; record one first.")


def a_task_is_open(s: Intervention) -> Condition | None:
    if s.open_tasks:
        return None
    last = f" The last was closed on {max(s.closed_tasks.values())}. {CORRECT}" if s.closed_tasks else ""
    return Condition("no-open-task", f"No safeguarding task is open.{last}")


return_has_started = need(
    lambda s: s.reintegration_started_on is not None, "return-not-started", "The return has not started."
)


def exception_missing(s: Intervention, *, start_on: date, end_on: date | None, weekly_sessions: int) -> list[Condition]:
    """Beyond the limit intended for non-school AP without a manager's recorded exception."""
    flags = limit_flags(
        registered_school=s.registered_school, start_on=start_on, end_on=end_on, weekly_sessions=weekly_sessions
    )
    covered = s.exception_until is not None and (end_on is None or end_on <= s.exception_until)
    return unless(
        not flags or covered,
        "non-school-limit-exception-needed",
        "A non-school place of more than 12 weeks with more than 4 sessions a week needs an exception approved by a "
        f"manager that reaches to its planned end{f' on {end_on}' if end_on else ''}.",
    )
