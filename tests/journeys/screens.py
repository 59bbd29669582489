"""What a caseworker sees of the case when the course is over: timeline, deadlines, register, worklist."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from .course import Course

BACKBONE = [
    "referral.ehc-needs-assessment-requested",
    "assessment.assessment-opened",
    "assessment.decision-to-assess-notified",
    "assessment.need-profile-recorded",
    "assessment.decision-to-issue-plan-made",
    "plan.plan-opened",
    "plan.draft-plan-served",
    "placement.setting-consulted",
    "placement.naming-decision-made",
    "plan.setting-named",
    "plan.final-plan-issued",
    "placement.placement-started",
    "ap-intervention.ap-place-offered",
    "ap-intervention.ap-place-accepted",
    "ap-intervention.intervention-started",
    "ap-intervention.intervention-concluded",
    "plan.review-decision-notified",
    "plan.amended-final-plan-issued",
]
"""The course's moments, in the order in which they happened."""

CLOCKS = {
    # rule: how it stands, its last day, by how many days it was met early
    "decide-whether-to-assess": ("met", "2024-10-21", 6),
    "provide-advice-cooperating-body": ("met", "2024-11-26", 7),
    "notify-decision-not-to-issue": ("closed", "2024-12-30", None),
    "draft-representations-window": ("met", "2024-12-23", None),
    "setting-consultation-response": ("met", "2024-12-27", 8),
    "issue-final-plan": ("met", "2025-01-27", 7),
    "ap-placement-review": ("met", "2025-06-03", 12),
    "annual-review-first": ("met", "2026-01-19", 34),
    "review-report": ("met", "2025-12-16", 7),
    "review-decision": ("met", "2025-12-30", 14),
    "final-amended-plan": ("met", "2026-02-10", 12),
}


async def check_timeline(course: Course) -> None:
    """In order of occurrence, in words, filtered by type and date, and as it was known on an earlier day."""
    path = f"/cases/{course.case}/timeline"
    entries = await _pages(course, path)
    assert [e["happened_on"] for e in entries] == sorted(e["happened_on"] for e in entries)
    types = [e["type"] for e in entries]
    places = [types.index(moment) for moment in BACKBONE]
    assert places == sorted(places), [types[n] for n in places]
    assert {e["service"] for e in entries} == {"referral", "assessment", "plan", "placement", "ap-intervention"}
    for entry in entries:
        assert entry["text"], entry
        assert entry["by"]["words"], entry
        assert entry["recorded_at"][:10] == entry["happened_on"], entry  # the clock went along
    final = next(e for e in entries if e["type"] == "plan.final-plan-issued")
    assert "Example Lane Primary" in final["text"]
    assert final["by"]["role"] == "send_manager"
    some = await _pages(course, path, type=["plan.final-plan-issued", "plan.amended-final-plan-issued"])
    assert [e["happened_on"] for e in some] == ["2025-01-20", "2026-01-29"]
    of_january = await _pages(course, path, **{"from": "2025-01-01", "to": "2025-01-31"})
    assert {e["happened_on"][:7] for e in of_january} == {"2025-01"}
    known = await _pages(course, path, asAt="2025-01-15")
    assert known == [e for e in entries if e["recorded_at"] < "2025-01-16"]


async def check_deadlines(course: Course) -> None:
    """Each clock of the course met, with its last day; how one came about; and how it stood on an earlier day."""
    path = f"/cases/{course.case}/deadlines"
    found = await course.caller.read("projections", path)
    clocks: dict[str, dict[str, Any]] = {}
    for clock in found["clocks"]:
        clocks.setdefault(clock["rule"], clock)  # the earliest of each rule
    for rule, (status, due_on, early) in CLOCKS.items():
        clock = clocks[rule]
        assert (clock["status_code"], clock["due_on"]) == (status, due_on), clock
        if early is not None:
            assert clock["status"] == f"met {early} days early", clock
    assert Counter(c["rule"] for c in found["clocks"])["provide-advice-other"] == 4  # one an adviser
    late = [c["rule"] for c in found["clocks"] if c["breached"]]
    assert set(late) <= {"annual-review-next"}, late  # whose day may have passed when this is run
    assert clocks["annual-review-next"]["due_on"] == "2026-12-15"  # twelve months from the last decision

    clock_id = clocks["issue-final-plan"]["clock_id"]
    why = (await course.caller.read("projections", f"{path}/{clock_id}/explanation"))["explanation"]
    assert [event["type"] for event in why["counted_from"]] == ["referral.ehc-needs-assessment-requested"]
    assert why["met_by"]["type"] == "plan.final-plan-issued"
    assert "20 weeks" in " ".join(why["arithmetic"])
    assert "reg 13" in why["rule"]["legal_ref"]

    then = await course.caller.read("projections", path, asAt="2025-01-15T12:00:00Z")
    (running,) = [c for c in then["clocks"] if c["rule"] == "issue-final-plan"]
    assert running["status"] == "due in 12 days", running


async def check_register(course: Course) -> None:
    """Where the case stands, whose it is, what comes next; found again in the list and in the worklist."""
    case = await course.caller.read("projections", f"/cases/{course.case}")
    assert case["name"] == "Test-Child Kestrel"
    assert (case["stage"], case["stage_since"]) == ("PLAN_MAINTAINED", "2026-01-29")
    assert (case["caseworker"], case["team"], case["primary_need"]) == ("amber", "North", "SLCN")
    assert case["setting"]["name"] == "Example Lane Primary (invented)"
    assert case["in_alternative_provision"] is False
    listed = await _all(course, "/cases", "cases", caseworker="amber", limit=100)
    assert course.case in {one["case_id"] for one in listed}
    work = await _all(course, "/worklist", "items", caseworker="amber", status="any", limit=100)
    mine = [item for item in work if item["case_id"] == course.case]
    assert "annual-review-next" in {item["rule"] for item in mine}
    assert all(one["due_on"] <= other["due_on"] for one, other in pairwise(mine) if one["due_on"] and other["due_on"])


async def _pages(course: Course, path: str, **query: Any) -> list[dict[str, Any]]:
    return await _all(course, path, "entries", limit=30, **query)


async def _all(course: Course, path: str, items: str, **query: Any) -> list[dict[str, Any]]:
    """Every page of a list, by its cursor."""
    found: list[dict[str, Any]] = []
    while True:
        page = await course.caller.read("projections", path, **query)
        found += page[items]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]
