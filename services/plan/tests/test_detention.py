"""Detention: the plan is kept, sent, and reviewed on release."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.detention import (
    DetentionEnded,
    DetentionStarted,
    EndDetention,
    HoldReleaseReview,
    PlanSentToDetention,
    ReleaseReviewHeld,
    SendPlanToDetention,
    StartDetention,
    detention,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, LATER, MAINTAINED, NO_PLAN, PERSON, PLAN, after

D = UUID(int=50)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "detention_id": D}

STARTED = StartDetention(
    case_id=CASE, person_id=PERSON, detention_id=D, aware_on=date(2026, 4, 22),
    accommodation="YOUNG_OFFENDER_INSTITUTION", order_kind="REMAND", occurred_on=date(2026, 4, 20),
)  # fmt: skip
SENT = SendPlanToDetention(detention_id=D, sent_to=("PERSON_IN_CHARGE",), occurred_on=date(2026, 4, 28))
ENDED = EndDetention(detention_id=D, occurred_on=date(2026, 8, 3))
REVIEWED = HoldReleaseReview(detention_id=D, review_id=UUID(int=51), occurred_on=date(2026, 8, 20))


def so_far(*commands: Command, plan: Any = MAINTAINED) -> list[Event]:
    return after(detention, STARTED, *commands, reading=plan)


def test_a_plan_in_force_is_kept_in_detention() -> None:
    given(detention).reading(MAINTAINED).sent_at(LATER).when(STARTED).then(
        DetentionStarted(
            occurred_on=date(2026, 4, 20), plan_id=PLAN, aware_on=date(2026, 4, 22), plan_kept=True,
            accommodation="YOUNG_OFFENDER_INSTITUTION", order_kind="REMAND", assessment_in_progress=False, **IDS,
        )
    )  # fmt: skip


def test_an_unfinished_assessment_goes_on_without_a_plan() -> None:
    """TV-60."""
    carried_in = STARTED.model_copy(update={"assessment_in_progress": True})
    (started,) = given(detention).reading(NO_PLAN).sent_at(LATER).when(carried_in).then_types(DetentionStarted)
    assert (started.plan_kept, started.plan_id, started.assessment_in_progress) == (False, None, True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"aware_on": date(2026, 4, 19)}, "aware-before-detention"),
        ({"aware_on": date(2028, 4, 19)}, "date-in-future"),
        ({"person_id": UUID(int=9)}, "case-of-another-person"),
    ],
)
def test_a_detention_holds_together(changed: Any, code: str) -> None:
    given(detention).reading(MAINTAINED).sent_at(LATER).when(STARTED.model_copy(update=changed)).then_rejected(code)


def test_a_detention_starts_once() -> None:
    given(detention, *so_far()).reading(MAINTAINED).when(STARTED).then_rejected("detention-exists")


def test_the_plan_is_sent_to_the_person_in_charge_first() -> None:
    given(detention, *so_far()).when(SENT).then(
        PlanSentToDetention(occurred_on=date(2026, 4, 28), plan_id=PLAN, sent_to=("PERSON_IN_CHARGE",), **IDS)
    )
    team = SENT.model_copy(update={"sent_to": ("YOUTH_OFFENDING_TEAM",)})
    given(detention, *so_far()).when(team).then_rejected("recipient-missing")
    given(detention, *so_far(SENT)).when(team).then_types(PlanSentToDetention)
    given(detention, *so_far(SENT)).when(SENT).then_nothing()
    early = SENT.model_copy(update={"occurred_on": date(2026, 4, 19)})
    given(detention, *so_far()).when(early).then_rejected("before-detention")
    with pytest.raises(ValidationError):
        SendPlanToDetention(detention_id=D, sent_to=())


def test_there_is_no_plan_to_send_where_none_was_kept() -> None:
    given(detention, *so_far(plan=NO_PLAN)).when(SENT).then_rejected("no-plan-kept")


def test_nothing_is_sent_after_the_release() -> None:
    given(detention, *so_far(ENDED)).when(SENT).then_rejected("detention-ended")


def test_the_detention_ends() -> None:
    given(detention, *so_far()).when(ENDED).then(
        DetentionEnded(occurred_on=date(2026, 8, 3), plan_id=PLAN, released_to_la=None, **IDS)
    )
    given(detention, *so_far(ENDED)).when(ENDED).then_nothing()
    early = ENDED.model_copy(update={"occurred_on": date(2026, 4, 19)})
    given(detention, *so_far()).when(early).then_rejected("before-detention")
    own = ENDED.model_copy(update={"released_to_la": "999"})
    given(detention, *so_far()).when(own).then_rejected("same-authority")


def test_the_plan_is_reviewed_on_release() -> None:
    given(detention, *so_far(ENDED)).when(REVIEWED).then(
        ReleaseReviewHeld(occurred_on=date(2026, 8, 20), plan_id=PLAN, review_id=UUID(int=51), **IDS)
    )
    given(detention, *so_far(ENDED, REVIEWED)).when(REVIEWED).then_nothing()
    early = REVIEWED.model_copy(update={"occurred_on": date(2026, 8, 2)})
    given(detention, *so_far(ENDED)).when(early).then_rejected("before-release")


def test_there_is_no_release_review_without_release_plan_or_our_authority() -> None:
    given(detention, *so_far()).when(REVIEWED).then_rejected("not-released")
    given(detention, *so_far(ENDED, plan=NO_PLAN)).when(REVIEWED).then_rejected("no-plan-kept")
    elsewhere = ENDED.model_copy(update={"released_to_la": "801"})
    given(detention, *so_far(elsewhere)).when(REVIEWED).then_rejected("released-elsewhere")
