"""What the others' news means for a plan. News of our own disputes and moves: ``own_reactions``."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from plan.amendment import EndRedraft, NoteMandate
from plan.app import service
from plan.attendance import NoteReturnToEducation
from plan.delivery import AskForDeliveryCheck
from plan.dispute_notes import NoteDispute, Step
from plan.draft import NameSetting
from plan.early_review import SuggestEarlyReview
from plan.ending import HandOverPlan
from plan.opening import BeginPlan, CloseDrafting, ProfiledNeed
from plan.state import Basis

from shared import Command

CASE, PERSON, PLAN, REQUEST, DISPUTE, ORDER, DECISION, OTHER = (UUID(int=n) for n in range(1, 9))
DAY = date(2026, 11, 30)
SAME: dict[str, Any] = {"occurred_on": DAY, "case_id": CASE}


def reacted(wire_name: str, **fields: Any) -> list[Command]:
    """The commands that follow from an event as it is published, whoever reacts to it."""
    news = {"type": wire_name, "occurred_on": DAY, "case_id": CASE, "person_id": PERSON, **fields}
    found = [r for r in service.reactions if r.event_type == wire_name]
    assert found, f"nobody listens to {wire_name}"
    mine = (BeginPlan, CloseDrafting, NameSetting, AskForDeliveryCheck, SuggestEarlyReview, HandOverPlan, NoteMandate,
            EndRedraft, NoteDispute, NoteReturnToEducation)  # fmt: skip
    commands = [command for r in found for command in r.then(r.event.model_validate(news))]
    return [command for command in commands if isinstance(command, mine)]


def note(step: Step, decision_id: UUID | None = None) -> NoteDispute:
    return NoteDispute(dispute_id=DISPUTE, decision_id=decision_id, step=step, **SAME)


def mandate(basis: Basis, mandate_id: UUID = ORDER) -> NoteMandate:
    return NoteMandate(mandate_id=mandate_id, basis=basis, **SAME)


def test_a_decision_to_issue_opens_the_plan_on_its_day_with_the_needs_of_the_profile() -> None:
    news = reacted(
        "assessment.decision-to-issue-plan-made", request_id=REQUEST, needs=[{"code": "ASD", "rank": "PRIMARY"}],
        year_group=3, levels={"CI": 2},
    )  # fmt: skip
    assert news == [
        BeginPlan(
            person_id=PERSON, reason="NEW", request_id=REQUEST, needs=(ProfiledNeed(code="ASD", rank="PRIMARY"),),
            year_group=3, **SAME,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["WITHDRAWN", "MOVED_AWAY", "DIED", "REACHED_25"])
def test_a_closed_assessment_ends_drafting(reason: str) -> None:
    news = reacted("assessment.assessment-closed", request_id=REQUEST, reason=reason)
    assert news == [CloseDrafting(request_id=REQUEST, reason=reason, **SAME)]


def test_a_request_joined_to_another_goes_on_there() -> None:
    assert reacted("assessment.assessment-closed", request_id=REQUEST, reason="JOINED") == []


def test_a_placement_that_starts_brings_back_whoever_was_out_of_education() -> None:
    assert reacted("placement.placement-started", placement_id=OTHER, setting_id=OTHER) == [
        NoteReturnToEducation(**SAME)
    ]


@pytest.mark.parametrize(
    ("decision", "name", "kind"),
    [("NAMED", "Riverside", "MAINSTREAM"), ("TYPE_ONLY", None, "SPECIAL_STATE"), ("EOTAS", None, "EOTAS")],
)
def test_a_naming_decision_goes_into_section_i(decision: Any, name: str | None, kind: str) -> None:
    news = reacted(
        "placement.naming-decision-made", plan_id=PLAN, naming_id=OTHER, decision=decision, setting_id=None,
        setting_name=name, setting_type=kind, refusals=[],
    )  # fmt: skip
    assert news == [
        NameSetting(plan_id=PLAN, naming_id=OTHER, decision=decision, setting_name=name, setting_type=kind, **SAME)
    ]


def test_an_intervention_asks_for_a_check_of_section_f() -> None:
    news = reacted("ap-intervention.intervention-started", intervention_id=OTHER, tier=2)
    assert news == [AskForDeliveryCheck(intervention_id=OTHER, **SAME)]


@pytest.mark.parametrize(("days", "suggested"), [("5", False), ("5.5", True), ("8", True)])
def test_a_suspension_of_more_than_five_days_suggests_an_early_review(days: str, suggested: bool) -> None:
    news = reacted("ap-intervention.pupil-suspended", exclusion_id=OTHER, school_days=days)
    expected = SuggestEarlyReview(exclusion_id=OTHER, because="SUSPENDED_OVER_5_DAYS", **SAME)
    assert news == ([expected] if suggested else [])


def test_a_permanent_exclusion_suggests_an_early_review() -> None:
    news = reacted("ap-intervention.pupil-permanently-excluded", exclusion_id=OTHER, school_days=None)
    assert news == [SuggestEarlyReview(exclusion_id=OTHER, because="PERMANENTLY_EXCLUDED", **SAME)]


def test_a_plan_follows_the_family() -> None:
    arrived = reacted(
        "plan.plan-transferred-in", plan_id=PLAN, move_id=OTHER, plan_first_made_on="2023-03-01",
        last_reviewed_on="2025-10-05",
    )  # fmt: skip
    assert arrived == [
        BeginPlan(
            person_id=PERSON, plan_id=PLAN, reason="TRANSFER_IN", move_id=OTHER, plan_first_made_on=date(2023, 3, 1),
            last_reviewed_on=date(2025, 10, 5), **SAME,
        )
    ]  # fmt: skip
    assert reacted("plan.plan-transferred-out", plan_id=PLAN, move_id=OTHER) == [HandOverPlan(move_id=OTHER, **SAME)]


def test_an_agreed_re_assessment_may_change_the_plan_and_one_without_change_ends_its_draft() -> None:
    agreed = {"reassessment_id": ORDER, "agreed": True}
    assert reacted("plan.reassessment-decision-notified", **agreed) == [mandate(Basis.REASSESSMENT)]
    assert reacted("plan.reassessment-decision-notified", **{**agreed, "agreed": False}) == []
    ended = reacted("plan.reassessment-outcome-notified", reassessment_id=ORDER, outcome="NO_CHANGE")
    assert ended == [EndRedraft(reassessment_id=ORDER, **SAME)]
    assert reacted("plan.reassessment-outcome-notified", reassessment_id=ORDER, outcome="AMENDED") == []


def test_mediation_about_ceasing_keeps_the_appeal_period_open() -> None:
    contact = {"dispute_id": DISPUTE, "decision_id": DECISION}
    assert reacted("plan.mediation-adviser-contacted", about="CEASE", **contact) == [
        note(Step.ADVISER_CONTACTED, DECISION)
    ]
    assert reacted("plan.mediation-adviser-contacted", about="CONTENTS", **contact) == []
    assert reacted("plan.mediation-certificate-issued", **contact) == [note(Step.CERTIFICATE_ISSUED, DECISION)]


def test_an_appeal_is_open_until_it_ends() -> None:
    assert reacted("plan.appeal-registered", dispute_id=DISPUTE, decision_id=DECISION) == [
        note(Step.APPEAL_REGISTERED, DECISION)
    ]
    assert reacted("plan.appeal-withdrawn", dispute_id=DISPUTE) == [note(Step.APPEAL_ENDED)]
    decided = {"dispute_id": DISPUTE, "order_id": ORDER}
    assert reacted("plan.ftt-review-or-permission-decided", outcome="SET_ASIDE", **decided) == [
        note(Step.ORDER_SET_ASIDE)
    ]
    assert reacted("plan.ftt-review-or-permission-decided", outcome="REFUSED", **decided) == []


@pytest.mark.parametrize(
    ("types", "commands"),
    [
        (["DISMISS_CEASE"], [note(Step.CEASING_UPHELD)]),
        (["CONTINUE"], [note(Step.CEASING_OVERTURNED)]),
        (["CONTINUE_AND_AMEND"], [note(Step.CEASING_OVERTURNED), mandate(Basis.ORDER)]),
        (["AMEND_CONTENT", "AMEND_PLACEMENT"], [note(Step.APPEAL_ENDED), mandate(Basis.ORDER)]),
        (["DISMISS"], [note(Step.APPEAL_ENDED)]),
        (["ASSESS"], [note(Step.APPEAL_ENDED)]),
    ],
)
def test_an_order_keeps_ends_or_changes_a_plan(types: list[str], commands: list[Command]) -> None:
    news = {"dispute_id": DISPUTE, "order_id": ORDER, "order_types": types}
    assert reacted("plan.tribunal-order-made", **news) == commands


def test_an_order_to_make_a_plan_opens_one() -> None:
    news = {"dispute_id": DISPUTE, "order_id": ORDER, "order_types": ["MAKE_PLAN"], "request_id": REQUEST}
    opened = BeginPlan(person_id=PERSON, reason="TRIBUNAL_ORDER", order_id=ORDER, request_id=REQUEST, **SAME)
    assert reacted("plan.tribunal-order-made", **news) == [opened, note(Step.APPEAL_ENDED)]


@pytest.mark.parametrize(
    ("owed", "commands"),
    [
        ("AMEND_CONTENT", [note(Step.APPEAL_ENDED), mandate(Basis.CONCESSION)]),
        ("CONTINUE", [note(Step.CEASING_OVERTURNED)]),
        ("ASSESS", [note(Step.APPEAL_ENDED)]),
    ],
)
def test_an_appeal_that_is_not_opposed_counts_as_decided_for_the_family(owed: str, commands: list[Command]) -> None:
    news = {"dispute_id": DISPUTE, "order_id": ORDER, "owed": owed, "appeal_type": "CONTENTS"}
    assert reacted("plan.appeal-not-opposed", **news) == commands


@pytest.mark.parametrize(
    ("owed", "commands"),
    [("AMEND_PLACEMENT", [mandate(Basis.AGREEMENT)]), ("CONTINUE", [note(Step.CEASING_OVERTURNED)]), (None, [])],
)
def test_what_is_agreed_at_mediation_is_owed_as_if_ordered(owed: str | None, commands: list[Command]) -> None:
    news = {"dispute_id": DISPUTE, "agreement_id": ORDER, "owed": owed, "terms": "OTHER"}
    assert reacted("plan.mediation-agreement-reached", **news) == commands
