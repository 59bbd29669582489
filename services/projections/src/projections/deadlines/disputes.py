"""Which decision a dispute is about. Where no id says so, the day the notice was sent does."""

from __future__ import annotations

from dataclasses import replace

from .case import ByType
from .facts import Fact, read_date

NOTICES = (
    "assessment.decision-not-to-assess-notified",
    "assessment.decision-not-to-issue-plan-notified",
    "plan.final-plan-issued",
    "plan.amended-final-plan-issued",
    "plan.review-decision-notified",
    "plan.decision-not-to-amend-notified",
    "plan.cease-decision-notified",
    "plan.reassessment-decision-notified",
    "plan.reassessment-outcome-notified",
)
"""Notices of decisions that can be appealed."""
ABOUT = (
    "plan.mediation-adviser-contacted",
    "plan.mediation-requested",
    "plan.mediation-certificate-issued",
    "plan.appeal-registered",
)
"""Events of a dispute that say which decision it is about."""


def join(by_type: ByType) -> None:
    """Give every notice a ``decision_id`` (its own id where it has none), and the events about it the same one."""
    for type_ in NOTICES:
        if type_ in by_type and any(not fact.data.get("decision_id") for fact in by_type[type_]):
            by_type[type_] = [_identified(fact) for fact in by_type[type_]]
    for type_ in ABOUT:
        if type_ in by_type and any(not fact.data.get("decision_id") for fact in by_type[type_]):
            by_type[type_] = [_about(fact, by_type) for fact in by_type[type_]]


def _identified(notice: Fact) -> Fact:
    if notice.data.get("decision_id"):
        return notice
    return replace(notice, data={**notice.data, "decision_id": notice.event_id})


def _about(fact: Fact, by_type: ByType) -> Fact:
    day = read_date(fact.data.get("notice_sent_on"))
    if fact.data.get("decision_id") or day is None:
        return fact
    for type_ in NOTICES:
        for notice in by_type.get(type_, ()):
            if notice.occurred_on == day:
                return replace(fact, data={**fact.data, "decision_id": notice.data["decision_id"]})
    return fact
