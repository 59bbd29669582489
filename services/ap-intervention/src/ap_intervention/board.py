"""What the governing board (or academy trust) and the independent review panel do about an exclusion. SI 2012/1033."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from shared import Command, Condition, Decision, Event, Personal

from .codes import Text
from .conditions import refuse, unless
from .exclusion_events import (
    Band,
    ExclusionRepresentationsMade,
    GoverningBoardDecisionMade,
    GoverningBoardInformed,
    GoverningBoardMeetingHeld,
    GoverningBoardReconsidered,
    IndependentReviewDecisionMade,
    IndependentReviewHeld,
    IndependentReviewRequested,
    PanelOutcome,
)
from .exclusion_state import (
    CORRECT,
    Exclusion,
    Representations,
    board_declined,
    board_informed,
    board_not_told,
    board_undecided,
    ids,
    must_reconsider,
    no_meeting_yet,
    not_cancelled,
    not_reconsidered,
    panel_undecided,
    permanent,
    personal_ids,
    recorded,
    review_held,
    review_not_held,
    review_not_requested,
    review_requested,
)

# --- commands ---


class InformGoverningBoard(Command):
    """Record that the governing board was told of the exclusion."""

    exclusion_id: UUID


class MakeExclusionRepresentations(Command):
    """Record the parent's representations to the governing board."""

    exclusion_id: UUID
    representations: Personal[Text] | None = None


class HoldGoverningBoardMeeting(Command):
    """Record what the governing board decided at its meeting, while the notice of it is still to be given."""

    exclusion_id: UUID
    reinstated: bool


class DecideOnReinstatement(Command):
    """Record the notice of the governing board's decision; ``occurred_on`` is the day it was given or posted."""

    exclusion_id: UUID
    reinstated: bool
    decided_on: date | None = None
    """The day of the meeting; if left out, of the one recorded, else the day of the notice."""
    given_by: Literal["HAND", "POST"]
    reasons: Personal[Text]


class RequestIndependentReview(Command):
    """Record the parent's application for an independent review."""

    exclusion_id: UUID
    sen_expert_requested: bool = False
    equality_claim_determined_on: date | None = None


class HoldIndependentReview(Command):
    """Record that the panel began to hear the review."""

    exclusion_id: UUID


class DecideIndependentReview(Command):
    """Record the panel's decision; ``occurred_on`` is the day its notice was given."""

    exclusion_id: UUID
    outcome: PanelOutcome
    reasons: Personal[Text]


class ReconsiderReinstatement(Command):
    """Record what the governing board decided after the panel."""

    exclusion_id: UUID
    reinstated: bool
    reasons: Personal[Text]


# --- decisions ---


def _not_before(on: date, earlier: date | None, what: str) -> list[Condition]:
    return unless(
        earlier is None or on >= earlier, "out-of-order", f"{on} is before {what} ({earlier}); check both dates."
    )


def _inform(c: InformGoverningBoard, s: Exclusion) -> Sequence[Event]:
    return [GoverningBoardInformed(**ids(c, s), band=s.band)]


def _represent(c: MakeExclusionRepresentations, s: Exclusion) -> Sequence[Event]:
    return [ExclusionRepresentationsMade(**personal_ids(c, s), representations=c.representations)]


def _cannot_reinstate(c: HoldGoverningBoardMeeting | DecideOnReinstatement, s: Exclusion) -> list[Condition]:
    return unless(
        not (c.reinstated and s.band is Band.UP_TO_5),
        "board-cannot-reinstate",
        "For five school days or fewer in the term the board considers representations but cannot reinstate.",
    )


def _meet(c: HoldGoverningBoardMeeting, s: Exclusion) -> Sequence[Event]:
    refuse(_cannot_reinstate(c, s), _not_before(c.occurred_on, s.board_informed_on, "the board was told"))
    return [GoverningBoardMeetingHeld(**ids(c, s), reinstated=c.reinstated)]


def _decide(c: DecideOnReinstatement, s: Exclusion) -> Sequence[Event]:
    decided_on = c.decided_on or s.board_met_on or c.occurred_on
    refuse(
        _cannot_reinstate(c, s),
        unless(
            s.board_met_on is None or (s.board_met_on, s.board_would_reinstate) == (decided_on, c.reinstated),
            "decided-otherwise",
            f"At its meeting of {s.board_met_on} the board decided {'' if s.board_would_reinstate else 'not '}to "
            f"reinstate. {CORRECT}",
        ),
        unless(
            decided_on <= c.occurred_on,
            "notice-before-decision",
            f"The notice of {c.occurred_on} cannot come before the decision of {decided_on}.",
        ),
        _not_before(decided_on, s.board_informed_on, "the board was told"),
    )
    return [
        GoverningBoardDecisionMade(
            **personal_ids(c, s),
            reinstated=c.reinstated,
            decided_on=decided_on,
            given_by=c.given_by,
            reasons=c.reasons,
        )
    ]


def _request_review(c: RequestIndependentReview, s: Exclusion) -> Sequence[Event]:
    refuse(_not_before(c.occurred_on, s.board_notice_on, "the board's notice"))
    return [
        IndependentReviewRequested(
            **ids(c, s),
            sen_expert_requested=c.sen_expert_requested,
            equality_claim_determined_on=c.equality_claim_determined_on,
        )
    ]


def _hold_review(c: HoldIndependentReview, s: Exclusion) -> Sequence[Event]:
    refuse(_not_before(c.occurred_on, s.review_requested_on, "the application"))
    return [IndependentReviewHeld(**ids(c, s))]


def _decide_review(c: DecideIndependentReview, s: Exclusion) -> Sequence[Event]:
    refuse(_not_before(c.occurred_on, s.review_held_on, "the hearing"))
    return [IndependentReviewDecisionMade(**personal_ids(c, s), outcome=c.outcome, reasons=c.reasons)]


def _reconsider(c: ReconsiderReinstatement, s: Exclusion) -> Sequence[Event]:
    refuse(_not_before(c.occurred_on, s.panel_decided_on, "the panel's decision"))
    return [GoverningBoardReconsidered(**personal_ids(c, s), reinstated=c.reinstated, reasons=c.reasons)]


decisions = [
    Decision(
        InformGoverningBoard,
        _inform,
        when=[recorded, not_cancelled, board_not_told],
        already=lambda c, s: s.board_informed_on == c.occurred_on,
    ),
    Decision(
        MakeExclusionRepresentations,
        _represent,
        when=[recorded, not_cancelled, board_undecided],
        already=lambda c, s: Representations(c.occurred_on, c.representations) in s.representations,
    ),
    Decision(
        HoldGoverningBoardMeeting,
        _meet,
        when=[not_cancelled, board_informed, board_undecided, no_meeting_yet],
        already=lambda c, s: (s.board_met_on, s.board_would_reinstate) == (c.occurred_on, c.reinstated),
    ),
    Decision(
        DecideOnReinstatement,
        _decide,
        when=[not_cancelled, board_informed, board_undecided],
        already=lambda c, s: (s.board_notice_on, s.reinstated) == (c.occurred_on, c.reinstated),
    ),
    Decision(
        RequestIndependentReview,
        _request_review,
        when=[not_cancelled, permanent, board_declined, review_not_requested],
        already=lambda c, s: s.review_requested_on == c.occurred_on,
    ),
    Decision(
        HoldIndependentReview,
        _hold_review,
        when=[not_cancelled, review_requested, review_not_held],
        already=lambda c, s: s.review_held_on == c.occurred_on,
    ),
    Decision(
        DecideIndependentReview,
        _decide_review,
        when=[not_cancelled, review_held, panel_undecided],
        already=lambda c, s: (s.panel_decided_on, s.panel_outcome) == (c.occurred_on, c.outcome),
    ),
    Decision(
        ReconsiderReinstatement,
        _reconsider,
        when=[not_cancelled, must_reconsider, not_reconsidered],
        already=lambda c, s: (s.reconsidered_on, s.reinstated) == (c.occurred_on, c.reinstated),
    ),
]
