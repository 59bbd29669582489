"""The annual review: scheduled, prepared, held, reported, decided (s.44, regs 18 to 21).

The twelve months are reset by the notified decision and by nothing else. A decision to amend goes with the amendment
notice; a decision to cease is the decision of ``ceasing`` too, under one decision id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self, assert_never
from uuid import UUID

from pydantic import Field, model_validator

from plan.amendment import AmendmentAbandoned
from plan.ceasing import CeaseReason, decision_id, notified, refuse_to_decide_ceasing
from plan.contents import Refs
from plan.dates import refuse_before
from plan.facts import CORRECT, PlanCommand, PlanFact, maintained, told
from plan.notices import Rights, Text
from plan.serving import Recipient, Recipients, refuse_missing_recipients, refuse_missing_rights
from plan.state import Plan, Review
from shared import UNFILLED, Condition, Decision, NewId, NotBefore, Personal, Rejected, Value

Kind = Literal["ANNUAL", "EARLY", "PHASE_TRANSFER", "UNDER_FIVE"]
Outcome = Literal["MAINTAIN", "AMEND", "CEASE"]


class Progress(Value):
    """How far one outcome of section E was reached."""

    outcome_id: UUID
    progress: Literal["ACHIEVED", "ON_TRACK", "SOME", "NONE"]


class ReviewFact(PlanFact):
    """Something that happened in one review."""

    review_id: UUID


class AnnualReviewScheduled(ReviewFact):
    """The review meeting was fixed for ``meeting_on``, or moved to it from ``instead_of``."""

    type: Literal["plan.annual-review-scheduled"] = "plan.annual-review-scheduled"
    kind: Kind
    meeting_on: Annotated[date, NotBefore("occurred_on")]
    instead_of: date | None = None


class ReviewInvitationsSent(ReviewFact):
    """Everybody who must be invited to the meeting was (reg 20(2), 21(2))."""

    type: Literal["plan.review-invitations-sent"] = "plan.review-invitations-sent"
    meeting_on: date
    recipients: tuple[Recipient, ...]


class ReviewAdviceCirculated(ReviewFact):
    """The advice obtained for the meeting was sent to everybody invited (reg 20(4), 21(4))."""

    type: Literal["plan.review-advice-circulated"] = "plan.review-advice-circulated"
    meeting_on: date
    recipients: tuple[Recipient, ...]
    document_refs: tuple[str, ...]


class ReviewMeetingHeld(ReviewFact):
    """The review meeting was held."""

    type: Literal["plan.review-meeting-held"] = "plan.review-meeting-held"
    attended_by: tuple[Recipient, ...]
    child_views: Personal[Text] | None = None
    progress: tuple[Progress, ...] = ()
    preparing_for_adulthood_discussed: bool


class ReviewReportSent(ReviewFact):
    """The report of the meeting, with its recommendation, went to everybody invited (reg 20(7) to (9), 21(7))."""

    type: Literal["plan.review-report-sent"] = "plan.review-report-sent"
    recommendation: Outcome
    disagreements: Personal[Text] | None = None
    recipients: tuple[Recipient, ...]


class ReviewDecisionNotified(ReviewFact):
    """The authority told the family and the setting whether it maintains, amends or ceases the plan (reg 20(10))."""

    type: Literal["plan.review-decision-notified"] = "plan.review-decision-notified"
    outcome: Outcome
    plan_already_names_next_setting: bool
    decision_id: UUID
    rights: Rights | None = None
    recipients: tuple[Recipient, ...]
    reasons: Personal[Text]


ReviewEvent = (
    AnnualReviewScheduled
    | ReviewInvitationsSent
    | ReviewAdviceCirculated
    | ReviewMeetingHeld
    | ReviewReportSent
    | ReviewDecisionNotified
)


class ReviewCommand(PlanCommand):
    """A step of the review under way."""

    review_id: UUID


class ScheduleAnnualReview(PlanCommand):
    """Fix the review meeting. ``occurred_on`` is the day on which it was fixed."""

    review_id: NewId = UNFILLED
    kind: Kind = "ANNUAL"
    meeting_on: date


class RescheduleReview(ReviewCommand):
    """Move the review meeting to another day."""

    meeting_on: date


class SendReviewInvitations(ReviewCommand):
    """Record that the invitations went out; two weeks before the meeting is the latest the law allows."""

    recipients: Recipients


class CirculateReviewAdvice(ReviewCommand):
    """Record that the advice for the meeting was sent to everybody invited."""

    recipients: Recipients
    document_refs: Annotated[Refs, Field(min_length=1)]


class HoldReviewMeeting(ReviewCommand):
    """Record the meeting, on the day it was held."""

    attended_by: Recipients
    child_views: Personal[Text] | None = None
    progress: Annotated[tuple[Progress, ...], Field(max_length=50)] = ()
    preparing_for_adulthood_discussed: bool = False


class SubmitReviewReport(ReviewCommand):
    """Record that the report went to everybody invited."""

    recommendation: Outcome
    disagreements: Personal[Text] | None = None
    recipients: Recipients


class DecideReviewOutcome(ReviewCommand):
    """Notify the decision on the review. MAINTAIN and CEASE can be appealed, so their notice prints the rights."""

    outcome: Outcome
    plan_already_names_next_setting: bool = False
    """With MAINTAIN in a phase transfer: section I already says where the child goes after it."""
    decision_id: NewId = UNFILLED
    rights: Rights | None = None
    recipients: Recipients
    reasons: Personal[Text]
    cease_reason: CeaseReason | None = None
    return_ruled_out: bool = False
    """With CEASE for a young person of 18 or over who left education: return is not wanted or would not be right."""

    @model_validator(mode="after")
    def _says_what_the_outcome_needs(self) -> Self:
        if (self.outcome == "CEASE") != (self.cease_reason is not None):
            raise ValueError("cease_reason goes with the outcome CEASE, and only with it")
        if self.outcome != "AMEND" and self.rights is None:
            raise ValueError(f"the notice of {self.outcome} says which rights it prints")
        return self


# --- guards ---


def _no_review_under_way(state: Plan) -> Condition | None:
    if state.review is None:
        return None
    return Condition(
        "review-under-way",
        f"A review is under way: on {state.review.scheduled_on} its meeting was fixed for {state.review.meeting_on}. "
        f"Move it, or decide it first. {CORRECT}",
    )


def _under_way(state: Plan) -> Condition | None:
    if state.review is not None:
        return None
    last = f" The last was decided on {state.reviews[-1].decided_on}. {CORRECT}" if state.reviews else ""
    return maintained(state) or Condition("no-review", f"No review is under way; schedule one first.{last}")


def _not_held(state: Plan) -> Condition | None:
    if state.review is None or state.review.held_on is None:
        return None
    return Condition("review-already-held", f"The meeting was held on {state.review.held_on}. {CORRECT}")


def _held(state: Plan) -> Condition | None:
    if state.review is None or state.review.held_on is not None:
        return None
    return Condition("review-not-held", "The review meeting has not been held; record it first.")


# --- decisions ---


def _this(command: ReviewCommand, state: Plan) -> Review:
    assert state.review is not None
    if command.review_id != state.review.review_id:
        raise Rejected("no-such-review", f"The review under way is {state.review.review_id}, not {command.review_id}.")
    return state.review


def _schedule(command: ScheduleAnnualReview, state: Plan) -> Sequence[PlanFact]:
    _refuse_meeting_in_the_past(command.meeting_on, command.occurred_on)
    return [told(AnnualReviewScheduled, command, state)]


def _reschedule(command: RescheduleReview, state: Plan) -> Sequence[PlanFact]:
    review = _this(command, state)
    _refuse_meeting_in_the_past(command.meeting_on, command.occurred_on)
    return [told(AnnualReviewScheduled, command, state, kind=review.kind, instead_of=review.meeting_on)]


def _refuse_meeting_in_the_past(meeting_on: date, fixed_on: date) -> None:
    refuse_before(meeting_on, fixed_on, code="meeting-in-the-past", what="the day on which it was fixed")


def _prepare(event: type[ReviewFact]) -> Callable[[Any, Plan], Sequence[PlanFact]]:
    def decide(command: Any, state: Plan) -> Sequence[PlanFact]:
        review = _this(command, state)
        if command.occurred_on > review.meeting_on:
            raise Rejected(
                "after-the-meeting",
                f"The meeting is fixed for {review.meeting_on}; move it first if it takes place later.",
            )
        everybody: list[Recipient] = ["EDUCATION_OFFICER", "HEALTH_PROFESSIONAL", "SOCIAL_CARE"]
        refuse_missing_recipients(command.recipients, [*_setting(state), *everybody])
        return [told(event, command, state, meeting_on=review.meeting_on)]

    return decide


def _setting(state: Plan) -> list[Recipient]:
    return ["SETTING"] if state.section_i is not None and state.section_i.decision == "NAMED" else []


def _hold(command: HoldReviewMeeting, state: Plan) -> Sequence[PlanFact]:
    _this(command, state)
    unknown = [
        p.outcome_id for p in command.progress if (state.in_force or state.contents).outcome(p.outcome_id) is None
    ]
    if unknown:
        raise Rejected("no-such-outcome", f"The plan in force has no outcome {', '.join(map(str, unknown))}.")
    return [told(ReviewMeetingHeld, command, state)]


def _report(command: SubmitReviewReport, state: Plan) -> Sequence[PlanFact]:
    review = _this(command, state)
    refuse_before(command.occurred_on, review.held_on, code="before-the-meeting", what="the review meeting")
    refuse_missing_recipients(command.recipients, _setting(state))
    return [told(ReviewReportSent, command, state)]


def _decide(command: DecideReviewOutcome, state: Plan) -> Sequence[PlanFact]:
    review = _this(command, state)
    refuse_before(command.occurred_on, review.held_on, code="before-the-meeting", what="the review meeting")
    if command.rights is not None and command.outcome != "AMEND":
        refuse_missing_rights(command.rights)
    if command.plan_already_names_next_setting and (state.transfer is None or command.outcome != "MAINTAIN"):
        raise Rejected(
            "no-phase-transfer",
            "plan_already_names_next_setting is for maintaining a plan in a phase transfer; identify that first.",
        )
    refuse_missing_recipients(
        command.recipients,
        [*_setting(state), *(["ICB"] if command.outcome == "CEASE" else [])],  # type: ignore[list-item]
    )
    if command.outcome == "CEASE":
        refuse_to_decide_ceasing(command, state)
        told_of = decision_id(command, state)
        return [
            *_abandoned(command, state, review),
            told(ReviewDecisionNotified, command, state, decision_id=told_of),
            notified(command, state),
        ]
    return [*_abandoned(command, state, review), told(ReviewDecisionNotified, command, state)]


def _abandoned(command: DecideReviewOutcome, state: Plan, review: Review) -> list[PlanFact]:
    """An amendment prepared for a review that does not amend is given up."""
    being_prepared = state.work is not None and state.work.source_id == review.review_id
    if not being_prepared or command.outcome == "AMEND":
        return []
    return [told(AmendmentAbandoned, command, state, because="REVIEW_MAINTAINED")]


def _done(step: Callable[[Review], date | None]) -> Callable[[Any, Plan], bool]:
    """``already``: this step of this review was recorded, on the same day where it can be repeated."""

    def already(command: Any, state: Plan) -> bool:
        open_one = state.review if state.review and state.review.review_id == command.review_id else None
        review = open_one or state.decided_review(command.review_id)
        return review is not None and step(review) == command.occurred_on

    return already


def evolve(state: Plan, event: ReviewEvent) -> Plan:
    on = event.occurred_on
    match event:
        case AnnualReviewScheduled():
            if state.review is not None and state.review.review_id == event.review_id:
                return _review(state, meeting_on=event.meeting_on)
            review = Review(event.review_id, event.kind, event.meeting_on, on)
            return replace(state, review=review, review_suggestions=())
        case ReviewInvitationsSent():
            return _review(state, invited_on=on)
        case ReviewAdviceCirculated():
            return _review(state, advice_circulated_on=on)
        case ReviewMeetingHeld():
            return _review(state, held_on=on)
        case ReviewReportSent():
            return _review(state, report_on=on)
        case ReviewDecisionNotified():
            return _decided(state, event)
        case _ as never:
            assert_never(never)


def _review(state: Plan, **changes: Any) -> Plan:
    return replace(state, review=replace(state.review, **changes)) if state.review is not None else state


def _decided(state: Plan, event: ReviewDecisionNotified) -> Plan:
    state = _review(state, decided_on=event.occurred_on, outcome=event.outcome, decision_id=event.decision_id)
    transfer = state.transfer
    if transfer is not None and event.plan_already_names_next_setting:
        transfer = replace(transfer, named=True)
    decided = (state.review,) if state.review is not None else ()
    return replace(
        state, review=None, reviews=(*state.reviews, *decided), last_reviewed_on=event.occurred_on, transfer=transfer
    )


decisions = [
    Decision(ScheduleAnnualReview, _schedule, when=[maintained, _no_review_under_way],
             already=lambda c, s: (s.review is not None
                                   and (s.review.kind, s.review.meeting_on, s.review.scheduled_on)
                                   == (c.kind, c.meeting_on, c.occurred_on))),
    Decision(RescheduleReview, _reschedule, when=[_under_way, _not_held],
             already=lambda c, s: (s.review is not None
                                   and (s.review.review_id, s.review.meeting_on) == (c.review_id, c.meeting_on))),
    Decision(SendReviewInvitations, _prepare(ReviewInvitationsSent), when=[_under_way, _not_held],
             already=_done(lambda r: r.invited_on)),
    Decision(CirculateReviewAdvice, _prepare(ReviewAdviceCirculated), when=[_under_way, _not_held],
             already=_done(lambda r: r.advice_circulated_on)),
    Decision(HoldReviewMeeting, _hold, when=[_under_way, _not_held], already=_done(lambda r: r.held_on)),
    Decision(SubmitReviewReport, _report, when=[_under_way, _held], already=_done(lambda r: r.report_on)),
    Decision(DecideReviewOutcome, _decide, when=[_under_way, _held], already=_done(lambda r: r.decided_on)),
]  # fmt: skip
