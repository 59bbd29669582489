"""One run: callers, nemesis, silence, judgement."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .checker import check
from .cluster import AUTHORITY, Cluster
from .nemesis import Nemesis
from .picture import Picture, quiet, take
from .readers import Readers, Readings, nobody_was_shown_less, timelines_were_the_log
from .rebuilds import DONE, KILLED, REFUSED, Rebuilds
from .workload import Callers, History

SHOWN = 20
"""Broken promises to print; one fault often breaks the same one for everybody."""


@dataclass
class Report:
    seed: int
    seconds: float
    nemesis: list[str]
    problems: list[str]
    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        return [
            *self.nemesis,
            "",
            *(f"{name:28} {count:7}" for name, count in self.counts.items()),
            "",
            *(f"BROKEN: {problem}" for problem in self.problems[:SHOWN]),
            f"seed {self.seed}, {self.seconds:.0f} s: {len(self.problems)} broken promises",
        ]


async def chaos(cluster: Cluster, *, seed: int, seconds: float = 0.0, callers: int = 6, **faults: Any) -> Report:
    """Drive the cluster while it is being broken, let it come to rest, and judge. ``faults``: see ``Nemesis.run``."""
    history = History()
    tokens: dict[str, str] = {}

    def token(user: str) -> str:
        return tokens.setdefault(user, cluster.token(user=user))

    urls = {service: cluster.url(service) for service in cluster.services}
    crowd = Callers(urls, token, AUTHORITY, history, Random(seed), name=f"seed-{seed}")
    nemesis = Nemesis(cluster, Random(seed + 1))
    readers = Readers(urls["projections"], token, crowd.cases, Random(seed + 2))
    rebuilds = Rebuilds(cluster, Random(seed + 3))
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd.run(callers))
        group.create_task(readers.run())
        group.create_task(rebuilds.run())
        await nemesis.run(seconds, **faults)
        crowd.closing.set()
        rebuilds.closing.set()
        await nemesis.heal()
        readers.closing.set()
    seconds = time.monotonic() - began
    problems = []
    try:
        await quiet(cluster)
        await rebuilds.last()
    except TimeoutError as restless:
        problems.append(str(restless))
    picture = await take(cluster)
    problems += await check(cluster, history, picture)
    problems += [*rebuilds.problems, *readings_problems(readers.readings, picture)]
    counts = _counts(history, picture) | _read(readers.readings, rebuilds)
    return Report(seed, seconds, nemesis.log, problems, counts)


def readings_problems(readings: Readings, picture: Picture) -> list[str]:
    """What was wrong with what readers of the projections were shown, in words."""
    return [*readings.impossible, *nobody_was_shown_less(readings), *timelines_were_the_log(readings, picture)]


def _read(readings: Readings, rebuilds: Rebuilds) -> dict[str, int]:
    answers = {f"readers: answered {status}": count for status, count in sorted(readings.answers.items(), key=str)}
    names = {DONE: "done", REFUSED: "refused", KILLED: "killed"}
    return answers | {f"rebuilds: {names.get(code, code)}": count for code, count in rebuilds.ended.items()}


def _counts(history: History, picture: Picture) -> dict[str, int]:
    answers = Counter(f"answered {sent.status}" for sent in history.sent)
    attempts = sum(sent.attempts for sent in history.sent)
    told = Counter(status for sent in history.sent for status in sent.statuses)
    counts = {"commands": len(history.sent), "attempts": attempts, "told to come again": told[503]}
    counts |= {"not answered": attempts - sum(told.values()), **dict(sorted(answers.items()))}
    counts["looks at a stream"] = len(history.seen)
    for service, log in picture.logs.items():
        counts[f"{service}: events"] = len(log)
        counts[f"{service}: records"] = len(picture.topics[service])
    return counts
