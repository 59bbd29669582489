"""How often an authority kept a limit in a period: with exceptions counted like everything else, and without them.

As DfE publishes the 20 weeks: an exception takes its case out of numerator and denominator alike, and both rates are
shown. An exception that does not apply by law, or was refused, takes nothing out.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from shared.core.errors import FieldError, InvalidCommand

from projections.deadlines.clock import Clock
from projections.generation import statements
from projections.web import Asks, FreshnessBody, answer, documented

from .keeping import rules
from .projection import deadlines
from .rows import clock_of

router = APIRouter(tags=["deadlines"])


class Kept(BaseModel):
    """Of what was done in the period: how much of it in time."""

    done: int = Field(examples=[531])
    in_time: int = Field(examples=[246])
    rate: float | None = Field(examples=[46.3], description="Per cent, one decimal; null where nothing was done.")


class Excused(BaseModel):
    """What the second rate leaves out. An exception claimed after the last day excuses, and the breach stays one."""

    done: int = Field(examples=[12], description="Done where an exception applied.")
    late: int = Field(examples=[9], description="Of these, done after the last day.")
    claimed_after_breach: int = Field(examples=[2], description="Of these, excused only once the limit was broken.")


class Punctuality(BaseModel):
    """How often a limit was kept in a period, by the day on which the act was done."""

    rule: str
    title: str
    done_from: date
    done_to: date
    including_exceptions: Kept
    excluding_exceptions: Kept
    excused: Excused
    freshness: FreshnessBody


@router.get(
    "/punctuality",
    response_model=Punctuality,
    responses=documented("punctuality"),
    summary="How often your authority kept a limit, with and without exceptions",
)
async def read_punctuality(
    asks: Asks,
    rule: Annotated[str, Query(max_length=100, examples=["issue-final-plan"], description="A limit's id.")],
    done_from: Annotated[date, Query(alias="from", description="First London civil day of the period.")],
    done_to: Annotated[date, Query(alias="to", description="Its last day.")],
) -> Response:
    titles = {row.id: row.title for row in rules().rows}
    if rule not in titles:
        raise InvalidCommand("There is no such limit.", [FieldError("rule", "is no limit's id; see docs/clocks.md")])
    if done_from > done_to:
        raise InvalidCommand("The period ends before it begins.", [FieldError("to", "must not be before `from`")])
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        sql = statements(deadlines.package, reading.schema("deadlines"))["done_between"]
        rows = await reading.connection.fetch(sql, reading.la_code, rule, done_from, done_to)
    clocks = [clock_of(str(row["case_id"]), row["detail"]) for row in rows]
    dated = [clock for clock in clocks if clock.due_on is not None and clock.met_on is not None]
    ordinary = [clock for clock in dated if clock.relief is None]
    body = {"rule": rule, "title": titles[rule], "done_from": done_from, "done_to": done_to}
    body |= {"including_exceptions": _kept(dated), "excluding_exceptions": _kept(ordinary)}
    body["excused"] = _excused([clock for clock in dated if clock.relief is not None])
    return answer(body | {"freshness": fresh.body()})


def _kept(clocks: list[Clock]) -> dict[str, Any]:
    in_time = sum(_in_time(clock) for clock in clocks)
    rate = round(100 * in_time / len(clocks), 1) if clocks else None
    return {"done": len(clocks), "in_time": in_time, "rate": rate}


def _excused(clocks: list[Clock]) -> dict[str, int]:
    late = [clock for clock in clocks if not _in_time(clock)]
    afterwards = [clock for clock in late if clock.relief is not None and clock.relief.after_breach]
    return {"done": len(clocks), "late": len(late), "claimed_after_breach": len(afterwards)}


def _in_time(clock: Clock) -> bool:
    return clock.met_on is not None and clock.due_on is not None and clock.met_on <= clock.due_on
