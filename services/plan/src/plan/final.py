"""The final plan: issued after the family's window, signed, with section I, sent to all (s.39, regs 13 and 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, assert_never
from uuid import UUID

from plan import checks
from plan.draft import TEXT_STANDS, refuse_no_preparation_for_adulthood
from plan.facts import PlanCommand, PlanFact, live, told
from plan.notices import Rights, Short
from plan.serving import Method, Recipient, Recipients, refuse_missing_recipients, refuse_missing_rights
from plan.state import BY_DRAFT, WINDOW, Basis, NamingDecision, Plan, SectionI, Served, Status
from shared import UNFILLED, Command, Condition, Decision, NewId, Rejected


class Issued(PlanFact):
    """What the final and the amended final plan have in common. ``occurred_on`` is the day it was sent."""

    version: int
    """1 for the first final plan, then counted on through every amended one."""
    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: str | None = None
    setting_type: str
    reassessment_id: UUID | None = None
    order_id: UUID | None = None
    decision_id: UUID
    """Of the notice, for mediation and appeal."""
    rights: Rights
    recipients: tuple[Recipient, ...]
    signed_by: str
    method: Method
    window_cut_short: bool
    """Issued before the window was over, because everybody had finished; at the authority's risk."""
    vague_wording: int


class FinalPlanIssued(Issued):
    """The final plan was sent to the family, the setting it names and the health commissioner."""

    type: Literal["plan.final-plan-issued"] = "plan.final-plan-issued"
    request_id: UUID | None
    draft_version: int


FinalEvent = FinalPlanIssued


class Issue(PlanCommand):
    """What the final and the amended final plan need."""

    decision_id: NewId = UNFILLED
    rights: Rights
    recipients: Recipients
    signed_by: Short
    """The officer of the authority who signs it (CoP 9.125)."""
    method: Method


class IssueFinalPlan(Issue):
    """Issue the final plan. ``occurred_on`` is the day it is sent."""


# --- guards ---


def draft_served(state: Plan) -> Condition | None:
    if state.work is not None and state.work.basis in BY_DRAFT:
        if state.work.served is not None:
            return None
        return Condition("no-draft-served", "The family has not had the draft; serve it first.")
    if state.maintained:
        return Condition("plan-is-final", "The plan is final already; to change it, begin an amendment.")
    return live(state)


def naming_decided(state: Plan) -> Condition | None:
    if section_i(state) is not None:
        return None
    return Condition(
        "section-i-undecided",
        "Section I is not settled: placement must decide on a setting, on a type of setting, or on education otherwise "
        "than at school (s.61).",
    )


def section_i(state: Plan) -> SectionI | None:
    """Of the next final plan: as last decided, else as in force."""
    return state.named or state.section_i


def unchanged_since_served(state: Plan) -> Condition | None:
    if state.served is None or not state.served.changed_otherwise:
        return None
    text = "draft" if state.served.notice_id is None else "notice"
    return Condition(
        f"changed-since-{text}",
        f"{state.contents.labels(state.served.changed_otherwise)} changed since the family received the {text}, and no "
        f"representation asked for it. Send the {text} again, or take the change back (CoP 9.125).",
    )


# --- decisions ---


def refuse_before_window(command: Command, served: Served) -> None:
    """Refuse to go on before the family has had 15 days, unless everybody who holds rights has finished."""
    first_day = served.served_on + WINDOW
    if command.occurred_on >= first_day or served.all_finished:
        return
    waiting = ", ".join(h for h in served.rights_holders if h not in served.finished)
    raise Rejected(
        "representations-window-open",
        f"The family has until {served.window_last_day} to answer; issue it from {first_day}, or once {waiting} has "
        "said that they have finished.",
    )


def section_i_fields(state: Plan) -> dict[str, Any]:
    named = section_i(state)
    assert named is not None
    return {
        "decision": named.decision,
        "setting_id": named.setting_id,
        "setting_name": named.setting_name,
        "setting_type": named.setting_type,
    }


def refuse_improper(command: Issue, state: Plan) -> None:
    """Refuse a final or amended final plan that does not print the rights or does not go to everybody."""
    refuse_missing_rights(command.rights)
    named = section_i(state)
    needed: tuple[Recipient, ...] = ("ICB",)
    if named is not None and named.decision == "NAMED":
        needed = ("ICB", "SETTING")
    refuse_missing_recipients(command.recipients, needed)


def cut_short(command: Command, served: Served | None) -> bool:
    return served is not None and command.occurred_on < served.served_on + WINDOW


def _issue(command: IssueFinalPlan, state: Plan) -> Sequence[PlanFact]:
    assert state.work is not None
    assert state.served is not None
    refuse_before_window(command, state.served)
    refuse_no_preparation_for_adulthood(state.contents, state, command.occurred_on)
    refuse_improper(command, state)
    reassessing = state.work.basis is Basis.REASSESSMENT
    return [
        told(
            FinalPlanIssued,
            command,
            state,
            request_id=None if reassessing else state.request_id,
            order_id=None if reassessing else state.order_id,
            reassessment_id=state.work.source_id if reassessing else None,
            version=state.version + 1,
            draft_version=state.drafts,
            window_cut_short=cut_short(command, state.served),
            vague_wording=checks.vague_count(state.contents),
            **section_i_fields(state),
        )
    ]


def _issued_that_day(command: IssueFinalPlan, state: Plan) -> bool:
    return state.maintained and state.work is None and state.version > 0 and state.issued_on == command.occurred_on


def in_force(state: Plan, event: Issued) -> Plan:
    """The text worked on is the plan from now on."""
    section = SectionI(
        naming_id=named.naming_id if (named := section_i(state)) is not None else None,
        decision=event.decision,
        setting_id=event.setting_id,
        setting_name=event.setting_name,
        setting_type=event.setting_type,
    )
    source = state.work.source_id if state.work is not None else None
    return replace(
        state,
        status=Status.MAINTAINED,
        in_force=state.contents,
        section_i=section,
        named=None,
        work=None,
        version=event.version,
        issued_on=event.occurred_on,
        mandates=tuple(replace(m, used=True) if m.mandate_id == source else m for m in state.mandates),
    )


def evolve(state: Plan, event: FinalEvent) -> Plan:
    match event:
        case FinalPlanIssued():
            return in_force(replace(state, first_made_on=state.first_made_on or event.occurred_on), event)
        case _ as never:
            assert_never(never)


decisions = [
    Decision(
        IssueFinalPlan,
        _issue,
        when=[draft_served, naming_decided, *TEXT_STANDS, unchanged_since_served],
        already=_issued_that_day,
    ),
]
