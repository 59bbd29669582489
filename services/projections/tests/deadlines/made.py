"""Facts for tests: by hand, and at random in the shapes the rules can meet."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from projections.deadlines import Calendars, Fact, Rules, relevant_types

RULES = Rules.in_law()
CALENDARS = Calendars.england()
LA = "801"
_numbers = count()


def fact(on: str | date, type_: str, /, *, case_id: str = "case", recorded: str | None = None, **data: Any) -> Fact:
    """One event of a case; recorded at noon of the day it occurred unless said otherwise."""
    number = next(_numbers)
    day = date.fromisoformat(on) if isinstance(on, str) else on
    at = datetime.fromisoformat(recorded) if recorded else datetime(day.year, day.month, day.day, 12)
    return Fact(f"event-{number:06}", type_, day, at.replace(tzinfo=UTC), LA, {"case_id": case_id, **data})


def request(on: str | date, request_id: str = "r", **data: Any) -> Fact:
    return fact(on, "referral.ehc-needs-assessment-requested", request_id=request_id, **data)


def corrected(wrong: Fact, now: str, *, on: str, recorded: str | None = None, field: str | None = None) -> Fact:
    """A correction of the day on which another event occurred, or of another date of it."""
    service = wrong.type.partition(".")[0]
    was = wrong.data.get(field) if field else wrong.occurred_on.isoformat()
    which = {"field": field} if field else {}
    return fact(
        on, f"{service}.some-date-corrected", recorded=recorded, corrects=wrong.event_id, was=was, now=now, **which
    )


def retracted(wrong: Fact, *, on: str) -> Fact:
    """Another event was recorded in error."""
    service = wrong.type.partition(".")[0]
    return fact(on, f"{service}.some-entry-retracted", retracts=wrong.event_id, retracted_type=wrong.type)


# --- at random ---

DAYS = st.dates(min_value=date(2022, 1, 1), max_value=date(2027, 6, 30))
RELEVANT = relevant_types(RULES)

_TRUTHS = {
    "cooperating_body", "in_relevant_youth_accommodation", "finished", "meeting_requested", "agreed", "reinstated",
    "names_setting_after_transfer", "plan_already_names_next_setting", "because_of_la_move", "misses_public_exam",
    "full_time", "told_adviser", "la_is_party", "registered_school",
}  # fmt: skip
_DATES = {"fact_from", "fact_to", "directed_until", "other_period_until", "maintain_until", "absent_from",
          "first_closed_day"}  # fmt: skip
_CODES: dict[str, list[str]] = {
    "reg6_code": ["6(1)(a)", "6(1)(b)", "6(1)(c)", "6(1)(d)", "6(1)(e)", "6(1)(g)"],
    "limit_id": sorted({rule.id for rule in RULES.rows if rule.reliefs}),
    "ground": ["AWAY_4W", "AWAY_2W", "PERSONAL_CIRCUMSTANCES", "SETTING_CLOSED_4W", "MISSED_APPOINTMENT", "NONSENSE"],
    "school_days": ["0.5", "2", "4", "6.5"],
    "term_total": ["2", "6", "16"],
    "year_total": ["6", "46"],
    "given_by": ["HAND", "POST"],
    "reason_not_owed": ["YEAR_11_EXAMS_TAKEN"],
}
for _rule in RULES.rows:
    for _condition in (c for clause in _rule.clauses for c in clause.where if c.op in ("=", "!=")):
        _CODES[_condition.field] = sorted({*_CODES.get(_condition.field, ()), *_condition.values, "OTHER"})
_LIKELY = [
    "referral.ehc-needs-assessment-requested", "assessment.decision-to-assess-notified", "plan.draft-plan-served",
    "assessment.decision-not-to-assess-notified", "assessment.refusal-reversed", "plan.final-plan-issued",
    "plan.review-meeting-held", "plan.review-decision-notified", "plan.amendment-notice-sent",
    "plan.amended-final-plan-issued", "plan.tribunal-order-made", "plan.detention-started", "plan.detention-ended",
    "assessment.exception-claimed", "ap-intervention.pupil-suspended", "plan.phase-transfer-identified",
]  # fmt: skip
_FIRST, _DAYS = date(2022, 1, 1), 2000


def _value(name: str, rng: random.Random) -> Any:
    if name == "order_types":
        return rng.sample(_CODES[name], rng.randint(1, 2))
    if name == "rights":
        return {right: rng.random() < 0.9 for right in ("appeal", "time_limits", "mediation")}
    if name in _TRUTHS:
        return rng.random() < 0.5
    if name in _CODES:
        return rng.choice(_CODES[name])
    if name.endswith("_on") or name in _DATES:
        return _day(rng).isoformat()
    if name in ("year_group", "version"):
        return rng.randint(1, 13)
    return f"{name}-{rng.randint(1, 2)}"


def _day(rng: random.Random) -> date:
    return _FIRST + timedelta(days=rng.randrange(_DAYS))


def random_fact(rng: random.Random) -> Fact:
    """One event, well formed as the services write it; a field may be missing."""
    type_ = rng.choice(_LIKELY) if rng.random() < 0.5 else rng.choice(sorted(RELEVANT))
    data = {name: _value(name, rng) for name in sorted(RELEVANT[type_]) if rng.random() < 0.8}
    on = _day(rng)
    recorded = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=rng.randrange(5000))
    return Fact(f"{rng.getrandbits(64):016x}", type_, on, recorded, LA, {**data, "case_id": "case"})


@st.composite
def histories(draw: st.DrawFn, max_size: int = 40) -> list[Fact]:
    """Many events of one case. Drawn by a seed: 40 events field by field would take Hypothesis a second each."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    return [random_fact(rng) for _ in range(draw(st.integers(0, max_size)))]
