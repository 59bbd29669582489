"""The case register: where every case stands, whatever order the topics come in."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest
from projections.projection import LiveEffect
from projections.register import stages
from projections.register.projection import row_of, take_in
from shared.edge.db import Pool

from .log import Log, case, person

NORTHMOOR = "00000000-0000-0000-0000-0000000000a1"


async def _course(log: Log, of: int = 1, la: str = "801") -> None:
    """A child from registration to a plan that names a school, and a placement there."""
    days = {"of": of, "la": la}
    await log.happened("referral.person-registered", "2026-01-05", sealed={"name": "Test-Child Kestrel"}, **days)
    await log.happened("referral.caseworker-allocated", "2026-01-05", caseworker="ana", team="North", **days)
    await log.happened("referral.sen-support-started", "2026-01-06", primary_need_code="SLCN", **days)
    await log.happened("referral.ehc-needs-assessment-requested", "2026-03-02", source="PARENT", **days)
    await log.happened("assessment.decision-to-assess-notified", "2026-04-10", **days)
    needs = [{"code": "SEMH", "rank": "SECONDARY"}, {"code": "ASD", "rank": "PRIMARY"}]
    await log.happened("assessment.decision-to-issue-plan-made", "2026-06-01", needs=needs, **days)
    named = {"setting_id": NORTHMOOR, "setting_name": "Northmoor", "setting_type": "MAINSTREAM"}
    await log.happened("plan.draft-plan-served", "2026-06-08", **days)
    await log.happened("plan.final-plan-issued", "2026-07-15", **named, **days)
    await log.happened("placement.placement-started", "2026-09-01", placement_id="p1", rank="MAIN",
                       setting_id=NORTHMOOR, **days)  # fmt: skip
    await log.happened("referral.sen-support-ended", "2026-07-15", reason="PLAN_ISSUED", **days)


@pytest.fixture
async def told(log: Log, pool: Pool, effects: list[LiveEffect]) -> Log:
    await log.happened("placement.setting-registered", "2025-01-01", of=None, key=NORTHMOOR, setting_id=NORTHMOOR,
                       name="Northmoor Academy", setting_category="ACADEMY")  # fmt: skip
    await _course(log)
    await log.happened("referral.person-registered", "2026-02-01", of=2, sealed={"name": "Test-Child Wren"})
    await log.happened("referral.person-registered", "2026-02-01", of=3, la="802", sealed={"name": "Test-Child Owl"})
    await log.apply(pool, effects)
    return log


async def test_a_case_is_shown_with_stage_need_setting_and_who_has_it(client: httpx.AsyncClient, told: Log) -> None:
    found = (await client.get(f"/cases/{case(1)}")).json()
    assert (found["stage"], found["stage_in_words"], found["stage_since"]) == (
        "PLAN_MAINTAINED", "plan maintained", "2026-07-15",
    )  # fmt: skip
    assert (found["name"], found["caseworker"], found["team"]) == ("Test-Child Kestrel", "ana", "North")
    assert found["primary_need"] == "ASD"
    assert found["setting"] == {"setting_id": NORTHMOOR, "name": "Northmoor Academy", "type": "MAINSTREAM"}
    assert found["sen_support"] is False
    assert found["freshness"]["consumer"] == "register"


async def test_the_register_lists_the_authoritys_cases_newest_first(client: httpx.AsyncClient, told: Log) -> None:
    found = (await client.get("/cases")).json()
    assert [c["name"] for c in found["cases"]] == ["Test-Child Wren", "Test-Child Kestrel"]
    assert found["next"] is None


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"stage": "PLAN_MAINTAINED"}, 1),
        ({"stage": ["PLAN_MAINTAINED", "REGISTERED"]}, 2),
        ({"caseworker": "ana"}, 1),
        ({"team": "South"}, 0),
        ({"primaryNeed": "ASD"}, 1),
        ({"settingId": NORTHMOOR}, 1),
    ],
)
async def test_filters(client: httpx.AsyncClient, told: Log, params: dict[str, Any], count: int) -> None:
    assert len((await client.get("/cases", params=params)).json()["cases"]) == count


async def test_pages(client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]) -> None:
    for number in range(1, 12):
        await log.happened(
            "referral.person-registered", f"2026-02-{number % 4 + 1:02}", of=number, sealed={"name": "N"}
        )
    await log.apply(pool, effects)
    seen, cursor = [], None
    while True:
        page = (await client.get("/cases", params={"limit": 4, **({"cursor": cursor} if cursor else {})})).json()
        seen += [c["case_id"] for c in page["cases"]]
        if (cursor := page["next"]) is None:
            break
    assert len(seen) == len(set(seen)) == 11


async def test_names_are_opened_for_the_caller_and_the_look_is_recorded(
    client: httpx.AsyncClient, told: Log, pool: Pool
) -> None:
    await told.keyring.erase(person(2))
    names = [c["name"] for c in (await client.get("/cases")).json()["cases"]]
    assert names == ["[erased]", "Test-Child Kestrel"]
    row = await pool.fetchrow("select what, cases from projections.reads")
    assert (row["what"], set(row["cases"])) == ("register", {case(1), case(2)})


async def test_what_was_retracted_is_as_if_it_had_not_been_said(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    setting = await log.happened("placement.setting-registered", "2025-01-01", of=None, key=NORTHMOOR,
                                 setting_id=NORTHMOOR, name="Northmoor Academy")  # fmt: skip
    renamed = await log.happened("placement.setting-profile-updated", "2025-02-01", of=None, key=NORTHMOOR,
                                 setting_id=NORTHMOOR, name="Southmoor")  # fmt: skip
    await log.happened("placement.setting-term-dates-published", "2025-02-01", of=None, key=NORTHMOOR,
                       setting_id=NORTHMOOR, academic_year="2025/26", terms=[])  # fmt: skip
    await log.happened("referral.person-registered", "2026-01-05", sealed={"name": "Test-Child Kestrel"})
    served = await log.happened("plan.draft-plan-served", "2026-06-08")
    issued = await log.happened("plan.final-plan-issued", "2026-07-15", setting_id=NORTHMOOR,
                                setting_name="Northmoor", setting_type="MAINSTREAM")  # fmt: skip
    placed = await log.happened("placement.placement-started", "2026-09-01", placement_id="p1", rank="MAIN",
                                setting_id=NORTHMOOR)  # fmt: skip
    await log.apply(pool, effects)
    found = (await client.get(f"/cases/{case(1)}")).json()
    assert (found["stage"], found["setting"]["name"]) == ("PLAN_MAINTAINED", "Southmoor")
    await log.retracted(renamed, recorded="2026-09-02", of=None, key=NORTHMOOR, kind="setting", setting_id=NORTHMOOR)
    await log.retracted(placed, recorded="2026-09-02")
    await log.apply(pool, effects)
    assert (await client.get(f"/cases/{case(1)}")).json()["setting"]["name"] == "Northmoor Academy"
    await log.corrected(served, "2026-06-05", recorded="2026-09-03")
    await log.retracted(issued, recorded="2026-09-03")
    await log.retracted(setting, recorded="2026-09-03", of=None, key=NORTHMOOR, kind="setting", setting_id=NORTHMOOR)
    await log.apply(pool, effects)
    found = (await client.get(f"/cases/{case(1)}")).json()
    assert (found["stage"], found["stage_since"], found["setting"]) == ("DRAFTING", "2026-06-05", None)


async def test_a_corrected_second_date_is_not_the_day_of_the_stage(
    client: httpx.AsyncClient, log: Log, pool: Pool, effects: list[LiveEffect]
) -> None:
    served = await log.happened("plan.draft-plan-served", "2026-06-08", served_on="2026-06-09")
    await log.corrected(served, "2026-06-10", field="served_on", recorded="2026-06-12")
    await log.apply(pool, effects)
    assert (await client.get(f"/cases/{case(1)}")).json()["stage_since"] == "2026-06-08"


@pytest.mark.parametrize("path", [f"/cases/{case(3, '802')}", f"/cases/{case(9)}"])
async def test_a_case_of_another_authority_is_not_there(client: httpx.AsyncClient, told: Log, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("params", [{"cursor": "x"}, {"stage": "FLYING"}, {"limit": "x"}, {"settingId": "7"}])
async def test_a_wrong_question_is_told_so(client: httpx.AsyncClient, told: Log, params: dict[str, str]) -> None:
    response = await client.get("/cases", params=params)
    assert response.status_code == 422
    assert response.json()["fields"][0]["field"].split(".")[0] == next(iter(params))


async def test_the_row_does_not_depend_on_how_the_topics_are_mixed(log: Log) -> None:
    await _course(log)
    lanes = [events for events in log.lanes.values() if events]
    rows = set()
    chance = random.Random(7)
    for _ in range(20):
        waiting = [list(events) for events in lanes]
        cases: dict[str, Any] = {}
        while waiting:
            one = chance.choice(waiting)
            from projections.events import data_of

            take_in(cases, {}, one[0], data_of(one.pop(0)))
            waiting = [w for w in waiting if w]
        rows.update(row_of(id, parts) for id, parts in cases.items())
    assert len(rows) == 1


def _stage(*events: tuple[str, str, dict[str, Any]]) -> str:
    """The stage after (type, recorded, fields)."""
    from types import SimpleNamespace

    from .log import at

    parts: dict[str, Any] = {}
    for type, recorded, fields in events:
        event: Any = SimpleNamespace(type=type, recorded_at=at(recorded), la_code="801", event_id="e")
        topic = f"send.{type.partition('.')[0]}.v1"
        stages.fold(parts.setdefault(topic, {}), event, {"occurred_on": recorded, **fields})
    stage = stages.stage_of(parts)[0]
    assert stage in stages.STAGES
    return stage


ASKED = ("referral.ehc-needs-assessment-requested", "2026-03-02", {})
REFUSED = ("assessment.decision-not-to-assess-notified", "2026-04-10", {})
ISSUED = ("plan.final-plan-issued", "2026-07-15", {})
CEASING = ("plan.cease-decision-notified", "2028-05-01", {})


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ([], "REGISTERED"),
        ([("referral.sen-support-started", "2026-01-01", {})], "SEN_SUPPORT"),
        ([ASKED], "REQUESTED"),
        ([ASKED, REFUSED], "REFUSED_TO_ASSESS"),
        ([ASKED, REFUSED, ("assessment.refusal-reversed", "2026-05-01", {"basis": "ORDER"})], "ASSESSING"),
        ([ASKED, REFUSED, ("referral.ehc-needs-assessment-requested", "2026-09-01", {})], "REQUESTED"),
        ([ASKED, ("referral.assessment-request-withdrawn", "2026-03-09", {})], "WITHDRAWN"),
        ([ASKED, ISSUED, ("referral.sen-support-ended", "2026-07-16", {})], "PLAN_MAINTAINED"),
        ([ISSUED, ("plan.review-meeting-held", "2027-06-01", {})], "REVIEW_IN_PROGRESS"),
        ([ISSUED, ("plan.review-decision-notified", "2027-06-09", {"outcome": "AMEND"})], "AMENDING"),
        ([ISSUED, ("plan.review-decision-notified", "2027-06-09", {"outcome": "MAINTAIN"})], "PLAN_MAINTAINED"),
        ([ISSUED, ("plan.reassessment-decision-notified", "2027-06-09", {"agreed": True})], "REASSESSING"),
        ([ISSUED, ("plan.reassessment-decision-notified", "2027-06-09", {"agreed": False})], "PLAN_MAINTAINED"),
        ([ISSUED, ("plan.plan-ceased", "2028-06-09", {})], "CEASED"),
        ([ISSUED, CEASING, ("plan.ceasing-abandoned", "2028-06-09", {})], "PLAN_MAINTAINED"),
        ([ASKED, ("assessment.assessment-closed", "2026-03-09", {"reason": "MOVED_AWAY"})], "CLOSED"),
        ([ISSUED, ("assessment.assessment-closed", "2027-03-09", {"reason": "JOINED"})], "PLAN_MAINTAINED"),
        ([REFUSED, ("assessment.refusal-reversed", "2026-05-01", {"next": "MAKE_PLAN"})], "DRAFTING"),
    ],
)
def test_stages(events: list[tuple[str, str, dict[str, Any]]], stage: str) -> None:
    assert _stage(*events) == stage
