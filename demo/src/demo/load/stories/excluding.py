"""Suspensions and permanent exclusions, with the education that is owed from the sixth school day."""

from __future__ import annotations

from datetime import date
from typing import Any

from demo.load.providers import register
from demo.load.stories.ap import AFTER_EXCLUSION, alternative_provision
from demo.load.stories.case import INCLUSION, Case, days
from demo.load.terms import nth_school_day, school_day


def suspended(case: Case, on: date) -> None:
    """A suspension of a day to a week and a half; over five days, education is owed from the sixth."""
    length = case.pick((1, 2, 2, 3, 5, 8))
    first = school_day(on)
    body = _opening(case, first) | {
        "school_days": str(length),
        "term_total": str(length),
        "year_total": str(length),
        "reason_codes": [case.pick(("DB", "PA", "VA"))],
    }
    exclusion_id = case.do(first, case.head, "ap-intervention.RecordSuspension", body).id("exclusion_id")
    _tell(case, first, exclusion_id)
    if length > 5:
        case.do(
            nth_school_day(first, 2),
            case.head,
            "ap-intervention.InformGoverningBoard",
            ids={"exclusion_id": exclusion_id},
        )
        sixth_day(case, first, exclusion_id, in_time=case.chance(0.7))


def permanently_excluded(case: Case, on: date) -> None:
    """Told, taught from the sixth day or late, considered by the board, and referred to AP."""
    first = school_day(on)
    body = _opening(case, first) | {"reason_codes": [case.pick(("PA", "DB", "OW"))]}
    excluded = case.do(first, case.head, "ap-intervention.RecordPermanentExclusion", body)
    exclusion_id = excluded.id("exclusion_id")
    _tell(case, first, exclusion_id)
    case.do(first, case.head, "ap-intervention.InformGoverningBoard", ids={"exclusion_id": exclusion_id})
    case.aside(lambda aside: _board(aside, first, exclusion_id))
    case.aside(lambda aside: sixth_day(aside, first, exclusion_id, in_time=case.chance(0.75)))
    alternative_provision(case, nth_school_day(first, 7), AFTER_EXCLUSION, exclusion_id=exclusion_id)


def _opening(case: Case, first: date) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "person_id": case.person_id,
        "setting_id": case.school.setting_id,
        "year_group": max(0, min(case.child.year_group_on(first), 13)),
        "has_plan": "final_on" in case.notes and case.notes["final_on"] <= first,
    }


def _tell(case: Case, first: date, exclusion_id: str) -> None:
    ids = {"exclusion_id": exclusion_id}
    told = {"method": "HAND", "public_place_days_stated": True}
    case.do(first, case.head, "ap-intervention.NotifyParentOfExclusion", told, ids=ids)
    case.do(case.later(first, 0, 2), case.head, "ap-intervention.NotifyAuthorityOfExclusion", ids=ids)


def sixth_day(case: Case, first: date, exclusion_id: str, *, in_time: bool) -> None:
    starts = nth_school_day(first, 6 if in_time else case.between(8, 14))
    provider = next(p for p in register(case.la_code) if p.school)
    body = {
        "starts_on": starts.isoformat(),
        "full_time": True,
        "provider_id": provider.provider_id,
        "hours_per_week": "25",
    }
    arranged = nth_school_day(first, 4) if in_time else starts
    ids = {"exclusion_id": exclusion_id}
    case.do(arranged, INCLUSION, "ap-intervention.ArrangeSixthDayProvision", body, ids=ids)
    told = {"education_starts_on": starts.isoformat(), "parent_agreed_to_short_notice": not in_time}
    case.do(arranged, case.head, "ap-intervention.NotifyEducationArrangements", told, ids=ids)


def _board(case: Case, first: date, exclusion_id: str) -> None:
    """The governing board meets within 15 school days, or a little later."""
    on = nth_school_day(first, case.between(11, 15) if case.chance(0.8) else case.between(18, 24))
    body = {"reinstated": False, "given_by": "HAND", "reasons": "The head's decision was lawful and proportionate."}
    case.do(on, case.head, "ap-intervention.DecideOnReinstatement", body, ids={"exclusion_id": exclusion_id})


def out_of_school(case: Case, on: date) -> None:
    """A child who is too ill for school: section 19, arranged in time or late, reviewed."""
    first = school_day(on)
    aware = school_day(first + days(case.between(12, 25)))
    body = {
        "case_id": case.case_id,
        "person_id": case.person_id,
        "reason": "ILLNESS",
        "absent_from": first.isoformat(),
        "setting_id": case.school.setting_id,
        "circumstances": "Cannot attend at present; a letter of the clinic is with the school.",
    }
    duty = case.do(aware, INCLUSION, "ap-intervention.IdentifySection19Duty", body).id("duty_id")
    starts = school_day(aware + days(case.between(3, 24)))
    provision = {
        "starts_on": starts.isoformat(),
        "hours_per_week": "10",
        "full_time": False,
        "part_time_until": (starts + days(70)).isoformat(),
        "reasons_if_part_time": "More would harm the child's health at present.",
    }
    case.do(starts, INCLUSION, "ap-intervention.ArrangeSection19Provision", provision, ids={"duty_id": duty})
    reviewed = {"suitable": True}
    case.do(
        school_day(starts + days(38)),
        INCLUSION,
        "ap-intervention.ReviewSection19Provision",
        reviewed,
        ids={"duty_id": duty},
    )
    if case.chance(0.6):
        ended = {"reason": "BACK_IN_SCHOOL"}
        case.do(
            school_day(starts + days(75)), INCLUSION, "ap-intervention.EndSection19Duty", ended, ids={"duty_id": duty}
        )
