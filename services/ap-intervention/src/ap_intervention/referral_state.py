"""Where a referral to alternative provision stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from shared import Personal

from .codes import Tier
from .conditions import need
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
    provider_id: UUID
    registered_school: bool
    reply_by: date
    place: Place


@dataclass(frozen=True, slots=True)
class ApReferral:
    status: Status = Status.ABSENT
    case_id: UUID | None = None
    person_id: UUID | None = None
    from_setting_id: UUID | None = None
    has_plan: bool = False
    looked_after: bool = False
    priority: Priority | None = None
    notes: Personal[str] | None = None
    decision: PanelDecision | None = None
    rationale: Personal[str] | None = None
    offer: Offer | None = None
    """The place on offer, or the one accepted."""
    intervention_id: UUID | None = None
    """The intervention that follows from the accepted place."""
    declined_offers: tuple[UUID, ...] = ()
    lapsed_offers: tuple[UUID, ...] = ()

    @property
    def tier(self) -> Tier | None:
        return TIER_OF.get(self.decision) if self.decision is not None else None


def evolve(state: ApReferral, event: ApReferralEvent) -> ApReferral:
    match event:
        case ApReferralMade():
            return replace(
                state,
                status=Status.REFERRED,
                case_id=event.case_id,
                person_id=event.person_id,
                from_setting_id=event.from_setting_id,
                has_plan=event.has_plan,
                looked_after=event.looked_after,
            )
        case ReferralTriaged():
            return replace(state, status=Status.TRIAGED, priority=event.priority, notes=event.notes)
        case PanelDecided():
            return replace(
                state, status=_after_panel(event.decision), decision=event.decision, rationale=event.rationale
            )
        case ApPlaceOffered():
            place = Place(event.tier, event.registration, event.start_on, event.planned_end_on, event.terms)
            offer = Offer(event.offer_id, event.provider_id, event.registered_school, event.reply_by, place)
            return replace(state, status=Status.OFFERED, offer=offer)
        case ApPlaceAccepted():
            return replace(state, status=Status.ACCEPTED, intervention_id=event.intervention_id)
        case ApPlaceDeclined():
            declined = (*state.declined_offers, event.offer_id)
            return replace(state, status=Status.DECIDED, offer=None, declined_offers=declined)
        case ApPlaceOfferLapsed():
            lapsed = (*state.lapsed_offers, event.offer_id)
            return replace(state, status=Status.DECIDED, offer=None, lapsed_offers=lapsed)
        case ApReferralWithdrawn():
            return replace(state, status=Status.WITHDRAWN, offer=None)
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

not_closed = need(
    lambda s: s.status not in (Status.REDIRECTED, Status.DECLINED, Status.WITHDRAWN),
    "referral-closed",
    "The referral was redirected, declined or withdrawn; make a new one.",
)
no_place_accepted = need(
    lambda s: s.status is not Status.ACCEPTED,
    "place-accepted",
    "A place was accepted; what follows belongs to the intervention.",
)
no_place_on_offer = need(
    lambda s: s.status is not Status.OFFERED,
    "place-on-offer",
    "A place is on offer; it must be accepted or declined, or lapse, first.",
)
place_on_offer = need(lambda s: s.status is Status.OFFERED, "no-place-on-offer", "No place is on offer.")
triaged = need(lambda s: s.status is not Status.REFERRED, "not-triaged", "The referral has not been triaged yet.")
not_decided = need(
    lambda s: s.status in (Status.REFERRED, Status.TRIAGED), "panel-decided", "The panel has decided on the referral."
)
tier_decided = need(
    lambda s: s.tier is not None, "no-tier-decided", "The panel has not decided on a tier; no place can be offered."
)
