"""Where a case stands, folded from the events of five topics. Pure.

The topics come in any order relative to each other, and a rebuild mixes them differently from the day they happened. So
each topic has a part of its own, folded in its own order, and what the case is as a whole is worked out from the parts.

A part keeps what was said of each thing, by which event; the last that was not retracted is so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.deadlines.index import is_correction
from projections.events import Read

Part = dict[str, Any]
"""What one topic says of a case; JSON."""
Parts = Mapping[str, Part]
"""By topic."""

STAGES = {
    "REGISTERED": "known to the authority",
    "SEN_SUPPORT": "SEN support",
    "REQUESTED": "assessment requested",
    "ASSESSING": "being assessed",
    "REFUSED_TO_ASSESS": "assessment refused",
    "REFUSED_PLAN": "plan refused",
    "DRAFTING": "plan being drafted",
    "PLAN_MAINTAINED": "plan maintained",
    "REVIEW_IN_PROGRESS": "plan under review",
    "AMENDING": "plan being amended",
    "REASSESSING": "being re-assessed",
    "CEASE_PENDING": "plan to be ceased",
    "CEASED": "plan ceased",
    "TRANSFERRED_OUT": "moved to another authority",
    "WITHDRAWN": "request withdrawn",
    "CLOSED": "closed without a decision",
}

_MOVES = {
    "referral.ehc-needs-assessment-requested": "REQUESTED",
    "referral.local-authority-became-responsible": "REQUESTED",
    "referral.assessment-request-withdrawn": "WITHDRAWN",
    "assessment.decision-to-assess-notified": "ASSESSING",
    "assessment.decision-not-to-assess-notified": "REFUSED_TO_ASSESS",
    "assessment.decision-to-issue-plan-made": "DRAFTING",
    "assessment.decision-not-to-issue-plan-notified": "REFUSED_PLAN",
    "plan.draft-plan-served": "DRAFTING",
    "plan.final-plan-issued": "PLAN_MAINTAINED",
    "plan.review-meeting-held": "REVIEW_IN_PROGRESS",
    "plan.amendment-notice-sent": "AMENDING",
    "plan.amended-final-plan-issued": "PLAN_MAINTAINED",
    "plan.decision-not-to-amend-notified": "PLAN_MAINTAINED",
    "plan.reassessment-outcome-notified": "PLAN_MAINTAINED",
    "plan.cease-decision-notified": "CEASE_PENDING",
    "plan.plan-ceased": "CEASED",
    "plan.ceasing-abandoned": "PLAN_MAINTAINED",
    "plan.amendment-begun": "AMENDING",
    "plan.amendment-abandoned": "PLAN_MAINTAINED",
    "plan.plan-transferred-out": "TRANSFERRED_OUT",
    "plan.plan-handed-over": "TRANSFERRED_OUT",
    "plan.plan-transferred-in": "PLAN_MAINTAINED",
}
_ORDER = ("send.referral.v1", "send.assessment.v1", "send.plan.v1")
"""Of two moves recorded at the same instant, the later topic's counts."""


def fold(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    """Take one event into its topic's part, in place."""
    at = event.recorded_at.isoformat()
    part.setdefault("first_at", at)
    part["la_code"], part["last_at"] = event.la_code, max(at, part.get("last_at", at))
    if person := data.get("person_id"):
        part["person_id"] = person
    if is_correction(event.type):
        _amend(part.get("said", {}), data)
        return
    if (stage := _move(event.type, data)) is not None:
        _say(part, event, "stage", [stage, data["occurred_on"], at])
    if (note := _NOTES.get(event.type)) is not None:
        note(part, event, data)


def _amend(said: dict[str, list[Any]], data: Mapping[str, Any]) -> None:
    if "retracts" in data:
        for thing in [thing for thing, sayings in said.items() if any(s[0] == data["retracts"] for s in sayings)]:
            said[thing] = [s for s in said[thing] if s[0] != data["retracts"]]
    elif data.get("field", "occurred_on") == "occurred_on":
        for by, move in said.get("stage", ()):
            if by == data["corrects"]:
                move[1] = data["now"]


def _say(part: Part, event: Read, thing: str, value: Any) -> None:
    part.setdefault("said", {}).setdefault(thing, []).append([str(event.event_id), value])


def last(part: Part, thing: str) -> Any:
    """What was last said of a thing and stands; None if nothing does."""
    sayings = part.get("said", {}).get(thing)
    return sayings[-1][1] if sayings else None


def name_of(part: Part) -> tuple[str | None, str | None]:
    """The name, sealed, and the event it is bound to."""
    sayings = part.get("said", {}).get("name")
    return (sayings[-1][1], sayings[-1][0]) if sayings else (None, None)


def _move(type: str, data: Mapping[str, Any]) -> str | None:
    match type:
        case "plan.review-decision-notified":
            return {"AMEND": "AMENDING", "CEASE": "CEASE_PENDING"}.get(str(data.get("outcome")), "PLAN_MAINTAINED")
        case "plan.reassessment-decision-notified":
            return "REASSESSING" if data.get("agreed") else None
        case "assessment.refusal-reversed":
            return "DRAFTING" if data.get("next") == "MAKE_PLAN" else "ASSESSING"
        case "assessment.assessment-closed":
            # A request that is answered together with another one leaves the case where it is.
            return {"WITHDRAWN": "WITHDRAWN", "JOINED": None}.get(str(data.get("reason")), "CLOSED")
    return _MOVES.get(type)


# --- what else the register shows ---


def _registered(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    if data.get("name") is not None:
        _say(part, event, "name", data["name"])


def _allocated(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    _say(part, event, "allocated", [data.get("caseworker"), data.get("team")])


def _support(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    _say(part, event, "support", event.type != "referral.sen-support-ended")
    _need(part, event, data)


def _need(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    if code := data.get("primary_need_code"):
        _say(part, event, "need", code)


def _needs(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    primary = next((need["code"] for need in data.get("needs") or () if need.get("rank") == "PRIMARY"), None)
    if primary is not None:
        _say(part, event, "need", primary)


def _section_i(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    _say(part, event, "setting", {name: data.get(name) for name in ("setting_id", "setting_name", "setting_type")})


def _blanked(part: Part, event: Read, _: Mapping[str, Any]) -> None:
    _say(part, event, "setting", None)


def _placed(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    started = event.type == "placement.placement-started"
    _say(
        part, event, f"{_PLACED}{data['placement_id']}", [data.get("rank"), data.get("setting_id")] if started else None
    )


def _intervention(part: Part, event: Read, data: Mapping[str, Any]) -> None:
    _say(
        part, event, f"{_IN_AP}{data['intervention_id']}", event.type == "ap-intervention.intervention-started" or None
    )


_PLACED, _IN_AP = "placement:", "intervention:"
_NOTES = {
    "referral.person-registered": _registered,
    "referral.person-details-changed": _registered,
    "referral.caseworker-allocated": _allocated,
    "referral.sen-support-started": _support,
    "referral.sen-support-ended": _support,
    "referral.primary-need-identified": _need,
    "assessment.need-profile-recorded": _needs,
    "assessment.decision-to-issue-plan-made": _needs,
    "plan.setting-named": _section_i,
    "plan.section-i-blanked": _blanked,
    "plan.transferred-plan-entered": _section_i,
    "plan.final-plan-issued": _section_i,
    "plan.amended-final-plan-issued": _section_i,
    "placement.placement-started": _placed,
    "placement.placement-ended": _placed,
    "ap-intervention.intervention-started": _intervention,
    "ap-intervention.intervention-concluded": _intervention,
}


# --- the case as a whole ---


def stage_of(parts: Parts) -> tuple[str, str | None]:
    """The stage and since when (London civil date, ISO), None before any step towards a plan was taken."""
    moved = [(move[2], n, move) for n, t in enumerate(_ORDER) if t in parts and (move := last(parts[t], "stage"))]
    if moved:
        _, _, (stage, since, _) = max(moved, key=lambda m: m[:2])
        return stage, since
    return ("SEN_SUPPORT" if last(parts.get(_ORDER[0], {}), "support") else "REGISTERED"), None


def need_of(parts: Parts) -> str | None:
    """The primary need: as assessed, else as SEN support began with."""
    for topic in ("send.assessment.v1", "send.referral.v1"):
        if need := last(parts.get(topic, {}), "need"):
            return str(need)
    return None


def setting_of(parts: Parts) -> dict[str, str | None]:
    """Where the child is placed (main placement first), else what section I names."""
    named: dict[str, str | None] = last(parts.get("send.plan.v1", {}), "setting") or {}
    if placements := _standing(parts.get("send.placement.v1", {}), _PLACED):
        id = min(placements, key=lambda p: (str(p[0]), str(p[1])))[1]
        return named if id == named.get("setting_id") else {"setting_id": id}
    return named


def in_ap(parts: Parts) -> bool:
    """Whether an intervention is running."""
    return bool(_standing(parts.get("send.ap-intervention.v1", {}), _IN_AP))


def _standing(part: Part, kind: str) -> list[Any]:
    things = [thing for thing in part.get("said", ()) if thing.startswith(kind)]
    return [value for thing in things if (value := last(part, thing))]
