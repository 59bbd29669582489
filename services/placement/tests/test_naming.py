"""The search: it opens and closes with the plan, families ask for what they like, settings are consulted and answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from placement.consultation import ConsultPreferredSetting, ConsultSetting, RecordConsultationResponse
from placement.naming import naming
from placement.naming_events import (
    ConsultationResponse,
    PlacementSearchClosed,
    PlacementSearchOpened,
    PreferenceExpressed,
    PreferenceWithdrawn,
    PreferredBy,
    SearchClosedReason,
    SearchReason,
    Section39Ground,
    SettingConsultationResponded,
    SettingConsulted,
)
from placement.preferences import (
    BeginSearchForPlan,
    ClosePlacementSearch,
    ExpressPreference,
    OpenPlacementSearch,
    TakeUpPreference,
    WithdrawPreference,
)
from pydantic import ValidationError
from shared.testing.spec import given

from .examples import (
    CASE,
    CONSULTED_ON,
    DRAFT_ON,
    DUE_ON,
    HIGHCROFT,
    LARCHES,
    MEADOW_PARK,
    PERSON,
    PLAN,
    RIVERSIDE,
    UNREGISTERED,
    asked_and_can,
    consultation_of,
    consulted,
    opened,
    preference_of,
    preferred,
    registered,
    responded,
    whose,
)


def _closed(**more: Any) -> PlacementSearchClosed:
    return PlacementSearchClosed(
        **{"occurred_on": date(2027, 1, 22), "reason": SearchClosedReason.FINAL_PLAN_ISSUED, **whose(), **more}
    )


def _open(**more: Any) -> OpenPlacementSearch:
    return OpenPlacementSearch(
        **{"occurred_on": DRAFT_ON, "case_id": CASE, "person_id": PERSON, "plan_id": PLAN,
           "reason": SearchReason.DRAFT_PLAN_SERVED, **more}
    )  # fmt: skip


def _ask(setting_id: UUID, rank: int = 1, **more: Any) -> ExpressPreference:
    return ExpressPreference(
        **{"occurred_on": CONSULTED_ON, "case_id": CASE, "setting_id": setting_id, "rank": rank, **more}
    )


# --- opening and closing ---


def test_the_search_opens_with_the_draft_plan() -> None:
    given(naming).when(_open()).then(opened())


def test_a_second_draft_finds_the_search_open() -> None:
    second: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "plan_id": PLAN, "reason": "DRAFT_PLAN_SERVED"}
    given(naming, opened()).when(BeginSearchForPlan(occurred_on=date(2026, 12, 20), **second)).then_nothing()


def test_an_open_search_is_not_opened_again() -> None:
    given(naming, opened()).when(_open()).then_nothing()
    refused = given(naming, opened()).when(_open(occurred_on=date(2026, 12, 20))).then_rejected("search-open")
    assert "since 2026-12-14" in refused.detail
    assert "POST /cases/{case_id}/naming/corrections" in refused.detail
    [permission] = [p for p in naming.permissions(naming.fold([opened()])) if p.command is OpenPlacementSearch]
    assert [c.code for c in permission.unmet] == ["search-open"]


def test_a_case_is_about_one_person() -> None:
    given(naming).when(_open(person_id=UUID(int=8))).then_rejected("person-not-of-this-case")


def test_the_search_closes_with_the_final_plan_and_closing_twice_is_nothing() -> None:
    close = ClosePlacementSearch(
        occurred_on=date(2027, 1, 22), case_id=CASE, reason=SearchClosedReason.FINAL_PLAN_ISSUED
    )
    given(naming, opened()).when(close).then(_closed())
    given(naming, opened(), _closed()).when(close).then_nothing()
    given(naming).when(close).then_nothing()


def test_a_new_search_begins_without_the_old_consultations_but_with_what_was_asked_for_since() -> None:
    history = [opened(), preferred(HIGHCROFT), consulted(HIGHCROFT), _closed(), preferred(RIVERSIDE)]
    (event,) = (
        given(naming, *history)
        .when(_open(occurred_on=date(2027, 11, 1), reason=SearchReason.AMENDMENT_NOTICE_SENT))
        .then_types(PlacementSearchOpened)
    )
    assert event.preferred_setting_ids == (RIVERSIDE,)
    state = naming.fold([*history, event])
    assert state.consultation_of(HIGHCROFT) is None


# --- preferences ---


@pytest.mark.parametrize("setting_id", [RIVERSIDE, HIGHCROFT, LARCHES])
@pytest.mark.parametrize("history", [[opened()], [opened(), _closed()]], ids=["open", "closed"])
def test_any_setting_may_be_asked_for_on_or_off_any_list_at_any_time(setting_id: UUID, history: list[Any]) -> None:
    (event,) = (
        given(naming, *history).reading(registered(setting_id)).when(_ask(setting_id)).then_types(PreferenceExpressed)
    )
    assert (event.setting_id, event.on_list, event.setting_name) == (setting_id, False, registered(setting_id).name)


def test_asking_for_the_same_again_is_nothing_and_with_another_rank_changes_it() -> None:
    spec = given(naming, opened(), preferred(HIGHCROFT, rank=2)).reading(registered(HIGHCROFT))
    spec.when(_ask(HIGHCROFT, rank=2)).then_nothing()
    (event,) = spec.when(_ask(HIGHCROFT, rank=1)).then_types(PreferenceExpressed)
    state = naming.fold([opened(), preferred(HIGHCROFT, rank=2), event])
    assert [(p.rank, p.preference_id) for p in state.preferences.values()] == [(1, preference_of(HIGHCROFT))]


def test_a_preference_for_a_setting_that_was_consulted_already_says_so() -> None:
    (event,) = (
        given(naming, opened(), consulted(HIGHCROFT))
        .reading(registered(HIGHCROFT))
        .when(_ask(HIGHCROFT))
        .then_types(PreferenceExpressed)
    )
    assert event.consultation_id == consultation_of(HIGHCROFT)


def test_a_setting_that_nobody_registered_is_registered_first() -> None:
    refused = (
        given(naming, opened()).reading(UNREGISTERED).when(_ask(UUID(int=9))).then_rejected("setting-not-registered")
    )
    assert "whoever" in refused.detail


def test_what_the_family_names_in_its_representations_comes_after_what_it_asked_for_before() -> None:
    take_up = TakeUpPreference(
        occurred_on=date(2026, 12, 20), case_id=CASE, setting_id=RIVERSIDE, preferred_by=PreferredBy.PARENT
    )
    spec = given(naming, opened(), preferred(HIGHCROFT)).reading(registered(RIVERSIDE))
    (event,) = spec.when(take_up).then_types(PreferenceExpressed)
    assert event.rank == 2
    given(naming, *spec.events, event).reading(registered(RIVERSIDE)).when(take_up).then_nothing()
    given(naming, opened()).reading(UNREGISTERED).when(take_up).then_nothing()
    given(naming).reading(registered(RIVERSIDE)).when(take_up).then_nothing()


def test_a_preference_can_be_withdrawn_once() -> None:
    withdraw = WithdrawPreference(occurred_on=date(2026, 12, 20), case_id=CASE, preference_id=preference_of(HIGHCROFT))
    spec = given(naming, opened(), preferred(HIGHCROFT), preferred(RIVERSIDE, rank=2))
    (event,) = spec.when(withdraw).then_types(PreferenceWithdrawn)
    given(naming, *spec.events, event).when(withdraw).then_nothing()
    given(naming, opened()).when(withdraw).then_rejected("no-preference")
    typo = withdraw.model_copy(update={"preference_id": UUID(int=99)})
    given(naming, *spec.events).when(typo).then_rejected("no-such-preference")
    later = withdraw.model_copy(update={"occurred_on": withdraw.occurred_on + timedelta(days=1)})
    both = [*spec.events, preferred(RIVERSIDE, rank=2), event]
    assert "/naming/corrections" in given(naming, *both).when(later).then_rejected("preference-withdrawn").detail


def test_a_wish_that_came_earlier_than_recorded_is_for_a_correction() -> None:
    spec = given(naming, opened(), preferred(HIGHCROFT)).reading(registered(HIGHCROFT))
    spec.when(_ask(HIGHCROFT, occurred_on=date(2027, 1, 4))).then_nothing()
    early = spec.when(_ask(HIGHCROFT, occurred_on=DRAFT_ON)).then_rejected("preference-recorded")
    assert "POST /cases/{case_id}/naming/corrections" in early.detail


# --- consultation ---


def _consult(setting_id: UUID, **more: Any) -> ConsultSetting:
    return ConsultSetting(**{"occurred_on": CONSULTED_ON, "case_id": CASE, "setting_id": setting_id, **more})


def _answer(response: ConsultationResponse, setting_id: UUID = HIGHCROFT, **more: Any) -> RecordConsultationResponse:
    return RecordConsultationResponse(
        **{"occurred_on": date(2026, 12, 22), "case_id": CASE, "consultation_id": consultation_of(setting_id),
           "response": response, **more}
    )  # fmt: skip


def test_both_preferences_are_consulted_and_have_15_days() -> None:
    """Green Paper 2.7 example 4: consulted on 2026-12-16, due 2026-12-31; one of them is on no list."""
    history = [opened(), preferred(HIGHCROFT), preferred(LARCHES, rank=2)]
    for setting_id in (HIGHCROFT, LARCHES):
        command = ConsultPreferredSetting(occurred_on=CONSULTED_ON, case_id=CASE, setting_id=setting_id)
        (event,) = given(naming, *history).reading(registered(setting_id)).when(command).then_types(SettingConsulted)
        assert (event.occurred_on, event.reply_due_on, event.preferred) == (CONSULTED_ON, DUE_ON, True)


def test_a_consultation_received_on_a_friday_is_due_on_a_saturday() -> None:
    """TV-11: received Fri 2026-06-12, expected by Sat 2026-06-27."""
    command = _consult(HIGHCROFT, occurred_on=date(2026, 6, 10), received_by_setting_on=date(2026, 6, 12))
    history = [opened(occurred_on=date(2026, 6, 1))]
    (event,) = given(naming, *history).reading(registered(HIGHCROFT)).when(command).then_types(SettingConsulted)
    assert (event.received_by_setting_on, event.reply_due_on) == (date(2026, 6, 12), date(2026, 6, 27))


def test_a_setting_cannot_receive_what_was_not_sent_yet() -> None:
    command = _consult(HIGHCROFT, received_by_setting_on=date(2026, 12, 15))
    given(naming, opened()).reading(registered(HIGHCROFT)).when(command).then_rejected("received-before-sent")


@pytest.mark.parametrize(
    "history",
    [[opened(), consulted(HIGHCROFT)], [opened(), consulted(HIGHCROFT), preferred(HIGHCROFT)]],
    ids=["our idea", "preferred since"],
)
def test_a_setting_is_consulted_once_in_a_search(history: list[Any]) -> None:
    given(naming, *history).reading(registered(HIGHCROFT)).when(_consult(HIGHCROFT)).then_nothing()
    again = ConsultPreferredSetting(occurred_on=CONSULTED_ON, case_id=CASE, setting_id=HIGHCROFT)
    given(naming, *history).reading(registered(HIGHCROFT)).when(again).then_nothing()


@pytest.mark.parametrize("on", [DRAFT_ON, date(2026, 12, 20)], ids=["earlier", "later"])
def test_a_setting_consulted_on_another_day_is_for_a_correction(on: date) -> None:
    """As when a reaction consulted it before somebody records that it was consulted already."""
    history = [opened(), preferred(HIGHCROFT), consulted(HIGHCROFT)]
    spec = given(naming, *history).reading(registered(HIGHCROFT))
    refused = spec.when(_consult(HIGHCROFT, occurred_on=on)).then_rejected("setting-consulted-already")
    assert "Highcroft was consulted on 2026-12-16" in refused.detail
    assert "POST /cases/{case_id}/naming/corrections" in refused.detail


def test_once_the_draft_was_served_again_a_setting_may_be_asked_again() -> None:
    again = _consult(HIGHCROFT, occurred_on=date(2027, 1, 9), consultation_id=UUID(int=5000))
    history = [opened(), preferred(HIGHCROFT), consulted(HIGHCROFT), opened(occurred_on=date(2027, 1, 8))]
    (event,) = given(naming, *history).reading(registered(HIGHCROFT)).when(again).then_types(SettingConsulted)
    latest = naming.fold([*history, event]).consultation_of(HIGHCROFT)
    assert latest is not None
    assert (latest.sent_on, latest.reply_due_on) == (date(2027, 1, 9), date(2027, 1, 24))


def test_consulting_because_of_a_preference_is_moot_when_it_is_withdrawn_or_no_search_is_open() -> None:
    command = ConsultPreferredSetting(occurred_on=CONSULTED_ON, case_id=CASE, setting_id=HIGHCROFT)
    given(naming, opened()).reading(registered(HIGHCROFT)).when(command).then_nothing()
    given(naming, opened(), _closed(), preferred(HIGHCROFT)).reading(registered(HIGHCROFT)).when(command).then_nothing()


def test_nobody_is_consulted_when_no_search_is_open() -> None:
    given(naming, opened(), _closed()).reading(registered(HIGHCROFT)).when(_consult(HIGHCROFT)).then_rejected(
        "search-not-open"
    )


def test_a_setting_that_is_not_registered_cannot_be_consulted() -> None:
    given(naming, opened()).reading(UNREGISTERED).when(_consult(UUID(int=9))).then_rejected("setting-not-registered")


def test_a_setting_answers_with_reasons_and_its_last_word_counts() -> None:
    history = [opened(), consulted(HIGHCROFT)]
    cannot = _answer(ConsultationResponse.CANNOT_MEET, grounds=("S39A", "S39A"), detail="No hydrotherapy.")
    (first,) = given(naming, *history).when(cannot).then_types(SettingConsultationResponded)
    assert first.grounds == (Section39Ground.S39A,)
    given(naming, *history, first).when(cannot).then_nothing()
    later = cannot.model_copy(update={"occurred_on": cannot.occurred_on + timedelta(days=1)})
    assert "/naming/corrections" in given(naming, *history, first).when(later).then_rejected("answered-already").detail
    (second,) = (
        given(naming, *history, first)
        .when(_answer(ConsultationResponse.CAN_MEET))
        .then_types(SettingConsultationResponded)
    )
    consultation = naming.fold([*history, first, second]).consultation_of(HIGHCROFT)
    assert consultation is not None
    assert consultation.offers_a_place


def test_an_answer_after_the_final_plan_is_recorded_all_the_same() -> None:
    late = _answer(ConsultationResponse.CAN_MEET, occurred_on=date(2027, 2, 1))
    given(naming, opened(), consulted(HIGHCROFT), _closed()).when(late).then_types(SettingConsultationResponded)


def test_an_answer_comes_after_the_question_and_to_a_question() -> None:
    early = _answer(ConsultationResponse.CAN_MEET, occurred_on=date(2026, 12, 15))
    given(naming, opened(), consulted(HIGHCROFT)).when(early).then_rejected("answer-before-consultation")
    given(naming, opened()).when(_answer(ConsultationResponse.CAN_MEET)).then_rejected("nobody-consulted")
    given(naming, opened(), consulted(HIGHCROFT)).when(
        _answer(ConsultationResponse.CAN_MEET, setting_id=MEADOW_PARK)
    ).then_rejected("no-such-consultation")


def test_a_setting_that_can_meet_the_needs_has_no_ground_against_it() -> None:
    with pytest.raises(ValidationError, match="relies on no ground"):
        _answer(ConsultationResponse.CAN_MEET, grounds=("S39B",))


def test_a_question_back_is_no_answer() -> None:
    state = naming.fold([opened(), consulted(HIGHCROFT), responded(HIGHCROFT, ConsultationResponse.NEEDS_MORE_INFO)])
    consultation = state.consultation_of(HIGHCROFT)
    assert consultation is not None
    assert not consultation.answered_by(DUE_ON)
    assert asked_and_can(HIGHCROFT)[1].type == "placement.setting-consultation-responded"
