"""Alternative provision: referred, offered, accepted or not, started, attended, reviewed, and back in school or on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.core.ids import derived_id

from demo.load.providers import Provider, register
from demo.load.step import Seen
from demo.load.stories.case import AP_LEAD, INCLUSION, PANEL, Case, days
from demo.load.terms import is_school_day, nth_school_day, school_day, working_day


@dataclass(frozen=True, slots=True)
class Route:
    """What a referral asks for: a tier, for how many weeks, and what is given in it."""

    tier: int
    weeks: int
    intervention: str
    sessions: int
    hours: float
    reason: str


Course = Literal["CHANCE", "ACCEPTED", "DECLINED", "LAPSES"]
"""What becomes of a place that is offered."""

OUTREACH = Route(1, 8, "OUTREACH_MENTOR", 2, 6, "RISK")
SHORT_PLACE = Route(2, 12, "FULL_ASSESSMENT_PLACE", 10, 25, "BEH")
PART_TIME = Route(2, 10, "PT_OFFSITE", 4, 12, "RISK")
MEDICAL = Route(2, 11, "TUITION", 4, 10, "MH")
AFTER_EXCLUSION = Route(3, 30, "DAY6_PEX", 10, 25, "PEX")


def _at(case: Case, route: Route, start: date) -> Provider:
    """A provider for the tier that may take a child that day. Only a school may teach full time."""
    insured = start < case.notes["uninsured_from"]
    able = [
        p
        for p in register(case.la_code)
        if route.tier in p.tiers and (p.school or (route.hours <= 15 and (insured or p.kind != "OOT")))
    ]
    return case.pick(able)


def _noted(case: Case, exclusion_id: str) -> Seen:
    """A referral can name an exclusion once the child's AP record knows of it."""
    history = f"/ap-cases/{case.case_id}/history"
    return Seen("ap-intervention", history, "ap-intervention.exclusion-noted", where={"exclusion_id": exclusion_id})


def alternative_provision(
    case: Case, on: date, route: Route, *, exclusion_id: str | None = None, course: Course = "CHANCE"
) -> date | None:
    """From the referral to its end; the day the intervention was concluded, None where none came of it."""
    referred = {
        "case_id": case.case_id,
        "person_id": case.person_id,
        "from_setting_id": case.school.setting_id,
        "reason_code": route.reason,
        "requested_tier": route.tier,
        "has_plan": "final_on" in case.notes and case.notes["final_on"] <= on,
        "strategies_tried": "Key adult, quiet place, shorter lessons.",
        "attendance_last_12_weeks": case.between(38, 88),
        "suspensions_last_12_months": case.between(0, 4),
    }
    known: tuple[Seen, ...] = ()
    if exclusion_id is not None:
        referred["exclusion_id"] = exclusion_id
        known = (_noted(case, exclusion_id),)
    referral = case.do(on, case.head, "ap-intervention.ReferToAp", referred, after=known).id("referral_id")
    urgent = exclusion_id is not None
    triaged = case.later(on, 0, 1 if urgent else 4)
    priority = {"priority": "DAY_SIX" if urgent else case.pick(("STANDARD", "STANDARD", "URGENT"))}
    case.do(triaged, INCLUSION, "ap-intervention.TriageReferral", priority, ids={"referral_id": referral})
    decided = case.later(triaged, 0, 1 if urgent else 10)
    declined = not urgent and course == "CHANCE" and case.chance(0.12)
    decision = {
        "decision": "DECLINED" if declined else f"TIER{route.tier}",
        "rationale": "School has not yet tried what it can."
        if declined
        else "School cannot keep the place safe alone.",
    }
    case.do(decided, PANEL, "ap-intervention.RecordPanelDecision", decision, ids={"referral_id": referral})
    if declined:
        return None
    return _offered(case, decided, route, referral, urgent=urgent, course=course)


def _offered(case: Case, on: date, route: Route, referral: str, *, urgent: bool, course: Course) -> date | None:
    """A place is offered; some families decline it, and some offers lapse and are made again."""
    start = school_day(on + days(2 if urgent else case.between(9, 16)))
    provider = _at(case, route, start + days(60))
    reply_by = working_day(on + days(1 if urgent else 7))
    offer = _offer(case, on, route, referral, provider, start, reply_by)
    if course == "CHANCE" and not urgent:
        course = case.weighed({"DECLINED": 8, "LAPSES": 10, "ACCEPTED": 82})
    if course == "DECLINED":
        declined = {"offer_id": offer, "reason_code": "TOO_FAR", "reason": "The journey is too long for our child."}
        case.do(
            case.later(on, 1, 5),
            AP_LEAD,
            "ap-intervention.DeclineApPlace",
            declined,
            ids={"referral_id": referral},
        )
        return None
    if course == "LAPSES":
        lapsed = case.later(reply_by, 1, 3)
        case.do(
            lapsed, AP_LEAD, "ap-intervention.LapseApPlaceOffer", {"offer_id": offer}, ids={"referral_id": referral}
        )
        on, start = lapsed, school_day(lapsed + days(10))
        reply_by = working_day(on + days(7))
        offer = _offer(case, on, route, referral, provider, start, reply_by)
    accepted = min(case.later(on, 0, 1 if urgent else 4), reply_by)
    body = {"offer_id": offer, "accepted_by": case.family(accepted)}
    case.do(accepted, AP_LEAD, "ap-intervention.AcceptApPlace", body, ids={"referral_id": referral})
    return _attended(case, accepted, start, route, provider, offer)


def _offer(case: Case, on: date, route: Route, referral: str, provider: Provider, start: date, reply_by: date) -> str:
    end = school_day(start + days(7 * route.weeks))
    terms: dict[str, Any] = {
        "intervention_types": [route.intervention],
        "weekly_sessions": route.sessions,
        "hours_per_week": str(route.hours),
        "commissioner": "SCHOOL" if route.tier == 1 else "LOCAL_AUTHORITY",
    }
    if route.tier > 1:
        terms["attendance_code"] = "D" if provider.school else "B"
    if route.tier == 2:
        terms["reintegration_target"] = {"setting_id": case.school.setting_id, "by": end.isoformat()}
    if route.tier == 3:
        terms["destination_type"] = "MAINSTREAM_SCHOOL"
    body = {
        "provider_id": provider.provider_id,
        "tier": route.tier,
        "registration": "DUAL_MAIN" if provider.school and route.tier == 2 else "SINGLE",
        "start_on": start.isoformat(),
        "planned_end_on": end.isoformat(),
        "reply_by": reply_by.isoformat(),
        "terms": terms,
    }
    return case.do(on, AP_LEAD, "ap-intervention.OfferApPlace", body, ids={"referral_id": referral}).id("offer_id")


def _attended(case: Case, agreed: date, start: date, route: Route, provider: Provider, offer: str) -> date:
    # As ap-intervention derives it: one intervention follows from an offer.
    ids = {"intervention_id": str(derived_id("intervention", offer))}

    def do(on: date, command: str, body: Any = None) -> None:
        case.do(on, AP_LEAD, f"ap-intervention.{command}", body, ids=ids)

    objectives = [{"number": 1, "text": "Attends every session."}, {"number": 2, "text": "Asks for help in words."}]
    do(agreed, "AgreeObjectives", {"objectives": objectives})
    do(max(agreed, min(start, agreed + days(2))), "NotifyCaseworker", {"caseworker": case.caseworker.user})
    do(start, "StartIntervention", {"provider_id": provider.provider_id})
    possible = 60
    measures = {"sessions_attended": case.between(20, 50), "sessions_possible": possible, "sdq_total": 24}
    do(start, "RecordBaseline", {"measures": measures})
    end = school_day(start + days(7 * route.weeks))
    _marks(case, start, end, route, ids)
    middle = school_day(start + days(7 * route.weeks // 2))
    review = {"decision": "CONTINUE", "progress_by_objective": [{"number": 1, "progress": "SOME"}]}
    if case.chance(0.9):
        do(middle, "ReviewIntervention", review)
    if route.tier == 2 and case.chance(0.2):
        longer = school_day(end + days(21))
        asked = case.later(end, -10, -6)
        extended = {
            "new_end_on": longer.isoformat(),
            "panel_approved_on": asked.isoformat(),
            "reason": "The return needs three weeks more.",
        }
        do(asked, "ExtendIntervention", extended)
        end = longer
    return _ended(case, end, route, ids)


def _marks(case: Case, start: date, end: date, route: Route, ids: dict[str, str]) -> None:
    """A few sessions, so that there is attendance to look at: the first two weeks only."""
    code = {1: "/", 2: "B", 3: "B"}[route.tier]
    day, written = start, 0
    while day < min(end, start + days(14)) and written < 6:
        if is_school_day(day):
            mark = {"session": "AM", "code": "I" if case.chance(0.12) else code}
            case.do(day, AP_LEAD, "ap-intervention.RecordAttendance", mark, ids=ids)
            written += 1
        day += days(1 if route.sessions > 4 else 2)


def _ended(case: Case, end: date, route: Route, ids: dict[str, str]) -> date:
    def do(on: date, command: str, body: Any = None) -> None:
        case.do(on, AP_LEAD, f"ap-intervention.{command}", body, ids=ids)

    progress = {"english_progress": case.pick(("POSITIVE", "NONE")), "maths_progress": case.pick(("POSITIVE", "NONE"))}
    if route.tier == 1:
        do(end, "ConcludeIntervention", {"outcome_code": "STAYED_T1", "objectives_met": 2} | progress)
        return end
    if case.chance(0.2):
        do(end, "ConcludeIntervention", {"outcome_code": "SPECIALIST", "objectives_met": 0} | progress)
        return end
    full_time = nth_school_day(end, 10)
    plan = {
        "target_setting_id": case.school.setting_id,
        "starts_on": end.isoformat(),
        "full_time_on": full_time.isoformat(),
        "key_adult": f"Test-Adult {case.child.family}",
        "steps": [{"starts_on": end.isoformat(), "hours_per_week": "15", "support": "mornings with the key adult"}],
    }
    do(school_day(end - days(9)), "CreateReintegrationPlan", {"plan": plan})
    do(end, "StartReintegration")
    do(end, "ConcludeIntervention", {"outcome_code": "RETURN_PENDING", "objectives_met": 1} | progress)
    stays = case.chance(0.8)
    for checkpoint, weeks in (("4W", 4), ("13W", 13), ("26W", 26)):
        checked = {
            "checkpoint": checkpoint,
            "still_on_roll": stays or checkpoint == "4W",
            "full_time": stays,
            "attendance_pct": case.between(86, 97) if stays else case.between(30, 60),
            "suspensions": 0 if stays else 2,
        }
        do(school_day(end + days(7 * weeks + case.between(0, 9))), "RecordReintegrationCheck", checked)
        if not stays and checkpoint == "13W":
            return end
    return end
