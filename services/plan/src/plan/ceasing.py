"""Ceasing to maintain a plan (s.45, regs 29 to 31), and the other ways in which a plan ends.

Considered, then the family and the setting consulted, then decided and notified with the rights, then ended: but never
while the family may still appeal or an appeal is open (s.45(4)). The appeal period is computed never to end too early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import IntEnum
from typing import Any, Literal, Protocol, assert_never
from uuid import UUID

from dateutil.relativedelta import relativedelta

from plan.attendance import YoungPersonStoppedAttending, not_out, refuse_below_18
from plan.dates import once, refuse_before
from plan.facts import CORRECT, Guard, PlanCommand, PlanFact, maintained, told
from plan.notices import Rights, Text
from plan.serving import Recipient, Recipients, refuse_missing_recipients, refuse_missing_rights
from plan.state import Ceasing, Dispute, OutOfEducation, Plan, Status
from shared import UNFILLED, Command, Condition, Decision, NewId, Personal, Rejected

Ground = Literal["NOT_RESPONSIBLE", "NO_LONGER_NECESSARY"]
"""s.45(1)(a) and (b)."""

Consulted = Literal["FAMILY", "SETTING"]


class CeaseReason(IntEnum):
    """Reasons as the SEN2 return codes them."""

    MAXIMUM_AGE = 1
    NEEDS_MET_WITHOUT_A_PLAN = 2
    HIGHER_EDUCATION = 3
    PAID_EMPLOYMENT = 4
    TRANSFERRED_TO_ANOTHER_AUTHORITY = 5
    NO_LONGER_WISHES_TO_ENGAGE = 6
    MOVED_OUTSIDE_ENGLAND = 7
    DECEASED = 8
    OTHER = 9


class CeasingConsidered(PlanFact):
    """The authority told the family and the setting that it considers ceasing to maintain the plan (reg 31(1))."""

    type: Literal["plan.ceasing-considered"] = "plan.ceasing-considered"
    ground: Ground
    left_education_on: date | None = None
    """The young person is 18 or over and stopped attending on this day: a review comes first (reg 30)."""


class CeasingConsultationHeld(PlanFact):
    """The family or the setting was consulted about ceasing."""

    type: Literal["plan.ceasing-consultation-held"] = "plan.ceasing-consultation-held"
    consulted: Consulted
    views: Personal[Text] | None = None


class CeasingAbandoned(PlanFact):
    """The authority keeps the plan after all."""

    type: Literal["plan.ceasing-abandoned"] = "plan.ceasing-abandoned"


class CeaseDecisionNotified(PlanFact):
    """The decision to cease was sent with the rights; the plan stays until the appeal period or the appeal is over."""

    type: Literal["plan.cease-decision-notified"] = "plan.cease-decision-notified"
    decision_id: UUID
    reason: CeaseReason
    review_id: UUID | None = None
    """Where it was the decision on a review."""
    rights: Rights
    recipients: tuple[Recipient, ...]
    reasons: Personal[Text]


class PlanCeased(PlanFact):
    """The plan ended on this day."""

    type: Literal["plan.plan-ceased"] = "plan.plan-ceased"
    reason: CeaseReason
    decision_id: UUID | None = None


class PlanHandedOver(PlanFact):
    """Another authority maintains the plan from now on; here it is closed."""

    type: Literal["plan.plan-handed-over"] = "plan.plan-handed-over"
    move_id: UUID


CeasingEvent = (
    CeasingConsidered | CeasingConsultationHeld | CeasingAbandoned | CeaseDecisionNotified | PlanCeased | PlanHandedOver
)


class ConsiderCeasing(PlanCommand):
    """Record that the family and the setting were told that ceasing is considered."""

    ground: Ground
    left_education_on: date | None = None
    """Only for a young person of 18 or over who stopped attending; left out where that is recorded already."""


class HoldCeasingConsultation(PlanCommand):
    """Record that the family, or the setting, was consulted; both must be before the decision."""

    consulted: Consulted
    views: Personal[Text] | None = None


class AbandonCeasing(PlanCommand):
    """Keep the plan after all."""


class NotifyCeaseDecision(PlanCommand):
    """Notify the decision to cease. ``occurred_on`` is the day it is sent; the appeal period runs from it."""

    decision_id: NewId = UNFILLED
    cease_reason: CeaseReason
    return_ruled_out: bool = False
    """For a young person of 18 or over who left education: return is not wanted, or would not be right (reg 30)."""
    rights: Rights
    recipients: Recipients
    reasons: Personal[Text]


class CeasePlan(PlanCommand):
    """End the plan, as decided, once nobody can appeal any more. ``occurred_on`` is its first day without force."""


class EndPlanAtMaximumAge(PlanCommand):
    """End the plan because the law lets no authority maintain it longer (s.46)."""


class EndPlanOnDeath(PlanCommand):
    """End the plan of a child who has died."""


class HandOverPlan(Command):
    """The plan went to another authority. Sent by a reaction."""

    case_id: UUID
    move_id: UUID


# --- guards ---


def considered(state: Plan) -> Condition | None:
    if state.ceasing is not None:
        return None
    return Condition(
        "ceasing-not-considered", "Tell the family and the setting first that ceasing is considered (reg 31)."
    )


def family_consulted(state: Plan) -> Condition | None:
    if state.ceasing is None or state.ceasing.family_consulted_on is not None:
        return None
    return Condition(
        "family-not-consulted", "The parent or young person must be consulted before the decision (reg 31)."
    )


def setting_consulted(state: Plan) -> Condition | None:
    named = state.section_i is not None and state.section_i.decision == "NAMED"
    if state.ceasing is None or state.ceasing.setting_consulted_on is not None or not named:
        return None
    return Condition(
        "setting-not-consulted", "The setting named in the plan must be consulted before the decision (reg 31)."
    )


def reviewed_after_leaving(state: Plan) -> Condition | None:
    """At 18 and over whatever the ground (reg 30); under 18 where no plan is said to be needed (reg 29(2))."""
    out = state.out_of_education
    if state.ceasing is None or out is None or not (out.adult or state.ceasing.ground == "NO_LONGER_NECESSARY"):
        return None
    reviews = (*state.reviews, *((state.review,) if state.review is not None else ()))
    if any(r.held_on is not None and r.held_on >= out.since for r in reviews):
        return None
    who = "The young person is 18 or over and left education" if out.adult else "The child was found out of education"
    law = "reg 30" if out.adult else "reg 29(2)"
    return Condition("review-needed-first", f"{who} on {out.since}: review the plan first ({law}).")


MAY_DECIDE: list[Guard] = [considered, family_consulted, setting_consulted, reviewed_after_leaving]


_not_considered = once(
    lambda s: s.ceasing.considered_on if s.maintained and s.ceasing else None,
    "ceasing-considered",
    "The family and the setting were told that ceasing is considered",
    CORRECT,
)
_not_decided = once(
    lambda s: s.ceasing.decided_on if s.maintained and s.ceasing else None,
    "ceasing-decided",
    "The decision to cease was notified",
    CORRECT,
)


def _decided(state: Plan) -> Condition | None:
    if state.ceasing is not None and state.ceasing.decided_on is not None:
        return None
    return Condition("ceasing-not-decided", "No decision to cease has been notified; the plan must be maintained.")


def no_appeal_open(state: Plan) -> Condition | None:
    if not any(d.appeal_open for d in state.disputes):
        return None
    return Condition(
        "appeal-open", "An appeal is open; the plan is maintained until it is finally determined (s.45(4))."
    )


def _no_certificate_awaited(state: Plan) -> Condition | None:
    if not any(_awaits_certificate(d, state) for d in state.cease_disputes):
        return None
    return Condition(
        "mediation-certificate-awaited",
        "The family contacted the mediation adviser in time and has no certificate yet: the appeal period is open.",
    )


def _awaits_certificate(dispute: Dispute, state: Plan) -> bool:
    if dispute.adviser_on is None or dispute.certificate_on is not None or dispute.ended_on is not None:
        return False
    assert state.ceasing is not None
    decided = state.ceasing.decided_on
    return decided is not None and dispute.adviser_on <= decided + relativedelta(months=2)


def _end_age_known(state: Plan) -> Condition | None:
    if state.maintain_until is not None:
        return None
    return Condition("end-age-unknown", "Record first until when the plan may be maintained (s.46).")


# --- decisions ---


class _Decides(Protocol):
    @property
    def occurred_on(self) -> date: ...
    @property
    def return_ruled_out(self) -> bool: ...


def refuse_to_decide_ceasing(command: _Decides, state: Plan) -> None:
    """Refuse a decision to cease that was not prepared as the regulations ask."""
    if unmet := [found for guard in MAY_DECIDE if (found := guard(state)) is not None]:
        raise Rejected.all(unmet)
    assert state.ceasing is not None
    for consulted_on in (state.ceasing.family_consulted_on, state.ceasing.setting_consulted_on):
        refuse_before(command.occurred_on, consulted_on, code="before-consultation", what="the consultation")
    if state.out_of_education is not None and state.out_of_education.adult and not command.return_ruled_out:
        raise Rejected(
            "return-not-ruled-out",
            "The plan of a young person of 18 or over who left education ceases only if a return is not wanted or "
            "would not be appropriate (reg 30); set return_ruled_out if that is so.",
        )


def _consider(command: ConsiderCeasing, state: Plan) -> Sequence[PlanFact]:
    considered = told(CeasingConsidered, command, state)
    left, out = command.left_education_on, state.out_of_education
    if left is None:
        return [considered]
    refuse_before(command.occurred_on, left, code="considered-before-leaving", what="the day of leaving education")
    if out is not None and out.adult and out.since == left:
        return [considered]
    if (recorded := not_out(adult=True)(state)) is not None:
        raise Rejected.all([recorded])
    refuse_below_18(left, state)
    return [told(YoungPersonStoppedAttending, command, state, occurred_on=left), considered]


def _notify(command: NotifyCeaseDecision, state: Plan) -> Sequence[PlanFact]:
    refuse_to_decide_ceasing(command, state)
    refuse_missing_rights(command.rights)
    named = state.section_i is not None and state.section_i.decision == "NAMED"
    refuse_missing_recipients(command.recipients, ("SETTING", "ICB") if named else ("ICB",))
    return [told(CeaseDecisionNotified, command, state, reason=command.cease_reason)]


def _consult(command: HoldCeasingConsultation, state: Plan) -> Sequence[PlanFact]:
    assert state.ceasing is not None
    refuse_before(
        command.occurred_on,
        state.ceasing.considered_on,
        code="before-considered",
        what="the day ceasing was considered",
    )
    return [told(CeasingConsultationHeld, command, state)]


def _consulted(command: HoldCeasingConsultation, state: Plan) -> bool:
    if state.ceasing is None:
        return False
    dates = {"FAMILY": state.ceasing.family_consulted_on, "SETTING": state.ceasing.setting_consulted_on}
    return dates[command.consulted] == command.occurred_on


def _cease(command: CeasePlan, state: Plan) -> Sequence[PlanFact]:
    assert state.ceasing is not None
    assert state.appeal_until is not None
    if state.ceasing.upheld_on is not None:
        # Reg 44(2)(a): dismissed means at once.
        refuse_before(command.occurred_on, state.ceasing.upheld_on, code="before-order", what="the Tribunal's order")
    elif command.occurred_on <= state.appeal_until:
        raise Rejected(
            "appeal-period-running",
            f"The family may appeal until {state.appeal_until}; the plan may end from "
            f"{state.appeal_until + timedelta(days=1)} (s.45(4)).",
        )
    return [told(PlanCeased, command, state, reason=state.ceasing.reason, decision_id=state.ceasing.decision_id)]


def _end_at_maximum_age(command: EndPlanAtMaximumAge, state: Plan) -> Sequence[PlanFact]:
    if state.maintain_until is not None and command.occurred_on < state.maintain_until:
        raise Rejected("end-age-not-reached", f"The plan may be maintained until {state.maintain_until} (s.46).")
    return [told(PlanCeased, command, state, reason=CeaseReason.MAXIMUM_AGE)]


def _ended(command: Command, state: Plan, reason: int | None) -> bool:
    return state.status is Status.CEASED and (state.ended_on, state.end_reason) == (command.occurred_on, reason)


def evolve(state: Plan, event: CeasingEvent) -> Plan:
    match event:
        case CeasingConsidered():
            out, left = state.out_of_education, event.left_education_on
            if left is not None and (out is None or not out.adult):
                out = OutOfEducation(left, adult=True)  # as it was recorded before it had an event of its own
            ceasing = Ceasing(event.occurred_on, event.ground, left)
            return replace(state, ceasing=ceasing, out_of_education=out)
        case CeasingConsultationHeld():
            return _ceasing(state, **{f"{event.consulted.lower()}_consulted_on": event.occurred_on})
        case CeasingAbandoned():
            return replace(state, ceasing=None)
        case CeaseDecisionNotified():
            return _ceasing(state, decided_on=event.occurred_on, decision_id=event.decision_id, reason=event.reason)
        case PlanCeased():
            return replace(
                state,
                status=Status.CEASED,
                ended_on=event.occurred_on,
                end_reason=event.reason,
                work=None,
                review=None,
            )
        case PlanHandedOver():
            return replace(state, status=Status.TRANSFERRED_OUT, ended_on=event.occurred_on, work=None, review=None)
        case _ as never:
            assert_never(never)


def _ceasing(state: Plan, **changes: Any) -> Plan:
    return replace(state, ceasing=replace(state.ceasing, **changes)) if state.ceasing is not None else state


decisions = [
    Decision(ConsiderCeasing, _consider, when=[maintained, _not_considered],
             already=lambda c, s: (s.maintained and s.ceasing is not None
                                   and (s.ceasing.considered_on, s.ceasing.ground, s.ceasing.left_education_on)
                                   == (c.occurred_on, c.ground, c.left_education_on))),
    Decision(HoldCeasingConsultation, _consult, when=[maintained, considered], already=_consulted),
    Decision(AbandonCeasing, lambda c, s: [told(CeasingAbandoned, c, s)], when=[maintained, considered]),
    Decision(NotifyCeaseDecision, _notify, when=[maintained, *MAY_DECIDE, _not_decided],
             already=lambda c, s: (s.ceasing is not None
                                   and (s.ceasing.decided_on, s.ceasing.reason) == (c.occurred_on, c.cease_reason))),
    Decision(CeasePlan, _cease, when=[maintained, _decided, no_appeal_open, _no_certificate_awaited],
             already=lambda c, s: s.ceasing is not None and _ended(c, s, s.ceasing.reason)),
    Decision(EndPlanAtMaximumAge, _end_at_maximum_age, when=[maintained, _end_age_known],
             already=lambda c, s: _ended(c, s, CeaseReason.MAXIMUM_AGE)),
    Decision(EndPlanOnDeath, lambda c, s: [told(PlanCeased, c, s, reason=CeaseReason.DECEASED)], when=[maintained],
             already=lambda c, s: _ended(c, s, CeaseReason.DECEASED)),
    Decision(HandOverPlan, lambda c, s: [told(PlanHandedOver, c, s)], opens=True,
             already=lambda c, s: not s.maintained),
]  # fmt: skip
