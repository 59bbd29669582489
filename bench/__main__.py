"""``python -m bench [NAMES…]``: every figure beside what it is compared with, on servers of our own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Annotated, Any

import structlog
import typer
import uvloop
from rich.console import Console
from rich.table import Table

from .figures import Figure
from .machine import described, quiet
from .place import Place, a_place
from .results import in_words, keep, number, reasons, write_table

BENCHMARKS = {
    "store": "durable appends, beside the same INSERT and beside another library",
    "relay": "from a filled log to its topic, beside bare aiokafka",
    "consume": "from a topic to an effect, beside bare aiokafka",
    "latency": "from the POST to the projected row, under rising load",
    "read": "worklist, timeline and as-at at the database, and followers of changes",
    "growth": "what an append and a case cost as the store grows",
    "clocks": "all statutory clocks of many cases, recomputed",
    "rebuild": "timeline and deadlines from the first event, beside bare aiokafka",
}

MODULES = {"clocks": "engine"}
"""Where the module has another name; clocks.py is also a program of its own."""

screen = Console()
if not screen.is_terminal:
    screen.width = 140
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command(help="Benchmarks: " + "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items()))
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all of them if left out.")] = None,
    quick: Annotated[bool, typer.Option(help="Only see whether they run; nothing is kept.")] = False,
    long: Annotated[bool, typer.Option(help="Ten authorities and ten million events: an hour or so.")] = False,
    label: Annotated[str, typer.Option(help="Keep the result beside the others and out of the table.")] = "",
    patience: Annotated[float, typer.Option(help="Seconds to wait for a quiet machine.")] = 120.0,
) -> None:
    if unknown := sorted(set(names or ()) - set(BENCHMARKS)):
        raise typer.BadParameter(f"{', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    for name in names or BENCHMARKS:
        _one(name, quick=quick, long=long, label=label, patience=patience)


def _one(name: str, *, quick: bool, long: bool, label: str, patience: float) -> None:
    measure: Callable[[Place], Awaitable[list[Figure]]] = import_module(f"bench.{MODULES.get(name, name)}").measure
    screen.print(f"\n[bold]{name}[/bold]: {BENCHMARKS[name]}")
    before: dict[str, Any] = {"quiet": False}
    if not quick:
        before = asyncio.run(quiet(patience))
        if not before["quiet"]:
            share = before["used_by_others_cores"]
            screen.print(f"  [yellow]others use {share} cores; measuring all the same[/yellow]")
    began = time.monotonic()
    with a_place(screen, quick=quick, long=long) as place:
        figures = uvloop.run(_measured(measure, place))
        machine = described(*place.versions(), place.directory)
    _show(figures, time.monotonic() - began)
    screen.print(f"  {in_words(machine)}; others took {place.others.body()}", style="dim", highlight=False)
    if not quick:
        keep(name, figures, place, machine, before, label)
        write_table(list(BENCHMARKS))


async def _measured(measure: Callable[[Place], Awaitable[list[Figure]]], place: Place) -> list[Figure]:
    return await measure(place)


def _show(figures: list[Figure], seconds: float) -> None:
    table = Table(box=None, pad_edge=False, title=None)
    for heading in ("", "measured", "beside", "", "ratio", "target", ""):
        table.add_column(heading, justify="right" if heading in ("measured", "ratio") else "left")
    for f in figures:
        told = {None: "", True: "[green]met[/green]", False: "[red]not met[/red]"}[f.met]
        table.add_row(
            f.what, f"{number(f.value)} {f.unit}", number(f.beside_value) if f.beside_value else "", f.beside or "",
            f"{f.ratio:.2f}" if f.ratio else "", f"{f.target.kind} {f.target.value:g}" if f.target else "", told,
        )  # fmt: skip
    screen.print(table)
    for reason in reasons((f.what, f.why) for f in figures if f.met is not True):
        screen.print(f"  {reason}", style="dim")
    screen.print(f"  [dim]{seconds:.0f} s[/dim]")


if __name__ == "__main__":
    app(prog_name="python -m bench")
