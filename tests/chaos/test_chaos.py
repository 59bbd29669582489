"""A short run with a fixed seed. ``make chaos SECONDS=… SEED=…`` runs longer ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import BESIDE, SERVICES
from .cluster import cluster
from .run import chaos


@pytest.mark.slow
@pytest.mark.timeout(400)  # of a machine that is busy with other things; by itself it takes 80 s
async def test_nothing_is_lost_nothing_comes_twice_and_nothing_is_silent(tmp_path: Path) -> None:
    with cluster(tmp_path / "home", SERVICES, beside=BESIDE) as ours:
        report = await chaos(ours, seed=2026, seconds=30)
    print("\n".join(report.lines()))
    assert report.problems == []
    assert report.counts["commands"] > 50
