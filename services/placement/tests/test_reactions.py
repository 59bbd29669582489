"""What follows here from other services' events, and from our own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from placement.app import service
from placement.consultation import ConsultPreferredSetting
from placement.naming_events import PreferredBy, SearchClosedReason, SearchReason
from placement.placement import EndPlacementsOfCase, ExpectPlacement, PlanGone
from placement.preferences import BeginSearchForPlan, ClosePlacementSearch, TakeUpPreference

from shared import Command

from .examples import CASE, HIGHCROFT, PERSON, PLAN, RIVERSIDE

DAY = date(2026, 12, 14)


def _commands(wire_name: str, **fields: Any) -> list[Command]:
    """What every reaction to an event says, read from the JSON another service would publish."""
    body = {"type": wire_name, "occurred_on": DAY, "case_id": CASE, "more_than_we_know": 1, **fields}
    found = [reaction for reaction in service.reactions if reaction.event_type == wire_name]
    assert found, f"nothing listens for {wire_name}"
    assert all(reaction.to == f"send.{wire_name.split('.')[0]}.v1" for reaction in found)
    return [command for reaction in found for command in reaction.then(reaction.event.model_validate(body))]


def test_a_served_draft_opens_the_search() -> None:
    assert _commands("plan.draft-plan-served", person_id=PERSON, plan_id=PLAN, version=1) == [
        BeginSearchForPlan(
            occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN, reason=SearchReason.DRAFT_PLAN_SERVED
        )
    ]


def test_an_amendment_notice_opens_a_new_search() -> None:
    assert _commands("plan.amendment-notice-sent", person_id=PERSON, plan_id=PLAN, notice_id=UUID(int=1)) == [
        BeginSearchForPlan(
            occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN, reason=SearchReason.AMENDMENT_NOTICE_SENT
        )
    ]


def test_a_setting_named_in_the_representations_becomes_a_preference() -> None:
    body = {"person_id": PERSON, "plan_id": PLAN, "by": "OTHER_PARENT", "finished": True}
    assert _commands("plan.representations-received", setting_id=None, **body) == []
    assert _commands("plan.representations-received", setting_id=HIGHCROFT, **body) == [
        TakeUpPreference(occurred_on=DAY, case_id=CASE, setting_id=HIGHCROFT, preferred_by=PreferredBy.OTHER_PARENT)
    ]


def test_a_final_plan_closes_the_search_and_makes_the_start_pending() -> None:
    for wire_name, reason in (
        ("plan.final-plan-issued", SearchClosedReason.FINAL_PLAN_ISSUED),
        ("plan.amended-final-plan-issued", SearchClosedReason.AMENDED_FINAL_PLAN_ISSUED),
    ):
        named = {"setting_id": HIGHCROFT, "setting_name": "Highcroft", "decision_id": UUID(int=3)}
        assert _commands(wire_name, person_id=PERSON, plan_id=PLAN, **named) == [
            ClosePlacementSearch(occurred_on=DAY, case_id=CASE, reason=reason),
            ExpectPlacement(occurred_on=DAY, case_id=CASE, person_id=PERSON, plan_id=PLAN, **named),
        ]


def test_a_plan_left_as_it_is_closes_the_search() -> None:
    assert _commands("plan.decision-not-to-amend-notified") == [
        ClosePlacementSearch(occurred_on=DAY, case_id=CASE, reason=SearchClosedReason.PLAN_NOT_AMENDED)
    ]


def test_a_plan_that_ends_or_moves_away_ends_search_and_placements() -> None:
    for wire_name, closed, gone in (
        ("plan.plan-ceased", SearchClosedReason.PLAN_CEASED, PlanGone.PLAN_CEASED),
        ("plan.plan-transferred-out", SearchClosedReason.PLAN_TRANSFERRED_OUT, PlanGone.PLAN_TRANSFERRED_OUT),
    ):
        assert _commands(wire_name) == [
            ClosePlacementSearch(occurred_on=DAY, case_id=CASE, reason=closed),
            EndPlacementsOfCase(occurred_on=DAY, case_id=CASE, reason=gone),
        ]


def test_a_preferred_setting_is_consulted_on_the_day_it_is_sent_and_not_before() -> None:
    assert _commands("placement.preference-expressed", setting_id=HIGHCROFT) == [
        ConsultPreferredSetting(case_id=CASE, setting_id=HIGHCROFT)
    ]


def test_what_was_asked_for_before_the_search_opened_is_consulted_when_it_opens() -> None:
    both = _commands("placement.placement-search-opened", preferred_setting_ids=[RIVERSIDE, HIGHCROFT])
    assert both == [ConsultPreferredSetting(case_id=CASE, setting_id=id) for id in (RIVERSIDE, HIGHCROFT)]
