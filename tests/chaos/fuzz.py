"""Requests that nobody thought of, made from a service's OpenAPI document: valid, wrong, and with names in them.

``python -m tests.chaos.fuzz --examples 200 --seed 7`` goes on for longer than the tests do.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated, Any

import orjson
import requests
import schemathesis
import typer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from shared.testing import child

from contracts import SERVICES

NAME = "Kestrel"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = frozenset({"/changes"})
"""Streams, which do not end."""
MOST_MEMORY = 400_000
"""kB that a process may have resident, whatever it is sent."""


@dataclass
class Served:
    """A service's HTTP edge as a process of its own."""

    name: str
    url: str
    pid: int
    log: Path

    @property
    def memory(self) -> int:
        """Resident, in kB, at most so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


@contextmanager
def served(name: str, directory: Path, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    port, log = child.free_port(), directory / f"{name}.log"
    command = [sys.executable, "-m", "tests.chaos.fuzz_server", name, str(port)]
    process = child.spawn(command, log=log, environment={**os.environ, **(environment or {})})
    try:
        if not child.until(lambda: child.answers(port), within=60):
            raise TimeoutError(f"{name} does not answer:\n{child.last_lines(log)}")
        yield Served(name, f"http://127.0.0.1:{port}", process.pid, log)
        if child.ended(process) is not None:
            raise RuntimeError(f"{name} ended:\n{child.last_lines(log)}")
    finally:
        child.stop(process, grace=3)


@dataclass
class Fuzz:
    served: Served
    random: Random
    problems: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    known: list[str] = field(default_factory=list)
    """Ids of what exists by now."""

    def run(self, examples: int) -> None:
        """So many valid and so many wrong requests to every operation."""
        session = requests.Session()
        session.trust_env = False
        schema = schemathesis.openapi.from_url(f"{self.served.url}/openapi.json")
        for found in schema.get_all_operations():
            if not isinstance(found, Ok):
                self.problems.append(f"the document of {self.served.name} cannot be read")
                continue
            operation = found.ok()
            if operation.path in ENDLESS:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._some(operation.as_strategy(generation_mode=mode), session, examples)
        if self.served.memory > MOST_MEMORY:
            self.problems.append(f"{self.served.name} grew to {self.served.memory} kB")
        if any(NAME in line for line in self.served.log.read_text(errors="replace").splitlines()):
            self.problems.append(f"{self.served.name} wrote a name into its log")

    def _some(self, cases: Any, session: requests.Session, examples: int) -> None:
        @seeded(self.random.randrange(1 << 30))
        @settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases)
        def go(case: Case[Any]) -> None:
            self._send(case, session)

        go()

    def _send(self, case: Case[Any], session: requests.Session) -> None:
        if self.known and self.random.random() < 0.5:
            case.path_parameters = {name: self.random.choice(self.known) for name in case.path_parameters or {}}
        if self.random.random() < 0.9:
            case.headers.pop("If-Match", None)  # any text that is no ETag of ours ends the matter
        if self.random.random() < 0.3:
            case.body = planted(case.body, self.random)
        response = case.call(session=session, headers={"Authorization": "Bearer 801"}, timeout=20)
        self.answers[response.status_code] += 1
        what = f"{case.method} {case.formatted_path} {response.status_code}"
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseExceptionGroup as found:
            self.problems += [f"{what}: {' '.join(str(one).split())[:300]}" for one in found.exceptions]
        except AssertionError as found:
            self.problems.append(f"{what}: {' '.join(str(found).split())[:300]}")
        if response.status_code == 201:
            self.known.append(orjson.loads(response.content)["id"])
        if response.status_code >= 400 and NAME in response.text:
            self.problems.append(f"{what}: the error repeats a name: {response.text[:300]}")


def planted(body: Any, random: Random) -> Any:
    """The same with names in some of its texts."""
    if isinstance(body, str) and random.random() < 0.5:
        return f"{NAME} {body}"
    if isinstance(body, dict):
        return {key: planted(value, random) for key, value in body.items()}
    if isinstance(body, list):
        return [planted(value, random) for value in body]
    return body


def main(
    examples: Annotated[int, typer.Option(help="Valid and wrong requests to each operation.", min=1)] = 100,
    seed: Annotated[int, typer.Option()] = 1,
) -> None:
    """Fuzz the five services that own streams, over stores in memory."""
    found = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        for name in SERVICES:
            with served(name, Path(directory)) as one:
                fuzz = Fuzz(one, Random(seed))
                fuzz.run(examples)
                answers = ", ".join(f"{status}: {count}" for status, count in sorted(fuzz.answers.items()))
                typer.echo(f"{name}: seed {seed}, {fuzz.answers.total()} requests ({answers}), {one.memory // 1000} MB")
            for problem in fuzz.problems:
                typer.echo(f"BROKEN: {problem}")
            found += len(fuzz.problems)
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
