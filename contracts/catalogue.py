"""``docs/events.md``: every event in a table people can read, with who sends it and who listens."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from shared.core.codec import type_of
from shared.core.corrections import CorrectDate
from shared.core.messages import Command, Event, Incoming
from shared.core.personal import personal_paths
from shared.core.retractions import RetractEntry, beside_corrections
from shared.service import Service
from shared.web.routes import AnyRoute, CommandRoute, CorrectionRoute

from . import publishers, services


def listeners() -> dict[str, list[str]]:
    """Which reactions of which services each event sets going, by wire name."""
    found: dict[str, list[str]] = defaultdict(list)
    for service in services():
        for reaction in service.reactions:
            found[reaction.event_type].append(f"{service.name} (`{reaction.name}`)")
    return found


def document() -> str:
    heard = listeners()
    parts = [
        "# Events\n",
        "Written by `make docs` from the code; do not edit. Every event also carries `type` and `occurred_on`, the",
        "civil date in Europe/London that the law counts from. Fields marked * are personal: sealed under the person's",
        "own key wherever they are stored or published. Schemas: `contracts/schemas/`. Topics: `docs/asyncapi.json`.",
        "How to follow a topic: [partners](partners.md).\n",
    ]
    for service in publishers():
        parts.append(f"## {service.name}\n\nTopic `{service.topic}`.\n")
        for decider in service.deciders:
            parts.append(f"### {decider.name}\n")
            parts.append("| event | what it says | fields | who listens |\n|---|---|---|---|")
            parts += [_row(event, heard) for event in beside_corrections(decider.event_types)]
            parts.append("")
        if service.routes:
            parts.append(_commands(service))
    return "\n".join(parts)


def _row(event: type[Event], heard: dict[str, list[str]]) -> str:
    personal = {path[0] for path in personal_paths(event)}
    fields = [
        f"{name}{'*' if name in personal else ''}{'' if field.is_required() else '?'}"
        for name, field in event.model_fields.items()
        if name not in ("type", "occurred_on")
    ]
    words = _first_sentence(event)
    return f"| `{type_of(event)}` | {words} | {', '.join(fields)} | {', '.join(heard.get(type_of(event), []))} |"


def _commands(service: Service) -> str:
    rows = [
        f"| `{route.method} {path}` | `{command.__name__}` | {_first_sentence(command)} |"
        for route in service.routes
        for path, command in _commands_at(route)
    ]
    return "### Commands\n\n| HTTP | command | what it asks |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _commands_at(route: AnyRoute) -> Sequence[tuple[str, type[Command]]]:
    match route:
        case CommandRoute():
            return [(route.path, route.command)]
        case CorrectionRoute():
            return [(route.path, CorrectDate), (route.retractions, RetractEntry)]
        case _:
            return []


def _first_sentence(thing: Any) -> str:
    document = thing.__dict__.get("__doc__") or ""
    return inspect.cleandoc(document).split("\n\n")[0].replace("\n", " ").replace("|", "/")


def incoming_types() -> dict[tuple[str, str], type[Incoming]]:
    """What every consumer needs of every event it reacts to, by (consumer and reaction, wire name)."""
    return {
        (f"{service.name}.{reaction.name}", reaction.event_type): reaction.event
        for service in services()
        for reaction in service.reactions
    }
