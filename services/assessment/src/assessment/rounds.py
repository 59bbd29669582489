"""The state of a case's assessments: one round per request, and what the rules ask about each.

The last round is the current one, and commands speak to it. A reversed refusal makes its round the current one again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from shared import Command, Condition, Event, Personal, Rejected

from .codes import AdviceType, NeedCode, Rank, Recipient, SensoryNeed
from .phase import NOW, Phase


class RoundEvent(Event):
    """What every event of an assessment says: whose case, and which request it answers."""

    case_id: UUID
    request_id: UUID


E = TypeVar("E", bound=RoundEvent)


class Basis(StrEnum):
    """Why a refusal no longer stands."""

    ORDER = "ORDER"
    CONCESSION = "CONCESSION"
    AGREEMENT = "AGREEMENT"
    VOLUNTARY = "VOLUNTARY"


class Next(StrEnum):
    """What follows a reversal."""

    ASSESS = "ASSESS"
    MAKE_PLAN = "MAKE_PLAN"
    DECIDE_AGAIN = "DECIDE_AGAIN"
    """The Tribunal referred the case back: whether to issue a plan is decided afresh (reg 44(2)(d))."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """A refusal that no longer stands, and the episode whose own time limits now run (regs 42, 44, 45)."""

    basis: Basis
    next: Next
    on: date
    order_id: UUID | None = None
    dispute_id: UUID | None = None
    agreement_id: UUID | None = None

    @property
    def ids(self) -> dict[str, UUID | None]:
        """What later notices repeat, so that the limits of the order, concession or agreement are met by them."""
        return {"order_id": self.order_id, "dispute_id": self.dispute_id, "agreement_id": self.agreement_id}


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: asked for, reused, or gone without."""

    advice_id: UUID
    advice_type: AdviceType
    from_org: str
    cooperating_body: bool
    requested_on: date | None = None
    reached_on: date | None = None
    chased_on: tuple[date, ...] = ()
    missed_on: tuple[date, ...] = ()
    received_on: date | None = None
    reused_on: date | None = None
    document_ref: str | None = None
    gone_without_on: date | None = None
    covers: tuple[str, ...] = ()
    qualified_teacher_asked: tuple[SensoryNeed, ...] = ()
    qualified_teacher: tuple[SensoryNeed, ...] = ()

    @property
    def held(self) -> bool:
        return self.received_on is not None or self.reused_on is not None

    @property
    def settled(self) -> bool:
        """Nobody waits for it: it is here, or the reason to go on without it is recorded."""
        return self.held or self.gone_without_on is not None


@dataclass(frozen=True, slots=True)
class Need:
    """One of the child's needs."""

    code: NeedCode
    rank: Rank


@dataclass(frozen=True, slots=True)
class Claim:
    """An exception claimed against a time limit, and what became of it."""

    exception_id: UUID
    claimed_on: date
    limit_id: str
    ground: str
    subject_id: UUID | None
    fact_from: date
    fact_to: date | None
    family_told_on: date | None
    ended_on: date | None = None
    rejected_on: date | None = None


@dataclass(frozen=True, slots=True)
class RefusedAdviser:
    """Somebody whom the family wanted to be asked, and who was not."""

    name: Personal[str]
    on: date


@dataclass(frozen=True, slots=True)
class Round:
    """One request's course."""

    request_id: UUID
    assessment_id: UUID
    requested_on: date
    in_relevant_youth_accommodation: bool = False
    phase: Phase = Phase.REQUESTED
    since: date | None = None
    """The day on which that phase began."""
    told_of_consideration: tuple[Recipient, ...] = ()
    considered_on: date | None = None
    consultations: tuple[tuple[date, str, str, bool], ...] = ()
    """When the family was consulted, who, how, and whether views were given."""
    decision_id: UUID | None = None
    decided_on: date | None = None
    """Of the decision that stands: whether to assess, later whether to issue a plan."""
    year_group: int | None = None
    advice: tuple[Advice, ...] = ()
    refused_advisers: tuple[RefusedAdviser, ...] = ()
    needs: tuple[Need, ...] = ()
    levels: dict[str, int] | None = None
    strengths: Personal[str] | None = None
    completed_on: date | None = None
    reversal: Reversal | None = None
    claims: tuple[Claim, ...] = ()
    closures: tuple[tuple[str, date, date], ...] = ()
    absences: tuple[tuple[str, date, date], ...] = ()
    closed_on: date | None = None

    def find_advice(self, advice_id: UUID) -> Advice:
        """Raises Rejected where this round knows no such advice."""
        found = next((a for a in self.advice if a.advice_id == advice_id), None)
        if found is None:
            raise Rejected("unknown-advice", "No advice with that id was asked for in this assessment.")
        return found

    def find_claim(self, exception_id: UUID) -> Claim:
        """Raises Rejected where no such exception was claimed in this round."""
        found = next((c for c in self.claims if c.exception_id == exception_id), None)
        if found is None:
            raise Rejected("unknown-exception", "No exception with that id was claimed in this assessment.")
        return found

    @property
    def reversal_ids(self) -> dict[str, UUID | None]:
        return self.reversal.ids if self.reversal else dict.fromkeys(("order_id", "dispute_id", "agreement_id"))


@dataclass(frozen=True, slots=True)
class SocialCareReferral:
    """A referral to social care that a request's assessment gave rise to, and how social care answered it."""

    social_care_referral_id: UUID
    request_id: UUID
    made_on: date
    service: str
    completed_on: date | None = None
    provision_needed: bool | None = None
    closed_on: date | None = None
    closed_because: str | None = None

    @property
    def open(self) -> bool:
        return self.completed_on is None and self.closed_on is None


_NO_ROUND = Round(UUID(int=0), UUID(int=0), date.min, phase=Phase.ABSENT)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A case's assessments, oldest first; the last is the current one."""

    case_id: UUID | None = None
    person_id: UUID | None = None
    rounds: tuple[Round, ...] = ()
    joined: tuple[UUID, ...] = ()
    """Requests that are answered together with an earlier one."""
    social_care_referrals: tuple[SocialCareReferral, ...] = ()
    """Beside the rounds: social care may answer when the request is long over."""

    @property
    def now(self) -> Round:
        """The current round; one in which nothing has happened where none was opened."""
        return self.rounds[-1] if self.rounds else _NO_ROUND

    @property
    def phase(self) -> Phase:
        return self.now.phase

    def round_of(self, request_id: UUID) -> Round | None:
        return next((r for r in self.rounds if r.request_id == request_id), None)

    def change(self, request_id: UUID, **changes: Any) -> Assessment:
        """The state with some facts of one round changed."""
        return replace(
            self, rounds=tuple(replace(r, **changes) if r.request_id == request_id else r for r in self.rounds)
        )

    def find_referral(self, social_care_referral_id: UUID) -> SocialCareReferral:
        """Raises Rejected where no such referral to social care was made."""
        found = next(
            (r for r in self.social_care_referrals if r.social_care_referral_id == social_care_referral_id), None
        )
        if found is None:
            raise Rejected("unknown-social-care-referral", "No referral to social care with that id was made here.")
        return found

    def change_referral(self, social_care_referral_id: UUID, **changes: Any) -> Assessment:
        changed = (
            replace(r, **changes) if r.social_care_referral_id == social_care_referral_id else r
            for r in self.social_care_referrals
        )
        return replace(self, social_care_referrals=tuple(changed))

    def add_advice(self, request_id: UUID, advice: Advice) -> Assessment:
        known = self.round_of(request_id)
        return self.change(request_id, advice=(*(known.advice if known else ()), advice))

    def change_advice(self, request_id: UUID, advice_id: UUID, **changes: Any) -> Assessment:
        known = self.round_of(request_id)
        changed = (replace(a, **changes) if a.advice_id == advice_id else a for a in (known.advice if known else ()))
        return self.change(request_id, advice=tuple(changed))


def said(event: type[E], command: Command, state: Assessment, **more: Any) -> E:
    """The event with the current round's ids and every field it shares with the command; ``more`` says the rest."""
    ids = {"case_id": state.case_id, "person_id": state.person_id, "request_id": state.now.request_id}
    shared = {n: getattr(command, n) for n in event.model_fields if n in type(command).model_fields and n not in ids}
    return event(**{**{n: v for n, v in ids.items() if n in event.model_fields}, **shared, **more})


CORRECT = "If that date is wrong, correct it: POST /assessments/{case_id}/corrections."


def only_in(
    *phases: Phase, code: str, need: str, leads_to: Iterable[Phase] = ()
) -> Callable[[Assessment], Condition | None]:
    """A guard: the current round stands where ``need`` says it must.

    ``leads_to``: where it stands once this is recorded. Recorded again for another day, the answer says which day was
    recorded, and how to put it right.
    """
    after = frozenset(leads_to)

    def guard(state: Assessment) -> Condition | None:
        if state.phase in phases:
            return None
        recorded = f" That was on {state.now.since}. {CORRECT}" if state.phase in after else ""
        return Condition(code, f"{need} {NOW[state.phase]}{recorded}")

    return guard


def not_yet(phase: Phase, *, code: str) -> Callable[[Assessment], Condition | None]:
    """A guard: this very thing has not been recorded, which led the current round to where it stands."""

    def guard(state: Assessment) -> Condition | None:
        if state.phase is not phase:
            return None
        return Condition(code, f"{NOW[phase]} That was on {state.now.since}. {CORRECT}")

    return guard


def led_to(*phases: Phase) -> Callable[[Command, Assessment], bool]:
    """``already``: the current round came to stand there on the very day the command names."""
    return lambda command, state: state.phase in phases and state.now.since == command.occurred_on


def not_closed(state: Assessment) -> Condition | None:
    """A guard: the current round has not been closed."""
    if state.phase not in (Phase.CLOSED, Phase.ABSENT):
        return None
    return Condition("assessment-closed", f"Nothing more is recorded here. {NOW[state.phase]}")
