"""Doing what the diaries say, against services that are late, down, repeated or say no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from demo.load.replay import LoadFailed, Replay
from demo.load.step import Seen, Step, Who

CASE = "00000000-0000-0000-0000-00000000000a"
ANA = Who("send_caseworker", "ana")


def step(number: int, command: str = "ServeDraftPlan", case: str = "case A", **more: Any) -> Step:
    fields: dict[str, Any] = {
        "at": datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(hours=number),
        "occurred_on": date(2026, 3, 2),
        "who": ANA,
        "service": "plan",
        "command": command,
        "method": "POST",
        "path": f"/plans/{CASE}/draft",
        "body": {"number": number},
        "key": f"{case}-{number}",
        "case": case,
        "state": f"/plans/{CASE}",
    }
    return Step(**fields | more)


class Service:
    """Answers as told, and remembers what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer, self.asked = answer, list[httpx.Request]()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.answer(request)

    @property
    def posts(self) -> list[httpx.Request]:
        return [r for r in self.asked if r.method == "POST"]

    def replay(self, *, patience: float = 5.0) -> Replay:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://plan")
        return Replay({"plan": client}, lambda who: f"{who.role}:{who.user}", patience=patience)


def _state(*, allowed: bool) -> httpx.Response:
    commands = [{"command": "ServeDraftPlan", "allowed": allowed, "unmet": []}]
    return httpx.Response(200, json={"commands": commands})


def _refused(code: str = "no-draft") -> httpx.Response:
    return httpx.Response(409, json={"conditions": [{"code": code, "detail": "There is no draft."}]})


async def test_a_step_says_who_when_and_which() -> None:
    service = Service(lambda _: httpx.Response(201, json={}))
    await service.replay().run([[step(0)]])
    [sent] = service.posts
    assert sent.headers["authorization"] == "Bearer send_caseworker:ana"
    assert sent.headers["idempotency-key"] == "case A-0"
    assert sent.headers["demo-now"] == "2026-03-02T09:00:00+00:00"
    assert sent.content == b'{"number":0}'


async def test_cases_are_told_together_and_each_in_its_order() -> None:
    service = Service(lambda _: httpx.Response(200, json={}))
    cases = [[step(n, case=name) for n in range(20)] for name in ("A", "B", "C")]
    await service.replay().run(cases, callers=4)
    keys = [r.headers["idempotency-key"] for r in service.posts]
    for name in ("A", "B", "C"):
        assert [k for k in keys if k.startswith(name)] == [f"{name}-{n}" for n in range(20)]
    assert {k[0] for k in keys[:6]} == {"A", "B", "C"}


async def test_a_step_waits_until_the_reaction_it_depends_on_allows_it() -> None:
    looks = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        if request.method == "GET":
            looks += 1
            return _state(allowed=looks >= 3)
        return httpx.Response(200, json={}) if looks >= 3 else _refused()

    service = Service(answer)
    await service.replay().run([[step(0)]])
    assert looks == 3
    assert len(service.posts) == 2


async def test_a_stream_that_is_not_there_yet_is_waited_for() -> None:
    looks = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        looks += request.method == "GET"
        if looks < 2:
            return httpx.Response(404, json={"detail": "nothing"})
        return _state(allowed=True) if request.method == "GET" else httpx.Response(200, json={})

    await Service(answer).replay().run([[step(0)]])


async def test_what_never_comes_is_named_with_case_command_and_condition() -> None:
    service = Service(lambda r: _state(allowed=False) if r.method == "GET" else _refused())
    with pytest.raises(LoadFailed, match=r"case A: ServeDraftPlan .* 409: no-draft: There is no draft"):
        await service.replay(patience=0.05).run([[step(0)]])


async def test_a_rule_that_looks_at_more_than_the_state_is_not_waited_for() -> None:
    service = Service(lambda r: _state(allowed=True) if r.method == "GET" else _refused("wrong-date"))
    with pytest.raises(LoadFailed, match="wrong-date"):
        await service.replay(patience=60).run([[step(0)]])
    assert len(service.posts) < 6


async def test_a_malformed_step_fails_at_once() -> None:
    problem = {"fields": [{"field": "method", "message": "Field required"}]}
    service = Service(lambda _: httpx.Response(422, json=problem))
    with pytest.raises(LoadFailed, match="method Field required"):
        await service.replay(patience=60).run([[step(0)]])
    assert len(service.asked) == 1


async def test_an_id_only_a_reaction_makes_is_read_from_the_history() -> None:
    seen = Seen("plan", f"/plans/{CASE}/history", "plan.need-added", "need_id", {"need_code": "ASD"})
    looks = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        if request.method == "GET":
            looks += 1
            added = {"type": "plan.need-added", "event_id": "e", "data": {"need_code": "ASD", "need_id": "n-1"}}
            return httpx.Response(200, json=[added] if looks > 1 else [])
        return httpx.Response(200, json={})

    service = Service(answer)
    revise = step(0, path=f"/plans/{CASE}/needs/{{need}}", body={"links": ["{need}"]}, seen={"need": seen})
    await service.replay().run([[revise]])
    [sent] = service.posts
    assert sent.url.path == f"/plans/{CASE}/needs/n-1"
    assert sent.content == b'{"links":["n-1"]}'


async def test_an_event_that_never_comes_is_named() -> None:
    seen = Seen("plan", f"/plans/{CASE}/history", "plan.plan-opened")
    service = Service(lambda _: httpx.Response(404, json={}))
    with pytest.raises(LoadFailed, match=r"case A: ServeDraftPlan waited .* for plan\.plan-opened"):
        await service.replay(patience=0.05).run([[step(0, after=(seen,))]])


async def test_a_service_that_is_down_for_a_moment_is_asked_again() -> None:
    tries = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(503 if tries == 2 else 200, json={})

    await Service(answer).replay().run([[step(0)]])
    assert tries == 3


async def test_a_service_that_stays_down_ends_the_load() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(LoadFailed, match="plan does not answer"):
        await Service(answer).replay(patience=0.05).run([[step(0)]])


async def test_one_failure_ends_all() -> None:
    service = Service(lambda r: httpx.Response(422 if b"13" in r.content else 200, json={}))
    cases = [[step(n, case="A") for n in range(50)], [step(n, case="B") for n in range(50)]]
    with pytest.raises(LoadFailed):
        await service.replay().run(cases, callers=2)
    assert len(service.asked) < 60
