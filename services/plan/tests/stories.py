"""What happened before a test begins, told as the commands that made it happen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from plan.contents import Contents, Provision
from plan.state import Plan, Status
from shared.testing.spec import TESTER, stamped

from shared import Command, Decider, Event, case_id_of

PERSON = UUID(int=7)
CASE = case_id_of(TESTER.la_code, PERSON)
PLAN = UUID(int=8)
F1, G1, H1 = (UUID(int=n) for n in (11, 12, 13))
MAINTAINED = Plan(
    status=Status.MAINTAINED,
    case_id=CASE,
    person_id=PERSON,
    plan_id=PLAN,
    contents=Contents(
        provisions=(
            Provision(provision_id=F1, section="F", what="a programme of speech and language therapy"),
            Provision(provision_id=G1, section="G", what="physiotherapy"),
            Provision(provision_id=H1, section="H1", what="a short break"),
        )
    ),
)
"""The plan's stream as the streams beside it read it."""
NO_PLAN = Plan()
LATER = datetime(2027, 6, 1, 12, tzinfo=UTC)
"""When stories are written down: after everything in them."""


def after(decider: Decider[Any], *commands: Command, reading: Any = MAINTAINED) -> list[Event]:
    """The events of these commands, one after the other; ``reading`` is the plan as the stream reads it."""
    events: list[Event] = []
    for number, command in enumerate(commands, start=100):
        state = decider.fold(events)
        other = () if decider.decision(type(command)).reads is None else (reading,)
        made = decider.decide(stamped(command, at=LATER, number=number), state, *other)
        assert made, f"{type(command).__name__} did nothing in a story"
        events += made
    return events
