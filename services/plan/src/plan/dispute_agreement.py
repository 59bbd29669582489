"""What was agreed at mediation, and whether it was done (s.57; SEND Regulations 2014, reg 42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, assert_never
from uuid import UUID

from pydantic import model_validator

from plan.dates import refuse_again, refuse_before
from plan.dispute_state import CORRECT, Agreement, AppealType, Dispute, Mediation, OrderType, mediation_held
from plan.notices import Text
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, Personal, Rejected

# --- events ---


class MediationAgreementReached(Event):
    """One thing was agreed in writing at mediation; several things are several agreements (reg 42)."""

    type: Literal["plan.mediation-agreement-reached"] = "plan.mediation-agreement-reached"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    agreement_id: UUID
    terms: AppealType | Literal["OTHER"]
    """What could have been appealed, or OTHER: outside the right of appeal."""
    owed: OrderType | None
    """For appealable terms, the act that is owed as if the Tribunal had ordered it (reg 42(2))."""
    owed_by: Literal["LA", "ICB"]
    la_is_party: bool
    other_period_until: date | None
    """The last day of another period agreed in writing (reg 42(5)); None: the period of the regulations."""
    request_id: UUID | None
    plan_id: UUID | None
    agreed_act: Personal[str]


class MediationAgreementComplied(Event):
    """What was agreed has been done."""

    type: Literal["plan.mediation-agreement-complied"] = "plan.mediation-agreement-complied"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    agreement_id: UUID


class MediationAgreementToldToLa(Event):
    """The ICB told the authority of an agreement to which the authority is not a party (reg 42(4))."""

    type: Literal["plan.mediation-agreement-told-to-la"] = "plan.mediation-agreement-told-to-la"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    agreement_id: UUID


AgreementEvent = MediationAgreementReached | MediationAgreementComplied | MediationAgreementToldToLa


def evolve(state: Mediation, event: AgreementEvent) -> Mediation:
    on = event.occurred_on
    match event:
        case MediationAgreementReached():
            agreement = Agreement(event.agreement_id, event.owed, event.la_is_party, on)
            return replace(state, agreements=(*state.agreements, agreement))
        case MediationAgreementComplied():
            return _with(state, event.agreement_id, complied_on=on)
        case MediationAgreementToldToLa():
            return _with(state, event.agreement_id, la_told_on=on)
        case _ as never:
            assert_never(never)


def _with(state: Mediation, agreement_id: UUID, **dates: Any) -> Mediation:
    return replace(
        state,
        agreements=tuple(replace(a, **dates) if a.agreement_id == agreement_id else a for a in state.agreements),
    )


# --- commands ---


class ReachMediationAgreement(Command):
    """Record one thing agreed in writing at mediation. ``other_period_until`` only if another period was agreed."""

    dispute_id: UUID
    agreement_id: NewId = UNFILLED
    terms: AppealType | Literal["OTHER"]
    owed: OrderType | None = None
    owed_by: Literal["LA", "ICB"] = "LA"
    la_is_party: bool = True
    other_period_until: date | None = None
    agreed_act: Personal[Text]

    @model_validator(mode="after")
    def _owes_something(self) -> ReachMediationAgreement:
        if self.terms == "OTHER":
            if self.owed is not None:
                raise ValueError("terms outside the right of appeal owe no act of an order: leave owed out")
            return self
        if self.owed is None or self.owed in (OrderType.DISMISS, OrderType.DISMISS_CEASE):
            raise ValueError("appealable terms need in owed what the authority agreed to do")
        if self.owed_by != "LA" or not self.la_is_party:
            raise ValueError("only the authority can owe what could have been appealed")
        return self


class ComplyWithMediationAgreement(Command):
    """Record that what was agreed has been done."""

    dispute_id: UUID
    agreement_id: UUID


class TellLaOfMediationAgreement(Command):
    """Record that the ICB told the authority of an agreement it made without it."""

    dispute_id: UUID
    agreement_id: UUID


# --- decisions ---


def agree(command: ReachMediationAgreement, state: Dispute) -> Sequence[AgreementEvent]:
    if command.other_period_until is not None:
        refuse_before(
            command.other_period_until, command.occurred_on, code="period-before-agreement", what="the agreement"
        )
    return [
        MediationAgreementReached(
            occurred_on=command.occurred_on,
            agreement_id=command.agreement_id,
            terms=command.terms,
            owed=command.owed,
            owed_by=command.owed_by,
            la_is_party=command.la_is_party,
            other_period_until=command.other_period_until,
            request_id=state.the_matter.request_id,
            plan_id=state.the_matter.plan_id,
            agreed_act=command.agreed_act,
            **state.ids,
        )
    ]


def _agreement(command: ComplyWithMediationAgreement | TellLaOfMediationAgreement, state: Dispute) -> Agreement:
    found = state.mediation.agreement(command.agreement_id)
    if found is None:
        raise Rejected("no-such-agreement", "This dispute has no mediation agreement with that id.")
    refuse_before(command.occurred_on, found.agreed_on, code="before-agreement", what="the agreement")
    return found


def comply(command: ComplyWithMediationAgreement, state: Dispute) -> Sequence[AgreementEvent]:
    found = _agreement(command, state)
    refuse_again(found.complied_on, code="complied-already", what="It was complied with", to_correct=CORRECT)
    return [MediationAgreementComplied(occurred_on=command.occurred_on, agreement_id=found.agreement_id, **state.ids)]


def tell_la(command: TellLaOfMediationAgreement, state: Dispute) -> Sequence[AgreementEvent]:
    found = _agreement(command, state)
    if found.la_is_party:
        raise Rejected("la-is-a-party", "The authority made this agreement itself; nobody has to tell it (reg 42(4)).")
    refuse_again(found.la_told_on, code="la-told", what="The authority was told of it", to_correct=CORRECT)
    return [MediationAgreementToldToLa(occurred_on=command.occurred_on, agreement_id=found.agreement_id, **state.ids)]


# --- conditions ---


def _has_agreement(state: Dispute) -> Condition | None:
    if state.mediation.agreements:
        return None
    return Condition("no-agreement", "No mediation agreement is recorded.")


def _agreement_date(command: ComplyWithMediationAgreement | TellLaOfMediationAgreement, state: Dispute) -> bool:
    found = state.mediation.agreement(command.agreement_id)
    if found is None:
        return False
    done = found.complied_on if isinstance(command, ComplyWithMediationAgreement) else found.la_told_on
    return done == command.occurred_on


decisions = [
    Decision(
        ReachMediationAgreement,
        agree,
        when=[mediation_held],
        already=lambda c, s: s.mediation.agreement(c.agreement_id) is not None,
    ),
    Decision(ComplyWithMediationAgreement, comply, when=[_has_agreement], already=_agreement_date),
    Decision(TellLaOfMediationAgreement, tell_la, when=[_has_agreement], already=_agreement_date),
]
