"""Readers of the projections while everything else goes on, and what must be true of what they were shown.

Nobody is ever shown less than somebody was shown before; and a timeline is exactly what the log has of the case up to
the positions that the answer itself names.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx
import orjson
from shared.core.ids import lane_of

from .picture import Picture, topic_of

_ANSWER_WITHIN = 10.0
_WHOLE = 500
"""Entries of a timeline in one answer; one that has more is not compared with the log."""
_HOTTEST = 6
"""Of the cases somebody works on, so many are read again and again: what goes back shows where it has just gone on."""


class Case(Protocol):
    case_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer. ``positions``: by topic, the last event in it, of the case's lane or summed over all."""

    what: str
    positions: Mapping[str, int]
    began: float
    ended: float
    case_id: str = ""
    entries: frozenset[str] | None = None
    """The events of a timeline that was shown whole."""


@dataclass
class Readings:
    shown: list[Shown] = field(default_factory=list)
    answers: Counter[int | str] = field(default_factory=Counter)
    """By status; ``nothing`` where no answer came."""
    impossible: list[str] = field(default_factory=list)


@dataclass
class Readers:
    """Callers of the projections' API at ``url``. ``cases``: those that exist, the newest last."""

    url: str
    token: Callable[[str], str]
    cases: Sequence[Case]
    random: Random
    readings: Readings = field(default_factory=Readings)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, readers: int = 3) -> None:
        """Read until ``closing``."""
        headers = {"Authorization": f"Bearer {self.token('reader')}"}
        async with httpx.AsyncClient(
            base_url=self.url, timeout=_ANSWER_WITHIN, trust_env=False, headers=headers
        ) as http:
            async with asyncio.TaskGroup() as group:
                for _ in range(readers):
                    group.create_task(self._reader(http))

    async def _reader(self, http: httpx.AsyncClient) -> None:
        while not self.closing.is_set():
            await asyncio.sleep(self.random.uniform(0.02, 0.15))
            if not self.cases:
                continue
            case_id = self.random.choice(self.cases[-_HOTTEST:]).case_id
            match self.random.random():
                case r if r < 0.55:
                    path = f"/cases/{case_id}/timeline?bookkeeping=true&limit={_WHOLE}"
                    await self._read(http, "timeline", case_id, path)
                case r if r < 0.85:
                    await self._read(http, "deadlines", case_id, f"/cases/{case_id}/deadlines")
                case _:
                    await self._read(http, "worklist", "", "/worklist?limit=20")

    async def _read(self, http: httpx.AsyncClient, what: str, case_id: str, path: str) -> None:
        began = time.monotonic()
        try:
            answer = await http.get(path)
        except httpx.TransportError:
            self.readings.answers["nothing"] += 1
            return
        self.readings.answers[answer.status_code] += 1
        ended = time.monotonic()
        match answer.status_code:
            case 200:
                self.readings.shown.append(_shown(what, case_id, answer.json(), began, ended))
            case 404 if case_id:
                self.readings.shown.append(Shown(what, {}, began, ended, case_id, frozenset()))
            case 503:
                pass
            case _:
                self.readings.impossible.append(f"GET {path} was answered {answer.status_code}: {answer.text[:300]}")


def _shown(what: str, case_id: str, body: Any, began: float, ended: float) -> Shown:
    positions = {topic: at if case_id else sum(at) for topic, at in body["freshness"]["positions"].items()}
    entries = None
    if what == "timeline" and body["next"] is None:
        entries = frozenset(entry["event_id"] for entry in body["entries"])
    return Shown(what, positions, began, ended, case_id, entries)


# --- what must be true of it ---


def nobody_was_shown_less(readings: Readings) -> Iterator[str]:
    """An answer that was asked for after another had come holds at least what that one held."""
    places: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for shown in readings.shown:
        places[shown.what, shown.case_id].append(shown)
    for (what, case_id), seen in places.items():
        ended = sorted(seen, key=lambda s: s.ended)
        known: dict[str, int] = {}
        entries: frozenset[str] = frozenset()
        for shown in sorted(seen, key=lambda s: s.began):
            while ended and ended[0].ended < shown.began:
                earlier = ended.pop(0)
                known |= {t: at for t, at in earlier.positions.items() if at > known.get(t, 0)}
                entries |= earlier.entries or frozenset()
            for topic, at in known.items():
                if shown.positions.get(topic, 0) < at:
                    yield f"the {what} of {case_id or 'all'} was shown up to {at} of {topic}, then {shown.positions}"
            if shown.entries is not None and (gone := entries - shown.entries):
                yield f"the timeline of {case_id} was shown with {sorted(gone)}, and then without"


def timelines_were_the_log(readings: Readings, picture: Picture) -> Iterator[str]:
    """Every event of the case up to the positions the answer names, and no other."""
    of_case: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for service, log in picture.logs.items():
        for event in log:
            if (case_id := orjson.loads(event.data).get("case_id")) and service != "projections":
                of_case[case_id].append((topic_of(service), event.sequence, str(event.event_id)))
                assert event.lane == lane_of(case_id)
    for shown in readings.shown:
        if shown.entries is None:
            continue
        log = {id for topic, at, id in of_case[shown.case_id] if at <= shown.positions.get(topic, 0)}
        if log != shown.entries:
            yield (
                f"the timeline of {shown.case_id} at {shown.positions} was shown without {sorted(log - shown.entries)} "
                f"and with {sorted(shown.entries - log)}"
            )
