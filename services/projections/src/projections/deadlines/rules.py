"""The rule table: rows of ``law/*.toml`` as typed, checked rules. Adding or amending a clock is a row."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from . import clauses, periods
from .clauses import Clause
from .periods import Period
from .switches import DEFAULT, Switches

KINDS = {
    "S": "statute: the Act or its regulations",
    "P": "Tribunal procedure rules",
    "G": "statutory guidance",
    "I": "inferred from the structure of the law or from case law",
    "N": "announced, not law: an indicator only",
}
RELIEFS = {
    "X1": "SETTING_CLOSED_4W",
    "X2": "EARLY_YEARS_CLOSED_4W",
    "X3": "PERSONAL_CIRCUMSTANCES",
    "X4": "AWAY_4W",
    "X5": "MISSED_APPOINTMENT",
    "X6": "AWAY_2W",
}
"""ST's codes and the grounds of ``ExceptionClaimed``."""

_CLAUSES = ("starts", "met_by", "also_met_by", "closed_by", "superseded_by", "suspended_by", "revived_by",
            "must_precede", "too_early_if", "unless", "needs")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Each:
    """The limit is met only when every value of a field has been met: advice from each category of reg 6(1)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: one time limit. Field names are the row's keys; ``docs/clocks.md`` shows them all to a lawyer."""

    id: str
    title: str
    kind: str
    owner: str
    legal_ref: str
    period: Period
    episode: tuple[str, ...]
    """Fields of the starting event that tell one episode from another; the first is matched in the events that meet it."""
    starts: tuple[Clause, ...] = ()
    met_by: tuple[Clause, ...] = ()
    also_met_by: tuple[Clause, ...] = ()
    """A second thing that has to be done too: the later of the two dates counts."""
    met_for_each: Each | None = None
    closed_by: tuple[Clause, ...] = ()
    superseded_by: tuple[Clause, ...] = ()
    suspended_by: tuple[Clause, ...] = ()
    revived_by: tuple[Clause, ...] = ()
    must_precede: tuple[Clause, ...] = ()
    """Too late once this has happened, though the law names no day."""
    too_early_if: tuple[Clause, ...] = ()
    """Flagged, not blocked, if this happens before an "at least" period is over."""
    unless: tuple[Clause, ...] = ()
    """No such duty if this happened before (or, with ``unless_within_weeks``, in the weeks before) the start."""
    unless_weeks: int | None = None
    needs: tuple[Clause, ...] = ()
    """Only where this has happened too."""
    reliefs: frozenset[str] = frozenset()
    relief_ref: str = ""
    at_least: bool = False
    """A floor, not a ceiling: the period must pass, and passes by itself."""
    from_day: bool = False
    """Owed from the day itself: not done by then, it is broken on that day already."""
    right: bool = False
    """A right somebody may use in that time, not a duty."""
    tribunal: bool = False
    """A limit of the Tribunal's own rules: by 17:00, with its own days (ST 2.4)."""
    until: str | None = None
    """The starting event's field whose date, where given, replaces the period: directed or agreed otherwise."""
    latest: bool = False
    """Of several starting events the last counts (a meeting that was moved); else the first."""
    since_months: int | None = None
    """What meets it may be this many months older than the day counted back from."""
    counted_with: str | None = None
    """The rule of which this is another side: one missed act, not two."""
    carries: str | None = None
    carried_by: Clause | None = None
    handed_back_by: Clause | None = None
    """Goes on with an unfinished limit of another rule when its legal basis changes (detention, release)."""
    part3: bool = False
    """An ordinary Part 3 limit: superseded while the young person is detained (s.70)."""
    school: str = "setting_id"
    starts_in_months: frozenset[int] = frozenset()
    """Only if the day counted from lies in one of these months."""
    at_most: str | None = None
    """The starting event's field that caps the number of school days."""
    by_post: str | None = None
    """The starting event's field that says POST: then given on the second working day after."""
    limb: str = ""
    group: str = ""
    note: str = ""
    unconfirmed: bool = False
    switch: str | None = None
    """The switch (ST section 6) that this row, or its period, depends on."""
    period_if_off: Period | None = None
    clauses_if_off: Mapping[str, tuple[Clause, ...]] = field(default_factory=dict)
    valid_from: date = date(2014, 9, 1)
    valid_to: date = date.max
    rule_set: str = "CFA2014"

    @property
    def key(self) -> str:
        return f"{self.id}/{self.limb}" if self.limb else self.id

    @property
    def clauses(self) -> tuple[Clause, ...]:
        every = [clause for name in _CLAUSES for clause in getattr(self, name)]
        every += [clause for of in self.clauses_if_off.values() for clause in of]
        return (*every, *(c for c in (self.carried_by, self.handed_back_by) if c is not None))

    def in_force(self, day: date) -> bool:
        """The law of the day on which the clock started decides."""
        return self.valid_from <= day <= self.valid_to

    def under(self, switches: Switches) -> Rule | None:
        """The row with the choices made; None where a choice leaves it out."""
        if self.switch is None or getattr(switches, self.switch) is True:
            return self
        if isinstance(weeks := getattr(switches, self.switch), int) and not isinstance(weeks, bool):
            if self.unless_weeks is not None:
                return replace(self, unless_weeks=weeks)
            return replace(self, period=periods.parse(f"{self.period.unit}{weeks}"))
        if self.period_if_off is None and not self.clauses_if_off:
            return None
        return replace(self, period=self.period_if_off or self.period, **self.clauses_if_off)  # type: ignore[arg-type]


class Rules:
    """All rows, of all rule sets. Immutable."""

    def __init__(self, rows: Iterable[Rule], *, uncovered: Sequence[Mapping[str, str]] = ()) -> None:
        self.rows: tuple[Rule, ...] = tuple(rows)
        self.uncovered = tuple(uncovered)
        """ST rows that no event of a case starts, each with the reason."""
        _check(self.rows)
        self._chosen: dict[Switches, tuple[Rule, ...]] = {}

    def __getitem__(self, key: str) -> Rule:
        """The row in force last under this id or ``id/limb``. Raises KeyError."""
        found = [row for row in self.rows if key in (row.key, row.id)]
        if not found:
            raise KeyError(key)
        return max(found, key=lambda row: row.valid_from)

    def under(self, switches: Switches) -> tuple[Rule, ...]:
        if switches not in self._chosen:
            self._chosen[switches] = tuple(row for rule in self.rows if (row := rule.under(switches)) is not None)
        return self._chosen[switches]

    def and_also(self, rows: Iterable[Rule]) -> Rules:
        """With more rows: a later Act beside the present law."""
        return Rules((*self.rows, *rows), uncovered=self.uncovered)

    @classmethod
    def in_law(cls) -> Rules:
        """The table of this repository."""
        return _in_law()


@lru_cache(maxsize=1)
def _in_law() -> Rules:
    law = files(__package__) / "law"
    texts = {name: (law / f"{name}.toml").read_text("utf-8") for name in ("families", *GROUPS)}
    return read(texts)


GROUPS = {
    "a-assessment": "1A. Request, assessment, plan",
    "b-mediation": "1B. Notices, mediation, appeal",
    "c-orders": "1C. Tribunal orders, concessions, recommendations",
    "d-reviews": "1D. Reviews, amendment, re-assessment",
    "d-changes": "1D. Phase transfer, moves, ceasing",
    "e-payments": "1E. Personal budget and direct payments",
    "f-detention": "1F. Detained young people",
    "g-exclusion": "1G. Suspension, exclusion, off-site direction",
    "g-provision": "1G. Alternative provision, section 19",
}


def read(texts: Mapping[str, str]) -> Rules:
    """Rules from TOML texts by file name. Raises ValueError naming the row that cannot be read."""
    families: dict[str, dict[str, Any]] = tomllib.loads(texts.get("families", ""))
    rows: list[Rule] = []
    uncovered: list[dict[str, str]] = []
    for name, text in texts.items():
        if name == "families":
            continue
        table = tomllib.loads(text)
        common = {key: table[key] for key in ("rule_set", "valid_from", "valid_to") if key in table}
        rows += [_row({**common, **row}, families, GROUPS.get(name, name)) for row in table.get("rule", ())]
        uncovered += [{**row, "group": GROUPS.get(name, name)} for row in table.get("no_clock", ())]
    return Rules(rows, uncovered=uncovered)


def _row(raw: dict[str, Any], families: Mapping[str, Mapping[str, Any]], group: str) -> Rule:
    try:
        return _rule(dict(raw), families, group)
    except (ValueError, KeyError, TypeError) as exc:
        raise ValueError(f"rule {raw.get('id', '?')}: {exc}") from exc


def _rule(raw: dict[str, Any], families: Mapping[str, Mapping[str, Any]], group: str) -> Rule:
    for family in raw.pop("families", ()):
        for key, value in families[family].items():
            raw[key] = [*raw.get(key, ()), *value] if isinstance(value, list) else raw.get(key, value)
    if_off = raw.pop("if_off", {})
    values: dict[str, Any] = {name: _clauses(raw.pop(name)) for name in _CLAUSES if name in raw}
    for name in ("carried_by", "handed_back_by"):
        if name in raw:
            values[name] = clauses.parse(raw.pop(name))
    if "met_for_each" in raw:
        each = raw.pop("met_for_each")
        values["met_for_each"] = Each(each["field"], tuple(each["values"]))
    values["period"] = periods.parse(raw.pop("period"))
    values["episode"] = tuple(raw.pop("episode").split("+"))
    values["reliefs"] = frozenset(raw.pop("reliefs", ()))
    values["starts_in_months"] = frozenset(raw.pop("starts_in_months", ()))
    if "period" in if_off:
        values["period_if_off"] = periods.parse(if_off.pop("period"))
    values["clauses_if_off"] = {name: _clauses(value) for name, value in if_off.items()}
    return Rule(**values, **raw, group=group)


def _clauses(texts: Sequence[str]) -> tuple[Clause, ...]:
    return tuple(clauses.parse(text) for text in texts)


def _check(rows: Sequence[Rule]) -> None:
    """A wrong row must not start the service. Raises ValueError saying which."""
    checks: tuple[tuple[str, Callable[[Rule], bool]], ...] = (
        ("its kind is not one of S P G I N", lambda r: r.kind in KINDS),
        ("nothing starts it", lambda r: bool(r.starts or r.carries)),
        ("it has an unknown relief", lambda r: r.reliefs <= RELIEFS.keys()),
        ("it names no such switch", lambda r: r.switch is None or r.switch in {f.name for f in fields(DEFAULT)}),
        ("it ends before it begins", lambda r: r.valid_from <= r.valid_to),
        ("it goes on with a rule that is not there", lambda r: r.carries in (None, *(other.id for other in rows))),
        ("it is counted with a rule that is not there", lambda r: r.counted_with in (None, *(o.id for o in rows))),
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
