"""``python -m demo.load --authority 801``: fill the running demo with a synthetic authority."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from shared.core.dates import LONDON

from demo.home import Home
from demo.issuer import Issuer
from demo.load.authority import Authority, generate
from demo.load.calibration import Calibration, authorities, calibrate
from demo.load.replay import LoadFailed, Replay
from demo.load.step import Step, Who
from demo.screen import Screen

CASES = 160


def main(
    authority: Annotated[str, typer.Option(help="Three-digit code of a local authority.")] = "801",
    cases: Annotated[int, typer.Option(help="How many children.", min=1, max=5000)] = CASES,
) -> None:
    """Load a synthetic authority. Repeating it after an interruption goes on where it stopped."""
    home, screen = Home(), Screen()
    calibration = calibrate(authority)
    until = history_ends(home, authority, today=datetime.now(LONDON).date())
    whole = generate(calibration, until=until, cases=cases)
    _say(screen, calibration, whole)
    began = time.monotonic()
    try:
        waited = asyncio.run(_replay(home, screen, authority, whole))
    except LoadFailed as failed:
        screen.problem(str(failed))
        raise typer.Exit(1) from failed
    took = time.monotonic() - began
    (home.directory / "example-case.json").write_text(json.dumps(whole.example, indent=2) + "\n")
    _anchor(home, authority).unlink(missing_ok=True)
    screen.line(
        f"  {whole.commands:,} commands in {took:.0f} s ({whole.commands / took:.0f} a second; "
        f"{waited:.0f} s of waiting for reactions, over all callers)"
    )


def history_ends(home: Home, authority: str, *, today: date) -> date:
    """Yesterday; or the day an interrupted loading had, so that its commands are the same again."""
    anchor = _anchor(home, authority)
    if anchor.exists():
        return date.fromisoformat(json.loads(anchor.read_text())["until"])
    until = today - timedelta(days=1)
    anchor.write_text(json.dumps({"until": until.isoformat()}) + "\n")
    return until


def _anchor(home: Home, authority: str) -> Path:
    return home.directory / f"loading-{authority}.json"


def _say(screen: Screen, calibration: Calibration, whole: Authority) -> None:
    per_year = round(calibration.requests_a_year / max(whole.requests_a_year, 1))
    screen.line(
        f"  {calibration.name} ({calibration.la_code}) as DfE's figures show it, about 1 : {per_year}: "
        f"{whole.children} invented children, {whole.first:%B %Y} to {whole.until:%-d %B %Y}"
    )
    if calibration.la_code not in authorities():
        screen.note(f"No figures are published for {calibration.la_code}; England's stand in")
    elif calibration.from_england:
        subjects = ", ".join(calibration.from_england)
        screen.note(f"{calibration.name} published no figures for {subjects}; England's stand in")


async def _replay(home: Home, screen: Screen, authority: str, whole: Authority) -> float:
    addresses, issuer = home.addresses(), Issuer.of(home)

    def token(who: Who) -> str:
        return issuer.token(role=who.role, authority=authority, user=who.user, org=who.org)

    columns = [
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(*columns, console=screen.console, transient=True))
        bar = progress.add_task("recording", total=whole.commands)

        def on_done(step: Step) -> None:
            progress.update(bar, advance=1, description=f"recording {step.occurred_on:%B %Y}")

        clients = {
            name.replace("_", "-"): await stack.enter_async_context(
                # Without the machine's proxy: all of this is on loopback.
                httpx.AsyncClient(base_url=url, timeout=30.0, trust_env=False)
            )
            for name, url in addresses.services.items()
        }
        replay = Replay(clients, token, on_done=on_done)
        await replay.run(whole.entries)
        await replay.run(whole.cases)
    return replay.waited


if __name__ == "__main__":
    typer.run(main)
