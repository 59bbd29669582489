"""The service over HTTP, in one process, on a memory store that each test finds empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from ap_intervention.app import service
from fastapi import FastAPI
from shared.core.errors import Unauthenticated
from shared.core.messages import Actor
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring
from shared.web.http import build_app

from .asking import NOW


class OneTokenPerAuthority:
    """``Bearer 999`` is a caseworker of authority 999."""

    async def actor(self, authorization: str | None) -> Actor:
        if not authorization:
            raise Unauthenticated
        return Actor(user_id="ana", role="send_caseworker", org_id="o", la_code=authorization.split()[-1])


@pytest.fixture(scope="session")
def handler_and_app() -> tuple[Handler, FastAPI]:
    """One app for all: building eighty routes takes most of a second."""
    handler = service.handler(MemoryEventStore(), MemoryKeyring())
    tokens: Any = OneTokenPerAuthority()
    return handler, build_app(
        name=service.name, handler=handler, routes=service.routes, tokens=tokens, clock=lambda: NOW, demo_clock=False
    )


@pytest.fixture
async def client(handler_and_app: tuple[Handler, FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    handler, app = handler_and_app
    handler.store, handler.keyring = MemoryEventStore(), MemoryKeyring()
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer 999"}
    async with httpx.AsyncClient(transport=transport, base_url="http://ap", headers=headers) as client:
        yield client
