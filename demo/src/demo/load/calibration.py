"""What the Department for Education publishes about one local authority, as shares to draw from (`demo/data`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

ENGLAND = ""
NOT_AVAILABLE = "x"
FEWEST = 5
"""Fewer than this say nothing; some authorities report only that."""

_CATEGORIES = {
    "EARLY_YEARS": ["nm_early_years"],
    "MAINSTREAM": ["mainstream_la_maintained", "mainstream_academy", "mainstream_free_school"],
    "RESOURCED_PROVISION": [
        "mainstream_la_maintained_resourced_provision",
        "mainstream_academy_resourced_provision",
        "mainstream_free_school_resourced_provision",
    ],
    "SEN_UNIT": [
        "mainstream_la_maintained_senunit",
        "mainstream_academy_senunit",
        "mainstream_free_school_senunit",
    ],
    "SPECIAL_STATE": ["special_la_maintained", "special_academy_free"],
    "NMSS": ["special_non_maintained"],
    "SPECIAL_INDEPENDENT": ["special_independent"],
    "AP_STATE": ["ap_pru_academy", "ap_pru_free_school", "ap_pru_la_maintained"],
    "POST16_FE": ["general_fe_tertiary_colleges", "ukrlp_provider"],
    "POST16_SPECIALIST": ["specialist_post_16_institutions"],
    "EOTAS": ["other_arrangements_la"],
}
"""Our categories of setting, from the publisher's columns (`green-paper.md` 10.4)."""

_CEASE_CODES = {
    1: "max_age",
    2: "needs_met",
    3: "he",
    4: "employ",
    5: "transfer",
    6: "no_engage",
    7: "moved_outside_eng",
    9: "other",
}
"""Our reasons for ceasing, from the publisher's columns (`green-paper.md` 10.6). Deaths are left out of the demo."""


@dataclass(frozen=True)
class Calibration:
    """One authority's figures. Shares are between 0 and 1; weights need not add up to 1."""

    la_code: str
    name: str
    requests_a_year: int
    plans: int
    agreed: float
    """Of requests decided: a needs assessment was agreed."""
    withdrawn: float
    """Of requests received."""
    decided_in_6_weeks: float
    plan_issued: float
    """Of assessments ended: a plan followed."""
    in_20_weeks: float
    over_a_year: float
    excepted: float
    """Of plans issued: an exception to the 20 weeks was recorded."""
    appealed: float
    """Of refusals to assess: mediation or Tribunal followed."""
    needs: Mapping[str, float]
    settings: Mapping[str, float]
    review_held: float
    """Of reviews expected in the year."""
    review_decided_in_4_weeks: float
    review_outcomes: Mapping[str, float]
    cease_reasons: Mapping[int, float]
    from_england: tuple[str, ...] = ()
    """Subjects for which the authority published nothing, so that England's figures stand in."""


@cache
def _table(subject: str) -> dict[str, dict[str, str]]:
    text = (resources.files("demo.data") / f"{subject}.csv").read_text(encoding="utf-8")
    return {row["old_la_code"]: row for row in csv.DictReader(text.splitlines())}


def authorities() -> dict[str, str]:
    """Names of the authorities with published figures, by three-digit code."""
    return {code: row["la_name"] for code, row in _table("requests").items() if code != ENGLAND}


def calibrate(la_code: str) -> Calibration:
    """An authority's figures; England's shares stand in for what it did not publish, or for all of it."""
    substituted: list[str] = []

    def counts(subject: str, *of: str) -> dict[str, int]:
        """The authority's row; England's where it has none, or too few of what is drawn ``of`` to draw from."""
        row = _table(subject).get(la_code)
        if (
            row is None
            or NOT_AVAILABLE in row.values()
            or sum(n for column, n in _numbers(row).items() if column.startswith(of)) < FEWEST
        ):
            substituted.append(subject)
            row = _table(subject)[ENGLAND]
        return _numbers(row)

    asked, assessed = counts("requests", "requests_decided"), counts("assessments", "assess_")
    timely, needs = counts("timeliness", "plans_issued_den"), counts("needs", "number_")
    settings, reviews, ceased = counts("settings", "ehcplans"), counts("reviews", "outcome_"), counts("ceased", "total")
    decided = asked["requests_decided_to_assess"] + asked["requests_decided_not_to_assess"]
    issued = timely["plans_issued_den"]
    plan, no_plan = assessed["assess_issued"], assessed["assess_not_issued"]
    soon, late = asked["request_outcome_six_weeks"], asked["request_outcome_over_6_weeks"]
    quick, slow = reviews["number_decsion_4weeks"], reviews["number_decision_gt_4weeks"]
    went_on = asked["mediation_related_request"] + asked["tribunal_related_request"]
    return Calibration(
        la_code=la_code,
        name=authorities().get(la_code, f"authority {la_code}"),
        requests_a_year=asked["requests_received_in_year"],
        plans=settings["ehcplans"],
        agreed=_share(asked["requests_decided_to_assess"], decided),
        withdrawn=_share(asked["requests_withdrawn"], asked["requests_received_in_year"]),
        decided_in_6_weeks=_share(soon, soon + late),
        plan_issued=_share(plan, plan + no_plan),
        in_20_weeks=_share(timely["plans_issued_within_20_weeks"], issued),
        over_a_year=_share(timely["plans_issued_gt_1_year"], issued),
        excepted=_share(issued - timely["plans_issued_den_ex"], issued),
        appealed=_share(went_on, asked["requests_decided_not_to_assess"]),
        needs={code.removeprefix("number_").upper(): n for code, n in needs.items() if code.startswith("number_")},
        settings={name: sum(settings[column] for column in columns) for name, columns in _CATEGORIES.items()},
        review_held=_share(reviews["total_review_meeting"], reviews["review_expected"]),
        review_decided_in_4_weeks=_share(quick, quick + slow),
        review_outcomes={
            "AMEND": reviews["outcome_amend"],
            "MAINTAIN": reviews["outcome_maintan"],
            "CEASE": reviews["outcome_cease"],
        },
        cease_reasons={code: ceased[column] for code, column in _CEASE_CODES.items()},
        from_england=tuple(substituted),
    )


def _numbers(row: Mapping[str, str]) -> dict[str, int]:
    # A negative count is a slip of the return (decisions outstanding below nought); nothing is drawn from it.
    return {name: max(int(value), 0) for name, value in row.items() if value.lstrip("-").isdecimal()}


def _share(part: int, whole: int) -> float:
    return min(part / whole, 1.0) if whole else 0.0
