"""The published figures of an authority, and whether the generated cases show them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from demo.load.authority import Authority, generate
from demo.load.calibration import authorities, calibrate
from demo.load.step import Step

UNTIL = date(2026, 11, 20)


def test_the_figures_of_bristol_are_those_published() -> None:
    """DfE, requests 2024: 1,605 received; 1,060 agreed and 271 refused. timeliness: 118 of 684 within 20 weeks."""
    bristol = calibrate("801")
    assert (bristol.name, bristol.requests_a_year, bristol.plans) == ("Bristol, City of", 1605, 4931)
    assert bristol.agreed == pytest.approx(1060 / (1060 + 271))
    assert bristol.in_20_weeks == pytest.approx(118 / 684)
    assert bristol.needs["SEMH"] == 279
    assert bristol.settings["SPECIAL_STATE"] == 572 + 548
    assert bristol.from_england == ()


def test_england_stands_in_where_an_authority_published_nothing() -> None:
    surrey = calibrate("936")
    assert set(surrey.from_england) == {"needs", "reviews"}
    assert surrey.needs["ASD"] == 26856
    assert surrey.in_20_weeks > 0


def test_an_unknown_authority_is_england_throughout() -> None:
    unknown = calibrate("999")
    assert (unknown.name, len(unknown.from_england)) == ("authority 999", 7)


@pytest.mark.parametrize("la_code", sorted(authorities()))
def test_every_authority_can_be_drawn_from(la_code: str) -> None:
    known = calibrate(la_code)
    shares = (known.agreed, known.withdrawn, known.in_20_weeks, known.plan_issued, known.review_held, known.excepted)
    assert all(0 <= share <= 1 for share in shares)
    assert sum(known.needs.values()) > 0
    assert sum(known.settings.values()) > 0
    assert sum(known.review_outcomes.values()) > 0


@pytest.fixture(scope="module")
def bristol() -> Authority:
    return generate(calibrate("801"), until=UNTIL, cases=900)


def _dates(case: list[Step], command: str) -> list[date]:
    return [step.occurred_on for step in case if step.command == command]


def test_as_many_plans_are_in_time_as_the_authority_published(bristol: Authority) -> None:
    weeks = [
        (final[0] - asked[0]).days / 7
        for case in bristol.cases
        if (asked := _dates(case, "RequestEhcNeedsAssessment") or _dates(case, "BringToAttention"))
        and (final := _dates(case, "IssueFinalPlan"))
    ]
    assert len(weeks) > 200
    # Plans that take a year are missing at the end of the time told, so the share in time is a little high.
    assert sum(w <= 20 for w in weeks) / len(weeks) == pytest.approx(118 / 684, abs=0.06)
    assert max(weeks) > 52


def test_as_many_requests_are_refused_as_the_authority_published(bristol: Authority) -> None:
    decided = Counter(
        command
        for case in bristol.cases
        for command in ("DecideToAssess", "DecideNotToAssess")
        for _ in _dates(case, command)
    )
    agreed = decided["DecideToAssess"] / decided.total()
    assert agreed == pytest.approx(calibrate("801").agreed, abs=0.05)


def test_the_needs_are_those_of_the_authority(bristol: Authority) -> None:
    profiles = Counter(
        step.body["needs"][0]["code"] for case in bristol.cases for step in case if step.command == "RecordNeedProfile"
    )
    needs = calibrate("801").needs
    for code in ("SEMH", "ASD", "SLCN"):
        assert profiles[code] / profiles.total() == pytest.approx(needs[code] / sum(needs.values()), abs=0.07)
