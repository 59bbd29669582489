"""What the rules of a plan look at. One stream holds every plan a child ever had in an authority, one after the other.

The state is also what ``GET /plans/{case_id}`` shows: the text in force and the text being worked on, with the checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import computed_field

from plan.checks import Checks, check, year_group_on
from plan.contents import Contents
from plan.working_days import appeal_until, three_months_beginning_with, twelve_months_beginning_with
from shared import UNFILLED, Personal


class Status(StrEnum):
    ABSENT = "ABSENT"
    DRAFTING = "DRAFTING"
    MAINTAINED = "MAINTAINED"
    CLOSED = "CLOSED"
    """Drafting ended without a plan."""
    CEASED = "CEASED"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"


class Basis(StrEnum):
    """Why the text of a plan is open for change."""

    FIRST_DRAFT = "FIRST_DRAFT"
    TRANSFER_IN = "TRANSFER_IN"
    """Another authority's plan is being entered as it stands."""
    REVIEW = "REVIEW"
    WITHOUT_REVIEW = "WITHOUT_REVIEW"
    """Reg 28."""
    REASSESSMENT = "REASSESSMENT"
    ORDER = "ORDER"
    CONCESSION = "CONCESSION"
    AGREEMENT = "AGREEMENT"
    """A mediation agreement."""


BY_DRAFT = frozenset({Basis.FIRST_DRAFT, Basis.REASSESSMENT})
"""The family sees a draft first (reg 13, and reg 27 applying it)."""
BY_NOTICE = frozenset({Basis.REVIEW, Basis.WITHOUT_REVIEW})
"""The family sees a notice of proposed amendments first (reg 22, and reg 28 applying it)."""
BY_MANDATE = frozenset({Basis.ORDER, Basis.CONCESSION, Basis.AGREEMENT})
"""What changes is settled, by the Tribunal or with the family; the plan is amended at once (regs 42, 44, 45)."""

RightsHolder = Literal["PARENT", "OTHER_PARENT", "YOUNG_PERSON", "ALTERNATIVE_PERSON"]
"""Who holds the family's rights; an alternative person stands in where a young person lacks capacity (reg 64)."""

NamingDecision = Literal["NAMED", "TYPE_ONLY", "EOTAS"]

WINDOW = timedelta(days=15)
"""A family has at least 15 days beginning with the day of service; from the sixteenth the authority may go on."""


@dataclass(frozen=True, slots=True)
class SectionI:
    """Where the child is to be educated: a named setting, a type of setting, or otherwise than at school (s.61)."""

    naming_id: UUID | None
    decision: NamingDecision
    setting_id: UUID | None
    setting_name: str | None
    setting_type: str


@dataclass(frozen=True, slots=True)
class Served:
    """A draft or an amendment notice the family has, and what has happened to it since."""

    sent_on: date
    served_on: date
    version: int | None = None
    notice_id: UUID | None = None
    rights_holders: tuple[RightsHolder, ...] = ()
    finished: tuple[RightsHolder, ...] = ()
    changed_by_representations: tuple[UUID, ...] = ()
    changed_otherwise: tuple[UUID, ...] = ()
    meeting_asked_on: date | None = None
    meeting_held_on: date | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def window_last_day(self) -> date:
        return self.served_on + WINDOW - timedelta(days=1)

    @property
    def all_finished(self) -> bool:
        return set(self.rights_holders) <= set(self.finished)


@dataclass(frozen=True, slots=True)
class Work:
    """The text is open: why, and what the family has seen of it."""

    basis: Basis
    begun_on: date
    source_id: UUID | None = None
    """The review, order, dispute, agreement or re-assessment it follows from."""
    served: Served | None = None
    representation_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Mandate:
    """A settled reason to change the plan that other streams told this one about."""

    mandate_id: UUID
    basis: Basis
    since: date
    used: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    review_id: UUID
    kind: str
    meeting_on: date
    scheduled_on: date
    invited_on: date | None = None
    advice_circulated_on: date | None = None
    held_on: date | None = None
    report_on: date | None = None
    decided_on: date | None = None
    outcome: str | None = None
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PhaseTransfer:
    transfer_id: UUID
    kind: str
    from_phase: str
    to_phase: str
    transfer_on: date
    named: bool = False
    """The plan names where the child goes after it."""


@dataclass(frozen=True, slots=True)
class Running:
    """An item of provision that is in place, since when and by whom."""

    since: date
    provider: str | None


@dataclass(frozen=True, slots=True)
class Failing:
    """An item of provision that somebody reported not to be there."""

    since: date
    reported_by: str
    what: Personal[str]


@dataclass(frozen=True, slots=True)
class Dispute:
    """As much of a dispute as decides whether the plan may end."""

    dispute_id: UUID
    decision_id: UUID | None
    adviser_on: date | None = None
    certificate_on: date | None = None
    appeal_on: date | None = None
    ended_on: date | None = None

    @property
    def appeal_open(self) -> bool:
        return self.appeal_on is not None and self.ended_on is None


@dataclass(frozen=True, slots=True)
class OutOfEducation:
    """The child or young person is not in education or training: since it happened (18 and over) or was found."""

    since: date
    adult: bool
    """18 or over: reg 30; else reg 29(2)."""


@dataclass(frozen=True, slots=True)
class CeaseDecision:
    """The decision to cease, recorded before its notice."""

    decision_id: UUID
    on: date
    reason: int


@dataclass(frozen=True, slots=True)
class Ceasing:
    """Ceasing to maintain the plan, from the first thought to the end of the appeal period (s.45, regs 29 to 31)."""

    considered_on: date
    ground: str
    left_education_on: date | None
    family_consulted_on: date | None = None
    setting_consulted_on: date | None = None
    made: CeaseDecision | None = None
    decided_on: date | None = None
    """When the decision was notified: the appeal period runs from there."""
    decision_id: UUID | None = None
    reason: int | None = None
    upheld_on: date | None = None
    """The Tribunal dismissed the appeal: the plan ends at once (reg 44(2)(a))."""


@dataclass(frozen=True, slots=True)
class Plan:
    status: Status = Status.ABSENT
    round: int = 0
    """1 for the first plan of this child in this authority."""
    case_id: UUID = UNFILLED
    person_id: UUID = UNFILLED
    plan_id: UUID = UNFILLED
    request_id: UUID | None = None
    order_id: UUID | None = None
    move_id: UUID | None = None
    reason: str | None = None
    opened_on: date | None = None
    year_group: int | None = None
    year_group_recorded_on: date | None = None

    contents: Contents = field(default_factory=Contents)
    """The text: as being worked on while ``work`` is there, else as in force."""
    in_force: Contents | None = None
    work: Work | None = None
    drafts: int = 0
    version: int = 0
    """Of the last final or amended final plan; 0 before the first."""
    named: SectionI | None = None
    """Decided for the next final plan."""
    section_i: SectionI | None = None
    """Of the plan in force."""
    mandates: tuple[Mandate, ...] = ()
    budget_asked_on: date | None = None

    first_made_on: date | None = None
    issued_on: date | None = None
    transferred_in_on: date | None = None
    last_reviewed_on: date | None = None
    review: Review | None = None
    """The review under way."""
    reviews: tuple[Review, ...] = ()
    """Decided ones, oldest first."""
    review_requests: tuple[UUID, ...] = ()
    """Requests for an early review that nobody has answered."""
    review_suggestions: tuple[UUID, ...] = ()
    transfer: PhaseTransfer | None = None
    maintain_until: date | None = None

    provision_running: Mapping[UUID, Running] = field(default_factory=dict)
    provision_failing: Mapping[UUID, Failing] = field(default_factory=dict)
    delivery_checks: tuple[UUID, ...] = ()
    """Interventions for which the delivery of section F is still to be checked."""
    delivery_checked: tuple[UUID, ...] = ()
    exceptions: tuple[UUID, ...] = ()
    exceptions_over: Mapping[UUID, date] = field(default_factory=dict)

    impractical_found_on: date | None = None
    """When it was found that a child who moved here cannot attend the setting named (reg 15)."""
    out_of_education: OutOfEducation | None = None
    education_resumed_on: date | None = None

    ceasing: Ceasing | None = None
    disputes: tuple[Dispute, ...] = ()
    ended_on: date | None = None
    end_reason: int | None = None
    """As SEN2 codes it; None where the plan went to another authority, or was never made."""
    past_plan_ids: tuple[UUID, ...] = ()

    @property
    def maintained(self) -> bool:
        return self.status is Status.MAINTAINED

    @property
    def live(self) -> bool:
        return self.status in (Status.DRAFTING, Status.MAINTAINED)

    @property
    def served(self) -> Served | None:
        return self.work.served if self.work is not None else None

    def decided_review(self, review_id: UUID | None) -> Review | None:
        return next((r for r in self.reviews if r.review_id == review_id), None)

    def year_group_on(self, day: date) -> int | None:
        if self.year_group is None or self.year_group_recorded_on is None:
            return None
        return year_group_on(day, recorded=self.year_group, recorded_on=self.year_group_recorded_on)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def checks(self) -> Checks:
        """Of the text being worked on, or in force."""
        return check(self.contents, self.year_group) if self.plan_id != UNFILLED else Checks()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def review_due_on(self) -> date | None:
        """By when the next annual review must be concluded (s.44(1); after a transfer in, reg 15(5))."""
        since = self.last_reviewed_on or self.first_made_on
        if since is None or not self.maintained:
            return None
        due = twelve_months_beginning_with(since)
        if self.transferred_in_on is not None and since < self.transferred_in_on:
            due = max(due, three_months_beginning_with(self.transferred_in_on))
        return due

    @computed_field  # type: ignore[prop-decorator]
    @property
    def may_be_issued_from(self) -> date | None:
        """The first day after the family's window on the draft or notice it has."""
        return self.served.served_on + WINDOW if self.served is not None else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def appeal_until(self) -> date | None:
        """The last day of the appeal period after a decision to cease, as far as it can be known now."""
        if self.ceasing is None or self.ceasing.decided_on is None:
            return None
        certificates = [d.certificate_on for d in self.cease_disputes if d.certificate_on is not None]
        return appeal_until(self.ceasing.decided_on, max(certificates, default=None))

    @property
    def cease_disputes(self) -> tuple[Dispute, ...]:
        """Disputes about the decision to cease, and any that does not say which decision it is about."""
        if self.ceasing is None:
            return ()
        return tuple(d for d in self.disputes if d.decision_id in (None, self.ceasing.decision_id))

    def with_served(self, **changes: object) -> Plan:
        assert self.work is not None
        assert self.work.served is not None
        served = replace(self.work.served, **changes)  # type: ignore[arg-type]
        return replace(self, work=replace(self.work, served=served))
