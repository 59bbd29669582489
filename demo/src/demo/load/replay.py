"""Doing what the diaries say, over HTTP, in the order of history.

A few callers take the earliest step that waits, from whichever case, so that recording follows history; within a case
one step follows the other. Where a step needs what another service's reaction brings, it asks for the state until the
command is allowed. Everything is repeatable: an Idempotency-Key belongs to its step for ever.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from demo.load.step import Seen, Step, Who, fill

CALLERS = 12
"""Steps in flight at once: enough to keep two cores busy, few enough that history stays nearly in order."""
PATIENCE = 60.0
"""Seconds a step waits for another service's reaction before the loader gives up and says what it waited for."""
PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5)


class LoadFailed(Exception):
    """A step could not be done. The message names the case and the command."""


class Replay:
    def __init__(
        self,
        services: Mapping[str, httpx.AsyncClient],
        token: Callable[[Who], str],
        *,
        on_done: Callable[[Step], None] = lambda _: None,
        patience: float = PATIENCE,
    ) -> None:
        self.services, self.on_done, self.patience = services, on_done, patience
        self._token = token
        self._tokens: dict[Who, str] = {}
        self.waited = 0.0
        """Seconds spent waiting for reactions, over all callers."""

    async def run(self, cases: Sequence[Sequence[Step]], *, callers: int = CALLERS) -> None:
        """Do every case's steps. Raises LoadFailed on the first that cannot be done; the others stop."""
        waiting = [(case[0].at, number, 0) for number, case in enumerate(cases) if case]
        heapq.heapify(waiting)
        in_flight: set[int] = set()
        changed = asyncio.Condition()

        async def caller() -> None:
            while True:
                async with changed:
                    await changed.wait_for(lambda: waiting or not in_flight)
                    if not waiting:
                        return
                    _, number, position = heapq.heappop(waiting)
                    in_flight.add(number)
                try:
                    await self.do(cases[number][position])
                finally:
                    async with changed:
                        in_flight.discard(number)
                        if position + 1 < len(cases[number]):
                            heapq.heappush(waiting, (cases[number][position + 1].at, number, position + 1))
                        changed.notify_all()

        tasks = [asyncio.create_task(caller()) for _ in range(callers)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def do(self, step: Step) -> None:
        """Send one step, waiting where it depends on a reaction that has not been carried out yet."""
        deadline = time.monotonic() + self.patience
        for what in step.after:
            await self._seen(step, what, deadline)
        found = {name: await self._seen(step, what, deadline) for name, what in step.seen.items()}
        path, body = fill(step.path, found), fill(step.body, found)
        refusals = 0
        while True:
            response = await self._send(step, step.method, path, body, deadline)
            if response.status_code < 300:
                self.on_done(step)
                return
            if response.status_code not in (404, 409):
                raise LoadFailed(_words(step, response))
            # Not yet: wait until the state allows it. Refused although allowed: the rule looks at more than the
            # state, and waiting will not help.
            refusals += 1
            if refusals > 3:
                raise LoadFailed(_words(step, response))
            await self._allowed(step, response, deadline)

    async def _seen(self, step: Step, what: Seen, deadline: float) -> Any:
        async def look() -> Any:
            response = await self._get(step, what.service, what.history, deadline)
            return what.find(response.json()) if response.status_code == 200 else None

        found = await self._until(look, deadline)
        if found is None:
            raise LoadFailed(
                f"{step.case}: {step.command} waited {self.patience:.0f} s for {what.type} in {what.history} of "
                f"{what.service}; is its worker running?"
            )
        return found

    async def _allowed(self, step: Step, refused: httpx.Response, deadline: float) -> None:
        async def look() -> Any:
            response = await self._get(step, step.service, step.state, deadline)
            if response.status_code != 200:
                return None
            now = {c["command"]: c["allowed"] for c in response.json()["commands"]}
            return now.get(step.command, True) or None

        if step.state is None or await self._until(look, deadline) is None:
            raise LoadFailed(_words(step, refused))

    async def _until(self, look: Callable[[], Any], deadline: float) -> Any:
        began = time.monotonic()
        attempt = 0
        while (found := await look()) is None and time.monotonic() < deadline:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
        self.waited += time.monotonic() - began
        return found

    async def _get(self, step: Step, service: str, path: str | None, deadline: float) -> httpx.Response:
        return await self._send(step, "GET", path or "/", None, deadline, service=service)

    async def _send(
        self, step: Step, method: str, path: str, body: Any, deadline: float, *, service: str | None = None
    ) -> httpx.Response:
        """One request; again while the service is down or busy, until the deadline."""
        if step.who not in self._tokens:
            self._tokens[step.who] = self._token(step.who)
        headers = {"Authorization": f"Bearer {self._tokens[step.who]}"}
        if method != "GET":
            headers |= {"Idempotency-Key": step.key, "Demo-Now": step.at.isoformat()}
        client = self.services[service or step.service]
        attempt = 0
        while True:
            try:
                response = await client.request(method, path, json=body, headers=headers)
                if response.status_code != 503 or time.monotonic() > deadline:
                    return response
            except httpx.TransportError as exc:
                if time.monotonic() > deadline:
                    raise LoadFailed(
                        f"{step.case}: {step.command}: {service or step.service} does not answer ({exc!r})"
                    ) from exc
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1


def _words(step: Step, response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        problem = {"detail": response.text[:200]}
    unmet = "; ".join(f"{c['code']}: {c['detail']}" for c in problem.get("conditions", []))
    fields = "; ".join(f"{f['field']} {f['message']}" for f in problem.get("fields", []))
    return (
        f"{step.case}: {step.command} ({step.method} {step.path} of {step.service}, {step.occurred_on}) was answered "
        f"{response.status_code}: {unmet or fields or problem.get('detail')}"
    )
