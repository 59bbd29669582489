"""Disputes, moves, re-assessments, detention and direct payments over HTTP, with a plan they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from plan.app import service
from shared.core.errors import Unauthenticated
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from shared import Actor, case_id_of

from .stories import CASE, LATER, PERSON

RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
NOTICE = {"case_id": str(CASE), "person_id": str(PERSON), "about": "CONTENTS", "notice_sent_on": "2026-04-01"}
APPEAL = {"appeal_type": "CONTENTS", "sections": ["B", "F"], "received_by_la_on": "2026-05-06", "in_time": True}


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
    """Built once: the service has so many routes that building it takes as long as all tests together."""
    tokens: Any = OneTokenPerAuthority()
    return build_app(
        name="plan", handler=handler, routes=service.routes, tokens=tokens, clock=lambda: LATER, demo_clock=False
    )


@pytest.fixture
async def client(app: FastAPI, handler: Handler) -> AsyncIterator[httpx.AsyncClient]:
    handler.store = MemoryEventStore()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://plan", headers={"Authorization": "Bearer 999"}
    ) as client:
        yield client


async def _post(client: httpx.AsyncClient, path: str, on: str, status: int = 200, **body: Any) -> dict[str, Any]:
    response = await client.post(path, json={**body, "occurred_on": on})
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def _plan(client: httpx.AsyncClient) -> None:
    body = {"person_id": str(PERSON), "reason": "TRANSFER_IN", "plan_first_made_on": "2025-03-10"}
    await _post(client, "/plans", "2026-01-05", 201, **body)


async def _dispute(client: httpx.AsyncClient) -> str:
    body = {**NOTICE, "begins_with": {"step": "ADVISER_CONTACTED"}}
    return f"/disputes/{(await _post(client, '/disputes', '2026-04-02', 201, **body))['id']}"


async def test_a_dispute_goes_from_the_adviser_to_the_order(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    await _post(client, f"{at}/mediation/declined", "2026-04-02", told_adviser=True)
    await _post(client, f"{at}/mediation/certificate", "2026-04-09", kind="DECLINED")
    await _post(client, f"{at}/appeal", "2026-05-01", appeal=APPEAL)
    given = await _post(client, f"{at}/directions", "2026-05-08", direction="SERVE_BUNDLE", due_on="2026-06-26")
    direction_id = (await client.get(f"{at}/history")).json()[-1]["data"]["direction_id"]
    assert [e["type"] for e in given["events"]] == ["plan.tribunal-direction-given"]
    await _post(client, f"{at}/directions/{direction_id}/complied", "2026-06-25")
    await _post(client, f"{at}/appeal/response", "2026-06-10")
    await _post(client, f"{at}/orders", "2026-07-20", order_types=["AMEND_CONTENT"], outcome="UPHELD")
    order_id = (await client.get(f"{at}/history")).json()[-1]["data"]["order_id"]
    await _post(client, f"{at}/orders/{order_id}/acts", "2026-08-20", act="AMENDED_PLAN_ISSUED")
    state = (await client.get(at)).json()["state"]
    assert state["appeal"]["responded_on"] == "2026-06-10"
    assert state["owed"][0]["acts_done"] == {"AMENDED_PLAN_ISSUED": "2026-08-20"}


async def test_mediation_ends_in_an_agreement_that_is_kept(client: httpx.AsyncClient) -> None:
    wanted = {"step": "MEDIATION_REQUESTED", "health_issues": "MIXED", "issues": "therapy"}
    opened = await _post(client, "/disputes", "2026-04-20", 201, **NOTICE, begins_with=wanted)
    at = f"/disputes/{opened['id']}/mediation"
    await _post(client, f"{at}/health-issues", "2026-04-22", icb_code="QWE")
    await _post(client, f"{at}/arrangement", "2026-05-04", meets_on="2026-05-12")
    await _post(client, f"{at}/meetings", "2026-05-12", attended=["PARENT", "LA"], la_representative_could_decide=True)
    await _post(
        client, f"{at}/agreements", "2026-05-12", terms="CONTENTS", owed="AMEND_CONTENT", agreed_act="amend F3"
    )  # fmt: skip
    agreement_id = (await client.get(f"/disputes/{opened['id']}/history")).json()[-1]["data"]["agreement_id"]
    await _post(client, f"{at}/conclusion", "2026-05-12", agreed="FULLY")
    await _post(client, f"{at}/agreements/{agreement_id}/complied", "2026-06-16")


async def test_no_appeal_without_a_certificate_says_the_way_out(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    response = await client.post(f"{at}/appeal", json={"appeal": APPEAL, "occurred_on": "2026-05-01"})
    assert (response.status_code, response.json()["code"]) == (409, "mediation-certificate-needed")
    assert "leave" in response.json()["detail"]


async def test_a_dispute_lists_what_may_be_done_now(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    commands = {c["command"]: c for c in (await client.get(at)).json()["commands"]}
    assert commands["RequestMediation"]["allowed"]
    assert commands["RequestMediation"]["path"] == f"{at}/mediation/request"
    assert [u["code"] for u in commands["MakeTribunalOrder"]["unmet"]] == ["no-appeal"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({**NOTICE}, {"begins_with"}),
        ({**NOTICE, "begins_with": {"step": "COMPLAINT"}}, {"begins_with"}),
        ({**NOTICE, "about": "DELAY", "begins_with": {"step": "ADVISER_CONTACTED"}}, {"about"}),
        ({**NOTICE, "dispute_id": str(CASE), "begins_with": {"step": "ADVISER_CONTACTED"}}, {"dispute_id"}),
    ],
)
async def test_a_malformed_dispute_names_the_fields(client: httpx.AsyncClient, body: Any, fields: set[str]) -> None:
    response = await client.post("/disputes", json=body)
    assert response.status_code == 422
    assert {f["field"].split(".")[0] for f in response.json()["fields"]} == fields


async def test_a_double_click_opens_one_dispute(client: httpx.AsyncClient) -> None:
    body = {**NOTICE, "begins_with": {"step": "ADVISER_CONTACTED"}, "occurred_on": "2026-04-02"}
    first, second = [
        await client.post("/disputes", json=body, headers={"Idempotency-Key": "click-1"}) for _ in range(2)
    ]
    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert second.json()["repeated"] is True


async def test_an_old_version_is_refused(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    path, body = f"{at}/mediation/declined", {"told_adviser": True, "occurred_on": "2026-04-02"}
    assert (await client.post(path, json=body, headers={"If-Match": '"1"'})).status_code == 200
    late = await client.post(path, json={**body, "told_adviser": False}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version-conflict")


async def test_without_a_token_or_from_another_authority_there_is_nothing(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    assert (await client.get(at, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(at, headers={"Authorization": "Bearer 801"})).status_code == 404
    other = await client.post(
        f"{at}/mediation/declined", json={"told_adviser": True}, headers={"Authorization": "Bearer 801"}
    )
    assert other.status_code == 404


async def test_a_wrong_date_is_corrected(client: httpx.AsyncClient) -> None:
    at = await _dispute(client)
    event_id = (await client.get(f"{at}/history")).json()[0]["event_id"]
    await _post(client, f"{at}/corrections", "2026-04-10", event_id=event_id, now="2026-04-03", reason="DOCUMENT_SHOWS")
    assert (await client.get(at)).json()["state"]["mediation"]["adviser_contacted_on"] == "2026-04-03"


async def test_a_re_assessment_is_of_a_plan_in_force(client: httpx.AsyncClient) -> None:
    body = {"case_id": str(CASE), "requested_by": "PARENT", "occurred_on": "2026-05-04"}
    assert (await client.post("/reassessments", json=body)).json()["code"] == "no-plan"
    await _plan(client)
    at = f"/reassessments/{(await _post(client, '/reassessments', '2026-05-04', 201, **body))['id']}"
    await _post(client, f"{at}/decision", "2026-05-15", agreed=True, recipients=["PARENT"])
    await _post(client, f"{at}/outcome", "2026-07-20", recipients=["PARENT"], rights=RIGHTS, reasons="it still fits")
    state, of = (await client.get(at)).json()["state"], (await client.get(f"/plans/{CASE}")).json()["state"]
    assert (state["outcome"], state["plan_id"]) == ("NO_CHANGE", of["plan_id"])


async def test_a_family_leaves_with_its_plan_and_another_comes(client: httpx.AsyncClient) -> None:
    await _plan(client)
    moved = await _post(client, "/moves", "2026-09-03", 201, case_id=str(CASE), moves_on="2026-09-14", to_la="801")
    await _post(client, f"/moves/{moved['id']}/transfer-out", "2026-09-14")
    assert (await client.get(f"/moves/{moved['id']}")).json()["state"]["transferred_out_on"] == "2026-09-14"
    newcomer = UUID(int=77)
    case_id = case_id_of("999", newcomer)
    came = await _post(
        client, "/moves/transfers-in", "2026-09-21", 201, case_id=str(case_id), person_id=str(newcomer), from_la="801",
        moved_on="2026-09-14", plan_first_made_on="2024-03-01",
    )  # fmt: skip
    await _post(
        client, f"/moves/{came['id']}/transfer-notice", "2026-10-30", will_assess=False, review_on="2026-12-01",
        recipients=["PARENT"],
    )  # fmt: skip


async def test_an_icb_changes_and_a_detention_begins_and_ends(client: httpx.AsyncClient) -> None:
    await _plan(client)
    changed = await _post(
        client, "/commissioning-changes", "2026-03-27", 201, case_id=str(CASE), old_icb="QWE", new_icb="QMJ",
        old_aware_on="2026-03-30",
    )  # fmt: skip
    at = f"/commissioning-changes/{changed['id']}"
    await _post(client, f"{at}/new-icb-told", "2026-04-21")
    await _post(client, f"{at}/impracticable", "2026-04-13", reasons="no therapist")
    await _post(client, f"{at}/request", "2026-05-01", asked_for="REVIEW")
    started = await _post(
        client, "/detentions", "2026-04-20", 201, case_id=str(CASE), person_id=str(PERSON), aware_on="2026-04-22",
        accommodation="SECURE_SCHOOL", order_kind="REMAND",
    )  # fmt: skip
    at = f"/detentions/{started['id']}"
    await _post(client, f"{at}/plan-sent", "2026-04-28", sent_to=["PERSON_IN_CHARGE"])
    await _post(client, f"{at}/end", "2026-08-03")
    await _post(client, f"{at}/release-review", "2026-08-20")


async def test_a_direct_payment_is_agreed_paid_and_stopped(client: httpx.AsyncClient) -> None:
    await _plan(client)
    added = await _post(client, f"/plans/{CASE}/provision", "2026-01-06", section="F", what="speech therapy")
    provision_id = (await client.get(f"/plans/{CASE}/history")).json()[-1]["data"]["provision_id"]
    assert added["events"]
    agreed = await _post(
        client, "/direct-payments", "2026-02-02", 201, case_id=str(CASE), recipient="PARENT", kind="EDUCATION",
        provision_ids=[provision_id], amount="6000.00", consented_in_writing=True, recipient_can_manage=True,
        secures_agreed_provision=True, no_adverse_impact_on_others=True, efficient_use_of_resources=True,
        premises_consent="NOT_ON_PREMISES",
    )  # fmt: skip
    at = f"/direct-payments/{agreed['id']}"
    await _post(client, f"{at}/payments", "2026-03-02", amount="500.00")
    await _post(client, f"{at}/reviews", "2026-05-20", occasion="FIRST_THREE_MONTHS", outcome="STOP")
    await _post(
        client, f"{at}/stop", "2026-05-20", ground="OTHER", takes_effect_on="2026-06-30", reasons="moved on",
        reconsideration_right_stated=True,
    )  # fmt: skip
    decision_id = (await client.get(f"{at}/history")).json()[-1]["data"]["decision_id"]
    await _post(client, f"{at}/decisions/{decision_id}/reconsideration-request", "2026-06-01")
    await _post(client, f"{at}/decisions/{decision_id}/reconsideration", "2026-06-10", outcome="CHANGED", reasons="ok")
    assert (await client.get(at)).json()["state"]["status"] == "AGREED"
