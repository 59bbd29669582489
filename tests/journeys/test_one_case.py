"""One case through all five services and into the projections, in one process, on a real database and broker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from shared.testing.world import World

from .caller import Caller
from .course import Course
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


async def test_strangers_are_told_nothing(course: Course) -> None:
    await check_strangers(course)


async def test_a_click_counts_once_and_an_old_page_is_refused(course: Course, system: World) -> None:
    await check_clicks(course)
    await system.settle()


async def test_refusals_say_what_is_unmet_and_leave_nothing_behind(course: Course) -> None:
    await check_refusals(course)
