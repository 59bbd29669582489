"""How often a limit was kept: both published rates, with exceptions and without them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from projections.projection import LiveEffect
from shared.edge.db import Pool

from .log import Log

RIGHTS = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}


def _request_id(of: int) -> str:
    return str(UUID(int=1000 + of))


async def _plan(log: Log, of: int, asked: str, issued: str, *, away: tuple[str, str] | None = None) -> None:
    request = _request_id(of)
    await log.happened("referral.ehc-needs-assessment-requested", asked, of=of, request_id=request, source="PARENT",
                       in_relevant_youth_accommodation=False)  # fmt: skip
    if away is not None:
        await log.happened(
            "assessment.exception-claimed", away[1], of=of, request_id=request, exception_id=str(UUID(int=of)),
            limit_id="issue-final-plan", ground="AWAY_4W", fact_from=away[0], fact_to=away[1], decided_by="m-lane",
            family_told_on=away[1], evidence_refs=["doc"], advice_asked_on=None, first_closed_day=None,
            reopens_on=None, subject_id=None,
        )  # fmt: skip
    await log.happened("plan.final-plan-issued", issued, of=of, request_id=request, plan_id=str(UUID(int=of)),
                       rights=RIGHTS, decision_id=str(UUID(int=5000 + of)))  # fmt: skip


async def _asked(client: httpx.AsyncClient, params: dict[str, str] | None = None) -> httpx.Response:
    period = {"rule": "issue-final-plan", "from": "2026-01-01", "to": "2026-12-31"}
    return await client.get("/punctuality", params={**period, **(params or {})})


async def test_an_exception_leaves_one_rate_and_stays_in_the_other(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await _plan(log, 1, "2026-01-05", "2026-05-20")  # due 25 May: in time
    await _plan(log, 2, "2026-01-05", "2026-06-10")  # late
    await _plan(log, 3, "2026-01-05", "2026-06-15", away=("2026-02-01", "2026-03-10"))  # late, excused
    await log.apply(pool, effects)
    found: dict[str, Any] = (await _asked(client)).json()
    assert found["including_exceptions"] == {"done": 3, "in_time": 1, "rate": 33.3}
    assert found["excluding_exceptions"] == {"done": 2, "in_time": 1, "rate": 50.0}
    assert found["excused"] == {"done": 1, "late": 1, "claimed_after_breach": 0}
    june = (await _asked(client, {"from": "2026-06-01"})).json()
    assert june["including_exceptions"] == {"done": 2, "in_time": 0, "rate": 0.0}
    nothing = (await _asked(client, {"to": "2026-01-31"})).json()
    assert nothing["excluding_exceptions"] == {"done": 0, "in_time": 0, "rate": None}


async def test_an_exception_claimed_once_the_limit_was_broken_is_counted_as_such(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    """Due on 25 May 2026; away from April into June, and claimed only on the return."""
    await _plan(log, 1, "2026-01-05", "2026-06-10", away=("2026-04-20", "2026-06-02"))
    await log.apply(pool, effects)
    found: dict[str, Any] = (await _asked(client)).json()
    assert found["including_exceptions"] == {"done": 1, "in_time": 0, "rate": 0.0}
    assert found["excluding_exceptions"]["done"] == 0
    assert found["excused"] == {"done": 1, "late": 1, "claimed_after_breach": 1}


@pytest.mark.parametrize(
    ("params", "field"), [({"rule": "be-quick"}, "rule"), ({"to": "2025-01-01"}, "to"), ({"from": "soon"}, "from")]
)
async def test_a_wrong_question_is_told_so(
    client: httpx.AsyncClient, log: Log, params: dict[str, str], field: str
) -> None:
    response = await _asked(client, params)
    assert response.status_code == 422
    assert [f["field"] for f in response.json()["fields"]] == [field]
