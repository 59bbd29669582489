"""What follows here from plans, and from this service's own streams; and that the chains meet in the right place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from ap_intervention.ap_case import (
    NoteEhcPlan,
    NoteEhcPlanEnd,
    NoteExclusion,
    NoteExclusionCancellation,
    NoteIntervention,
    NoteInterventionEnd,
    ap_case,
)
from ap_intervention.app import service
from ap_intervention.intervention import intervention
from ap_intervention.intervention_commands import AgreeIntervention, NotePlanHolding
from ap_intervention.provider import QualityAssureProvider, RecordProviderCheck, RegisterApProvider
from ap_intervention.referral import AcceptApPlace, OfferApPlace, RecordPanelDecision, ReferToAp, TriageReferral
from shared.flow.handle import Handler
from shared.testing.memory import MemoryEventStore, MemoryKeyring

from shared import Actor, Command, derived_id

from .examples import (
    CASE,
    INTERVENTION,
    OFFER,
    OFFERED_ON,
    PERSON,
    PROVIDER,
    REFERRAL,
    REGISTERED_ON,
    REPLY_BY,
    START,
    TWELVE_WEEKS_ON,
    terms,
    whose,
)

DAY = date(2026, 9, 10)
PLAN, EXCLUSION = UUID(int=70), UUID(int=401)


def _commands(wire_name: str, **fields: Any) -> list[Command]:
    """What every reaction to an event says, read from the JSON that is published."""
    body = {"type": wire_name, "occurred_on": DAY, "case_id": CASE, "more_than_we_know": 1, **fields}
    found = [reaction for reaction in service.reactions if reaction.event_type == wire_name]
    assert found, f"nothing listens for {wire_name}"
    assert all(reaction.to == f"send.{wire_name.split('.')[0]}.v1" for reaction in found)
    return [command for reaction in found for command in reaction.then(reaction.event.model_validate(body))]


@pytest.mark.parametrize("wire_name", ["plan.final-plan-issued", "plan.plan-transferred-in"])
def test_a_plan_that_was_issued_or_came_is_noted(wire_name: str) -> None:
    assert _commands(wire_name, person_id=PERSON, plan_id=PLAN) == [
        NoteEhcPlan(occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN)
    ]


@pytest.mark.parametrize("wire_name", ["plan.plan-ceased", "plan.plan-transferred-out"])
def test_a_plan_that_ceased_or_left_is_held_no_longer(wire_name: str) -> None:
    assert _commands(wire_name, plan_id=PLAN) == [NoteEhcPlanEnd(occurred_on=DAY, case_id=CASE, plan_id=PLAN)]


def test_every_open_intervention_learns_of_the_plan() -> None:
    ids = (UUID(int=1), UUID(int=2))
    assert _commands("ap-intervention.ehc-plan-noted", intervention_ids=ids) == [
        NotePlanHolding(occurred_on=DAY, intervention_id=id, held=True) for id in ids
    ]
    assert _commands("ap-intervention.ehc-plan-end-noted", intervention_ids=ids[:1]) == [
        NotePlanHolding(occurred_on=DAY, intervention_id=ids[0], held=False)
    ]


def test_an_intervention_noted_for_a_child_with_a_plan_learns_of_it() -> None:
    told = {"person_id": PERSON, "intervention_id": INTERVENTION}
    assert _commands("ap-intervention.intervention-noted", **told, plan_held=False) == []
    assert _commands("ap-intervention.intervention-noted", **told, plan_held=True) == [
        NotePlanHolding(occurred_on=DAY, intervention_id=INTERVENTION, held=True)
    ]


def test_an_accepted_place_becomes_an_intervention() -> None:
    assert _commands("ap-intervention.ap-place-accepted", referral_id=REFERRAL, offer_id=OFFER) == [
        AgreeIntervention(occurred_on=DAY, case_id=CASE, referral_id=REFERRAL, offer_id=OFFER)
    ]


def test_the_case_keeps_its_interventions() -> None:
    told = {"person_id": PERSON, "intervention_id": INTERVENTION}
    assert _commands("ap-intervention.intervention-agreed", **told) == [
        NoteIntervention(occurred_on=DAY, case_id=CASE, **told)
    ]
    for wire_name in ("ap-intervention.intervention-concluded", "ap-intervention.intervention-cancelled"):
        assert _commands(wire_name, **told) == [
            NoteInterventionEnd(occurred_on=DAY, case_id=CASE, intervention_id=INTERVENTION)
        ]


def test_the_case_keeps_its_exclusions() -> None:
    told = {"person_id": PERSON, "exclusion_id": EXCLUSION}
    assert _commands("ap-intervention.pupil-suspended", **told, school_days="4.5") == [
        NoteExclusion(occurred_on=DAY, case_id=CASE, **told, school_days=Decimal("4.5"))
    ]
    assert _commands("ap-intervention.pupil-permanently-excluded", **told, school_days=None) == [
        NoteExclusion(occurred_on=DAY, case_id=CASE, **told, school_days=Decimal(0))
    ]
    assert _commands("ap-intervention.exclusion-cancelled", **told, school_days_served="2") == [
        NoteExclusionCancellation(occurred_on=DAY, case_id=CASE, exclusion_id=EXCLUSION, school_days_served=Decimal(2))
    ]


# --- chains ---

BY = Actor(user_id="ana", role="send_caseworker", org_id="999", la_code="999")


class World:
    """The service on a memory store. ``settle`` hears its own events until nothing follows, as the worker would."""

    def __init__(self) -> None:
        self.store = MemoryEventStore()
        self.handler: Handler = service.handler(self.store, MemoryKeyring())
        self.heard: set[UUID] = set()

    async def send(self, *commands: Command) -> None:
        for command in commands:
            await self._handle(command, uuid4())

    async def _handle(self, command: Command, command_id: UUID) -> None:
        await self.handler.handle(command, by=BY, at=datetime(2026, 12, 31, 9, tzinfo=UTC), command_id=command_id)

    async def hear(self, wire_name: str, **fields: Any) -> None:
        for command in _commands(wire_name, **fields):
            await self._handle(command, uuid4())

    async def settle(self) -> None:
        while new := [e for lane in self.store.lanes.values() for e in lane if e.event_id not in self.heard]:
            for event in new:
                self.heard.add(event.event_id)
                for number, reaction in enumerate(r for r in service.reactions if r.event_type == event.type):
                    for command in reaction.then(reaction.event.model_validate_json(event.data)):
                        await self._handle(command, derived_id("reaction", event.event_id, number, command))

    async def state(self, decider: Any, id: UUID) -> Any:
        return (await self.handler.load(decider, id, la_code="999")).state


def _course() -> Sequence[Command]:
    return [
        ReferToAp(occurred_on=date(2026, 9, 1), referral_id=REFERRAL, reason_code="RISK", requested_tier=2, **whose()),
        TriageReferral(occurred_on=date(2026, 9, 2), referral_id=REFERRAL, priority="STANDARD"),
        RecordPanelDecision(
            occurred_on=date(2026, 9, 4), referral_id=REFERRAL, decision="TIER2", rationale="Outreach was tried."
        ),
        OfferApPlace(
            occurred_on=OFFERED_ON,
            referral_id=REFERRAL,
            offer_id=OFFER,
            provider_id=PROVIDER,
            tier=2,
            registration="SINGLE",
            start_on=START,
            planned_end_on=TWELVE_WEEKS_ON,
            reply_by=REPLY_BY,
            terms=terms(),
        ),
        AcceptApPlace(occurred_on=DAY, referral_id=REFERRAL, offer_id=OFFER, accepted_by="PARENT"),
    ]


async def _with_a_provider() -> World:
    world = World()
    await world.send(
        RegisterApProvider(
            occurred_on=REGISTERED_ON,
            provider_id=PROVIDER,
            name="Test-Riverbank Academy",
            ap_setting_type="URN",
            registered_school=True,
            urn="123456",
            capacity_by_tier=[{"tier": 2, "places": 12}],
        ),
        RecordProviderCheck(
            occurred_on=REGISTERED_ON, provider_id=PROVIDER, check="SAFEGUARDING", expires_on=date(2027, 8, 31)
        ),
        QualityAssureProvider(occurred_on=REGISTERED_ON, provider_id=PROVIDER, result="APPROVED"),
    )
    return world


async def test_an_accepted_place_is_an_intervention_by_itself_and_hearing_it_again_changes_nothing() -> None:
    world = await _with_a_provider()
    await world.send(*_course())
    await world.settle()
    state = await world.state(intervention, INTERVENTION)
    assert (state.status, state.case_id, state.place.tier) == ("AGREED", CASE, 2)
    assert (await world.state(ap_case, CASE)).open_interventions == (INTERVENTION,)
    count = sum(map(len, world.store.lanes.values()))
    world.heard.clear()
    await world.settle()
    assert sum(map(len, world.store.lanes.values())) == count


async def test_everything_of_a_case_lies_in_one_lane() -> None:
    world = await _with_a_provider()
    await world.send(*_course())
    await world.settle()
    lanes = {
        event.lane
        for lane in world.store.lanes.values()
        for event in lane
        if not event.stream.startswith("ap-provider")
    }
    assert len(lanes) == 1


@pytest.mark.parametrize("when", ["before the referral", "before the agreement is noted", "after it"])
async def test_a_plan_is_known_to_the_intervention_whenever_it_was_issued(when: str) -> None:
    world = await _with_a_provider()
    issued = {"person_id": PERSON, "plan_id": PLAN}
    if when == "before the referral":
        await world.hear("plan.final-plan-issued", **issued)
    await world.send(*_course())
    if when == "before the agreement is noted":
        await world.hear("plan.final-plan-issued", **issued)
    await world.settle()
    if when == "after it":
        await world.hear("plan.final-plan-issued", **issued)
        await world.settle()
    assert (await world.state(intervention, INTERVENTION)).has_plan
    await world.hear("plan.plan-ceased", plan_id=PLAN)
    await world.settle()
    assert not (await world.state(intervention, INTERVENTION)).has_plan
