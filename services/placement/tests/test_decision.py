"""The naming decision: what may be named when, and what a refusal of a family's wish needs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from placement.categories import SettingCategory
from placement.decision import DecideNaming, NameAsSettled, RefusedPreference
from placement.naming import naming
from placement.naming_events import (
    ConsultationResponse,
    CostFigures,
    NamingDecisionMade,
    PlacementSearchClosed,
    PlacementSearchOpened,
    SearchClosedReason,
)
from placement.preferences import OpenPlacementSearch
from placement.setting import Setting
from pydantic import ValidationError
from shared.testing.spec import Spec, given

from shared import Event

from .examples import (
    CASE,
    CONSULTED_ON,
    DUE_ON,
    HIGHCROFT,
    LARCHES,
    MEADOW_PARK,
    OAKFIELD,
    PERSON,
    PLAN,
    RIVERSIDE,
    UNREGISTERED,
    asked_and_can,
    consulted,
    opened,
    preference_of,
    preferred,
    registered,
    responded,
    whose,
)

DECIDED_ON = date(2027, 1, 5)
COSTS = CostFigures(
    preferred=Decimal(68_000),
    alternative=Decimal(23_500),
    alternative_setting_id=MEADOW_PARK,
    transport_included=True,
)


def _decide(setting_id: UUID | None = MEADOW_PARK, *refusals: RefusedPreference, **more: Any) -> DecideNaming:
    return DecideNaming(
        **{
            "occurred_on": DECIDED_ON,
            "case_id": CASE,
            "decision": "NAMED" if setting_id else "TYPE_ONLY",
            "setting_id": setting_id,
            "refusals": refusals,
            **more,
        }
    )


def _refuse(setting_id: UUID = HIGHCROFT, **more: Any) -> RefusedPreference:
    by_cost = {"grounds": ("S39C",), "evidence_refs": ("doc-1",), "cost_comparison": COSTS}
    return RefusedPreference(**{"setting_id": setting_id, **by_cost, **more})


def _when(history: list[Event], command: DecideNaming | NameAsSettled, register: Setting | None = None) -> Spec:
    setting_id = command.setting_id
    found = register or (registered(setting_id) if setting_id else UNREGISTERED)
    return given(naming, *history).reading(found).when(command)


def _made(spec: Spec) -> NamingDecisionMade:
    (event,) = spec.then_types(NamingDecisionMade)
    assert isinstance(event, NamingDecisionMade)
    return event


HIGHCROFT_WANTED = [
    opened(),
    preferred(HIGHCROFT),
    consulted(HIGHCROFT),
    consulted(MEADOW_PARK, preferred=False),
    responded(MEADOW_PARK, place_available_from=date(2027, 9, 1)),
]


# --- Green Paper 2.7, example 5 ---


def test_refusing_on_cost_without_a_comparison_is_rejected() -> None:
    refusal = _refuse(cost_comparison=None)
    _when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, refusal)).then_rejected("cost-comparison-missing")


def test_refusing_on_cost_with_a_comparison_is_accepted_and_the_appeal_notice_is_generated() -> None:
    event = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse())))
    (refusal,) = event.refusals
    assert refusal.cost_comparison is not None
    assert refusal.cost_comparison.difference == Decimal(44_500)
    assert refusal.cost_comparison.alternative_setting_name == "Meadow Park"
    assert (event.setting_name, event.setting_type) == ("Meadow Park", SettingCategory.SPECIAL_STATE)
    assert event.place_available_from == date(2027, 9, 1)
    assert event.appeal_notice is not None
    assert not event.appeal_notice.mediation_certificate_needed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"transport_included": False}, "transport-not-included"),
        ({"alternative": Decimal(68_000)}, "not-more-expensive"),
        ({"alternative_setting_id": OAKFIELD}, "alternative-not-available"),
    ],
)
def test_a_cost_comparison_must_hold(change: dict[str, Any], code: str) -> None:
    refusal = _refuse(cost_comparison=COSTS.model_copy(update=change))
    _when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, refusal)).then_rejected(code)


def test_the_alternative_must_have_said_that_it_can_take_the_child() -> None:
    history = [*HIGHCROFT_WANTED[:-1], responded(MEADOW_PARK, ConsultationResponse.CANNOT_MEET)]
    _when(history, _decide(MEADOW_PARK, _refuse())).then_rejected("alternative-not-available")


# --- what a refusal needs ---


def test_everything_a_refusal_lacks_is_said_at_once() -> None:
    refusal = RefusedPreference(setting_id=HIGHCROFT)
    _when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, refusal)).then_rejected(
        "section-39-ground-missing", "evidence-missing"
    )


def test_a_preference_that_is_not_met_is_answered() -> None:
    refused = _when(HIGHCROFT_WANTED, _decide(MEADOW_PARK)).then_rejected("preference-not-answered")
    assert "Highcroft" in refused.detail


def test_a_preference_is_consulted_before_it_is_refused() -> None:
    history = [opened(), preferred(HIGHCROFT), *asked_and_can(MEADOW_PARK)]
    _when(history, _decide(MEADOW_PARK, _refuse())).then_rejected("preference-not-consulted")


def test_only_what_the_family_asks_for_and_does_not_get_is_refused() -> None:
    history = [opened(), *asked_and_can(MEADOW_PARK), preferred(MEADOW_PARK)]
    _when(history, _decide(MEADOW_PARK, _refuse(OAKFIELD))).then_rejected("refusal-of-no-preference")
    _when(history, _decide(MEADOW_PARK, _refuse(MEADOW_PARK))).then_rejected("refusal-of-no-preference")


def test_the_first_preference_named_needs_no_word_about_the_others() -> None:
    history = [opened(), preferred(HIGHCROFT), preferred(MEADOW_PARK, rank=2), *asked_and_can(HIGHCROFT, MEADOW_PARK)]
    event = _made(_when(history, _decide(HIGHCROFT)))
    assert (event.preference_rank, event.refusals, event.appeal_notice) == (1, (), None)


def test_the_second_preference_named_needs_a_refusal_of_the_first() -> None:
    history = [opened(), preferred(HIGHCROFT), preferred(MEADOW_PARK, rank=2), *asked_and_can(HIGHCROFT, MEADOW_PARK)]
    _when(history, _decide(MEADOW_PARK)).then_rejected("preference-not-answered")
    event = _made(_when(history, _decide(MEADOW_PARK, _refuse())))
    assert (event.preference_rank, [r.rank for r in event.refusals]) == (2, [1])


MAINSTREAM_WANTED = [opened(), preferred(RIVERSIDE), *asked_and_can(RIVERSIDE, OAKFIELD, MEADOW_PARK)]
STEPS = ("A teaching assistant was considered, and a smaller class.",)


def test_refusing_mainstream_needs_the_reasonable_steps_considered() -> None:
    refusal = _refuse(RIVERSIDE, grounds=("S39B",), cost_comparison=None)
    _when(MAINSTREAM_WANTED, _decide(OAKFIELD, refusal)).then_rejected("reasonable-steps-missing")
    considered = refusal.model_copy(update={"reasonable_steps_considered": STEPS})
    assert _made(_when(MAINSTREAM_WANTED, _decide(OAKFIELD, considered))).setting_name == "Oakfield"


def test_mainstream_is_refused_for_something_else_only_for_the_sake_of_others() -> None:
    """Section 33: unsuitability of one mainstream school is no reason against mainstream."""
    refusal = _refuse(RIVERSIDE, grounds=("S39A",), cost_comparison=None, reasonable_steps_considered=STEPS)
    _when(MAINSTREAM_WANTED, _decide(MEADOW_PARK, refusal)).then_rejected("mainstream-presumption")
    _made(_when(MAINSTREAM_WANTED, _decide(OAKFIELD, refusal)))
    others = refusal.model_copy(update={"grounds": ("S39B",)})
    _made(_when(MAINSTREAM_WANTED, _decide(MEADOW_PARK, others)))


def test_a_special_school_that_the_family_wants_second_may_follow_a_refused_mainstream_school() -> None:
    refusal = _refuse(RIVERSIDE, grounds=("S39A",), cost_comparison=None, reasonable_steps_considered=STEPS)
    history = [*MAINSTREAM_WANTED, preferred(MEADOW_PARK, rank=2)]
    assert _made(_when(history, _decide(MEADOW_PARK, refusal))).preference_rank == 2


LARCHES_WANTED = [opened(), preferred(LARCHES), *asked_and_can(LARCHES, MEADOW_PARK)]


def test_a_setting_outside_section_38_is_refused_by_section_9_and_not_by_section_39() -> None:
    _when(LARCHES_WANTED, _decide(MEADOW_PARK, RefusedPreference(setting_id=LARCHES))).then_rejected(
        "section-9-reasons-missing"
    )
    reasoned = RefusedPreference(setting_id=LARCHES, section_9_reasons="£31,000 a year more than Meadow Park.")
    assert _made(_when(LARCHES_WANTED, _decide(MEADOW_PARK, reasoned))).refusals[0].legal_route == "S9_EA96"
    wrong = reasoned.model_copy(update={"grounds": ("S39C",)})
    _when(LARCHES_WANTED, _decide(MEADOW_PARK, wrong)).then_rejected("section-39-does-not-apply")


# --- what may be named ---


def test_no_setting_is_named_without_a_consultation() -> None:
    _when([opened()], _decide(MEADOW_PARK)).then_rejected("setting-not-consulted")
    _when([opened(), consulted(MEADOW_PARK, DECIDED_ON)], _decide(MEADOW_PARK, occurred_on=DUE_ON)).then_rejected(
        "setting-not-consulted"
    )


@pytest.mark.parametrize("day", [1, 14])
def test_before_day_15_naming_needs_the_reply(day: int) -> None:
    on = CONSULTED_ON + timedelta(days=day)
    history = [opened(), consulted(MEADOW_PARK)]
    _when(history, _decide(MEADOW_PARK, occurred_on=on)).then_rejected("reply-awaited")
    needs_more = responded(MEADOW_PARK, ConsultationResponse.NEEDS_MORE_INFO, on=CONSULTED_ON)
    _when([*history, needs_more], _decide(MEADOW_PARK, occurred_on=on)).then_rejected("reply-awaited")
    answered = responded(MEADOW_PARK, on=CONSULTED_ON)
    _made(_when([*history, answered], _decide(MEADOW_PARK, occurred_on=on)))


def test_a_reply_counts_from_the_day_it_came() -> None:
    history = [opened(), consulted(MEADOW_PARK), responded(MEADOW_PARK, on=date(2026, 12, 22))]
    _when(history, _decide(MEADOW_PARK, occurred_on=date(2026, 12, 21))).then_rejected("reply-awaited")


@pytest.mark.parametrize("day", [15, 16])
def test_from_day_15_the_authority_decides_without_the_reply(day: int) -> None:
    command = _decide(MEADOW_PARK, occurred_on=CONSULTED_ON + timedelta(days=day))
    _made(_when([opened(), consulted(MEADOW_PARK)], command))


def test_a_school_that_says_it_cannot_may_still_be_named_because_it_must_admit() -> None:
    history = [opened(), consulted(MEADOW_PARK), responded(MEADOW_PARK, ConsultationResponse.CANNOT_MEET)]
    _made(_when(history, _decide(MEADOW_PARK)))


@pytest.mark.parametrize(
    "answer", [[], [responded(LARCHES, ConsultationResponse.CANNOT_MEET)]], ids=["silent", "refusing"]
)
def test_a_setting_outside_section_38_is_named_only_if_it_offers_a_place(answer: list[Event]) -> None:
    _when([opened(), consulted(LARCHES), *answer], _decide(LARCHES)).then_rejected("place-not-offered")
    _made(_when([opened(), *asked_and_can(LARCHES)], _decide(LARCHES)))


def test_only_a_registered_setting_is_named() -> None:
    _when([opened()], _decide(UUID(int=9)), UNREGISTERED).then_rejected("setting-not-registered")


def test_nothing_is_decided_when_no_search_is_open() -> None:
    _when([opened(), CLOSED], _decide(MEADOW_PARK)).then_rejected("search-not-open")


# --- type only, and education otherwise ---


def test_a_type_may_stand_alone_with_reasons() -> None:
    command = _decide(None, setting_type="SPECIAL_STATE")
    _when([opened()], command).then_rejected("reasons-missing")
    event = _made(_when([opened()], command.model_copy(update={"reasons": "No place was found yet."})))
    assert (event.decision, event.setting_id, event.setting_type) == ("TYPE_ONLY", None, "SPECIAL_STATE")
    assert event.appeal_notice is not None


def test_a_type_that_is_not_mainstream_meets_the_presumption_too() -> None:
    refusal = _refuse(RIVERSIDE, grounds=("S39A",), cost_comparison=None, reasonable_steps_considered=STEPS)
    command = _decide(None, refusal, setting_type="SPECIAL_STATE", reasons="x")
    _when(MAINSTREAM_WANTED, command).then_rejected("mainstream-presumption")
    _made(_when(MAINSTREAM_WANTED, _decide(None, refusal, setting_type="MAINSTREAM", reasons="x")))


def test_education_otherwise_needs_reasons_and_the_family_consulted() -> None:
    command = _decide(None, decision="EOTAS")
    _when([opened()], command).then_rejected("reasons-missing", "family-not-consulted")
    told_later = command.model_copy(
        update={"reasons": "No school is suitable.", "family_consulted_on": date(2027, 1, 6)}
    )
    _when([opened()], told_later).then_rejected("family-not-consulted")
    event = _made(_when([opened()], told_later.model_copy(update={"family_consulted_on": date(2027, 1, 4)})))
    assert (event.setting_type, event.setting_id, event.setting_name) == ("EOTAS", None, None)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"decision": "NAMED", "setting_id": None}, "setting_id"),
        ({"decision": "TYPE_ONLY", "setting_id": MEADOW_PARK, "setting_type": "SPECIAL_STATE"}, "setting_id"),
        ({"decision": "TYPE_ONLY", "setting_id": None}, "setting_type"),
        ({"decision": "EOTAS", "setting_id": None, "setting_type": "SPECIAL_STATE"}, "setting_type"),
        ({"refusals": (_refuse(), _refuse())}, "refusals"),
    ],
)
def test_a_decision_that_contradicts_itself_is_malformed(what: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as malformed:
        _decide(**what)
    assert {error["loc"][0] for error in malformed.value.errors()} == {field}


# --- again and later ---

CLOSED = PlacementSearchClosed(occurred_on=date(2027, 1, 22), reason=SearchClosedReason.FINAL_PLAN_ISSUED, **whose())


def test_the_same_decision_again_is_nothing_and_another_one_replaces_it() -> None:
    history = [*HIGHCROFT_WANTED, responded(HIGHCROFT)]
    first = _made(_when(history, _decide(MEADOW_PARK, _refuse())))
    _when([*history, first], _decide(MEADOW_PARK, _refuse())).then_nothing()
    second = _made(_when([*history, first], _decide(HIGHCROFT)))
    assert (second.supersedes, second.setting_name) == (first.naming_id, "Highcroft")


def test_new_evidence_is_a_new_decision() -> None:
    first = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse())))
    more = _refuse(evidence_refs=("doc-1", "doc-2"))
    assert _made(_when([*HIGHCROFT_WANTED, first], _decide(MEADOW_PARK, more))).supersedes == first.naming_id


def test_an_amended_plan_has_a_naming_decision_of_its_own() -> None:
    first = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse())))
    reopened = opened(occurred_on=date(2027, 11, 1), reason="AMENDMENT_NOTICE_SENT")
    history = [*HIGHCROFT_WANTED, first, CLOSED, reopened]
    later = _decide(MEADOW_PARK, occurred_on=date(2027, 11, 20))
    _when(history, later).then_rejected("setting-not-consulted")
    again = consulted(MEADOW_PARK, date(2027, 11, 2), consultation_id=UUID(int=5000))
    event = _made(_when([*history, again], later))
    assert (event.supersedes, event.refusals, event.preference_rank) == (None, (), None)


def test_a_decision_before_the_recorded_consultation_says_when_that_was_and_how_to_mend_it() -> None:
    early = _decide(MEADOW_PARK, _refuse(), occurred_on=date(2026, 12, 15))
    words = [c.detail for c in _when(HIGHCROFT_WANTED, early).then_rejected("setting-not-consulted").conditions]
    assert words == [
        "Meadow Park was consulted on 2026-12-16, after 2026-12-15. If that date is wrong, correct it: "
        "POST /cases/{case_id}/naming/corrections."
    ]


def test_the_same_decision_on_another_day_is_for_a_correction() -> None:
    first = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse())))
    _when([*HIGHCROFT_WANTED, first], _decide(MEADOW_PARK, _refuse())).then_nothing()
    later = _decide(MEADOW_PARK, _refuse(), occurred_on=date(2027, 2, 1))
    assert "/naming/corrections" in _when([*HIGHCROFT_WANTED, first], later).then_rejected("decided-already").detail


def test_a_draft_served_again_is_decided_again() -> None:
    """The plan sets the naming decision aside when it serves another draft; the same decision must reach it again."""
    first = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse())))
    served_again = OpenPlacementSearch(occurred_on=date(2027, 1, 8), case_id=CASE, person_id=PERSON, plan_id=PLAN)
    (reopened,) = given(naming, *HIGHCROFT_WANTED, first).when(served_again).then_types(PlacementSearchOpened)
    history = [*HIGHCROFT_WANTED, first, reopened]
    given(naming, *history).when(served_again).then_nothing()
    second = _made(_when(history, _decide(MEADOW_PARK, _refuse(), occurred_on=date(2027, 1, 25))))
    assert second.supersedes == first.naming_id


def test_what_tribunal_appeal_or_mediation_settled_is_named_without_consultation_or_open_search() -> None:
    order = NameAsSettled(
        occurred_on=date(2027, 6, 1), case_id=CASE, decision="NAMED", setting_id=HIGHCROFT,
        basis="TRIBUNAL_ORDER", settled_by=UUID(int=4),
    )  # fmt: skip
    event = _made(_when([*HIGHCROFT_WANTED, CLOSED], order))
    assert (event.basis, event.settled_by, event.setting_name) == ("TRIBUNAL_ORDER", UUID(int=4), "Highcroft")
    assert event.refusals == ()
    _when([*HIGHCROFT_WANTED, CLOSED, event], order).then_nothing()
    _when([*HIGHCROFT_WANTED, CLOSED], order, UNREGISTERED).then_rejected("setting-not-registered")


def test_the_preference_a_refusal_speaks_of_is_named_in_the_event() -> None:
    event = _made(_when(HIGHCROFT_WANTED, _decide(MEADOW_PARK, _refuse(explanation="Too far."))))
    assert event.refusals[0].preference_id == preference_of(HIGHCROFT)
    assert event.refusals[0].explanation == "Too far."
