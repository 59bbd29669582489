"""What every route of the query API shares: who asks, from which sources, and how answers are documented."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from shared.core.messages import Actor
from shared.edge.db import Pool
from shared.edge.keyring import Keyring
from shared.web.asking import Caller
from shared.web.http import Clock
from shared.web.problem import Problem

from .reading import Reading, reading, record_read


@dataclass(frozen=True)
class Sources:
    """Where answers come from."""

    pool: Pool
    """Connections that see nothing until they say for whom (``open_reading_pool``)."""
    keyring: Keyring
    clock: Clock
    limit_seconds: float


@dataclass(frozen=True)
class Asking:
    """One request: the caller and the sources."""

    by: Actor
    sources: Sources
    now: datetime

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        async with reading(
            self.sources.pool, self.by.la_code, now=self.now, limit_seconds=self.sources.limit_seconds
        ) as found:
            yield found

    async def looked_at(self, what: str, *cases: str) -> None:
        await record_read(self.sources.pool, self.by, what, cases)


async def asking(request: Request, caller: Caller) -> Asking:
    sources: Sources = request.app.state.sources
    return Asking(caller, sources, sources.clock())


Asks = Annotated[Asking, Depends(asking)]


def answer(body: Any) -> Response:
    # asyncpg's UUID is a subclass that orjson does not know.
    content = orjson.dumps(body, default=str)
    return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": words,
        # Written out: a model here would promise application/json as well.
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, words in {
        401: "No valid bearer token",
        404: "Nothing here under that id in your authority",
        422: "Not understood; `fields` names what is wrong",
        503: "Temporarily unavailable",
    }.items()
}


def documented(example: str) -> dict[int | str, dict[str, Any]]:
    """What a route answers: a kept example (``examples/<name>.json``), and the problems."""
    text = files("projections.examples").joinpath(f"{example}.json").read_bytes()
    return {**PROBLEMS, 200: {"content": {"application/json": {"example": orjson.loads(text)}}}}


class FreshnessBody(BaseModel):
    """How fresh this answer is. `stale`: older than the limit, so that nothing is said to be on time."""

    consumer: str = Field(examples=["deadlines"])
    lag_seconds: float | None = Field(examples=[1.4], description="Age of what is known; null before the first look.")
    lag_events: int = Field(examples=[0], description="Events on the topics that are not in this answer.")
    limit_seconds: float = Field(examples=[30.0])
    stale: bool = Field(examples=[False])
    lane: int | None = Field(examples=[7], description="The case's lane; null for an answer about many cases.")
    positions: dict[str, int | list[int]] = Field(
        examples=[{"send.referral.v1": 57, "send.plan.v1": 12}],
        description="Last applied event of each topic: in the case's lane, or in all sixteen.",
    )
    reasons: list[str] = Field(examples=[[]], description="Why a lane stands still, if one does.")


class By(BaseModel):
    """Who did it."""

    user_id: str = Field(examples=["ana"])
    role: str = Field(examples=["send_caseworker"])
    org_id: str = Field(examples=["801"])
    words: str = Field(examples=["SEND caseworker ana"])
