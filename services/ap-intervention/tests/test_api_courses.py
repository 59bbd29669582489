"""Exclusions, off-site directions and section 19 duties over HTTP, from the first day to the last."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ap_intervention.ap_case import NoteExclusion
from fastapi import FastAPI
from shared.core.messages import Actor
from shared.flow.handle import Handler

from .asking import CHILD, NOW, done
from .examples import CASE, HOME_SCHOOL, PERSON


async def test_an_exclusion_runs_to_the_panel(client: httpx.AsyncClient) -> None:
    made = await done(
        client,
        "/exclusions/permanent-exclusions",
        **CHILD,
        setting_id=str(HOME_SCHOOL),
        reason_codes=["PA"],
        occurred_on="2025-10-20",
    )
    at = f"/exclusions/{made['id']}"
    await done(client, f"{at}/parent-notice", method="HAND", public_place_days_stated=True, occurred_on="2025-10-20")
    await done(client, f"{at}/authority-notice", occurred_on="2025-10-20")
    await done(client, f"{at}/sixth-day-provision", starts_on="2025-11-03", full_time=True, occurred_on="2025-10-22")
    await done(client, f"{at}/governing-board", occurred_on="2025-10-20")
    await done(client, f"{at}/governing-board/meeting", reinstated=False, occurred_on="2025-11-12")
    await done(
        client,
        f"{at}/governing-board/decision",
        reinstated=False,
        given_by="HAND",
        reasons="Lawful and fair.",
        occurred_on="2025-11-14",
    )
    await done(client, f"{at}/independent-review", sen_expert_requested=True, occurred_on="2025-12-01")
    await done(client, f"{at}/independent-review/hearing", occurred_on="2025-12-15")
    await done(
        client, f"{at}/independent-review/decision", outcome="QUASHED", reasons="Unfair.", occurred_on="2025-12-17"
    )
    await done(
        client,
        f"{at}/governing-board/reconsideration",
        reinstated=True,
        reasons="We see it now.",
        occurred_on="2026-01-12",
    )
    assert (await client.get(at)).json()["state"]["reinstated"] is True


async def test_a_suspension_counts_in_halves(client: httpx.AsyncClient) -> None:
    body = {
        **CHILD,
        "setting_id": str(HOME_SCHOOL),
        "school_days": 0.5,
        "term_total": 0.5,
        "year_total": "0.5",
        "reason_codes": ["DB"],
        "occurred_on": "2025-10-06",
    }
    made = await client.post("/exclusions/suspensions", json=body)
    assert made.status_code == 201
    assert (await client.get(f"/exclusions/{made.json()['id']}")).json()["state"]["school_days"] == "0.5"
    third = await client.post("/exclusions/suspensions", json={**body, "school_days": 0.3})
    assert (third.status_code, third.json()["fields"][0]["field"]) == (422, "school_days")


async def test_a_direction_and_a_duty_are_opened_and_ended(client: httpx.AsyncClient) -> None:
    direction = await done(
        client,
        "/off-site-directions",
        **CHILD,
        setting_id=str(HOME_SCHOOL),
        starts_on="2025-09-08",
        ends_on="2025-11-28",
        school_days=55,
        address="1 Test Street",
        report_to="Mr Test-Plover",
        session_times="9.15 to 14.30",
        reasons_and_objectives="To learn to stay calm.",
        occurred_on="2025-09-03",
    )
    at = f"/off-site-directions/{direction['id']}"
    await done(client, f"{at}/review-requests", asked_by="PARENT", occurred_on="2025-09-29")
    refused = await client.post(f"{at}/review-requests/decline", json={})
    assert refused.json()["code"] == "meeting-must-be-held"
    await done(
        client, f"{at}/review-invitations", meeting_on="2025-10-06", invited=["PARENT"], occurred_on="2025-09-30"
    )
    sent = (await client.get(f"{at}/history")).json()[-1]
    early = {"event_id": sent["event_id"], "field": "meeting_on", "now": "2025-09-29", "reason": "MISTYPED"}
    assert (await client.post(f"{at}/corrections", json=early)).json()["code"] == "dates-out-of-order"
    await done(client, f"{at}/review-meetings", outcome="CONTINUE", occurred_on="2025-10-06")
    [meeting_id] = (await client.get(at)).json()["state"]["held"]
    told = f"{at}/review-meetings/{meeting_id}/outcome-notice"
    await done(client, told, recipients=["PARENT"], occurred_on="2025-10-10")
    nobody = await client.post(told, json={"recipients": []})
    assert (nobody.status_code, nobody.json()["fields"][0]["field"]) == (422, "recipients")
    await done(client, f"{at}/end", reason="TIME_OVER", occurred_on="2025-11-28")

    duty = await done(
        client, "/section-19-duties", **CHILD, reason="ILLNESS", absent_from="2025-09-15", occurred_on="2025-09-22"
    )
    at = f"/section-19-duties/{duty['id']}"
    await done(client, f"{at}/sickness-return", occurred_on="2025-09-24")
    await done(
        client, f"{at}/provision", starts_on="2025-10-06", hours_per_week=25, full_time=True, occurred_on="2025-09-29"
    )
    await done(client, f"{at}/reviews", suitable=True, occurred_on="2025-11-17")
    await done(client, f"{at}/end", reason="BACK_IN_SCHOOL", occurred_on="2026-01-05")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ap-referrals", {"reason_code": "PEX", "requested_tier": 3}),
        ("/section-19-duties", {"reason": "EXCLUSION"}),
        (
            "/exclusions/permanent-exclusions",
            {"setting_id": str(HOME_SCHOOL), "reason_codes": ["PA"], "occurred_on": "2025-10-20"},
        ),
    ],
)
async def test_a_wrong_id_of_an_exclusion_is_refused(
    client: httpx.AsyncClient, handler_and_app: tuple[Handler, FastAPI], path: str, body: dict[str, Any]
) -> None:
    handler, _ = handler_and_app
    of_the_child, elsewhere = uuid4(), uuid4()
    noted = NoteExclusion(
        occurred_on=date(2025, 9, 29), case_id=CASE, person_id=PERSON, exclusion_id=of_the_child, school_days=Decimal(2)
    )
    by = Actor(user_id="system", role="system", org_id="999", la_code="999")
    await handler.handle(noted, by=by, at=NOW, command_id=uuid4())
    field = "continues_exclusion_id" if path.startswith("/exclusions") else "exclusion_id"
    refused = await client.post(path, json={**CHILD, **body, field: str(elsewhere)})
    assert (refused.status_code, refused.json()["code"]) == (409, "no-such-exclusion")
    assert field in refused.json()["detail"]
    await done(client, path, **CHILD, **body, **{field: str(of_the_child)})
