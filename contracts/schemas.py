"""JSON Schemas of the events, and what may change in one that was published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from shared.core.codec import type_of
from shared.core.messages import Event
from shared.core.personal import personal_paths

from . import publishers
from .sealing import seal_fields

FOLDER = Path(__file__).parent / "schemas"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The schema of an event's data as it is published. Personal fields are sealed strings and named in `x-personal`.

    Fields it does not name are allowed: an optional field may be added any day, and a subscriber who validates with
    yesterday's schema is not to trip over it.
    """
    schema: dict[str, Any] = _open_to_more(event.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = f"urn:send-ap:event:{type_of(event)}:v{event.schema_version}"
    if paths := personal_paths(event):
        seal_fields(schema, paths)
        schema["x-personal"] = [".".join(path) for path in paths]
    return schema


def _open_to_more(node: Any) -> Any:
    if isinstance(node, dict):
        return {k: _open_to_more(v) for k, v in node.items() if (k, v) != ("additionalProperties", False)}
    if isinstance(node, list):
        return [_open_to_more(item) for item in node]
    return node


def file_of(event: type[Event]) -> Path:
    return FOLDER / f"{type_of(event)}.v{event.schema_version}.json"


def current() -> dict[Path, bytes]:
    """What every schema file should hold."""
    return {
        file_of(event): orjson.dumps(schema_of(event), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
        for service in publishers()
        for event in service.codec.types.values()
    }


def breaking_changes(published: dict[str, Any], now: dict[str, Any], at: str = "") -> list[str]:
    """What a subscriber to the published schema could trip over; empty if the change is free.

    Free: a new optional field, a new value in a list of codes that we send is NOT free for a strict reader but is
    announced in the catalogue. Breaking: a field gone, renamed or of another type, and a field that was always
    there and now may be missing.
    """
    found = []
    old, new = published.get("properties", {}), now.get("properties", {})
    for name, was in old.items():
        where = f"{at}{name}"
        if name not in new:
            found.append(f"{where} is gone")
        elif _shape(was) - _shape(new[name]) or (_shape(new[name]) - _shape(was)):
            found.append(f"{where} changed from {sorted(_shape(was))} to {sorted(_shape(new[name]))}")
    found += [
        f"{at}{name} was always there and now may be missing"
        for name in published.get("required", [])
        if name in new and name not in now.get("required", []) and "default" not in new[name]
    ]
    found += [
        f"{at}{name} is new and required: stored events do not have it"
        for name in now.get("required", [])
        if name not in published.get("required", []) and name not in old
    ]
    for name, definition in published.get("$defs", {}).items():
        if name in now.get("$defs", {}):
            found += breaking_changes(definition, now["$defs"][name], f"{at}{name}.")
    return found


def _shape(schema: dict[str, Any]) -> set[str]:
    if "x-opened" in schema:
        return {f"sealed {kind}" for kind in _shape(schema["x-opened"])}
    kinds = schema.get("anyOf", [schema])
    return {str(k.get("$ref") or f"{k.get('type')}:{k.get('format', '')}") for k in kinds if k.get("type") != "null"}
