"""When the law lets an authority name a setting, and when it lets it refuse one. Pure; answers with unmet conditions.

Children and Families Act 2014, ss.33, 38 to 40, 61; Education Act 1996, s.9.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from placement.categories import LegalRoute, is_mainstream
from placement.naming_events import CostFigures, Refusal, Section39Ground
from placement.search import CORRECT, Preference, Search
from placement.setting import Setting
from shared import Condition


def may_be_named(setting: Setting, search: Search, on: date) -> list[Condition]:
    """What stands in the way of naming a setting on a day.

    It must have been consulted; before day 15 after it received the consultation its answer must be in (CoP 9.83: after
    that the authority decides without it). A setting outside section 38(3) need not admit, so it must have agreed.
    """
    name = setting.name
    consultation = search.consultation_of(setting.setting_id) if setting.setting_id else None
    if consultation is None:
        return [Condition("setting-not-consulted", f"{name} was not consulted; consult it first.")]
    if consultation.sent_on > on:
        words = f"{name} was consulted on {consultation.sent_on}, after {on}. {CORRECT}"
        return [Condition("setting-not-consulted", words)]
    if consultation.answered_by(on) and consultation.offers_a_place:
        return []
    if setting.legal_route is LegalRoute.S9_EA96:
        return [
            Condition(
                "place-not-offered",
                f"{name} is outside section 38(3) and need not admit; it can be named once it says that it can "
                "meet the needs.",
            )
        ]
    if not consultation.answered_by(on) and on < consultation.reply_due_on:
        return [
            Condition(
                "reply-awaited",
                f"{name} has not said yet whether it can meet the needs. Record its answer, or decide without it from "
                f"{consultation.reply_due_on}.",
            )
        ]
    return []


def preferences_not_met(search: Search, named: Setting | None) -> list[Preference]:
    """What the family would rather have had: every preference, or those ranked before the setting that is named."""
    held = sorted(search.preferences.values(), key=lambda p: (p.rank, p.setting_name))
    mine = search.preferences.get(named.setting_id) if named is not None and named.setting_id else None
    return held if mine is None else [p for p in held if p.rank < mine.rank]


def may_refuse(refusal: Refusal, costs: CostFigures | None, preference: Preference, search: Search) -> list[Condition]:
    """What a refusal of one preference still lacks."""
    name = preference.setting_name
    if search.consultation_of(preference.setting_id) is None:
        return [Condition("preference-not-consulted", f"The family asks for {name}; consult it before deciding.")]
    if preference.legal_route is LegalRoute.S9_EA96:
        return list(_by_section_9(refusal, name))
    return [*_by_section_39(refusal, name), *_steps(refusal, preference), *_costs(refusal, costs, name, search)]


def _by_section_9(refusal: Refusal, name: str) -> Iterable[Condition]:
    if refusal.grounds:
        yield Condition(
            "section-39-does-not-apply",
            f"{name} is outside section 38(3): section 39 grounds do not apply. Weigh the family's wish against public "
            "expenditure (section 9 of the Education Act 1996) in section_9_reasons.",
        )
    if refusal.section_9_reasons is None:
        yield Condition(
            "section-9-reasons-missing",
            f"Say in section_9_reasons why {name} would mean unreasonable public expenditure or unsuitable "
            "instruction.",
        )


def _by_section_39(refusal: Refusal, name: str) -> Iterable[Condition]:
    if not refusal.grounds:
        yield Condition(
            "section-39-ground-missing",
            f"{name} may be asked for by section 38(3) and must be named unless a ground of section 39(4) holds: S39A, "
            "S39B or S39C.",
        )
    if not refusal.evidence_refs:
        yield Condition("evidence-missing", f"Refer to the evidence for refusing {name}.")


def _steps(refusal: Refusal, preference: Preference) -> Iterable[Condition]:
    mainstream = is_mainstream(preference.setting_category, preference.legal_route)
    if mainstream and not refusal.reasonable_steps_considered:
        yield Condition(
            "reasonable-steps-missing",
            f"{preference.setting_name} is mainstream: say which reasonable steps were considered (section 33).",
        )


def _costs(refusal: Refusal, costs: CostFigures | None, name: str, search: Search) -> Iterable[Condition]:
    if Section39Ground.S39C not in refusal.grounds:
        return
    if costs is None:
        yield Condition(
            "cost-comparison-missing",
            f"S39C for {name} needs a cost comparison with a setting that can take the child.",
        )
        return
    if not costs.transport_included:
        yield Condition("transport-not-included", f"Both totals for {name} must include the child's travel.")
    if costs.preferred <= costs.alternative:
        yield Condition("not-more-expensive", f"{name} does not cost more than the alternative; S39C does not hold.")
    alternative = search.consultation_of(costs.alternative_setting_id)
    if alternative is None or not alternative.offers_a_place:
        yield Condition(
            "alternative-not-available",
            f"The setting {name} is compared with has not said that it can take the child; consult it and record its "
            "answer.",
        )


def mainstream_presumption(refused: Iterable[tuple[Preference, Refusal | None]]) -> list[Condition]:
    """Section 33: a family that wants mainstream gets it, unless others' education would suffer and no steps help.

    For a decision that puts the child in a setting which is neither mainstream nor one the family asked for.
    """
    return [
        Condition(
            "mainstream-presumption",
            f"The family asks for mainstream ({preference.setting_name}). Another kind of setting may be named against "
            "its wish only where the efficient education of others would suffer (S39B) and no reasonable steps would "
            "prevent it.",
        )
        for preference, refusal in refused
        if is_mainstream(preference.setting_category, preference.legal_route)
        and (refusal is None or Section39Ground.S39B not in refusal.grounds)
    ]
