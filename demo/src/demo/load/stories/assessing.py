"""From the request to the decision whether to issue a plan, or to a refusal on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from demo.load.stories import words
from demo.load.stories.case import MANAGER, PANEL, RIGHTS, Case, days
from demo.load.stories.pace import Pace
from demo.load.terms import school_year_of, working_day

EVERYBODY = ["PARENT", "ICB", "SOCIAL_CARE", "SETTING"]
_AUTHORS = {
    "PARENT_YP": "parent",
    "EDUCATION": "SENCo",
    "MEDICAL": "community paediatrician",
    "PSYCHOLOGY": "educational psychologist",
    "SOCIAL_CARE": "social worker",
    "PFA": "preparing for adulthood lead",
}


def consider(case: Case, on: date) -> date:
    """Everybody is told that an assessment is considered, and the family is consulted; the day of the latter."""
    told = case.later(on, 2, 8)
    notice = {"method": "EMAIL", "recipients": EVERYBODY, "right_to_give_views_stated": True}
    case.do(told, case.caseworker, "assessment.NotifyConsideration", notice)
    consulted = case.later(told, 3, 12)
    views = {
        "who": case.family(consulted),
        "method": case.pick(("TELEPHONE", "MEETING")),
        "views": words.VIEWS_PARENT,
        "support_offered": True,
    }
    case.do(consulted, case.caseworker, "assessment.ConsultFamily", views)
    return consulted


def refuse_to_assess(case: Case, on: date) -> date:
    """The panel decides against an assessment; the notice goes out in the same days."""
    decision = {
        "legal_test": {"may_have_sen": "MET", "may_need_plan": "NOT_MET"},
        "reasons": words.REASONS_NO,
        "evidence_refs": [f"doc-{case.child.number}-panel"],
        "decision_maker": "assessment panel",
    }
    made = case.do(on, PANEL, "assessment.DecideNotToAssess", decision)
    case.notes["decision_id"] = made.id("decision_id")
    sent = case.later(on, 0, 2)
    notice = {"method": "EMAIL", "recipients": EVERYBODY, "rights": RIGHTS, "reasons_given": True}
    case.do(sent, case.caseworker, "assessment.NotifyDecisionNotToAssess", notice)
    return sent


def agree_to_assess(case: Case, on: date) -> date:
    """The panel decides to assess; the notice sets the requests for advice going."""
    decision = {
        "legal_test": {"may_have_sen": "MET", "may_need_plan": "MET"},
        "reasons": words.REASONS_YES,
        "evidence_refs": [f"doc-{case.child.number}-panel"],
        "decision_maker": "assessment panel",
    }
    case.do(on, PANEL, "assessment.DecideToAssess", decision)
    return tell_of_assessment(case, case.later(on, 0, 2))


def tell_of_assessment(case: Case, sent: date) -> date:
    """The notice of the assessment; it sets the requests for advice going, dated the same day."""
    notice = {"method": "EMAIL", "recipients": EVERYBODY, "year_group": _year_group(case, sent)}
    case.do(sent, case.caseworker, "assessment.NotifyDecisionToAssess", notice)
    return sent


def _year_group(case: Case, on: date) -> int:
    """From four years before Reception to the last year of a college."""
    return max(-4, min(case.child.year_group_on(on), 14))


def gather_advice(case: Case, asked: date, by: date) -> date:
    """Advice comes in, most of it within six weeks, the psychologist's often not; the day of the last."""
    kinds = ["PARENT_YP", "EDUCATION", "SOCIAL_CARE", "MEDICAL", "PSYCHOLOGY"]
    if _year_group(case, asked) >= 9:
        kinds.append("PFA")
    whole = (by - asked).days
    limit = asked + days(42)
    acts: list[tuple[date, Callable[[date], None]]] = []
    for kind in kinds:
        soonest, latest = {"PSYCHOLOGY": (whole - 2, whole - 2), "MEDICAL": (whole // 3, whole - 2)}.get(
            kind, (whole // 6, whole // 2)
        )
        came = working_day(asked + days(case.between(soonest, latest)))
        if came > limit + days(5):
            acts.append((working_day(limit + days(2)), partial(_chase, case, kind)))
        if kind == "MEDICAL" and case.chance(0.06) and (missed := case.later(asked, 10, 25)) < came:
            acts.append((missed, partial(_miss_appointment, case, kind)))
        acts.append((came, partial(_receive, case, kind)))
    for day, act in sorted(acts, key=lambda one: one[0]):
        act(day)
    return max(day for day, _ in acts)


def _receive(case: Case, kind: str, on: date) -> None:
    report = {
        "author": f"Test-Adviser {case.child.family}",
        "role": _AUTHORS[kind],
        "report_date": on.isoformat(),
        "document_ref": f"doc-{case.child.number}-{kind.lower()}",
        "covers_needs": True,
        "covers_outcomes": True,
        "covers_provision": True,
    }
    if kind == "EDUCATION" and case.need in ("HI", "VI", "MSI"):
        report |= {"qualified_teacher_for": [case.need], "qualification": f"teacher qualified for {case.need}"}
    # Some advice lies in a mailbox for a week before anybody records that it came.
    recorded = case.later(on, 5, 9) if case.chance(0.07) else on
    _about(case, kind, "ReceiveAdvice", on, report, recorded)
    case.notes.setdefault("advice", []).append((kind, on))


def _chase(case: Case, kind: str, on: date) -> None:
    _about(case, kind, "ChaseAdvice", on)


def _miss_appointment(case: Case, kind: str, on: date) -> None:
    _about(case, kind, "RecordMissedAppointment", on, {"with_body": "Example NHS Trust"})


def _about(case: Case, kind: str, command: str, on: date, body: Any = None, recorded: date | None = None) -> None:
    seen = {"advice": case.advice(kind)}
    case.do(
        on, case.caseworker, f"assessment.{command}", body, recorded=recorded, seen=seen, ids={"advice_id": "{advice}"}
    )


def close_the_assessment(case: Case, on: date) -> None:
    """The need profile is recorded and the assessment is complete."""
    level = case.between(2, 3)
    area = {"SEMH": "SEMH", "SLCN": "CI", "ASD": "CI", "HI": "SP", "VI": "SP", "MSI": "SP", "PD": "SP"}
    levels = {"CI": 0, "CL": 1, "SEMH": 0, "SP": 0}
    levels[area.get(case.need, "CL")] = level
    needs = [{"code": case.need, "rank": "PRIMARY"}]
    second = case.pick(("SLCN", "SEMH", "SPLD"))
    if second != case.need and case.chance(0.6):
        needs.append({"code": second, "rank": "SECONDARY"})
    case.notes["needs"] = needs
    profile = {"needs": needs, "levels": levels, "strengths": "Kind to others and good with the hands."}
    case.do(on, case.caseworker, "assessment.RecordNeedProfile", profile)
    case.do(on, case.caseworker, "assessment.CompleteAssessment")


def refuse_a_plan(case: Case, on: date) -> date:
    decision = {
        "reasons": words.REASONS_NOT_ISSUE,
        "evidence_refs": [f"doc-{case.child.number}-panel"],
        "decision_maker": "issue panel",
    }
    made = case.do(on, PANEL, "assessment.DecideNotToIssuePlan", decision)
    case.notes["decision_id"] = made.id("decision_id")
    sent = case.later(on, 0, 3)
    notice = {
        "method": "POST",
        "recipients": EVERYBODY,
        "rights": RIGHTS,
        "reasons_given": True,
        "tribunal_recommendations_stated": True,
    }
    case.do(sent, case.caseworker, "assessment.NotifyDecisionNotToIssuePlan", notice)
    return sent


def agree_a_plan(case: Case, on: date) -> date:
    decision = {
        "reasons": words.REASONS_ISSUE,
        "evidence_refs": [f"doc-{case.child.number}-panel"],
        "decision_maker": "issue panel",
        "year_group": _year_group(case, on),
    }
    case.do(on, PANEL, "assessment.DecideToIssuePlan", decision)
    sent = case.later(on, 0, 2)
    notice = {"method": "EMAIL", "recipients": ["PARENT"]}
    case.do(sent, case.caseworker, "assessment.NotifyDecisionToIssuePlan", notice)
    return sent


def claim_closure(case: Case, asked: date, pace: Pace, requested: date) -> None:
    """Where advice was asked of a school around the summer holiday, the 20 weeks may be relieved (reg 13(3))."""
    year = school_year_of(asked)
    first_closed = year.terms[2][1] + days(1)
    reopens = working_day(date(year.starts + 1, 9, 1))
    due, final = requested + days(140), requested + days(pace.final)
    if not (first_closed - days(7) <= asked <= reopens - days(7) and final > due and reopens <= due):
        return
    body = {
        "kind": "SCHOOL",
        "setting": case.school.name,
        "setting_id": case.school.setting_id,
        "first_closed_day": first_closed.isoformat(),
        "reopens_on": reopens.isoformat(),
    }
    case.do(reopens, case.caseworker, "assessment.RecordSchoolClosure", body)
    claim = {
        "limit_id": "issue-final-plan",
        "ground": "SETTING_CLOSED_4W",
        "advice_asked_on": asked.isoformat(),
        "first_closed_day": first_closed.isoformat(),
        "reopens_on": reopens.isoformat(),
        "why_impractical": "The school was closed when its advice was asked for; nobody else knows the child there.",
        "decided_by": MANAGER.user,
        "family_told_on": reopens.isoformat(),
        "evidence_refs": [f"doc-{case.child.number}-closure"],
    }
    case.do(reopens, MANAGER, "assessment.ClaimException", claim)
