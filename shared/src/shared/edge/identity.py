"""Who is calling: OIDC bearer tokens (RFC 6750, RFC 9068 in spirit), checked against the issuer's keys.

Claims: ``sub``, ``role``, ``la_code`` (three digits) and ``org``. Actor and authority come from here and
from nowhere else.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.core.errors import Unauthenticated, Unavailable
from shared.core.messages import Actor

_ALGORITHMS = ["ES256", "RS256", "EdDSA"]
_LA_CODE = re.compile(r"\d{3}")
_KEYS_SECONDS = 300.0
_REFETCH_SECONDS = 5.0
_CACHE_SIZE = 5_000


class Tokens:
    """Verifies bearer tokens. Keys are fetched once and again when an unknown one appears."""

    def __init__(self, issuer: str, audience: str, *, keys: KeySet | None = None) -> None:
        self.issuer, self.audience = issuer.rstrip("/"), audience
        self._keys = keys
        self._fetched_at = time.monotonic() if keys else -_KEYS_SECONDS
        self._fixed = keys is not None
        self._verified: dict[bytes, tuple[float, Actor]] = {}
        self._lock = asyncio.Lock()

    async def actor(self, authorization: str | None) -> Actor:
        """The caller behind an ``Authorization`` header.

        Raises Unauthenticated if there is none or it does not verify, Unavailable if the issuer cannot be asked.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Send a bearer token: `Authorization: Bearer …`.")
        digest = hashlib.sha256(token.encode()).digest()
        if (hit := self._verified.get(digest)) is not None and hit[0] > time.time():
            return hit[1]
        claims = await self._claims(token)
        actor = _actor(claims)
        if len(self._verified) > _CACHE_SIZE:
            self._verified.clear()
        self._verified[digest] = (float(claims["exp"]), actor)
        return actor

    async def _claims(self, token: str) -> dict[str, Any]:
        keys = await self._key_set(max_age=_KEYS_SECONDS)
        try:
            decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # Perhaps the issuer has new keys: ask once more, but not more often than every few seconds.
            keys = await self._key_set(max_age=_REFETCH_SECONDS)
            try:
                decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
            except (JoseError, ValueError) as exc:
                raise Unauthenticated("The token was not signed by a key of the issuer.") from exc
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(decoded.claims)
        except JoseError as exc:
            raise Unauthenticated(f"The token is not valid here: {exc.description or exc.error}.") from exc
        return dict(decoded.claims)

    async def _key_set(self, *, max_age: float) -> KeySet:
        async with self._lock:
            if self._keys is not None and (self._fixed or time.monotonic() - self._fetched_at < max_age):
                return self._keys
            try:
                async with httpx.AsyncClient(timeout=5.0) as client:
                    configuration = await client.get(f"{self.issuer}/.well-known/openid-configuration")
                    response = await client.get(configuration.raise_for_status().json()["jwks_uri"])
                    self._keys = KeySet.import_key_set(response.raise_for_status().json())
            except (httpx.HTTPError, KeyError, ValueError) as exc:
                if self._keys is not None:
                    return self._keys
                raise Unavailable(f"The token issuer {self.issuer} does not answer.") from exc
            self._fetched_at = time.monotonic()
            return self._keys


def _actor(claims: dict[str, Any]) -> Actor:
    la_code = str(claims.get("la_code", ""))
    role = str(claims.get("role", ""))
    if not _LA_CODE.fullmatch(la_code) or not role:
        raise Unauthenticated("The token names no role, or no authority (la_code, three digits).")
    return Actor(user_id=str(claims["sub"]), role=role, org_id=str(claims.get("org", la_code)), la_code=la_code)
