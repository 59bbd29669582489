"""The judge is judged: each of its rules finds the one thing that is wrong, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from shared.core.codec import StoredEvent
from shared.core.ids import lane_of
from shared.edge.kafka import Delivered, delivered, to_record

from .checker import (
    alerts_were_told_once,
    commands_happened_once,
    lanes_have_no_gap,
    reads_were_true,
    topic_is_the_log,
)
from .picture import Picture
from .readers import Readings, Shown, nobody_was_shown_less, timelines_were_the_log
from .workload import History, Seen, Sent

CASE = str(UUID(int=7))
LANE = lane_of(CASE)
TOPIC = "send.referral.v1"


def event(sequence: int, *, command: UUID | None = None, type: str = "referral.x", **data: Any) -> StoredEvent:
    return StoredEvent(
        lane=LANE, sequence=sequence, stream="person-1", version=sequence, event_id=uuid4(), type=type,
        schema_version=1, command_id=command or uuid4(), la_code="801", recorded_at=datetime(2026, 1, 5, tzinfo=UTC),
        data=orjson.dumps({"case_id": CASE, **data}), metadata=b'{"actor":{},"causation_id":null}', hash=b"h",
    )  # fmt: skip


class Record:
    def __init__(self, offset: int, event: StoredEvent) -> None:
        made = to_record("referral", event)
        self.topic, self.partition, self.offset, self.headers = TOPIC, event.lane, offset, made["headers"]
        self.value = made["value"]


def on_topic(*events: StoredEvent) -> list[Delivered]:
    return [delivered(Record(offset, event)) for offset, event in enumerate(events)]


def picture(*log: StoredEvent, topic: list[Delivered] | None = None) -> Picture:
    found = Picture(logs={"referral": list(log)}, heads={"referral": {LANE: len(log)}})
    found.topics["referral"] = on_topic(*log) if topic is None else topic
    return found


ONE, TWO, THREE = LOG = [event(1), event(2), event(3)]

TOPICS: dict[str, tuple[list[StoredEvent], str]] = {
    "as the log": ([ONE, TWO, THREE], ""),
    "twice, later": ([ONE, TWO, ONE, TWO, THREE], ""),
    "one is missing": ([ONE, THREE], "2 was not there yet"),
    "the end is missing": ([ONE, TWO], "ends with 2, and the log with 3"),
    "the beginning is missing": ([TWO, THREE], "1 was not there yet"),
    "other bytes": ([ONE, TWO._replace(data=b"{}"), THREE], "with other bytes than the log"),
    "a stranger": ([ONE, TWO, THREE, event(4)], "which the log does not have"),
}


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_is_held_against_its_log(name: str) -> None:
    on_it, finding = TOPICS[name]
    found = list(topic_is_the_log("referral", picture(*LOG, topic=on_topic(*on_it))))
    assert finding in " ".join(found)
    assert bool(found) == bool(finding)


def test_a_hole_in_a_lane_is_found() -> None:
    assert list(lanes_have_no_gap("referral", picture(*LOG))) == []
    assert len(list(lanes_have_no_gap("referral", picture(ONE, THREE)))) == 1


def sent(status: int | None, *events: StoredEvent, key: str = "k") -> Sent:
    told = {"events": [{"event_id": str(e.event_id)} for e in events], "stream": "person-1", "version": len(events)}
    return Sent("referral", "Do", key, "ana", "801", "/", {}, 0.0, 1, [200], status, told, ended=1.0)


def test_a_command_is_in_the_log_once_as_answered_or_not_at_all() -> None:
    done = event(1, command=sent(200).command_id)
    cases: list[tuple[list[Sent], list[StoredEvent], str]] = [
        ([sent(200, done)], [done], ""),
        ([sent(409)], [], ""),
        ([sent(200, done)], [], "was answered with"),
        ([sent(200, done)], [done, done], "more than once"),
        ([sent(409)], [done], "and left"),
        ([sent(None)], [done], "never got an answer"),
        ([sent(200, done), sent(200)], [done], "was answered with []"),
    ]
    for answers, log, finding in cases:
        found = list(commands_happened_once(History(sent=answers), picture(*log)))
        assert finding in " ".join(found), finding
        assert bool(found) == bool(finding)


def test_a_stream_that_was_read_is_a_beginning_of_what_it_became() -> None:
    ids = tuple(str(e.event_id) for e in LOG)

    def seen(*events: str, began: float = 2.0) -> Seen:
        return Seen("referral", "person-1", len(events), events, began, began + 1)

    def findings(*looks: Seen) -> int:
        return len(list(reads_were_true(History(sent=[sent(200, ONE)], seen=list(looks)), picture(*LOG))))

    assert findings(seen(*ids[:1]), seen(*ids[:2], began=4.0)) == 0
    assert findings(seen(str(uuid4()))) == 1
    assert findings(seen()) == 1, "answered before, and not there"
    assert findings(seen(*ids[:2]), seen(*ids[:1], began=4.0)) == 1, "less than before"


def test_an_alert_that_was_told_twice_is_found() -> None:
    alert = event(1, type="deadlines.clock-breached", clock_id="c", due_on="2026-01-05")
    again = alert._replace(sequence=2, stream="alert-2", event_id=uuid4())
    assert list(alerts_were_told_once(Picture(logs={"projections": [alert]}))) == []
    assert len(list(alerts_were_told_once(Picture(logs={"projections": [alert, again]})))) == 1


def shown(*log: StoredEvent, upto: int, began: float = 0.0) -> Shown:
    return Shown("timeline", {TOPIC: upto}, began, began + 1, CASE, frozenset(str(e.event_id) for e in log))


def less(*answers: Shown) -> Iterator[str]:
    return nobody_was_shown_less(Readings(shown=list(answers)))


def other(*answers: Shown) -> Iterator[str]:
    return timelines_were_the_log(Readings(shown=list(answers)), picture(*LOG))


READ: list[tuple[Callable[..., Iterator[str]], list[Shown], str]] = [
    (less, [shown(ONE, upto=1), shown(ONE, TWO, upto=2, began=2.0)], ""),
    (less, [shown(ONE, TWO, upto=2), shown(ONE, upto=1, began=0.5)], ""),
    (less, [shown(ONE, TWO, upto=2), shown(ONE, upto=1, began=2.0)], "was shown up to 2"),
    (less, [shown(ONE, TWO, upto=2), shown(TWO, upto=2, began=2.0)], "and then without"),
    (less, [shown(ONE, upto=1), Shown("timeline", {}, 2.0, 3.0, CASE, frozenset())], "was shown up to 1"),
    (other, [shown(ONE, TWO, upto=2)], ""),
    (other, [shown(upto=0)], ""),
    (other, [shown(ONE, upto=2)], "was shown without"),
    (other, [shown(ONE, TWO, upto=1)], "and with"),
]


@pytest.mark.parametrize("rule, answers, finding", READ)
def test_what_readers_were_shown_is_held_against_what_was_shown_before_and_the_log(
    rule: Callable[..., Iterator[str]], answers: list[Shown], finding: str
) -> None:
    found = list(rule(*answers))
    assert finding in " ".join(found)
    assert bool(found) == bool(finding)
