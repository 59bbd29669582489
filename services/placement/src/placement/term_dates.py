"""Term dates of a setting and of the authority, by academic year. School-day limits are counted by them.

A school day is a day with a session at that school (Education Act 1996, s.579): days outside the terms, weekends and
bank holidays are not; half-terms, INSET and closure days inside a term are named one by one. After a child leaves a
school's roll the home authority's own calendar counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from shared.core.messages import Filled

from placement.setting import Setting, setting
from shared import (
    UNFILLED,
    Actor,
    Command,
    DateCorrected,
    Decider,
    Decision,
    Event,
    Reference,
    Rejected,
    Value,
    derived_id,
)


class Term(Value):
    """A term or half-term; both days are in it."""

    first_day: date
    last_day: date


class YearDates(Value):
    """One academic year, 1 August to 31 August of the next year at the widest."""

    academic_year: Annotated[str, Field(pattern=r"^20[0-9]{2}/[0-9]{2}$", examples=["2026/27"])]
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=12)]
    not_school_days: tuple[date, ...] = ()
    """Days inside a term without a session: half-term, INSET, closure. Weekends and bank holidays need no entry."""


class CheckedYearDates(YearDates):
    """Dates as a caller states them: in order, and inside their year."""

    @field_validator("academic_year")
    @classmethod
    def _two_years_running(cls, year: str) -> str:
        if (int(year[:4]) + 1) % 100 != int(year[5:]):
            raise ValueError("must name two years in a row, like 2026/27")
        return year

    @field_validator("terms")
    @classmethod
    def _in_order(cls, terms: tuple[Term, ...], info: ValidationInfo) -> tuple[Term, ...]:
        if any(term.last_day < term.first_day for term in terms):
            raise ValueError("a term cannot end before it begins")
        if any(after.first_day <= before.last_day for before, after in pairwise(terms)):
            raise ValueError("terms must come in order and must not overlap")
        _inside((day for term in terms for day in (term.first_day, term.last_day)), info)
        return terms

    @field_validator("not_school_days")
    @classmethod
    def _in_the_year(cls, days: tuple[date, ...], info: ValidationInfo) -> tuple[date, ...]:
        _inside(days, info)
        return tuple(sorted(set(days)))


def _inside(days: Any, info: ValidationInfo) -> None:
    if (year := info.data.get("academic_year")) is None:
        return
    first = int(year[:4])
    for day in days:
        if not date(first, 8, 1) <= day <= date(first + 1, 8, 31):
            raise ValueError(f"{day} is not in the academic year {year}")


# --- events ---


class SettingTermDatesPublished(YearDates, Event):
    """A setting's term dates of one academic year; published again, they replace what was there for that year."""

    type: Literal["placement.setting-term-dates-published"] = "placement.setting-term-dates-published"
    setting_id: UUID


class SettingTermDatesDateCorrected(DateCorrected):
    """The date of an earlier publication was recorded wrongly."""

    type: Literal["placement.setting-term-dates-date-corrected"] = "placement.setting-term-dates-date-corrected"
    setting_id: UUID


class AuthorityTermDatesPublished(YearDates, Event):
    """The authority's own term dates of one academic year."""

    type: Literal["placement.authority-term-dates-published"] = "placement.authority-term-dates-published"
    authority_id: UUID


class AuthorityTermDatesDateCorrected(DateCorrected):
    """The date of an earlier publication was recorded wrongly."""

    type: Literal["placement.authority-term-dates-date-corrected"] = "placement.authority-term-dates-date-corrected"
    authority_id: UUID


TermDatesEvent = (
    SettingTermDatesPublished
    | SettingTermDatesDateCorrected
    | AuthorityTermDatesPublished
    | AuthorityTermDatesDateCorrected
)

# --- state ---


@dataclass(frozen=True, slots=True)
class TermDates:
    years: dict[str, YearDates] = field(default_factory=dict)


def evolve(state: TermDates, event: TermDatesEvent) -> TermDates:
    match event:
        case SettingTermDatesPublished() | AuthorityTermDatesPublished():
            return replace(state, years={**state.years, event.academic_year: _dates(event)})
        case SettingTermDatesDateCorrected() | AuthorityTermDatesDateCorrected():
            return state
        case _ as never:
            assert_never(never)


def _dates(whole: YearDates) -> YearDates:
    return YearDates(**_stated(whole))


def _stated(whole: YearDates) -> dict[str, Any]:
    return {name: getattr(whole, name) for name in YearDates.model_fields}


# --- commands ---


def authority_id_of(la_code: str) -> UUID:
    """The id under which an authority's own term dates stand."""
    return derived_id("authority-term-dates", la_code)


AuthorityOfCaller = Annotated[UUID, Filled(lambda _, by, __, ___: _authority_of(by))]
"""The caller's own authority; nobody can publish for another."""


def _authority_of(by: Actor) -> UUID:
    return authority_id_of(by.la_code)


class PublishSettingTermDates(CheckedYearDates, Command):
    """Publish a setting's term dates of one academic year, or replace them."""

    setting_id: UUID


class PublishAuthorityTermDates(CheckedYearDates, Command):
    """Publish the authority's own term dates of one academic year, or replace them."""

    authority_id: AuthorityOfCaller = UNFILLED


# --- decisions ---


def _publish_for_setting(command: PublishSettingTermDates, _: TermDates, of: Setting) -> Sequence[Event]:
    if of.profile is None:
        raise Rejected("setting-not-registered", "This setting is not in the directory; register it first.")
    return [
        SettingTermDatesPublished(**_stated(command), occurred_on=command.occurred_on, setting_id=command.setting_id)
    ]


def _publish_for_authority(command: PublishAuthorityTermDates, _: TermDates) -> Sequence[Event]:
    return [
        AuthorityTermDatesPublished(
            **_stated(command), occurred_on=command.occurred_on, authority_id=command.authority_id
        )
    ]


def _same_dates(command: CheckedYearDates, state: TermDates) -> bool:
    return state.years.get(command.academic_year) == _dates(command)


setting_term_dates = Decider(
    name="setting-term-dates",
    key="setting_id",
    initial=TermDates(),
    evolve=evolve,
    events=SettingTermDatesPublished | SettingTermDatesDateCorrected,
    decisions=[
        Decision(
            PublishSettingTermDates,
            _publish_for_setting,
            already=_same_dates,
            opens=True,
            reads=Reference(setting, "setting_id"),
        )
    ],
)

authority_term_dates = Decider(
    name="authority-term-dates",
    key="authority_id",
    initial=TermDates(),
    evolve=evolve,
    events=AuthorityTermDatesPublished | AuthorityTermDatesDateCorrected,
    decisions=[Decision(PublishAuthorityTermDates, _publish_for_authority, already=_same_dates, opens=True)],
)
