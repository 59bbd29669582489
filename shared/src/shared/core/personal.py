"""Personal fields: marked in the type, sealed before they are hashed, stored or published.

``name: Personal[str]`` reads as a ``str`` in memory. In the stored bytes it is one opaque string,
AES-256-GCM under the person's own data key, bound to the event it stands in. Once the key is
destroyed the field reads as ``ERASED`` for ever, and nothing else about the log changes.

A model with a personal field says whose it is in ``person_id``.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .errors import Unprocessable

PREFIX = "sealed:1:"
_ERASED_TEXT = "[erased]"


class Erased:
    """What is left of a personal field after the person was erased."""

    def __repr__(self) -> str:
        return "ERASED"

    def __str__(self) -> str:
        return _ERASED_TEXT


ERASED = Erased()


@dataclass(frozen=True)
class PersonalField:
    """The marker behind ``Personal[...]``. To readers of a schema, and in errors, the field is simply a ``T``."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kinds = tuple(kind for kind in get_args(source) if kind is not Erased)
        schema = handler.generate_schema(Union[kinds])  # noqa: UP007 - of however many kinds
        return core_schema.no_info_wrap_validator_function(
            lambda value, validate: value if value is ERASED else validate(value),
            schema,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda value, serialize: _ERASED_TEXT if value is ERASED else serialize(value), schema=schema
            ),
        )


T = TypeVar("T")
Personal = Annotated[Union[T, Erased], PersonalField()]  # noqa: UP007 - a generic alias needs Union

Path = tuple[str, ...]
"""Where a personal field sits: field names, ``*`` for every item of a list."""


@cache
def personal_paths(model: type[BaseModel]) -> tuple[Path, ...]:
    """Every personal field of a model, nested models and lists of them included."""
    found: list[Path] = []
    for name, field in model.model_fields.items():
        if any(isinstance(m, PersonalField) for m in field.metadata):
            found.append((name,))
        else:
            found += [(name, *rest) for rest in _paths_of(field.annotation)]
    return tuple(found)


def _paths_of(annotation: Any) -> Sequence[Path]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return personal_paths(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(a, PersonalField) for a in arguments[1:]):
            return [()]
        return _paths_of(arguments[0])
    if origin in (list, tuple, Sequence) or (origin is not None and _is_sequence(origin)):
        return [("*", *rest) for argument in arguments[:1] for rest in _paths_of(argument)]
    return [path for argument in arguments for path in _paths_of(argument)]


def _is_sequence(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Sequence)


@dataclass(frozen=True, slots=True)
class DataKey:
    """One person's key, in the clear and in memory only. 32 bytes."""

    secret: bytes

    def seal(self, value: Any, bound_to: bytes) -> str:
        nonce = os.urandom(12)
        sealed = AESGCM(self.secret).encrypt(nonce, orjson.dumps(value), bound_to)
        return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, text: str, bound_to: bytes) -> Any:
        """Raises Unprocessable if the text was changed, moved or sealed under another key."""
        raw = base64.urlsafe_b64decode(text.removeprefix(PREFIX))
        try:
            return orjson.loads(AESGCM(self.secret).decrypt(raw[:12], raw[12:], bound_to))
        except InvalidTag as exc:
            raise Unprocessable("a personal field does not open under the person's key") from exc


Keys = Mapping[UUID, DataKey | None]
"""Data keys by person; None where the person was erased."""


def seal(data: dict[str, Any], paths: Sequence[Path], key: DataKey, event_id: UUID) -> None:
    """Seal every personal field of ``data`` in place. Absent and null fields stay as they are."""
    for path in paths:
        bound_to = event_id.bytes + ".".join(path).encode()
        _change(data, path, lambda value, b=bound_to: key.seal(value, b))  # type: ignore[misc]


def unseal(data: dict[str, Any], paths: Sequence[Path], key: DataKey | None, event_id: UUID) -> None:
    """Open every personal field of ``data`` in place; without a key each becomes ``ERASED``."""
    for path in paths:
        bound_to = event_id.bytes + ".".join(path).encode()

        def opened(value: Any, b: bytes = bound_to) -> Any:
            if key is None:
                return ERASED
            return key.open(value, b) if isinstance(value, str) and value.startswith(PREFIX) else value

        _change(data, path, opened)


def _change(node: Any, path: Path, change: Callable[[Any], Any]) -> None:
    head, *rest = path
    if head == "*":
        for position, item in enumerate(node):
            if rest:
                _change(item, tuple(rest), change)
            elif item is not None:
                node[position] = change(item)
    elif isinstance(node, dict) and node.get(head) is not None:
        if rest:
            _change(node[head], tuple(rest), change)
        else:
            node[head] = change(node[head])
