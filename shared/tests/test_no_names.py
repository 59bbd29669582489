"""A child's name stays out of answers, logs and traces, also where an error nobody expected quotes it."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
from typing import Annotated, Literal

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel, Field, ValidationError
from shared.core.errors import Rejected
from shared.edge import telemetry
from shared.edge.tracebacks import Wordless, as_dicts
from shared.web.problem import invalid

NAME = "Kestrel"


def failing() -> None:
    try:
        raise KeyError(NAME)
    except KeyError as exc:
        raise ValueError(f"{NAME} is no number") from exc


def test_a_strangers_error_is_logged_with_its_place_and_without_its_words() -> None:
    try:
        failing()
    except ValueError as exc:
        found = as_dicts((type(exc), exc, exc.__traceback__))
        said = Wordless().formatException((type(exc), exc, exc.__traceback__))
    assert NAME not in str(found)
    assert [one["exc_type"] for one in found] == ["ValueError", "KeyError"]
    assert found[0]["frames"][-1]["name"] == "failing"
    assert NAME not in said.replace("raise KeyError(NAME)", "")
    assert "builtins.KeyError" in said
    assert "in failing" in said


def test_our_own_error_keeps_its_words() -> None:
    try:
        raise Rejected("file-full", "The file holds three pages already.")
    except Rejected as exc:
        found = as_dicts((type(exc), exc, exc.__traceback__))
        said = Wordless().formatException((type(exc), exc, exc.__traceback__))
    assert found[0]["exc_value"] == "The file holds three pages already."
    assert "three pages" in said


def test_what_asyncio_says_about_a_lost_task_ends_with_the_first_line() -> None:
    message = f"Task exception was never retrieved\nfuture: <Task finished exception=ValueError('{NAME}')>"
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, message, (), None)
    assert Wordless("%(message)s").format(record) == "Task exception was never retrieved"


def test_a_span_says_that_it_failed_and_not_how_the_error_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("send"))
    with pytest.raises(ValueError, match=NAME), telemetry.spanning("handle Open"):
        failing()
    (span,) = exporter.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert NAME not in span.to_json()


SERVED = textwrap.dedent(
    """
    import asyncio, sys
    import httpx, uvicorn
    from fastapi import FastAPI
    from shared.edge.telemetry import configure_logging
    from shared.web.problem import install

    configure_logging("file", "INFO")
    app = FastAPI()
    install(app)

    @app.get("/broken")
    async def broken() -> None:
        asyncio.create_task(lost())
        raise ValueError("Test-Child Kestrel is no number")

    async def lost() -> None:
        raise ValueError("Test-Child Kestrel again")

    async def main() -> None:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{port}/broken")
        print(answer.status_code, answer.text)
        server.should_exit = True
        await task

    asyncio.run(main())
    raise ValueError("Test-Child Kestrel at the end")
    """
)


def test_an_unexpected_error_of_a_real_process_leaves_no_name_in_answer_or_log() -> None:
    done = subprocess.run([sys.executable, "-c", SERVED], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout.startswith("500 ")
    assert NAME not in done.stdout + done.stderr
    assert done.stderr.count("ValueError") >= 3, "each of the three is in the log, by kind"
    assert '"name": "broken"' in done.stderr, "and by place"


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Pet(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("pet", "words"),
    [
        ({"kind": NAME}, "kind must be one of 'cat', 'dog'"),
        ({}, "needs kind"),
        ({"kind": "cat", NAME: 1}, None),
    ],
)
def test_a_choice_that_is_none_is_not_repeated(pet: object, words: str | None) -> None:
    try:
        Pet.model_validate({"pet": pet})
    except ValidationError as exc:
        (field,) = invalid(list(exc.errors(include_input=False))).fields
        assert field.message == words
    else:
        assert words is None
