"""A figure: what was measured, in every round, beside what, and what it should have been."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Target:
    """``at least`` or ``under`` a value; of the ratio where the figure has a yardstick, else of the figure."""

    kind: Literal["at least", "under"]
    value: float

    def met(self, found: float) -> bool:
        return found >= self.value if self.kind == "at least" else found < self.value


def at_least(value: float) -> Target:
    return Target("at least", value)


def under(value: float) -> Target:
    return Target("under", value)


@dataclass
class Figure:
    what: str
    unit: str
    rounds: Sequence[float]
    beside: str | None = None
    """The yardstick, measured turn about in the same run."""
    beside_rounds: Sequence[float] = ()
    target: Target | None = None
    why: str = ""
    """What holds it back, where that is known."""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    @property
    def beside_value(self) -> float | None:
        return statistics.median(self.beside_rounds) if self.beside_rounds else None

    @property
    def ratio(self) -> float | None:
        """The median over the yardstick's; drift of the machine meets both alike, because they run turn about."""
        return self.value / self.beside_value if self.beside_value else None

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.target.met(self.value if self.ratio is None else self.ratio)

    def body(self) -> dict[str, Any]:
        """As it is kept in a file."""
        return {
            "what": self.what,
            "unit": self.unit,
            "value": _short(self.value),
            "rounds": [_short(v) for v in self.rounds],
            "beside": self.beside,
            "beside_value": None if self.beside_value is None else _short(self.beside_value),
            "beside_rounds": [_short(v) for v in self.beside_rounds],
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "target": None if self.target is None else f"{self.target.kind} {self.target.value:g}",
            "met": self.met,
            "why": self.why,
            **({"more": self.more} if self.more else {}),
        }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def quantile(values: Sequence[float], q: float) -> float:
    """The value below which a share ``q`` of them lies (nearest rank). Raises IndexError without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]
