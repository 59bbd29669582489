"""What a dispute is about and how far it has come: the codes and the state its rules look at.

A dispute is one decision the family does not accept, with the mediation and the appeal about it (Children and Families
Act 2014, ss.51 to 57). The rules stand in ``dispute_adviser``, ``dispute_mediation``, ``dispute_agreement``,
``dispute_appeal``, ``dispute_order`` and ``dispute_recommendation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from plan.dates import correct_at
from shared import Condition


class AppealType(StrEnum):
    """The decisions that can be appealed, s.51(2)(a) to (f)."""

    REFUSAL_TO_ASSESS = "REFUSAL_TO_ASSESS"
    """(a) no EHC needs assessment."""
    REFUSAL_TO_ISSUE = "REFUSAL_TO_ISSUE"
    """(b) no plan after an assessment."""
    CONTENTS = "CONTENTS"
    """(c)(i), (ii) the needs in section B or the provision in section F, with or without section I."""
    PLACEMENT = "PLACEMENT"
    """(c)(iii), (iv) section I alone: the name, the type, or that none is named."""
    REFUSAL_TO_REASSESS = "REFUSAL_TO_REASSESS"
    """(d) no re-assessment."""
    REFUSAL_TO_AMEND = "REFUSAL_TO_AMEND"
    """(e) not amending or replacing the plan after a review or re-assessment."""
    CEASE = "CEASE"
    """(f) ceasing to maintain the plan."""


class OrderType(StrEnum):
    """What the Tribunal can order, reg 44(2)(a) to (h); a concession and an agreement owe the same acts."""

    DISMISS_CEASE = "DISMISS_CEASE"
    """(a) an appeal against ceasing is dismissed: the plan ends."""
    ASSESS = "ASSESS"
    """(b) assess or re-assess."""
    MAKE_PLAN = "MAKE_PLAN"
    """(c) make and maintain a plan."""
    RECONSIDER = "RECONSIDER"
    """(d) the case is referred back to the authority."""
    AMEND_CONTENT = "AMEND_CONTENT"
    """(e) amend sections B or F."""
    AMEND_PLACEMENT = "AMEND_PLACEMENT"
    """(f) amend section I."""
    CONTINUE = "CONTINUE"
    """(g) keep the plan unchanged."""
    CONTINUE_AND_AMEND = "CONTINUE_AND_AMEND"
    """(h) keep the plan and amend it."""
    DISMISS = "DISMISS"
    """Any other appeal dismissed or struck out: the authority owes nothing."""


class Act(StrEnum):
    """What an authority does to comply with an order, a concession or an agreement."""

    WILL_ASSESS_NOTIFIED = "WILL_ASSESS_NOTIFIED"
    NO_PLAN_NOTIFIED = "NO_PLAN_NOTIFIED"
    DRAFT_PLAN_SERVED = "DRAFT_PLAN_SERVED"
    FINAL_PLAN_ISSUED = "FINAL_PLAN_ISSUED"
    DECISION_NOTIFIED = "DECISION_NOTIFIED"
    AMENDED_PLAN_ISSUED = "AMENDED_PLAN_ISSUED"
    PLAN_CONTINUED = "PLAN_CONTINUED"
    PLAN_CEASED = "PLAN_CEASED"


ACTS: dict[OrderType, frozenset[Act]] = {
    OrderType.DISMISS_CEASE: frozenset({Act.PLAN_CEASED}),
    OrderType.ASSESS: frozenset({Act.WILL_ASSESS_NOTIFIED, Act.NO_PLAN_NOTIFIED, Act.FINAL_PLAN_ISSUED}),
    OrderType.MAKE_PLAN: frozenset({Act.DRAFT_PLAN_SERVED, Act.FINAL_PLAN_ISSUED}),
    OrderType.RECONSIDER: frozenset({Act.DRAFT_PLAN_SERVED, Act.DECISION_NOTIFIED}),
    OrderType.AMEND_CONTENT: frozenset({Act.AMENDED_PLAN_ISSUED}),
    OrderType.AMEND_PLACEMENT: frozenset({Act.AMENDED_PLAN_ISSUED}),
    OrderType.CONTINUE: frozenset({Act.PLAN_CONTINUED}),
    OrderType.CONTINUE_AND_AMEND: frozenset({Act.PLAN_CONTINUED, Act.AMENDED_PLAN_ISSUED}),
    OrderType.DISMISS: frozenset(),
}
"""The acts by which each order is carried out."""

HealthIssues = Literal["NONE", "ONLY", "MIXED"]
"""Whether the health provision in the plan is to be mediated: not at all, alone (s.53), or with education or care."""

CertificateKind = Literal["DECLINED", "CONCLUDED", "DEEMED"]
"""s.55(4) no mediation wanted; s.55(5) it took place; reg 39 the authority could not arrange it in 30 days."""


DirectionKind = Literal["RESPONSE", "SERVE_BUNDLE", "FURTHER_EVIDENCE", "ATTENDANCE_FORM", "HEARING", "OTHER"]


@dataclass(frozen=True, slots=True)
class Matter:
    """The decision in dispute."""

    about: AppealType
    notice_sent_on: date
    decision_id: UUID | None = None
    request_id: UUID | None = None
    plan_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    agreement_id: UUID
    owed: OrderType | None
    la_is_party: bool
    agreed_on: date
    complied_on: date | None = None
    la_told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Mediation:
    adviser_contacted_on: date | None = None
    declined_on: date | None = None
    adviser_told_declined_on: date | None = None
    requested_on: date | None = None
    health_issues: HealthIssues = "NONE"
    icbs_told: Mapping[str, date] = field(default_factory=dict)
    """Which integrated care boards know the health issues, and since when."""
    arranged_on: date | None = None
    meets_on: date | None = None
    could_not_be_arranged_on: date | None = None
    held_on: date | None = None
    concluded_on: date | None = None
    certificate_id: UUID | None = None
    certificate: CertificateKind | None = None
    certified_on: date | None = None
    agreements: tuple[Agreement, ...] = ()

    def agreement(self, agreement_id: UUID) -> Agreement | None:
        return next((a for a in self.agreements if a.agreement_id == agreement_id), None)


@dataclass(frozen=True, slots=True)
class Direction:
    direction_id: UUID
    direction: DirectionKind
    given_on: date
    due_on: date
    complied_on: date | None = None
    complied_after_1700: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    appeal_type: AppealType
    registered_on: date
    received_by_la_on: date
    registered_after_1700: bool = False
    responded_on: date | None = None
    responded_after_1700: bool = False
    conceded_on: date | None = None
    withdrawn_on: date | None = None
    directions: tuple[Direction, ...] = ()

    def direction(self, direction_id: UUID) -> Direction | None:
        return next((d for d in self.directions if d.direction_id == direction_id), None)


@dataclass(frozen=True, slots=True)
class Application:
    """For permission to appeal to the Upper Tribunal, or to have the decision reviewed or set aside."""

    application_id: UUID
    kind: str
    by: str
    applied_on: date
    after_1700: bool = False
    outcome: str | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What the authority has to do: by an order of the Tribunal, or because it did not oppose the appeal."""

    order_id: UUID
    types: tuple[OrderType, ...]
    since: date
    by_order: bool
    acts_done: Mapping[Act, date] = field(default_factory=dict)
    set_aside: bool = False

    @property
    def acts(self) -> frozenset[Act]:
        return frozenset().union(*(ACTS[t] for t in self.types))


@dataclass(frozen=True, slots=True)
class Recommendation:
    recommendation_id: UUID
    body: Literal["HEALTH", "SOCIAL_CARE"]
    sections: tuple[str, ...]
    made_on: date
    answer_sent_on: date | None = None
    responded_on: date | None = None
    """When the authority had the answer."""
    copied_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    dispute_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    matter: Matter | None = None
    mediation: Mediation = Mediation()
    appeal: Appeal | None = None
    owed: tuple[Owed, ...] = ()
    """Orders and the concession, oldest first; at most one of them stands."""
    applications: tuple[Application, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()

    @property
    def ids(self) -> dict[str, UUID]:
        assert self.dispute_id is not None
        assert self.case_id is not None
        assert self.person_id is not None
        return {"person_id": self.person_id, "case_id": self.case_id, "dispute_id": self.dispute_id}

    @property
    def the_matter(self) -> Matter:
        assert self.matter is not None
        return self.matter

    @property
    def matter_fields(self) -> dict[str, Any]:
        """What the events that may open a dispute say of the decision it is about."""
        matter = self.the_matter
        return {
            **self.ids,
            "about": matter.about,
            "decision_id": matter.decision_id,
            "notice_sent_on": matter.notice_sent_on,
            "request_id": matter.request_id,
            "plan_id": matter.plan_id,
        }

    @property
    def the_appeal(self) -> Appeal:
        assert self.appeal is not None
        return self.appeal

    @property
    def order(self) -> Owed | None:
        """The Tribunal's order that stands."""
        return next((o for o in reversed(self.owed) if o.by_order and not o.set_aside), None)

    def owed_under(self, order_id: UUID) -> Owed | None:
        return next((o for o in self.owed if o.order_id == order_id), None)

    def recommendation(self, recommendation_id: UUID) -> Recommendation | None:
        return next((r for r in self.recommendations if r.recommendation_id == recommendation_id), None)


CORRECT = (
    f"{correct_at('/disputes/{dispute_id}')} If anything else of it is, take it back: "
    "POST /disputes/{dispute_id}/retractions."
)


def opened(state: Dispute) -> Condition | None:
    if state.matter is not None:
        return None
    return Condition("dispute-not-open", "Open the dispute first, with its first step: POST /disputes.")


def not_decided(state: Dispute) -> Condition | None:
    """Mediation and argument end with the Tribunal's order."""
    if state.order is None:
        return None
    return Condition("order-already-made", f"The Tribunal made its order on {state.order.since}. {CORRECT}")


def appeal_registered(state: Dispute) -> Condition | None:
    if state.appeal is not None:
        return None
    return Condition("no-appeal", "No appeal is registered in this dispute; register it first.")


def not_withdrawn(state: Dispute) -> Condition | None:
    if state.appeal is None or state.appeal.withdrawn_on is None:
        return None
    return Condition("appeal-withdrawn", f"The appeal was withdrawn on {state.appeal.withdrawn_on}. {CORRECT}")


def not_conceded(state: Dispute) -> Condition | None:
    if state.appeal is None or state.appeal.conceded_on is None:
        return None
    return Condition(
        "appeal-conceded",
        f"The authority did not oppose the appeal; since {state.appeal.conceded_on} it counts as lost (reg 45). "
        f"{CORRECT}",
    )


OPEN_APPEAL = (appeal_registered, not_withdrawn, not_conceded, not_decided)
"""The appeal is before the Tribunal and nothing has ended it."""


def mediation_held(state: Dispute) -> Condition | None:
    if state.mediation.held_on is not None:
        return None
    return Condition("mediation-not-held", "No mediation meeting has taken place; record it first.")


def not_health_alone(state: Dispute) -> Condition | None:
    if state.mediation.requested_on is None or state.mediation.health_issues != "ONLY":
        return None
    return Condition(
        "health-only", "Health alone is in dispute: the ICB arranges mediation, and no certificate is needed (s.53)."
    )


def not_held(state: Dispute) -> Condition | None:
    if state.mediation.held_on is None:
        return None
    return Condition("mediation-held", f"Mediation took place on {state.mediation.held_on}.")
