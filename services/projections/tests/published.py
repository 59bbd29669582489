"""A log that is on the real topics of a broker of our own, from the first event."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import orjson
from projections.events import TOPICS
from shared.core.codec import StoredEvent
from shared.core.ids import LANES
from shared.edge.kafka import new_producer, to_record
from shared.edge.settings import Settings
from shared.edge.topics import WATERMARKS
from shared.testing.memory import MemoryKeyring

from .log import Log

CHILDREN = 24
NORTHMOOR = str(UUID(int=0xA1))


class Published(Log):
    """A log that is on the topics too. Every test goes on with what the others have left there."""

    def __init__(self) -> None:
        super().__init__(MemoryKeyring())
        self.sent: dict[tuple[str, int], int] = {}
        self.children = 0

    async def publish(self, settings: Settings) -> None:
        producer = new_producer(settings, client_id="test")
        await producer.start()
        try:
            for (topic, lane), events in self.lanes.items():
                service = topic.removeprefix("send.").removesuffix(".v1")
                for e in events[self.sent.get((topic, lane), 0) :]:
                    stored = StoredEvent(
                        e.lane, e.sequence, e.stream, e.version, e.event_id, e.type, e.schema_version, e.command_id,
                        e.la_code, e.recorded_at, e.data, e.metadata, e.hash, e.epoch,
                    )  # fmt: skip
                    record = to_record(service, stored)
                    record["timestamp_ms"] = record.pop("timestamp")
                    await producer.send_and_wait(topic, partition=lane, **record)
                self.sent[topic, lane] = len(events)
        finally:
            await producer.stop()

    async def child(self) -> int:
        """One more child, with a course that touches every table."""
        self.children += 1
        n = self.children
        request = str(UUID(int=1000 + n))
        await self.happened("referral.person-registered", "2026-01-05", of=n, sealed={"name": "Test-Child Kestrel"})
        await self.happened("referral.caseworker-allocated", "2026-01-05", of=n, caseworker=f"c{n % 3}", team="North")
        asked = await self.happened("referral.ehc-needs-assessment-requested", f"2026-03-{n % 27 + 1:02}", of=n,
                                    request_id=request, source="PARENT")  # fmt: skip
        await self.happened("assessment.decision-to-assess-notified", "2026-04-20", of=n, request_id=request,
                            decision_id="d", rights={"appeal": True})  # fmt: skip
        await self.happened("assessment.advice-requested", "2026-04-21", of=n, request_id=request,
                            advice_id=str(UUID(int=5000 + n)), advice_type="PSYCHOLOGY")  # fmt: skip
        await self.happened("placement.placement-started", "2026-09-01", of=n, placement_id=f"p{n}", rank="MAIN",
                            setting_id=NORTHMOOR)  # fmt: skip
        if n % 4 == 0:
            await self.corrected(asked, "2026-02-20", recorded="2026-05-01", of=n)
        if n % 3 == 0:
            await self.happened(
                "ap-intervention.pupil-permanently-excluded", "2026-10-19", of=n, exclusion_id=str(UUID(int=7000 + n)),
                setting_id=NORTHMOOR, school_days="1", term_total="1", year_total="1", continues_exclusion_id=None,
            )  # fmt: skip
        return n

    async def begin(self) -> None:
        if self.children:
            return
        for _ in range(CHILDREN // 2):
            await self.child()
        await self.happened("placement.setting-registered", "2025-01-01", of=None, key=NORTHMOOR, setting_id=NORTHMOOR,
                            name="Northmoor Academy", setting_category="ACADEMY")  # fmt: skip
        await self.happened(
            "placement.setting-term-dates-published", "2026-09-01", of=None, key=NORTHMOOR, setting_id=NORTHMOOR,
            academic_year="2026/27", not_school_days=[],
            terms=[{"first_day": "2026-09-02", "last_day": "2026-10-23"},
                   {"first_day": "2026-11-02", "last_day": "2026-12-18"}],
        )  # fmt: skip
        for _ in range(CHILDREN // 2):
            await self.child()

    async def watermarks(self, settings: Settings) -> None:
        """What the services' relays would say now."""
        producer = new_producer(settings, client_id="test")
        await producer.start()
        for topic in TOPICS:
            heads = [len(self.lanes[topic, lane]) for lane in range(LANES)]
            mark = {"topic": topic, "at": datetime.now(UTC).isoformat(), "heads": heads}
            await producer.send_and_wait(WATERMARKS, orjson.dumps(mark), partition=0)
        await producer.stop()
