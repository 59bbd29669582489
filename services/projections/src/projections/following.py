"""``GET /changes``: a stream of changed cases that a front-end resumes where it left off (server-sent events).

It says which cases changed and in what, not how: whoever cares reads the case again. Nothing is buffered for a slow
follower; it is read for from where it stands, and followers who stand at the same place share one query.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

import asyncpg
import orjson
import structlog
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from shared.core.errors import Unavailable

from . import changes
from .changes import Change, Position
from .events import TOPICS
from .reading import reading
from .web import PROBLEMS, Asks, Sources

log = structlog.get_logger()
router = APIRouter(tags=["changes"])

LOOK_EVERY = 0.2
"""Seconds between two looks at the lanes' heads, for all followers of this process together."""
HEARTBEAT = 15.0
LONGEST = 1800.0
"""Seconds after which a stream ends and the follower comes again, with a token of today."""
STUCK = 30.0
"""Seconds a follower may take to accept one message."""
MOST = 2_000
"""Followers of one process."""
GRACE = 0.3
"""Seconds a stream has for its end once the process stops; a follower who does not take it is left."""

_OUTAGE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Following:
    """The followers of one process: one look at the heads for all, one query for each place they stand at."""

    def __init__(self, sources: Sources, *, look_every: float = LOOK_EVERY, heartbeat: float = HEARTBEAT) -> None:
        self.sources, self.look_every, self.heartbeat = sources, look_every, heartbeat
        self.followers = 0
        self.stopped = False
        self._open: set[asyncio.Timeout] = set()
        self._heads: Position | None = None
        self._moved = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._pages: dict[tuple[str, Position], asyncio.Task[list[Change]]] = {}

    async def start_of(self, last_event_id: str | None) -> Position:
        """Where a follower begins: after what it saw last, or with what is new from now on. Raises InvalidCommand."""
        if last_event_id is not None:
            return Position.parse(last_event_id)
        return await changes.heads(self.sources.pool)

    def stop(self) -> None:
        """End every stream now, because the process does. Followers come again, elsewhere, and have missed nothing."""
        self.stopped = True
        self._moved.set()
        for limit in self._open:
            limit.reschedule(asyncio.get_running_loop().time() + GRACE)

    @asynccontextmanager
    async def until_stopped(self) -> AsyncIterator[None]:
        """Raises TimeoutError inside, a moment after ``stop``."""
        async with asyncio.timeout(None) as limit:
            self._open.add(limit)
            try:
                yield
            finally:
                self._open.discard(limit)

    async def events(self, la_code: str, position: Position) -> AsyncIterator[bytes]:
        """The stream's bytes, for as long as the follower listens."""
        self.followers += 1
        ends_at = asyncio.get_running_loop().time() + LONGEST
        try:
            yield b"retry: 1000\n" + _message("following", {"la_code": la_code}, position)
            yield await self._freshness(la_code)
            while asyncio.get_running_loop().time() < ends_at and not self.stopped:
                moved = self._watch()
                page = await self._page(la_code, position)
                if page:
                    for body, position in _by_case(page, position):  # noqa: B020 - each message moves the position on
                        yield _message("case-changed", body, position)
                    continue
                try:
                    await asyncio.wait_for(moved.wait(), self.heartbeat)
                except TimeoutError:
                    yield b": still here\n\n" + await self._freshness(la_code)
        except _OUTAGE as exc:
            # The follower comes again and resumes; it has missed nothing.
            log.warning("stream of changes interrupted", error=type(exc).__name__)
        finally:
            self.followers -= 1

    def _watch(self) -> asyncio.Event:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return self._moved

    async def _look(self) -> None:
        while self.followers:
            await asyncio.sleep(self.look_every)
            with suppress(*_OUTAGE):
                found = await changes.heads(self.sources.pool)
                if found != self._heads:
                    self._heads = found
                    self._pages.clear()
                    self._moved.set()
                    self._moved = asyncio.Event()

    async def _page(self, la_code: str, position: Position) -> list[Change]:
        key = (la_code, position)
        if (task := self._pages.get(key)) is None:
            task = self._pages[key] = asyncio.create_task(self._read(la_code, position))
        try:
            return await asyncio.shield(task)
        except _OUTAGE:
            self._pages.pop(key, None)
            raise

    async def _read(self, la_code: str, position: Position) -> list[Change]:
        async with reading(self.sources.pool, la_code, now=self.sources.clock(), limit_seconds=0) as found:
            return await changes.after(found.connection, la_code, position)

    async def _freshness(self, la_code: str) -> bytes:
        now, limit = self.sources.clock(), self.sources.limit_seconds
        async with reading(self.sources.pool, la_code, now=now, limit_seconds=limit) as found:
            bodies = [(await found.freshness(name, TOPICS)).body() for name in sorted(found.live)]
        told = {b["consumer"]: {k: b[k] for k in ("lag_seconds", "lag_events", "stale")} for b in bodies}
        return _message("freshness", told, None)


def _by_case(page: Sequence[Change], position: Position) -> Iterable[tuple[dict[str, Any], Position]]:
    """One message a case, each with the position that is safe to resume from once it has arrived."""
    lanes: dict[int, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in page:
        lanes[change.lane][change.case_id].append(change)
    for lane, cases in lanes.items():
        waiting = sorted(cases.values(), key=lambda rows: rows[-1].number)
        for n, rows in enumerate(waiting):
            unsent = [row.number for later in waiting[n + 1 :] for row in later]
            position = position.passed(lane, min(unsent) - 1 if unsent else rows[-1].number)
            yield _body(rows), position


def _body(rows: Sequence[Change]) -> dict[str, Any]:
    positions: dict[str, int] = {}
    for row in rows:
        positions[row.topic] = max(row.sequence, positions.get(row.topic, 0))
    return {
        "case_id": rows[0].case_id,
        "changed": sorted(row.what for row in rows),
        "lane": rows[0].lane,
        "positions": positions,
        "changed_at": max(row.changed_at for row in rows),
    }


def _message(event: str, data: Any, position: Position | None) -> bytes:
    id = f"id: {position}\n".encode() if position is not None else b""
    return b"event: %b\n%bdata: %b\n\n" % (event.encode(), id, orjson.dumps(data))


class _Stream(StreamingResponse):
    """Ends for a follower that does not take what it asked for, and for all when the process stops."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        following: Following = scope["app"].state.following

        async def send_soon(message: Any) -> None:
            async with asyncio.timeout(STUCK):
                await send(message)

        with suppress(TimeoutError):
            async with following.until_stopped():
                await super().__call__(scope, receive, send_soon)


@router.get(
    "/changes",
    response_class=_Stream,
    responses={
        **PROBLEMS,
        200: {
            "description": "`case-changed` events, with `freshness` events and heartbeat comments in between.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": "event: case-changed\nid: 0.0.7.0.0.0.0.0.0.0.0.0.0.0.0.0\n"
                    'data: {"case_id":"5f6c0d1e-0000-5000-8000-000000000001","changed":["deadlines","timeline"],'
                    '"lane":2,"positions":{"send.plan.v1":57},"changed_at":"2026-03-02T09:30:00Z"}\n\n',
                }
            },
        },
    },
    summary="Which cases of your authority change, as it happens",
)
async def follow_changes(
    request: Request,
    asks: Asks,
    last_event_id: Annotated[
        str | None,
        Header(alias="Last-Event-ID", max_length=400, description="Resume after this event; left out: from now on."),
    ] = None,
) -> StreamingResponse:
    """State, not deltas: read the case again. A case that changed twice while you were away comes once."""
    following: Following = request.app.state.following
    if following.stopped:
        raise Unavailable("This process is being stopped; try again.")
    if following.followers >= MOST:
        raise Unavailable("Too many followers just now; try again.")
    start = await following.start_of(last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return _Stream(following.events(asks.by.la_code, start), media_type="text/event-stream", headers=headers)
