"""``GET /cases`` and ``GET /cases/{case_id}``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from shared.core.ids import lane_of

from projections.web import Asks, FreshnessBody, answer, documented

from .projection import register
from .query import Wanted, bodies, keys_for, one, page

router = APIRouter(tags=["cases"])

Stage = Literal[
    "REGISTERED", "SEN_SUPPORT", "REQUESTED", "ASSESSING", "REFUSED_TO_ASSESS", "REFUSED_PLAN", "DRAFTING",
    "PLAN_MAINTAINED", "REVIEW_IN_PROGRESS", "AMENDING", "REASSESSING", "CEASE_PENDING", "CEASED", "TRANSFERRED_OUT",
    "WITHDRAWN", "CLOSED",
]  # fmt: skip


class Setting(BaseModel):
    setting_id: UUID | None
    name: str | None = Field(examples=["Northmoor School"])
    type: str | None = Field(examples=["MAINSTREAM_SCHOOL"])


class NextDeadline(BaseModel):
    """The open limit with the earliest last day."""

    clock_id: str = Field(examples=["issue-final-plan:6f0d…"])
    title: str = Field(examples=["Final plan issued"])
    due_on: date | None
    status: str = Field(examples=["due in 12 days"])
    status_code: str = Field(examples=["running"])


class Case(BaseModel):
    """A case as it stands now."""

    case_id: UUID
    person_id: UUID | None
    name: str | None = Field(examples=["Test-Child Kestrel"], description="`[erased]` once the person was erased.")
    stage: Stage
    stage_in_words: str = Field(examples=["being assessed"])
    stage_since: date | None = Field(description="London civil date.")
    opened_at: datetime
    last_recorded_at: datetime
    caseworker: str | None
    team: str | None
    primary_need: str | None = Field(examples=["ASD"], description="SEN2 code.")
    setting: Setting | None
    sen_support: bool
    in_alternative_provision: bool
    next_deadline: NextDeadline | None


class OneCase(Case):
    freshness: FreshnessBody


class Cases(BaseModel):
    """Cases of your authority, newest first."""

    cases: list[Case]
    next: str | None = Field(description="Pass it as `cursor` for what follows; null at the end.")
    freshness: FreshnessBody


@router.get(
    "/cases", response_model=Cases, responses=documented("cases"), summary="The case register of your authority"
)
async def list_cases(
    asks: Asks,
    stage: Annotated[list[Stage] | None, Query(description="Only these stages; repeat it for several.")] = None,
    caseworker: Annotated[str | None, Query(max_length=200)] = None,
    team: Annotated[str | None, Query(max_length=200)] = None,
    primary_need: Annotated[str | None, Query(alias="primaryNeed", max_length=20, examples=["ASD"])] = None,
    setting_id: Annotated[UUID | None, Query(alias="settingId")] = None,
    cursor: Annotated[str | None, Query(max_length=1000, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    wanted = Wanted(stage, caseworker, team, primary_need, setting_id, cursor, limit)
    async with asks.reading() as reading:
        fresh = await reading.freshness("register", register.topics)
        found = await page(reading, wanted)
    items = bodies(found, await keys_for(asks.sources.keyring, found.rows))
    await asks.looked_at("register", *(str(i["case_id"]) for i in items if i["name"] is not None))
    return answer({"cases": items, "next": found.next, "freshness": fresh.body()})


@router.get("/cases/{case_id}", response_model=OneCase, responses=documented("case"), summary="Where a case stands")
async def read_case(asks: Asks, case_id: UUID) -> Response:
    async with asks.reading() as reading:
        fresh = await reading.freshness("register", register.topics)
        found = await one(reading, case_id)
    (item,) = bodies(found, await keys_for(asks.sources.keyring, found.rows))
    if item["name"] is not None:
        await asks.looked_at("register", str(case_id))
    return answer({**item, "freshness": fresh.body(lane_of(case_id))})
