"""What a setting says about its places, and how many are free on a day. Pure (Green Paper 2.5)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared import Value

Places = Annotated[int, Field(ge=0, le=20_000)]


class CapacitySource(StrEnum):
    SETTING = "SETTING"
    SCAP = "SCAP"
    """The yearly school capacity survey."""
    CENSUS = "CENSUS"


class ConfirmedStart(Value):
    """Children who will join the roll: agreed, not yet on it."""

    starts_on: date
    count: Annotated[int, Field(ge=1, le=1000)] = 1


class ConfirmedLeaver(Value):
    """Children on roll who will leave. ``last_day`` is their last day on roll."""

    last_day: date
    count: Annotated[int, Field(ge=1, le=1000)] = 1


class YearGroupRoll(Value):
    """Children on roll in one national curriculum year (-2 for nursery … 14)."""

    year_group: Annotated[int, Field(ge=-2, le=14)]
    on_roll: Places


class Capacity(Value):
    """One report of a setting's places; it speaks for the day it is given for."""

    commissioned_places: Places
    agreed_over_number: Places = 0
    """Places above the commissioned number that were agreed."""
    on_roll: Places
    confirmed_starts: tuple[ConfirmedStart, ...] = ()
    confirmed_leavers: tuple[ConfirmedLeaver, ...] = ()
    by_year_group: tuple[YearGroupRoll, ...] = ()
    source: CapacitySource = CapacitySource.SETTING


def places_available(capacity: Capacity, on: date) -> int:
    """Commissioned + agreed over-number - on roll - confirmed starts + confirmed leavers, for a child starting ``on``.

    Starts up to and on that day take a place; a leaver's place is free from the day after the last day. Negative where
    a setting is over its number: a special school has no legal cap, and if named it must admit.
    """
    joining = sum(start.count for start in capacity.confirmed_starts if start.starts_on <= on)
    leaving = sum(leaver.count for leaver in capacity.confirmed_leavers if leaver.last_day < on)
    return capacity.commissioned_places + capacity.agreed_over_number - capacity.on_roll - joining + leaving
