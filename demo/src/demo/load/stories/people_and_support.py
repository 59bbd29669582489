"""The beginning of a case: the child becomes known, is supported in school, and somebody asks for an assessment."""

from __future__ import annotations

from datetime import date
from typing import Any

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
    registered = case.do(on, case.caseworker, "referral.RegisterPerson", body)
    known_as(case, registered)
    contact = {
        "relationship": "PARENT",
        "parental_responsibility": True,
        "name": child.parent,
        "address": f"{child.number % 90 + 1} Example Street",
        "email": f"parent-{child.number:04d}@example.org",
        "telephone": telephone(child.number),
    }
    case.do(on, case.caseworker, "referral.RecordContact", contact)
    allocation = {"caseworker": case.caseworker.user, "team": case.team}
    case.do(on, case.caseworker, "referral.AllocateCaseworker", allocation)


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
    case.do(on, case.senco, "referral.RaiseConcern", who | concern)
    start = case.later(told, 3, 14)
    unknown = case.chance(0.3)
    support = {
        "setting_id": case.school.setting_id,
        "primary_need_code": "NSA" if unknown else case.need,
        "consent_basis": "PARENT_AGREED",
        "parent_informed_on": told.isoformat(),
    }
    case.do(start, case.senco, "referral.StartSenSupport", who | support)
    for number in range(1, cycles + 1):
        start = _cycle(case, start, first=number == 1, unknown=unknown, last=number == cycles)
    return start


def _cycle(case: Case, on: date, *, first: bool, unknown: bool, last: bool) -> date:
    due = on + days(98)
    cycle = {
        "assess_summary": words.DIFFICULTY[case.need],
        "outcomes": [{"target": words.OUTCOME, "baseline": "one lesson a day", "by": due.isoformat()}],
        "strategies": [
            {"what": "small group", "who": "teaching assistant", "frequency": "daily", "minutes": 20, "group_size": 4}
        ],
        "cost_estimate": case.between(12, 60) * 100,
    }
    case.do(on, case.senco, "referral.OpenApdrCycle", cycle)
    if case.chance(0.4):
        targeted = {"intervention_code": "SMALL_GROUP", "provider": "SETTING", "planned_weeks": case.between(6, 12)}
        case.do(case.later(on, 3, 10), case.senco, "referral.StartTargetedSupport", targeted)
    if not first and case.need in _SPECIALISTS:
        asked = case.later(on, 12, 20)
        profession = {"profession": _SPECIALISTS[case.need]}
        request = case.do(asked, case.senco, "referral.RequestSpecialistAdvice", profession)
        came = case.later(asked, 20, 50)
        case.do(
            came,
            case.senco,
            "referral.RecordSpecialistAdvice",
            {"summary_ref": f"doc-{case.child.number}-s"},
            ids={"advice_id": request.id("advice_id")},
        )
    # One review in eight is late: it happens, and the list of reviews due shows it.
    reviewed = school_day(due - days(case.between(0, 12)) if case.chance(0.88) else due + days(case.between(3, 21)))
    if first and unknown:
        case.do(reviewed, case.senco, "referral.IdentifyNeed", {"primary_need_code": case.need})
    review = {
        "progress": case.pick(("EXPECTED", "SOME", "SOME", "NONE")),
        "next": "REQUEST_EHCNA" if last and case.notes.get("asks") else case.pick(("CONTINUE", "STEP_UP")),
        "parent_view": words.VIEWS_PARENT,
        "child_view": words.VIEWS_CHILD,
    }
    case.do(reviewed, case.senco, "referral.ReviewApdrCycle", review)
    return case.later(reviewed, 1, 5)


def ask(case: Case, on: date) -> Done:
    """Somebody asks for an assessment. One request in twelve is typed in days after it came."""
    recorded = case.later(on, 4, 9) if case.chance(0.08) else on
    if case.child.age_on(on) < 5 and case.chance(0.35):
        told = {"person_id": case.person_id, "source": "HEALTH", "channel": "EMAIL", "from_org": "Example NHS Trust"}
        done = case.do(on, case.caseworker, "referral.BringToAttention", told, recorded=recorded)
    else:
        source = case.family(on) if case.chance(0.45) else "SCHOOL"
        if case.school.category == "POST16_FE" and source == "SCHOOL":
            source = "POST16"
        channel = case.pick(("PORTAL", "EMAIL", "POST"))
        body: dict[str, Any] = {"person_id": case.person_id, "source": source, "channel": channel}
        if source in ("SCHOOL", "POST16"):
            body |= {"setting_id": case.school.setting_id, "evidence_refs": [f"doc-{case.child.number}-apdr"]}
        done = case.do(on, case.caseworker, "referral.RequestEhcNeedsAssessment", body, recorded=recorded)
    case.request_id = done.id("request_id")
    if case.chance(0.04):
        case.aside(lambda aside: correct_receipt(aside, done, on))
    acknowledged = case.later(max(on, recorded), 1, 5)
    case.do(acknowledged, case.caseworker, "referral.AcknowledgeRequest", {"caseworker": case.caseworker.user})
    return done


def correct_receipt(case: Case, asked: Done, on: date) -> None:
    """The letter had lain in the post room: the clock began some days earlier than was recorded."""
    found = case.later(on, 12, 40)
    body = {
        "event_id": asked.event_id(f"request-{case.case_id}"),
        "now": (on - days(case.between(2, 6))).isoformat(),
        "reason": "DOCUMENT_SHOWS",
    }
    case.do(found, case.caseworker, "referral.CorrectDate", body)


def ask_again(case: Case, on: date) -> None:
    """The school asks as well: linked, and the first clock keeps running."""
    body = {"person_id": case.person_id, "source": "SCHOOL", "channel": "EMAIL", "setting_id": case.school.setting_id}
    case.do(on, case.caseworker, "referral.RequestEhcNeedsAssessment", body)


def withdraw(case: Case, on: date) -> None:
    case.do(on, case.caseworker, "referral.WithdrawRequest", {"in_writing": True})
