"""The worklist: all clocks by due date, filtered, paged without gap or double, quick on a large authority."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from projections.clocks.rows import rows_of
from projections.deadlines.calendars import Calendars
from projections.deadlines.facts import Fact
from projections.generation import statements
from projections.projection import LiveEffect
from projections.web import Sources
from shared.core.ids import lane_of
from shared.edge.db import Pool

from .conftest import Clock
from .log import Log, at, case, caught_up


def _request_id(of: int) -> str:
    return str(UUID(int=1000 + of))


async def _request(log: Log, of: int, on: str, team: str | None = None, who: str = "ana", la: str = "801") -> None:
    await log.happened("referral.ehc-needs-assessment-requested", on, of=of, la=la, request_id=_request_id(of),
                       source="PARENT", in_relevant_youth_accommodation=False)  # fmt: skip
    if team is not None:
        await log.happened("referral.caseworker-allocated", on, of=of, la=la, caseworker=who, team=team)


async def _decide(log: Log, of: int, on: str) -> None:
    await log.happened("assessment.decision-to-assess-notified", on, of=of, request_id=_request_id(of), decision_id="d")


@pytest.fixture
async def told(log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock) -> Log:
    """Today is 9 April 2026. Child 1 is late, 2 is due, 3 decided in time, 4 decided late; 5 is another authority's."""
    await _request(log, 1, "2026-02-02", team="North")
    await _request(log, 2, "2026-03-02", team="North", who="bo")
    await _request(log, 3, "2026-02-09", team="South")
    await _request(log, 4, "2026-01-05", team="South")
    await _request(log, 5, "2026-01-05", team="North", la="802")
    await _decide(log, 3, "2026-03-01")
    await _decide(log, 4, "2026-03-01")
    await _today(log, pool, effects, clock, "2026-04-09")
    return log


async def _list(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await client.get("/worklist", params={"limit": 200, **params})
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def _decisions(items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(i["case_id"], i["due_on"], i["status"]) for i in items if i["rule"] == "decide-whether-to-assess"]


async def test_what_is_to_be_done_by_due_date_overdue_first(client: httpx.AsyncClient, told: Log) -> None:
    items = await _list(client)
    assert _decisions(items) == [
        (str(case(1)), "2026-03-16", "24 days late"),
        (str(case(2)), "2026-04-13", "due in 4 days"),
    ]
    dated = [i["due_on"] for i in items if i["due_on"]]
    assert dated == sorted(dated)
    assert items.index(next(i for i in items if i["due_on"] is None)) == len(dated)
    assert {i["case_id"] for i in items} == {str(case(n)) for n in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("params", "cases"),
    [
        ({"team": "North"}, {1, 2}),
        ({"caseworker": "bo"}, {2}),
        ({"rule": "decide-whether-to-assess"}, {1, 2}),
        ({"rule": "decide-whether-to-assess", "status": "overdue"}, {1}),
        ({"rule": "decide-whether-to-assess", "status": "running"}, {2}),
        ({"rule": "decide-whether-to-assess", "status": ["met", "met-late"]}, {3, 4}),
        ({"rule": "decide-whether-to-assess", "status": "met-late"}, {4}),
        ({"rule": "decide-whether-to-assess", "status": "any"}, {1, 2, 3, 4}),
        ({"rule": "decide-whether-to-assess", "dueBefore": "2026-04-13"}, {1}),
        ({"owner": "NOBODY"}, set()),
        ({"rule": "no-such-rule"}, set()),
    ],
)
async def test_filters(client: httpx.AsyncClient, told: Log, params: dict[str, Any], cases: set[int]) -> None:
    assert {i["case_id"] for i in await _list(client, **params)} == {str(case(n)) for n in cases}


async def test_a_reallocated_case_moves_to_the_other_worklist(
    client: httpx.AsyncClient, told: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await told.happened("referral.caseworker-allocated", "2026-04-01", of=1, caseworker="cy", team="West")
    await told.apply(pool, effects)
    assert {i["case_id"] for i in await _list(client, team="West")} == {str(case(1))}
    assert {i["case_id"] for i in await _list(client, team="North")} == {str(case(2))}


@pytest.mark.parametrize("status", ["open", "any", "running"])
async def test_pages_follow_each_other_without_gap_or_double(client: httpx.AsyncClient, told: Log, status: str) -> None:
    whole = await _list(client, status=status)
    seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 3, "status": status, **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/worklist", params=params)).json()
        assert len(page["items"]) <= 3
        seen += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert seen == whole


@pytest.mark.parametrize(
    ("params", "field"),
    [({"cursor": "??"}, "cursor"), ({"status": "late"}, "status"), ({"dueBefore": "soon"}, "dueBefore"),
     ({"limit": "500"}, "limit")],
)  # fmt: skip
async def test_a_wrong_question_is_told_what_is_wrong(
    client: httpx.AsyncClient, told: Log, params: dict[str, str], field: str
) -> None:
    response = await client.get("/worklist", params=params)
    assert response.status_code == 422
    assert [f["field"] for f in response.json()["fields"]] == [field]


async def test_what_if_on_a_later_day_shows_what_will_be_late(client: httpx.AsyncClient, told: Log) -> None:
    body = {"as_of": "2026-04-20", "rule": ["decide-whether-to-assess"]}
    found = (await client.post("/worklist/what-if", json=body)).json()
    assert _decisions(found["items"]) == [
        (str(case(1)), "2026-03-16", "35 days late"),
        (str(case(2)), "2026-04-13", "7 days late"),
    ]


async def test_what_if_some_cases_move_on(client: httpx.AsyncClient, told: Log, pool: Pool) -> None:
    decided = {
        "case_id": str(case(1)),
        "type": "assessment.decision-to-assess-notified",
        "occurred_on": "2026-04-09",
        "data": {"request_id": _request_id(1), "decision_id": "d"},
    }
    before = await _list(client)
    found = (await client.post("/worklist/what-if", json={"events": [decided], "limit": 200})).json()["items"]
    assert _decisions(found) == [(str(case(2)), "2026-04-13", "due in 4 days")]
    assert [i["due_on"] for i in found if i["due_on"]] == sorted(i["due_on"] for i in found if i["due_on"])
    paged, cursor = [], None
    while True:
        page = (await client.post("/worklist/what-if", json={"events": [decided], "limit": 2, "cursor": cursor})).json()
        paged += page["items"]
        if (cursor := page["next"]) is None:
            break
    assert paged == found
    assert await _list(client) == before


async def test_what_if_in_another_authoritys_case_finds_nothing(client: httpx.AsyncClient, told: Log) -> None:
    event = {
        "case_id": str(case(5, "802")),
        "type": "assessment.decision-to-assess-notified",
        "occurred_on": "2026-04-09",
    }
    assert (await client.post("/worklist/what-if", json={"events": [event]})).status_code == 404


async def test_fifty_of_twenty_thousand_open_clocks_are_read_in_order_from_one_index(
    client: httpx.AsyncClient, pool: Pool, clock: Clock, effects: list[LiveEffect], sources: Sources
) -> None:
    """Whatever the filter: nothing is sorted, nothing outside the index is looked at to choose, and no row of the past
    is walked over to come to today's.
    """
    rows: list[Any] = []
    number = 0
    while len(rows) < 20_000:
        number += 1
        id = case(number)
        on = date(2025, 1, 1) + timedelta(days=number % 500)
        data = {"case_id": str(id), "request_id": _request_id(number)}
        facts = [Fact(str(UUID(int=number)), "referral.ehc-needs-assessment-requested", on, at(on), "801", data)]
        allocated = {"case_id": str(id), "caseworker": f"c{number % 40}", "team": f"t{number % 8}"}
        facts.append(Fact(str(UUID(int=number + 1)), "referral.caseworker-allocated", on, at(on), "801", allocated))
        rows += rows_of(str(id), lane_of(id), facts, Calendars.england())
    sql = statements("projections.clocks", "deadlines_v1")
    await pool.execute(sql["add_clocks"], *map(list, zip(*rows, strict=True)))
    await pool.execute("analyze deadlines_v1.clocks")
    clock.fixed = at("2026-04-09")
    for params in ({}, {"team": "t3"}, {"caseworker": "c7"}, {"status": "overdue"}, {"rule": "issue-final-plan"}):
        await client.get("/worklist", params=params)
        listed = (await client.get("/worklist", params=params)).json()
        assert len(listed["items"]) == 50
    arguments = ("801", None, None, None, None, date(2026, 4, 9), UUID(int=0), "", 51, [])
    for name in ("worklist_open", "worklist_passing", "worklist_all"):
        async with sources.pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('send.la_code', '801', true)")
            explained = await connection.fetch("explain (costs off) " + sql[name], *arguments)
        plan = "\n".join(row[0] for row in explained)
        assert "Index Scan using clocks_" in plan
        assert "(ROW(sort_on, case_id, clock_id) > ROW(" in plan
        assert [words for words in ("Seq Scan", "Sort", "sort_on >=") if words in plan] == []


async def test_a_right_the_family_did_not_use_is_on_nobodys_list_once_its_time_is_over(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    rights = {"appeal": True, "time_limits": True, "mediation": True, "disagreement_and_advice": True}
    await _request(log, 1, "2026-01-05", team="North")
    await log.happened("assessment.decision-not-to-assess-notified", "2026-02-02", request_id=_request_id(1),
                       decision_id=str(UUID(int=9)), rights=rights)  # fmt: skip
    await log.apply(pool, effects)

    async def listed(day: str, **params: str) -> set[str]:
        clock.fixed = at(day)
        for effect in effects:
            await caught_up(pool, effect, clock.fixed)
        return {i["rule"] for i in await _list(client, **params)} & {"contact-mediation-adviser", "register-appeal"}

    assert await listed("2026-03-01") == {"contact-mediation-adviser", "register-appeal"}
    assert await listed("2026-06-01") == set()
    assert await listed("2026-06-01", status="any") == {"contact-mediation-adviser", "register-appeal"}


async def _today(log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock, day: str) -> None:
    """All that happened is known, and it is that day."""
    await log.apply(pool, effects)
    clock.fixed = at(day)
    for effect in effects:
        await caught_up(pool, effect, clock.fixed)


async def test_a_window_that_ended_early_is_not_open_any_more(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    plan = {"plan_id": str(UUID(int=2000))}
    await log.happened(
        "plan.draft-plan-served", "2026-04-01", served_on="2026-04-01", window_last_day="2026-04-15", **plan
    )
    await _today(log, pool, effects, clock, "2026-04-09")
    window = {"rule": "draft-representations-window"}
    assert [item["status"] for item in await _list(client, **window)] == ["open for 6 days more"]
    await log.happened("plan.representations-received", "2026-04-08", finished=True, **plan)
    await _today(log, pool, effects, clock, "2026-04-09")
    assert await _list(client, **window) == []
    assert [item["status_code"] for item in await _list(client, status="any", **window)] == ["met"]


async def test_children_are_named_for_whoever_asks_and_the_look_is_recorded(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await log.happened("referral.person-registered", "2026-02-01", sealed={"name": "Test-Child Kestrel"})
    await _request(log, 1, "2026-02-02", team="North")
    await _request(log, 2, "2026-02-02", team="North")  # whose registration has not arrived
    await log.apply(pool, effects)
    clock.fixed = at("2026-04-09")
    assert {item["name"] for item in await _list(client)} == {None}
    assert await pool.fetchval("select count(*) from projections.reads") == 0
    items = await _list(client, names="true")
    assert {(item["case_id"], item["name"]) for item in items} == {
        (str(case(1)), "Test-Child Kestrel"),
        (str(case(2)), None),
    }
    row = await pool.fetchrow("select what, user_id, cases from projections.reads")
    assert (row["what"], row["user_id"], row["cases"]) == ("worklist", "ana", [case(1)])
