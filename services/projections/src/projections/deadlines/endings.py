"""How a limit ends besides being met: closed, superseded, or switched off for a time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from . import words
from .case import ByType
from .clock import Suspension
from .facts import Fact
from .match import Hit, earliest, every
from .rules import Rule
from .switches import Switches


class Ending(NamedTuple):
    closed_on: date | None = None
    closed_why: str | None = None
    not_needed: bool = False
    superseded_on: date | None = None
    superseded_why: str | None = None
    suspended: tuple[Suspension, ...] = ()


NONE = Ending()


def ending_of(
    by_type: ByType, rule: Rule, start: Fact, since: date, met_on: date | None, switches: Switches
) -> tuple[Ending, bool]:
    """The ending, and whether it came because the act was too late (``must_precede``)."""
    own = rule.episode[0]
    closed = earliest(by_type, rule.closed_by, start, since, own) if rule.closed_by else None
    superseded = earliest(by_type, rule.superseded_by, start, since, own) if rule.superseded_by else None
    not_needed = False
    if rule.not_needed_once:
        other = earliest(by_type, rule.not_needed_once, start, since, own)
        if other is not None and (closed is None or other.on <= closed.on):
            closed, not_needed = other, True
    too_late = False
    if rule.must_precede and (decided := earliest(by_type, rule.must_precede, start, since, own)) is not None:
        too_late = (met_on is None or met_on > decided.on) and (closed is None or decided.on < closed.on)
        if too_late:
            closed, not_needed = decided, False
    suspended: tuple[Suspension, ...] = ()
    if rule.suspended_by:
        suspended, refused = _suspensions(by_type, rule, start, since, superseded, switches)
        if refused is not None and (closed is None or refused.on < closed.on):
            closed, not_needed = refused, False
    if closed is None and superseded is None and not suspended:
        return NONE, too_late
    return (
        Ending(
            closed.on if closed else None,
            words.event(closed.fact.type) if closed else None,
            not_needed,
            superseded.on if superseded else None,
            words.event(superseded.fact.type) if superseded else None,
            suspended,
        ),
        too_late,
    )


def _suspensions(
    by_type: ByType, rule: Rule, start: Fact, since: date, superseded: Hit | None, switches: Switches
) -> tuple[tuple[Suspension, ...], Hit | None]:
    """Refusals that were reversed, and the one that stands (ST 5.5, 6.31).

    What supersedes the limit ends the refusal for good: what follows is counted by limits of its own.
    """
    own = rule.episode[0]
    refusals = every(by_type, rule.suspended_by, start, since, own)
    if not refusals:
        return (), None
    revivals = every(by_type, rule.revived_by, start, since, own) if switches.voluntary_reversal_revives else []
    over: list[Suspension] = []
    for refusal in refusals:
        if over and refusal.on < over[-1].to_on:
            continue
        if superseded is not None and superseded.on >= refusal.on:
            if superseded.on > refusal.on:
                over.append(Suspension(refusal.on, superseded.on, "closed", words.event(refusal.fact.type)))
            return tuple(over), None
        revival = next((r for r in revivals if r.on >= refusal.on and r.fact is not refusal.fact), None)
        if revival is None:
            return tuple(over), refusal
        over.append(Suspension(refusal.on, revival.on, "closed", words.event(refusal.fact.type)))
    return tuple(over), None
