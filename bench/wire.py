"""Just enough HTTP/1.1 to send commands at a steady pace without costing more than what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

_KEPT = 3.0
"""Seconds; uvicorn closes a connection that was idle for five, just when a command may be on its way."""


class _Connection(asyncio.Protocol):
    """One request at a time on a kept-alive connection."""

    def __init__(self) -> None:
        self.used_at = time.monotonic()
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    @property
    def open(self) -> bool:
        return self._transport is not None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, part: bytes) -> None:
        self._received += part
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or self._answer is None or self._answer.done():
            return
        headers = bytes(self._received[:head]).lower()
        at = headers.find(b"content-length:")
        length = int(headers[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._received) < head + 4 + length:
            return
        body = bytes(self._received[head + 4 : head + 4 + length])
        del self._received[: head + 4 + length]
        self._answer.set_result((int(headers[9:12]), body))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Client:
    """Posts JSON to one service. Opens as many connections as are needed at once, and keeps them."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._head = f"host: {parts.netloc}\r\nauthorization: Bearer {token}\r\n"
        self._free: list[_Connection] = []

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's body. Raises RuntimeError where it is no success."""
        content = orjson.dumps(body)
        length = f"content-type: application/json\r\ncontent-length: {len(content)}"
        head = f"POST {path} HTTP/1.1\r\n{self._head}{length}\r\n\r\n"
        status, answer = await self._ask(head.encode() + content)
        if status >= 300:
            raise RuntimeError(f"POST {path}: {status} {answer[:500]!r}")
        found: dict[str, Any] = orjson.loads(answer)
        return found

    async def get(self, path: str) -> bytes:
        """As ``post``."""
        status, answer = await self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {answer[:500]!r}")
        return answer

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        while self._free:
            connection = self._free.pop()
            if connection.open and time.monotonic() - connection.used_at < _KEPT:
                break
            connection.close()
        else:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(_Connection, self._host, self._port)
        answer = await connection.ask(request)
        connection.used_at = time.monotonic()
        self._free.append(connection)
        return answer

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
