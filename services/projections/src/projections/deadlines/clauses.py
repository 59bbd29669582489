"""The small language in which the rule table names events.

    plan.final-plan-issued where rights complete by request_id
    plan.draft-plan-served where not reassessment_id dated served_on
    plan.tribunal-order-made where order_types=ASSESS by request_id or case

``where``: conditions on the event's fields, joined by ``and``. ``dated``: the field whose date counts (else
``occurred_on``). ``by``: the field that must be the same as in the starting event (else the rule's episode); ``case``:
any such event of the case on or after the start; ``or case``: the same where one side does not say; ``by other``: the
field must differ, if both sides say. ``later``: on or after the start, and of another episode if it is the same kind of
event; ``before``: on or before the start. What is matched by another id than the episode's counts on or after the start
only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast

Test = Callable[[Mapping[str, Any]], bool]

_CLAUSE = re.compile(
    r"(?P<type>[a-z-]+\.[a-z0-9-]+)"
    r"(?: where (?P<where>.+?))?"
    r"(?: dated (?P<dated>\w+))?"
    r"(?: by (?P<other>other )?(?P<by>(?!other\b)\w+)(?P<or_case> or case)?)?"
    r"(?: (?P<when>later|before))?"
)
_CONDITION = re.compile(r"(?P<not>not )?(?P<field>\w+)(?:(?P<op>=|!=|>|<=)(?P<values>[\w|().-]+))?")

When = Literal["", "since", "later", "before"]
Operator = Literal["is", "not", "=", "!=", ">", "<="]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field. ``is`` means given and not false; lists hold if one of their values does."""

    field: str
    op: Operator
    values: tuple[str, ...] = ()

    def holds(self, data: Mapping[str, Any]) -> bool:
        found = data.get(self.field)
        match self.op:
            case "is":
                return bool(found)
            case "not":
                return not found
            case "=":
                return _any_of(found, self.values)
            case "!=":
                return not _any_of(found, self.values)
            case ">":
                return (number := _number(found)) is not None and number > Decimal(self.values[0])
            case "<=":
                return (number := _number(found)) is not None and number <= Decimal(self.values[0])


@dataclass(frozen=True, slots=True)
class Clause:
    """One kind of event that starts, meets or ends a limit."""

    type: str
    where: tuple[Condition, ...] = ()
    rights: bool = False
    """Only a notice that states every right counts; one that leaves a right out is defective (ST 2.2)."""
    dated: str | None = None
    by: str | None = None
    """A field name, "case", or None for the rule's episode."""
    or_case: bool = False
    other: bool = False
    """The field must not be the same as in the starting event."""
    when: When = ""
    test: Test | None = None
    """All conditions at once; None if there are none."""
    plain: bool = False
    """Matched by an id alone, on the day of the event."""

    @property
    def fields(self) -> frozenset[str]:
        """The event's fields that are read."""
        named = {c.field for c in self.where} | {f for f in (self.dated, self.by) if f and f != "case"}
        return frozenset(named | ({"rights"} if self.rights else set()))


def parse(text: str) -> Clause:
    """Raises ValueError naming what cannot be read."""
    read = _CLAUSE.fullmatch(text.strip())
    if read is None:
        raise ValueError(f"cannot read the clause {text!r}")
    parts = [part.strip() for part in (read["where"] or "").split(" and ") if part.strip()]
    rights = "rights complete" in parts
    where = tuple(_condition(part, text) for part in parts if part != "rights complete")
    return Clause(
        type=read["type"],
        where=where,
        rights=rights,
        dated=read["dated"],
        by=read["by"],
        or_case=bool(read["or_case"]),
        other=bool(read["other"]),
        when=cast(When, read["when"] or ""),
        test=_together(where),
    )


def rights_stated(data: Mapping[str, Any]) -> bool:
    """False if the notice says of a right that it was left out. Nothing said: nothing found wrong."""
    rights = data.get("rights")
    return not isinstance(rights, Mapping) or all(rights.values())


def _condition(text: str, clause: str) -> Condition:
    read = _CONDITION.fullmatch(text)
    if read is None or (read["not"] and read["op"]):
        raise ValueError(f"cannot read the condition {text!r} in {clause!r}")
    op = cast(Operator, read["op"] or ("not" if read["not"] else "is"))
    return Condition(read["field"], op, tuple(read["values"].split("|")) if read["values"] else ())


def _together(where: tuple[Condition, ...]) -> Test | None:
    tests = [_test(condition) for condition in where]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda data: all(test(data) for test in tests)


def _test(condition: Condition) -> Test:
    """The commonest conditions as the quickest closures: a case's clocks ask thousands of times."""
    name, values = condition.field, frozenset(condition.values)
    match condition.op:
        case "is":
            return lambda data: bool(data.get(name))
        case "not":
            return lambda data: not data.get(name)
        case "=":
            return _one_of(name, values)
        case _:
            return condition.holds


def _one_of(name: str, values: frozenset[str]) -> Test:
    def test(data: Mapping[str, Any]) -> bool:
        found = data.get(name)
        return found in values if type(found) is str else _any_of(found, values)

    return test


def _any_of(found: Any, values: frozenset[str] | tuple[str, ...]) -> bool:
    if isinstance(found, list | tuple):
        return any(_word(item) in values for item in found)
    return _word(found) in values


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
