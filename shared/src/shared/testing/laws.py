"""Laws that hold for every decider, whatever its business. A service's tests call ``check`` once a decider.

1. Deciding twice is safe: decide, fold the outcome, decide again: nothing, or a refusal.
2. Every event of the union is understood by ``evolve``, and every stored sample loads.
3. ``evolve`` never looks at the clock: folding twice gives equal states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from shared.core.decider import Decider
from shared.core.errors import Rejected
from shared.core.filling import filled_fields
from shared.core.messages import STAMPED, UNFILLED, Command, Event
from shared.web.routes import AnyRoute, CommandRoute

from .spec import stamped

_TYPO = UUID(int=0xBAD)

Example = tuple[Sequence[Event], Command] | tuple[Sequence[Event], Command, Any]
"""(history, command) or (history, command, state of the stream the decision reads)."""


def check(decider: Decider[Any], examples: Iterable[Example]) -> None:
    """Check the laws on examples that together accept every command of the decider at least once."""
    accepted: set[type[Command]] = set()
    emitted: set[type[Event]] = set()
    for history, command, *other in examples:
        state = decider.fold(history)
        assert state == decider.fold(history), f"{decider.name}: folding twice differs"
        sent = stamped(command)
        events = decider.decide(sent, state, *other)
        assert events, f"{decider.name}: {type(command).__name__} did nothing in an example"
        assert all(type(event) in decider.event_types for event in events)
        try:
            again = decider.decide(sent, decider.fold(events, state), *other)
        except Rejected:
            again = []
        assert not again, f"{decider.name}: {type(command).__name__} twice happened twice: {again}"
        accepted.add(type(command))
        emitted.update(map(type, events))
        emitted.update(map(type, history))
    missing = {d.command.__name__ for d in decider.decisions} - {c.__name__ for c in accepted}
    assert not missing, f"{decider.name}: no example accepts {sorted(missing)}"
    unseen = {e.__name__ for e in decider.event_types} - {e.__name__ for e in emitted}
    assert not unseen, f"{decider.name}: no example shows {sorted(unseen)}"


def check_what_people_send(
    decider: Decider[Any],
    examples: Iterable[Example],
    routes: Iterable[AnyRoute],
    *,
    again: Iterable[type[Command]] = (),
    elsewhere: Iterable[str] = (),
    lasting: Iterable[type[Command]] = (),
    unlike: Iterable[type[Command]] = (),
) -> None:
    """Laws of the commands that have a route, so that an answer never says more or less than what is so.

    1. The list of GET does not lie: in an empty stream it allows only what opens one; what has opened a stream is
       not allowed there once more, but for ``again``; and what it allows at a step of an example is accepted there,
       but for ``unlike``, where a date or an amount of the example is in the way.
    2. A typo in an id is refused, but for fields named in ``elsewhere``: ids that only another service knows.
    3. The same on another day is a new fact or is refused; only of ``lasting`` commands, which say how something is
       and not when it happened, it is no news.
    4. Blanks are no text.
    """
    people = {route.command for route in routes if isinstance(route, CommandRoute)}
    told = [example for example in examples if type(example[1]) in people]
    found = [
        *_lies(decider, told, people, set(again), set(unlike)),
        *_typos(decider, told, {decider.key, *elsewhere}),
        *_contradictions(decider, told, set(lasting)),
        *_blanks(told),
    ]
    assert not found, f"{decider.name}:\n" + "\n".join(dict.fromkeys(found))


def _allowed(decider: Decider[Any], state: Any) -> set[type[Command]]:
    return {permission.command for permission in decider.permissions(state) if permission.allowed}


def _accepts(decider: Decider[Any], command: Command, state: Any, *other: Any) -> bool:
    try:
        return bool(decider.decide(command, state, *other))
    except Rejected:
        return False


def _lies(
    decider: Decider[Any],
    examples: Sequence[Example],
    people: set[type[Command]],
    again: set[type[Command]],
    unlike: set[type[Command]],
) -> Iterator[str]:
    for kind in _allowed(decider, decider.initial) & people:
        if not decider.decision(kind).opens:
            yield f"{kind.__name__} is allowed in a stream that does not exist, and does not open one"
    for history, command, *other in examples:
        kind, sent = type(command), stamped(command)
        if not history:
            if not decider.decision(kind).opens:
                yield f"{kind.__name__} is accepted in an empty stream, and does not open one"
            opened = decider.fold(decider.decide(sent, decider.initial, *other))
            if (kind in _allowed(decider, opened)) != (kind in again):
                yield f"{kind.__name__} has opened the stream; allowed again: {kind not in again}"
        for length in range(1, len(history)):
            state = decider.fold(history[:length])
            if kind in _allowed(decider, state) - unlike and not _accepts(decider, sent, state, *other):
                yield f"{kind.__name__} is allowed after {type(history[length - 1]).__name__}, and refused there"


def _typos(decider: Decider[Any], examples: Sequence[Example], known: set[str]) -> Iterator[str]:
    for history, command, *other in examples:
        kind, state = type(command), decider.fold(history)
        reads = decider.decision(kind).reads
        for name in kind.model_fields.keys() - known - filled_fields(kind).keys() - STAMPED:
            value = getattr(command, name)
            if not isinstance(value, UUID) and not (isinstance(value, tuple) and value and isinstance(value[0], UUID)):
                continue
            wrong = command.model_copy(update={name: _TYPO if isinstance(value, UUID) else (_TYPO,)})
            there = (reads.decider.initial,) if reads is not None and reads.field == name else other
            try:
                decider.decide(stamped(wrong), state, *there)
            except Rejected:
                continue
            yield f"{kind.__name__} with a typo in {name} is no mistake"


def _contradictions(decider: Decider[Any], examples: Sequence[Example], lasting: set[type[Command]]) -> Iterator[str]:
    for history, command, *other in examples:
        sent = stamped(command)
        after = decider.fold(decider.decide(sent, decider.fold(history), *other), decider.fold(history))
        afresh = dict.fromkeys(filled_fields(type(command)), UNFILLED)  # the edge makes new ids
        another = command.model_copy(update={**afresh, "occurred_on": sent.occurred_on + timedelta(days=1)})
        later = stamped(another, number=2)
        if getattr(later, decider.key) != getattr(sent, decider.key):
            continue
        try:
            silent = not decider.decide(later, after, *other)
        except Rejected:
            silent = False
        if silent != (type(command) in lasting):
            yield f"{type(command).__name__} on another day is {'no news' if silent else 'news, or refused'}"


def _blanks(examples: Sequence[Example]) -> Iterator[str]:
    for _, command, *_ in examples:
        body = command.model_dump(mode="json", exclude=set(STAMPED))
        for path in _texts(body):
            try:
                type(command).model_validate_json(orjson.dumps(_with(body, path, "  ")))
            except ValidationError:
                continue
            yield f"{type(command).__name__} takes blanks for {'.'.join(map(str, path))}"


def _texts(node: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, str):
        yield ()
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from ((key, *rest) for rest in _texts(child))


def _with(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = dict(node) if isinstance(node, dict) else list(node)
    changed[path[0]] = _with(node[path[0]], path[1:], value)
    return changed
