"""Where a referral to alternative provision stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from shared import Condition, Personal

from .codes import Tier
from .conditions import correct_at, need, once
from .referral_events import (
    ApPlaceAccepted,
    ApPlaceDeclined,
    ApPlaceOffered,
    ApPlaceOfferLapsed,
    ApReferralDateCorrected,
    ApReferralEvent,
    ApReferralMade,
    ApReferralWithdrawn,
    PanelDecided,
    PanelDecision,
    Priority,
    ReferralTriaged,
)
from .terms import Place

TIER_OF: dict[PanelDecision, Tier] = {PanelDecision.TIER1: 1, PanelDecision.TIER2: 2, PanelDecision.TIER3: 3}


class Status(StrEnum):
    ABSENT = "ABSENT"
    REFERRED = "REFERRED"
    TRIAGED = "TRIAGED"
    DECIDED = "DECIDED"
    """A tier was decided and a place may be offered."""
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    REDIRECTED = "REDIRECTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Offer:
    offer_id: UUID
    offered_on: date
    provider_id: UUID
    registered_school: bool
    reply_by: date
    place: Place


@dataclass(frozen=True, slots=True)
class ApReferral:
    status: Status = Status.ABSENT
    made_on: date | None = None
    case_id: UUID | None = None
    person_id: UUID | None = None
    from_setting_id: UUID | None = None
    has_plan: bool = False
    looked_after: bool = False
    triaged_on: date | None = None
    priority: Priority | None = None
    notes: Personal[str] | None = None
    decided_on: date | None = None
    decision: PanelDecision | None = None
    rationale: Personal[str] | None = None
    offer: Offer | None = None
    """The place on offer, or the one accepted."""
    accepted_on: date | None = None
    intervention_id: UUID | None = None
    """The intervention that follows from the accepted place."""
    declined_offers: Mapping[UUID, date] = field(default_factory=dict)
    lapsed_offers: Mapping[UUID, date] = field(default_factory=dict)
    withdrawn_on: date | None = None

    @property
    def tier(self) -> Tier | None:
        return TIER_OF.get(self.decision) if self.decision is not None else None


def evolve(state: ApReferral, event: ApReferralEvent) -> ApReferral:
    match event:
        case ApReferralMade():
            return replace(
                state,
                status=Status.REFERRED,
                made_on=event.occurred_on,
                case_id=event.case_id,
                person_id=event.person_id,
                from_setting_id=event.from_setting_id,
                has_plan=event.has_plan,
                looked_after=event.looked_after,
            )
        case ReferralTriaged():
            return replace(
                state,
                status=Status.TRIAGED,
                triaged_on=event.occurred_on,
                priority=event.priority,
                notes=event.notes,
            )
        case PanelDecided():
            return replace(
                state,
                status=_after_panel(event.decision),
                decided_on=event.occurred_on,
                decision=event.decision,
                rationale=event.rationale,
            )
        case ApPlaceOffered():
            place = Place(event.tier, event.registration, event.start_on, event.planned_end_on, event.terms)
            offer = Offer(
                offer_id=event.offer_id,
                offered_on=event.occurred_on,
                provider_id=event.provider_id,
                registered_school=event.registered_school,
                reply_by=event.reply_by,
                place=place,
            )
            return replace(state, status=Status.OFFERED, offer=offer)
        case ApPlaceAccepted():
            return replace(
                state,
                status=Status.ACCEPTED,
                accepted_on=event.occurred_on,
                intervention_id=event.intervention_id,
            )
        case ApPlaceDeclined():
            declined = {**state.declined_offers, event.offer_id: event.occurred_on}
            return replace(state, status=Status.DECIDED, offer=None, declined_offers=declined)
        case ApPlaceOfferLapsed():
            lapsed = {**state.lapsed_offers, event.offer_id: event.occurred_on}
            return replace(state, status=Status.DECIDED, offer=None, lapsed_offers=lapsed)
        case ApReferralWithdrawn():
            return replace(state, status=Status.WITHDRAWN, offer=None, withdrawn_on=event.occurred_on)
        case ApReferralDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _after_panel(decision: PanelDecision) -> Status:
    match decision:
        case PanelDecision.REDIRECT:
            return Status.REDIRECTED
        case PanelDecision.DECLINED:
            return Status.DECLINED
        case _:
            return Status.DECIDED


# --- guards ---

CORRECT = correct_at("/ap-referrals/{referral_id}")

made = need(lambda s: s.status is not Status.ABSENT, "not-referred", "Make the referral first: POST /ap-referrals.")
not_made = once(lambda s: s.made_on, "referral-made", "The referral was made", CORRECT)


def not_closed(s: ApReferral) -> Condition | None:
    if s.status not in (Status.REDIRECTED, Status.DECLINED, Status.WITHDRAWN):
        return None
    on = s.withdrawn_on if s.status is Status.WITHDRAWN else s.decided_on
    words = f"The referral was {s.status.lower()} on {on}; make a new one. {CORRECT}"
    return Condition("referral-closed", words)


def no_place_accepted(s: ApReferral) -> Condition | None:
    if s.status is not Status.ACCEPTED:
        return None
    words = f"A place was accepted on {s.accepted_on}; what follows belongs to the intervention. {CORRECT}"
    return Condition("place-accepted", words)


no_place_on_offer = need(
    lambda s: s.status is not Status.OFFERED,
    "place-on-offer",
    "A place is on offer; it must be accepted or declined, or lapse, first.",
)


def place_on_offer(s: ApReferral) -> Condition | None:
    if s.status is Status.OFFERED:
        return None
    answers = [*s.declined_offers.values(), *s.lapsed_offers.values()]
    last = f" The last was declined, or lapsed, on {max(answers)}. {CORRECT}" if answers else ""
    return Condition("no-place-on-offer", f"No place is on offer.{last}")


triaged = need(
    lambda s: s.status not in (Status.ABSENT, Status.REFERRED),
    "not-triaged",
    "The referral has not been triaged yet.",
)
not_decided = need(
    lambda s: s.status in (Status.REFERRED, Status.TRIAGED), "panel-decided", "The panel has decided on the referral."
)
tier_decided = need(
    lambda s: s.tier is not None, "no-tier-decided", "The panel has not decided on a tier; no place can be offered."
)
