"""The graduated approach: from a concern through reviewed cycles to its end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from referral.codes import Area, Layer, NeedCode
from referral.person import Person
from referral.sen_support import sen_support
from referral.sen_support_commands import (
    CloseConcern,
    CloseSupportForPlan,
    EndSenSupport,
    IdentifyNeed,
    OpenApdrCycle,
    PlannedOutcome,
    PlannedStrategy,
    RaiseConcern,
    ReceiveHealthNotification,
    RecordProgressCheck,
    RecordSpecialistAdvice,
    RequestSpecialistAdvice,
    ResumeApdrCycle,
    ReviewApdrCycle,
    StartSenSupport,
    StartTargetedSupport,
)
from referral.sen_support_events import (
    ApdrCycleOpened,
    ApdrCycleReviewed,
    ApdrOutcome,
    ConcernClosed,
    ConcernRaised,
    CycleOrigin,
    HealthNotificationReceived,
    Next,
    PrimaryNeedIdentified,
    ProgressCheckRecorded,
    SenSupportEnded,
    SenSupportStarted,
    SpecialistAdviceReceived,
    SpecialistAdviceRequested,
    Strategy,
    TargetedSupportStarted,
)
from shared.testing.spec import Spec, given

from shared import Event, case_id_of

PERSON, SUPPORT, CYCLE, ADVICE = (UUID(int=n) for n in (7, 1, 2, 3))
CASE = case_id_of("999", PERSON)
CHILD = Person(person_id=PERSON, case_id=CASE)
START = date(2026, 10, 5)
IDS = {"case_id": CASE, "support_id": SUPPORT}
WHO = {"person_id": PERSON, **IDS}
READING = ApdrOutcome(target="reads 20 words a minute", baseline="4 words a minute", by=date(2027, 1, 8))
PHONICS = Strategy(what="phonics group", who="teaching assistant", frequency="daily", minutes=20, group_size=4)

concern = ConcernRaised(
    occurred_on=date(2026, 9, 21),
    raised_by="CLASS_TEACHER",
    areas=(Area.CL,),
    observed_difficulty="reads slowly",
    parent_informed_on=date(2026, 9, 28),
    **WHO,
)
started = SenSupportStarted(
    occurred_on=START,
    primary_need_code=NeedCode.SPLD,
    layer=Layer.TARGETED,
    consent_basis="PARENT_INFORMED",
    parent_informed_on=date(2026, 9, 28),
    **WHO,
)
unspecified = started.model_copy(update={"primary_need_code": NeedCode.NSA})
opened = ApdrCycleOpened(
    occurred_on=START,
    cycle_id=CYCLE,
    number=1,
    origin=CycleOrigin.GRADUATED_APPROACH,
    assess_summary="decoding is weak",
    outcomes=(READING,),
    strategies=(PHONICS,),
    review_due_on=date(2027, 1, 11),
    **WHO,
)
open_cycle = OpenApdrCycle(
    occurred_on=START,
    case_id=CASE,
    cycle_id=CYCLE,
    assess_summary="decoding is weak",
    outcomes=(PlannedOutcome(**READING.model_dump()),),
    strategies=(PlannedStrategy(**PHONICS.model_dump()),),
)


def of_child(*events: Event) -> Spec:
    """As ``given``, for commands that ask whether the child is registered."""
    return given(sen_support, *events).reading(CHILD)


def start(on: date = START, **more: Any) -> StartSenSupport:
    fields: dict[str, Any] = {
        "support_id": SUPPORT,
        "primary_need_code": NeedCode.SPLD,
        "parent_informed_on": date(2026, 9, 28),
    }
    return StartSenSupport(occurred_on=on, person_id=PERSON, **fields | more)


def review(next: Next, on: date = date(2027, 1, 11)) -> ReviewApdrCycle:
    return ReviewApdrCycle(occurred_on=on, case_id=CASE, progress="SOME", next=next)


def reviewed(next: Next, layer: Layer = Layer.TARGETED) -> ApdrCycleReviewed:
    return ApdrCycleReviewed(
        occurred_on=date(2027, 1, 11), cycle_id=CYCLE, number=1, progress="SOME", next=next, layer=layer, **WHO
    )


def test_a_concern_begins_a_spell_and_further_ones_join_it() -> None:
    first = RaiseConcern(
        occurred_on=date(2026, 9, 21),
        person_id=PERSON,
        support_id=SUPPORT,
        raised_by="CLASS_TEACHER",
        areas=(Area.CL,),
        observed_difficulty="reads slowly",
        parent_informed_on=date(2026, 9, 28),
    )
    of_child().when(first).then(concern)
    of_child(concern).when(first).then_nothing()
    second = first.model_copy(update={"raised_by": "PARENT", "support_id": UUID(int=99)})
    [event] = of_child(concern).when(second).then_types(ConcernRaised)
    assert event.support_id == SUPPORT


def test_a_concern_may_need_no_support() -> None:
    close = CloseConcern(occurred_on=START, case_id=CASE, outcome="ORDINARILY_AVAILABLE_PROVISION")
    given(sen_support, concern).when(close).then_types(ConcernClosed)
    given(sen_support, concern, started).when(close).then_rejected("no-open-concern")


def test_support_starts_fourteen_days_after_the_concern_in_the_same_spell() -> None:
    """GP 6.5 example 1."""
    of_child(concern).when(start(support_id=UUID(int=99), parent_informed_on=None)).then(started)


def test_support_can_start_without_an_earlier_concern_here() -> None:
    of_child().when(start()).then(started)


def test_the_parent_is_told_before_support_starts_or_on_that_day() -> None:
    of_child().when(start(parent_informed_on=None)).then_rejected("parent-not-informed")
    of_child().when(start(parent_informed_on=date(2026, 10, 6))).then_rejected("parent-informed-late")
    of_child().when(start(parent_informed_on=START)).then_types(SenSupportStarted)


def test_support_does_not_start_twice() -> None:
    of_child(started).when(start()).then_rejected("support-started")


def test_two_needs_are_two_different_ones() -> None:
    with pytest.raises(ValidationError, match="must differ"):
        start(secondary_need_code=NeedCode.SPLD)
    with pytest.raises(ValidationError):
        start(secondary_need_code=NeedCode.NSA)


def test_a_cycle_is_reviewed_within_fourteen_weeks() -> None:
    given(sen_support, started).when(open_cycle).then(opened)
    soon = open_cycle.model_copy(update={"review_due_on": date(2026, 12, 4)})
    [event] = given(sen_support, started).when(soon).then_types(ApdrCycleOpened)
    assert event.review_due_on == date(2026, 12, 4)
    for wrong in (date(2027, 1, 12), START):
        given(sen_support, started).when(open_cycle.model_copy(update={"review_due_on": wrong})).then_rejected(
            "review-date-out-of-range"
        )


def test_cycles_follow_one_another() -> None:
    given(sen_support).when(open_cycle).then_rejected("not-on-sen-support")
    given(sen_support, started, opened).when(open_cycle).then_rejected("cycle-open")
    [event] = (
        given(sen_support, started, opened, reviewed(Next.CONTINUE))
        .when(open_cycle.model_copy(update={"occurred_on": date(2027, 1, 12), "cycle_id": UUID(int=9)}))
        .then_types(ApdrCycleOpened)
    )
    assert event.number == 2


def test_a_cycle_without_aims_or_actions_is_malformed() -> None:
    with pytest.raises(ValidationError):
        OpenApdrCycle(case_id=CASE, assess_summary="x", outcomes=(), strategies=open_cycle.strategies)


def test_the_type_of_need_is_known_by_the_first_review() -> None:
    """GP 6.5 example 5."""
    given(sen_support, unspecified, opened).when(review(Next.CONTINUE)).then_rejected("primary-need-unspecified")
    identify = IdentifyNeed(occurred_on=date(2027, 1, 11), case_id=CASE, primary_need_code=NeedCode.SPLD)
    identified = PrimaryNeedIdentified(occurred_on=date(2027, 1, 11), primary_need_code=NeedCode.SPLD, **IDS)
    given(sen_support, unspecified, opened).when(identify).then(identified)
    given(sen_support, unspecified, opened, identified).when(identify).then_nothing()
    given(sen_support, unspecified, opened, identified).when(review(Next.CONTINUE)).then_types(ApdrCycleReviewed)


def test_stepping_up_brings_in_specialists() -> None:
    """GP 6.5 example 2."""
    given(sen_support, started, opened).when(review(Next.STEP_UP)).then(reviewed(Next.STEP_UP, Layer.TARGETED_PLUS))
    ask = RequestSpecialistAdvice(occurred_on=date(2027, 1, 12), case_id=CASE, advice_id=ADVICE, profession="SALT")
    asked = SpecialistAdviceRequested(occurred_on=date(2027, 1, 12), advice_id=ADVICE, profession="SALT", **IDS)
    given(sen_support, started, opened).when(ask).then(asked)
    given(sen_support, started, opened, asked).when(ask).then_nothing()
    record = RecordSpecialistAdvice(occurred_on=date(2027, 2, 1), case_id=CASE, advice_id=ADVICE, summary_ref="doc-1")
    received = SpecialistAdviceReceived(
        occurred_on=date(2027, 2, 1), advice_id=ADVICE, profession="SALT", summary_ref="doc-1", **IDS
    )
    given(sen_support, started, asked).when(record).then(received)
    given(sen_support, started, asked, received).when(record).then_nothing()
    given(sen_support, started).when(record).then_rejected("no-advice-requested")


def test_advice_is_recorded_under_the_id_it_was_asked_for_and_once() -> None:
    asked = SpecialistAdviceRequested(occurred_on=date(2027, 1, 12), advice_id=ADVICE, profession="SALT", **IDS)
    record = RecordSpecialistAdvice(occurred_on=date(2027, 2, 1), case_id=CASE, advice_id=ADVICE, summary_ref="doc-1")
    typo = record.model_copy(update={"advice_id": UUID(int=99)})
    given(sen_support, started, asked).when(typo).then_rejected("advice-not-requested")
    story = given(sen_support, started, asked)
    [received] = story.when(record).then_types(SpecialistAdviceReceived)
    later = record.model_copy(update={"occurred_on": date(2027, 2, 2)})
    refused = given(sen_support, started, asked, received).when(later).then_rejected("advice-received")
    assert "received on 2027-02-01" in refused.conditions[0].detail
    assert "/sen-support/{case_id}/corrections" in refused.conditions[0].detail


def test_stepping_down_needs_a_review_and_somewhere_to_step_to() -> None:
    given(sen_support, started, opened).when(review(Next.STEP_DOWN)).then_rejected("nothing-to-step-down-to")
    plus = started.model_copy(update={"layer": Layer.TARGETED_PLUS})
    [event] = given(sen_support, plus, opened).when(review(Next.STEP_DOWN)).then_types(ApdrCycleReviewed)
    assert event.layer is Layer.TARGETED


def test_a_review_does_not_come_before_its_cycle() -> None:
    given(sen_support, started, opened).when(review(Next.END, date(2026, 10, 4))).then_rejected(
        "reviewed-before-opening"
    )
    given(sen_support, started).when(review(Next.END)).then_rejected("no-open-cycle")


def test_support_ends_because_needs_are_met_only_after_a_review_said_so() -> None:
    end = EndSenSupport(occurred_on=date(2027, 1, 12), case_id=CASE, reason="NEEDS_MET")
    given(sen_support, started, opened).when(end).then_rejected("review-needed")
    given(sen_support, started, opened, reviewed(Next.CONTINUE)).when(end).then_rejected("review-needed")
    given(sen_support, started, opened, reviewed(Next.END)).when(end).then(
        SenSupportEnded(occurred_on=date(2027, 1, 12), reason="NEEDS_MET", **IDS)
    )


def test_support_ends_at_once_when_the_child_leaves() -> None:
    end = EndSenSupport(occurred_on=date(2026, 11, 1), case_id=CASE, reason="LEFT")
    left = given(sen_support, started, opened).when(end).then_types(SenSupportEnded)
    given(sen_support, started, opened, *left).when(end).then_nothing()
    [again] = of_child(started, opened, *left).when(start(support_id=UUID(int=50))).then_types(SenSupportStarted)
    assert again.support_id == UUID(int=50)


def test_a_named_intervention_belongs_to_the_open_cycle() -> None:
    command = StartTargetedSupport(
        occurred_on=date(2026, 10, 12),
        case_id=CASE,
        intervention_code="SEMH_GROUP",
        provider="SETTING",
        planned_weeks=8,
    )
    event = given(sen_support, started, opened).when(command).then_types(TargetedSupportStarted)
    given(sen_support, started, opened, *event).when(command).then_nothing()
    given(sen_support, started).when(command).then_rejected("no-open-cycle")


def test_checks_and_notifications_are_kept_once_and_begin_no_support() -> None:
    check = RecordProgressCheck(
        occurred_on=START, person_id=PERSON, check_type="TWO_YEAR", areas_below_expected=(Area.CI,)
    )
    checked = of_child().when(check).then_types(ProgressCheckRecorded)
    of_child(*checked).when(check).then_nothing()
    notify = ReceiveHealthNotification(occurred_on=START, person_id=PERSON, from_org="Example NHS Trust", basis="x")
    notified = of_child().when(notify).then_types(HealthNotificationReceived)
    of_child(*notified).when(notify).then_nothing()
    given(sen_support, *checked, *notified).when(open_cycle).then_rejected("not-on-sen-support")
    other = check.model_copy(update={"areas_below_expected": (Area.CL,)})
    of_child(*checked).when(other).then_rejected("check-recorded")


def test_nothing_begins_for_somebody_who_is_not_registered() -> None:
    given(sen_support).reading(Person()).when(start()).then_rejected("person-not-registered")


def test_a_plan_takes_the_place_of_support_and_of_nothing_else() -> None:
    close = CloseSupportForPlan(occurred_on=date(2027, 3, 1), case_id=CASE)
    given(sen_support, started, opened).when(close).then(
        SenSupportEnded(occurred_on=date(2027, 3, 1), reason="PLAN_ISSUED", **IDS)
    )
    given(sen_support).when(close).then_nothing()


def test_after_a_refusal_the_graduated_approach_goes_on() -> None:
    resume = ResumeApdrCycle(
        occurred_on=date(2027, 2, 1), case_id=CASE, cycle_id=UUID(int=9), origin=CycleOrigin.REFUSAL, because_of=ADVICE
    )
    [event] = given(sen_support, started, opened, reviewed(Next.REQUEST_EHCNA)).when(resume).then_types(ApdrCycleOpened)
    assert (event.number, event.review_due_on) == (2, date(2027, 5, 10))
    given(sen_support, started, opened).when(resume).then_nothing()
    given(sen_support).when(resume).then_nothing()
