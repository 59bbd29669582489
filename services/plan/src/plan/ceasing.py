"""Ceasing to maintain a plan (s.45, regs 29 to 31), up to the notice of the decision; the end itself is in ``ending``.

Considered, then the family and the setting consulted, then decided, then notified with the rights. A decision that is
recorded before its notice waits for it as soon as practicable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import Any, Literal, Protocol, assert_never
from uuid import UUID

from plan.attendance import YoungPersonStoppedAttending, not_out, refuse_below_18
from plan.dates import once, refuse_before
from plan.facts import CORRECT, Guard, PlanCommand, PlanFact, maintained, told
from plan.notices import Rights, Text
from plan.serving import Recipient, Recipients, refuse_missing_recipients, refuse_missing_rights
from plan.state import CeaseDecision, Ceasing, OutOfEducation, Plan
from shared import UNFILLED, Condition, Decision, NewId, Personal, Rejected

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


class CeaseDecisionMade(PlanFact):
    """The authority decided to cease the plan; nobody has been told yet."""

    type: Literal["plan.cease-decision-made"] = "plan.cease-decision-made"
    decision_id: UUID
    reason: CeaseReason


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


CeasingEvent = (
    CeasingConsidered | CeasingConsultationHeld | CeasingAbandoned | CeaseDecisionMade | CeaseDecisionNotified
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


class DecideToCease(PlanCommand):
    """Record the decision to cease, while the notice of it is still to be sent."""

    decision_id: NewId = UNFILLED
    cease_reason: CeaseReason
    return_ruled_out: bool = False
    """As with the notice."""


class NotifyCeaseDecision(PlanCommand):
    """Notify the decision to cease. ``occurred_on`` is the day it is sent; the appeal period runs from it."""

    decision_id: NewId = UNFILLED
    cease_reason: CeaseReason
    return_ruled_out: bool = False
    """For a young person of 18 or over who left education: return is not wanted, or would not be right (reg 30)."""
    rights: Rights
    recipients: Recipients
    reasons: Personal[Text]


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


_not_made = once(
    lambda s: s.ceasing.made.on if s.maintained and s.ceasing and s.ceasing.made else None,
    "cease-decision-made",
    "It was decided to cease the plan",
    CORRECT,
)


# --- decisions ---


class _Decides(Protocol):
    @property
    def occurred_on(self) -> date: ...
    @property
    def cease_reason(self) -> CeaseReason | None: ...
    @property
    def return_ruled_out(self) -> bool: ...


def refuse_to_decide_ceasing(command: _Decides, state: Plan) -> None:
    """Refuse a decision to cease that was not prepared as the regulations ask."""
    if unmet := [found for guard in MAY_DECIDE if (found := guard(state)) is not None]:
        raise Rejected.all(unmet)
    assert state.ceasing is not None
    for consulted_on in (state.ceasing.family_consulted_on, state.ceasing.setting_consulted_on):
        refuse_before(command.occurred_on, consulted_on, code="before-consultation", what="the consultation")
    if (made := state.ceasing.made) is not None:
        refuse_before(command.occurred_on, made.on, code="notice-before-decision", what="the day of the decision")
        if made.reason != command.cease_reason:
            raise Rejected(
                "decided-otherwise", f"On {made.on} it was decided to cease for reason {made.reason}. {CORRECT}"
            )
        return
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


def _decide(command: DecideToCease, state: Plan) -> Sequence[PlanFact]:
    refuse_to_decide_ceasing(command, state)
    return [told(CeaseDecisionMade, command, state, reason=command.cease_reason)]


def decision_id(command: Any, state: Plan) -> UUID:
    """Of the decision that a notice tells of: one recorded before it has its id already."""
    made = state.ceasing.made if state.ceasing is not None else None
    own: UUID = command.decision_id
    return own if made is None else made.decision_id


def notified(command: Any, state: Plan) -> PlanFact:
    """The notice of the decision to cease."""
    told_of = decision_id(command, state)
    return told(CeaseDecisionNotified, command, state, reason=command.cease_reason, decision_id=told_of)


def _notify(command: NotifyCeaseDecision, state: Plan) -> Sequence[PlanFact]:
    refuse_to_decide_ceasing(command, state)
    refuse_missing_rights(command.rights)
    named = state.section_i is not None and state.section_i.decision == "NAMED"
    refuse_missing_recipients(command.recipients, ("SETTING", "ICB") if named else ("ICB",))
    return [notified(command, state)]


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
        case CeaseDecisionMade():
            return _ceasing(state, made=CeaseDecision(event.decision_id, event.occurred_on, event.reason))
        case CeaseDecisionNotified():
            return _ceasing(state, decided_on=event.occurred_on, decision_id=event.decision_id, reason=event.reason)
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
    Decision(DecideToCease, _decide, when=[maintained, *MAY_DECIDE, _not_decided, _not_made],
             already=lambda c, s: (s.ceasing is not None and s.ceasing.made is not None
                                   and (s.ceasing.made.on, s.ceasing.made.reason) == (c.occurred_on, c.cease_reason))),
    Decision(NotifyCeaseDecision, _notify, when=[maintained, *MAY_DECIDE, _not_decided],
             already=lambda c, s: (s.ceasing is not None
                                   and (s.ceasing.decided_on, s.ceasing.reason) == (c.occurred_on, c.cease_reason))),
]  # fmt: skip
