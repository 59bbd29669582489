"""A case's EHC needs assessments: everything that may happen in them, put together.

One stream per case, one round per request. The course of a round, in the order of the modules: opening, consideration,
decision and its notices, advice (asked for, instead, replies), need profile, outcome and its notices; beside it
reversal, social care, exception, absence.
"""

from __future__ import annotations

from typing import Literal, assert_never
from uuid import UUID

from shared import DateCorrected, Decider

from . import (
    absence,
    advice,
    advice_instead,
    advice_replies,
    consideration,
    decision,
    decision_notices,
    exception,
    exception_course,
    need_profile,
    opening,
    outcome,
    outcome_notices,
    reversal,
    social_care,
)
from .absence import AbsenceEvent
from .advice import AdviceEvent
from .advice_instead import NoRequestEvent
from .advice_replies import AdviceReplyEvent
from .consideration import ConsiderationEvent
from .decision import DecisionEvent
from .decision_notices import DecisionNoticeEvent
from .exception import ClaimEvent
from .exception_course import ExceptionCourseEvent
from .need_profile import ProfileEvent
from .opening import OpeningEvent
from .outcome import OutcomeEvent
from .outcome_notices import OutcomeNoticeEvent
from .reversal import ReversalEvent
from .rounds import Assessment
from .social_care import SocialCareEvent


class AssessmentDateCorrected(DateCorrected):
    """A date of the assessment was recorded wrongly."""

    type: Literal["assessment.assessment-date-corrected"] = "assessment.assessment-date-corrected"
    case_id: UUID


AssessmentEvent = (
    OpeningEvent
    | ConsiderationEvent
    | DecisionEvent
    | DecisionNoticeEvent
    | AdviceEvent
    | NoRequestEvent
    | AdviceReplyEvent
    | ProfileEvent
    | OutcomeEvent
    | OutcomeNoticeEvent
    | ReversalEvent
    | SocialCareEvent
    | ClaimEvent
    | ExceptionCourseEvent
    | AbsenceEvent
    | AssessmentDateCorrected
)


def evolve(state: Assessment, event: AssessmentEvent) -> Assessment:
    if isinstance(event, OpeningEvent):
        return opening.evolve(state, event)
    if isinstance(event, ConsiderationEvent):
        return consideration.evolve(state, event)
    if isinstance(event, DecisionEvent):
        return decision.evolve(state, event)
    if isinstance(event, DecisionNoticeEvent):
        return decision_notices.evolve(state, event)
    if isinstance(event, AdviceEvent):
        return advice.evolve(state, event)
    if isinstance(event, NoRequestEvent):
        return advice_instead.evolve(state, event)
    if isinstance(event, AdviceReplyEvent):
        return advice_replies.evolve(state, event)
    if isinstance(event, ProfileEvent):
        return need_profile.evolve(state, event)
    if isinstance(event, OutcomeEvent):
        return outcome.evolve(state, event)
    if isinstance(event, OutcomeNoticeEvent):
        return outcome_notices.evolve(state, event)
    if isinstance(event, ReversalEvent):
        return reversal.evolve(state, event)
    if isinstance(event, SocialCareEvent):
        return social_care.evolve(state, event)
    if isinstance(event, ClaimEvent):
        return exception.evolve(state, event)
    if isinstance(event, ExceptionCourseEvent):
        return exception_course.evolve(state, event)
    if isinstance(event, AbsenceEvent):
        return absence.evolve(state, event)
    if isinstance(event, AssessmentDateCorrected):
        return state
    assert_never(event)


assessment = Decider(
    name="assessment",
    key="case_id",
    initial=Assessment(),
    evolve=evolve,
    events=AssessmentEvent,
    decisions=[
        *opening.decisions,
        *consideration.decisions,
        *decision.decisions,
        *decision_notices.decisions,
        *advice.decisions,
        *advice_instead.decisions,
        *advice_replies.decisions,
        *need_profile.decisions,
        *outcome.decisions,
        *outcome_notices.decisions,
        *reversal.decisions,
        *social_care.decisions,
        *exception.decisions,
        *exception_course.decisions,
        *absence.decisions,
    ],
)
