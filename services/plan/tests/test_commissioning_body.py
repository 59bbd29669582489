"""Another ICB becomes responsible for a child."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.commissioning_body import (
    ChangeCommissioningBody,
    CommissioningBodyChanged,
    HealthProvisionImpracticable,
    NewIcbRequestedAssessmentOrReview,
    OldIcbToldNewIcb,
    ReportHealthProvisionImpracticable,
    RequestAssessmentOrReview,
    TellNewIcb,
    commissioning_body,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, LATER, MAINTAINED, NO_PLAN, PERSON, PLAN, after

C = UUID(int=50)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, "change_id": C}

CHANGED = ChangeCommissioningBody(
    case_id=CASE,
    change_id=C,
    old_icb="QWE",
    new_icb="QMJ",
    old_aware_on=date(2026, 3, 30),
    occurred_on=date(2026, 3, 27),
)
TOLD = TellNewIcb(change_id=C, occurred_on=date(2026, 4, 21))
IMPRACTICABLE = ReportHealthProvisionImpracticable(change_id=C, reasons="no therapist", occurred_on=date(2026, 4, 13))
ASKED = RequestAssessmentOrReview(change_id=C, asked_for="REVIEW", occurred_on=date(2026, 5, 1))


def so_far(*commands: Command) -> list[Event]:
    return after(commissioning_body, CHANGED, *commands, reading=MAINTAINED)


def test_another_icb_becomes_responsible() -> None:
    """TV-47."""
    given(commissioning_body).reading(MAINTAINED).sent_at(LATER).when(CHANGED).then(
        CommissioningBodyChanged(
            occurred_on=date(2026, 3, 27), old_icb="QWE", new_icb="QMJ", old_aware_on=date(2026, 3, 30),
            because_of_la_move=False, move_id=None, **IDS,
        )
    )  # fmt: skip


def test_the_change_is_about_a_plan_in_force_and_not_in_the_future() -> None:
    given(commissioning_body).reading(NO_PLAN).when(CHANGED).then_rejected("no-plan")
    given(commissioning_body).reading(MAINTAINED).when(CHANGED).then_rejected("date-in-future")
    given(commissioning_body, *so_far()).reading(MAINTAINED).when(CHANGED).then_rejected("change-exists")


@pytest.mark.parametrize(
    "fields", [{"old_icb": "QMJ"}, {"new_icb": "Kent"}, {"move_id": UUID(int=1), "because_of_la_move": False}]
)
def test_a_change_holds_together(fields: Any) -> None:
    facts = {"case_id": CASE, "old_icb": "QWE", "new_icb": "QMJ", "old_aware_on": date(2026, 3, 30)}
    with pytest.raises(ValidationError):
        ChangeCommissioningBody(**{**facts, **fields})


def test_the_old_icb_tells_the_new_one_once() -> None:
    given(commissioning_body, *so_far()).when(TOLD).then(OldIcbToldNewIcb(occurred_on=date(2026, 4, 21), **IDS))
    given(commissioning_body, *so_far(TOLD)).when(TOLD).then_nothing()


def test_the_new_icb_cannot_arrange_section_g_and_asks_for_help() -> None:
    events = so_far()
    given(commissioning_body, *events).when(IMPRACTICABLE).then(
        HealthProvisionImpracticable(occurred_on=date(2026, 4, 13), reasons="no therapist", **IDS)
    )
    early = IMPRACTICABLE.model_copy(update={"occurred_on": date(2026, 3, 26)})
    given(commissioning_body, *events).when(early).then_rejected("before-change")
    events = so_far(IMPRACTICABLE)
    given(commissioning_body, *events).when(IMPRACTICABLE).then_nothing()
    given(commissioning_body, *events).when(ASKED).then(
        NewIcbRequestedAssessmentOrReview(occurred_on=date(2026, 5, 1), asked_for="REVIEW", **IDS)
    )
    early_ask = ASKED.model_copy(update={"occurred_on": date(2026, 4, 12)})
    given(commissioning_body, *events).when(early_ask).then_rejected("before-impracticable")
    given(commissioning_body, *so_far(IMPRACTICABLE, ASKED)).when(ASKED).then_nothing()


def test_an_icb_that_can_arrange_section_g_does_not_ask() -> None:
    given(commissioning_body, *so_far()).when(ASKED).then_rejected("health-provision-practicable")
