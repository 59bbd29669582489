"""The authority's duty to arrange education (section 19)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from ap_intervention.ap_case import ApCase, KnownExclusion
from ap_intervention.section19 import (
    ArrangeSection19Provision,
    EndSection19Duty,
    IdentifySection19Duty,
    ReceiveSicknessReturn,
    ReviewSection19Provision,
    section19_duty,
)
from ap_intervention.section19_events import (
    Section19DutyEnded,
    Section19DutyIdentified,
    Section19ProvisionArranged,
    Section19ProvisionReviewed,
    SicknessReturnReceived,
    WhyEnded,
    WhyOwed,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Event

from .examples import HOME_SCHOOL, PROVIDER, provider_state, whose

DUTY = UUID(int=601)
AWARE_ON = date(2026, 9, 21)


def identify(**more: Any) -> IdentifySection19Duty:
    return IdentifySection19Duty(
        **{
            "occurred_on": AWARE_ON,
            "duty_id": DUTY,
            "reason": WhyOwed.ILLNESS,
            "absent_from": date(2026, 9, 14),
            "setting_id": HOME_SCHOOL,
            **whose(),
            **more,
        }
    )


def identified() -> Section19DutyIdentified:
    return Section19DutyIdentified(
        occurred_on=AWARE_ON,
        duty_id=DUTY,
        reason=WhyOwed.ILLNESS,
        absent_from=date(2026, 9, 14),
        setting_id=HOME_SCHOOL,
        **whose(),
    )


def arrange(**more: Any) -> ArrangeSection19Provision:
    return ArrangeSection19Provision(
        **{
            "occurred_on": date(2026, 9, 28),
            "duty_id": DUTY,
            "starts_on": date(2026, 10, 5),
            "provider_id": PROVIDER,
            "hours_per_week": Decimal(25),
            "full_time": True,
            **more,
        }
    )


PART_TIME: dict[str, Any] = {
    "hours_per_week": Decimal("7.5"),
    "full_time": False,
    "part_time_until": date(2026, 12, 18),
    "reasons_if_part_time": "The consultant advises no more than 90 minutes a day.",
}


def _arranged(**more: Any) -> list[Event]:
    return [
        identified(),
        *given(section19_duty, identified())
        .reading(provider_state())
        .when(arrange(**more))
        .then_types(Section19ProvisionArranged),
    ]


def test_tv_53_the_duty_arises_when_the_authority_becomes_aware_not_on_the_fifteenth_day() -> None:
    """Absent from 14 September, known a week later; the 15th school day would be 2 October."""
    given(section19_duty).reading(ApCase()).when(identify()).then(identified())


def test_illness_has_a_first_day_of_absence() -> None:
    with pytest.raises(ValidationError, match="absent_from"):
        identify(absent_from=None)
    assert identify(reason=WhyOwed.OTHERWISE, absent_from=None).absent_from is None


RETURNED = ReceiveSicknessReturn(occurred_on=date(2026, 9, 30), duty_id=DUTY)


def test_the_schools_return_of_illness_can_be_how_the_authority_learns_of_it() -> None:
    opened = given(section19_duty).reading(ApCase()).when(identify(by_sickness_return=True))
    _, returned = opened.then_types(Section19DutyIdentified, SicknessReturnReceived)
    assert returned.occurred_on == AWARE_ON
    with pytest.raises(ValidationError, match="by_sickness_return goes with reason ILLNESS"):
        identify(reason=WhyOwed.OTHERWISE, by_sickness_return=True)


def test_the_return_may_come_when_the_authority_knows_already() -> None:
    (returned,) = given(section19_duty, identified()).when(RETURNED).then_types(SicknessReturnReceived)
    given(section19_duty, identified(), returned).when(RETURNED).then_nothing()
    again = RETURNED.model_copy(update={"occurred_on": date(2026, 10, 1)})
    refused = given(section19_duty, identified(), returned).when(again).then_rejected("return-received")
    assert "2026-09-30" in refused.detail


def test_there_is_a_return_of_illness_only() -> None:
    otherwise = identified().model_copy(update={"reason": WhyOwed.OTHERWISE})
    given(section19_duty, otherwise).when(RETURNED).then_rejected("not-illness")
    given(section19_duty).when(RETURNED).then_rejected("duty-not-identified")


def test_another_childs_case_is_refused() -> None:
    another = identify(person_id=UUID(int=8))
    given(section19_duty).reading(ApCase()).when(another).then_rejected("case-of-another-person")


def test_an_exclusion_that_is_named_is_one_of_the_child() -> None:
    excluded = identify(reason=WhyOwed.EXCLUSION, exclusion_id=UUID(int=401))
    known = ApCase(exclusions=(KnownExclusion(UUID(int=401), date(2026, 9, 14), Decimal(0)),))
    (event,) = given(section19_duty).reading(known).when(excluded).then_types(Section19DutyIdentified)
    assert event.exclusion_id == UUID(int=401)
    typo = excluded.model_copy(update={"exclusion_id": UUID(int=402)})
    refused = given(section19_duty).reading(known).when(typo).then_rejected("no-such-exclusion")
    assert "exclusion_id" in refused.detail


def test_education_is_arranged_and_reviewed_in_half_a_term() -> None:
    *_, arranged = _arranged()
    assert arranged.next_review_on == date(2026, 11, 16)  # type: ignore[attr-defined]


def test_part_time_needs_reasons_and_an_end() -> None:
    for missing in ("part_time_until", "reasons_if_part_time"):
        with pytest.raises(ValidationError, match="full_time false needs"):
            arrange(**PART_TIME | {missing: None})
    with pytest.raises(ValidationError, match="go with full_time false"):
        arrange(part_time_until=date(2026, 12, 18))
    assert _arranged(**PART_TIME)


def test_part_time_is_limited_and_reviewed_within_six_weeks() -> None:
    start = date(2026, 10, 5)
    duty = given(section19_duty, identified()).reading(provider_state())
    duty.when(arrange(**PART_TIME | {"part_time_until": start})).then_rejected("part-time-ends-before-start")
    duty.when(arrange(**PART_TIME, next_review_on=start + timedelta(weeks=6))).then_types(Section19ProvisionArranged)
    duty.when(arrange(**PART_TIME, next_review_on=start + timedelta(weeks=6, days=1))).then_rejected(
        "part-time-review-too-late"
    )
    duty.when(arrange(next_review_on=start)).then_rejected("next-review-not-later")


def test_a_provider_that_is_not_in_order_cannot_take_the_child() -> None:
    given(section19_duty, identified()).reading(provider_state(checks=())).when(arrange()).then_rejected(
        "provider-check-missing"
    )
    elsewhere = arrange(provider_id=None)
    given(section19_duty, identified()).reading(provider_state(checks=())).when(elsewhere).then_types(
        Section19ProvisionArranged
    )


def test_education_is_arranged_afresh_when_it_changes() -> None:
    history = _arranged()
    given(section19_duty, *history).reading(provider_state()).when(arrange()).then_nothing()
    given(section19_duty, *history).reading(provider_state()).when(arrange(hours_per_week=Decimal(20))).then_types(
        Section19ProvisionArranged
    )


def test_what_was_arranged_is_reviewed() -> None:
    review = ReviewSection19Provision(occurred_on=date(2026, 11, 16), duty_id=DUTY, suitable=True)
    given(section19_duty, identified()).when(review).then_rejected("nothing-arranged")
    history = _arranged()
    (reviewed,) = given(section19_duty, *history).when(review).then_types(Section19ProvisionReviewed)
    assert reviewed.next_review_on == date(2026, 12, 28)
    given(section19_duty, *history, reviewed).when(review).then_nothing()
    late = review.model_copy(update={"next_review_on": date(2027, 1, 4)})
    given(section19_duty, *_arranged(**PART_TIME)).when(late).then_rejected("part-time-review-too-late")


def test_nothing_is_owed_after_the_end() -> None:
    end = EndSection19Duty(occurred_on=date(2027, 1, 4), duty_id=DUTY, reason=WhyEnded.BACK_IN_SCHOOL)
    ended = given(section19_duty, *_arranged()).when(end).then_types(Section19DutyEnded)
    given(section19_duty, *_arranged(), *ended).when(end).then_nothing()
    given(section19_duty, identified(), *ended).reading(provider_state()).when(arrange()).then_rejected("duty-ended")
