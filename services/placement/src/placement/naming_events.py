"""What happens on the way to section I of a plan: search, preferences, consultations, the naming decision.

Stored for ever and published. Names of institutions stand in the clear, so that people can read a timeline; what is
said about a child is personal.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from placement.categories import LegalRoute, SettingCategory
from placement.fields import DocumentRef, FreeText, LaCode, Money
from placement.tailored_list import Criteria, Excluded, Included
from shared import COME, DateCorrected, Event, NotBefore, Personal, Value

SettingType = SettingCategory | Literal["EOTAS"]
"""The type section I speaks of; EOTAS leaves section I blank (section 61)."""


class SearchReason(StrEnum):
    DRAFT_PLAN_SERVED = "DRAFT_PLAN_SERVED"
    AMENDMENT_NOTICE_SENT = "AMENDMENT_NOTICE_SENT"
    CHANGE_OF_PLACEMENT = "CHANGE_OF_PLACEMENT"
    """A caseworker opened it: a phase transfer coming up, a placement at risk."""


class SearchClosedReason(StrEnum):
    FINAL_PLAN_ISSUED = "FINAL_PLAN_ISSUED"
    AMENDED_FINAL_PLAN_ISSUED = "AMENDED_FINAL_PLAN_ISSUED"
    PLAN_NOT_AMENDED = "PLAN_NOT_AMENDED"
    PLAN_CEASED = "PLAN_CEASED"
    PLAN_TRANSFERRED_OUT = "PLAN_TRANSFERRED_OUT"


class PreferredBy(StrEnum):
    PARENT = "PARENT"
    OTHER_PARENT = "OTHER_PARENT"
    YOUNG_PERSON = "YOUNG_PERSON"
    ALTERNATIVE_PERSON = "ALTERNATIVE_PERSON"
    """Who stands in for a young person without capacity (regulation 64)."""


class Channel(StrEnum):
    EMAIL = "EMAIL"
    PORTAL = "PORTAL"
    POST = "POST"
    HAND = "HAND"


class ConsultationResponse(StrEnum):
    CAN_MEET = "CAN_MEET"
    CANNOT_MEET = "CANNOT_MEET"
    NEEDS_MORE_INFO = "NEEDS_MORE_INFO"


class Section39Ground(StrEnum):
    """Children and Families Act 2014, s.39(4): why a requested setting need not be named."""

    S39A = "S39A"
    """Unsuitable for the child's age, ability, aptitude or special educational needs."""
    S39B = "S39B"
    """Incompatible with the efficient education of others."""
    S39C = "S39C"
    """Incompatible with the efficient use of resources."""


class NamingOutcome(StrEnum):
    NAMED = "NAMED"
    TYPE_ONLY = "TYPE_ONLY"
    EOTAS = "EOTAS"
    """Education otherwise than at school or college (section 61)."""


class NamingBasis(StrEnum):
    """Who settled what section I says. Only the authority's own decision needs consultations and grounds."""

    AUTHORITY_DECISION = "AUTHORITY_DECISION"
    TRIBUNAL_ORDER = "TRIBUNAL_ORDER"
    UNOPPOSED_APPEAL = "UNOPPOSED_APPEAL"
    MEDIATION_AGREEMENT = "MEDIATION_AGREEMENT"


class CostFigures(Value):
    """What the preferred setting and an available alternative would cost the public in a year."""

    preferred: Money
    alternative: Money
    alternative_setting_id: UUID
    transport_included: bool
    """True if both totals include the child's travel."""


class CostComparison(CostFigures):
    difference: Decimal
    alternative_setting_name: str | None


class Refusal(Value):
    """Why one preference is not met. Section 39 where the family may ask by right, else section 9 of the 1996 Act."""

    setting_id: UUID
    grounds: tuple[Section39Ground, ...] = ()
    evidence_refs: tuple[DocumentRef, ...] = ()
    reasonable_steps_considered: Personal[tuple[FreeText, ...]] = ()
    """Mainstream only (section 33): what was considered to make it work."""
    section_9_reasons: Personal[FreeText] | None = None
    explanation: Personal[FreeText] | None = None


class PreferenceRefused(Refusal):
    """A preference that a naming decision does not meet."""

    preference_id: UUID
    setting_name: str | None
    rank: int
    legal_route: LegalRoute | None
    cost_comparison: CostComparison | None


class AppealNotice(Value):
    """What the notice with the final plan says about appealing section I (regulation 14; Tribunal rule 20)."""

    sections: tuple[str, ...] = ("I",)
    months_to_appeal: int = 2
    """From the day the final plan is sent, or one month from a mediation certificate if that is later."""
    mediation_certificate_needed: bool = False
    """Not where the appeal is about section I alone."""


class NamingEventBase(Event):
    """Every event of the search belongs to a case, a person and the plan the search is for."""

    case_id: UUID
    person_id: UUID
    plan_id: UUID


class PlacementSearchOpened(NamingEventBase):
    """The search for the setting that section I is to name began."""

    type: Literal["placement.placement-search-opened"] = "placement.placement-search-opened"
    reason: SearchReason
    preferred_setting_ids: tuple[UUID, ...] = ()
    """What the family had asked for since the last search; these are consulted now."""


class PlacementSearchClosed(NamingEventBase):
    """The search ended; preferences and consultations from now on are for the next one."""

    type: Literal["placement.placement-search-closed"] = "placement.placement-search-closed"
    reason: SearchClosedReason


class TailoredListGenerated(NamingEventBase):
    """An advisory list of settings was drawn up and scored. It has no legal force and limits nobody's choice."""

    type: Literal["placement.tailored-list-generated"] = "placement.tailored-list-generated"
    list_id: UUID
    algorithm_version: str
    criteria: Criteria
    included: tuple[Included, ...]
    excluded: tuple[Excluded, ...]
    few_settings_reason: Personal[str] | None = None
    family_asked_for_no_mainstream: bool = False


class TailoredListShared(NamingEventBase):
    """The list was given and explained to the family."""

    type: Literal["placement.tailored-list-shared"] = "placement.tailored-list-shared"
    list_id: UUID
    channel: Channel
    explained_by: str | None = None


class PreferenceExpressed(NamingEventBase):
    """The family asked for a setting, on or off any list (section 38(2)(b))."""

    type: Literal["placement.preference-expressed"] = "placement.preference-expressed"
    preference_id: UUID
    setting_id: UUID
    setting_name: str
    setting_category: SettingCategory
    legal_route: LegalRoute
    rank: int
    by: PreferredBy
    on_list: bool
    consultation_id: UUID | None = None
    """Where the setting was consulted in this search before the family asked for it."""
    reason: Personal[str] | None = None


class PreferenceWithdrawn(NamingEventBase):
    """The family no longer asks for the setting."""

    type: Literal["placement.preference-withdrawn"] = "placement.preference-withdrawn"
    preference_id: UUID
    setting_id: UUID
    setting_name: str


class SettingConsulted(NamingEventBase):
    """A setting was sent the draft plan and asked whether it can meet the child's needs (sections 39(2), 40(3))."""

    type: Literal["placement.setting-consulted"] = "placement.setting-consulted"
    consultation_id: UUID
    setting_id: UUID
    setting_name: str
    setting_category: SettingCategory
    legal_route: LegalRoute
    received_by_setting_on: Annotated[date, NotBefore("occurred_on")]
    """The reply is expected within 15 calendar days after this day (Code of Practice 9.83)."""
    reply_due_on: date
    channel: Channel
    preferred: bool
    """True if the family asks for it, false if it is the authority's own idea."""
    pack_ref: str | None = None
    redactions: Personal[tuple[str, ...]] = ()
    other_authority_consulted: LaCode | None = None
    """The authority that maintains the setting, where it is not ours."""


class SettingConsultationResponded(NamingEventBase):
    """A consulted setting answered; where it answers again, its last word counts."""

    type: Literal["placement.setting-consultation-responded"] = "placement.setting-consultation-responded"
    consultation_id: UUID
    setting_id: UUID
    setting_name: str
    response: ConsultationResponse
    grounds: tuple[Section39Ground, ...] = ()
    place_available_from: date | None = None
    detail: Personal[str] | None = None
    could_meet_with: Personal[str] | None = None


class NamingDecisionMade(NamingEventBase):
    """The authority decided what section I is to say, and why each preference not met is not met."""

    type: Literal["placement.naming-decision-made"] = "placement.naming-decision-made"
    naming_id: UUID
    decision: NamingOutcome
    setting_id: UUID | None
    setting_name: str | None
    setting_type: SettingType
    legal_route: LegalRoute | None
    place_available_from: date | None = None
    preference_rank: int | None
    """Of the named setting, if the family asked for it."""
    refusals: tuple[PreferenceRefused, ...] = ()
    evidence_refs: tuple[str, ...] = ()
    reasons: Personal[str] | None = None
    decision_maker: str | None = None
    family_consulted_on: Annotated[date | None, COME] = None
    """Section 61(3): before education otherwise than at school is arranged."""
    basis: NamingBasis = NamingBasis.AUTHORITY_DECISION
    settled_by: UUID | None = None
    """The order, appeal or mediation agreement, where that settled it."""
    supersedes: UUID | None = None
    """The naming decision of the same search that this one replaces."""
    appeal_notice: AppealNotice | None = None
    """To go with the final plan, where the family did not get what it asked for."""


class NamingDateCorrected(DateCorrected):
    """The date of an earlier event of the search was recorded wrongly."""

    type: Literal["placement.naming-date-corrected"] = "placement.naming-date-corrected"
    case_id: UUID


NamingEvent = (
    PlacementSearchOpened
    | TailoredListGenerated
    | TailoredListShared
    | PreferenceExpressed
    | PreferenceWithdrawn
    | SettingConsulted
    | SettingConsultationResponded
    | NamingDecisionMade
    | PlacementSearchClosed
    | NamingDateCorrected
)
