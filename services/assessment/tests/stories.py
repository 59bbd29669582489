"""What happened before a test begins, told as the commands that made it happen.

One child, one request received on Monday 2026-09-07, and the days of an assessment that runs as it should.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from assessment.advice import SeekAdvice
from assessment.advice_replies import ChaseAdvice, GoOnWithoutAdvice, ReceiveAdvice
from assessment.assessment import assessment
from assessment.codes import AdviceType, Finding, Method, NeedCode, Rank, Recipient
from assessment.consideration import ConsultFamily, NotifyConsideration
from assessment.decision import DecideNotToAssess, DecideToAssess
from assessment.decision_notices import NotifyDecisionNotToAssess, NotifyDecisionToAssess
from assessment.legal_test import FindingsToAssess, FindingToIssue
from assessment.need_profile import CompleteAssessment, Levels, RankedNeed, RecordNeedProfile
from assessment.notices import Rights
from assessment.opening import OpenAssessment
from assessment.outcome import DecideNotToIssuePlan, DecideToIssuePlan
from assessment.outcome_notices import NotifyDecisionNotToIssuePlan, NotifyDecisionToIssuePlan
from shared.testing.spec import TESTER, Spec, given, stamped

from shared import Command, Event, case_id_of

PERSON, REQUEST, SECOND_REQUEST = UUID(int=7), UUID(int=11), UUID(int=12)
ORDER, DISPUTE, AGREEMENT, UNKNOWN = UUID(int=21), UUID(int=22), UUID(int=23), UUID(int=99)
CASE = case_id_of(TESTER.la_code, PERSON)
LATER = datetime(2027, 6, 1, 12, tzinfo=UTC)
"""When stories are written down: after everything in them."""

RECEIVED = date(2026, 9, 7)
CONSIDERED = date(2026, 9, 9)
CONSULTED = date(2026, 9, 14)
DECIDED = date(2026, 10, 12)
TOLD = date(2026, 10, 14)
ANSWERED = date(2026, 11, 20)
PROFILED = date(2026, 11, 25)
COMPLETED = date(2026, 11, 27)
OUTCOME = date(2026, 12, 1)
OUTCOME_TOLD = date(2026, 12, 3)

EVERYONE = (Recipient.PARENT, Recipient.ICB, Recipient.SOCIAL_CARE, Recipient.SETTING)
ALL_RIGHTS = Rights(appeal=True, time_limits=True, mediation=True, disagreement_and_advice=True)
MET = FindingsToAssess(may_have_sen=Finding.MET, may_need_plan=Finding.MET)
NOT_MET = FindingsToAssess(may_have_sen=Finding.MET, may_need_plan=Finding.NOT_MET)
NECESSARY, NOT_NECESSARY = FindingToIssue(plan_necessary=Finding.MET), FindingToIssue(plan_necessary=Finding.NOT_MET)
DECISION: dict[str, Any] = {
    "reasons": "The school's help has not been enough.",
    "evidence_refs": ("doc-1",),
    "decision_maker": "panel-chair-1",
}
ADVICE = {kind: UUID(int=100 + number) for number, kind in enumerate(AdviceType)}
SOUGHT = (
    AdviceType.PARENT_YP,
    AdviceType.EDUCATION,
    AdviceType.MEDICAL,
    AdviceType.PSYCHOLOGY,
    AdviceType.SOCIAL_CARE,
)


def after(*commands: Command) -> list[Event]:
    """The events of these commands, one after the other."""
    events: list[Event] = []
    for number, command in enumerate(commands, start=100):
        made = assessment.decide(stamped(command, at=LATER, number=number), assessment.fold(events))
        assert made, f"{type(command).__name__} did nothing in a story"
        events += made
    return events


def story(*commands: Command) -> Spec:
    """Given all this happened …"""
    return given(assessment, *after(*commands)).sent_at(LATER)


# --- commands, as they are sent when all goes well; keywords say what is different ---


def open_assessment(**more: Any) -> OpenAssessment:
    body = {"occurred_on": RECEIVED, "case_id": CASE, "person_id": PERSON, "request_id": REQUEST}
    return OpenAssessment(**body | more)


def notify_consideration(**more: Any) -> NotifyConsideration:
    body: dict[str, Any] = {"method": Method.EMAIL, "recipients": EVERYONE, "right_to_give_views_stated": True}
    return NotifyConsideration(case_id=CASE, **{"occurred_on": CONSIDERED} | body | more)


def consult(**more: Any) -> ConsultFamily:
    body: dict[str, Any] = {"who": "PARENT", "method": "MEETING", "views": "He is happy outdoors."}
    return ConsultFamily(case_id=CASE, **{"occurred_on": CONSULTED} | body | more)


def decide_to_assess(**more: Any) -> DecideToAssess:
    return DecideToAssess(case_id=CASE, **{"occurred_on": DECIDED, "legal_test": MET} | DECISION | more)


def decide_not_to_assess(**more: Any) -> DecideNotToAssess:
    return DecideNotToAssess(case_id=CASE, **{"occurred_on": DECIDED, "legal_test": NOT_MET} | DECISION | more)


def notify_to_assess(**more: Any) -> NotifyDecisionToAssess:
    body: dict[str, Any] = {"occurred_on": TOLD, "method": Method.EMAIL, "recipients": EVERYONE, "year_group": 4}
    return NotifyDecisionToAssess(case_id=CASE, **body | more)


def refusal(on: date, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"method": Method.EMAIL, "recipients": EVERYONE, "rights": ALL_RIGHTS}
    return {"case_id": CASE, "occurred_on": on, "reasons_given": True} | body | more


def notify_not_to_assess(**more: Any) -> NotifyDecisionNotToAssess:
    return NotifyDecisionNotToAssess(**refusal(TOLD, **more))


def seek(kind: AdviceType, **more: Any) -> SeekAdvice:
    body = {"occurred_on": TOLD, "case_id": CASE, "request_id": REQUEST, "advice_id": ADVICE[kind]}
    return SeekAdvice(advice_type=kind, **body | more)


def receive(kind: AdviceType, **more: Any) -> ReceiveAdvice:
    body: dict[str, Any] = {
        "occurred_on": ANSWERED,
        "advice_id": ADVICE[kind],
        "author": "Test-Adviser Wren",
        "role": "adviser",
        "document_ref": f"report-{kind}",
        "covers_needs": True,
        "covers_outcomes": True,
        "covers_provision": True,
    }
    return ReceiveAdvice(case_id=CASE, **body | more)


def chase(kind: AdviceType, **more: Any) -> ChaseAdvice:
    return ChaseAdvice(case_id=CASE, advice_id=ADVICE[kind], **{"occurred_on": ANSWERED} | more)


def go_on_without(kind: AdviceType, **more: Any) -> GoOnWithoutAdvice:
    body: dict[str, Any] = {
        "occurred_on": PROFILED,
        "reason": "Nobody has come for ten weeks.",
        "decision_maker": "mgr",
    }
    return GoOnWithoutAdvice(case_id=CASE, advice_id=ADVICE[kind], **body | more)


def needs(*codes: NeedCode) -> tuple[RankedNeed, ...]:
    ranks = [Rank.PRIMARY, *[Rank.SECONDARY] * (len(codes) - 1)]
    return tuple(RankedNeed(code=code, rank=rank) for code, rank in zip(codes, ranks, strict=True))


LEVELS = Levels(CI=3, CL=1, SEMH=2, SP=0)


def profile(**more: Any) -> RecordNeedProfile:
    body: dict[str, Any] = {"needs": needs(NeedCode.ASD, NeedCode.SLCN), "levels": LEVELS, "strengths": "Draws well."}
    return RecordNeedProfile(case_id=CASE, **{"occurred_on": PROFILED} | body | more)


def complete(**more: Any) -> CompleteAssessment:
    return CompleteAssessment(case_id=CASE, **{"occurred_on": COMPLETED} | more)


def decide_to_issue(**more: Any) -> DecideToIssuePlan:
    return DecideToIssuePlan(case_id=CASE, **{"occurred_on": OUTCOME} | DECISION | more)


def decide_not_to_issue(**more: Any) -> DecideNotToIssuePlan:
    return DecideNotToIssuePlan(case_id=CASE, **{"occurred_on": OUTCOME} | DECISION | more)


def notify_to_issue(**more: Any) -> NotifyDecisionToIssuePlan:
    body: dict[str, Any] = {"occurred_on": OUTCOME_TOLD, "method": Method.EMAIL, "recipients": EVERYONE}
    return NotifyDecisionToIssuePlan(case_id=CASE, **body | more)


def notify_not_to_issue(**more: Any) -> NotifyDecisionNotToIssuePlan:
    return NotifyDecisionNotToIssuePlan(**refusal(OUTCOME_TOLD, **more))


# --- how far a story has come ---

OPENED = (open_assessment(),)
READY = (*OPENED, notify_consideration(), consult())
TO_ASSESS = (*READY, decide_to_assess())
NOT_TO_ASSESS = (*READY, decide_not_to_assess())
REFUSED = (*NOT_TO_ASSESS, notify_not_to_assess())
NOTIFIED = (*TO_ASSESS, notify_to_assess())
ASSESSING = (*NOTIFIED, *(seek(kind) for kind in SOUGHT))
ALL_IN = (*ASSESSING, *(receive(kind) for kind in SOUGHT))
ASSESSED = (*ALL_IN, profile(), complete())
TO_ISSUE = (*ASSESSED, decide_to_issue())
DRAFTING = (*TO_ISSUE, notify_to_issue())
NOT_TO_ISSUE = (*ASSESSED, decide_not_to_issue())
NO_PLAN = (*NOT_TO_ISSUE, notify_not_to_issue())
