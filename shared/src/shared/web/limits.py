"""What is too large, too deep or too slow is refused before anything looks at it."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .problem import problem

MAX_BODY = 1_000_000
"""Bytes. Documents travel by reference; the longest command is some tens of kilobytes."""
MAX_DEPTH = 50
"""Nested JSON arrays and objects; the deepest command has five."""
BODY_SECONDS = 30.0
"""For the whole body: a megabyte over a poor mobile connection."""
HEADERS_SECONDS = 15.0
"""For the head of a request, and for the first one to come at all. Whoever is slower only keeps others out."""

MANY = 65_536
"""Open files of a process: room for slow clients until their time is up."""


class BodyLimit:
    """ASGI middleware: 413 for a body over ``MAX_BODY``, 422 for one deeper than ``MAX_DEPTH``, 408 for a slow one.

    The body is read here, once, and no further than the limit; so memory stays bounded whatever is sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                if not await _read(receive, body):
                    return
        except TimeoutError:
            words = f"The body did not arrive within {BODY_SECONDS:g} seconds."
            await self._refuse(scope, receive, send, 408, "body-too-slow", words)
            return
        if len(body) > MAX_BODY:
            words = f"A body may have {MAX_BODY // 1000} kB at most."
            await self._refuse(scope, receive, send, 413, "body-too-large", words)
            return
        if b"\\u0000" in body or b"\x00" in body:
            # No text in PostgreSQL can hold it: taken in, it would stop every projection that meets it.
            await self._refuse(scope, receive, send, 422, "nul-in-body", "A body may not contain the character NUL.")
            return
        if depth_of(body) > MAX_DEPTH:
            await self._refuse(
                scope, receive, send, 422, "body-too-deep", f"A body may be nested {MAX_DEPTH} levels at most."
            )
            return
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, again, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int, code: str, detail: str) -> None:
        response: Any = problem(status, code, detail)
        response.headers["Connection"] = "close"  # what is still on its way is not worth reading
        await response(scope, receive, send)


async def _read(receive: Receive, body: bytearray) -> bool:
    """Into ``body``, up to where it is too much. False if nobody is there any more."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        body += message.get("body", b"")
        if len(body) > MAX_BODY or not message.get("more_body", False):
            return True


class Hurried(HttpToolsProtocol):
    """uvicorn's connection, closed where no head of a request is complete in time; uvicorn itself waits for ever."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._hurry()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._hurry()

    def on_headers_complete(self) -> None:
        self._in_time()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _hurry(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS_SECONDS, self.transport.close)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def allow_many_connections() -> None:
    """Each is an open file; the soft limit of a login shell, 1,024, would be reached by a few slow clients."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY if most == resource.RLIM_INFINITY else min(MANY, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def depth_of(body: bytes | bytearray) -> int:
    """How deep a JSON text is nested at most; brackets inside strings count too, which no honest body minds."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest
