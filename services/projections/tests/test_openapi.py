"""The document of the query API: complete, with examples that are true."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from projections.api import build_query_api
from projections.clocks.punctuality import router as punctuality
from projections.clocks.view import router as deadlines
from projections.projection import LiveEffect
from projections.register.view import router as cases
from projections.timeline.view import router as timeline
from projections.web import Sources
from pydantic import TypeAdapter
from shared.edge.db import Pool
from shared.edge.identity import Tokens

from .log import Log, case

REQUEST = "5f6c0d1e-0000-5000-8000-000000000001"
FINAL = f"issue-final-plan:{REQUEST}"


@pytest.fixture
def app() -> FastAPI:
    nothing: Any = None
    return build_query_api(sources=Sources(nothing, nothing, nothing, 30.0), tokens=Tokens("http://issuer", "x"))


def _operations(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    document = app.openapi()
    return [(f"{m.upper()} {path}", op) for path, ops in document["paths"].items() for m, op in ops.items()]


def test_every_operation_is_told_with_its_problems_and_an_example(app: FastAPI) -> None:
    operations = _operations(app)
    assert len(operations) == 10
    for name, operation in operations:
        assert operation["summary"], name
        answers = operation["responses"]
        assert {"200", "401", "404", "422", "503"} <= set(answers), name
        assert any("example" in content for content in answers["200"]["content"].values()), name
        assert list(answers["422"]["content"]) == ["application/problem+json"], name


ROUTES = [
    route
    for router in (cases, timeline, deadlines, punctuality)
    for route in router.routes
    if isinstance(route, APIRoute)
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_examples_are_what_the_models_say(route: APIRoute) -> None:
    (content,) = route.responses[200]["content"].values()
    TypeAdapter(route.response_model).validate_json(orjson.dumps(content["example"]), extra="forbid")


async def test_answers_are_what_the_models_say(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await log.happened("referral.person-registered", "2026-02-23", sealed={"name": "Test-Child Kestrel"})
    asked = await log.happened("referral.ehc-needs-assessment-requested", "2026-03-09", request_id=REQUEST)
    await log.corrected(asked, "2026-03-02", recorded="2026-03-20")
    await log.apply(pool, effects)
    models = {route.path: route.response_model for route in ROUTES}
    assert len(models) == 9
    asks = {
        "/cases": ("GET", {}),
        "/cases/{case_id}": ("GET", {}),
        "/cases/{case_id}/timeline": ("GET", {}),
        "/cases/{case_id}/deadlines": ("GET", {}),
        "/cases/{case_id}/deadlines/{clock_id:path}/explanation": ("GET", {}),
        "/worklist": ("GET", {}),
        "/punctuality": ("GET", {"params": {"rule": "issue-final-plan", "from": "2026-01-01", "to": "2026-12-31"}}),
        "/cases/{case_id}/deadlines/what-if": ("POST", {"json": {}}),
        "/worklist/what-if": ("POST", {"json": {}}),
    }
    for path, (method, more) in asks.items():
        url = path.replace("{case_id}", str(case(1))).replace("{clock_id:path}", FINAL)
        response = await client.request(method, url, **more)
        assert response.status_code == 200, (path, response.text)
        TypeAdapter(models[path]).validate_json(response.content, extra="forbid")
