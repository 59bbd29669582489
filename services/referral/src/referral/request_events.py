"""What happens to requests for an EHC needs assessment, as it is stored and published."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared import DateCorrected, Event

from .codes import Channel, Source


class Basis(StrEnum):
    """How the authority became responsible (s.24(1))."""

    IDENTIFIED = "IDENTIFIED"
    BROUGHT_TO_ATTENTION = "BROUGHT_TO_ATTENTION"


class Outcome(StrEnum):
    """How a round of the request ended."""

    REFUSED_TO_ASSESS = "REFUSED_TO_ASSESS"
    REFUSED_TO_ISSUE = "REFUSED_TO_ISSUE"
    PLAN_ISSUED = "PLAN_ISSUED"


class EhcNeedsAssessmentRequested(Event):
    """A parent, young person, school or post-16 institution asked for an EHC needs assessment (s.36(1)).

    ``occurred_on`` is the day it reached any part of the authority: the 6, 16 and 20 weeks count from it.
    """

    type: Literal["referral.ehc-needs-assessment-requested"] = "referral.ehc-needs-assessment-requested"
    case_id: UUID
    person_id: UUID
    request_id: UUID
    source: Source
    channel: Channel
    setting_id: UUID | None = None
    evidence_refs: tuple[str, ...] = ()
    apdr_cycles: int | None = None
    in_relevant_youth_accommodation: bool = False
    within_six_months_of_refusal: bool = False


class LocalAuthorityBecameResponsible(Event):
    """The child was identified by the authority or brought to its attention by somebody else (s.24).

    The same clocks run as after a request; ``occurred_on`` is the day the authority knew.
    """

    type: Literal["referral.local-authority-became-responsible"] = "referral.local-authority-became-responsible"
    case_id: UUID
    person_id: UUID
    request_id: UUID
    source: Source
    basis: Basis
    channel: Channel
    from_org: str | None = None
    evidence_refs: tuple[str, ...] = ()
    in_relevant_youth_accommodation: bool = False
    within_six_months_of_refusal: bool = False


class DuplicateRequestLinked(Event):
    """Another request for the same child arrived while one was open: linked to it, and its clock goes on."""

    type: Literal["referral.duplicate-request-linked"] = "referral.duplicate-request-linked"
    case_id: UUID
    request_id: UUID
    linked_id: UUID
    source: Source
    channel: Channel
    days_after_first: int
    within_28_days: bool
    evidence_refs: tuple[str, ...] = ()


class RequestAcknowledged(Event):
    """The requester was told that it arrived and by when the decision is due."""

    type: Literal["referral.request-acknowledged"] = "referral.request-acknowledged"
    case_id: UUID
    request_id: UUID
    decision_due_on: date
    caseworker: str | None = None


class AssessmentRequestWithdrawn(Event):
    """Nobody who asked still wants the assessment; its clocks stop."""

    type: Literal["referral.assessment-request-withdrawn"] = "referral.assessment-request-withdrawn"
    case_id: UUID
    request_id: UUID
    by: Source
    in_writing: bool


class RequestRoundEnded(Event):
    """The request was answered, as the assessment or plan service tells. ``occurred_on`` is the notice's day."""

    type: Literal["referral.request-round-ended"] = "referral.request-round-ended"
    case_id: UUID
    request_id: UUID
    outcome: Outcome


class RequestRoundReopened(Event):
    """A refusal was reversed, so the same request goes on."""

    type: Literal["referral.request-round-reopened"] = "referral.request-round-reopened"
    case_id: UUID
    request_id: UUID


class PlanHoldingNoted(Event):
    """This authority maintains a plan for the child from now on, or no longer does."""

    type: Literal["referral.plan-holding-noted"] = "referral.plan-holding-noted"
    case_id: UUID
    plan_id: UUID
    held: bool


class RequestDateCorrected(DateCorrected):
    """A date of the requests was recorded wrongly."""

    type: Literal["referral.request-date-corrected"] = "referral.request-date-corrected"
    case_id: UUID


RequestEvent = (
    EhcNeedsAssessmentRequested
    | LocalAuthorityBecameResponsible
    | DuplicateRequestLinked
    | RequestAcknowledged
    | AssessmentRequestWithdrawn
    | RequestRoundEnded
    | RequestRoundReopened
    | PlanHoldingNoted
    | RequestDateCorrected
)
