"""Placement over HTTP, in one process: what a front-end is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from placement.app import service
from placement.term_dates import authority_id_of
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from .examples import CASE, PERSON, PLAN

NOW = datetime(2027, 1, 25, 9, tzinfo=UTC)
RIVERSIDE = {"name": "Riverside Academy", "setting_category": "MAINSTREAM", "urn": "900001", "age_from": 11,
             "age_to": 16}  # fmt: skip
MEADOW_PARK = {**RIVERSIDE, "name": "Meadow Park", "setting_category": "SPECIAL_STATE", "urn": "900002"}
TERMS = [{"first_day": "2026-09-01", "last_day": "2026-12-18"}]


class OneTokenPerAuthority:
    """``Bearer 999`` is a placement officer of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="placement_officer", org_id="o", la_code=authorization.split()[-1])


@pytest.fixture
def store() -> MemoryEventStore:
    return MemoryEventStore()


@pytest.fixture
async def client(store: MemoryEventStore) -> AsyncIterator[httpx.AsyncClient]:
    tokens: Any = OneTokenPerAuthority()
    app = build_app(
        name=service.name,
        handler=service.handler(store, MemoryKeyring()),
        routes=service.routes,
        tokens=tokens,
        clock=lambda: NOW,
        demo_clock=False,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer 999"}
    async with httpx.AsyncClient(transport=transport, base_url="http://placement", headers=headers) as client:
        yield client


async def _registered(client: httpx.AsyncClient, body: dict[str, Any] = RIVERSIDE, **headers: str) -> str:
    response = await client.post("/settings", json=body, headers=headers)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def _searching(client: httpx.AsyncClient) -> None:
    body = {"person_id": str(PERSON), "plan_id": str(PLAN), "occurred_on": "2026-12-14"}
    assert (await client.post(f"/cases/{CASE}/naming/search", json=body)).status_code == 201


async def _done(client: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    response = await client.post(f"/cases/{CASE}/{path}", json=body)
    assert response.status_code in (200, 201), response.text
    return response


# --- the directory ---


async def test_a_setting_is_registered_and_read(client: httpx.AsyncClient) -> None:
    id = await _registered(client)
    body = (await client.get(f"/settings/{id}")).json()
    assert (body["state"]["legal_route"], body["state"]["profile"]["name"]) == ("S38_3", "Riverside Academy")
    assert {c["command"]: c["allowed"] for c in body["commands"]} == {
        "RegisterSetting": False, "UpdateSettingProfile": True, "ReportCapacity": True,
    }  # fmt: skip


async def test_capacity_is_reported_for_a_day(client: httpx.AsyncClient) -> None:
    id = await _registered(client)
    capacity = {"commissioned_places": 120, "on_roll": 128, "occurred_on": "2027-01-21", "source": "CENSUS"}
    assert (await client.post(f"/settings/{id}/capacity", json=capacity)).status_code == 200
    assert (await client.get(f"/settings/{id}/history")).json()[-1]["data"]["available_places"] == -8


async def test_a_list_loaded_twice_changes_nothing_and_a_clash_is_said(client: httpx.AsyncClient) -> None:
    id = await _registered(client)
    again = await client.post("/settings", json=RIVERSIDE)
    assert (again.status_code, again.json()["id"], again.json()["events"]) == (200, id, [])
    clash = await client.post("/settings", json={**RIVERSIDE, "name": "Riverside School"})
    assert (clash.status_code, clash.json()["code"]) == (409, "setting-already-registered")


async def test_term_dates_of_setting_and_authority(client: httpx.AsyncClient) -> None:
    id = await _registered(client)
    body = {"academic_year": "2026/27", "terms": TERMS, "not_school_days": ["2026-10-26"]}
    assert (await client.post(f"/term-dates/settings/{id}", json=body)).status_code == 201
    assert (await client.post(f"/term-dates/settings/{uuid4()}", json=body)).json()["code"] == "setting-not-registered"
    ours = await client.post("/term-dates/authority", json=body)
    assert ours.json()["id"] == str(authority_id_of("999"))
    state = (await client.get(f"/term-dates/authority/{ours.json()['id']}")).json()["state"]
    assert state["years"]["2026/27"]["terms"] == TERMS


async def test_another_authority_sees_neither_our_settings_nor_our_term_dates(client: httpx.AsyncClient) -> None:
    id = await _registered(client)
    theirs = {"Authorization": "Bearer 998"}
    assert (await client.get(f"/settings/{id}", headers=theirs)).status_code == 404
    dates = {"academic_year": "2026/27", "terms": TERMS}
    assert (await client.post(f"/term-dates/settings/{id}", json=dates, headers=theirs)).status_code == 404
    assert await _registered(client, **theirs) != id


# --- a case ---


async def test_from_the_draft_to_section_i_and_into_school(client: httpx.AsyncClient) -> None:
    riverside, meadow_park = await _registered(client), await _registered(client, MEADOW_PARK)
    await _searching(client)
    await _done(client, "naming/preferences", setting_id=riverside, occurred_on="2026-12-16", reason="His friends go.")
    for id in (riverside, meadow_park):
        await _done(client, "naming/consultations", setting_id=id, occurred_on="2026-12-16")
    state = (await client.get(f"/cases/{CASE}/naming")).json()["state"]
    (asked,) = (c for c in state["consultations"].values() if c["setting_id"] == meadow_park)
    assert asked["reply_due_on"] == "2026-12-31"
    await _done(
        client, f"naming/consultations/{asked['consultation_id']}/response", response="CAN_MEET",
        place_available_from="2027-02-01", occurred_on="2026-12-22",
    )  # fmt: skip
    early = {"decision": "NAMED", "setting_id": riverside, "occurred_on": "2026-12-23"}
    refused = await client.post(f"/cases/{CASE}/naming/decisions", json=early)
    assert (refused.status_code, refused.json()["code"]) == (409, "reply-awaited")
    refusal = {
        "setting_id": riverside, "grounds": ["S39B"], "evidence_refs": ["doc-1"],
        "reasonable_steps_considered": ["A smaller class."],
    }  # fmt: skip
    await _done(client, "naming/decisions", decision="NAMED", setting_id=meadow_park, refusals=[refusal],
                occurred_on="2027-01-05")  # fmt: skip
    await _done(client, "placements", setting_id=meadow_park, person_id=str(PERSON), occurred_on="2027-01-11")
    types = [item["type"] for item in (await client.get(f"/cases/{CASE}/naming/history")).json()]
    assert types == [
        "placement.placement-search-opened",
        "placement.preference-expressed",
        "placement.setting-consulted",
        "placement.setting-consulted",
        "placement.setting-consultation-responded",
        "placement.naming-decision-made",
    ]


async def test_what_is_said_about_a_child_is_stored_sealed(client: httpx.AsyncClient, store: MemoryEventStore) -> None:
    riverside = await _registered(client)
    await _searching(client)
    await _done(client, "naming/preferences", setting_id=riverside, reason="Kestrel likes the garden.")
    stored = b"".join(event.data + event.metadata for log in store.lanes.values() for event in log)
    assert b"Kestrel" not in stored
    assert b"Riverside Academy" in stored


async def test_everything_of_a_case_is_in_the_cases_lane(client: httpx.AsyncClient, store: MemoryEventStore) -> None:
    riverside = await _registered(client)
    await _searching(client)
    await _done(client, "placements", setting_id=riverside, person_id=str(PERSON))
    lanes = {e.lane for log in store.lanes.values() for e in log if e.stream.endswith(str(CASE))}
    assert len(lanes) == 1


async def test_a_cost_comparison_is_read_and_its_absence_is_a_conflict(client: httpx.AsyncClient) -> None:
    """Green Paper 2.7 example 5, over HTTP."""
    highcroft = await _registered(client, {**MEADOW_PARK, "name": "Highcroft", "setting_category":
                                           "SPECIAL_INDEPENDENT", "section41": True, "urn": "900003"})  # fmt: skip
    meadow_park = await _registered(client, MEADOW_PARK)
    await _searching(client)
    await _done(client, "naming/preferences", setting_id=highcroft, occurred_on="2026-12-16")
    for id in (highcroft, meadow_park):
        await _done(client, "naming/consultations", setting_id=id, occurred_on="2026-12-16")
    consultations = (await client.get(f"/cases/{CASE}/naming")).json()["state"]["consultations"].values()
    (asked,) = (c["consultation_id"] for c in consultations if c["setting_id"] == meadow_park)
    await _done(client, f"naming/consultations/{asked}/response", response="CAN_MEET",
                place_available_from="2027-09-01", occurred_on="2026-12-22")  # fmt: skip
    refusal: dict[str, Any] = {"setting_id": highcroft, "grounds": ["S39C"], "evidence_refs": ["doc-1"]}
    body = {"decision": "NAMED", "setting_id": meadow_park, "refusals": [refusal], "occurred_on": "2027-01-05"}
    without = await client.post(f"/cases/{CASE}/naming/decisions", json=body)
    assert [c["code"] for c in without.json()["conditions"]] == ["cost-comparison-missing"]
    refusal["cost_comparison"] = {"preferred": "68000", "alternative": 23500, "alternative_setting_id": meadow_park,
                                  "transport_included": True}  # fmt: skip
    assert (await client.post(f"/cases/{CASE}/naming/decisions", json=body)).status_code == 200
    decided = (await client.get(f"/cases/{CASE}/naming/history")).json()[-1]["data"]
    assert decided["refusals"][0]["cost_comparison"]["difference"] == "44500"


async def test_the_state_tells_what_may_be_done_now_and_why_not(client: httpx.AsyncClient) -> None:
    await _searching(client)
    response = await client.get(f"/cases/{CASE}/naming")
    commands = {c["command"]: c for c in response.json()["commands"]}
    assert commands["ExpressPreference"]["allowed"]
    assert commands["DecideNaming"]["allowed"]
    assert commands["RecordConsultationResponse"]["unmet"][0]["code"] == "nobody-consulted"
    assert commands["DecideNaming"]["path"] == f"/cases/{CASE}/naming/decisions"
    assert not {"ClosePlacementSearch", "ConsultPreferredSetting", "TakeUpPreference"} & set(commands)
    etag = {"If-None-Match": response.headers["etag"]}
    assert (await client.get(f"/cases/{CASE}/naming", headers=etag)).status_code == 304


async def test_a_double_click_and_an_old_version(client: httpx.AsyncClient) -> None:
    riverside = await _registered(client)
    await _searching(client)
    path, click = f"/cases/{CASE}/naming/preferences", {"Idempotency-Key": "click-1"}
    first = await client.post(path, json={"setting_id": riverside}, headers=click)
    second = await client.post(path, json={"setting_id": riverside}, headers=click)
    assert (second.json()["events"], second.json()["repeated"]) == (first.json()["events"], True)
    old = await client.post(path, json={"setting_id": riverside, "rank": 2}, headers={"If-Match": '"1"'})
    assert (old.status_code, old.json()["code"]) == (412, "version-conflict")


async def test_a_date_is_corrected(client: httpx.AsyncClient) -> None:
    riverside = await _registered(client)
    started = await _done(client, "placements", setting_id=riverside, person_id=str(PERSON), occurred_on="2027-01-11")
    body = {"event_id": started.json()["events"][0]["event_id"], "now": "2027-01-12", "reason": "SENDER_TOLD"}
    await _done(client, "placements/corrections", **body)
    (stay,) = (await client.get(f"/cases/{CASE}/placements")).json()["state"]["stays"].values()
    assert stay["started_on"] == "2027-01-12"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/settings", {"name": "x"}, {"setting_category", "age_from", "age_to"}),
        ("/settings", {**RIVERSIDE, "section41": True}, {"section41"}),
        ("/settings", {**RIVERSIDE, "legal_route": "S38_3"}, {"legal_route"}),
        ("/term-dates/authority", {"academic_year": "2026/27", "terms": []}, {"terms"}),
        (f"/cases/{CASE}/naming/preferences", {"rank": 0}, {"setting_id", "rank"}),
        (f"/cases/{CASE}/naming/decisions", {"decision": "NAMED"}, {"setting_id"}),
        (f"/cases/{CASE}/naming/decisions", {"decision": "TYPE_ONLY"}, {"setting_type"}),
        (f"/cases/{CASE}/placements", {"setting_id": str(uuid4()), "rank": 3}, {"rank"}),
        (f"/cases/{CASE}/placements", {"setting_id": str(uuid4()), "occurred_on": "2999-01-01"}, {"occurred_on"}),
    ],
)
async def test_a_malformed_body_names_its_fields(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], fields: set[str]
) -> None:
    response = await client.post(path, json=body)
    assert response.status_code == 422, response.text
    assert {f["field"].split(".")[0] for f in response.json()["fields"]} == fields


async def test_without_a_token_there_is_nothing_and_another_authoritys_case_is_not_there(
    client: httpx.AsyncClient,
) -> None:
    await _searching(client)
    path = f"/cases/{CASE}/naming"
    assert (await client.get(path, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(path, headers={"Authorization": "Bearer 998"})).status_code == 404
    opening = {"person_id": str(PERSON), "plan_id": str(PLAN)}
    other = await client.post(f"/cases/{uuid4()}/naming/search", json=opening)
    assert (other.status_code, other.json()["code"]) == (409, "person-not-of-this-case")


async def test_a_reaction_that_is_moot_is_settled_and_appends_nothing(store: MemoryEventStore) -> None:
    """A plan can end for a case that was never searched for and never placed here."""
    handler = service.handler(store, MemoryKeyring())
    by = Actor(user_id="system:placement", role="system", org_id="placement", la_code="999")
    (ceased,) = [r for r in service.reactions if r.event_type == "plan.plan-ceased"]
    event = ceased.event.model_validate(
        {"type": "plan.plan-ceased", "occurred_on": "2027-01-20", "case_id": str(CASE), "reason": 2}
    )
    for number, command in enumerate(ceased.then(event)):
        outcome = await handler.handle(command, by=by, at=NOW, command_id=UUID(int=number + 1))
        assert (outcome.events, outcome.version) == ((), 0)
