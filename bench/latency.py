"""From the POST to the row: referral and projections as real processes, commands at a steady pace, until it bends.

Commands arrive at random instants (a Poisson process), whether or not earlier ones were answered, and each is timed
from the instant at which it should have been sent. A third registers a child, a third asks for an assessment of one, a
third allocates a caseworker. A row counts as visible when somebody else's connection sees the projection's cursor pass
the event, which commits with the row; we look every two milliseconds. What sends and what looks share the machine.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.chaos.cluster import Cluster, cluster

from .figures import Figure, quantile, under
from .machine import Watch, busy
from .place import Place
from .wire import Client

RATES = (50, 100, 200, 300, 400, 500)
SECONDS = 20.0
ROUNDS = 3
TARGET_RATE = 200
P50, P99 = under(15.0), under(100.0)
BENT = 1_000.0
"""With a p99 of so many milliseconds more commands come than it can take: a higher rate says nothing new."""
SETTLE = 30.0
PROJECTIONS = ("timeline", "deadlines", "register")
_TOPIC = "send.referral.v1"
_LOOK = 0.002


@dataclass
class Sent:
    due: float
    answered: float = 0.0
    event_id: str = ""


@dataclass
class Steps:
    """When each projection's cursor of each lane was seen where."""

    seen: dict[tuple[str, int], list[tuple[int, float]]] = field(default_factory=dict)

    def visible(self, projection: str, lane: int, sequence: int) -> float | None:
        steps = self.seen.get((projection, lane), [])
        return next((at for reached, at in steps if reached >= sequence), None)


async def measure(place: Place) -> list[Figure]:
    with cluster(place.directory / "system", ("referral", "projections"), given={}) as system:
        place.use(system.postgres, system.kafka.servers["Kafka"])
        client = Client(system.url("referral"), system.token(user="bench"))
        children = Children(client, random.Random(7))
        await asyncio.gather(*(children.register() for _ in range(50)))
        await _at_pace(system, children, 50, 3.0)
        found: dict[int, list[dict[str, float]]] = {}
        for rate in (50, 200) if place.quick else RATES:
            rounds = 1 if place.quick or rate != TARGET_RATE else ROUNDS
            for _ in range(rounds):
                place.say(f"{rate} commands/s")
                before = _busy(system)
                with Watch(place.others):
                    took = await _at_pace(system, children, rate, 3.0 if place.quick else SECONDS)
                spent = {who: 1e3 * (now - before[who]) / took["commands"] for who, now in _busy(system).items()}
                found.setdefault(rate, []).append(took | {f"cpu {who}": ms for who, ms in spent.items()})
            if found[rate][-1]["timeline p99"] > BENT:
                break
        client.close()
    return [figure for rate, rounds in found.items() for figure in _figures(rate, rounds)]


def _busy(system: Cluster) -> dict[str, float]:
    """Processor seconds so far, by who used them."""
    parts = {name: program.pid for name, program in system.programs.items()}
    parts |= {"PostgreSQL": system.postgres.pid, "Kafka": system.kafka.servers["Kafka"].pid}
    return {name: busy(pid) for name, pid in parts.items()} | {"sending and looking": busy(alone=True)}


def _figures(rate: int, rounds: Sequence[dict[str, float]]) -> list[Figure]:
    aimed = rate == TARGET_RATE
    who = [name.removeprefix("cpu ") for name in rounds[0] if name.startswith("cpu ")]
    spent = {name: statistics.median(found[f"cpu {name}"] for found in rounds) for name in who}
    all_of_it = [sum(found[f"cpu {name}"] for name in who) for found in rounds]
    why = (
        f"a command costs {sum(spent.values()):.1f} ms of processor time here ("
        + ", ".join(f"{name} {ms:.1f}" for name, ms in sorted(spent.items(), key=lambda i: -i[1]) if ms >= 0.1)
        + f"), so {rate} a second need {rate * sum(spent.values()) / 1e3:.1f} of {os.cpu_count()} cores."
    )
    figures = [Figure(f"processor time of a command, {rate} commands/s", "ms", all_of_it, more=spent)]
    for what in ("answer", *PROJECTIONS):
        words = "POST to its answer" if what == "answer" else f"POST to the row in {what}"
        for name, target in (("p50", P50), ("p99", P99)):
            took = [found[f"{what} {name}"] for found in rounds]
            wanted = target if aimed and what != "answer" else None
            figures.append(
                Figure(f"{words}, {rate} commands/s, {name}", "ms", took, target=wanted, why=why if wanted else "")
            )
    return figures


class Children:
    """The commands: one after another of three kinds, on children who are known."""

    def __init__(self, client: Client, chance: random.Random) -> None:
        self._client, self._chance = client, chance
        self._number = 0
        self._without_request: deque[str] = deque()
        self._known: deque[str] = deque(maxlen=5_000)

    async def next(self) -> dict[str, Any]:
        self._number += 1
        match self._number % 3:
            case 0 if self._without_request:
                body = {"person_id": self._without_request.popleft(), "source": "PARENT", "occurred_on": "2026-09-07"}
                return await self._client.post("/requests", body)
            case 1 if self._known:
                child = self._chance.choice(self._known)
                body = {"caseworker": f"cw-{self._number}", "team": "North"}
                return await self._client.post(f"/persons/{child}/caseworker", body)
            case _:
                return await self.register()

    async def register(self) -> dict[str, Any]:
        body = {"name": f"Test-Child {self._number:06d}", "date_of_birth": "2017-04-05", "occurred_on": "2026-09-01"}
        answer = await self._client.post("/persons", body)
        self._without_request.append(answer["id"])
        self._known.append(answer["id"])
        return answer


async def _at_pace(system: Cluster, children: Children, rate: int, seconds: float) -> dict[str, float]:
    """Send, wait until all of it is in every projection, and reckon. Milliseconds."""
    chance = random.Random(rate)
    steps = Steps()
    looking = asyncio.create_task(_look(system, steps))
    began = time.perf_counter() + 0.1
    due, sent, running = began, list[Sent](), list[asyncio.Task[None]]()
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent.append(Sent(due))
        running.append(asyncio.create_task(_send(children, sent[-1])))
        due += chance.expovariate(rate)
    await asyncio.gather(*running)
    ended = time.perf_counter()
    sequences = await _sequences(system, sent)
    async with asyncio.timeout(SETTLE):
        while any(steps.visible(p, *sequences[s.event_id]) is None for p in PROJECTIONS for s in sent):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    took = {"answer": [1e3 * (s.answered - s.due) for s in sent]}
    for projection in PROJECTIONS:
        at = [steps.visible(projection, *sequences[s.event_id]) or 0.0 for s in sent]
        took[projection] = [1e3 * (seen - s.due) for seen, s in zip(at, sent, strict=True)]
    found = {f"{what} {name}": quantile(took[what], q) for what in took for name, q in (("p50", 0.5), ("p99", 0.99))}
    return found | {"commands": len(sent), "a second": len(sent) / (ended - began)}


async def _send(children: Children, sent: Sent) -> None:
    answer = await children.next()
    sent.answered = time.perf_counter()
    sent.event_id = answer["events"][0]["event_id"]


async def _look(system: Cluster, steps: Steps) -> None:
    connection = await asyncpg.connect(system.postgres.url("projections"))
    query = await connection.prepare("select consumer, lane, sequence from flow.cursors where topic = $1")
    last: dict[tuple[str, int], int] = {}
    try:
        while True:
            rows = await query.fetch(_TOPIC)
            now = time.perf_counter()
            for consumer, lane, sequence in rows:
                if last.get((consumer, lane)) != sequence:
                    last[consumer, lane] = sequence
                    steps.seen.setdefault((consumer, lane), []).append((sequence, now))
            await asyncio.sleep(_LOOK)
    finally:
        await connection.close()


async def _sequences(system: Cluster, sent: Sequence[Sent]) -> dict[str, tuple[int, int]]:
    """Where the log has each event: its lane and its number there."""
    connection = await asyncpg.connect(system.postgres.url("referral"))
    try:
        rows = await connection.fetch(
            "select event_id::text, lane, sequence from es.events where event_id = any($1::uuid[])",
            [s.event_id for s in sent],
        )
    finally:
        await connection.close()
    return {row["event_id"]: (row["lane"], row["sequence"]) for row in rows}
