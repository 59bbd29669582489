"""Disputes and mediation, for the tests of both."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from plan.dispute import AdviserContacted, MediationWanted, OpenDispute, dispute
from plan.dispute_agreement import (
    ReachMediationAgreement,
)
from plan.dispute_appeal import NoticeOfAppeal, RegisterAppeal
from plan.dispute_mediation import (
    ArrangeMediation,
    ConcludeMediation,
    HoldMediation,
)
from plan.dispute_order import MakeTribunalOrder
from plan.dispute_state import AppealType, OrderType

from .stories import CASE, PERSON, PLAN, after

D = UUID(int=50)
DECISION = UUID(int=51)
NOTICE = date(2026, 4, 1)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "dispute_id": D}
ABOUT: dict[str, Any] = {
    "about": AppealType.CONTENTS,
    "decision_id": DECISION,
    "notice_sent_on": NOTICE,
    "request_id": None,
    "plan_id": PLAN,
}


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def opened(begins_with: Any = None, **more: Any) -> OpenDispute:
    facts = {
        "dispute_id": D, "case_id": CASE, "person_id": PERSON, "about": AppealType.CONTENTS, "notice_sent_on": NOTICE,
        "decision_id": DECISION, "plan_id": PLAN, "occurred_on": on(4, 2),
        "begins_with": begins_with or AdviserContacted(step="ADVISER_CONTACTED"),
    }  # fmt: skip
    return OpenDispute(**{**facts, **more})


def wanted(health_issues: Any = "NONE", **more: Any) -> OpenDispute:
    return opened(
        MediationWanted(step="MEDIATION_REQUESTED", health_issues=health_issues, issues="more speech therapy"),
        occurred_on=on(4, 20),
        **more,
    )


ARRANGED = ArrangeMediation(dispute_id=D, meets_on=on(5, 12), occurred_on=on(5, 4))
HELD = HoldMediation(
    dispute_id=D, attended=("PARENT", "LA"), la_representative_could_decide=True, occurred_on=on(5, 12)
)
CONCLUDED = ConcludeMediation(dispute_id=D, agreed="PARTLY", occurred_on=on(5, 12))
AMEND = ReachMediationAgreement(
    dispute_id=D, terms=AppealType.CONTENTS, owed=OrderType.AMEND_CONTENT, agreed_act="amend F3", occurred_on=on(5, 12)
)
THERAPY = ReachMediationAgreement(
    dispute_id=D,
    agreement_id=UUID(int=60),
    terms="OTHER",
    owed_by="ICB",
    la_is_party=False,
    agreed_act="start therapy",
    occurred_on=on(5, 12),
)


def ordered() -> list[Any]:
    """A dispute the Tribunal has decided, with leave and without a word of mediation."""
    appeal = NoticeOfAppeal(
        appeal_type=AppealType.CONTENTS,
        sections=("B", "F"),
        received_by_la_on=on(4, 20),
        in_time=True,
        leave_given=True,
    )
    return after(
        dispute,
        opened(),
        RegisterAppeal(dispute_id=D, appeal=appeal, occurred_on=on(4, 16)),
        MakeTribunalOrder(dispute_id=D, order_types=(OrderType.AMEND_CONTENT,), outcome="UPHELD", occurred_on=on(7, 1)),
    )
