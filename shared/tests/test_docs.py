"""``/docs``: every address on one page, readable without scripts and without the internet."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Literal

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError
from shared.service import utc_now
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app
from shared.web.reading_schemas import fields, kind
from shared.web.words import words_of

from .test_handle import service
from .test_http import ROUTES, OneTokenPerAuthority


@pytest.fixture
def app() -> Any:
    tokens: Any = OneTokenPerAuthority()
    return build_app(
        name="file", handler=service.handler(MemoryEventStore(), MemoryKeyring()), routes=ROUTES, tokens=tokens,
        clock=utc_now, demo_clock=False, description="Files of <children>, with `codes`.",
    )  # fmt: skip


@pytest.fixture
async def page(app: Any) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://file") as client:
        response = await client.get("/", follow_redirects=True)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def test_it_tells_of_every_address(page: str, app: Any) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in page


def test_every_link_on_it_leads_somewhere(page: str) -> None:
    places = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= places
    assert set(re.findall(r'(?:href|src)="([^"#][^"]*)"', page)) == {"/openapi.json"}


def test_nothing_on_it_runs(page: str) -> None:
    assert "<script" not in page
    assert "Files of &lt;children&gt;, with <code>codes</code>." in page


def test_a_program_is_told_that_every_address_takes_a_token(app: Any) -> None:
    document = app.openapi()
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "maxLength": 200}, "text, at most 200 characters"),
        ({"type": "string", "format": "date"}, "date, as 2026-09-07"),
        ({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, "id (UUID) or null"),
        ({"enum": ["A", "B", "C"], "type": "string"}, "A, B or C"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Need"}}, "list of {Need}"),
        ({"type": "integer", "minimum": 1, "maximum": 3}, "whole number, 1 to 3"),
        ({"const": "X"}, "always X"),
        ({}, "anything"),
    ],
)
def test_what_a_field_may_hold_is_said_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind(schema) == words


def test_fields_of_a_part_are_found_behind_references() -> None:
    parts = {"Need": {"properties": {"code": {"enum": ["A"]}, "rank": {"type": "integer", "default": 1}},
                      "required": ["code"]}}  # fmt: skip
    schema = {"anyOf": [{"$ref": "#/components/schemas/Need"}, {"type": "null"}]}
    assert [(row.name, row.required, row.words) for row in fields(schema, parts)] == [
        ("code", True, ""),
        ("rank", False, "If left out: 1."),
    ]


async def test_a_strange_address_and_a_wrong_method_are_told_what_there_is(app: Any) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://file") as client:
        strange = await client.get("/file")
        wrong = await client.put("/files")
    assert strange.status_code == 404
    assert "/docs" in strange.json()["detail"]
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert wrong.json()["detail"] == "This address takes POST; not PUT."


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"
    GREEN = "GREEN"


@pytest.mark.parametrize(
    "annotation", [Colour, Literal[Colour.RED, Colour.BLUE, Colour.GREEN], Literal["RED", "BLUE", "GREEN"]]
)
def test_choices_are_named_by_their_codes_however_they_are_declared(annotation: Any) -> None:
    with pytest.raises(ValidationError) as found:
        TypeAdapter(annotation).validate_python("mauve")
    assert words_of(found.value.errors()[0]) == "must be 'RED', 'BLUE' or 'GREEN'"
