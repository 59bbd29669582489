"""``python -m shared.audit FILE``: verify an exported log, with nothing but the file and the seals' public key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shared.cli import counted, say_findings
from shared.core.errors import Unprocessable
from shared.flow.audit import verify_export
from shared.processes import screen


def audit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Made by `python -m SERVICE export`.")],
    public_key: Annotated[
        str | None, typer.Option(help="Of the seals (base64); without it only the chain is checked.")
    ] = None,
) -> None:
    """Check every event of an export against the chain, and the chain against its seals."""
    try:
        with file.open("rb") as lines:
            chain = verify_export(lines, public_key)
    except Unprocessable as bad:
        screen.print(f"[red]{file}: {bad.detail}[/red]")
        sys.exit(2)
    looked_at = " and their seals" if public_key else ", seals not looked at, for want of their public key"
    sys.exit(say_findings(str(file), f"{counted(chain.count, 'event')}{looked_at}", chain.faults))


if __name__ == "__main__":
    typer.run(audit)
