"""The SENCo register and the three years for the qualification."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from referral.senco import (
    AppointSenco,
    RecordExemption,
    RecordQualificationAward,
    RecordQualificationStart,
    RecordSencoLeft,
    SencoAppointed,
    SencoExemptionRecorded,
    SencoLeftPost,
    SencoQualificationAwarded,
    SencoQualificationStarted,
    Standing,
    senco,
    standing,
)
from shared.testing.spec import given

SENCO, SETTING = UUID(int=1), UUID(int=2)


def appointed(on: date) -> SencoAppointed:
    return SencoAppointed(
        occurred_on=on,
        senco_id=SENCO,
        setting_id=SETTING,
        qualified_teacher=True,
        is_head=False,
        fte=0.6,
        protected_hours_week=8,
        senior_leader=False,
    )


def test_a_senco_is_a_qualified_teacher_or_the_head() -> None:
    def appoint(**who: bool) -> AppointSenco:
        return AppointSenco(senco_id=SENCO, setting_id=SETTING, fte=1, protected_hours_week=8, **who)

    given(senco).when(appoint(qualified_teacher=False)).then_rejected("not-a-qualified-teacher")
    given(senco).when(appoint(qualified_teacher=False, is_head=True)).then_types(SencoAppointed)
    given(senco, appointed(date(2025, 1, 6))).when(appoint(qualified_teacher=True)).then_rejected("appointed")


def test_nothing_started_and_too_late_for_a_whole_course_is_at_risk() -> None:
    """GP 7.5 example 1: latest safe start 1 November 2025."""
    state = senco.fold([appointed(date(2024, 9, 1))])
    assert state.qualify_by == date(2027, 9, 1)
    assert standing(state, date(2025, 11, 1)) is Standing.ON_TRACK
    assert standing(state, date(2026, 1, 5)) is Standing.AT_RISK
    assert standing(state, date(2027, 9, 2)) is Standing.OVERDUE


def test_started_and_expected_in_time_is_on_track() -> None:
    """GP 7.5 example 2."""
    begun = given(senco, appointed(date(2025, 1, 6))).when(
        RecordQualificationStart(
            occurred_on=date(2025, 10, 1), senco_id=SENCO, provider="Example Hub", expected_by=date(2027, 7, 31)
        )
    )
    events = begun.then_types(SencoQualificationStarted)
    state = senco.fold([appointed(date(2025, 1, 6)), *events])
    assert (state.qualify_by, standing(state, date(2026, 12, 1))) == (date(2028, 1, 6), Standing.ON_TRACK)


def test_an_award_or_an_exemption_settles_it() -> None:
    award = RecordQualificationAward(occurred_on=date(2027, 6, 1), senco_id=SENCO, certificate_ref="c-1")
    awarded = given(senco, appointed(date(2025, 1, 6))).when(award).then_types(SencoQualificationAwarded)
    given(senco, appointed(date(2025, 1, 6)), *awarded).when(award).then_nothing()
    assert standing(senco.fold([appointed(date(2025, 1, 6)), *awarded]), date(2030, 1, 1)) is Standing.COMPLIANT
    held = RecordExemption(senco_id=SENCO, basis="NASENCO_HELD", evidence_ref="c-2")
    given(senco, appointed(date(2025, 1, 6))).when(held).then_types(SencoExemptionRecorded)


def test_an_old_appointment_exempts_only_if_it_is_old() -> None:
    command = RecordExemption(senco_id=SENCO, basis="POST_BEFORE_2009", evidence_ref="c-2")
    given(senco, appointed(date(2025, 1, 6))).when(command).then_rejected("appointed-later")
    given(senco, appointed(date(2008, 9, 1))).when(command).then_types(SencoExemptionRecorded)


def test_nothing_is_recorded_after_they_left() -> None:
    leave = RecordSencoLeft(occurred_on=date(2026, 8, 31), senco_id=SENCO)
    left = given(senco, appointed(date(2025, 1, 6))).when(leave).then_types(SencoLeftPost)
    given(senco, appointed(date(2025, 1, 6)), *left).when(leave).then_nothing()
    given(senco, appointed(date(2025, 1, 6)), *left).when(
        RecordQualificationAward(senco_id=SENCO, certificate_ref="c-1")
    ).then_rejected("left-post")
