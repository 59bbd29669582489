"""Suspensions back to back are one period of exclusion; others are never added together (SI 2007/1870 reg 3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any

from .calendars import SchoolCalendar, Undecidable
from .case import ByType
from .facts import Fact

SUSPENDED, EXCLUDED = "ap-intervention.pupil-suspended", "ap-intervention.pupil-permanently-excluded"


def join(by_type: ByType, school_of: Any) -> None:
    """Give every suspension its ``period_id`` (the first one of its period) and ``period_days`` (school days of all).

    A suspension goes on with another if it says so, or if it begins on the school day after the other's last one.
    ``school_of(setting_id, la_code)`` gives a calendar or None.
    """
    if EXCLUDED in by_type:
        by_type[EXCLUDED] = [_with(fact, exclusion_kind="PERMANENT") for fact in by_type[EXCLUDED]]
    if SUSPENDED not in by_type:
        return
    firsts: dict[str, str] = {}
    days: dict[str, Decimal] = {}
    earlier: list[Fact] = []
    for fact in by_type[SUSPENDED]:
        own = _id(fact)
        before = _named(fact, firsts) or _adjacent(fact, earlier, school_of)
        first = firsts.get(before, before) if before else own
        if own not in firsts:
            days[first] = days.get(first, Decimal(0)) + school_days(fact)
        firsts.setdefault(own, first)
        earlier.append(fact)
    by_type[SUSPENDED] = [
        _with(
            fact,
            exclusion_kind="SUSPENSION",
            period_id=firsts[_id(fact)],
            period_days=str(days[firsts[_id(fact)]]),
        )
        for fact in by_type[SUSPENDED]
    ]


def school_days(fact: Fact) -> Decimal:
    """How many school days; a lunchtime counts as half. 0 if nothing legible is recorded."""
    try:
        days = Decimal(str(fact.data.get("school_days", 0)))
    except InvalidOperation:
        return Decimal(0)
    return days if days.is_finite() and days > 0 else Decimal(0)


def _id(fact: Fact) -> str:
    return str(fact.data.get("exclusion_id") or fact.event_id)


def _named(fact: Fact, firsts: dict[str, str]) -> str | None:
    named = fact.data.get("continues_exclusion_id")
    return str(named) if named is not None and str(named) in firsts else None


def _adjacent(fact: Fact, earlier: list[Fact], school_of: Any) -> str | None:
    calendar: SchoolCalendar | None = school_of(fact.data.get("setting_id"), fact.la_code)
    if calendar is None:
        return None
    for other in reversed(earlier):
        if other.data.get("setting_id") != fact.data.get("setting_id") or not (length := school_days(other)):
            continue
        try:
            last = calendar.nth(other.occurred_on, ceil(length))
            if other.occurred_on < fact.occurred_on <= calendar.after(last, 1):
                return _id(other)
        except Undecidable:
            continue
    return None


def _with(fact: Fact, **more: Any) -> Fact:
    return replace(fact, data={**fact.data, **more})
