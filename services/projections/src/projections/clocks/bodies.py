"""The shapes of answers about deadlines, as the API's document shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from projections.web import FreshnessBody

StatusCode = Literal[
    "not-started", "running", "met", "met-late", "overdue", "relieved", "met-under-exception", "closed", "superseded",
    "undecided", "unknown",
]  # fmt: skip


class ExceptionClaimed(BaseModel):
    """An exception that was claimed for this limit. It never moves the due date."""

    exception_id: str
    ground: str = Field(examples=["AWAY_4W"])
    from_: date | None = Field(alias="from")
    to: date | None
    claimed_on: date
    family_told_on: date | None
    applies: bool
    why: str
    claimed_after_breach: bool


class ClockBody(BaseModel):
    """One time limit of a case. Dates are London civil dates; a limit is in time on its last day."""

    clock_id: str = Field(examples=["issue-final-plan:5f6c0d1e-0000-5000-8000-000000000001"])
    rule: str = Field(examples=["issue-final-plan"])
    title: str = Field(examples=["Issue the final plan"])
    kind: Literal["S", "P", "G", "I", "N"] = Field(
        description="S statute, P Tribunal procedure, G statutory guidance, I inferred, N announced and not law."
    )
    owner: str = Field(examples=["LA"])
    legal_ref: str = Field(examples=["reg 13(2)"])
    rule_set: str = Field(examples=["CFA2014"])
    started_on: date
    counted_from: date
    due_on: date | None = Field(description="The last day in time; null where the law names none.")
    due_at_1700: bool = Field(description="Tribunal limits end at 17:00 on their last day, all others at midnight.")
    met_on: date | None
    closed_on: date | None
    superseded_on: date | None
    status: str = Field(
        examples=["due in 3 days", "5 days late", "met 2 days early", "unknown: data is 40 s behind"],
        description="In words. Where the data is older than the limit: unknown, never on time.",
    )
    status_code: StatusCode = Field(
        description="`overdue` with `breached` false: a right whose time has passed, which is nobody's breach."
    )
    days: int | None = Field(description="Days left, early or late, as the code says.")
    breached: bool | None = Field(description="The limit was not kept, or excused only afterwards; null if unknown.")
    exceptions: list[ExceptionClaimed]
    flags: list[str] = Field(description="Codes of things to look at.")


class CaseDeadlines(BaseModel):
    """Every clock of a case, by due date."""

    case_id: UUID
    as_at: datetime
    clocks: list[ClockBody]
    freshness: FreshnessBody


class Explanation(BaseModel):
    """Why a clock stands as it does: the events it counted from, the rule, the arithmetic, the reference."""

    case_id: UUID
    as_at: datetime
    clock: ClockBody
    paragraph: str = Field(examples=["The final plan must be issued within 20 weeks …"])
    explanation: dict[str, Any]
    freshness: FreshnessBody


class WorklistItem(ClockBody):
    case_id: UUID
    name: str | None = Field(
        examples=["Test-Child Kestrel"], description="The child's, where you asked for `names`; else null."
    )
    caseworker: str | None
    team: str | None


class Worklist(BaseModel):
    """Clocks by due date, those without a last day at the end."""

    today: date
    items: list[WorklistItem]
    next: str | None = Field(description="Pass it as `cursor` for what follows; null at the end.")
    freshness: FreshnessBody


class Before(BaseModel):
    due_on: date | None
    status: str
    status_code: StatusCode


class ClockIf(ClockBody):
    before: Before | None = Field(description="How it stands now; null for a clock that would be new.")
    changed: bool


class CaseIf(BaseModel):
    """The case's clocks as they would be. Nothing was recorded."""

    case_id: UUID
    as_of: date
    clocks: list[ClockIf]
    gone: list[str] = Field(description="Clocks there would no longer be.")
    freshness: FreshnessBody
