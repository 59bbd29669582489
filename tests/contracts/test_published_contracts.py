"""What services publish and what others need of it: a build breaks on an incompatible contract."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from shared.core.codec import type_of
from shared.core.corrections import dates_of
from shared.core.dates import NotBefore
from shared.core.messages import Event

from contracts import catalogue, publishers, schemas
from contracts.__main__ import documents

PUBLISHED: dict[str, type[Event]] = {
    type_of(event): event for service in publishers() for event in service.codec.types.values()
}
NEEDED = catalogue.incoming_types()


def test_the_generated_documents_are_fresh() -> None:
    """After a change to an event, a route or a reaction: ``make docs``."""
    stale = [
        str(path.name) for path, content in documents().items() if not path.exists() or path.read_bytes() != content
    ]
    assert stale == []


@pytest.mark.parametrize("path", sorted(schemas.FOLDER.glob("*.json")), ids=lambda p: p.stem)
def test_no_published_schema_lost_or_changed_a_field(path: Any) -> None:
    published = orjson.loads(path.read_bytes())
    wire_name = path.name.rsplit(".v", 1)[0]
    assert wire_name in PUBLISHED, "an event that was published can never go away"
    assert schemas.breaking_changes(published, schemas.schema_of(PUBLISHED[wire_name])) == []


def test_a_breaking_change_is_found() -> None:
    was = {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
    assert schemas.breaking_changes(was, was) == []
    assert schemas.breaking_changes(was, {"properties": {"a": {"type": "integer"}}, "required": ["a"]}) == [
        "a changed from ['string:'] to ['integer:']",
        "b is gone",
    ]
    more = {"properties": {**was["properties"], "c": {"type": "string"}}, "required": ["a", "b", "c"]}
    assert schemas.breaking_changes(was, more) == ["c is new and required: stored events do not have it"]


@pytest.mark.parametrize(("who", "wire_name"), sorted(NEEDED), ids="-".join)
def test_what_a_consumer_needs_is_what_the_producer_publishes(who: str, wire_name: str) -> None:
    assert wire_name in PUBLISHED, f"{who} listens for an event that nobody publishes"
    produced = PUBLISHED[wire_name].model_fields
    needed = NEEDED[who, wire_name].model_fields
    missing = {n for n, f in needed.items() if f.is_required() and n not in produced}
    assert not missing, f"{who} needs {missing} of {wire_name}"
    unsure = {n for n, f in needed.items() if f.is_required() and not produced[n].is_required() and n != "type"
              and produced[n].default is None}  # fmt: skip
    assert not unsure, f"{who} relies on {unsure} of {wire_name}, which may be null"
    unknown = {n for n in needed if n not in produced}
    assert not unknown, f"{who} looks for {unknown}, which {wire_name} never has"


def test_a_date_is_held_to_the_order_of_dates_its_event_has() -> None:
    """``NotBefore`` is looked up only when somebody corrects a date: a slip in a name must not wait for that."""
    wrong = {
        (name, mark.field)
        for name, event in PUBLISHED.items()
        for marks in dates_of(event).values()
        for mark in marks
        if isinstance(mark, NotBefore) and mark.field not in dates_of(event)
    }
    assert wrong == set()


def test_every_event_of_a_case_says_which_case() -> None:
    """Timelines are built from this. Settings, term dates, AP providers and SENCos belong to no case."""
    without = {name for name, event in PUBLISHED.items() if "case_id" not in event.model_fields}
    without_case = {"setting", "capacity", "authority", "ap", "provider", "senco"}
    assert {n.split(".")[1].split("-")[0] for n in without} <= without_case


def test_every_event_is_called_after_its_topic() -> None:
    """So no two services use one wire name."""
    for service in publishers():
        for name in service.codec.types:
            assert f"send.{name.split('.')[0]}.v1" == service.topic


def test_a_field_that_becomes_personal_is_a_breaking_change() -> None:
    was = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
    now = {"properties": {"name": {"type": "string", "x-opened": {"type": "string"}}}, "required": ["name"]}
    assert schemas.breaking_changes(was, now) == ["name changed from ['string:'] to ['sealed string:']"]
