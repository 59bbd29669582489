"""A log for tests: events as they come from the topics, and a consumer that applies them as the kernel's does."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import orjson
from projections.events import TOPICS
from projections.projection import LiveEffect
from shared.core.chain import link
from shared.core.codec import canonical
from shared.core.ids import LANES, case_id_of, derived_id, lane_of
from shared.core.messages import Actor
from shared.core.personal import seal
from shared.edge.db import Pool, queries
from shared.edge.kafka import Delivered
from shared.testing.memory import MemoryKeyring

ANA = Actor(user_id="ana", role="send_caseworker", org_id="801", la_code="801")
_SQL = queries("flow_queries")


def person(number: int) -> UUID:
    return UUID(int=number)


def case(number: int, la_code: str = "801") -> UUID:
    return case_id_of(la_code, person(number))


def at(day: date | str, hour: int = 12) -> datetime:
    return datetime.combine(date.fromisoformat(day) if isinstance(day, str) else day, time(hour), UTC)


def _chained(before: bytes, event: Delivered) -> bytes:
    """The hash the store would give it."""
    fields = {f: getattr(event, f) for f in inspect.signature(link).parameters if f != "previous"}
    return link(before, **fields)


class Log:
    """Topics in memory. Sealed fields are sealed as the codec seals them."""

    def __init__(self, keyring: MemoryKeyring) -> None:
        self.keyring = keyring
        self.lanes: dict[tuple[str, int], list[Delivered]] = defaultdict(list)
        self.streams: dict[str, int] = defaultdict(int)

    async def happened(
        self,
        type: str,
        on: str,
        *,
        of: int | None = 1,
        la: str = "801",
        recorded: datetime | str | None = None,
        by: Actor | None = None,
        sealed: dict[str, Any] | None = None,
        key: str | None = None,
        schema_version: int = 1,
        **fields: Any,
    ) -> Delivered:
        """``of``: the number of the child; None for what belongs to no case, in the lane of ``key``."""
        service = type.partition(".")[0]
        topic = f"send.{service}.v1"
        data: dict[str, Any] = {"type": type, "occurred_on": on, **fields}
        if of is not None:
            data["case_id"] = str(case(of, la))
        if sealed:
            data["person_id"] = str(person(of or 0))
        lane = lane_of(data.get("case_id") or key or type)
        stream = f"{service}-{data.get('case_id') or key or type}"
        self.streams[stream] += 1
        place = len(self.lanes[topic, lane]) + 1
        event_id = derived_id(topic, lane, place)
        if sealed:
            keys = await self.keyring.keys([person(of or 0)], create=True)
            data |= sealed
            secret = keys[person(of or 0)]
            assert secret is not None
            seal(data, [(name,) for name in sealed], secret, event_id)
        if isinstance(recorded, str):
            recorded = at(recorded)
        event = Delivered(
            topic=topic,
            lane=lane,
            sequence=place,
            offset=place - 1,
            event_id=event_id,
            type=type,
            schema_version=schema_version,
            stream=stream,
            version=self.streams[stream],
            la_code=la,
            recorded_at=recorded or at(on),
            command_id=derived_id("command", event_id),
            epoch=1,
            metadata=canonical({"actor": (by or ANA).model_copy(update={"la_code": la}).model_dump()}),
            data=canonical(data),
            hash=b"",
            traceparent=None,
        )
        before = self.lanes[topic, lane][-1].hash if self.lanes[topic, lane] else b""
        event = event._replace(hash=_chained(before, event))
        self.lanes[topic, lane].append(event)
        return event

    async def corrected(
        self, wrong: Delivered, now: str, *, recorded: str, of: int = 1, field: str | None = None, **fields: Any
    ) -> Delivered:
        """Without ``field``, as corrections were written until there was a choice of dates: version 1."""
        was = orjson.loads(wrong.data).get(field or "occurred_on")
        which = {"field": field, "schema_version": 2} if field else {}
        return await self._amended(
            wrong, "date-corrected", of, recorded, corrects=str(wrong.event_id), was=was, now=now, **which, **fields
        )

    async def retracted(self, wrong: Delivered, *, recorded: str, of: int | None = 1, **fields: Any) -> Delivered:
        said = {"retracts": str(wrong.event_id), "retracted_type": wrong.type, "reason": "WRONG_CASE"}
        return await self._amended(wrong, "entry-retracted", of, recorded, **said, **fields)

    async def _amended(
        self, wrong: Delivered, what: str, of: int | None, recorded: str, *, kind: str = "thing", **fields: Any
    ) -> Delivered:
        service = wrong.type.partition(".")[0]
        said = {"reason": "the letter turned up", "of": of, "la": wrong.la_code, "recorded": recorded, **fields}
        return await self.happened(f"{service}.{kind}-{what}", recorded, **said)

    async def apply(self, pool: Pool, effects: Iterable[LiveEffect], *, batch: int = 500) -> None:
        """Everything new, lane by lane, with the cursor in the same transaction; then say that we are up to date."""
        for effect in effects:
            for topic in effect.topics:
                for lane in range(LANES):
                    await self._apply(pool, effect, topic, lane, batch)
            await caught_up(pool, effect, datetime.now(UTC))

    async def _apply(self, pool: Pool, effect: LiveEffect, topic: str, lane: int, batch: int) -> None:
        await pool.execute(_SQL["make_cursor"], effect.name, topic, lane)
        done = (await pool.fetchrow(_SQL["cursors"], effect.name, topic, [lane]))["sequence"]
        waiting = self.lanes[topic, lane][done:]
        for start in range(0, len(waiting), batch):
            events = waiting[start : start + batch]
            last = events[-1]
            async with pool.acquire() as connection, connection.transaction():
                moved = await connection.execute(
                    _SQL["move_cursor"], effect.name, topic, lane, events[0].sequence - 1, last.sequence,
                    last.offset + 1, last.epoch, last.hash,
                )  # fmt: skip
                assert moved == "UPDATE 1"
                await effect.apply(connection, events)


async def caught_up(
    pool: Pool, effect: LiveEffect, instant: datetime | None, *, lanes: Iterable[int] = range(LANES)
) -> None:
    """As the kernel's consumer would note it: everything up to this instant has been seen."""
    places = [(topic, lane) for topic in TOPICS for lane in lanes]
    await pool.execute(
        "delete from flow.progress where consumer = $1 and lane = any($2::int[])", effect.name, list(lanes)
    )
    await pool.execute(
        _SQL["progress"], effect.name, [t for t, _ in places], [n for _, n in places], [instant] * len(places),
        [0] * len(places), [None] * len(places),
    )  # fmt: skip
