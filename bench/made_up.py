"""Events of the size that cases have (data and metadata together about 700 B), and logs filled with them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import asyncpg
import orjson
from shared.core.codec import NewEvent

TYPE = "referral.bench-happened"
_ACTOR = {"la_code": "801", "org_id": "801", "role": "send_caseworker", "user_id": "caseworker-07"}
METADATA = orjson.dumps(
    {
        "actor": _ACTOR,
        "causation_id": None,
        "correlation_id": "7f0f7a52-6f0b-4b63-9b5c-1f0f4f3f8d11",
        "fingerprint": "0123456789abcdef",
        "policy_regime": "CFA2014",
        "traceparent": None,
    }
)
TEXT = "v1:" + "Zm9yIHRoZSBiZW5jaG1hcms" * 12
"""As long as a sealed paragraph."""


def data(case_id: UUID | str) -> bytes:
    return orjson.dumps({"case_id": str(case_id), "occurred_on": "2026-09-07", "text": TEXT, "type": TYPE})


def events(case_id: UUID, number: int) -> list[NewEvent]:
    return [NewEvent(uuid4(), TYPE, 1, data(case_id), METADATA) for _ in range(number)]


_CHUNK = 20_000
_FILL = """
select count(es.append_one(
    (n / $3 % 16)::int, 'case-' || md5((n / $3)::text)::uuid, (n % $3)::int, gen_random_uuid(), '801',
    timestamptz '2026-09-07 09:00Z' + n * interval '1 millisecond', gen_random_uuid(), $4, 1,
    convert_to(replace($5, 'CASE', md5((n / $3)::text)::uuid::text), 'UTF8'), convert_to($6, 'UTF8')))
  from (select generate_series($1::bigint, $2::bigint) as n) as numbers
"""


async def fill(
    owner_url: str, *, first: int, until: int, per_stream: int = 50, advance: Callable[[int], None] = lambda _: None
) -> None:
    """Append the events numbered ``first`` to ``until`` (not included) by the store's own function, 50 a stream."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("set synchronous_commit = off")
        for start in range(first, until, _CHUNK):
            end = min(until, start + _CHUNK)
            await connection.fetchval(
                _FILL, start, end - 1, per_stream, TYPE, data("CASE").decode(), METADATA.decode(), timeout=600
            )
            advance(end - start)
        await connection.execute("set synchronous_commit = on")
        await connection.execute("analyze es.events")
        await connection.execute("checkpoint")
    finally:
        await connection.close()
