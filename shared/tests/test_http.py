"""The HTTP edge: what a front-end is told, in every case."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.service import utc_now
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app
from shared.web.routes import command, correction, history, state

from .test_handle import FileDateCorrected, Note, Open, file, service

ROUTES = [
    command("POST /files", Open),
    command("POST /files/{file_id}/notes", Note),
    state("GET /files/{file_id}", file),
    history("GET /files/{file_id}/history", file),
    correction("POST /files/{file_id}/corrections", file, FileDateCorrected),
]
PERSON = "00000000-0000-0000-0000-000000000007"


class OneTokenPerAuthority:
    """``Bearer 999`` is a caseworker of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


def _client(*, demo_clock: bool = False) -> httpx.AsyncClient:
    tokens: Any = OneTokenPerAuthority()
    app = build_app(
        name="file", handler=service.handler(MemoryEventStore(), MemoryKeyring()), routes=ROUTES, tokens=tokens,
        clock=utc_now, demo_clock=demo_clock,
    )  # fmt: skip
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://file", headers={"Authorization": "Bearer 999"})


@pytest.fixture
def log_output() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with _client() as client:
        yield client


async def _open(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post("/files", json={"person_id": PERSON, "name": "Test-Child Kestrel"}, headers=headers)


async def test_opening_answers_created_with_id_version_and_events(client: httpx.AsyncClient) -> None:
    response = await _open(client)
    assert response.status_code == 201
    assert response.headers["etag"] == '"1"'
    assert [e["type"] for e in response.json()["events"]] == ["file.opened"]
    assert response.json()["ids"] == {"file_id": response.json()["id"]}


async def test_a_double_click_gets_the_first_answer(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "click-1"}
    first, second = await _open(client, **headers), await _open(client, **headers)
    assert (second.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert second.json()["repeated"] is True


async def test_two_users_with_the_same_key_do_not_meet(client: httpx.AsyncClient) -> None:
    first = await _open(client, **{"Idempotency-Key": "1"})
    second = await _open(client, **{"Idempotency-Key": "1", "Authorization": "Bearer 998"})
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"person_id", "name"}),
        ({"person_id": "x", "name": "y"}, {"person_id"}),
        ({"person_id": PERSON, "name": "y", "colour": "blue"}, {"colour"}),
        ({"person_id": PERSON, "name": "y", "occurred_on": "2999-01-01"}, {"occurred_on"}),
        ({"person_id": PERSON, "name": "y", "by": {}}, {"by"}),
    ],
)
async def test_a_malformed_command_names_the_fields(client: httpx.AsyncClient, body: Any, fields: set[str]) -> None:
    response = await client.post("/files", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert {f["field"] for f in response.json()["fields"]} == fields


async def test_a_parameter_that_is_not_known_is_refused_and_not_passed_over(client: httpx.AsyncClient) -> None:
    opened = (await _open(client)).json()["id"]
    response = await client.get(f"/files/{opened}", params={"asAt": "2026-01-01"})
    assert response.status_code == 422
    assert response.json()["detail"] == "There is a parameter that is not known here; this address takes no parameters."
    assert response.json()["fields"] == [{"field": "asAt", "message": "is not known here"}]


async def test_what_is_wrong_in_a_personal_field_is_not_repeated(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", json={"person_id": PERSON, "name": {"secret": "Kestrel"}})
    assert response.status_code == 422
    assert "Kestrel" not in response.text


async def test_a_body_that_is_no_json_is_malformed(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", content="{", headers={"Content-Type": "application/json"})
    assert response.status_code == 422


async def test_a_refusal_lists_every_unmet_condition(client: httpx.AsyncClient) -> None:
    id = (await _open(client)).json()["id"]
    for page in (1, 2, 3):
        assert (await client.post(f"/files/{id}/notes", json={"page": page})).status_code == 200
    response = await client.post(f"/files/{id}/notes", json={"page": 4})
    assert response.status_code == 409
    assert response.json()["conditions"] == [{"code": "file-full", "detail": "The file holds three pages already."}]


async def test_the_state_tells_which_commands_are_allowed_now_and_why_not(client: httpx.AsyncClient) -> None:
    id = (await _open(client)).json()["id"]
    for page in (1, 2, 3):
        await client.post(f"/files/{id}/notes", json={"page": page})
    body = (await client.get(f"/files/{id}")).json()
    note = next(c for c in body["commands"] if c["command"] == "Note")
    assert (note["allowed"], note["path"]) == (False, f"/files/{id}/notes")
    assert note["unmet"][0]["code"] == "file-full"
    assert body["state"]["pages"] == [1, 2, 3]


async def test_an_old_etag_is_refused_and_a_fresh_one_saves_a_read(client: httpx.AsyncClient) -> None:
    id = (await _open(client)).json()["id"]
    ok = await client.post(f"/files/{id}/notes", json={"page": 1}, headers={"If-Match": '"1"'})
    late = await client.post(f"/files/{id}/notes", json={"page": 2}, headers={"If-Match": '"1"'})
    assert (ok.status_code, late.status_code, late.json()["code"]) == (200, 412, "version-conflict")
    assert (await client.get(f"/files/{id}", headers={"If-None-Match": ok.headers["etag"]})).status_code == 304
    assert (await client.post(f"/files/{id}/notes", json={"page": 2}, headers={"If-Match": "x"})).status_code == 422


async def test_without_a_token_there_is_nothing(client: httpx.AsyncClient) -> None:
    response = await client.get(f"/files/{uuid4()}", headers={"Authorization": ""})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_another_authoritys_file_is_not_found_like_one_that_never_was(client: httpx.AsyncClient) -> None:
    id = (await _open(client)).json()["id"]
    theirs = await client.get(f"/files/{id}", headers={"Authorization": "Bearer 998"})
    nobodys = await client.get(f"/files/{uuid4()}")
    assert theirs.json() == nobodys.json()
    assert theirs.status_code == 404


async def test_history_and_correction(client: httpx.AsyncClient) -> None:
    id = (await _open(client)).json()["id"]
    (opened,) = (await client.get(f"/files/{id}/history")).json()
    body = {"event_id": opened["event_id"], "now": "2026-01-05", "reason": "DOCUMENT_SHOWS"}
    assert (await client.post(f"/files/{id}/corrections", json=body)).status_code == 200
    first, second = (await client.get(f"/files/{id}/history")).json()
    assert (first["occurred_on"], first["corrected"], second["data"]["now"]) == ("2026-01-05", True, "2026-01-05")
    future = await client.post(f"/files/{id}/corrections", json={**body, "now": "2999-01-05"})
    assert future.status_code == 422


async def test_the_clock_moves_only_where_it_may(client: httpx.AsyncClient) -> None:
    assert (await _open(client, **{"Demo-Now": "2025-01-06T09:00:00Z"})).status_code == 422
    async with _client(demo_clock=True) as demo:
        id = (await _open(demo, **{"Demo-Now": "2025-01-06T09:00:00Z"})).json()["id"]
        (opened,) = (await demo.get(f"/files/{id}/history")).json()
        assert opened["recorded_at"].startswith("2025-01-06T09:00:00")


async def test_the_openapi_document_shows_what_to_send_and_what_may_come_back(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    post = document["paths"]["/files"]["post"]
    assert set(post["responses"]) >= {"200", "201", "401", "404", "409", "412", "422", "503"}
    assert set(post["responses"]["409"]["content"]) == {"application/problem+json"}
    assert set(document["paths"]["/files/{file_id}"]["get"]["responses"]) == {"200", "304", "401", "404", "422", "503"}
    assert set(document["components"]["schemas"]["Open"]["properties"]) == {"person_id", "name", "occurred_on"}


@pytest.mark.parametrize("page", [2**64, -(2**63) - 1, 10**300])
async def test_a_number_that_the_log_cannot_hold_is_refused(client: httpx.AsyncClient, page: int) -> None:
    id = (await _open(client)).json()["id"]
    response = await client.post(f"/files/{id}/notes", json={"page": page})
    assert (response.status_code, response.json()["code"]) == (422, "invalid-command")


async def test_an_answer_does_not_grow_with_what_is_sent(client: httpx.AsyncClient) -> None:
    wrong = {f"{'colour' * 50}{n}": n for n in range(1_000)}
    response = await client.post("/files", json={"person_id": PERSON, "name": "y", **wrong})
    assert response.status_code == 422
    assert len(response.json()["fields"]) == 30
    assert response.json()["detail"].endswith("and 970 more.")
    assert len(response.content) < 20_000


async def test_a_body_that_is_no_text_is_malformed(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", content=b"\xe8P\xd1N", headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid-command")


async def test_a_body_that_is_too_large_is_refused_unread(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", content=b"[" + b" " * 2_000_000)
    assert (response.status_code, response.json()["code"]) == (413, "body-too-large")


async def test_a_body_that_is_too_deep_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", content=b"[" * 100_000)
    assert (response.status_code, response.json()["code"]) == (422, "body-too-deep")


async def test_brackets_in_words_are_no_depth(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", json={"person_id": PERSON, "name": "[]" * 100})
    assert response.status_code == 201


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"person_id": 1e999}', b'{"name": "\\ud800"}']
)
async def test_bytes_that_are_no_command_are_malformed_and_no_fault_of_ours(
    client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post("/files", content=body)
    assert response.status_code == 422


async def test_the_character_nul_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", json={"person_id": PERSON, "name": "a\x00b"})
    assert (response.status_code, response.json()["code"]) == (422, "nul-in-body")


async def test_a_personal_field_that_is_wrong_is_named_as_the_caller_wrote_it(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", json={"person_id": PERSON, "name": 7})
    assert [f["field"] for f in response.json()["fields"]] == ["name"]
    assert "7" not in response.text.replace(PERSON, "")


async def test_every_read_is_recorded_with_who_and_without_what_was_read(
    client: httpx.AsyncClient, log_output: list[dict[str, Any]]
) -> None:
    id = (await _open(client)).json()["id"]
    await client.get(f"/files/{id}")
    await client.get(f"/files/{id}/history")
    reads = [line for line in log_output if line["event"] == "read"]
    assert [(line["what"], line["user_id"], line["stream"]) for line in reads] == [
        ("state", "ana", f"file-{id}"),
        ("history", "ana", f"file-{id}"),
    ]
    assert "Kestrel" not in str(log_output)


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (b"{no", "body", "is not JSON"),
        (b"[]", "body", "Content-Type: application/json"),
        (b"{}", "name", "is missing"),
        (b'{"colour": 1}', "colour", "is not known here"),
        (b'{"person_id": "x"}', "person_id", "must be an id (UUID)"),
        (b'{"occurred_on": "yesterday"}', "occurred_on", "must be a date"),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_in_plain_words(
    client: httpx.AsyncClient, body: bytes, field: str, words: str
) -> None:
    response = await client.post("/files", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert words in {f["field"]: f["message"] for f in response.json()["fields"]}[field]


async def test_a_body_without_its_content_type_says_which_is_missing(client: httpx.AsyncClient) -> None:
    response = await client.post("/files", content=b'{"name": "x"}')
    assert "Content-Type: application/json" in response.json()["detail"]


@pytest.mark.parametrize("now", ["2026-09-07T09:30:00", "soon"])
async def test_a_moved_clock_needs_its_time_zone(now: str) -> None:
    async with _client(demo_clock=True) as client:
        response = await _open(client, **{"Demo-Now": now})
    assert [f["field"] for f in response.json()["fields"]] == ["Demo-Now"]
