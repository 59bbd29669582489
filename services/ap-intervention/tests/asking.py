"""Asking the service over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from .examples import CASE, PERSON

CHILD = {"case_id": str(CASE), "person_id": str(PERSON)}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def done(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """The answer to a command that must be accepted."""
    response = await client.post(path, json=body)
    assert response.status_code in (200, 201), response.text
    found: dict[str, Any] = response.json()
    return found
