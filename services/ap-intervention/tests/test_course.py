"""An intervention reviewed, extended and moved between tiers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from ap_intervention.codes import Registration
from ap_intervention.intervention import intervention
from ap_intervention.intervention_commands import ChangeTier, ExtendIntervention, ReviewIntervention
from ap_intervention.intervention_events import (
    ApPlacementCommissioned,
    ApPlacementEnded,
    ApPlacementStarted,
    ApReviewHeld,
    InterventionExtended,
    NonSchoolLimitExceptionApproved,
    ObjectiveProgress,
    Progress,
    ReviewDecision,
    TierChanged,
)
from ap_intervention.terms import LimitFlag
from shared.testing.spec import given

from .examples import CASE, INTERVENTION, PERSON, PROVIDER, START, TWELVE_WEEKS_ON, provider_state, running, terms

REVIEW_DAY = date(2026, 10, 26)


def _review(**more: Any) -> ReviewIntervention:
    return ReviewIntervention(
        **{
            "occurred_on": REVIEW_DAY,
            "intervention_id": INTERVENTION,
            "decision": ReviewDecision.CONTINUE,
            **more,
        }
    )


def _extend(to: date, **more: Any) -> ExtendIntervention:
    return ExtendIntervention(
        **{
            "occurred_on": date(2026, 11, 30),
            "intervention_id": INTERVENTION,
            "new_end_on": to,
            "reason": "The return is prepared for the new term.",
            **more,
        }
    )


def _change(to_tier: Any, **more: Any) -> ChangeTier:
    return ChangeTier(
        **{
            "occurred_on": REVIEW_DAY,
            "intervention_id": INTERVENTION,
            "provider_id": PROVIDER,
            "to_tier": to_tier,
            "registration": Registration.SINGLE,
            "planned_end_on": date(2026, 12, 18),
            "terms": terms(to_tier),
            "reason": "Outreach was not enough.",
            **more,
        }
    )


# --- reviews ---


def test_reviews_are_half_termly_unless_agreed_otherwise() -> None:
    (held,) = given(intervention, *running(planned_end_on=date(2027, 7, 16))).when(_review()).then_types(ApReviewHeld)
    assert held.next_review_on == REVIEW_DAY + timedelta(weeks=6)
    given(intervention, *running()).when(_review(next_review_on=date(2026, 11, 9))).then_types(ApReviewHeld)


def test_the_last_review_is_at_the_planned_end() -> None:
    """Green Paper 8.5, example 1: reviews at 6 weeks and at the end."""
    (held,) = given(intervention, *running()).when(_review()).then_types(ApReviewHeld)
    assert held.next_review_on == TWELVE_WEEKS_ON


def test_a_review_that_ends_the_intervention_plans_no_other() -> None:
    (held,) = given(intervention, *running()).when(_review(decision=ReviewDecision.END)).then_types(ApReviewHeld)
    assert held.next_review_on is None


def test_the_next_review_comes_later() -> None:
    given(intervention, *running()).when(_review(next_review_on=REVIEW_DAY)).then_rejected("next-review-not-later")


def test_a_part_time_timetable_is_reviewed_within_six_weeks() -> None:
    history = running(terms=terms(2, part_time_timetable=True, weekly_sessions=4, hours_per_week=Decimal(12)))
    within, late = REVIEW_DAY + timedelta(weeks=6), REVIEW_DAY + timedelta(weeks=6, days=1)
    given(intervention, *history).when(_review(next_review_on=within)).then_types(ApReviewHeld)
    given(intervention, *history).when(_review(next_review_on=late)).then_rejected("part-time-review-too-late")


def test_a_review_speaks_of_objectives_that_were_agreed() -> None:
    progress = (ObjectiveProgress(number=2, progress=Progress.ON_TRACK),)
    given(intervention, *running()).when(_review(progress_by_objective=progress)).then_types(ApReviewHeld)
    unknown = (ObjectiveProgress(number=3, progress=Progress.MET),)
    given(intervention, *running()).when(_review(progress_by_objective=unknown)).then_rejected("no-such-objective")


def test_nothing_is_reviewed_before_it_started() -> None:
    given(intervention, *running()[:2]).when(_review()).then_rejected("intervention-not-running")
    given(intervention, *running()).when(_review(occurred_on=START - timedelta(days=1))).then_rejected(
        "before-the-start"
    )


# --- extensions ---


def test_an_extension_beyond_twelve_weeks_needs_the_panel() -> None:
    given(intervention, *running()).when(_extend(date(2026, 12, 18))).then_rejected("panel-approval-needed")
    (extended,) = (
        given(intervention, *running())
        .when(_extend(date(2026, 12, 18), panel_approved_on=date(2026, 11, 27)))
        .then_types(InterventionExtended)
    )
    assert (extended.was, extended.new_end_on) == (TWELVE_WEEKS_ON, date(2026, 12, 18))


def test_an_extension_within_twelve_weeks_does_not() -> None:
    short = running(planned_end_on=date(2026, 10, 30))
    given(intervention, *short).when(_extend(TWELVE_WEEKS_ON, occurred_on=REVIEW_DAY)).then_types(InterventionExtended)


def test_the_panel_approves_first() -> None:
    given(intervention, *running()).when(
        _extend(date(2026, 12, 18), panel_approved_on=date(2026, 12, 1))
    ).then_rejected("approved-after-extension")


def test_an_extension_goes_beyond_the_planned_end() -> None:
    given(intervention, *running()).when(_extend(date(2026, 12, 4))).then_rejected("not-an-extension")
    given(intervention, *running()).when(_extend(TWELVE_WEEKS_ON)).then_rejected("not-an-extension")
    longer = _extend(date(2026, 12, 18), panel_approved_on=date(2026, 11, 13))
    (extended,) = given(intervention, *running()).when(longer).then_types(InterventionExtended)
    given(intervention, *running(), extended).when(longer).then_nothing()
    later = longer.model_copy(update={"occurred_on": longer.occurred_on + timedelta(days=1)})
    words = given(intervention, *running(), extended).when(later).then_rejected("not-an-extension").detail
    assert f"since {longer.occurred_on}" in words
    assert "POST /interventions/{intervention_id}/corrections" in words


def test_an_open_ended_intervention_cannot_be_extended() -> None:
    given(intervention, *running(3, planned_end_on=None)).when(_extend(date(2027, 3, 1))).then_rejected(
        "no-planned-end"
    )


def test_an_extension_outside_school_needs_an_exception_as_well() -> None:
    approval = {"panel_approved_on": date(2026, 11, 27)}
    history = running(school=False)
    longer = _extend(date(2026, 12, 18), **approval)
    given(intervention, *history).when(longer).then_rejected("non-school-limit-exception-needed")
    exception = NonSchoolLimitExceptionApproved(
        occurred_on=date(2026, 11, 27),
        case_id=CASE,
        person_id=PERSON,
        intervention_id=INTERVENTION,
        flags=tuple(LimitFlag),
        covers_until=date(2026, 12, 18),
        approved_by="manager-1",
        reason="Two more weeks to the end of term.",
    )
    given(intervention, *history, exception).when(longer).then_types(InterventionExtended)


# --- tiers ---


def test_moving_up_from_tier_1_begins_a_placement() -> None:
    changed, commissioned, started = (
        given(intervention, *running(1))
        .reading(provider_state())
        .when(_change(2))
        .then_types(TierChanged, ApPlacementCommissioned, ApPlacementStarted)
    )
    assert (changed.from_tier, changed.to_tier) == (1, 2)
    assert (commissioned.start_on, started.tier) == (REVIEW_DAY, 2)


def test_moving_between_tiers_2_and_3_goes_on_with_the_placement() -> None:
    given(intervention, *running()).reading(provider_state()).when(_change(3)).then_types(TierChanged)


def test_moving_down_to_tier_1_ends_the_placement_even_with_a_suspended_provider() -> None:
    given(intervention, *running()).reading(provider_state(visited_on=None)).when(
        _change(1, planned_end_on=None)
    ).then_types(TierChanged, ApPlacementEnded)


def test_moving_up_is_a_new_start_with_the_provider() -> None:
    given(intervention, *running(1)).reading(provider_state(visited_on=None)).when(_change(2)).then_rejected(
        "quality-assurance-missing"
    )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"terms": terms(2, reintegration_target=None)}, "reintegration-target-missing"),
        ({"planned_end_on": None}, "planned-end-missing"),
        ({"provider_id": uuid4()}, "another-provider"),
    ],
)
def test_the_new_tier_has_its_own_rules(wrong: dict[str, Any], code: str) -> None:
    given(intervention, *running(1)).reading(provider_state()).when(_change(2, **wrong)).then_rejected(code)


def test_a_change_to_the_same_tier_is_none() -> None:
    given(intervention, *running()).reading(provider_state()).when(_change(2)).then_rejected("same-tier")
