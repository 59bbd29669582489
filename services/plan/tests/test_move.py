"""Moves between authorities: the one the family leaves, and the one it comes to."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.move import (
    CallOffMove,
    ChangeMove,
    MoveCalledOff,
    MoveNotified,
    NotifyMove,
    PlanTransferredIn,
    PlanTransferredOut,
    ReceivePlanTransfer,
    SendTransferNotice,
    TransferNoticeSent,
    TransferPlanOut,
    move,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, LATER, MAINTAINED, NO_PLAN, PERSON, PLAN, after

M = UUID(int=50)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, "move_id": M}

NOTIFIED = NotifyMove(
    case_id=CASE, move_id=M, moves_on=date(2026, 9, 14), to_la="801", old_la_aware_on=date(2026, 9, 1),
    occurred_on=date(2026, 9, 3),
)  # fmt: skip
CHANGED = ChangeMove(move_id=M, moves_on=date(2026, 9, 21), to_la="802", occurred_on=date(2026, 9, 8))
CALLED_OFF = CallOffMove(move_id=M, occurred_on=date(2026, 9, 9))
OUT = TransferPlanOut(move_id=M, occurred_on=date(2026, 9, 21))
IN = ReceivePlanTransfer(
    case_id=CASE, person_id=PERSON, move_id=M, plan_id=PLAN, from_la="801", moved_on=date(2026, 9, 14),
    plan_first_made_on=date(2024, 3, 1), last_reviewed_on=date(2025, 10, 5), occurred_on=date(2026, 9, 21),
)  # fmt: skip
TOLD = SendTransferNotice(
    move_id=M, will_assess=False, review_on=date(2026, 12, 1), recipients=("PARENT",), occurred_on=date(2026, 10, 30)
)


def leaving(*commands: Command) -> list[Event]:
    return after(move, NOTIFIED, *commands, reading=MAINTAINED)


def arriving(*commands: Command) -> list[Event]:
    return after(move, IN, *commands, reading=NO_PLAN)


def test_the_old_authority_learns_of_the_move() -> None:
    """TV-42: moves on 14 September, known since the 1st."""
    given(move).reading(MAINTAINED).when(NOTIFIED).then(
        MoveNotified(
            occurred_on=date(2026, 9, 3), moves_on=date(2026, 9, 14), to_la="801", old_la_aware_on=date(2026, 9, 1),
            **IDS,
        )
    )  # fmt: skip


def test_it_became_aware_on_the_day_of_the_record_unless_it_says_otherwise() -> None:
    (notified,) = (
        given(move)
        .reading(MAINTAINED)
        .when(NOTIFIED.model_copy(update={"old_la_aware_on": None}))
        .then_types(MoveNotified)
    )
    assert notified.old_la_aware_on == date(2026, 9, 3)
    late = NOTIFIED.model_copy(update={"old_la_aware_on": date(2026, 9, 4)})
    given(move).reading(MAINTAINED).when(late).then_rejected("aware-after-record")


def test_only_a_plan_in_force_moves() -> None:
    given(move).reading(NO_PLAN).when(NOTIFIED).then_rejected("no-plan")


def test_a_move_inside_the_authority_is_none() -> None:
    given(move).reading(MAINTAINED).when(NOTIFIED.model_copy(update={"to_la": "999"})).then_rejected("same-authority")
    given(move, *leaving()).when(CHANGED.model_copy(update={"to_la": "999"})).then_rejected("same-authority")
    given(move).reading(NO_PLAN).when(IN.model_copy(update={"from_la": "999"})).then_rejected("same-authority")


def test_an_authority_has_three_digits() -> None:
    with pytest.raises(ValidationError):
        ChangeMove(move_id=M, moves_on=date(2026, 9, 21), to_la="Kent")


def test_a_move_is_notified_once() -> None:
    given(move, *leaving()).reading(MAINTAINED).when(NOTIFIED).then_rejected("move-exists")


def test_a_move_is_put_off_and_keeps_the_day_of_awareness() -> None:
    given(move, *leaving()).when(CHANGED).then(
        MoveNotified(
            occurred_on=date(2026, 9, 8), moves_on=date(2026, 9, 21), to_la="802", old_la_aware_on=date(2026, 9, 1),
            **IDS,
        )
    )  # fmt: skip
    given(move, *leaving(CHANGED)).when(CHANGED).then_nothing()


def test_a_move_is_called_off() -> None:
    given(move, *leaving()).when(CALLED_OFF).then(MoveCalledOff(occurred_on=date(2026, 9, 9), **IDS))
    events = leaving(CALLED_OFF)
    given(move, *events).when(CALLED_OFF).then_nothing()
    given(move, *events).when(CHANGED).then_rejected("move-called-off")
    given(move, *events).when(OUT).then_rejected("move-called-off")


def test_the_plan_is_handed_over_on_the_day_of_the_move_or_later() -> None:
    given(move, *leaving()).when(OUT).then(
        PlanTransferredOut(occurred_on=date(2026, 9, 21), to_la="801", moves_on=date(2026, 9, 14), **IDS)
    )
    early = OUT.model_copy(update={"occurred_on": date(2026, 9, 13)})
    given(move, *leaving()).when(early).then_rejected("transfer-before-move")
    events = leaving(OUT)
    given(move, *events).when(OUT).then_nothing()
    given(move, *events).when(CHANGED).then_rejected("already-transferred")
    given(move, *events).when(CALLED_OFF).then_rejected("already-transferred")


def test_the_new_authority_takes_the_plan_over() -> None:
    given(move).reading(NO_PLAN).when(IN).then(
        PlanTransferredIn(
            occurred_on=date(2026, 9, 21), from_la="801", moved_on=date(2026, 9, 14),
            plan_first_made_on=date(2024, 3, 1), last_reviewed_on=date(2025, 10, 5), **IDS,
        )
    )  # fmt: skip


def test_a_plan_is_taken_over_once() -> None:
    given(move, *arriving()).reading(NO_PLAN).when(IN).then_rejected("move-exists")
    given(move).reading(MAINTAINED).when(IN).then_rejected("plan-exists")


def test_a_plan_is_taken_over_into_the_childs_own_case() -> None:
    other = IN.model_copy(update={"person_id": UUID(int=9)})
    given(move).reading(NO_PLAN).when(other).then_rejected("case-of-another-person")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"moved_on": date(2028, 1, 1)}, "date-in-future"),
        ({"moved_on": date(2026, 9, 22)}, "transfer-before-move"),
        ({"plan_first_made_on": date(2026, 9, 22), "last_reviewed_on": None}, "transfer-before-plan"),
        ({"last_reviewed_on": date(2024, 2, 29)}, "review-before-plan"),
        ({"last_reviewed_on": date(2026, 9, 22)}, "transfer-before-review"),
    ],
)
def test_the_dates_of_a_plan_that_came_follow_each_other(changed: Any, code: str) -> None:
    given(move).reading(NO_PLAN).sent_at(LATER).when(IN.model_copy(update=changed)).then_rejected(code)


def test_the_family_is_told_what_the_new_authority_will_do() -> None:
    given(move, *arriving()).when(TOLD).then(
        TransferNoticeSent(
            occurred_on=date(2026, 10, 30), will_assess=False, review_on=date(2026, 12, 1), recipients=("PARENT",),
            **IDS,
        )
    )  # fmt: skip
    given(move, *arriving(TOLD)).when(TOLD).then_nothing()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_on": date(2026, 9, 20)}, "notice-before-transfer"),
        ({"review_on": date(2026, 10, 29)}, "review-before-notice"),
        ({"recipients": ("ICB",)}, "recipient-missing"),
    ],
)
def test_the_transfer_notice_holds_together(changed: Any, code: str) -> None:
    given(move, *arriving()).when(TOLD.model_copy(update=changed)).then_rejected(code)


def test_each_authority_does_its_own_part() -> None:
    given(move, *leaving()).when(TOLD).then_rejected("not-received")
    for command in (CHANGED, CALLED_OFF, OUT):
        given(move, *arriving()).when(command).then_rejected("not-leaving")
