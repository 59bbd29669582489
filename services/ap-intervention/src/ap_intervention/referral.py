"""A referral to alternative provision: triage, the panel's decision, and the place that is offered and accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared import UNFILLED, Command, Condition, Decider, Decision, Event, NewId, Personal, Reference

from .ap_case import ApCase, ap_case, unknown_exclusion
from .codes import ReferralReason, Registration, Short, Text, Tier
from .conditions import of_its_person, refuse, unless
from .provider import provider
from .provider_state import Provider, in_the_way_of_a_start
from .referral_events import (
    AcceptedBy,
    ApPlaceAccepted,
    ApPlaceDeclined,
    ApPlaceOffered,
    ApPlaceOfferLapsed,
    ApReferralEvent,
    ApReferralMade,
    ApReferralWithdrawn,
    PanelDecided,
    PanelDecision,
    Priority,
    ReferralTriaged,
    WhyDeclined,
)
from .referral_state import (
    CORRECT,
    ApReferral,
    Status,
    evolve,
    made,
    no_place_accepted,
    no_place_on_offer,
    not_closed,
    not_decided,
    not_made,
    place_on_offer,
    tier_decided,
    triaged,
)
from .terms import (
    Place,
    PlaceTerms,
    intervention_of_offer,
    not_as_the_tier_asks,
    too_many_sessions,
    would_be_an_unregistered_school,
)

# --- commands ---


class ReferToAp(Command):
    """Ask for alternative provision for a child."""

    referral_id: NewId = UNFILLED
    case_id: UUID
    person_id: UUID
    from_setting_id: UUID | None = None
    reason_code: ReferralReason
    requested_tier: Tier
    has_plan: bool = False
    looked_after: bool = False
    exclusion_id: UUID | None = None
    narrative: Personal[Text] | None = None
    strategies_tried: Personal[Text] | None = None
    attendance_last_12_weeks: Annotated[int, Field(ge=0, le=100)] | None = None
    suspensions_last_12_months: Annotated[int, Field(ge=0)] | None = None
    parent_view_ref: Short | None = None
    child_view_ref: Short | None = None
    evidence_refs: tuple[Short, ...] = ()

    @model_validator(mode="after")
    def _other_needs_words(self) -> Self:
        if self.reason_code is ReferralReason.OTH and self.narrative is None:
            raise ValueError("reason_code OTH needs a narrative")
        return self


class TriageReferral(Command):
    """Sift a referral and give it a priority; may be done again until the panel has decided."""

    referral_id: UUID
    priority: Priority
    notes: Personal[Text] | None = None


class RecordPanelDecision(Command):
    """Record what the panel decided, and why. It may decide afresh while no place is on offer or accepted."""

    referral_id: UUID
    decision: PanelDecision
    rationale: Personal[Text]
    conditions: Personal[tuple[Text, ...]] = ()


class OfferApPlace(Command):
    """Offer the child a place with a provider, to be answered by ``reply_by``. An older offer out of time lapses."""

    referral_id: UUID
    offer_id: NewId = UNFILLED
    provider_id: UUID
    tier: Tier
    registration: Registration
    start_on: date
    planned_end_on: date | None = None
    reply_by: date
    terms: PlaceTerms


class AcceptApPlace(Command):
    """Accept the place on offer, on its last day at the latest."""

    referral_id: UUID
    offer_id: UUID
    accepted_by: AcceptedBy


class DeclineApPlace(Command):
    """Decline the place on offer, with the reason."""

    referral_id: UUID
    offer_id: UUID
    reason_code: WhyDeclined
    reason: Personal[Text]


class LapseApPlaceOffer(Command):
    """Record that nobody answered the offer in its time."""

    referral_id: UUID
    offer_id: UUID


class WithdrawApReferral(Command):
    """Withdraw a referral for which no place was accepted yet."""

    referral_id: UUID
    reason: Personal[Text]


# --- decisions ---


def _ids(c: Command, s: ApReferral) -> dict[str, Any]:
    return {"occurred_on": c.occurred_on, "case_id": s.case_id, "person_id": s.person_id}


def _refer(c: ReferToAp, _: ApReferral, case: ApCase) -> Sequence[Event]:
    refuse(
        of_its_person(c, case_id=c.case_id, person_id=c.person_id),
        unknown_exclusion(case, c.exclusion_id, named="exclusion_id"),
    )
    return [
        ApReferralMade(
            occurred_on=c.occurred_on,
            case_id=c.case_id,
            person_id=c.person_id,
            referral_id=c.referral_id,
            from_setting_id=c.from_setting_id,
            reason_code=c.reason_code,
            requested_tier=c.requested_tier,
            has_plan=c.has_plan or case.plan_held,
            looked_after=c.looked_after,
            exclusion_id=c.exclusion_id,
            narrative=c.narrative,
            strategies_tried=c.strategies_tried,
            attendance_last_12_weeks=c.attendance_last_12_weeks,
            suspensions_last_12_months=c.suspensions_last_12_months,
            parent_view_ref=c.parent_view_ref,
            child_view_ref=c.child_view_ref,
            evidence_refs=c.evidence_refs,
        )
    ]


def _triage(c: TriageReferral, s: ApReferral) -> Sequence[Event]:
    same = s.triaged_on is not None and (s.priority, s.notes) == (c.priority, c.notes)
    refuse(unless(not same, "triaged-already", f"The referral was triaged so on {s.triaged_on}. {CORRECT}"))
    return [ReferralTriaged(**_ids(c, s), referral_id=c.referral_id, priority=c.priority, notes=c.notes)]


def _panel(c: RecordPanelDecision, s: ApReferral) -> Sequence[Event]:
    same = (s.decision, s.rationale) == (c.decision, c.rationale)
    refuse(unless(not same, "decided-already", f"The panel decided so on {s.decided_on}. {CORRECT}"))
    return [
        PanelDecided(
            **_ids(c, s),
            referral_id=c.referral_id,
            decision=c.decision,
            rationale=c.rationale,
            conditions=c.conditions,
        )
    ]


def _offer(c: OfferApPlace, s: ApReferral, at: Provider) -> Sequence[Event]:
    place = Place(c.tier, c.registration, c.start_on, c.planned_end_on, c.terms)
    older = s.offer
    refuse(
        unless(
            older is None or older.reply_by < c.occurred_on,
            "place-on-offer",
            f"A place is on offer since {older and older.offered_on}, until {older and older.reply_by}; it must be "
            "declined first, or lapse.",
        ),
        unless(
            c.tier == s.tier, "another-tier-decided", f"The panel decided on tier {s.tier}; offer a place in that tier."
        ),
        unless(
            c.reply_by >= c.occurred_on,
            "reply-time-over-already",
            f"The time to reply would have ended on {c.reply_by}, before the offer of {c.occurred_on}.",
        ),
        in_the_way_of_a_start(at, c.occurred_on, tier=c.tier),
        not_as_the_tier_asks(place, registered_school=at.registered_school),
        too_many_sessions(place, at),
        would_be_an_unregistered_school(
            c.terms, registered_school=at.registered_school, has_plan=s.has_plan, looked_after=s.looked_after
        ),
    )
    offered = ApPlaceOffered(
        **_ids(c, s),
        referral_id=c.referral_id,
        offer_id=c.offer_id,
        provider_id=c.provider_id,
        provider_name=at.name or "",
        registered_school=at.registered_school,
        tier=c.tier,
        registration=c.registration,
        start_on=c.start_on,
        planned_end_on=c.planned_end_on,
        reply_by=c.reply_by,
        terms=c.terms,
    )
    if older is None:
        return [offered]
    return [ApPlaceOfferLapsed(**_ids(c, s), referral_id=c.referral_id, offer_id=older.offer_id), offered]


def _accept(c: AcceptApPlace, s: ApReferral) -> Sequence[Event]:
    assert s.offer is not None
    refuse(
        _this_offer(c.offer_id, s),
        unless(
            c.occurred_on <= s.offer.reply_by,
            "reply-time-over",
            f"The offer could be accepted until {s.offer.reply_by}; record that it lapsed and offer the place again.",
        ),
    )
    return [
        ApPlaceAccepted(
            **_ids(c, s),
            referral_id=c.referral_id,
            offer_id=c.offer_id,
            provider_id=s.offer.provider_id,
            tier=s.offer.place.tier,
            start_on=s.offer.place.start_on,
            accepted_by=c.accepted_by,
            intervention_id=intervention_of_offer(c.offer_id),
        )
    ]


def _decline(c: DeclineApPlace, s: ApReferral) -> Sequence[Event]:
    refuse(_this_offer(c.offer_id, s))
    return [
        ApPlaceDeclined(
            **_ids(c, s),
            referral_id=c.referral_id,
            offer_id=c.offer_id,
            reason_code=c.reason_code,
            reason=c.reason,
        )
    ]


def _lapse(c: LapseApPlaceOffer, s: ApReferral) -> Sequence[Event]:
    assert s.offer is not None
    refuse(
        _this_offer(c.offer_id, s),
        unless(
            c.occurred_on > s.offer.reply_by,
            "reply-time-not-over",
            f"The offer can still be accepted until {s.offer.reply_by}, that day included.",
        ),
    )
    return [ApPlaceOfferLapsed(**_ids(c, s), referral_id=c.referral_id, offer_id=c.offer_id)]


def _this_offer(offer_id: UUID, s: ApReferral) -> list[Condition]:
    if (answered := s.declined_offers.get(offer_id) or s.lapsed_offers.get(offer_id)) is not None:
        words = f"That offer was declined, or lapsed, on {answered}; another one is open. {CORRECT}"
        return [Condition("another-place-on-offer", words)]
    return unless(
        s.offer is not None and s.offer.offer_id == offer_id,
        "another-place-on-offer",
        "That offer is not the one that is open; read the referral again.",
    )


def _withdraw(c: WithdrawApReferral, s: ApReferral) -> Sequence[Event]:
    return [ApReferralWithdrawn(**_ids(c, s), referral_id=c.referral_id, reason=c.reason)]


def _is_offered_already(c: OfferApPlace, s: ApReferral) -> bool:
    asked = Place(c.tier, c.registration, c.start_on, c.planned_end_on, c.terms)
    open_now = s.offer and (s.offer.offered_on, s.offer.provider_id, s.offer.place, s.offer.reply_by)
    return open_now == (c.occurred_on, c.provider_id, asked, c.reply_by)


ap_referral = Decider(
    name="ap-referral",
    key="referral_id",
    initial=ApReferral(),
    evolve=evolve,
    events=ApReferralEvent,
    decisions=[
        Decision(
            ReferToAp,
            _refer,
            when=[not_made],
            opens=True,
            reads=Reference(ap_case, "case_id"),
        ),
        Decision(
            TriageReferral,
            _triage,
            when=[not_closed, not_decided],
            already=lambda c, s: (s.triaged_on, s.priority, s.notes) == (c.occurred_on, c.priority, c.notes),
        ),
        Decision(
            RecordPanelDecision,
            _panel,
            when=[not_closed, triaged, no_place_on_offer, no_place_accepted],
            already=lambda c, s: (s.decided_on, s.decision, s.rationale) == (c.occurred_on, c.decision, c.rationale),
        ),
        Decision(
            OfferApPlace,
            _offer,
            when=[not_closed, tier_decided, no_place_accepted],
            already=_is_offered_already,
            reads=Reference(provider, "provider_id"),
        ),
        Decision(
            AcceptApPlace,
            _accept,
            when=[not_closed, no_place_accepted, place_on_offer],
            already=lambda c, s: (
                s.status is Status.ACCEPTED and (s.offer.offer_id, s.accepted_on) == (c.offer_id, c.occurred_on)
            ),
        ),
        Decision(
            DeclineApPlace,
            _decline,
            when=[not_closed, no_place_accepted, place_on_offer],
            already=lambda c, s: s.declined_offers.get(c.offer_id) == c.occurred_on,
        ),
        Decision(
            LapseApPlaceOffer,
            _lapse,
            when=[not_closed, no_place_accepted, place_on_offer],
            already=lambda c, s: s.lapsed_offers.get(c.offer_id) == c.occurred_on,
        ),
        Decision(
            WithdrawApReferral,
            _withdraw,
            when=[made, not_closed, no_place_accepted],
            already=lambda c, s: s.withdrawn_on == c.occurred_on,
        ),
    ],
)
