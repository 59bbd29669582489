"""The course of an intervention: reviewed half-termly, extended, moved between tiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared import Condition, Decision, Event, Reference

from .conditions import refuse, unless
from .dates import HALF_TERM, TWELVE_WEEKS
from .intervention_commands import ChangeTier, ExtendIntervention, ReviewIntervention, StartIntervention
from .intervention_events import (
    ApPlacementCommissioned,
    ApPlacementEnded,
    ApPlacementStarted,
    ApReviewHeld,
    InterventionExtended,
    ReviewDecision,
    TierChanged,
    WhyPlacementEnded,
)
from .intervention_guards import (
    CORRECT,
    exception_missing,
    has_planned_end,
    running,
)
from .intervention_state import (
    Intervention,
    Review,
    ids,
    personal_ids,
    place_of,
)
from .provider import provider
from .provider_state import Provider, in_the_way_of_a_start
from .terms import Place, not_as_the_tier_asks, too_many_sessions, would_be_an_unregistered_school


def _review(c: ReviewIntervention, s: Intervention) -> Sequence[Event]:
    place = place_of(s)
    assert s.started_on is not None
    ends = c.decision is ReviewDecision.END
    next_on = None if ends else c.next_review_on or half_a_term_on(c.occurred_on, place.planned_end_on)
    known = {o.number for o in s.objectives}
    refuse(
        unless(
            c.occurred_on >= s.started_on,
            "before-the-start",
            f"The intervention started on {s.started_on}; it cannot have been reviewed before.",
        ),
        unless(
            next_on is None or next_on > c.occurred_on,
            "next-review-not-later",
            f"The next review must come after this one of {c.occurred_on}.",
        ),
        unless(
            next_on is None or not place.terms.part_time_timetable or next_on <= c.occurred_on + HALF_TERM,
            "part-time-review-too-late",
            f"A part-time timetable is reviewed within six weeks, by {c.occurred_on + HALF_TERM}.",
        ),
        unless(
            {p.number for p in c.progress_by_objective} <= known,
            "no-such-objective",
            "The review speaks of an objective that was not agreed.",
        ),
    )
    return [
        ApReviewHeld(
            **personal_ids(c, s),
            decision=c.decision,
            next_review_on=next_on,
            progress_by_objective=c.progress_by_objective,
            notes=c.notes,
        )
    ]


def half_a_term_on(on: date, planned_end_on: date | None) -> date:
    """Half a term later, or at the planned end if that comes first (and is still to come)."""
    later = on + HALF_TERM
    return planned_end_on if planned_end_on is not None and on < planned_end_on < later else later


def _extend(c: ExtendIntervention, s: Intervention) -> Sequence[Event]:
    place = place_of(s)
    assert place.planned_end_on is not None
    assert s.started_on is not None
    refuse(
        unless(
            c.new_end_on > place.planned_end_on,
            "not-an-extension",
            f"The planned end is {place.planned_end_on} already{_since(s.extended_on)}",
        ),
        unless(
            c.new_end_on - s.started_on <= TWELVE_WEEKS or c.panel_approved_on is not None,
            "panel-approval-needed",
            f"Beyond 12 weeks, {s.started_on + TWELVE_WEEKS}, the panel must approve; say when it did.",
        ),
        unless(
            c.panel_approved_on is None or c.panel_approved_on <= c.occurred_on,
            "approved-after-extension",
            "The panel must have approved before the intervention is extended.",
        ),
        exception_missing(s, start_on=s.started_on, end_on=c.new_end_on, weekly_sessions=place.terms.weekly_sessions),
    )
    return [
        InterventionExtended(
            **personal_ids(c, s),
            was=place.planned_end_on,
            new_end_on=c.new_end_on,
            panel_approved_on=c.panel_approved_on,
            reason=c.reason,
        )
    ]


def _since(on: date | None) -> str:
    """The end of a sentence about what was changed before: since when, and how to put a wrong date right."""
    return "; say another." if on is None else f", since {on}; say another. {CORRECT}"


def _change_tier(c: ChangeTier, s: Intervention, at: Provider) -> Sequence[Event]:
    old = place_of(s)
    assert s.started_on is not None
    new = Place(c.to_tier, c.registration, c.occurred_on, c.planned_end_on, c.terms)
    refuse(
        another_provider(c, s),
        unless(c.to_tier != old.tier, "same-tier", f"The pupil is in tier {old.tier} already{_since(s.tier_since)}"),
        # Going down is no new start: a suspended provider must not keep a pupil from it.
        in_the_way_of_a_start(at, c.occurred_on, tier=c.to_tier) if c.to_tier > old.tier else [],
        not_as_the_tier_asks(new, registered_school=at.registered_school),
        too_many_sessions(new, at),
        would_be_an_unregistered_school(
            c.terms, registered_school=at.registered_school, has_plan=s.has_plan, looked_after=s.looked_after
        ),
        exception_missing(s, start_on=s.started_on, end_on=c.planned_end_on, weekly_sessions=c.terms.weekly_sessions),
    )
    changed = TierChanged(
        **personal_ids(c, s),
        from_tier=old.tier,
        to_tier=c.to_tier,
        registration=c.registration,
        planned_end_on=c.planned_end_on,
        terms=c.terms,
        reason=c.reason,
    )
    if old.tier == 1:
        commissioned = ApPlacementCommissioned(
            **ids(c, s),
            provider_id=c.provider_id,
            registered_school=s.registered_school,
            tier=c.to_tier,
            start_on=c.occurred_on,
            planned_end_on=c.planned_end_on,
            terms=c.terms,
        )
        return [changed, commissioned, placement_started(c, s, new)]
    if c.to_tier == 1:
        reason = WhyPlacementEnded.MOVED_TO_TIER_1
        return [changed, ApPlacementEnded(**ids(c, s), provider_id=c.provider_id, reason=reason)]
    return [changed]


def another_provider(c: StartIntervention | ChangeTier, s: Intervention) -> list[Condition]:
    return unless(
        c.provider_id == s.provider_id,
        "another-provider",
        "The place was accepted with another provider; a place there needs a new offer.",
    )


def placement_started(c: StartIntervention | ChangeTier, s: Intervention, place: Place) -> ApPlacementStarted:
    return ApPlacementStarted(
        **ids(c, s),
        provider_id=c.provider_id,
        registered_school=s.registered_school,
        tier=place.tier,
        section_f_delivered=c.section_f_delivered if isinstance(c, StartIntervention) and s.has_plan else None,
    )


def _in_that_tier(c: ChangeTier, s: Intervention) -> bool:
    p = s.place
    if p is None or s.tier_since != c.occurred_on:
        return False
    return (p.tier, p.registration, p.planned_end_on, p.terms) == (
        c.to_tier,
        c.registration,
        c.planned_end_on,
        c.terms,
    )


decisions = [
    Decision(
        ReviewIntervention,
        _review,
        when=[running],
        already=lambda c, s: Review(c.occurred_on, c.decision) in s.reviews,
    ),
    Decision(
        ExtendIntervention,
        _extend,
        when=[running, has_planned_end],
        already=lambda c, s: (s.planned_end_on, s.extended_on) == (c.new_end_on, c.occurred_on),
    ),
    Decision(
        ChangeTier,
        _change_tier,
        when=[running],
        already=_in_that_tier,
        reads=Reference(provider, "provider_id"),
    ),
]
