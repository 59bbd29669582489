"""Bodies that are too large or too deep are refused before anything looks at them."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problem import problem

MAX_BODY = 1_000_000
"""Bytes. Documents travel by reference; the longest command is some tens of kilobytes."""
MAX_DEPTH = 50
"""Nested JSON arrays and objects; the deepest command has five."""


class BodyLimit:
    """ASGI middleware: 413 for a body over ``MAX_BODY``, 422 for one nested deeper than ``MAX_DEPTH``.

    The body is read here, once, and no further than the limit; so memory stays bounded whatever is sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > MAX_BODY:
                await self._refuse(
                    scope, receive, send, 413, "body-too-large", f"A body may have {MAX_BODY // 1000} kB at most."
                )
                return
            if not message.get("more_body", False):
                break
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
