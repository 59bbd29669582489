"""A plan over HTTP, in one process: what a front-end is told. Disputes and so on: ``test_api_beside_the_plan``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from plan.app import service
from shared.core.errors import Unauthenticated
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from shared import Actor

from .plan_stories import AFTERWARDS, NAMED
from .stories import CASE, PERSON

RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
SYSTEM = Actor(user_id="plan", role="system", org_id="999", la_code="999")
PLAN = f"/plans/{CASE}"
REQUEST = str(uuid4())
SERVE = {
    "method": "EMAIL",
    "rights_holders": ["PARENT"],
    "settings_information_given": True,
    "meeting_right_given": True,
    "occurred_on": "2026-12-14",
}
ISSUE = {
    "rights": RIGHTS,
    "recipients": ["PARENT", "SETTING", "ICB"],
    "signed_by": "Officer One",
    "method": "EMAIL",
    "occurred_on": "2027-01-22",
}


class OneTokenPerAuthority:
    """``Bearer 999`` is a caseworker of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


@pytest.fixture(scope="module")
def handler() -> Handler:
    return service.handler(MemoryEventStore(), MemoryKeyring())


@pytest.fixture(scope="module")
def app(handler: Handler) -> FastAPI:
    tokens: Any = OneTokenPerAuthority()
    return build_app(
        name="plan", handler=handler, routes=service.routes, tokens=tokens, clock=lambda: AFTERWARDS, demo_clock=False
    )


@pytest.fixture
async def client(app: FastAPI, handler: Handler) -> AsyncIterator[httpx.AsyncClient]:
    handler.store = MemoryEventStore()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer 999"}
    async with httpx.AsyncClient(transport=transport, base_url="http://plan", headers=headers) as client:
        yield client


async def _open(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    body = {
        "person_id": str(PERSON),
        "reason": "NEW",
        "request_id": REQUEST,
        "year_group": 3,
        "occurred_on": "2026-11-30",
    }
    return await client.post("/plans", json=body, headers=headers)


async def _add(client: httpx.AsyncClient, kind: str, field: str, **body: Any) -> str:
    """Add a clause and return its id, which the answer's state has."""
    before = await _contents(client)
    response = await client.post(f"{PLAN}/{kind}", json={"occurred_on": "2026-12-07", **body})
    assert response.status_code == 200, response.text
    after = await _contents(client)
    known = {c[field] for clauses in before.values() for c in clauses if field in c}
    return next(c[field] for clauses in after.values() for c in clauses if field in c and c[field] not in known)


async def _contents(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(PLAN)).json()["state"]["contents"]
    return found


async def _written(client: httpx.AsyncClient) -> str:
    """A plan with one need, one outcome and one item of provision; the id of the provision."""
    await _open(client)
    need = await _add(client, "needs", "need_id", section="B", need_code="SLCN", rank="PRIMARY", description="in words")
    aim = await _add(client, "outcomes", "outcome_id", need_ids=[need], statement="an aim", by_when="2028-07-31")
    return await _add(
        client, "provision", "provision_id", section="F", need_ids=[need], outcome_ids=[aim],
        what="access to speech and language support as required", delivered_by_role="SALT assistant",
        responsible_body="LA",
    )  # fmt: skip


async def _specified(client: httpx.AsyncClient) -> None:
    provision_id = await _written(client)
    (item,) = (await _contents(client))["provisions"]
    body = {k: item[k] for k in ("section", "need_ids", "outcome_ids", "delivered_by_role", "responsible_body")}
    body |= {"what": "SALT assistant, group of up to 3", "frequency_count": 2, "frequency_period": "WEEK"}
    body |= {"duration_minutes": 30, "max_group_size": 3, "occurred_on": "2026-12-08"}
    assert (await client.put(f"{PLAN}/provision/{provision_id}", json=body)).status_code == 200


async def _named(handler: Handler, client: httpx.AsyncClient) -> None:
    plan_id = UUID((await client.get(PLAN)).json()["state"]["plan_id"])
    naming = NAMED.model_copy(update={"plan_id": plan_id})
    await handler.handle(naming, by=SYSTEM, at=AFTERWARDS, command_id=uuid4())


async def test_a_plan_is_opened_once_per_click(client: httpx.AsyncClient) -> None:
    first, second = await _open(client, **{"Idempotency-Key": "1"}), await _open(client, **{"Idempotency-Key": "1"})
    assert (first.status_code, first.json()["id"], first.headers["etag"]) == (201, str(CASE), '"1"')
    assert second.json()["repeated"]
    other_click = await _open(client)
    assert (other_click.status_code, other_click.json()["events"]) == (200, [])


async def test_a_plan_from_the_first_need_to_the_final_plan(client: httpx.AsyncClient, handler: Handler) -> None:
    await _specified(client)
    assert (await client.post(f"{PLAN}/draft", json=SERVE)).status_code == 200
    early = await client.post(f"{PLAN}/final", json={**ISSUE, "occurred_on": "2026-12-20"})
    assert [c["code"] for c in early.json()["conditions"]] == ["section-i-undecided"]
    await _named(handler, client)
    early = await client.post(f"{PLAN}/final", json={**ISSUE, "occurred_on": "2026-12-28"})
    assert (early.status_code, early.json()["code"]) == (409, "representations-window-open")
    issued = await client.post(f"{PLAN}/final", json=ISSUE)
    assert [e["type"] for e in issued.json()["events"]] == ["plan.final-plan-issued"]
    state = (await client.get(PLAN)).json()["state"]
    assert (state["status"], state["review_due_on"]) == ("MAINTAINED", "2028-01-21")
    assert state["section_i"]["setting_name"] == "Riverside Academy"


async def test_a_plan_shows_its_clauses_its_checks_and_what_may_be_done_now(client: httpx.AsyncClient) -> None:
    """Green paper 2.7, example 2, as a caseworker sees it."""
    await _written(client)
    body = (await client.get(PLAN)).json()
    assert body["state"]["contents"]["needs"][0]["description"] == "in words"
    assert [c["code"] for c in body["state"]["checks"]["conditions"]] == ["provision-not-specific"]
    vague = next(w for w in body["state"]["checks"]["warnings"] if w["code"] == "vague-wording")
    assert vague["count"] == 2
    commands = {c["command"]: c for c in body["commands"]}
    assert commands["AddNeed"]["allowed"]
    assert [u["code"] for u in commands["ServeDraftPlan"]["unmet"]] == ["provision-not-specific"]
    assert [u["code"] for u in commands["CeasePlan"]["unmet"]] == ["plan-not-final", "ceasing-not-decided"]
    assert not {"NameSetting", "NoteMandate", "NoteDispute", "CloseDrafting"} & set(commands)


async def test_every_reason_against_serving_is_told_at_once(client: httpx.AsyncClient) -> None:
    await _open(client)
    await client.post(f"{PLAN}/needs", json={"section": "B", "area_of_need": "CI", "description": "x"})
    response = await client.post(f"{PLAN}/draft", json=SERVE)
    assert response.headers["content-type"] == "application/problem+json"
    assert {c["code"] for c in response.json()["conditions"]} == {"need-without-outcome", "need-without-provision"}


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/plans", {"person_id": str(PERSON), "reason": "NEW"}, {"body"}),
        ("/plans", {"person_id": str(PERSON), "reason": "OLD", "request_id": REQUEST}, {"reason"}),
        (f"{PLAN}/needs", {"section": "F", "description": "x"}, {"section"}),
        (f"{PLAN}/needs", {"section": "B", "description": "x"}, {"body"}),
        (f"{PLAN}/needs", {"section": "B", "need_code": "ASD"}, {"description"}),
        (f"{PLAN}/provision", {"section": "F", "what": "x", "max_group_size": 0}, {"max_group_size"}),
        (f"{PLAN}/final", {**ISSUE, "rights": {"appeal": True}, "signed_by": ""}, {"rights", "signed_by"}),
        (f"{PLAN}/draft", {**SERVE, "rights_holders": []}, {"rights_holders"}),
    ],
)
async def test_a_malformed_body_names_its_fields(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], fields: set[str]
) -> None:
    await _open(client)
    response = await client.post(path, json=body)
    assert response.status_code == 422
    assert {f["field"].split(".")[0] for f in response.json()["fields"]} == fields


async def test_who_may_see_it(client: httpx.AsyncClient) -> None:
    await _open(client)
    assert (await client.get(PLAN, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(PLAN, headers={"Authorization": "Bearer 998"})).status_code == 404
    assert (await client.get(f"/plans/{uuid4()}")).status_code == 404
    theirs = await client.post(f"{PLAN}/draft", json=SERVE, headers={"Authorization": "Bearer 998"})
    assert theirs.status_code == 404


async def test_an_old_version_is_refused(client: httpx.AsyncClient) -> None:
    etag = (await _open(client)).headers["etag"]
    body = {"section": "B", "need_code": "ASD", "description": "x"}
    assert (await client.post(f"{PLAN}/needs", json=body, headers={"If-Match": etag})).status_code == 200
    late = await client.post(f"{PLAN}/needs", json=body, headers={"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "version-conflict")
    fresh = (await client.get(PLAN)).headers["etag"]
    assert (await client.get(PLAN, headers={"If-None-Match": fresh})).status_code == 304


async def test_a_corrected_date_of_service_moves_the_window(client: httpx.AsyncClient, handler: Handler) -> None:
    await _specified(client)
    served = (await client.post(f"{PLAN}/draft", json=SERVE)).json()
    correction = {"event_id": served["events"][0]["event_id"], "now": "2027-01-10", "reason": "MISTYPED"}
    sent_later = await client.post(f"{PLAN}/corrections", json=correction)
    assert sent_later.json()["code"] == "dates-out-of-order", "sent after it was served"
    of_service = {**correction, "field": "served_on"}
    assert (await client.post(f"{PLAN}/corrections", json=of_service)).status_code == 200
    assert (await client.get(PLAN)).json()["state"]["may_be_issued_from"] == "2027-01-25"
    await _named(handler, client)
    refused = await client.post(f"{PLAN}/final", json=ISSUE)
    assert refused.json()["code"] == "representations-window-open"
    history = (await client.get(f"{PLAN}/history")).json()
    assert [h["corrected"] for h in history if h["type"] == "plan.draft-plan-served"] == [True]


async def test_a_draft_recorded_by_mistake_is_retracted_unless_something_rests_on_it(client: httpx.AsyncClient) -> None:
    await _specified(client)
    served = (await client.post(f"{PLAN}/draft", json=SERVE)).json()
    before = (await client.get(PLAN)).json()["state"]
    mistake = {"event_id": served["events"][0]["event_id"], "reason": "WRONG_CASE"}
    need = {"section": "B", "need_code": "ASD", "description": "x"}
    added = (await client.post(f"{PLAN}/needs", json=need)).json()
    refused = (await client.post(f"{PLAN}/retractions", json=mistake)).json()
    assert (refused["code"], added["events"][0]["event_id"] in refused["detail"]) == ("later-entries-depend", True)
    also = {"event_id": added["events"][0]["event_id"], "reason": "WRONG_CASE"}
    assert (await client.post(f"{PLAN}/retractions", json=also)).status_code == 200
    assert (await client.get(PLAN)).json()["state"] == before
    assert (await client.post(f"{PLAN}/retractions", json=mistake)).status_code == 200
    assert (await client.get(PLAN)).json()["state"]["may_be_issued_from"] is None


async def test_nothing_personal_is_stored_readably(client: httpx.AsyncClient, handler: Handler) -> None:
    await _written(client)
    stored = await handler.store.load(f"plan-{CASE}")
    assert stored
    assert not any(b"in words" in row.data or b"an aim" in row.data for row in stored)


async def test_an_erased_child_leaves_a_plan_without_words(client: httpx.AsyncClient, handler: Handler) -> None:
    await _written(client)
    keyring: Any = handler.keyring
    await keyring.erase(PERSON)
    try:
        body = (await client.get(PLAN)).json()["state"]
    finally:
        handler.keyring = MemoryKeyring()
    assert (body["contents"]["needs"][0]["description"], body["contents"]["needs"][0]["need_code"]) == (
        "[erased]",
        "SLCN",
    )
    assert [c["code"] for c in body["checks"]["conditions"]] == ["provision-not-specific"]
    assert not [w for w in body["checks"]["warnings"] if w["code"] == "vague-wording"]


async def test_where_the_child_cannot_be_or_is_not(client: httpx.AsyncClient) -> None:
    """A plan that came with a family: the setting is too far, and at 18 the young person stops attending."""
    opened = {
        "person_id": str(PERSON),
        "reason": "TRANSFER_IN",
        "plan_first_made_on": "2024-03-01",
        "year_group": 13,
        "occurred_on": "2026-09-21",
    }
    assert (await client.post("/plans", json=opened)).status_code == 201
    told = []
    for path, on in (
        ("setting-impractical", "2026-09-23"),
        ("stopped-attending", "2026-10-19"),
        ("education-resumed", "2026-11-02"),
    ):
        response = await client.post(f"{PLAN}/{path}", json={"occurred_on": on})
        assert response.status_code == 200, response.text
        told += [event["type"] for event in response.json()["events"]]
    assert told == [
        "plan.named-setting-found-impractical",
        "plan.young-person-stopped-attending",
        "plan.education-resumed",
    ]
    refused = await client.post(f"{PLAN}/not-in-education", json={"occurred_on": "2029-01-08"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-under-18")


async def test_a_decision_to_cease_waits_for_its_notice(client: httpx.AsyncClient) -> None:
    opened = {"person_id": str(PERSON), "reason": "TRANSFER_IN", "plan_first_made_on": "2024-03-01"}
    await client.post("/plans", json={**opened, "occurred_on": "2026-09-21"})
    await client.post(f"{PLAN}/ceasing", json={"ground": "NO_LONGER_NECESSARY", "occurred_on": "2027-04-05"})
    consulted = {"consulted": "FAMILY", "occurred_on": "2027-04-12"}
    await client.post(f"{PLAN}/ceasing/consultations", json=consulted)
    reason = {"cease_reason": 2, "occurred_on": "2027-04-19"}
    made = await client.post(f"{PLAN}/ceasing/decision-made", json=reason)
    assert [event["type"] for event in made.json()["events"]] == ["plan.cease-decision-made"]
    notice = {"rights": RIGHTS, "recipients": ["PARENT", "ICB"], "reasons": "in words", "occurred_on": "2027-04-26"}
    otherwise = await client.post(f"{PLAN}/ceasing/decision", json={**notice, "cease_reason": 4})
    assert (otherwise.status_code, otherwise.json()["code"]) == (409, "decided-otherwise")
    told = await client.post(f"{PLAN}/ceasing/decision", json={**notice, "cease_reason": 2})
    assert [event["type"] for event in told.json()["events"]] == ["plan.cease-decision-notified"]
