"""What front-ends and auditors ask, against one large authority: 20,000 plans, each of about 60 events.

Times are those of our own query code on a connection, from asking to rows in hand: everything the database does, its
answer on the wire, and the opening of the rows. The HTTP around it is not in them (see `latency` for what that costs).
With `--long` nine more authorities of the same size lie beside it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import asyncpg
from projections.clocks.projection import deadlines
from projections.clocks.query import known
from projections.clocks.rows import work_out
from projections.clocks.telling import Teller
from projections.clocks.worklist import Wanted, worklist
from projections.processes import MIGRATIONS
from projections.reading import Reading, reading, reading_url
from projections.timeline.query import Wanted as Asked
from projections.timeline.query import page
from shared.edge.db import open_pool

from . import authority, followers
from .figures import Figure, quantile, under
from .machine import Watch
from .place import AUTHORITY, Place

PLANS = 20_000
LONG_CASE = 200
CALLS = 300
ROUNDS = 5
TODAY = date(2025, 3, 3)
NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
THEN = datetime(2023, 6, 1, 9, tzinfo=UTC)
WORKLIST, AS_AT = under(20.0), under(10.0)

Ask = Callable[[Reading], Awaitable[Any]]


async def measure(place: Place) -> list[Figure]:
    plans = 500 if place.quick else PLANS
    await place.database("projections", MIGRATIONS)
    codes = [AUTHORITY, *(f"{n}" for n in range(901, 910) if place.long)]
    for code in codes:
        place.say(f"making authority {code} of {plans:,} plans")
        await authority.fill(place, "projections", code, plans, long_case=LONG_CASE)
    owner = await asyncpg.connect(place.owner_url("projections"))
    open_clocks = await owner.fetchval(
        "select count(*) from deadlines_v1.clocks where la_code = $1 and ended_on is null and not passes", AUTHORITY
    )
    await owner.close()
    pool = await open_pool(reading_url(place.url("projections")), min_size=2, max_size=2)
    place.say(f"asking ({open_clocks:,} open clocks)")

    def enter() -> AbstractAsyncContextManager[Reading]:
        return reading(pool, AUTHORITY, now=NOW, limit_seconds=30.0)

    figures = []
    more = {"open_clocks": open_clocks, "authorities": len(codes)}
    for what, ask, target in _asked():
        rounds = []
        for _ in range(1 if place.quick else ROUNDS):
            with Watch(place.others):
                rounds.append(await _times(enter, ask, 20 if place.quick else CALLS))
        for name, q in (("p50", 0.5), ("p99", 0.99)):
            took = [quantile(times, q) for times in rounds]
            figures.append(Figure(f"{what}, {name}", "ms", took, target=target, more=more))
    await pool.close()
    place.say("following changes")
    return [*figures, *await followers.measure(place)]


def _asked() -> list[tuple[str, Ask, Any]]:
    case = authority.case_of(AUTHORITY, 0)

    async def list_page(reading: Reading, **wishes: Any) -> Any:
        teller = Teller(await reading.freshness("deadlines", deadlines.topics), NOW)
        return await worklist(reading, Wanted(TODAY, limit=50, **wishes), teller)

    async def third_page(reading: Reading) -> Any:
        cursor = None
        for _ in range(3):
            _, cursor = await list_page(reading, cursor=cursor)

    async def clocks_then(reading: Reading) -> Any:
        found = await known(reading, case, THEN)
        return work_out(found.facts, found.calendars)

    lists = "worklist, 50 rows"
    return [
        (f"{lists}, whole authority", list_page, WORKLIST),
        (f"{lists}, one caseworker", partial(list_page, caseworker="cw-07"), WORKLIST),
        (f"{lists}, one team, overdue", partial(list_page, team="team-3", statuses=frozenset({"overdue"})), WORKLIST),
        (f"{lists}, first three pages", third_page, None),
        ("timeline of a case of 200 events, 100 rows", partial(page, case_id=case, wanted=Asked(NOW)), AS_AT),
        ("all rows of that timeline", partial(page, case_id=case, wanted=Asked(NOW, limit=500)), AS_AT),
        ("that timeline as at a day two years ago", partial(page, case_id=case, wanted=Asked(THEN, limit=500)), AS_AT),
        ("the case's clocks as at that day, reckoned", clocks_then, AS_AT),
    ]


async def _times(enter: Callable[[], AbstractAsyncContextManager[Reading]], ask: Ask, calls: int) -> list[float]:
    """Milliseconds of each call, in its own transaction."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        async with enter() as found:
            await ask(found)
        took.append((time.perf_counter() - began) * 1e3)
    return took
