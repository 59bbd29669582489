"""A case's clocks through the tables: as known at any instant, unknown where the data is old, by school days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from projections.projection import LiveEffect
from shared.edge.db import Pool

from .conftest import Clock
from .log import Log, at, case, caught_up

REQUEST = str(UUID(int=1001))
FINAL = f"issue-final-plan:{REQUEST}"
DECIDE = f"decide-whether-to-assess:{REQUEST}"
NORTHMOOR = str(UUID(int=0xA1))


async def _requested(log: Log, on: str = "2026-03-02", of: int = 1, la: str = "801", **more: Any) -> Any:
    return await log.happened(
        "referral.ehc-needs-assessment-requested", on, of=of, la=la, request_id=REQUEST, source="PARENT",
        in_relevant_youth_accommodation=False, **more,
    )  # fmt: skip


async def _clocks(client: httpx.AsyncClient, of: int = 1, **params: str) -> dict[str, dict[str, Any]]:
    response = await client.get(f"/cases/{case(of)}/deadlines", params=params)
    assert response.status_code == 200, response.text
    return {c["clock_id"]: c for c in response.json()["clocks"]}


async def _apply(log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock, now: str) -> None:
    await log.apply(pool, effects)
    clock.fixed = at(now)
    for effect in effects:
        await caught_up(pool, effect, at(now))


async def test_a_request_starts_the_clocks_and_a_decision_meets_one(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    """TV-01: request on Monday 2 March 2026, decision sent 10 April."""
    await _requested(log)
    await _apply(log, pool, effects, clock, "2026-04-09")
    clocks = await _clocks(client)
    assert (clocks[DECIDE]["due_on"], clocks[DECIDE]["status"]) == ("2026-04-13", "due in 4 days")
    assert clocks[FINAL]["due_on"] == "2026-07-20"
    await log.happened("assessment.decision-to-assess-notified", "2026-04-10", request_id=REQUEST, decision_id="d",
                       rights={"appeal": True})  # fmt: skip
    await _apply(log, pool, effects, clock, "2026-04-11")
    clocks = await _clocks(client)
    assert (clocks[DECIDE]["status"], clocks[DECIDE]["status_code"]) == ("met 3 days early", "met")


async def test_as_at_a_day_the_clocks_are_what_they_were_known_to_be(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    """A request recorded with a wrong date; the letter that turned up on 20 March moves the due date from then on."""
    asked = await _requested(log, "2026-03-09")
    await log.corrected(asked, "2026-03-02", recorded="2026-03-20")
    await _apply(log, pool, effects, clock, "2026-04-09")
    assert (await _clocks(client))[DECIDE]["due_on"] == "2026-04-13"
    assert (await _clocks(client, asAt="2026-03-19"))[DECIDE]["due_on"] == "2026-04-20"
    assert (await _clocks(client, asAt="2026-03-19"))[DECIDE]["status"] == "due in 32 days"
    assert await _clocks(client, asAt="2026-03-08") == {}
    assert await _clocks(client, asAt="0001-01-01") == await _clocks(client, asAt="0001-01-01T00:00:00Z") == {}


async def test_a_corrected_second_date_moves_its_clock_and_the_view_before_keeps_the_old_one(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    appeal = await log.happened("plan.appeal-registered", "2026-04-20", dispute_id="q", appeal_type="CONTENTS",
                                received_by_la_on="2026-04-22", notice_sent_on="2026-03-01")  # fmt: skip
    await log.corrected(appeal, "2026-04-24", field="received_by_la_on", recorded="2026-05-01")
    await _apply(log, pool, effects, clock, "2026-05-02")
    today, before = await _clocks(client), await _clocks(client, asAt="2026-04-30")
    assert today["respond-to-appeal:q"]["due_on"] > before["respond-to-appeal:q"]["due_on"]


async def test_a_retracted_entry_starts_no_clock_and_the_view_before_has_it(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    allocated = await log.happened("referral.caseworker-allocated", "2026-03-01", caseworker="ana", team="North")
    again = await log.happened("referral.caseworker-allocated", "2026-03-02", caseworker="bob", team="South")
    asked = await _requested(log)
    await log.happened("plan.detention-started", "2026-03-03", detention_id="d", aware_on="2026-03-03", plan_kept=True)
    await _apply(log, pool, effects, clock, "2026-03-05")
    assert (await client.get("/worklist", params={"team": "South"})).json()["items"]
    await log.retracted(again, recorded="2026-03-09")
    await log.retracted(asked, recorded="2026-03-10")
    await _apply(log, pool, effects, clock, "2026-03-11")
    assert FINAL not in await _clocks(client)
    assert (await _clocks(client, asAt="2026-03-09"))[FINAL]["due_on"] == "2026-07-20"
    items = (await client.get("/worklist")).json()["items"]
    assert items
    assert {i["team"] for i in items} == {"North"}, allocated.event_id
    assert not any(i["clock_id"] == FINAL for i in items)


async def test_data_that_is_behind_never_says_on_time(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await _requested(log)
    await _apply(log, pool, effects, clock, "2026-03-05")
    for effect in effects:
        await caught_up(pool, effect, at("2026-03-05") - timedelta(seconds=40))
    found = (await client.get(f"/cases/{case(1)}/deadlines")).json()
    assert {c["status"] for c in found["clocks"]} == {"unknown: data is 40 s behind"}
    assert {c["status_code"] for c in found["clocks"]} == {"unknown"}
    assert (found["freshness"]["stale"], found["freshness"]["lag_seconds"]) == (True, 40.0)
    listed = (await client.get("/worklist")).json()
    assert {i["status"] for i in listed["items"]} == {"unknown: data is 40 s behind"}
    # What was known a day earlier is not in doubt.
    assert (await _clocks(client, asAt="2026-03-04"))[DECIDE]["status"] == "due in 40 days"


async def test_a_lane_that_stands_still_makes_only_its_own_cases_unknown(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    first = await _requested(log)
    other = 2
    while (await _requested(log, of=other)).lane == first.lane:
        other += 1
    await _apply(log, pool, effects, clock, "2026-03-05")
    for effect in effects:
        await caught_up(pool, effect, at("2026-03-05") - timedelta(hours=1), lanes=[first.lane])
    assert (await _clocks(client))[DECIDE]["status"].startswith("unknown: data is 3600 s behind")
    assert (await _clocks(client, of=other))[DECIDE]["status"] == "due in 39 days"


async def test_a_clock_that_went_back_never_says_on_time(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    """By a wrong day a limit that is over may look open, and old data fresh."""
    await _requested(log)
    await _apply(log, pool, effects, clock, "2026-03-05")
    clock.fixed = at("2026-03-05") - timedelta(minutes=10)
    found = (await client.get(f"/cases/{case(1)}/deadlines")).json()
    assert {c["status"] for c in found["clocks"]} == {"unknown: the clock here is 600 s behind that of the data"}
    assert found["freshness"]["stale"] is True
    clock.fixed = at("2026-03-05") - timedelta(seconds=20)  # as far as clocks of two machines may be apart
    assert (await _clocks(client))[DECIDE]["status"] == "due in 39 days"


async def test_what_was_written_down_by_a_clock_that_was_ahead_counts_at_once(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await log.happened(
        "referral.ehc-needs-assessment-requested", "2026-03-02", request_id=str(UUID(int=1001)), source="PARENT",
        in_relevant_youth_accommodation=False, recorded="2026-03-06",
    )  # fmt: skip
    await _apply(log, pool, effects, clock, "2026-03-05")
    assert DECIDE in await _clocks(client)


async def test_before_the_first_look_nothing_is_known(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await _requested(log)
    await log.apply(pool, effects)
    await pool.execute("delete from flow.progress")
    assert (await _clocks(client))[DECIDE]["status"] == "unknown: not everything has been read yet"


async def _excluded(log: Log, of: int = 1) -> None:
    await log.happened(
        "ap-intervention.pupil-permanently-excluded", "2026-10-19", of=of, exclusion_id=str(UUID(int=7)),
        setting_id=NORTHMOOR, school_days="1", term_total="1", year_total="1", continues_exclusion_id=None,
    )  # fmt: skip


async def _terms(log: Log, last: str = "2026-10-23") -> Any:
    """The autumn term with half-term; the first half ends on ``last``."""
    return await log.happened(
        "placement.setting-term-dates-published", "2026-09-01", of=None, key=NORTHMOOR, setting_id=NORTHMOOR,
        academic_year="2026/27", not_school_days=[],
        terms=[{"first_day": "2026-09-02", "last_day": last}, {"first_day": "2026-11-02", "last_day": "2026-12-18"}],
    )  # fmt: skip


async def test_term_dates_that_come_later_move_the_school_day_limits(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    """TV-49: permanent exclusion on Monday 19 October 2026; full-time education from Monday 2 November."""
    await _excluded(log)
    await _apply(log, pool, effects, clock, "2026-10-20")
    (day_six,) = [c for c in (await _clocks(client)).values() if "sixth" in c["rule"] or "day-six" in c["rule"]]
    assert day_six["due_on"] is None
    assert day_six["status_code"] == "undecided"
    await _terms(log)
    await _apply(log, pool, effects, clock, "2026-10-20")
    assert (await _clocks(client))[day_six["clock_id"]]["due_on"] == "2026-11-02"
    row = await pool.fetchrow("select due_on from deadlines_v1.clocks where clock_id = $1", day_six["clock_id"])
    assert str(row["due_on"]) == "2026-11-02"


async def test_term_dates_retracted_are_counted_by_no_longer(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await _excluded(log)
    wrong = await _terms(log)
    await _apply(log, pool, effects, clock, "2026-10-20")
    (day_six,) = [c for c in (await _clocks(client)).values() if "sixth" in c["rule"] or "day-six" in c["rule"]]
    assert day_six["due_on"] == "2026-11-02"
    await log.retracted(wrong, recorded="2026-10-20", of=None, key=NORTHMOOR, setting_id=NORTHMOOR,
                        kind="setting-term-dates")  # fmt: skip
    await _apply(log, pool, effects, clock, "2026-10-21")
    assert (await _clocks(client))[day_six["clock_id"]]["status_code"] == "undecided"


async def test_an_event_in_a_newer_form_than_the_rules_know_is_refused(
    log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    from shared.core.errors import Unprocessable

    await _requested(log, schema_version=2)
    with pytest.raises(Unprocessable, match="version 2"):
        await log.apply(pool, [e for e in effects if e.name == "deadlines"])
    await log.apply(pool, [e for e in effects if e.name == "timeline"])  # which only shows it


async def test_stored_clocks_are_the_ones_the_engine_makes(
    log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock, client: httpx.AsyncClient
) -> None:
    """What a row says of a clock is what working it out afresh says, exceptions and all."""
    from projections.clocks.keeping import from_row, rules
    from projections.clocks.rows import clock_of, work_out
    from projections.deadlines.calendars import Calendars

    await _requested(log)
    await log.happened(
        "assessment.exception-claimed", "2026-06-01", request_id=REQUEST, exception_id=str(UUID(int=5)),
        limit_id="issue-final-plan", ground="PERSONAL_CIRCUMSTANCES", fact_from="2026-05-20", fact_to=None,
        advice_asked_on=None, first_closed_day=None, reopens_on=None, decided_by="ana", family_told_on="2026-06-02",
        subject_id=None,
    )  # fmt: skip
    await log.apply(pool, effects)
    facts = [from_row(row) for row in await pool.fetch("select * from deadlines_v1.facts")]
    worked_out = {c.clock_id: c._replace(rule=rules()[c.rule.key]) for c in work_out(facts, Calendars.england())}
    stored = {r["clock_id"]: clock_of(str(r["case_id"]), r["detail"]) for r in
              await pool.fetch("select case_id, clock_id, detail from deadlines_v1.clocks")}  # fmt: skip
    assert stored == worked_out
    assert stored[FINAL].claims


async def test_a_clock_explains_itself(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    asked = await _requested(log)
    await _apply(log, pool, effects, clock, "2026-04-09")
    found = (await client.get(f"/cases/{case(1)}/deadlines/{FINAL}/explanation")).json()
    assert [e["event_id"] for e in found["explanation"]["counted_from"]] == [str(asked.event_id)]
    assert found["explanation"]["rule"]["period"] == "W20"
    assert found["clock"]["legal_ref"] in found["paragraph"]
    assert "How it stands on Thursday 9 April 2026: due in 102 days" in found["paragraph"]
    assert (await client.get(f"/cases/{case(1)}/deadlines/no-such-rule:x/explanation")).status_code == 404
    assert (await client.get(f"/cases/{case(2)}/deadlines/{FINAL}/explanation")).status_code == 404
    for effect in effects:
        await caught_up(pool, effect, at("2026-04-09") - timedelta(seconds=40))
    behind = (await client.get(f"/cases/{case(1)}/deadlines/{FINAL}/explanation")).json()
    assert behind["paragraph"].endswith("How it stands: unknown: data is 40 s behind.")
    assert "due in" not in str(behind)


async def test_another_authority_finds_no_deadlines(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await _requested(log, la="802")
    await log.happened("referral.person-registered", "2026-03-01", of=5, sealed={"name": "Test-Child Wren"})
    await log.apply(pool, effects)
    assert (await client.get(f"/cases/{case(1, '802')}/deadlines")).status_code == 404
    assert (await client.get(f"/cases/{case(9)}/deadlines")).status_code == 404
    assert await _clocks(client, of=5) == {}  # a case of ours without any limit is there


async def test_what_if_shows_the_clocks_as_they_would_be_and_leaves_no_trace(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    await _requested(log)
    await _apply(log, pool, effects, clock, "2026-04-09")
    before = await _clocks(client)
    body = {
        "events": [
            {
                "type": "assessment.decision-to-assess-notified",
                "occurred_on": "2026-04-15",
                "data": {"request_id": REQUEST, "decision_id": "d"},
            }
        ],
        "as_of": "2026-04-20",
    }
    found = (await client.post(f"/cases/{case(1)}/deadlines/what-if", json=body)).json()
    (decide,) = [c for c in found["clocks"] if c["clock_id"] == DECIDE]
    assert decide["status"] == "met 2 days late"
    assert decide["before"] == {"due_on": "2026-04-13", "status": "due in 4 days", "status_code": "running"}
    assert decide["changed"] is True
    assert await _clocks(client) == before


async def _everything(pool: Pool) -> dict[str, Any]:
    """Every row of every table the services read: the log, its copies, and all that is made of them."""
    tables = await pool.fetch(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables "
        "where schemaname not in ('pg_catalog', 'information_schema') "
        "and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')"
    )
    names = [str(row["name"]) for row in tables]
    return {name: await pool.fetchval(f"select array_agg(t::text order by t::text) from {name} t") for name in names}


async def test_what_ifs_leave_every_row_of_every_table_as_it_was(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], clock: Clock
) -> None:
    asked = await _requested(log)
    await _apply(log, pool, effects, clock, "2026-04-09")
    events = [
        {"type": "plan.final-plan-issued", "occurred_on": "2026-07-30", "data": {"request_id": REQUEST}},
        {"type": "referral.request-date-corrected", "occurred_on": "2026-04-09",
         "data": {"corrects": str(asked.event_id), "was": "2026-03-02", "now": "2026-02-02"}},
    ]  # fmt: skip
    before = await _everything(pool)
    assert before["deadlines_v1.facts"]
    supposed = (await client.post(f"/cases/{case(1)}/deadlines/what-if", json={"events": events})).json()
    assert {c["due_on"] for c in supposed["clocks"] if c["clock_id"] == FINAL} == {"2026-06-22"}
    listed = {"events": [{**event, "case_id": str(case(1))} for event in events]}
    assert (await client.post("/worklist/what-if", json=listed)).status_code == 200
    assert await _everything(pool) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"events": [{"type": "plan.need-added", "occurred_on": "2026-04-15"}]}, "events.0.type"),
        ({"events": [{"type": "x"}]}, "events.0.occurred_on"),
        ({"events": [{"type": "plan.final-plan-issued", "occurred_on": "9999-12-31"}]}, "events.0.occurred_on"),
        ({"as_of": "2020-01-01"}, "as_of"),
        ({"event": []}, "event"),
    ],
)
async def test_a_what_if_that_asks_nothing_is_told_so(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], body: dict[str, Any], field: str
) -> None:
    await _requested(log)
    await log.apply(pool, effects)
    response = await client.post(f"/cases/{case(1)}/deadlines/what-if", json=body)
    assert response.status_code == 422, response.text
    assert [f["field"] for f in response.json()["fields"]] == [field]


@pytest.mark.parametrize("value", [None, [], {"a": [1]}, "2026-02-30", 1e300, True, "x" * 5000])
async def test_a_what_if_with_nonsense_in_it_is_answered(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect], value: Any
) -> None:
    await _requested(log)
    await log.apply(pool, effects)
    data = {"request_id": value, "plan_id": value, "rights": value, "served_on": value, "corrects": value, "now": value}
    events = [
        {"type": type, "occurred_on": "2026-04-15", "data": data}
        for type in ("assessment.decision-to-assess-notified", "plan.final-plan-issued", "plan.plan-date-corrected")
    ]
    response = await client.post(f"/cases/{case(1)}/deadlines/what-if", json={"events": events})
    assert response.status_code == 200, response.text
