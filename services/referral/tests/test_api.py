"""Referral over HTTP, in one process: what a front-end is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from referral.app import service
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.service import utc_now
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app


class OneTokenPerAuthority:
    """``Bearer 999`` is a caseworker of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    tokens: Any = OneTokenPerAuthority()
    app = build_app(
        name=service.name,
        handler=service.handler(MemoryEventStore(), MemoryKeyring()),
        routes=service.routes,
        tokens=tokens,
        clock=utc_now,
        demo_clock=False,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer 999"}
    async with httpx.AsyncClient(transport=transport, base_url="http://referral", headers=headers) as client:
        yield client


async def _registered(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    body = {"name": "Test-Child Kestrel", "date_of_birth": "2018-03-04", "nhs_number": "943 476 5919"}
    return await client.post("/persons", json=body, headers=headers)


async def _requested(client: httpx.AsyncClient, person_id: str, on: str = "2026-03-02") -> httpx.Response:
    return await client.post("/requests", json={"person_id": person_id, "source": "PARENT", "occurred_on": on})


async def test_a_person_is_registered_and_asked_about(client: httpx.AsyncClient) -> None:
    response = await _registered(client)
    assert response.status_code == 201
    body = (await client.get(f"/persons/{response.json()['id']}")).json()
    assert (body["state"]["name"], body["state"]["nhs_number"]) == ("Test-Child Kestrel", "9434765919")


async def test_a_second_request_is_linked_in_the_same_stream(client: httpx.AsyncClient) -> None:
    person_id = (await _registered(client)).json()["id"]
    first, second = await _requested(client, person_id), await _requested(client, person_id, "2026-03-10")
    assert (first.status_code, second.status_code) == (201, 200)
    assert [e["type"] for e in second.json()["events"]] == ["referral.duplicate-request-linked"]
    assert first.json()["id"] == second.json()["id"]


async def test_what_may_be_done_now_and_why_not(client: httpx.AsyncClient) -> None:
    person_id = (await _registered(client)).json()["id"]
    case_id = (await _requested(client, person_id)).json()["id"]
    await client.post(f"/requests/{case_id}/withdraw", json={})
    response = await client.get(f"/requests/{case_id}")
    commands = {c["command"]: c for c in response.json()["commands"]}
    assert commands["RequestEhcNeedsAssessment"]["allowed"]
    assert commands["AcknowledgeRequest"]["unmet"][0]["code"] == "request-not-open"
    assert "NoteAnswer" not in commands
    assert (
        await client.get(f"/requests/{case_id}", headers={"If-None-Match": response.headers["etag"]})
    ).status_code == 304


async def test_a_typo_in_a_contacts_id_is_no_success(client: httpx.AsyncClient) -> None:
    path = f"/persons/{(await _registered(client)).json()['id']}"
    mother = {"relationship": "PARENT", "parental_responsibility": True, "name": "Test-Parent Kestrel"}
    commands = {c["command"]: c for c in (await client.get(path)).json()["commands"]}
    assert [c["code"] for c in commands["EndContact"]["unmet"]] == ["no-contact"]
    contact_id = (await client.post(f"{path}/contacts", json=mother)).json()["ids"]["contact_id"]
    typo = await client.post(f"{path}/contacts/{uuid4()}/end", json={})
    assert (typo.status_code, typo.json()["code"]) == (409, "no-such-contact")
    assert len((await client.post(f"{path}/contacts/{contact_id}/end", json={})).json()["events"]) == 1
    again = await client.post(f"{path}/contacts/{contact_id}/end", json={})
    assert (again.status_code, again.json()["events"]) == (200, [])


async def test_a_rule_that_says_no_is_a_conflict_in_plain_words(client: httpx.AsyncClient) -> None:
    response = await _requested(client, str(uuid4()))
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["conditions"][0]["code"] == "person-not-registered"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/persons", {"name": "x"}, {"date_of_birth"}),
        ("/persons", {"name": " ", "date_of_birth": "2018-03-04"}, {"name"}),
        ("/persons", {"name": "x", "date_of_birth": "2018-03-04", "upn": "A801200001001"}, {"upn"}),
        ("/requests", {"person_id": str(uuid4()), "source": "HEALTH"}, {"source"}),
        ("/requests", {"person_id": str(uuid4()), "source": "PARENT", "occurred_on": "2999-01-01"}, {"occurred_on"}),
        ("/requests/attention", {"person_id": str(uuid4()), "source": "PARENT"}, {"source"}),
    ],
)
async def test_a_malformed_body_names_its_fields(
    client: httpx.AsyncClient, path: str, body: dict[str, str], fields: set[str]
) -> None:
    response = await client.post(path, json=body)
    assert response.status_code == 422
    assert {f["field"].split(".")[0] for f in response.json()["fields"]} == fields


async def test_a_wrong_number_is_not_repeated_in_the_answer(client: httpx.AsyncClient) -> None:
    body = {"name": "x", "date_of_birth": "2018-03-04", "nhs_number": "9434765918"}
    assert "9434765918" not in (await client.post("/persons", json=body)).text


async def test_a_double_click_and_an_old_version(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "click-1"}
    first, second = await _registered(client, **headers), await _registered(client, **headers)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["repeated"]
    path = f"/persons/{first.json()['id']}/caseworker"
    body = {"caseworker": "ana", "team": "North"}
    assert (await client.post(path, json=body, headers={"If-Match": first.headers["etag"]})).status_code == 200
    late = await client.post(path, json={**body, "team": "South"}, headers={"If-Match": first.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "version-conflict")


async def test_who_may_see_it(client: httpx.AsyncClient) -> None:
    person_id = (await _registered(client)).json()["id"]
    assert (await client.get(f"/persons/{person_id}", headers={"Authorization": ""})).status_code == 401
    assert (await client.get(f"/persons/{person_id}", headers={"Authorization": "Bearer 998"})).status_code == 404
    theirs = await client.post(
        "/requests", json={"person_id": person_id, "source": "PARENT"}, headers={"Authorization": "Bearer 998"}
    )
    assert theirs.status_code == 404


async def test_sen_support_runs_from_a_concern_to_its_review(client: httpx.AsyncClient) -> None:
    person_id = (await _registered(client)).json()["id"]
    who = {"person_id": person_id}
    concern = {
        "raised_by": "SENCO",
        "areas": ["CL"],
        "observed_difficulty": "reads slowly",
        "occurred_on": "2026-09-01",
    }
    case_id = (await client.post("/sen-support/concerns", json=who | concern)).json()["id"]
    start = {"parent_informed_on": "2026-09-08", "occurred_on": "2026-09-09"}
    assert (await client.post("/sen-support", json=who | start)).status_code == 200
    cycle = {
        "assess_summary": "decoding is weak",
        "outcomes": [{"target": "reads 20 words a minute", "by": "2026-11-20"}],
        "strategies": [{"what": "phonics", "who": "TA", "frequency": "daily", "minutes": 20, "group_size": 4}],
        "occurred_on": "2026-09-09",
    }
    assert (await client.post(f"/sen-support/{case_id}/cycles", json=cycle)).status_code == 200
    review = {"progress": "SOME", "next": "CONTINUE", "occurred_on": "2026-11-20"}
    refused = await client.post(f"/sen-support/{case_id}/review", json=review)
    assert refused.json()["conditions"][0]["code"] == "primary-need-unspecified"
    await client.post(f"/sen-support/{case_id}/need", json={"primary_need_code": "SPLD", "occurred_on": "2026-11-20"})
    assert (await client.post(f"/sen-support/{case_id}/review", json=review)).status_code == 200
    state = (await client.get(f"/sen-support/{case_id}")).json()["state"]
    assert (state["cycles_opened"], state["primary_need_code"]) == (1, "SPLD")
    history = (await client.get(f"/sen-support/{case_id}/history")).json()
    assert history[-1]["occurred_on"] == "2026-11-20"


async def test_a_wrong_date_of_receipt_is_corrected(client: httpx.AsyncClient) -> None:
    person_id = (await _registered(client)).json()["id"]
    asked = (await _requested(client, person_id)).json()
    body = {
        "event_id": asked["events"][0]["event_id"],
        "now": "2026-02-27",
        "reason": "DOCUMENT_SHOWS",
    }
    assert (await client.post(f"/requests/{asked['id']}/corrections", json=body)).status_code == 200
    told = await client.post(f"/requests/{asked['id']}/acknowledge", json={"occurred_on": "2026-03-04"})
    assert told.status_code == 200
    history = (await client.get(f"/requests/{asked['id']}/history")).json()
    assert (history[0]["occurred_on"], history[0]["corrected"]) == ("2026-02-27", True)
    assert history[-1]["data"]["decision_due_on"] == "2026-04-10"
