"""Deadlines over HTTP: a case's clocks, why they stand as they do, the worklist, and what if."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from shared.core.dates import london_date
from shared.core.errors import NotFound
from shared.core.ids import lane_of

from projections.deadlines.explain import explain
from projections.inputs import EVER, instant, wrong
from projections.register import query as register
from projections.web import Asking, Asks, answer, documented

from .bodies import CaseDeadlines, CaseIf, Explanation, Worklist
from .keeping import rules
from .projection import deadlines
from .query import by_due_date, known
from .rows import work_out
from .telling import Teller
from .what_if import Supposed, SupposedInCase, as_facts, compared, items_if
from .worklist import Item, Wanted, Wish, worklist

router = APIRouter(tags=["deadlines"])

AsAt = Annotated[
    str | None,
    Query(
        alias="asAt",
        description="As it was known at this instant, or at the end of this day in London.",
        examples=["2026-03-31", "2026-03-31T12:00:00Z"],
    ),
]
_LATEST = date(2100, 12, 31)
_NOBODY: Mapping[str, str] = {}


@router.get(
    "/cases/{case_id}/deadlines",
    response_model=CaseDeadlines,
    responses=documented("deadlines"),
    summary="Every clock of a case",
)
async def read_deadlines(asks: Asks, case_id: UUID, as_at: AsAt = None) -> Response:
    past = instant(as_at, now=asks.now)
    at = past or asks.now
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        case = await known(reading, case_id, past or EVER)
    teller = Teller(fresh, at)
    lane = lane_of(case_id)
    clocks = sorted(work_out(case.facts, case.calendars), key=by_due_date)
    return answer(
        {
            "case_id": case_id,
            "as_at": at,
            "clocks": [teller.body(clock, lane) for clock in clocks],
            "freshness": fresh.body(lane),
        }
    )


@router.get(
    "/cases/{case_id}/deadlines/{clock_id:path}/explanation",
    response_model=Explanation,
    responses=documented("explanation"),
    summary="Why a clock stands as it does",
)
async def read_explanation(
    asks: Asks, case_id: UUID, clock_id: Annotated[str, Path(max_length=300)], as_at: AsAt = None
) -> Response:
    past = instant(as_at, now=asks.now)
    at = past or asks.now
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        case = await known(reading, case_id, past or EVER)
    clock = next((c for c in work_out(case.facts, case.calendars) if c.clock_id == clock_id), None)
    if clock is None:
        raise NotFound("The case has no such clock.")
    lane = lane_of(case_id)
    teller = Teller(fresh, at)
    status = teller.status(clock, lane)
    known_status = None if status.code == "unknown" else at
    why = explain(clock, case.facts, rules=rules(), calendars=case.calendars, as_at=known_status)
    if known_status is None:
        why["paragraph"] += f" How it stands: {status.words}."
    return answer(
        {
            "case_id": case_id,
            "as_at": at,
            "clock": teller.body(clock, lane),
            "paragraph": why.pop("paragraph"),
            "explanation": why,
            "freshness": fresh.body(lane),
        }
    )


# --- the worklist ---


@router.get(
    "/worklist",
    response_model=Worklist,
    responses=documented("worklist"),
    summary="Every clock of your authority by due date",
)
async def read_worklist(
    asks: Asks,
    team: Annotated[str | None, Query(max_length=200)] = None,
    caseworker: Annotated[str | None, Query(max_length=200)] = None,
    status: Annotated[
        list[Wish] | None,
        Query(
            description="`open` (what is not done with; the default), `any`, or status codes; repeat it for several."
        ),
    ] = None,
    rule: Annotated[list[str] | None, Query(max_length=50, examples=["issue-final-plan"])] = None,
    owner: Annotated[str | None, Query(max_length=50, examples=["LA"])] = None,
    due_before: Annotated[date | None, Query(alias="dueBefore", description="Due earlier than this day.")] = None,
    names: Annotated[bool, Query(description="Also the children's names. Your look at them is recorded.")] = False,
    cursor: Annotated[str | None, Query(max_length=1000, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    wanted = Wanted(
        today=london_date(asks.now), statuses=frozenset(status or ["open"]), team=team, caseworker=caseworker,
        rule=rule, owner=owner, due_before=due_before, cursor=cursor, limit=limit,
    )  # fmt: skip
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        teller = Teller(fresh, asks.now)
        items, following = await worklist(reading, wanted, teller)
        rows = await register.names(reading, {i.clock.case_id for i in items}) if names else []
    called = register.opened_names(rows, await register.keys_for(asks.sources.keyring, rows))
    await asks.looked_at("worklist", *called)
    return answer(_list(wanted, items, following, teller, called) | {"freshness": fresh.body()})


def _list(
    wanted: Wanted, items: list[Item], following: str | None, teller: Teller, names: Mapping[str, str] = _NOBODY
) -> dict[str, Any]:
    told = [
        {
            **teller.body(i.clock, i.lane),
            "case_id": i.clock.case_id,
            "name": names.get(i.clock.case_id),
            "caseworker": i.caseworker,
            "team": i.team,
        }
        for i in items
    ]
    return {"today": wanted.today, "items": told, "next": following}


# --- what if ---


class WhatIf(BaseModel):
    """Events that have not happened, and the day on which to look."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    events: Annotated[list[Supposed], Field(max_length=50)] = Field(default_factory=list)
    as_of: date | None = Field(
        default=None, description="London civil date, today if left out; it may lie in the future."
    )


class WorklistIf(BaseModel):
    """Events that have not happened in some cases, and which part of the worklist to see."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    events: Annotated[list[SupposedInCase], Field(max_length=200)] = Field(default_factory=list)
    as_of: date | None = Field(
        default=None, description="London civil date, today if left out; it may lie in the future."
    )
    team: str | None = Field(default=None, max_length=200)
    caseworker: str | None = Field(default=None, max_length=200)
    status: Annotated[list[Wish], Field(min_length=1, max_length=12)] = ["open"]
    rule: Annotated[list[str], Field(max_length=50)] | None = None
    owner: str | None = Field(default=None, max_length=50)
    due_before: date | None = None
    cursor: str | None = Field(default=None, max_length=1000)
    limit: int = Field(default=50, ge=1, le=200)


def _day(asked: date | None, asks: Asking) -> date:
    today = london_date(asks.now)
    if asked is None:
        return today
    if not today <= asked <= _LATEST:
        raise wrong("as_of", f"must lie between today, {today}, and {_LATEST}")
    return asked


@router.post(
    "/cases/{case_id}/deadlines/what-if",
    response_model=CaseIf,
    responses=documented("what_if"),
    summary="A case's clocks as they would be; nothing is recorded",
)
async def case_what_if(asks: Asks, case_id: UUID, body: WhatIf) -> Response:
    day = _day(body.as_of, asks)
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        case = await known(reading, case_id, EVER)
    supposed = as_facts(body.events, case_id=case_id, la_code=asks.by.la_code, now=asks.now)
    before = work_out(case.facts, case.calendars)
    after = sorted(work_out([*case.facts, *supposed], case.calendars), key=by_due_date)
    lane = lane_of(case_id)
    found = compared(before, after, lane, Teller(fresh, asks.now), Teller(fresh, day))
    return answer({"case_id": case_id, "as_of": day, **found, "freshness": fresh.body(lane)})


@router.post(
    "/worklist/what-if",
    response_model=Worklist,
    responses=documented("worklist"),
    summary="The worklist as it would be; nothing is recorded",
)
async def worklist_what_if(asks: Asks, body: WorklistIf) -> Response:
    day = _day(body.as_of, asks)
    wanted = Wanted(
        today=day, statuses=frozenset(body.status), team=body.team, caseworker=body.caseworker, rule=body.rule,
        owner=body.owner, due_before=body.due_before, cursor=body.cursor, limit=body.limit,
    )  # fmt: skip
    async with asks.reading() as reading:
        fresh = await reading.freshness("deadlines", deadlines.topics)
        teller = Teller(fresh, day)
        instead = await items_if(reading, body.events)
        items, following = await worklist(reading, wanted, teller, instead=instead)
    return answer(_list(wanted, items, following, teller) | {"freshness": fresh.body()})
