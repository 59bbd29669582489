"""``docs/asyncapi.json``: the topics as AsyncAPI 3, generated from the same models by FastStream."""

from __future__ import annotations

from typing import Any

import orjson
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI
from pydantic import create_model
from shared.core.codec import type_of
from shared.core.messages import Event
from shared.service import Service

from . import services

_SCHEMAS = "#/components/schemas/"


def document() -> bytes:
    whole: dict[str, Any] = {}
    for service in services():
        for event in service.codec.types.values():
            _merge(whole, _of(service, event), service, event)
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _of(service: Service, event: type[Event]) -> dict[str, Any]:
    """The document of one event alone: FastStream keeps all schemas of a document under one name each."""
    broker = KafkaBroker("localhost:9092")
    broker.publisher(
        service.topic,
        schema=create_model(_prefix(service) + event.__name__, __base__=event, __doc__=event.__doc__),
        title=type_of(event),
        description=(event.__doc__ or "").strip(),
    )
    specification: Any = AsyncAPI(
        broker,
        title="SEND and alternative provision case events",
        version="1.0.0",
        schema_version="3.0.0",
        description="CloudEvents 1.0 in binary mode: one record an event, 16 partitions, a case always in one.",
    )
    written = specification.to_specification() if hasattr(specification, "to_specification") else specification
    found: dict[str, Any] = written.to_jsonable()
    return found


def _merge(whole: dict[str, Any], part: dict[str, Any], service: Service, event: type[Event]) -> None:
    """Add one event's document. A schema whose name is taken by another is called after its service or event."""
    taken = whole.get("components", {}).get("schemas", {})
    names: dict[str, str] = {}
    for name, schema in part["components"]["schemas"].items():
        for candidate in (name, _prefix(service) + name, _prefix(service) + event.__name__ + name):
            if taken.get(candidate, schema) == schema:
                names[name] = candidate
                break
    _join(whole, _renamed(part, names))


def _renamed(part: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, list):
            return [walk(item) for item in node]
        if isinstance(node, str) and node.startswith(_SCHEMAS):
            return _SCHEMAS + names[node.removeprefix(_SCHEMAS)]
        return node

    done: dict[str, Any] = walk(part)
    done["components"]["schemas"] = {names[n]: s for n, s in done["components"]["schemas"].items()}
    return done


def _join(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _join(whole[key], value)
        else:
            whole[key] = value


def _prefix(service: Service) -> str:
    return service.name.title().replace("-", "")
