"""The governing board and the independent review panel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from ap_intervention.board import (
    DecideIndependentReview,
    DecideOnReinstatement,
    HoldGoverningBoardMeeting,
    HoldIndependentReview,
    InformGoverningBoard,
    MakeExclusionRepresentations,
    ReconsiderReinstatement,
    RequestIndependentReview,
)
from ap_intervention.exclusion import CancelExclusion, exclusion
from ap_intervention.exclusion_events import (
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
from shared.testing.spec import given

from shared import Command, Event

from .examples import CASE
from .test_exclusion import PERMANENT, SUSPENSION, excluded, suspended

TOLD_ON = date(2026, 10, 19)
NOTICE_ON = date(2026, 11, 27)


def _informed(band: Band = Band.PERMANENT_OR_OVER_15, id: UUID = PERMANENT) -> GoverningBoardInformed:
    return GoverningBoardInformed(occurred_on=TOLD_ON, case_id=CASE, exclusion_id=id, band=band)


def _decide(*, reinstated: bool = False, id: UUID = PERMANENT, **more: Any) -> DecideOnReinstatement:
    return DecideOnReinstatement(
        **{
            "occurred_on": NOTICE_ON,
            "exclusion_id": id,
            "reinstated": reinstated,
            "given_by": "HAND",
            "reasons": "Lawful, reasonable and fair.",
            **more,
        }
    )


def _then(history: list[Event], command: Command, event: type[Event]) -> list[Event]:
    return [*history, *given(exclusion, *history).when(command).then_types(event)]


def _declined() -> list[Event]:
    return _then([excluded(), _informed()], _decide(), GoverningBoardDecisionMade)


def _requested() -> list[Event]:
    apply = RequestIndependentReview(occurred_on=date(2026, 12, 14), exclusion_id=PERMANENT, sen_expert_requested=True)
    return _then(_declined(), apply, IndependentReviewRequested)


def _heard() -> list[Event]:
    hold = HoldIndependentReview(occurred_on=date(2027, 1, 18), exclusion_id=PERMANENT)
    return _then(_requested(), hold, IndependentReviewHeld)


def _panel(outcome: PanelOutcome) -> DecideIndependentReview:
    return DecideIndependentReview(
        occurred_on=date(2027, 1, 22), exclusion_id=PERMANENT, outcome=outcome, reasons="SEN was not considered."
    )


def _reconsider(*, reinstated: bool = True) -> ReconsiderReinstatement:
    return ReconsiderReinstatement(
        occurred_on=date(2027, 2, 5), exclusion_id=PERMANENT, reinstated=reinstated, reasons="On reflection."
    )


@pytest.mark.parametrize(
    ("fact", "band"),
    [
        (excluded(exclusion_id=SUSPENSION), Band.PERMANENT_OR_OVER_15),
        (suspended("6", total="15.5"), Band.PERMANENT_OR_OVER_15),
        (suspended("1", misses_public_exam=True), Band.PERMANENT_OR_OVER_15),
        (suspended("6", total="15"), Band.FIVE_TO_15),
        (suspended("0.5", total="5.5"), Band.FIVE_TO_15),
        (suspended("5"), Band.UP_TO_5),
    ],
)
def test_the_band_follows_from_the_terms_total(fact: Event, band: Band) -> None:
    """TV-51: a total of 6 gives the board 50 school days, if the parent makes representations."""
    inform = InformGoverningBoard(occurred_on=TOLD_ON, exclusion_id=SUSPENSION)
    (informed,) = given(exclusion, fact).when(inform).then_types(GoverningBoardInformed)
    assert informed.band is band


def test_the_parent_makes_representations_once_and_before_the_decision() -> None:
    say = MakeExclusionRepresentations(
        occurred_on=date(2026, 10, 20), exclusion_id=PERMANENT, representations="It was not him."
    )
    history = _then([excluded(), _informed()], say, ExclusionRepresentationsMade)
    given(exclusion, *history).when(say).then_nothing()
    given(exclusion, *_declined()).when(say).then_rejected("board-has-decided")


def test_the_board_decides_only_on_what_it_was_told_of_and_once() -> None:
    given(exclusion, excluded()).when(_decide()).then_rejected("board-not-informed")
    given(exclusion, *_declined()).when(_decide()).then_nothing()
    given(exclusion, *_declined()).when(_decide(reinstated=True)).then_rejected("board-has-decided")


def test_for_five_days_or_fewer_the_board_cannot_reinstate() -> None:
    history = [suspended("5"), _informed(Band.UP_TO_5, SUSPENSION)]
    given(exclusion, *history).when(_decide(reinstated=True, id=SUSPENSION)).then_rejected("board-cannot-reinstate")
    given(exclusion, *history).when(_decide(id=SUSPENSION)).then_types(GoverningBoardDecisionMade)


def test_the_notice_follows_the_decision_and_the_decision_the_telling() -> None:
    history = [excluded(), _informed()]
    (made,) = (
        given(exclusion, *history).when(_decide(decided_on=date(2026, 11, 26))).then_types(GoverningBoardDecisionMade)
    )
    assert (made.decided_on, made.occurred_on) == (date(2026, 11, 26), NOTICE_ON)
    given(exclusion, *history).when(_decide(decided_on=date(2026, 11, 28))).then_rejected("notice-before-decision")
    given(exclusion, *history).when(_decide(decided_on=date(2026, 10, 18))).then_rejected("out-of-order")


def test_tv_50_review_application_panel_and_reconsideration() -> None:
    """Notice by hand 27 November; applied 14 December; panel's notice 22 January; board again 5 February."""
    history = _then(_heard(), _panel(PanelOutcome.RECONSIDERATION_RECOMMENDED), IndependentReviewDecisionMade)
    history = _then(history, _reconsider(), GoverningBoardReconsidered)
    assert exclusion.fold(history).reinstated is True
    given(exclusion, *history).when(_reconsider()).then_nothing()
    given(exclusion, *history).when(_reconsider(reinstated=False)).then_rejected("board-has-reconsidered")


def test_only_a_permanent_exclusion_the_board_upheld_goes_to_review() -> None:
    apply = RequestIndependentReview(occurred_on=date(2026, 12, 14), exclusion_id=PERMANENT)
    given(exclusion, excluded(), _informed()).when(apply).then_rejected("no-decision-to-review")
    reinstated = _then([excluded(), _informed()], _decide(reinstated=True), GoverningBoardDecisionMade)
    given(exclusion, *reinstated).when(apply).then_rejected("no-decision-to-review")
    short = _then(
        [suspended("6"), _informed(Band.FIVE_TO_15, SUSPENSION)], _decide(id=SUSPENSION), GoverningBoardDecisionMade
    )
    given(exclusion, *short).when(apply).then_rejected("not-permanent")


def test_the_steps_of_a_review_come_in_order() -> None:
    early = RequestIndependentReview(occurred_on=date(2026, 11, 26), exclusion_id=PERMANENT)
    given(exclusion, *_declined()).when(early).then_rejected("out-of-order")
    hold = HoldIndependentReview(occurred_on=date(2026, 12, 13), exclusion_id=PERMANENT)
    given(exclusion, *_declined()).when(hold).then_rejected("review-not-requested")
    given(exclusion, *_requested()).when(hold).then_rejected("out-of-order")
    given(exclusion, *_requested()).when(_panel(PanelOutcome.UPHELD)).then_rejected("review-not-held")


def test_a_board_that_was_upheld_has_nothing_to_reconsider() -> None:
    history = _then(_heard(), _panel(PanelOutcome.UPHELD), IndependentReviewDecisionMade)
    given(exclusion, *history).when(_reconsider()).then_rejected("nothing-to-reconsider")
    given(exclusion, *history).when(_panel(PanelOutcome.QUASHED)).then_rejected("panel-has-decided")
    given(exclusion, *_heard()).when(_reconsider()).then_rejected("nothing-to-reconsider")


def test_totals_stay_exact_with_halves() -> None:
    assert exclusion.fold([suspended("0.5", total="5.5")]).term_total == Decimal("5.5")


# --- decided, and the notice still to be given ---

MET_ON = date(2026, 11, 26)


def meet(*, reinstated: bool = False, on: date = MET_ON, id: UUID = PERMANENT) -> HoldGoverningBoardMeeting:
    return HoldGoverningBoardMeeting(occurred_on=on, exclusion_id=id, reinstated=reinstated)


MET = GoverningBoardMeetingHeld(occurred_on=MET_ON, case_id=CASE, exclusion_id=PERMANENT, reinstated=False)


def test_the_board_meets_and_the_notice_follows() -> None:
    given(exclusion, excluded(), _informed()).when(meet()).then(MET)
    given(exclusion, excluded(), _informed(), MET).when(meet()).then_nothing()
    (told,) = given(exclusion, excluded(), _informed(), MET).when(_decide()).then_types(GoverningBoardDecisionMade)
    assert (told.decided_on, told.occurred_on) == (MET_ON, NOTICE_ON)
    given(exclusion, excluded(), _informed(), MET, told).when(meet(on=NOTICE_ON)).then_rejected(
        "board-has-decided", "board-met"
    )


def test_the_board_meets_once_and_after_it_was_told() -> None:
    again = given(exclusion, excluded(), _informed(), MET).when(meet(on=NOTICE_ON)).then_rejected("board-met")
    assert "2026-11-26" in again.detail
    given(exclusion, excluded()).when(meet()).then_rejected("board-not-informed")
    given(exclusion, excluded(), _informed()).when(meet(on=date(2026, 10, 18))).then_rejected("out-of-order")
    short = suspended(days="3", total="3")
    told = _informed(Band.UP_TO_5, SUSPENSION)
    given(exclusion, short, told).when(meet(reinstated=True, id=SUSPENSION)).then_rejected("board-cannot-reinstate")


def test_the_notice_says_what_was_decided() -> None:
    met = given(exclusion, excluded(), _informed(), MET)
    assert "2026-11-26" in met.when(_decide(reinstated=True)).then_rejected("decided-otherwise").detail
    met.when(_decide(decided_on=NOTICE_ON)).then_rejected("decided-otherwise")
    met.when(_decide(decided_on=MET_ON)).then_types(GoverningBoardDecisionMade)


def test_until_the_notice_nothing_can_be_reviewed_and_after_the_meeting_nothing_cancelled() -> None:
    apply = RequestIndependentReview(occurred_on=date(2026, 12, 14), exclusion_id=PERMANENT, sen_expert_requested=True)
    given(exclusion, excluded(), _informed(), MET).when(apply).then_rejected("no-decision-to-review")
    cancel = CancelExclusion(
        occurred_on=NOTICE_ON, exclusion_id=PERMANENT, school_days_served=Decimal(0), reason="A mistake."
    )
    given(exclusion, excluded(), _informed(), MET).when(cancel).then_rejected("board-has-met")
