"""The keyring: a data key per person, wrapped by a key-encryption key, in a database of its own.

Behind the small ``Keyring`` interface a KMS or Vault can stand. Services cache keys for seconds, so an
erasure takes effect everywhere within ``CACHE_SECONDS``.
"""

from __future__ import annotations

import asyncio
import base64
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.core.errors import SendError
from shared.core.personal import DataKey

from .db import Pool, migrate, queries

CACHE_SECONDS = 10.0
_CACHE_SIZE = 20_000
_SQL = queries("keyring_queries")


class WrongKeyEncryptionKey(SendError):
    """KEY_ENCRYPTION_KEY is not the one this keyring was made with."""

    code = "wrong-key-encryption-key"


class Keyring(Protocol):
    async def keys(self, persons: Sequence[UUID], *, create: bool = False) -> dict[UUID, DataKey | None]:
        """Each person's key; None if the person was erased, or has no key and ``create`` is False."""
        ...

    async def erase(self, person: UUID) -> None:
        """Destroy the person's key. There is no way back."""
        ...


class PostgresKeyring:
    def __init__(self, pool: Pool, key_encryption_key: str) -> None:
        secret = base64.b64decode(key_encryption_key)
        if len(secret) != 32:
            raise ValueError("KEY_ENCRYPTION_KEY must be the base64 of 32 bytes")
        self.pool = pool
        self._wrapper = AESGCM(secret)
        self._cache: dict[UUID, tuple[float, DataKey | None]] = {}

    async def keys(self, persons: Sequence[UUID], *, create: bool = False) -> dict[UUID, DataKey | None]:
        now = time.monotonic()
        wanted = set(persons)
        found = {p: hit[1] for p in wanted if (hit := self._cache.get(p)) is not None and hit[0] > now}
        if missing := [p for p in wanted if p not in found]:
            known = await self._make(missing) if create else {}
            if others := [p for p in missing if p not in known]:
                known |= await self._read(others)
            if len(self._cache) > _CACHE_SIZE:
                self._cache.clear()
            self._cache |= {p: (now + CACHE_SECONDS, key) for p, key in known.items()}
            found |= {p: known.get(p) for p in missing}
        return found

    async def erase(self, person: UUID) -> None:
        await self.pool.execute(_SQL["erase"], person)
        self._cache.pop(person, None)

    async def _make(self, persons: Sequence[UUID]) -> dict[UUID, DataKey | None]:
        """New keys for those who have none. Whoever is to be written about without being known here is mostly new."""
        wrapped = [self._wrap(p, os.urandom(32)) for p in persons]
        return self._opened(await self.pool.fetch(_SQL["make"], list(persons), wrapped))

    async def _read(self, persons: Sequence[UUID]) -> dict[UUID, DataKey | None]:
        return self._opened(await self.pool.fetch(_SQL["keys"], list(persons)))

    def _opened(self, rows: Iterable[Any]) -> dict[UUID, DataKey | None]:
        return {row["person_id"]: self._unwrap(row["person_id"], row["wrapped"]) for row in rows}

    def _wrap(self, person: UUID, secret: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._wrapper.encrypt(nonce, secret, person.bytes)

    def _unwrap(self, person: UUID, wrapped: bytes | None) -> DataKey | None:
        if wrapped is None:
            return None
        try:
            return DataKey(self._wrapper.decrypt(wrapped[:12], wrapped[12:], person.bytes))
        except InvalidTag as exc:
            raise WrongKeyEncryptionKey from exc


def main() -> None:
    """``python -m shared.edge.keyring migrate``: make the keyring's table in its database."""
    if sys.argv[1:] != ["migrate"]:
        sys.exit("usage: python -m shared.edge.keyring migrate")
    app_url = os.environ.get("KEYRING_DATABASE_URL")
    url = os.environ.get("KEYRING_MIGRATION_DATABASE_URL") or app_url
    if url is None:
        sys.exit("KEYRING_DATABASE_URL is not set")
    asyncio.run(migrate(url, [("shared.edge.sql", "keyring")], app_url=app_url))


if __name__ == "__main__":
    main()
