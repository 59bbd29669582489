"""A network that can be made bad: a proxy on loopback before PostgreSQL and before every Kafka broker.

Each link can be slow (later, and so many bytes a second), stalled (connections are there, nothing moves) and cut
(connections end at once, and new ones too). What is under way keeps its order, as TCP would have it.

The proxies live in a thread of their own: the main one is busy judging, or waits for processes.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import tempfile
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CHUNK = 65_536
_UNDER_WAY = 64
"""Chunks of one direction of one connection that are on the road at once."""

Address = int | Path
"""A port on loopback, or a Unix socket."""


@dataclass
class Link:
    """To where it leads, for any number of connections."""

    leads_to: Address
    latency: float = 0.0
    """Seconds, each way."""
    rate: float = math.inf
    """Bytes a second, each way of each connection."""
    is_cut: bool = False
    moves: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set while it is stalled."""
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, listens: Path | None) -> asyncio.Server:
        if listens is not None:
            return await asyncio.start_unix_server(self._met, listens)
        return await asyncio.start_server(self._met, "127.0.0.1", 0)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onward = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        both = {writer, onward}
        self._open |= both
        try:
            if not self.is_cut:
                async with asyncio.TaskGroup() as ways:
                    ways.create_task(self._carry(reader, onward))
                    ways.create_task(self._carry(there, writer))
        except* OSError:  # either end is gone, and so is the connection
            pass
        finally:
            self._open -= both
            for end in both:
                end.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.leads_to, Path):
            return await asyncio.open_unix_connection(self.leads_to)
        return await asyncio.open_connection("127.0.0.1", self.leads_to)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction of one connection, until it ends."""
        now = asyncio.get_running_loop().time
        road: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_UNDER_WAY)

        async def arrive() -> None:
            while True:
                due, chunk = await road.get()
                await asyncio.sleep(due - now())
                await self.moves.wait()
                if not chunk:
                    with suppress(OSError):
                        writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()

        async def depart() -> None:
            chunk = b"-"
            while chunk:
                chunk = await reader.read(_CHUNK)
                if self.rate < math.inf:
                    await asyncio.sleep(len(chunk) / self.rate)
                await road.put((now() + self.latency, chunk))

        async with asyncio.TaskGroup() as both:
            both.create_task(arrive())
            both.create_task(depart())

    def end_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()


class Network:
    """All links, by name."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self.directory = Path(tempfile.mkdtemp(prefix="chaos-net-"))  # short: a socket's path may have 107 bytes
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def link(self, name: str, leads_to: Address, *, listens: Path | None = None) -> int:
        """A new link, whether or not anybody is there yet; the port where it listens, unless at a Unix socket."""
        link = self.links[name] = Link(leads_to)
        link.moves.set()
        server = self._there(link.serve(listens))
        self._servers.append(server)
        return 0 if listens else int(server.sockets[0].getsockname()[1])

    def slow(self, name: str, *, latency: float, rate: float) -> None:
        """``latency`` seconds later each way; ``rate`` bytes a second each way of each connection."""
        self.links[name].latency, self.links[name].rate = latency, rate

    def stall(self, name: str) -> None:
        """Connections stay, and nothing moves on them."""
        self._loop.call_soon_threadsafe(self.links[name].moves.clear)

    def cut(self, name: str) -> None:
        """End every connection, and let no new one be."""
        link = self.links[name]
        link.is_cut = True
        self._loop.call_soon_threadsafe(link.end_all)

    def mend(self, *names: str) -> None:
        """These links, or all, are as they should be."""
        for link in (self.links[name] for name in names or self.links):
            link.latency, link.rate, link.is_cut = 0.0, math.inf, False
            self._loop.call_soon_threadsafe(link.moves.set)

    def close(self) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._there(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _there(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)
