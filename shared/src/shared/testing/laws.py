"""Laws that hold for every decider, whatever its business. A service's tests call ``check`` once a decider.

1. Deciding twice is safe: decide, fold the outcome, decide again: nothing, or a refusal.
2. Every event of the union is understood by ``evolve``, and every stored sample loads.
3. ``evolve`` never looks at the clock: folding twice gives equal states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared.core.decider import Decider
from shared.core.errors import Rejected
from shared.core.messages import Command, Event

from .spec import stamped

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
