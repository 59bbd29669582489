"""A case's timeline: what happened, by whom, as it was known at any instant, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from projections.events import actor_of
from projections.projection import LiveEffect
from projections.reading import who_looked
from shared.core.codec import canonical
from shared.edge.db import Pool

from .log import ANA, Log, at, case, person


@pytest.fixture
async def told(log: Log, pool: Pool, effects: list[LiveEffect]) -> Log:
    """A child is registered, a request is made (recorded with a wrong date), and corrected three weeks later."""
    await log.happened("referral.person-registered", "2026-03-01", sealed={"name": "Test-Child Kestrel"})
    asked = await log.happened(
        "referral.ehc-needs-assessment-requested", "2026-03-09", source="PARENT", channel="PORTAL",
        recorded="2026-03-10",
    )  # fmt: skip
    await log.happened(
        "assessment.advice-requested",
        "2026-03-05",
        advice_type="PSYCHOLOGY",
        from_org="Northmoor",
        recorded="2026-03-12",
    )
    await log.corrected(asked, "2026-03-02", recorded="2026-03-30")
    await log.happened("placement.setting-registered", "2026-03-01", of=None, key="s1",
                       setting_id=str(person(90)), name="Northmoor School")  # fmt: skip
    await log.apply(pool, effects)
    return log


async def _entries(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await client.get(f"/cases/{case(1)}/timeline", params=params)
    assert response.status_code == 200, response.text
    entries: list[dict[str, Any]] = response.json()["entries"]
    return entries


async def test_things_are_told_in_the_order_in_which_they_happened(client: httpx.AsyncClient, told: Log) -> None:
    entries = await _entries(client)
    assert [(e["happened_on"], e["text"]) for e in entries] == [
        ("2026-03-01", "Test-Child Kestrel was registered with the authority"),
        ("2026-03-02", "An EHC needs assessment was requested by the parent (portal)"),
        ("2026-03-05", "Psychological advice was requested from Northmoor"),
        (
            "2026-03-30",
            "The date of “EHC needs assessment requested” was corrected from 9 March 2026 to 2 March 2026: "
            "the letter turned up",
        ),
    ]
    assert entries[1]["by"] == {
        "user_id": "ana", "role": "send_caseworker", "org_id": "801", "words": "SEND caseworker ana",
    }  # fmt: skip
    assert entries[1]["recorded_at"] == "2026-03-10T12:00:00+00:00"


async def test_a_corrected_date_is_shown_with_what_it_was(client: httpx.AsyncClient, told: Log) -> None:
    asked = (await _entries(client))[1]
    assert asked["happened_on"] == "2026-03-02"
    assert [(c["was"], c["now"]) for c in asked["corrections"]] == [("2026-03-09", "2026-03-02")]


async def test_as_at_an_earlier_day_nobody_knows_of_the_correction(client: httpx.AsyncClient, told: Log) -> None:
    entries = await _entries(client, asAt="2026-03-29")
    assert [e["happened_on"] for e in entries] == ["2026-03-01", "2026-03-05", "2026-03-09"]
    assert entries[-1]["corrections"] == []
    assert len(await _entries(client, asAt="2026-03-10T12:00:00Z")) == 2
    assert len(await _entries(client, asAt="2026-03-10T11:59:59Z")) == 1
    assert len(await _entries(client, asAt="2026-03-10T13:00:00+01:00")) == 2


async def test_a_corrected_second_date_is_told_and_shown_in_its_place(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    appeal = await log.happened("plan.appeal-registered", "2026-04-20", dispute_id="q", appeal_type="CONTENTS",
                                received_by_la_on="2026-04-22", notice_sent_on="2026-03-01")  # fmt: skip
    await log.corrected(appeal, "2026-04-24", field="received_by_la_on", recorded="2026-05-01", reason="MISTYPED")
    await log.apply(pool, effects)
    registered, corrected = await _entries(client)
    assert (registered["happened_on"], registered["details"]["received_by_la_on"]) == ("2026-04-20", "2026-04-24")
    assert [(c["field"], c["was"], c["now"]) for c in registered["corrections"]] == [
        ("received_by_la_on", "2026-04-22", "2026-04-24")
    ]
    assert corrected["text"].startswith("The date “received by LA on” of “")
    assert corrected["text"].endswith("” was corrected from 22 April 2026 to 24 April 2026: it was mistyped")
    (before,) = await _entries(client, asAt="2026-04-30")
    assert (before["details"]["received_by_la_on"], before["corrections"]) == ("2026-04-22", [])


async def test_a_retracted_entry_is_shown_with_its_retraction(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    issued = await log.happened("plan.final-plan-issued", "2026-07-15", version=1)
    await log.corrected(issued, "2026-07-14", recorded="2026-07-16")
    await log.retracted(issued, recorded="2026-07-20")
    await log.apply(pool, effects)
    plan, _, back = await _entries(client)
    assert plan["text"].startswith("Recorded in error: ")
    assert (plan["happened_on"], plan["retracted"]["reason"]) == ("2026-07-14", "WRONG_CASE")
    assert plan["retracted"]["event_id"] == back["event_id"]
    assert plan["retracted"]["by"]["words"] == "SEND caseworker ana"
    assert back["text"].endswith("” was retracted as recorded in error: it belongs to another case")
    assert back["retracted"] is None
    (before, _) = await _entries(client, asAt="2026-07-19")
    assert before["retracted"] is None
    assert not before["text"].startswith("Recorded in error")


async def test_what_was_written_down_by_a_clock_that_was_ahead_is_shown_at_once(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    """It is known, whatever day it says; who asks how it was at an instant is answered by what it says."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await log.happened("referral.ehc-needs-assessment-requested", "2026-03-02", source="PARENT", recorded=tomorrow)
    await log.apply(pool, effects)
    assert [e["recorded_at"] for e in await _entries(client)] == [tomorrow.isoformat()]
    assert await _entries(client, asAt=datetime.now(UTC).isoformat()) == []


async def test_a_day_ends_at_midnight_in_london(client: httpx.AsyncClient, log: Log, pool: Pool, effects: Any) -> None:
    """23:30 UTC in July is the next day in London."""
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    await log.happened("referral.concern-raised", "2026-07-01", recorded=at("2026-07-01"))
    await log.happened("referral.sen-support-started", "2026-07-02", recorded=late)
    await log.apply(pool, effects)
    assert len(await _entries(client, asAt="2026-07-01")) == 1
    assert len(await _entries(client, asAt="2026-07-02")) == 2


async def test_filters_by_type_and_by_the_corrected_date(client: httpx.AsyncClient, told: Log) -> None:
    only = await _entries(client, type=["assessment.advice-requested", "referral.person-registered"])
    assert [e["type"] for e in only] == ["referral.person-registered", "assessment.advice-requested"]
    assert [e["happened_on"] for e in await _entries(client, **{"from": "2026-03-02", "to": "2026-03-04"})] == [
        "2026-03-02"
    ]


async def test_pages_follow_each_other_without_gap_or_double(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    for number in range(25):
        await log.happened("referral.concern-raised", f"2026-03-{number % 5 + 1:02}", recorded="2026-04-01")
    await log.apply(pool, effects)
    seen, cursor = [], None
    while True:
        params = {"limit": 7, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(f"/cases/{case(1)}/timeline", params=params)).json()
        seen += [e["event_id"] for e in page["entries"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == [e["event_id"] for e in await _entries(client)]
    assert len(set(seen)) == 25


async def test_an_event_nobody_has_words_for_is_told_by_its_name(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await log.happened("assessment.kettle-boiled-over", "2026-03-01")
    await log.happened("assessment.advice-requested", "2026-03-01")  # lacks the fields its sentence needs
    await log.apply(pool, effects)
    assert [e["text"] for e in await _entries(client)] == ["Kettle boiled over", "Advice requested"]


async def test_an_erased_child_is_not_named(client: httpx.AsyncClient, told: Log) -> None:
    await told.keyring.erase(person(1))
    first = (await _entries(client))[0]
    assert first["text"] == "[erased] was registered with the authority"
    assert first["details"]["name"] == "[erased]"


async def test_a_look_at_personal_data_is_recorded(client: httpx.AsyncClient, told: Log, pool: Pool) -> None:
    await _entries(client, type="assessment.advice-requested")
    assert await pool.fetchval("select count(*) from projections.reads") == 0
    await _entries(client)
    row = await pool.fetchrow("select * from projections.reads")
    assert (row["user_id"], row["la_code"], row["what"], row["cases"]) == ("ana", "801", "timeline", [case(1)])
    (look,) = await who_looked(pool, case(1))
    assert (look["user_id"], look["what"]) == ("ana", "timeline")
    assert await who_looked(pool, case(2)) == []


async def test_another_authority_finds_nothing(client: httpx.AsyncClient, told: Log) -> None:
    for headers in ({"Authorization": "Bearer 802"}, {}):
        path = f"/cases/{case(1) if headers else case(99)}/timeline"
        response = await client.get(path, headers=headers)
        assert (response.status_code, response.json()["code"]) == (404, "not-found")
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "WyJ4Il0"}, "cursor"),
        ({"asAt": "yesterday"}, "asAt"),
        ({"asAt": "2026-03-10T12:00:00"}, "asAt"),
        ({"asAt": "2999-01-01"}, "asAt"),
        ({"asAt": "9999-12-31"}, "asAt"),
        ({"asAt": "0001-01-01T00:00:00+14:00"}, "asAt"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from"),
        ({"limit": "0"}, "limit"),
    ],
)
async def test_a_wrong_question_is_told_what_is_wrong(
    client: httpx.AsyncClient, told: Log, params: dict[str, str], field: str
) -> None:
    response = await client.get(f"/cases/{case(1)}/timeline", params=params)
    assert response.status_code == 422
    assert [f["field"] for f in response.json()["fields"]] == [field]


async def test_nobody_without_a_token_is_answered(client: httpx.AsyncClient, told: Log) -> None:
    del client.headers["Authorization"]
    assert (await client.get(f"/cases/{case(1)}/timeline")).status_code == 401


async def test_an_answer_says_how_fresh_it_is(client: httpx.AsyncClient, told: Log) -> None:
    fresh = (await client.get(f"/cases/{case(1)}/timeline")).json()["freshness"]
    assert fresh["stale"] is False
    assert fresh["positions"]["send.referral.v1"] == 3
    assert fresh["lag_events"] == 0


async def test_rows_of_another_authority_are_fenced_off_even_from_a_wrong_query(sources: Any, told: Log) -> None:
    """Row-level security: connections of the query API see nothing before they say for whom."""
    async with sources.pool.acquire() as connection:
        assert await connection.fetchval("select count(*) from timeline_v1.events") == 0
        async with connection.transaction():
            await connection.execute("select set_config('send.la_code', '802', true)")
            assert await connection.fetchval("select count(*) from timeline_v1.events") == 0
        async with connection.transaction():
            await connection.execute("select set_config('send.la_code', '801', true)")
            assert await connection.fetchval("select count(*) from timeline_v1.events") == 4


@pytest.mark.parametrize("user", ["ana", 'an"a', 'an"},a', 'a\\"},', "a}", "ä"])
async def test_who_acted_is_read_from_the_metadata_whatever_they_are_called(log: Log, user: str) -> None:
    event = await log.happened("referral.concern-raised", "2026-03-01", by=ANA.model_copy(update={"user_id": user}))
    assert actor_of(event) == (user, "send_caseworker", "801")
    longer = event._replace(metadata=canonical({**orjson.loads(event.metadata), "correlation_id": '"},'}))
    assert actor_of(longer) == (user, "send_caseworker", "801")


async def test_what_services_note_for_themselves_is_left_out_unless_it_is_asked_for(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    await log.happened("plan.final-plan-issued", "2026-07-15", version=1)
    await log.happened("ap-intervention.ehc-plan-noted", "2026-07-15")
    await log.apply(pool, effects)
    assert [e["type"] for e in await _entries(client)] == ["plan.final-plan-issued"]
    assert len(await _entries(client, bookkeeping="true")) == 2
    assert len(await _entries(client, type="ap-intervention.ehc-plan-noted")) == 1
