"""Suspensions and permanent exclusions: the head's part, and education from the sixth school day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from ap_intervention.ap_case import ApCase, KnownExclusion
from ap_intervention.codes import ExclusionReason
from ap_intervention.exclusion import (
    ArrangeSixthDayProvision,
    CancelExclusion,
    NotifyAuthorityOfExclusion,
    NotifyEducationArrangements,
    NotifyParentOfExclusion,
    RecordPermanentExclusion,
    RecordSuspension,
    exclusion,
)
from ap_intervention.exclusion_events import (
    AlsoTold,
    AuthorityNotifiedOfExclusion,
    Band,
    DutyHolder,
    EducationArrangementsNotified,
    ExclusionCancelled,
    GoverningBoardDecisionMade,
    GoverningBoardInformed,
    Notice,
    NotOwed,
    ParentNotifiedOfExclusion,
    PupilPermanentlyExcluded,
    PupilSuspended,
    SixthDayProvisionArranged,
)
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Event

from .examples import HOME_SCHOOL, PROVIDER, provider_state, whose

SUSPENSION, PERMANENT = UUID(int=401), UUID(int=402)
FIRST_DAY = date(2026, 10, 6)
"""A Tuesday (TV-48)."""


def suspended(days: str = "8", *, total: str | None = None, **more: Any) -> PupilSuspended:
    return PupilSuspended(
        **{
            "occurred_on": FIRST_DAY,
            "exclusion_id": SUSPENSION,
            "setting_id": HOME_SCHOOL,
            "decided_on": FIRST_DAY,
            "school_days": Decimal(days),
            "term_total": Decimal(total or days),
            "year_total": Decimal(total or days),
            "reason_codes": (ExclusionReason.DB,),
            **whose(),
            **more,
        }
    )


def excluded(on: date = date(2026, 10, 19), **more: Any) -> PupilPermanentlyExcluded:
    return PupilPermanentlyExcluded(
        **{
            "occurred_on": on,
            "exclusion_id": PERMANENT,
            "setting_id": HOME_SCHOOL,
            "decided_on": on,
            "term_total": Decimal(8),
            "year_total": Decimal(8),
            "reason_codes": (ExclusionReason.PA,),
            **whose(),
            **more,
        }
    )


def suspend(days: str = "8", *, total: str | None = None, **more: Any) -> RecordSuspension:
    return RecordSuspension(
        **{
            "occurred_on": FIRST_DAY,
            "exclusion_id": SUSPENSION,
            "setting_id": HOME_SCHOOL,
            "school_days": Decimal(days),
            "term_total": Decimal(total or days),
            "year_total": Decimal(total or days),
            "reason_codes": (ExclusionReason.DB,),
            **whose(),
            **more,
        }
    )


def _exclude(**more: Any) -> RecordPermanentExclusion:
    return RecordPermanentExclusion(
        **{
            "occurred_on": date(2026, 10, 19),
            "exclusion_id": PERMANENT,
            "setting_id": HOME_SCHOOL,
            "term_total": Decimal(8),
            "year_total": Decimal(8),
            "reason_codes": (ExclusionReason.PA,),
            **whose(),
            **more,
        }
    )


def _known(*served: tuple[date, str], cancelled: bool = False) -> ApCase:
    return ApCase(exclusions=tuple(KnownExclusion(uuid4(), on, Decimal(days), cancelled) for on, days in served))


def _arrange(**more: Any) -> ArrangeSixthDayProvision:
    return ArrangeSixthDayProvision(
        **{
            "occurred_on": date(2026, 10, 9),
            "exclusion_id": SUSPENSION,
            "starts_on": date(2026, 10, 13),
            "full_time": True,
            "provider_id": PROVIDER,
            **more,
        }
    )


# --- recorded ---


def test_a_suspension_is_recorded_with_its_days_and_totals() -> None:
    given(exclusion).reading(ApCase()).when(suspend()).then(suspended())


def test_a_permanent_exclusion_has_no_number_of_days() -> None:
    given(exclusion).reading(ApCase()).when(_exclude()).then(excluded())
    assert excluded().school_days is None


def test_tv_58_a_suspension_that_follows_another_names_it_so_that_both_are_one_period() -> None:
    """3 school days from Tuesday 6 October, then 4 more from Friday 9 October."""
    known = _known((FIRST_DAY, "3"))
    first = known.exclusions[0].exclusion_id
    further = suspend("4", total="7", occurred_on=date(2026, 10, 9), continues_exclusion_id=first)
    (event,) = given(exclusion).reading(known).when(further).then_types(PupilSuspended)
    assert event.continues_exclusion_id == first
    typo = further.model_copy(update={"continues_exclusion_id": uuid4()})
    given(exclusion).reading(known).when(typo).then_rejected("no-such-exclusion")


def test_tv_59_a_suspension_after_a_day_in_school_names_none() -> None:
    later = suspend("4", total="7", occurred_on=date(2026, 10, 12))
    (event,) = given(exclusion).reading(_known((FIRST_DAY, "3"))).when(later).then_types(PupilSuspended)
    assert event.continues_exclusion_id is None


def test_lunchtimes_are_halves_and_nothing_smaller_is_counted() -> None:
    (event,) = given(exclusion).reading(ApCase()).when(suspend("0.5")).then_types(PupilSuspended)
    assert event.school_days == Decimal("0.5")
    for wrong in ("0.25", "0", "-1"):
        with pytest.raises(ValidationError):
            suspend(wrong, total="1")


def test_the_decision_comes_no_later_than_the_first_day() -> None:
    early = suspend(decided_on=FIRST_DAY - timedelta(days=1))
    (event,) = given(exclusion).reading(ApCase()).when(early).then_types(PupilSuspended)
    assert event.decided_on == FIRST_DAY - timedelta(days=1)
    given(exclusion).reading(ApCase()).when(suspend(decided_on=FIRST_DAY + timedelta(days=1))).then_rejected(
        "decided-after-first-day"
    )


@pytest.mark.parametrize("totals", [{"term_total": Decimal(7)}, {"term_total": Decimal(9), "year_total": Decimal(8)}])
def test_totals_include_what_they_total(totals: dict[str, Decimal]) -> None:
    given(exclusion).reading(ApCase()).when(suspend(**totals)).then_rejected("totals-do-not-fit")


def test_forty_five_days_are_the_most_in_a_school_year() -> None:
    given(exclusion).reading(ApCase()).when(suspend("5", total="45")).then_types(PupilSuspended)
    given(exclusion).reading(ApCase()).when(suspend("5", total="45.5")).then_rejected("over-45-days")


def test_the_days_recorded_here_count_whatever_total_is_told() -> None:
    served = _known((date(2026, 9, 7), "20"), (date(2026, 9, 28), "22"))
    given(exclusion).reading(served).when(suspend("5", total="5")).then_rejected("over-45-days")
    few = _known((date(2026, 9, 7), "2.5"))
    given(exclusion).reading(few).when(suspend("5", total="5")).then_rejected("year-total-too-low")
    given(exclusion).reading(few).when(suspend("5", total="7.5")).then_types(PupilSuspended)


def test_days_of_another_school_year_and_later_days_do_not_count() -> None:
    others = _known((date(2026, 7, 13), "40"), (date(2026, 11, 2), "10"))
    given(exclusion).reading(others).when(suspend("8")).then_types(PupilSuspended)


def test_the_same_exclusion_is_not_recorded_twice_under_two_ids() -> None:
    known = _known((FIRST_DAY, "8"))
    given(exclusion).reading(known).when(suspend(total="16")).then_rejected("exclusion-recorded-already")
    cancelled = _known((FIRST_DAY, "0.5"), cancelled=True)
    given(exclusion).reading(cancelled).when(suspend()).then_types(PupilSuspended)
    given(exclusion).reading(known).when(_exclude(occurred_on=FIRST_DAY)).then_types(PupilPermanentlyExcluded)


def test_a_plan_this_service_knows_of_counts() -> None:
    (event,) = given(exclusion).reading(ApCase(plan_id=uuid4())).when(_exclude()).then_types(PupilPermanentlyExcluded)
    assert event.has_plan


# --- cancelled ---


def test_a_cancelled_exclusion_says_what_was_served() -> None:
    cancel = CancelExclusion(
        occurred_on=date(2026, 10, 8),
        exclusion_id=SUSPENSION,
        school_days_served=Decimal(2),
        reason="Mistaken identity.",
    )
    (cancelled,) = given(exclusion, suspended()).when(cancel).then_types(ExclusionCancelled)
    given(exclusion, suspended(), cancelled).when(cancel).then_nothing()
    given(exclusion, suspended(), cancelled).reading(provider_state()).when(_arrange()).then_rejected(
        "exclusion-cancelled"
    )
    more = cancel.model_copy(update={"school_days_served": Decimal(9)})
    given(exclusion, suspended()).when(more).then_rejected("more-days-served-than-imposed")


def test_an_exclusion_is_not_cancelled_once_the_board_has_met() -> None:
    board: list[Event] = [
        GoverningBoardInformed(
            occurred_on=FIRST_DAY, case_id=whose()["case_id"], exclusion_id=SUSPENSION, band=Band.FIVE_TO_15
        ),
        GoverningBoardDecisionMade(
            occurred_on=date(2026, 11, 3),
            exclusion_id=SUSPENSION,
            reinstated=False,
            decided_on=date(2026, 11, 2),
            given_by="POST",
            reasons="Proportionate.",
            **whose(),
        ),
    ]
    cancel = CancelExclusion(
        occurred_on=date(2026, 11, 4), exclusion_id=SUSPENSION, school_days_served=Decimal(8), reason="Second thoughts."
    )
    given(exclusion, suspended(), *board).when(cancel).then_rejected("board-has-met")


# --- notices ---


def test_parent_and_authority_are_told_once() -> None:
    parent = NotifyParentOfExclusion(
        occurred_on=FIRST_DAY, exclusion_id=SUSPENSION, method=Notice.HAND, public_place_days_stated=True
    )
    (told,) = given(exclusion, suspended()).when(parent).then_types(ParentNotifiedOfExclusion)
    given(exclusion, suspended(), told).when(parent).then_nothing()
    authority = NotifyAuthorityOfExclusion(
        occurred_on=FIRST_DAY, exclusion_id=SUSPENSION, also_told=(AlsoTold.SOCIAL_WORKER,)
    )
    (told,) = given(exclusion, suspended()).when(authority).then_types(AuthorityNotifiedOfExclusion)
    given(exclusion, suspended(), told).when(authority).then_nothing()


@pytest.mark.parametrize(
    ("told_on", "starts_on", "agreed", "refused"),
    [
        (FIRST_DAY, date(2026, 10, 7), False, None),
        (date(2026, 10, 8), date(2026, 10, 13), False, None),
        (date(2026, 10, 11), date(2026, 10, 13), False, None),
        (date(2026, 10, 12), date(2026, 10, 13), False, "less-than-48-hours-notice"),
        (date(2026, 10, 12), date(2026, 10, 13), True, None),
        (FIRST_DAY, date(2026, 10, 5), False, "education-before-exclusion"),
    ],
)
def test_after_the_first_day_education_is_announced_48_hours_before(
    told_on: date, starts_on: date, agreed: bool, refused: str | None
) -> None:
    notify = NotifyEducationArrangements(
        occurred_on=told_on,
        exclusion_id=SUSPENSION,
        education_starts_on=starts_on,
        parent_agreed_to_short_notice=agreed,
    )
    spec = given(exclusion, suspended()).when(notify)
    if refused is None:
        spec.then_types(EducationArrangementsNotified)
    else:
        spec.then_rejected(refused)


# --- the sixth school day ---


def test_tv_48_the_governing_board_owes_the_sixth_day_of_a_suspension() -> None:
    """8 school days from Tuesday 6 October: education from Tuesday 13 October."""
    (arranged,) = (
        given(exclusion, suspended()).reading(provider_state()).when(_arrange()).then_types(SixthDayProvisionArranged)
    )
    assert (arranged.starts_on, arranged.duty_holder) == (date(2026, 10, 13), DutyHolder.GOVERNING_BOARD)


def test_example_2_late_provision_after_a_permanent_exclusion_is_recorded_as_it_is() -> None:
    """Green Paper 8.5, example 2: sixth day 12 November, provision from the 13th; the clock shows the day late."""
    late = _arrange(
        exclusion_id=PERMANENT, occurred_on=date(2026, 11, 12), starts_on=date(2026, 11, 13), provider_id=None
    )
    (arranged,) = (
        given(exclusion, excluded(date(2026, 11, 5)))
        .reading(provider_state())
        .when(late)
        .then_types(SixthDayProvisionArranged)
    )
    assert (arranged.starts_on, arranged.duty_holder) == (date(2026, 11, 13), DutyHolder.HOME_AUTHORITY)


def test_the_education_is_full_time_unless_the_regulations_say_otherwise() -> None:
    part = _arrange(full_time=False, hours_per_week=Decimal(10))
    given(exclusion, suspended()).reading(provider_state()).when(part).then_rejected("full-time-education-owed")
    by_plan = part.model_copy(update={"reason_not_owed": NotOwed.PLAN_SPECIFIES_FEWER_HOURS})
    given(exclusion, suspended(has_plan=True)).reading(provider_state()).when(by_plan).then_types(
        SixthDayProvisionArranged
    )
    given(exclusion, suspended()).reading(provider_state()).when(by_plan).then_rejected("no-plan-held")


def test_year_11_after_the_examinations_is_owed_nothing() -> None:
    done = ArrangeSixthDayProvision(
        occurred_on=date(2026, 10, 9), exclusion_id=SUSPENSION, full_time=False, reason_not_owed=NotOwed.EXAMS_TAKEN
    )
    (event,) = (
        given(exclusion, suspended(year_group=11))
        .reading(provider_state())
        .when(done)
        .then_types(SixthDayProvisionArranged)
    )
    assert (event.starts_on, event.reason_not_owed) == (date(2026, 10, 9), NotOwed.EXAMS_TAKEN)
    given(exclusion, suspended(year_group=10)).reading(provider_state()).when(done).then_rejected("not-year-11")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason_not_owed": NotOwed.EXAMS_TAKEN},
        {"starts_on": None},
        {"full_time": False, "reason_not_owed": NotOwed.PLAN_SPECIFIES_FEWER_HOURS},
    ],
)
def test_facts_that_contradict_each_other_are_malformed(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _arrange(**wrong)


def test_a_provider_that_is_not_in_order_cannot_take_the_pupil_on_the_sixth_day_either() -> None:
    given(exclusion, suspended()).reading(provider_state(visited_on=None)).when(_arrange()).then_rejected(
        "quality-assurance-missing"
    )


def test_education_does_not_begin_before_the_exclusion() -> None:
    early = _arrange(starts_on=FIRST_DAY - timedelta(days=1))
    given(exclusion, suspended()).reading(provider_state()).when(early).then_rejected("education-before-exclusion")


def test_provision_can_be_arranged_afresh() -> None:
    first = (
        given(exclusion, suspended()).reading(provider_state()).when(_arrange()).then_types(SixthDayProvisionArranged)
    )
    given(exclusion, suspended(), *first).reading(provider_state()).when(_arrange()).then_nothing()
    other = _arrange(provider_id=None, starts_on=date(2026, 10, 14))
    given(exclusion, suspended(), *first).reading(provider_state()).when(other).then_types(SixthDayProvisionArranged)
