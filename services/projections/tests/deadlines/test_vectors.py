"""The 60 worked examples of the statutory timeline reference, section 3, read from ``vectors.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from projections.deadlines import Calendars, Clock, Fact, Rules, clocks, status_of
from projections.deadlines.explain import explain

from shared import london_date

FILE = yaml.safe_load(Path(__file__).with_name("vectors.yaml").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = FILE["vectors"]
RULES = Rules.in_law()
LA, CASE, SCHOOL = "801", "case", "school"


def _calendars() -> Calendars:
    england = Calendars.of(FILE["bank_holidays"])
    wider = Calendars.england()
    calendar = england.school_calendar(FILE["school"])
    return Calendars(
        bank_holidays=wider.bank_holidays,
        known_from=wider.known_from,
        known_to=wider.known_to,
        schools={SCHOOL: calendar},
        _working=wider._working,
        _tribunal=wider._tribunal,
    )


CALENDARS = _calendars()


def facts_of(vector: dict[str, Any]) -> tuple[Fact, ...]:
    """A vector's events, recorded one after the other on the days they occurred."""
    return tuple(_facts(vector["events"]))


def _facts(events: list[Any]) -> Iterator[Fact]:
    for number, (when, type_, *rest) in enumerate(events):
        data = dict(rest[0]) if rest else {}
        instant = datetime.fromisoformat(when) if isinstance(when, str) else None
        occurred_on = london_date(instant) if instant else when
        recorded_at = instant or datetime(when.year, when.month, when.day, 12, 0, number, tzinfo=UTC)
        data["case_id"] = data.pop("case", CASE)
        yield Fact(f"event-{number}", type_, occurred_on, recorded_at, LA, data)


def _all(facts: tuple[Fact, ...]) -> dict[str, Clock]:
    """By every name under which a vector may speak of a clock."""
    found: dict[str, list[Clock]] = {}
    for clock in clocks(facts, rules=RULES, calendars=CALENDARS):
        place = "" if clock.case_id == CASE else f"{clock.case_id}::"
        for name in {clock.rule.key, f"{clock.rule.key}@{clock.instance}"}:
            found.setdefault(place + name, []).append(clock)
    return {name: some[0] for name, some in found.items() if len(some) == 1}


def _names(vector: dict[str, Any]) -> str:
    return f"{vector['id']} {vector['variant']}" if "variant" in vector else vector["id"]


def _each(key: str) -> list[Any]:
    """One test parameter per entry of a kind, named after its vector."""
    found = []
    for vector in VECTORS:
        entries = vector.get(key, [])
        for entry in entries.items() if isinstance(entries, dict) else entries:
            label = entry[0] if key == "due" else " ".join(str(part) for part in entry[:2]) if key == "at" else entry
            found.append(pytest.param(vector, entry, id=f"{_names(vector)}: {label}"))
    return found


def test_every_worked_example_is_here() -> None:
    assert {v["id"] for v in VECTORS} == {f"TV-{n:02}" for n in range(1, 61)}
    assert all(v.keys() & {"due", "at", "none", "flags"} for v in VECTORS)


def test_the_bank_holidays_of_the_reference_are_those_of_the_package() -> None:
    england = Calendars.england()
    years = {day.year for day in FILE["bank_holidays"]}
    assert {day for day in england.bank_holidays if day.year in years} == set(FILE["bank_holidays"])


@pytest.mark.parametrize(("vector", "expected"), _each("due"))
def test_due(vector: dict[str, Any], expected: tuple[str, date]) -> None:
    name, due_on = expected
    clock = _all(facts_of(vector))[name]
    assert (clock.due_on, clock.undecided_why) == (due_on, None)


@pytest.mark.parametrize(("vector", "expected"), _each("at"))
def test_status(vector: dict[str, Any], expected: list[Any]) -> None:
    """As it was known on that day; and as it is seen from later, where nothing that came later moves the due date."""
    when, name, code, *more = expected
    as_at = datetime.fromisoformat(when) if isinstance(when, str) else when
    day = london_date(as_at) if isinstance(as_at, datetime) else as_at
    facts = facts_of(vector)
    then = _all(tuple(fact for fact in facts if fact.occurred_on <= day))
    views = [then] if "then" in more else [then, _all(facts)]
    for view in views:
        status = status_of(view[name], as_at)
        assert status.code == code, status
        if more and more[0] is not None:
            assert status.days == more[0], status


@pytest.mark.parametrize(("vector", "name"), _each("none"))
def test_no_clock(vector: dict[str, Any], name: str) -> None:
    assert name not in _all(facts_of(vector))


@pytest.mark.parametrize("vector", [pytest.param(v, id=_names(v)) for v in VECTORS if "why" in v])
def test_the_verdict_on_an_exception_says_why(vector: dict[str, Any]) -> None:
    found = _all(facts_of(vector))
    for name, phrase in vector["why"].items():
        (claim,) = found[name].claims
        assert phrase in claim.why


@pytest.mark.parametrize("vector", [pytest.param(v, id=_names(v)) for v in VECTORS if "flags" in v])
def test_flags(vector: dict[str, Any]) -> None:
    found = _all(facts_of(vector))
    for name, codes in vector["flags"].items():
        assert list(found[name].flags) == codes


@pytest.mark.parametrize("vector", [pytest.param(v, id=_names(v)) for v in VECTORS if "also" in v])
def test_dates_shown_beside_the_due_date(vector: dict[str, Any]) -> None:
    facts = facts_of(vector)
    found = _all(facts)
    for name, dates in vector["also"].items():
        said = explain(found[name], facts, rules=RULES, calendars=CALENDARS)
        assert said["also"].items() >= dates.items()


@pytest.mark.parametrize("vector", [pytest.param(v, id=_names(v)) for v in VECTORS])
def test_every_clock_of_the_examples_explains_itself(vector: dict[str, Any]) -> None:
    facts = facts_of(vector)
    for clock in clocks(facts, rules=RULES, calendars=CALENDARS):
        said = explain(clock, facts, rules=RULES, calendars=CALENDARS, as_at=date(2026, 7, 1))
        assert said["counted_from"]
        assert said["arithmetic"]
        assert clock.legal_ref in said["paragraph"]
        if clock.due_on is not None:
            assert str(clock.due_on.year) in said["arithmetic"][-1] or str(clock.due_on.year) in said["arithmetic"][-2]
