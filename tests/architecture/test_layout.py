"""The layout explains itself: every service has the same file names around its aggregates."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(
    p for p in (ROOT / "services").iterdir() if (p / "pyproject.toml").exists() and p.name != "projections"
)


@pytest.mark.parametrize("service", SERVICES, ids=lambda p: p.name)
def test_a_service_looks_like_the_others(service: Path) -> None:
    package = service / "src" / service.name.replace("-", "_")
    for name in ("__init__.py", "__main__.py", "api.py", "app.py", "reactions.py"):
        assert (package / name).is_file(), name
    assert (service / "README.md").is_file()
    assert (service / "tests" / "test_laws.py").is_file()


def test_no_module_is_called_a_word_that_tells_nothing() -> None:
    dull = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}
    found = [p for folder in ("shared", "services", "demo") for p in (ROOT / folder).rglob("*.py") if p.stem in dull]
    assert found == []


def test_no_file_of_the_repository_names_a_registry_or_a_lock_with_addresses() -> None:
    for path in (ROOT / "requirements").iterdir():
        text = path.read_text()
        assert "http" not in text.replace("httptools", "").replace("httpx", "").replace("httpcore", "").replace(
            "otlp-proto-http", ""
        ).replace("http-transport", "").replace("httpx-sse", ""), path.name
    assert not list(ROOT.glob("**/uv.lock"))
