"""Which facts relieve which time limit: the lists of the regulations, and nothing beside them.

`statutory-timeline.md` 2.5. A fact relieves only where it made keeping the limit impractical; it never moves the due
date (2.6). Whether the fact falls inside the limit's own period is for the clock to judge: that period follows from
dates that may yet be corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from shared import Condition


class Ground(StrEnum):
    """The listed facts, X1 to X6."""

    SETTING_CLOSED_4W = "SETTING_CLOSED_4W"
    """X1: a school or post-16 institution closed for four weeks or more."""
    EARLY_YEARS_CLOSED_4W = "EARLY_YEARS_CLOSED_4W"
    """X2: an early years provider closed for four weeks or more."""
    PERSONAL_CIRCUMSTANCES = "PERSONAL_CIRCUMSTANCES"
    """X3: exceptional personal circumstances of the child, parent or young person."""
    AWAY_4W = "AWAY_4W"
    """X4: absent from the area for four continuous weeks or more."""
    MISSED_APPOINTMENT = "MISSED_APPOINTMENT"
    """X5: an appointment for an examination or test was not kept."""
    AWAY_2W = "AWAY_2W"
    """X6: absent from the area for two continuous weeks or more."""


CLOSURES = frozenset({Ground.SETTING_CLOSED_4W, Ground.EARLY_YEARS_CLOSED_4W})

Subject = Literal["REQUEST", "ADVICE", "ORDER", "CONCESSION", "AGREEMENT"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What may relieve a time limit, by which regulation, and which episode it belongs to."""

    grounds: frozenset[Ground]
    reference: str
    subject: Subject = "REQUEST"


_FOUR = CLOSURES | {Ground.PERSONAL_CIRCUMSTANCES, Ground.AWAY_4W}
_DETAINED = CLOSURES | {Ground.PERSONAL_CIRCUMSTANCES}
_ADVICE = frozenset({Ground.PERSONAL_CIRCUMSTANCES, Ground.AWAY_4W, Ground.MISSED_APPOINTMENT})
_AFTER_APPEAL = _FOUR | {Ground.AWAY_2W}

LIMITS: dict[str, Limit] = {
    "decide-whether-to-assess": Limit(_FOUR, "reg 5(4)"),
    # Reg 4 itself has no exception; its six weeks are one limit with those of reg 5 (`statutory-timeline.md` 6.5).
    "determine-provision-not-necessary": Limit(_FOUR, "reg 5(4), as reg 4 has none of its own,"),
    "notify-decision-not-to-issue": Limit(_FOUR, "reg 10(4)"),
    "decide-to-issue-and-draft": Limit(_FOUR, "reg 10(4)"),
    "issue-final-plan": Limit(_FOUR, "reg 13(3)"),
    "provide-advice-cooperating-body": Limit(_ADVICE, "reg 8(2)", "ADVICE"),
    "provide-advice-other": Limit(_ADVICE, "reg 8(2) by analogy", "ADVICE"),
    "order-assess-notify": Limit(_AFTER_APPEAL, "reg 44(3)", "ORDER"),
    "order-assess-no-plan": Limit(_AFTER_APPEAL, "reg 44(3)", "ORDER"),
    "order-assess-final-plan": Limit(_AFTER_APPEAL, "reg 44(3)", "ORDER"),
    "order-reconsider": Limit(_AFTER_APPEAL, "reg 44(3)", "ORDER"),
    "concede-assess-notify": Limit(_AFTER_APPEAL, "reg 45", "CONCESSION"),
    "concede-assess-no-plan": Limit(_AFTER_APPEAL, "reg 45", "CONCESSION"),
    "concede-assess-final-plan": Limit(_AFTER_APPEAL, "reg 45", "CONCESSION"),
    "comply-mediation-agreement-appealable": Limit(_AFTER_APPEAL, "reg 42(2) with reg 44(3)", "AGREEMENT"),
    # Young people in detention: SI 2015/62 lists (a) to (c) and not absence, which detention rules out.
    "detained-final-plan": Limit(_DETAINED, "SI 2015/62 reg 13(3) with reg 10(4)(a) to (c)"),
    "detained-assessment-carried-in": Limit(_DETAINED, "SI 2015/62 reg 10(4)(a) to (c)"),
    "detained-assessment-carried-out": Limit(_FOUR, "regs 5(4), 10(4), 13(3)"),
}
"""By the id of the clock's rule. A limit that is not here has no exception in law, or belongs to the plan service."""

OF_THE_PLAN = ("reassessment-", "order-make-plan-", "order-amend-", "order-continue-and-amend", "concede-")
"""Limits whose exceptions are claimed on the plan, by how their ids begin."""

WHOLE_DAYS = {Ground.AWAY_4W: 28, Ground.AWAY_2W: 14}
"""How long an absence must last at least; whole days away, both ends counted."""

CLOSURE_DAYS = 28
ASKED_BEFORE = timedelta(days=7)
"""The advice must be asked for between one week before the closure and one week before the re-opening."""


def unlisted_limit(limit_id: str) -> Condition:
    """Why a limit cannot be relieved here."""
    if limit_id.startswith(OF_THE_PLAN):
        return Condition("limit-of-the-plan", f"Claim an exception to {limit_id} on the plan, in the plan service.")
    return Condition(
        "limit-without-exception",
        f"The law lists no exception to {limit_id}. Exceptions exist for: {', '.join(sorted(LIMITS))}.",
    )


def unlisted_ground(limit_id: str, limit: Limit, ground: Ground) -> Condition | None:
    """Why a ground does not relieve a limit; None if it does."""
    if ground in limit.grounds:
        return None
    return Condition(
        "ground-not-listed",
        f"{limit.reference} does not list {ground} for {limit_id}. It lists: {', '.join(sorted(limit.grounds))}.",
    )


def closure_conditions(asked_on: date, first_closed_day: date, reopens_on: date) -> list[Condition]:
    """What a closure lacks: four weeks shut, and advice asked for in its window (reg 5(4)(a), (b))."""
    unmet = []
    if (days := (reopens_on - first_closed_day).days) < CLOSURE_DAYS:
        unmet.append(
            Condition("closure-too-short", f"The closure must last at least four weeks, 28 days; this one: {days}.")
        )
    opens, closes = first_closed_day - ASKED_BEFORE, reopens_on - ASKED_BEFORE
    if not opens <= asked_on <= closes:
        unmet.append(
            Condition(
                "advice-asked-outside-window",
                f"The advice must have been asked for from {opens} to {closes} (one week before the closure to one "
                f"week before re-opening); it was asked for on {asked_on}.",
            )
        )
    return unmet


def absence_condition(ground: Ground, away_from: date, away_to: date) -> Condition | None:
    """What an absence lacks: four (orders and concessions: two) continuous weeks, both ends counted."""
    least, days = WHOLE_DAYS[ground], (away_to - away_from).days + 1
    if days >= least:
        return None
    return Condition(
        "absence-too-short", f"{ground} needs at least {least} whole days away in a row; these are {days}."
    )
