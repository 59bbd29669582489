"""Due dates that follow from more than one event: appeals, keeping a plan, moves between authorities.

Each takes the starting fact and gives the due date, the day it counts from, and flags. A due date of None means that
the time is open and its end not yet known. Raises Undecidable.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from .calendars import Calendars, Undecidable
from .case import Case
from .facts import Fact, date_of
from .periods import appeal_day, months_after, months_from
from .switches import Switches


class Due(NamedTuple):
    on: date | None
    counted_from: date
    flags: tuple[str, ...] = ()
    undecided_why: str | None = None


Special = Callable[[Case, Fact, date, Calendars, Switches], Due]


def _about(case: Case, notice: Fact, *types: str) -> list[Fact]:
    """Events of the dispute about the decision this notice told of, in order."""
    decision = notice.data.get("decision_id")
    return [fact for fact in case.of(*types) if fact.data.get("decision_id") == decision]


def _date(fact: Fact, field: str) -> date | None:
    value: Any = fact.data.get(field)
    return None if value is None else date_of(value)


def certificate_of(case: Case, notice: Fact) -> date | None:
    """The day the (last) mediation certificate about this decision was issued."""
    issued = [fact.occurred_on for fact in _about(case, notice, "plan.mediation-certificate-issued")]
    return max(issued, default=None)


def appeal_over(case: Case, notice: Fact) -> date | None:
    """The day on which an appeal against this decision was decided, withdrawn or conceded; None if none was."""
    disputes = {fact.data.get("dispute_id") for fact in _about(case, notice, "plan.appeal-registered")}
    ends = ("plan.tribunal-order-made", "plan.appeal-withdrawn", "plan.appeal-not-opposed")
    return min((fact.occurred_on for fact in case.of(*ends) if fact.data.get("dispute_id") in disputes), default=None)


def appeal(case: Case, notice: Fact, sent: date, calendars: Calendars, switches: Switches) -> Due:
    """TA: the later of two months from sending and one month from the certificate (FTT rule 20)."""
    return Due(appeal_day(sent, certificate_of(case, notice), calendars, switches), sent)


def keep_plan(case: Case, notice: Fact, sent: date, calendars: Calendars, switches: Switches) -> Due:
    """KEEP: until the appeal time has passed; open while a certificate is pending or an appeal runs (s.45(4)).

    On the day on which an appeal is over the plan may end (reg 44(2)(a)): the last day of keeping it is the one before.
    """
    if _about(case, notice, "plan.appeal-registered"):
        over = appeal_over(case, notice)
        return Due(None, sent, ("appeal-running",)) if over is None else Due(over - timedelta(days=1), sent)
    certificate = certificate_of(case, notice)
    contacted = [f.occurred_on for f in _about(case, notice, "plan.mediation-adviser-contacted")]
    if certificate is None and contacted and min(contacted) <= months_after(sent, 2):
        return Due(None, sent, ("certificate-pending",))
    return Due(appeal_day(sent, certificate, calendars, switches), sent)


def move(case: Case, notified: Fact, on: date, calendars: Calendars, switches: Switches) -> Due:
    """MOVE: the day of the move, or 15 working days beginning with the day of awareness if that is later (reg 15(2)).

    Aware at least 15 working days ahead, those days are over before the move, so the later of the two is the move.
    """
    moves_on = _date(notified, "moves_on") or on
    aware = _date(notified, "old_la_aware_on") or _date(notified, "old_aware_on")
    if aware is None:
        raise Undecidable("the day on which the old authority or health body became aware of the move is not recorded")
    after_awareness = calendars.working_day_from(aware, 15)
    return Due(moves_on, moves_on) if after_awareness <= moves_on else Due(after_awareness, aware)


def review_in(case: Case, transfer: Fact, on: date, calendars: Calendars, switches: Switches) -> Due:
    """REVIEW-IN: the later of 12 months from making or last review and three months from the transfer (reg 15(5))."""
    last = _date(transfer, "last_reviewed_on") or _date(transfer, "plan_first_made_on")
    if last is None:
        raise Undecidable("neither the day the plan was first made nor the day it was last reviewed is recorded")
    year = months_from(last, 12) if switches.year_ends_day_before_anniversary else months_after(last, 12)
    quarter = months_from(on, 3)
    return Due(year, last) if year >= quarter else Due(quarter, on)


SPECIALS: dict[str, Special] = {"TA": appeal, "KEEP": keep_plan, "MOVE": move, "REVIEW-IN": review_in}

_ABOUT = frozenset({"decision_id", "dispute_id", "notice_sent_on"})
FIELDS: dict[str, frozenset[str]] = {
    "plan.mediation-certificate-issued": _ABOUT,
    "plan.mediation-adviser-contacted": _ABOUT,
    "plan.appeal-registered": _ABOUT,
    "plan.tribunal-order-made": frozenset({"dispute_id"}),
    "plan.appeal-withdrawn": frozenset({"dispute_id"}),
    "plan.appeal-not-opposed": frozenset({"dispute_id"}),
    "plan.move-notified": frozenset({"move_id", "moves_on", "old_la_aware_on"}),
    "plan.commissioning-body-changed": frozenset({"move_id", "moves_on", "old_aware_on"}),
    "plan.plan-transferred-in": frozenset({"last_reviewed_on", "plan_first_made_on"}),
    "ap-intervention.education-arrangements-notified": frozenset(
        {"education_starts_on", "parent_agreed_to_short_notice"}
    ),
}
"""What is read here beside the clauses of the rules."""
