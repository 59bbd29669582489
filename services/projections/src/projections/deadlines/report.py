"""``docs/clocks.md``: the rule table for somebody who reads law and not code. Run this module to write it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from . import words
from .book import GROUPS, Rules
from .clauses import Clause, parse
from .rules import KINDS, RELIEFS, Rule
from .switches import DEFAULT, Switches

WHERE = Path(__file__).parents[5] / "docs" / "clocks.md"

_HEAD = """# Every clock, as the system counts it

Written from the rule table (`services/projections/src/projections/deadlines/law/*.toml`) by
`python -m projections.deadlines.report`. Do not edit here: amend the row and run it again.

Each row is one time limit: what starts it, how long it is, what meets it, what else ends it, which exceptions can
relieve it, and the law. The source for all of it is the statutory timeline reference, sections 1 and 2; its 60 worked
examples are tests (`services/projections/tests/deadlines/vectors.yaml`), and so are more than two hundred others that
were worked out from the reference without sight of these rows (`outside/` beside it).

**Kinds.** {kinds}.
**A star** after the reference: part of the row is marked there as not read in a source; check it before relying on it.
**Exceptions** relieve a limit and never move its date. {reliefs}.
**The day counted from** is the civil date in London on which the thing happened, was received or was sent, unless the
row names another date. Duties can be done until midnight of the last day; limits of the Tribunal's rules until 17:00.
**Which law.** The row in force on the day the clock started decides; rows of several rule sets can stand side by side.

Counted: {rows} rows for {ids} limits; {none} more of the reference have no clock, with the reason (last section).
"""


def text(rules: Rules | None = None) -> str:
    """The whole document."""
    table = rules or Rules.in_law()
    parts = [
        _HEAD.format(
            kinds="; ".join(f"{kind} {what}" for kind, what in KINDS.items()),
            reliefs="; ".join(f"{code} {ground}" for code, ground in RELIEFS.items()),
            rows=len(table.rows),
            ids=len({rule.id for rule in table.rows}),
            none=len(table.no_clock),
        )
    ]
    parts += ["## What many rows share\n", *_families(table), ""]
    for group, rules_of in groupby(table.rows, key=lambda rule: rule.group):
        parts += [f"## {group}\n", *_rows(list(rules_of), table), ""]
    parts += ["## Choices where the texts are unclear\n", *_choices(table), ""]
    parts += ["## In the reference, but without a clock\n", *_without(table)]
    return "\n".join(parts).rstrip() + "\n"


def _families(table: Rules) -> Iterator[str]:
    yield "A row that names one of these in *ends otherwise* ends in these ways too.\n"
    yield "| name | what it means | ends |"
    yield "|---|---|---|"
    for name, family in table.families.items():
        shared = {key: _list(_read(family[key]), "; ") for _, key in _ENDINGS if key in family}
        ends = "<br>".join(f"*{how}*: {shared[key]}" for how, key in _ENDINGS if key in shared)
        if family.get("part3"):
            ends += "<br>*superseded* while detained"
        meaning = family["title"] + (f". {family['note']}" if "note" in family else "")
        yield f"| {name} | {_cell(meaning)} | {_cell(ends)} |"


def _read(texts: list[str]) -> tuple[Clause, ...]:
    return tuple(parse(text) for text in texts)


_ENDINGS = (
    ("closed", "closed_by"),
    ("not needed", "not_needed_once"),
    ("too late once", "must_precede"),
    ("suspended", "suspended_by"),
    ("revived", "revived_by"),
    ("superseded", "superseded_by"),
)


def _rows(rules: list[Rule], table: Rules) -> Iterator[str]:
    yield "| limit | starts | length | met by | ends otherwise | exceptions | owed by | law |"
    yield "|---|---|---|---|---|---|---|---|"
    for rule in rules:
        yield "| " + " | ".join(_cell(text) for text in _columns(rule, table)) + " |"


def _columns(rule: Rule, table: Rules) -> list[str]:
    each = f" (one for each {words.EACH[rule.about]})" if rule.about else ""
    name = f"`{rule.key}`<br>{rule.title}{each}" + (f"<br>*{rule.note}*" if rule.note else "")
    force = "" if rule.valid_to == date.max else f"<br>in force to {rule.valid_to}"
    force = f"<br>in force from {rule.valid_from}{force}" if rule.rule_set != "CFA2014" or force else ""
    return [
        name,
        _starts(rule),
        _length(rule),
        _met(rule),
        _ends(rule, table),
        ", ".join(sorted(rule.reliefs)) + (f"<br>{rule.relief_ref}" if rule.relief_ref else "") or "none",
        words.OWNERS[rule.owner].removeprefix("the "),
        f"{rule.kind}: {rule.legal_ref}{'*' if rule.unconfirmed else ''}{force}",
    ]


def _starts(rule: Rule) -> str:
    if rule.carries is not None and rule.carried_by is not None:
        on = f"goes on with `{rule.carries}` when {words.event(rule.carried_by.type)}"
        return on + (f", until {words.event(rule.handed_back_by.type)}" if rule.handed_back_by else "")
    found = _list(rule.starts)
    if rule.needs:
        found += f"<br>only where {_list(rule.needs, ' or ')}"
    if rule.unless:
        within = f" in the {rule.unless_weeks} weeks before" if rule.unless_weeks else " before"
        found += f"<br>not where {_list(rule.unless, ' or ')}{within}"
    return found


def _length(rule: Rule) -> str:
    found = f"`{rule.period.code}` {words.period(rule.period)}"
    if rule.at_least:
        found = f"at least: {found}"
    if rule.tribunal:
        found += "; by 17:00"
    if rule.until or rule.directed_by:
        found += "; a date directed or agreed prevails"
    return found


def _met(rule: Rule) -> str:
    if rule.at_least:
        ended = f", or ended by {_list(rule.met_by, ' or ')}" if rule.met_by else ""
        early = f"<br>flagged if {_list(rule.too_early_if, ' or ')} sooner" if rule.too_early_if else ""
        return f"the time passing{ended}{early}"
    if not rule.met_by:
        return "continues" if rule.period.unit == "CONT" else "nothing"
    found = _list(rule.met_by)
    if rule.met_for_each:
        found += f"<br>once for each of {', '.join(rule.met_for_each.values)}"
    if rule.also_met_by:
        found += f"<br>and also {_list(rule.also_met_by, ' or ')}"
    return found


def _ends(rule: Rule, table: Rules) -> str:
    """The row's own endings; those it shares are in the table of families."""
    found: list[str] = []
    for how, key in _ENDINGS:
        shared = {clause for name in rule.families for clause in _read(table.families[name].get(key, []))}
        own = tuple(clause for clause in getattr(rule, key) if _bare(clause) not in {_bare(c) for c in shared})
        if own:
            found.append(f"*{how}*: {_list(own, '; ')}")
    return "<br>".join([*found, ", ".join(rule.families)] if rule.families else found)


def _bare(clause: Clause) -> Clause:
    """Two readings of one text make two tests; all else is equal."""
    return replace(clause, test=None)


def _list(clauses: tuple[Clause, ...], join: str = "<br>") -> str:
    return join.join(dict.fromkeys(words.clause(clause) for clause in clauses))


def _choices(table: Rules) -> Iterator[str]:
    docs = _docs()
    yield "| choice | default | what it decides | rows |"
    yield "|---|---|---|---|"
    for one in fields(Switches):
        rows = [rule.key for rule in table.rows if any(c.switch == one.name for c in rule.choices)]
        value = getattr(DEFAULT, one.name)
        listed = ", ".join(f"`{row}`" for row in rows) or "all it concerns"
        shown = ("on" if value else "off") if isinstance(value, bool) else str(value)
        yield f"| `{one.name}` | {shown} | {_cell(docs[one.name])} | {listed} |"


def _docs() -> dict[str, str]:
    """The sentences under the fields of ``Switches``: written once, shown here."""
    source = Path(__file__).with_name("switches.py").read_text("utf-8")
    found: dict[str, str] = {}
    name = ""
    for line in source.splitlines():
        stripped = line.strip()
        if line.startswith("    ") and ": " in stripped and " = " in stripped and not stripped.startswith('"'):
            name = stripped.partition(":")[0]
        elif stripped.startswith('"""') and name:
            found[name] = stripped.strip('"')
            name = ""
    return found


def _without(table: Rules) -> Iterator[str]:
    yield "| limit | section | why |"
    yield "|---|---|---|"
    for row in table.no_clock:
        yield f"| `{row['id']}` | {row['group']} | {_cell(row['why'])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    WHERE.write_text(text(), "utf-8")
    print(f"{WHERE.name}: {len(Rules.in_law().rows)} rows, {len(GROUPS)} groups")


if __name__ == "__main__":
    main()
