"""Alternative provision over HTTP, in one process: what a front-end is told, in every case."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from ap_intervention.app import service
from shared.web.routes import CommandRoute, CorrectionRoute, HistoryRoute, StateRoute

from .asking import CHILD, done
from .examples import CASE, HOME_SCHOOL

TERMS = {
    "intervention_types": ["FULL_ASSESSMENT_PLACE"],
    "weekly_sessions": 10,
    "hours_per_week": "25",
    "commissioner": "SCHOOL",
    "attendance_code": "D",
    "reintegration_target": {"by": "2025-12-08"},
}
"""The course is of the autumn of 2025: the edge refuses days that have not come yet."""


async def _registered(client: httpx.AsyncClient) -> str:
    answer = await done(
        client,
        "/providers",
        name="Test-Riverbank Academy",
        ap_setting_type="URN",
        registered_school=True,
        urn="123456",
        capacity_by_tier=[{"tier": 2, "places": 12}],
        occurred_on="2025-01-06",
    )
    id = answer["id"]
    await done(
        client, f"/providers/{id}/checks", check="SAFEGUARDING", expires_on="2026-08-31", occurred_on="2025-09-01"
    )
    await done(client, f"/providers/{id}/quality-assurance", result="APPROVED", occurred_on="2025-09-01")
    return str(id)


async def _offered(client: httpx.AsyncClient, provider_id: str) -> tuple[str, str]:
    made = await done(
        client,
        "/ap-referrals",
        **CHILD,
        from_setting_id=str(HOME_SCHOOL),
        reason_code="RISK",
        requested_tier=2,
        strategies_tried="Mentor, call home.",
        occurred_on="2025-09-02",
    )
    at = f"/ap-referrals/{made['id']}"
    await done(client, f"{at}/triage", priority="STANDARD", occurred_on="2025-09-03")
    await done(
        client, f"{at}/panel-decision", decision="TIER2", rationale="Outreach was tried.", occurred_on="2025-09-05"
    )
    await done(
        client,
        f"{at}/offers",
        provider_id=provider_id,
        tier=2,
        registration="DUAL_MAIN",
        start_on="2025-09-15",
        planned_end_on="2025-12-08",
        reply_by="2025-09-12",
        terms=TERMS,
        occurred_on="2025-09-08",
    )
    offer = (await client.get(at)).json()["state"]["offer"]
    return made["id"], offer["offer_id"]


async def _agreed(client: httpx.AsyncClient, provider_id: str) -> str:
    referral_id, offer_id = await _offered(client, provider_id)
    await done(
        client, f"/ap-referrals/{referral_id}/accept", offer_id=offer_id, accepted_by="PARENT", occurred_on="2025-09-10"
    )
    agreed = await done(
        client,
        "/interventions",
        case_id=str(CASE),
        referral_id=referral_id,
        offer_id=offer_id,
        objectives=[{"number": 1, "text": "Is in every lesson."}],
        occurred_on="2025-09-10",
    )
    state = (await client.get(f"/ap-referrals/{referral_id}")).json()["state"]
    assert state["intervention_id"] == agreed["id"]
    return str(agreed["id"])


# --- the whole course ---


async def test_a_child_goes_from_referral_to_a_sustained_return(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    id = await _agreed(client, provider_id)
    at = f"/interventions/{id}"
    started = await done(client, f"{at}/start", provider_id=provider_id, occurred_on="2025-09-15")
    assert [e["type"] for e in started["events"]] == [
        "ap-intervention.intervention-started",
        "ap-intervention.ap-placement-started",
    ]
    await done(
        client, f"{at}/baseline", measures={"sessions_attended": 27, "sessions_possible": 60}, occurred_on="2025-09-15"
    )
    for code, session in (("B", "AM"), ("N", "PM")):
        await done(client, f"{at}/attendance", session=session, code=code, occurred_on="2025-09-15")
    reviewed = await done(client, f"{at}/reviews", decision="CONTINUE", occurred_on="2025-10-27")
    assert reviewed["version"] == 8
    await done(
        client,
        f"{at}/reintegration-plan",
        plan={
            "target_setting_id": str(HOME_SCHOOL),
            "starts_on": "2025-11-24",
            "full_time_on": "2025-12-08",
            "key_adult": "Ms Test-Heron",
            "steps": [{"starts_on": "2025-11-24", "hours_per_week": "10", "support": "Mentor at break."}],
        },
        occurred_on="2025-11-10",
    )
    await done(client, f"{at}/reintegration", occurred_on="2025-11-24")
    await done(client, f"{at}/conclude", outcome_code="RETURN_PENDING", objectives_met=1, occurred_on="2025-12-08")
    checked = await done(
        client,
        f"{at}/reintegration/checks",
        checkpoint="13W",
        still_on_roll=True,
        full_time=True,
        attendance_pct=91,
        suspensions=0,
        occurred_on="2026-02-23",
    )
    assert checked["events"][-1]["type"] == "ap-intervention.intervention-outcome-revised"
    state = (await client.get(at)).json()["state"]
    assert (state["status"], state["outcome"]) == ("CONCLUDED", "RETURN_SUSTAINED")
    history = (await client.get(f"{at}/history")).json()
    assert history[0]["data"]["objectives"][0]["text"] == "Is in every lesson."


# --- every answer of the edge ---


async def test_a_double_click_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    body = {**CHILD, "reason_code": "RISK", "requested_tier": 1}
    headers = {"Idempotency-Key": "click-1"}
    first, second = [await client.post("/ap-referrals", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["repeated"] is True


async def test_a_refusal_says_everything_that_is_unmet(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    id = await _agreed(client, provider_id)
    await done(client, f"/providers/{provider_id}/suspend", reason="Serious incident.", occurred_on="2025-09-12")
    late = {"provider_id": provider_id, "occurred_on": "2025-12-08"}
    response = await client.post(f"/interventions/{id}/start", json=late)
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert {c["code"] for c in response.json()["conditions"]} == {"provider-suspended", "planned-end-before-start"}
    assert (await client.get(f"/interventions/{id}")).json()["state"]["status"] == "AGREED"


async def test_the_state_tells_what_may_be_done_now_and_why_not(client: httpx.AsyncClient) -> None:
    id = await _agreed(client, await _registered(client))
    body = (await client.get(f"/interventions/{id}")).json()
    commands = {c["command"]: c for c in body["commands"]}
    assert commands["StartIntervention"]["allowed"]
    assert commands["StartIntervention"]["path"] == f"/interventions/{id}/start"
    assert [u["code"] for u in commands["ConcludeIntervention"]["unmet"]] == ["intervention-not-running"]
    assert "NotePlanHolding" not in commands, "only reactions send it"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/providers", {}, {"name", "ap_setting_type", "registered_school", "capacity_by_tier"}),
        ("/ap-referrals", {**CHILD, "reason_code": "BORED", "requested_tier": 4}, {"reason_code", "requested_tier"}),
        ("/ap-referrals", {**CHILD, "reason_code": "OTH", "requested_tier": 1}, {"body"}),
        ("/interventions", {"case_id": "x", "referral_id": "y"}, {"case_id", "referral_id", "offer_id"}),
        (
            "/section-19-duties",
            {**CHILD, "reason": "OTHERWISE", "circumstances": {"secret": "Kestrel"}},
            {"circumstances"},
        ),
    ],
)
async def test_a_malformed_command_names_the_fields(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], fields: set[str]
) -> None:
    response = await client.post(path, json=body)
    assert response.status_code == 422
    assert {f["field"].split(".")[0] for f in response.json()["fields"]} == fields
    assert "Kestrel" not in response.text


async def test_a_day_that_has_not_come_is_malformed(client: httpx.AsyncClient) -> None:
    body = {**CHILD, "reason_code": "RISK", "requested_tier": 1, "occurred_on": "2999-01-05"}
    assert (await client.post("/ap-referrals", json=body)).status_code == 422


async def test_an_old_etag_is_refused(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    suspend = {"reason": "Serious incident."}
    old = await client.post(f"/providers/{provider_id}/suspend", json=suspend, headers={"If-Match": '"1"'})
    assert (old.status_code, old.json()["code"]) == (412, "version-conflict")


async def test_without_a_token_there_is_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/interventions/{uuid4()}", headers={"Authorization": ""})).status_code == 401


async def test_another_authoritys_provider_is_not_there(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    theirs = {"Authorization": "Bearer 998"}
    assert (await client.get(f"/providers/{provider_id}", headers=theirs)).status_code == 404
    suspend = {"reason": "Serious incident."}
    assert (await client.post(f"/providers/{provider_id}/suspend", json=suspend, headers=theirs)).status_code == 404


async def test_a_provider_of_another_authority_cannot_be_used(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    offer = {
        "provider_id": provider_id,
        "tier": 2,
        "registration": "SINGLE",
        "start_on": "2025-09-15",
        "reply_by": "2025-09-12",
        "terms": TERMS,
    }
    theirs = {"Authorization": "Bearer 998"}
    assert (await client.post(f"/ap-referrals/{uuid4()}/offers", json=offer, headers=theirs)).status_code == 404


async def test_a_wrong_date_is_corrected_and_the_rules_see_the_right_one(client: httpx.AsyncClient) -> None:
    provider_id = await _registered(client)
    visit = (await client.get(f"/providers/{provider_id}/history")).json()[-1]
    correction = {"event_id": visit["event_id"], "now": "2024-09-02", "reason": "DOCUMENT_SHOWS"}
    assert (await client.post(f"/providers/{provider_id}/corrections", json=correction)).status_code == 200
    with pytest.raises(AssertionError, match="quality-assurance-too-old"):
        await _offered(client, provider_id)


async def test_every_decider_can_be_read_and_corrected_over_http() -> None:
    for kind in (StateRoute, HistoryRoute, CorrectionRoute):
        assert {r.decider.name for r in service.routes if isinstance(r, kind)} == {d.name for d in service.deciders}  # type: ignore[union-attr]


async def test_every_command_that_people_send_has_one_route() -> None:
    routed = [r.command for r in service.routes if isinstance(r, CommandRoute)]
    by_reactions = {
        c for c in {d.command for x in service.deciders for d in x.decisions} if c.__name__.startswith("Note")
    }
    assert len(routed) == len(set(routed))
    assert {d.command for x in service.deciders for d in x.decisions} - set(routed) == by_reactions
