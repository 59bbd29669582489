"""What the clocks would be if something happened: hypothetical events beside the facts. The log is not touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from shared.core.errors import FieldError, InvalidCommand
from shared.core.ids import lane_of

from projections.deadlines.clock import Clock
from projections.deadlines.facts import Fact
from projections.deadlines.index import is_correction
from projections.inputs import EVER
from projections.reading import Reading

from .keeping import kept_fields
from .query import Known, known
from .rows import allocation, work_out
from .telling import Teller
from .worklist import Item


class Supposed(BaseModel):
    """An event as if it had been recorded now. `data` are its fields as they would be on the wire."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    type: str = Field(max_length=120, examples=["assessment.decision-to-assess-notified"])
    occurred_on: date = Field(
        ge=date(1990, 1, 1),
        le=date(2100, 12, 31),
        description="The London civil date the law would count; it may lie in the future.",
    )
    data: Annotated[dict[str, Any], Field(max_length=50)] = Field(
        default_factory=dict, examples=[{"request_id": "5f6c0d1e-0000-5000-8000-000000000001"}]
    )


class SupposedInCase(Supposed):
    case_id: UUID


def as_facts(supposed: Sequence[Supposed], *, case_id: UUID, la_code: str, now: datetime) -> list[Fact]:
    """Raises InvalidCommand for an event that no limit depends on: the answer would be no answer."""
    problems = [
        FieldError(f"events.{n}.type", f"no limit depends on {event.type}")
        for n, event in enumerate(supposed)
        if event.type not in kept_fields() and not is_correction(event.type)
    ]
    if problems:
        raise InvalidCommand("Some of these events would change nothing.", problems)
    return [
        Fact(
            event_id=f"supposed-{n}",
            type=event.type,
            occurred_on=event.occurred_on,
            recorded_at=now,
            la_code=la_code,
            data={**event.data, "case_id": str(case_id)},
        )
        for n, event in enumerate(supposed, start=1)
    ]


def compared(before: Sequence[Clock], after: Sequence[Clock], lane: int, now: Teller, then: Teller) -> dict[str, Any]:
    """Every clock as it would be, beside how it stands, and those that would be gone."""
    was = {clock.clock_id: clock for clock in before}
    clocks = []
    for clock in after:
        old = was.pop(clock.clock_id, None)
        then_body = then.body(clock, lane)
        now_body = now.body(old, lane) if old is not None else None
        told = {name: now_body[name] for name in ("due_on", "status", "status_code")} if now_body else None
        changed = told is None or any(told[name] != then_body[name] for name in told)
        clocks.append({**then_body, "before": told, "changed": changed})
    return {"clocks": clocks, "gone": sorted(was)}


async def items_if(reading: Reading, supposed: Sequence[SupposedInCase]) -> dict[UUID, list[Item]]:
    """Worklist items of the cases these events are about, as they would be. Raises NotFound for a strange case."""
    cases: dict[UUID, list[SupposedInCase]] = {}
    for event in supposed:
        cases.setdefault(event.case_id, []).append(event)
    found = {}
    for case_id, events in cases.items():
        case = await known(reading, case_id, EVER)
        facts = [*case.facts, *as_facts(events, case_id=case_id, la_code=reading.la_code, now=reading.now)]
        found[case_id] = items_of(case_id, facts, case)
    return found


def items_of(case_id: UUID, facts: Sequence[Fact], case: Known) -> list[Item]:
    caseworker, team = allocation(facts)
    return [
        Item((clock.due_on or date.max, case_id, clock.clock_id), lane_of(case_id), clock, caseworker, team)
        for clock in work_out(facts, case.calendars)
    ]
