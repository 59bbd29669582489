"""The rule table as a whole: read from ``law/*.toml``, checked, and indexed for the engine."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

from . import clauses, periods
from .rules import CLAUSE_LISTS, KINDS, RELIEFS, Choice, Each, Rule
from .switches import DEFAULT, Switches
from .words import EACH

GROUPS = {
    "a-assessment": "1A. Request, assessment, plan",
    "b-mediation": "1B. Notices and mediation",
    "b-appeal": "1B. Appeal",
    "c-orders": "1C. Tribunal orders",
    "c-concessions": "1C. Concessions, recommendations",
    "d-reviews": "1D. Reviews, amendment, re-assessment",
    "d-changes": "1D. Phase transfer, moves, ceasing",
    "e-payments": "1E. Personal budget and direct payments",
    "f-detention": "1F. Detained young people",
    "g-exclusion": "1G. Suspension, exclusion, off-site direction",
    "g-provision": "1G. Alternative provision, section 19",
}
"""File of ``law/`` → heading."""


class Rules:
    """All rows, of all rule sets. Immutable."""

    def __init__(
        self,
        rows: Iterable[Rule],
        *,
        no_clock: Sequence[Mapping[str, str]] = (),
        families: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Raises ValueError naming a row that makes no sense: a wrong table must not start a service."""
        self.rows: tuple[Rule, ...] = tuple(rows)
        self.no_clock = tuple(no_clock)
        """ST rows that no event of a case starts, each with the reason."""
        self.families = dict(families or {})
        """What rows share, as it is written: by name."""
        _check(self.rows)
        self._chosen: dict[Switches, tuple[Rule, ...]] = {}

    def __getitem__(self, key: str) -> Rule:
        """The row in force last under ``id`` or ``id/limb``. Raises KeyError."""
        found = [row for row in self.rows if key in (row.key, row.id)]
        if not found:
            raise KeyError(key)
        return max(found, key=lambda row: row.valid_from)

    def under(self, switches: Switches) -> tuple[Rule, ...]:
        """The rows with the choices of section 6 made."""
        if switches not in self._chosen:
            self._chosen[switches] = tuple(row for rule in self.rows if (row := rule.under(switches)) is not None)
        return self._chosen[switches]

    def and_also(self, other: Rules) -> Rules:
        """With the rows of a later Act beside the present law."""
        return Rules(
            (*self.rows, *other.rows),
            no_clock=(*self.no_clock, *other.no_clock),
            families={**self.families, **other.families},
        )

    @classmethod
    def in_law(cls) -> Rules:
        """The table of this repository."""
        return _in_law()


@lru_cache(maxsize=1)
def _in_law() -> Rules:
    law = files(__package__) / "law"
    return read({name: (law / f"{name}.toml").read_text("utf-8") for name in ("families", *GROUPS)})


_COMMON = ("rule_set", "valid_from", "valid_to")
"""Keys that a file can state once for all of its rows."""


def read(texts: Mapping[str, str]) -> Rules:
    """Rules from TOML texts by file name. Raises ValueError naming the row that cannot be read."""
    families: dict[str, dict[str, Any]] = tomllib.loads(texts.get("families", ""))
    rows: list[Rule] = []
    no_clock: list[dict[str, str]] = []
    for name, text in texts.items():
        if name == "families":
            continue
        table = tomllib.loads(text)
        common: dict[str, Any] = {key: table[key] for key in _COMMON if key in table}
        group = GROUPS.get(name, name)
        rows += [_row({**common, **row}, families, group) for row in table.get("rule", ())]
        no_clock += [{**row, "group": group} for row in table.get("no_clock", ())]
    return Rules(rows, no_clock=no_clock, families=families)


def _row(raw: dict[str, Any], families: Mapping[str, Mapping[str, Any]], group: str) -> Rule:
    try:
        raw["families"] = tuple(raw.get("families", ()))
        for family in raw["families"]:
            for key, value in families[family].items():
                if key in ("title", "note"):
                    continue
                raw[key] = [*raw.get(key, ()), *value] if isinstance(value, list) else raw.get(key, value)
        key = f"{raw['id']}/{raw['limb']}" if raw.get("limb") else raw["id"]
        return Rule(**_values(raw), group=group, key=key)
    except (ValueError, KeyError, TypeError) as exc:
        raise ValueError(f"rule {raw.get('id', '?')}: {exc}") from exc


def _values(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _READ[key](value) if key in _READ else value for key, value in raw.items()}


def _clauses(texts: Sequence[str]) -> tuple[clauses.Clause, ...]:
    return tuple(clauses.parse(text) for text in texts)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(CLAUSE_LISTS, _clauses),
    "carried_by": clauses.parse,
    "handed_back_by": clauses.parse,
    "met_for_each": lambda each: Each(each["field"], tuple(each["values"])),
    "period": periods.parse,
    "episode": lambda text: tuple(text.split("+")),
    "reliefs": frozenset,
    "starts_in_months": frozenset,
    "choices": lambda some: tuple(Choice(c["switch"], _values(c.get("if_off", {}))) for c in some),
}


def _check(rows: Sequence[Rule]) -> None:
    ids = {row.id for row in rows}
    switches = {f.name for f in fields(DEFAULT)}
    checks: tuple[tuple[str, Callable[[Rule], bool]], ...] = (
        ("its kind is not one of S P G I N", lambda r: r.kind in KINDS),
        ("nothing starts it", lambda r: bool(r.starts or (r.carries and r.carried_by))),
        ("it has an unknown relief", lambda r: r.reliefs <= RELIEFS.keys()),
        ("nothing is written for what tells it apart", lambda r: r.about is None or r.about in EACH),
        ("it names no such switch", lambda r: all(c.switch in switches for c in r.choices)),
        ("it ends before it begins", lambda r: r.valid_from <= r.valid_to),
        ("it goes on with a rule that is not there", lambda r: r.carries is None or r.carries in ids),
        ("it is counted with a rule that is not there", lambda r: r.counted_with is None or r.counted_with in ids),
    )
    for row in rows:
        for what, holds in checks:
            if not holds(row):
                raise ValueError(f"rule {row.key}: {what}")
    seen: dict[str, list[Rule]] = {}
    for row in rows:
        for other in seen.setdefault(row.key, []):
            if row.valid_from <= other.valid_to and other.valid_from <= row.valid_to:
                raise ValueError(f"rule {row.key}: two rows are in force on the same day")
        seen[row.key].append(row)
