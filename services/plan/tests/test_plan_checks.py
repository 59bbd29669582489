"""The golden thread and the specificity of a plan's text."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from plan.checks import check, missing_in, vague, year_group_on
from plan.contents import Contents, Need, Outcome, PfaTheme, Provision, Views, changes

from shared import ERASED

B, C, D, E, F, G, H = (UUID(int=n) for n in range(1, 8))
NEED = Need(need_id=B, section="B", need_code="ASD", rank="PRIMARY", description="in words")
AIM = Outcome(outcome_id=E, need_ids=(B,), statement="reads a page", by_when=date(2027, 7, 1))
ITEM = Provision(
    provision_id=F, section="F", need_ids=(B,), outcome_ids=(E,), what="precise teaching", delivered_by_role="teacher",
    frequency_count=5, frequency_period="WEEK", duration_minutes=20, max_group_size=1, responsible_body="LA",
)  # fmt: skip
GOOD = Contents(needs=(NEED,), outcomes=(AIM,), provisions=(ITEM,))


def conditions(text: Contents, year_group: int | None = None) -> dict[str, str]:
    return {f.code: f.detail for f in check(text, year_group).conditions}


def warnings(text: Contents) -> dict[str, int]:
    return {f.code: f.count for f in check(text, None).warnings}


def with_item(**changes: object) -> Contents:
    return Contents(needs=(NEED,), outcomes=(AIM,), provisions=(ITEM.model_copy(update=changes),))


@pytest.mark.parametrize(
    ("wording", "found"),
    [
        ("access to speech and language support as required", ("access to", "as required")),
        ("SALT assistant, 2 × 30 minutes weekly, group of up to 3, overseen by a therapist", ()),
        (
            "regular sessions; he would benefit from opportunities to rest",
            ("regular", "would benefit from", "opportunities for"),
        ),
        ("up to two hours a week", ("up to",)),
        ("at least one and up to two hours a week", ()),
        ("At least one hour. Up to two visits", ("up to",)),
        ("Regularly, as and when required", ("regular", "as required")),
        ("irregular verbs are taught", ()),
    ],
)
def test_vague_wording_is_counted_in_the_words_of_our_list(wording: str, found: tuple[str, ...]) -> None:
    assert vague(wording) == found


def test_an_erased_text_is_not_vague() -> None:
    assert vague(ERASED) == ()


def test_a_text_with_a_golden_thread_and_specific_provision_has_no_condition() -> None:
    assert conditions(GOOD) == {}


def test_an_empty_section_b_is_a_condition() -> None:
    assert set(conditions(Contents())) == {"section-b-empty"}


def test_every_need_in_b_has_an_outcome_and_provision_in_f() -> None:
    bare = Contents(needs=(NEED,))
    assert set(conditions(bare)) == {"need-without-outcome", "need-without-provision"}
    assert "B1" in conditions(bare)["need-without-outcome"]


def test_provision_may_reach_a_need_through_an_outcome() -> None:
    assert conditions(with_item(need_ids=())) == {}


def test_a_need_from_the_profile_must_be_described() -> None:
    text = Contents(needs=(NEED.model_copy(update={"description": None}),), outcomes=(AIM,), provisions=(ITEM,))
    assert set(conditions(text)) == {"need-not-described"}


@pytest.mark.parametrize(
    ("gap", "named"),
    [
        ({"delivered_by_role": None}, "who delivers it"),
        ({"frequency_count": None}, "frequency"),
        ({"frequency_period": None}, "frequency"),
        ({"duration_minutes": None}, "duration"),
        ({"max_group_size": None}, "group size"),
        ({"responsible_body": None}, "responsible body"),
    ],
)
def test_provision_that_leaves_something_out_is_a_condition(gap: dict[str, object], named: str) -> None:
    found = conditions(with_item(**gap))
    assert set(found) == {"provision-not-specific"}
    assert f"F1: {named}" in found["provision-not-specific"]


def test_throughout_the_day_stands_for_a_duration_and_for_nothing_else() -> None:
    assert missing_in(ITEM.model_copy(update={"duration_minutes": None, "throughout_the_day": True})) == []
    assert missing_in(ITEM.model_copy(update={"frequency_count": None, "throughout_the_day": True})) == ["frequency"]


def test_health_provision_must_be_agreed() -> None:
    health = ITEM.model_copy(update={"provision_id": G, "section": "G"})
    text = Contents(needs=(NEED,), outcomes=(AIM,), provisions=(ITEM, health))
    assert set(conditions(text)) == {"health-provision-not-agreed"}
    agreed = text.put(health.model_copy(update={"health_agreed": True}))
    assert conditions(agreed) == {}


@pytest.mark.parametrize(("year", "codes"), [(8, set()), (9, {"no-preparation-for-adulthood"}), (None, set())])
def test_from_year_9_an_outcome_prepares_for_adulthood(year: int | None, codes: set[str]) -> None:
    assert set(conditions(GOOD, year)) == codes
    themed = GOOD.put(AIM.model_copy(update={"pfa_theme": PfaTheme.EMPLOYMENT}))
    assert conditions(themed, year) == {}


def test_the_school_year_moves_on_each_september() -> None:
    assert [year_group_on(d, recorded=8, recorded_on=date(2026, 3, 1))
            for d in (date(2026, 8, 31), date(2026, 9, 1), date(2028, 1, 1))] == [8, 9, 10]  # fmt: skip


def test_health_and_care_needs_without_provision_only_warn() -> None:
    others = (
        NEED.model_copy(update={"need_id": C, "section": "C"}),
        NEED.model_copy(update={"need_id": D, "section": "D"}),
    )
    text = Contents(needs=(NEED, *others), outcomes=(AIM,), provisions=(ITEM,))
    assert conditions(text) == {}
    assert {"health-need-without-provision", "social-care-need-without-provision"} <= set(warnings(text))


def test_what_only_deserves_a_second_look() -> None:
    assert warnings(GOOD) == {"section-a-empty": 1, "section-k-empty": 1}
    loose = Contents(
        needs=(NEED,),
        outcomes=(AIM, AIM.model_copy(update={"outcome_id": H, "need_ids": ()})),
        provisions=(ITEM.model_copy(update={"outcome_ids": (), "what": "access to a quiet room, as required"}),),
    )
    assert warnings(loose) == {
        "section-a-empty": 1,
        "section-k-empty": 1,
        "vague-wording": 2,
        "outcome-without-need": 1,
        "provision-without-outcome": 1,
    }


def test_no_finding_repeats_a_word_of_the_plan() -> None:
    text = with_item(what="access to Kestrel's therapist, regular", duration_minutes=None)
    found = check(text.put(NEED.model_copy(update={"description": "Kestrel cannot read"})), 11)
    assert "Kestrel" not in str(found)


def test_withdrawing_a_clause_takes_its_links_with_it() -> None:
    without = GOOD.without(B)
    assert without.outcomes[0].need_ids == ()
    assert without.provisions[0].need_ids == ()
    assert GOOD.without(E).provisions[0].outcome_ids == ()


def test_changes_are_listed_clause_by_clause() -> None:
    views = Views(views_id=H, captured_from="CHILD", method="AUDIO", views="x")
    after = GOOD.without(F).put(NEED.model_copy(update={"description": "other words"})).put(views)
    assert [(c.section, c.change) for c in changes(GOOD, after)] == [
        ("A", "ADDED"),
        ("B", "REVISED"),
        ("F", "WITHDRAWN"),
    ]


def test_that_a_clause_was_agreed_is_no_change_of_it() -> None:
    assert changes(GOOD, GOOD.put(ITEM.model_copy(update={"health_agreed": True}))) == ()
