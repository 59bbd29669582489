"""Records that no service of ours would write, put on a topic by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from shared.core.chain import hash_of
from shared.core.codec import StoredEvent, canonical
from shared.edge.kafka import new_producer, to_record

from .cluster import AUTHORITY, Cluster


async def publish(cluster: Cluster, topic: str, **record: Any) -> Any:
    """Where it now stands (partition, offset)."""
    producer = new_producer(cluster.settings(cluster.services[0]), client_id="stranger")
    await producer.start()
    try:
        return await producer.send_and_wait(topic, **record)
    finally:
        await producer.stop()


class Lane:
    """Events of a service that does not run, one after the other in a lane, with a whole chain."""

    def __init__(self, service: str, lane: int) -> None:
        self.service, self.lane = service, lane
        self._sequence, self._hash = 0, b""

    def event(self, type: str, data: dict[str, Any]) -> dict[str, Any]:
        """The next one, as a record."""
        self._sequence += 1
        actor = {"user_id": "somebody", "role": "send_caseworker", "org_id": AUTHORITY, "la_code": AUTHORITY}
        event = StoredEvent(
            lane=self.lane,
            sequence=self._sequence,
            stream=f"stream-{uuid4()}",
            version=1,
            event_id=uuid4(),
            type=type,
            schema_version=1,
            command_id=uuid4(),
            la_code=AUTHORITY,
            recorded_at=datetime.now(UTC),
            data=canonical({"type": type, **data}),
            metadata=canonical({"actor": actor, "causation_id": None}),
        )
        event = event._replace(hash=hash_of(event, after=self._hash))
        self._hash = event.hash
        record = to_record(self.service, event)
        return {**{name: record[name] for name in ("key", "value", "headers")}, "partition": self.lane}
