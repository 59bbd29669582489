"""``given(decider, *events).when(command).then(*events)``: a rule in one sentence, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from shared.core.decider import Decider
from shared.core.errors import Rejected
from shared.core.filling import refuse_future, stamp
from shared.core.messages import Actor, Command, Event

TESTER = Actor(user_id="tester", role="send_caseworker", org_id="999", la_code="999")
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def stamped(command: Command, *, by: Actor = TESTER, at: datetime | None = None, number: int = 1) -> Any:
    """The command as the edge would stamp it: at noon UTC of its own ``occurred_on`` unless told."""
    if at is None:
        at = NOON if command.occurred_on == date.min else datetime.combine(command.occurred_on, time(12), UTC)
    stamped = stamp(command, by=by, at=at, command_id=UUID(int=number))
    refuse_future(stamped)
    return stamped


class Spec:
    def __init__(self, decider: Decider[Any], events: Sequence[Event]) -> None:
        self.decider, self.events, self.others = decider, list(events), ()
        self.by = TESTER
        self.at: datetime | None = None
        self.outcome: Sequence[Event] | Rejected | None = None

    def reading(self, *states: Any) -> Spec:
        """The state of the other stream that the decision reads."""
        self.others = states
        return self

    def sent_by(self, by: Actor) -> Spec:
        self.by = by
        return self

    def sent_at(self, at: datetime) -> Spec:
        self.at = at
        return self

    def when(self, command: Command) -> Spec:
        try:
            self.outcome = list(
                self.decider.decide(
                    stamped(command, by=self.by, at=self.at), self.decider.fold(self.events), *self.others
                )
            )
        except Rejected as rejected:
            self.outcome = rejected
        return self

    def then(self, *events: Event) -> None:
        assert not isinstance(self.outcome, Rejected), f"rejected: {self.outcome.conditions}"
        assert self.outcome == list(events)

    def then_types(self, *types: type[Event]) -> list[Any]:
        """As ``then``, where the values do not matter; returns the events for a closer look."""
        assert not isinstance(self.outcome, Rejected), f"rejected: {self.outcome.conditions}"
        assert self.outcome is not None
        assert [type(event) for event in self.outcome] == list(types)
        return list(self.outcome)

    def then_nothing(self) -> None:
        self.then()

    def then_rejected(self, *codes: str) -> Rejected:
        """Rejected with exactly these conditions, in any order; returns it, to look at the words."""
        assert isinstance(self.outcome, Rejected), f"not rejected: {self.outcome}"
        assert {c.code for c in self.outcome.conditions} == set(codes)
        return self.outcome


def given(decider: Decider[Any], *events: Event) -> Spec:
    return Spec(decider, events)
