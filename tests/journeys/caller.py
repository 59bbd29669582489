"""Somebody who calls the services over HTTP, on the day that the course has come to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import httpx

AUTHORITY = "801"


class Token(Protocol):
    """The bearer token of somebody with that role in an authority."""

    def __call__(self, role: str, authority: str = AUTHORITY) -> str: ...


Wait = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Until a look at the system finds something true; what it found. Raises TimeoutError."""


async def until(look: Callable[[], Awaitable[Any]], within: float = 60.0) -> Any:
    """Look again and again until something true is found. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while not (found := await look()):  # noqa: ASYNC110 - what is looked at is another process
            await asyncio.sleep(0.05)
        return found


@dataclass
class Caller:
    """A caseworker of one authority. ``http`` has a client for each service; ``token`` gives a role's bearer token.

    With ``moved_clock`` the demo's clock is set to ``today`` for each command, so that what is recorded, and what the
    other services do about it, bears that day.
    """

    http: Mapping[str, httpx.AsyncClient]
    token: Token
    wait: Wait
    today: date
    moved_clock: bool = True

    async def send(
        self, service: str, path: str, body: Any = None, *, method: str = "POST", role: str = "send_caseworker",
        key: str | None = None, if_match: str | None = None,
    ) -> httpx.Response:  # fmt: skip
        """A command, whatever the answer."""
        headers = self._headers(role)
        if self.moved_clock:
            headers["Demo-Now"] = f"{self.today.isoformat()}T10:00:00Z"
        if key is not None:
            headers["Idempotency-Key"] = key
        if if_match is not None:
            headers["If-Match"] = if_match
        return await self.http[service].request(method, path, json=body or {}, headers=headers)

    async def do(self, service: str, path: str, body: Any = None, **how: Any) -> dict[str, Any]:
        """A command that is carried out: its answer."""
        answer = await self.send(service, path, body, **how)
        assert answer.status_code in (200, 201), f"{service} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        assert found["events"], f"{service} {path}: nothing happened"
        return found

    async def refused(self, service: str, path: str, body: Any = None, **how: Any) -> set[str]:
        """A command that a rule refuses: the codes of what is unmet."""
        answer = await self.send(service, path, body, **how)
        assert answer.status_code == 409, f"{service} {path}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        conditions = answer.json()["conditions"]
        assert all(one["detail"].endswith((".", "?")) for one in conditions), conditions
        return {one["code"] for one in conditions}

    async def look(self, service: str, path: str, *, role: str = "send_caseworker", **query: Any) -> httpx.Response:
        return await self.http[service].get(path, params=query, headers=self._headers(role))

    async def read(self, service: str, path: str, **query: Any) -> Any:
        """What a GET answers, which must be 200."""
        answer = await self.look(service, path, **query)
        assert answer.status_code == 200, f"{service} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def allowed(self, service: str, path: str) -> dict[str, set[str]]:
        """By command: the codes of what stands in its way now; empty where it is allowed."""
        found = await self.read(service, path)
        return {c["command"]: {u["code"] for u in c["unmet"]} for c in found["commands"]}

    async def seen(self, service: str, path: str, event: str) -> dict[str, Any]:
        """The latest event of that type in a stream, once a reaction has brought it about."""

        async def look() -> Any:
            answer = await self.look(service, f"{path}/history")
            if answer.status_code == 404:
                return None
            return next((item for item in reversed(answer.json()) if item["type"] == event), None)

        found: dict[str, Any] = await self.wait(look)
        return found

    def _headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(role)}"}
