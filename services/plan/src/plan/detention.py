"""Detention in youth accommodation up to 18: the plan is kept, sent, reviewed on release (ss.70 to 75; SI 2015/62)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.cases import refuse_another_persons_case
from plan.dates import correct_at, once, refuse_before, refuse_future
from plan.notices import LaCode
from plan.plan import plan
from plan.state import Plan
from shared import (
    COME,
    UNFILLED,
    Command,
    Condition,
    DateCorrected,
    Decider,
    Decision,
    Event,
    NewId,
    NotBefore,
    Reference,
    Rejected,
)

Accommodation = Literal[
    "YOUNG_OFFENDER_INSTITUTION", "SECURE_TRAINING_CENTRE", "SECURE_CHILDRENS_HOME", "SECURE_SCHOOL", "OTHER"
]
OrderKind = Literal["REMAND", "DETENTION_AND_TRAINING", "OTHER_SENTENCE", "OTHER"]
Holder = Literal["PERSON_IN_CHARGE", "YOUTH_OFFENDING_TEAM", "HEALTH_COMMISSIONER"]

# --- events ---


class DetentionStarted(Event):
    """A court had the child or young person detained from this day; the home authority knew on ``aware_on``."""

    type: Literal["plan.detention-started"] = "plan.detention-started"
    case_id: UUID
    person_id: UUID
    plan_id: UUID | None
    detention_id: UUID
    aware_on: Annotated[date, COME, NotBefore("occurred_on")]
    accommodation: Accommodation
    order_kind: OrderKind
    plan_kept: bool
    """A plan was maintained immediately before; the authority keeps it and arranges its provision (s.74)."""
    assessment_in_progress: bool
    """An assessment goes on under SI 2015/62 reg 15(4), its clock running from the original date."""


class PlanSentToDetention(Event):
    """The plan was sent to those who look after the child in detention."""

    type: Literal["plan.plan-sent-to-detention"] = "plan.plan-sent-to-detention"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    detention_id: UUID
    sent_to: tuple[Holder, ...]


class DetentionEnded(Event):
    """The child or young person was released. The plan is maintained at once, and reviewed soon (s.48)."""

    type: Literal["plan.detention-ended"] = "plan.detention-ended"
    case_id: UUID
    person_id: UUID
    plan_id: UUID | None
    detention_id: UUID
    released_to_la: str | None
    """The authority released to, where it is another one; it takes over."""


class ReleaseReviewHeld(Event):
    """The plan was reviewed after the release."""

    type: Literal["plan.release-review-held"] = "plan.release-review-held"
    case_id: UUID
    person_id: UUID
    plan_id: UUID
    detention_id: UUID
    review_id: UUID | None
    """The review of the plan's stream, where it was run as one."""


class DetentionDateCorrected(DateCorrected):
    """A date of a detention was wrong."""

    type: Literal["plan.detention-date-corrected"] = "plan.detention-date-corrected"
    case_id: UUID
    detention_id: UUID


DetentionEvent = DetentionStarted | PlanSentToDetention | DetentionEnded | ReleaseReviewHeld | DetentionDateCorrected

# --- state ---


@dataclass(frozen=True, slots=True)
class Detention:
    detention_id: UUID | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    plan_id: UUID | None = None
    started_on: date | None = None
    aware_on: date | None = None
    sent_to: Mapping[Holder, date] = field(default_factory=dict)
    """Who has the plan, and when it was last sent there."""
    ended_on: date | None = None
    released_to_la: str | None = None
    reviewed_on: date | None = None

    @property
    def ids(self) -> dict[str, UUID]:
        """Without the plan, which need not be there."""
        ids = {"case_id": self.case_id, "person_id": self.person_id, "detention_id": self.detention_id}
        return {name: id for name, id in ids.items() if id is not None}


def evolve(state: Detention, event: DetentionEvent) -> Detention:
    match event:
        case DetentionStarted():
            return Detention(
                event.detention_id, event.case_id, event.person_id, event.plan_id, event.occurred_on, event.aware_on
            )
        case PlanSentToDetention():
            return replace(state, sent_to={**state.sent_to, **dict.fromkeys(event.sent_to, event.occurred_on)})
        case DetentionEnded():
            return replace(state, ended_on=event.occurred_on, released_to_la=event.released_to_la)
        case ReleaseReviewHeld():
            return replace(state, reviewed_on=event.occurred_on)
        case DetentionDateCorrected():
            return state
        case _ as never:
            assert_never(never)


# --- commands ---


class StartDetention(Command):
    """Record that a child or young person is detained. ``occurred_on`` is the first day of it."""

    case_id: UUID
    person_id: UUID
    detention_id: NewId = UNFILLED
    aware_on: date
    accommodation: Accommodation
    order_kind: OrderKind
    assessment_in_progress: bool = False


class SendPlanToDetention(Command):
    """Record to whom the plan was sent."""

    detention_id: UUID
    sent_to: Annotated[tuple[Holder, ...], Field(min_length=1, max_length=3)]


class EndDetention(Command):
    """Record the release, and the authority released to if it is another one."""

    detention_id: UUID
    released_to_la: LaCode | None = None


class HoldReleaseReview(Command):
    """Record the review of the plan after the release."""

    detention_id: UUID
    review_id: UUID | None = None


# --- decisions ---


def start(command: StartDetention, state: Detention, of: Plan) -> Sequence[DetentionEvent]:
    refuse_another_persons_case(command, case_id=command.case_id, person_id=command.person_id)
    refuse_before(command.aware_on, command.occurred_on, code="aware-before-detention", what="the first day of it")
    refuse_future(command, command.aware_on, what="The day on which the authority became aware")
    return [
        DetentionStarted(
            occurred_on=command.occurred_on,
            case_id=command.case_id,
            person_id=command.person_id,
            plan_id=of.plan_id if of.maintained else None,
            detention_id=command.detention_id,
            aware_on=command.aware_on,
            accommodation=command.accommodation,
            order_kind=command.order_kind,
            plan_kept=of.maintained,
            assessment_in_progress=command.assessment_in_progress,
        )
    ]


def send(command: SendPlanToDetention, state: Detention) -> Sequence[DetentionEvent]:
    refuse_before(command.occurred_on, state.started_on, code="before-detention", what="the first day of detention")
    if "PERSON_IN_CHARGE" not in {*state.sent_to, *command.sent_to}:
        raise Rejected(
            "recipient-missing", "The plan goes to the person in charge of the accommodation; send it there."
        )
    assert state.plan_id is not None
    return [
        PlanSentToDetention(
            occurred_on=command.occurred_on, plan_id=state.plan_id, sent_to=command.sent_to, **state.ids
        )
    ]


def end(command: EndDetention, state: Detention) -> Sequence[DetentionEvent]:
    refuse_before(command.occurred_on, state.started_on, code="before-detention", what="the first day of detention")
    if command.released_to_la == command.by.la_code:
        raise Rejected("same-authority", "released_to_la is for another authority; leave it out for your own.")
    return [
        DetentionEnded(
            occurred_on=command.occurred_on,
            plan_id=state.plan_id,
            released_to_la=command.released_to_la,
            **state.ids,
        )
    ]


def review(command: HoldReleaseReview, state: Detention) -> Sequence[DetentionEvent]:
    refuse_before(command.occurred_on, state.ended_on, code="before-release", what="the release")
    assert state.plan_id is not None
    return [
        ReleaseReviewHeld(
            occurred_on=command.occurred_on, plan_id=state.plan_id, review_id=command.review_id, **state.ids
        )
    ]


# --- conditions ---


def _absent(state: Detention) -> Condition | None:
    if state.detention_id is None:
        return None
    return Condition("detention-exists", "There is a detention with this id already.")


def _has_plan(state: Detention) -> Condition | None:
    if state.plan_id is not None:
        return None
    return Condition("no-plan-kept", "No plan was maintained when the detention began.")


def _detained(state: Detention) -> Condition | None:
    if state.ended_on is None:
        return None
    return Condition("detention-ended", f"The detention ended on {state.ended_on}. {_CORRECT}")


_CORRECT = correct_at("/detentions/{detention_id}")

_not_reviewed = once(lambda s: s.reviewed_on, "review-held", "The plan was reviewed after the release", _CORRECT)


def _started(state: Detention) -> Condition | None:
    if state.detention_id is not None:
        return None
    return Condition("no-detention", "No detention is known under that id: POST /detentions.")


def _released(state: Detention) -> Condition | None:
    if state.ended_on is not None:
        return None
    return Condition("not-released", "The detention has not ended; the review follows the release.")


def _released_here(state: Detention) -> Condition | None:
    if state.released_to_la is None:
        return None
    return Condition("released-elsewhere", f"Released to authority {state.released_to_la}, which reviews the plan.")


detention = Decider(
    name="detention",
    key="detention_id",
    initial=Detention(),
    evolve=evolve,
    events=DetentionEvent,
    decisions=[
        Decision(StartDetention, start, when=[_absent], opens=True, reads=Reference(plan, "case_id")),
        Decision(
            SendPlanToDetention,
            send,
            when=[_has_plan, _detained],
            already=lambda c, s: all(s.sent_to.get(holder) == c.occurred_on for holder in c.sent_to),
        ),
        Decision(
            EndDetention,
            end,
            when=[_started, _detained],
            already=lambda c, s: (s.ended_on, s.released_to_la) == (c.occurred_on, c.released_to_la),
        ),
        Decision(
            HoldReleaseReview,
            review,
            when=[_has_plan, _released, _released_here, _not_reviewed],
            already=lambda c, s: s.reviewed_on == c.occurred_on,
        ),
    ],
)
