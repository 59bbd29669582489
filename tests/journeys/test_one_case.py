"""One case through all five services and into the projections, in one process, on a real database and broker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest
import pytest_asyncio
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from projections.events import TOPICS
from shared.edge import telemetry
from shared.edge.settings import Settings
from shared.edge.topics import WATERMARKS
from shared.flow import consume, relay
from shared.testing.kafka import Kafka
from shared.testing.world import World

from .caller import Caller, until
from .course import Course
from .partner import check, read_all
from .refusals import check_clicks, check_refusals, check_strangers
from .screens import check_deadlines, check_register, check_timeline

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),  # a machine with much else to do starts a broker in a minute
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def course(caller: Caller, system: World) -> AsyncIterator[Course]:
    """A case whose course is over; what the tests do to it leaves it as it was."""
    course = Course(caller)
    await course.run()
    await system.settle()
    yield course


async def test_its_timeline_tells_everything_in_order(course: Course) -> None:
    await check_timeline(course)


async def test_its_deadlines_are_met_and_explain_themselves(course: Course) -> None:
    await check_deadlines(course)


async def test_the_register_shows_where_it_stands(course: Course) -> None:
    await check_register(course)


async def test_a_partner_can_validate_everything_by_the_published_document(course: Course, broker: Kafka) -> None:
    records = await read_all(broker.bootstrap_servers)
    assert {topic for topic, found in records.items() if found} >= {*TOPICS, WATERMARKS}
    for record in (record for found in records.values() for record in found):
        check(record)


async def test_strangers_are_told_nothing(course: Course) -> None:
    await check_strangers(course)


async def test_a_click_counts_once_and_an_old_page_is_refused(course: Course, system: World) -> None:
    await check_clicks(course)
    await system.settle()


async def test_refusals_say_what_is_unmet_and_leave_nothing_behind(course: Course) -> None:
    await check_refusals(course)


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Every span of this test. Not by the global provider: that can be set once in a process, and stays."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    for module in (telemetry, consume, relay):
        monkeypatch.setattr(module, "tracer", provider.get_tracer("send"))
    return exporter


async def test_one_trace_runs_from_the_post_to_the_projected_row(
    course: Course, system: World, exported: InMemorySpanExporter
) -> None:
    """The caller's trace goes on through both services' logs and topics into every projection."""
    trace_id, span_id = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    caller = course.caller
    child = {"name": "Test-Child Merlin", "date_of_birth": "2017-05-02"}
    ids = (await caller.do("referral", "/persons", child))["ids"]
    headers = {"Authorization": f"Bearer {caller.token('senco')}", "traceparent": f"00-{trace_id}-{span_id}-01"}
    asked = {"person_id": ids["person_id"], "source": "SCHOOL", "setting_id": course.school, "evidence_refs": ["doc-1"]}
    posted = await caller.http["referral"].post("/requests", json=asked, headers=headers)
    assert posted.status_code == 201, posted.text
    await system.settle()

    spans = [s for s in exported.get_finished_spans() if f"{s.context.trace_id:032x}" == trace_id]
    requested, opened = "referral.ehc-needs-assessment-requested", "assessment.assessment-opened"
    assert _way_up(spans, f"timeline {opened}") == [
        f"timeline {opened}",
        "handle OpenAssessment",
        "handle RequestEhcNeedsAssessment",
        "POST /requests",
        span_id,
    ]
    names = {s.name for s in spans}
    assert {f"{consumer} {requested}" for consumer in ("reactions", "timeline", "deadlines", "register")} <= names
    assert {f"publish {requested}", f"publish {opened}"} <= names

    projected = next(s for s in spans if s.name == f"timeline {opened}")
    rows = (await caller.read("projections", f"/cases/{ids['case_id']}/timeline"))["entries"]
    (row,) = [row for row in rows if row["type"] == opened]
    assert row["event_id"] == (projected.attributes or {})["send.event_id"]
    (stored,) = await system.running["assessment"].store.load(f"assessment-{ids['case_id']}")
    assert trace_id in orjson.loads(stored.metadata)["traceparent"]


def _way_up(spans: list[ReadableSpan], name: str) -> list[str]:
    """The names of a span and of all it descends from; last the id of the caller's own span, which is not ours."""
    by_id = {s.context.span_id: s for s in spans}
    here = next(s for s in spans if s.name == name)
    way = [here.name]
    while here.parent is not None:
        if here.parent.span_id not in by_id:
            return [*way, f"{here.parent.span_id:016x}"]
        here = by_id[here.parent.span_id]
        way.append(here.name)
    return way


async def test_a_consumer_that_is_held_up_says_by_how_much(
    course: Course, system: World, settings: dict[str, Settings]
) -> None:
    """In events and in seconds, in `/readyz` of the worker and in every answer that is built on it."""

    async def timeline() -> dict[str, Any]:
        found: dict[str, Any] = (await system.workers["projections"].get("/readyz")).json()["timeline"]
        return found

    def held_up(found: dict[str, Any]) -> Any:
        return found if found["lag_events"] > 0 and found["lag_seconds"] > 2 else None

    async def behind() -> Any:
        return held_up(await timeline())

    async def shown_behind() -> Any:
        # What a worker knows stands in its database a moment later.
        return held_up((await course.caller.read("projections", f"/cases/{course.case}/timeline"))["freshness"])

    async def level() -> Any:
        found = await timeline()
        return found["lag_events"] == 0 and found["lag_seconds"] is not None and found["lag_seconds"] < 10

    await system.settle()
    await until(level)
    holding = await asyncpg.connect(settings["projections"].database_url)
    try:
        async with holding.transaction():  # whoever wants to move these cursors has to wait
            await holding.execute("select 1 from flow.cursors where consumer = 'timeline' for update")
            team = {"caseworker": "fern", "team": "Central"}
            await course.caller.do("referral", f"/persons/{course.person}/caseworker", team)
            found = await until(behind)
            assert found["ready"] is True  # slow is not broken
            shown = await until(shown_behind)
            assert shown["lag_events"] == found["lag_events"] == 1
    finally:
        await holding.close()
    await system.settle()
    await until(level)
    await course.caller.do("referral", f"/persons/{course.person}/caseworker", {"caseworker": "amber", "team": "North"})
    await system.settle()
