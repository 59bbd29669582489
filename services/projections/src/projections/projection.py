"""What a projection is: tables made by code in a schema of its own version, a way to apply events, a way to rebuild.

The running worker applies events through ``LiveEffect`` to whatever version is live in that transaction, so a switch
needs no restart. A rebuild folds the same events in memory through a ``Builder`` and copies the rows into the next
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.edge.db import Connection
from shared.edge.kafka import Delivered

from . import changes
from .events import Read
from .generation import live_schema

Changed = Mapping[str, str]
"""Cases whose rows changed: case id → authority."""


@dataclass(frozen=True)
class Table:
    """A table of a projection. Rows with equal ``key`` are the same row when two versions are compared."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Builder(Protocol):
    """Folds the events of some lanes in memory. ``add`` is called per lane and topic in order, topics mixed."""

    def add(self, event: Read, data: dict[str, Any]) -> None: ...

    def rows(self, *, last: bool) -> Iterable[tuple[str, list[tuple[Any, ...]]]]:
        """``(table, rows)`` that are finished and can be forgotten; with ``last`` everything that is left."""
        ...

    @property
    def left(self) -> list[str]:
        """Cases that depend on other lanes, and so have to wait for ``Projection.complete``."""
        ...


class Projection(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def package(self) -> str:
        """Where its ``tables.sql`` is, with the statements ``tables`` and ``indexes`` and those it reads by."""
        ...

    @property
    def layout(self) -> int:
        """Raised whenever the tables change shape: older versions must then be rebuilt."""
        ...

    @property
    def tables(self) -> tuple[Table, ...]: ...

    async def apply(self, connection: Connection, schema: str, events: Sequence[Delivered]) -> Changed:
        """Take in events of one lane of one topic, in order. Raises Unprocessable for one it cannot understand."""
        ...

    def builder(self) -> Builder:
        """For one lane of all topics."""
        ...

    async def complete(self, connection: Connection, schema: str, left: Sequence[str]) -> None:
        """Work out the cases that the builders left, once every lane is in the tables and the indexes are there."""
        ...


class LiveEffect:
    """A projection as the kernel's consumer runs it: rows, changes and cursor commit together."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self.name = projection.name
        self.topics: Sequence[str] = projection.topics

    async def apply(self, connection: Connection, events: Sequence[Delivered]) -> None:
        schema = await live_schema(connection, self.name)
        changed = await self.projection.apply(connection, schema, events)
        await changes.note(connection, self.name, events, changed)
