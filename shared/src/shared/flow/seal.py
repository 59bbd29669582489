"""Seals: signed heads of a service's lanes, published on ``send.seals.v1`` and so kept outside the database.

The chain inside the database finds an edit. A seal finds a forger who also rewrote every hash after it, or who cut
the tail and the lane's head together: the log must still pass through every head that was ever sealed.
Ed25519 (RFC 8032) over the canonical JSON of the seal without its signature.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.core.codec import canonical
from shared.edge.db import Pool
from shared.edge.store import Fault


@dataclass(frozen=True)
class Signer:
    """Signs seals. ``secret`` is the base64 of 32 bytes (SEAL_SIGNING_KEY)."""

    secret: str

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.secret))

    @property
    def public_key(self) -> str:
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def sign(self, seal: dict[str, Any]) -> bytes:
        signature = self._key.sign(canonical(seal))
        return canonical({**seal, "signature": base64.b64encode(signature).decode()})


async def make_seal(service: str, pool: Pool, signer: Signer) -> bytes:
    """The signed heads of all lanes as they are committed at this instant of the database's clock (UTC)."""
    rows = await pool.fetch("select lane, head, hash, epoch, clock_timestamp() as at from es.lanes order by lane")
    lanes = [{"lane": r["lane"], "epoch": r["epoch"], "head": r["head"], "hash": r["hash"].hex()} for r in rows]
    at = rows[0]["at"].astimezone(UTC)
    return signer.sign({"service": service, "at": at, "lanes": lanes, "public_key": signer.public_key})


def opened(seal: bytes, public_key: str) -> dict[str, Any]:
    """The content of a seal. Raises InvalidSignature if it was not signed by the holder of ``public_key``."""
    content: dict[str, Any] = orjson.loads(seal)
    signature = base64.b64decode(content.pop("signature", ""))
    if content.get("public_key") != public_key:
        raise InvalidSignature("signed under another key")
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(signature, canonical(content))
    return content


def seals_about(service: str, seals: Iterable[bytes]) -> list[bytes]:
    """Those that say they are this service's, and those that do not say whose they are."""
    return [raw for raw in seals if _service_of(raw) in (service, None)]


def _service_of(raw: bytes) -> str | None:
    try:
        return str(orjson.loads(raw)["service"])
    except (ValueError, KeyError, TypeError):
        return None


async def verify_seals(service: str, pool: Pool, seals: Iterable[bytes], public_key: str) -> list[Fault]:
    """Every sealed head that the log no longer passes through, and every seal of the service that does not verify."""
    faults = []
    for raw in seals_about(service, seals):
        try:
            seal = opened(raw, public_key)
        except (InvalidSignature, ValueError):
            faults.append(Fault(-1, 0, "a seal was not signed with this service's key"))
            continue
        for lane in seal["lanes"]:
            if lane["head"] == 0:
                continue
            found = await pool.fetchval(
                "select hash from es.events where lane = $1 and sequence = $2", lane["lane"], lane["head"]
            )
            if found is None or found.hex() != lane["hash"]:
                what = "is gone" if found is None else "was rewritten"
                faults.append(Fault(lane["lane"], lane["head"], f"the event sealed at {seal['at']} {what}"))
    return faults
