"""Every place where a process can be made to die is one where a test lets it die."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [ROOT / "shared" / "src", *sorted((ROOT / "services").glob("*/src"))]
TESTS = [
    ROOT / "tests" / "chaos" / "test_fail_points.py",
    ROOT / "services" / "projections" / "tests" / "test_rebuild.py",
]


def _points_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id="point"), args=[ast.Constant(value=str(name))]):
                yield name
            case ast.Call(func=ast.Name(id="point")):
                yield f"{path.name}, line {node.lineno}: a name that is not written out"


def test_every_fail_point_is_died_at_by_a_test() -> None:
    points = {name for folder in CODE for path in folder.rglob("*.py") for name in _points_in(path)}
    texts = (node for path in TESTS for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    died_at = {node.value.partition(":")[0] for node in texts if isinstance(node.value, str)}
    assert len(points) > 25
    assert points <= died_at, sorted(points - died_at)
