"""The facts of one case, ready to be asked: without doubles, corrected, in order, by type, with borrowed fields.

Events name only their own episode. Where a rule asks an event for a field that stands in an earlier event of the same
episode (which request a plan answers, which decision a dispute is about), the field is borrowed by the id they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any

from .facts import Fact, read_date

CORRECTION, RETRACTION = "-date-corrected", "-entry-retracted"
"""How the wire names end of every correction of a date, and of every retraction of an entry that was no fact."""

CLAIMS = frozenset({"assessment.exception-claimed", "plan.exception-claimed"})
CLAIM_ENDS = frozenset({"assessment.exception-ended", "plan.exception-ended"})
CLAIM_REJECTIONS = frozenset({"assessment.exception-rejected", "plan.exception-rejected"})


@dataclass(frozen=True, slots=True)
class Borrow:
    """``field`` is found in an event of ``sources`` with the same ``via``."""

    field: str
    via: str
    sources: tuple[str, ...]


EXCLUSIONS = ("ap-intervention.pupil-suspended", "ap-intervention.pupil-permanently-excluded")
BORROWS = (
    Borrow("request_id", "plan_id", ("plan.plan-opened",)),
    Borrow(
        "in_relevant_youth_accommodation",
        "request_id",
        ("referral.ehc-needs-assessment-requested", "referral.local-authority-became-responsible"),
    ),
    Borrow(
        "decision_id",
        "dispute_id",
        ("plan.mediation-adviser-contacted", "plan.mediation-requested", "plan.appeal-registered"),
    ),
    Borrow("year_group", "plan_id", ("plan.year-group-recorded", "plan.plan-opened")),
    Borrow("plan_kept", "detention_id", ("plan.detention-started",)),
    Borrow("review_id", "notice_id", ("plan.amendment-notice-sent",)),
    Borrow("moves_on", "move_id", ("plan.move-notified",)),
    Borrow("setting_id", "move_id", ("plan.named-setting-found-impractical",)),
    Borrow("reg6_code", "advice_id", ("assessment.advice-requested", "plan.reassessment-advice-requested")),
    Borrow("setting_id", "exclusion_id", EXCLUSIONS),
    Borrow("term_total", "exclusion_id", EXCLUSIONS),
    Borrow("exclusion_kind", "exclusion_id", EXCLUSIONS),
    Borrow("period_id", "exclusion_id", EXCLUSIONS),
)
"""In this order: what is borrowed first can be the way to the next."""

_ORDER = attrgetter("occurred_on", "recorded_at", "event_id")
ByType = dict[str, list[Fact]]


class Case:
    """One case. ``by_type`` holds the facts of each type in order of occurrence."""

    __slots__ = ("by_type", "case_id", "claims")

    def __init__(self, case_id: str, by_type: ByType, claims: Mapping[str, list[Fact]]) -> None:
        self.case_id = case_id
        self.by_type = by_type
        self.claims = claims
        """Exceptions claimed, by the limit they were claimed for."""

    def of(self, *types: str) -> Iterator[Fact]:
        for type_ in types:
            yield from self.by_type.get(type_, ())


def cases(facts: Iterable[Fact]) -> list[Case]:
    """One per ``case_id``, in the order of their ids. Facts that name no case belong to the case without a name."""
    apart: dict[str, dict[str, Fact]] = {}
    corrections: list[Fact] = []
    retracted: set[str] = set()
    for fact in facts:
        if fact.type.endswith(CORRECTION):
            corrections.append(fact)
            continue
        if fact.type.endswith(RETRACTION):
            retracted.add(_text(fact.data.get("retracts")))
            continue
        case_id = fact.data.get("case_id")
        of_case = apart.setdefault(case_id if type(case_id) is str else _text(case_id), {})
        known = of_case.get(fact.event_id)
        if known is None or _ORDER(fact) < _ORDER(known):
            of_case[fact.event_id] = fact
    for event_id in retracted:
        for of_case in apart.values():
            of_case.pop(event_id, None)
    if corrections:
        _correct(apart, corrections)
    return [_case(case_id, list(apart[case_id].values())) for case_id in sorted(apart) if apart[case_id]]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _correct(apart: Mapping[str, dict[str, Fact]], corrections: list[Fact]) -> None:
    """The last correction recorded for a date of an event gives it. One that names no date means the event's day."""
    for fact in sorted(corrections, key=lambda f: (f.recorded_at, f.event_id)):
        event_id, now = _text(fact.data.get("corrects")), read_date(fact.data.get("now"))
        if now is None:
            continue
        for of_case in apart.values():
            if (wrong := of_case.get(event_id)) is not None:
                of_case[event_id] = _corrected(wrong, fact.data.get("field") or "occurred_on", now)


def _corrected(wrong: Fact, field: Any, now: date) -> Fact:
    if field == "occurred_on":
        return replace(wrong, occurred_on=now)
    if type(field) is not str or ((was := wrong.data.get(field)) is not None and read_date(was) is None):
        return wrong  # Only a date becomes a date: no correction moves an event to another case.
    return replace(wrong, data={**wrong.data, field: now.isoformat()})


def _case(case_id: str, facts: list[Fact]) -> Case:
    facts.sort(key=_ORDER)
    by_type: ByType = {}
    for fact in facts:
        if (of_type := by_type.get(fact.type)) is None:
            by_type[fact.type] = [fact]
        else:
            of_type.append(fact)
    claims: dict[str, list[Fact]] = {}
    for type_ in CLAIMS:
        for fact in by_type.get(type_, ()):
            claims.setdefault(_text(fact.data.get("limit_id")), []).append(fact)
    return Case(case_id, by_type, claims)


def lend(by_type: ByType, wanted: Mapping[str, frozenset[str]]) -> None:
    """Fill borrowed fields in. ``wanted``: for each field, the types that are asked for it."""
    for borrow in BORROWS:
        types = wanted.get(borrow.field)
        if types is None:
            continue
        known: dict[str, Any] = {}
        for source in borrow.sources:
            for fact in by_type.get(source, ()):
                if (value := fact.data.get(borrow.field)) and (key := fact.data.get(borrow.via)) is not None:
                    known.setdefault(_text(key), value)
        if known:
            for type_ in types & by_type.keys():
                by_type[type_] = [_filled(fact, borrow, known) for fact in by_type[type_]]


def _filled(fact: Fact, borrow: Borrow, known: Mapping[str, Any]) -> Fact:
    data = fact.data
    if data.get(borrow.field) is not None or (key := data.get(borrow.via)) is None:
        return fact
    if borrow.field == "request_id" and data.get("reassessment_id"):
        return fact  # The plan's first request is not what a re-assessment answers.
    value = known.get(_text(key))
    return fact if value is None else replace(fact, data={**data, borrow.field: value})
