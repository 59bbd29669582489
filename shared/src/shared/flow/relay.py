"""The relay: from the log to its topic, lane n to partition n, exactly the stored bytes, in order.

At least once: the position is moved after the broker has confirmed, so a relay that dies in between sends again, and
consumers skip what is not newer. One relay a service is active, by a session-level advisory lock on a connection of
its own; others stand by. The conditional update of the position is the second fence.

Now and then, and after every failure, the relay compares the topic with its positions. A topic that lost events (a
broker that keeps nothing came back empty, a cluster was made anew) is filled again from the log, which is what
`republish` does.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.core.codec import StoredEvent
from shared.core.errors import Unprocessable
from shared.edge.db import OUTAGES, Pool, queries
from shared.edge.kafka import BATCH_BYTES, discard, new_producer, not_meant_for_us, to_record
from shared.edge.settings import Settings
from shared.edge.telemetry import context_of, traced, tracer
from shared.edge.topics import SEALS, WATERMARKS

from .compare import Comparison, TopicAhead, TopicForked, TopicHeadless
from .faults import point
from .hint import CHANNEL
from .seal import Signer, make_seal

log = structlog.get_logger()

PAGE = 500
"""Events a lane per round: 8,000 a round at most, a few megabytes."""
DEADLINE = 15.0
"""Seconds for one round's confirmations. With idempotence aiokafka itself would wait for ever."""
POLL = 0.5
"""Seconds without a hint after which the relay looks anyway; a hint may be lost."""
WATERMARK_EVERY = 2.0
_PAUSE = 1.0
COMPARE_EVERY = 5.0
_SQL = queries("flow_queries")
_TRANSIENT = (KafkaError, asyncpg.PostgresError, TopicHeadless, *OUTAGES)


class Relay:
    def __init__(self, *, service: str, topic: str, pool: Pool, settings: Settings) -> None:
        self.service, self.topic, self.pool, self.settings = service, topic, pool, settings
        self._comparison = Comparison(topic=topic, pool=pool, settings=settings)
        self._producer: AIOKafkaProducer | None = None
        self._connection: Any = None
        self._hint = asyncio.Event()
        self._watermark_at = float("-inf")
        self._sealed_at = time.monotonic()
        self._pending_watermark: tuple[datetime, list[int], list[int]] | None = None
        self._round_at = time.monotonic()
        self._leads = False
        self._failed: str | None = None
        self._behind = 0
        self._more = False
        """Whether the last round left something behind, as far as it could see."""

    def health(self) -> dict[str, Any]:
        """Ready while it stands by, or while it leads and its last round was a moment ago and went well."""
        idle = time.monotonic() - self._round_at
        reasons = [self._failed] if self._failed else []
        if self._leads and idle > DEADLINE + 10:
            reasons.append(f"no round for {idle:.0f} s")
        return {"ready": not reasons, "reasons": reasons, "leads": self._leads, "unpublished": self._behind}

    async def run(self) -> None:
        """Relay until cancelled; failures are logged, shown in ``health`` and tried again."""
        try:
            while True:
                try:
                    await self._lead()
                except _TRANSIENT as exc:
                    self._failed = f"cannot publish to {self.topic}: {type(exc).__name__}"
                    log.warning("relay interrupted", topic=self.topic, error=type(exc).__name__, detail=str(exc)[:200])
                except asyncio.CancelledError:
                    if not not_meant_for_us():
                        raise
                    self._failed = f"cannot publish to {self.topic}: the client was interrupted"
                    log.warning("relay interrupted", topic=self.topic, error="CancelledError")
                except (TopicAhead, TopicForked, Unprocessable) as exc:
                    self._failed = exc.detail
                    log.warning("relay refuses", topic=self.topic, code=exc.code, detail=exc.detail)
                await self._let_go()
                await asyncio.sleep(_PAUSE)
        finally:
            await self._let_go()

    async def catch_up(self) -> int:
        """Publish everything there is, as the leader, and return how many events that took.

        Raises TopicAhead, TopicForked, or TimeoutError if another relay leads and does not let go.
        """
        count = 0
        try:
            async with asyncio.timeout(30):
                await self._wait_for_lead(0.2)
            await self._comparison.mend()
            while sent := await self.round():
                count += sent
            return count
        finally:
            await self._let_go()

    # --- leading ---

    async def _lead(self) -> None:
        await self._wait_for_lead(1.0)
        await self._connection.add_listener(CHANNEL, lambda *_: self._hint.set())
        await self._comparison.mend()
        compared_at = time.monotonic()
        log.info("relay leads", topic=self.topic)
        comparing: asyncio.Task[None] | None = None
        try:
            while True:
                self._hint.clear()
                await self.round()
                self._failed, self._round_at = None, time.monotonic()
                await self._speak()
                # Beside the rounds: reading the topic's ends takes as long as dozens of rounds.
                if comparing is None and time.monotonic() - compared_at > COMPARE_EVERY:
                    comparing = asyncio.create_task(self._comparison.look())
                if comparing is not None and comparing.done():
                    comparing.result()
                    comparing, compared_at = None, time.monotonic()
                if not self._more:
                    with suppress(TimeoutError):
                        # Not wait_for: on Python 3.11 it swallows a cancellation that comes together with the hint.
                        async with asyncio.timeout(POLL):
                            await self._hint.wait()
        finally:
            if comparing is not None:
                comparing.cancel()
                await asyncio.gather(comparing, return_exceptions=True)

    async def _wait_for_lead(self, every: float) -> None:
        while not await self._become_leader():  # standing by is healthy
            self._failed, self._round_at = None, time.monotonic()
            await asyncio.sleep(every)

    async def _become_leader(self) -> bool:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self.settings.database_url,
                command_timeout=30,
                # A position that is lost with a crash only means sending again.
                server_settings={"application_name": f"{self.service} relay", "synchronous_commit": "off"},
            )
        self._leads = bool(
            await self._connection.fetchval("select pg_try_advisory_lock(hashtext($1))", f"relay {self.topic}")
        )
        return self._leads

    async def _let_go(self) -> None:
        self._leads = False
        producer, self._producer = self._producer, None
        connection, self._connection = self._connection, None
        await discard(producer)
        if connection is not None:
            with suppress(Exception):
                await connection.close(timeout=2)

    async def _ready_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = new_producer(self.settings, client_id=f"{self.service}-relay")
            try:
                await asyncio.wait_for(producer.start(), DEADLINE)
            except BaseException:
                await discard(producer)
                raise
            self._producer = producer
        return self._producer

    # --- one round ---

    async def round(self) -> int:
        """Send the next events of every lane and move the positions; returns how many were sent."""
        began = time.perf_counter()
        rows = await self._connection.fetch(_SQL["unpublished"], PAGE)
        self._more = False
        if not rows:
            self._behind = 0
            return 0
        producer = await self._ready_producer()
        moves: list[tuple[int, int, int]] = []
        batches: list[tuple[int, Any]] = []
        lane, batch = -1, None
        spans = traced()
        for row in rows:
            event = StoredEvent(*row)
            if event.lane != lane:
                lane, batch = event.lane, None
                moves.append((lane, event.sequence - 1, event.sequence))
            elif event.sequence != moves[-1][2] + 1:
                raise Unprocessable(f"lane {lane} has no event {moves[-1][2] + 1}: the log is damaged")
            moves[-1] = (lane, moves[-1][1], event.sequence)
            record = to_record(self.service, event)
            if batch is None or batch.append(**record) is None:
                batch = producer.create_batch()
                batches.append((lane, batch))
                if batch.append(**record) is None:
                    raise Unprocessable(f"event {event.event_id} does not fit a batch of {BATCH_BYTES} bytes")
            if spans and record["headers"][-1][0] == "traceparent":
                context = context_of(record["headers"][-1][1].decode())
                tracer.start_span(f"publish {event.type}", context=context).end()
        await point("relay.before-send")
        async with asyncio.timeout(DEADLINE):
            futures = [await producer.send_batch(b, self.topic, partition=lane) for lane, b in batches]
            await point("relay.sending")
            await asyncio.gather(*(asyncio.shield(future) for future in futures))
        await point("relay.before-position")
        done = await self._connection.execute(_SQL["published"], *([m[i] for m in moves] for i in range(3)))
        if done != f"UPDATE {len(moves)}":
            raise TimeoutError("another relay moved the positions")
        await point("relay.after-position")
        self._behind = len(rows)
        self._more = any(last - was >= PAGE for _, was, last in moves)
        log.info("relayed", topic=self.topic, events=len(rows), lanes=len(moves),
                 ms=round((time.perf_counter() - began) * 1000, 2))  # fmt: skip
        return len(rows)

    # --- what else it says ---

    async def _speak(self) -> None:
        """Watermarks and seals, when they are due and everything before them is published."""
        now = time.monotonic()
        if self._pending_watermark is None and now - self._watermark_at > WATERMARK_EVERY:
            self._watermark_at = now
            row = await self._connection.fetchrow(_SQL["heads_now"])
            self._pending_watermark = (row["at"], list(row["heads"]), list(row["epochs"]))
        if self._pending_watermark is not None:
            at, heads, epochs = self._pending_watermark
            positions = await self._connection.fetch(_SQL["relay_positions"])
            if all(row["sequence"] >= heads[row["lane"]] for row in positions):
                self._pending_watermark = None
                mark = {"topic": self.topic, "at": at.isoformat(), "heads": heads, "epochs": epochs}
                await self._say(WATERMARKS, mark)
                await point("relay.watermark-said")
        if self.settings.seal_signing_key and now - self._sealed_at > self.settings.seal_every_seconds:
            self._sealed_at = now
            signer = Signer(self.settings.seal_signing_key.get_secret_value())
            await self._say(SEALS, await make_seal(self.service, self.pool, signer))
            await point("relay.seal-said")

    async def _say(self, topic: str, message: dict[str, Any] | bytes) -> None:
        producer = await self._ready_producer()
        value = message if isinstance(message, bytes) else orjson.dumps(message)
        async with asyncio.timeout(DEADLINE):
            await asyncio.shield(await producer.send(topic, value, key=self.service.encode(), partition=0))


async def republish(*, service: str, topic: str, pool: Pool, settings: Settings) -> int:
    """Fill a topic from the log where it is empty or behind, bytes and order unchanged; see ``Relay.catch_up``."""
    return await Relay(service=service, topic=topic, pool=pool, settings=settings).catch_up()
