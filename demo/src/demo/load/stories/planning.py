"""From the decision to issue a plan to the final plan and the first day at the setting it names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from demo.load.step import Seen
from demo.load.stories import words
from demo.load.stories.case import MANAGER, RIGHTS, Case, days
from demo.load.stories.placing import choose, consult_and_name, start_placement
from demo.load.terms import working_day

_ROLES = {
    "SLCN": "speech and language therapist",
    "ASD": "teacher qualified for autism",
    "SEMH": "trained mentor",
    "HI": "teacher of the deaf",
    "VI": "teacher for vision impairment",
    "MSI": "teacher for multi-sensory impairment",
    "PD": "occupational therapist",
}


def need_id(case: Case, code: str) -> Seen:
    """A need that the plan took over from the need profile, named by its code."""
    return Seen("plan", f"/plans/{case.case_id}/history", "plan.need-added", "need_id", {"need_code": code})


def write(case: Case, on: date) -> None:
    """Sections A to H, clause by clause."""
    views = {"captured_from": "CHILD", "method": case.pick(("WRITTEN", "SYMBOLS")), "views": words.VIEWS_CHILD}
    case.do(on, case.caseworker, "plan.RecordViews", views)
    adult = case.child.year_group_on(on + days(40)) >= 9
    for number, need in enumerate(case.notes["needs"]):
        seen = {"need": need_id(case, need["code"])}
        description = {
            "section": "B",
            "need_code": need["code"],
            "rank": need["rank"],
            "description": words.DIFFICULTY[need["code"]],
        }
        case.do(on, case.caseworker, "plan.ReviseNeed", description, seen=seen, ids={"need_id": "{need}"})
        outcome = {
            "need_ids": ["{need}"],
            "statement": words.OUTCOME,
            "by_when": _key_stage_ends(on).isoformat(),
            "measure": "Observed by the class teacher and written down each half-term.",
        }
        if adult and number == 0:
            outcome["pfa_theme"] = "INDEPENDENCE"
            case.notes["adult"] = True
        set_ = case.do(on, case.caseworker, "plan.SetOutcome", outcome, seen=seen)
        outcome_id = set_.id("outcome_id")
        case.notes.setdefault("outcomes", []).append(outcome_id)
        item = provision(case, need["code"]) | {"need_ids": ["{need}"], "outcome_ids": [outcome_id]}
        made = case.do(on, case.caseworker, "plan.SpecifyProvision", item, seen=seen)
        case.notes.setdefault("provisions", []).append((need["code"], made.id("provision_id"), item))
    if case.need in ("PD", "PMLD", "MSI") or case.chance(0.15):
        _health(case, on)
    kinds = dict(case.notes.get("advice", ()))
    for kind in ("EDUCATION", "PSYCHOLOGY"):
        if kind in kinds:
            advice = {
                "advice_type": kind,
                "author": f"Test-Adviser {case.child.family}",
                "author_role": "SENCo" if kind == "EDUCATION" else "educational psychologist",
                "received_on": kinds[kind].isoformat(),
                "document_ref": f"doc-{case.child.number}-{kind.lower()}",
            }
            case.do(on, case.caseworker, "plan.AttachAdvice", advice)


def provision(case: Case, code: str) -> dict[str, Any]:
    """An item of section F that says who, how often, how long and with how many."""
    return {
        "section": "F",
        "what": words.PROVISION.format(need=code),
        "delivered_by_role": _ROLES.get(code, "specialist teacher"),
        "frequency_count": case.between(1, 5),
        "frequency_period": "WEEK",
        "duration_minutes": case.pick((20, 30, 45, 60)),
        "max_group_size": case.pick((1, 1, 2, 4)),
        "responsible_body": f"local authority {case.la_code}",
        "funding_element": "E3",
    }


def _health(case: Case, on: date) -> None:
    item = {
        "section": "G",
        "outcome_ids": case.notes["outcomes"][:1],
        "what": "Direct therapy with a written programme for the adults in school.",
        "delivered_by_role": "community therapist",
        "frequency_count": 2,
        "frequency_period": "TERM",
        "duration_minutes": 60,
        "max_group_size": 1,
        "responsible_body": "Example ICB",
        "funding_element": "HEALTH",
    }
    made = case.do(on, case.caseworker, "plan.SpecifyProvision", item)
    agreed = {"icb_code": "QXX", "agreed_by": "designated clinical officer"}
    case.do(
        case.later(on, 2, 7),
        case.caseworker,
        "plan.AgreeHealthProvision",
        agreed,
        ids={"provision_id": made.id("provision_id")},
    )


def _key_stage_ends(on: date) -> date:
    return date(on.year + (2 if on.month < 9 else 3), 7, 20)


def serve(case: Case, on: date) -> None:
    """The draft goes to the family, section I blank; most are at the agreed e-mail address, some go by post."""
    body = {
        "method": "EMAIL" if case.chance(0.75) else "POST",
        "rights_holders": [case.family(on)],
        "settings_information_given": True,
        "meeting_right_given": True,
    }
    case.do(on, case.caseworker, "plan.ServeDraftPlan", body)


def answer(case: Case, on: date) -> None:
    """What the family says to the draft."""
    body = {
        "made_by": case.family(on),
        "finished": case.chance(0.5),
        "content": "We agree with most of it. Please name the school we asked for.",
    }
    if case.chance(0.12):
        body["meeting_requested"] = True
    case.do(on, case.caseworker, "plan.RecordRepresentation", body)
    if "meeting_requested" in body:
        met, attended = case.later(on, 3, 8), {"attended_by": [case.family(on)]}
        case.aside(lambda aside: aside.do(met, case.caseworker, "plan.HoldDraftPlanMeeting", attended))


def issue(case: Case, on: date) -> None:
    body = {
        "rights": RIGHTS,
        "recipients": [case.family(on), "SETTING", "ICB"],
        "signed_by": MANAGER.user,
        "method": "EMAIL",
    }
    issued = case.do(on, MANAGER, "plan.IssueFinalPlan", body)
    case.notes["decision_id"] = issued.id("decision_id")
    case.notes["final_on"] = on


def plan(case: Case, begins: date, draft: date, final: date) -> date:
    """Written, served, answered, named, issued, begun; the day of the final plan."""
    write(case, case.later(begins, 1, 3))
    serve(case, working_day(draft))
    choice = choose(case, final)
    asked = case.later(draft, 4, 9)
    answer(case, asked)
    consult_and_name(case, choice, asked, working_day(final - timedelta(days=4)))
    issue(case, working_day(final))
    start_placement(case, choice, working_day(final))
    return working_day(final)
