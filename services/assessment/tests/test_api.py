"""Assessments over HTTP, in one process: what a front-end is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from assessment.advice_instead import RefuseRequestedAdvice
from assessment.app import service
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from shared import Command

from .stories import ALL_IN, ASSESSING, CASE, LATER, OPENED, READY, SOUGHT, open_assessment, profile, seek

PATH = f"/assessments/{CASE}"
EVERYONE = ["PARENT", "ICB", "SOCIAL_CARE", "SETTING"]
SENT = {"method": "EMAIL", "recipients": EVERYONE}
REASONS = {"reasons": "The school's help has not been enough.", "evidence_refs": ["doc-1"], "decision_maker": "chair"}
RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
TEST = {"legal_test": {"may_have_sen": "MET", "may_need_plan": "MET"}}
NOT_MET = {"legal_test": {"may_have_sen": "MET", "may_need_plan": "NOT_MET"}}
CASEWORKER = Actor(user_id="ana", role="send_caseworker", org_id="o", la_code="999")


class OneTokenPerAuthority:
    """``Bearer 999`` is a caseworker of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


@pytest.fixture
def handler() -> Handler:
    return service.handler(MemoryEventStore(), MemoryKeyring())


@pytest.fixture
async def client(handler: Handler) -> AsyncIterator[httpx.AsyncClient]:
    tokens: Any = OneTokenPerAuthority()
    app = build_app(
        name=service.name, handler=handler, routes=service.routes, tokens=tokens, clock=lambda: LATER, demo_clock=False
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer 999"}
    async with httpx.AsyncClient(transport=transport, base_url="http://assessment", headers=headers) as client:
        yield client


async def _happened(handler: Handler, *commands: Command) -> None:
    for command in commands:
        await handler.handle(command, by=CASEWORKER, at=LATER, command_id=uuid4())


async def _post(client: httpx.AsyncClient, path: str, on: str, **body: Any) -> Any:
    response = await client.post(f"{PATH}{path}", json={"occurred_on": on, **body})
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_case_runs_from_request_to_decision_on_a_plan(client: httpx.AsyncClient, handler: Handler) -> None:
    await _happened(handler, *OPENED)
    await _post(client, "/consideration-notice", "2026-09-09", right_to_give_views_stated=True, **SENT)
    await _post(client, "/consultations", "2026-09-14", who="PARENT", method="MEETING", views="He likes it outdoors.")
    await _post(client, "/decision-to-assess", "2026-10-12", **TEST, **REASONS)
    await _post(client, "/decision-to-assess/notice", "2026-10-14", year_group=4, **SENT)
    await _happened(handler, *(seek(kind) for kind in SOUGHT))
    advice = (await client.get(PATH)).json()["state"]["rounds"][0]["advice"]
    covers = {"covers_needs": True, "covers_outcomes": True, "covers_provision": True}
    for one in advice[1:]:
        await _post(
            client, f"/advice/{one['advice_id']}/receipt", "2026-11-20",
            author="Test-Adviser Wren", role="adviser", document_ref=f"doc-{one['advice_type']}", **covers,
        )  # fmt: skip
    family = advice[0]["advice_id"]
    await _post(client, f"/advice/{family}/chase", "2026-11-20")
    await _post(
        client, f"/advice/{family}/gone-without", "2026-11-24", reason="They say all is said.", decision_maker="m"
    )
    levels = {"CI": 3, "CL": 1, "SEMH": 2, "SP": 0}
    await _post(client, "/need-profile", "2026-11-25", needs=[{"code": "ASD", "rank": "PRIMARY"}], levels=levels)
    await _post(client, "/completion", "2026-11-27")
    made = await _post(client, "/decision-to-issue", "2026-12-01", **REASONS)
    told = await _post(client, "/decision-to-issue/notice", "2026-12-03", **SENT)
    assert [e["type"] for e in made["events"] + told["events"]] == [
        "assessment.decision-to-issue-plan-made",
        "assessment.decision-to-issue-plan-notified",
    ]
    history = (await client.get(f"{PATH}/history")).json()
    assert [item["version"] for item in history] == list(range(1, len(history) + 1))
    assert (await client.get(PATH)).json()["state"]["rounds"][0]["phase"] == "DRAFTING"


async def test_a_referral_to_social_care_is_made_and_answered(client: httpx.AsyncClient, handler: Handler) -> None:
    await _happened(handler, *ASSESSING)
    made = await _post(client, "/social-care-referrals", "2026-10-26", service="Children with disabilities team")
    [referral] = (await client.get(PATH)).json()["state"]["social_care_referrals"]
    assert referral["social_care_referral_id"] != "00000000-0000-0000-0000-000000000000"
    at = f"/social-care-referrals/{referral['social_care_referral_id']}"
    done = await _post(client, f"{at}/assessment", "2027-01-04", provision_needed=True, document_ref="report-9")
    assert [e["type"] for e in made["events"] + done["events"]] == [
        "assessment.social-care-referral-made",
        "assessment.social-care-assessment-completed",
    ]
    refused = await client.post(f"{PATH}{at}/close", json={"reason": "NOT_ACCEPTED", "occurred_on": "2027-01-05"})
    assert (refused.status_code, refused.json()["code"]) == (409, "social-care-referral-answered")


async def test_a_refusal_citing_a_standard_is_refused_in_words(client: httpx.AsyncClient, handler: Handler) -> None:
    """The acceptance example: closing a request with the reason "standard NS-17 not met"."""
    await _happened(handler, *READY)
    body = {
        "occurred_on": "2026-10-12",
        **NOT_MET,
        **REASONS,
        "reasons": "Standard NS-17 not met.",
        "cites": ["STANDARD"],
    }
    response = await client.post(f"{PATH}/decision-not-to-assess", json=body)
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    [condition] = response.json()["conditions"]
    assert condition["code"] == "not-the-statutory-test"
    assert "a standard" in condition["detail"]
    assert (await client.get(PATH)).json()["version"] == 3


async def test_a_refusal_notice_without_all_rights_can_be_mended_at_once(
    client: httpx.AsyncClient, handler: Handler
) -> None:
    await _happened(handler, *READY)
    await _post(client, "/decision-not-to-assess", "2026-10-12", **NOT_MET, **REASONS)
    body = {"occurred_on": "2026-10-14", "reasons_given": True, "rights": {**RIGHTS, "mediation": False}, **SENT}
    refused = await client.post(f"{PATH}/decision-not-to-assess/notice", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "rights-missing")
    assert "the mediation information of reg 32" in refused.json()["detail"]
    mended = await client.post(f"{PATH}/decision-not-to-assess/notice", json={**body, "rights": RIGHTS})
    assert mended.status_code == 200


async def test_what_may_be_done_now_and_why_not(client: httpx.AsyncClient, handler: Handler) -> None:
    await _happened(handler, *OPENED)
    response = await client.get(PATH)
    commands = {c["command"]: c for c in response.json()["commands"]}
    assert {name for name, c in commands.items() if c["allowed"]} == {
        "NotifyConsideration",
        "ConsultFamily",
        "CloseAssessment",
        "ClaimException",
        "RecordSchoolClosure",
        "RecordFamilyAbsence",
        "ReferToSocialCare",
    }
    assert [u["code"] for u in commands["DecideToAssess"]["unmet"]] == [
        "consideration-not-notified",
        "family-not-consulted",
    ]
    assert commands["ChaseAdvice"]["path"] == f"{PATH}/advice/{{advice_id}}/chase"
    assert not {"OpenAssessment", "SeekAdvice", "ReverseRefusalAsBound", "CloseWithdrawnAssessment"} & set(commands)
    fresh = await client.get(PATH, headers={"If-None-Match": response.headers["etag"]})
    assert fresh.status_code == 304


async def test_what_an_unfinished_assessment_lacks_is_shown(client: httpx.AsyncClient, handler: Handler) -> None:
    await _happened(handler, *ASSESSING)
    commands = {c["command"]: c for c in (await client.get(PATH)).json()["commands"]}
    assert [u["code"] for u in commands["CompleteAssessment"]["unmet"]] == [
        "need-profile-missing",
        "advice-outstanding",
    ]


async def test_a_double_click_gets_the_first_answer_and_an_old_version_is_refused(
    client: httpx.AsyncClient, handler: Handler
) -> None:
    await _happened(handler, *OPENED)
    body = {"occurred_on": "2026-09-14", "who": "PARENT", "method": "TELEPHONE"}
    key = {"Idempotency-Key": "click-1"}
    first = await client.post(f"{PATH}/consultations", json=body, headers=key)
    again = await client.post(f"{PATH}/consultations", json=body, headers=key)
    assert (first.status_code, again.json()["repeated"], again.json()["version"]) == (200, True, 2)
    assert (await client.post(f"{PATH}/consultations", json=body)).json()["events"] == []
    old = await client.post(f"{PATH}/closure", json={"reason": "DIED"}, headers={"If-Match": '"1"'})
    assert (old.status_code, old.json()["code"]) == (412, "version-conflict")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/decision-to-assess", {**TEST, **REASONS, "evidence_refs": []}, "evidence_refs"),
        ("/decision-to-assess", {**REASONS}, "legal_test"),
        ("/decision-to-assess", {**TEST, "reasons": "x", "evidence_refs": ["d"]}, "decision_maker"),
        ("/decision-not-to-assess", {**NOT_MET, **REASONS, "cites": ["GUT_FEELING"]}, "cites.0"),
        ("/decision-to-assess/notice", SENT, "year_group"),
        ("/decision-not-to-assess/notice", {**SENT, "reasons_given": True}, "rights"),
        ("/need-profile", {"needs": [], "levels": {"CI": 1, "CL": 1, "SEMH": 1, "SP": 1}}, "needs"),
        ("/social-care-referrals", {"service": " "}, "service"),
        ("/closure", {"reason": "WITHDRAWN"}, "reason"),
        ("/closure", {"reason": "DIED", "occurred_on": "2999-01-01"}, "occurred_on"),
        ("/exceptions", {"limit_id": "issue-final-plan", "ground": "STAFF_SHORTAGE"}, "ground"),
    ],
)
async def test_a_malformed_command_names_the_field(
    client: httpx.AsyncClient, handler: Handler, path: str, body: Any, field: str
) -> None:
    await _happened(handler, *OPENED)
    response = await client.post(f"{PATH}{path}", json=body)
    assert response.status_code == 422, response.text
    assert field in {f["field"] for f in response.json()["fields"]}


async def test_another_authoritys_case_and_one_that_never_was_look_alike(
    client: httpx.AsyncClient, handler: Handler
) -> None:
    await _happened(handler, open_assessment())
    theirs = await client.get(PATH, headers={"Authorization": "Bearer 998"})
    nobodys = await client.get(f"/assessments/{uuid4()}")
    assert (theirs.status_code, theirs.json()) == (404, nobodys.json())
    body = {"who": "PARENT", "method": "MEETING"}
    assert (await client.post(f"/assessments/{uuid4()}/consultations", json=body)).status_code == 404
    unsigned = await client.get(PATH, headers={"Authorization": ""})
    assert unsigned.status_code == 401


async def test_a_corrected_date_counts_from_then_on(client: httpx.AsyncClient, handler: Handler) -> None:
    """A request that came on the 4th and not the 7th: what was too early before is in order now."""
    await _happened(handler, *OPENED)
    early = {"occurred_on": "2026-09-05", "who": "PARENT", "method": "MEETING"}
    assert (await client.post(f"{PATH}/consultations", json=early)).json()["code"] == "before-the-request"
    [opened] = (await client.get(f"{PATH}/history")).json()
    correction = {"event_id": opened["event_id"], "now": "2026-09-04", "reason": "DOCUMENT_SHOWS"}
    assert (await client.post(f"{PATH}/corrections", json=correction)).status_code == 200
    assert (await client.post(f"{PATH}/consultations", json=early)).status_code == 200


async def test_what_is_personal_is_sealed_in_the_store(handler: Handler) -> None:
    await _happened(handler, *READY)
    store: Any = handler.store
    stored = b"".join(event.data for event in await store.load(f"assessment-{CASE}"))
    assert b"outdoors" not in stored
    assert b"assessment.parent-or-young-person-consulted" in stored


async def test_erasure_leaves_the_case_readable(handler: Handler, client: httpx.AsyncClient) -> None:
    refuse = RefuseRequestedAdvice(case_id=CASE, asked_for="Test-Adviser Crane", reasons="No.", decision_maker="m")
    await _happened(handler, *ALL_IN, profile(), refuse)
    keyring: Any = handler.keyring
    await keyring.erase(next(iter(keyring.by_person)))
    response = await client.get(PATH)
    assert response.status_code == 200
    [current] = response.json()["state"]["rounds"]
    assert (current["strengths"], [r["name"] for r in current["refused_advisers"]]) == ("[erased]", ["[erased]"])
    assert "outdoors" not in (await client.get(f"{PATH}/history")).text
