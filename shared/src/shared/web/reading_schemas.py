"""JSON Schemas in words: what a field may hold, as a person would say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

PART = re.compile(r"\{([\w.-]+)\}")
"""How ``kind`` names a part of the document: ``{Name}``."""

_FORMATS = {"date": "date, as 2026-09-07", "date-time": "instant, as 2026-09-07T09:30:00Z", "uuid": "id (UUID)"}
_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}


class Row(NamedTuple):
    """A field, or a parameter."""

    name: str
    kind: str
    required: bool
    words: str


def kind(schema: Mapping[str, Any]) -> str:
    """In words; a part of the document as ``{Name}``."""
    if "$ref" in schema:
        return f"{{{_name(schema)}}}"
    if "const" in schema:
        return f"always {schema['const']}"
    if "enum" in schema:
        return _either([str(code) for code in schema["enum"]])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            kinds = dict.fromkeys(kind(one) for one in schema[choice])
            return _either([k for k in kinds if k != "null"] + [k for k in kinds if k == "null"])
    if "allOf" in schema:
        return kind(schema["allOf"][0])
    match schema.get("type"):
        case "array":
            return f"list of {kind(schema['items'])}" if schema.get("items") else "list"
        case "object":
            more = schema.get("additionalProperties")
            return f"object of {kind(more)}" if isinstance(more, Mapping) and more else "object"
        case "string" if schema.get("format") in _FORMATS:
            return _FORMATS[str(schema["format"])]
        case str(plain):
            return f"{_TYPES.get(plain, plain)}{_limits(schema)}"
    return "anything"


def fields(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[Row]:
    """The fields of an object, references and alternatives to null followed."""
    if "$ref" in schema:
        yield from fields(parts[_name(schema)], parts)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from fields(one, parts)
    for name, field in schema.get("properties", {}).items():
        default = field.get("default")
        words = [field.get("description", "")]
        words += [f"If left out: {default}." if default not in (None, [], {}) and "const" not in field else ""]
        yield Row(name, kind(field), name in schema.get("required", []), " ".join(word for word in words if word))


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _limits(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f", at least {low}"
    if high is not None:
        return f", at most {high}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _either(choices: list[str]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else "".join(choices)
