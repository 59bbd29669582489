"""An intervention in tier 1, 2 or 3: agreed, started, or called off.

Reviews, extensions and tiers are in ``course``, the register in ``attendance``, the way back and what it all came to
in ``outcome``; all four are one stream.
For tiers 2 and 3 the statutory record has ``ApPlacementCommissioned``, ``…Started`` and ``…Ended`` beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared import Condition, Decider, Decision, Event, Reference

from . import attendance, course, outcome
from .conditions import refuse, unless
from .course import another_provider, half_a_term_on, placement_started
from .intervention_commands import (
    AgreeIntervention,
    AgreeObjectives,
    AllocateSpecialist,
    ApproveNonSchoolLimitException,
    CancelIntervention,
    NotePlanHolding,
    NotifyCaseworker,
    RecordBaseline,
    StartIntervention,
)
from .intervention_events import (
    ApPlacementCommissioned,
    ApPlacementEnded,
    BaselineRecorded,
    CaseworkerNotified,
    InterventionAgreed,
    InterventionCancelled,
    InterventionEvent,
    InterventionStarted,
    NonSchoolLimitExceptionApproved,
    ObjectivesAgreed,
    PlanHoldingNoted,
    SectionFDeliveryAtRisk,
    SpecialistAllocated,
    WhyPlacementEnded,
)
from .intervention_guards import (
    CORRECT,
    awaits_start,
    caseworker_knows,
    exception_missing,
    has_objectives,
    non_school,
    not_over,
)
from .intervention_state import (
    Intervention,
    Status,
    evolve,
    ids,
    personal_ids,
    place_of,
)
from .provider import provider
from .provider_state import Provider, in_the_way_of_a_start
from .referral import ap_referral
from .referral_state import ApReferral
from .referral_state import Status as ReferralStatus
from .terms import limit_flags, would_be_an_unregistered_school


def _agree(c: AgreeIntervention, s: Intervention, referral: ApReferral) -> Sequence[Event]:
    if s.status is not Status.ABSENT:
        refuse(
            unless(
                (c.case_id, c.referral_id) == (s.case_id, s.referral_id),
                "referral-of-another-case",
                "The intervention of that offer belongs to another case or referral; check the ids.",
            )
        )
        return [ObjectivesAgreed(**personal_ids(c, s), objectives=c.objectives)]
    offer = referral.offer
    accepted = referral.status is ReferralStatus.ACCEPTED and offer is not None and offer.offer_id == c.offer_id
    refuse(
        unless(accepted, "place-not-accepted", "No accepted place with that offer id is on that referral."),
        unless(
            referral.case_id == c.case_id or not accepted,
            "referral-of-another-case",
            "The referral belongs to another case; check both ids.",
        ),
    )
    assert offer is not None
    assert referral.person_id is not None
    place = offer.place
    agreed = InterventionAgreed(
        occurred_on=c.occurred_on,
        case_id=c.case_id,
        person_id=referral.person_id,
        intervention_id=c.intervention_id,
        referral_id=c.referral_id,
        offer_id=c.offer_id,
        provider_id=offer.provider_id,
        registered_school=offer.registered_school,
        home_setting_id=referral.from_setting_id,
        tier=place.tier,
        registration=place.registration,
        start_on=place.start_on,
        planned_end_on=place.planned_end_on,
        terms=place.terms,
        has_plan=referral.has_plan,
        looked_after=referral.looked_after,
        limit_flags=limit_flags(
            registered_school=offer.registered_school,
            start_on=place.start_on,
            end_on=place.planned_end_on,
            weekly_sessions=place.terms.weekly_sessions,
        ),
        objectives=c.objectives,
    )
    return [agreed] if place.tier == 1 else [agreed, _commissioned(agreed)]


def _commissioned(agreed: InterventionAgreed) -> ApPlacementCommissioned:
    names = ("occurred_on", "case_id", "intervention_id", "provider_id", "registered_school", "tier", "start_on")
    values = {name: getattr(agreed, name) for name in (*names, "planned_end_on", "terms")}
    return ApPlacementCommissioned(**values)


def _agree_objectives(c: AgreeObjectives, s: Intervention) -> Sequence[Event]:
    return [ObjectivesAgreed(**personal_ids(c, s), objectives=c.objectives)]


def _note_plan(c: NotePlanHolding, s: Intervention) -> Sequence[Event]:
    return [PlanHoldingNoted(**ids(c, s), held=c.held)]


def _notify_caseworker(c: NotifyCaseworker, s: Intervention) -> Sequence[Event]:
    return [CaseworkerNotified(**ids(c, s), caseworker=c.caseworker)]


def _approve_exception(c: ApproveNonSchoolLimitException, s: Intervention) -> Sequence[Event]:
    refuse(_told_before(s.exception_until == c.covers_until, s.exception_on, "This exception was approved"))
    place = place_of(s)
    flags = limit_flags(
        registered_school=s.registered_school,
        start_on=s.started_on or place.start_on,
        end_on=c.covers_until,
        weekly_sessions=place.terms.weekly_sessions,
    )
    return [
        NonSchoolLimitExceptionApproved(
            **personal_ids(c, s),
            flags=flags,
            covers_until=c.covers_until,
            approved_by=c.approved_by,
            reason=c.reason,
        )
    ]


def _start(c: StartIntervention, s: Intervention, at: Provider) -> Sequence[Event]:
    place = place_of(s)
    told_on = s.caseworker_notified_on
    refuse(
        another_provider(c, s),
        in_the_way_of_a_start(at, c.occurred_on, tier=place.tier),
        unless(
            not s.has_plan or (told_on is not None and told_on <= c.occurred_on),
            "caseworker-notified-too-late",
            f"The SEND caseworker was told on {told_on}, after the start on {c.occurred_on}.",
        ),
        unless(
            place.planned_end_on is None or place.planned_end_on > c.occurred_on,
            "planned-end-before-start",
            f"The planned end {place.planned_end_on} is not after the start {c.occurred_on}.",
        ),
        would_be_an_unregistered_school(
            place.terms, registered_school=at.registered_school, has_plan=s.has_plan, looked_after=s.looked_after
        ),
        exception_missing(
            s, start_on=c.occurred_on, end_on=place.planned_end_on, weekly_sessions=place.terms.weekly_sessions
        ),
    )
    started = InterventionStarted(
        **personal_ids(c, s),
        referral_id=s.referral_id,
        provider_id=c.provider_id,
        tier=place.tier,
        registration=place.registration,
        planned_end_on=place.planned_end_on,
        has_plan=s.has_plan,
        next_review_on=half_a_term_on(c.occurred_on, place.planned_end_on),
        terms=place.terms,
    )
    events: list[Event] = [started]
    if place.tier != 1:
        events.append(placement_started(c, s, place))
    if s.has_plan and c.section_f_delivered is False:
        events.append(SectionFDeliveryAtRisk(**ids(c, s)))
    return events


def _cancel(c: CancelIntervention, s: Intervention) -> Sequence[Event]:
    cancelled = InterventionCancelled(**personal_ids(c, s), reason=c.reason)
    if place_of(s).tier == 1:
        return [cancelled]
    return [cancelled, ApPlacementEnded(**ids(c, s), provider_id=s.provider_id, reason=WhyPlacementEnded.NOT_STARTED)]


def _baseline(c: RecordBaseline, s: Intervention) -> Sequence[Event]:
    refuse(_told_before(s.baseline == c.measures, s.baseline_on, "This baseline was recorded"))
    return [BaselineRecorded(**personal_ids(c, s), measures=c.measures)]


def _allocate(c: AllocateSpecialist, s: Intervention) -> Sequence[Event]:
    since = _allocated(c, s)
    refuse(_told_before(since is not None, since, "The specialist was allocated"))
    return [SpecialistAllocated(**ids(c, s), profession=c.profession, days_per_week=c.days_per_week)]


def _told_before(same: bool, on: date | None, what: str) -> list[Condition]:
    """The same thing is recorded with another day."""
    return unless(not same, "recorded-already", f"{what} on {on}. {CORRECT}")


def _allocated(c: AllocateSpecialist, s: Intervention) -> date | None:
    same = (e.occurred_on for e in s.specialists if (e.profession, e.days_per_week) == (c.profession, c.days_per_week))
    return next(same, None)


def _is_agreed(c: AgreeIntervention, s: Intervention) -> bool:
    same = (c.case_id, c.referral_id) == (s.case_id, s.referral_id)
    return same and (not c.objectives or c.objectives == s.objectives)


def _not_over_yet(s: Intervention) -> Condition | None:
    """Agreeing once more sets the objectives, as long as it is not over."""
    return None if s.status is Status.ABSENT else not_over(s)


def _is_moot(c: NotePlanHolding, s: Intervention) -> bool:
    return s.has_plan == c.held or s.status in (Status.CONCLUDED, Status.CANCELLED)


intervention = Decider(
    name="intervention",
    key="intervention_id",
    initial=Intervention(),
    evolve=evolve,
    events=InterventionEvent,
    decisions=[
        Decision(
            AgreeIntervention,
            _agree,
            when=[_not_over_yet],
            already=_is_agreed,
            opens=True,
            reads=Reference(ap_referral, "referral_id"),
        ),
        Decision(
            AgreeObjectives, _agree_objectives, when=[not_over], already=lambda c, s: s.objectives == c.objectives
        ),
        Decision(NotePlanHolding, _note_plan, already=_is_moot),  # sent by reactions
        Decision(
            NotifyCaseworker,
            _notify_caseworker,
            when=[not_over],
            already=lambda c, s: s.caseworker_notified_on == c.occurred_on,
        ),
        Decision(
            ApproveNonSchoolLimitException,
            _approve_exception,
            when=[not_over, non_school],
            already=lambda c, s: (s.exception_on, s.exception_until) == (c.occurred_on, c.covers_until),
        ),
        Decision(
            StartIntervention,
            _start,
            when=[awaits_start, has_objectives, caseworker_knows],
            already=lambda c, s: s.status is Status.STARTED and s.started_on == c.occurred_on,
            reads=Reference(provider, "provider_id"),
        ),
        Decision(
            CancelIntervention, _cancel, when=[awaits_start], already=lambda c, s: s.cancelled_on == c.occurred_on
        ),
        Decision(
            RecordBaseline,
            _baseline,
            when=[not_over],
            already=lambda c, s: (s.baseline_on, s.baseline) == (c.occurred_on, c.measures),
        ),
        Decision(
            AllocateSpecialist,
            _allocate,
            when=[not_over],
            already=lambda c, s: _allocated(c, s) == c.occurred_on,
        ),
        *course.decisions,
        *attendance.decisions,
        *outcome.decisions,
    ],
)
