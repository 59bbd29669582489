"""Families that move: a plan comes from another authority, or goes to one."""

from __future__ import annotations

from datetime import date, timedelta

from demo.load.stories import people_and_support, words
from demo.load.stories.case import Case, days
from demo.load.stories.placing import choose, start_placement
from demo.load.stories.planning import provision
from demo.load.terms import working_day


def moved_in(case: Case, moved: date) -> date:
    """The other authority's plan is received, entered as it stands and confirmed; the day it was last reviewed."""
    known = working_day(moved)
    people_and_support.register(case, known)
    made = moved - days(case.between(400, 900))
    reviewed = moved - days(case.between(40, 200))
    body = {
        "case_id": case.case_id,
        "person_id": case.person_id,
        "from_la": "999",
        "moved_on": moved.isoformat(),
        "plan_first_made_on": made.isoformat(),
        "last_reviewed_on": reviewed.isoformat(),
    }
    received = case.later(known, 0, 9)
    move_id = case.do(received, case.caseworker, "plan.ReceivePlanTransfer", body).id("move_id")
    entered = case.later(received, 1, 6)
    _enter(case, entered)
    choice = choose(case, moved)
    confirmed = {
        "decision": "NAMED",
        "setting_id": choice.named.setting_id,
        "setting_name": choice.named.name,
        "setting_type": choice.named.category,
    }
    case.do(entered, case.caseworker, "plan.ConfirmTransferredPlan", confirmed)
    notice = {
        "will_assess": False,
        "review_on": max(reviewed + timedelta(days=364), moved + days(90)).isoformat(),
        "recipients": [case.family(entered)],
    }
    told = working_day(received + days(case.between(15, 40) if case.chance(0.8) else case.between(44, 60)))
    case.notes["final_on"] = moved
    case.aside(lambda aside: start_placement(aside, choice, moved))
    case.do(told, case.caseworker, "plan.SendTransferNotice", notice, ids={"move_id": move_id})
    return reviewed


def _enter(case: Case, on: date) -> None:
    need = {"section": "B", "need_code": case.need, "rank": "PRIMARY", "description": words.DIFFICULTY[case.need]}
    need_id = case.do(on, case.caseworker, "plan.AddNeed", need).id("need_id")
    outcome = {"need_ids": [need_id], "statement": words.OUTCOME, "by_when": date(on.year + 2, 7, 20).isoformat()}
    if case.child.year_group_on(on) >= 8:
        outcome["pfa_theme"] = "INDEPENDENCE"
        case.notes["adult"] = True
    outcome_id = case.do(on, case.caseworker, "plan.SetOutcome", outcome).id("outcome_id")
    item = provision(case, case.need) | {"need_ids": [need_id], "outcome_ids": [outcome_id]}
    made = case.do(on, case.caseworker, "plan.SpecifyProvision", item)
    case.notes["outcomes"] = [outcome_id]
    case.notes["provisions"] = [(case.need, made.id("provision_id"), item)]


def moved_out(case: Case, on: date) -> None:
    """The family leaves; the plan follows on the day, or within the working days the law allows."""
    moves = on + days(case.between(10, 30))
    body = {"case_id": case.case_id, "moves_on": moves.isoformat(), "to_la": "999"}
    move_id = case.do(on, case.caseworker, "plan.NotifyMove", body).id("move_id")
    sent = working_day(moves + days(case.between(0, 12)))
    case.do(sent, case.caseworker, "plan.TransferPlanOut", ids={"move_id": move_id})
