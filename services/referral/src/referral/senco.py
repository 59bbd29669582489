"""The SENCo register: who coordinates SEN in a setting, and the qualification that has to follow.

A SENCo of a mainstream school holds the NPQ within three years of appointment (in force since 1 September 2024),
unless they hold the older award or have been in post since before September 2009 (`green-paper.md` 7.1). One
stream per appointment. No names: ``senco_id`` is the authority's own reference to a member of staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from dateutil.relativedelta import relativedelta
from pydantic import Field

from shared import UNFILLED, Command, Condition, DateCorrected, Decider, Decision, Event, NewId, Rejected

from .codes import Short

WITHIN = relativedelta(years=3)
COURSE = relativedelta(months=22)
"""The longest the course usually takes: whoever starts later than this before the due date is at risk."""

Qualification = Literal["NPQ_SENCO", "NASENCO"]
ExemptionBasis = Literal["NASENCO_HELD", "POST_BEFORE_2009"]

# --- events ---


class SencoAppointed(Event):
    """A member of staff became SENCo of a setting; three years begin."""

    type: Literal["referral.senco-appointed"] = "referral.senco-appointed"
    senco_id: UUID
    setting_id: UUID
    qualified_teacher: bool
    is_head: bool
    fte: float
    protected_hours_week: float
    senior_leader: bool


class SencoQualificationStarted(Event):
    """The course has begun."""

    type: Literal["referral.senco-qualification-started"] = "referral.senco-qualification-started"
    senco_id: UUID
    qualification: Qualification
    provider: str
    expected_by: date


class SencoQualificationAwarded(Event):
    """The award was received: the requirement is met."""

    type: Literal["referral.senco-qualification-awarded"] = "referral.senco-qualification-awarded"
    senco_id: UUID
    qualification: Qualification
    certificate_ref: str


class SencoExemptionRecorded(Event):
    """No qualification is needed, for this reason."""

    type: Literal["referral.senco-exemption-recorded"] = "referral.senco-exemption-recorded"
    senco_id: UUID
    basis: ExemptionBasis
    evidence_ref: str


class SencoLeftPost(Event):
    """They are no longer SENCo of that setting."""

    type: Literal["referral.senco-left-post"] = "referral.senco-left-post"
    senco_id: UUID
    successor_id: UUID | None = None


class SencoDateCorrected(DateCorrected):
    """A date on the register was wrong."""

    type: Literal["referral.senco-date-corrected"] = "referral.senco-date-corrected"
    senco_id: UUID


SencoEvent = (
    SencoAppointed
    | SencoQualificationStarted
    | SencoQualificationAwarded
    | SencoExemptionRecorded
    | SencoLeftPost
    | SencoDateCorrected
)

# --- state ---


class Standing(StrEnum):
    """Where a SENCo stands on a day."""

    COMPLIANT = "COMPLIANT"
    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class Senco:
    setting_id: UUID | None = None
    appointed_on: date | None = None
    qualify_by: date | None = None
    started_on: date | None = None
    expected_by: date | None = None
    awarded_on: date | None = None
    exempt: ExemptionBasis | None = None
    left_on: date | None = None


def standing(state: Senco, today: date) -> Standing:
    """COMPLIANT, ON_TRACK, AT_RISK (not started and too late for a whole course, or ending too late) or OVERDUE."""
    if state.awarded_on is not None or state.exempt is not None or state.qualify_by is None:
        return Standing.COMPLIANT
    if today > state.qualify_by:
        return Standing.OVERDUE
    late_end = state.expected_by is not None and state.expected_by > state.qualify_by
    too_late_to_start = state.started_on is None and today > state.qualify_by - COURSE
    return Standing.AT_RISK if late_end or too_late_to_start else Standing.ON_TRACK


def evolve(state: Senco, event: SencoEvent) -> Senco:
    match event:
        case SencoAppointed():
            return Senco(event.setting_id, event.occurred_on, event.occurred_on + WITHIN)
        case SencoQualificationStarted():
            return replace(state, started_on=event.occurred_on, expected_by=event.expected_by)
        case SencoQualificationAwarded():
            return replace(state, awarded_on=event.occurred_on)
        case SencoExemptionRecorded():
            return replace(state, exempt=event.basis)
        case SencoLeftPost():
            return replace(state, left_on=event.occurred_on)
        case SencoDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class AppointSenco(Command):
    """A setting appoints a SENCo: a qualified teacher, or the head."""

    senco_id: NewId = UNFILLED
    setting_id: UUID
    qualified_teacher: bool
    is_head: bool = False
    fte: float = Field(gt=0, le=1)
    protected_hours_week: float = Field(ge=0, le=40)
    senior_leader: bool = False


class RecordQualificationStart(Command):
    """The SENCo began the course."""

    senco_id: UUID
    qualification: Qualification = "NPQ_SENCO"
    provider: Short
    expected_by: date


class RecordQualificationAward(Command):
    """The SENCo has the award."""

    senco_id: UUID
    qualification: Qualification = "NPQ_SENCO"
    certificate_ref: Short


class RecordExemption(Command):
    """The SENCo needs no qualification."""

    senco_id: UUID
    basis: ExemptionBasis
    evidence_ref: Short


class RecordSencoLeft(Command):
    """The SENCo left the post."""

    senco_id: UUID
    successor_id: UUID | None = None


# --- decisions ---


def appoint(command: AppointSenco, state: Senco) -> Sequence[SencoEvent]:
    if not (command.qualified_teacher or command.is_head):
        raise Rejected(
            "not-a-qualified-teacher", "A school's SENCo is a qualified teacher or the head (CFA 2014, s.67)."
        )
    return [SencoAppointed(**command.model_dump(exclude={"by", "at", "command_id"}))]


def record_start(command: RecordQualificationStart, state: Senco) -> Sequence[SencoEvent]:
    return [SencoQualificationStarted(**command.model_dump(exclude={"by", "at", "command_id"}))]


def record_award(command: RecordQualificationAward, state: Senco) -> Sequence[SencoEvent]:
    return [SencoQualificationAwarded(**command.model_dump(exclude={"by", "at", "command_id"}))]


def record_exemption(command: RecordExemption, state: Senco) -> Sequence[SencoEvent]:
    if command.basis == "POST_BEFORE_2009" and state.appointed_on and state.appointed_on >= date(2009, 9, 1):
        raise Rejected("appointed-later", f"The appointment began on {state.appointed_on}, after 1 September 2009.")
    return [SencoExemptionRecorded(**command.model_dump(exclude={"by", "at", "command_id"}))]


def record_left(command: RecordSencoLeft, state: Senco) -> Sequence[SencoEvent]:
    return [SencoLeftPost(**command.model_dump(exclude={"by", "at", "command_id"}))]


def _new(state: Senco) -> Condition | None:
    return Condition("appointed", "This appointment is on the register.") if state.appointed_on else None


def _appointed(state: Senco) -> Condition | None:
    return None if state.appointed_on else Condition("not-appointed", "Enter the appointment first: POST /sencos.")


_CORRECT = "If that date is wrong, correct it: POST /sencos/{senco_id}/corrections."


def _in_post(state: Senco) -> Condition | None:
    if state.left_on is None:
        return None
    return Condition("left-post", f"The SENCo left on {state.left_on}. {_CORRECT}")


def _not_awarded(state: Senco) -> Condition | None:
    if state.awarded_on is None:
        return None
    return Condition("awarded", f"The qualification was awarded on {state.awarded_on}. {_CORRECT}")


senco = Decider(
    name="senco",
    key="senco_id",
    initial=Senco(),
    evolve=evolve,
    events=SencoEvent,
    decisions=[
        Decision(AppointSenco, appoint, when=[_new], opens=True),
        Decision(
            RecordQualificationStart,
            record_start,
            when=[_appointed, _in_post, _not_awarded],
            already=lambda c, s: (s.started_on, s.expected_by) == (c.occurred_on, c.expected_by),
        ),
        Decision(
            RecordQualificationAward,
            record_award,
            when=[_appointed, _in_post, _not_awarded],
            already=lambda c, s: s.awarded_on == c.occurred_on,
        ),
        Decision(
            RecordExemption, record_exemption, when=[_appointed, _in_post], already=lambda c, s: s.exempt == c.basis
        ),
        Decision(
            RecordSencoLeft, record_left, when=[_appointed, _in_post], already=lambda c, s: s.left_on == c.occurred_on
        ),
    ],
)
