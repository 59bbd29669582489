"""What callers do while things break, and what they were told: the history that the checker judges.

Every command has an Idempotency-Key and is sent again under it until it gets an answer that says whether it happened.
Several callers share the same cases, so commands meet. Each allocation of a caseworker names a value of its own, which
makes the stream of a person a list that is appended to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
from shared.core.ids import case_id_of, derived_id

from .errands import MARK, Case, Errand, errands

__all__ = ["MARK", "Callers", "Case", "History", "Sent"]

UNKNOWN = frozenset({500, 502, 503, 504})
"""Answers that do not say whether the command happened: the same key has to be tried again."""
ANSWER_WITHIN = 10.0
THINKING = 0.05
"""Seconds at most between an answer and the next command: busy, and still leaves the machine to what is tested."""


@dataclass(slots=True)
class Sent:
    """One command with all its attempts and its last answer."""

    service: str
    command: str
    key: str
    user: str
    authority: str
    path: str
    body: Any
    began: float
    attempts: int = 0
    statuses: list[int] = field(default_factory=list)
    """Of every attempt that was answered at all."""
    status: int | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    ended: float = 0.0

    @property
    def command_id(self) -> UUID:
        """As documented: it follows from authority, user, command and key."""
        return derived_id("command", self.authority, self.user, self.command, self.key)

    @property
    def done(self) -> bool:
        return self.status is not None and self.status < 300


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a stream's history."""

    service: str
    stream: str
    version: int
    events: tuple[str, ...]
    began: float
    ended: float


@dataclass
class History:
    sent: list[Sent] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    """Answers that nobody should ever get, whatever is broken."""


@dataclass
class Callers:
    """Callers of one authority. ``urls``: the services' addresses."""

    urls: Mapping[str, str]
    token: Callable[[str], str]
    authority: str
    history: History
    random: Random
    name: str = "chaos"
    """In front of every key: two runs against one store must not meet."""
    clock: Callable[[], float] = time.monotonic
    cases: list[Case] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 0
    limit: int = 20_000
    """Commands at most, however long it runs."""

    async def run(self, callers: int) -> None:
        """Send commands until ``closing``; then every command that was begun is brought to its answer."""
        limits = httpx.Limits(max_connections=4 * callers)
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN, trust_env=False, limits=limits) as http:
            async with asyncio.TaskGroup() as group:
                for number in range(callers):
                    group.create_task(self._caller(http, f"caller-{number}"))

    async def _caller(self, http: httpx.AsyncClient, user: str) -> None:
        while not self.closing.is_set() and self.number < self.limit:
            await asyncio.sleep(self.random.uniform(0.0, THINKING))
            self.number += 1
            if not self.cases or self.random.random() < 0.04:
                await self.register(http, user)
                continue
            case = self.random.choice(self.cases[-12:])
            match self.random.random():
                case r if r < 0.20:
                    await self._look(http, user, case)
                case r if r < 0.30:
                    await self._click_twice(http, user, case)
                case _:
                    await self._act(http, user, case)

    # --- what a caller does ---

    async def register(self, http: httpx.AsyncClient, user: str) -> None:
        """Register an invented child, whose case is the last of ``cases`` from then on."""
        on = datetime.now(UTC).date() - timedelta(days=self.random.randrange(1, 220))
        born = date(on.year - self.random.randrange(5, 14), 4, 5)
        name = f"Test-Child {MARK}-{self.number:05d}"
        body = {"name": name, "date_of_birth": born.isoformat(), "occurred_on": on.isoformat()}
        sent = await self.send(http, user, "referral", "RegisterPerson", "/persons", body)
        if sent.done:
            person = UUID(sent.answer["id"])
            self.cases.append(Case(str(person), str(case_id_of(self.authority, person)), on))

    async def _act(self, http: httpx.AsyncClient, user: str, case: Case) -> None:
        service, command, path, body = self._next(case)
        if_match = self.random.randrange(1, 6) if self.random.random() < 0.1 else None
        sent = await self.send(http, user, service, command, path, body, if_match=if_match)
        if sent.done and command == "AllocateCaseworker" and sent.answer["events"]:
            case.last_event = sent.answer["events"][0]["event_id"]

    async def _click_twice(self, http: httpx.AsyncClient, user: str, case: Case) -> None:
        service, command, path, body = self._next(case)
        key = f"{self.name}-{user}-{self.number}-twice"
        both = [self.send(http, user, service, command, path, body, key=key) for _ in range(2)]
        one, other = await asyncio.gather(*both)
        if one.done and other.done and one.answer["events"] != other.answer["events"]:
            self.history.impossible.append(f"two answers to one key: {one.answer} and {other.answer}")

    async def _look(self, http: httpx.AsyncClient, user: str, case: Case) -> None:
        streams = [
            ("referral", f"person-{case.person_id}", f"/persons/{case.person_id}/history"),
            ("referral", f"request-{case.case_id}", f"/requests/{case.case_id}/history"),
            ("assessment", f"assessment-{case.case_id}", f"/assessments/{case.case_id}/history"),
            ("plan", f"plan-{case.case_id}", f"/plans/{case.case_id}/history"),
        ]
        service, stream, path = self.random.choice([place for place in streams if place[0] in self.urls])
        began = self.clock()
        try:
            response = await http.get(self.urls[service] + path, headers=self._headers(user))
        except httpx.TransportError:
            return
        self._judge(response, f"GET {path}")
        if response.status_code == 200:
            events = tuple(item["event_id"] for item in response.json())
            version = int(response.headers["etag"].strip('"'))
            self.history.seen.append(Seen(service, stream, version, events, began, self.clock()))

    def _next(self, case: Case) -> Errand:
        choices = [
            (weight, errand) for weight, errand in errands(case, self.number, self.random) if errand[0] in self.urls
        ]
        return self.random.choices([errand for _, errand in choices], [weight for weight, _ in choices])[0]

    # --- sending ---

    async def send(
        self, http: httpx.AsyncClient, user: str, service: str, command: str, path: str, body: Any,
        *, key: str | None = None, if_match: int | None = None,
    ) -> Sent:  # fmt: skip
        """Send a command until the answer says whether it happened."""
        key = key or f"{self.name}-{user}-{self.number}"
        sent = Sent(service, command, key, user, self.authority, path, body, self.clock())
        self.history.sent.append(sent)
        headers = {**self._headers(user), "Idempotency-Key": sent.key}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        pause = 0.05
        while True:
            sent.attempts += 1
            try:
                response = await http.post(self.urls[service] + path, json=body, headers=headers)
            except httpx.TransportError:
                response = None
            if response is not None:
                sent.statuses.append(response.status_code)
                self._judge(response, f"{command} {sent.key}")
                if response.status_code not in UNKNOWN:
                    sent.status, sent.answer, sent.ended = response.status_code, response.json(), self.clock()
                    return sent
            await asyncio.sleep(pause * self.random.uniform(0.5, 1.5))
            pause = min(pause * 2, 2.0)

    def _headers(self, user: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(user)}"}

    def _judge(self, response: httpx.Response, what: str) -> None:
        if response.status_code >= 500 and response.status_code != 503:
            self.history.impossible.append(f"{what} was answered {response.status_code}: {response.text[:300]}")
        if response.status_code >= 400 and MARK in response.text:
            self.history.impossible.append(f"{what}: the error repeats a name")
