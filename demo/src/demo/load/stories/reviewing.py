"""Years with a plan: reviews held, late or missed; amended, maintained or ceased; and the move to the next phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.load.stories import words
from demo.load.stories.case import MANAGER, RIGHTS, Case, days
from demo.load.stories.placing import Choice, choose, consult_and_name
from demo.load.stories.planning import need_id, provision
from demo.load.terms import school_day, working_day

INVITED = ["SETTING", "EDUCATION_OFFICER", "HEALTH_PROFESSIONAL", "SOCIAL_CARE"]


@dataclass(frozen=True, slots=True)
class Held:
    review_id: str
    met_on: date


def years_with_a_plan(case: Case, final: date) -> None:
    """One review after the other until history ends or the plan does."""
    last = final
    while True:
        transfer = _transfer_before(case, last)
        if transfer is not None:
            last = phase_transfer(case, *transfer)
            continue
        if not case.chance(case.calibration.review_held):
            # Missed: nothing happens for months after the due date, and the list of reviews due shows it.
            last = last + days(150)
        reviewed = annual_review(case, last)
        if reviewed is None:
            return
        last = reviewed


def annual_review(case: Case, last: date) -> date | None:
    """The day of the decision; None where the plan ceases."""
    held = meet(case, school_day(last + days(case.between(285, 335))), "ANNUAL")
    outcome = case.weighed(case.calibration.review_outcomes)
    if outcome == "CEASE" or (case.child.age_on(held.met_on) >= 18 and case.chance(0.4)):
        cease(case, held)
        return None
    decided = _decision_day(case, held)
    if outcome == "MAINTAIN":
        decide(case, held, decided, "MAINTAIN")
        return decided
    amend(case, held, decided)
    return decided


def meet(case: Case, on: date, kind: str) -> Held:
    """Invitations, advice, meeting and report."""
    fixed = case.later(on, -60, -45)
    body = {"kind": kind, "meeting_on": on.isoformat()}
    review_id = case.do(fixed, case.caseworker, "plan.ScheduleAnnualReview", body).id("review_id")
    everybody = [case.family(on), *INVITED]
    invited = on - days(case.between(15, 24) if case.chance(0.9) else case.between(6, 12))
    sent = {"recipients": everybody}
    case.do(working_day(invited), case.senco, "plan.SendReviewInvitations", sent, ids={"review_id": review_id})
    advice = sent | {"document_refs": [f"doc-{case.child.number}-review"]}
    circulated = working_day(max(invited, on - days(case.between(13, 16))))
    case.do(min(circulated, on), case.senco, "plan.CirculateReviewAdvice", advice, ids={"review_id": review_id})
    met = {
        "attended_by": [case.family(on), "SETTING"],
        "child_views": words.VIEWS_CHILD,
        "progress": [{"outcome_id": o, "progress": case.pick(("ON_TRACK", "SOME"))} for o in _outcomes(case)],
        "preparing_for_adulthood_discussed": case.child.year_group_on(on) >= 9,
    }
    case.do(on, case.senco, "plan.HoldReviewMeeting", met, ids={"review_id": review_id})
    return Held(review_id, on)


def _outcomes(case: Case) -> list[str]:
    found: list[str] = case.notes.get("outcomes", [])
    return found[:2]


def _decision_day(case: Case, held: Held) -> date:
    in_time = case.chance(case.calibration.review_decided_in_4_weeks)
    return working_day(held.met_on + days(case.between(17, 26) if in_time else 29 + case.between(0, 60)))


def report(case: Case, held: Held, recommendation: str, by: date) -> None:
    on = min(case.later(held.met_on, 6, 14 if case.chance(0.8) else 25), by)
    body = {"recommendation": recommendation, "recipients": [case.family(on), *INVITED]}
    case.do(on, case.senco, "plan.SubmitReviewReport", body, ids={"review_id": held.review_id})


def decide(case: Case, held: Held, on: date, outcome: str, **more: Any) -> None:
    """The authority's decision after the meeting, told to the family and the setting."""
    report(case, held, outcome, on)
    body: dict[str, Any] = {
        "outcome": outcome,
        "recipients": [case.family(on), "SETTING", "ICB"],
        "reasons": "Progress and views were considered at the meeting.",
    }
    if outcome != "AMEND":
        body["rights"] = RIGHTS
    case.do(on, MANAGER, "plan.DecideReviewOutcome", body | more, ids={"review_id": held.review_id})


def amend(case: Case, held: Held, decided: date, *, transfer: Choice | None = None) -> date:
    """The decision to amend goes with the notice; the amended plan follows after the family's 15 days."""
    begun = min(case.later(held.met_on, 2, 8), decided)
    case.do(begun, case.caseworker, "plan.BeginAmendment", {"basis": "REVIEW", "source_id": held.review_id})
    code, provision_id, before = case.pick(case.notes["provisions"])
    after = {**before, **provision(case, code), "frequency_count": before["frequency_count"] % 5 + 1}
    seen = {"need": need_id(case, code)}
    case.do(begun, case.caseworker, "plan.ReviseProvision", after, seen=seen, ids={"provision_id": provision_id})
    case.notes["provisions"] = [(c, i, after if i == provision_id else b) for c, i, b in case.notes["provisions"]]
    if case.child.year_group_on(decided + days(100)) >= 9 and not case.notes.get("adult"):
        _prepare_for_adulthood(case, begun, code)
    decide(case, held, decided, "AMEND")
    notice = {
        "method": "EMAIL",
        "rights_holders": [case.family(decided)],
        "placement_to_change": transfer is not None,
        "evidence_refs": [f"doc-{case.child.number}-review"],
        "settings_information_given": True,
        "meeting_right_given": True,
    }
    case.do(decided, case.caseworker, "plan.IssueAmendmentNotice", notice)
    final = working_day(decided + days(case.between(30, 54) if case.chance(0.7) else case.between(57, 95)))
    if transfer is not None:
        consult_and_name(case, transfer, case.later(decided, 3, 7), working_day(final - days(3)))
    body = {
        "rights": RIGHTS,
        "recipients": [case.family(final), "SETTING", "ICB"],
        "signed_by": MANAGER.user,
        "method": "EMAIL",
        "names_setting_after_transfer": transfer is not None,
    }
    case.do(final, MANAGER, "plan.IssueAmendedFinalPlan", body)
    return final


def _prepare_for_adulthood(case: Case, on: date, code: str) -> None:
    """From Year 9 a plan needs an outcome for it; a plan made earlier gets one when it is amended."""
    case.notes["adult"] = True
    outcome = {
        "need_ids": ["{need}"],
        "statement": "Travels to school alone by the end of the year.",
        "by_when": date(on.year + 2, 7, 20).isoformat(),
        "pfa_theme": "INDEPENDENCE",
    }
    case.do(on, case.caseworker, "plan.SetOutcome", outcome, seen={"need": need_id(case, code)})


def cease(case: Case, held: Held) -> None:
    """Considered, consulted on, decided at the review, and ended once the time to appeal is over."""
    considered = case.later(held.met_on, 2, 6)
    ground = {"ground": "NO_LONGER_NECESSARY"}
    case.do(considered, case.caseworker, "plan.ConsiderCeasing", ground)
    asked = case.later(considered, 2, 8)
    for whom in ("FAMILY", "SETTING"):
        case.do(asked, case.caseworker, "plan.HoldCeasingConsultation", {"consulted": whom})
    decided = max(working_day(asked + days(2)), _decision_day(case, held))
    reasons = {c: w for c, w in case.calibration.cease_reasons.items() if c in (2, 3, 4, 6) and w} or {2: 1.0}
    decide(case, held, decided, "CEASE", cease_reason=case.weighed(reasons))
    # Two months, a month more with a certificate, and August does not count: four months are always enough.
    case.do(working_day(decided + days(125)), MANAGER, "plan.CeasePlan")


# --- the next phase ---


def _transfer_before(case: Case, last: date) -> tuple[str, str, str, date] | None:
    """The transfer whose year begins before the next review is due: kind, phases, and the September of it."""
    september = date(last.year + (1 if last.month >= 6 else 0), 9, 1)
    for start in (september, date(september.year + 1, 9, 1)):
        autumn = date(start.year - 1, 9, 10)
        if not last + days(60) < autumn < last + days(330) or autumn < case.notes["final_on"]:
            continue
        leaving = case.child.year_group_on(start - days(40))
        known = {-1: ("SCHOOL", "EARLY_YEARS", "PRIMARY"), 6: ("SCHOOL", "PRIMARY", "SECONDARY")}
        known[11] = ("POST16", "SECONDARY", "POST16")
        if leaving in known and start not in case.notes.setdefault("transfers", []):
            case.notes["transfers"].append(start)
            return (*known[leaving], start)
    return None


def phase_transfer(case: Case, kind: str, from_phase: str, to_phase: str, start: date) -> date:
    """Reviewed in the autumn before, amended with the next setting by 15 February or 31 March; some are late."""
    identified = school_day(max(date(start.year - 1, 9, 10) + days(case.between(0, 12)), case.diary.day))
    body = {"kind": kind, "from_phase": from_phase, "to_phase": to_phase, "transfer_on": start.isoformat()}
    case.do(identified, case.caseworker, "plan.IdentifyPhaseTransfer", body)
    held = meet(case, school_day(identified + days(case.between(62, 75))), "PHASE_TRANSFER")
    decided = working_day(held.met_on + days(case.between(15, 27) if case.chance(0.7) else case.between(29, 50)))
    final = amend(case, held, decided, transfer=choose(case, start))
    return final if final > decided else decided + timedelta(days=1)
