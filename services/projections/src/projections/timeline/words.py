"""An event in a sentence a person reads, from the table ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, cast

from projections.clocks.keeping import rules

_PART = re.compile(r"\[([^\[\]]*)\]|{([^{}]+)}|([^\[\]{}]+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")
_ACRONYMS = frozenset(
    {"OT", "HI", "VI", "PD", "LA", "ICB", "NHS", "SEN", "EHC", "AP", "CI", "CL", "SP", "PRU", "YP", "EP"}
)

Values = Mapping[str, Any]
_Piece = Callable[[Values], str]


class _Missing(Exception):
    """A field that the sentence needs has no value."""


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def table() -> dict[str, dict[str, str]]:
    """Roles, codes and sentences, the latter by service."""
    return _file()


def bookkeeping() -> list[str]:
    """Types of what services note for themselves about other services' news."""
    types: list[str] = _file()["bookkeeping"]["types"]
    return types


def role_in_words(role: str) -> str:
    return table()["roles"].get(role, role.replace("_", " "))


def sentence(type: str, data: Values) -> str:
    """What happened, in words; never fails, for an event nobody has written words for either."""
    service, _, name = type.partition(".")
    of_any = next((kind for kind in ("date-corrected", "entry-retracted") if name.endswith(kind)), name)
    template = table()["sentences"].get(of_any)
    template = table().get(service, {}).get(name, template)
    if template is not None:
        if of_any != name or "corrects" in data:
            data = {"of": "an earlier event", **data, "which": _which(data.get("field", "occurred_on"))}
        try:
            return _first_capital(_compiled(template)(data))
        except _Missing:
            pass
    return by_name(type)


def _which(field: str) -> str:
    """A date as its field says it: the date, the date “received by LA on”."""
    return "date" if field == "occurred_on" else f"date “{_spaced(field)}”"


def by_name(type: str) -> str:
    """The best that can be said of an event by its name alone."""
    return _first_capital(_spaced(type.partition(".")[2] or type))


def _spaced(name: str) -> str:
    return " ".join(w.upper() if w.upper() in _ACRONYMS else w for w in name.replace("_", "-").split("-"))


def fields_of(template: str) -> set[str]:
    """The fields a template names (for the test that looks whether events have them)."""
    return {
        inner.split("?")[0].split(" as ")[0].split(".")[0]
        for inner in re.findall(r"{([^{}]+)}", template)
        if inner.split("?")[0] not in ("of", "which")
    }


@cache
def _compiled(template: str) -> _Piece:
    pieces: list[_Piece] = []
    end = 0
    for match in _PART.finditer(template):
        if match.start() != end:
            raise ValueError(f"cannot read {template!r} at {end}")
        end = match.end()
        optional, field, text = match.groups()
        if optional is not None:
            pieces.append(_optional(_compiled(optional)))
        elif field is not None:
            pieces.append(_field(field))
        else:
            pieces.append(lambda _, text=text: cast(str, text))  # type: ignore[misc]
    if end != len(template):
        raise ValueError(f"cannot read {template!r} at {end}")
    return lambda values: "".join(piece(values) for piece in pieces)


def _optional(inner: _Piece) -> _Piece:
    def piece(values: Values) -> str:
        try:
            return inner(values)
        except _Missing:
            return ""

    return piece


def _codes_of(field: str) -> Mapping[str, str]:
    if field == "limit_id":
        return {rule.id: rule.title for rule in rules().rows}
    found: Mapping[str, str] = _file()["codes-of"].get(field, {})
    return found


def _field(text: str) -> _Piece:
    named, _, choice = text.partition("?")
    yes, _, no = choice.partition("|")
    path, _, other = named.partition(" as ")
    codes = _codes_of(other or path.rpartition(".")[2])

    def piece(values: Values) -> str:
        value: Any = values
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None or value == [] or value == "":
            raise _Missing
        if choice:
            return yes if value else no
        return codes[str(value)] if str(value) in codes else in_words(value)

    return piece


def in_words(value: Any) -> str:
    """A value as a person would write it: 2 March 2026, autism, yes, a and b."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        words = [in_words(item) for item in value]
        return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    if isinstance(value, Mapping):
        return in_words(value.get("code") or next(iter(value.values()), ""))
    if not isinstance(value, str):
        return str(value)
    if _DATE.fullmatch(value):
        return date_in_words(date.fromisoformat(value))
    if value in table()["codes"]:
        return table()["codes"][value]
    if _CODE.fullmatch(value) and any(c.isalpha() for c in value):
        return " ".join(w if w in _ACRONYMS else w.lower() for w in value.split("_"))
    return value


def date_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]
