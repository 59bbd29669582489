"""Looks at the clocks, changed ones at once and all of them when a day begins, and tells what has to be told, once.

Silent where it could be wrong: about lanes whose data is behind or behind what it once was (a rebuild that has not
caught up), and while history is still arriving (a case being loaded looks late until its next event is there). What it
tells is the state of that moment; of thresholds passed meanwhile only the nearest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from shared.core.ids import LANES, derived_id, lane_of
from shared.core.messages import Actor
from shared.edge.db import Pool, queries
from shared.flow.handle import Handler
from shared.web.http import Clock as Time

from projections.alert import AlertCommand
from projections.clocks.projection import deadlines
from projections.clocks.rows import clock_of
from projections.deadlines.status import CUT_OFF, london
from projections.freshness import Freshness, freshness
from projections.generation import live_schema, statements

from .choosing import THRESHOLDS, Told, alert_for

log = structlog.get_logger()

_SQL = queries("monitor", package="projections.sql")
_STRETCH = 500
_TOGETHER = 50
"""Alerts of one lane in one transaction: it holds the lane's row of the store until commit."""
HISTORY = timedelta(days=1)
"""An event recorded longer ago than this and arriving now is history being loaded."""

_TRANSIENT = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


_Alert = tuple[Told, AlertCommand, str]
"""What to tell, how, and whose case it is (la_code)."""


@dataclass
class _Lane:
    """Up to which change of a lane the monitor has looked, and on which day it last looked at everything."""

    looked_at: int = 0
    swept: tuple[date, bool] | None = None


@dataclass
class Monitor:
    handler: Handler
    pool: Pool
    clock: Time
    limit_seconds: float
    quiet_seconds: float = 10.0
    every_seconds: float = 1.0
    _lanes: dict[int, _Lane] = field(default_factory=lambda: {n: _Lane() for n in range(LANES)})
    _failed: str | None = None
    _silent: dict[int, str] = field(default_factory=dict)

    def health(self) -> dict[str, Any]:
        """Silence is no fault of the monitor; whatever causes it is shown by the part that is behind."""
        reasons = [self._failed] if self._failed else []
        return {"ready": not reasons, "reasons": reasons, "silent_lanes": dict(sorted(self._silent.items()))}

    async def run(self) -> None:
        while True:
            try:
                await self.round()
                self._failed = None
            except _TRANSIENT as exc:
                self._failed = f"cannot look at the clocks: {type(exc).__name__}"
                log.warning("monitor interrupted", error=type(exc).__name__)
            await asyncio.sleep(self.every_seconds)

    async def round(self) -> int:
        """Look once; returns how many alerts were told."""
        now = self.clock()
        today, time = london(now)
        moment = (today, time is not None and time >= CUT_OFF)
        async with self.pool.acquire() as connection:
            schema = await live_schema(connection, deadlines.name)
            fresh = await freshness(
                connection, deadlines.name, deadlines.topics, now=now, limit_seconds=self.limit_seconds
            )
            lanes = await connection.fetch(_SQL["lanes"], self.quiet_seconds, now - HISTORY)
            may = await self._may_speak(connection, fresh, lanes)
        heads = {row["lane"]: row["head"] for row in lanes}
        told = 0
        if unswept := [lane for lane in may if self._lanes[lane].swept != moment]:
            told += await self._sweep(schema, unswept, now)
            for lane in unswept:
                # Only what changed before the sweep began is covered by it.
                self._lanes[lane].swept, self._lanes[lane].looked_at = moment, heads[lane]
        for lane in may:
            if heads[lane] > self._lanes[lane].looked_at:
                told += await self._look_at_changed(schema, lane, heads[lane], now)
        if told:
            await self._remember(fresh, may)
            log.info("told", alerts=told)
        return told

    # --- when to be silent ---

    async def _may_speak(self, connection: Any, fresh: Freshness, lanes: Iterable[Any]) -> list[int]:
        self._silent = {}
        if any(row["history"] for row in lanes):
            self._silent = dict.fromkeys(range(LANES), "history is arriving")
            return []
        was = {(r["topic"], r["lane"]): r["sequence"] for r in await connection.fetch(_SQL["remembered"])}
        for p in fresh.partitions:
            if p.sequence < was.get((p.topic, p.lane), 0):
                self._silent[p.lane] = "the data has not come back to where it was"
        for lane in range(LANES):
            if (unknown := fresh.unknown(lane)) is not None:
                self._silent.setdefault(lane, unknown)
        return [lane for lane in range(LANES) if lane not in self._silent]

    async def _remember(self, fresh: Freshness, lanes: Sequence[int]) -> None:
        seen = [p for p in fresh.partitions if p.lane in lanes]
        await self.pool.execute(
            _SQL["remember"], [p.topic for p in seen], [p.lane for p in seen], [p.sequence for p in seen]
        )

    # --- looking ---

    async def _sweep(self, schema: str, lanes: list[int], now: datetime) -> int:
        horizon = london(now)[0] + timedelta(days=THRESHOLDS[-1])
        told = 0
        async for rows in self._stretches(schema, "to_watch", lanes, horizon):
            told += await self._tell(rows, now)
        async for rows in self._stretches(schema, "met_late_untold", lanes):
            told += await self._tell(rows, now)
        return told

    async def _stretches(self, schema: str, name: str, *arguments: Any) -> AsyncIterator[Sequence[Any]]:
        sql = statements(deadlines.package, schema)[name]
        after: tuple[date, UUID, str] = (date.min, UUID(int=0), "")
        while rows := await self.pool.fetch(sql, *arguments, *after, _STRETCH):
            yield rows
            after = (rows[-1]["sort_on"], rows[-1]["case_id"], rows[-1]["clock_id"])

    async def _look_at_changed(self, schema: str, lane: int, head: int, now: datetime) -> int:
        sql = statements(deadlines.package, schema)["watch_cases"]
        horizon = london(now)[0] + timedelta(days=THRESHOLDS[-1])
        told = 0
        place = self._lanes[lane]
        while changed := await self.pool.fetch(_SQL["changed_cases"], lane, place.looked_at, _STRETCH):
            told += await self._tell(await self.pool.fetch(sql, [row["case_id"] for row in changed], horizon), now)
            place.looked_at = changed[-1]["number"]
        place.looked_at = max(place.looked_at, head)
        return told

    # --- telling ---

    async def _tell(self, rows: Sequence[Any], now: datetime) -> int:
        called_for = []
        for row in rows:
            clock = clock_of(str(row["case_id"]), row["detail"])
            if (found := alert_for(clock, now, caseworker=row["caseworker"], team=row["team"])) is not None:
                called_for.append((*found, row["la_code"]))
        if not called_for:
            return 0
        cases = list({told.case_id for told, _, _ in called_for})
        already = {
            Told(UUID(str(r["case_id"])), r["clock_id"], r["kind"], r["days"], r["due_on"])
            for r in await self.pool.fetch(_SQL["told"], cases)
        }
        lanes: dict[int, list[_Alert]] = {}
        for alert in called_for:
            if alert[0] not in already:
                lanes.setdefault(lane_of(alert[0].case_id), []).append(alert)
        count = 0
        for alerts in lanes.values():
            for start in range(0, len(alerts), _TOGETHER):
                count += await self._tell_together(alerts[start : start + _TOGETHER], now)
        return count

    async def _tell_together(self, alerts: Sequence[_Alert], now: datetime) -> int:
        count = 0
        async with self.pool.acquire() as connection, connection.transaction():
            for _, command, la_code in alerts:
                # Its id follows from the alert's: even a store that was lost tells it under the same event id.
                outcome = await self.handler.handle(
                    command,
                    by=monitor_of(la_code),
                    at=now,
                    command_id=derived_id("tell", command.alert_id),
                    connection=connection,
                )
                count += len(outcome.events) if not outcome.repeated else 0
            told = [alert[0] for alert in alerts]
            await connection.execute(
                _SQL["tell"], [t.case_id for t in told], [t.clock_id for t in told], [t.kind for t in told],
                [t.days for t in told], [t.due_on for t in told],
            )  # fmt: skip
        for hint in self.handler.on_appended:
            hint()
        return count


def monitor_of(la_code: str) -> Actor:
    return Actor(user_id="deadline-monitor", role="system", org_id=la_code, la_code=la_code)
