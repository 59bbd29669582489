"""An event's schema as its bytes are published: personal fields are one sealed string, whatever they hold inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.core.personal import PREFIX

_SEALED = {"type": "string", "pattern": f"^{PREFIX}[A-Za-z0-9_-]+={{0,2}}$"}


def seal_fields(schema: dict[str, Any], paths: Sequence[Sequence[str]]) -> None:
    """Say of every personal field of ``schema``, in place, that it is sealed; ``x-opened`` keeps what is inside."""
    for path in paths:
        _seal(schema, schema, path)


def _seal(whole: dict[str, Any], node: dict[str, Any], path: Sequence[str]) -> None:
    head, *rest = path
    for model in _alternatives(whole, node):
        if head == "*" and "items" in model:
            _seal(whole, model["items"], rest)
        elif (found := model.get("properties", {}).get(head)) is not None:
            if rest:
                _seal(whole, found, rest)
            elif "x-opened" not in found:  # a part that two fields share is sealed once
                model["properties"][head] = _sealed(found)


def _alternatives(whole: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    """What a node may be, references followed."""
    if "$ref" in node:
        return _alternatives(whole, whole["$defs"][node["$ref"].rpartition("/")[2]])
    if "anyOf" in node:
        return [found for choice in node["anyOf"] for found in _alternatives(whole, choice)]
    return [node]


def _sealed(field: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: value for key, value in field.items() if key in ("title", "description", "default")}
    opened = {key: value for key, value in field.items() if key not in kept}
    kinds = opened.get("anyOf", [opened])
    choices: list[dict[str, Any]] = [_SEALED]
    if any(kind.get("type") == "array" for kind in kinds):
        choices.append({"type": "array", "maxItems": 0})  # of an empty list there is nothing to seal
    if any(kind.get("type") == "null" for kind in kinds):
        choices.append({"type": "null"})
    return {**kept, **(choices[0] if len(choices) == 1 else {"anyOf": choices}), "x-opened": opened}
