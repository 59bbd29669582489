"""The timeline as a projection: every event of a case becomes a row, and no row ever changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared.edge.db import Connection
from shared.edge.kafka import Delivered

from projections.events import TOPICS, Read, data_of
from projections.generation import LAYOUTS, statements
from projections.projection import Builder, Changed, Table

from .rows import COLUMNS, Row, row_of

_CHUNK = 20_000


class Timeline:
    name = "timeline"
    topics = TOPICS
    package = __package__ or "projections.timeline"
    layout = LAYOUTS["timeline"]
    tables = (Table("events", COLUMNS, key=("case_id", "topic", "sequence")),)

    async def apply(self, connection: Connection, schema: str, events: Sequence[Delivered]) -> Changed:
        rows = [row for event in events if (row := row_of(event, data_of(event))) is not None]
        if rows:
            await connection.execute(statements(self.package, schema)["insert"], *map(list, zip(*rows, strict=True)))
        return {row[0]: row[4] for row in rows}

    def builder(self) -> Builder:
        return _Builder()

    async def complete(self, connection: Connection, schema: str, left: Sequence[str]) -> None:
        """No case depends on another lane."""


class _Builder:
    left: list[str] = []

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def add(self, event: Read, data: dict[str, Any]) -> None:
        if (row := row_of(event, data)) is not None:
            self._rows.append(row)

    def rows(self, *, last: bool) -> Iterable[tuple[str, list[Row]]]:
        if self._rows and (last or len(self._rows) >= _CHUNK):
            rows, self._rows = self._rows, []
            yield "events", rows


timeline = Timeline()
