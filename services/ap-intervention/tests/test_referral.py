"""From a referral to an accepted place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from ap_intervention.ap_case import ApCase, KnownExclusion
from ap_intervention.codes import ReferralReason, Registration
from ap_intervention.referral import (
    AcceptApPlace,
    DeclineApPlace,
    LapseApPlaceOffer,
    OfferApPlace,
    RecordPanelDecision,
    ReferToAp,
    TriageReferral,
    WithdrawApReferral,
    ap_referral,
)
from ap_intervention.referral_events import (
    AcceptedBy,
    ApPlaceDeclined,
    ApPlaceOffered,
    ApPlaceOfferLapsed,
    ApReferralMade,
    ApReferralWithdrawn,
    PanelDecided,
    PanelDecision,
    Priority,
    ReferralTriaged,
    WhyDeclined,
)
from pydantic import ValidationError
from shared.testing.spec import given

from .examples import (
    CASE,
    HOME_SCHOOL,
    OFFER,
    OFFERED_ON,
    PERSON,
    PROVIDER,
    REFERRAL,
    REFERRED_ON,
    REPLY_BY,
    START,
    TWELVE_WEEKS_ON,
    accepted,
    accepted_referral,
    decided,
    offered,
    provider_state,
    referred,
    terms,
    triaged,
    whose,
)

TO_THE_PANEL = [referred(), triaged()]
DECIDED = [*TO_THE_PANEL, decided()]
OFFERED = [*DECIDED, offered()]


def _refer(**more: Any) -> ReferToAp:
    return ReferToAp(
        **{
            "occurred_on": REFERRED_ON,
            "referral_id": REFERRAL,
            "from_setting_id": HOME_SCHOOL,
            "reason_code": ReferralReason.RISK,
            "requested_tier": 2,
            **whose(),
            **more,
        }
    )


def _panel(decision: PanelDecision, why: str = "Outreach was tried for a term.") -> RecordPanelDecision:
    return RecordPanelDecision(occurred_on=date(2026, 9, 4), referral_id=REFERRAL, decision=decision, rationale=why)


def _offer(**more: Any) -> OfferApPlace:
    return OfferApPlace(
        **{
            "occurred_on": OFFERED_ON,
            "referral_id": REFERRAL,
            "offer_id": OFFER,
            "provider_id": PROVIDER,
            "tier": 2,
            "registration": Registration.DUAL_MAIN,
            "start_on": START,
            "planned_end_on": TWELVE_WEEKS_ON,
            "reply_by": REPLY_BY,
            "terms": terms(),
            **more,
        }
    )


def _accept(on: date, offer_id: UUID = OFFER) -> AcceptApPlace:
    return AcceptApPlace(occurred_on=on, referral_id=REFERRAL, offer_id=offer_id, accepted_by=AcceptedBy.PARENT)


# --- referral, triage, panel ---


def test_a_referral_is_made() -> None:
    given(ap_referral).reading(ApCase()).when(_refer()).then(referred())


def test_a_referral_that_is_made_is_not_made_again() -> None:
    [refer] = [p for p in ap_referral.permissions(ap_referral.fold([referred()])) if p.command is ReferToAp]
    assert [c.code for c in refer.unmet] == ["referral-made"]
    for blank in ({"narrative": "  "}, {"evidence_refs": ("\t",)}):
        with pytest.raises(ValidationError):
            _refer(**blank)


def test_a_plan_this_service_knows_of_counts_though_the_school_does_not() -> None:
    (made,) = given(ap_referral).reading(ApCase(plan_id=uuid4())).when(_refer()).then_types(ApReferralMade)
    assert made.has_plan


def test_a_referral_into_another_childs_case_is_refused() -> None:
    given(ap_referral).reading(ApCase()).when(_refer(person_id=UUID(int=8))).then_rejected("case-of-another-person")


def test_an_exclusion_that_is_named_is_one_of_the_child() -> None:
    after_exclusion = _refer(reason_code=ReferralReason.PEX, exclusion_id=UUID(int=401))
    known = ApCase(exclusions=(KnownExclusion(UUID(int=401), date(2026, 8, 31), Decimal(0)),))
    (event,) = given(ap_referral).reading(known).when(after_exclusion).then_types(ApReferralMade)
    assert event.exclusion_id == UUID(int=401)
    typo = after_exclusion.model_copy(update={"exclusion_id": UUID(int=402)})
    given(ap_referral).reading(known).when(typo).then_rejected("no-such-exclusion")


def test_reason_other_needs_words() -> None:
    with pytest.raises(ValidationError, match="narrative"):
        _refer(reason_code=ReferralReason.OTH)
    assert _refer(reason_code=ReferralReason.OTH, narrative="Managed by the family.").narrative


def test_a_referral_is_triaged_and_may_be_triaged_afresh() -> None:
    urgent = TriageReferral(occurred_on=date(2026, 9, 3), referral_id=REFERRAL, priority=Priority.DAY_SIX)
    given(ap_referral, referred()).when(urgent).then_types(ReferralTriaged)
    given(ap_referral, *TO_THE_PANEL).when(urgent).then_types(ReferralTriaged)
    same = TriageReferral(occurred_on=date(2026, 9, 3), referral_id=REFERRAL, priority=Priority.STANDARD)
    assert "/corrections" in given(ap_referral, *TO_THE_PANEL).when(same).then_rejected("triaged-already").detail
    (triaged,) = given(ap_referral, referred()).when(same).then_types(ReferralTriaged)
    given(ap_referral, referred(), triaged).when(same).then_nothing()
    given(ap_referral, *DECIDED).when(urgent).then_rejected("panel-decided")


def test_the_panel_decides_on_what_was_triaged() -> None:
    given(ap_referral, referred()).when(_panel(PanelDecision.TIER2)).then_rejected("not-triaged")
    given(ap_referral, *TO_THE_PANEL).when(_panel(PanelDecision.TIER2)).then(decided())


@pytest.mark.parametrize("decision", [PanelDecision.REDIRECT, PanelDecision.DECLINED])
def test_a_redirected_or_declined_referral_gets_no_place(decision: PanelDecision) -> None:
    given(ap_referral, *TO_THE_PANEL, decided(decision)).reading(provider_state()).when(_offer()).then_rejected(
        "referral-closed", "no-tier-decided"
    )


def test_the_panel_may_decide_afresh_until_a_place_is_on_offer() -> None:
    other = _panel(PanelDecision.TIER3, "A return is not likely.")
    given(ap_referral, *DECIDED).when(other).then_types(PanelDecided)
    given(ap_referral, *OFFERED).when(other).then_rejected("place-on-offer")
    given(ap_referral, *OFFERED, accepted()).when(other).then_rejected("place-accepted")


# --- the offer ---


def test_a_place_is_offered() -> None:
    given(ap_referral, *DECIDED).reading(provider_state()).when(_offer()).then(offered())


def test_a_place_is_offered_only_in_the_tier_decided() -> None:
    offer = _offer(tier=3, terms=terms(3), registration=Registration.SINGLE)
    given(ap_referral, *DECIDED).reading(provider_state()).when(offer).then_rejected("another-tier-decided")


def test_a_provider_that_is_not_in_order_cannot_offer() -> None:
    given(ap_referral, *DECIDED).reading(provider_state(checks=(), visited_on=None)).when(_offer()).then_rejected(
        "provider-check-missing", "quality-assurance-missing"
    )


def test_the_time_to_reply_lies_ahead() -> None:
    given(ap_referral, *DECIDED).reading(provider_state()).when(
        _offer(reply_by=OFFERED_ON - timedelta(days=1))
    ).then_rejected("reply-time-over-already")


@pytest.mark.parametrize(
    ("tier", "wrong", "code"),
    [
        (1, {"registration": Registration.DUAL_MAIN}, "registration-changed-in-tier-1"),
        (2, {"planned_end_on": None}, "planned-end-missing"),
        (2, {"terms": terms(2, reintegration_target=None)}, "reintegration-target-missing"),
        (2, {"planned_end_on": START}, "planned-end-before-start"),
        (3, {"terms": terms(3, destination_type=None)}, "destination-type-missing"),
        (3, {"terms": terms(3, part_time_timetable=True), "planned_end_on": None}, "planned-end-missing"),
    ],
)
def test_a_place_keeps_the_rules_of_its_tier(tier: int, wrong: dict[str, Any], code: str) -> None:
    history = [*TO_THE_PANEL, decided(PanelDecision(f"TIER{tier}"))]
    right: dict[str, Any] = {"tier": tier, "terms": terms(tier), "registration": Registration.SINGLE}  # type: ignore[arg-type]
    given(ap_referral, *history).reading(provider_state()).when(_offer(**right)).then_types(ApPlaceOffered)
    given(ap_referral, *history).reading(provider_state()).when(_offer(**right | wrong)).then_rejected(code)


def test_only_a_school_keeps_a_register() -> None:
    given(ap_referral, *DECIDED).reading(provider_state(school=False)).when(_offer()).then_rejected(
        "provider-keeps-no-register"
    )


def test_a_provider_offers_no_more_sessions_than_it_has() -> None:
    given(ap_referral, *DECIDED).reading(provider_state(max_weekly_sessions=6)).when(_offer()).then_rejected(
        "over-provider-sessions"
    )


@pytest.mark.parametrize("who", [{"has_plan": True}, {"looked_after": True}])
def test_full_time_education_of_a_child_with_a_plan_or_in_care_needs_a_school(who: dict[str, bool]) -> None:
    history = [referred(**who), triaged(), decided()]
    single = {"registration": Registration.SINGLE}
    workshop = provider_state(school=False)
    given(ap_referral, *history).reading(workshop).when(_offer(**single)).then_rejected(
        "provider-must-register-as-school"
    )
    part = terms(2, weekly_sessions=6, hours_per_week=Decimal(18))
    given(ap_referral, *history).reading(workshop).when(_offer(**single, terms=part)).then_types(ApPlaceOffered)
    given(ap_referral, *history).reading(provider_state()).when(_offer()).then_types(ApPlaceOffered)
    given(ap_referral, *DECIDED).reading(workshop).when(_offer(**single)).then_types(ApPlaceOffered)


def test_one_place_is_on_offer_at_a_time() -> None:
    other = _offer(offer_id=uuid4(), start_on=START + timedelta(days=1))
    given(ap_referral, *OFFERED).reading(provider_state()).when(other).then_rejected("place-on-offer")
    given(ap_referral, *OFFERED).reading(provider_state()).when(_offer(offer_id=uuid4())).then_nothing()


def test_a_new_offer_lets_one_out_of_time_lapse() -> None:
    later = _offer(occurred_on=REPLY_BY + timedelta(days=1), reply_by=date(2026, 9, 25), offer_id=uuid4())
    lapsed, fresh = (
        given(ap_referral, *OFFERED)
        .reading(provider_state())
        .when(later)
        .then_types(ApPlaceOfferLapsed, ApPlaceOffered)
    )
    assert (lapsed.offer_id, fresh.offer_id) == (OFFER, later.offer_id)


# --- the answer ---


def test_a_place_is_accepted_on_its_last_day() -> None:
    given(ap_referral, *OFFERED).when(_accept(REPLY_BY)).then(accepted(occurred_on=REPLY_BY))


def test_a_place_is_not_accepted_after_its_time() -> None:
    given(ap_referral, *OFFERED).when(_accept(REPLY_BY + timedelta(days=1))).then_rejected("reply-time-over")


def test_another_offer_cannot_be_answered() -> None:
    given(ap_referral, *OFFERED).when(_accept(OFFERED_ON, uuid4())).then_rejected("another-place-on-offer")
    given(ap_referral, *DECIDED).when(_accept(OFFERED_ON)).then_rejected("no-place-on-offer")


def test_a_declined_place_leaves_room_for_another() -> None:
    decline = DeclineApPlace(
        occurred_on=REPLY_BY,
        referral_id=REFERRAL,
        offer_id=OFFER,
        reason_code=WhyDeclined.TOO_FAR,
        reason="Two buses each way.",
    )
    (declined,) = given(ap_referral, *OFFERED).when(decline).then_types(ApPlaceDeclined)
    given(ap_referral, *OFFERED, declined).when(decline).then_nothing()
    given(ap_referral, *OFFERED, declined).reading(provider_state()).when(_offer(offer_id=uuid4())).then_types(
        ApPlaceOffered
    )
    given(ap_referral, *OFFERED, declined).when(_accept(REPLY_BY)).then_rejected("no-place-on-offer")


def test_an_offer_lapses_only_when_its_time_is_over() -> None:
    lapse = LapseApPlaceOffer(occurred_on=REPLY_BY, referral_id=REFERRAL, offer_id=OFFER)
    given(ap_referral, *OFFERED).when(lapse).then_rejected("reply-time-not-over")
    late = lapse.model_copy(update={"occurred_on": REPLY_BY + timedelta(days=1)})
    given(ap_referral, *OFFERED).when(late).then_types(ApPlaceOfferLapsed)


def test_a_referral_is_withdrawn_until_a_place_is_accepted() -> None:
    withdraw = WithdrawApReferral(occurred_on=REPLY_BY, referral_id=REFERRAL, reason="Things have calmed down.")
    (withdrawn,) = given(ap_referral, *OFFERED).when(withdraw).then_types(ApReferralWithdrawn)
    given(ap_referral, *OFFERED, withdrawn).when(_accept(REPLY_BY)).then_rejected(
        "referral-closed", "no-place-on-offer"
    )
    given(ap_referral, *accepted_referral()).when(withdraw).then_rejected("place-accepted")


def test_a_referral_says_whose_it_is_in_every_event() -> None:
    for event in accepted_referral():
        assert (event.case_id, event.person_id) == (CASE, PERSON)  # type: ignore[attr-defined]
