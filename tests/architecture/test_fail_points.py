"""Every place where a process can be made to die is one where a test lets it die."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [ROOT / "shared" / "src", *sorted((ROOT / "services").glob("*/src"))]
TESTS = [
    ROOT / "tests" / "chaos" / "test_fail_points.py",
    ROOT / "services" / "projections" / "tests" / "test_rebuild.py",
]

# Read as text: ``ast.parse`` in Python before 3.11.8 fails at random where the garbage collector, running meanwhile,
# ends something whose traceback is printed, for that parses too (https://github.com/python/cpython/issues/106905).
POINT = re.compile(r'\bawait point\((?:"(?P<name>[^"{]+)"\))?')
STRING = re.compile(r'"([^"\n:]+)(?::[^"\n]*)?"')


def test_every_fail_point_is_died_at_by_a_test() -> None:
    code = (path for folder in CODE for path in folder.rglob("*.py"))
    points = {
        found["name"] or f"{path.name}: a name not written out"
        for path in code
        for found in POINT.finditer(path.read_text())
    }
    died_at = {found[1] for path in TESTS for found in STRING.finditer(path.read_text())}
    assert len(points) > 25
    assert points <= died_at, sorted(points - died_at)
