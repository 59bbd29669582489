"""A service's HTTP edge as in production, over a store in memory: ``python -m tests.chaos.fuzz_server NAME PORT``.

Anybody is let in: ``Bearer 801`` is a caseworker of authority 801. The projections, which have no store in memory, read
the database in PROJECTIONS_DATABASE_URL.
"""

from __future__ import annotations

import asyncio
import os
import sys
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from projections.api import build_query_api
from projections.reading import reading_url
from projections.web import Sources
from pydantic import SecretStr
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.edge.db import open_pool
from shared.edge.settings import Settings
from shared.edge.telemetry import configure_logging
from shared.processes import serve
from shared.service import Service, utc_now
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app


class Anybody:
    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="fuzz", role="send_caseworker", org_id="801", la_code=authorization.split()[-1])


async def application(name: str) -> FastAPI:
    tokens: Any = Anybody()
    if name == "projections":
        pool = await open_pool(reading_url(os.environ["PROJECTIONS_DATABASE_URL"]))
        return build_query_api(sources=Sources(pool, MemoryKeyring(), utc_now, 30.0), tokens=tokens)
    service: Service = import_module(f"{name}.app").service
    return build_app(
        name=service.name, handler=service.handler(MemoryEventStore(), MemoryKeyring()), routes=service.routes,
        tokens=tokens, clock=utc_now, demo_clock=False,
    )  # fmt: skip


async def main(name: str, port: int) -> None:
    configure_logging(name)
    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    settings = Settings(
        service=name, environment="test", database_url=nowhere, keyring_database_url=nowhere,
        key_encryption_key=SecretStr(""), kafka_bootstrap_servers="127.0.0.1:9", oidc_issuer="http://127.0.0.1:9",
        http_port=port,
    )  # fmt: skip
    await serve(await application(name), settings)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
