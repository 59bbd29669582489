"""The demo's command line: `up`, `token`, `run`, `verify`, `clean`."""

from __future__ import annotations

import enum
import subprocess
from collections.abc import Sequence
from typing import Annotated

import typer

from demo.home import AlreadyRunning, Home
from demo.issuer import BadTokenRequest, Issuer
from demo.screen import Screen
from demo.system import SERVICES, System
from demo.up import Demo

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The whole system on one machine.")


class Kafka(enum.StrEnum):
    auto = "auto"
    apache = "apache"
    embedded = "embedded"


def _authority(given: str) -> str:
    if not (len(given) == 3 and given.isdecimal()):
        raise typer.BadParameter("an authority is three digits such as 801")
    return given


Authority = Annotated[str, typer.Option(help="Three-digit code of a local authority.", callback=_authority)]


@app.command()
def up(
    authority: Authority = "801",
    kafka: Annotated[Kafka, typer.Option(help="Apache Kafka needs Java 17 and Maven.")] = Kafka.auto,
    load: Annotated[bool, typer.Option(help="Load a synthetic authority the first time.")] = True,
    port_base: Annotated[int, typer.Option(help="Ports are this plus 1 to 26.", min=1024, max=65000)] = 8000,
) -> None:
    """Start everything, and keep it running until Ctrl-C."""
    demo = Demo(Home(), Screen(), port_base=port_base)
    raise typer.Exit(demo.up(authority=authority, kafka=kafka.value, load=load))


@app.command()
def token(
    role: Annotated[str, typer.Option(help="A role code such as send_caseworker.")],
    authority: Authority = "801",
    user: Annotated[str | None, typer.Option(help="Who it is; default: role and authority.")] = None,
    org: Annotated[str | None, typer.Option(help="Their organisation; default: the authority.")] = None,
) -> None:
    """Print a token, good for twelve hours."""
    try:
        typer.echo(Issuer.of(Home()).token(role=role, authority=authority, user=user, org=org))
    except FileNotFoundError as missing:
        typer.echo("No demo was ever set up here: `make demo` makes the key that tokens are signed with.", err=True)
        raise typer.Exit(1) from missing
    except BadTokenRequest as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from refused


_AS_IT_IS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}  # --help is theirs


@app.command(context_settings=_AS_IT_IS)
def run(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="referral, assessment, plan, placement, ap-intervention, projections")],
) -> None:
    """Run a command of a service beside the demo that runs, such as `referral verify` or `projections prove`."""
    name = service.replace("-", "_")
    if name not in SERVICES:
        raise typer.BadParameter(f"there is no service {service}; there are {', '.join(SERVICES)}")
    raise typer.Exit(_call(_system_that_runs(), name, context.args))


@app.command()
def verify() -> None:
    """Check every log of the demo that runs: each event, the chain, the seals; in the databases and on the topics."""
    system = _system_that_runs()
    codes = [_call(system, name, ["verify", "--source", where]) for name in SERVICES for where in ("database", "topic")]
    raise typer.Exit(max(codes))


def _system_that_runs() -> System:
    home = Home()
    if not home.runs:
        typer.echo("No demo runs here: start one with `make demo`.", err=True)
        raise typer.Exit(1)
    return System.that_runs(home)


def _call(system: System, service: str, words: Sequence[str]) -> int:
    command, environment = system.command(service, words)
    return subprocess.run(command, env=environment, check=False).returncode


@app.command()
def clean() -> None:
    """Delete what the demo keeps. Stops nothing: refuses while a demo runs."""
    home, screen = Home(), Screen()
    if not home.directory.exists():
        screen.line("Nothing is kept.")
        return
    try:
        with home.locked():
            home.forget()
    except AlreadyRunning as running:
        screen.problem(f"{running}; stop it first (Ctrl-C where it runs)")
        raise typer.Exit(1) from running
    screen.line("Forgotten: databases, topics, secrets and logs of the demo.")


if __name__ == "__main__":
    app(prog_name="python -m demo")
