"""What a partner has in hand, the published documents alone, is enough to validate what comes on the topics."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import orjson
import pytest
from shared.core.codec import NewEvent, StoredEvent
from shared.core.messages import Actor, Envelope
from shared.core.personal import DataKey
from shared.edge import topics
from shared.edge.db import Pool
from shared.edge.kafka import to_record
from shared.flow.seal import Signer, make_seal
from shared.service import Service

from contracts import publishers, schemas

ROOT = Path(__file__).parents[2]
ASYNCAPI: dict[str, Any] = orjson.loads((ROOT / "docs" / "asyncapi.json").read_bytes())
SAMPLES = {
    path.stem: (service, path)
    for service in publishers()
    for path in sorted((ROOT / "services" / service.name / "tests" / "events").glob("*.json"))
}
ACTOR = Actor(user_id="amber", role="send_caseworker", org_id="801", la_code="801")


def _stored(service: Service, path: Path) -> StoredEvent:
    """A kept sample as it would be in the log: its personal fields sealed."""
    wire_name, version = path.stem.rsplit(".v", 1)
    data = orjson.loads(path.read_bytes())
    event = service.codec.types[wire_name].model_validate(data)
    envelope = Envelope(UUID(int=1), "request-1", 1, datetime(2026, 9, 7, 8, 30, tzinfo=UTC), ACTOR, UUID(int=2))
    new: NewEvent = service.codec.encode(event, envelope, {UUID(data.get("person_id", "0" * 32)): DataKey(bytes(32))})
    return StoredEvent(
        lane=0, sequence=1, stream=envelope.stream, version=1, event_id=new.event_id, type=new.type,
        schema_version=int(version), command_id=envelope.command_id, la_code="801", recorded_at=envelope.recorded_at,
        data=new.data, metadata=new.metadata, hash=bytes(32),
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_event_on_its_topic_is_as_its_published_schema_says(name: str) -> None:
    service, path = SAMPLES[name]
    record = to_record(service.name, _stored(service, path))
    headers = {key: value.decode() for key, value in record["headers"]}
    published = schemas.FOLDER / f"{headers['ce_dataschema'].split(':', 3)[3].replace(':v', '.v')}.json"
    schema = orjson.loads(published.read_bytes())
    assert schema["$id"] == headers["ce_dataschema"]
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(orjson.loads(record["value"]))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_and_as_the_asyncapi_document_says(name: str) -> None:
    service, path = SAMPLES[name]
    record = to_record(service.name, _stored(service, path))
    channel = ASYNCAPI["channels"][service.topic]
    headers = {key: value.decode() for key, value in record["headers"]}
    message = _found(channel["messages"][headers["ce_type"]])
    _check(message["headers"], headers)
    _check(message["payload"], orjson.loads(record["value"]))


def test_tomorrows_optional_field_is_no_trouble_today() -> None:
    service, path = SAMPLES["deadlines.clock-breached.v1"]
    schema = orjson.loads((schemas.FOLDER / path.name).read_bytes())
    tomorrow = {**orjson.loads(_stored(service, path).data), "something_new": 1}
    jsonschema_rs.validator_for(schema).validate(tomorrow)


def test_a_name_in_the_clear_is_not_what_the_schema_says() -> None:
    _, path = SAMPLES["referral.person-registered.v1"]
    schema = orjson.loads((schemas.FOLDER / path.name).read_bytes())
    open_data = orjson.loads(path.read_bytes())
    assert not jsonschema_rs.validator_for(schema).is_valid(open_data)


def test_every_topic_of_a_deployment_is_described_with_its_partitions() -> None:
    described = {topic: channel["bindings"]["kafka"]["partitions"] for topic, channel in ASYNCAPI["channels"].items()}
    assert described == {topic: partitions for topic, (partitions, _) in topics.wanted().items()}


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    references = list(_references(ASYNCAPI))
    assert references
    for reference in references:
        assert _found({"$ref": reference})


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _found(reference: dict[str, str]) -> Any:
    node: Any = ASYNCAPI
    for part in reference["$ref"].removeprefix("#/").split("/"):
        node = node[part]
    return node


def _check(reference: dict[str, str], value: Any) -> None:
    """Against a schema of the document, which is also where its own references lead."""
    jsonschema_rs.validator_for({**ASYNCAPI, **reference}, validate_formats=True).validate(value)


async def test_a_seal_is_as_the_asyncapi_document_says(pool: Pool) -> None:
    seal = await make_seal("referral", pool, Signer(base64.b64encode(bytes(range(32))).decode()))
    (message,) = ASYNCAPI["channels"][topics.SEALS]["messages"].values()
    _check(_found(message)["payload"], orjson.loads(seal))
