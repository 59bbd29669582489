"""Happenings in the statute's words (``outside/*.yaml``), put into the events the services publish.

A happening is ``{day, what, …}``: a day in London (or an instant), what happened, and details. ``ref`` names a thing,
``of`` and others point at it. An example knows one plan ``p``, one dispute and, unless it says otherwise, one request
``r``. ``known``: the day on which it was recorded, if not its own; ``child``, ``la``: another case, another authority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from projections.deadlines import Fact

from shared import london_date

Said = tuple[str, dict[str, Any]]
WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("outside").joinpath("words.yaml").read_text("utf-8"))
RIGHTS = ("appeal", "time_limits", "mediation", "disagreement_and_advice")
LA = "801"
OF_PLAN = ("order-", "concede-", "reassessment-")
"""Limits whose exceptions the plan service records."""


@dataclass(frozen=True)
class Happening:
    """One happening on its day in London; ``number`` is its place in the example."""

    on: date
    number: int
    details: Mapping[str, Any]

    def get(self, name: str) -> Any:
        return self.on if name == "day" else self.details.get(name)


def facts_of(happenings: list[dict[str, Any]]) -> tuple[Fact, ...]:
    """The events of an example, recorded at noon of their days in the order in which they are told."""
    return tuple(_facts(happenings))


def _facts(happenings: list[dict[str, Any]]) -> Iterator[Fact]:
    named: dict[str, str] = {}
    for number, details in enumerate(happenings):
        on = details["day"]
        instant = datetime.fromisoformat(on) if isinstance(on, str) else None
        day = london_date(instant) if instant else on
        noted = details.get("known", day)
        at = instant or datetime(noted.year, noted.month, noted.day, 12, 0, number, tzinfo=UTC)
        case_id, la_code = str(details.get("child", "case")), str(details.get("la", LA))
        for place, (type_, data) in enumerate(_said(Happening(day, number, details), named)):
            event_id = f"event-{number:02}-{place}"
            named.setdefault(str(details.get("ref")), event_id)
            filled = {name: _wire(value) for name, value in data.items() if value is not None}
            yield Fact(event_id, type_, day, at, la_code, {"case_id": case_id, **filled})


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _said(h: Happening, named: Mapping[str, str]) -> Iterator[Said]:
    what = h.details["what"]
    if what == "date was wrong":
        yield "plan.plan-date-corrected", {"corrects": named[h.get("of")], "was": h.get("was"), "now": h.get("now")}
    elif what in SEVERAL:
        yield from SEVERAL[what](h)
    else:
        type_, fields = WORDS[what]
        yield type_, {field: _value(h, source) for field, source in fields.items()}


def _value(h: Happening, source: Any) -> Any:
    """See the head of ``words.yaml``. What a notice about "the plan" itself is about has no decision of its own."""
    if not isinstance(source, str):
        return source
    return next((found for part in source.split("|") if (found := _part(h, part)) not in (None, "plan", "cease")), None)


def _part(h: Happening, part: str) -> Any:
    match part[0]:
        case "=":
            return part[1:]
        case "#":
            return f"{part[1:]}{h.number}"
        case "*":
            return {right: right != h.get("lacking") for right in RIGHTS}
        case _:
            return h.get(part)


def _final(h: Happening) -> Iterator[Said]:
    """A plan that names a setting comes after the decision to name it, which says under which law it is named."""
    outside = h.get("type") == "INDEPENDENT_OTHER"
    named = {
        "plan_id": "p",
        "setting_id": h.get("setting"),
        "setting_type": "INDEPENDENT" if outside else h.get("type") or "MAINSTREAM",
    }
    if h.get("setting"):
        route = "S9_EA96" if outside else "S38_3"
        yield "placement.naming-decision-made", {**named, "naming_id": "n", "decision": "NAMED", "legal_route": route}
    again = h.get("reassessment")
    issued = {"request_id": None if again else "r", "reassessment_id": again, "order_id": h.get("under")}
    issued["decision_id"] = f"decision{h.number}"
    yield "plan.final-plan-issued", {**issued, **named, "rights": dict.fromkeys(RIGHTS, True)}


def _advice(h: Happening) -> Iterator[Said]:
    """Health bodies are under a duty to cooperate (s.31), psychologists and social care are the authority's own."""
    whose = h.details["from"]
    asked = {"request_id": "r", "advice_id": h.get("ref"), "reached_adviser_on": h.get("reached")}
    asked["reg6_code"] = {"HEALTH": "6(1)(c)", "PSYCHOLOGIST": "6(1)(d)", "SOCIAL_CARE": "6(1)(e)"}[whose]
    yield "assessment.advice-requested", {**asked, "cooperating_body": whose == "HEALTH"}


def _claim(h: Happening) -> Iterator[Said]:
    limit = h.details["limit"]
    service, episode = ("plan", {"plan_id": "p"}) if limit.startswith(OF_PLAN) else ("assessment", {"request_id": "r"})
    fields = {"limit_id": "limit", "subject_id": "of", "ground": "ground", "fact_from": "from", "fact_to": "to",
              "advice_asked_on": "asked", "first_closed_day": "closed", "reopens_on": "reopens"}  # fmt: skip
    claim = {field: h.get(detail) for field, detail in fields.items()}
    exception_id = h.get("ref") or f"exception{h.number}"
    yield f"{service}.exception-claimed", {"exception_id": exception_id, **episode, **claim}


def _missed(h: Happening) -> Iterator[Said]:
    """The missed appointment, and the exception that is claimed because of it."""
    yield "assessment.appointment-missed", {"request_id": "r", "advice_id": h.get("of")}
    claim = {"limit": "provide-advice-cooperating-body", "ground": "MISSED_APPOINTMENT", "from": h.on, "to": h.on}
    yield from _claim(Happening(h.on, h.number, {**h.details, **claim}))


SEVERAL: dict[str, Callable[[Happening], Iterator[Said]]] = {
    "final plan sent": _final,
    "advice sought": _advice,
    "exception claimed": _claim,
    "appointment missed": _missed,
}
