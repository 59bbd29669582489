"""``python -m tests.chaos --seconds 600 --seed 7``: break the system for so long, and say whether its promises held."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from .cluster import cluster
from .run import chaos

SERVICES = ("referral", "assessment", "plan", "projections")
BESIDE = ("placement", "ap_intervention")
"""They react, and say how far they are: of a topic nobody speaks for, nobody can know that its data is fresh."""


def main(
    seconds: Annotated[int, typer.Option(help="How long to break things.", min=5, max=86_400)] = 300,
    seed: Annotated[int, typer.Option(help="0: choose one, and say which.")] = 0,
    callers: Annotated[int, typer.Option(min=1, max=50)] = 6,
    brokers: Annotated[int, typer.Option(help="1 Kafka broker, or 3 that hold every event three times.")] = 1,
    only: Annotated[list[str] | None, typer.Option(help="Only faults of this name (tests/chaos/faults).")] = None,
    logs: Annotated[Path | None, typer.Option(help="Where to keep the logs of all processes.")] = None,
) -> None:
    """Break the system for so long, let it come to rest, and say which of its promises did not hold."""
    seed = seed or SystemRandom().randrange(1, 1_000_000)
    typer.echo(f"chaos: seed {seed}, {seconds} s, {callers} callers, {', '.join(SERVICES)}")
    with tempfile.TemporaryDirectory(prefix="chaos-") as directory:
        with cluster(Path(directory) / "home", SERVICES, beside=BESIDE, brokers=brokers, breakable=True) as ours:
            typer.echo(f"chaos: {ours.kafka.description}")
            if ours.world.no_orders:
                typer.echo(f"chaos: no fault of clocks and disks: {ours.world.no_orders}")
            try:
                report = asyncio.run(chaos(ours, seed=seed, seconds=seconds, callers=callers, only=only or ()))
            finally:
                if logs is not None:
                    shutil.copytree(ours.home.logs, logs, dirs_exist_ok=True)
    for line in report.lines():
        typer.echo(line)
    raise typer.Exit(1 if report.problems else 0)


if __name__ == "__main__":
    typer.run(main)
