"""Results: one JSON file a benchmark and day, and from the newest of each the table in README.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .figures import Figure
from .place import Place

HERE = Path(__file__).parent
RESULTS = HERE / "results"
README = HERE / "README.md"
_BEGIN, _END = "<!-- results: written by `python -m bench` -->", "<!-- end of results -->"


def keep(name: str, figures: Sequence[Figure], place: Place, machine: dict[str, Any], quiet: dict[str, Any],
         label: str = "") -> Path:  # fmt: skip
    """Write what was measured; a second run of the same day replaces the first, unless it has another label."""
    RESULTS.mkdir(exist_ok=True)
    today = date.today().isoformat()  # noqa: DTZ011 - the day at this machine names the file
    file = RESULTS / f"{today}-{name}{f'-{label}' if label else ''}.json"
    body = {
        "benchmark": name,
        "date": today,
        **({"label": label} if label else {}),
        "machine": machine,
        "before": quiet,
        "others_while_measuring": place.others.body(),
        "figures": [figure.body() for figure in figures],
    }
    file.write_text(json.dumps(body, indent=1) + "\n")
    return file


def newest() -> dict[str, dict[str, Any]]:
    """The newest unlabelled result of every benchmark."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(RESULTS.glob("*.json")):
        body = json.loads(file.read_text())
        if "label" not in body:
            found[body["benchmark"]] = body
    return found


def write_table(order: Sequence[str]) -> None:
    """Bring the table of README.md up to date."""
    results = newest()
    text = README.read_text()
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    chapters = [_chapter(name, results[name]) for name in order if name in results]
    README.write_text(f"{before}{_BEGIN}\n\n" + "\n".join(chapters) + f"\n{_END}{after}")


def _chapter(name: str, result: dict[str, Any]) -> str:
    lines = [f"### {name}", "", f"{result['date']}, {in_words(result['machine'])}. {_company(result)}", ""]
    lines += ["| what | measured | beside | ratio | target | |", "|---|---:|---|---:|---|---|"]
    for figure in result["figures"]:
        beside = f"{figure['beside']}: {number(figure['beside_value'])}" if figure["beside"] else ""
        ratio = f"{figure['ratio']:.2f}" if figure["ratio"] is not None else ""
        measured = f"{number(figure['value'])} {figure['unit']}"
        target = figure["target"] or ""
        lines.append(f"| {figure['what']} | {measured} | {beside} | {ratio} | {target} | {verdict(figure)} |")
    notes = reasons((f["what"], f["why"]) for f in result["figures"] if f["met"] is not True)
    return "\n".join([*lines, *(f"\n{note}" for note in notes), ""])


def reasons(figures: Iterable[tuple[str, str]]) -> list[str]:
    """Why figures are what they are, each reason once with all that it explains."""
    explained: dict[str, list[str]] = {}
    for what, why in figures:
        if why:
            explained.setdefault(why, []).append(what)
    return [f"{'; '.join(whats)}: {why}" for why, whats in explained.items()]


def verdict(figure: dict[str, Any]) -> str:
    return {None: "", True: "met", False: "**not met**"}[figure["met"]]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def in_words(machine: dict[str, Any]) -> str:
    """The machine in one line."""
    servers = [f"PostgreSQL {machine['postgresql']}"] if machine["postgresql"] != "not used" else []
    servers += [machine["kafka"]] if machine["kafka"] != "not used" else []
    cpu = re.sub(r" +", " ", machine["cpu"])
    disk = f"fdatasync of 8 kB {machine['fdatasync_us']} µs"
    software = [machine["system"], f"Python {machine['python']}", *servers]
    return f"{machine['cores']} cores of {cpu}, {machine['memory_gb']} GB, {disk}, {', '.join(software)}"


def _company(result: dict[str, Any]) -> str:
    others = result["others_while_measuring"]
    if not others:
        return ""
    words = (
        f"Other programs took {others['median_cores']:g} cores while it ran (median of the rounds; at most "
        f"{others['most_cores']:g})."
    )
    return words if result["before"]["quiet"] else f"{words} The machine had not become quiet when it began."
