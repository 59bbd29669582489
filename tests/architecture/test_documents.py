"""What the documents point at is there: paths, links between pages, and the tasks of the Makefile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), *ROOT.glob("*/*/README.md")])
OURS = ("shared", "services", "tests", "contracts", "demo", "bench", "deploy", "docs", "bin", "requirements", ".ci")
SERVICES = [ROOT / "services" / path.parent.name for path in ROOT.glob("services/*/pyproject.toml")]
PACKAGES = [package for service in SERVICES for package in service.glob("src/*")]
WHERE = (ROOT, ROOT / "shared/src", ROOT / "shared/src/shared", *SERVICES, *PACKAGES)
"""A page may name a file from the checkout, or from the service or package it speaks of."""


def the(pages: list[Path]) -> dict[str, list[Path] | list[str]]:
    return {"argvalues": pages, "ids": [str(page.relative_to(ROOT)) for page in pages]}


@pytest.mark.parametrize("page", **the(PAGES))
def test_a_page_links_to_pages_that_exist(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", **the(PAGES))
def test_a_page_names_files_that_exist(page: Path) -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|toml|sql|md|json|csv|yaml|yml))`", page.read_text()))
    missing = [name for name in sorted(named) if not any((place / name).exists() for place in (*WHERE, page.parent))]
    assert missing == []


@pytest.mark.parametrize("page", **the(PAGES))
def test_a_page_names_folders_that_exist(page: Path) -> None:
    named = {name for name in re.findall(r"`((?:[\w.-]+/)+)`", page.read_text()) if name.split("/")[0] in OURS}
    assert [name for name in sorted(named) if not any((place / name).is_dir() for place in WHERE)] == []


@pytest.mark.parametrize("page", **the(PAGES))
def test_a_page_names_tasks_that_the_makefile_has(page: Path) -> None:
    tasks = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", page.read_text())) <= tasks


def test_decisions_are_numbered_without_holes_and_fit_a_page() -> None:
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text()
        assert text.startswith(f"# {int(record.name[:4])}. "), record.name
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), record.name
        assert len(text.splitlines()) <= 40, record.name
