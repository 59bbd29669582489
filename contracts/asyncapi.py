"""``docs/asyncapi.json``: every topic with what stands on it, as AsyncAPI 3.

Written here and not by FastStream, which makes a channel of each publisher and knows nothing of headers: three hundred
channels for nine topics, and no word of how to tell one message from another.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import orjson
from shared.core.codec import type_of
from shared.core.ids import LANES
from shared.core.messages import Event
from shared.edge.topics import parked

from . import publishers, services
from .schemas import schema_of
from .signals import CLOUD_EVENT, PARKED, SIGNALS

_SCHEMAS = "#/components/schemas/"
_ABOUT = """\
One record an event: CloudEvents 1.0 in binary mode, the value its data, sixteen partitions, a case always in the same
one, keyed by it. Delivery is at least once: pass over what is not newer than your last `ce_sequence` of that
partition. Topics are kept without end, so anybody may begin at the beginning. `docs/partners.md` says it in prose.
"""


def document() -> bytes:
    """Raises ValueError if two different schemas would get one name."""
    whole = _Document()
    for service in publishers():
        whole.channel(service.topic, f"Every event of {service.name}.", LANES)
        for event in service.codec.types.values():
            whole.event(service.topic, event)
    for topic, model in SIGNALS.items():
        name = model.__name__
        whole.channel(topic, _words(model).split("\n\n")[0], 1)
        payload = whole.schema(name, model.model_json_schema())
        whole.message(topic, name, {"title": name, "description": _words(model), "payload": payload})
    for service in services():
        topic = parked(service.name)
        whole.channel(topic, f"For operators: what {service.name} could not handle, as it came.", LANES)
        whole.message(topic, "parked", {"title": "A record set aside", "headers": {"$ref": f"{_SCHEMAS}Parked"}})
    return orjson.dumps(whole.done(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


class _Document:
    def __init__(self) -> None:
        self.channels: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.schemas: dict[str, Any] = {"CloudEvent": CLOUD_EVENT, "Parked": PARKED}

    def channel(self, topic: str, description: str, partitions: int) -> None:
        kafka = {"topic": topic, "partitions": partitions, "bindingVersion": "0.5.0"}
        self.channels[topic] = {
            "address": topic, "description": description, "messages": {}, "bindings": {"kafka": kafka},
        }  # fmt: skip

    def event(self, topic: str, event: type[Event]) -> None:
        name = type_of(event)
        schema = schema_of(event)
        # Its own id would be the base of its references, which are to this document.
        dataschema = [schema.pop(key) for key in ("$schema", "$id")][1]
        said = {
            "name": name,
            "title": event.__name__,
            "description": _words(event),
            "contentType": "application/json",
            "headers": {"$ref": f"{_SCHEMAS}CloudEvent"},
            "payload": self.schema(name, schema),
            "x-dataschema": dataschema,
            "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        }
        self.message(topic, name, said)

    def message(self, topic: str, name: str, said: dict[str, Any]) -> None:
        self.channels[topic]["messages"][name] = {"$ref": f"#/components/messages/{name}"}
        self.messages[name] = said

    def schema(self, name: str, schema: dict[str, Any]) -> dict[str, str]:
        """Put a schema among the components, its parts under names of their own, and return the reference to it."""
        parts: dict[str, Any] = schema.pop("$defs", {})
        names = {part: self._name_of(part, found, f"{name}.{part}") for part, found in parts.items()}
        for part, found in parts.items():
            self._put(names[part], _renamed(found, names))
        self._put(name, _renamed(schema, names))
        return {"$ref": _SCHEMAS + name}

    def _name_of(self, part: str, found: Any, otherwise: str) -> str:
        return part if self.schemas.get(part, found) == found and not _refers(found) else otherwise

    def _put(self, name: str, schema: Any) -> None:
        if self.schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")

    def done(self) -> dict[str, Any]:
        return {
            "asyncapi": "3.0.0",
            "info": {
                "title": "SEND and alternative provision case events", "version": "1.0.0", "description": _ABOUT,
            },
            "defaultContentType": "application/json",
            "servers": {
                "demo": {"host": "localhost:9092", "protocol": "kafka", "description": "`make demo` names the port."}
            },
            "channels": self.channels,
            "operations": {
                f"publish-{topic}": {"action": "send", "channel": {"$ref": f"#/channels/{topic}"}}
                for topic in self.channels
            },
            "components": {"messages": self.messages, "schemas": self.schemas},
        }  # fmt: skip


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: _SCHEMAS + names[value.rpartition("/")[2]] if key == "$ref" else _renamed(value, names)
            for key, value in node.items()
        }
    return [_renamed(item, names) for item in node] if isinstance(node, list) else node


def _refers(node: Any) -> bool:
    """Whether a part has parts of its own; its name alone does not say which."""
    return any(key == "$ref" for key in _keys(node))


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _keys(value)
    elif isinstance(node, list):
        for item in node:
            yield from _keys(item)


def _words(thing: type) -> str:
    return inspect.cleandoc(thing.__dict__.get("__doc__") or "")
