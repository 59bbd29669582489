"""Facts of a case → its clocks. Pure and total: what cannot be decided is a clock that says why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from . import disputes, flags, suspensions, words
from .book import Rules
from .calendars import OUTSIDE, Calendars
from .case import Case, cases, lend
from .clock import Claim, Clock
from .detention import ENDED, STARTED, carry
from .due import Dues
from .endings import NONE, ending_of
from .facts import Fact, read_date
from .index import Index, Ready, index_of
from .match import hits
from .met import NOT_MET, met
from .periods import months_after
from .relief import Limit, claims_for
from .rules import Rule
from .switches import DEFAULT, Switches


def clocks(
    facts: Iterable[Fact], *, rules: Rules, calendars: Calendars, switches: Switches = DEFAULT
) -> tuple[Clock, ...]:
    """Every clock that these facts start, in a fixed order. No exception escapes.

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
            bundle = self.index.bundles[number]
            for episode, some in begun[number].items():
                one = some[0] if len(some) == 1 else _picked(bundle.pick, some)
                for ready in bundle.rules:
                    clock = self._clock(ready, episode, one, some)
                    if clock is None and ready.rule.needs and len(some) > 1:
                        clock = self._from_another(ready, episode, some)
                    if clock is not None:
                        found.append(clock)
        if STARTED in self.by_type or ENDED in self.by_type:
            return carry(found, self.index.carrying, self.by_type, self._claims_again)
        return found

    def _begun(self) -> dict[int, dict[str, list[Begun]]]:
        """By bundle of rules and episode, the events that start it."""
        begun: dict[int, dict[str, list[Begun]]] = {}
        of_type, bundles = self.index.starts, self.index.bundles
        for type_, facts in self.by_type.items():
            if (starts := of_type.get(type_)) is None:
                continue
            for bundle, rank, test, dated in starts:
                fields = bundles[bundle].episode
                for fact in facts:
                    if test is not None and not test(fact.data):
                        continue
                    given = None if dated is None else fact.data.get(dated)
                    on = fact.occurred_on if given is None else read_date(given)
                    one = Begun(rank, on, fact, dated is not None and given is None)
                    episode = _episode(fields, fact)
                    if (episodes := begun.get(bundle)) is None:
                        begun[bundle] = {episode: [one]}
                    elif (same := episodes.get(episode)) is None:
                        episodes[episode] = [one]
                    else:
                        same.append(one)
        return begun

    def _clock(self, ready: Ready, episode: str, begun: Begun, some: list[Begun]) -> Clock | None:
        rule, (_, on, fact, _) = ready.rule, begun
        started_on = fact.occurred_on if on is None else on
        if ready.backwards:
            started_on = min(one.fact.occurred_on for one in some)
        if not rule.valid_from <= started_on <= rule.valid_to:
            return None  # The law of the day on which the clock started decides.
        ids: tuple[str, ...] = (fact.event_id,)
        if len(some) > 1:
            ids += tuple(dict.fromkeys(one.fact.event_id for one in some if one.fact.event_id != fact.event_id))
        if on is None:
            why = "the day that the period counts from cannot be read"
            return _undecided(rule, self.case.case_id, episode, started_on, ids, why)
        try:
            return self._worked_out(ready, episode, begun, on, started_on, ids)
        except Exception as exc:  # Total by promise: a fault in one limit must not hide the case's others.
            why = f"it could not be worked out ({type(exc).__name__}: {exc})"
            return _undecided(rule, self.case.case_id, episode, started_on, ids, why)

    def _from_another(self, ready: Ready, episode: str, some: list[Begun]) -> Clock | None:
        """What a limit needs may come only with a later one of the events that start it: section G, by an amendment."""
        for one in sorted(some, key=lambda one: (one.on or date.max, one.fact.recorded_at, one.fact.event_id)):
            if (clock := self._clock(ready, episode, one, some)) is not None:
                return clock
        return None

    def _worked_out(
        self, ready: Ready, episode: str, begun: Begun, on: date, started_on: date, ids: tuple[str, ...]
    ) -> Clock | None:
        rule, fact, by_type = ready.rule, begun.fact, self.by_type
        present = by_type.keys()  # Asked this way round, only the rule's few types are gone through.
        freed_by: Fact | None = None
        if ready.conditional:
            if not self._applies(rule, fact, on, started_on):
                return None
            freed_by = self._freed_by(rule, fact, started_on, on)
            if freed_by is not None and rule.unless_weeks is None:
                return None
        due_on: date | None = None
        counted_from, undecided_why = on, None
        flagged: tuple[str, ...] = ()
        if ready.quick is not None:
            try:
                due_on = ready.quick(on)
            except OverflowError:
                undecided_why = OUTSIDE
        elif not ready.undated:
            due_on, counted_from, flagged, undecided_why = self.dues.due(rule, fact, on)
        met_on, met_event_id, met_flags = NOT_MET
        if rule.at_least or not present.isdisjoint(ready.met_types):
            since = started_on
            if rule.since_months is not None:
                since = min(started_on, _months_before(on, rule.since_months))
            met_on, met_event_id, met_flags = met(by_type, rule, fact, since, started_on, due_on, self.switches)
        ending, too_late = NONE, False
        if not present.isdisjoint(ready.end_types):
            ending, too_late = ending_of(by_type, rule, fact, started_on, met_on, self.switches)
            if freed_by is not None:
                ending = ending._replace(closed_on=started_on, closed_why=_freed(rule, freed_by))
        elif freed_by is not None:
            ending = NONE._replace(closed_on=started_on, closed_why=_freed(rule, freed_by))
        claims: tuple[Claim, ...] = ()
        if self.case.claims and due_on is not None:
            claims = claims_for(self.case, Limit(rule, fact, episode, counted_from, due_on), self.switches)
        flagged += met_flags
        if begun.assumed or too_late or claims:
            flagged = _flags(rule, flagged, claims, assumed=begun.assumed, too_late=too_late)
        about = None if rule.about is None or (which := fact.data.get(rule.about)) is None else str(which)
        return Clock(
            rule, self.case.case_id, episode, started_on, counted_from, due_on, met_on, met_event_id, *ending,
            claims, undecided_why, ids, flagged, about,
        )  # fmt: skip

    def _applies(self, rule: Rule, start: Fact, on: date, since: date) -> bool:
        if rule.starts_in_months and on.month not in rule.starts_in_months:
            return False
        own = rule.episode[0]
        return not rule.needs or any(True for c in rule.needs for _ in hits(self.by_type, c, start, since, own))

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


def _months_before(on: date, n: int) -> date:
    try:
        return months_after(on, -n)
    except OverflowError:
        return date.min


def _episode(fields: tuple[str, ...], fact: Fact) -> str:
    """The values of the episode's fields; the event's own id where it has none of them."""
    if len(fields) == 1:
        value = fact.data.get(fields[0])
        return fact.event_id if value is None else str(value)
    values = [str(value) for field in fields if (value := fact.data.get(field)) is not None]
    return ":".join(values) or fact.event_id


def _picked(pick: str, some: list[Begun]) -> Begun:
    """The starting event that counts: see ``Rule.pick``."""
    if pick != "first":
        rank = min(one.rank for one in some)
        some = [one for one in some if one.rank == rank]
    if pick == "listed-latest":
        return max(some, key=lambda one: (one.fact.recorded_at, one.fact.occurred_on, one.fact.event_id))
    return min(some, key=lambda one: (one.on or date.max, one.fact.recorded_at, one.fact.event_id))


def _flags(
    rule: Rule, found: tuple[str, ...], claims: tuple[Claim, ...], *, assumed: bool, too_late: bool
) -> tuple[str, ...]:
    if assumed:
        found = (*found, flags.START_ASSUMED)
    if too_late and not rule.at_least:  # A time cut short has its own flag.
        found = (*found, flags.NOT_BEFORE)
    if rule.relief_flag and any(claim.applies for claim in claims):
        found = (*found, rule.relief_flag)
    return found


def _freed(rule: Rule, by: Fact) -> str:
    return f"{words.event(by.type)} on {by.occurred_on:%-d %B %Y}, in the {rule.unless_weeks} weeks before the request"


def _undecided(rule: Rule, case_id: str, episode: str, started_on: date, ids: tuple[str, ...], why: str) -> Clock:
    return Clock(
        rule, case_id, episode, started_on, started_on, None, None, None,
        None, None, False, None, None, (), (), why, ids, (),
    )  # fmt: skip
