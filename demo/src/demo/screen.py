"""What the demo says while it works: with colours and a spinner in a terminal, as plain lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape


class Screen:
    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def line(self, text: str) -> None:
        self.console.print(escape(text))

    def note(self, text: str) -> None:
        self.console.print(f"[yellow]! {escape(text)}[/yellow]")

    def problem(self, text: str) -> None:
        self.console.print(f"[bold red]{escape(text)}[/bold red]")

    def done(self, text: str, seconds: float | None = None) -> None:
        took = "" if seconds is None else f"  [dim]{seconds:.1f} s[/dim]"
        mark = "✓" if (self.console.encoding or "").lower().startswith("utf") else "ok"
        self.console.print(f"[green]{mark}[/green] {escape(text)}{took}")

    @contextlib.contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """A spinner while the block runs, a line with its duration when it is done."""
        began = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(escape(doing)):
                yield
        else:
            self.line(f"  {doing} …")
            yield
        self.done(doing, time.monotonic() - began)

    def table(self, rows: list[tuple[str, str]]) -> None:
        width = max(len(left) for left, _ in rows)
        for left, right in rows:
            self.console.print(f"  [bold]{escape(left.ljust(width))}[/bold]  {escape(right)}")
