"""Examples worked out from the statutory timeline reference alone, without sight of the rules they are held against.

The second round (``1h``, ``1i``) was reckoned from the reference too, but by somebody who had the rules at hand.

``outside/*.yaml``: what happened, in the statute's words; on a day (``as_at``), what a clock must say. ``by`` is the
period in the codes of section 2 and the day it counts from; ``due`` its last day, reckoned twice: in ``reckoned.py``
and by the engine. What was recorded after ``as_at`` (or ``known_on``) is not known yet.

Statuses are those of section 2.6, and a few that the reference leaves open: ``owed`` (a duty without a number of days,
not done), ``passed`` (somebody's right, no longer open), ``quiet`` (closed or superseded), ``done`` (met or closed),
``breached`` and ``unbroken`` (whatever came of it), ``absent`` (no such clock), ``not owed`` (absent or quiet) and
``any``.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from projections.deadlines import Calendars, Clock, Rules, clocks, known_at, relevant_types, status_of
from projections.deadlines.explain import explain

from .happenings import WORDS, facts_of
from .reckoned import DAY, FRIDAY, Reckoner

FOLDER = Path(__file__).with_name("outside")
SCHEMAS = Path(__file__).parents[4] / "contracts" / "schemas"
FIXTURES: dict[str, Any] = yaml.safe_load((FOLDER / "fixtures.yaml").read_text("utf-8"))
EXAMPLES: list[dict[str, Any]] = [
    example for file in sorted(FOLDER.glob("1*.yaml")) for example in yaml.safe_load(file.read_text("utf-8"))
]
RULES = Rules.in_law()
HOLIDAYS = frozenset(FIXTURES["bank_holidays"])
NO_DAY = ("ASAP", "IMM", "OPEN", "UNKNOWN")
"""In the place of a period: the law names no day, or at once, or its end is not known, or it cannot be reckoned."""


def _school_days(school: dict[str, Any]) -> frozenset[date]:
    days = {first + n * DAY for first, last in school["terms"] for n in range((last - first).days + 1)}
    return frozenset(d for d in days if d.weekday() <= FRIDAY and d not in HOLIDAYS and d not in school["staff_days"])


RECKONER = Reckoner(HOLIDAYS, {name: _school_days(school) for name, school in FIXTURES["schools"].items()})


def _calendars() -> Calendars:
    """As the services publish them: terms as blocks, with the days that are no school days."""
    england = Calendars.of(HOLIDAYS)
    schools = {}
    for name, school in FIXTURES["schools"].items():
        terms = [{"first_day": first, "last_day": last} for first, last in school["terms"]]
        schools[name] = england.school_calendar([{"terms": terms, "not_school_days": school["staff_days"]}])
    return Calendars(
        HOLIDAYS, england.known_from, england.known_to, schools, _working=england._working, _tribunal=england._tribunal
    )


CALENDARS = _calendars()


def _each() -> list[Any]:
    return [
        pytest.param(example, expected, id=f"{example['id']}: {expected['as_at']} {expected['clock']} #{number}")
        for example in EXAMPLES
        for number, expected in enumerate(example["expect"])
    ]


def _wanted(example: dict[str, Any], expected: dict[str, Any]) -> list[Clock]:
    """The clocks meant by an expectation, from what was known on its day."""
    known_on: date = expected.get("known_on", expected["as_at"])
    facts = known_at(facts_of(example["facts"]), datetime.combine(known_on, time.max, UTC))
    names = str(expected["clock"]).split("|")
    return [
        clock
        for clock in clocks(facts, rules=RULES, calendars=CALENDARS)
        if clock.case_id == expected.get("child", "case")
        and (clock.rule_id in names or clock.rule.key.replace("/", "-") in names)
        and expected.get("from", clock.counted_from) == clock.counted_from
    ]


def _said(clock: Clock, as_at: date) -> set[str]:
    """Every word of section 2.6 and of the head of this file that is true of a clock."""
    status = status_of(clock, as_at)
    n = status.days
    words = {status.code, "any"}
    match status.code:
        case "running":
            words.add("owed" if clock.due_on is None or n is None else f"running({n}d left)")
            words |= {"owed"} if clock.rule.period.unit == "IMM" else set()
        case "overdue" if clock.right:
            words = {"passed", "any"}
        case "overdue":
            words = {f"overdue({n}d)", "any"}
        case "met-late":
            words = {f"met-late(+{n}d)", "any"}
        case "closed" | "superseded":
            words |= {"quiet", "done", "not owed"}
        case "met":
            words |= {"done"}
    return words | {"breached" if status.breached else "unbroken"}


@pytest.mark.parametrize(("example", "expected"), _each())
def test_outside_example(example: dict[str, Any], expected: dict[str, Any]) -> None:
    found = _wanted(example, expected)
    if expected["status"] in ("absent", "not owed") and not found:
        return
    assert expected["status"] != "absent", f"{[clock.clock_id for clock in found]} should not exist"
    if expected.get("by") not in (None, *NO_DAY):
        assert expected["due"] in {clock.due_on for clock in found}, found
        found = [clock for clock in found if clock.due_on == expected["due"]]
    assert found, "no such clock"
    (clock,) = found
    assert expected["status"] in _said(clock, expected["as_at"]), status_of(clock, expected["as_at"])
    if expected.get("by") in ("ASAP", "OPEN", "UNKNOWN"):
        assert clock.due_on is None
    if (flag := expected.get("flag")) is not None:
        excused_late = status_of(clock, expected["as_at"]).claimed_after_breach
        assert flag in {*clock.flags, *(["claimed-after-breach"] if excused_late else [])}


@pytest.mark.parametrize(("example", "expected"), _each())
def test_due_dates_of_the_examples_are_reckoned_from_their_periods(
    example: dict[str, Any], expected: dict[str, Any]
) -> None:
    """``due``, and the days in the status, follow from ``by`` by the small functions of ``reckoned.py``."""
    by, status = expected.get("by"), str(expected["status"])
    if by is None or by in NO_DAY:
        return
    assert RECKONER.period(by) == expected["due"]
    left = (expected["due"] - expected["as_at"]) // timedelta(days=1)
    if status.startswith(("running", "overdue")):
        kind = status.partition("(")[0]
        assert status == (f"running({left}d left)" if kind == "running" else f"overdue({-left}d)")
        assert left >= 0 if kind == "running" else left <= 0


@pytest.mark.parametrize("example", [pytest.param(e, id=e["id"]) for e in EXAMPLES])
def test_events_of_the_examples_are_those_that_are_published(example: dict[str, Any]) -> None:
    """Every type and every field stands in its schema: an example does not rest on what no service says."""
    for fact in facts_of(example["facts"]):
        *_, schema = sorted(SCHEMAS.glob(f"{fact.type}.v*.json"))
        assert set(fact.data) <= set(json.loads(schema.read_text("utf-8"))["properties"]), fact.type


@pytest.mark.parametrize("example", [pytest.param(e, id=e["id"]) for e in EXAMPLES])
def test_every_clock_of_the_examples_explains_itself(example: dict[str, Any]) -> None:
    facts = facts_of(example["facts"])
    for clock in clocks(facts, rules=RULES, calendars=CALENDARS):
        said = explain(clock, facts, rules=RULES, calendars=CALENDARS, as_at=example["expect"][-1]["as_at"])
        assert said["counted_from"]
        assert said["arithmetic"]
        assert clock.legal_ref in said["paragraph"]


def test_the_examples_are_named_once_and_every_word_is_used() -> None:
    ids = [example["id"] for example in EXAMPLES]
    assert len(ids) == len(set(ids)) > 200
    told = {happening["what"] for example in EXAMPLES for happening in example["facts"]}
    assert told >= set(WORDS)


def test_the_examples_speak_of_no_event_that_the_engine_does_not_know() -> None:
    """A word no rule reads would prove nothing; those that are read nowhere are told for the story's sake."""
    known = relevant_types(RULES)
    told = {fact.type for example in EXAMPLES for fact in facts_of(example["facts"])}
    unread = {type_ for type_ in told - set(known) if not type_.endswith("-date-corrected")}
    assert unread <= {
        "referral.duplicate-request-linked",
        "assessment.advice-chased",
        "assessment.appointment-missed",
        "assessment.went-on-without-advice",
        "plan.direct-payment-agreed",
    }
