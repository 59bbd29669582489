"""The stream of changed cases: resumed where it was left, complete, bounded, of one authority only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from projections import changes
from projections.changes import Change, Position
from projections.following import Following, _by_case
from projections.projection import LiveEffect
from projections.web import Sources
from shared.core.ids import lane_of
from shared.edge.db import Pool

from .log import Log, case

Told = list[dict[str, Any]]


class Follower:
    """A front-end: reads the stream, remembers the last id, and comes again."""

    def __init__(self, following: Following, la_code: str = "801") -> None:
        self.following, self.la_code = following, la_code
        self.last_id: str | None = None
        self.changes: Told = []
        self._stream: AsyncIterator[bytes] | None = None

    async def connect(self) -> None:
        self._stream = self.following.events(self.la_code, await self.following.start_of(self.last_id))
        await self.read(until=lambda kind: kind == "freshness")

    async def read(self, *, until: Any, within: float = 5.0) -> None:
        assert self._stream is not None
        async with asyncio.timeout(within):
            async for chunk in self._stream:
                for kind, id, data in _messages(chunk):
                    if id is not None:
                        self.last_id = id
                    if kind == "case-changed":
                        self.changes.append(data)
                    if until(kind):
                        return

    async def hear_of(self, *cases: int) -> None:
        wanted = {str(case(n)) for n in cases}
        await self.read(until=lambda _: wanted <= {c["case_id"] for c in self.changes})

    async def leave(self) -> None:
        await self._stream.aclose()  # type: ignore[union-attr]


def _messages(chunk: bytes) -> list[tuple[str, str | None, Any]]:
    found = []
    for block in chunk.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], lines.get("id"), orjson.loads(lines["data"])))
    return found


@pytest.fixture
async def following(sources: Sources) -> Following:
    return Following(sources, look_every=0.01, heartbeat=0.05)


@pytest.fixture
def happen(log: Log, pool: Pool, effects: list[LiveEffect]) -> Any:
    async def happen(*of: int, la: str = "801") -> None:
        for number in of:
            await log.happened("referral.concern-raised", "2026-03-01", of=number, la=la)
        await log.apply(pool, effects)

    return happen


async def test_a_follower_hears_of_changed_cases_and_in_what(following: Following, happen: Any) -> None:
    follower = Follower(following)
    await follower.connect()
    await happen(1)
    await follower.read(until=lambda _: {"timeline", "register"} <= {w for c in follower.changes for w in c["changed"]})
    change = follower.changes[-1]
    assert change["case_id"] == str(case(1))
    assert change["positions"] == {"send.referral.v1": 1}


async def test_it_resumes_where_it_was_left_whatever_happened_meanwhile(
    following: Following, sources: Sources, happen: Any
) -> None:
    follower = Follower(following)
    await follower.connect()
    await happen(1, 2)
    await follower.hear_of(1, 2)
    await follower.leave()
    follower.changes = []
    await happen(3, 2)
    again = Follower(Following(sources, look_every=0.01, heartbeat=0.05))  # after a restart of the API
    again.last_id = follower.last_id
    await again.connect()
    await again.hear_of(2, 3)
    assert str(case(1)) not in {c["case_id"] for c in again.changes}


async def test_a_case_that_changed_often_while_one_was_away_comes_once(following: Following, happen: Any) -> None:
    follower = Follower(following)
    await follower.connect()
    await follower.leave()
    for _ in range(5):
        await happen(1)
    await follower.connect()
    await follower.hear_of(1)
    await follower.read(until=lambda kind: kind == "freshness")
    assert [c["changed"] for c in follower.changes] == [["register", "timeline"]] or len(follower.changes) <= 2


async def test_nobody_hears_of_another_authoritys_cases(following: Following, happen: Any) -> None:
    follower = Follower(following)
    await follower.connect()
    await happen(1, la="802")
    await happen(2)
    await follower.hear_of(2)
    assert {c["case_id"] for c in follower.changes} == {str(case(2))}


async def test_without_changes_it_says_how_fresh_the_data_is(following: Following) -> None:
    follower = Follower(following)
    await follower.connect()
    await follower.read(until=lambda kind: kind == "freshness")
    await follower.read(until=lambda kind: kind == "freshness")
    assert follower.changes == []


async def test_followers_at_the_same_place_share_one_query(following: Following, happen: Any) -> None:
    many = [Follower(following) for _ in range(20)]
    for follower in many:
        await follower.connect()
    await happen(1)
    reads = 0
    read = following._read

    async def counted(*arguments: Any) -> Any:
        nonlocal reads
        reads += 1
        return await read(*arguments)

    following._read = counted  # type: ignore[method-assign]
    await asyncio.gather(*(f.hear_of(1) for f in many))
    assert reads <= 4


def test_a_message_carries_the_position_that_is_safe_to_resume_from() -> None:
    from shared.service import utc_now

    rows = [Change(id, what, 3, number, "t", number, utc_now()) for id, what, number in
            [("a", "timeline", 5), ("b", "timeline", 6), ("a", "deadlines", 7), ("c", "timeline", 8)]]  # fmt: skip
    told = [(body["case_id"], position.numbers[3]) for body, position in _by_case(rows, Position())]
    # b's only row is 6, but after it a's row 5 has not been sent.
    assert told == [("b", 4), ("a", 7), ("c", 8)]


@pytest.mark.parametrize("id", ["", "1.2.3", "x" * 16, ".".join(["-1"] * 16), "1." * 16])
async def test_an_id_that_this_stream_never_gave_is_refused(client: httpx.AsyncClient, id: str) -> None:
    response = await client.get("/changes", headers={"Last-Event-ID": id})
    assert response.status_code == 422
    assert response.json()["fields"][0]["field"] == "Last-Event-ID"


async def test_numbers_of_a_lane_are_handed_out_in_the_order_of_commits(pool: Pool, log: Log) -> None:
    """A second writer of the same lane waits for the first, so no follower can pass over the slower one."""
    first = await log.happened("referral.concern-raised", "2026-03-01")
    async with pool.acquire() as one, pool.acquire() as two:
        slow = one.transaction()
        await slow.start()
        await changes.note(one, "timeline", [first], {str(case(1)): "801"})

        async def quick() -> None:
            async with two.transaction():
                await changes.note(two, "register", [first], {str(case(1)): "801"})

        other = asyncio.create_task(quick())
        done, _ = await asyncio.wait([other], timeout=0.2)
        assert not done
        assert await changes.heads(pool) == Position()
        await slow.commit()
        await other
    found = await changes.after(pool, "801", Position())
    assert [(c.what, c.number) for c in found] == [("timeline", 1), ("register", 2)]
    assert found[0].lane == lane_of(case(1))
