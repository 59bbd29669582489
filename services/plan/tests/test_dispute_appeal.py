"""Appeals: registered, answered, conceded, withdrawn; and the Tribunal's directions."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.dispute import AppealMade, dispute
from plan.dispute_appeal import (
    AppealNotOpposed,
    AppealRegistered,
    AppealResponseSubmitted,
    AppealWithdrawn,
    ConcedeAppeal,
    RegisterAppeal,
    SubmitAppealResponse,
    WithdrawAppeal,
)
from plan.dispute_direction import (
    ComplyWithTribunalDirection,
    TribunalDirectionComplied,
    TribunalDirectionGiven,
)
from plan.dispute_order import (
    TribunalOrderMade,
)
from plan.dispute_state import AppealType, OrderType
from shared.testing.spec import given

from shared import Command

from .stories import LATER, MAINTAINED, after
from .tribunal_stories import (
    AMEND,
    CONCEDED,
    DECISION,
    HEARING,
    IDS,
    MATTER,
    NOTICE,
    ORDER,
    RESPONDED,
    WITHDRAWN,
    D,
    appealed,
    notice,
    opening,
    order,
    then_also,
)

# --- registering ---


def test_an_appeal_is_registered_with_its_certificate() -> None:
    events = appealed()
    assert isinstance(events[-1], AppealRegistered)
    assert (events[-1].occurred_on, events[-1].without_certificate) == (date(2026, 1, 2), None)
    assert events[-1].certificate_id == events[-2].certificate_id  # type: ignore[attr-defined]
    assert (events[-1].notice_sent_on, events[-1].decision_id) == (NOTICE, DECISION)


@pytest.mark.parametrize("kind", [k for k in AppealType if k is not AppealType.PLACEMENT])
def test_no_appeal_without_a_certificate(kind: AppealType) -> None:
    appeal = RegisterAppeal(dispute_id=D, appeal=notice(kind), occurred_on=date(2026, 1, 2))
    events = after(dispute, opening(kind))
    given(dispute, *events).sent_at(LATER).when(appeal).then_rejected("mediation-certificate-needed")


def test_section_i_alone_needs_no_certificate_and_may_open_the_dispute() -> None:
    """TV-26."""
    made = AppealMade(step="APPEAL_REGISTERED", appeal=notice(AppealType.PLACEMENT))
    command = opening(AppealType.PLACEMENT, made, occurred_on=date(2026, 1, 5))
    (registered,) = given(dispute).reading(MAINTAINED).sent_at(LATER).when(command).then_types(AppealRegistered)
    assert (registered.without_certificate, registered.certificate_id) == ("SECTION_I_ONLY", None)
    assert dispute.fold([registered]).appeal.registered_on == date(2026, 1, 5)


def test_the_tribunal_may_give_leave_without_a_certificate() -> None:
    appeal = RegisterAppeal(dispute_id=D, appeal=notice(leave_given=True), occurred_on=date(2026, 1, 2))
    (registered,) = given(dispute, *after(dispute, opening())).sent_at(LATER).when(appeal).then_types(AppealRegistered)
    assert registered.without_certificate == "LEAVE_GIVEN"


def test_an_appeal_is_about_the_decision_of_its_dispute() -> None:
    wrong = RegisterAppeal(dispute_id=D, appeal=notice(AppealType.CEASE), occurred_on=date(2026, 1, 2))
    given(dispute, *after(dispute, opening())).sent_at(LATER).when(wrong).then_rejected("appeal-about-another-decision")


@pytest.mark.parametrize("kind", [AppealType.PLACEMENT, AppealType.REFUSAL_TO_AMEND])
def test_a_plan_may_be_appealed_as_a_whole_or_in_part(kind: AppealType) -> None:
    appeal = RegisterAppeal(dispute_id=D, appeal=notice(kind, leave_given=True), occurred_on=date(2026, 1, 2))
    given(dispute, *after(dispute, opening())).sent_at(LATER).when(appeal).then_types(AppealRegistered)


@pytest.mark.parametrize(("kind", "sections"), [(AppealType.CONTENTS, ("I",)), (AppealType.PLACEMENT, ("F", "I"))])
def test_the_sections_in_issue_fit_the_kind_of_appeal(kind: AppealType, sections: Any) -> None:
    appeal = RegisterAppeal(dispute_id=D, appeal=notice(kind, sections=sections), occurred_on=date(2026, 1, 2))
    given(dispute, *after(dispute, opening())).sent_at(LATER).when(appeal).then_rejected("sections-do-not-fit")


@pytest.mark.parametrize(
    ("occurred_on", "received", "code"),
    [
        (date(2025, 9, 30), date(2026, 1, 9), "appeal-before-notice"),
        (date(2026, 1, 2), date(2026, 1, 1), "received-before-registered"),
        (date(2026, 1, 2), date(2028, 1, 1), "date-in-future"),
    ],
)
def test_the_dates_of_an_appeal_follow_each_other(occurred_on: date, received: date, code: str) -> None:
    appeal = RegisterAppeal(dispute_id=D, appeal=notice(received_by_la_on=received), occurred_on=occurred_on)
    given(dispute, *after(dispute, opening())).sent_at(LATER).when(appeal).then_rejected(code)


def test_a_dispute_has_one_appeal() -> None:
    events = appealed()
    same = RegisterAppeal(dispute_id=D, appeal=notice(), occurred_on=date(2026, 1, 2))
    given(dispute, *events).sent_at(LATER).when(same).then_nothing()
    other = RegisterAppeal(dispute_id=D, appeal=notice(), occurred_on=date(2026, 1, 6))
    given(dispute, *events).sent_at(LATER).when(other).then_rejected("appeal-already-registered")
    evening = same.model_copy(update={"appeal": notice().model_copy(update={"after_1700": True})})
    given(dispute, *events).sent_at(LATER).when(evening).then_rejected("appeal-already-registered")


def test_a_dispute_is_about_a_plan_the_child_has_or_had() -> None:
    typo = opening(plan_id=UUID(int=404))
    given(dispute).reading(MAINTAINED).sent_at(LATER).when(typo).then_rejected("no-such-plan")


# --- the authority's answer ---


def test_the_response_is_sent_once() -> None:
    """TV-29 counts it from the day on which the authority received the appeal."""
    events = appealed()
    given(dispute, *events).when(RESPONDED).then(AppealResponseSubmitted(occurred_on=date(2026, 2, 10), **IDS))
    given(dispute, *then_also(events, RESPONDED)).when(RESPONDED).then_nothing()
    evening = RESPONDED.model_copy(update={"after_1700": True})
    [sent] = given(dispute, *events).when(evening).then_types(AppealResponseSubmitted)
    assert sent.after_1700
    given(dispute, *then_also(events, evening)).when(evening).then_nothing()
    given(dispute, *then_also(events, RESPONDED)).when(evening).then_rejected("response-submitted")
    early = SubmitAppealResponse(dispute_id=D, occurred_on=date(2026, 1, 1))
    given(dispute, *events).when(early).then_rejected("before-appeal")


@pytest.mark.parametrize(
    ("kind", "owed"),
    [
        (AppealType.REFUSAL_TO_ASSESS, OrderType.ASSESS),
        (AppealType.REFUSAL_TO_REASSESS, OrderType.ASSESS),
        (AppealType.REFUSAL_TO_ISSUE, OrderType.MAKE_PLAN),
        (AppealType.CONTENTS, OrderType.AMEND_CONTENT),
        (AppealType.REFUSAL_TO_AMEND, OrderType.AMEND_CONTENT),
        (AppealType.PLACEMENT, OrderType.AMEND_PLACEMENT),
        (AppealType.CEASE, OrderType.CONTINUE),
    ],
)
def test_an_appeal_that_is_not_opposed_is_lost_and_says_what_is_owed(kind: AppealType, owed: OrderType) -> None:
    """TV-23."""
    events = appealed(kind)
    given(dispute, *events).when(CONCEDED).then(
        AppealNotOpposed(occurred_on=date(2026, 1, 20), order_id=ORDER, appeal_type=kind, owed=owed, **MATTER, **IDS)
    )
    given(dispute, *then_also(events, CONCEDED)).when(CONCEDED).then_nothing()


def test_conceding_that_a_plan_goes_on_may_include_amending_it() -> None:
    both = ConcedeAppeal(dispute_id=D, agreed_to_amend=True, occurred_on=date(2026, 1, 20))
    (conceded,) = given(dispute, *appealed(AppealType.CEASE)).when(both).then_types(AppealNotOpposed)
    assert conceded.owed == OrderType.CONTINUE_AND_AMEND
    given(dispute, *appealed()).when(both).then_rejected("only-ceasing")


def test_after_the_response_one_concedes_by_consent_order() -> None:
    events = then_also(appealed(), RESPONDED)
    late = ConcedeAppeal(dispute_id=D, occurred_on=date(2026, 2, 20))
    given(dispute, *events).when(late).then_rejected("response-already-submitted")
    consent = order(OrderType.AMEND_CONTENT, on=date(2026, 3, 2), by_consent=True, directed_until=date(2026, 3, 20))
    (made,) = given(dispute, *events).when(consent).then_types(TribunalOrderMade)
    assert (made.by_consent, made.directed_until) == (True, date(2026, 3, 20))


def test_one_concedes_an_appeal_that_was_made() -> None:
    early = ConcedeAppeal(dispute_id=D, occurred_on=date(2026, 1, 1))
    given(dispute, *appealed()).when(early).then_rejected("before-appeal")


def test_a_withdrawn_appeal_is_over() -> None:
    events = appealed()
    given(dispute, *events).when(WITHDRAWN).then(
        AppealWithdrawn(occurred_on=date(2026, 2, 1), appeal_type=AppealType.CONTENTS, decision_id=DECISION, **IDS)
    )
    given(dispute, *then_also(events, WITHDRAWN)).when(WITHDRAWN).then_nothing()
    early = WithdrawAppeal(dispute_id=D, occurred_on=date(2026, 1, 1))
    given(dispute, *events).when(early).then_rejected("before-appeal")


@pytest.mark.parametrize("command", [RESPONDED, CONCEDED, WITHDRAWN, HEARING, AMEND], ids=lambda c: type(c).__name__)
def test_nothing_happens_before_the_tribunal_without_an_appeal(command: Command) -> None:
    given(dispute, *after(dispute, opening())).when(command).then_rejected("no-appeal")


@pytest.mark.parametrize("command", [RESPONDED, CONCEDED, HEARING, AMEND], ids=lambda c: type(c).__name__)
def test_nothing_happens_in_a_withdrawn_appeal(command: Command) -> None:
    """No order after withdrawal."""
    given(dispute, *then_also(appealed(), WITHDRAWN)).when(command).then_rejected("appeal-withdrawn")


@pytest.mark.parametrize("command", [RESPONDED, WITHDRAWN, HEARING, AMEND], ids=lambda c: type(c).__name__)
def test_nothing_happens_in_an_appeal_that_was_not_opposed(command: Command) -> None:
    given(dispute, *then_also(appealed(), CONCEDED)).when(command).then_rejected("appeal-conceded")


@pytest.mark.parametrize("command", [RESPONDED, CONCEDED, WITHDRAWN, HEARING], ids=lambda c: type(c).__name__)
def test_nothing_happens_in_an_appeal_after_its_order(command: Command) -> None:
    """A concession is made before the order or not at all."""
    given(dispute, *then_also(appealed(), AMEND)).when(command).then_rejected("order-already-made")


def test_a_step_recorded_with_another_day_is_for_a_correction() -> None:
    events = then_also(appealed(), RESPONDED)
    given(dispute, *events).when(RESPONDED).then_nothing()
    later = RESPONDED.model_copy(update={"occurred_on": date(2026, 2, 11)})
    refused = given(dispute, *events).when(later).then_rejected("response-submitted")
    assert refused.detail == (
        "The response went to the Tribunal on 2026-02-10. If that date is wrong, correct it: "
        "POST /disputes/{dispute_id}/corrections. If anything else of it is, take it back: "
        "POST /disputes/{dispute_id}/retractions."
    )


# --- directions ---


def test_the_tribunal_directs_and_the_authority_complies() -> None:
    events = appealed()
    (direction,) = given(dispute, *events).when(HEARING).then_types(TribunalDirectionGiven)
    assert (direction.direction, direction.due_on) == ("HEARING", date(2026, 3, 30))
    events = [*events, direction]
    given(dispute, *events).when(HEARING).then_nothing()
    comply = ComplyWithTribunalDirection(
        dispute_id=D, direction_id=direction.direction_id, occurred_on=date(2026, 3, 20)
    )
    (done,) = given(dispute, *events).when(comply).then_types(TribunalDirectionComplied)
    assert done.direction == "HEARING"
    given(dispute, *events, done).when(comply).then_nothing()
    evening = comply.model_copy(update={"after_1700": True})
    given(dispute, *events, done).when(evening).then_rejected("complied-already")
    unknown = comply.model_copy(update={"direction_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-direction")
    given(dispute, *appealed()).when(comply).then_rejected("no-direction")


def test_a_direction_looks_ahead() -> None:
    past = HEARING.model_copy(update={"due_on": date(2026, 1, 31)})
    given(dispute, *appealed()).when(past).then_rejected("due-before-direction")
