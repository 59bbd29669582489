"""Who may take a child, and who may not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from ap_intervention.codes import ApSettingType, CheckKind, QualityResult
from ap_intervention.provider import (
    ChangeApProviderDetails,
    QualityAssureProvider,
    RecordProviderCheck,
    RegisterApProvider,
    ReinstateProvider,
    SuspendProvider,
    provider,
)
from ap_intervention.provider_events import (
    ApProviderDetailsChanged,
    ApProviderRegistered,
    ProviderCheckRecorded,
    ProviderQualityAssured,
    ProviderReinstated,
    ProviderSuspended,
    TierPlaces,
)
from ap_intervention.provider_state import in_the_way_of_a_start
from pydantic import ValidationError
from shared.testing.spec import given

from shared import Event

from .examples import PROVIDER, REGISTERED_ON, START, provider_history

TIERS = (TierPlaces(tier=2, places=12),)


def _codes(history: list[Event], on: date = START, **more: Any) -> set[str]:
    return {c.code for c in in_the_way_of_a_start(provider.fold(history), on, **more)}


def _suspended(on: date) -> ProviderSuspended:
    return ProviderSuspended(occurred_on=on, provider_id=PROVIDER, reason="Serious incident.")


def _reinstated(on: date) -> ProviderReinstated:
    return ProviderReinstated(occurred_on=on, provider_id=PROVIDER, reason="Visited again.")


def test_a_provider_is_registered() -> None:
    command = RegisterApProvider(
        occurred_on=REGISTERED_ON,
        provider_id=PROVIDER,
        name="Test-Workshop CIC",
        ap_setting_type=ApSettingType.OTH,
        registered_school=False,
        capacity_by_tier=TIERS,
    )
    given(provider).when(command).then(
        ApProviderRegistered(
            occurred_on=REGISTERED_ON,
            provider_id=PROVIDER,
            name="Test-Workshop CIC",
            ap_setting_type=ApSettingType.OTH,
            registered_school=False,
            capacity_by_tier=TIERS,
        )
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"ap_setting_type": "OTH", "registered_school": True},
        {"ap_setting_type": "URN", "registered_school": False, "urn": "123456"},
        {"ap_setting_type": "URN", "registered_school": True},
        {"ap_setting_type": "OTH", "registered_school": False, "urn": "123456"},
        {"ap_setting_type": "UKPRN", "registered_school": False},
        {"ap_setting_type": "OTH", "registered_school": False, "capacity_by_tier": (*TIERS, *TIERS)},
    ],
)
def test_type_and_numbers_must_fit(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RegisterApProvider.model_validate({"name": "Test", "capacity_by_tier": TIERS, **wrong})


def test_details_change_only_if_something_changed() -> None:
    history = provider_history()
    same = ChangeApProviderDetails(
        provider_id=PROVIDER,
        name="Test-Riverbank Academy",
        ap_setting_type=ApSettingType.URN,
        registered_school=True,
        urn="123456",
        capacity_by_tier=tuple(TierPlaces(tier=t, places=p) for t, p in ((1, 20), (2, 12), (3, 8))),
    )
    given(provider, *history).when(same).then_nothing()
    other = same.model_copy(update={"name": "Test-Riverbank School"})
    (changed,) = given(provider, *history).when(other).then_types(ApProviderDetailsChanged)
    assert changed.name == "Test-Riverbank School"


def test_a_provider_in_order_may_take_a_child() -> None:
    assert _codes(provider_history(), tier=2) == set()
    assert _codes(provider_history(school=False), tier=2) == set()


def test_nobody_starts_with_a_provider_that_is_not_registered() -> None:
    assert _codes([]) == {"provider-not-registered"}


def test_a_suspended_provider_takes_no_new_start_until_it_is_reinstated() -> None:
    history = [*provider_history(), _suspended(date(2026, 9, 1)), _reinstated(date(2026, 9, 20))]
    assert _codes(history, date(2026, 8, 31)) == set()
    assert _codes(history, date(2026, 9, 1)) == {"provider-suspended"}
    assert _codes(history, date(2026, 9, 19)) == {"provider-suspended"}
    assert _codes(history, date(2026, 9, 20)) == set()


@pytest.mark.parametrize("missing", list(CheckKind)[:6])
def test_a_non_school_provider_needs_every_required_check(missing: CheckKind) -> None:
    checks = tuple(kind for kind in CheckKind if kind is not missing)
    assert _codes(provider_history(school=False, checks=checks)) == {"provider-check-missing"}


def test_a_registered_school_needs_only_the_safeguarding_check() -> None:
    assert _codes(provider_history(checks=(CheckKind.SAFEGUARDING,))) == set()
    assert _codes(provider_history(checks=(CheckKind.DBS,))) == {"provider-check-missing"}


def test_a_check_counts_on_its_last_day_and_not_after() -> None:
    history = provider_history(expires_on=START)
    assert _codes(history, START) == set()
    assert _codes(history, START + timedelta(days=1)) == {"provider-check-expired"}


def test_a_renewed_check_counts_and_the_old_one_counts_for_its_own_days() -> None:
    renewed = ProviderCheckRecorded(
        occurred_on=date(2026, 9, 1),
        provider_id=PROVIDER,
        check=CheckKind.SAFEGUARDING,
        expires_on=date(2027, 9, 1),
    )
    history = [*provider_history(expires_on=date(2026, 6, 30)), renewed]
    assert _codes(history, date(2026, 6, 30)) == set()
    assert _codes(history, date(2026, 7, 1)) == {"provider-check-expired"}
    assert _codes(history, date(2026, 9, 1)) == set()


@pytest.mark.parametrize(
    ("on", "codes"),
    [(date(2027, 1, 5), set()), (date(2027, 1, 6), {"quality-assurance-too-old"}), (date(2026, 1, 4), None)],
)
def test_quality_assurance_counts_for_twelve_months(on: date, codes: set[str] | None) -> None:
    found = _codes(provider_history(), on)
    assert found == codes if codes is not None else "quality-assurance-missing" in found


def test_a_tier_without_places_is_not_offered() -> None:
    registered = provider_history()[0]
    assert isinstance(registered, ApProviderRegistered)
    small = registered.model_copy(update={"capacity_by_tier": (*TIERS, TierPlaces(tier=3, places=0))})
    assert _codes([small, *provider_history()[1:]], tier=1) == {"tier-not-offered"}
    assert _codes([small, *provider_history()[1:]], tier=3) == {"tier-not-offered"}


def test_a_check_cannot_expire_on_the_day_it_was_done() -> None:
    command = RecordProviderCheck(occurred_on=START, provider_id=PROVIDER, check=CheckKind.INSURANCE, expires_on=START)
    given(provider, *provider_history()).when(command).then_rejected("check-expires-before-it-counts")


def test_a_visit_that_ends_in_suspension_suspends_at_once() -> None:
    command = QualityAssureProvider(occurred_on=START, provider_id=PROVIDER, result=QualityResult.SUSPENDED)
    events = given(provider, *provider_history()).when(command).then_types(ProviderQualityAssured, ProviderSuspended)
    assert events[0].next_due_on == date(2027, 9, 14)
    assert _codes([*provider_history(), *events]) == {"provider-suspended", "quality-assurance-failed"}


def test_after_a_failed_visit_reinstating_is_not_enough() -> None:
    failed = ProviderQualityAssured(
        occurred_on=date(2026, 9, 1),
        provider_id=PROVIDER,
        result=QualityResult.SUSPENDED,
        next_due_on=date(2027, 9, 1),
    )
    history = [*provider_history(), failed, _suspended(date(2026, 9, 1)), _reinstated(date(2026, 9, 5))]
    assert _codes(history) == {"quality-assurance-failed"}


def test_conditions_are_named_where_there_are_some() -> None:
    with pytest.raises(ValidationError, match="conditions"):
        QualityAssureProvider(provider_id=PROVIDER, result=QualityResult.CONDITIONS)


def test_suspending_twice_does_nothing_the_second_time_and_another_day_is_for_a_correction() -> None:
    history = [*provider_history(), _suspended(date(2026, 9, 1))]
    again = SuspendProvider(occurred_on=date(2026, 9, 1), provider_id=PROVIDER, reason="Again.")
    given(provider, *history).when(again).then_nothing()
    later = SuspendProvider(occurred_on=START, provider_id=PROVIDER, reason="Again.")
    assert "/corrections" in given(provider, *history).when(later).then_rejected("provider-suspended").detail


def test_only_a_suspended_provider_is_reinstated_and_a_registered_one_is_not_registered() -> None:
    unmet = {p.command: [c.code for c in p.unmet] for p in provider.permissions(provider.fold(provider_history()))}
    assert unmet[ReinstateProvider] == ["provider-not-suspended"]
    assert unmet[RegisterApProvider] == ["provider-registered"]
    reinstate = ReinstateProvider(occurred_on=START, provider_id=PROVIDER, reason="All is well.")
    given(provider, *provider_history()).when(reinstate).then_rejected("provider-not-suspended")
    history = [*provider_history(), _suspended(date(2026, 9, 1)), _reinstated(START)]
    given(provider, *history).when(reinstate).then_nothing()
    later = reinstate.model_copy(update={"occurred_on": START + timedelta(days=1)})
    assert "/corrections" in given(provider, *history).when(later).then_rejected("provider-not-suspended").detail


def test_nobody_is_reinstated_before_the_suspension() -> None:
    early = ReinstateProvider(occurred_on=date(2026, 8, 1), provider_id=PROVIDER, reason="Early.")
    given(provider, *provider_history(), _suspended(date(2026, 9, 1))).when(early).then_rejected(
        "reinstated-before-suspended"
    )


def test_every_obstacle_is_told_at_once() -> None:
    history = [*provider_history(school=False, checks=(), visited_on=None), _suspended(date(2026, 9, 1))]
    found = in_the_way_of_a_start(provider.fold(history), START, tier=2)
    assert [c.code for c in found].count("provider-check-missing") == 6
    assert {"provider-suspended", "quality-assurance-missing"} < {c.code for c in found}
    assert "safeguarding" in found[1].detail
