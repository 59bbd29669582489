"""PostgreSQL and Kafka die and hang, as a whole and in part. Of three brokers always one: the other two go on."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from tests.chaos.surroundings import send_signal

if TYPE_CHECKING:
    from tests.chaos.nemesis import Nemesis

    from . import Weighed

_LEADERS = """
select pg_terminate_backend(pid) from pg_locks
 where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
"""
_SESSIONS = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""
_PIDS = "select pid from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"


async def stop_postgres_at_once(n: Nemesis) -> None:
    seconds = n.random.choice([0.0, 1.0, 3.0])
    n.say(f"PostgreSQL: immediate shutdown; again after {seconds:.1f} s")
    n.cluster.stop_postgres_at_once()
    await asyncio.sleep(seconds)
    await n.cluster.start_postgres()


async def end_the_relays_lead(n: Nemesis) -> None:
    service = n.service()
    async with n.cluster.database(service) as connection:
        ended = await connection.fetch(_LEADERS)
    n.say(f"{service}: terminate the backend that holds the relay's lead ({len(ended)})")


async def end_every_session(n: Nemesis) -> None:
    service = n.service()
    async with n.cluster.database(service) as connection:
        ended = await connection.fetch(_SESSIONS)
    n.say(f"{service}: terminate every session ({len(ended)})")


async def pause_sessions(n: Nemesis) -> None:
    """Some of a service's backends hang, whatever locks they hold."""
    service, seconds = n.service(), n.random.choice([1.0, 4.0])
    async with n.cluster.database(service) as connection:
        pids = [row["pid"] for row in await connection.fetch(_PIDS)]
    chosen = n.random.sample(pids, k=min(3, len(pids)))
    n.say(f"{service}: {len(chosen)} of its sessions hang for {seconds:.1f} s")
    try:
        for pid in chosen:
            send_signal(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
    finally:
        for pid in chosen:
            send_signal(pid, signal.SIGCONT)


async def kill_kafka(n: Nemesis) -> None:
    name, seconds = n.broker(), n.random.choice([0.0, 2.0])
    n.say(f"kill -9 {name}; again after {seconds:.1f} s")
    n.cluster.kill(name)
    await asyncio.sleep(seconds)
    n.cluster.launch(name)
    await n.cluster.until_ready(name)


async def pause_kafka(n: Nemesis) -> None:
    await n.pause(n.broker(), n.random.choice([1.0, 5.0, 12.0, 18.0]))


FAULTS: Weighed = [
    (2, stop_postgres_at_once), (2, end_the_relays_lead), (1, end_every_session), (1, pause_sessions),
    (2, kill_kafka), (2, pause_kafka),
]  # fmt: skip
