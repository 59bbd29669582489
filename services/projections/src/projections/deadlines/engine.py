"""Facts of a case → its clocks. Pure and total: what cannot be decided is a clock that says why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from . import disputes, flags, suspensions
from .book import Rules
from .calendars import Calendars
from .case import Case, cases, lend
from .clock import Claim, Clock
from .detention import ENDED, STARTED, carry
from .due import Due, Dues
from .endings import ending_of
from .facts import Fact, read_date
from .index import Index, index_of
from .match import hits
from .met import Met, met
from .periods import BACKWARDS, months_after
from .relief import Limit, claims_for
from .rules import Rule
from .switches import DEFAULT, Switches


def clocks(
    facts: Iterable[Fact], *, rules: Rules, calendars: Calendars, switches: Switches = DEFAULT
) -> tuple[Clock, ...]:
    """Every clock that these facts start, in the order of the rule table. No exception escapes.

    The facts may come in any order and more than once. Facts of several cases (twins, or two authorities after a move)
    are kept apart by their ``case_id``.
    """
    index = index_of(rules, switches)
    found: list[Clock] = []
    for case in cases(facts):
        found += _Reckoning(case, index, calendars, switches).clocks()
    return tuple(found)


def prepared(facts: Iterable[Fact], *, rules: Rules, calendars: Calendars, switches: Switches = DEFAULT) -> list[Case]:
    """The cases as the clocks were worked out from them: in order, corrected, with borrowed fields filled in."""
    index = index_of(rules, switches)
    return [_Reckoning(case, index, calendars, switches).case for case in cases(facts)]


class Begun(NamedTuple):
    """A starting event of an episode: its clause's place in the rule's list, the day it counts from, the event."""

    rank: int
    on: date | None
    fact: Fact
    assumed: bool


class _Reckoning:
    """One case under one set of rules."""

    __slots__ = ("by_type", "case", "dues", "index", "switches")

    def __init__(self, case: Case, index: Index, calendars: Calendars, switches: Switches) -> None:
        self.case, self.index, self.switches = case, index, switches
        self.dues = Dues(case, calendars, switches)
        self.by_type = case.by_type
        disputes.join(self.by_type)
        suspensions.join(self.by_type, self.dues.school)
        lend(self.by_type, index.wanted)

    def clocks(self) -> list[Clock]:
        found: list[Clock] = []
        begun = self._begun()
        for number in sorted(begun):
            rule = self.index.rules[number]
            for episode, some in begun[number].items():
                if (clock := self._clock(rule, episode, some)) is not None:
                    found.append(clock)
        if STARTED in self.by_type or ENDED in self.by_type:
            return carry(found, self.index.rules, self.by_type, self._claims_again)
        return found

    def _begun(self) -> dict[int, dict[str, list[Begun]]]:
        """By rule and episode, the events that start it."""
        begun: dict[int, dict[str, list[Begun]]] = {}
        rules, starts = self.index.rules, self.index.starts
        for type_, facts in self.by_type.items():
            for start in starts.get(type_, ()):
                test, dated = start.clause.test, start.clause.dated
                fields = rules[start.rule].episode
                of_rule = begun.get(start.rule)
                for fact in facts:
                    if test is not None and not test(fact.data):
                        continue
                    if of_rule is None:
                        of_rule = begun[start.rule] = {}
                    given = None if dated is None else fact.data.get(dated)
                    on = fact.occurred_on if given is None else read_date(given)
                    one = Begun(start.rank, on, fact, dated is not None and given is None)
                    episode = _episode(fields, fact)
                    if episode in of_rule:
                        of_rule[episode].append(one)
                    else:
                        of_rule[episode] = [one]
        return begun

    def _clock(self, rule: Rule, episode: str, some: list[Begun]) -> Clock | None:
        begun = some[0] if len(some) == 1 else _picked(rule, some)
        fact, on = begun.fact, begun.on
        ids: tuple[str, ...] = (fact.event_id,)
        if len(some) > 1:
            ids += tuple(dict.fromkeys(one.fact.event_id for one in some if one.fact.event_id != fact.event_id))
        started_on = fact.occurred_on if on is None else on
        if rule.period.unit in BACKWARDS:
            started_on = min(one.fact.occurred_on for one in some)
        if not rule.in_force(started_on):
            return None
        if on is None:
            why = "the day that the period counts from cannot be read"
            return _undecided(rule, self.case.case_id, episode, started_on, ids, why)
        try:
            return self._worked_out(rule, episode, begun, on, started_on, ids)
        except Exception as exc:  # Total by promise: a fault in one limit must not hide the case's others.
            why = f"it could not be worked out ({type(exc).__name__}: {exc})"
            return _undecided(rule, self.case.case_id, episode, started_on, ids, why)

    def _worked_out(
        self, rule: Rule, episode: str, begun: Begun, on: date, started_on: date, ids: tuple[str, ...]
    ) -> Clock | None:
        fact = begun.fact
        if rule.starts_in_months and on.month not in rule.starts_in_months:
            return None
        if rule.needs and not self._happened(rule, fact, started_on):
            return None
        freed_by = self._freed_by(rule, fact, started_on, on) if rule.unless else None
        if freed_by is not None and rule.unless_weeks is None:
            return None
        due = self.dues.due(rule, fact, on)
        since = started_on
        if rule.since_months is not None:
            since = min(started_on, months_after(on, -rule.since_months))
        done = met(self.by_type, rule, fact, since, started_on, due.on, self.switches)
        ending, too_late = ending_of(self.by_type, rule, fact, started_on, done.on, self.switches)
        claims: tuple[Claim, ...] = ()
        if due.on is not None and self.case.claims:
            claims = claims_for(self.case, Limit(rule, fact, episode, due.counted_from, due.on), self.switches)
        closed_on, closed_why = ending.closed_on, ending.closed_why
        if freed_by is not None:
            closed_on = started_on
            held = f"{freed_by.words} on {freed_by.occurred_on:%-d %B %Y}"
            closed_why = f"{held}, in the {rule.unless_weeks} weeks before the request"
        return Clock(
            rule, self.case.case_id, episode, started_on, due.counted_from, due.on, done.on, done.event_id,
            closed_on, closed_why, ending.not_needed, ending.superseded_on, ending.superseded_why, ending.suspended, claims,
            due.undecided_why, ids, _flags(rule, begun, due, done, claims, too_late=too_late),
        )  # fmt: skip

    def _happened(self, rule: Rule, start: Fact, since: date) -> bool:
        own = rule.episode[0]
        return any(True for clause in rule.needs for _ in hits(self.by_type, clause, start, since, own))

    def _freed_by(self, rule: Rule, start: Fact, since: date, on: date) -> Fact | None:
        """The last event before the start that leaves no duty."""
        own = rule.episode[0]
        before = [hit for clause in rule.unless for hit in hits(self.by_type, clause, start, since, own)]
        if rule.unless_weeks is not None:
            first = on.toordinal() - 7 * rule.unless_weeks
            before = [hit for hit in before if hit.on.toordinal() >= first]
        return max(before, key=lambda hit: hit.on).fact if before else None

    def _claims_again(self, clock: Clock) -> tuple[Claim, ...]:
        """The exceptions claimed, judged anew under the rule a limit goes on under."""
        if clock.due_on is None or not self.case.claims:
            return ()
        start = next(f for facts in self.by_type.values() for f in facts if f.event_id == clock.start_event_ids[0])
        limit = Limit(clock.rule, start, clock.instance, clock.counted_from, clock.due_on)
        return claims_for(self.case, limit, self.switches)


def _episode(fields: tuple[str, ...], fact: Fact) -> str:
    """The values of the episode's fields; the event's own id where it has none of them."""
    if len(fields) == 1:
        value = fact.data.get(fields[0])
        return fact.event_id if value is None else str(value)
    values = [str(value) for field in fields if (value := fact.data.get(field)) is not None]
    return ":".join(values) or fact.event_id


def _picked(rule: Rule, some: list[Begun]) -> Begun:
    """The starting event that counts: see ``Rule.pick``."""
    if rule.pick != "first":
        rank = min(one.rank for one in some)
        some = [one for one in some if one.rank == rank]
    if rule.pick == "listed-latest":
        return max(some, key=lambda one: (one.fact.recorded_at, one.fact.occurred_on, one.fact.event_id))
    return min(some, key=lambda one: (one.on or date.max, one.fact.recorded_at, one.fact.event_id))


def _flags(
    rule: Rule, begun: Begun, due: Due, done: Met, claims: tuple[Claim, ...], *, too_late: bool
) -> tuple[str, ...]:
    found = due.flags + done.flags
    if begun.assumed:
        found = (flags.START_ASSUMED, *found)
    if too_late:
        found = (*found, flags.NOT_BEFORE)
    if rule.relief_flag and any(claim.applies for claim in claims):
        found = (*found, rule.relief_flag)
    return found


def _undecided(rule: Rule, case_id: str, episode: str, started_on: date, ids: tuple[str, ...], why: str) -> Clock:
    return Clock(
        rule, case_id, episode, started_on, started_on, None, None, None,
        None, None, False, None, None, (), (), why, ids, (),
    )  # fmt: skip
