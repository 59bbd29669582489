"""What callers want of the services about a case: commands, some of which its state forbids, and some too large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

EVERYBODY = ["PARENT", "ICB", "SOCIAL_CARE", "SETTING"]
RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
MARK = "Kestrel"
"""Part of every name the workload invents; no log line may have it."""

Errand = tuple[str, str, str, Any]
"""Service, command, path, body."""


@dataclass(slots=True)
class Case:
    """A child whom all callers know."""

    person_id: str
    case_id: str
    on: date
    registered: bool = False
    last_event: str = ""


def errands(case: Case, number: int, random: Random) -> Sequence[tuple[int, Errand]]:
    """Each with how often it is chosen. ``number``: of the command, in what has to be told apart from others."""
    return [*_referral(case, number, random), *_assessment(case), *_plan(case, number)]


def _referral(case: Case, number: int, random: Random) -> Sequence[tuple[int, Errand]]:
    on, request = {"occurred_on": case.on.isoformat()}, f"/requests/{case.case_id}"
    asked = {"person_id": case.person_id, "source": "PARENT", **on}
    # An event that is as large as one may be, or a little larger, or far too large.
    references = ["r" * 200] * random.choice([4_420] + 3 * [4_500, 6_000])
    found: list[tuple[int, Errand]] = [
        (6, ("referral", "AllocateCaseworker", f"/persons/{case.person_id}/caseworker",
             {"caseworker": f"cw-{number}", "team": "North"})),
        (4, ("referral", "RequestEhcNeedsAssessment", "/requests", asked)),
        (1, ("referral", "BringToAttention", "/requests/attention", {**asked, "source": "HEALTH"})),
        (2, ("referral", "AcknowledgeRequest", f"{request}/acknowledge", on)),
        (2, ("referral", "WithdrawRequest", f"{request}/withdraw", {**on, "linked_requests_withdrawn_too": True})),
        (1, ("referral", "RequestEhcNeedsAssessment", "/requests", {**asked, "evidence_refs": references})),
    ]  # fmt: skip
    if case.last_event:
        earlier = (case.on - timedelta(days=1)).isoformat()
        correction = {"event_id": case.last_event, "now": earlier, "reason": "DOCUMENT_SHOWS"}
        path = f"/persons/{case.person_id}/corrections"
        found.append((1, ("referral", f"CorrectDate {case.person_id}", path, correction)))
    return found


def _assessment(case: Case) -> Sequence[tuple[int, Errand]]:
    on, path = {"occurred_on": case.on.isoformat()}, f"/assessments/{case.case_id}"
    decision = {"reasons": f"{MARK} was seen.", "evidence_refs": ["doc-1"], "decision_maker": "p", **on}
    notice = {"method": "EMAIL", "recipients": EVERYBODY, **on}
    return [
        (3, ("assessment", "NotifyConsideration", f"{path}/consideration-notice",
             {**notice, "right_to_give_views_stated": True})),
        (3, ("assessment", "ConsultFamily", f"{path}/consultations",
             {"who": "PARENT", "method": "TELEPHONE", "views": f"{MARK} likes school.", **on})),
        (2, ("assessment", "DecideToAssess", f"{path}/decision-to-assess",
             {**decision, "legal_test": {"may_have_sen": "MET", "may_need_plan": "MET"}})),
        (2, ("assessment", "NotifyDecisionToAssess", f"{path}/decision-to-assess/notice", {**notice, "year_group": 3})),
        (1, ("assessment", "DecideNotToAssess", f"{path}/decision-not-to-assess",
             {**decision, "legal_test": {"may_have_sen": "MET", "may_need_plan": "NOT_MET"}})),
        (1, ("assessment", "NotifyDecisionNotToAssess", f"{path}/decision-not-to-assess/notice",
             {**notice, "rights": RIGHTS, "reasons_given": True})),
    ]  # fmt: skip


def _plan(case: Case, number: int) -> Sequence[tuple[int, Errand]]:
    """A plan that came with the child from elsewhere, and is overdue for its review."""
    on, path = {"occurred_on": case.on.isoformat()}, f"/plans/{case.case_id}"
    came = {"person_id": case.person_id, "reason": "TRANSFER_IN", "year_group": 3, **on,
            "plan_first_made_on": (case.on - timedelta(days=500)).isoformat()}  # fmt: skip
    views = {"captured_from": "PARENT", "method": "WRITTEN", "views": f"{MARK} likes the garden."}
    need = {"section": "B", "need_code": "MLD", "rank": "OTHER", "description": f"{MARK} needs time, {number}."}
    named = {"decision": "NAMED", "setting_name": "Northmoor (invented)", "setting_type": "MAINSTREAM_SCHOOL"}
    return [
        (3, ("plan", "OpenPlan", "/plans", came)),
        (2, ("plan", "RecordViews", f"{path}/views", {**views, **on})),
        (3, ("plan", "AddNeed", f"{path}/needs", {**need, **on})),
        (1, ("plan", "ConfirmTransferredPlan", f"{path}/confirm-transferred-plan", {**named, **on})),
    ]
