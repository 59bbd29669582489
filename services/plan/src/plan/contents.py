"""What a plan says, clause by clause: sections A to H, J and K (SEND Regulations 2014, reg 12); I is in ``state``.

Free text about the child and the names of advisers are personal. Codes, links and quantities are not: the checks of
``checks`` and the provision tracker read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import Field, model_validator

from plan.notices import Short, Text
from shared import Personal, Value


class NeedCode(StrEnum):
    """Types of need as the SEN2 return codes them."""

    SPLD = "SPLD"
    MLD = "MLD"
    SLD = "SLD"
    PMLD = "PMLD"
    SEMH = "SEMH"
    SLCN = "SLCN"
    HI = "HI"
    VI = "VI"
    MSI = "MSI"
    PD = "PD"
    ASD = "ASD"
    DS = "DS"
    OTH = "OTH"


class AreaOfNeed(StrEnum):
    """The four areas of the Code: communication and interaction, cognition and learning, SEMH, sensory or physical."""

    CI = "CI"
    CL = "CL"
    SEMH = "SEMH"
    SP = "SP"


_AREAS = {
    AreaOfNeed.CL: "SPLD MLD SLD PMLD",
    AreaOfNeed.SEMH: "SEMH",
    AreaOfNeed.CI: "SLCN ASD",
    AreaOfNeed.SP: "HI VI MSI PD",
}
AREA_OF: dict[NeedCode, AreaOfNeed] = {NeedCode(code): area for area, codes in _AREAS.items() for code in codes.split()}
"""The area a code belongs to. DS and OTH belong to none of the four."""

Rank = Literal["PRIMARY", "SECONDARY", "OTHER"]
Section = Literal["A", "B", "C", "D", "E", "F", "G", "H1", "H2", "J", "K"]
Refs = Annotated[tuple[Short, ...], Field(max_length=50)]
"""References to documents kept elsewhere."""
Ids = Annotated[tuple[UUID, ...], Field(max_length=50)]


class ViewsText(Value):
    """Section A: whose views, interests and aspirations, how they were given, and what they said."""

    captured_from: Literal["CHILD", "PARENT", "YOUNG_PERSON"]
    method: Literal["WRITTEN", "AUDIO", "VIDEO", "SYMBOLS", "ADVOCATE"]
    views: Personal[Text]
    document_ref: Short | None = None


class Views(ViewsText):
    views_id: UUID


class NeedText(Value):
    """A need: special educational (B), health (C) or social care (D)."""

    section: Literal["B", "C", "D"]
    area_of_need: AreaOfNeed | None = None
    need_code: NeedCode | None = None
    rank: Rank = "OTHER"
    description: Personal[Text] | None = None
    """Nothing only where the need was taken over from the need profile and nobody has described it yet."""
    evidence_refs: Refs = ()

    @model_validator(mode="before")
    @classmethod
    def _area_of_the_code(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("area_of_need") is None and data.get("need_code") in AREA_OF:
            return {**data, "area_of_need": AREA_OF[data["need_code"]]}
        return data

    @model_validator(mode="after")
    def _special_educational_needs_have_a_kind(self) -> Self:
        if self.section == "B" and self.area_of_need is None and self.need_code is None:
            raise ValueError("a need in section B has an area_of_need or a need_code")
        return self


class Need(NeedText):
    need_id: UUID


class PfaTheme(StrEnum):
    """Preparing for adulthood."""

    EMPLOYMENT = "EMPLOYMENT"
    INDEPENDENCE = "INDEPENDENCE"
    COMMUNITY = "COMMUNITY"
    HEALTH = "HEALTH"


class OutcomeText(Value):
    """Section E: what is to be achieved, by when, and how one will know."""

    need_ids: Ids = ()
    statement: Personal[Text]
    by_when: date
    pfa_theme: PfaTheme | None = None
    measure: Personal[Text] | None = None


class Outcome(OutcomeText):
    outcome_id: UUID


class ProvisionText(Value):
    """Section F, G, H1 or H2: who does what, how often, for how long, with how many, and who answers for it.

    What is missing may be filled in later, but a draft is not served without it (see ``checks``).
    """

    section: Literal["F", "G", "H1", "H2"]
    need_ids: Ids = ()
    outcome_ids: Ids = ()
    what: Personal[Text]
    delivered_by_role: Short | None = None
    frequency_count: Annotated[int, Field(ge=1, le=500)] | None = None
    frequency_period: Literal["DAY", "WEEK", "FORTNIGHT", "MONTH", "HALF_TERM", "TERM", "YEAR"] | None = None
    duration_minutes: Annotated[int, Field(ge=1, le=10_080)] | None = None
    throughout_the_day: bool = False
    """Said instead of a duration: the support is there the whole day."""
    max_group_size: Annotated[int, Field(ge=1, le=100)] | None = None
    """1 for individual support."""
    setting: Short | None = None
    """Where it is given."""
    start_from: date | None = None
    responsible_body: Short | None = None
    funding_element: Literal["E1", "E2", "E3", "HEALTH", "CARE"] | None = None


class Provision(ProvisionText):
    provision_id: UUID
    health_agreed: bool = False
    health_agreed_on: date | None = None
    care_agreed: bool = False
    care_agreed_on: date | None = None


class AdviceText(Value):
    """Section K: a piece of advice obtained under reg 6, attached to the plan."""

    advice_type: Literal[
        "PARENT_YP", "EDUCATION", "MEDICAL", "PSYCHOLOGY", "SOCIAL_CARE", "OTHER", "PFA", "REQUESTED_BY_FAMILY"
    ]
    author: Personal[Short]
    author_role: Short
    requested_on: date | None = None
    received_on: date
    document_ref: Short


class Advice(AdviceText):
    advice_id: UUID


class BudgetItem(Value):
    """One sum in section J. ``amount`` in pounds a year."""

    provision_id: UUID
    amount: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
    form: Literal["ORGANISED", "DIRECT_PAYMENT"]
    paid_by: Literal["EDUCATION", "HEALTH", "CARE"]


Clause = Views | Need | Outcome | Provision | Advice
C = TypeVar("C", Views, Need, Outcome, Provision, Advice)


def id_of(clause: Clause) -> UUID:
    match clause:
        case Views():
            return clause.views_id
        case Need():
            return clause.need_id
        case Outcome():
            return clause.outcome_id
        case Provision():
            return clause.provision_id
        case Advice():
            return clause.advice_id


def section_of(clause: Clause) -> Section:
    match clause:
        case Views():
            return "A"
        case Outcome():
            return "E"
        case Advice():
            return "K"
        case _:
            return clause.section


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of one version of a plan."""

    views: tuple[Views, ...] = ()
    needs: tuple[Need, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    provisions: tuple[Provision, ...] = ()
    advice: tuple[Advice, ...] = ()
    budget: tuple[BudgetItem, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return (*self.views, *self.needs, *self.outcomes, *self.provisions, *self.advice)

    def get(self, clause_id: UUID) -> Clause | None:
        return next((clause for clause in self.clauses if id_of(clause) == clause_id), None)

    def need(self, need_id: UUID) -> Need | None:
        return next((n for n in self.needs if n.need_id == need_id), None)

    def outcome(self, outcome_id: UUID) -> Outcome | None:
        return next((o for o in self.outcomes if o.outcome_id == outcome_id), None)

    def provision(self, provision_id: UUID) -> Provision | None:
        return next((p for p in self.provisions if p.provision_id == provision_id), None)

    def put(self, clause: Clause) -> Contents:
        """With this clause, in the place of the one with its id or at the end of its section."""
        match clause:
            case Views():
                return replace(self, views=_put(self.views, clause))
            case Need():
                return replace(self, needs=_put(self.needs, clause))
            case Outcome():
                return replace(self, outcomes=_put(self.outcomes, clause))
            case Provision():
                return replace(self, provisions=_put(self.provisions, clause))
            case Advice():
                return replace(self, advice=_put(self.advice, clause))

    def without(self, clause_id: UUID) -> Contents:
        """Without this clause and without any link to it."""
        return Contents(
            views=tuple(v for v in self.views if v.views_id != clause_id),
            needs=tuple(n for n in self.needs if n.need_id != clause_id),
            outcomes=tuple(
                o.model_copy(update={"need_ids": _without(o.need_ids, clause_id)})
                for o in self.outcomes
                if o.outcome_id != clause_id
            ),
            provisions=tuple(
                p.model_copy(
                    update={
                        "need_ids": _without(p.need_ids, clause_id),
                        "outcome_ids": _without(p.outcome_ids, clause_id),
                    }
                )
                for p in self.provisions
                if p.provision_id != clause_id
            ),
            advice=tuple(a for a in self.advice if a.advice_id != clause_id),
            budget=tuple(b for b in self.budget if b.provision_id != clause_id),
        )

    def label(self, clause_id: UUID) -> str:
        """How people name a clause: its section and its number in it, ``F2``. Says nothing about the child."""
        clause = self.get(clause_id)
        if clause is None:
            return str(clause_id)
        section = section_of(clause)
        peers = [id_of(c) for c in self.clauses if section_of(c) == section]
        return f"{section}{'.' if section[0] == 'H' else ''}{peers.index(clause_id) + 1}"

    def labels(self, clause_ids: Iterable[UUID]) -> str:
        """Labels of several clauses, in the order of the plan."""
        wanted = set(clause_ids)
        known = [id_of(c) for c in self.clauses if id_of(c) in wanted]
        return ", ".join([*map(self.label, known), *sorted(str(i) for i in wanted.difference(known))])


_NUMBER: dict[type[Value], Callable[[Any], int]] = {
    Views: attrgetter("views_id.int"),
    Need: attrgetter("need_id.int"),
    Outcome: attrgetter("outcome_id.int"),
    Provision: attrgetter("provision_id.int"),
    Advice: attrgetter("advice_id.int"),
}
"""A clause's id as a number: every event of the text compares it with all others, and UUIDs compare slowly."""


def _put(clauses: tuple[C, ...], clause: C) -> tuple[C, ...]:
    number_of = _NUMBER[type(clause)]
    number = number_of(clause)
    for position, other in enumerate(clauses):
        if number_of(other) == number:
            return clauses[:position] + (clause,) + clauses[position + 1 :]  # noqa: RUF005 - a star loses the type
    return clauses + (clause,)  # noqa: RUF005


def _without(ids: Sequence[UUID], id: UUID) -> tuple[UUID, ...]:
    return tuple(i for i in ids if i != id)


class Change(Value):
    """One clause that differs between two versions. ``clause_id`` is None for section J, which is one whole."""

    clause_id: UUID | None
    section: Section
    change: Literal["ADDED", "REVISED", "WITHDRAWN"]


def changes(before: Contents, after: Contents) -> tuple[Change, ...]:
    """Clause by clause, in the order of the plan; withdrawn ones last. That a clause was agreed is no change of it."""
    old = {id_of(c): _wording(c) for c in before.clauses}
    new = {id_of(c): c for c in after.clauses}
    found = [
        Change(clause_id=i, section=section_of(c), change="REVISED" if i in old else "ADDED")
        for i, c in new.items()
        if old.get(i) != _wording(c)
    ]
    if before.budget != after.budget:
        found.append(Change(clause_id=None, section="J", change="REVISED" if before.budget else "ADDED"))
    gone = [c for i, c in old.items() if i not in new]
    return (*found, *(Change(clause_id=id_of(c), section=section_of(c), change="WITHDRAWN") for c in gone))


def _wording(clause: Clause) -> Clause:
    if isinstance(clause, Provision):
        nobody = {"health_agreed": False, "health_agreed_on": None, "care_agreed": False, "care_agreed_on": None}
        return clause.model_copy(update=nobody)
    return clause
