"""The development issuer: an OIDC provider that gives anyone on this machine a token for any role and authority.

It exists so that the demo's services check tokens exactly as they do in production, against a discovery document and
a key set. It refuses to run outside a demo, and listens where it is told to: on loopback.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import ECKey

from demo.home import Home

AUDIENCE = "send-ap"
HOUR = 3600

# The role codes the services know. A wrong one is better refused here than puzzling there.
ROLES = frozenset(
    [
        "parent_carer",
        "young_person",
        "sendias_adviser",
        "senco",
        "ey_senco",
        "headteacher",
        "class_teacher",
        "send_caseworker",
        "send_manager",
        "panel_chair",
        "panel_member",
        "educational_psychologist",
        "health_adviser",
        "social_care_adviser",
        "icb_send_lead",
        "placement_officer",
        "commissioner",
        "finance_officer",
        "setting_admissions",
        "inclusion_officer",
        "ap_lead",
        "ap_keyworker",
        "ap_specialist",
        "partnership_manager",
        "dcs",
        "data_analyst",
        "public_viewer",
        "inspector",
    ]
)


class BadTokenRequest(ValueError):
    """The token asked for cannot exist."""


def make_key() -> bytes:
    """A new signing key as it is kept in `.demo/secrets/`."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True)).encode()


class Issuer:
    def __init__(self, url: str, key: bytes) -> None:
        self.url = url.rstrip("/")
        self._key = ECKey.import_key(json.loads(key))

    @classmethod
    def of(cls, home: Home) -> Issuer:
        """The issuer of the demo that was last set up here; it need not be running. FileNotFoundError without one."""
        return cls(home.addresses().issuer, home.secret("issuer-key.json"))

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks.json",
            "token_endpoint": f"{self.url}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["none"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def key_set(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def token(
        self, *, role: str, authority: str, user: str | None = None, org: str | None = None,
        lifetime: int = 12 * HOUR, age: int = 0,
    ) -> str:  # fmt: skip
        """A signed token, issued ``age`` seconds ago.

        BadTokenRequest for a role nobody has or an authority that is not three digits.
        """
        if role not in ROLES:
            raise BadTokenRequest(f"there is no role {role!r}; roles: {', '.join(sorted(ROLES))}")
        if not (len(authority) == 3 and authority.isdecimal()):
            raise BadTokenRequest(f"an authority is three digits such as 801, not {authority!r}")
        now = int(time.time()) - age
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": user or f"{role}-{authority}",
            "iat": now,
            "exp": now + lifetime,
            "role": role,
            "la_code": authority,
            "org": org or authority,
        }
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)


def application(issuer: Issuer) -> FastAPI:
    app = FastAPI(title="Development issuer", description="Tokens for the demo. Never use it for anything else.")

    @app.get("/.well-known/openid-configuration")
    def configuration() -> dict[str, Any]:
        return issuer.configuration()

    @app.get("/jwks.json")
    def key_set() -> dict[str, Any]:
        return issuer.key_set()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/token", response_model=None)
    async def token(request: Request) -> JSONResponse:
        """A form: `role`, `authority`, and if you like `user`, `org` and `grant_type=client_credentials`."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        if form.get("grant_type", "client_credentials") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        try:
            signed = issuer.token(
                role=form.get("role", ""),
                authority=form.get("authority", ""),
                user=form.get("user"),
                org=form.get("org"),
                lifetime=HOUR,
            )
        except BadTokenRequest as refused:
            return JSONResponse({"error": "invalid_request", "error_description": str(refused)}, status_code=400)
        return JSONResponse({"access_token": signed, "token_type": "Bearer", "expires_in": HOUR})

    return app


def main() -> None:
    if os.environ.get("ENVIRONMENT") != "demo":
        raise SystemExit("the development issuer gives tokens to anyone; it runs with ENVIRONMENT=demo only")
    issuer = Issuer(os.environ["OIDC_ISSUER"], Home().secret("issuer-key.json"))
    host = os.environ.get("HTTP_HOST", "127.0.0.1")
    uvicorn.run(application(issuer), host=host, port=int(os.environ["HTTP_PORT"]), log_level="warning")


if __name__ == "__main__":
    main()
