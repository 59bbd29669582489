"""One run: callers, nemesis, silence, judgement."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .checker import check
from .cluster import AUTHORITY, Cluster
from .nemesis import Nemesis
from .picture import Picture, quiet, take
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
    async with asyncio.TaskGroup() as group:
        group.create_task(crowd.run(callers))
        await nemesis.run(seconds, **faults)
        crowd.closing.set()
        await nemesis.heal()
    problems = []
    try:
        await quiet(cluster)
    except TimeoutError as restless:
        problems.append(str(restless))
    picture = await take(cluster)
    problems += await check(cluster, history, picture)
    return Report(seed, seconds, nemesis.log, problems, _counts(history, picture))


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
