"""Whatever is sent: no 5xx, no answer the documents do not announce, no name in an error or a log, memory bounded.

``FUZZ_EXAMPLES`` asks for more than the one valid and one wrong request to each operation that every run makes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import orjson
import pytest
import requests
from projections.generation import ensure
from projections.processes import MIGRATIONS, PROJECTIONS
from shared.edge.db import open_pool
from shared.testing.postgres import Postgres

from contracts import SERVICES

from .fuzz import NAME, Fuzz, Served, served

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
PERSON = {"name": f"Test-Child {NAME}", "date_of_birth": "2018-04-05"}


@pytest.fixture(params=SERVICES, scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(request.param, tmp_path_factory.mktemp("fuzz")) as one:
        yield one


def test_a_service_survives_what_its_document_allows_and_forbids(service: Served) -> None:
    fuzz = Fuzz(service, Random(2026))
    fuzz.run(EXAMPLES)
    print(service.name, dict(fuzz.answers), service.memory)
    assert fuzz.problems == []
    assert fuzz.answers.total() > 10


def test_the_query_api_survives_it_too(postgres: Postgres, database_from: Callable[..., str], tmp_path: Path) -> None:
    database = database_from(MIGRATIONS)
    url = postgres.url(database, "send_tester")

    async def make() -> None:
        pool = await open_pool(url)
        await ensure(pool, PROJECTIONS)
        await pool.close()

    asyncio.run(make())
    with served("projections", tmp_path, {"PROJECTIONS_DATABASE_URL": url}) as one:
        fuzz = Fuzz(one, Random(2026))
        fuzz.run(EXAMPLES)
        assert fuzz.problems == []


# --- what no document describes ---


@pytest.fixture(scope="module")
def referral(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served("referral", tmp_path_factory.mktemp("nasty")) as one:
        yield one
        assert NAME not in one.log.read_text(errors="replace")


def body(text: str) -> bytes:
    """A registration with this JSON text as the name."""
    return b'{"date_of_birth": "2018-04-05", "name": %s}' % text.encode()


JSON = {"Content-Type": "application/json"}
NASTY: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", JSON),
    "no JSON": (NAME.encode(), JSON),
    "no UTF-8": (body('"x"').replace(b"x", b"\xff"), JSON),
    "half a surrogate": (body(f'"{NAME} \\ud800"'), JSON),
    "NUL": (body(f'"{NAME} \\u0000"'), JSON),
    "deeply nested": (body("[" * 200_000 + "]" * 200_000), JSON),
    "deeply nested objects": (body('{"a":' * 100_000 + "1" + "}" * 100_000), JSON),
    "a number of 100,000 digits": (body("9" * 100_000), JSON),
    "a number beyond all": (body("1e999999"), JSON),
    "not a number": (body("NaN"), JSON),
    "a million elements": (body("[" + "0," * 400_000 + "0]"), JSON),
    "the same key many times": (b"{" + b'"name":"%s",' % NAME.encode() * 30_000 + b'"date_of_birth":"x"}', JSON),
    "many unknown keys": (orjson.dumps({f"colour {n}": NAME for n in range(25_000)}), JSON),
    "a long text": (body('"' + NAME * 100_000 + '"'), JSON),
    "50 MB": (body('"' + "x" * 50_000_000 + '"'), JSON),
    "another type": (orjson.dumps(PERSON), {"Content-Type": "text/plain"}),
    "a form": (f"name={NAME}".encode(), {"Content-Type": "application/x-www-form-urlencoded"}),
    "no multipart": (f"--x\r\n\r\n{NAME}".encode(), {"Content-Type": "multipart/form-data; boundary=x"}),
}


@pytest.mark.parametrize("what", NASTY)
def test_a_nasty_body_is_refused_in_words(what: str, referral: Served) -> None:
    content, headers = NASTY[what]
    try:
        answer = post(referral, content, headers)
    except requests.ConnectionError:
        # Refused while it was still being sent: the sender may find the connection closed before it reads the answer.
        assert what == "50 MB"
        return
    assert answer.status_code in (413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert NAME not in answer.text
    assert len(answer.content) < 20_000


def post(referral: Served, content: bytes, headers: dict[str, str]) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        bearer = {"Authorization": "Bearer 801"}
        return session.post(f"{referral.url}/persons", data=content, headers={**headers, **bearer}, timeout=30)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {NAME}\x80"}, {"Authorization": "Basic eDp4"}, {"Authorization": "Bearer"},
        {"Idempotency-Key": NAME * 100}, {"If-Match": NAME}, {"If-Match": '"99999999999999999999999999"'},
        {"traceparent": NAME}, {"traceparent": "00-" + "f" * 32 + "-" + "f" * 16 + "-ff"},
        {"Content-Length": NAME}, {"Demo-Now": NAME},
    ],
    ids=str,
)  # fmt: skip
def test_a_nasty_header_is_refused_or_passed_over(headers: dict[str, str], referral: Served) -> None:
    answer = post(referral, orjson.dumps(PERSON), {**JSON, **headers})
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert NAME not in answer.text


@pytest.mark.parametrize(
    "path",
    [f"/persons/{NAME}", f"/{NAME}", "/persons/" + "9" * 5_000, "/persons/%00", "/persons/%ff%fe", "/%2e%2e/%2e%2e"],
)
def test_a_nasty_path_is_refused(path: str, referral: Served) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{referral.url}/{path}", headers={"Authorization": "Bearer 801"}, timeout=30)
    assert answer.status_code in (404, 422)
    assert NAME not in answer.text


def test_after_all_that_it_still_works_and_has_not_grown(referral: Served) -> None:
    answer = post(referral, orjson.dumps(PERSON), JSON)
    assert answer.status_code == 201
    assert referral.memory < 300_000
