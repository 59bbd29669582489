"""A family that does not accept a refusal: mediation or appeal, and in most cases the authority gives way."""

from __future__ import annotations

from datetime import date
from typing import Any

from demo.load.diary import TheEnd
from demo.load.stories.case import MANAGER, Case


def about_a_refusal(case: Case, refused: date) -> None:
    """Ends with the day on which the refusal no longer stands, or with the case."""
    body = {
        "case_id": case.case_id,
        "person_id": case.person_id,
        "about": "REFUSAL_TO_ASSESS",
        "notice_sent_on": refused.isoformat(),
        "decision_id": case.notes["decision_id"],
        "request_id": case.request_id,
    }
    contacted = case.later(refused, 12, 50)
    if case.chance(0.55):
        _mediate(case, contacted, body)
    else:
        _appeal(case, contacted, body)


def _mediate(case: Case, on: date, body: dict[str, Any]) -> None:
    """Asked for, arranged within 30 days or not, held, and agreed that the authority will assess."""
    begins = {"begins_with": {"step": "MEDIATION_REQUESTED", "health_issues": "NONE"}}
    opened = case.do(on, case.caseworker, "plan.OpenDispute", body | begins)
    ids = {"dispute_id": opened.id("dispute_id")}

    def do(day: date, command: str, body: Any = None) -> Any:
        return case.do(day, case.caseworker, f"plan.{command}", body, ids=ids)

    meets = case.later(on, 24, 40)
    arranged = case.later(on, 10, 22)
    do(arranged, "ArrangeMediation", {"meets_on": meets.isoformat()})
    do(meets, "HoldMediation", {"attended": ["PARENT", "LA", "MEDIATOR"], "la_representative_could_decide": True})
    agrees = case.chance(0.7)
    if agrees:
        agreement = {"terms": "REFUSAL_TO_ASSESS", "owed": "ASSESS", "agreed_act": "The authority will assess."}
        do(meets, "ReachMediationAgreement", agreement)
    do(meets, "ConcludeMediation", {"agreed": "FULLY" if agrees else "NOT"})
    do(case.later(meets, 1, 3), "IssueMediationCertificate", {"kind": "CONCLUDED"})
    if not agrees:
        raise TheEnd
    case.notes["reversed_on"] = meets


def _appeal(case: Case, on: date, body: dict[str, Any]) -> None:
    """Mediation declined, certificate, appeal; conceded before the response, or decided by the Tribunal."""
    begins = {"begins_with": {"step": "ADVISER_CONTACTED"}}
    opened = case.do(on, case.caseworker, "plan.OpenDispute", body | begins)
    ids = {"dispute_id": opened.id("dispute_id")}

    def do(day: date, command: str, body: Any = None) -> Any:
        return case.do(day, case.caseworker, f"plan.{command}", body, ids=ids)

    do(on, "DeclineMediation", {"told_adviser": True})
    certified = case.later(on, 1, 3)
    do(certified, "IssueMediationCertificate", {"kind": "DECLINED"})
    registered = case.later(certified, 5, 18)
    appeal = {
        "appeal_type": "REFUSAL_TO_ASSESS",
        "received_by_la_on": registered.isoformat(),
        "in_time": True,
    }
    do(registered, "RegisterAppeal", {"appeal": appeal})
    if case.chance(0.6):
        conceded = case.later(registered, 10, 30)
        case.do(conceded, MANAGER, "plan.ConcedeAppeal", ids=ids)
        case.notes["reversed_on"] = conceded
        return
    do(case.later(registered, 25, 40), "SubmitAppealResponse")
    ordered = case.later(registered, 110, 200)
    won = case.chance(0.9)
    order = {"order_types": ["ASSESS" if won else "DISMISS"], "outcome": "UPHELD" if won else "DISMISSED"}
    do(ordered, "MakeTribunalOrder", order)
    if not won:
        raise TheEnd
    case.notes["reversed_on"] = ordered
