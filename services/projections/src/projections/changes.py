"""Which cases changed, for whoever follows them: state, not deltas (one row a case and projection)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.core.errors import FieldError, InvalidCommand
from shared.core.ids import LANES, lane_of
from shared.edge.db import Connection, queries
from shared.edge.kafka import Delivered

_SQL = queries("changes", package="projections.sql")


async def note(connection: Connection, what: str, events: Sequence[Delivered], changed: Mapping[str, str]) -> None:
    """Write down that these cases changed (id → authority), in the effect's transaction and as its last act: it holds
    the lanes' rows.
    """
    last = events[-1]
    lanes = _by_lane(changed)
    lanes.setdefault(last.lane, [])  # that something arrived is worth knowing even where no case changed
    recorded_at = max(event.recorded_at for event in events)
    for lane in sorted(lanes):  # in order, so that two transactions cannot wait for each other
        await _write(connection, what, lane, lanes[lane], changed, last.topic, last.sequence, recorded_at)


async def note_rebuilt(connection: Connection, what: str, topic: str, changed: Mapping[str, str]) -> None:
    """Write down that these cases look different in a new version, though nothing happened to them."""
    lanes = _by_lane(changed)
    for lane in sorted(lanes):
        await _write(connection, what, lane, lanes[lane], changed, topic, 0, None)


def _by_lane(cases: Iterable[str]) -> dict[int, list[str]]:
    lanes: dict[int, list[str]] = {}
    for case_id in cases:
        lanes.setdefault(lane_of(case_id), []).append(case_id)
    return lanes


async def _write(
    connection: Connection, what: str, lane: int, cases: list[str], changed: Mapping[str, str], topic: str,
    sequence: int, recorded_at: datetime | None,
) -> None:  # fmt: skip
    await connection.execute(
        _SQL["note"], what, lane, topic, sequence, cases, [changed[case] for case in cases], recorded_at
    )


@dataclass(frozen=True, slots=True)
class Position:
    """How far a follower is: one number a lane. Its text form is the ``Last-Event-ID`` of the stream."""

    numbers: tuple[int, ...] = (0,) * LANES

    @classmethod
    def parse(cls, text: str) -> Position:
        """Raises InvalidCommand if the text is not an id this service gave."""
        parts = text.strip().split(".")
        if len(parts) != LANES or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
            message = "must be an id that this stream gave"
            raise InvalidCommand("Last-Event-ID is not an id of this stream.", [FieldError("Last-Event-ID", message)])
        return cls(tuple(int(p) for p in parts))

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    def passed(self, lane: int, number: int) -> Position:
        numbers = list(self.numbers)
        numbers[lane] = number
        return Position(tuple(numbers))


@dataclass(frozen=True, slots=True)
class Change:
    case_id: str
    what: str
    lane: int
    number: int
    topic: str
    sequence: int
    changed_at: datetime


async def heads(connection: Any) -> Position:
    """Where somebody stands who wants only what is new from now on."""
    rows = {row["lane"]: row["head"] for row in await connection.fetch(_SQL["heads"])}
    return Position(tuple(rows[lane] for lane in range(LANES)))


async def after(connection: Any, la_code: str, position: Position, limit: int = 500) -> list[Change]:
    """The changed cases of an authority after a position, in order within each lane."""
    rows = await connection.fetch(_SQL["after"], la_code, list(range(LANES)), list(position.numbers), limit)
    return [
        Change(str(r["case_id"]), r["what"], r["lane"], r["number"], r["topic"], r["sequence"], r["changed_at"])
        for r in rows
    ]
