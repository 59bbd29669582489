"""A partner who has nothing but the published AsyncAPI document, and reads the topics from the beginning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from aiokafka import AIOKafkaConsumer

_DOCUMENT: dict[str, Any] = orjson.loads((Path(__file__).parents[2] / "docs" / "asyncapi.json").read_bytes())


async def read_all(bootstrap_servers: str) -> dict[str, list[Any]]:
    """Every record of every topic that the document describes, by topic."""
    topics = list(_DOCUMENT["channels"])
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: dict[str, list[Any]] = {topic: [] for topic in topics}
        for partition in ends:
            consumer.seek(partition, 0)
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                found[partition.topic] += records
        return found
    finally:
        await consumer.stop()


def check(record: Any) -> None:
    """Raises ValidationError, saying where, if a record is not what the document says."""
    messages = _DOCUMENT["channels"][record.topic]["messages"]
    headers = {name: value.decode() for name, value in record.headers}
    reference = messages[headers["ce_type"]] if "ce_type" in headers else next(iter(messages.values()))
    message = _DOCUMENT["components"]["messages"][reference["$ref"].rpartition("/")[2]]
    if "headers" in message:
        _validator(message["headers"]["$ref"]).validate(headers)
    if "payload" in message:
        _validator(message["payload"]["$ref"]).validate(orjson.loads(record.value))


_validators: dict[str, Any] = {}


def _validator(reference: str) -> Any:
    if reference not in _validators:
        whole = {**_DOCUMENT, "$ref": reference}
        _validators[reference] = jsonschema_rs.validator_for(whole, validate_formats=True)
    return _validators[reference]
