"""Appeal, directions, order, compliance and recommendations."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.dispute import AdviserContacted, AppealMade, OpenDispute, dispute
from plan.dispute_adviser import DeclineMediation, IssueMediationCertificate
from plan.dispute_appeal import (
    AppealNotOpposed,
    AppealRegistered,
    AppealResponseSubmitted,
    AppealWithdrawn,
    ConcedeAppeal,
    NoticeOfAppeal,
    RegisterAppeal,
    SubmitAppealResponse,
    WithdrawAppeal,
)
from plan.dispute_direction import (
    ComplyWithTribunalDirection,
    GiveTribunalDirection,
    TribunalDirectionComplied,
    TribunalDirectionGiven,
)
from plan.dispute_order import (
    ApplyForFttReviewOrPermission,
    ComplyWithTribunalOrder,
    DecideFttReviewOrPermission,
    FttReviewOrPermissionApplied,
    FttReviewOrPermissionDecided,
    MakeTribunalOrder,
    TribunalOrderComplied,
    TribunalOrderMade,
)
from plan.dispute_recommendation import (
    CopyRecommendationResponseToSecretaryOfState,
    MakeTribunalRecommendation,
    RecommendationResponseCopiedToSecretaryOfState,
    RecommendationResponseSent,
    SendRecommendationResponse,
    TribunalRecommendationMade,
)
from plan.dispute_state import Act, AppealType, OrderType
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Command, Event

from .stories import CASE, LATER, MAINTAINED, PERSON, PLAN, after

D, DECISION, REQUEST, ORDER = (UUID(int=n) for n in (50, 51, 52, 53))
NOTICE = date(2025, 10, 1)
IDS: dict[str, Any] = {"case_id": CASE, "person_id": PERSON, "dispute_id": D}
MATTER: dict[str, Any] = {"decision_id": DECISION, "request_id": REQUEST, "plan_id": PLAN}
SECTIONS: dict[AppealType, tuple[Any, ...]] = {AppealType.CONTENTS: ("B", "F", "I"), AppealType.PLACEMENT: ("I",)}


def notice(kind: AppealType = AppealType.CONTENTS, **more: Any) -> NoticeOfAppeal:
    facts = {
        "appeal_type": kind, "sections": SECTIONS.get(kind, ()), "received_by_la_on": date(2026, 1, 9), "in_time": True,
    }  # fmt: skip
    return NoticeOfAppeal(**{**facts, **more})


def opening(about: AppealType = AppealType.CONTENTS, begins_with: Any = None, **more: Any) -> OpenDispute:
    facts = {
        "dispute_id": D, "case_id": CASE, "person_id": PERSON, "about": about, "notice_sent_on": NOTICE,
        "occurred_on": date(2025, 11, 26), "begins_with": begins_with or AdviserContacted(step="ADVISER_CONTACTED"),
        **MATTER,
    }  # fmt: skip
    return OpenDispute(**{**facts, **more})


def appealed(kind: AppealType = AppealType.CONTENTS) -> list[Event]:
    """TV-25: letter of 1 October 2025, certificate of 29 November, appeal on 2 January."""
    return after(
        dispute,
        opening(kind),
        DeclineMediation(dispute_id=D, told_adviser=True, occurred_on=date(2025, 11, 26)),
        IssueMediationCertificate(dispute_id=D, kind="DECLINED", occurred_on=date(2025, 11, 29)),
        RegisterAppeal(dispute_id=D, appeal=notice(kind), occurred_on=date(2026, 1, 2)),
    )


def then_also(events: list[Event], *commands: Command) -> list[Event]:
    """What these commands add to a history."""
    for number, command in enumerate(commands, start=200):
        made = given(dispute, *events).sent_at(LATER).when(command).outcome
        assert isinstance(made, list), f"{number} {command}: {made}"
        events = [*events, *made]
    return events


RESPONDED = SubmitAppealResponse(dispute_id=D, occurred_on=date(2026, 2, 10))
CONCEDED = ConcedeAppeal(dispute_id=D, order_id=ORDER, occurred_on=date(2026, 1, 20))
WITHDRAWN = WithdrawAppeal(dispute_id=D, occurred_on=date(2026, 2, 1))


def order(*types: OrderType, on: date = date(2026, 2, 10), **more: Any) -> MakeTribunalOrder:
    dismissed = types[0] in (OrderType.DISMISS, OrderType.DISMISS_CEASE)
    facts = {
        "dispute_id": D, "order_id": ORDER, "order_types": types, "outcome": "DISMISSED" if dismissed else "UPHELD",
        "occurred_on": on,
    }  # fmt: skip
    return MakeTribunalOrder(**{**facts, **more})


AMEND = order(OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT)


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


# --- the authority's answer ---


def test_the_response_is_sent_once() -> None:
    """TV-29 counts it from the day on which the authority received the appeal."""
    events = appealed()
    given(dispute, *events).when(RESPONDED).then(AppealResponseSubmitted(occurred_on=date(2026, 2, 10), **IDS))
    given(dispute, *then_also(events, RESPONDED)).when(RESPONDED).then_nothing()
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


HEARING = GiveTribunalDirection(
    dispute_id=D, direction="HEARING", due_on=date(2026, 3, 30), wording="by video", occurred_on=date(2026, 2, 1)
)


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
    unknown = comply.model_copy(update={"direction_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-direction")
    given(dispute, *appealed()).when(comply).then_rejected("no-direction")


def test_a_direction_looks_ahead() -> None:
    past = HEARING.model_copy(update={"due_on": date(2026, 1, 31)})
    given(dispute, *appealed()).when(past).then_rejected("due-before-direction")


# --- order ---


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        (AppealType.REFUSAL_TO_ASSESS, (OrderType.ASSESS,)),  # TV-19
        (AppealType.REFUSAL_TO_ISSUE, (OrderType.MAKE_PLAN,)),  # TV-20
        (AppealType.REFUSAL_TO_ISSUE, (OrderType.RECONSIDER,)),
        (AppealType.CONTENTS, (OrderType.AMEND_CONTENT, OrderType.AMEND_PLACEMENT)),  # TV-21
        (AppealType.PLACEMENT, (OrderType.AMEND_PLACEMENT,)),  # TV-21
        (AppealType.REFUSAL_TO_REASSESS, (OrderType.DISMISS,)),
        (AppealType.CEASE, (OrderType.DISMISS_CEASE,)),
        (AppealType.CEASE, (OrderType.CONTINUE_AND_AMEND,)),
    ],
)
def test_the_tribunal_makes_an_order_that_fits_the_appeal(kind: AppealType, types: Any) -> None:
    given(dispute, *appealed(kind)).when(order(*types)).then(
        TribunalOrderMade(
            occurred_on=date(2026, 2, 10), order_id=ORDER, appeal_type=kind, order_types=types, by_consent=False,
            outcome="DISMISSED" if types[0] in (OrderType.DISMISS, OrderType.DISMISS_CEASE) else "UPHELD",
            directed_until=None, sent_on=date(2026, 2, 10), **MATTER, **IDS,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (AppealType.REFUSAL_TO_ASSESS, OrderType.MAKE_PLAN),
        (AppealType.REFUSAL_TO_ISSUE, OrderType.ASSESS),
        (AppealType.PLACEMENT, OrderType.AMEND_CONTENT),
        (AppealType.CONTENTS, OrderType.CONTINUE),
        (AppealType.CEASE, OrderType.DISMISS),
    ],
)
def test_the_tribunal_cannot_order_what_was_not_appealed(kind: AppealType, wrong: OrderType) -> None:
    given(dispute, *appealed(kind)).when(order(wrong)).then_rejected("order-does-not-fit-appeal")


@pytest.mark.parametrize(
    ("types", "outcome"),
    [
        ((), "UPHELD"),
        ((OrderType.ASSESS, OrderType.MAKE_PLAN), "UPHELD"),
        ((OrderType.DISMISS,), "UPHELD"),
        ((OrderType.ASSESS,), "DISMISSED"),
    ],
)
def test_an_order_holds_together(types: Any, outcome: Any) -> None:
    with pytest.raises(ValidationError):
        MakeTribunalOrder(dispute_id=D, order_types=types, outcome=outcome)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_on": date(2026, 1, 1)}, "order-before-appeal"),
        ({"sent_on": date(2026, 2, 9)}, "sent-before-order"),
        ({"sent_on": date(2028, 2, 9)}, "date-in-future"),
        ({"directed_until": date(2026, 2, 9)}, "period-before-order"),
    ],
)
def test_the_dates_of_an_order_follow_each_other(changed: Any, code: str) -> None:
    given(dispute, *appealed()).sent_at(LATER).when(AMEND.model_copy(update=changed)).then_rejected(code)


def test_the_same_order_is_recorded_once_and_another_is_refused() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(AMEND.model_copy(update={"order_id": UUID(int=90)})).then_nothing()
    given(dispute, *events).when(order(OrderType.DISMISS)).then_rejected("order-already-made")


def test_an_order_is_complied_with_act_by_act() -> None:
    """TV-19: notify, then the final plan."""
    events = then_also(appealed(AppealType.REFUSAL_TO_ASSESS), order(OrderType.ASSESS))
    notify = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.WILL_ASSESS_NOTIFIED, occurred_on=date(2026, 2, 24)
    )
    given(dispute, *events).when(notify).then(
        TribunalOrderComplied(occurred_on=date(2026, 2, 24), order_id=ORDER, act=Act.WILL_ASSESS_NOTIFIED, **IDS)
    )
    events = then_also(events, notify)
    given(dispute, *events).when(notify).then_nothing()
    issue = notify.model_copy(update={"act": Act.FINAL_PLAN_ISSUED, "occurred_on": date(2026, 5, 19)})
    given(dispute, *events).when(issue).then_types(TribunalOrderComplied)


def test_a_concession_is_complied_with_like_an_order() -> None:
    events = then_also(appealed(), CONCEDED)
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 2, 20)
    )
    given(dispute, *events).when(amended).then_types(TribunalOrderComplied)


def test_one_complies_with_what_is_owed() -> None:
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 2, 20)
    )
    given(dispute, *appealed()).when(amended).then_rejected("nothing-owed")
    events = then_also(appealed(), AMEND)
    unknown = amended.model_copy(update={"order_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-order")
    early = amended.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *events).when(early).then_rejected("complied-before-order")
    other = amended.model_copy(update={"act": Act.PLAN_CEASED})
    refused = given(dispute, *events).when(other).then_rejected("act-not-owed")
    assert "AMENDED_PLAN_ISSUED" in refused.detail
    dismissed = then_also(appealed(), order(OrderType.DISMISS))
    refused = given(dispute, *dismissed).when(amended).then_rejected("act-not-owed")
    assert "nothing" in refused.detail


# --- asking the Tribunal again ---

SET_ASIDE = ApplyForFttReviewOrPermission(
    dispute_id=D, application_id=UUID(int=70), kind="SET_ASIDE", applied_by="LA", occurred_on=date(2026, 3, 1)
)


def test_an_order_that_was_set_aside_leaves_the_appeal_open() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(SET_ASIDE).then(
        FttReviewOrPermissionApplied(
            occurred_on=date(2026, 3, 1), order_id=ORDER, application_id=UUID(int=70), kind="SET_ASIDE",
            applied_by="LA", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, SET_ASIDE)
    given(dispute, *events).when(SET_ASIDE).then_nothing()
    decided = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="SET_ASIDE", occurred_on=date(2026, 4, 1)
    )
    given(dispute, *events).when(decided).then(
        FttReviewOrPermissionDecided(
            occurred_on=date(2026, 4, 1), order_id=ORDER, application_id=UUID(int=70), outcome="SET_ASIDE", **IDS
        )
    )
    events = then_also(events, decided)
    given(dispute, *events).when(decided).then_nothing()
    amended = ComplyWithTribunalOrder(
        dispute_id=D, order_id=ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 4, 20)
    )
    given(dispute, *events).when(amended).then_rejected("order-set-aside")
    again = order(OrderType.AMEND_CONTENT, on=date(2026, 6, 1), order_id=UUID(int=71))
    given(dispute, *events).when(again).then_types(TribunalOrderMade)


def test_a_refused_application_leaves_the_order_as_it_is() -> None:
    refused = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="REFUSED", occurred_on=date(2026, 4, 1)
    )
    events = then_also(appealed(), AMEND, SET_ASIDE, refused)
    given(dispute, *events).when(order(OrderType.DISMISS)).then_rejected("order-already-made")


def test_an_application_is_about_a_decision_that_was_made() -> None:
    given(dispute, *appealed()).when(SET_ASIDE).then_rejected("no-order")
    events = then_also(appealed(), AMEND)
    early = SET_ASIDE.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *events).when(early).then_rejected("application-before-order")


def test_an_application_is_decided_as_it_was_made() -> None:
    decided = DecideFttReviewOrPermission(
        dispute_id=D, application_id=UUID(int=70), outcome="PERMISSION_GIVEN", occurred_on=date(2026, 4, 1)
    )
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(decided).then_rejected("no-application")
    events = then_also(events, SET_ASIDE)
    given(dispute, *events).when(decided).then_rejected("outcome-does-not-fit")
    unknown = decided.model_copy(update={"application_id": UUID(int=999)})
    given(dispute, *events).when(unknown).then_rejected("no-such-application")
    given(dispute, *appealed()).when(decided).then_rejected("no-application", "no-order")


# --- recommendations ---

HEALTH = MakeTribunalRecommendation(
    dispute_id=D, recommendation_id=UUID(int=80), body="HEALTH", sections=("G",), wording="weekly physiotherapy",
    occurred_on=date(2026, 2, 10),
)  # fmt: skip
ANSWER = SendRecommendationResponse(
    dispute_id=D, recommendation_id=UUID(int=80), accepted="PARTLY", reasons="every second week",
    held_by_la_on=date(2026, 3, 18), occurred_on=date(2026, 3, 17),
)  # fmt: skip
COPY = CopyRecommendationResponseToSecretaryOfState(
    dispute_id=D, recommendation_id=UUID(int=80), occurred_on=date(2026, 3, 25)
)


def test_a_recommendation_is_made_answered_and_copied() -> None:
    """TV-24."""
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(HEALTH).then(
        TribunalRecommendationMade(
            occurred_on=date(2026, 2, 10), order_id=ORDER, recommendation_id=UUID(int=80), body="HEALTH",
            sections=("G",), wording="weekly physiotherapy", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, HEALTH)
    given(dispute, *events).when(HEALTH).then_nothing()
    given(dispute, *events).sent_at(LATER).when(ANSWER).then(
        RecommendationResponseSent(
            occurred_on=date(2026, 3, 17), recommendation_id=UUID(int=80), body="HEALTH", accepted="PARTLY",
            held_by_la_on=date(2026, 3, 18), reasons="every second week", **IDS,
        )
    )  # fmt: skip
    events = then_also(events, ANSWER)
    given(dispute, *events).when(ANSWER).then_nothing()
    given(dispute, *events).when(COPY).then(
        RecommendationResponseCopiedToSecretaryOfState(
            occurred_on=date(2026, 3, 25), recommendation_id=UUID(int=80), **IDS
        )
    )
    given(dispute, *then_also(events, COPY)).when(COPY).then_nothing()


def test_a_recommendation_comes_with_an_order() -> None:
    given(dispute, *appealed()).when(HEALTH).then_rejected("no-order")
    early = HEALTH.model_copy(update={"occurred_on": date(2026, 2, 9)})
    given(dispute, *then_also(appealed(), AMEND)).when(early).then_rejected("recommendation-before-order")


def test_a_refusal_to_assess_brings_no_recommendation() -> None:
    events = then_also(appealed(AppealType.REFUSAL_TO_ASSESS), order(OrderType.ASSESS))
    given(dispute, *events).when(HEALTH).then_rejected("no-recommendations-here")


@pytest.mark.parametrize(("body", "sections"), [("HEALTH", ("D",)), ("SOCIAL_CARE", ("G",)), ("HEALTH", ())])
def test_a_body_is_recommended_its_own_business(body: Any, sections: Any) -> None:
    with pytest.raises(ValidationError):
        MakeTribunalRecommendation(dispute_id=D, body=body, sections=sections)


def test_only_a_recommendation_is_answered_and_only_an_answer_copied() -> None:
    events = then_also(appealed(), AMEND)
    given(dispute, *events).when(ANSWER).then_rejected("no-recommendation")
    given(dispute, *events).when(COPY).then_rejected("no-recommendation")
    events = then_also(events, HEALTH)
    given(dispute, *events).when(COPY).then_rejected("no-response")
    for command, so_far in ((ANSWER, events), (COPY, then_also(events, ANSWER))):
        unknown = command.model_copy(update={"recommendation_id": UUID(int=999)})
        given(dispute, *so_far).sent_at(LATER).when(unknown).then_rejected("no-such-recommendation")


def test_a_step_recorded_with_another_day_is_for_a_correction() -> None:
    events = then_also(appealed(), RESPONDED)
    given(dispute, *events).when(RESPONDED).then_nothing()
    later = RESPONDED.model_copy(update={"occurred_on": date(2026, 2, 11)})
    refused = given(dispute, *events).when(later).then_rejected("response-submitted")
    assert refused.detail == (
        "The response went to the Tribunal on 2026-02-10. If that date is wrong, correct it: "
        "POST /disputes/{dispute_id}/corrections."
    )


def test_a_dispute_is_about_a_plan_the_child_has_or_had() -> None:
    typo = opening(plan_id=UUID(int=404))
    given(dispute).reading(MAINTAINED).sent_at(LATER).when(typo).then_rejected("no-such-plan")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_on": date(2026, 2, 9)}, "response-before-recommendation"),
        ({"held_by_la_on": date(2026, 3, 16)}, "held-before-sent"),
        ({"held_by_la_on": date(2028, 3, 16)}, "date-in-future"),
    ],
)
def test_the_dates_of_an_answer_follow_each_other(changed: Any, code: str) -> None:
    events = then_also(appealed(), AMEND, HEALTH)
    given(dispute, *events).sent_at(LATER).when(ANSWER.model_copy(update=changed)).then_rejected(code)


def test_a_copy_is_younger_than_the_answer() -> None:
    events = then_also(appealed(), AMEND, HEALTH, ANSWER)
    early = COPY.model_copy(update={"occurred_on": date(2026, 3, 17)})
    given(dispute, *events).when(early).then_rejected("copied-before-response")
