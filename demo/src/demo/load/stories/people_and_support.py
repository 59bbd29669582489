"""The beginning of a case: the child becomes known, is supported in school, and somebody asks for an assessment."""

from __future__ import annotations

from datetime import date

from demo.load.diary import Done
from demo.load.people import telephone
from demo.load.stories import words
from demo.load.stories.case import Case, days, known_as
from demo.load.terms import school_day

_AREAS = {"SPLD": "CL", "MLD": "CL", "SLD": "CL", "PMLD": "CL", "SEMH": "SEMH", "SLCN": "CI", "ASD": "CI"}
_SPECIALISTS = {"SLCN": "SALT", "ASD": "EP", "SEMH": "CAMHS", "PD": "OT", "SPLD": "SPECIALIST_TEACHER"}


def register(case: Case, on: date) -> None:
    """The child is registered with a parent to write to; a caseworker is allocated within days."""
    child = case.child
    body = {"name": child.name, "date_of_birth": child.born.isoformat(), "nhs_number": child.nhs_number}
    if child.age_on(on) >= 4:
        body["upn"] = child.upn
    registered = case.referral(on, case.caseworker, "POST /persons", "RegisterPerson", body)
    known_as(case, registered)
    contact = {
        "relationship": "PARENT",
        "parental_responsibility": True,
        "name": child.parent,
        "address": f"{child.number % 90 + 1} Example Street",
        "email": f"parent-{child.number:04d}@example.org",
        "telephone": telephone(child.number),
    }
    case.referral(on, case.caseworker, f"POST /persons/{case.person_id}/contacts", "RecordContact", contact)
    allocation = {"caseworker": case.caseworker.user, "team": case.team}
    case.referral(on, case.caseworker, f"POST /persons/{case.person_id}/caseworker", "AllocateCaseworker", allocation)


def sen_support(case: Case, on: date, cycles: int) -> date:
    """Concern, SEN support and that many reviewed cycles; the day of the last review."""
    who = {"person_id": case.person_id}
    told = case.later(on, 2, 9)
    area = _AREAS.get(case.need, "SP")
    concern = {
        "raised_by": "CLASS_TEACHER",
        "areas": [area],
        "observed_difficulty": words.DIFFICULTY[case.need],
        "setting_id": case.school.setting_id,
        "parent_informed_on": on.isoformat(),
    }
    case.referral(on, case.senco, "POST /sen-support/concerns", "RaiseConcern", who | concern)
    start = case.later(told, 3, 14)
    unknown = case.chance(0.3)
    support = {
        "setting_id": case.school.setting_id,
        "primary_need_code": "NSA" if unknown else case.need,
        "consent_basis": "PARENT_AGREED",
        "parent_informed_on": told.isoformat(),
    }
    case.referral(start, case.senco, "POST /sen-support", "StartSenSupport", who | support)
    for number in range(1, cycles + 1):
        start = _cycle(case, start, first=number == 1, unknown=unknown, last=number == cycles)
    return start


def _cycle(case: Case, on: date, *, first: bool, unknown: bool, last: bool) -> date:
    path = f"POST /sen-support/{case.case_id}"
    due = on + days(98)
    cycle = {
        "assess_summary": words.DIFFICULTY[case.need],
        "outcomes": [{"target": words.OUTCOME, "baseline": "one lesson a day", "by": due.isoformat()}],
        "strategies": [
            {"what": "small group", "who": "teaching assistant", "frequency": "daily", "minutes": 20, "group_size": 4}
        ],
        "cost_estimate": case.between(12, 60) * 100,
    }
    case.referral(on, case.senco, f"{path}/cycles", "OpenApdrCycle", cycle)
    if case.chance(0.4):
        targeted = {"intervention_code": "SMALL_GROUP", "provider": "SETTING", "planned_weeks": case.between(6, 12)}
        case.referral(case.later(on, 3, 10), case.senco, f"{path}/targeted-support", "StartTargetedSupport", targeted)
    if not first and case.need in _SPECIALISTS:
        asked = case.later(on, 12, 20)
        profession = {"profession": _SPECIALISTS[case.need]}
        request = case.referral(asked, case.senco, f"{path}/specialist-advice", "RequestSpecialistAdvice", profession)
        came = case.later(asked, 20, 50)
        route = f"{path}/specialist-advice/{request.id('advice_id')}/received"
        case.referral(came, case.senco, route, "RecordSpecialistAdvice", {"summary_ref": f"doc-{case.child.number}-s"})
    # One review in eight is late: it happens, and the list of reviews due shows it.
    reviewed = school_day(due - days(case.between(0, 12)) if case.chance(0.88) else due + days(case.between(3, 21)))
    if first and unknown:
        case.referral(reviewed, case.senco, f"{path}/need", "IdentifyNeed", {"primary_need_code": case.need})
    review = {
        "progress": case.pick(("EXPECTED", "SOME", "SOME", "NONE")),
        "next": "REQUEST_EHCNA" if last and case.notes.get("asks") else case.pick(("CONTINUE", "STEP_UP")),
        "parent_view": words.VIEWS_PARENT,
        "child_view": words.VIEWS_CHILD,
    }
    case.referral(reviewed, case.senco, f"{path}/review", "ReviewApdrCycle", review)
    return case.later(reviewed, 1, 5)


def ask(case: Case, on: date) -> Done:
    """Somebody asks for an assessment. One request in twelve is typed in days after it came."""
    recorded = case.later(on, 4, 9) if case.chance(0.08) else on
    if case.child.age_on(on) < 5 and case.chance(0.35):
        body = {"person_id": case.person_id, "source": "HEALTH", "channel": "EMAIL", "from_org": "Example NHS Trust"}
        done = case.referral(
            on, case.caseworker, "POST /requests/attention", "BringToAttention", body, recorded=recorded
        )
    else:
        source = case.family(on) if case.chance(0.45) else "SCHOOL"
        if case.school.category == "POST16_FE" and source == "SCHOOL":
            source = "POST16"
        body = {"person_id": case.person_id, "source": source, "channel": case.pick(("PORTAL", "EMAIL", "POST"))}
        if source in ("SCHOOL", "POST16"):
            body |= {"setting_id": case.school.setting_id, "evidence_refs": [f"doc-{case.child.number}-apdr"]}
        done = case.referral(
            on, case.caseworker, "POST /requests", "RequestEhcNeedsAssessment", body, recorded=recorded
        )
    case.request_id = done.id("request_id")
    acknowledged = case.later(max(on, recorded), 1, 5)
    case.referral(
        acknowledged,
        case.caseworker,
        f"POST /requests/{case.case_id}/acknowledge",
        "AcknowledgeRequest",
        {"caseworker": case.caseworker.user},
    )
    return done


def ask_again(case: Case, on: date) -> None:
    """The school asks as well: linked, and the first clock keeps running."""
    body = {"person_id": case.person_id, "source": "SCHOOL", "channel": "EMAIL", "setting_id": case.school.setting_id}
    case.referral(on, case.caseworker, "POST /requests", "RequestEhcNeedsAssessment", body)


def withdraw(case: Case, on: date) -> None:
    case.referral(
        on, case.caseworker, f"POST /requests/{case.case_id}/withdraw", "WithdrawRequest", {"in_writing": True}
    )
