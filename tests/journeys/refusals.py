"""What a caller is told who may not, is late, clicks twice or writes nonsense: once each, on real routes."""

from __future__ import annotations

from dataclasses import replace

from .course import Course

MEDIA_TYPE = "application/problem+json"


async def check_strangers(course: Course) -> None:
    """401 without a token; 404 for another authority's case, in every service, reading and writing."""
    caller = course.caller
    stranger = replace(caller, token=lambda role, authority="": caller.token(role, "802"))
    for service, path in (
        ("referral", f"/persons/{course.person}"),
        ("assessment", course.assessment),
        ("plan", course.plan),
        ("plan", f"{course.plan}/history"),
        ("placement", course.naming),
        ("ap_intervention", f"/interventions/{course.intervention}"),
        ("projections", f"/cases/{course.case}"),
        ("projections", f"/cases/{course.case}/timeline"),
        ("projections", f"/cases/{course.case}/deadlines"),
    ):
        nobody = await caller.http[service].get(path)
        assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated"), path
        assert nobody.headers["content-type"] == MEDIA_TYPE
        assert nobody.headers["www-authenticate"].startswith("Bearer")
        other = await stranger.look(service, path)
        assert (other.status_code, other.json()["code"]) == (404, "not-found"), path
    written = await stranger.send("plan", f"{course.plan}/end-on-death")
    assert written.status_code == 404
    listed = await stranger.read("projections", "/cases", limit=100)
    assert listed["cases"] == []


async def check_clicks(course: Course) -> None:
    """The same key gives the first answer, another command under it is refused, and an old version is too."""
    caller = course.caller
    path = f"/persons/{course.person}/caseworker"
    body = {"caseworker": "clover", "team": "South"}
    first = await caller.send("referral", path, body, key="one-click")
    again = await caller.send("referral", path, body, key="one-click")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["events"] == again.json()["events"] != []
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    other = await caller.send("referral", path, body | {"team": "North"}, key="one-click")
    assert other.status_code == 422, other.text

    read = await caller.look("referral", f"/persons/{course.person}")
    stale = await caller.send("referral", path, body | {"caseworker": "basil"}, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version-conflict")
    fresh = await caller.send("referral", path, body | {"caseworker": "amber", "team": "North"},
                              if_match=read.headers["etag"])  # fmt: skip
    assert fresh.status_code == 200, fresh.text


async def check_refusals(course: Course) -> None:
    """409 with the unmet condition, the same as the list of commands said; 422 naming the fields; nothing half done."""
    caller = course.caller
    before = await caller.read("plan", course.plan)
    said = await caller.allowed("plan", course.plan)
    assert said["CeasePlan"]
    assert await caller.refused("plan", f"{course.plan}/cease") == said["CeasePlan"]
    assert said["ScheduleAnnualReview"] == set()
    wrong = await caller.send("plan", f"{course.plan}/reviews", {"meeting_on": "soon", "kind": "WEEKLY", "more": 1})
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, MEDIA_TYPE)
    assert {field["field"] for field in wrong.json()["fields"]} == {"meeting_on", "kind", "more"}
    tomorrow = {"maintain_until": "2041-07-31", "occurred_on": "2099-01-01"}
    future = await caller.send("plan", f"{course.plan}/end-age", tomorrow)
    assert future.status_code == 422
    assert {field["field"] for field in future.json()["fields"]} == {"occurred_on"}
    assert (await caller.read("plan", course.plan))["version"] == before["version"]
