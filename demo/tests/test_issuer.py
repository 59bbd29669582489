"""The development issuer, against the way the services check its tokens."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest
from demo.__main__ import app
from demo.home import Addresses, Home
from demo.issuer import BadTokenRequest, Issuer, application, make_key
from joserfc import jwt
from joserfc.jwk import KeySet
from shared.edge.identity import Tokens
from typer.testing import CliRunner

URL = "http://127.0.0.1:8009"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(URL, make_key())


def claims_of(token: str, keys: dict[str, object]) -> dict[str, object]:
    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["ES256"])  # type: ignore[arg-type]
    return dict(decoded.claims)


def client_of(issuer: Issuer) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(issuer)), base_url=URL)


async def test_a_token_verifies_against_the_published_keys(issuer: Issuer) -> None:
    async with client_of(issuer) as client:
        configuration = (await client.get("/.well-known/openid-configuration")).json()
        keys = (await client.get(configuration["jwks_uri"])).json()
        form = {"role": "send_caseworker", "authority": "801", "user": "amina"}
        answer = (await client.post(configuration["token_endpoint"], data=form)).json()

    claims = claims_of(answer["access_token"], keys)

    assert configuration["issuer"] == URL
    expected = {"iss": URL, "aud": "send-ap", "sub": "amina", "role": "send_caseworker", "la_code": "801", "org": "801"}
    assert {name: claims[name] for name in expected} == expected
    assert int(str(claims["exp"])) > time.time()


def test_the_private_key_is_not_published(issuer: Issuer) -> None:
    assert all("d" not in key for key in issuer.key_set()["keys"])


@pytest.mark.parametrize(
    ("role", "authority"), [("head_of_everything", "801"), ("senco", "Bristol"), ("senco", "8011")]
)
async def test_a_token_that_cannot_exist_is_refused(issuer: Issuer, role: str, authority: str) -> None:
    with pytest.raises(BadTokenRequest):
        issuer.token(role=role, authority=authority)
    async with client_of(issuer) as client:
        refused = await client.post("/token", data={"role": role, "authority": authority})
    assert refused.status_code == 400


async def test_another_grant_is_refused(issuer: Issuer) -> None:
    data = {"grant_type": "password", "role": "senco", "authority": "801"}
    async with client_of(issuer) as client:
        answer = await client.post("/token", data=data)
    assert answer.json() == {"error": "unsupported_grant_type"}


def test_the_command_prints_a_token_while_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_HOME", str(tmp_path))
    home = Home()
    Addresses(issuer=URL, services={}).write(home)
    home.secret("issuer-key.json", make_key())

    said = CliRunner().invoke(app, ["token", "--role", "senco", "--authority", "801", "--org", "school-1"])

    assert said.exit_code == 0
    claims = claims_of(said.stdout.strip(), Issuer.of(home).key_set())
    assert (claims["role"], claims["org"]) == ("senco", "school-1")
    assert (tmp_path / "secrets" / "issuer-key.json").stat().st_mode & 0o077 == 0


def test_the_command_says_what_to_do_where_no_demo_was_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_HOME", str(tmp_path))
    said = CliRunner().invoke(app, ["token", "--role", "senco"])
    assert said.exit_code == 1
    assert "make demo" in said.stderr


async def test_a_token_passes_the_check_of_the_services(issuer: Issuer) -> None:
    tokens = Tokens(URL, "send-ap", keys=KeySet.import_key_set(issuer.key_set()))  # type: ignore[arg-type]
    actor = await tokens.actor(f"Bearer {issuer.token(role='senco', authority='801')}")
    assert (actor.role, actor.la_code, actor.user_id) == ("senco", "801", "senco-801")
