"""What is wrong with a field, in words for people. Pydantic's own words are for programmers.

Nothing here repeats what was in the field: it may be a child's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_Words = Callable[[Mapping[str, Any]], str]

_MEMBER, _QUOTED = re.compile(r"<[\w.]+: ('[^']*')>"), r"\1"


def _items(context: Mapping[str, Any]) -> str:
    least = context.get("min_length", 1)
    return "needs at least one" if least == 1 else f"needs at least {least}"


def _characters(context: Mapping[str, Any]) -> str:
    least = context.get("min_length", 1)
    return "must not be empty" if least == 1 else f"needs at least {least} characters"


def _choice(context: Mapping[str, Any]) -> str:
    # Of an enumeration's members pydantic gives what Python would print.
    return f"must be {_MEMBER.sub(_QUOTED, str(context.get('expected')))}"


def _discriminator(context: Mapping[str, Any]) -> str:
    return str(context.get("discriminator")).strip("'")


_WORDS: dict[str, _Words] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "none_required": lambda _: "must be left out or null",
    "too_short": _items,
    "too_long": lambda c: f"may have at most {c.get('max_length')}",
    "string_too_short": _characters,
    "string_too_long": lambda c: f"may have at most {c.get('max_length')} characters",
    "string_type": lambda _: "must be text",
    "string_pattern_mismatch": lambda _: "does not have the right form",
    "uuid_parsing": lambda _: "must be an id (UUID)",
    "uuid_type": lambda _: "must be an id (UUID)",
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "greater_than_equal": lambda c: f"must be at least {c.get('ge')}",
    "less_than_equal": lambda c: f"must be at most {c.get('le')}",
    "greater_than": lambda c: f"must be more than {c.get('gt')}",
    "less_than": lambda c: f"must be less than {c.get('lt')}",
    "literal_error": _choice,
    "enum": _choice,
    "union_tag_invalid": lambda c: (
        f"{str(c.get('discriminator')).strip(chr(39))} must be one of {c.get('expected_tags')}"
    ),
    "union_tag_not_found": lambda c: f"needs {str(c.get('discriminator')).strip(chr(39))}",
    "tuple_type": lambda _: "must be a list",
    "list_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be an object",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
}
_DATE = "must be a date, as 2026-09-07"
_INSTANT = "must be an instant with its time zone, as 2026-09-07T09:30:00Z"


def words_of(error: Mapping[str, Any]) -> str:
    """One finding of pydantic's, in plain words."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind in _WORDS:
        return _WORDS[kind](context)
    if kind.startswith("datetime"):
        return _INSTANT
    if kind.startswith("date"):
        return _DATE
    return str(error["msg"]).removeprefix("Value error, ")
