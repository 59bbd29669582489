"""The amendment notice, the family's window, and the amended plan or the decision to leave it (regs 22, 28).

What differs from the plan in force when the notice is sent are the proposed changes; a letter without any proposes
nothing (R (L, M and P) v Devon [2022] EWHC 493 (Admin)). Orders, concessions and agreements need no notice: what they
change is settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan import checks
from plan.amendment import amending, as_in_force, source_of
from plan.contents import Change, Contents, Refs, changes
from plan.dates import refuse_before
from plan.draft import condition, refuse_no_preparation_for_adulthood, window_last_day
from plan.facts import Guard, PlanCommand, PlanFact, told
from plan.final import (
    Issue,
    Issued,
    cut_short,
    in_force,
    naming_decided,
    refuse_before_window,
    refuse_improper,
    section_i_fields,
    unchanged_since_served,
)
from plan.notices import Rights, Text
from plan.serving import (
    Method,
    Recipient,
    Recipients,
    RightsHolders,
    refuse_missing_recipients,
    refuse_missing_rights,
    served_on,
)
from plan.state import BY_DRAFT, BY_NOTICE, Basis, Plan, RightsHolder, Served
from shared import UNFILLED, Condition, Decision, NewId, NotBefore, Personal, Rejected


class AmendmentNoticeSent(PlanFact):
    """Plan, proposed changes and evidence were sent to the family; their window ends on ``window_last_day``."""

    type: Literal["plan.amendment-notice-sent"] = "plan.amendment-notice-sent"
    notice_id: UUID
    review_id: UUID | None = None
    served_on: Annotated[date, NotBefore("occurred_on")]
    window_last_day: date
    method: Method
    rights_holders: tuple[RightsHolder, ...]
    proposed_changes: tuple[Change, ...]
    placement_to_change: bool
    """A change of section I is proposed; where to is decided after the family's answer."""
    evidence_refs: tuple[str, ...] = ()


class AmendedFinalPlanIssued(Issued):
    """The amended plan was sent to the family, the setting it names and the health commissioner."""

    type: Literal["plan.amended-final-plan-issued"] = "plan.amended-final-plan-issued"
    notice_id: UUID | None = None
    review_id: UUID | None = None
    agreement_id: UUID | None = None
    names_setting_after_transfer: bool
    changes: tuple[Change, ...]


class DecisionNotToAmendNotified(PlanFact):
    """After the notice the authority decided not to amend after all, and told the family why."""

    type: Literal["plan.decision-not-to-amend-notified"] = "plan.decision-not-to-amend-notified"
    notice_id: UUID
    review_id: UUID | None = None
    decision_id: UUID
    rights: Rights
    recipients: tuple[Recipient, ...]
    reasons: Personal[Text]


AmendedPlanEvent = AmendmentNoticeSent | AmendedFinalPlanIssued | DecisionNotToAmendNotified


class IssueAmendmentNotice(PlanCommand):
    """Send the family the plan with the proposed changes and the evidence. ``occurred_on`` is the day it is sent."""

    notice_id: NewId = UNFILLED
    method: Method
    served_on: date | None = None
    rights_holders: RightsHolders
    placement_to_change: bool = False
    evidence_refs: Annotated[Refs, Field(min_length=1)]
    settings_information_given: bool
    meeting_right_given: bool


class IssueAmendedFinalPlan(Issue):
    """Issue the amended plan. ``occurred_on`` is the day it is sent."""

    names_setting_after_transfer: bool = False
    """Section I names the setting, or type, for after the phase transfer."""


class NotifyDecisionNotToAmend(PlanCommand):
    """Tell the family that the plan stays as it is after all, and why."""

    decision_id: NewId = UNFILLED
    rights: Rights
    recipients: Recipients
    reasons: Personal[Text]


# --- guards ---


def _goes_by_notice(state: Plan) -> Condition | None:
    if state.work is None or state.work.basis in BY_NOTICE or amending(state) is not None:
        return None
    return Condition(
        "no-notice-needed",
        f"An amendment by {state.work.basis} needs no notice: issue it, after a draft if re-assessed.",
    )


def _review_decided(state: Plan) -> Condition | None:
    if state.work is None or state.work.basis is not Basis.REVIEW:
        return None
    review = state.decided_review(state.work.source_id)
    if review is not None and review.outcome == "AMEND":
        return None
    return Condition(
        "review-not-decided", "Decide the review first: the notice goes with the decision to amend (reg 22)."
    )


def _family_has_seen_it(state: Plan) -> Condition | None:
    if state.work is None or state.work.served is not None or amending(state) is not None:
        return None
    if state.work.basis in BY_NOTICE:
        return Condition("no-notice-sent", "The family has not had the amendment notice; send it first.")
    if state.work.basis in BY_DRAFT:
        return Condition("no-draft-served", "The family has not had the draft; serve it first.")
    return None


def _notice_sent(state: Plan) -> Condition | None:
    if state.served is not None and state.served.notice_id is not None:
        return None
    return Condition("no-notice-sent", "There is no amendment notice to decide about; abandon the amendment instead.")


def changed_clauses(state: Plan) -> tuple[Change, ...]:
    return changes(state.in_force or Contents(), state.contents)


def _something_changes(state: Plan) -> Condition | None:
    if amending(state) is not None or state.named is not None or changed_clauses(state):
        return None
    return Condition("nothing-changed", "Neither the text nor section I differs from the plan in force.")


def _passes_where_changed(check: checks.Check) -> Guard:
    """An amendment answers for what it changes, not for an old text it leaves alone."""

    def guard(state: Plan) -> Condition | None:
        if amending(state) is not None:
            return None
        return condition(
            check(state.contents, {c.clause_id for c in changed_clauses(state) if c.clause_id is not None})
        )

    return guard


_TEXT_STANDS: list[Guard] = [
    lambda s: condition(checks.section_b_empty(s.contents)) if amending(s) is None else None,
    *map(_passes_where_changed, checks.CONDITIONS),
]


# --- decisions ---


def _send_notice(command: IssueAmendmentNotice, state: Plan) -> Sequence[PlanFact]:
    assert state.work is not None
    proposed = changed_clauses(state)
    if not proposed and not command.placement_to_change:
        raise Rejected(
            "no-proposed-change",
            "A notice proposes at least one change (reg 22(2)): change the text, or set placement_to_change.",
        )
    if not command.settings_information_given or not command.meeting_right_given:
        raise Rejected(
            "amendment-notice-incomplete",
            "The notice must say where to find information about settings, and that the family may meet an officer.",
        )
    refuse_before(command.occurred_on, state.work.begun_on, code="before-amendment", what="the amendment was begun")
    served = served_on(command, command.method, command.served_on)
    return [
        told(
            AmendmentNoticeSent,
            command,
            state,
            review_id=source_of(state, Basis.REVIEW),
            served_on=served,
            window_last_day=window_last_day(served),
            proposed_changes=proposed,
        )
    ]


def _notice_stands(command: IssueAmendmentNotice, state: Plan) -> bool:
    served = state.served
    return (
        served is not None
        and served.notice_id is not None
        and served.sent_on == command.occurred_on
        and not served.changed_by_representations
        and not served.changed_otherwise
    )


def _issue(command: IssueAmendedFinalPlan, state: Plan) -> Sequence[PlanFact]:
    assert state.work is not None
    if state.served is not None:
        refuse_before_window(command, state.served)
    refuse_before(command.occurred_on, state.work.begun_on, code="before-amendment", what="the amendment was begun")
    if changed_clauses(state):
        refuse_no_preparation_for_adulthood(state.contents, state, command.occurred_on)
    refuse_improper(command, state)
    if command.names_setting_after_transfer and state.transfer is None:
        raise Rejected("no-phase-transfer", "No phase transfer is recorded that section I could name a setting for.")
    return [
        told(
            AmendedFinalPlanIssued,
            command,
            state,
            version=state.version + 1,
            notice_id=state.served.notice_id if state.served is not None else None,
            review_id=source_of(state, Basis.REVIEW),
            order_id=source_of(state, Basis.ORDER, Basis.CONCESSION),
            agreement_id=source_of(state, Basis.AGREEMENT),
            reassessment_id=source_of(state, Basis.REASSESSMENT),
            changes=changed_clauses(state),
            window_cut_short=cut_short(command, state.served),
            vague_wording=checks.vague_count(state.contents),
            **section_i_fields(state),
        )
    ]


def _issued_that_day(command: IssueAmendedFinalPlan, state: Plan) -> bool:
    return state.maintained and state.work is None and state.version > 1 and state.issued_on == command.occurred_on


def _not_amend(command: NotifyDecisionNotToAmend, state: Plan) -> Sequence[PlanFact]:
    assert state.served is not None
    refuse_before(command.occurred_on, state.served.sent_on, code="before-notice", what="the amendment notice")
    refuse_missing_rights(command.rights)
    refuse_missing_recipients(command.recipients, ())
    return [
        told(
            DecisionNotToAmendNotified,
            command,
            state,
            notice_id=state.served.notice_id,
            review_id=source_of(state, Basis.REVIEW),
        )
    ]


def evolve(state: Plan, event: AmendedPlanEvent) -> Plan:
    match event:
        case AmendmentNoticeSent():
            assert state.work is not None
            served = Served(
                sent_on=event.occurred_on,
                served_on=max(event.served_on, event.occurred_on),
                notice_id=event.notice_id,
                rights_holders=event.rights_holders,
            )
            return replace(state, work=replace(state.work, served=served))
        case AmendedFinalPlanIssued():
            if event.names_setting_after_transfer and state.transfer is not None:
                state = replace(state, transfer=replace(state.transfer, named=True))
            return in_force(state, event)
        case DecisionNotToAmendNotified():
            return replace(as_in_force(state), named=None)
        case _ as never:
            assert_never(never)


decisions = [
    Decision(IssueAmendmentNotice, _send_notice, already=_notice_stands,
             when=[amending, _goes_by_notice, _review_decided]),
    Decision(IssueAmendedFinalPlan, _issue, already=_issued_that_day,
             when=[amending, _family_has_seen_it, naming_decided, *_TEXT_STANDS, unchanged_since_served,
                   _something_changes]),
    Decision(NotifyDecisionNotToAmend, _not_amend, when=[amending, _notice_sent]),
]  # fmt: skip
