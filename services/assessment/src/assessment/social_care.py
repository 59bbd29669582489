"""A referral to children's social care that the assessment gives rise to, and the statutory assessment that follows.

The 45 working days of Working Together run from the day social care received the referral, whatever day it was accepted
on. They are social care's own: they outlast the request for a plan, and nothing of the plan waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import UNFILLED, Command, Condition, Decision, NewId, Personal, Rejected

from .codes import Short, Text
from .dates import refuse_before
from .rounds import CORRECT, Assessment, RoundEvent, SocialCareReferral, not_closed, said


class WhyNotAssessed(StrEnum):
    """Why social care makes no statutory assessment after all."""

    NOT_ACCEPTED = "NOT_ACCEPTED"
    FAMILY_DECLINED = "FAMILY_DECLINED"
    """An assessment of a child in need is made with consent."""
    MOVED_AWAY = "MOVED_AWAY"
    MADE_ALREADY = "MADE_ALREADY"
    """Social care is assessing the child already, or has just done so."""


# --- events ---


class SocialCareReferralMade(RoundEvent):
    """The assessment gave rise to a referral, which social care received on ``occurred_on``: its clock starts."""

    type: Literal["assessment.social-care-referral-made"] = "assessment.social-care-referral-made"
    person_id: UUID
    social_care_referral_id: UUID
    service: str
    reasons: Personal[Text] | None = None


class SocialCareAssessmentCompleted(RoundEvent):
    """Social care completed its statutory assessment. What it found about the child stays in its report."""

    type: Literal["assessment.social-care-assessment-completed"] = "assessment.social-care-assessment-completed"
    social_care_referral_id: UUID
    provision_needed: bool
    document_ref: str | None = None


class SocialCareReferralClosed(RoundEvent):
    """Social care makes no statutory assessment on this referral."""

    type: Literal["assessment.social-care-referral-closed"] = "assessment.social-care-referral-closed"
    social_care_referral_id: UUID
    reason: WhyNotAssessed


SocialCareEvent = SocialCareReferralMade | SocialCareAssessmentCompleted | SocialCareReferralClosed


def evolve(state: Assessment, event: SocialCareEvent) -> Assessment:
    on = event.occurred_on
    match event:
        case SocialCareReferralMade():
            made = SocialCareReferral(event.social_care_referral_id, event.request_id, on, event.service)
            return replace(state, social_care_referrals=(*state.social_care_referrals, made))
        case SocialCareAssessmentCompleted():
            return state.change_referral(
                event.social_care_referral_id, completed_on=on, provision_needed=event.provision_needed
            )
        case SocialCareReferralClosed():
            return state.change_referral(event.social_care_referral_id, closed_on=on, closed_because=event.reason)
        case _ as never:
            assert_never(never)


# --- commands ---


class ReferToSocialCare(Command):
    """Record that the assessment gave rise to a referral; ``occurred_on`` is the day social care received it."""

    case_id: UUID
    social_care_referral_id: NewId = UNFILLED
    service: Short = Field(description="The team or service referred to, not a person's name.")
    reasons: Personal[Text] | None = None


class CompleteSocialCareAssessment(Command):
    """Record the day on which social care completed its statutory assessment."""

    case_id: UUID
    social_care_referral_id: UUID
    provision_needed: bool = Field(description="Social care provision is to follow: see sections D and H of a plan.")
    document_ref: Short | None = None


class CloseSocialCareReferral(Command):
    """Record that social care makes no statutory assessment on this referral, and why."""

    case_id: UUID
    social_care_referral_id: UUID
    reason: WhyNotAssessed


# --- decisions ---


def refer(command: ReferToSocialCare, state: Assessment) -> Sequence[SocialCareEvent]:
    refuse_before(
        command.occurred_on, state.now.requested_on, code="before-the-request", what="the day the request was received"
    )
    return [said(SocialCareReferralMade, command, state)]


def _is_referred(command: ReferToSocialCare, state: Assessment) -> bool:
    return any((r.made_on, r.service) == (command.occurred_on, command.service) for r in state.social_care_referrals)


def complete(command: CompleteSocialCareAssessment, state: Assessment) -> Sequence[SocialCareEvent]:
    referral = _open_referral(command, state)
    return [said(SocialCareAssessmentCompleted, command, state, request_id=referral.request_id)]


def _is_completed(command: CompleteSocialCareAssessment, state: Assessment) -> bool:
    return any(
        (r.social_care_referral_id, r.completed_on, r.provision_needed)
        == (command.social_care_referral_id, command.occurred_on, command.provision_needed)
        for r in state.social_care_referrals
    )


def close(command: CloseSocialCareReferral, state: Assessment) -> Sequence[SocialCareEvent]:
    referral = _open_referral(command, state)
    return [said(SocialCareReferralClosed, command, state, request_id=referral.request_id)]


def _is_closed(command: CloseSocialCareReferral, state: Assessment) -> bool:
    return any(
        (r.social_care_referral_id, r.closed_on, r.closed_because)
        == (command.social_care_referral_id, command.occurred_on, command.reason)
        for r in state.social_care_referrals
    )


def _open_referral(
    command: CompleteSocialCareAssessment | CloseSocialCareReferral, state: Assessment
) -> SocialCareReferral:
    referral = state.find_referral(command.social_care_referral_id)
    if not referral.open:
        raise Rejected(
            "social-care-referral-answered",
            f"Social care answered this referral on {referral.completed_on or referral.closed_on}. {CORRECT}",
        )
    refuse_before(
        command.occurred_on, referral.made_on, code="answered-before-referred", what="the day of the referral"
    )
    return referral


# --- guards ---


def _none_open(state: Assessment) -> Condition | None:
    waiting = next((r for r in state.social_care_referrals if r.open), None)
    if waiting is None:
        return None
    return Condition(
        "social-care-referral-open",
        f"Social care has had a referral since {waiting.made_on} and has not answered it. {CORRECT}",
    )


def _one_made(state: Assessment) -> Condition | None:
    if state.social_care_referrals:
        return None
    return Condition("not-referred-to-social-care", "No referral to social care is recorded in this assessment.")


decisions = [
    Decision(ReferToSocialCare, refer, when=[not_closed, _none_open], already=_is_referred),
    Decision(CompleteSocialCareAssessment, complete, when=[_one_made], already=_is_completed),
    Decision(CloseSocialCareReferral, close, when=[_one_made], already=_is_closed),
]
