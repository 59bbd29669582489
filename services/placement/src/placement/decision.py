"""The naming decision: what section I is to say, and why each preference that is not met is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from placement.categories import LegalRoute, SettingCategory, is_mainstream
from placement.fields import DocumentRef, FreeText, Text
from placement.grounds import mainstream_presumption, may_be_named, may_refuse, preferences_not_met
from placement.naming_events import (
    AppealNotice,
    CostComparison,
    CostFigures,
    NamingBasis,
    NamingDecisionMade,
    NamingOutcome,
    PreferenceRefused,
    Refusal,
)
from placement.search import CORRECT, Decided, Preference, Search, refusals_in_short, search_is_open, searched_before
from placement.setting import Setting, setting
from shared import UNFILLED, Command, Condition, Decision, Event, NewId, Personal, Reference, Rejected


class RefusedPreference(Refusal):
    """Why the preference for one setting is not met."""

    cost_comparison: CostFigures | None = None


class NamingOutcomeFields(Command):
    """What is to stand in section I."""

    case_id: UUID
    naming_id: NewId = UNFILLED
    decision: NamingOutcome
    setting_id: UUID | None = Field(default=None, validate_default=True)
    setting_type: SettingCategory | None = Field(
        default=None, validate_default=True, description="Needed for TYPE_ONLY; that of a named setting is known."
    )

    @field_validator("setting_id")
    @classmethod
    def _where_one_is_named(cls, setting_id: UUID | None, info: ValidationInfo) -> UUID | None:
        decision = info.data.get("decision")
        if decision is NamingOutcome.NAMED and setting_id is None:
            raise ValueError("is needed: NAMED names a setting")
        if decision in (NamingOutcome.TYPE_ONLY, NamingOutcome.EOTAS) and setting_id is not None:
            raise ValueError(f"must be left out: {decision} names no setting")
        return setting_id

    @field_validator("setting_type")
    @classmethod
    def _where_only_a_type_is_named(cls, setting_type: SettingCategory | None, info: ValidationInfo) -> Any:
        decision = info.data.get("decision")
        if decision is NamingOutcome.TYPE_ONLY and setting_type is None:
            raise ValueError("is needed: TYPE_ONLY names a type of setting")
        if decision in (NamingOutcome.NAMED, NamingOutcome.EOTAS) and setting_type is not None:
            raise ValueError(f"must be left out with {decision}")
        return setting_type


class DecideNaming(NamingOutcomeFields):
    """Decide what section I is to say: a setting, a type only, or education otherwise than at school (section 61).

    ``refusals`` has one entry for each preference that is not met: every preference, or those ranked before the setting
    that is named. Where the family may ask by right (section 38(3)) an entry needs a section 39 ground and evidence,
    for S39C a cost comparison, for mainstream the reasonable steps considered; elsewhere reasons by section 9 of the
    Education Act 1996. Deciding again before the final plan replaces the decision.
    """

    refusals: tuple[RefusedPreference, ...] = ()
    evidence_refs: tuple[DocumentRef, ...] = ()
    reasons: Personal[FreeText] | None = None
    decision_maker: Text | None = None
    family_consulted_on: date | None = Field(
        default=None, description="Needed for EOTAS: the day parent or young person were consulted (section 61(3))."
    )

    @field_validator("refusals")
    @classmethod
    def _one_for_each(cls, refusals: tuple[RefusedPreference, ...]) -> tuple[RefusedPreference, ...]:
        if len({r.setting_id for r in refusals}) < len(refusals):
            raise ValueError("must have one entry for each setting")
        return refusals


class NameAsSettled(NamingOutcomeFields):
    """Put into section I what the Tribunal ordered, what an unopposed appeal asked for or what mediation agreed.

    Needs no open search, consultation or grounds: they were weighed there, and the time to comply is short.
    """

    basis: Literal[NamingBasis.TRIBUNAL_ORDER, NamingBasis.UNOPPOSED_APPEAL, NamingBasis.MEDIATION_AGREEMENT]
    settled_by: UUID = Field(description="Id of the order, of the dispute or of the mediation agreement.")


# --- decisions ---


def _decided_so(command: DecideNaming, state: Search) -> Decided | None:
    """The decision that stands, if it says the same."""
    held = state.current
    same = (
        held is not None
        and held.settled_by is None
        and held.says(command.decision, command.setting_id, command.setting_type)
        and held.refused == refusals_in_short(command.refusals)
    )
    return held if same else None


def _same_decision(command: DecideNaming, state: Search) -> bool:
    held = _decided_so(command, state)
    return held is not None and held.decided_on == command.occurred_on


def _refuse_decided(held: Decided | None) -> None:
    if held is not None:
        raise Rejected("decided-already", f"This was decided on {held.decided_on}. {CORRECT}")


def _decide(command: DecideNaming, state: Search, register: Setting) -> Sequence[Event]:
    _refuse_decided(_decided_so(command, state))
    named = register if command.decision is NamingOutcome.NAMED else None
    if named is not None and named.profile is None:
        raise Rejected("setting-not-registered", "The setting to be named is not in the directory; register it first.")
    stated = {refusal.setting_id: refusal for refusal in command.refusals}
    not_met = preferences_not_met(state, named)
    unmet = [
        *([] if named is None else may_be_named(named, state, command.occurred_on)),
        *_reasons(command),
        *_of_no_preference(stated, state, named),
        *_unanswered(stated, not_met),
        *(c for p in _refused(stated, state) for c in _may_refuse(stated[p.setting_id], p, state)),
    ]
    if _presumption_applies(command, state, named):
        unmet += mainstream_presumption((p, stated.get(p.setting_id)) for p in not_met)
    if unmet:
        raise Rejected.all(unmet)
    refusals = tuple(_recorded(stated[p.setting_id], p, state) for p in _refused(stated, state))
    falls_short = bool(refusals) or named is None
    return [
        NamingDecisionMade(
            occurred_on=command.occurred_on,
            **_outcome(command, state, named),
            preference_rank=_rank(state, named),
            refusals=refusals,
            evidence_refs=command.evidence_refs,
            reasons=command.reasons,
            decision_maker=command.decision_maker,
            family_consulted_on=command.family_consulted_on,
            appeal_notice=AppealNotice() if falls_short else None,
            **state.identity,
        )
    ]


def _reasons(command: DecideNaming) -> list[Condition]:
    unmet = []
    if command.decision is not NamingOutcome.NAMED and command.reasons is None:
        unmet.append(Condition("reasons-missing", "Say in reasons why no setting is named."))
    if command.decision is NamingOutcome.EOTAS:
        told = command.family_consulted_on
        if told is None or told > command.occurred_on:
            unmet.append(
                Condition(
                    "family-not-consulted",
                    "Before education otherwise than at school is decided, parent or young person must be consulted "
                    "(section 61(3)); say when in family_consulted_on.",
                )
            )
    return unmet


def _of_no_preference(
    stated: Mapping[UUID, RefusedPreference], state: Search, named: Setting | None
) -> list[Condition]:
    wrong = [id for id in stated if id not in state.preferences or (named is not None and id == named.setting_id)]
    if not wrong:
        return []
    return [
        Condition(
            "refusal-of-no-preference",
            f"refusals speaks of {', '.join(map(str, wrong))}, which the family does not ask for or which is named.",
        )
    ]


def _unanswered(stated: Mapping[UUID, RefusedPreference], not_met: Sequence[Preference]) -> list[Condition]:
    return [
        Condition(
            "preference-not-answered",
            f"The family asks for {p.setting_name} (preference {p.rank}) and does not get it; say why in refusals.",
        )
        for p in not_met
        if p.setting_id not in stated
    ]


def _refused(stated: Mapping[UUID, RefusedPreference], state: Search) -> list[Preference]:
    held = [p for p in state.preferences.values() if p.setting_id in stated]
    return sorted(held, key=lambda p: (p.rank, p.setting_name))


def _may_refuse(refusal: RefusedPreference, preference: Preference, state: Search) -> list[Condition]:
    return may_refuse(refusal, refusal.cost_comparison, preference, state)


def _presumption_applies(command: DecideNaming, state: Search, named: Setting | None) -> bool:
    if command.decision is NamingOutcome.EOTAS:
        return False
    if named is not None:
        return not is_mainstream(named.category, named.legal_route) and named.setting_id not in state.preferences
    return not is_mainstream(command.setting_type, LegalRoute.S38_3)


def _rank(state: Search, named: Setting | None) -> int | None:
    if named is None or named.setting_id is None:
        return None
    preference = state.preferences.get(named.setting_id)
    return None if preference is None else preference.rank


def _outcome(command: NamingOutcomeFields, state: Search, named: Setting | None) -> dict[str, Any]:
    held = state.decided
    place = state.consultation_of(named.setting_id) if named is not None and named.setting_id is not None else None
    return {
        "naming_id": command.naming_id,
        "decision": command.decision,
        "setting_id": command.setting_id,
        "setting_name": named.name if named is not None else None,
        "setting_type": "EOTAS"
        if command.decision is NamingOutcome.EOTAS
        else (named.category if named is not None else command.setting_type),
        "legal_route": named.legal_route if named is not None else None,
        "place_available_from": place.place_available_from if place is not None else None,
        "supersedes": held.naming_id if held is not None and held.number == state.number else None,
    }


def _recorded(refusal: RefusedPreference, preference: Preference, state: Search) -> PreferenceRefused:
    return PreferenceRefused(
        **{name: getattr(refusal, name) for name in Refusal.model_fields},
        preference_id=preference.preference_id,
        setting_name=preference.setting_name,
        rank=preference.rank,
        legal_route=preference.legal_route,
        cost_comparison=_compared(refusal.cost_comparison, state),
    )


def _compared(costs: CostFigures | None, state: Search) -> CostComparison | None:
    if costs is None:
        return None
    alternative = state.consultation_of(costs.alternative_setting_id)
    return CostComparison(
        **{name: getattr(costs, name) for name in CostFigures.model_fields},
        difference=costs.preferred - costs.alternative,
        alternative_setting_name=alternative.setting_name if alternative is not None else None,
    )


def _settled_so(command: NameAsSettled, state: Search) -> Decided | None:
    held = state.decided
    same = (
        held is not None
        and held.settled_by == command.settled_by
        and held.says(command.decision, command.setting_id, command.setting_type)
    )
    return held if same else None


def _settled_already(command: NameAsSettled, state: Search) -> bool:
    held = _settled_so(command, state)
    return held is not None and held.decided_on == command.occurred_on


def _as_settled(command: NameAsSettled, state: Search, register: Setting) -> Sequence[Event]:
    _refuse_decided(_settled_so(command, state))
    named = register if command.decision is NamingOutcome.NAMED else None
    if named is not None and named.profile is None:
        raise Rejected("setting-not-registered", "The setting to be named is not in the directory; register it first.")
    return [
        NamingDecisionMade(
            occurred_on=command.occurred_on,
            **_outcome(command, state, named),
            preference_rank=_rank(state, named),
            basis=command.basis,
            settled_by=command.settled_by,
            **state.identity,
        )
    ]


decisions = [
    Decision(
        DecideNaming,
        _decide,
        when=[search_is_open],
        already=_same_decision,
        reads=Reference(setting, "setting_id"),
    ),
    Decision(
        NameAsSettled,
        _as_settled,
        when=[searched_before],
        already=_settled_already,
        reads=Reference(setting, "setting_id"),
    ),
]
