"""``GET /cases/{case_id}/timeline``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from shared.core.ids import lane_of

from projections.inputs import EVER, instant, wrong
from projections.web import Asks, By, FreshnessBody, answer, documented

from .projection import timeline
from .query import Wanted, entries, keys_for, page

router = APIRouter(tags=["timeline"])


class Amendment(BaseModel):
    """A later statement about an entry: by which event, when and by whom."""

    reason: str | None
    event_id: UUID
    recorded_at: datetime
    by: By


class Correction(Amendment):
    """A later statement that a date had been recorded wrongly."""

    field: str = Field(description="Which date: `occurred_on` is the day it happened.", examples=["served_on"])
    was: date | None = Field(description="Null where none was recorded.")
    now: date


class Position(BaseModel):
    topic: str = Field(examples=["send.assessment.v1"])
    lane: int
    sequence: int


class Entry(BaseModel):
    """One thing that happened."""

    event_id: UUID
    type: str = Field(examples=["assessment.advice-received"])
    service: str = Field(examples=["assessment"])
    happened_on: date = Field(
        examples=["2026-03-20"], description="London civil date the law counts, as last corrected by `as_at`."
    )
    recorded_at: datetime = Field(
        examples=["2026-03-23T09:12:44.120394+00:00"], description="When it was written down."
    )
    text: str = Field(examples=["Psychological advice was received"])
    by: By
    corrections: list[Correction]
    retracted: Amendment | None = Field(
        description="The later statement that it was recorded in error and did not happen; null if there is none."
    )
    position: Position
    details: dict[str, Any] = Field(
        description="The event's own fields, dates as last corrected; personal ones opened for you."
    )


class Timeline(BaseModel):
    """Everything known of a case at an instant, in order of occurrence."""

    case_id: UUID
    as_at: datetime
    entries: list[Entry]
    next: str | None = Field(description="Pass it as `cursor` for what follows; null at the end.")
    freshness: FreshnessBody


@router.get(
    "/cases/{case_id}/timeline",
    response_model=Timeline,
    responses=documented("timeline"),
    summary="Everything that happened to a case, in order of occurrence",
)
async def read_timeline(
    asks: Asks,
    case_id: UUID,
    type: Annotated[
        list[str] | None, Query(max_length=50, description="Only these event types; repeat it for several.")
    ] = None,
    from_: Annotated[date | None, Query(alias="from", description="Happened on this day or later.")] = None,
    to: Annotated[date | None, Query(description="Happened on this day or earlier.")] = None,
    as_at: Annotated[
        str | None,
        Query(
            alias="asAt",
            description="As it was known at this instant, or at the end of this day in London.",
            examples=["2026-03-31", "2026-03-31T12:00:00Z"],
        ),
    ] = None,
    bookkeeping: Annotated[
        bool, Query(description="Also what services noted for themselves about other services' news.")
    ] = False,
    cursor: Annotated[str | None, Query(max_length=1000, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    at = instant(as_at, now=asks.now)
    if from_ and to and from_ > to:
        raise wrong("from", "must not be later than `to`")
    wanted = Wanted(at or EVER, type, from_, to, bookkeeping, cursor, limit)
    async with asks.reading() as reading:
        fresh = await reading.freshness("timeline", timeline.topics)
        found = await page(reading, case_id, wanted)
    items, personal = entries(found, await keys_for(asks.sources.keyring, found))
    if personal:
        await asks.looked_at("timeline", str(case_id))
    return answer(
        {
            "case_id": case_id,
            "as_at": at or asks.now,
            "entries": items,
            "next": found.next,
            "freshness": fresh.body(lane_of(case_id)),
        }
    )
